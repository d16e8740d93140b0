//! The abuse meter on a real desk: an index of claims by whoever made them, thresholds of the merchant's policy, a person who learns
//! why, and a customer who hears the same as everybody.

use frontdesk::domain::ids::{MerchantId, OrderId};
use frontdesk::rules_folder::built_in_rules;
use frontdesk::store::Commit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::ruled::ruled_by;
use crate::support::{TestApp, Visitor, fresh_id};

const POLICY: &str = r#"merchant = "m_linden"
offers   = ["full", "partial"]
[window]
days = 30
[auto_accept]
GBP = "50.00"
"#;
const REVIEW: &str = "[review]\nask = 15\nslow = 38\nreview = 50\n";

fn enforce(app: &TestApp, policy: &str) {
    app.app.desk.set_rules(ruled_by(policy));
}

/// Orders `A1001`, `A1002` … of one person, placed and delivered lately.
async fn deliver(app: &TestApp, numbers: std::ops::Range<u32>, email: &str) {
    deliver_by(app, "m_linden", numbers, email).await;
}

async fn deliver_by(app: &TestApp, merchant: &str, numbers: std::ops::Range<u32>, email: &str) {
    let key = app.api_key(merchant).await;
    for number in numbers {
        let order = json!({"status": "delivered", "amount": "40.00", "currency": "GBP", "items": ["Kettle"],
            "created_at": "2026-11-16T08:00:00Z", "paid_at": "2026-11-16T08:01:00Z", "payment_method": "visa *0934",
            "shipping": {"carrier": "DPD", "address": "1 Long Lane, Leeds", "delivered_at": "2026-11-18T12:00:00Z"},
            "customer": {"name": "Jo Field", "email": email}});
        let put = app.request(Method::PUT, &format!("/v1/orders/A{number}"));
        let put = put.bearer_auth(&key).json(&order).send().await.unwrap();
        assert_eq!(put.status(), 200);
    }
}

async fn apply(app: &TestApp, visitor: &Visitor, order: u32) -> Value {
    let form = json!({"client_id": fresh_id(), "order": format!("A{order}"), "cause": "damaged"});
    let sent = app.post("/v1/claims").bearer_auth(&visitor.token);
    let answer = sent.json(&form).send().await.unwrap();
    assert!(answer.status().is_success(), "{order}");
    answer.json().await.unwrap()
}

async fn person(app: &TestApp, email: &str) -> Visitor {
    app.signed_in(&json!({"sub": email, "email": email})).await
}

/// The states of the applications for these orders, each sent from a conversation of its own.
async fn states(app: &TestApp, email: &str, orders: std::ops::Range<u32>) -> Vec<String> {
    let mut states = Vec::new();
    for order in orders {
        let visitor = person(app, email).await;
        let told = apply(app, &visitor, order).await;
        states.push(told["claim"]["state"].as_str().unwrap().to_owned());
    }
    states
}

#[tokio::test]
async fn who_claims_more_and_more_is_asked_for_more_then_slowed_down_and_never_refused() {
    let app = TestApp::start().await;
    enforce(&app, &format!("{POLICY}{REVIEW}"));
    deliver(&app, 1001..1009, "jo@example.com").await;
    let states = states(&app, "jo@example.com", 1001..1009).await;
    let expected = [
        "accepted",
        "accepted",
        "accepted",
        "accepted",
        "needs_evidence",
        "needs_evidence",
        "submitted",
        "submitted",
    ];
    assert_eq!(states, expected);
    // Without thresholds the same person is judged by the policy alone.
    enforce(&app, POLICY);
    deliver(&app, 1009..1010, "jo@example.com").await;
    assert_eq!(
        self::states(&app, "jo@example.com", 1009..1010).await,
        ["accepted"]
    );
}

/// Who has more orders than are offered hears that these are the latest, and what to do for another one.
#[tokio::test]
async fn who_is_asked_which_order_it_is_hears_of_it_when_there_are_more_than_are_offered() {
    let app = TestApp::start().await;
    deliver(&app, 1001..1006, "jo@example.com").await;
    for (are_more, next) in [(false, 1006..1007), (true, 1007..1008)] {
        let jo = person(&app, "jo@example.com").await;
        let said = app.send(&jo, "where is my order?").await.to_string();
        let offered = said.matches("\"label\":\"A100").count();
        assert_eq!(offered, 5, "{said}");
        assert_eq!(said.contains("send me its number"), are_more, "{said}");
        deliver(&app, next, "jo@example.com").await;
    }
}

/// The person who decides learns what the score is made of; the customer hears word for word what everybody hears whose claim waits.
#[tokio::test]
async fn the_person_who_decides_learns_why_and_the_customer_hears_nothing_of_it() {
    let app = TestApp::start().await;
    enforce(&app, &format!("{POLICY}{REVIEW}"));
    deliver(&app, 1001..1010, "jo@example.com").await;
    states(&app, "jo@example.com", 1001..1009).await;
    let visitor = person(&app, "jo@example.com").await;
    let told = apply(&app, &visitor, 1009).await;

    // Somebody without any history, whose claim is over the limit.
    enforce(&app, &POLICY.replace("50.00", "1.00"));
    deliver(&app, 2001..2002, "al@example.com").await;
    let other = apply(&app, &person(&app, "al@example.com").await, 2001).await;
    let words = |told: &Value| told["replies"][0]["text"].as_str().unwrap().to_owned();
    assert_eq!(words(&told).replace("A1009", "A2001"), words(&other));
    assert_eq!(told["claim"]["state"], "submitted");
    let seen = told.to_string();
    for word in [
        "abuse", "history", "suspect", "score", "slow", "unusual", "verdict",
    ] {
        assert!(!seen.contains(word), "{word}: {seen}");
    }

    let agent = app.agent("li", None).await;
    let path = format!(
        "/v1/conversations/{}/events",
        told["conversation"].as_str().unwrap()
    );
    let events = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    let events: Value = events.json().await.unwrap();
    let handed = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["kind"] == "handed_off");
    let handed = handed.unwrap();
    assert_eq!(handed["reason"], "abuse_suspected");
    let brief = handed["brief"].to_string();
    for part in ["claims on 8 orders in 30 days", "no finding", "/100"] {
        assert!(brief.contains(part), "{part}: {brief}");
    }
    let key = app.api_key("m_linden").await;
    let claim = app
        .get("/v1/refunds/A1009-1")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    let claim: Value = claim.json().await.unwrap();
    assert_eq!(
        (&claim["verdict"], &claim["policy"]["line"]),
        (&json!("abuse_review"), &json!(7))
    );
    assert!(
        claim["clause"]
            .as_str()
            .unwrap()
            .starts_with("review.review <= "),
        "{claim}"
    );
}

#[tokio::test]
async fn who_buys_much_may_claim_much_and_time_makes_good() {
    let app = TestApp::start().await;
    enforce(&app, &format!("{POLICY}{REVIEW}"));
    deliver(&app, 1001..1041, "jo@example.com").await;
    let heavy = states(&app, "jo@example.com", 1001..1009).await;
    assert!(heavy.iter().all(|state| state == "accepted"), "{heavy:?}");
    // Another person of the same house, with the same kind of card, is another person.
    deliver(&app, 2001..2003, "al@example.com").await;
    assert_eq!(
        states(&app, "al@example.com", 2001..2003).await,
        ["accepted", "accepted"]
    );
    // Others' claims with other merchants are nobody's business here: the index is by merchant.
    deliver(&app, 3001..3009, "bo@example.com").await;
    let much = states(&app, "bo@example.com", 3001..3009).await;
    assert_ne!(much.last().unwrap(), "accepted", "{much:?}");
    app.clock.move_to("2027-03-01T10:00:00Z".parse().unwrap());
    let late = json!({"client_id": fresh_id(), "order": "A1041", "cause": "not_arrived"});
    deliver(&app, 1041..1042, "bo@example.com").await;
    let bo = person(&app, "bo@example.com").await;
    let answer = app
        .post("/v1/claims")
        .bearer_auth(&bo.token)
        .json(&late)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        answer["claim"]["state"], "accepted",
        "three months later nothing is left of it: {answer}"
    );
}

/// The chat counts like the form, and a check of the data folder finds the index to be what the claims make it.
#[tokio::test]
async fn the_chat_counts_too_and_the_index_is_what_the_claims_make_it() {
    let app = TestApp::start().await;
    enforce(&app, &format!("{POLICY}{REVIEW}"));
    deliver(&app, 1001..1010, "jo@example.com").await;
    states(&app, "jo@example.com", 1001..1009).await;
    let jo = person(&app, "jo@example.com").await;
    for text in [
        "I want a refund for A1009",
        "1",
        "the lid was cracked when I opened the box",
    ] {
        app.say_as(&jo, text).await;
    }
    let key = app.api_key("m_linden").await;
    let claim = app
        .get("/v1/refunds/A1009-1")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    let claim: Value = claim.json().await.unwrap();
    assert_eq!(
        (&claim["state"], &claim["verdict"]),
        (&json!("submitted"), &json!("abuse_review"))
    );
    app.store.close();
    let copy = tempfile::tempdir().unwrap();
    let data = copy.path().join("data");
    let copied = std::process::Command::new("cp")
        .arg("-R")
        .args([app.data(), data.clone()])
        .status();
    assert!(copied.unwrap().success());
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .args(["verify", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{said}");
}

/// What stands in the rule files about a history says what happened, and calls nobody anything.
#[test]
fn no_word_about_a_history_accuses_anybody() {
    let (_, text) = built_in_rules()
        .into_iter()
        .find(|(name, _)| name == "history.toml")
        .unwrap();
    let said: toml::Table = text.parse().unwrap();
    let sentences = said["say"].as_table().unwrap();
    assert!(sentences.len() >= 8);
    let accusing = [
        "abus",
        "fraud",
        "cheat",
        "suspicious",
        "suspect",
        "dishonest",
        "lie",
        "scam",
        "blacklist",
        "滥用",
        "濫用",
        "欺",
        "诈",
        "詐",
        "骗",
        "騙",
        "恶意",
        "惡意",
        "可疑",
        "嫌疑",
        "黑名单",
        "黑名單",
        "薅",
    ];
    for (name, texts) in sentences {
        for language in ["zh-Hans", "zh-Hant", "en"] {
            let text = texts[language].as_str().unwrap().to_lowercase();
            for word in accusing {
                assert!(!text.contains(word), "{name}: {word} in {text}");
            }
            // Only what a customer is asked for may be said to a customer.
            let for_agents = texts.get("proof").and_then(toml::Value::as_integer) == Some(3);
            assert_eq!(for_agents, name != "claim_show_anything", "{name}");
        }
    }
}

/// Claims at another shop are counted for the person who decides, and neither of the shops learns anything of the other.
#[tokio::test]
async fn claims_at_another_merchant_are_only_counted() {
    let app = TestApp::start().await;
    enforce(&app, &format!("{POLICY}{REVIEW}"));
    deliver_by(&app, "m_other", 7001..7002, "jo@example.com").await;
    let elsewhere = app.waiting("other").await.1;
    app.claim("m_other", "A7001", &elsewhere).await;
    deliver(&app, 1001..1010, "jo@example.com").await;
    states(&app, "jo@example.com", 1001..1009).await;
    let told = apply(&app, &person(&app, "jo@example.com").await, 1009).await;
    let agent = app.agent("li", Some("m_linden")).await;
    let id = told["conversation"].as_str().unwrap();
    let path = format!("/v1/conversations/{id}/events");
    let events = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    let events: Value = events.json().await.unwrap();
    let seen = events.to_string();
    assert!(seen.contains("claimed at 2 shops"), "{seen}");
    for foreign in ["m_other", "A7001", elsewhere.as_str()] {
        assert!(!seen.contains(foreign), "{foreign}: {seen}");
    }
    assert!(!told.to_string().contains("2 shops"), "{told}");
}

/// Claims from before they had keys are found by their orders, which still tell whose they are.
#[tokio::test]
async fn claims_that_were_made_before_they_had_keys_count_by_their_orders() {
    let app = TestApp::start().await;
    enforce(&app, &format!("{POLICY}{REVIEW}"));
    deliver(&app, 1001..1007, "jo@example.com").await;
    states(&app, "jo@example.com", 1001..1005).await;
    let merchant = MerchantId::parse("m_linden").unwrap();
    let store = &app.store;
    for number in 1001..1005 {
        let order = OrderId::parse(&format!("A{number}")).unwrap();
        let mut claims = store.claims(&merchant, &order).await.unwrap().unwrap();
        claims.claims.iter_mut().for_each(|claim| claim.by.clear());
        store.commit(Commit::new().claims(claims)).await.unwrap();
    }
    assert_eq!(
        states(&app, "jo@example.com", 1005..1006).await,
        ["needs_evidence"]
    );
    // A customer who was erased is nobody's history.
    for number in 1001..1006 {
        let order = OrderId::parse(&format!("A{number}")).unwrap();
        let mut claims = store.claims(&merchant, &order).await.unwrap().unwrap();
        for claim in &mut claims.claims {
            claim.by.clear();
            claim.conversation = None;
        }
        store.commit(Commit::new().claims(claims)).await.unwrap();
    }
    assert_eq!(
        states(&app, "jo@example.com", 1006..1007).await,
        ["accepted"]
    );
}
