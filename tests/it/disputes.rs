//! What a dispute pack is made of: every conversation that its claims and a merge touch, each line with where it comes from; the orders that it is
//! about and no others; and the policies as they were when something was decided by them.

use std::collections::BTreeSet;

use frontdesk::domain::order_record::{self, Defaults};
use frontdesk::domain::pack;
use frontdesk::domain::rights::AgentRole;
use frontdesk::engine::Rules;
use frontdesk::engine::rules::check::accept;
use frontdesk::store::Commit;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::evidence::{applied, attach, png};
use crate::log_ins::pass;
use crate::support::{TestApp, Visitor, files_in_force};

/// What a customer says of a claim made by `applied`.
const STORY: &str = "the lid was cracked when I opened the box";

/// The lines of a pack that nothing was changed in.
async fn pack_of(app: &TestApp, agent: &str, id: &str) -> Vec<Value> {
    let asked = app.get(&format!("/v1/conversations/{id}/pack.jsonl"));
    let asked = asked.bearer_auth(agent).send().await.unwrap();
    assert_eq!(asked.status(), 200);
    let text = asked.text().await.unwrap();
    pack::verify(&text).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

/// From which conversations the lines of a kind come in which something stands.
fn from(lines: &[Value], kind: &str, text: &str) -> BTreeSet<String> {
    let lines = of(lines, kind).into_iter();
    let with = lines.filter(|line| line["body"].to_string().contains(text));
    with.map(|line| line["from"].as_str().unwrap().to_owned())
        .collect()
}

async fn transcript(app: &TestApp, agent: &str, id: &str, form: &str) -> String {
    let asked = app.get(&format!("/v1/conversations/{id}/transcript.{form}"));
    let asked = asked.bearer_auth(agent).send().await.unwrap();
    asked.text().await.unwrap()
}

/// Somebody with a claim and a file for it, and another conversation of theirs.
async fn two(app: &TestApp) -> (String, String, String) {
    let key = app.api_key("m_linden").await;
    let (visitor, claim) = applied(app, &key, ("jo", "A1"), "1").await;
    let file = attach(app, &visitor, &png(1), Some(&claim)).await;
    let first = file["conversation"].as_str().unwrap().to_owned();
    pass(app, SignedDuration::from_mins(5));
    let jo = json!({"sub": "jo", "email": "jo@example.com"});
    let later = app.signed_in(&jo).await;
    let said = app.send(&later, "I want to talk to a human about A1").await;
    let second = said["conversation"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    (first, second, file["sha256"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_pack_has_the_words_and_files_of_a_claim_that_was_made_in_an_earlier_conversation() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (first, second, file) = two(&app).await;
    let lines = pack_of(&app, &mei, &second).await;
    assert_eq!(
        lines[0]["body"]["conversations"],
        json!([first, second]),
        "the oldest first"
    );
    let parts = of(&lines, "conversation");
    let why: Vec<_> = parts
        .iter()
        .map(|part| (part["from"].as_str().unwrap(), part["body"]["why"].clone()))
        .collect();
    let expected = [
        (first.as_str(), json!(["claim A1-1"])),
        (second.as_str(), json!(["asked_for"])),
    ];
    assert_eq!(why, expected);
    assert_eq!(parts[0]["body"]["same_person"], true);
    assert_eq!(from(&lines, "event", STORY), [first.clone()].into());
    assert_eq!(from(&lines, "file", &file), [first.clone()].into());
    assert!(of(&lines, "file")[0]["body"]["content"].is_string());
    assert_eq!(from(&lines, "claim", "A1-1"), [first.clone()].into());
    assert_eq!(from(&lines, "event", "a human"), [second].into());
}

#[tokio::test]
async fn what_was_merged_is_one_story_in_pack_and_transcript_whichever_is_asked_for() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (first, second, file) = two(&app).await;
    let of_second = format!("/v1/conversations/{second}");
    app.does(&mei, &format!("{of_second}/claim"), json!({}))
        .await;
    app.does(&mei, &format!("{of_second}/merge"), json!({"from": first}))
        .await;
    for asked in [&first, &second] {
        let lines = pack_of(&app, &mei, asked).await;
        assert_eq!(lines[0]["body"]["conversations"], json!([first, second]));
        assert_eq!(from(&lines, "event", STORY), [first.clone()].into());
        assert_eq!(from(&lines, "file", &file), [first.clone()].into());
        // It is decided there from now on.
        assert_eq!(from(&lines, "claim", "A1-1"), [second.clone()].into());
    }
    for form in ["txt", "html", "csv", "json"] {
        for view in ["", "?view=customer"] {
            let story = transcript(&app, &mei, &second, &format!("{form}{view}")).await;
            let (made, asked) = (story.find(STORY), story.find("a human about A1"));
            assert!(made.is_some() && made < asked, "{form}{view}: {story}");
        }
    }
    let lines = transcript(&app, &mei, &second, "json").await;
    let line = lines.lines().find(|line| line.contains(STORY)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        line["conversation"],
        json!(first),
        "and says of which it is"
    );
}

#[tokio::test]
async fn a_pack_has_no_order_that_it_is_not_about() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, second, _) = two(&app).await;
    // Another order of the same customer, of which nothing was said.
    let key = app.api_key("m_linden").await;
    let (_, other) = applied(&app, &key, ("jo", "A2"), "1").await;
    let lines = pack_of(&app, &mei, &second).await;
    let orders: Vec<&Value> = of(&lines, "order")
        .iter()
        .map(|it| &it["body"]["id"])
        .collect();
    assert_eq!(orders, ["A1"]);
    assert!(!lines.iter().any(|it| it.to_string().contains(&other)));
    // Somebody types the number of an order that is not theirs: it may be anybody's.
    app.order("m_linden", "A8001").await;
    let stranger: Visitor = app.visitor_of("linden").await;
    app.send(&stranger, "where is my order A8001").await;
    let said = app.send(&stranger, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    let lines = pack_of(&app, &mei, id).await;
    let named = &lines[0]["body"]["orders_not_shown_to_be_theirs"];
    assert_eq!(*named, json!(["A8001"]));
    assert!(of(&lines, "order").is_empty() && of(&lines, "claim").is_empty());
    let whole = json!(lines).to_string();
    assert!(!whole.contains("a8001@example.org"), "{whole}");
}

/// The rules in force with another window in the policy.
fn rules(days: &str) -> Rules {
    let files = files_in_force()
        .into_iter()
        .map(|(name, text)| match &*name {
            "policies/m_linden.toml" => (name, text.replace("days = 30", days)),
            _ => (name, text),
        });
    let accepted = accept(files.collect()).unwrap_or_else(|_| panic!("a mistake in the rules"));
    Rules::new(&accepted.book, accepted.replies)
}

#[tokio::test]
async fn a_pack_has_the_policy_of_the_decision_and_not_only_that_of_the_day_it_is_made() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (first, _, _) = two(&app).await;
    app.app.desk.set_rules(rules("days = 29"));
    pass(&app, SignedDuration::from_mins(1));
    let decided_at = app.clock.now();
    let path = format!("/v1/conversations/{first}/refunds/A1-1");
    let answer = app.does(&mei, &path, json!({"decision": "approve"})).await;
    assert_eq!(answer["state"], "approved");
    pass(&app, SignedDuration::from_mins(1));
    app.app.desk.set_rules(rules("days = 7"));
    // A desk that was started since knows it, too.
    let anew = app.desk_anew();
    anew.set_rules(rules("days = 7"));
    let agent = anew.agent(&mei.clone().into()).await.unwrap();
    let id = frontdesk::domain::ids::ConversationId::parse(&first).unwrap();
    let text = anew.pack(&agent, &id, false).await.unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut found = BTreeSet::new();
    for policy in of(&lines, "policy") {
        let text = policy["body"]["text"].as_str().unwrap();
        let days = ["30", "29", "7"];
        let days = days
            .iter()
            .find(|days| text.contains(&format!("days = {days}\n")));
        for held in policy["body"]["in_force"].as_array().unwrap() {
            let when = held["when"].as_str().unwrap().to_owned();
            if when == "decided" {
                assert_eq!(
                    (&held["claim"], &held["at"]),
                    (&json!("A1-1"), &json!(decided_at))
                );
            }
            found.insert((when, (*days.unwrap()).to_owned()));
        }
    }
    let expected = [("handed_in", "30"), ("decided", "29"), ("exported", "7")];
    let expected = expected.map(|(when, days)| (when.to_owned(), days.to_owned()));
    assert_eq!(found, expected.into());
}

#[tokio::test]
async fn of_a_customer_with_hundreds_of_orders_none_is_missing_from_what_is_held_nor_from_a_pack() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let mut commit = Commit::new();
    for number in 0..230 {
        let record = json!({"id": format!("K{number:04}"), "merchant": "m_linden", "status": "shipped", "amount": "4.00", "currency": "GBP",
            "created_at": format!("2026-{:02}-10T08:00:00Z", 1 + number / 23), "customer": {"email": "many@example.org"}});
        commit = commit.order(order_record::parse(&record, &Defaults::default()).unwrap());
    }
    app.store.commit(commit).await.unwrap();
    let many = json!({"sub": "many", "email": "many@example.org"});
    let visitor = app.signed_in(&many).await;
    app.send(&visitor, "I want to talk to a human").await;
    // The oldest of all.
    let said = app.send(&visitor, "it is about the lamp of K0000").await;
    let id = said["conversation"].as_str().unwrap();
    let held = app.read(&admin, &format!("/v1/people/{id}")).await;
    assert_eq!(
        (&held["orders_kept"], &held["more_orders"]),
        (&json!(230), &Value::Null)
    );
    let pack = pack_of(&app, &admin, id).await;
    let orders = of(&pack, "order");
    assert_eq!(orders.len(), 1, "{orders:?}");
    assert_eq!(orders[0]["body"]["id"], "K0000");
}
