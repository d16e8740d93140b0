//! A bot that says first that it is one: once in a conversation, and not behind a greeting that says so.

use super::delivery::drain;
use super::names::says;
use super::platform::{HOME, Loopback};
use super::*;

const NUMBER: &str = "4915110000001";
const WHO: &str = "This is an automatic reply.";

/// What somebody on WhatsApp reads who says these things.
async fn reads(says_who_speaks: bool, words: &[&str]) -> Vec<String> {
    let app = desk().await;
    let mut platform = Loopback::start(Channel::WhatsApp).await;
    platform.says_who_speaks = says_who_speaks;
    let sender = platform.sender(&app, &HOME);
    for (at, words) in words.iter().enumerate() {
        let id = format!("wamid.{at}");
        says(&app, (&id, words), (Some(NUMBER), None)).await;
        drain(&sender, &app).await;
    }
    platform.texts()
}

#[tokio::test]
async fn the_first_words_of_the_bot_say_that_it_is_one_and_no_others() {
    let words = ["where is my refund", "A1042", "I want to talk to a human"];
    let read = reads(true, &words).await;
    assert!(read.len() > 2, "{read:?}");
    assert!(read[0].starts_with(WHO), "{}", read[0]);
    assert!(
        read[0].len() > WHO.len() + 60,
        "and the answer: {}",
        read[0]
    );
    for later in &read[1..] {
        assert!(!later.contains(WHO), "{later}");
    }
    let off = reads(false, &words).await;
    assert!(!off.concat().contains(WHO), "{off:?}");
}

#[tokio::test]
async fn a_greeting_that_says_who_speaks_says_it_once() {
    let read = reads(true, &["hello", "where is my refund"]).await.concat();
    assert!(read.contains("automatic assistant"), "{read}");
    assert!(!read.contains(WHO), "{read}");
}

#[tokio::test]
async fn an_answer_within_the_answer_says_who_speaks_too_and_the_same_when_it_is_asked_again() {
    let app = desk().await;
    let plain = Account {
        plain: true,
        says_who_speaks: true,
        ..account(Channel::Wechat, "https://platform.example")
    };
    app.app.accounts.set(vec![Arc::new(plain)]);
    let asked = async |id: u64, said: &str| {
        let second = app.clock.now().as_second().to_string();
        let signature = sealed::sha1_of(&[SECRET, &second, "7"]);
        let query = format!("signature={signature}&timestamp={second}&nonce=7");
        let request = app.post(&format!("/hooks/wechat/shop?{query}"));
        let answer = request.body(wechat::text(id, said)).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let first = asked(1, "where is my refund").await;
    assert!(first.contains(WHO), "{first}");
    assert!(asked(1, "where is my refund").await.contains(WHO));
    let second = asked(2, "A1042").await;
    assert!(
        second.contains("<Content>") && !second.contains(WHO),
        "{second}"
    );
}
