//! The demo's conversations: really held with the desk, hours ago, and taken up by its agents.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde::Deserialize;

use super::{SITE, shop};
use crate::clock::Clock;
use crate::desk::accounts::Keys;
use crate::desk::{ClaimMove, Desk, Inbound, Left, Opened, Rating, SentForm, Visit};
use crate::domain::account::{Agent, ApiKey, Session};
use crate::domain::claim::{ClaimForm, ClaimId};
use crate::domain::conversation::{Actor, Event, Role};
use crate::domain::ids::{ClientId, ConversationId, IntentId, OrderId, SiteId};
use crate::domain::rating::Score;

/// What customers say, and what agents do about it.
const CONVERSATIONS: &str = include_str!("../../web/demo/conversations.json");
/// Between two things in one conversation.
const PAUSE: SignedDuration = SignedDuration::from_secs(40);
/// For so long something is left.
const LEFT: SignedDuration = SignedDuration::from_hours(40);

/// A conversation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Talk {
    /// Whom the shop signed in.
    customer: Option<String>,
    /// What the customer says.
    says: Vec<String>,
    /// A refund application.
    claim: Option<Filed>,
    /// What agents do then.
    #[serde(default)]
    then: Vec<Act>,
}

/// A refund application.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filed {
    order: String,
    cause: String,
    note: String,
}

/// What an agent does.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Claim(String),
    Reply(String, String),
    Note(String, String),
    Resolve(String),
    Snooze(String),
    Return(String),
    /// The merchant is told of an order what only they can do.
    Ask(String, String, String),
    /// It goes on in what the customer began before, and is closed.
    Merge(String),
    /// The application on an order is approved.
    Approve(String, String),
    /// The payment side pays it.
    Pay(String),
    /// The customer says how the help was.
    Rate(u8),
    /// The bot's last answer was wrong: it was this.
    Wrong(String, String),
}

/// Where they are held, and by whom.
pub(super) struct House<'a> {
    pub(super) desk: &'a Desk,
    pub(super) clock: &'a Clock,
    pub(super) agents: &'a [(Agent, Keys)],
    /// The shop's own.
    pub(super) key: &'a ApiKey,
}

impl House<'_> {
    fn named(&self, name: &str) -> anyhow::Result<&Agent> {
        let mut all = self.agents.iter().map(|(agent, _)| agent);
        all.find(|agent| agent.id.as_str() == name)
            .context("nobody of this name works in the demo")
    }
}

/// Holds all of them, one after the other.
pub(super) async fn hold_all(house: &House<'_>, apart: SignedDuration) -> anyhow::Result<()> {
    let talks: Vec<Talk> =
        serde_json::from_str(CONVERSATIONS).context("the demo's conversations")?;
    // What each customer began last.
    let mut before = BTreeMap::new();
    for talk in talks {
        let began = house.clock.now();
        let customer = talk.customer.clone();
        let earlier = customer.as_ref().and_then(|name| before.get(name));
        let held = hold(house, talk, earlier).await?;
        before.extend(customer.map(|name| (name, held)));
        house.clock.move_to(began + apart);
    }
    Ok(())
}

async fn hold(
    house: &House<'_>,
    talk: Talk,
    earlier: Option<&ConversationId>,
) -> anyhow::Result<ConversationId> {
    let House { desk, clock, .. } = house;
    let visit = Visit {
        site: SiteId::parse(SITE)?,
        identity: talk.customer.as_deref().and_then(shop::identity),
        role: Role::Customer,
        language: None,
        page: Default::default(),
    };
    let Opened { session, token, .. } = desk.open_session(visit).await?;
    let mut conversation = None;
    for (number, text) in talk.says.into_iter().enumerate() {
        let inbound = Inbound {
            client_id: ClientId::parse(&format!("demo-{number}"))?,
            text,
            choice: None,
            address: None,
        };
        conversation = Some(desk.receive(&session, inbound).await?.conversation);
        clock.move_to(clock.now() + PAUSE);
    }
    let conversation = conversation.context("a conversation in which nobody says anything")?;
    if let Some(filed) = talk.claim {
        file(desk, &session, filed).await?;
    }
    for (number, act) in talk.then.into_iter().enumerate() {
        match act {
            Act::Rate(score) => rate(desk, &token, score).await?,
            Act::Pay(order) => pay(house, &order).await?,
            Act::Merge(who) => {
                let into = earlier.context("nothing that it could go on in")?;
                drop(
                    desk.merge(house.named(&who)?, into, &conversation, None)
                        .await?,
                );
            }
            act => take(house, &conversation, (number, act)).await?,
        }
        clock.move_to(clock.now() + PAUSE);
    }
    Ok(conversation)
}

/// The payment side takes up what was approved, and pays it.
async fn pay(house: &House<'_>, order: &str) -> anyhow::Result<()> {
    let claim = ClaimId::new(OrderId::parse(order)?, 1);
    let paid = ClaimMove::Paid(Some("demo-payment".to_owned()));
    for step in [ClaimMove::Paying, paid] {
        house.desk.move_claim(house.key, &claim, step).await?;
    }
    Ok(())
}

async fn rate(desk: &Desk, token: &SecretString, score: u8) -> anyhow::Result<()> {
    let session = desk.session(token).await?;
    let rating = Rating {
        client_id: ClientId::parse("demo-rating")?,
        score: Score::try_from(score)?,
        text: None,
    };
    Ok(desk.rate(&session, rating).await?)
}

async fn file(desk: &Desk, session: &Session, filed: Filed) -> anyhow::Result<()> {
    let sent = SentForm {
        client_id: ClientId::parse("demo-claim")?,
        order: filed.order,
        form: ClaimForm {
            cause: filed.cause,
            note: Some(filed.note),
            ..ClaimForm::default()
        },
    };
    desk.apply(session, &sent).await?;
    Ok(())
}

async fn take(
    house: &House<'_>,
    id: &ConversationId,
    (number, act): (usize, Act),
) -> anyhow::Result<()> {
    let House { desk, clock, .. } = house;
    let named = |name: &str| house.named(name);
    let client_id = ClientId::parse(&format!("demo-act-{number}"))?;
    match act {
        Act::Claim(who) => drop(desk.take_over(named(&who)?, id, None).await?),
        Act::Reply(who, text) => {
            drop(desk.reply(named(&who)?, id, client_id, text, None).await?);
        }
        Act::Note(who, text) => drop(desk.note(named(&who)?, id, client_id, text).await?),
        Act::Resolve(who) => drop(desk.resolve(named(&who)?, id, None).await?),
        Act::Snooze(who) => {
            let left = Left {
                until: Some(clock.now() + LEFT),
                ..Left::default()
            };
            drop(desk.snooze(named(&who)?, id, left, None).await?);
        }
        Act::Wrong(who, right) => {
            let agent = named(&who)?;
            let log = desk.whole_log(agent, id).await?;
            let of_bot = |event: &&Event| event.by == Actor::Bot && event.said().is_some();
            let answer = log.iter().rfind(of_bot).context("the bot said nothing")?;
            let right = Some(IntentId::parse(&right)?);
            drop(
                desk.bot_was_wrong(agent, id, (answer.seq, false), right, None)
                    .await?,
            );
        }
        Act::Approve(who, order) => {
            let claim = ClaimId::new(OrderId::parse(&order)?, 1);
            let approve = ClaimMove::Approve;
            drop(desk.decide_claim(named(&who)?, id, &claim, approve).await?);
        }
        Act::Ask(who, order, text) => {
            let about = (Some(OrderId::parse(&order)?), text.as_str());
            drop(desk.tell_merchant_of(named(&who)?, id, about, None).await?);
        }
        // Not an agent's alone.
        Act::Rate(_) | Act::Pay(_) | Act::Merge(_) => {}
        Act::Return(who) => drop(desk.give_back(named(&who)?, id, None).await?),
    }
    Ok(())
}
