//! An operator's day: who may use the desk, what was said, and whether a desk that runs is well.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use frontdesk::desk::accounts::{self, NewAgent};
use frontdesk::domain::ids::{AgentId, ClientId, MerchantId};
use frontdesk::domain::rights::AgentRole;
use serde_json::Value;

use crate::cli::{ok, run};
use crate::shop::Shop;
use crate::support::free_port;

/// An agent of all merchants.
fn named(id: &str, name: &str) -> NewAgent {
    NewAgent {
        id: AgentId::parse(id).unwrap(),
        name: name.to_owned(),
        merchant: None,
        role: AgentRole::Agent,
        team: None,
    }
}

#[tokio::test]
async fn a_token_opens_the_desk_until_it_is_renewed_or_its_agent_disabled() {
    let shop = Shop::open().await;
    let (store, id) = (&shop.store, AgentId::parse("mei").unwrap());
    let (agent, keys) = accounts::add_agent(store, &shop.clock, named("mei", "Mei"))
        .await
        .unwrap();
    let first = keys.token;
    assert_eq!(shop.desk.agent(&first).await.unwrap(), agent);
    assert!(
        accounts::add_agent(store, &shop.clock, named("mei", "Mei"))
            .await
            .is_err()
    );

    let (_, second) = accounts::renew_token(store, &id).await.unwrap();
    assert!(shop.desk.agent(&first).await.is_err());
    assert!(shop.desk.agent(&second).await.is_ok());

    accounts::disable_agent(store, &id).await.unwrap();
    assert!(shop.desk.agent(&second).await.is_err());
    let (_, third) = accounts::renew_token(store, &id).await.unwrap();
    assert!(shop.desk.agent(&second).await.is_err());
    assert!(shop.desk.agent(&third).await.is_ok());
}

#[tokio::test]
async fn a_key_opens_the_orders_of_its_merchant() {
    let shop = Shop::open().await;
    let merchant = MerchantId::parse("m_linden").unwrap();
    let (key, secret) = accounts::add_api_key(&shop.store, &shop.clock, merchant)
        .await
        .unwrap();
    assert_eq!(shop.desk.api_key(&secret).await.unwrap(), key);
    assert!(key.prefix.starts_with("fdk_") && key.prefix.len() == 12);
    accounts::revoke_api_key(&shop.store, &key.prefix)
        .await
        .unwrap();
    assert!(shop.desk.api_key(&secret).await.is_err());
    assert!(
        accounts::revoke_api_key(&shop.store, &key.prefix)
            .await
            .is_err()
    );
}

/// A folder with three conversations: one with the bot, one that waits, one with an agent who left a note.
async fn told() -> tempfile::TempDir {
    let shop = Shop::open().await;
    let with_bot = shop.visit().await;
    shop.send(&with_bot, "what is your refund policy").await;
    for _ in 0..2 {
        let waits = shop.visit().await;
        shop.send(&waits, "I want to talk to a human \u{1b}[31m")
            .await;
    }
    let (mei, _) = accounts::add_agent(&shop.store, &shop.clock, named("mei", "Mei Lin"))
        .await
        .unwrap();
    let waiting = shop.store.conversations(None, 10).await.unwrap();
    let last = waiting.last().unwrap();
    shop.desk
        .claim(&mei, &last.id, Some(last.revision))
        .await
        .unwrap();
    shop.desk
        .note(
            &mei,
            &last.id,
            ClientId::parse("n1").unwrap(),
            "secret-note".to_owned(),
        )
        .await
        .unwrap();
    shop.closed()
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_listed_shown_and_exported() {
    let folder = told().await;
    let folder = folder.path();
    let list = |view: &str| -> Vec<Value> {
        let lines = ok(folder, &["conversations", "list", "--view", view, "--json"]);
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let counts = ["all", "waiting", "open", "bot", "done"].map(|view| list(view).len());
    assert_eq!(counts, [3, 1, 1, 1, 0]);
    let one = ok(
        folder,
        &[
            "conversations",
            "list",
            "--limit",
            "1",
            "--merchant",
            "m_linden",
        ],
    );
    assert_eq!(one.lines().count(), 2, "{one}");
    assert_eq!(
        ok(
            folder,
            &["conversations", "list", "--merchant", "m_other", "--json"]
        ),
        ""
    );

    let open = list("open").remove(0);
    let id = open["id"].as_str().unwrap();
    assert_eq!(
        (&open["owner"]["agent"], &open["reason"]),
        (&Value::from("mei"), &Value::from("asked_for_human"))
    );
    let shown = ok(folder, &["conversations", "show", id]);
    for part in [
        id,
        "asked_for_human",
        "talk to a human",
        "secret-note",
        "Mei Lin",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(
        !shown.contains('\u{1b}'),
        "what a customer wrote must not reach the terminal: {shown:?}"
    );

    let events = ok(folder, &["conversations", "show", id, "--json"]);
    let numbers: Vec<u64> = events
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["seq"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(
        numbers,
        (1..=open["events"].as_u64().unwrap()).collect::<Vec<_>>()
    );
    assert_eq!(run(folder, &["conversations", "show", "nobody"]).2, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_for_the_customer_has_no_notes_and_never_replaces_a_file() {
    let folder = told().await;
    let folder = folder.path();
    let rows = ok(
        folder,
        &["conversations", "list", "--view", "open", "--json"],
    );
    let row: Value = serde_json::from_str(&rows).unwrap();
    let id = row["id"].as_str().unwrap();
    for format in ["jsonl", "text", "html"] {
        let export = |view| {
            ok(
                folder,
                &[
                    "conversations",
                    "export",
                    id,
                    "--format",
                    format,
                    "--view",
                    view,
                ],
            )
        };
        assert!(export("agent").contains("secret-note"), "{format}");
        assert!(!export("customer").contains("secret-note"), "{format}");
    }
    let out = ["conversations", "export", "--out", "all.jsonl"];
    assert_eq!(ok(folder, &out), "");
    let all = std::fs::read_to_string(folder.join("all.jsonl")).unwrap();
    let begun = all.lines().filter(|line| {
        serde_json::from_str::<Value>(line)
            .unwrap()
            .get("conversation")
            .is_some()
    });
    assert_eq!(begun.count(), 3);
    let (_, err, code) = run(folder, &out);
    assert_eq!(code, 1);
    assert!(err.contains("never replaces a file"), "{err}");
    assert_eq!(
        run(folder, &["conversations", "export", "--format", "html"]).2,
        2
    );
}

/// A desk that runs, until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path, listen: &str) -> Running {
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .args([
            "serve",
            "--listen",
            listen,
            "--metrics-listen",
            &format!("127.0.0.1:{}", free_port()),
        ])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(child.unwrap())
}

#[test]
fn a_folder_that_init_made_is_served_and_well_and_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ok(folder, &["init"]);
    let listen = format!("127.0.0.1:{}", free_port());
    let running = serve(folder, &listen);
    let began = Instant::now();
    while run(folder, &["health", "--listen", &listen]).2 != 0 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "the desk did not become well"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(ok(folder, &["agent", "list"]).contains("admin"));
    let (_, err, code) = run(folder, &["compact", "--yes"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("stop the running desk first") && err.contains("in use by process"),
        "{err}"
    );
    // Whoever is new comes in under the running desk.
    ok(folder, &["agent", "add", "mei", "--name", "Mei"]);
    drop(running);
    assert_eq!(run(folder, &["health", "--listen", &listen]).2, 1);
    let agents = ok(folder, &["agent", "list", "--json"]);
    assert!(agents.contains("\"id\":\"mei\""), "{agents}");
    assert!(agents.contains("\"id\":\"admin\""), "{agents}");
}
