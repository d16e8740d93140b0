//! Asking a merchant for a fresh link by which a customer pays, and the answer.
//!
//! A link takes customers to a page that asks for money: it is taken from the merchant's program alone, never from what anybody wrote, and
//! only to a host that the operator has named for the site, letter by letter.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{ConversationId, InvalidId, OrderId};
use super::redact::redact;

/// A link has at most so many characters.
const LONGEST: usize = 500;
/// So many requests of a conversation are remembered.
const REMEMBERED: usize = 16;
/// What an address must begin with.
const SCHEME: &str = "https://";

/// The number of a request: the conversation it comes from, and which one there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkId {
    /// From which conversation.
    pub conversation: ConversationId,
    /// Which of its requests, from 1.
    pub number: u32,
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.conversation, self.number)
    }
}

impl FromStr for LinkId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let kind = "a request for a payment link";
        let (conversation, number) = text.rsplit_once('.').ok_or(InvalidId::Empty { kind })?;
        let number = number.parse().map_err(|_| InvalidId::Empty { kind })?;
        Ok(Self {
            conversation: ConversationId::parse(conversation)?,
            number,
        })
    }
}

impl TryFrom<String> for LinkId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

/// A request for a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLink {
    /// Which of the conversation's requests, from 1.
    pub number: u32,
    /// The order that is to be paid.
    pub order: OrderId,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: LinkState,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LinkState {
    /// The merchant has been asked.
    Asked,
    /// The customer has been told the link.
    Given {
        /// The link.
        url: String,
        /// Until when it can be used, where the merchant said so.
        expires_at: Option<Timestamp>,
    },
    /// There is none, and why: a sentence for the customer.
    Refused {
        /// Why.
        reason: String,
    },
}

impl LinkState {
    /// The name in records and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Given { .. } => "given",
            Self::Refused { .. } => "refused",
        }
    }
}

/// A request that was made or answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkMoved {
    /// Which of the conversation's requests.
    pub number: u32,
    /// The order that is to be paid.
    pub order: OrderId,
    /// Where it stands now: `asked`, `given`, `refused`.
    pub state: String,
}

impl From<&PaymentLink> for LinkMoved {
    fn from(link: &PaymentLink) -> Self {
        Self {
            number: link.number,
            order: link.order.clone(),
            state: link.state.name().to_owned(),
        }
    }
}

/// An answer that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLink {
    /// Not an https address of printable ASCII characters.
    #[error(
        "a link is an https address of at most 500 characters, without spaces, user names and ports"
    )]
    Address,
    /// Another host than the site's.
    #[error("the link leads to a host that is not one of the site's `payment_hosts`")]
    Host,
    /// What looks like a card number or secret stands in it.
    #[error("the link has something in it that looks like a card number or a password")]
    Secret,
    /// It is over already.
    #[error("the link has expired already")]
    Expired,
    /// It was answered otherwise before.
    #[error("this request was answered otherwise before: the first answer holds")]
    Answered,
}

/// Whether an answer changed something, or was there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Answered {
    /// It did.
    Now,
    /// It was there already.
    Before,
}

/// The requests of a conversation, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentLinks(Vec<PaymentLink>);

impl PaymentLinks {
    /// Asks for a link. One that is asked for and not answered yet is not asked for again.
    pub fn ask(&mut self, order: &OrderId, now: Timestamp) -> Option<u32> {
        if self.waiting(order).is_some() {
            return None;
        }
        let number = self
            .0
            .last()
            .map_or(1, |last| last.number.saturating_add(1));
        self.0.push(PaymentLink {
            number,
            order: order.clone(),
            asked_at: now,
            state: LinkState::Asked,
        });
        let surplus = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..surplus);
        Some(number)
    }

    /// The request for an order that is not answered.
    #[must_use]
    pub fn waiting(&self, order: &OrderId) -> Option<&PaymentLink> {
        let waits = |link: &&PaymentLink| link.order == *order && link.state == LinkState::Asked;
        self.0.iter().find(waits)
    }

    /// Whether a merchant still owes an answer.
    #[must_use]
    pub fn any_waiting(&self) -> bool {
        self.0.iter().any(|link| link.state == LinkState::Asked)
    }

    /// The latest link that was given for an order and can still be used.
    #[must_use]
    pub fn given(&self, order: &OrderId, now: Timestamp) -> Option<(&str, Option<Timestamp>)> {
        let mut of_order = self.0.iter().rev().filter(|link| link.order == *order);
        of_order.find_map(|link| match &link.state {
            LinkState::Given { url, expires_at } => expires_at
                .is_none_or(|until| until > now)
                .then_some((url.as_str(), *expires_at)),
            LinkState::Asked | LinkState::Refused { .. } => None,
        })
    }

    /// How often a link was given for an order.
    #[must_use]
    pub fn times_given(&self, order: &OrderId) -> usize {
        let given = |link: &&PaymentLink| {
            link.order == *order && matches!(link.state, LinkState::Given { .. })
        };
        self.0.iter().filter(given).count()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&PaymentLink> {
        self.0.iter().find(|link| link.number == number)
    }

    /// The merchant answers. Said twice it is no error; the first answer holds.
    ///
    /// # Errors
    /// [`InvalidLink::Answered`]. None where there is no such request.
    pub fn answer(
        &mut self,
        number: u32,
        state: LinkState,
    ) -> Option<Result<Answered, InvalidLink>> {
        let link = self.0.iter_mut().find(|link| link.number == number)?;
        Some(match &link.state {
            known if *known == state => Ok(Answered::Before),
            LinkState::Asked => {
                link.state = state;
                Ok(Answered::Now)
            }
            _ => Err(InvalidLink::Answered),
        })
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A link to one of these hosts, as it is told to the customer.
///
/// # Errors
/// When it is anything else.
pub fn checked_url(url: &str, hosts: &[String]) -> Result<String, InvalidLink> {
    let rest = url.strip_prefix(SCHEME).ok_or(InvalidLink::Address)?;
    let printable = url.bytes().all(|byte| byte.is_ascii_graphic());
    let odd = |c: char| matches!(c, '\\' | '<' | '>' | '"' | '`' | '{' | '}' | '|' | '^');
    if !printable || url.len() > LONGEST || url.contains(odd) {
        return Err(InvalidLink::Address);
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, _) = rest.split_at(end);
    if host.is_empty() || host.contains(['@', ':']) {
        return Err(InvalidLink::Address);
    }
    if !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return Err(InvalidLink::Host);
    }
    if redact(url).text != url {
        return Err(InvalidLink::Secret);
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_sites_own_host_and_nowhere_else() {
        let hosts = ["pay.linden.example".to_owned()];
        let check = |url: &str| checked_url(url, &hosts);
        for right in [
            "https://pay.linden.example/p/abc?t=1",
            "https://PAY.linden.example",
            "https://pay.linden.example?o=A1#x",
        ] {
            assert_eq!(check(right), Ok(right.to_owned()));
        }
        let table = [
            ("http://pay.linden.example/p", InvalidLink::Address),
            ("HTTPS://pay.linden.example/p", InvalidLink::Address),
            ("javascript:alert(1)", InvalidLink::Address),
            ("//pay.linden.example/p", InvalidLink::Address),
            (
                "https://pay.linden.example@evil.example/p",
                InvalidLink::Address,
            ),
            (
                "https://evil.example@pay.linden.example/p",
                InvalidLink::Address,
            ),
            ("https://pay.linden.example:8443/p", InvalidLink::Address),
            (
                "https://pay.linden.example\\.evil.example/",
                InvalidLink::Address,
            ),
            ("https://pay.linden.example/a b", InvalidLink::Address),
            ("https://pay.linden.example/\nx", InvalidLink::Address),
            ("https:///p", InvalidLink::Address),
            (
                "https://pay.linden.example.evil.example/",
                InvalidLink::Host,
            ),
            ("https://evil-pay.linden.example/", InvalidLink::Host),
            ("https://pay.linden.example./", InvalidLink::Host),
            ("https://p\u{430}y.linden.example/", InvalidLink::Address),
            ("https://linden.example/", InvalidLink::Host),
            (
                "https://evil.example/?u=https://pay.linden.example/",
                InvalidLink::Host,
            ),
            (
                "https://pay.linden.example/p?card=4111111111111111",
                InvalidLink::Secret,
            ),
        ];
        for (wrong, why) in table {
            assert_eq!(check(wrong), Err(why), "{wrong}");
        }
        assert_eq!(
            checked_url("https://pay.linden.example/", &[]),
            Err(InvalidLink::Host)
        );
    }

    #[test]
    fn a_request_is_made_once_and_the_first_answer_holds() {
        let (order, now) = (OrderId::parse("A1").unwrap(), Timestamp::UNIX_EPOCH);
        let mut links = PaymentLinks::default();
        assert_eq!(links.ask(&order, now), Some(1));
        assert_eq!(links.ask(&order, now), None);
        let given = |url: &str| LinkState::Given {
            url: url.to_owned(),
            expires_at: None,
        };
        assert_eq!(links.answer(1, given("a")), Some(Ok(Answered::Now)));
        assert_eq!(links.answer(1, given("a")), Some(Ok(Answered::Before)));
        assert_eq!(
            links.answer(1, given("b")),
            Some(Err(InvalidLink::Answered))
        );
        assert_eq!(links.answer(2, given("a")), None);
        assert_eq!(links.ask(&order, now), Some(2));
        for _ in 0..40 {
            let last = links.0.last().unwrap().number;
            assert_eq!(links.answer(last, given("a")), Some(Ok(Answered::Now)));
            assert_eq!(links.ask(&order, now), Some(last + 1));
        }
        assert!(links.0.len() <= REMEMBERED);
    }
}
