//! One person's data: shown, taken along, erased, and gone from the disk; and what was kept long enough. RELIABILITY B row 35.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use frontdesk::desk::{Begun, DeskError};
use frontdesk::domain::conversation::Seq;
use frontdesk::domain::ids::ConversationId;
use frontdesk::domain::pack;
use frontdesk::domain::rights::AgentRole;
use frontdesk::store::verify;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::attacks::files_below;
use crate::evidence::{form, pdf};
use crate::folders::copy_folder;
use crate::process::command;
use crate::support::{TestApp, Visitor, problem};

/// What nobody else says.
const CANARY: &str = "zanzibarquince";

/// A person with two conversations, a file, a claim and a review: their visitor, and the later conversation.
async fn somebody(app: &TestApp, agent: &str) -> (Visitor, String) {
    let who = json!({"sub": "u-77", "name": format!("Mr {CANARY}"), "email": format!("{CANARY}@example.org")});
    let first = app.signed_in(&who).await;
    app.send(&first, &format!("my {CANARY} lamp is broken"))
        .await;
    let later = app.signed_in(&who).await;
    let said = app
        .send(
            &later,
            &format!("it is the {CANARY} again, I want to talk to a human"),
        )
        .await;
    let id = said["conversation"].as_str().unwrap().to_owned();
    let file = pdf(CANARY);
    let sent = app.post("/v1/attachments").bearer_auth(&later.token);
    let sent = form(sent, &[("file", "", &file)]).send().await.unwrap();
    assert!(sent.status().is_success(), "{}", sent.status());
    let note = json!({"client_id": "n1", "text": format!("knows {CANARY}")});
    let path = format!("/v1/conversations/{id}/notes");
    app.does(agent, &path, note).await;
    (later, id)
}

fn is_in(folder: &Path, word: &str) -> Vec<String> {
    let has = |bytes: &[u8]| {
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    };
    let found = files_below(folder)
        .into_iter()
        .filter(|(_, bytes)| has(bytes));
    found.map(|(path, _)| path.display().to_string()).collect()
}

/// All that is held on a person, as the file that they take along; nothing in it was changed.
async fn taken_along(app: &TestApp, admin: &str, id: &str) -> String {
    let export = app.get(&format!("/v1/people/{id}/export"));
    let export = export.bearer_auth(admin).send().await.unwrap();
    let export = export.text().await.unwrap();
    pack::verify(&export).unwrap();
    export
}

#[tokio::test]
async fn row_35_an_erased_person_is_gone_from_the_desk_at_once_and_nobody_else_is() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let (visitor, id) = somebody(&app, &admin).await;
    let (_, other) = app.waiting("linden").await;
    let held = app.read(&admin, &format!("/v1/people/{id}")).await;
    assert_eq!(held["conversations"].as_array().unwrap().len(), 2, "{held}");
    assert_eq!((&held["files"], &held["sessions"]), (&json!(1), &json!(2)));
    let export = taken_along(&app, &admin, &id).await;
    assert!(
        export.contains("lamp is broken") && export.contains("again"),
        "{export}"
    );
    let erase = async |conversations: usize| {
        let path = format!("/v1/people/{id}/erase");
        app.post(&path)
            .bearer_auth(&admin)
            .json(&json!({"conversations": conversations}))
            .send()
            .await
            .unwrap()
    };
    assert_eq!(problem(erase(1).await).await.0, 422, "not what was shown");
    assert_eq!(erase(2).await.status(), 200);
    for path in [
        format!("/v1/conversations/{id}"),
        format!("/v1/people/{id}"),
    ] {
        let gone = app.get(&path).bearer_auth(&admin).send().await.unwrap();
        assert_eq!(gone.status(), 404, "{path}");
    }
    let found = app.read(&admin, &format!("/v1/inbox?q={CANARY}")).await;
    assert_eq!(found["rows"], json!([]));
    let inbox = app.read(&admin, "/v1/inbox").await;
    assert_eq!(
        (&inbox["counts"]["waiting"], &inbox["rows"][0]["id"]),
        (&json!(1), &json!(other))
    );
    let asked = app
        .get("/v1/events")
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), 401, "their sessions have ended");
    let audit = app.read(&admin, "/v1/audit?limit=200").await;
    let erased = audit["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["what"] == "erased");
    assert_eq!(erased.count(), 2);

    // What the desk has is whole, and has no file of theirs.
    app.store.close();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy_folder(&app.data(), &data);
    let checked = verify(&data).unwrap();
    assert!(checked.is_whole(), "{:#?}", checked.problems);
    assert_eq!(
        (checked.tallied.files, checked.tallied.conversations),
        (0, 1)
    );
}

#[tokio::test]
async fn row_35_compacting_leaves_no_byte_of_what_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    {
        let app = TestApp::start().await;
        let admin = app.agent_as("root", None, AgentRole::Admin).await;
        let (_, id) = somebody(&app, &admin).await;
        let path = format!("/v1/people/{id}/erase");
        let erase = app
            .post(&path)
            .bearer_auth(&admin)
            .json(&json!({"conversations": 2}));
        assert_eq!(erase.send().await.unwrap().status(), 200);
        app.store.close();
        // A folder in which it was said and erased, as a stopped desk leaves it.
        copy_folder(&app.data(), &at.join("data"));
    }
    assert!(!is_in(&at.join("data"), CANARY).is_empty());
    let refused = command(at)
        .args(["compact", "--data", "data"])
        .output()
        .unwrap();
    assert!(!refused.status.success() && !is_in(&at.join("data"), CANARY).is_empty());
    let done = command(at)
        .args(["compact", "--data", "data", "--yes"])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert_eq!(is_in(at, CANARY), Vec::<String>::new());
    assert!(verify(&at.join("data")).unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn row_35_what_an_agent_writes_at_the_moment_of_the_erasure_does_not_stay_behind_it() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let admin = app.app.desk.agent(&SecretString::from(admin)).await;
    let admin = admin.unwrap();
    let desk = &app.app.desk;
    for round in 0..30u64 {
        let visitor = app.visitor_of("linden").await;
        let said = app
            .send(&visitor, &format!("hello, says the {CANARY}"))
            .await;
        let id = ConversationId::parse(said["conversation"].as_str().unwrap()).unwrap();
        let reply = Seq(said["replies"][0]["seq"].as_u64().unwrap());
        let writes = |which: u64| {
            let (desk, admin, id) = (desk.clone(), admin.clone(), id.clone());
            tokio::spawn(async move {
                let begun = Begun {
                    reply: CANARY.to_owned(),
                    note: String::new(),
                    browser: String::new(),
                    based_on: None,
                };
                // Until there is nothing to write beside.
                loop {
                    let done = match which % 2 {
                        0 => desk.keep_draft(&admin, &id, &begun).await.map(drop),
                        _ => desk
                            .bot_was_wrong(&admin, &id, (reply, false), None, None)
                            .await
                            .map(drop),
                    };
                    match done {
                        Ok(()) | Err(DeskError::Busy) => {}
                        Err(DeskError::NotFound) => break,
                        Err(other) => panic!("{other}"),
                    }
                }
            })
        };
        let writing: Vec<_> = (0..6).map(writes).collect();
        tokio::time::sleep(Duration::from_micros(round % 10 * 300)).await;
        desk.erase_person(&admin, &id, 1).await.unwrap();
        for one in writing {
            one.await.unwrap();
        }
    }
    assert_eq!(desk.reviews(&admin).await.unwrap(), []);
    assert_eq!(app.store.drafts(&admin.id).await.unwrap(), []);
    app.store.close();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy_folder(&app.data(), &data);
    assert_eq!(verify(&data).unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_claim_of_an_erased_person_stays_without_their_words_and_another_persons_file_stays() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    app.order("m_linden", "A6001").await;
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "hello").await;
    let id = app.send(&visitor, "A6001").await["conversation"]
        .as_str()
        .unwrap()
        .to_owned();
    app.claim("m_linden", "A6001", &id).await;
    let key = app.api_key("m_linden").await;
    let reject = app.post("/v1/refunds/A6001-1/reject").bearer_auth(&key);
    assert_eq!(
        reject
            .json(&json!({"reason": "worn"}))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let erase = app
        .post(&format!("/v1/people/{id}/erase"))
        .bearer_auth(&admin);
    let gone: Value = erase
        .json(&json!({"conversations": 1}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(gone["claims_kept"], 1, "{gone}");
    let claim = app.read(&key, "/v1/refunds/A6001-1").await;
    assert_eq!(
        (&claim["state"], &claim["conversation"], &claim["note"]),
        (&json!("rejected"), &Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn what_is_held_is_counted_once_and_taken_along_whole() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let key = app.api_key("m_linden").await;
    let who = json!({"sub": "jo", "name": "Jo Field", "email": "jo@example.com"});
    let first = app.signed_in(&who).await;
    app.send(&first, "hello").await;
    let second = app.signed_in(&who).await;
    let said = app.send(&second, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    // More orders than agents have beside the two conversations at a time, and a claim on each.
    for n in 0..12 {
        let order = json!({"status": "delivered", "amount": "20.00", "currency": "GBP", "items": ["Kettle"],
            "created_at": format!("2026-10-{:02}T08:00:00Z", n + 10), "paid_at": "2026-11-10T08:01:00Z",
            "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
            "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
        let put = app.request(reqwest::Method::PUT, &format!("/v1/orders/B{n}"));
        let put = put.bearer_auth(&key).json(&order).send().await.unwrap();
        assert_eq!(put.status(), 200);
        let form = json!({"client_id": format!("c{n}"), "order": format!("B{n}"), "cause": "changed_mind", "note": format!("too loud {n}")});
        app.does(&second.token, "/v1/claims", form).await;
    }
    for visitor in [&first, &second] {
        let sent = app.post("/v1/attachments").bearer_auth(&visitor.token);
        let sent = form(sent, &[("file", "", &pdf("the same"))])
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success(), "{}", sent.status());
    }
    let held = app.read(&admin, &format!("/v1/people/{id}")).await;
    assert_eq!(held["conversations"].as_array().unwrap().len(), 2, "{held}");
    assert_eq!(held["files"], json!(1), "one file, handed in twice");
    let export = taken_along(&app, &admin, id).await;
    // Events name claims, too: what counts is that the claim itself is a line.
    let lines = export
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let claims: BTreeMap<String, String> = lines
        .filter(|line| line["kind"] == "claim")
        .map(|line| {
            let said = |name: &str| line["body"][name].as_str().unwrap().to_owned();
            (said("id"), said("note"))
        })
        .collect();
    let all = (0..12).map(|n| (format!("B{n}-1"), format!("too loud {n}")));
    assert_eq!(claims, all.collect());
    // A claim that waits for nobody stays when its person goes; their words do not.
    let erase = app.post(&format!("/v1/people/{id}/erase"));
    let erase = erase.bearer_auth(&admin).json(&json!({"conversations": 2}));
    let gone: Value = erase.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&gone["claims_kept"], &gone["files"]),
        (&json!(12), &json!(1))
    );
    let claims = app.read(&key, "/v1/refunds?limit=200").await;
    assert_eq!(claims["refunds"].as_array().unwrap().len(), 12);
    assert!(!claims.to_string().contains("too loud"), "{claims}");
}
