//! Commands about a desk that runs.

use reqwest::Method;

use super::*;
use crate::binary::Binary;

/// Answers a few requests as a desk would, one connection each.
fn answering(ready: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut line).unwrap();
            let answer = if line.contains("/healthz") {
                "200 OK\r\n\r\n{\"status\":\"ok\"}"
            } else {
                ready
            };
            let mut rest = String::new();
            while reader.read_line(&mut rest).unwrap() > 2 {
                rest.clear();
            }
            write!(
                stream,
                "HTTP/1.1 {}",
                answer.replacen("\r\n", "\r\nconnection: close\r\n", 1)
            )
            .unwrap();
        }
    });
    url
}

#[test]
fn health_is_0_only_when_the_desk_says_so_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let well = answering("200 OK\r\n\r\n{\"ready\":true,\"checks\":[]}");
    ok(folder, &["health", "--url", &well]);
    let record: Value =
        serde_json::from_str(&ok(folder, &["health", "--json", "--url", &well])).unwrap();
    assert_eq!(
        (&record["ok"], record["checks"].as_array().unwrap().len()),
        (&json!(true), 2)
    );

    let red = answering(
        "503 Service Unavailable\r\n\r\n{\"ready\":false,\"checks\":[{\"name\":\"store\",\"ok\":false,\"detail\":\"stopped\"},{\"name\":\"rules\",\"ok\":true}]}",
    );
    let (out, _, code) = run(folder, &["health", "--url", &red]);
    assert_eq!(code, 1);
    assert!(
        out.contains("store: stopped") && !out.contains("rules"),
        "{out}"
    );

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let (out, _, code) = run(folder, &["health", "--timeout", "1", "--url", &url]);
    assert_eq!(code, 1);
    assert!(out.contains("no answer in time"), "{out}");
    drop(silent);
    assert_eq!(run(folder, &["health", "--url", &url]).2, 1);
}

#[test]
fn a_data_folder_in_use_is_said_to_be_in_use() {
    let folder = tempfile::tempdir().unwrap();
    ok(folder.path(), &["agent", "add", "mei", "--name", "Mei"]);
    let options =
        frontdesk::store::Options::new(folder.path().join("data"), jiff::Timestamp::now());
    let store = frontdesk::store::Store::open(&options).unwrap();
    // Whoever has the folder and answers nothing is no desk that could be asked.
    for args in [
        &["agent", "list"][..],
        &["agent", "add", "bo", "--name", "Bo"],
        &["token", "new", "--merchant", "m"],
        &["conversations", "list"],
    ] {
        let (out, err, code) = run(folder.path(), args);
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(
            err.contains("is in use by") && err.contains("stop the running desk first"),
            "{err}"
        );
    }
    drop(store);
}

#[tokio::test]
async fn a_running_desk_gives_keys_and_lists_and_says_what_a_stopped_one_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let desk = Binary::serve(at, &[]);
    // It answers other programs from the moment on when it answers customers.
    let visitor = desk.visitor().await;
    ok(
        at,
        &[
            "agent",
            "add",
            "mei",
            "--name",
            "Mei \u{6885}",
            "--team",
            "refunds",
        ],
    );
    let key = ok(at, &["token", "new", "--merchant", "m_linden"]);
    let order = json!({"status": "shipped", "amount": "1.00", "currency": "GBP", "created_at": "2026-11-20"});
    let put = desk
        .request(Method::PUT, "/v1/orders/A1")
        .bearer_auth(key.trim())
        .json(&order);
    assert_eq!(put.send().await.unwrap().status(), 200);
    desk.send(&visitor, "m1", "I want to talk to a person")
        .await
        .unwrap();
    let lists = [
        &["agent", "list"][..],
        &["agent", "list", "--json"],
        &["token", "list"],
        &["token", "list", "--json"],
        &["conversations", "list"],
        &["conversations", "list", "--view", "waiting", "--json"],
        &["conversations", "list", "--merchant", "m_other"],
        &["audit", "export"],
    ];
    let listed = ok(at, &["conversations", "list", "--json"]);
    let row: Value = serde_json::from_str(&listed).unwrap();
    let id = row["id"].as_str().unwrap();
    let one = [
        &["conversations", "show", id][..],
        &["conversations", "show", id, "--json"],
        &["conversations", "export", id, "--view", "customer"],
        &["conversations", "export"],
    ];
    let shown = || one.map(|one| ok(at, one));
    let shown_while_running = shown();
    assert!(shown_while_running[0].contains("I want to talk to a person"));
    let (_, err, code) = run(at, &["conversations", "show", "nobody"]);
    assert_eq!(code, 1);
    assert!(err.contains("there is no conversation nobody"), "{err}");
    let all = || lists.map(|list| ok(at, list));
    let while_running = all();
    assert!(while_running[0].contains("Mei \u{6885}") && while_running[0].contains("refunds"));
    assert!(
        key.starts_with(
            while_running[2]
                .lines()
                .nth(1)
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
        )
    );
    let row: Value = serde_json::from_str(&while_running[5]).unwrap();
    assert_eq!(row["reason"], "asked_for_human");
    assert_eq!(while_running[6].lines().count(), 1, "a heading alone");
    drop(desk);
    let stopped = all();
    let lists = while_running.len() - 1;
    assert_eq!(while_running[..lists], stopped[..lists]);
    assert_eq!(shown(), shown_while_running);
    // What was read since stands in the log, too.
    assert!(stopped[lists].starts_with(&while_running[lists]));
}

/// More than a page of it, read page by page.
#[tokio::test]
async fn the_whole_audit_log_is_exported_beside_a_running_desk() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let desk = Binary::serve(at, &[]);
    // It answers other programs from the moment on when it answers customers.
    let visitor = desk.visitor().await;
    let token = ok(at, &["agent", "add", "mei", "--name", "Mei"]);
    let sent = desk.send(&visitor, "m1", "hello").await.unwrap();
    let path = format!(
        "/v1/conversations/{}",
        sent["conversation"].as_str().unwrap()
    );
    for n in 0..230 {
        let note = desk
            .request(Method::POST, &format!("{path}/notes"))
            .bearer_auth(token.trim());
        let note = note.json(&json!({"client_id": format!("n{n}"), "text": "looked into it"}));
        assert_eq!(note.send().await.unwrap().status(), 201);
    }
    let changed = |log: String| {
        log.lines()
            .filter(|line| line.contains("\"changed\""))
            .count()
    };
    assert_eq!(changed(ok(at, &["audit", "export"])), 230);
    drop(desk);
    assert_eq!(changed(ok(at, &["audit", "export"])), 230);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure_and_hides_none() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("wrong");
    std::fs::create_dir(&rules).unwrap();
    let mistakes: String = (0..2_000)
        .map(|n| format!("no_such_key_{n} = 1\n"))
        .collect();
    std::fs::write(rules.join("wrong.toml"), mistakes).unwrap();
    for (command, code) in [("config --markdown", 0), ("check wrong", 1)] {
        let bin = assert_cmd::cargo::cargo_bin("frontdesk");
        let script = format!(
            "'{}' {command} | head -1; exit ${{PIPESTATUS[0]}}",
            bin.display()
        );
        let output = std::process::Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(code), ""));
    }
}

#[test]
fn a_copy_that_a_killed_verify_left_goes_with_the_next_command_and_a_verify_leaves_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ok(at, &["agent", "add", "mei", "--name", "Mei"]);
    let copies = at.join("copies");
    std::fs::create_dir(&copies).unwrap();
    for command in [&["agent", "list"][..], &["verify"]] {
        let left = copies.join("frontdesk-verify-4294967294-x");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("db"), "what customers wrote").unwrap();
        frontdesk(at, command)
            .env("TMPDIR", &copies)
            .assert()
            .success();
        assert_eq!(
            std::fs::read_dir(&copies).unwrap().count(),
            0,
            "{command:?}"
        );
    }
}

/// Who came in and who was sent away, whoever did it: the operator at the command line is no agent, and is named all the same.
#[tokio::test]
async fn who_gets_access_and_who_loses_it_at_the_command_line_stands_in_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let before = jiff::Timestamp::now();
    ok(at, &["agent", "add", "mei", "--name", "Mei"]);
    let desk = Binary::serve(at, &[]);
    desk.visitor().await;
    ok(at, &["agent", "passwd", "mei"]);
    ok(at, &["agent", "rights", "mei", "--role", "lead"]);
    let key = ok(at, &["token", "new", "--merchant", "m_linden"]);
    let key = &key.trim()[..12];
    let (_, said, code) = run(at, &["agent", "disable", "nobody"]);
    assert_eq!(code, 1, "{said}");
    drop(desk);
    ok(at, &["agent", "disable", "mei"]);
    ok(at, &["token", "revoke", key, "--yes"]);
    let log = ok(at, &["audit", "export"]);
    let lines = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let is_own = |line: &Value| line["agent"] == "operator" && line["what"] != "audit_read";
    let own: Vec<Value> = lines.filter(is_own).collect();
    let told = |line: &Value| {
        format!(
            "{} {}",
            line["what"].as_str().unwrap(),
            line["about"].as_str().unwrap()
        )
    };
    let told: Vec<String> = own.iter().map(told).collect();
    let of_key = format!("{key} of m_linden");
    assert_eq!(
        told,
        [
            "agent_added mei".to_owned(),
            "agent_added admin".to_owned(),
            "password_set mei".to_owned(),
            "rights_changed mei".to_owned(),
            format!("key_made {of_key}"),
            "agent_disabled mei".to_owned(),
            format!("key_ended {of_key}"),
        ]
    );
    for line in &own {
        assert_eq!(line["from"], "command line");
        let at: jiff::Timestamp = line["at"].as_str().unwrap().parse().unwrap();
        assert!(at >= before && at <= jiff::Timestamp::now());
    }
}
