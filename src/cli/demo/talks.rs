//! The demo's conversations: really held with the desk, hours ago, and taken up by its agents.

use anyhow::Context as _;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde::Deserialize;

use super::{SITE, shop};
use crate::clock::Clock;
use crate::desk::accounts::Keys;
use crate::desk::{Desk, Inbound, Left, Opened, Rating, SentForm, Visit};
use crate::domain::account::{Agent, Session};
use crate::domain::claim::ClaimForm;
use crate::domain::conversation::{Actor, Event, Role};
use crate::domain::ids::{ClientId, ConversationId, IntentId, SiteId};
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
    /// The customer says how the help was.
    Rate(u8),
    /// The bot's last answer was wrong: it was this.
    Wrong(String, String),
}

/// Holds all of them, one after the other.
pub(super) async fn hold_all(
    desk: &Desk,
    clock: &Clock,
    agents: &[(Agent, Keys)],
    apart: SignedDuration,
) -> anyhow::Result<()> {
    let talks: Vec<Talk> =
        serde_json::from_str(CONVERSATIONS).context("the demo's conversations")?;
    for talk in talks {
        let began = clock.now();
        hold(desk, clock, agents, talk).await?;
        clock.move_to(began + apart);
    }
    Ok(())
}

async fn hold(
    desk: &Desk,
    clock: &Clock,
    agents: &[(Agent, Keys)],
    talk: Talk,
) -> anyhow::Result<()> {
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
            act => take(desk, clock, agents, &conversation, (number, act)).await?,
        }
        clock.move_to(clock.now() + PAUSE);
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
    desk: &Desk,
    clock: &Clock,
    agents: &[(Agent, Keys)],
    id: &ConversationId,
    (number, act): (usize, Act),
) -> anyhow::Result<()> {
    let named = |name: &str| {
        let mut all = agents.iter().map(|(agent, _)| agent);
        all.find(|agent| agent.id.as_str() == name)
            .context("nobody of this name works in the demo")
    };
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
        // The customer's own.
        Act::Rate(_) => {}
        Act::Return(who) => drop(desk.give_back(named(&who)?, id, None).await?),
    }
    Ok(())
}
