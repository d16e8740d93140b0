//! What `channel add` says: in the words of the platform's console, and all that is to be done there.

use super::channel::add;
use super::*;

const LONG: &str = "0123456789abcdef0123\n";

#[test]
fn each_secret_is_asked_for_by_the_name_that_its_platform_has_for_it() {
    let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\n";
    for (args, typed, asked) in [
        (
            &["wecom", "--sender", "ww1"][..],
            [LONG, LONG, key].concat(),
            &[
                "calls Token",
                "the Secret of the customer service, not the Token",
                "EncodingAESKey",
            ][..],
        ),
        (
            &["feishu", "--sender", "cli_1"],
            LONG.repeat(3),
            &["Encrypt Key", "App Secret", "Verification Token"],
        ),
        (
            &["line"],
            LONG.repeat(2),
            &["Channel secret", "Channel access token"],
        ),
        (&["slack"], LONG.repeat(2), &["Signing Secret", "xoxb-"]),
        // One and the same there: it is asked for once.
        (
            &["twilio", "--sender", "AC1"],
            LONG.to_owned(),
            &["Auth Token"],
        ),
        (
            &["dingtalk", "--sender", "ding1"],
            LONG.to_owned(),
            &["AppSecret"],
        ),
    ] {
        let folder = initialised();
        let args = [&args[..1], &["shop", "--site", "demo"], &args[1..]].concat();
        let (_, err, code) = add(folder.path(), &args, &typed);
        assert_eq!(code, 0, "{err}");
        for words in asked {
            assert!(err.contains(words), "{words} is not in {err}");
        }
        ok(folder.path(), &["check", "frontdesk.toml"]);
    }
}

#[test]
fn what_is_to_be_pasted_beside_the_address_is_said_and_where_it_is() {
    for (args, typed, said) in [
        (
            &["telegram"][..],
            LONG.to_owned(),
            &["/setWebhook", "secret_token", "telegram.shop.secret"][..],
        ),
        (
            &["whatsapp", "--sender", "1"],
            LONG.repeat(2),
            &["Callback URL", "whatsapp.shop.verify", "field messages"],
        ),
        (
            &["messenger"],
            LONG.repeat(2),
            &["messenger.shop.verify", "messaging_postbacks"],
        ),
        (&["line"], LONG.repeat(2), &["Webhook URL", "Use webhook"]),
        (
            &["slack"],
            LONG.repeat(2),
            &["Request URL", "message.im", "im:history"],
        ),
        (
            &["feishu", "--sender", "cli_1"],
            LONG.repeat(3),
            &["im.message.receive_v1", "card.action.trigger"],
        ),
        (
            &["postmark", "--sender", "a@shop.example"],
            LONG.repeat(2),
            &["desk:SECRET@", "postmark.shop.secret"],
        ),
        (
            &["webhook", "--url", "https://shop.example/x"],
            String::new(),
            &["webhook.shop.secret", "signs"],
        ),
        (
            &["discord"],
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n".to_owned(),
            &["Interactions Endpoint URL"],
        ),
    ] {
        let folder = initialised();
        let args = [&args[..1], &["shop", "--site", "demo"], &args[1..]].concat();
        let (out, err, code) = add(folder.path(), &args, &typed);
        assert_eq!(code, 0, "{err}");
        for words in said {
            assert!(err.contains(words), "{words} is not in {err}");
        }
        // A platform asks the address when it is entered: the desk is to be there by then.
        let (started, pasted) = (err.find("Start the desk again"), err.find("Then:"));
        assert!(started.is_some() && started < pasted, "{err}");
        assert!(!format!("{out}{err}").contains(LONG.trim()));
        assert!(
            out.trim().ends_with(&format!("/hooks/{}/shop", args[0])),
            "{out}"
        );
    }
}

#[test]
fn wechat_is_added_with_its_app_secret_or_without() {
    let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\n";
    for (typed, has_token) in [
        ([LONG, key, LONG].concat(), true),
        ([LONG, key, "\n"].concat(), false),
    ] {
        let folder = initialised();
        let args = ["wechat", "shop", "--site", "demo", "--sender", "wx1"];
        let (_, err, code) = add(folder.path(), &args, &typed);
        assert_eq!(code, 0, "{err}");
        assert_eq!(folder.path().join("wechat.shop.token").exists(), has_token);
        if !has_token {
            let (out, _, _) = run(folder.path(), &["channel", "test", "wechat", "shop"]);
            assert!(out.contains("AppSecret") && !out.contains("bot"), "{out}");
        }
    }
}

#[test]
fn an_installation_of_ones_own_is_named_when_the_account_is_added() {
    let folder = initialised();
    let base = ["--api-base", "https://chat.shop.example"];
    let args = [&["chatwoot", "shop", "--site", "demo"], &base[..]].concat();
    let (_, err, code) = add(folder.path(), &args, &LONG.repeat(2));
    assert_eq!(code, 0, "{err}");
    let written = std::fs::read_to_string(folder.path().join("frontdesk.toml")).unwrap();
    assert!(written.contains("api_base = \"https://chat.shop.example\""));
    assert!(!written.contains("\nallow ="), "{written}");
}

#[test]
fn an_installation_in_a_network_of_ones_own_is_added_with_that_network() {
    let folder = initialised();
    let at_home = [
        "chatwoot",
        "home",
        "--site",
        "demo",
        "--api-base",
        "http://10.0.0.7:3000",
    ];
    let (_, err, code) = add(folder.path(), &at_home, &LONG.repeat(2));
    assert!(code == 78 && err.contains("allow = "), "{err}");
    let network = ["--allow", "10.0.0.7/32", "--allow", "fd00::/8"];
    let args = [&at_home[..], &network].concat();
    let (_, err, code) = add(folder.path(), &args, &LONG.repeat(2));
    assert_eq!(code, 0, "{err}");
    let written = std::fs::read_to_string(folder.path().join("frontdesk.toml")).unwrap();
    assert!(
        written.contains("\nallow = [\"10.0.0.7/32\", \"fd00::/8\"]\n"),
        "{written}"
    );
    let no_network = [&at_home[..], &["--allow", "10.0.0.7/99"]].concat();
    assert_eq!(add(folder.path(), &no_network, "").2, 2);
}

#[test]
fn a_desk_whose_own_letters_it_would_not_know_again_is_not_added() {
    for sender in [
        "Linden <support@linden.example>",
        "support",
        "a@linden.example, b@linden.example",
    ] {
        let folder = initialised();
        let args = ["mailgun", "shop", "--site", "demo", "--sender", sender];
        let (_, err, code) = add(folder.path(), &args, &LONG.repeat(2));
        assert!(
            code != 0 && err.contains("the address alone"),
            "{sender}: {err}"
        );
    }
}

#[test]
fn whoever_does_not_know_the_kinds_is_told_them_and_what_is_not_known_beside() {
    let (help, _, _) = run(initialised().path(), &["channel", "add", "--help"]);
    let folder = initialised();
    let (_, err, code) = add(folder.path(), &["telegramm", "shop", "--site", "demo"], "");
    assert_ne!(code, 0);
    for kind in ["webhook", "wecom", "dingtalk", "discord"] {
        assert!(help.contains(kind) && err.contains(kind), "{kind}: {err}");
    }
    // What Meta tells of an account on Instagram is told under that account's own id, and of no page's.
    let args = ["instagram", "shop", "--site", "demo"];
    let (_, err, code) = add(folder.path(), &args, &LONG.repeat(2));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("messaging_seen"), "{err}");
    let args = ["wechat", "shop", "--site", "demo", "--sender", "wx1"];
    let (_, err, _) = add(folder.path(), &args, "short\n");
    assert!(err.contains("16 letters and digits"), "{err}");
}
