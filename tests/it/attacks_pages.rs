//! Pages of others: what their scripts, forms and host names must not get. RELIABILITY B rows 7, 15, 16, 41.

use frontdesk::http::{Caller, inventory};
use serde_json::json;

use crate::attacks::{World, operations, status_and_text};
use crate::support::{TestApp, fresh_id, problem};

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
        let body = json!({"client_id": fresh_id(), "text": "hello"});
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
async fn row_41_a_foreign_host_is_never_repeated_and_nothing_is_cached() {
    let world = World::begin().await;
    let app = &world.app;
    for operation in operations(app).await {
        let token = match operation.tag.as_str() {
            "visitor" => &world.owner.token,
            "merchant" => &world.own_key,
            _ => &world.own_agent,
        };
        let path = operation.at(&world.conversation, &world.order);
        for (token, form) in [
            (token.as_str(), "transcript.json"),
            (token.as_str(), "transcript.html"),
            ("nobody", "transcript.html"),
        ] {
            let path = path.replace("transcript.json", form);
            let asked = app.request(operation.method.clone(), &path);
            let asked = asked.json(&operation.good_body()).bearer_auth(token);
            let asked = ["host", "x-forwarded-host", "x-original-url", "x-host"]
                .into_iter()
                .fold(asked, |asked, name| asked.header(name, "evil.example"));
            let asked = asked.header("forwarded", "host=evil.example");
            let response = asked.send().await.unwrap();
            let headers = response.headers().clone();
            assert_eq!(headers["cache-control"], "no-store", "{path}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(headers.get("location").is_none(), "{path}");
            assert!(!format!("{headers:?}").contains("evil.example"), "{path}");
            let (_, text) = status_and_text(response).await;
            assert!(!text.contains("evil.example"), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn row_15_a_form_or_a_script_of_another_page_cannot_act_for_somebody_who_is_logged_in() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let agent = app.agent("li", None).await;
    for operation in operations(&app).await {
        let path = operation.at("x", "A1");
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            let ask = app
                .request(operation.method.clone(), &path)
                .header("content-type", kind);
            let ask = ask.header(
                "cookie",
                format!("token={}; session={}", agent, visitor.token),
            );
            let ask = ask
                .header("origin", "https://evil.example")
                .body("{\"client_id\":\"a\",\"text\":\"b\"}");
            let answer = ask.send().await.unwrap();
            assert!(answer.headers().get("set-cookie").is_none(), "{path}");
            assert!(
                answer
                    .headers()
                    .get("access-control-allow-origin")
                    .is_none(),
                "{path}"
            );
            let status = answer.status().as_u16();
            // A platform's address that does not exist; one that does, asks for a signature.
            let is_nowhere = operation.tag == "platform" && status == 404;
            assert!(
                is_nowhere
                    || !operation.guarded && !operation.changes()
                    || matches!(status, 401 | 403 | 415),
                "{path} {kind}: {status}"
            );
        }
    }
}

#[tokio::test]
async fn row_15_even_with_a_good_token_nothing_but_json_is_taken_and_no_foreign_page_reads_the_answer()
 {
    let world = World::begin().await;
    let app = &world.app;
    for operation in operations(app).await {
        let token = match operation.tag.as_str() {
            "visitor" => &world.owner.token,
            "merchant" => &world.own_key,
            _ => &world.platform_agent,
        };
        let path = operation.at(&world.conversation, &world.order);
        for kind in [
            "text/plain",
            "text/plain; application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "text/json",
            "",
        ] {
            let is_signed = operation.tag == "platform";
            if !operation.changes() || operation.takes_files() || is_signed {
                continue;
            }
            let asked = app.request(operation.method.clone(), &path);
            let asked = asked.header("content-type", kind).bearer_auth(token);
            let body = operation.good_body().unwrap().to_string();
            let refused = problem(asked.body(body).send().await.unwrap()).await;
            let expected = (415, "unsupported_media_type".to_owned());
            assert_eq!(refused, expected, "{} as {kind:?}", operation.name());
        }
        for origin in ["https://evil.example", "null", "https://other.example"] {
            let asked = operation.request(app, &world.conversation, &world.order);
            let asked = asked.header("origin", origin).bearer_auth(token);
            let answer = asked.header("sec-fetch-site", "cross-site").send().await;
            let (answer, name) = (answer.unwrap(), operation.name());
            // The page that opens a session of the other shop would be allowed; this one asks for the first.
            let for_pages = operation.tag == "visitor";
            assert!(!for_pages || answer.status() == 403, "{name} for {origin}");
            for header in [
                "access-control-allow-origin",
                "access-control-allow-credentials",
                "set-cookie",
            ] {
                let given = answer.headers().get(header);
                assert!(given.is_none(), "{name} gives {origin} {header}: {given:?}");
            }
        }
    }
}

#[tokio::test]
async fn row_15_and_16_no_preflight_lets_a_page_call_what_is_not_for_pages() {
    let app = TestApp::start().await;
    for route in inventory(&app.app) {
        let path = route
            .path
            .replace("{id}", "x")
            .replace("{form}", "transcript.html");
        for origin in ["https://linden.example", "https://evil.example", "null"] {
            let asked = app.request(reqwest::Method::OPTIONS, &path);
            let asked = asked
                .header("origin", origin)
                .header("access-control-request-method", route.method.as_str())
                .header("access-control-request-headers", "authorization");
            let answer = asked.send().await.unwrap();
            let granted = answer.headers().get("access-control-allow-origin");
            let for_pages = matches!(route.caller, Caller::Page | Caller::Visitor);
            let expected = (for_pages && origin == "https://linden.example").then_some(origin);
            let granted = granted.map(|origin| origin.to_str().unwrap());
            assert_eq!(granted, expected, "{path} for {origin}");
            assert!(
                answer
                    .headers()
                    .get("access-control-allow-credentials")
                    .is_none()
            );
        }
    }
}

/// A browser that has them asks again each time, and is told that they have not changed.
#[tokio::test]
async fn what_the_inbox_loads_is_not_sent_again_to_whoever_has_it() {
    let app = TestApp::start().await;
    for path in [
        "/inbox",
        "/inbox/inbox.js",
        "/inbox/inbox.css",
        "/inbox/en.json",
    ] {
        for encoding in ["gzip", "identity"] {
            let ask = |known: String| {
                let asked = app.get(path).header("accept-encoding", encoding);
                asked.header("if-none-match", known).send()
            };
            let first = ask("\"another\"".to_owned()).await.unwrap();
            assert_eq!(first.status(), 200, "{path}");
            let tag = first.headers()["etag"].to_str().unwrap().to_owned();
            assert!(tag.starts_with('"'), "{path}: {tag} is not strong");
            assert!(!first.bytes().await.unwrap().is_empty());
            let again = ask(format!("\"another\", {tag}")).await.unwrap();
            assert_eq!(again.status(), 304, "{path}");
            assert_eq!(again.headers()["etag"], *tag);
            assert!(again.bytes().await.unwrap().is_empty());
        }
    }
}
