//! What is left of a person who was erased, wherever they or others wrote something of them: every field has a word of its own, and the whole
//! data folder is searched for all of these words. RELIABILITY B row 35.

use std::collections::BTreeSet;
use std::path::Path;

use aho_corasick::AhoCorasick;
use frontdesk::desk::HeldKind;
use frontdesk::domain::ids::{EndpointId, MerchantId};
use frontdesk::domain::rights::AgentRole;
use frontdesk::domain::webhook::{EventKind, Subscription};
use frontdesk::store::{Commit, verify};
use serde_json::{Value, json};

use crate::attacks::files_below;
use crate::evidence::{form, pdf};
use crate::folders::copy_folder;
use crate::process::command;
use crate::support::{TestApp, Visitor, fresh_id};

/// What every word begins with that stands for a field, and what it ends with.
const MARK: &str = "zanzibar";
const END: &str = "stop";

/// The word that stands for a field.
pub fn word(field: &str) -> String {
    format!("{MARK}{field}{END}")
}

/// The words that are left in a data folder once it has been made anew from what is in it.
pub fn left_in(data: &Path) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    copy_folder(data, &at.join("data"));
    let compact = || {
        let mut compact = command(at);
        compact.args(["compact", "--data", "data", "--yes"]);
        compact.output().unwrap()
    };
    // The copy is what a kill would leave. If the engine lacks something of that, the first start says so and stops, and the next one builds the
    // engine anew from the journal: what is left is then looked for in that.
    let mut done = compact();
    if String::from_utf8_lossy(&done.stderr).contains("the journal says it was given") {
        done = compact();
    }
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let checked = verify(&at.join("data")).unwrap();
    assert!(checked.is_whole(), "{:#?}", checked.problems);
    let files = files_below(at);
    files
        .iter()
        .flat_map(|(_, bytes)| words_in(bytes))
        .collect()
}

fn words_in(bytes: &[u8]) -> BTreeSet<String> {
    // Folders have empty parts of many megabytes, in which a search that was not made for speed takes longer than all else.
    let mut mark = AhoCorasick::builder();
    let mark = mark.ascii_case_insensitive(true).build([MARK]).unwrap();
    mark.find_iter(bytes)
        .map(|found| {
            let rest = bytes[found.start()..].iter();
            let word = rest.take_while(|byte| byte.is_ascii_alphabetic());
            let word: String = word
                .map(|byte| char::from(byte.to_ascii_lowercase()))
                .collect();
            let end = word.find(END).map_or(word.len(), |end| end + END.len());
            word[..end].to_owned()
        })
        .collect()
}

fn subscription() -> Subscription {
    Subscription {
        endpoint: EndpointId::parse("linden").unwrap(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        events: Vec::new(),
    }
}

/// Of what waits for the shop's program, one of each kind arrives, one is given up, and the others wait on.
async fn deliver_some(app: &TestApp) {
    let endpoint = subscription().endpoint;
    let waiting = app.store.waiting_deliveries(&endpoint, 0, 200).await;
    let (mut arrived, mut given_up) = (BTreeSet::new(), BTreeSet::new());
    let now = app.clock.now();
    for delivery in waiting.unwrap() {
        let after = match delivery.kind {
            kind if arrived.insert(kind) => delivery.arrived(now),
            kind if given_up.insert(kind) => delivery.given_up("refused".to_owned(), now),
            _ => continue,
        };
        let commit = Commit::new().delivery(after);
        app.store.commit(commit).await.unwrap();
    }
}

async fn order(app: &TestApp, key: &str, id: &str, status: &str) {
    let order = json!({"status": status, "amount": "20.00", "currency": "GBP", "items": ["Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": (status == "delivered").then_some("2026-11-18T12:00:00Z")},
        "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
    let put = app.request(reqwest::Method::PUT, &format!("/v1/orders/{id}"));
    let put = put.bearer_auth(key).json(&order).send().await.unwrap();
    assert_eq!(put.status(), 200);
}

/// A person in two conversations, of whom each field has a word of its own: the visitor, the conversation, and all the words.
async fn somebody(app: &TestApp, admin: &str, key: &str) -> (Visitor, String, BTreeSet<String>) {
    let mut words = BTreeSet::new();
    let mut word = |field: &str| {
        words.insert(word(field));
        word(field)
    };
    order(app, key, "B1", "delivered").await;
    order(app, key, "B2", "processing").await;
    let who = json!({"sub": word("subject"), "name": format!("Mr {}", word("name")), "email": "jo@example.com"});
    let first = app.signed_in(&who).await;
    app.send(&first, &format!("my {} lamp is broken", word("first")))
        .await;
    let later = app.signed_in(&who).await;
    let page = json!({"page": format!("https://linden.example/{}", word("page")), "cart_total": word("cart")});
    app.does(&later.token, "/v1/context", page).await;
    app.send(&later, &format!("the {} again", word("said")))
        .await;
    let claim =
        json!({"client_id": "c1", "order": "B1", "cause": "changed_mind", "note": word("claimed")});
    app.does(&later.token, "/v1/claims", claim).await;
    let said = app.send(&later, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap().to_owned();
    let email = format!("{}@example.org", word("mail"));
    let contact = json!({"client_id": "c2", "email": email});
    app.does(&later.token, "/v1/contact", contact).await;
    let file = pdf(&word("file"));
    let sent = app.post("/v1/attachments").bearer_auth(&later.token);
    let sent = form(sent, &[("file", "", &file)]).send().await.unwrap();
    assert!(sent.status().is_success(), "{}", sent.status());
    let of = |what: &str| format!("/v1/conversations/{id}/{what}");
    app.does(admin, &of("claim"), json!({})).await;
    let text = |text: String| json!({"client_id": fresh_id(), "text": text});
    app.does(admin, &of("notes"), text(word("note"))).await;
    app.does(admin, &of("messages"), text(word("reply"))).await;
    let draft = json!({"reply": word("draft"), "note": word("drafted")});
    app.does(admin, &of("draft"), draft).await;
    app.does(admin, &of("labels"), json!({"add": [word("label")]}))
        .await;
    let right = json!({"order": "B2", "detail": "address", "value": format!("7 {} Lane, Leeds LS1 4AB", word("address"))});
    for _ in 0..3 {
        app.does(admin, &of("put-right"), right.clone()).await;
    }
    for _ in 0..3 {
        let told = json!({"order": "B2", "text": word("told")});
        app.does(admin, &of("merchant"), told).await;
    }
    let events = app.read(admin, &of("events")).await;
    let reply = events["events"].as_array().unwrap().iter();
    let reply = reply
        .clone()
        .find(|event| event["kind"] == "reply" && event["from"] == "bot");
    let wrong = json!({"reply": reply.unwrap()["seq"], "note": word("review")});
    app.does(admin, &of("wrong"), wrong).await;
    let filter = |name: String, q: String| json!({"name": name, "view": "done", "only": {"q": q}});
    let filters = [
        filter(format!("of {}", word("name")), "refund".to_owned()),
        filter("one".to_owned(), format!("{}@example.org", word("mail"))),
        filter("late".to_owned(), "late".to_owned()),
    ];
    let keep = app.request(reqwest::Method::PUT, "/v1/filters");
    let keep = keep.bearer_auth(admin).json(&json!({"filters": filters}));
    assert_eq!(keep.send().await.unwrap().status(), 200);
    app.does(admin, &of("resolve"), json!({})).await;
    let rating = json!({"client_id": "c3", "score": 2, "text": word("rating")});
    app.does(&later.token, "/v1/csat", rating).await;
    // They are on the page once more, and have said nothing yet.
    let silent = json!({"sub": word("subject"), "name": word("silent"), "email": "jo@example.com"});
    app.signed_in(&silent).await;
    (later, id, words)
}

/// Every kind is counted and taken along, and every word that is kept of them is in what they get.
async fn all_is_taken_along(
    app: &TestApp,
    admin: &str,
    (id, held): (&str, &Value),
    words: &BTreeSet<String>,
) {
    let export = app.get(&format!("/v1/people/{id}/export"));
    let export = export.bearer_auth(admin).send().await.unwrap();
    let export = export.text().await.unwrap();
    frontdesk::domain::pack::verify(&export).unwrap();
    let all: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for kind in HeldKind::ALL {
        let counted = match kind {
            HeldKind::Conversations => held["conversations"].as_array().map(Vec::len),
            _ => held[kind.field()].as_u64().map(|n| n as usize),
        };
        let lines = all.iter().filter(|it| it["kind"] == kind.line()).count();
        // What was told that stays is taken along, too.
        let is_it = match kind {
            HeldKind::Told => counted.is_some_and(|n| n > 0 && n <= lines),
            _ => counted.is_some_and(|n| n > 0 && n == lines),
        };
        assert!(is_it, "{kind:?}: {counted:?} counted, {lines} lines");
    }
    let exported = words_in(export.as_bytes());
    // The file is in it as its bytes in base64.
    let lacking: Vec<&String> = words.difference(&exported).collect();
    assert_eq!(lacking, [&word("file")]);
}

#[tokio::test]
async fn row_35_of_an_erased_person_no_field_is_left_anywhere_in_the_data() {
    let app = TestApp::start().await;
    app.app.desk.set_subscriptions(vec![subscription()]);
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let key = app.api_key("m_linden").await;
    let (visitor, id, words) = somebody(&app, &admin, &key).await;
    deliver_some(&app).await;
    assert_eq!(left_in(&app.data()), words, "all of it has been kept");
    let mut held = app.read(&admin, &format!("/v1/people/{id}")).await;
    // Each conversation is shown in words, too.
    let each = held.as_object_mut().unwrap().remove("each").unwrap();
    assert_eq!(each.as_array().map(Vec::len), Some(2));
    assert!(held["told"].as_u64().unwrap() > 9, "{held}");
    assert_eq!(
        (&held["sessions"], &held["claims_kept"]),
        (&json!(3), &json!(1))
    );
    all_is_taken_along(&app, &admin, (&id, &held), &words).await;
    let erase = json!({"conversations": 2});
    let gone = app
        .does(&admin, &format!("/v1/people/{id}/erase"), erase)
        .await;
    let filters = app.read(&admin, "/v1/filters").await;
    let left = filters["filters"].as_array().unwrap();
    assert_eq!(left.len(), 1, "those of nobody stay: {filters}");
    assert_eq!(gone, held, "what was shown is what goes");
    assert_eq!(left_in(&app.data()), BTreeSet::new());
    let asked = app.get("/v1/events").bearer_auth(&visitor.token);
    assert_eq!(asked.send().await.unwrap().status(), 401);
    // What the law keeps, and what the shop has still to hear of it.
    let claim = app.read(&key, "/v1/refunds/B1-1").await;
    assert_eq!(
        (&claim["state"], &claim["amount"]),
        (&json!("accepted"), &json!("20.00"))
    );
    let endpoint = subscription().endpoint;
    let waiting = app
        .store
        .waiting_deliveries(&endpoint, 0, 200)
        .await
        .unwrap();
    let failed = app
        .store
        .failed_deliveries(&endpoint, 0, 200)
        .await
        .unwrap();
    let arrived = app
        .store
        .delivered_deliveries(&endpoint, u64::MAX, 200)
        .await
        .unwrap();
    assert_eq!((waiting.len(), failed.len(), arrived.len()), (0, 0, 0));
}

#[tokio::test]
async fn that_a_refund_was_decided_on_is_still_told_though_its_customer_was_erased() {
    let app = TestApp::start().await;
    app.app.desk.set_subscriptions(vec![subscription()]);
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let key = app.api_key("m_linden").await;
    let (_, id, _) = somebody(&app, &admin, &key).await;
    let held = app.read(&admin, &format!("/v1/people/{id}")).await;
    let told = held["told"].as_u64().unwrap();
    let erase = json!({"conversations": 2});
    app.does(&admin, &format!("/v1/people/{id}/erase"), erase)
        .await;
    let endpoint = subscription().endpoint;
    let waiting = app
        .store
        .waiting_deliveries(&endpoint, 0, 200)
        .await
        .unwrap();
    let kinds: Vec<EventKind> = waiting.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [EventKind::RefundAccepted], "of {told} and one");
    let body: Value = serde_json::from_str(&waiting[0].body).unwrap();
    assert_eq!(body["data"]["claim"], "B1-1");
}
