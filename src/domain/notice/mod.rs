//! A notice: a trouble that is known. Whoever asks about it gets the notice as the answer, and is told once when it is over.
//!
//! `affected` is what it is about and which questions it answers, `transition` how it moves, `surge` how the desk itself comes to
//! propose one. What customers read of a notice is the operator's own text, or a sentence from the rules where there is none.

mod affected;
pub mod surge;
#[cfg(test)]
mod tests;
mod transition;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use affected::{Affected, Question};
pub use transition::{InvalidNotice, NoticeMove};

use super::conversation::Revision;
use super::ids::{ClientId, MerchantId, NoticeId};
use super::is_default;
use super::language::Language;
use super::wording::Texts;

/// A trouble that is known, or that the desk believes to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// Counts every change; a change says which one it was based on.
    pub revision: Revision,
    /// What it is about.
    pub affected: Affected,
    /// Since when.
    pub since: Timestamp,
    /// What customers read while it lasts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub texts: Texts,
    /// What they read when it is over.
    #[serde(default, skip_serializing_if = "is_default")]
    pub end_texts: Texts,
    /// Who said so first.
    pub by: DeclaredBy,
    /// Where it stands.
    pub state: NoticeState,
    /// When it was declared or proposed.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// Whether merchants' programs are told of where it stands.
    #[serde(default, skip_serializing_if = "is_default")]
    pub announced: bool,
    /// Whether nothing is left to be done about it: it is over, and everybody has been told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settled: bool,
}

/// Who said that there is a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclaredBy {
    /// The merchant's program.
    Merchant,
    /// Whoever runs the desk.
    Operator,
    /// The desk itself, which only ever proposes.
    Desk,
}

impl DeclaredBy {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Merchant => "merchant",
            Self::Operator => "operator",
            Self::Desk => "desk",
        }
    }
}

/// Where a notice stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NoticeState {
    /// The desk believes to see it; customers hear nothing of it.
    Proposed {
        /// So many people came with it within a quarter of an hour.
        count: u32,
        /// So many usually do.
        usual: f64,
    },
    /// Customers are told.
    Open,
    /// It is over; those who asked are told.
    Ended,
    /// It was no trouble after all; nobody was told of it.
    Dismissed,
}

impl NoticeState {
    /// The word in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proposed { .. } => "proposed",
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Dismissed => "dismissed",
        }
    }
}

/// What somebody says who declares a notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// The caller's own name for it: said again, it is the same notice.
    pub name: ClientId,
    /// What it is about.
    pub affected: Affected,
    /// Since when; now, where it is not said.
    pub since: Option<Timestamp>,
    /// What customers read.
    pub texts: Texts,
}

impl NoticeId {
    /// The id of what somebody declares under a name of their own: the same name of the same merchant is the same notice.
    #[must_use]
    pub fn named(merchant: Option<&MerchantId>, name: &str) -> Self {
        let owner = merchant.map_or("", MerchantId::as_str);
        let hash = Sha256::digest(format!("{owner}\0{name}"));
        let number = hash
            .iter()
            .take(16)
            .fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        Self::from_uuid(uuid::Uuid::from_u128(number))
    }
}

impl Notice {
    /// A notice that holds from now on.
    ///
    /// # Errors
    /// When it begins in the future, is about nothing, or has a text that cannot be shown.
    pub fn declare(
        said: Declaration,
        by: DeclaredBy,
        now: Timestamp,
    ) -> Result<Self, InvalidNotice> {
        let id = NoticeId::named(said.affected.merchant.as_ref(), said.name.as_str());
        let draft = Self {
            id,
            revision: Revision::default(),
            affected: said.affected.checked()?,
            since: now,
            texts: Texts::new(),
            end_texts: Texts::new(),
            by,
            state: NoticeState::Open,
            created_at: now,
            updated_at: now,
            announced: false,
            settled: false,
        };
        draft.with_words(said.since, said.texts, now)
    }

    /// What the desk proposes.
    #[must_use]
    pub fn propose(affected: Affected, surge: &surge::Surge, now: Timestamp) -> Self {
        let name = format!("surge\0{:?}\0{}", surge.kind, surge.since);
        Self {
            id: NoticeId::named(affected.merchant.as_ref(), &name),
            revision: Revision::default(),
            affected,
            since: surge.since,
            texts: Texts::new(),
            end_texts: Texts::new(),
            by: DeclaredBy::Desk,
            state: NoticeState::Proposed {
                count: surge.count,
                usual: surge.usual,
            },
            created_at: now,
            updated_at: now,
            announced: false,
            settled: false,
        }
    }

    /// Whether another declares the same trouble; since when only counts where it was said.
    #[must_use]
    pub fn says_the_same(&self, other: &Self, has_since: bool) -> bool {
        self.affected == other.affected
            && self.texts == other.texts
            && (!has_since || self.since == other.since)
    }

    /// What customers read while it lasts, if somebody wrote it in their language.
    #[must_use]
    pub fn text(&self, language: Language) -> Option<&str> {
        self.texts.get(&language).map(String::as_str)
    }

    /// What they read when it is over, if somebody wrote it in their language.
    #[must_use]
    pub fn end_text(&self, language: Language) -> Option<&str> {
        self.end_texts.get(&language).map(String::as_str)
    }

    /// Whether customers are told of it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == NoticeState::Open
    }

    /// Whether it is over, or was none.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, NoticeState::Ended | NoticeState::Dismissed)
    }

    /// Whether it waits for a person to confirm it.
    #[must_use]
    pub const fn is_proposed(&self) -> bool {
        matches!(self.state, NoticeState::Proposed { .. })
    }
}
