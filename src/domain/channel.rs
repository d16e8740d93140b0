//! Messaging platforms, as the desk's records know them: which there are, and where a customer of one is reached.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ids::{AccountId, ClientId, ConversationId, EndpointId};
use super::is_default;
use super::sequence::Seq;
use super::spoken::{Spoken, spoke};

macro_rules! channels {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// A messaging platform. The words are a contract: addresses, configuration and records have them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Channel {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Channel {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its word.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

channels! {
    /// Any program that signs as Standard Webhooks say.
    Webhook = "webhook";
    /// Telegram, by webhook.
    Telegram = "telegram";
    /// WhatsApp Cloud API.
    WhatsApp = "whatsapp";
    /// Slack Events API.
    Slack = "slack";
    /// LINE Messaging API.
    Line = "line";
    /// Facebook Messenger.
    Messenger = "messenger";
    /// Instagram messages.
    Instagram = "instagram";
    /// Feishu and Lark.
    Feishu = "feishu";
    /// WeChat official accounts.
    Wechat = "wechat";
    /// Twilio: SMS, and WhatsApp over it.
    Twilio = "twilio";
    /// Chatwoot, as an agent bot.
    Chatwoot = "chatwoot";
    /// WeCom's customer service on WeChat.
    Wecom = "wecom";
    /// DingTalk, a robot of one's own company.
    Dingtalk = "dingtalk";
    /// Whole e-mails, from a mail server of one's own.
    Email = "email";
    /// E-mail by Mailgun.
    Mailgun = "mailgun";
    /// E-mail by Postmark.
    Postmark = "postmark";
    /// Discord: commands and buttons.
    Discord = "discord";
}

impl Channel {
    /// Whether it carries letters, so that somebody can be written to who has not written there.
    #[must_use]
    pub const fn is_mail(self) -> bool {
        matches!(self, Self::Email | Self::Mailgun | Self::Postmark)
    }

    /// So long an answer waits where it may only come behind the answer to the request that brought the message.
    #[must_use]
    pub const fn answers_after(self) -> SignedDuration {
        match self {
            Self::Discord => SignedDuration::from_secs(1),
            _ => SignedDuration::ZERO,
        }
    }

    /// So long after a customer's last word people at the platform can have them, where they may have gone without a word: a session of
    /// WeCom's customer service ends after 48 hours, or when somebody ends it (developer.work.weixin.qq.com/document/path/94669). Chatwoot says
    /// so once, and what it says may be lost.
    #[must_use]
    pub const fn people_have_within(self) -> Option<SignedDuration> {
        match self {
            Self::Wecom => Some(SignedDuration::from_hours(48)),
            Self::Chatwoot => Some(SignedDuration::from_hours(72)),
            _ => None,
        }
    }

    /// Whether people there may have a customer no more without having done anything: then what nobody answered is not done.
    #[must_use]
    pub const fn sessions_run_out(self) -> bool {
        matches!(self, Self::Wecom)
    }

    /// Whether an answer goes back in the answer to the request that brought the message, if it is ready by then.
    #[must_use]
    pub const fn answers_inline(self) -> bool {
        matches!(self, Self::Wechat)
    }
}

/// A word that no platform has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no channel `{0}`")]
pub struct UnknownChannel(pub String);

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(text: &str) -> Result<Self, UnknownChannel> {
        let mut all = Self::ALL.iter();
        let found = all.find(|channel| channel.name() == text);
        found
            .copied()
            .ok_or_else(|| UnknownChannel(text.to_owned()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One account at a platform: a bot, a page, a number. It has an outbox of its own, under the name `telegram.shop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountKey {
    /// The platform.
    pub channel: Channel,
    /// The account, by its key in the configuration.
    pub account: AccountId,
    /// The name of its outbox.
    pub outbox: EndpointId,
}

impl AccountKey {
    /// The account of a platform; none when the two words together are too long for a name.
    #[must_use]
    pub fn new(channel: Channel, account: AccountId) -> Option<Self> {
        let outbox = EndpointId::parse(&format!("{channel}.{account}")).ok()?;
        Some(Self {
            channel,
            account,
            outbox,
        })
    }
}

/// Where the customer of a conversation is reached. What changes with every message of theirs is as of the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The platform.
    pub channel: Channel,
    /// The outbox of the account that they write to.
    pub outbox: EndpointId,
    /// The platform's name for them.
    pub user: String,
    /// Where they wrote, on platforms where one person writes in several places.
    #[serde(default, skip_serializing_if = "is_default")]
    pub place: Option<String>,
    /// What the platform wants to see in an answer to their last message.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reply: Option<String>,
    /// When they last wrote: most platforms allow answers for so long only.
    pub heard_at: Timestamp,
    /// So many requests the platform has taken since then: some count them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answered: u32,
    /// How much went out to them of late, by the second.
    #[serde(default, skip_serializing_if = "is_default")]
    pub spoken: Vec<Spoken>,
    /// What the platform takes because they did something, though they wrote nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub door: Option<Door>,
}

/// A platform takes a little for a while because a customer did something there, such as choosing from a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// When they did it.
    pub opened_at: Timestamp,
    /// Until when it takes something.
    pub until: Timestamp,
    /// So many more.
    pub left: u32,
}

impl Door {
    /// Whether something may go out by it.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.left > 0 && now <= self.until
    }
}

impl Recipient {
    /// Whether nobody reads along where they wrote. On Slack, a mention is answered in its thread, before all who are in the channel.
    #[must_use]
    pub fn is_private(&self) -> bool {
        let place = self.place.as_deref().unwrap_or_default();
        self.channel != Channel::Slack || place.is_empty() || place.starts_with('D')
    }

    /// Whether the same person is reached at the same place, whenever they wrote there.
    #[must_use]
    pub fn is_same_way(&self, other: &Self) -> bool {
        self.outbox == other.outbox && self.user == other.user && self.place == other.place
    }

    /// The customer did something last: they wrote, or opened a door.
    #[must_use]
    pub fn moved_at(&self) -> Timestamp {
        let opened = self.door.as_ref().map(|door| door.opened_at);
        opened.map_or(self.heard_at, |opened| opened.max(self.heard_at))
    }

    /// The platform took one more request for them, as an answer or by the door; what is longer ago than `within` does not matter any more.
    pub fn note_taken(&mut self, at: Timestamp, within: SignedDuration, is_answer: bool) {
        match &mut self.door {
            Some(door) if !is_answer => door.left = door.left.saturating_sub(1),
            _ => self.answered = self.answered.saturating_add(1),
        }
        spoke(&mut self.spoken, at, within);
    }
}

/// So long a platform's name for a message is kept: the longest that any of them tries again.
pub const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(24 * 8);

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRef {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message's number there.
    pub seq: Seq,
}

/// A name that a platform gave to a message, so that it is known again. Only its hash is kept: names may tell who wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformId {
    /// The outbox of the account.
    pub outbox: EndpointId,
    /// Of the name, and of whether the message came in or went out.
    pub hash: [u8; 16],
}

impl PlatformId {
    /// The name of a message that came in.
    #[must_use]
    pub fn incoming(outbox: &EndpointId, id: &str) -> Self {
        Self::of(outbox, "in", id)
    }

    /// The name of a message that went out.
    #[must_use]
    pub fn outgoing(outbox: &EndpointId, id: &str) -> Self {
        Self::of(outbox, "out", id)
    }

    /// What was signed, where that is not the message itself.
    #[must_use]
    pub fn signed(outbox: &EndpointId, what: &str) -> Self {
        Self::of(outbox, "signed", what)
    }

    fn of(outbox: &EndpointId, way: &str, id: &str) -> Self {
        let whole: [u8; 32] = Sha256::digest(format!("{way}\0{id}")).into();
        let mut hash = [0; 16];
        hash.copy_from_slice(&whole[..16]);
        Self {
            outbox: outbox.clone(),
            hash,
        }
    }

    /// The same as the sender's own name for a message.
    #[must_use]
    pub fn as_client_id(&self) -> ClientId {
        ClientId::from_uuid(uuid::Uuid::from_bytes(self.hash))
    }
}

/// What is kept of a platform's message by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its name.
    pub id: PlatformId,
    /// Which message it is with us.
    pub message: MessageRef,
    /// What else stands in it, where one letter says what was said in several messages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub with: Vec<Seq>,
    /// Until when it is kept.
    pub until: Timestamp,
}

/// What is said of one whose answer was never heard.
pub const NOBODY_KNOWS: &str = "nobody knows whether it arrived";

/// Where a message to a customer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Somebody had it sent again, or it was not taken yet and is tried again.
    Queued,
    /// The platform does not allow it now: it is sent when the customer writes again.
    Held,
    /// The platform took it.
    Sent,
    /// Only that there is an answer was sent, by letter: nobody has shown that the address is the customer's, so that what was said is on
    /// the page and nowhere else.
    Noticed,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// It was not delivered, and is not tried again by itself.
    Failed,
    /// It was held until it was of no use any more, and is not sent.
    Dropped,
}

impl MessageState {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Sent => "sent",
            Self::Noticed => "noticed",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_read_as_it_is_written_and_no_other_word_is_one() {
        for channel in Channel::ALL {
            assert_eq!(channel.name().parse(), Ok(*channel));
            let stored = serde_json::to_string(channel).unwrap();
            assert_eq!(stored, format!("\"{channel}\""));
        }
        for wrong in ["", "Telegram", "sms", "telegram "] {
            assert!(wrong.parse::<Channel>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_account_has_an_outbox_of_its_own_unless_its_name_is_too_long() {
        let key =
            |account: &str| AccountKey::new(Channel::Line, AccountId::parse(account).unwrap());
        assert_eq!(key("tw").unwrap().outbox.as_str(), "line.tw");
        assert_eq!(key(&"x".repeat(60)), None);
    }
}
