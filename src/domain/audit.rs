//! Who looked at or changed what belongs to a person, and who came in or was refused: entries that are only ever added.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, MerchantId, OrderId};
use super::is_default;

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who, as they named themselves: for a refused log-in that may be nobody's name.
    pub agent: AgentId,
    /// What they did.
    pub what: Audited,
    /// With what: the id of a conversation, a file, a claim, an order or an agent, a key, or the marks of what was searched for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub about: Option<String>,
    /// The network that it came from, where that is known; the command line; or the beginning of a shop's key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: Option<String>,
}

/// What a line about an order is about.
#[must_use]
pub fn order(merchant: &MerchantId, order: &OrderId) -> String {
    format!("{order} {merchant}")
}

/// And one about so many of them.
#[must_use]
pub fn orders(merchant: &MerchantId, count: usize) -> String {
    format!("{merchant} {count}")
}

/// What is written down. The names are a contract: reports rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audited {
    /// Came in with a password.
    LoggedIn,
    /// Was refused.
    LogInRefused,
    /// Left.
    LoggedOut,
    /// Ended all their log-ins.
    LoggedOutEverywhere,
    /// Chose another password.
    PasswordChanged,
    /// Read a list of conversations: names and what was last said.
    Listed,
    /// Searched all conversations.
    Searched,
    /// Read a conversation, or who speaks in it.
    Read,
    /// Took a transcript along.
    Exported,
    /// Gave out a link to a transcript.
    LinkGiven,
    /// Somebody read a transcript by a link of theirs.
    LinkOpened,
    /// Opened a file that a customer handed in.
    FileOpened,
    /// Changed a conversation.
    Changed,
    /// Decided about a refund application.
    Decided,
    /// Had something put right about an order at the merchant's.
    PutRight,
    /// Told the merchant's programs of something.
    MerchantTold,
    /// Said that the bot was wrong.
    BotWasWrong,
    /// Erased a conversation of a person.
    Erased,
    /// Read the audit log.
    AuditRead,
    /// Added an agent.
    AgentAdded,
    /// Ended an agent's access.
    AgentDisabled,
    /// Gave an agent a new token, and access again where it had ended.
    TokenRenewed,
    /// Gave an agent another password.
    PasswordSet,
    /// Gave an agent another role or team.
    RightsChanged,
    /// Said how much an agent is given, and in which languages.
    LoadChanged,
    /// Made a key for a merchant's programs.
    KeyMade,
    /// Ended one.
    KeyEnded,
    /// Read what they had begun to write.
    DraftsRead,
    /// Kept what they had begun to write.
    DraftKept,
    /// Read the list of wrong answers, with what customers had written.
    ReviewsRead,
    /// Were done with a wrong answer.
    ReviewDone,
    /// Put it back on that list.
    ReviewPutBack,
    /// A code is asked for beside an agent's password from then on.
    SecondFactorOn,
    /// No code is asked for any more.
    SecondFactorOff,
    /// Read an order, with the customer whose it is.
    OrderRead,
    /// Wrote orders.
    OrdersWritten,
    /// Read refund applications.
    ClaimsRead,
}

impl Audited {
    /// That a code is asked for from then on, or no more.
    #[must_use]
    pub const fn second_factor(on: bool) -> Self {
        match on {
            true => Self::SecondFactorOn,
            false => Self::SecondFactorOff,
        }
    }

    /// The word in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LoggedIn => "logged_in",
            Self::LogInRefused => "log_in_refused",
            Self::LoggedOut => "logged_out",
            Self::LoggedOutEverywhere => "logged_out_everywhere",
            Self::PasswordChanged => "password_changed",
            Self::Listed => "listed",
            Self::Searched => "searched",
            Self::Read => "read",
            Self::Exported => "exported",
            Self::LinkGiven => "link_given",
            Self::LinkOpened => "link_opened",
            Self::FileOpened => "file_opened",
            Self::Changed => "changed",
            Self::Decided => "decided",
            Self::PutRight => "put_right",
            Self::MerchantTold => "merchant_told",
            Self::BotWasWrong => "bot_was_wrong",
            Self::Erased => "erased",
            Self::AuditRead => "audit_read",
            Self::AgentAdded => "agent_added",
            Self::AgentDisabled => "agent_disabled",
            Self::TokenRenewed => "token_renewed",
            Self::PasswordSet => "password_set",
            Self::RightsChanged => "rights_changed",
            Self::LoadChanged => "load_changed",
            Self::KeyMade => "key_made",
            Self::KeyEnded => "key_ended",
            Self::DraftsRead => "drafts_read",
            Self::DraftKept => "draft_kept",
            Self::ReviewsRead => "reviews_read",
            Self::ReviewDone => "review_done",
            Self::ReviewPutBack => "review_put_back",
            Self::SecondFactorOn => "second_factor_on",
            Self::SecondFactorOff => "second_factor_off",
            Self::OrderRead => "order_read",
            Self::OrdersWritten => "orders_written",
            Self::ClaimsRead => "claims_read",
        }
    }
}
