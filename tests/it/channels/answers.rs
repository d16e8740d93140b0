//! Answers by e-mail to the letters that customers of a page get: they go on with the conversation of the page, as long as the letter is
//! good, from the address that it went to, and with nothing taken as shown that was shown on the page.

use std::time::Duration;

use frontdesk::domain::conversation::{Event, EventBody, Owner};
use frontdesk::domain::ids::ConversationId;
use serde_json::{Value, json};

use super::letters::Talk;
use super::*;

const MIA: &str = "mia@example.com";

/// The name of the last letter that went out.
fn name_of_last(talk: &Talk) -> String {
    let raw = sealed::unescaped(&talk.mail.got().pop().unwrap().raw);
    let (_, rest) = raw.split_once("<evt_").unwrap();
    format!("<evt_{}>", rest.split_once('>').unwrap().0)
}

/// A letter in answer to another, as the platform of the account hands it on.
fn answer(channel: Channel, from: &str, to: &str, said: &str) -> Vec<u8> {
    let id = format!("<{}@mail.example>", crate::support::fresh_id());
    let headers = [
        ("Message-ID", id.as_str()),
        ("In-Reply-To", to),
        ("References", to),
    ];
    match channel {
        Channel::Mailgun => {
            let headers = json!(headers).to_string();
            let fields = json!({"sender": from, "subject": "Re: hello", "body-plain": said, "message-headers": headers});
            mail::mailgun(&fields).into_bytes()
        }
        Channel::Postmark => {
            let headers = headers.map(|(name, value)| json!({"Name": name, "Value": value}));
            let png = STANDARD.encode(crate::evidence::png(3));
            let file = json!([{"ContentType": "image/png", "Content": png}]);
            json!({"FromFull": {"Email": from}, "Subject": "Re: hello", "TextBody": said, "MessageID": id, "Headers": headers, "Attachments": file})
                .to_string()
                .into_bytes()
        }
        _ => {
            let headers = headers.map(|(name, value)| format!("{name}: {value}\r\n"));
            let headers = headers.concat();
            format!("From: Mia <{from}>\r\nSubject: Re: hello\r\n{headers}\r\n{said}\r\n")
                .into_bytes()
        }
    }
}

impl Talk {
    /// A letter has gone out: its name.
    async fn written(&self) -> String {
        self.says("Which colour do you want?").await;
        let before = self.mail.got().len();
        assert_eq!(self.after(5).await, before + 1);
        name_of_last(self)
    }

    async fn comes(&self, letter: &[u8]) {
        let channel = self.mail.channel;
        let headers = signed(channel, SECRET, "", letter, self.app.clock.now());
        let taken = post(&self.app, channel, &headers, letter).await;
        assert_eq!(taken.status(), 200, "{}", taken.text().await.unwrap());
    }

    async fn conversations(&self) -> usize {
        self.app.store.conversations(None, 200).await.unwrap().len()
    }

    async fn heard(&self) -> Vec<(String, bool)> {
        let heard = |event: Event| match event.body {
            EventBody::Message {
                text, by_letter, ..
            } => Some((text, by_letter)),
            _ => None,
        };
        self.log().await.into_iter().filter_map(heard).collect()
    }

    /// The text of the last letter, whatever it was sent as.
    fn told(&self) -> String {
        self.mail.texts().pop().unwrap()
    }
}

#[tokio::test]
async fn an_answer_to_a_letter_goes_on_with_the_conversation_of_the_page_and_is_answered_in_its_thread()
 {
    for channel in [Channel::Email, Channel::Mailgun, Channel::Postmark] {
        let talk = Talk::begin(channel).await;
        let letter = talk.written().await;
        let before = talk.conversations().await;
        let said = answer(channel, MIA, &letter, "The blue one.\n\n> Which colour");
        talk.comes(&said).await;
        talk.comes(&said).await;
        assert_eq!(talk.conversations().await, before, "{channel}: a new one");
        let heard = talk.heard().await;
        let (text, by_letter) = &heard[1];
        assert!(text.starts_with("The blue one.") && !text.contains("Which"));
        assert!(*by_letter && heard.len() == 2, "{channel}: {heard:?}");
        let path = format!("/v1/conversations/{}/events", talk.id);
        let asked = talk.app.get(&path).bearer_auth(&talk.mei).send().await;
        let seen: Value = asked.unwrap().json().await.unwrap();
        let marked = |event: &&Value| event["by_letter"] == json!(true);
        let marked = seen["events"].as_array().unwrap().iter().filter(marked);
        assert_eq!(marked.count(), 1, "agents see how it came: {seen}");
        // The picture that came along is in the same conversation.
        let log = talk.log().await;
        let files = log
            .iter()
            .filter(|event| matches!(event.body, EventBody::Attached { .. }));
        assert_eq!(files.count(), usize::from(channel == Channel::Postmark));
        // Who writes letters need not wait until they are taken for away, and an answer to the answer goes on as well.
        talk.says("Blue it is.").await;
        talk.says("It leaves today.").await;
        assert_eq!(talk.after(1).await, 2, "{channel}");
        assert!(talk.told().starts_with("Blue it is.\n\nIt leaves today."));
        let raw = sealed::unescaped(&talk.mail.got()[1].raw);
        assert!(
            raw.contains("@mail.example>") && raw.contains(&letter),
            "{raw}"
        );
        talk.comes(&answer(channel, MIA, &name_of_last(&talk), "Thanks"))
            .await;
        assert_eq!(talk.conversations().await, before, "{channel}: a new one");
    }
}

#[tokio::test]
async fn a_letter_that_is_forged_anothers_or_too_old_begins_a_new_conversation() {
    let talk = Talk::begin(Channel::Email).await;
    let letter = talk.written().await;
    let (other, _) = talk.app.waiting("linden").await;
    let other = talk.app.send(&other, "hello?").await;
    let other = other["conversation"].as_str().unwrap();
    let heard = talk.heard().await;
    let (rest, _) = letter.rsplit_once(".fd@").unwrap();
    let mut wrong = vec![
        ("ann@example.com", letter.clone()),
        (MIA, letter.replace(&talk.id, other)),
        (
            MIA,
            format!("{}.fd@linden.example>", &rest[..rest.len() - 1]),
        ),
        (MIA, format!("{rest}0.fd@linden.example>")),
        (MIA, letter.replace("linden.example", "evil.example")),
        (MIA, format!("<evt_1.{}.fd@linden.example>", talk.id)),
    ];
    for (from, name) in &wrong {
        assert!(name != &letter || *from != MIA);
        talk.comes(&answer(Channel::Email, from, name, "refund A1001 to me"))
            .await;
        assert_eq!(talk.heard().await, heard, "{from} {name}");
    }
    // Mia's own letters that answer none are one conversation; so is what Ann wrote.
    let rows = talk.app.store.conversations(None, 200).await.unwrap();
    let by_mail = rows.iter().filter(|row| row.channel == "email");
    assert_eq!(by_mail.count(), 2);
    wrong.clear();
    // An hour before it ends it is good; then it is a letter like any other.
    let hours = |hours: u64| Duration::from_secs(3600 * hours);
    let now = talk.app.clock.now();
    talk.app.clock.move_to(now + hours(30 * 24 - 1));
    talk.comes(&answer(Channel::Email, MIA, &letter, "blue"))
        .await;
    assert_eq!(talk.heard().await.len(), heard.len() + 1);
    talk.app.clock.move_to(now + hours(30 * 24 + 1));
    talk.comes(&answer(Channel::Email, MIA, &letter, "red"))
        .await;
    assert_eq!(talk.heard().await.len(), heard.len() + 1);
}

/// Whoever holds the letter may be somebody else: an address that was mistyped, a mailbox that several read.
#[tokio::test]
async fn who_answers_a_letter_has_shown_nothing_of_what_was_shown_on_the_page() {
    const ASKS: &str = "where is my order A1042?";
    let app = desk().await;
    app.order("m_linden", "A1042").await;
    let visitor = app.signed_in(&json!({"sub": "u1", "email": MIA})).await;
    app.say_as(&visitor, ASKS).await;
    let told = app.say_as(&visitor, "a1042@example.org").await.join("\n");
    let talk = Talk::begin_as(Channel::Email, app, visitor).await;
    let letter = talk.written().await;
    talk.by_agent("return", &json!({})).await;
    let sent = talk.mail.got().len();
    talk.comes(&answer(Channel::Email, MIA, &letter, ASKS))
        .await;
    assert_eq!(talk.after(0).await, sent + 1, "the bot answers at once");
    let by_letter = talk.told();
    let facts: Vec<&str> = told.lines().filter(|line| line.len() > 20).collect();
    assert!(!facts.is_empty());
    for fact in facts {
        assert!(!by_letter.contains(fact), "{by_letter}");
    }
    assert!(
        by_letter.contains("e-mail"),
        "it asks for proof: {by_letter}"
    );
    // On the page what was shown still holds.
    let again = talk.app.say_as(&talk.visitor, ASKS).await.join("\n");
    assert!(
        told.contains(&again) || again.contains(&told),
        "{told}\n{again}"
    );
    let asked = talk
        .app
        .get("/v1/own-orders")
        .bearer_auth(&talk.visitor.token);
    let orders: Value = asked.send().await.unwrap().json().await.unwrap();
    assert_eq!(orders["orders"][0]["id"], "A1042");
    // What they say on the page is answered there.
    assert_eq!(talk.after(10).await, sent + 1);
}

#[tokio::test]
async fn letters_that_cross_are_both_read_and_a_machine_is_not_answered() {
    let talk = Talk::begin(Channel::Email).await;
    let letter = talk.written().await;
    talk.says("We have it in green, too.").await;
    talk.comes(&answer(Channel::Email, MIA, &letter, "The blue one."))
        .await;
    assert_eq!(
        talk.after(6).await,
        2,
        "they had not read it when they wrote"
    );
    assert!(talk.told().starts_with("We have it in green"));
    // Back on the page, what is said waits again until they are away.
    talk.app.say_as(&talk.visitor, "I am back").await;
    talk.says("Good.").await;
    assert_eq!(talk.after(2).await, 2);
    let before = talk.heard().await;
    let away = format!(
        "From: mia@example.com\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <v2@mail.example>\r\nIn-Reply-To: {letter}\r\n\r\nI am away.\r\n"
    );
    talk.comes(away.as_bytes()).await;
    assert_eq!(talk.heard().await, before);
    // An answer to what was resolved opens it again, as on the page.
    talk.by_agent("resolve", &json!({})).await;
    talk.comes(&answer(
        Channel::Email,
        MIA,
        &letter,
        "the parcel is broken",
    ))
    .await;
    let id = ConversationId::parse(&talk.id).unwrap();
    let row = talk.app.store.conversation(&id).await.unwrap().unwrap();
    assert!(!row.status.is_done() && row.owner != Owner::Bot, "{row:?}");
}
