//! Where the bot was wrong: an agent says so, a lead reads it, and whoever writes the rules works through it beside the running desk.

use frontdesk::domain::rights::AgentRole;
use serde_json::{Value, json};

use crate::process::{Desk, run};
use crate::support::{TestApp, problem};

/// The numbers of the bot's answers in a conversation.
async fn answers(app: &TestApp, token: &str, id: &str) -> Vec<u64> {
    let log = app
        .get(&format!("/v1/conversations/{id}/events"))
        .bearer_auth(token);
    let log: Value = log.send().await.unwrap().json().await.unwrap();
    let events = log["events"].as_array().unwrap().iter();
    let said = events.filter(|event| event["kind"] == "reply" && event["from"] == "bot");
    said.map(|event| event["seq"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_wrong_answer_is_on_the_list_with_the_message_the_rule_and_what_it_was_as_often_as_it_is_said_once()
 {
    let app = TestApp::start().await;
    let (mei, lead) = (
        app.agent("mei", None).await,
        app.agent_as("lead", Some("m_linden"), AgentRole::Lead)
            .await,
    );
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "hello").await;
    let answer = app.send(&visitor, "How long does a refund take?").await;
    let id = answer["conversation"].as_str().unwrap().to_owned();
    let reply = *answers(&app, &mei, &id).await.last().unwrap();
    let wrong = |token: &str, body: Value| {
        app.post(&format!("/v1/conversations/{id}/wrong"))
            .bearer_auth(token)
            .json(&body)
            .send()
    };
    let said = wrong(
        &mei,
        json!({"reply": reply, "intent": "invoice", "note": "first thought"}),
    )
    .await
    .unwrap();
    assert_eq!(said.status(), 201);
    let said = wrong(
        &mei,
        json!({"reply": reply, "intent": "refund_status", "note": "card 4111 1111 1111 1111"}),
    )
    .await
    .unwrap();
    let said: Value = said.json().await.unwrap();
    assert_eq!(said["message"], "How long does a refund take?");
    assert!(said["rule"].as_str().unwrap().contains(".toml:"), "{said}");
    assert!(
        !said["note"].as_str().unwrap().contains("4111 1111"),
        "{said}"
    );
    let case = said["test_case"].as_str().unwrap();
    assert!(
        case.contains(
            "[intent.refund_status.examples]\nmatch = [\"How long does a refund take?\"]"
        ),
        "{case}"
    );
    let took = said["took_for"].as_str().unwrap();
    assert!(
        case.contains(&format!("[intent.{took}.examples]\nnot   = [")),
        "{case}"
    );
    let list = app
        .get("/v1/reviews")
        .bearer_auth(&lead)
        .send()
        .await
        .unwrap();
    let list: Value = list.json().await.unwrap();
    assert_eq!(list, json!([said]), "the last word holds");
    for (reply, body) in [(1, json!({"reply": 1})), (999, json!({"reply": 999}))] {
        assert_eq!(
            wrong(&mei, body).await.unwrap().status(),
            404,
            "{reply} is no answer of the bot"
        );
    }
    let none = wrong(&mei, json!({"reply": reply, "intent": "no_such"}))
        .await
        .unwrap();
    assert_eq!(problem(none).await.0, 422);
    let refused = app
        .get("/v1/reviews")
        .bearer_auth(&mei)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(refused).await, (403, "role_too_low".to_owned()));
    let other = app
        .agent_as("other", Some("m_other"), AgentRole::Lead)
        .await;
    let none: Value = app
        .get("/v1/reviews")
        .bearer_auth(&other)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn what_somebody_said_of_a_wrong_answer_stays_when_a_colleague_clicks_on_it_too() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let lead = app
        .agent_as("lead", Some("m_linden"), AgentRole::Lead)
        .await;
    let visitor = app.visitor_of("linden").await;
    let answer = app.send(&visitor, "How long does a refund take?").await;
    let id = answer["conversation"].as_str().unwrap().to_owned();
    let reply = answers(&app, &mei, &id).await[0];
    let path = format!("/v1/conversations/{id}/wrong");
    let wrong = async |token: &str, body: Value| {
        let said = app.post(&path).bearer_auth(token).json(&body);
        let said = said.send().await.unwrap();
        assert_eq!(said.status(), 201, "{body}");
        said.json::<Value>().await.unwrap()
    };
    let click = || json!({"reply": reply, "intent": "refund_status", "guess": true});
    let first = wrong(&mei, click()).await;
    assert_eq!(
        (&first["by"], &first["intent"]),
        (&json!("mei"), &json!("refund_status"))
    );
    let meant = json!({"reply": reply, "intent": "invoice", "note": "they want the paper"});
    let said = wrong(&lead, meant).await;
    assert_eq!(said["intent"], "invoice");
    assert_eq!(wrong(&mei, click()).await, said, "a click knows no better");
    // What is worked into the rules is not to be worked on again because of it.
    let done = app.post(&format!("{path}/{reply}/done"));
    let done = done.bearer_auth(&lead).json(&json!({})).send().await;
    assert_eq!(done.unwrap().status(), 200);
    assert_eq!(wrong(&mei, click()).await, said);
    let list = app.get("/v1/reviews").bearer_auth(&lead).send().await;
    let list: Value = list.unwrap().json().await.unwrap();
    assert_eq!(list, json!([]));
    let again = wrong(&mei, json!({"reply": reply, "note": "it still says so"})).await;
    assert_eq!(again["note"], "it still says so", "who says more is heard");
}

#[tokio::test]
async fn a_rule_writer_lists_test_cases_and_takes_them_off_beside_the_running_desk() {
    let (desk, agent, _) = Desk::start().await;
    let session = desk.session(None).await;
    let post = async |path: &str, token: &str, body: Value| {
        let asked = desk
            .http
            .post(format!("{}{path}", desk.base))
            .bearer_auth(token)
            .json(&body);
        let answer = asked.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json::<Value>().await.unwrap()
    };
    let said = json!({"client_id": "1", "text": "How long does a refund take?"});
    let said = post("/v1/messages", &session, said).await;
    let id = said["conversation"].as_str().unwrap();
    let reply = said["replies"][0]["seq"].as_u64().unwrap();
    let wrong = json!({"reply": reply, "intent": "invoice"});
    post(&format!("/v1/conversations/{id}/wrong"), &agent, wrong).await;
    let at = desk.folder.path();
    let list = |args: &[&str]| String::from_utf8(run(at, args).stdout).unwrap();
    let cases = list(&["review", "list"]);
    assert!(
        cases.contains("\"How long does a refund take?\""),
        "{cases}"
    );
    toml::from_str::<toml::Table>(&cases).unwrap();
    run(at, &["review", "done", id, &reply.to_string()]);
    assert_eq!(list(&["review", "list"]), "");
    assert_eq!(
        list(&["review", "list", "--all", "--json"]).lines().count(),
        1
    );
}
