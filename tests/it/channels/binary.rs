//! The real program, killed while a platform writes to it and while it writes back.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::platform::Loopback;
use super::*;
use crate::process::Desk;

const MESSAGES: u64 = 18;

/// One update of the platform, sent once; whether the desk took it.
fn send(desk: &Desk, update: u64) -> impl Future<Output = bool> + use<> {
    let user = 1 + update % 3;
    let text = format!("where is my order A{}", 1000 + update);
    let body = json!({"update_id": update, "message": {"from": {"id": user}, "chat": {"id": user, "type": "private"}, "text": text}});
    let request = desk.http.post(format!("{}/hooks/telegram/shop", desk.base));
    let request = request
        .header("x-telegram-bot-api-secret-token", SECRET)
        .json(&body);
    async move {
        request
            .send()
            .await
            .is_ok_and(|answer| answer.status() == 200)
    }
}

/// All that happened, conversation by conversation, as an agent sees it.
async fn seen(desk: &Desk, agent: &str) -> Vec<Vec<Value>> {
    let get = async |path: &str| {
        let answer = desk.ask(Method::GET, path, agent, None).await;
        let body = answer.split_once('\n').unwrap().1;
        serde_json::from_str::<Value>(body).unwrap_or_else(|_| panic!("{answer}"))
    };
    let mut all = Vec::new();
    for view in ["bot", "waiting"] {
        let list = get(&format!("/v1/inbox?view={view}")).await;
        for row in list["rows"].as_array().unwrap() {
            let id = row["id"].as_str().unwrap();
            let events = get(&format!("/v1/conversations/{id}/events?limit=200")).await;
            all.push(events["events"].as_array().unwrap().clone());
        }
    }
    all
}

fn of_kind<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events
        .iter()
        .filter(|event| event["kind"] == kind)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_killed_at_any_moment_loses_no_message_and_no_answer_and_repeats_only_what_was_under_way()
 {
    let platform = Loopback::start(Channel::Telegram).await;
    let channel = format!(
        "[[channels]]\nkind = \"telegram\"\naccount = \"shop\"\nsite = \"linden\"\nsecret = \"{SECRET}\"\ntoken = \"{TOKEN}\"\napi_base = \"{}\"\nallow = [\"127.0.0.0/8\"]\n",
        platform.base
    );
    let (mut desk, agent, _) = Desk::with(&channel).await;
    let mut kills = 0;
    for update in 1..=MESSAGES {
        if update % 3 == 0 {
            // At another moment of the request, or after it, each time.
            let under_way = tokio::spawn(send(&desk, update));
            tokio::time::sleep(Duration::from_millis(update * 2)).await;
            desk.kill();
            let _ = under_way.await;
            desk.start_again().await;
            kills += 1;
        }
        // The platform sends again what was not taken, and once what was.
        while !send(&desk, update).await {}
        assert!(send(&desk, update).await);
    }
    let mut all = Vec::new();
    for _ in 0..3_000 {
        all = seen(&desk, &agent).await;
        let is_sent = |events: &Vec<Value>| {
            of_kind(events, "delivery").len() >= of_kind(events, "reply").len()
        };
        if all.iter().all(is_sent) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut heard: Vec<&str> = all
        .iter()
        .flat_map(|events| of_kind(events, "message"))
        .map(|event| event["text"].as_str().unwrap())
        .collect();
    heard.sort_unstable();
    let expected: Vec<String> = (1..=MESSAGES)
        .map(|update| format!("where is my order A{}", 1000 + update))
        .collect();
    assert_eq!(heard, expected, "each message once");
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for got in platform.got() {
        *sent
            .entry(format!("{} {}", got.body["chat_id"], got.body["text"]))
            .or_default() += 1;
    }
    let mut spoken = 0;
    for events in &all {
        for reply in of_kind(events, "reply") {
            spoken += 1;
            let states = of_kind(events, "delivery")
                .into_iter()
                .filter(|event| event["message"] == reply["seq"]);
            assert_eq!(
                states
                    .map(|event| event["state"].clone())
                    .collect::<Vec<_>>(),
                [json!("sent")],
                "{reply}"
            );
            assert!(
                sent.keys()
                    .any(|one| one.ends_with(&reply["text"].to_string())),
                "lost: {reply}"
            );
        }
    }
    let requests: usize = sent.values().sum();
    assert!(
        (spoken..=spoken + kills).contains(&requests),
        "{requests} requests for {spoken} answers and {kills} deaths"
    );
    let log = desk.log();
    assert!(
        !log.contains(TOKEN) && !log.contains(SECRET),
        "a secret is in the log"
    );
    let refused = desk
        .http
        .post(format!("{}/hooks/telegram/shop", desk.base))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    let metrics = desk
        .http
        .get(format!("{}/metrics", desk.metrics))
        .send()
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("frontdesk_hooks_refused_total{channel=\"telegram\",account=\"telegram.shop\",reason=\"unsigned\"} 1"), "{metrics}");
}
