//! The operator's commands, driven as an operator would: the real program in a folder of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;

use assert_cmd::Command;
use clap::CommandFactory as _;
use frontdesk::cli::Cli;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A program that starts in a folder, with nothing of ours in its environment.
fn frontdesk(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("frontdesk").unwrap();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FRONTDESK_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).args(args);
    command
}

/// What a command printed on stdout and stderr, and its exit code.
pub fn run(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let output = frontdesk(folder, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().unwrap(),
    )
}

/// What a command printed that must succeed.
pub fn ok(folder: &Path, args: &[&str]) -> String {
    let (out, err, code) = run(folder, args);
    assert_eq!(code, 0, "{args:?}\n{out}{err}");
    out
}

fn initialised() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    ok(folder.path(), &["init"]);
    folder
}

/// All commands with their names, as typed.
fn commands(of: &clap::Command, name: &str) -> Vec<(String, clap::Command)> {
    let mut found = vec![(name.to_owned(), of.clone())];
    for inner in of.get_subcommands() {
        found.extend(commands(inner, &format!("{name} {}", inner.get_name())));
    }
    found
}

#[test]
fn every_command_says_what_it_does_and_shows_an_example_that_is_one() {
    let mut wrong = Vec::new();
    for (name, mut command) in commands(&Cli::command(), "frontdesk") {
        let help = command.render_long_help().to_string();
        let mut examples = help
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Example: "));
        match examples.next() {
            _ if command.get_about().is_none() => wrong.push(format!("{name}: says nothing")),
            None => wrong.push(format!("{name}: no example")),
            Some(example) => wrong.extend(mistake_in(example).map(|why| format!("{name}: {why}"))),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Why an example is none: what is typed after `frontdesk`, up to a pipe or the next command, must be taken.
fn mistake_in(example: &str) -> Option<String> {
    let typed = example.split_once("frontdesk")?.1;
    let end = typed.find(['>', '<', '|', '&']).unwrap_or(typed.len());
    let mut words = vec!["frontdesk"];
    for (index, part) in typed[..end].split('"').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace()),
            _ => words.push(part),
        }
    }
    let error = Cli::command().try_get_matches_from(words).err()?;
    Some(format!("{example}: {error}"))
}

#[test]
fn a_mistyped_command_is_answered_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    for (args, meant) in [
        (&["chekc"][..], "check"),
        (&["agent", "ad"], "add"),
        (&["config", "--marksdown"], "--markdown"),
        (
            &["config", "--limits.connection", "1"],
            "--limits.connections",
        ),
    ] {
        let (_, err, code) = run(folder.path(), args);
        assert_eq!(code, 2);
        assert!(err.contains(meant) && err.contains("tip"), "{err}");
    }
}

#[test]
fn completions_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = ok(folder.path(), &["completions", shell]);
        for command in Cli::command().get_subcommands() {
            assert!(
                script.contains(command.get_name()),
                "{shell}: {}",
                command.get_name()
            );
        }
    }
    assert_eq!(run(folder.path(), &["completions", "tcsh"]).2, 2);
}

#[test]
fn a_wrong_configuration_ends_every_command_with_78() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("frontdesk.toml"),
        "[limits]\nconections = 3\n",
    )
    .unwrap();
    for args in [
        &["config"][..],
        &["health"],
        &["token", "sign", "--sub", "u1"],
        &["token", "new", "--merchant", "m"],
        &["agent", "list"],
        &["agent", "add", "mei", "--name", "Mei"],
        &["conversations", "list"],
    ] {
        let (out, err, code) = run(folder.path(), args);
        assert_eq!((code, out.as_str()), (78, ""), "{args:?}");
        assert!(
            err.contains("frontdesk.toml:2:1: ")
                && err.contains("did you mean `limits.connections`?"),
            "{err}"
        );
    }
    let (_, err, code) = run(folder.path(), &["config", "--config", "missing.toml"]);
    assert_eq!(code, 78);
    assert!(err.contains("cannot read missing.toml"), "{err}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn config_shows_every_value_with_its_source_and_no_secret() {
    let folder = initialised();
    let secret = std::fs::read_to_string(folder.path().join("demo.secret")).unwrap();
    let mut command = frontdesk(folder.path(), &["config", "--log.level", "warn", "--json"]);
    let output = command
        .env("FRONTDESK_LOG_FORMAT", "json")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(!printed.contains(secret.trim()));
    let record: Value = serde_json::from_str(&printed).unwrap();
    let setting = |name: &str| {
        let settings = record["settings"].as_array().unwrap();
        settings
            .iter()
            .find(|setting| setting["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        setting("log.level"),
        json!({"name": "log.level", "value": "warn", "source": {"kind": "flag"}})
    );
    assert_eq!(
        setting("log.format")["source"],
        json!({"kind": "env", "name": "FRONTDESK_LOG_FORMAT"})
    );
    assert_eq!(setting("data")["source"], json!({"kind": "default"}));
    let values = &record["sites"][0]["values"];
    assert_eq!(values["secret"]["value"], "[REDACTED]");
    assert_eq!(values["secret"]["source"]["path"], "frontdesk.toml");
    let table = ok(folder.path(), &["config"]);
    assert!(
        table.contains("[REDACTED]") && !table.contains(secret.trim()),
        "{table}"
    );
    assert_eq!(
        ok(folder.path(), &["config", "--markdown"]),
        frontdesk::config::reference::markdown()
    );
}

#[test]
fn config_says_why_a_public_desk_would_be_refused() {
    let folder = initialised();
    let (out, err, code) = run(folder.path(), &["config", "--listen", "0.0.0.0:8787"]);
    assert_eq!(code, 78);
    assert!(out.contains("0.0.0.0:8787"));
    assert!(
        err.contains("write public_url = \"https://support.example\""),
        "{err}"
    );
}

#[test]
fn init_writes_a_desk_that_works_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let said = ok(folder.path(), &["init", "desk"]);
    assert_eq!(said.matches("created").count(), 3, "{said}");
    let desk = folder.path().join("desk");
    ok(&desk, &["config"]);
    ok(&desk, &["check"]);
    let read = || {
        ["frontdesk.toml", "demo.secret"]
            .map(|name| std::fs::read_to_string(desk.join(name)).unwrap())
    };
    assert!(desk.join("intents/policies/m_demo.toml").is_file());
    let before = read();
    std::fs::remove_file(desk.join("intents/thanks.toml")).unwrap();
    let said = ok(folder.path(), &["init", "desk"]);
    assert_eq!(said.matches("kept").count(), 3, "{said}");
    assert_eq!(read(), before);
    assert!(!desk.join("intents/thanks.toml").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.join("demo.secret"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn two_desks_do_not_share_a_secret() {
    let secret =
        |folder: &TempDir| std::fs::read_to_string(folder.path().join("demo.secret")).unwrap();
    assert_ne!(secret(&initialised()), secret(&initialised()));
}

/// The claims of a token, if the site's secret signed it.
fn claims(folder: &Path, token: &str) -> Value {
    let secret = std::fs::read_to_string(folder.join("demo.secret")).unwrap();
    let key = jsonwebtoken::DecodingKey::from_secret(secret.trim().as_bytes());
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.set_audience(&["demo"]);
    jsonwebtoken::decode::<Value>(token.trim(), &key, &validation)
        .unwrap()
        .claims
}

#[test]
fn token_sign_says_who_the_customer_is_in_the_name_of_the_site() {
    let folder = initialised();
    let folder = folder.path();
    let plain = claims(folder, &ok(folder, &["token", "sign", "--sub", "u1"]));
    assert_eq!(
        (&plain["sub"], &plain["aud"], &plain["role"]),
        (&json!("u1"), &json!("demo"), &json!("customer"))
    );
    assert_eq!(
        plain["exp"].as_i64().unwrap() - plain["iat"].as_i64().unwrap(),
        3600
    );
    assert!(plain.get("email").is_none() && plain.get("vip").is_none());
    let full = ok(
        folder,
        &[
            "token",
            "sign",
            "--site",
            "demo",
            "--sub",
            "u2",
            "--email",
            "a@b.example",
            "--phone",
            "+44 1",
            "--name",
            "Mei",
            "--vip",
            "--role",
            "merchant",
            "--ttl",
            "24h",
        ],
    );
    let full = claims(folder, &full);
    let exp = full["exp"].as_i64().unwrap() - full["iat"].as_i64().unwrap();
    assert_eq!(exp, 24 * 3600);
    assert_eq!(
        [
            &full["email"],
            &full["phone"],
            &full["name"],
            &full["vip"],
            &full["role"]
        ],
        [
            &json!("a@b.example"),
            &json!("+44 1"),
            &json!("Mei"),
            &json!(true),
            &json!("merchant")
        ]
    );
}

#[test]
fn token_sign_refuses_what_the_desk_would_not_believe() {
    let folder = initialised();
    for (args, expected, exit) in [
        (&["--sub", "u", "--ttl", "25h"][..], "at most 24h", 2),
        (&["--sub", "u", "--ttl", "0s"], "more than nothing", 2),
        (&["--sub", "u", "--ttl", "soon"], "no duration", 2),
        (&["--email", "a@b.example"], "--sub", 2),
        (
            &["--sub", "u", "--site", "other"],
            "there is no site `other`",
            1,
        ),
    ] {
        let (out, err, code) = run(folder.path(), &[&["token", "sign"], args].concat());
        assert_eq!((code, out.as_str()), (exit, ""), "{err}");
        assert!(err.contains(expected), "{err}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(run(empty.path(), &["token", "sign", "--sub", "u"]).2, 2);
}

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
fn an_agent_is_added_listed_renewed_and_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(run(folder, &["agent", "list"]).2, 1);
    assert!(!folder.join("data").exists(), "a look makes no folder");
    let (token, err, _) = run(
        folder,
        &[
            "agent",
            "add",
            "mei",
            "--name",
            "Mei Lin",
            "--merchant",
            "m_1",
        ],
    );
    assert!(
        token.starts_with("fda_") && token.trim().len() == 4 + 64 && err.contains("shown only now"),
        "{token}{err}"
    );
    let (_, err, code) = run(folder, &["agent", "add", "mei", "--name", "Other"]);
    assert_eq!(code, 1);
    assert!(err.contains("there is an agent `mei` already"), "{err}");

    let list =
        || -> Value { serde_json::from_str(&ok(folder, &["agent", "list", "--json"])).unwrap() };
    let mei = list();
    assert_eq!(
        (&mei["name"], &mei["merchant"], &mei["disabled"]),
        (&json!("Mei Lin"), &json!("m_1"), &json!(false))
    );
    assert!(!mei.to_string().contains(token.trim()) && mei.get("token").is_none());
    ok(folder, &["agent", "disable", "mei"]);
    assert_eq!(list()["disabled"], true);
    assert!(ok(folder, &["agent", "list"]).contains("disabled"));
    let renewed: Value =
        serde_json::from_str(&ok(folder, &["agent", "token", "mei", "--json"])).unwrap();
    assert_ne!(renewed["token"].as_str().unwrap(), token.trim());
    assert_eq!(list()["disabled"], false);
    assert_eq!(run(folder, &["agent", "disable", "nobody"]).2, 1);
    assert_eq!(run(folder, &["agent", "add", "a b", "--name", "x"]).2, 2);
    assert_eq!(
        run(folder, &["agent", "add", "eve", "--name", "evil\u{202e}"]).2,
        1
    );
}

#[test]
fn a_key_is_shown_once_and_kept_as_a_hash() {
    let folder = tempfile::tempdir().unwrap();
    let key = ok(folder.path(), &["token", "new", "--merchant", "m_1"]);
    assert!(key.starts_with("fdk_") && key.trim().len() == 4 + 64);
    let secret = &key.trim().as_bytes()[20..];
    for file in files(&folder.path().join("data")) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            !bytes.windows(secret.len()).any(|window| window == secret),
            "{}",
            file.display()
        );
    }
}

#[test]
fn a_key_is_ended_only_when_that_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = ok(folder, &["token", "new", "--merchant", "m_1"]);
    let list = || ok(folder, &["token", "list", "--json"]);
    let record: Value = serde_json::from_str(&list()).unwrap();
    let prefix = record["prefix"].as_str().unwrap();
    assert!(key.starts_with(prefix) && record["merchant"] == "m_1" && !list().contains(key.trim()));
    assert!(ok(folder, &["token", "list"]).contains(prefix));
    assert_eq!(run(folder, &["token", "revoke", prefix]).2, 1);
    assert!(list().contains(prefix));
    ok(folder, &["token", "revoke", prefix, "--yes"]);
    assert_eq!(list(), "");
    assert_eq!(run(folder, &["token", "revoke", prefix, "--yes"]).2, 1);
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
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
