//! Accounts at messaging platforms, set up as an operator sets them up.

use super::*;

/// Adds an account, with the secrets that are asked for, a line each.
pub(super) fn add(folder: &Path, args: &[&str], typed: &str) -> (String, String, i32) {
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
    assert_eq!(
        (&listed["state"], &listed["url"]),
        (&json!("on"), &Value::Null)
    );
    // There is no address to be pasted anywhere, and none is missing.
    let (out, err, code) = run(folder.path(), &["channel", "list"]);
    assert!(out.contains("asks for its messages"), "{out}");
    assert_eq!((code, err.as_str()), (0, ""));
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

#[test]
fn what_a_platform_answered_that_was_asked_for_its_messages_is_taken_for_what_it_is() {
    let folder = initialised();
    let entry = "\n[[channels]]\nkind = \"telegram\"\naccount = \"shop\"\nsite = \"demo\"\npoll = true\ntoken = \"123456:what-they-gave-us\"\n\n\
        [[channels]]\nkind = \"wecom\"\naccount = \"shop\"\nsite = \"demo\"\nsecret = \"0123456789abcdef\"\ntoken = \"0123456789abcdef\"\n\
        aes_key = \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\"\nsender = \"ww1\"\n\n\
        [[channels]]\nkind = \"line\"\naccount = \"shop\"\nsite = \"demo\"\nsecret = \"0123456789abcdef\"\ntoken = \"0123456789abcdef\"\n";
    let path = folder.path().join("frontdesk.toml");
    let before = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, before + entry).unwrap();
    let simulate = |channel: &str, question: Value, body: Value| {
        let recorded = json!({"channel": channel, "account": "shop", "pulled": question, "body": body.to_string()});
        std::fs::write(folder.path().join("answer.json"), recorded.to_string()).unwrap();
        let at = ["--at", "2026-11-20T10:00:00Z"];
        let words = ["channel", "simulate", "answer.json"];
        run(folder.path(), &[&words[..], &at[..]].concat())
    };
    let updates = json!({"ok": true, "result": [
        {"update_id": 7, "message": {"from": {"id": 5}, "chat": {"id": 5, "type": "private"}, "text": "hello"}},
        {"update_id": 8, "my_chat_member": {}}]});
    let (out, err, code) = simulate("telegram", json!({}), updates);
    assert_eq!(code, 0, "{err}");
    let taken: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(taken["messages"][0]["text"], "hello");
    assert_eq!(taken["messages"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&taken["cursor"], &taken["more"]),
        (&json!("9"), &json!(false))
    );

    let item = |id: &str, origin: u32, at: i64| {
        json!({"msgid": id, "open_kfid": "kf1", "external_userid": "wm1", "send_time": at, "origin": origin,
            "msgtype": "text", "text": {"content": id}})
    };
    let now = 1_795_168_800;
    let list = json!({"errcode": 0, "next_cursor": "c2", "has_more": 1,
        "msg_list": [item("old", 3, now - 400_000), item("customer", 3, now - 5), item("colleague", 5, now - 5)]});
    let question = json!({"place": "kf1", "cursor": "c1"});
    let (out, err, code) = simulate("wecom", question, list.clone());
    assert_eq!(code, 0, "{err}");
    let taken: Value = serde_json::from_str(&out).unwrap();
    let said = |taken: &Value| -> Vec<String> {
        let all = taken["messages"].as_array().unwrap().iter();
        all.map(|one| one["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(said(&taken), ["old", "customer", "colleague"]);
    assert_eq!(taken["messages"][2]["by"]["note"], json!(false));
    assert_eq!(
        (&taken["cursor"], &taken["more"]),
        (&json!("c2"), &json!(true))
    );
    // Read for the first time, what is long past is not answered.
    let (out, ..) = simulate("wecom", json!({"place": "kf1"}), list);
    assert_eq!(
        said(&serde_json::from_str(&out).unwrap()),
        ["customer", "colleague"]
    );

    let failed = json!({"errcode": 40_014, "errmsg": "invalid access_token"});
    let (out, err, code) = simulate("wecom", json!({}), failed);
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(err.contains("not taken") && err.contains("40014"), "{err}");
    let (out, err, code) = simulate("line", json!({}), json!({}));
    assert!(out.is_empty() && code != 0);
    assert!(err.contains("brings its messages"), "{err}");
}

#[test]
fn no_address_is_invented_that_a_secret_would_be_pasted_into() {
    let folder = initialised();
    let first = "set public_url first";
    let typed = "0123456789abcdef0123\n0123456789abcdef0123\n";
    let args = [
        "postmark",
        "shop",
        "--site",
        "demo",
        "--sender",
        "desk@shop.example",
    ];
    let (out, err, code) = add(folder.path(), &args, typed);
    assert_eq!((code, out.trim()), (0, "/hooks/postmark/shop"), "{err}");
    assert!(err.contains(first), "{err}");
    for (args, stands) in [
        (&["channel", "list"][..], " /hooks/postmark/shop"),
        (
            &["channel", "list", "--json"],
            "\"url\":\"/hooks/postmark/shop\"",
        ),
    ] {
        let (out, err, code) = run(folder.path(), args);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(stands) && err.contains(first), "{out}{err}");
        let known = frontdesk(folder.path(), args)
            .env("FRONTDESK_PUBLIC_URL", "https://desk.shop.example/")
            .output()
            .unwrap();
        let out = String::from_utf8(known.stdout).unwrap();
        let address = "https://desk.shop.example/hooks/postmark/shop";
        assert!(out.contains(address) && known.stderr.is_empty(), "{out}");
    }
}

#[test]
fn an_entry_is_removed_as_it_is_listed_and_what_is_beside_it_stays() {
    let folder = initialised();
    let config = folder.path().join("frontdesk.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let entry = |head: &str, account: &str| {
        format!("{head}\nkind = \"line\"\naccount = \"{account}\"\nsite = \"demo\"\n")
    };
    let paris = entry("[[channels]]", "paris");
    let berlin = entry("[[channels]] # berlin", "berlin");
    let text = format!("{before}\n{berlin}\n# Paris, ask Jo\n{paris}");
    std::fs::write(&config, text).unwrap();
    assert!(ok(folder.path(), &["channel", "list"]).contains("berlin"));
    ok(folder.path(), &["channel", "remove", "line", "berlin"]);
    let left = std::fs::read_to_string(&config).unwrap();
    assert_eq!(left, format!("{before}\n# Paris, ask Jo\n{paris}"));
    let inline = "channels = [{kind = \"line\", account = \"a\", site = \"demo\"}, {kind = \"line\", account = \"b\", site = \"demo\"}]\n";
    let inline = format!("{inline}{before}");
    std::fs::write(&config, &inline).unwrap();
    let (_, err, code) = run(folder.path(), &["channel", "remove", "line", "a"]);
    assert!(code == 1 && err.contains("by hand"), "{err}");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), inline);
}
