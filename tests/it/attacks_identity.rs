//! Pretending to be somebody: forged tokens, guessed order numbers, other people's histories, foreign pages.

use serde_json::{Value, json};

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

/// What the bot says to a message, with the order number taken out.
async fn said(app: &TestApp, order: &str, messages: &[String]) -> Vec<String> {
    let visitor = app.visitor_of("linden").await;
    let mut all = Vec::new();
    for message in messages {
        let replies = app.say_as(&visitor, message).await;
        all.extend(
            replies
                .into_iter()
                .map(|reply| reply.replace(order, "<order>")),
        );
    }
    all
}

#[tokio::test]
async fn row_1_and_2_guessing_shows_neither_an_order_nor_whether_there_is_one() {
    let app = TestApp::start().await;
    app.order("m_linden", "A1042").await;
    app.order("m_other", "A2042").await;
    let proofs = ["wrong@example.org", "9999", "a1043@example.org"];
    for proof in proofs {
        let ask = |order: &str| [format!("Where is my order {order}?"), proof.to_owned()];
        let there = said(&app, "A1042", &ask("A1042")).await;
        let foreign = said(&app, "A2042", &ask("A2042")).await;
        let nowhere = said(&app, "A3042", &ask("A3042")).await;
        assert_eq!(
            there, nowhere,
            "an order that is there is answered otherwise"
        );
        assert_eq!(
            foreign, nowhere,
            "another merchant's order is answered otherwise"
        );
        let all = there.join("\n").to_lowercase();
        for fact in ["64", "lamp", "ann", "lee", "refunding", "7700"] {
            assert!(!all.contains(fact), "{fact} was said without proof: {all}");
        }
    }
}

#[tokio::test]
async fn row_1_a_thousand_guesses_from_a_hundred_addresses_find_nothing() {
    let app = TestApp::with(|options| {
        options.limits = crate::support::no_limits();
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    for n in 0..20 {
        app.order("m_linden", &format!("A{}", 1_000 + n * 7)).await;
    }
    let mut answers = std::collections::BTreeMap::<Vec<String>, u32>::new();
    for guess in 0..1_000 {
        let order = format!("A{}", 1_000 + guess);
        let visitor = app.visitor_of("linden").await;
        let body = json!({"client_id": "c", "text": format!("what is the state of order {order}")});
        let sent = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .json(&body);
        let sent = sent
            .header("x-forwarded-for", format!("198.51.100.{}", guess % 100))
            .send()
            .await
            .unwrap();
        let answer: Value = sent.json().await.unwrap();
        let replies = answer["replies"].as_array().unwrap().iter();
        let texts = replies.map(|reply| reply["text"].as_str().unwrap().replace(&order, "<order>"));
        *answers.entry(texts.collect()).or_default() += 1;
    }
    assert_eq!(answers.len(), 1, "answers can be told apart: {answers:?}");
}

#[tokio::test]
async fn row_16_only_the_sites_own_pages_may_ask() {
    let app = TestApp::start().await;
    let visitor = app.visitor_of("linden").await;
    let table = [
        ("https://linden.example", true),
        ("https://other.example", false),
        ("http://linden.example", false),
        ("https://linden.example:8443", false),
        ("https://linden.example.evil.example", false),
        ("https://evil.example/linden.example", false),
        ("https://linden.example@evil.example", false),
        ("https://evillinden.example", false),
        ("https://sub.linden.example", false),
        ("https://LINDEN.example", false),
        ("https://linden.example/", false),
        ("https://linden.example.", false),
        ("https://xn--lnden-esa.example", false),
        ("null", false),
        ("file://", false),
        ("", false),
        ("*", false),
        ("chrome-extension://abc", false),
        ("https://linden.example https://evil.example", false),
        ("https://linden.example,https://evil.example", false),
    ];
    for (origin, allowed) in table {
        let body = json!({"client_id": crate::support::fresh_id(), "text": "hello"});
        let sent = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .header("origin", origin)
            .json(&body);
        let response = sent.send().await.unwrap();
        let headers = response.headers().clone();
        let granted = headers
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            response.status().as_u16(),
            if allowed { 200 } else { 403 },
            "{origin}"
        );
        assert_eq!(granted, allowed.then_some(origin), "{origin}");
        assert!(
            headers.get_all("vary").iter().any(|vary| vary == "Origin"),
            "{origin}"
        );
        assert!(headers.get("access-control-allow-credentials").is_none());
    }
}

#[tokio::test]
async fn row_16_preflights_are_answered_for_known_pages_alone_and_agents_have_no_cors_at_all() {
    let app = TestApp::start().await;
    let preflight = |path: &str, origin: &str| {
        let request = app
            .request(reqwest::Method::OPTIONS, path)
            .header("origin", origin);
        request
            .header("access-control-request-method", "POST")
            .send()
    };
    let known = preflight("/v1/messages", "https://other.example")
        .await
        .unwrap();
    assert_eq!(known.status(), 204);
    assert_eq!(
        known.headers()["access-control-allow-origin"],
        "https://other.example"
    );
    assert_eq!(known.headers()["access-control-max-age"], "7200");
    let unknown = preflight("/v1/messages", "https://evil.example")
        .await
        .unwrap();
    assert_eq!(unknown.status(), 403);
    assert!(
        unknown
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    let inbox = preflight("/v1/inbox", "https://linden.example")
        .await
        .unwrap();
    assert!(inbox.headers().get("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn row_7_a_stream_is_refused_to_foreign_pages_like_everything_else() {
    let app = TestApp::start().await;
    let visitor = app.visitor_of("linden").await;
    for origin in ["null", "https://other.example", "https://evil.example"] {
        let asked = app
            .get("/v1/events")
            .bearer_auth(&visitor.token)
            .header("origin", origin);
        let refused = problem(asked.send().await.unwrap()).await;
        assert_eq!(refused, (403, "origin_not_allowed".to_owned()), "{origin}");
    }
}

#[tokio::test]
async fn row_20_templates_in_a_message_are_words_like_any_others() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    for text in [
        "{{7*7}}",
        "{% for x in range(9) %}boom{% endfor %}",
        "{{constructor.constructor('x')()}}",
        "${7*7}",
        "{{ order.amount }}",
    ] {
        let visitor = app.visitor_of("linden").await;
        let answer = app.send(&visitor, text).await;
        assert!(
            !answer.to_string().contains("49")
                || !text.contains("7*7")
                || answer["conversation"].as_str().unwrap().contains("49"),
            "{answer}"
        );
        let id = answer["conversation"].as_str().unwrap();
        let events: Value = app
            .get(&format!("/v1/conversations/{id}/events"))
            .bearer_auth(&agent)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let events = events["events"].as_array().unwrap();
        let kept = events
            .iter()
            .find(|event| event["kind"] == "message")
            .unwrap();
        assert_eq!(kept["text"], text, "it was changed on the way");
    }
}
