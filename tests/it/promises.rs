//! What customers are told to count on: kept in silence, told of before it lapses, raised to a person when it lapses again; each once,
//! whoever looks and whenever the desk stops.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use frontdesk::clock::Clock;
use frontdesk::desk::{ClaimMove, Desk, Left, Options};
use frontdesk::domain::account::Session;
use frontdesk::domain::conversation::{
    Actor, Conversation, Event, EventBody, Identity, Owner, Priority, Seq, Status,
};
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::domain::ids::{ClientId, ConversationId, OrderId};
use frontdesk::domain::order::RefundState;
use frontdesk::live::Live;
use frontdesk::store::Due;
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::load::check_whole;
use crate::shop::{Shop, rules, site};

/// The shop begins on a Friday at ten; a person answers by Tuesday at six, and two working hours before that the desk looks.
const LOOK: &str = "2026-11-24T16:00:00Z";
/// By when the customer is told that it will be instead.
const LATER: &str = "2026-11-25T18:00:00Z";

fn move_to(shop: &Shop, at: &str) {
    shop.clock.move_to(at.parse().unwrap());
}

/// Moves the clock and looks at what is due.
async fn look(shop: &Shop, at: &str) -> usize {
    move_to(shop, at);
    shop.desk.look_at_due().await.unwrap()
}

async fn row(shop: &Shop, id: &ConversationId) -> Conversation {
    shop.store.conversation(id).await.unwrap().unwrap()
}

async fn log(shop: &Shop, id: &ConversationId) -> Vec<Event> {
    shop.store.events(id, Seq(0), 200).await.unwrap()
}

/// What the desk itself told the customer.
async fn told(shop: &Shop, id: &ConversationId) -> Vec<String> {
    let events = log(shop, id).await.into_iter();
    events
        .filter_map(|event| match event.body {
            EventBody::Reply { text, .. } if event.by == Actor::System => Some(text),
            _ => None,
        })
        .collect()
}

async fn states(shop: &Shop, id: &ConversationId) -> Vec<&'static str> {
    let row = row(shop, id).await;
    row.promises
        .iter()
        .map(|promise| promise.state.name())
        .collect()
}

/// A conversation that was handed over.
async fn handed_over(shop: &Shop, text: &str) -> (Session, ConversationId) {
    let visitor = shop.visit().await;
    let received = shop.send(&visitor, text).await;
    let id = received.conversation;
    assert_eq!(row(shop, &id).await.owner, Owner::Queue, "{text}");
    (visitor, id)
}

async fn reply(shop: &Shop, agent: &frontdesk::domain::account::Agent, id: &ConversationId) {
    let name = ClientId::parse("r1").unwrap();
    let text = "I have looked into it.".to_owned();
    shop.desk.reply(agent, id, name, text, None).await.unwrap();
}

fn signed_in(email: &str) -> Identity {
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

/// Jo applies for a refund that a person decides about.
async fn claim(shop: &Shop) -> (Session, ConversationId) {
    let visitor = shop
        .visit_as(Some(signed_in("jo@example.com")))
        .await
        .session;
    shop.send(&visitor, "I want a refund for A1003").await;
    shop.send(&visitor, "1").await;
    let said = shop
        .send(&visitor, "the lid was cracked when I opened the box")
        .await;
    assert_eq!(row(shop, &said.conversation).await.owner, Owner::Queue);
    (visitor, said.conversation)
}

#[tokio::test]
async fn the_shops_decision_about_a_claim_is_the_answer_that_was_promised() {
    let shop = Shop::open().await;
    let (_, id) = claim(&shop).await;
    let order = OrderId::parse("A1003").unwrap();
    let key = shop.key("m_linden");
    let claims = shop.desk.claims(&key, None, 10).await.unwrap();
    let claim = claims.iter().find(|it| it.order == order).unwrap().claims[0]
        .id
        .clone();
    let worn = ClaimMove::Reject("The box shows signs of use.".to_owned());
    shop.desk.move_claim(&key, &claim, worn).await.unwrap();
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
}

#[tokio::test]
async fn a_claim_that_nobody_decides_about_is_late_like_any_answer() {
    let shop = Shop::open().await;
    let (_, id) = claim(&shop).await;
    look(&shop, LOOK).await;
    assert_eq!(told(&shop, &id).await.len(), 1);
    assert_eq!(states(&shop, &id).await, ["told_late"]);
}

/// Asks where the money is, and is told the 25th.
async fn asks_for_money(shop: &Shop) -> (Session, ConversationId) {
    let visitor = shop
        .visit_as(Some(signed_in("wang@example.com")))
        .await
        .session;
    let said = shop
        .send(&visitor, "订单 88412033 的退款什么时候到账")
        .await;
    let id = said.conversation;
    assert_eq!(states(shop, &id).await, ["open"]);
    (visitor, id)
}

async fn refund_is(shop: &Shop, state: RefundState) {
    let key = shop.key("m_linden");
    let id = OrderId::parse("88412033").unwrap();
    let mut order = shop.desk.order(&key, &id).await.unwrap();
    order.refunds[0].state = state;
    shop.desk.put_orders(&key, vec![order]).await.unwrap();
}

#[tokio::test]
async fn money_that_is_there_by_its_day_keeps_the_promise_in_silence() {
    let shop = Shop::open().await;
    let (_, id) = asks_for_money(&shop).await;
    refund_is(&shop, RefundState::Paid).await;
    assert_eq!(look(&shop, "2026-11-25T15:59:59Z").await, 0);
    assert_eq!(look(&shop, "2026-11-25T16:00:00Z").await, 1);
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(told(&shop, &id).await, Vec::<String>::new());
    assert_eq!(row(&shop, &id).await.owner, Owner::Bot);
}

#[tokio::test]
async fn money_that_is_late_is_told_of_and_looked_for_by_a_person_whose_answer_counts() {
    let shop = Shop::open().await;
    let (_, id) = asks_for_money(&shop).await;
    look(&shop, "2026-11-25T16:00:00Z").await;
    let said = told(&shop, &id).await;
    assert!(
        said[0].contains("88412033") && said[0].contains("抱歉"),
        "{said:?}"
    );
    let waiting = row(&shop, &id).await;
    assert_eq!(
        (waiting.owner, waiting.priority),
        (Owner::Queue, Priority::High)
    );
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    reply(&shop, &lee, &id).await;
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
}

#[tokio::test]
async fn a_promise_comes_along_into_the_conversation_that_goes_on() {
    let shop = Shop::open().await;
    let (visitor, first) = asks_for_money(&shop).await;
    let done = shop.send(&visitor, "谢谢，再见").await;
    assert_eq!(done.conversation, first);
    assert!(row(&shop, &first).await.status.is_done());
    shop.wait(80);
    let next = shop.send(&visitor, "你们几点上班").await.conversation;
    assert_ne!(next, first);
    look(&shop, "2026-11-25T16:00:00Z").await;
    assert_eq!(told(&shop, &first).await, Vec::<String>::new());
    assert_eq!(told(&shop, &next).await.len(), 1);
    let Shop {
        desk,
        store,
        folder,
        ..
    } = shop;
    store.close();
    drop((desk, store));
    check_whole(&folder.path().join("data"));
}

#[tokio::test]
async fn two_desks_that_look_at_once_tell_the_customer_once() {
    let shop = Shop::open().await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(handed_over(&shop, "I want to talk to a human").await.1);
    }
    let other = || {
        let sites = vec![site("linden", "m_linden"), site("other", "m_other")];
        let clock: Clock = shop.clock.clone();
        let (live, options) = (Live::new(), Options::default());
        Desk::new(shop.store.clone(), rules(), sites, clock, live, options)
    };
    let desks = [other(), other(), other()];
    for at in [LOOK, LATER] {
        move_to(&shop, at);
        let passes = desks.iter().map(|desk| desk.look_at_due());
        for pass in futures_util::future::join_all(passes).await {
            pass.unwrap();
        }
    }
    for id in &ids {
        assert_eq!(told(&shop, id).await.len(), 1);
        let raised = |event: &&Event| matches!(&event.body, EventBody::HandedOff(handoff) if handoff.reason == HandoffReason::RepeatContact);
        assert_eq!(log(&shop, id).await.iter().filter(raised).count(), 1);
    }
}

#[tokio::test]
async fn a_desk_that_stops_at_any_moment_of_a_pass_tells_each_customer_once() {
    let mut shop = Shop::open().await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(handed_over(&shop, "I want to talk to a human").await.1);
    }
    move_to(&shop, LOOK);
    for steps in 0..40 {
        let desk = shop.desk.clone();
        let mut pass = Box::pin(async move { desk.look_at_due().await });
        // As a kill: the pass is dropped wherever it is.
        for _ in 0..steps {
            let polled = poll_fn(|cx| Poll::Ready(pass.as_mut().poll(cx).is_ready()));
            if polled.await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(pass);
        if steps % 8 == 7 {
            shop = shop.restart(Duration::ZERO);
        }
    }
    shop = shop.restart(Duration::ZERO);
    shop.desk.look_at_due().await.unwrap();
    for id in &ids {
        assert_eq!(told(&shop, id).await.len(), 1);
        assert_eq!(states(&shop, id).await, ["told_late"]);
    }
}

#[tokio::test]
async fn a_desk_that_was_down_when_a_promise_lapsed_tells_a_time_that_is_still_to_come() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let shop = shop.restart(Duration::ZERO);
    look(&shop, "2026-12-01T12:00:00Z").await;
    let said = told(&shop, &id).await;
    assert!(said[0].contains("2 December"), "{said:?}");
}

#[tokio::test]
async fn a_snoozed_conversation_comes_back_at_its_time() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    reply(&shop, &lee, &id).await;
    let until = "2026-11-23T09:00:00Z";
    let left = Left {
        until: Some(until.parse().unwrap()),
        ..Left::default()
    };
    shop.desk.snooze(&lee, &id, left, None).await.unwrap();
    assert_eq!(look(&shop, "2026-11-23T08:59:59Z").await, 0);
    assert_eq!(look(&shop, until).await, 1);
    let back = row(&shop, &id).await;
    assert_eq!(
        (back.status, back.owner),
        (Status::Active, Owner::Agent(lee.id))
    );
    assert_eq!(look(&shop, LATER).await, 0);
}

#[tokio::test]
async fn sessions_that_have_ended_go_and_hide_nothing_that_is_due_after_them() {
    let shop = Shop::open().await;
    for _ in 0..300 {
        shop.visit().await;
    }
    shop.wait(24 * 31);
    let (visitor, id) = handed_over(&shop, "I want to talk to a human").await;
    shop.wait(24 * 7);
    shop.desk.look_at_due().await.unwrap();
    assert_eq!(told(&shop, &id).await.len(), 1);
    assert!(shop.store.session(&visitor.token).await.unwrap().is_some());
    let left = shop.store.due(shop.clock.now(), 10).await.unwrap();
    assert!(
        !left.iter().any(|(_, due)| matches!(due, Due::Session(_))),
        "{left:?}"
    );
}

#[tokio::test]
async fn what_is_promised_kept_and_late_is_measured() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let shop = Shop::open().await;
    let lee = shop.agent("lee", None).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(handed_over(&shop, "I want to talk to a human").await.1);
    }
    for id in &ids[..3] {
        shop.desk.claim(&lee, id, None).await.unwrap();
    }
    reply(&shop, &lee, &ids[0]).await;
    shop.desk.resolve(&lee, &ids[1], None).await.unwrap();
    look(&shop, LOOK).await;
    // Told that it would be late, and then it was.
    move_to(&shop, "2026-11-25T10:00:00Z");
    reply(&shop, &lee, &ids[2]).await;
    look(&shop, LATER).await;
    let text = metrics.render();
    for (outcome, count) in [
        ("made", 4),
        ("kept", 1),
        ("void", 1),
        ("told_late", 2),
        ("late", 1),
        ("raised", 1),
    ] {
        let line = format!("frontdesk_promises_total{{outcome=\"{outcome}\"}} {count}");
        assert!(text.contains(&line), "{line} is not in\n{text}");
    }
    assert!(
        text.contains("frontdesk_promises_kept_share 0.333"),
        "{text}"
    );
}

#[tokio::test]
async fn the_index_is_what_the_promises_make_it() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let all = "2100-01-01T00:00:00Z".parse().unwrap();
    let places = async || {
        let due = shop.store.due(all, 100).await.unwrap();
        let promises = due
            .into_iter()
            .filter(|(_, due)| *due == Due::Promise(id.clone()));
        promises.map(|(at, _)| at.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(places().await, [LOOK]);
    look(&shop, LOOK).await;
    assert_eq!(places().await, [LATER]);
    look(&shop, LATER).await;
    assert_eq!(places().await, Vec::<String>::new());
}
