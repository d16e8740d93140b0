//! A configuration that is wrong, what is in force, and what a public desk must not be.

use super::*;

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
