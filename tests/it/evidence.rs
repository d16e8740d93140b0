//! Evidence from the customer's hand to the agent's eyes: sent, added to the claim that waits for it, seen by both sides, held against
//! what was sent before.

use std::io::Cursor;
use std::os::unix::fs::MetadataExt as _;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jiff::SignedDuration;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, problem};

const BOUNDARY: &str = "----boundary-of-the-test";

/// A picture that the seed decides, and its file.
pub fn picture(seed: u32, format: ImageFormat) -> Vec<u8> {
    let shade = |x: u32, y: u32| {
        let mixed = seed * 1_000 + (y / 10) * 12 + x / 10;
        let mixed = (mixed ^ (mixed >> 4)).wrapping_mul(2_654_435_761);
        let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
        u8::try_from(mixed >> 24).unwrap()
    };
    let pixels = RgbImage::from_fn(120, 120, |x, y| Rgb([shade(x, y); 3]));
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(pixels);
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(seed: u32) -> Vec<u8> {
    picture(seed, ImageFormat::Png)
}

pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj\n<< /Title ({text}) >>\nendobj\ntrailer << >>\n%%EOF\n").into_bytes()
}

/// A form with some parts: name, what else stands beside the name, content.
pub fn form(request: RequestBuilder, parts: &[(&str, &str, &[u8])]) -> RequestBuilder {
    let mut body = Vec::new();
    for (name, beside, content) in parts {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{beside}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    request.header("content-type", kind).body(body)
}

/// Hands a file in.
pub async fn send(app: &TestApp, token: &str, file: &[u8], claim: Option<&str>) -> Response {
    let claim = claim.map(|claim| ("claim", "", claim.as_bytes()));
    let file = ("file", "; filename=\"my file.png\"", file);
    let parts: Vec<_> = [Some(file), claim].into_iter().flatten().collect();
    let request = form(app.post("/v1/attachments").bearer_auth(token), &parts);
    request.send().await.unwrap()
}

/// Hands a file in that is taken.
pub async fn attach(app: &TestApp, visitor: &Visitor, file: &[u8], claim: Option<&str>) -> Value {
    let answer = send(app, &visitor.token, file, claim).await;
    let status = answer.status();
    let answer: Value = answer.json().await.unwrap();
    assert!(status.is_success(), "{status} {answer}");
    answer
}

pub fn text_of<'a>(value: &'a Value, field: &str) -> &'a str {
    let text = value[field].as_str();
    text.unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// What an agent sees of a conversation.
pub async fn events(app: &TestApp, agent: &str, conversation: &str) -> Vec<Value> {
    let path = format!("/v1/conversations/{conversation}/events?limit=200");
    let answer = app.get(&path).bearer_auth(agent).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["events"].as_array().unwrap().clone()
}

fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events
        .iter()
        .filter(|event| event["kind"] == kind)
        .collect()
}

/// An order that was delivered a few days ago, and a claim on it for a cause by its number in the form, by the customer whom the shop
/// signed in.
pub async fn applied(
    app: &TestApp,
    key: &str,
    (sub, order): (&str, &str),
    cause: &str,
) -> (Visitor, String) {
    let email = format!("{sub}@example.com");
    let record = json!({"status": "delivered", "amount": "120.00", "currency": "GBP", "items": ["Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": email, "phone": "+447700900777"}});
    let put = app.request(reqwest::Method::PUT, &format!("/v1/orders/{order}"));
    let put = put.bearer_auth(key).json(&record).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let visitor = app.signed_in(&json!({"sub": sub, "email": email})).await;
    let text = format!("I want a refund for {order}");
    app.say_as(&visitor, &text).await;
    app.say_as(&visitor, cause).await;
    // That somebody changed their mind needs no story.
    let story = match cause {
        "4" => "yes",
        _ => "the lid was cracked when I opened the box",
    };
    app.say_as(&visitor, story).await;
    (visitor, format!("{order}-1"))
}

/// The same, and evidence is asked for.
async fn claim(app: &TestApp, key: &str, sub: &str, order: &str) -> (Visitor, String) {
    let (visitor, claim) = applied(app, key, (sub, order), "4").await;
    let ask = app.post(&format!("/v1/refunds/{claim}/request-evidence"));
    let ask = ask.bearer_auth(key).json(&json!({"what": "a photo"}));
    assert_eq!(ask.send().await.unwrap().status(), 200);
    (visitor, claim)
}

pub async fn refund(app: &TestApp, key: &str, claim: &str) -> Value {
    let path = format!("/v1/refunds/{claim}");
    let answer = app.get(&path).bearer_auth(key).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_photo_reaches_the_claim_that_waits_for_it_and_both_sides_see_it() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let agent = app.agent("li", Some("m_linden")).await;
    let (visitor, claim) = claim(&app, &key, "jo", "A1").await;
    assert_eq!(refund(&app, &key, &claim).await["state"], "needs_evidence");
    let kept = attach(&app, &visitor, &png(1), None).await;
    assert_eq!(
        (&kept["claim"], &kept["media_type"]),
        (&json!(claim), &json!("image/png"))
    );
    let (hash, conversation) = (text_of(&kept, "sha256"), text_of(&kept, "conversation"));
    let moved = refund(&app, &key, &claim).await;
    assert_eq!(
        (&moved["state"], &moved["evidence"]),
        (&json!("submitted"), &json!([hash]))
    );
    // The agent sees what and for what, and never the name that the customer chose.
    let seen = events(&app, &agent, conversation).await;
    let attached = of_kind(&seen, "attached");
    assert_eq!(attached.len(), 1);
    assert_eq!(
        (&attached[0]["sha256"], &attached[0]["claim"]),
        (&json!(hash), &json!(claim))
    );
    assert!(of_kind(&seen, "evidence_reused").is_empty());
    let transcript = format!("/v1/conversations/{conversation}/transcript.txt?view=customer");
    let text = app
        .get(&transcript)
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap();
    let text = text.text().await.unwrap();
    assert!(text.contains(hash) && !text.contains("my file"), "{text}");
    // A person decides now, and both get the file.
    assert!(
        seen.iter().any(|event| event["owner"] == "queue"),
        "{seen:?}"
    );
    let theirs = format!("/v1/conversations/{conversation}/attachments/{hash}");
    let own = format!("/v1/attachments/{hash}?conversation={conversation}");
    for (path, token) in [(theirs, &agent), (own, &visitor.token)] {
        let file = app.get(&path).bearer_auth(token).send().await.unwrap();
        assert_eq!(file.status(), 200, "{path}");
        assert_eq!(file.bytes().await.unwrap().len() as u64, kept["bytes"]);
    }
    // On disk it is the owner's alone.
    let path = app.data().join("evidence").join(&hash[..2]).join(hash);
    assert_eq!(std::fs::metadata(path).unwrap().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn the_same_file_again_is_answered_like_the_first_time_and_a_claim_takes_three() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let (visitor, claim) = claim(&app, &key, "jo", "A1").await;
    let first = send(&app, &visitor.token, &png(1), Some(&claim)).await;
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let again = send(&app, &visitor.token, &png(1), Some(&claim)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    attach(&app, &visitor, &pdf("invoice"), None).await;
    attach(&app, &visitor, &png(2), None).await;
    for claim in [None, Some(claim.as_str())] {
        let fourth = send(&app, &visitor.token, &png(3), claim).await;
        assert_eq!(problem(fourth).await, (409, "conflict".to_owned()));
    }
    let evidence = refund(&app, &key, &claim).await["evidence"].clone();
    assert_eq!(evidence.as_array().unwrap().len(), 3);
    // What is decided takes nothing more, and what is not theirs does not exist.
    let approve = app.post(&format!("/v1/refunds/{claim}/approve"));
    assert_eq!(
        approve.bearer_auth(&key).send().await.unwrap().status(),
        200
    );
    let late = send(&app, &visitor.token, &png(4), Some(&claim)).await;
    assert_eq!(problem(late).await, (409, "conflict".to_owned()));
    let stranger = app.signed_in(&json!({"sub": "ann"})).await;
    for claim in [claim.as_str(), "A1-7", "Z9-1", "../x"] {
        let foreign = send(&app, &stranger.token, &png(5), Some(claim)).await;
        assert_eq!(problem(foreign).await, (404, "not_found".to_owned()));
    }
}

#[tokio::test]
async fn a_conversation_takes_twenty_files_a_day() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    for number in 0..20 {
        attach(&app, &visitor, &pdf(&format!("page {number}")), None).await;
    }
    let more = send(&app, &visitor.token, &pdf("one more"), None).await;
    assert!(more.headers().contains_key("retry-after"));
    assert_eq!(problem(more).await, (429, "rate_limited".to_owned()));
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_hours(25));
    attach(&app, &visitor, &pdf("one more"), None).await;
}

#[tokio::test]
async fn row_26_a_file_or_a_look_that_served_another_order_or_account_is_shown_to_agents_alone() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let agent = app.agent("li", Some("m_linden")).await;
    let (jo, first) = claim(&app, &key, "jo", "A1").await;
    let one = attach(&app, &jo, &png(1), Some(&first)).await;
    let begun = text_of(&one, "conversation").to_owned();
    // Sent again for the same order it is nothing to speak of.
    attach(&app, &jo, &picture(1, ImageFormat::Jpeg), Some(&first)).await;
    let seen = events(&app, &agent, &begun).await;
    assert!(of_kind(&seen, "evidence_reused").is_empty(), "{seen:?}");
    let (max, second) = claim(&app, &key, "max", "B2").await;
    let table = [
        (png(1), "same_file", 1),
        (picture(1, ImageFormat::WebP), "looks_alike", 1),
        (png(77), "", 0),
    ];
    let mut flags = 0;
    for (file, likeness, count) in table {
        let kept = attach(&app, &max, &file, Some(&second)).await;
        let conversation = text_of(&kept, "conversation");
        let seen = events(&app, &agent, conversation).await;
        let reused = of_kind(&seen, "evidence_reused");
        flags += count;
        assert_eq!(reused.len(), flags, "{likeness}");
        if count == 1 {
            let used = &reused[flags - 1]["uses"][0];
            assert_eq!(
                (&used["likeness"], &used["conversation"], &used["order"]),
                (&json!(likeness), &json!(begun), &json!("A1"))
            );
        }
        let transcript = format!("/v1/conversations/{conversation}/transcript.json?view=customer");
        let own = app
            .get(&transcript)
            .bearer_auth(&agent)
            .send()
            .await
            .unwrap();
        let own = own.text().await.unwrap();
        assert!(!own.contains("reused") && !own.contains(&begun), "{own}");
    }
    // Another merchant's customers are nobody's business here.
    let stranger = app.visitor_of("other").await;
    let kept = attach(&app, &stranger, &png(1), None).await;
    let root = app.agent("root", None).await;
    let seen = events(&app, &root, text_of(&kept, "conversation")).await;
    assert!(of_kind(&seen, "evidence_reused").is_empty());
}
