//! What leaves the desk: dispute packs that show every change, tables that hold no formula, links that end. RELIABILITY B rows 4, 32, 34.

use frontdesk::domain::ids::AgentId;
use frontdesk::domain::pack;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::folders::copy_folder;
use crate::process::command;
use crate::support::{TestApp, problem};

async fn text(app: &TestApp, token: &str, path: &str) -> String {
    let asked = app.get(path).bearer_auth(token).send().await.unwrap();
    assert_eq!(asked.status(), 200, "{path}");
    asked.text().await.unwrap()
}

/// A conversation with an order, a claim and a note: its id.
async fn dispute(app: &TestApp, token: &str) -> String {
    app.order("m_linden", "A8001").await;
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "where is my order A8001").await;
    let said = app.send(&visitor, "a8001@example.org").await;
    let id = said["conversation"].as_str().unwrap().to_owned();
    app.send(
        &visitor,
        "=HYPERLINK(\"https://evil.example\",\"refund\") please, a person",
    )
    .await;
    app.claim("m_linden", "A8001", &id).await;
    let note = json!({"client_id": "n1", "text": "between us: looks fine"});
    let path = format!("/v1/conversations/{id}/notes");
    app.does(token, &path, note).await;
    id
}

#[tokio::test]
async fn a_pack_holds_all_that_the_dispute_is_about_and_the_command_line_proves_it_or_names_the_line()
 {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let id = dispute(&app, &mei).await;
    let whole = text(&app, &mei, &format!("/v1/conversations/{id}/pack.jsonl")).await;
    let sealed = pack::verify(&whole).unwrap();
    assert_eq!(sealed.about["conversation"], json!(id));
    let for_customer = format!("/v1/conversations/{id}/pack.jsonl?view=customer");
    let refused = app.get(&for_customer).bearer_auth(&mei).send().await;
    assert_eq!(refused.unwrap().status(), 422, "it is for agents");
    let lines: Vec<Value> = whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |kind: &str| {
        lines
            .iter()
            .filter(|line| line["kind"] == kind)
            .map(|line| &line["body"])
            .collect::<Vec<_>>()
    };
    assert_eq!(of("order")[0]["id"], "A8001");
    assert_eq!(of("claim")[0]["order"], of("claim")[0]["order"]);
    assert_eq!(of("claim").len(), 1);
    assert!(
        of("policy")[0]["text"]
            .as_str()
            .unwrap()
            .contains("days = 30")
    );
    assert!(of("event").iter().any(|event| {
        event["text"]
            .as_str()
            .is_some_and(|text| text.contains("HYPERLINK"))
    }));
    assert!(!whole.contains("between us"), "notes only when asked for");
    let with_notes = text(
        &app,
        &mei,
        &format!("/v1/conversations/{id}/pack.jsonl?notes=true"),
    )
    .await;
    assert!(with_notes.contains("between us"));
    // The seal is in the audit log.
    let admin = app
        .agent_as("root", None, frontdesk::domain::rights::AgentRole::Admin)
        .await;
    let audit = text(&app, &admin, "/v1/audit?limit=200").await;
    assert!(audit.contains(&format!("{id} {}", sealed.seal)), "{audit}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.pack.jsonl");
    let verify = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let out = command(folder.path())
            .args(["verify", "a.pack.jsonl"])
            .output()
            .unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    let (code, said) = verify(&whole);
    assert!(code == Some(0) && said.contains(&sealed.seal), "{said}");
    let (code, said) = verify(&whole.replacen("refund", "refuse", 1));
    let line = whole
        .lines()
        .position(|line| line.contains("refund"))
        .unwrap()
        + 1;
    assert!(
        code == Some(1) && said.contains(&format!("line {line} was changed")),
        "{said}"
    );
    let cut: String = whole
        .lines()
        .take(3)
        .map(|line| format!("{line}\n"))
        .collect();
    let (code, said) = verify(&cut);
    assert!(
        code == Some(1) && said.contains("line 4 is missing"),
        "{said}"
    );
}

#[tokio::test]
async fn a_pack_is_held_against_the_audit_log_of_the_desk_that_gave_it_out() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let id = dispute(&app, &mei).await;
    let whole = text(&app, &mei, &format!("/v1/conversations/{id}/pack.jsonl")).await;
    let seal = pack::verify(&whole).unwrap().seal;
    // Somebody changes a line and makes all hashes anew: whole in itself, and no pack of this desk.
    let mut forged = pack::Pack::default();
    for line in whole.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["kind"].as_str().unwrap();
        if kind != "end" {
            let body = line["body"].to_string().replace("refund", "refuse");
            forged.add(kind, None, &serde_json::from_str(&body).unwrap());
        }
    }
    let forged = forged.seal().0;
    pack::verify(&forged).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    app.store.close();
    copy_folder(&app.data(), &data);
    let verify = |text: &str| {
        std::fs::write(folder.path().join("a.pack.jsonl"), text).unwrap();
        let mut command = command(folder.path());
        command
            .args(["verify", "a.pack.jsonl", "--data"])
            .arg(&data);
        let out = command.output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    let (code, said) = verify(&whole);
    assert!(code == Some(0) && said.contains(&seal), "{said}");
    assert!(said.contains("given out by mei"), "{said}");
    let (code, said) = verify(&forged);
    assert!(code == Some(1), "{said}");
    assert!(said.contains("not in the audit log"), "{said}");
}

#[tokio::test]
async fn row_34_no_cell_of_a_table_that_leaves_the_desk_is_a_formula() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let visitor = app.visitor_of("linden").await;
    let corpus = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1,1)",
        "\t=1",
        "  =1",
        "＝1+1",
        "=HYPERLINK(\"x\")",
        "语言;＝1+1",
        "hello, \"you\"",
    ];
    let mut id = String::new();
    for text in corpus {
        id = app.send(&visitor, text).await["conversation"]
            .as_str()
            .unwrap()
            .to_owned();
    }
    for query in ["", "?view=customer"] {
        let table = text(
            &app,
            &mei,
            &format!("/v1/conversations/{id}/transcript.csv{query}"),
        )
        .await;
        assert!(
            table.starts_with('\u{feff}'),
            "or Chinese comes out as rubbish"
        );
        let mut read = csv::Reader::from_reader(table.as_bytes());
        let cells: Vec<String> = read
            .records()
            .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for cell in &cells {
            let first = cell.trim_start().chars().next();
            assert!(
                !matches!(first, Some('=' | '+' | '-' | '@' | '＝')),
                "{cell:?}"
            );
        }
        for text in corpus {
            let told = text.trim().replace('\'', "");
            assert!(
                cells
                    .iter()
                    .any(|cell| cell.replace('\'', "").contains(&told)),
                "{told} is not in it"
            );
        }
    }
}

#[tokio::test]
async fn row_4_and_32_a_link_opens_the_customers_view_of_one_conversation_for_its_time_and_no_longer()
 {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let id = dispute(&app, &mei).await;
    let other = dispute_free(&app).await;
    let give = app
        .post(&format!("/v1/conversations/{id}/link"))
        .bearer_auth(&mei);
    let link: Value = give
        .json(&json!({"hours": 2}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let path = link["path"].as_str().unwrap();
    let read = app.get(path).send().await.unwrap();
    assert_eq!(read.status(), 200);
    let policy = read.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let page = read.text().await.unwrap();
    assert!(
        page.contains("where is my order A8001") && !page.contains("between us"),
        "{page}"
    );
    let status = async |path: &str| app.get(path).send().await.unwrap().status().as_u16();
    // Another conversation, another form, another agent, more time, another signature, or none.
    let until = link["until"]
        .as_str()
        .unwrap()
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    for changed in [
        path.replace(&id, &other),
        path.replace("transcript.html", "transcript.json"),
        path.replace("transcript.html", "pack.jsonl"),
        path.replace("by=mei", "by=lin"),
        path.replace(&until.to_string(), &(until + 1).to_string()),
        path.replace("sign=", "sign=0"),
    ] {
        assert_ne!(changed, path);
        assert_eq!(status(&changed).await, 404, "{changed}");
    }
    let (bare, _) = path.split_once('?').unwrap();
    assert_eq!(status(bare).await, 404, "the id alone opens nothing");
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_hours(2));
    assert_eq!(status(path).await, 404, "its time is over");
    let give = app
        .post(&format!("/v1/conversations/{id}/link"))
        .bearer_auth(&mei);
    let link: Value = give
        .json(&json!({}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let path = link["path"].as_str().unwrap();
    assert_eq!(status(path).await, 200);
    let mei = AgentId::parse("mei").unwrap();
    frontdesk::desk::accounts::disable_agent(&app.store, &mei)
        .await
        .unwrap();
    assert_eq!(
        status(path).await,
        404,
        "whoever gave it out has no access any more"
    );
    let foreign = app.agent("foreign", Some("m_other")).await;
    let refused = app
        .post(&format!("/v1/conversations/{id}/link"))
        .bearer_auth(&foreign);
    let refused = refused.json(&json!({})).send().await.unwrap();
    assert_eq!(problem(refused).await.0, 404);
}

async fn dispute_free(app: &TestApp) -> String {
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "hello").await["conversation"]
        .as_str()
        .unwrap()
        .to_owned()
}
