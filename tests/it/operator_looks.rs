//! What the operator sees and takes along at the command line, and what a shop's key does, stands in the audit log like what agents do; what
//! was searched for is found by those who know what to ask for; and a line is written with what it tells of, or not at all.

use std::path::Path;

use frontdesk::domain::ids::EndpointId;
use frontdesk::domain::rights::AgentRole;
use frontdesk::domain::webhook::Subscription;
use reqwest::Method;
use serde_json::{Value, json};

use crate::evidence::applied;
use crate::folders::copy_folder;
use crate::process::{Desk, run};
use crate::support::{PASSWORD, TestApp};
use crate::two_people::claimed;

/// The audit log of a folder, as `agent what about`.
fn log(at: &Path) -> Vec<String> {
    let out = run(at, &["audit", "export", "--data", "data"]);
    let text = String::from_utf8(out.stdout).unwrap();
    let line = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let of = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", of("agent"), of("what"), of("about"))
    };
    text.lines().map(line).collect()
}

#[tokio::test]
async fn what_the_operator_reads_of_a_stopped_desk_leaves_a_line_before_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    app.order("m_linden", "A1").await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "How long does a refund take?").await;
    let id = said["conversation"].as_str().unwrap();
    let reply = said["replies"][0]["seq"].to_string();
    let wrong = json!({"reply": said["replies"][0]["seq"]});
    app.does(&mei, &format!("/v1/conversations/{id}/wrong"), wrong)
        .await;
    app.store.close();
    copy_folder(&app.data(), &at.join("data"));
    let (read, exported) = (format!("read {id}"), format!("exported {id}"));
    let done = format!("review_done {id}");
    let looks: [(&[&str], &str); 10] = [
        (&["conversations", "list"], "listed all"),
        (
            &[
                "conversations",
                "list",
                "--view",
                "bot",
                "--merchant",
                "m_linden",
            ],
            "listed bot m_linden",
        ),
        (&["conversations", "show", id], &read),
        (&["conversations", "export", id], &exported),
        (&["conversations", "export"], "exported all"),
        (&["review", "list"], "reviews_read -"),
        (&["review", "done", id, &reply], &done),
        (
            &["orders", "get", "A1", "--merchant", "m_linden"],
            "order_read A1 m_linden",
        ),
        (
            &["orders", "export", "--merchant", "m_linden"],
            "exported m_linden orders",
        ),
        (&["audit", "export"], "audit_read -"),
    ];
    for (args, line) in looks {
        let before = log(at);
        run(at, &[args, &["--data", "data"]].concat());
        let after = log(at);
        let line = format!("operator {line}");
        let count = |log: &[String]| log.iter().filter(|one| **one == line).count();
        assert!(count(&after) > count(&before), "{line}: {after:?}");
    }
    let orders = at.join("more.jsonl");
    std::fs::write(&orders, "{\"id\":\"A2\",\"amount\":\"1.00\",\"currency\":\"GBP\",\"status\":\"shipped\",\"created_at\":\"2026-11-01\"}\n").unwrap();
    let import = [
        "orders",
        "import",
        "more.jsonl",
        "--merchant",
        "m_linden",
        "--data",
        "data",
    ];
    run(at, &import);
    assert!(log(at).contains(&"operator orders_written m_linden import".to_owned()));
}

#[tokio::test]
async fn a_running_desk_notes_what_the_operator_lists_and_knows_its_packs() {
    let (desk, agent, _) = Desk::start().await;
    let at = desk.folder.path();
    let session = desk.session(None).await;
    let said = desk.http.post(format!("{}/v1/messages", desk.base));
    let said = said.bearer_auth(session);
    let said = said.json(&json!({"client_id": "m1", "text": "I want to talk to a human"}));
    let said: Value = said.send().await.unwrap().json().await.unwrap();
    let id = said["conversation"].as_str().unwrap();
    run(at, &["conversations", "list"]);
    run(at, &["review", "list"]);
    let list = String::from_utf8(run(at, &["audit", "export"]).stdout).unwrap();
    assert!(
        list.contains("\"listed\"") && list.contains("\"command line\""),
        "{list}"
    );
    let pack = desk
        .http
        .get(format!("{}/v1/conversations/{id}/pack.jsonl", desk.base));
    let pack = pack
        .bearer_auth(agent)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    std::fs::write(at.join("a.pack.jsonl"), &pack).unwrap();
    let said = run(at, &["verify", "a.pack.jsonl", "--data", "data"]).stdout;
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("given out by mei"), "{said}");
    // Made anew with one word changed, it is whole and none of this desk's.
    let mut forged = frontdesk::domain::pack::Pack::default();
    for line in pack.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["kind"].as_str().unwrap();
        if kind != "end" {
            let body = line["body"].to_string().replace("human", "robot");
            forged.add(kind, None, &serde_json::from_str(&body).unwrap());
        }
    }
    std::fs::write(at.join("b.pack.jsonl"), forged.seal().0).unwrap();
    let mut command = crate::process::command(at);
    let out = command
        .args(["verify", "b.pack.jsonl", "--data", "data"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(said.contains("did not give it out"), "{said}");
}

/// What stands in the log, as `agent what about from`.
async fn lines(app: &TestApp, lead: &str, query: &str) -> Vec<String> {
    let page = app
        .read(lead, &format!("/v1/audit?limit=200&{query}"))
        .await;
    let line = |line: &Value| {
        let of = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {} {}",
            of("agent"),
            of("what"),
            of("about"),
            of("from")
        )
    };
    page["lines"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn what_a_shops_key_reads_and_writes_is_in_the_log_under_that_key() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let key = app.api_key("m_linden").await;
    let (_, claim) = applied(&app, &key, ("jo", "A1"), "1").await;
    for _ in 0..2 {
        app.read(&key, "/v1/orders/A1").await;
    }
    let batch = json!([
        {"id": "B1", "amount": "1.00", "currency": "GBP", "status": "shipped", "created_at": "2026-11-01"},
        {"id": "B2", "amount": "1.00", "currency": "GBP", "status": "shipped", "created_at": "2026-11-01"}]);
    app.does(&key, "/v1/orders/batch", batch).await;
    app.read(&key, "/v1/refunds").await;
    app.read(&key, &format!("/v1/refunds/{claim}")).await;
    let reject = json!({"reason": "it was worn"});
    app.does(&key, &format!("/v1/refunds/{claim}/reject"), reject)
        .await;
    let unknown = app.get("/v1/orders/Z9").bearer_auth(&key).send().await;
    assert_eq!(unknown.unwrap().status(), 404);
    let found = lines(&app, &lead, "agent=shop").await;
    let from = format!("key {}", &key[..8]);
    let claims = app.read(&key, &format!("/v1/refunds/{claim}")).await;
    let id = claims["conversation"].as_str().unwrap();
    let mut expected = vec![
        format!("shop orders_written A1 m_linden {from}"),
        format!("shop order_read A1 m_linden {from}"),
        format!("shop orders_written m_linden 2 {from}"),
        format!("shop claims_read m_linden {from}"),
        format!("shop claims_read {id} {claim} {from}"),
        format!("shop decided {id} {claim} {from}"),
    ];
    let mut sorted = found.clone();
    sorted.sort();
    expected.sort();
    assert_eq!(sorted, expected, "a look that goes on is one look");
    // Under whom they are about, too.
    let of_person = lines(&app, &lead, &format!("agent=shop&person={id}")).await;
    assert!(
        of_person.contains(&format!("shop order_read A1 m_linden {from}")),
        "{of_person:?}"
    );
}

#[tokio::test]
async fn an_auditor_finds_who_searched_for_somebody_and_reads_no_name_in_the_log() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    app.read(&mei, "/v1/inbox?q=zanzibar%20field%20refund")
        .await;
    app.read(&mei, "/v1/inbox?q=%E6%9D%8E%E5%B0%8F%E9%BE%99")
        .await;
    app.read(&lin, "/v1/inbox?q=zanzi").await;
    app.read(&lin, "/v1/inbox?q=late").await;
    let who = async |asked: &str| {
        let found = lines(&app, &lead, &format!("searched={asked}")).await;
        let mut who: Vec<String> = found.iter().map(|line| line[..3].to_owned()).collect();
        who.sort();
        who
    };
    assert_eq!(who("zanzibar").await, ["lin", "mei"], "unfinished, too");
    assert_eq!(who("Field%20ZANZIBAR").await, ["mei"]);
    assert_eq!(who("%E6%9D%8E%E5%B0%8F%E9%BE%99").await, ["mei"]);
    app.read(&lin, "/v1/inbox?q=%E6%9D%8E%E5%B0%8F").await;
    app.read(&lin, "/v1/inbox?q=%E6%9D%8E%E5%B0%8F%E6%98%8E")
        .await;
    let name = who("%E6%9D%8E%E5%B0%8F%E9%BE%99").await;
    assert_eq!(name, ["lin", "mei"], "unfinished, and no other name");
    assert_eq!(who("quince").await, [""; 0]);
    let all = lines(&app, &lead, "").await;
    assert!(!all.iter().any(|line| line.contains("zanzi")), "{all:?}");
    let table = app.get("/v1/audit.csv?searched=zanzi").bearer_auth(&lead);
    let table = table.send().await.unwrap().text().await.unwrap();
    assert_eq!(table.lines().count(), 2, "{table}");
}

#[tokio::test]
async fn a_decision_and_its_line_are_one_write_and_so_are_a_correction_and_a_password() {
    let app = TestApp::start().await;
    let (mei, lee) = (app.agent("mei", None).await, app.agent("lee", None).await);
    app.app.desk.set_subscriptions(vec![Subscription {
        endpoint: EndpointId::parse("linden").unwrap(),
        merchant: frontdesk::domain::ids::MerchantId::parse("m_linden").unwrap(),
        events: Vec::new(),
    }]);
    let (id, decides) = claimed(&app, "5000.01").await;
    let of = |what: &str| format!("/v1/conversations/{id}/{what}");
    app.does(&mei, &of("claim"), json!({})).await;
    let order = json!({"status": "processing", "amount": "20.00", "currency": "GBP", "created_at": "2026-11-10T08:00:00Z",
        "customer": {"name": "Jo Field", "email": "jo@example.com"}});
    let key = app.api_key("m_linden").await;
    let put = app.request(Method::PUT, "/v1/orders/A2").bearer_auth(&key);
    assert_eq!(put.json(&order).send().await.unwrap().status(), 200);
    let yes = json!({"decision": "approve"});
    let right = json!({"order": "A2", "detail": "address", "value": "7 Elm Lane, Leeds LS1 4AB"});
    let password = json!({"old": PASSWORD, "new": "another password"});
    let draft = json!({"reply": "Dear Jo"});
    let changes = [
        (&mei, decides.clone(), yes.clone(), "mei decided"),
        (&lee, decides, yes, "lee decided"),
        (&mei, of("put-right"), right, "mei put_right"),
        (
            &mei,
            of("merchant"),
            json!({"text": "please look"}),
            "mei merchant_told",
        ),
        (
            &lee,
            "/v1/password".to_owned(),
            password,
            "lee password_changed",
        ),
        (&mei, of("draft"), draft, "mei draft_kept"),
    ];
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    for (agent, path, body, line) in changes {
        let before = app.store.report().applied;
        app.does(agent, &path, body).await;
        let writes = app.store.report().applied - before;
        assert_eq!(
            writes, 1,
            "{line}: a kill between two would leave one without the other"
        );
        let found = lines(&app, &lead, "").await;
        assert!(
            found.iter().any(|one| one.starts_with(line)),
            "{line}: {found:?}"
        );
    }
}
