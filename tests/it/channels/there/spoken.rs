//! What people at a platform say to a customer stands in the log, by the names that they have there: their customer has it already, and the
//! bot has nothing to say to it.

use frontdesk::domain::conversation::{Actor, Event};
use frontdesk::domain::ids::MerchantId;
use frontdesk::domain::transcript::{CustomerEvent, Names};
use frontdesk::domain::webhook::{EventKind, Subscription};

use super::*;

/// Something that goes out at Chatwoot.
fn goes_out(id: u64, text: &str, kind: &str, private: bool) -> Value {
    json!({"event": "message_created", "id": id, "content": text, "message_type": "outgoing", "private": private,
        "sender": {"id": 12, "name": "Ann", "email": "ann@shop.example", "type": kind}, "account": {"id": 2},
        "conversation": {"id": 9, "status": "open", "meta": {"sender": {"id": 5}}}})
}

impl Shop {
    async fn tells(&self, body: Value) {
        tell(&self.app, self.channel(), &json!({ "body": body })).await;
    }

    async fn log(&self) -> Vec<Event> {
        log_of(&self.app, self.channel(), self.user).await
    }

    /// What people there wrote: to whom, who and what.
    async fn by_people(&self) -> Vec<(&'static str, String, String)> {
        let log = self.log().await.into_iter();
        let theirs = log.filter_map(|event| match (event.by, event.body) {
            (Actor::There(name), EventBody::Reply { text, .. }) => Some(("said", name, text)),
            (Actor::There(name), EventBody::Note { text, .. }) => Some(("noted", name, text)),
            _ => None,
        });
        theirs.collect()
    }

    async fn transcript(&self, format: &str, token: &str) -> String {
        let path = format!(
            "/v1/conversations/{}/transcript.{format}",
            self.row().await.id
        );
        let asked = self.app.get(&path).bearer_auth(token);
        asked.send().await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn what_people_at_chatwoot_say_and_note_is_kept_once_and_neither_sent_nor_answered() {
    let shop = handed_over().await;
    let (before, spoken) = (shop.platform.got().len(), shop.said().await.len());
    for _ in 0..2 {
        shop.tells(goes_out(70, "It went out today", "user", false))
            .await;
        shop.tells(goes_out(71, "She wrote to us last week too", "user", true))
            .await;
    }
    shop.drain().await;
    assert_eq!(
        shop.by_people().await,
        [
            ("said", "Ann".to_owned(), "It went out today".to_owned()),
            (
                "noted",
                "Ann".to_owned(),
                "She wrote to us last week too".to_owned()
            ),
        ]
    );
    assert_eq!(
        shop.platform.got().len(),
        before,
        "nothing is said over again"
    );
    assert_eq!(shop.said().await.len(), spoken + 1, "nor answered");
    assert_eq!(shop.owner().await, Owner::Platform);
    assert!(shop.row().await.unheard.is_empty());

    let mei = shop.app.agent("mei", None).await;
    let text = shop.transcript("txt", &mei).await;
    let said = text.find("Ann").unwrap();
    assert!(text[said..].contains("It went out today"), "{text}");
    assert!(!text.contains("last week"), "notes are asked for: {text}");
}

#[tokio::test]
async fn what_people_there_said_does_not_go_out_again_when_they_give_it_back() {
    let shop = handed_over().await;
    shop.becomes("conversation_status_changed", "open").await;
    shop.tells(goes_out(70, "It went out today", "user", false))
        .await;
    shop.later(60);
    shop.becomes("conversation_status_changed", "pending").await;
    assert_eq!(shop.owner().await, Owner::Bot);
    shop.write(2, "where is my refund?", "pending").await;
    let before = shop.asked(0).len();
    shop.drain().await;
    let sent = shop.asked(before);
    assert!(!sent.is_empty(), "the bot answers");
    let sent = format!("{sent:?}");
    assert!(!sent.contains("It went out today"), "{sent}");
}

#[tokio::test]
async fn the_customer_reads_what_was_said_and_not_what_was_noted_nor_whose_log_in_it_was() {
    let shop = handed_over().await;
    for (id, text, private) in [(70, "It went out today", false), (71, "a nuisance", true)] {
        shop.tells(goes_out(id, text, "user", private)).await;
    }
    let names = Names::new();
    let log = shop.log().await;
    let seen: Vec<CustomerEvent> = log
        .iter()
        .filter_map(|event| CustomerEvent::of(event, &names))
        .collect();
    let seen = serde_json::to_value(&seen).unwrap();
    let last = seen.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["from"], &last["text"]),
        (&json!("agent"), &json!("It went out today"))
    );
    let seen = seen.to_string();
    assert!(
        !seen.contains("Ann") && !seen.contains("nuisance"),
        "{seen}"
    );
}

#[tokio::test]
async fn what_the_desk_itself_or_another_bot_says_at_chatwoot_is_nobodys_word_there() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let taken = || Does::Say(200, "", r#"{"id": 900}"#.to_owned());
    shop.platform.plan(std::iter::repeat_with(taken).take(9));
    shop.drain().await;
    for kind in ["agent_bot", "captain_assistant"] {
        shop.tells(goes_out(70, "I am a bot", kind, false)).await;
    }
    // With the token of a person, what the desk sends is that person's there.
    shop.tells(goes_out(900, "I am handing you over", "user", false))
        .await;
    let mut nobodys = goes_out(71, "an automation says so", "user", false);
    nobodys["sender"] = Value::Null;
    shop.tells(nobodys).await;
    assert_eq!(shop.by_people().await, []);
    // In another conversation there it belongs to that one, and of somebody who never wrote here nothing is known.
    let mut elsewhere = goes_out(72, "about something else", "user", false);
    elsewhere["conversation"]["id"] = json!(10);
    shop.tells(elsewhere).await;
    let mut stranger = goes_out(73, "hello stranger", "user", false);
    stranger["conversation"]["meta"]["sender"]["id"] = json!(6);
    shop.tells(stranger).await;
    assert_eq!(shop.by_people().await, []);
    assert_eq!(
        shop.app.store.conversations(None, 9).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn what_the_desk_says_there_as_a_person_is_its_own_also_before_it_is_answered_and_without_an_answer()
 {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let said = shop.said().await;
    // The platform tells before it answers: to the desk it is the same as if it never did.
    shop.platform.plan([Does::Hang, Does::Hang]);
    let now = shop.app.clock.now();
    let progress = shop.sender.deliver_next(now).await.unwrap();
    assert!(matches!(progress, Progress::Retrying(_)), "{progress:?}");
    shop.tells(goes_out(70, &said[0], "user", false)).await;
    assert_eq!(shop.by_people().await, []);
    // Nobody answers the second time either, and it is told then.
    shop.later(3600);
    let now = shop.app.clock.now();
    let progress = shop.sender.deliver_next(now).await.unwrap();
    assert!(matches!(progress, Progress::GivenUp(_)), "{progress:?}");
    shop.tells(goes_out(71, &said[0], "user", false)).await;
    assert_eq!(shop.by_people().await, []);
    // The brief comes as a note.
    shop.platform.plan([]);
    shop.drain().await;
    let got = shop.platform.got();
    let note = got.iter().find(|got| got.body["private"] == true).unwrap();
    let brief = note.body["content"].as_str().unwrap();
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    shop.tells(goes_out(72, brief, "user", true)).await;
    assert_eq!(shop.by_people().await, []);
    // What a person says in other words, or in the same long after, is theirs.
    shop.drain().await;
    shop.tells(goes_out(73, "It went out today", "user", false))
        .await;
    shop.later(3600);
    shop.tells(goes_out(74, &said[0], "user", false)).await;
    assert_eq!(shop.by_people().await.len(), 2);
}

#[tokio::test]
async fn what_a_person_says_at_chatwoot_in_the_words_of_what_did_not_go_out_is_theirs() {
    let fails = |status| Does::Say(status, "", String::new());
    // It waits, because the platform refused it.
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let said = shop.said().await;
    shop.platform.plan([fails(500)]);
    shop.drain().await;
    shop.tells(goes_out(70, &said[0], "user", false)).await;
    assert_eq!(shop.by_people().await.len(), 1);
    // It failed for good, by the platform's word.
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    shop.platform.plan([fails(422)]);
    shop.drain().await;
    shop.tells(goes_out(71, &said[0], "user", false)).await;
    assert_eq!(shop.by_people().await.len(), 1);
}

#[tokio::test]
async fn whoever_answers_at_chatwoot_of_their_own_accord_has_the_conversation() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, "hello", "pending").await;
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Bot);
    shop.tells(goes_out(70, "Hi, Ann here", "user", false))
        .await;
    assert_eq!(shop.owner().await, Owner::Platform);
    assert_eq!(shop.by_people().await.len(), 1);
}

#[tokio::test]
async fn programs_are_told_once_that_people_there_have_a_conversation_and_once_that_they_have_not()
{
    let shop = Shop::start(Channel::Chatwoot, true).await;
    let endpoint = EndpointId::parse("linden-erp").unwrap();
    let events = vec![
        EventKind::HandoffCreated,
        EventKind::HandoffClaimed,
        EventKind::HandoffResolved,
    ];
    shop.app.app.desk.set_subscriptions(vec![Subscription {
        endpoint: endpoint.clone(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        events,
    }]);
    let told = async || {
        let waiting = shop.app.store.waiting_deliveries(&endpoint, 0, 9);
        let kinds = waiting.await.unwrap().into_iter().map(|one| one.kind);
        kinds.collect::<Vec<_>>()
    };
    shop.write(1, "hello", "pending").await;
    shop.becomes("conversation_opened", "open").await;
    shop.tells(goes_out(70, "Hi, Ann here", "user", false))
        .await;
    assert_eq!(told().await, [EventKind::HandoffClaimed]);
    shop.later(60);
    shop.becomes("conversation_status_changed", "pending").await;
    let both = [EventKind::HandoffClaimed, EventKind::HandoffResolved];
    assert_eq!(told().await, both);
    // What the desk itself hands over is told as that.
    shop.write(2, PERSON, "pending").await;
    assert_eq!(told().await[2..], [EventKind::HandoffCreated]);
}

#[tokio::test]
async fn a_card_number_that_somebody_writes_there_is_not_kept() {
    let shop = handed_over().await;
    shop.tells(goes_out(70, "your card 4111 1111 1111 1111", "user", true))
        .await;
    let theirs = shop.by_people().await;
    assert!(!theirs[0].2.contains("4111 1111"), "{theirs:?}");
}
