//! Accounts at messaging platforms, set up as an operator sets them up.

use super::*;

/// Adds an account, with the secrets that are asked for, a line each.
fn add(folder: &Path, args: &[&str], typed: &str) -> (String, String, i32) {
    let output = frontdesk(folder, &[&["channel", "add"], args].concat())
        .write_stdin(typed)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().unwrap(),
    )
}

#[test]
fn an_account_that_asks_is_added_without_a_secret() {
    let folder = initialised();
    let (out, err, code) = add(
        folder.path(),
        &["telegram", "shop", "--site", "demo", "--poll"],
        "123456:what-they-gave-us\n",
    );
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(!folder.path().join("telegram.shop.secret").exists());
    let listed: Value =
        serde_json::from_str(&ok(folder.path(), &["channel", "list", "--json"])).unwrap();
    assert_eq!(listed["state"], "on");
}

#[test]
fn a_public_key_is_all_that_discord_is_added_with_and_nothing_else_is_taken_for_one() {
    let folder = initialised();
    let args = ["discord", "shop", "--site", "demo"];
    let before = std::fs::read_to_string(folder.path().join("frontdesk.toml")).unwrap();
    let (_, err, code) = add(folder.path(), &args, "a-bot-token-and-no-public-key\n");
    assert_ne!(code, 0, "{err}");
    assert!(
        err.contains("Public Key") && !err.contains("a-bot-token"),
        "{err}"
    );
    let after = std::fs::read_to_string(folder.path().join("frontdesk.toml")).unwrap();
    assert_eq!(after, before);
    assert!(!folder.path().join("discord.shop.secret").exists());
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n";
    let (out, err, code) = add(folder.path(), &args, key);
    assert_eq!(code, 0, "{err}");
    assert!(out.trim().ends_with("/hooks/discord/shop"), "{out}");
}

#[test]
fn an_account_is_added_listed_and_removed_and_its_secrets_are_nobody_elses() {
    let folder = initialised();
    let config = folder.path().join("frontdesk.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let (out, err, code) = add(
        folder.path(),
        &["telegram", "shop", "--site", "demo"],
        "123456:what-they-gave-us\n",
    );
    assert_eq!(code, 0, "{err}");
    assert!(out.trim().ends_with("/hooks/telegram/shop"), "{out}");
    assert!(!format!("{out}{err}").contains("what-they-gave-us"));
    let after = std::fs::read_to_string(&config).unwrap();
    assert!(after.starts_with(before.trim_end()) && !after.contains("what-they-gave-us"));
    for name in ["secret", "token"] {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(folder.path().join(format!("telegram.shop.{name}"))).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    let listed: Value =
        serde_json::from_str(&ok(folder.path(), &["channel", "list", "--json"])).unwrap();
    assert_eq!(
        (&listed["kind"], &listed["state"]),
        (&json!("telegram"), &json!("on"))
    );
    let (_, err, code) = add(
        folder.path(),
        &["telegram", "shop", "--site", "demo"],
        "123456:what-they-gave-us\n",
    );
    assert_eq!(code, 1, "{err}");
    ok(folder.path(), &["channel", "remove", "telegram", "shop"]);
    let left = std::fs::read_to_string(&config).unwrap();
    assert_eq!(left.trim_end(), before.trim_end());
    assert_eq!(
        run(folder.path(), &["channel", "remove", "telegram", "shop"]).2,
        1
    );
}

#[test]
fn what_is_missing_is_said_and_nothing_is_left_behind() {
    let folder = initialised();
    let before = std::fs::read_to_string(folder.path().join("frontdesk.toml")).unwrap();
    for (args, typed, expected) in [
        (
            &["whatsapp", "shop", "--site", "demo"][..],
            "a\n",
            "--sender",
        ),
        (&["line", "shop", "--site", "demo"], "", "secret is empty"),
        (
            &["line", "shop", "--site", "demo"],
            "tiny\n0123456789abcdef0123\n",
            "16 bytes",
        ),
        (
            &["line", "shop", "--site", "nowhere"],
            "0123456789abcdef\n0123456789abcdef\n",
            "no site `nowhere`",
        ),
        (&["fax", "shop", "--site", "demo"], "", "fax"),
    ] {
        let (out, err, code) = add(folder.path(), args, typed);
        assert!(code != 0 && out.is_empty(), "{args:?}");
        assert!(err.contains(expected), "{expected} is not in {err}");
        assert_eq!(
            std::fs::read_to_string(folder.path().join("frontdesk.toml")).unwrap(),
            before
        );
        assert!(!folder.path().join("line.shop.secret").exists());
    }
}

#[test]
fn a_recorded_request_is_taken_for_what_it_is_or_refused() {
    let folder = initialised();
    let typed = "123456:what-they-gave-us\n";
    assert_eq!(
        add(
            folder.path(),
            &["telegram", "shop", "--site", "demo"],
            typed
        )
        .2,
        0
    );
    let secret = std::fs::read_to_string(folder.path().join("telegram.shop.secret")).unwrap();
    let record = |secret: &str| {
        let body = json!({"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": 5, "type": "private"}, "text": "hello"}});
        let request = json!({"channel": "telegram", "account": "shop", "body": body.to_string(),
            "headers": {"X-Telegram-Bot-Api-Secret-Token": secret}});
        std::fs::write(folder.path().join("request.json"), request.to_string()).unwrap();
        run(folder.path(), &["channel", "simulate", "request.json"])
    };
    let (out, err, code) = record(secret.trim());
    assert_eq!(code, 0, "{err}");
    let taken: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&taken["messages"][0]["text"], &taken["messages"][0]["user"]),
        (&json!("hello"), &json!("5"))
    );
    let (out, err, code) = record("another");
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(err.contains("refused"), "{err}");
}
