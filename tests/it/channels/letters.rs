//! Letters to customers of a page who left an address: what people say goes there once they are away, once, and nothing else does.

use std::time::Duration;

use frontdesk::delivery::Sender;
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::{Event, EventBody, Seq};
use frontdesk::domain::ids::ConversationId;
use serde_json::{Value, json};

use super::delivery::drain;
use super::platform::{HOME, Loopback};
use super::*;
use crate::support::{Visitor, fresh_id};

/// A customer who waits and left an address, the agent who has them, and the site's mail.
pub struct Talk {
    pub app: TestApp,
    pub mail: Loopback,
    sender: Sender,
    pub visitor: Visitor,
    pub id: String,
    pub mei: String,
}

impl Talk {
    pub async fn begin(channel: Channel) -> Self {
        let app = desk().await;
        let mia = json!({"sub": "u1", "email": "Mia@Example.com"});
        let visitor = app.signed_in(&mia).await;
        Self::begin_as(channel, app, visitor).await
    }

    /// With a customer who has said something.
    pub async fn begin_as(channel: Channel, app: TestApp, visitor: Visitor) -> Self {
        let mail = Loopback::start(channel).await;
        let sender = mail.sender(&app, &HOME);
        let key = mail.account().key;
        let site = SiteId::parse("linden").unwrap();
        app.app.desk.set_mailboxes([(site, key)]);
        let mei = app.agent("mei", Some("m_linden")).await;
        let answer = app.send(&visitor, "I want to talk to a human").await;
        let id = answer["conversation"].as_str().unwrap().to_owned();
        let talk = Self {
            app,
            mail,
            sender,
            visitor,
            id,
            mei,
        };
        let contact = json!({"client_id": "c1", "email": "mia@example.com"});
        talk.post(&talk.visitor.token, "/v1/contact", &contact)
            .await;
        talk.by_agent("claim", &json!({})).await;
        talk
    }

    async fn post(&self, token: &str, path: &str, body: &Value) {
        let sent = self.app.post(path).bearer_auth(token).json(body);
        let status = sent.send().await.unwrap().status();
        assert!(status.is_success(), "{path}: {status}");
    }

    pub async fn by_agent(&self, what: &str, body: &Value) {
        let path = format!("/v1/conversations/{}/{what}", self.id);
        self.post(&self.mei, &path, body).await;
    }

    pub async fn says(&self, text: &str) {
        let body = json!({"client_id": fresh_id(), "text": text});
        self.by_agent("messages", &body).await;
    }

    /// What has gone out after so many minutes.
    pub async fn after(&self, minutes: u64) -> usize {
        let now = self.app.clock.now() + Duration::from_secs(60 * minutes);
        self.app.clock.move_to(now);
        drain(&self.sender, &self.app).await;
        self.mail.got().len()
    }

    pub async fn log(&self) -> Vec<Event> {
        let id = ConversationId::parse(&self.id).unwrap();
        self.app.store.events(&id, Seq(0), 200).await.unwrap()
    }

    async fn reads(&self) {
        let last = self.log().await.last().unwrap().seq.0;
        let body = json!({ "up_to": last });
        self.post(&self.visitor.token, "/v1/read", &body).await;
    }
}

#[tokio::test]
async fn what_an_agent_says_to_a_customer_who_is_away_goes_to_their_address_in_one_letter_and_once()
{
    for channel in [Channel::Email, Channel::Mailgun, Channel::Postmark] {
        let talk = Talk::begin(channel).await;
        talk.says("Your refund was sent today.").await;
        assert_eq!(talk.after(2).await, 0, "{channel}: they may still be there");
        talk.says("It takes two days.").await;
        assert_eq!(talk.after(3).await, 1, "{channel}");
        assert_eq!(talk.after(60).await, 1, "{channel}: told again");
        let got = talk.mail.got().pop().unwrap();
        let said = talk.mail.texts().pop().unwrap();
        assert!(
            said.starts_with(
                "Your refund was sent today.\n\nIt takes two days.\n\nTo go on, answer this e-mail"
            ),
            "{channel}: {said}"
        );
        let whole = sealed::unescaped(&got.raw);
        for part in [
            "mia@example.com",
            "A reply from m_linden support",
            "auto-generated",
        ] {
            assert!(whole.contains(part), "{channel}: no {part} in {whole}");
        }
        assert!(!whole.contains("In-Reply-To"), "{channel}: it answers none");
        if channel == Channel::Email {
            let now = talk.app.clock.now();
            let parser = mail_parser::MessageParser::default();
            let date = parser
                .parse(&got.raw)
                .and_then(|letter| letter.date().cloned());
            let date = date.unwrap_or_else(|| panic!("no date in {whole}"));
            let ago = now.as_second() - date.to_timestamp();
            assert!((0..4000).contains(&ago), "{ago}: {whole}");
        }
        let log = talk.log().await;
        let sent = log.iter().filter(|event| {
            let is_sent = |state| state == MessageState::Sent;
            matches!(event.body, EventBody::MessageMoved { state, .. } if is_sent(state))
        });
        assert_eq!(sent.count(), 2, "{channel}: the agent sees both as sent");
    }
}

/// Of which messages it was noted that they came so far.
fn went(log: &[Event], to: MessageState) -> Vec<Seq> {
    let moved = log.iter().filter_map(|event| match &event.body {
        EventBody::MessageMoved { message, state, .. } if *state == to => Some(*message),
        _ => None,
    });
    moved.collect()
}

#[tokio::test]
async fn what_the_customer_has_read_on_the_page_is_no_letter() {
    let talk = Talk::begin(Channel::Email).await;
    talk.says("Are you still there?").await;
    talk.reads().await;
    assert_eq!(talk.after(10).await, 0, "they had read it");
    talk.says("Good bye.").await;
    assert_eq!(talk.after(10).await, 1);
    assert!(!talk.mail.got()[0].raw.contains("still there"));
}

#[tokio::test]
async fn a_customer_who_wrote_again_was_there_and_what_the_bot_says_is_no_letter() {
    let talk = Talk::begin(Channel::Email).await;
    talk.says("Which order?").await;
    talk.app.say_as(&talk.visitor, "A1001").await;
    assert_eq!(talk.after(10).await, 0);
    talk.by_agent("return", &json!({})).await;
    let answers = talk
        .app
        .say_as(&talk.visitor, "How long does a refund take?")
        .await;
    assert!(!answers.is_empty());
    assert_eq!(talk.after(10).await, 0);
}

#[tokio::test]
async fn without_an_address_or_a_mail_account_of_the_site_nothing_is_a_letter_and_no_word_promises_one()
 {
    let talk = Talk::begin(Channel::Email).await;
    let (visitor, _) = talk.app.waiting("linden").await;
    let told = crate::http_stream::read_whole(&talk.app, &visitor).await;
    assert!(told.contains("\"by_letter\":true"), "{told}");
    talk.app.app.desk.set_mailboxes([]);
    let told = crate::http_stream::read_whole(&talk.app, &visitor).await;
    assert!(
        told.contains("event: waiting") && !told.contains("by_letter"),
        "{told}"
    );
    talk.says("Your refund was sent today.").await;
    assert_eq!(talk.after(10).await, 0);
}

#[tokio::test]
async fn a_machine_that_answers_a_letter_is_not_answered() {
    let talk = Talk::begin(Channel::Email).await;
    talk.says("Your refund was sent today.").await;
    assert_eq!(talk.after(10).await, 1);
    let before = talk.app.store.conversations(None, 200).await.unwrap().len();
    let away = "From: mia@example.com\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <v1@mail.example>\r\n\r\nI am away.\r\n";
    let now = talk.app.clock.now();
    let headers = signed(Channel::Email, SECRET, "", away.as_bytes(), now);
    let answer = post(&talk.app, Channel::Email, &headers, away.as_bytes()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(talk.after(10).await, 1);
    let after = talk.app.store.conversations(None, 200).await.unwrap().len();
    assert_eq!(before, after);
}

/// Whoever types an address into a page may have mistyped it, or mean somebody else's: they are not written to as often as somebody likes, hear
/// nothing of what is said, and have nothing to go on with.
#[tokio::test]
async fn row_31_an_address_that_nobody_has_shown_to_be_theirs_hears_no_word_and_seldom() {
    const SAID: &str = "Your refund of 64.00 was sent today.";
    for channel in [Channel::Email, Channel::Mailgun, Channel::Postmark] {
        let app = desk().await;
        let visitor = app.visitor_of("linden").await;
        let talk = Talk::begin_as(channel, app, visitor).await;
        talk.says(SAID).await;
        talk.says("It takes two days.").await;
        assert_eq!(talk.after(5).await, 1, "{channel}: that there is an answer");
        for number in 0..5 {
            talk.says(&format!("And more: {number}")).await;
            assert_eq!(talk.after(10).await, 1, "{channel}: within the hour");
        }
        assert_eq!(
            talk.after(10).await,
            2,
            "{channel}: of all that was said since, once"
        );
        assert_eq!(talk.after(600).await, 2, "{channel}");
        for (said, got) in talk.mail.texts().into_iter().zip(talk.mail.got()) {
            assert!(said.starts_with("m_linden support has answered"), "{said}");
            let whole = sealed::unescaped(&got.raw);
            for word in ["refund", "64.00", "two days", "And more", "human", &talk.id] {
                assert!(!whole.contains(word), "{channel}: {word} in {whole}");
            }
        }
        // On the page it all stands, and there it can be read.
        let log = talk.log().await;
        assert!(
            log.iter()
                .any(|event| event.said().is_some_and(|(text, _)| text == SAID))
        );
        // And the agent is told so, not that it was sent.
        let said = |event: &&Event| event.is_said_by_people() && event.agent().is_some();
        let said: Vec<Seq> = log.iter().filter(said).map(|event| event.seq).collect();
        assert_eq!(went(&log, MessageState::Noticed), said, "{channel}");
        assert!(went(&log, MessageState::Sent).is_empty(), "{channel}");
    }
}

#[tokio::test]
async fn an_order_that_was_shown_to_be_theirs_with_the_address_is_enough_for_the_words() {
    for (order_is_named, words) in [(true, true), (false, false)] {
        let app = desk().await;
        let record = json!({"id": "M1042", "merchant": "m_linden", "status": "shipped", "amount": "64.00", "currency": "GBP",
            "created_at": "2026-11-10T08:00:00Z", "customer": {"email": "mia@example.com"}});
        let key = app.api_key("m_linden").await;
        let put = app.request(reqwest::Method::PUT, "/v1/orders/M1042");
        let put = put.bearer_auth(key).json(&record).send().await.unwrap();
        assert_eq!(put.status(), 200);
        let visitor = app.visitor_of("linden").await;
        if order_is_named {
            app.say_as(&visitor, "where is my order M1042? mia@example.com")
                .await;
        }
        let talk = Talk::begin_as(Channel::Email, app, visitor).await;
        talk.says("It leaves today.").await;
        assert_eq!(talk.after(10).await, 1);
        let said = talk.mail.texts().pop().unwrap();
        assert_eq!(said.starts_with("It leaves today."), words, "{said}");
    }
}
