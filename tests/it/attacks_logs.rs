//! What the desk keeps and logs of what it must not: secrets, and texts that forge lines. RELIABILITY B rows 33 and 49.

use std::fs;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::attacks::files_below;
use crate::process::{Desk, SECRET};
use crate::support::fresh_id;

/// Secrets as people send them, and the part of each that must be nowhere afterwards.
const SECRETS: &[(&str, &str)] = &[
    ("my card is 4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("5555555555554444 was charged twice", "5555555555554444"),
    ("卡号6222021234567890128被冻结了", "6222021234567890128"),
    ("3782-822463-10005 exp 12/28, cvv 7391", "3782-822463-10005"),
    ("my cvv is 739", "cvv is 739"),
    ("验证码是 580217，为什么付不了", "580217"),
    ("my one-time code is 580218", "580218"),
    ("password: Canary-Pass-77!", "Canary-Pass-77"),
    ("我的身份证号 11010519491231002X", "11010519491231002X"),
];

#[tokio::test]
async fn row_33_and_50_no_card_code_password_or_identity_number_reaches_the_disk_the_log_or_an_answer()
 {
    let (desk, agent, key) = Desk::start().await;
    let mut answers = String::new();
    for (text, _) in SECRETS {
        let visitor = desk.session(None).await;
        for said in [
            text.to_string(),
            format!("I want to talk to a human. {text}"),
            format!("A1042 {text}"),
        ] {
            let body = json!({"client_id": fresh_id(), "text": said})
                .to_string()
                .into_bytes();
            answers += &desk
                .ask(Method::POST, "/v1/messages", &visitor, Some(body))
                .await;
        }
        answers += &by_agents(&desk, &agent, text).await;
        answers += &by_shops(&desk, &key, text).await;
        answers += &by_mistake(&desk, &visitor, &agent, &key, text).await;
    }
    let metrics = desk
        .http
        .get(format!("{}/metrics", desk.metrics))
        .send()
        .await
        .unwrap();
    answers += &metrics.text().await.unwrap();
    assert!(
        !answers.contains("frontdesk_panics_total 1") && !answers.contains(" 500 "),
        "{answers}"
    );
    let mut found = Vec::new();
    for (_, secret) in SECRETS {
        if answers.contains(secret) {
            found.push(format!(
                "`{secret}` in an answer: {}",
                around(&answers, secret)
            ));
        }
        if desk.log().contains(secret) {
            found.push(format!(
                "`{secret}` in the log: {}",
                around(&desk.log(), secret)
            ));
        }
        for (path, bytes) in files_below(&desk.folder.path().join("data")) {
            if let Some(at) = memchr::memmem::find(&bytes, secret.as_bytes()) {
                let part = &bytes[at.saturating_sub(120)..(at + 60).min(bytes.len())];
                found.push(format!(
                    "`{secret}` in {path:?}: {}",
                    String::from_utf8_lossy(part)
                ));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    let known = files_below(&desk.folder.path().join("data"));
    let kept = known
        .iter()
        .any(|(_, bytes)| memchr::memmem::find(bytes, b"was charged twice").is_some());
    assert!(kept, "the search finds nothing at all");
}

fn around(text: &str, part: &str) -> String {
    let at = text.find(part).unwrap();
    text[..at]
        .chars()
        .rev()
        .take(160)
        .collect::<String>()
        .chars()
        .rev()
        .collect()
}

/// What agents write.
async fn by_agents(desk: &Desk, agent: &str, text: &str) -> String {
    let listed = desk
        .http
        .get(format!("{}/v1/inbox?view=waiting", desk.base))
        .bearer_auth(agent);
    let listed: Value = listed.send().await.unwrap().json().await.unwrap();
    let Some(id) = listed["rows"][0]["id"].as_str() else {
        panic!("nobody waits: {listed}")
    };
    let mut answers = String::new();
    for (verb, body) in [
        ("takeover", json!({})),
        ("notes", json!({"client_id": fresh_id(), "text": text})),
        ("messages", json!({"client_id": fresh_id(), "text": text})),
        ("resolve", json!({})),
    ] {
        let path = format!("/v1/conversations/{id}/{verb}");
        answers += &desk
            .ask(
                Method::POST,
                &path,
                agent,
                Some(body.to_string().into_bytes()),
            )
            .await;
    }
    for form in [
        "events",
        "transcript.json",
        "transcript.html",
        "transcript.txt",
    ] {
        answers += &desk
            .ask(
                Method::GET,
                &format!("/v1/conversations/{id}/{form}"),
                agent,
                None,
            )
            .await;
    }
    answers
}

/// What shops hand in: in every free text, in fields that the desk does not know, and in fields where it makes no sense.
async fn by_shops(desk: &Desk, key: &str, text: &str) -> String {
    let good = json!({"status": "rejected", "amount": "64.00", "currency": "GBP", "created_at": "2026-11-10T08:00:00Z",
        "payment_method": text, "items": [text, {"name": text, "gift": text}], "reject_reason": text, "note": text,
        "refund_history": [{"id": "r1", "amount": "1.00", "reason": text, "requested_at": "2026-11-11", "state": "requested"}],
        "customer": {"email": "a@example.org", "remark": text}, "unknown": {"deep": [text]}});
    let put = |record: Value| {
        desk.ask(
            Method::PUT,
            "/v1/orders/A1042",
            key,
            Some(record.to_string().into_bytes()),
        )
    };
    let mut answers = put(good.clone()).await;
    assert!(answers.starts_with("200"), "{answers}");
    answers += &desk.ask(Method::GET, "/v1/orders/A1042", key, None).await;
    for field in [
        "status",
        "amount",
        "currency",
        "created_at",
        "paid_at",
        "merchant",
        "payments",
        "refund_history",
        "shipping",
        "id",
    ] {
        let mut bad = good.clone();
        bad[field] = json!(text);
        answers += &put(bad.clone()).await;
        let batch = json!([bad]).to_string().into_bytes();
        answers += &desk
            .ask(Method::POST, "/v1/orders/batch", key, Some(batch))
            .await;
    }
    answers
}

/// What stands where it does not belong: in names of fields, in paths and queries, in broken bodies.
async fn by_mistake(desk: &Desk, visitor: &str, agent: &str, key: &str, text: &str) -> String {
    let escaped: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let quoted = json!(text).to_string();
    let mut answers = String::new();
    for body in [
        format!("{{{quoted}: 1}}"),
        format!("{{\"client_id\": \"a\", \"text\": \"b\", {quoted}: 1}}"),
        format!("{{\"client_id\": {quoted}, \"text\": \"b\"}}"),
        format!("{{\"client_id\": \"a\", \"text\": [{quoted}]}}"),
        format!("{{\"client_id\": \"a\", \"text\": \"b\", \"choice\": {quoted}}}"),
        text.to_owned(),
        quoted.clone(),
    ] {
        answers += &desk
            .ask(
                Method::POST,
                "/v1/messages",
                visitor,
                Some(body.clone().into_bytes()),
            )
            .await;
        answers += &desk
            .ask(Method::PUT, "/v1/orders/A1", key, Some(body.into_bytes()))
            .await;
    }
    for body in [
        json!({"site": text}),
        json!({"site": "linden", "locale": text}),
        json!({"site": "linden", "token": text}),
    ] {
        answers += &desk
            .ask(
                Method::POST,
                "/v1/sessions",
                visitor,
                Some(body.to_string().into_bytes()),
            )
            .await;
    }
    for (path, token) in [
        (format!("/v1/inbox?view={escaped}"), agent),
        (format!("/v1/inbox?cursor={escaped}"), agent),
        (format!("/v1/events?after={escaped}"), visitor),
        (format!("/v1/orders/{escaped}"), key),
        (format!("/v1/conversations/{escaped}"), agent),
        (format!("/{escaped}"), agent),
    ] {
        answers += &desk.ask(Method::GET, &path, token, None).await;
    }
    answers
}

/// Texts that end a line, colour it, turn it round or forge another.
const NASTY: &[&str] = &[
    "x\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}",
    "x\n2026-11-20T10:00:00Z ERROR forged",
    "\u{1b}[2J\u{1b}[31mred",
    "evil\u{202e}gnp.exe",
    "\u{2066}x\u{2069}",
    "a\u{0}b",
    "\u{9b}31m",
    "a\u{2028}b\u{2029}c",
    "\u{85}next",
    "\u{7}\u{8}\u{8}",
    "\"},{\"level\":\"x",
];

#[tokio::test]
async fn row_49_nothing_that_comes_in_breaks_forges_or_colours_a_line_of_the_log() {
    let (desk, agent, key) = Desk::start().await;
    let signed = |name: &str| {
        let claims = json!({"sub": "u", "aud": "linden", "name": name, "email": format!("{name}@x.example"), "exp": jiff::Timestamp::now().as_second() + 600});
        let key = jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
    };
    let mut bad = None;
    for nasty in NASTY {
        let body = json!({"site": "linden", "token": signed(nasty)})
            .to_string()
            .into_bytes();
        desk.ask(Method::POST, "/v1/sessions", "x", Some(body))
            .await;
        let visitor = desk.session(None).await;
        let said = json!({"client_id": fresh_id(), "text": format!("{nasty} where is my order")})
            .to_string();
        desk.ask(
            Method::POST,
            "/v1/messages",
            &visitor,
            Some(said.into_bytes()),
        )
        .await;
        desk.ask(
            Method::POST,
            "/v1/messages",
            nasty.escape_default().to_string().as_str(),
            Some(nasty.as_bytes().to_vec()),
        )
        .await;
        let escaped: String = nasty.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for path in [
            format!("/{escaped}"),
            format!("/v1/orders/{escaped}"),
            format!("/v1/inbox?view={escaped}&key={escaped}"),
        ] {
            desk.ask(Method::GET, &path, &key, None).await;
        }
        let record = json!({"id": nasty, "status": nasty, "amount": nasty})
            .to_string()
            .into_bytes();
        desk.ask(Method::PUT, "/v1/orders/A1", &key, Some(record))
            .await;
        desk.ask(Method::GET, "/v1/inbox", &agent, None).await;
        // A rule file whose name and text are hostile.
        let name: String = nasty.chars().filter(|c| !matches!(c, '/' | '\0')).collect();
        let path = desk
            .folder
            .path()
            .join("intents")
            .join(format!("a{name}.toml"));
        fs::write(&path, format!("[\"{nasty}\"]\n{nasty} = \"")).unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        if let Some(before) = bad.replace(path) {
            fs::remove_file(before).unwrap();
        }
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while !desk.log().contains("the old rules stay in force") {
        let log = desk.log();
        assert!(
            Instant::now() < deadline,
            "the rule files were not looked at: {log}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = desk.log();
    for line in log.split('\n').filter(|line| !line.is_empty()) {
        let acts = |c: char| {
            c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!line.contains(acts), "{line:?}");
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert!(
            value["level"].is_string() && value["message"] != "forged",
            "{line}"
        );
    }
}
