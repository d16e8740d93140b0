//! Commands about a desk that runs.

use super::*;

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
