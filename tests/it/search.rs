//! Finding conversations: by words, order numbers and names in all history, and lists of those that have something. RELIABILITY B row 3.

use frontdesk::domain::ids::ConversationId;
use frontdesk::store::verify;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::folders::copy_folder;
use crate::support::TestApp;

/// A page of the inbox as an agent asks for it.
async fn page(app: &TestApp, token: &str, query: &str) -> Value {
    let asked = app.get(&format!("/v1/inbox?{query}")).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{query}: {body}");
    body
}

fn ids(page: &Value) -> Vec<&str> {
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_str().unwrap()).collect()
}

async fn found(app: &TestApp, token: &str, asked: &str) -> Vec<String> {
    let query = reqwest::Url::parse_with_params("http://x/", [("q", asked)]).unwrap();
    let page = page(app, token, query.query().unwrap()).await;
    ids(&page).into_iter().map(str::to_owned).collect()
}

/// A conversation of a new visitor: its id.
async fn says(app: &TestApp, site: &str, text: &str) -> String {
    let visitor = app.visitor_of(site).await;
    let answer = app.send(&visitor, text).await;
    answer["conversation"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_somebody_said_is_found_at_once_by_words_by_their_beginnings_and_in_either_script() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let chinese = says(&app, "linden", "我的退款怎麼還沒到賬？").await;
    let english = says(
        &app,
        "linden",
        "The blue teapot arrived broken, order #a-1042",
    )
    .await;
    says(&app, "linden", "hello").await;
    for asked in ["退款", "退款怎么还没", "到账", "款", "賬", "还没到賬"] {
        assert_eq!(
            found(&app, &mei, asked).await,
            [chinese.as_str()],
            "{asked}"
        );
    }
    for asked in [
        "teapot",
        "BLUE tea",
        "Ｔｅａｐｏｔ",
        "A1042",
        "a-1042",
        "1042",
        "arrived a10",
    ] {
        assert_eq!(
            found(&app, &mei, asked).await,
            [english.as_str()],
            "{asked}"
        );
    }
    // The pairs are there, but not in a row; the words are there, but not all in one conversation.
    for asked in ["款到账", "teapot 退款", "teapots", "eapot", "?!"] {
        assert!(found(&app, &mei, asked).await.is_empty(), "{asked}");
    }
    let shown = page(&app, &mei, "q=teapot").await;
    assert_eq!(shown["rows"][0]["last"]["from"], "customer");
    assert!(
        shown["rows"][0]["last"]["text"]
            .as_str()
            .unwrap()
            .contains("teapot")
    );
    assert_eq!(shown["counts"]["bot"], 3, "the lists keep their counts");
}

#[tokio::test]
async fn names_addresses_and_order_numbers_of_those_who_are_known_are_found_and_so_are_notes() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    app.order("m_linden", "A7001").await;
    let who = json!({"name": "王小明", "email": "ming.w@example.org", "phone": "+8613800138000"});
    let known = app.signed_in(&who).await;
    let known = app.send(&known, "你好").await["conversation"].clone();
    let known = known.as_str().unwrap();
    for asked in [
        "王小明",
        "小明",
        "ming.w@example.org",
        "13800138000",
        "00138000",
        known,
    ] {
        assert_eq!(found(&app, &mei, asked).await, [known], "{asked}");
    }
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "where is my order A7001").await;
    let proven = app.send(&visitor, "a7001@example.org").await;
    let proven = proven["conversation"].as_str().unwrap();
    assert_eq!(
        found(&app, &mei, "Ann Lee").await,
        [proven],
        "the order's customer"
    );
    // A whole Chinese name is looked for as it is written, and stands on the order alone.
    let record = json!({"status": "shipped", "amount": "99.00", "currency": "CNY", "created_at": "2026-11-10T08:00:00Z", "items": ["lamp"],
        "customer": {"name": "欧阳小明", "email": "ou@example.org"}});
    let put = app.request(Method::PUT, "/v1/orders/88412034");
    let put = put.bearer_auth(app.api_key("m_linden").await).json(&record);
    assert!(put.send().await.unwrap().status().is_success());
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "订单 88412034 到哪了").await;
    let theirs = app.send(&visitor, "ou@example.org").await;
    let theirs = theirs["conversation"].as_str().unwrap();
    for asked in ["欧阳小明", "歐陽小明", "阳小明"] {
        assert_eq!(found(&app, &mei, asked).await, [theirs], "{asked}");
    }
    assert_eq!(found(&app, &mei, "小明欧阳").await, [""; 0]);
    let path = format!("/v1/conversations/{proven}");
    let post = |what: &str, body: Value| {
        app.post(&format!("{path}/{what}"))
            .bearer_auth(&mei)
            .json(&body)
            .send()
    };
    post(
        "notes",
        json!({"client_id": "n1", "text": "Carrier says: lost at Rotterdam"}),
    )
    .await
    .unwrap();
    assert_eq!(found(&app, &mei, "rotterdam").await, [proven]);
    post("takeover", json!({})).await.unwrap();
    post(
        "messages",
        json!({"client_id": "r1", "text": "We send another lamp today"}),
    )
    .await
    .unwrap();
    assert_eq!(
        found(&app, &mei, "another lamp").await,
        [proven],
        "agents' own words"
    );
}

#[tokio::test]
async fn row_3_nobody_finds_what_was_said_to_another_merchant_whatever_they_ask_for() {
    let app = TestApp::start().await;
    let (all, own) = (
        app.agent("mei", None).await,
        app.agent("li", Some("m_linden")).await,
    );
    let ours = says(&app, "linden", "a quince please").await;
    let theirs = says(&app, "other", "a quince please").await;
    assert_eq!(
        found(&app, &all, "quince").await,
        [theirs.clone(), ours.clone()]
    );
    assert_eq!(found(&app, &own, "quince").await, [ours.as_str()]);
    for more in [
        "merchant=m_other",
        "site=other",
        "merchant=m_other&site=other",
    ] {
        let page = page(&app, &own, &format!("q=quince&{more}")).await;
        assert_eq!(
            (ids(&page), &page["next"]),
            (vec![], &Value::Null),
            "{more}"
        );
    }
    let page = page(&app, &all, "q=quince&merchant=m_other").await;
    assert_eq!(ids(&page), [theirs.as_str()]);
    // The word that stands for a merchant cannot be typed.
    assert!(found(&app, &own, "\u{1}m_other").await.is_empty());
}

#[tokio::test]
async fn a_search_goes_on_where_the_page_before_ended_and_survives_a_restart_unread() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let mut expected = Vec::new();
    for n in 0..7 {
        expected.insert(0, says(&app, "linden", &format!("walnut number {n}")).await);
        says(&app, "linden", "something else").await;
    }
    let (mut seen, mut query) = (Vec::new(), "q=walnut&limit=3".to_owned());
    loop {
        let page = page(&app, &mei, &query).await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        query = format!("q=walnut&limit=3&cursor={next}");
    }
    assert_eq!(seen, expected);
    // What was said last has been read for its words by nobody yet, and is marked.
    let late = says(&app, "linden", "one more walnut").await;
    let id = ConversationId::parse(&late).unwrap();
    assert_eq!(
        app.store.to_index(9).await.unwrap(),
        std::slice::from_ref(&id)
    );
    app.app.desk.look_at_due().await.unwrap();
    assert!(app.store.to_index(9).await.unwrap().is_empty());
    let row = app.store.conversation(&id).await.unwrap().unwrap();
    let read = app.store.indexed(&id).await.unwrap().unwrap();
    assert_eq!(read.seq, row.last_seq);
    assert_eq!(found(&app, &mei, "walnut").await.len(), 8);
}

#[tokio::test]
async fn lists_are_narrowed_by_what_conversations_have_in_the_order_of_the_list() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let mut waiting = Vec::new();
    for (site, text) in [
        ("linden", "I want to talk to a human"),
        ("linden", "我要找真人客服"),
        ("other", "I want to talk to a human"),
        (
            "linden",
            "this is a scam, I will sue you, my lawyer is ready",
        ),
    ] {
        waiting.push(says(&app, site, text).await);
        app.clock
            .move_to(app.clock.now() + jiff::SignedDuration::from_secs(60));
    }
    let label = async |id: &str, label: &str| {
        let path = format!("/v1/conversations/{id}/labels");
        let put = app
            .post(&path)
            .bearer_auth(&mei)
            .json(&json!({"add": [label]}));
        assert_eq!(put.send().await.unwrap().status(), 200);
    };
    label(&waiting[0], "late parcel").await;
    label(&waiting[1], "late parcel").await;
    let [english, chinese, other, threat] = [0, 1, 2, 3].map(|n| waiting[n].as_str());
    let table: [(&str, Vec<&str>); 9] = [
        ("view=waiting", vec![threat, english, chinese, other]),
        ("language=en", vec![threat, english, other]),
        ("language=zh-Hans", vec![chinese]),
        ("site=linden&language=en", vec![threat, english]),
        ("merchant=m_other", vec![other]),
        ("reason=asked_for_human", vec![english, chinese, other]),
        ("label=late%20parcel", vec![english, chinese]),
        (
            "label=late%20parcel&language=en&site=linden&reason=asked_for_human",
            vec![english],
        ),
        ("label=nothing", vec![]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&page(&app, &mei, query).await), expected, "{query}");
    }
    let claim = format!("/v1/conversations/{english}/claim");
    app.post(&claim).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(
        ids(&page(&app, &mei, "label=late%20parcel").await),
        [chinese]
    );
    assert_eq!(
        ids(&page(&app, &mei, "view=open&agent=mei&label=late%20parcel").await),
        [english]
    );
    assert_eq!(
        ids(&page(&app, &mei, "view=open&agent=lin").await),
        Vec::<&str>::new()
    );
    let (data, store) = (app.data(), app.store.clone());
    app.app.desk.look_at_due().await.unwrap();
    store.close();
    let copy = tempfile::tempdir().unwrap();
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(copy.path(), own).unwrap();
    copy_folder(&data, copy.path());
    let found = verify(copy.path()).unwrap();
    assert!(found.is_whole(), "{:#?}", found.problems);
}
