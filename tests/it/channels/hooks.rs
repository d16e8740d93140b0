//! What comes in: every request of the data as what it is, once, and whatever is unknown taken without a word.

use frontdesk::channels::{Incoming, accept};
use frontdesk::domain::account::TokenHash;
use frontdesk::domain::channel::{Channel, MessageState};
use frontdesk::domain::conversation::{Conversation, Event, EventBody, Seq};
use frontdesk::domain::ids::EndpointId;
use serde_json::{Value, json};

use super::*;

/// The conversation of somebody at a platform, and its log.
async fn log_of(app: &TestApp, channel: Channel, user: &str) -> (Conversation, Vec<Event>) {
    let outbox = EndpointId::parse(&format!("{channel}.shop")).unwrap();
    let token = TokenHash::of_platform_user(&outbox, user);
    let session = app.store.session(&token).await.unwrap().unwrap();
    let id = session.conversation.unwrap();
    let row = app.store.conversation(&id).await.unwrap().unwrap();
    let events = app.store.events(&id, Seq(0), 200).await.unwrap();
    (row, events)
}

fn texts(events: &[Event]) -> Vec<String> {
    let text = |event: &Event| match &event.body {
        EventBody::Message { text, .. } => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

/// A message as the data writes it.
pub(super) fn read(one: &frontdesk::channels::Inbound) -> Value {
    let files = one.files.iter().map(|file| format!("[{}]", file.kind));
    let text = Some(one.text.clone()).filter(|text| !text.is_empty());
    let all: Vec<String> = text.into_iter().chain(files).collect();
    let mut value = json!({"user": one.user, "text": all.join("\n")});
    let choice = one.choice.map(|choice| json!(choice));
    let place = one.place.as_ref().map(|place| json!(place));
    let reply = one.reply.as_ref().map(|reply| json!(reply));
    for (name, field) in [("choice", choice), ("place", place), ("reply", reply)] {
        if let Some(field) = field {
            value[name] = field;
        }
    }
    value
}

/// A platform that nobody tries with several at once, or with what is new there, is one that loses them.
#[test]
fn the_data_has_a_text_and_an_unknown_kind_of_every_channel_and_a_batch_of_those_that_bring_several()
 {
    for channel in Channel::ALL {
        let brought = cases_of(*channel).into_iter().map(|case| case.expected);
        let all: Vec<Value> = match channel {
            Channel::Wecom => pulling::answers().into_iter().chain(brought).collect(),
            _ => brought.collect(),
        };
        let count = |name: &str| {
            let mut found = all.iter().filter(|case| case["name"] == name);
            found
                .next()
                .map(|case| case["messages"].as_array().unwrap().len())
        };
        assert_eq!(count("a text"), Some(1), "{channel}");
        assert!(count("an unknown kind").is_some(), "{channel}");
        let brings_several = matches!(
            channel,
            Channel::Line
                | Channel::WhatsApp
                | Channel::Messenger
                | Channel::Instagram
                | Channel::Wecom
        );
        let expected = brings_several.then_some(true);
        assert_eq!(
            count("a batch").map(|count| count > 1),
            expected,
            "{channel}"
        );
    }
}

#[test]
fn every_request_of_the_data_is_read_as_what_it_is() {
    let now: Timestamp = crate::support::BEGIN.parse().unwrap();
    for case in cases() {
        let headers = signed(
            case.channel,
            secret_of(case.channel),
            "msg_1",
            &case.body,
            now,
        );
        let query = headers
            .get("query")
            .map_or("", |query| &query[1..])
            .split('&');
        let query = query.filter_map(|pair| pair.split_once('='));
        let body = whole_body(&headers, &case.body);
        let incoming = Incoming {
            query: query
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: &body,
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            ..Incoming::default()
        };
        let accepted = accept(&account(case.channel, ""), &incoming, now);
        let accepted = accepted.unwrap_or_else(|refusal| panic!("{}: {refusal}", case.at()));
        let found: Vec<Value> = accepted.messages.iter().map(read).collect();
        assert_eq!(found, case.messages(), "{}", case.at());
        if let Some(answer) = case.expected.get("answer") {
            let said = accepted.answer.map(|answer| answer.body);
            assert_eq!(said.as_deref(), answer.as_str(), "{}", case.at());
        }
    }
}

#[tokio::test]
async fn every_request_is_answered_and_what_it_says_is_in_the_log_of_whoever_said_it() {
    for channel in Channel::ALL {
        let app = desk().await;
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for case in cases_of(*channel) {
            let answer = send(&app, &case).await;
            assert_eq!(answer.status(), 200, "{}", case.at());
            for message in case.messages() {
                let user = message["user"].as_str().unwrap().to_owned();
                let text = message["text"].as_str().unwrap().to_owned();
                expected.entry(user).or_default().push(text);
            }
        }
        for (user, said) in expected {
            let (row, events) = log_of(&app, *channel, &user).await;
            assert_eq!(row.channel, channel.name());
            // A matter that was closed meanwhile goes on in another conversation: what is there is the end of what was said.
            let found = texts(&events);
            assert!(
                said.ends_with(&found) && !found.is_empty(),
                "{channel} {user}: {found:?} of {said:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_a_platform_sends_again_is_done_once_even_at_the_same_moment_and_in_another_conversation()
 {
    for channel in Channel::ALL {
        let app = desk().await;
        let user = match channel {
            Channel::Wecom => "wmMia".to_owned(),
            _ => first_text(*channel).messages()[0]["user"]
                .as_str()
                .unwrap()
                .to_owned(),
        };
        futures_util::future::join_all((0..20).map(|_| tell(&app, *channel))).await;
        let (row, events) = log_of(&app, *channel, &user).await;
        assert_eq!(texts(&events).len(), 1, "{channel}");
        // A week later the conversation is over, and a new one has begun; the platform tries once more.
        app.clock
            .move_to(app.clock.now() + std::time::Duration::from_secs(7 * 24 * 3600));
        let (id, token) = (row.id.to_string(), app.agent("mei", None).await);
        for verb in ["takeover", "resolve"] {
            let asked = app
                .post(&format!("/v1/conversations/{id}/{verb}"))
                .bearer_auth(&token);
            assert_eq!(asked.send().await.unwrap().status(), 200, "{verb}");
        }
        app.clock
            .move_to(app.clock.now() + std::time::Duration::from_secs(12 * 3600));
        tell(&app, *channel).await;
        let (_, events) = log_of(&app, *channel, &user).await;
        assert_eq!(
            texts(&events).len(),
            1,
            "{channel}: taken again after a week"
        );
    }
}

#[tokio::test]
async fn names_of_messages_are_forgotten_after_eight_days_and_the_store_is_whole() {
    let app = desk().await;
    let case = first_text(Channel::Telegram);
    send(&app, &case).await;
    let id = |name: &str| {
        let outbox = EndpointId::parse("telegram.shop").unwrap();
        frontdesk::domain::channel::PlatformId::incoming(&outbox, name)
    };
    app.app.desk.look_at_due().await.unwrap();
    assert!(app.store.known(&id("10001")).await.unwrap().is_some());
    app.clock
        .move_to(app.clock.now() + std::time::Duration::from_secs(8 * 24 * 3600));
    app.app.desk.look_at_due().await.unwrap();
    assert_eq!(app.store.known(&id("10001")).await.unwrap(), None);
}

#[tokio::test]
async fn an_introduction_is_answered_to_whoever_knows_the_word() {
    let app = desk().await;
    for channel in [Channel::WhatsApp, Channel::Messenger, Channel::Instagram] {
        let ask = |mode: &str, word: &str| {
            let query = format!("hub.mode={mode}&hub.challenge=11582%2B01&hub.verify_token={word}");
            app.get(&format!("/hooks/{channel}/shop?{query}")).send()
        };
        let known = ask("subscribe", VERIFY).await.unwrap();
        assert_eq!(known.status(), 200);
        assert_eq!(known.headers()["content-type"], "text/plain");
        assert_eq!(known.text().await.unwrap(), "11582+01");
        for (mode, word) in [
            ("subscribe", "wrong"),
            ("subscribe", ""),
            ("unsubscribe", VERIFY),
        ] {
            let refused = ask(mode, word).await.unwrap();
            assert_eq!(refused.status(), 403, "{mode} {word}");
            assert!(!refused.text().await.unwrap().contains("11582"));
        }
    }
}

#[tokio::test]
async fn an_account_that_is_not_there_is_not_found_whatever_is_sent() {
    let app = desk().await;
    for path in [
        "telegram/other",
        "nothing/shop",
        "telegram/..%2fshop",
        "Telegram/shop",
        "%00/%00",
    ] {
        for method in [reqwest::Method::GET, reqwest::Method::POST] {
            let asked = app.request(method, &format!("/hooks/{path}"));
            assert_eq!(asked.send().await.unwrap().status(), 404, "{path}");
        }
    }
}

#[tokio::test]
async fn a_button_that_is_out_of_date_is_read_as_its_words() {
    let app = desk().await;
    let say = async |update: u64, text: &str| {
        let body = json!({"update_id": update, "message": {"from": {"id": 5}, "chat": {"id": 5, "type": "private"}, "text": text}});
        post_telegram(&app, &body).await;
    };
    say(1, "hello").await;
    let offered = async || {
        let (_, events) = log_of(&app, Channel::Telegram, "5").await;
        events.iter().rev().find_map(|event| {
            event
                .said()
                .filter(|said| !said.1.is_empty())
                .map(|said| said.1.to_vec())
        })
    };
    let choices = offered()
        .await
        .expect("a greeting offers what the desk can do");
    let press = async |update: u64, data: &str, label: &str| {
        let markup = json!({"inline_keyboard": [[{"text": label, "callback_data": data}]]});
        let body = json!({"update_id": update, "callback_query": {"id": "q", "from": {"id": 5}, "data": data,
            "message": {"chat": {"id": 5, "type": "private"}, "reply_markup": markup}}});
        post_telegram(&app, &body).await;
        let (_, events) = log_of(&app, Channel::Telegram, "5").await;
        events.iter().rev().find_map(|event| match &event.body {
            EventBody::Message { choice, .. } => Some(*choice),
            _ => None,
        })
    };
    let first = &choices[0];
    assert_eq!(
        press(2, "1", "something that was offered last year").await,
        Some(None)
    );
    say(3, "hello").await;
    assert_eq!(press(4, "1", &first.label).await, Some(Some(1)));
}

async fn post_telegram(app: &TestApp, body: &Value) {
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::Telegram, SECRET, "", &body, app.clock.now());
    assert_eq!(
        post(app, Channel::Telegram, &headers, &body).await.status(),
        200
    );
}

#[tokio::test]
async fn what_became_of_a_message_is_told_once_and_never_backwards() {
    let app = desk().await;
    send(&app, &first_text(Channel::WhatsApp)).await;
    let (row, events) = log_of(&app, Channel::WhatsApp, "16505551234").await;
    let said = events.iter().find(|event| event.said().is_some()).unwrap();
    let outbox = EndpointId::parse("whatsapp.shop").unwrap();
    let known = frontdesk::domain::channel::Known {
        id: frontdesk::domain::channel::PlatformId::outgoing(&outbox, "wamid.OUT"),
        message: frontdesk::domain::channel::MessageRef {
            conversation: row.id.clone(),
            seq: said.seq,
        },
        with: Vec::new(),
        until: app.clock.now() + frontdesk::domain::channel::KNOWN_FOR,
    };
    app.store
        .commit(frontdesk::store::Commit::new().know(known))
        .await
        .unwrap();
    for status in ["read", "delivered", "read", "sent"] {
        let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
            "metadata": {"phone_number_id": "106540352242922"}, "statuses": [{"id": "wamid.OUT", "status": status}]}}]}]});
        let body = body.to_string().into_bytes();
        let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
        assert_eq!(
            post(&app, Channel::WhatsApp, &headers, &body)
                .await
                .status(),
            200
        );
    }
    let (after, events) = log_of(&app, Channel::WhatsApp, "16505551234").await;
    let told: Vec<MessageState> = events
        .iter()
        .filter_map(|event| match &event.body {
            EventBody::MessageMoved { message, state, .. } if *message == said.seq => Some(*state),
            _ => None,
        })
        .collect();
    assert_eq!(told, [MessageState::Read]);
    assert_eq!(
        after.updated_at, row.updated_at,
        "a receipt moves nothing in a list"
    );
}

#[tokio::test]
async fn a_chatwoot_that_signs_nothing_is_known_by_its_password_and_one_that_signs_by_nothing_else()
{
    let app = desk().await;
    let case = first_text(Channel::Chatwoot);
    let password = |secret: &str| {
        let pair = STANDARD.encode(format!("desk:{secret}"));
        ("authorization", format!("Basic {pair}"))
    };
    let status = async |headers: BTreeMap<&'static str, String>| {
        let answer = post(&app, Channel::Chatwoot, &headers, &case.body).await;
        answer.status().as_u16()
    };
    let wrong = password("fedcba9876543210fedcba9876543210");
    for refused in [
        wrong,
        ("authorization", "Basic ".to_owned()),
        ("authorization", String::new()),
    ] {
        assert_eq!(status(BTreeMap::from([refused])).await, 401);
    }
    let mut forged = signed(
        Channel::Chatwoot,
        "another",
        "",
        &case.body,
        app.clock.now(),
    );
    forged.extend([password(SECRET)]);
    assert_eq!(
        status(forged).await,
        401,
        "a signature that is there has to be right"
    );
    assert!(app.store.conversations(None, 9).await.unwrap().is_empty());
    for _ in 0..2 {
        assert_eq!(status(BTreeMap::from([password(SECRET)])).await, 200);
    }
    assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 1);
}
