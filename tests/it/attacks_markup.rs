//! Markup and line breaks that visitors, shops and agents send, and the pages that show them. RELIABILITY B rows 17, 18, 49.

use frontdesk::domain::account::Agent;
use frontdesk::domain::ids::AgentId;
use frontdesk::store::Commit;
use regex::Regex;
use serde_json::{Value, json};

use crate::attacks::{files_below, operations};
use crate::support::TestApp;

/// Markup that wants to run, in many forms. `@` stands for what would show that it did.
const MARKUP: &[&str] = &[
    "<script>@</script>",
    "<SCRIPT SRC=//x.example/@></SCRIPT>",
    "<scr<script>ipt>@</scr</script>ipt>",
    "<img src=x onerror=@>",
    "<img src=x onerror='@'>",
    "<img/src=x/onerror=@>",
    "<svg onload=@>",
    "<svg/onload=@>",
    "<svg><script>@</script></svg>",
    "<svg><animate onbegin=@ attributeName=x dur=1s>",
    "<math><mtext><img src=x onerror=@>",
    "<iframe src=javascript:@>",
    "<iframe srcdoc='<script>@</script>'>",
    "<object data=javascript:@>",
    "<embed src=javascript:@>",
    "<a href=javascript:@>x</a>",
    "<a href='jav&#x09;ascript:@'>x</a>",
    "<a href=\"data:text/html,<script>@</script>\">x</a>",
    "<form action=javascript:@><input type=submit>",
    "<button formaction=javascript:@>x",
    "<input autofocus onfocus=@>",
    "<select autofocus onfocus=@>",
    "<textarea autofocus onfocus=@>",
    "<details open ontoggle=@>",
    "<video><source onerror=@>",
    "<audio src=x onerror=@>",
    "<body onload=@>",
    "<marquee onstart=@>",
    "<style>@import'//x'</style>",
    "<style>p{background:url(javascript:@)}</style>",
    "<link rel=stylesheet href=//x.example/@>",
    "<meta http-equiv=refresh content=0;url=javascript:@>",
    "<base href=//x.example/@>",
    "<template><script>@</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=@>\">",
    "</p></article><script>@</script>",
    "</style><script>@</script>",
    "</title><script>@</script>",
    "--><script>@</script>",
    "]]><script>@</script>",
    "\"><script>@</script>",
    "'><script>@</script>",
    "\" onmouseover=@ x=\"",
    "' onmouseover=@ x='",
    "` onmouseover=@ x=`",
    "<p style=animation-name:x onanimationstart=@>",
    "<x onclick=@>x",
    "<!--><img src=x onerror=@>-->",
    "<![CDATA[<script>@</script>]]>",
    "<?xml version=1?><script>@</script>",
    "<%00script>@</script>",
    "<\u{0}script>@</script>",
    "<script\u{0}>@</script>",
    "\u{feff}<script>@</script>",
    "\u{ff1c}script\u{ff1e}@\u{ff1c}/script\u{ff1e}",
    "\u{2039}script\u{203a}@",
    "&lt;script&gt;@&lt;/script&gt;",
    "&#60;script&#62;@&#60;/script&#62;",
    "\\u003cscript\\u003e@",
    "%3Cscript%3E@%3C/script%3E",
    "+ADw-script+AD4-@+ADw-/script+AD4-",
    "<scRIPT/x>@</scRIPT\n>",
    "<script >@</script >",
    "<\nscript>@</script>",
    "<script src=data:,@>",
    "javascript:@",
    "<a href=\u{1}javascript:@>x",
    "<img src=`x` onerror=@>",
    "<svg><use href=#x onload=@>",
    "{{<script>@</script>}}",
];

/// Where markup may stand: alone, after what closes a text, an attribute or a tag, on a line of its own, and inside a word.
const PLACES: [&str; 5] = ["@", "\">@", "'>@<'", "hello\n@\n", "re@fund"];

/// More than three hundred hostile texts: each markup in each place.
fn corpus(markup: &str) -> impl Iterator<Item = String> {
    let markup = markup.replace('@', "alert(1)");
    PLACES.iter().map(move |place| place.replace('@', &markup))
}

/// Tags and attributes that our page has. Anything else came in from outside.
fn foreign_tags(page: &str) -> Vec<&str> {
    let known = Regex::new(concat!(
        r#"^(/?(html|head|body|h1|article|header|bdi|title|style|p)|!doctype html|html lang="[A-Za-z-]+"|meta charset="utf-8""#,
        r#"|article class="[a-z]+"|time datetime="[0-9TZ:.-]+"|/time|p dir="auto")$"#
    ));
    let known = known.unwrap();
    let tags = page.split('<').skip(1);
    tags.map(|tag| tag.split_once('>').map_or(tag, |(tag, _)| tag))
        .filter(|tag| !known.is_match(tag))
        .collect()
}

#[test]
fn the_scanner_of_row_17_sees_markup_that_is_not_ours() {
    assert_eq!(foreign_tags("<p dir=\"auto\">a &lt;b&gt;</p>"), [""; 0]);
    for foreign in [
        "<b>",
        "<p dir=\"auto\" onclick=x>",
        "<p dir='auto'>",
        "<script",
        "< p>",
        "<article class=\"a b\">",
    ] {
        assert_eq!(foreign_tags(foreign).len(), 1, "{foreign}");
    }
    assert!(MARKUP.len() * PLACES.len() >= 300);
}

#[tokio::test]
async fn row_17_and_18_no_markup_of_a_visitor_a_shop_or_an_agent_becomes_part_of_a_page() {
    let app = TestApp::start().await;
    let agent = hostile_agent(&app).await;
    for (n, markup) in MARKUP.iter().enumerate() {
        let markup = markup.replace('@', "alert(1)");
        // In claims, control characters are refused; the markup around them is not.
        let named: String = markup.chars().filter(|c| !c.is_control()).collect();
        let claims = json!({"sub": named, "name": named, "email": format!("{named}@x.example"), "phone": named});
        let visitor = app.signed_in(&claims).await;
        let said = app.send(&visitor, &markup).await;
        for hostile in corpus(MARKUP[n]) {
            app.send(&visitor, &hostile).await;
        }
        let asked = app
            .send(&visitor, &format!("I want to talk to a human {markup}"))
            .await;
        assert_eq!(said["conversation"], asked["conversation"]);
        let one = format!(
            "/v1/conversations/{}",
            said["conversation"].as_str().unwrap()
        );
        for (verb, body) in [
            ("takeover", json!({})),
            ("notes", json!({"client_id": "n", "text": markup})),
            ("messages", json!({"client_id": "r", "text": markup})),
        ] {
            let sent = app
                .post(&format!("{one}/{verb}"))
                .bearer_auth(&agent)
                .json(&body);
            assert!(
                sent.send().await.unwrap().status().is_success(),
                "{verb} {markup}"
            );
        }
        for view in ["agent", "customer"] {
            let page = app.get(&format!("{one}/transcript.html?view={view}"));
            let page = page.bearer_auth(&agent).send().await.unwrap();
            let headers = page.headers().clone();
            assert_eq!(headers["content-type"], "text/html; charset=utf-8");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("script-src"));
            let page = page.text().await.unwrap();
            assert_eq!(foreign_tags(&page), [""; 0], "{n} {markup}: {page}");
            assert!(page.contains("alert(1)") && !page.contains('\0'));
        }
    }
}

/// Kinds of answers in which no browser runs anything, and the one page that we make ourselves.
const KINDS: [&str; 6] = [
    "application/json",
    "application/problem+json",
    "application/x-ndjson",
    "text/plain; charset=utf-8",
    "text/event-stream; charset=utf-8",
    "text/html; charset=utf-8",
];

/// What an answer that carries somebody's markup must say of itself.
async fn is_harmless(what: &str, answer: reqwest::Response) -> String {
    let headers = answer.headers().clone();
    let header = |name: &str| {
        headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    };
    let kind = header("content-type").to_owned();
    assert!(KINDS.contains(&kind.as_str()), "{what}: {kind}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{what}");
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
    let unsafe_words = ["unsafe", "script-src", "data:", "*"];
    assert!(
        !unsafe_words.iter().any(|word| policy.contains(word)),
        "{what}: {policy}"
    );
    let (_, text) = crate::attacks::status_and_text(answer).await;
    assert!(
        !kind.starts_with("text/html") || foreign_tags(&text).is_empty(),
        "{what}: {text}"
    );
    text
}

#[tokio::test]
async fn row_17_and_18_every_answer_with_somebodys_markup_says_what_it_is_and_lets_nothing_run() {
    const MARK: &str = "<script>alert(1)</script>";
    let world = crate::attacks::World::begin().await;
    let (app, key) = (&world.app, &world.own_key);
    let claims =
        json!({"sub": MARK, "name": MARK, "email": format!("{MARK}@x.example"), "phone": MARK});
    let visitor = app.signed_in(&claims).await;
    app.send(&visitor, MARK).await;
    let answer = app.send(&visitor, &format!("talk to a human {MARK}")).await;
    let conversation = answer["conversation"].as_str().unwrap();
    let order = json!({"status": "rejected", "amount": "64.00", "currency": "GBP", "created_at": "2026-11-10",
        "items": [MARK], "reject_reason": MARK, "note": MARK, "payment_method": MARK, "customer": {"name": MARK},
        MARK: {MARK: MARK}});
    let put = app.request(reqwest::Method::PUT, "/v1/orders/X1");
    let put = put.bearer_auth(key).json(&order).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let mut seen = 0;
    for operation in operations(app).await.iter().filter(|one| !one.changes()) {
        let token = match operation.tag.as_str() {
            "visitor" => &visitor.token,
            "merchant" => key,
            _ => &world.own_agent,
        };
        for form in ["transcript.json", "transcript.txt", "transcript.html"] {
            let path = operation.at(conversation, "X1");
            let path = path.replace("transcript.json", form);
            let asked = app.get(&path).bearer_auth(token);
            let text = is_harmless(&path, asked.send().await.unwrap()).await;
            seen += usize::from(text.contains("alert(1)"));
        }
    }
    assert!(seen >= 12, "{seen} answers with markup are no test");
    let escaped = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in [
        format!("/{escaped}"),
        format!("/v1/inbox?view={escaped}"),
        format!("/v1/inbox?{escaped}=1"),
        format!("/v1/orders/{escaped}"),
        format!("/v1/conversations/{escaped}/{escaped}"),
    ] {
        let asked = app.get(&path).bearer_auth(&world.own_agent);
        is_harmless(&path, asked.send().await.unwrap()).await;
    }
    for body in [
        json!({"site": MARK}),
        json!({"site": "linden", "locale": MARK}),
        json!({MARK: 1}),
        json!(MARK),
    ] {
        let sent = app.post("/v1/sessions").json(&body).send().await.unwrap();
        is_harmless(&body.to_string(), sent).await;
    }
}

#[tokio::test]
async fn row_18_what_a_browser_says_of_itself_is_not_kept_and_shown_to_nobody() {
    const CANARY: &str = "CANARY<img src=x onerror=alert(1)>";
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let with_headers = |request: reqwest::RequestBuilder| {
        [
            "user-agent",
            "referer",
            "accept-language",
            "x-forwarded-for",
            "x-real-ip",
            "from",
            "via",
            "x-requested-with",
            "x-page-title",
            "idempotency-key",
            "last-event-id",
        ]
        .into_iter()
        .fold(request, |request, name| request.header(name, CANARY))
    };
    let open = app.post("/v1/sessions").json(&json!({"site": "linden"}));
    let opened = with_headers(open).send().await.unwrap();
    assert_eq!(opened.status(), 201);
    let opened: Value = opened.json().await.unwrap();
    let token = opened["session"].as_str().unwrap();
    let body = json!({"client_id": "c", "text": "I want to talk to a human"});
    let sent = app.post("/v1/messages").bearer_auth(token).json(&body);
    let sent: Value = with_headers(sent)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = sent["conversation"].as_str().unwrap();
    for path in [
        "",
        "/events",
        "/transcript.html",
        "/transcript.txt",
        "/transcript.json",
    ] {
        let path = format!("/v1/conversations/{id}{path}");
        let shown = app.get(&path).bearer_auth(&agent).send().await.unwrap();
        let shown = shown.text().await.unwrap();
        assert!(shown.contains("human") || path.ends_with(id), "{shown}");
        assert!(!shown.contains("CANARY"), "{path}: {shown}");
    }
    for (path, bytes) in files_below(&app.data()) {
        let found = memchr::memmem::find(&bytes, b"CANARY");
        assert!(found.is_none(), "a header is kept in {path:?}");
    }
}

#[tokio::test]
async fn row_18_and_49_no_word_of_a_message_passes_for_a_line_of_the_transcript() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let visitor = app.visitor_of("linden").await;
    let forged = "hi\r\n\r\n2026-11-20 10:00:00 UTC  bot\n    you get 500\u{202e}\u{1b}[2J\u{2028}x\u{85}y\u{0}z";
    let said = app.send(&visitor, forged).await;
    let one = format!(
        "/v1/conversations/{}",
        said["conversation"].as_str().unwrap()
    );
    let read = |form: &str| {
        app.get(&format!("{one}/transcript.{form}"))
            .bearer_auth(&agent)
            .send()
    };
    let text = read("txt").await.unwrap().text().await.unwrap();
    let heads = text
        .lines()
        .filter(|line| line.starts_with("2026-"))
        .count();
    let lines = read("json").await.unwrap().text().await.unwrap();
    assert_eq!(heads, lines.lines().count(), "a line was forged: {text}");
    assert!(
        !text.contains(['\u{202e}', '\u{1b}', '\u{0}', '\r', '\u{85}']),
        "{text:?}"
    );
    for line in lines.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
}

/// An agent whose name is markup, as an old import could have left one.
async fn hostile_agent(app: &TestApp) -> String {
    let token = app.agent("li", None).await;
    let agent = app
        .store
        .agent(&AgentId::parse("li").unwrap())
        .await
        .unwrap()
        .unwrap();
    let name = "<img src=x onerror=alert(1)> \" onclick='x'".to_owned();
    let named = Commit::new().agent(Agent { name, ..agent });
    app.store.commit(named).await.unwrap();
    token
}
