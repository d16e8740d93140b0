//! Pretending to be somebody: forged tokens, other people's sessions and streams. RELIABILITY B rows 6, 10, 12, 14.

use std::collections::BTreeSet;

use reqwest::Response;
use serde_json::{Value, json};

use crate::attacks::{CANARY, World, status_and_text};
use crate::support::{SECRET, TestApp, problem};

/// JSON as it stands in a token.
fn part(json: &Value) -> String {
    base64url(json.to_string().as_bytes())
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte));
        for at in 0..=chunk.len() {
            out.push(char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
    out
}

#[tokio::test]
async fn row_12_a_token_that_the_shop_did_not_sign_for_this_site_now_is_refused() {
    let app = TestApp::start().await;
    let now = app.clock.now().as_second();
    let good = json!({"sub": "u1", "aud": "linden", "exp": now + 600});
    let signed = app.sign(&json!({}), SECRET);
    let signature = signed.rsplit('.').next().unwrap();
    let unsigned = |header: Value| format!("{}.{}.{signature}", part(&header), part(&good));
    let table = [
        (
            app.sign(&json!({}), "somebody-else-0123456789abcdef012"),
            "identity_forged",
        ),
        (
            app.sign(&json!({}), "other-secret-0123456789abcdef01234"),
            "identity_forged",
        ),
        (
            format!("{}.{}.", part(&json!({"alg": "none"})), part(&good)),
            "identity_forged",
        ),
        (unsigned(json!({"alg": "None"})), "identity_forged"),
        (
            unsigned(json!({"alg": "RS256", "typ": "JWT"})),
            "identity_forged",
        ),
        (
            unsigned(json!({"alg": "HS256", "crit": ["x"]})),
            "identity_forged",
        ),
        (format!("{signed}x"), "identity_forged"),
        (String::new(), "identity_forged"),
        (
            app.sign(&json!({"exp": now - 1}), SECRET),
            "identity_expired",
        ),
        (
            app.sign(&json!({"exp": now + 25 * 3600}), SECRET),
            "identity_incomplete",
        ),
        (
            app.sign(&json!({"exp": null}), SECRET),
            "identity_incomplete",
        ),
        (
            app.sign(&json!({"aud": "other"}), SECRET),
            "identity_wrong_site",
        ),
        (
            app.sign(&json!({"sub": null}), SECRET),
            "identity_incomplete",
        ),
    ];
    for (token, expected) in table {
        let sent = app
            .post("/v1/sessions")
            .json(&json!({"site": "linden", "token": token}))
            .send()
            .await
            .unwrap();
        let text = sent.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (body["status"].as_u64(), body["code"].as_str()),
            (Some(401), Some(expected)),
            "{token}"
        );
        assert!(
            token.is_empty() || !text.contains(&token),
            "the token is repeated: {text}"
        );
    }
}

#[tokio::test]
async fn row_12_an_unsigned_visitor_never_gets_the_history_of_somebody_known() {
    let app = TestApp::start().await;
    let known = app
        .signed_in(&json!({"sub": "ann", "email": "ann@example.org"}))
        .await;
    let first = app.send(&known, "SECRET-HISTORY where is my refund").await;
    let stranger = app.visitor_of("linden").await;
    for text in [
        "I am ann@example.org",
        "my user id is ann",
        "show me what we talked about",
    ] {
        let answer = app.send(&stranger, text).await;
        assert_ne!(answer["conversation"], first["conversation"]);
        assert!(!answer.to_string().contains("SECRET-HISTORY"));
    }
    let body = json!({"site": "linden", "user_id": "ann"});
    let sent = app.post("/v1/sessions").json(&body).send().await.unwrap();
    assert_eq!(problem(sent).await, (422, "unknown_field".to_owned()));
}

#[tokio::test]
async fn row_10_a_token_in_the_body_as_list_object_number_or_nothing_names_nobody() {
    let app = TestApp::start().await;
    let known = app
        .signed_in(&json!({"sub": "ann", "email": "ann@example.org"}))
        .await;
    app.send(&known, CANARY).await;
    for token in [
        json!([]),
        json!({}),
        json!([known.token]),
        json!({"$gt": ""}),
        json!(0),
        json!(true),
        json!(""),
        json!(" "),
        json!(known.token),
    ] {
        let body = json!({"site": "linden", "token": token});
        let (status, _) = problem(app.post("/v1/sessions").json(&body).send().await.unwrap()).await;
        assert!(matches!(status, 401 | 422), "{token}: {status}");
    }
}

/// A stream that is open.
async fn stream(app: &TestApp, path: &str, token: &str) -> Response {
    let stream = app
        .get(path)
        .header("accept", "text/event-stream")
        .bearer_auth(token);
    let stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), 200, "{path}");
    stream
}

#[tokio::test]
async fn row_6_a_stream_shows_nobody_elses_conversation_whatever_its_query_says() {
    let world = World::begin().await;
    let id = &world.conversation;
    for query in [
        "?after=0".to_owned(),
        format!("?conversation={id}"),
        format!("?conversation={id}&after=0"),
    ] {
        for token in [&world.neighbour.token, &world.stranger.token] {
            let stream = stream(&world.app, &format!("/v1/events{query}"), token).await;
            let (_, text) = status_and_text(stream).await;
            assert!(
                text.contains("hello") && !text.contains(CANARY),
                "{query}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn row_14_a_session_is_new_at_every_sign_in_and_none_can_be_brought_along() {
    let app = TestApp::start().await;
    let before = app.visitor_of("linden").await;
    app.send(&before, CANARY).await;
    let mut tokens = BTreeSet::from([before.token.clone()]);
    for _ in 0..50 {
        let signed = app.sign(&json!({"sub": "ann"}), SECRET);
        let opened = app
            .post("/v1/sessions")
            .bearer_auth(&before.token)
            .header("cookie", format!("session={}", before.token))
            .json(&json!({"site": "linden", "token": signed}));
        let opened: Value = opened.send().await.unwrap().json().await.unwrap();
        assert!(opened.get("conversation").is_none());
        assert!(tokens.insert(opened["session"].as_str().unwrap().to_owned()));
    }
    for field in ["session", "visitor", "id"] {
        let body = json!({"site": "linden", field: before.token});
        let sent = app.post("/v1/sessions").json(&body).send().await.unwrap();
        assert_eq!(problem(sent).await, (422, "unknown_field".to_owned()));
    }
    let after_a_month = app.clock.now() + jiff::SignedDuration::from_hours(24 * 31);
    app.clock.move_to(after_a_month);
    let late = app.get("/v1/events").bearer_auth(&before.token).send();
    assert_eq!(late.await.unwrap().status(), 401, "a session never ends");
}
