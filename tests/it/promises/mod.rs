//! What customers are told to count on: kept in silence, told of before it lapses, raised to a person when it lapses again; each once,
//! whoever looks and whenever the desk stops.

mod money;
mod whenever;

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use frontdesk::clock::Clock;
use frontdesk::desk::{ClaimMove, Desk, Left, Options};
use frontdesk::domain::account::Session;
use frontdesk::domain::claim::ClaimId;
use frontdesk::domain::conversation::{
    Actor, Conversation, Event, EventBody, Identity, Owner, Priority, Seq, Status,
};
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::domain::ids::{ClientId, ConversationId, OrderId};
use frontdesk::domain::order::RefundState;
use frontdesk::domain::promise::Promised;
use frontdesk::live::Live;
use frontdesk::store::Due;
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::load::check_whole;
use crate::shop::{Shop, rules, site};

/// The shop begins on a Friday at ten; a person answers by Tuesday at six, and two working hours before that the desk looks.
pub(super) const LOOK: &str = "2026-11-24T16:00:00Z";
/// By when the customer is told that it will be instead.
pub(super) const LATER: &str = "2026-11-25T18:00:00Z";

pub(super) fn move_to(shop: &Shop, at: &str) {
    shop.clock.move_to(at.parse().unwrap());
}

/// Moves the clock and looks at what is due.
pub(super) async fn look(shop: &Shop, at: &str) -> usize {
    move_to(shop, at);
    shop.desk.look_at_due().await.unwrap()
}

pub(super) async fn row(shop: &Shop, id: &ConversationId) -> Conversation {
    shop.store.conversation(id).await.unwrap().unwrap()
}

pub(super) async fn log(shop: &Shop, id: &ConversationId) -> Vec<Event> {
    shop.store.events(id, Seq(0), 200).await.unwrap()
}

/// What the desk itself told the customer.
pub(super) async fn told(shop: &Shop, id: &ConversationId) -> Vec<String> {
    let events = log(shop, id).await.into_iter();
    events
        .filter_map(|event| match event.body {
            EventBody::Reply { text, .. } if event.by == Actor::System => Some(text),
            _ => None,
        })
        .collect()
}

pub(super) async fn states(shop: &Shop, id: &ConversationId) -> Vec<&'static str> {
    let row = row(shop, id).await;
    row.promises
        .iter()
        .map(|promise| promise.state.name())
        .collect()
}

/// A conversation that was handed over.
pub(super) async fn handed_over(shop: &Shop, text: &str) -> (Session, ConversationId) {
    let visitor = shop.visit().await;
    let received = shop.send(&visitor, text).await;
    let id = received.conversation;
    assert_eq!(row(shop, &id).await.owner, Owner::Queue, "{text}");
    (visitor, id)
}

pub(super) async fn reply(
    shop: &Shop,
    agent: &frontdesk::domain::account::Agent,
    id: &ConversationId,
) {
    let name = ClientId::parse("r1").unwrap();
    let text = "I have looked into it.".to_owned();
    shop.desk.reply(agent, id, name, text, None).await.unwrap();
}

pub(super) fn signed_in(email: &str) -> Identity {
    Identity {
        subject: email.to_owned(),
        email: Some(email.to_owned()),
        ..Identity::default()
    }
}

#[tokio::test]
async fn an_answer_in_time_keeps_the_promise_and_nothing_more_is_said() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    assert_eq!(states(&shop, &id).await, ["open"]);
    reply(&shop, &lee, &id).await;
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
    assert_eq!(told(&shop, &id).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_answers_so_the_customer_hears_it_first_and_then_a_person_is_asked() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    assert_eq!(look(&shop, "2026-11-24T15:59:59Z").await, 0);
    assert_eq!(look(&shop, LOOK).await, 1);
    let said = told(&shop, &id).await;
    assert!(
        said[0].contains("sorry") && said[0].contains("25 November"),
        "{said:?}"
    );
    let urgent = row(&shop, &id).await;
    assert_eq!(
        (urgent.owner, urgent.priority),
        (Owner::Queue, Priority::High)
    );
    assert_eq!(urgent.reason, Some(HandoffReason::AskedForHuman));
    for at in [LOOK, "2026-11-24T18:00:00Z", "2026-11-25T17:59:59Z"] {
        assert_eq!(look(&shop, at).await, 0, "{at}");
    }
    assert_eq!(look(&shop, LATER).await, 1);
    let raised = row(&shop, &id).await;
    assert_eq!(
        (raised.owner, raised.priority),
        (Owner::Queue, Priority::Urgent)
    );
    assert_eq!(raised.reason, Some(HandoffReason::RepeatContact));
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
    assert_eq!(states(&shop, &id).await, ["raised"]);
    assert_eq!(told(&shop, &id).await.len(), 1);
}

#[tokio::test]
async fn the_customer_hears_it_in_their_own_language() {
    let shop = Shop::open().await;
    let table = [
        ("转人工", "抱歉让您久等了"),
        ("我要找真人客服專員，請轉接", "很抱歉讓您久等了"),
        ("agent please", "I'm sorry to keep you waiting"),
    ];
    let mut waiting = Vec::new();
    for (text, sorry) in table {
        waiting.push((handed_over(&shop, text).await.1, sorry));
    }
    assert_eq!(look(&shop, LOOK).await, table.len());
    for (id, sorry) in waiting {
        let said = told(&shop, &id).await;
        assert!(
            said[0].starts_with(sorry) && said[0].contains("25"),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn an_agent_who_took_it_and_says_nothing_gives_it_up_in_the_end() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    look(&shop, LOOK).await;
    let told_late = row(&shop, &id).await;
    assert_eq!(told_late.owner, Owner::Agent(lee.id.clone()));
    assert_eq!(told_late.priority, Priority::High);
    look(&shop, LATER).await;
    let raised = row(&shop, &id).await;
    assert_eq!(
        (raised.owner, raised.priority),
        (Owner::Queue, Priority::Urgent)
    );
    assert!(raised.waiting_since.is_some());
}

#[tokio::test]
async fn what_was_given_back_without_an_answer_goes_to_the_queue_again() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    shop.desk.give_back(&lee, &id, None).await.unwrap();
    look(&shop, LOOK).await;
    let waiting = row(&shop, &id).await;
    assert_eq!(
        (waiting.owner, waiting.priority),
        (Owner::Queue, Priority::High)
    );
    assert_eq!(told(&shop, &id).await.len(), 1);
    let last = log(&shop, &id).await;
    let told_at = last.iter().position(|event| {
        event.by == Actor::System && matches!(event.body, EventBody::Reply { .. })
    });
    let handed = last
        .iter()
        .rposition(|event| matches!(event.body, EventBody::HandedOff(_)));
    assert!(told_at < handed, "the customer hears it first");
}

#[tokio::test]
async fn what_was_resolved_without_a_word_is_not_promised_any_more() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    shop.desk.resolve(&lee, &id, None).await.unwrap();
    assert_eq!(states(&shop, &id).await, ["void"]);
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
}
