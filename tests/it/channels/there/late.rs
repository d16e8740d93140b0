//! What is still to be said while people at the platform have a conversation: an answer of the bot comes too late, news waits, and what is
//! urgent is told them. A brief of which nobody says that it has arrived is told once more.

use frontdesk::domain::conversation::{Actor, Event};
use frontdesk::domain::money::Money;
use frontdesk::domain::promise::Promised;
use frontdesk::domain::webhook::Delivery;
use frontdesk::store::Commit;

use super::*;

const TOO_LATE: &str =
    "people at the platform had taken the conversation over before the bot's answer went out";

#[tokio::test]
async fn an_answer_that_people_there_were_faster_than_is_never_said_and_an_agent_sees_why() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, "hello", "pending").await;
    shop.becomes("conversation_opened", "open").await;
    assert_eq!(shop.owner().await, Owner::Platform);
    let done = shop.drain().await;
    assert!(
        matches!(done[..], [Progress::TooLate(_), ..]),
        "it is no failure that an operator is to look at: {done:?}"
    );
    assert!(shop.platform.got().is_empty());
    let log = log_of(&shop.app, shop.channel(), shop.user).await;
    for (state, why) in fates(&log) {
        assert_eq!(state, MessageState::Failed);
        assert_eq!(why.unwrap(), TOO_LATE);
    }
    // Nor when it is given back, hours later, or when the customer writes again.
    let before = shop.said().await.len();
    shop.later(4 * 3600);
    shop.becomes("conversation_status_changed", "pending").await;
    shop.drain().await;
    assert!(shop.platform.got().is_empty());
    shop.write(2, "where is my refund?", "pending").await;
    shop.drain().await;
    let answered = shop.said().await.len() - before;
    assert_eq!(
        shop.platform.got().len(),
        answered,
        "what is asked now is answered"
    );
}

/// Something about the customer's refund that the desk says by itself.
pub(super) async fn news(shop: &Shop) -> Event {
    let mut row = shop.row().await;
    let (id, revision) = (row.id.clone(), row.revision);
    let body = EventBody::ClaimMoved {
        claim: "A1001-1".parse().unwrap(),
        state: "paid".to_owned(),
        amount: Money::parse("64.00", "GBP").unwrap(),
        text: Some("The money is on its way.".to_owned()),
        policy: None,
    };
    let event = row.next_event(Actor::System, body, shop.app.clock.now());
    let outbox = row.recipient.as_ref().unwrap().outbox.clone();
    let delivery = Delivery::to_customer(&row, &outbox, &event, false, "evt_news".to_owned());
    let commit = Commit::new().expecting(&id, revision).event(event.clone());
    shop.app
        .store
        .commit(commit.conversation(row).send(delivery))
        .await
        .unwrap();
    event
}

/// Brings news while people there have the conversation: it is held, and their customer's words to them do not release it.
async fn news_is_held() -> (Shop, usize) {
    let shop = handed_over().await;
    shop.later(60);
    let before = shop.platform.got().len();
    news(&shop).await;
    shop.drain().await;
    shop.later(60);
    shop.write(2, "anybody?", "open").await;
    shop.drain().await;
    assert_eq!(shop.platform.got().len(), before);
    let log = log_of(&shop.app, shop.channel(), shop.user).await;
    let (state, why) = fates(&log).pop().unwrap();
    assert_eq!(state, MessageState::Held);
    assert_eq!(why.unwrap(), "people at the platform have the conversation");
    (shop, before)
}

#[tokio::test]
async fn news_that_comes_while_people_there_have_it_is_told_as_soon_as_they_give_it_back() {
    let (shop, before) = news_is_held().await;
    shop.later(3600);
    shop.becomes("conversation_status_changed", "pending").await;
    shop.drain().await;
    let asked = shop.asked(before);
    assert_eq!(asked.len(), 1, "nobody had to write first: {asked:?}");
    assert_eq!(asked[0].1["content"], "The money is on its way.");
    assert_eq!(shop.fates().await.last(), Some(&MessageState::Sent));
}

#[tokio::test]
async fn news_is_told_when_people_there_have_called_it_done_and_so_is_what_comes_later() {
    let (shop, before) = news_is_held().await;
    shop.later(60);
    shop.becomes("conversation_resolved", "resolved").await;
    assert_eq!(shop.owner().await, Owner::Platform);
    shop.drain().await;
    assert_eq!(
        shop.asked(before)[0].1["content"],
        "The money is on its way."
    );
    assert_eq!(shop.fates().await.last(), Some(&MessageState::Sent));
    shop.later(3600);
    news(&shop).await;
    shop.drain().await;
    assert_eq!(shop.asked(before).len(), 2, "nobody has it");
    assert_eq!(shop.fates().await.last(), Some(&MessageState::Sent));
}

#[tokio::test]
async fn news_is_told_when_somebody_here_takes_it_over_too() {
    let (shop, before) = news_is_held().await;
    let mei = shop.app.agent_as("mei", None, AgentRole::Lead).await;
    let path = format!("/v1/conversations/{}/takeover", shop.row().await.id);
    let taken = shop.app.post(&path).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    shop.drain().await;
    assert_eq!(
        shop.asked(before)[0].1["content"],
        "The money is on its way."
    );
}

#[tokio::test]
async fn what_is_urgent_while_people_there_have_it_is_told_them_behind_what_its_customer_is_told() {
    let shop = handed_over().await;
    let now = shop.app.clock.now();
    let mut row = shop.row().await;
    let (id, revision) = (row.id.clone(), row.revision);
    let by = now + Duration::from_secs(3600);
    row.promises
        .make(Promised::Answer { claim: None }, by, by, now);
    let commit = Commit::new().expecting(&id, revision).conversation(row);
    shop.app.store.commit(commit).await.unwrap();
    let (before, spoken) = (shop.platform.got().len(), shop.said().await.len());
    shop.later(3601);
    assert_eq!(shop.app.app.desk.look_at_due().await.unwrap(), 1);
    assert_eq!(shop.owner().await, Owner::Platform, "it stays theirs");
    shop.drain().await;
    let late = shop.said().await.split_off(spoken);
    assert_eq!(late.len(), 1, "{late:?}");
    let asked = shop.asked(before);
    let what: Vec<&str> = asked.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(what, ["messages", "toggle_status", "messages"]);
    assert_eq!(asked[0].1["private"], false);
    assert_eq!(asked[0].1["content"], late[0]);
    assert_eq!(asked[1].1, json!({"status": "open"}));
    assert_eq!(asked[2].1["private"], true, "{:?}", asked[2]);
    let brief = asked[2].1["content"].as_str().unwrap();
    assert!(
        brief.contains("still not settled") && brief.contains("Promised"),
        "why it is urgent, and what was promised: {brief}"
    );
}

#[tokio::test]
async fn a_brief_that_nobody_says_has_arrived_is_not_written_again_and_again() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let spoken = shop.said().await.len();
    let fine = std::iter::repeat_with(|| Does::Say(200, "", "{}".to_owned())).take(spoken + 1);
    let hangs = std::iter::repeat_with(|| Does::Hang).take(9);
    shop.platform.plan(fine.chain(hangs));
    for _ in 0..4 {
        shop.drain().await;
        shop.later(6 * 3600);
    }
    let asked = shop.asked(spoken);
    let notes = asked.iter().filter(|(what, _)| what == "messages").count();
    assert_eq!(notes, 2, "once, and once more");
    assert_eq!(
        shop.owner().await,
        Owner::Platform,
        "they have it all the same"
    );
}
