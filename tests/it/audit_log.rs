//! The audit log as leads read it: by person, agent and time, as a table; and that what shows or changes personal data leaves a line in it.

use frontdesk::domain::ids::ConversationId;
use frontdesk::domain::rights::AgentRole;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::evidence::{applied, attach, png};
use crate::log_ins::{entering, pass};
use crate::support::{TestApp, fresh_id, problem};

/// What stands in the lines that a query finds, as `agent what`.
async fn lines(app: &TestApp, lead: &str, query: &str) -> Vec<String> {
    let page = app.read(lead, &format!("/v1/audit?{query}")).await;
    let lines = page["lines"].as_array().unwrap().iter();
    let said = |line: &Value| {
        let of = |name: &str| line[name].as_str().unwrap().to_owned();
        format!("{} {}", of("agent"), of("what"))
    };
    lines.map(said).collect()
}

#[tokio::test]
async fn a_lead_finds_what_was_done_with_one_person_by_one_agent_and_in_one_hour_and_takes_it_along()
 {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let subject = json!({"sub": "=u1"});
    let mut own = Vec::new();
    for _ in 0..2 {
        let visitor = app.signed_in(&subject).await;
        let said = app.send(&visitor, "I want to talk to a human").await;
        own.push(said["conversation"].as_str().unwrap().to_owned());
    }
    let (_, other) = app.waiting("linden").await;
    for id in [&own[0], &own[1], &other] {
        app.read(&mei, &format!("/v1/conversations/{id}")).await;
    }
    let noon = app.clock.now();
    pass(&app, SignedDuration::from_hours(1));
    app.read(&lin, &format!("/v1/conversations/{}", own[1]))
        .await;
    // Both conversations of the person, whichever is asked for.
    let person = format!("person={}", own[0]);
    // The newest is first.
    let read = ["lin read", "mei read", "mei read"];
    assert_eq!(lines(&app, &lead, &person).await, read);
    let both = format!("{person}&agent=lin");
    assert_eq!(lines(&app, &lead, &both).await, ["lin read"]);
    let until = noon + SignedDuration::from_mins(1);
    let early = format!("{person}&until={until}");
    assert_eq!(lines(&app, &lead, &early).await, read[1..]);
    let late = format!("{person}&since={until}");
    assert_eq!(lines(&app, &lead, &late).await, ["lin read"]);
    // Page by page they are the same.
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("/v1/audit?{person}&limit=1{cursor}");
        let page = app.read(&lead, &query).await;
        all.extend(page["lines"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let who: Vec<&Value> = all.iter().map(|line| &line["agent"]).collect();
    assert_eq!(who, ["lin", "mei", "mei"], "{all:?}");
    // As a table, in which nothing is a formula; and that it was taken along is a line, too.
    let asked = app.get(&format!("/v1/audit.csv?{person}"));
    let table = asked.bearer_auth(&lead).send().await.unwrap();
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let table = table.text().await.unwrap();
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(
        table.starts_with("\u{feff}\"at\",\"agent\",\"what\""),
        "{table}"
    );
    let last = table.lines().next_back().unwrap();
    assert!(last.contains("lin"), "in the order of the time: {table}");
    let own_lines = lines(&app, &lead, "agent=lead").await;
    assert!(
        own_lines.contains(&"lead exported".to_owned()),
        "{own_lines:?}"
    );
    for token in [&mei, &lin] {
        let asked = app.get("/v1/audit.csv").bearer_auth(token);
        assert_eq!(problem(asked.send().await.unwrap()).await.0, 403);
    }
    // Of a person who has been erased there are still the lines of what was done.
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let erase = format!("/v1/people/{}/erase", own[0]);
    app.does(&admin, &erase, json!({"conversations": 2})).await;
    let left = lines(&app, &lead, &person).await;
    assert!(left.contains(&"root erased".to_owned()), "{left:?}");
}

#[tokio::test]
async fn drafts_and_wrong_answers_that_are_read_and_changed_are_in_the_log() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let mei = app.agent("mei", None).await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "How long does a refund take?").await;
    let id = said["conversation"].as_str().unwrap();
    app.read(&mei, "/v1/drafts").await;
    assert_eq!(
        lines(&app, &lead, "agent=mei").await,
        [""; 0],
        "nothing yet"
    );
    let path = format!("/v1/conversations/{id}");
    for reply in ["Mia lives at", "Mia lives at 4 Elm Street"] {
        let draft = json!({"reply": reply});
        app.does(&mei, &format!("{path}/draft"), draft).await;
        app.read(&mei, "/v1/drafts").await;
    }
    let wrong = json!({"reply": said["replies"][0]["seq"]});
    app.does(&mei, &format!("{path}/wrong"), wrong).await;
    let mut did = lines(&app, &lead, "agent=mei").await;
    did.sort();
    let expected = ["mei bot_was_wrong", "mei draft_kept", "mei drafts_read"];
    assert_eq!(did, expected, "typing on is one line");
    let list = app.read(&lead, "/v1/reviews").await;
    let done = format!("{path}/wrong/{}/done", list[0]["reply"]);
    let asked = app.post(&done).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(problem(asked).await.0, 403, "for leads");
    let foreign = app.agent_as("fo", Some("m_other"), AgentRole::Lead).await;
    let asked = app.post(&done).bearer_auth(&foreign).send().await.unwrap();
    assert_eq!(problem(asked).await.0, 404, "of another merchant");
    app.does(&lead, &done, json!({})).await;
    assert_eq!(app.read(&lead, "/v1/reviews").await, json!([]));
    // Done by mistake: it is on the list again as it was, and off it again.
    app.does(&lead, &done, json!({"done": false})).await;
    assert_eq!(app.read(&lead, "/v1/reviews").await, list);
    app.does(&lead, &done, json!({})).await;
    assert_eq!(app.read(&lead, "/v1/reviews").await, json!([]));
    let did = lines(&app, &lead, "agent=lead").await;
    for what in [
        "lead reviews_read",
        "lead review_done",
        "lead review_put_back",
    ] {
        assert!(did.contains(&what.to_owned()), "{did:?}");
    }
}

#[tokio::test]
async fn what_goes_because_it_is_old_leaves_a_line_that_says_so() {
    let app = TestApp::keeping(30).await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    let path = format!("/v1/conversations/{id}");
    app.does(&mei, &format!("{path}/claim"), json!({})).await;
    let reply = json!({"client_id": fresh_id(), "text": "Done."});
    app.does(&mei, &format!("{path}/messages"), reply).await;
    app.does(&mei, &format!("{path}/resolve"), json!({})).await;
    pass(&app, SignedDuration::from_hours(24 * 31));
    for _ in 0..3 {
        app.app.desk.look_at_due().await.unwrap();
    }
    let gone = ConversationId::parse(&id).unwrap();
    assert_eq!(app.store.conversation(&gone).await.unwrap(), None);
    let query = format!("/v1/audit?agent=desk&person={id}");
    let page = app.read(&lead, &query).await;
    let line = &page["lines"][0];
    assert_eq!(
        (&line["what"], &line["about"]),
        (&json!("erased"), &json!(id))
    );
    assert_eq!(line["from"], "older than 30 days");
}

#[tokio::test]
async fn the_last_that_was_done_is_on_the_first_page_and_no_cursor_leads_out_of_the_log() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    for priority in ["high", "urgent", "normal"] {
        pass(&app, SignedDuration::from_mins(1));
        let path = format!("/v1/conversations/{id}/priority");
        app.does(&mei, &path, json!({"priority": priority})).await;
    }
    pass(&app, SignedDuration::from_mins(1));
    app.does(&mei, &format!("/v1/conversations/{id}/claim"), json!({}))
        .await;
    let page = app.read(&lead, "/v1/audit?limit=1").await;
    let (line, at) = (&page["lines"][0], page["lines"][0]["at"].clone());
    assert_eq!(
        (&line["agent"], &line["what"]),
        (&json!("mei"), &json!("changed"))
    );
    assert_eq!(
        at,
        json!(app.clock.now()),
        "the claim, and not the first of all"
    );
    // The cursor of another list, or one that is made up, shows nothing but lines of the log.
    for made_up in ["00", "61", "6a", "7a7a", "ff"] {
        let query = format!("/v1/audit?limit=200&cursor={made_up}");
        let page = app.read(&lead, &query).await;
        let lines = page["lines"].as_array().unwrap();
        let known = |line: &Value| line["agent"] == "mei" || line["agent"] == "lead";
        assert!(lines.iter().all(known), "{made_up}: {page}");
    }
}

#[tokio::test]
async fn a_decision_and_an_opened_file_stand_under_the_person_whom_they_are_about() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let key = app.api_key("m_linden").await;
    let (visitor, claim) = applied(&app, &key, ("jo", "A1"), "1").await;
    let file = attach(&app, &visitor, &png(1), None).await;
    let said = app.send(&visitor, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    let mei = app.agent("mei", None).await;
    app.does(&mei, &format!("/v1/conversations/{id}/claim"), json!({}))
        .await;
    let hash = file["sha256"].as_str().unwrap();
    let opened = format!("/v1/conversations/{id}/attachments/{hash}");
    let opened = app.get(&opened).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(opened.status(), 200);
    let approve = json!({"decision": "approve"});
    let decides = format!("/v1/conversations/{id}/refunds/{claim}");
    app.does(&mei, &decides, approve).await;
    let found = lines(&app, &lead, &format!("person={id}&agent=mei")).await;
    for what in ["mei decided", "mei file_opened"] {
        assert!(found.contains(&what.to_owned()), "{what}: {found:?}");
    }
}

#[tokio::test]
async fn looks_changes_and_log_ins_are_in_the_audit_log_which_leads_and_admins_of_all_merchants_read()
 {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let token = app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    let path = format!("/v1/conversations/{id}");
    let get = |path: String| app.get(&path).bearer_auth(&token).send();
    get(path.clone()).await.unwrap();
    get(format!("{path}/events")).await.unwrap();
    let claim = app.post(&format!("{path}/claim")).bearer_auth(&token);
    claim.send().await.unwrap();
    get(format!("{path}/transcript.txt")).await.unwrap();
    let wrong = entering(&app, "mei", "guess number 1").send().await;
    assert_eq!(wrong.unwrap().status(), 401);
    pass(&app, SignedDuration::from_mins(11));
    get(path.clone()).await.unwrap();
    let of_one = app.agent_as("wu", Some("m_linden"), AgentRole::Admin);
    let lead_of_one = app.agent_as("zhao", Some("m_linden"), AgentRole::Lead);
    for other in [token.clone(), of_one.await, lead_of_one.await] {
        let refused = app.get("/v1/audit").bearer_auth(&other).send().await;
        assert_eq!(problem(refused.unwrap()).await.0, 403);
    }
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let read = app.read(&lead, "/v1/audit").await;
    assert!(read["lines"].is_array());
    let mut lines = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.get(&format!("/v1/audit?limit=2{cursor}"));
        let page = page.bearer_auth(&admin).send().await.unwrap();
        let page: Value = page.json().await.unwrap();
        lines.extend(page["lines"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) if lines.len() < 12 => cursor = format!("&cursor={next}"),
            _ => break,
        }
    }
    let mei: Vec<&str> = lines
        .iter()
        .filter(|line| line["agent"] == "mei")
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    let expected = ["changed", "exported", "log_in_refused", "read", "read"];
    let mut sorted = mei.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "a look that goes on is one look: {mei:?}");
    let about: Vec<&Value> = lines.iter().filter(|line| line["about"] == id).collect();
    assert_eq!(about.len(), 4);
    let times: Vec<Timestamp> = lines
        .iter()
        .map(|line| line["at"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(
        times.is_sorted_by(|one, next| one >= next),
        "the newest is first"
    );
}
