//! What a line of the inbox says of its order, and lists by intent, by the order's state and amount, by lateness, and in other orders.

use frontdesk::store::verify;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::folders::copy_folder;
use crate::support::TestApp;

/// A page of a list.
pub async fn page(app: &TestApp, token: &str, query: &str) -> Value {
    let asked = app.get(&format!("/v1/inbox?{query}")).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{query}: {body}");
    body
}

/// The conversations of a list, all its pages, two lines at a time.
async fn list(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = page(app, token, &format!("{query}&limit=2{cursor}")).await;
        let rows = page["rows"].as_array().unwrap().iter();
        all.extend(rows.map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

async fn put_order(app: &TestApp, key: &str, id: &str, status: &str, amount: &str) {
    put_order_in(app, key, id, status, (amount, "GBP")).await;
}

async fn put_order_in(app: &TestApp, key: &str, id: &str, status: &str, of: (&str, &str)) {
    let record = json!({"id": id, "merchant": "m_linden", "status": status, "amount": of.0, "currency": of.1,
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z", "items": ["lamp"],
        "customer": {"name": "Ann Lee", "email": "ann@example.org", "phone": "+447700900123"}});
    let put = app.request(Method::PUT, &format!("/v1/orders/{id}"));
    let put = put.bearer_auth(key).json(&record).send().await.unwrap();
    assert!(put.status().is_success(), "{:?}", put.text().await);
}

/// So much later.
pub fn later(app: &TestApp, seconds: i64) {
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_secs(seconds));
}

/// Somebody asks about an order and wants a person: the id of the conversation.
async fn asks(app: &TestApp, text: &str) -> String {
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, text).await;
    let answer = app.send(&visitor, "I want to talk to a human").await;
    later(app, 10);
    answer["conversation"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_line_says_how_the_order_stands_now_and_lists_follow_the_order() {
    let app = TestApp::start().await;
    let (mei, key) = (app.agent("mei", None).await, app.api_key("m_linden").await);
    put_order(&app, &key, "A7001", "shipped", "20.50").await;
    put_order(&app, &key, "A7002", "refunding", "300.00").await;
    let small = asks(&app, "where is my order A7001").await;
    let large = asks(&app, "where is my order A7002").await;
    let unknown = asks(&app, "where is my order A7003").await;
    let rows = page(&app, &mei, "view=waiting").await;
    let order = json!({"id": "A7001", "status": "shipped", "amount": "20.50", "currency": "GBP"});
    assert_eq!(rows["rows"][0]["order"], order);
    assert_eq!(rows["rows"][0]["matter"], "order_status");
    assert_eq!(rows["rows"][2]["order"], Value::Null, "no such order yet");
    let by_amount = "view=waiting&sort=amount";
    assert_eq!(
        list(&app, &mei, by_amount).await,
        [&large[..], &small, &unknown]
    );
    assert_eq!(list(&app, &mei, "order=shipped").await, [&small[..]]);
    assert_eq!(
        list(&app, &mei, "order=shipped&currency=GBP&at_most=20").await,
        [""; 0]
    );
    assert_eq!(
        list(&app, &mei, "currency=GBP&at_least=20.50&at_most=299.99").await,
        [&small[..]]
    );
    // The shop sends them anew, the one that was missing among them.
    put_order(&app, &key, "A7001", "delivered", "20.50").await;
    put_order(&app, &key, "A7002", "refunding", "9.00").await;
    put_order(&app, &key, "A7003", "delivered", "77.00").await;
    let rows = page(&app, &mei, "view=waiting").await;
    assert_eq!(rows["rows"][0]["order"]["status"], "delivered");
    assert_eq!(list(&app, &mei, "order=shipped").await, [""; 0]);
    assert_eq!(
        list(&app, &mei, "order=delivered").await,
        [&small[..], &unknown]
    );
    assert_eq!(
        list(&app, &mei, by_amount).await,
        [&unknown[..], &small, &large]
    );
    let narrow =
        "order=delivered&language=en&intent=order_status&sort=amount&currency=GBP&at_least=50";
    assert_eq!(list(&app, &mei, narrow).await, [&unknown[..]]);
    assert_eq!(
        list(&app, &mei, "q=A7003&order=delivered").await,
        [&unknown[..]]
    );
    assert_eq!(list(&app, &mei, "q=A7003&order=refunding").await, [""; 0]);
    app.store.close();
    let copy = tempfile::tempdir().unwrap();
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(copy.path(), own).unwrap();
    copy_folder(&app.data(), copy.path());
    let found = verify(copy.path()).unwrap();
    assert!(found.is_whole(), "{:?}", found.problems);
}

#[tokio::test]
async fn the_order_that_is_named_to_a_person_is_the_one_that_the_line_is_about() {
    let app = TestApp::start().await;
    let (mei, key) = (app.agent("mei", None).await, app.api_key("m_linden").await);
    put_order(&app, &key, "A7001", "shipped", "20.50").await;
    let (visitor, id) = app.waiting("linden").await;
    app.send(&visitor, "it is about A7001, not A7002").await;
    let rows = page(&app, &mei, "view=waiting").await;
    assert_eq!(rows["rows"][0]["order"]["id"], "A7001");
    assert_eq!(list(&app, &mei, "order=shipped").await, [&id[..]]);
}

#[tokio::test]
async fn lists_go_by_intent_by_lateness_and_from_either_end() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let policy = asks(&app, "how long do refunds take?").await;
    let invoice = asks(&app, "I need an invoice").await;
    assert_eq!(list(&app, &mei, "intent=invoice").await, [&invoice[..]]);
    assert_eq!(
        list(&app, &mei, "intent=talk_to_human").await,
        [&policy[..], &invoice]
    );
    later(&app, 165);
    assert_eq!(list(&app, &mei, "overdue=true").await, [&policy[..]]);
    later(&app, 60);
    let urgent = json!({"priority": "urgent"});
    let path = format!("/v1/conversations/{invoice}/priority");
    let put = app.post(&path).bearer_auth(&mei).json(&urgent).send().await;
    assert!(put.unwrap().status().is_success());
    assert_eq!(
        list(&app, &mei, "overdue=true").await,
        [&invoice[..], &policy]
    );
    assert_eq!(
        list(&app, &mei, "sort=oldest").await,
        [&policy[..], &invoice]
    );
    assert_eq!(
        list(&app, &mei, "sort=newest").await,
        [&invoice[..], &policy]
    );
    assert_eq!(
        list(&app, &mei, "sort=urgent").await,
        [&policy[..], &invoice]
    );
    // Who belongs to another merchant sees none of it in any order.
    let other = app.agent("oda", Some("m_other")).await;
    for query in [
        "sort=amount",
        "sort=newest",
        "overdue=true",
        "intent=invoice",
    ] {
        assert_eq!(list(&app, &other, query).await, [""; 0], "{query}");
    }
}

/// What is refused: at what, and why.
async fn refused(app: &TestApp, token: &str, query: &str) -> (String, String) {
    let asked = app.get(&format!("/v1/inbox?{query}")).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 422, "{query}");
    let told: Value = answer.json().await.unwrap();
    let word = |name: &str| told[name].as_str().unwrap().to_owned();
    (word("path"), word("detail"))
}

#[tokio::test]
async fn amounts_are_compared_within_a_currency_and_never_across() {
    let app = TestApp::start().await;
    let (mei, key) = (app.agent("mei", None).await, app.api_key("m_linden").await);
    let mut ids = Vec::new();
    for (id, of) in [
        ("A7001", ("50.00", "EUR")),
        ("A7002", ("100", "JPY")),
        ("A7003", ("9000", "JPY")),
        ("A7004", ("70.00", "EUR")),
    ] {
        put_order_in(&app, &key, id, "shipped", of).await;
        ids.push(asks(&app, &format!("where is my order {id}")).await);
    }
    ids.push(asks(&app, "I need an invoice").await);
    let [small, yen, many_yen, large, none] = [0, 1, 2, 3, 4].map(|at| &ids[at][..]);
    // By currency, in each the largest first; pages of two go through the middle of one.
    let expected: [(&str, &[&str]); 6] = [
        ("sort=amount", &[large, small, many_yen, yen, none]),
        ("sort=amount&currency=JPY", &[many_yen, yen]),
        ("sort=amount&currency=EUR&at_most=60", &[small]),
        ("currency=EUR", &[small, large]),
        ("currency=JPY&at_least=60", &[yen, many_yen]),
        ("q=where&currency=EUR&at_least=60", &[large]),
    ];
    for (asked, found) in expected {
        assert_eq!(list(&app, &mei, asked).await, found, "{asked}");
    }
    assert_eq!(
        page(&app, &mei, "view=waiting").await["currencies"],
        json!(["EUR", "JPY"])
    );
    // They are asked for once for a list, and not with every page of it.
    let first = page(&app, &mei, "view=waiting&limit=2").await;
    let next = first["next"].as_str().unwrap();
    let second = page(&app, &mei, &format!("view=waiting&limit=2&cursor={next}")).await;
    assert_eq!(
        (&first["currencies"], &second["currencies"]),
        (&json!(["EUR", "JPY"]), &Value::Null)
    );
    let other = app.agent("oda", Some("m_other")).await;
    assert_eq!(
        page(&app, &other, "view=waiting").await["currencies"],
        Value::Null
    );
    for query in [
        "at_least=50",
        "at_most=50&sort=amount",
        "q=where&at_least=1",
    ] {
        let (path, detail) = refused(&app, &mei, query).await;
        assert_eq!(path, "currency", "{query}");
        assert!(detail.contains("currency=EUR"), "{detail}");
    }
    // The shop changes the currency: the lists follow.
    put_order_in(&app, &key, "A7002", "shipped", ("60.00", "EUR")).await;
    assert_eq!(
        list(&app, &mei, "sort=amount").await,
        [large, yen, small, many_yen, none]
    );
}

#[tokio::test]
async fn what_the_bot_has_is_narrowed_as_the_others_are_and_stands_from_either_end() {
    let app = TestApp::start().await;
    let (mei, key) = (app.agent("mei", None).await, app.api_key("m_linden").await);
    put_order(&app, &key, "A7001", "shipped", "20.50").await;
    put_order(&app, &key, "A7002", "delivered", "300.00").await;
    let mut ids = Vec::new();
    for (site, text) in [
        ("linden", "where is my order A7001"),
        ("linden", "where is my order A7002"),
        ("linden", "how long do refunds take?"),
        ("other", "how long do refunds take?"),
    ] {
        let visitor = app.visitor_of(site).await;
        let said = app.send(&visitor, text).await;
        ids.push(said["conversation"].as_str().unwrap().to_owned());
        later(&app, 10);
    }
    let [shipped, delivered, policy, other] = [0, 1, 2, 3].map(|at| &ids[at][..]);
    let table: [(&str, &[&str]); 12] = [
        ("", &[other, policy, delivered, shipped]),
        ("&sort=newest", &[other, policy, delivered, shipped]),
        ("&sort=oldest", &[shipped, delivered, policy, other]),
        ("&intent=refund_policy", &[other, policy]),
        ("&intent=refund_policy&sort=oldest", &[policy, other]),
        ("&site=other", &[other]),
        (
            "&merchant=m_linden&sort=oldest",
            &[shipped, delivered, policy],
        ),
        ("&order=shipped", &[shipped]),
        ("&currency=GBP&at_least=100", &[delivered]),
        ("&currency=EUR", &[]),
        ("&agent=mei", &[]),
        ("&overdue=true", &[]),
    ];
    for (query, expected) in table {
        let found = list(&app, &mei, &format!("view=bot{query}")).await;
        assert_eq!(found, expected, "{query}");
    }
    for (sort, why) in [("urgent", "owed"), ("amount", "every message")] {
        let (path, detail) = refused(&app, &mei, &format!("view=bot&sort={sort}")).await;
        assert_eq!(path, "sort");
        assert!(detail.contains(why), "{detail}");
    }
    let foreign = app.agent("oda", Some("m_other")).await;
    for query in ["sort=oldest", "intent=refund_policy"] {
        let found = list(&app, &foreign, &format!("view=bot&{query}")).await;
        assert_eq!(found, [other], "{query}");
    }
    // Whoever goes to a person is not with the bot any more, from whichever end.
    let done = app.post(&format!("/v1/conversations/{policy}/takeover"));
    let done = done.bearer_auth(&mei).json(&json!({})).send().await;
    assert!(done.unwrap().status().is_success());
    let found = list(&app, &mei, "view=bot&sort=oldest").await;
    assert_eq!(found, [shipped, delivered, other]);
    app.store.close();
    let copy = tempfile::tempdir().unwrap();
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(copy.path(), own).unwrap();
    copy_folder(&app.data(), copy.path());
    let found = verify(copy.path()).unwrap();
    assert!(found.is_whole(), "{:?}", found.problems);
}
