//! Tokens, agents and keys, made and ended by an operator.

use super::*;

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
