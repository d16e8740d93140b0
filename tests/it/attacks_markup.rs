//! Markup and line breaks that visitors, shops and agents send, and the pages that show them. RELIABILITY B rows 17, 18, 49.

use frontdesk::domain::account::Agent;
use frontdesk::domain::ids::AgentId;
use frontdesk::store::Commit;
use regex::Regex;
use serde_json::{Value, json};

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
    assert!(MARKUP.len() >= 60);
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
