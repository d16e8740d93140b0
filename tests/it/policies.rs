//! Policies in the rule folder: saved while the desk serves, held against the sites by `check`, and named by what they decided.

use std::fs;
use std::path::Path;

use frontdesk::config::FILE;
use frontdesk::rules_folder::{Known, Learned, Reload, built_in_rules, keep_loaded, write_folder};
use serde_json::{Value, json};

use crate::support::{TestApp, book_in_force, client, files_in_force, free_port};

const SITE: &str = "[[sites]]\nkey = \"linden\"\nmerchant = \"m_linden\"\n";

fn policy(merchant: &str, rest: &str) -> String {
    format!("merchant = \"{merchant}\"\n{rest}")
}

/// A desk's folder with this configuration and these policies instead of the shipped ones.
fn desk(configuration: &str, policies: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), configuration).unwrap();
    let rules = built_in_rules().into_iter();
    let mut files: Vec<_> = rules
        .filter(|(name, _)| !name.starts_with("policies/"))
        .collect();
    let named = policies.iter();
    files.extend(named.map(|(name, text)| (format!("policies/{name}"), text.clone())));
    fs::create_dir(folder.path().join("intents")).unwrap();
    write_folder(&folder.path().join("intents"), &files).unwrap();
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.current_dir(folder).arg("check").args(arguments);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FRONTDESK_")) {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), said)
}

#[test]
fn check_holds_policies_against_the_sites() {
    let stranger = [("a.toml", policy("m_lindne", ""))];
    let (code, said) = check(desk(SITE, &stranger).path(), &[]);
    assert_eq!(code, 0, "{said}");
    for part in [
        "warning[W016]: no site sells for `m_lindne`",
        "intents/policies/a.toml:1:1",
        "1 | merchant = \"m_lindne\"",
        "did you mean `m_linden`?",
        "warning[W017]: no policy says when `m_linden` gives money back",
        "0 errors",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    for right in [policy("m_linden", ""), policy("*", "")] {
        let (_, said) = check(desk(SITE, &[("a.toml", right)]).path(), &[]);
        assert!(!said.contains("W016") && !said.contains("W017"), "{said}");
    }
}

#[test]
fn one_policy_file_can_be_checked_among_the_others() {
    let two = [
        ("a.toml", policy("m_a", "[window]\ndays = 0\n")),
        ("b.toml", policy("m_b", "[window]\n")),
    ];
    let folder = desk("", &two);
    let (code, said) = check(folder.path(), &["intents/policies/a.toml"]);
    assert!(
        code == 0 && said.contains("W013") && !said.contains("b.toml"),
        "{said}"
    );
    let (code, said) = check(folder.path(), &["intents/policies/b.toml"]);
    assert!(
        code == 1 && said.contains("policies/b.toml:2:1") && !said.contains("W013"),
        "{said}"
    );
}

/// What the claim on an order was decided by, as the shop's program reads it.
async fn decided(app: &TestApp, order: &str) -> Value {
    let key = app.api_key("m_linden").await;
    let record = json!({"status": "delivered", "amount": "40.00", "currency": "GBP", "items": ["Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
    let put = app
        .request(reqwest::Method::PUT, &format!("/v1/orders/{order}"))
        .bearer_auth(&key)
        .json(&record);
    assert_eq!(put.send().await.unwrap().status(), 200);
    let jo = app
        .signed_in(&json!({"sub": "jo", "email": "jo@example.com"}))
        .await;
    for text in [&*format!("I want a refund for {order}"), "4", "yes"] {
        app.say_as(&jo, text).await;
    }
    let answer = app.get(&format!("/v1/refunds/{order}-1")).bearer_auth(&key);
    answer.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_saved_policy_decides_from_the_next_message_on_and_a_broken_one_changes_nothing() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &files_in_force()).unwrap();
    let (tell, mut reloads) = tokio::sync::mpsc::unbounded_channel();
    let data = tempfile::tempdir().unwrap();
    let known = Known::of(book_in_force(), Learned::beside(data.path()));
    let desk = app.app.desk.clone();
    let _watch = keep_loaded(folder.path(), known, move |reload| {
        let taken = match reload {
            Reload::Accepted(rules) => {
                desk.set_rules(*rules);
                true
            }
            Reload::Broken(_) | Reload::Unreadable => false,
        };
        tell.send(taken).unwrap();
    });
    let path = folder.path().join("policies/m_linden.toml");
    let fifty = policy(
        "m_linden",
        "[window]\ndays = 30\n[auto_accept]\nGBP = \"50\"\n",
    );
    fs::write(&path, &fifty).unwrap();
    assert_eq!(reloads.recv().await, Some(true));
    let first = decided(&app, "A1001").await;
    assert_eq!(
        (&first["state"], &first["clause"]),
        (&json!("accepted"), &json!("auto_accept.GBP = 50"))
    );
    assert_eq!(first["policy"]["file"], "policies/m_linden.toml");
    assert_eq!(first["policy"]["line"], 5);

    fs::write(&path, fifty.replace("days = 30", "days = \"30\"")).unwrap();
    assert_eq!(reloads.recv().await, Some(false));
    let kept = decided(&app, "A1002").await;
    assert_eq!(
        (&kept["state"], &kept["policy"]),
        (&json!("accepted"), &first["policy"])
    );

    fs::write(&path, fifty.replace("50", "39.99")).unwrap();
    assert_eq!(reloads.recv().await, Some(true));
    let third = decided(&app, "A1003").await;
    assert_eq!(
        (&third["state"], &third["verdict"]),
        (&json!("submitted"), &json!("over_limit"))
    );
    assert_ne!(third["policy"]["version"], first["policy"]["version"]);

    // The event of the claim says the same, long after the file has changed.
    let agent = app.agent("li", None).await;
    let conversation = first["conversation"].as_str().unwrap();
    let path = format!("/v1/conversations/{conversation}/events");
    let answer = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    let events: Value = answer.json().await.unwrap();
    let claim = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["kind"] == "claim");
    assert_eq!(
        claim.unwrap()["policy"],
        json!({"clause": "auto_accept.GBP = 50", "at": first["policy"]})
    );
}

/// Who asks why the bot said "30 days" finds the line that says so.
#[tokio::test]
async fn an_answer_from_the_policy_names_its_clauses() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "what is your refund policy?").await;
    let text = said["replies"][0]["text"].as_str().unwrap();
    assert!(text.contains("within 30 days"), "{text}");
    app.send(&visitor, "hello").await;
    let path = format!(
        "/v1/conversations/{}/events",
        said["conversation"].as_str().unwrap()
    );
    let answer = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    let events: Value = answer.json().await.unwrap();
    let replies = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["kind"] == "reply");
    let cited: Vec<&Value> = replies.map(|reply| &reply["because"]["policy"]).collect();
    let clauses: Vec<&str> = cited[0]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["clause"].as_str().unwrap())
        .collect();
    assert_eq!(
        clauses,
        ["window = 30", "offers = full refund, partial refund"]
    );
    assert_eq!(cited[0][0]["at"]["file"], "policies/m_linden.toml");
    assert_eq!(cited[0][0]["at"]["line"], 6);
    assert!(
        cited[1].is_null(),
        "a greeting tells nothing of the policy: {}",
        cited[1]
    );
}

/// A desk that stops with the test.
struct Demo(std::process::Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        let _ = std::process::Command::new("kill").arg(&pid).status();
        let _ = self.0.wait();
    }
}

/// Whoever tries the demo sees an application accepted at once, by a policy in a file that they can change meanwhile.
#[tokio::test]
async fn the_demo_accepts_an_application_at_once() {
    let here = tempfile::tempdir().unwrap();
    let (port, metrics) = (free_port(), free_port());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command
        .current_dir(here.path())
        .args(["demo", "--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--metrics-listen", &format!("127.0.0.1:{metrics}")]);
    let log = fs::File::create(here.path().join("log")).unwrap();
    let _demo = Demo(command.stdout(log).spawn().unwrap());
    let client = client();
    let base = format!("http://127.0.0.1:{port}");
    for attempt in 0.. {
        match client.get(format!("{base}/readyz")).send().await {
            Ok(answer) if answer.status() == 200 => break,
            _ => assert!(attempt < 2_000, "the demo does not come up"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let said = fs::read_to_string(here.path().join("log")).unwrap();
    let file = said
        .lines()
        .find_map(|line| line.strip_prefix("refund policy"))
        .unwrap();
    let file = file.trim().split(": ").next().unwrap();
    assert!(
        fs::read_to_string(file).unwrap().contains("[auto_accept]"),
        "{file}"
    );

    let opened = client
        .post(format!("{base}/v1/sessions"))
        .json(&json!({"site": "demo"}));
    let opened: Value = opened.send().await.unwrap().json().await.unwrap();
    let mut last = String::new();
    let texts = ["I want a refund for A1003", "jo@example.com", "4", "yes"];
    for (number, text) in texts.into_iter().enumerate() {
        let body = json!({"client_id": number.to_string(), "text": text});
        let sent = client.post(format!("{base}/v1/messages")).json(&body);
        let sent = sent
            .bearer_auth(opened["session"].as_str().unwrap())
            .send()
            .await
            .unwrap();
        last = sent.json::<Value>().await.unwrap()["replies"].to_string();
    }
    assert!(
        last.contains("A1003-1") && last.contains("is accepted"),
        "{last}"
    );
}
