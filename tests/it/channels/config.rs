//! What the configuration says about accounts, and what it must not.

use frontdesk::config::{Config, ConfigFile, Sources};

use super::STANDARD_SECRET;

const SITE: &str = "[[sites]]\nkey = \"linden\"\nmerchant = \"m_linden\"\n";

fn load(channels: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let sources = Sources {
        file: Some(ConfigFile {
            path: "frontdesk.toml".into(),
            text: format!("{SITE}{channels}"),
        }),
        env: env
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
        ..Sources::default()
    };
    Config::load(&sources).map_err(|error| error.to_string())
}

fn telegram(more: &str) -> String {
    format!("[[channels]]\nkind = \"telegram\"\naccount = \"shop\"\nsite = \"linden\"\n{more}")
}

const BOTH: &str = "secret = \"0123456789abcdef\"\ntoken = \"123456:abcdefghijkl\"\n";

#[test]
fn an_account_goes_to_its_platform_unless_it_is_sent_elsewhere() {
    let config = load(&telegram(BOTH), &[]).unwrap();
    let one = &config.channels[0];
    assert_eq!(one.key.outbox.as_str(), "telegram.shop");
    assert_eq!(
        one.account.as_ref().unwrap().base,
        "https://api.telegram.org"
    );
    let elsewhere =
        format!("{BOTH}api_base = \"http://10.0.0.7:8081/tg/\"\nallow = [\"10.0.0.7/32\"]\n");
    let config = load(&telegram(&elsewhere), &[]).unwrap();
    assert_eq!(
        config.channels[0].account.as_ref().unwrap().base,
        "http://10.0.0.7:8081/tg"
    );
}

#[test]
fn secrets_come_from_the_environment_too_and_two_while_one_is_changed() {
    let env = [
        (
            "FRONTDESK_CHANNEL_TELEGRAM_SHOP_SECRET",
            "0123456789abcdef fedcba9876543210",
        ),
        (
            "FRONTDESK_CHANNEL_TELEGRAM_SHOP_TOKEN",
            "123456:abcdefghijkl",
        ),
    ];
    let config = load(&telegram(""), &env).unwrap();
    let account = config.channels[0].account.clone().unwrap();
    assert_eq!(account.secrets.len(), 2);
    assert!(account.secrets[1].is("fedcba9876543210"));
    let shown = format!("{config:?}");
    assert!(
        !shown.contains("fedcba98") && !shown.contains("abcdefghijkl"),
        "{shown}"
    );
    let unknown = [(
        "FRONTDESK_CHANNEL_TELEGRAM_OTHER_SECRET",
        "0123456789abcdef",
    )];
    assert!(
        load(&telegram(BOTH), &unknown)
            .unwrap_err()
            .contains("FRONTDESK_CHANNEL_TELEGRAM_OTHER_SECRET")
    );
}

#[test]
fn row_22_an_account_without_a_secret_is_off_and_an_empty_or_guessable_one_is_refused() {
    let config = load(&telegram("token = \"123456:abcdefghijkl\"\n"), &[]).unwrap();
    assert!(config.channels[0].account.is_none(), "it is on");
    for wrong in ["", " ", "tiny-0", "0123456789abcde", "with space inside it"] {
        let more = format!("secret = \"{wrong}\"\ntoken = \"123456:abcdefghijkl\"\n");
        let refused = load(&telegram(&more), &[]).unwrap_err();
        assert!(refused.contains("telegram.shop"), "{wrong}: {refused}");
        assert!(
            wrong.trim().is_empty() || !refused.contains(wrong),
            "{refused}"
        );
    }
    let env = [("FRONTDESK_CHANNEL_TELEGRAM_SHOP_SECRET", "")];
    assert!(load(&telegram("token = \"123456:abcdefghijkl\"\n"), &env).is_err());
    let program = "[[channels]]\nkind = \"webhook\"\naccount = \"shop\"\nsite = \"linden\"\nurl = \"https://shop.example/in\"\nsecret = \"0123456789abcdef0123456789abcdef\"\n";
    assert!(load(program, &[]).unwrap_err().contains("whsec_"));
}

#[test]
fn an_account_that_asks_for_its_messages_needs_no_secret_and_no_other_kind_can() {
    let asks = telegram("token = \"123456:abcdefghijkl\"\npoll = true\n");
    let config = load(&asks, &[]).unwrap();
    let account = config.channels[0].account.clone().unwrap();
    assert!(account.poll && account.secrets.is_empty());
    let line = asks.replace("telegram", "line") + "secret = \"0123456789abcdef\"\n";
    assert!(
        load(&line, &[])
            .unwrap_err()
            .contains("`poll` is for telegram")
    );
}

#[test]
fn every_mistake_is_named_with_its_place_and_its_cure() {
    let table = [
        (telegram(BOTH).replace("telegram", "telegarm"), "telegram"),
        (telegram(BOTH).replace("\"linden\"\nsecret", "\"lindne\"\nsecret"), "there is no site `lindne`"),
        (telegram("secret = \"0123456789abcdef\"\n"), "token_file"),
        (format!("{}{}", telegram(BOTH), telegram(BOTH)), "already there"),
        (telegram(&format!("{BOTH}api_base = \"http://api.telegram.org\"\n")), "https"),
        (telegram(&format!("{BOTH}allow = [\"10.0.0.0/99\"]\n")), "10.0.0.0/8"),
        (telegram(&format!("{BOTH}colour = \"red\"\n")), "colour"),
        ("[[channels]]\nkind = \"webhook\"\naccount = \"a\"\nsite = \"linden\"\nsecret = \"whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=\"\n".to_owned(), "url = "),
        ("[[channels]]\nkind = \"whatsapp\"\naccount = \"a\"\nsite = \"linden\"\nsecret = \"0123456789abcdef\"\ntoken = \"0123456789abcdef\"\n".to_owned(), "verify_file"),
    ];
    for (text, expected) in table {
        let refused = load(&text, &[]).unwrap_err();
        assert!(refused.contains(expected), "{expected} is not in {refused}");
        assert!(
            !refused.contains("abcdefghijkl") && !refused.contains("0123456789abcdef"),
            "{refused}"
        );
    }
}

#[test]
fn row_21_strangers_are_called_over_https_at_its_own_ports_alone() {
    let account =
        |base: &str, allow: &str| telegram(&format!("{BOTH}api_base = \"{base}\"\n{allow}"));
    let webhook = |url: &str, allow: &str| {
        format!(
            "[[webhooks]]\nkey = \"pay\"\nmerchant = \"m_linden\"\nurl = \"{url}\"\nsecret = \"{STANDARD_SECRET}\"\n{allow}"
        )
    };
    let home = "allow = [\"10.0.0.7/32\"]\n";
    for base in [
        "https://bots.example",
        "https://bots.example:443",
        "https://bots.example:8443",
    ] {
        assert!(load(&account(base, ""), &[]).is_ok(), "{base}");
        assert!(load(&webhook(base, ""), &[]).is_ok(), "{base}");
    }
    for port in [22, 25, 6379, 9443] {
        let base = format!("https://bots.example:{port}");
        for (said, named) in [
            (account(&base, ""), account(&base, home)),
            (webhook(&base, ""), webhook(&base, home)),
        ] {
            let refused = load(&said, &[]).unwrap_err();
            assert!(
                refused.contains("ports other than 443 and 8443"),
                "{refused}"
            );
            assert!(load(&named, &[]).is_ok(), "{base}");
        }
    }
}

fn of(kind: &str, more: &str) -> String {
    format!("[[channels]]\nkind = \"{kind}\"\naccount = \"shop\"\nsite = \"linden\"\n{BOTH}{more}")
}

const WECOM: &str = "sender = \"ww1\"\naes_key = \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\"\n";

#[test]
fn only_where_people_have_an_inbox_there_is_something_handed_over_to_them() {
    let chatwoot = load(&of("chatwoot", "hands_over = true\n"), &[]).unwrap();
    assert!(chatwoot.channels[0].account.as_ref().unwrap().hands_over);
    let one = format!("{WECOM}hands_over = true\nservicer = \"zhangsan\"\n");
    let wecom = load(&of("wecom", &one), &[]).unwrap();
    let account = wecom.channels[0].account.clone().unwrap();
    assert_eq!(account.servicer.as_deref(), Some("zhangsan"));
    let off = load(&of("chatwoot", ""), &[]).unwrap();
    assert!(!off.channels[0].account.as_ref().unwrap().hands_over);
    let alone = format!("{WECOM}servicer = \"zhangsan\"\n");
    for (kind, more, wrong) in [
        (
            "telegram",
            "hands_over = true\n",
            "`hands_over` is for chatwoot, wecom and wechat",
        ),
        (
            "chatwoot",
            "hands_over = true\nservicer = \"x\"\n",
            "`servicer` is for wecom and wechat",
        ),
        ("wecom", alone.as_str(), "with hands_over = true"),
    ] {
        let said = load(&of(kind, more), &[]).unwrap_err();
        assert!(said.contains(wrong), "{kind}: {said}");
    }
}

#[test]
fn hosts_of_files_are_named_whole_and_only_where_they_are_asked_for() {
    let dingtalk = |hosts: &str| {
        of(
            "dingtalk",
            &format!("sender = \"ding1\"\nfile_hosts = {hosts}\n"),
        )
    };
    let config = load(&dingtalk("[\"a.oss-cn-hangzhou.aliyuncs.com\"]"), &[]).unwrap();
    let account = config.channels[0].account.clone().unwrap();
    assert_eq!(account.file_hosts, ["a.oss-cn-hangzhou.aliyuncs.com"]);
    for wrong in [
        ".aliyuncs.com",
        "*.aliyuncs.com",
        "aliyuncs",
        "https://a.example",
        "a.example/b",
        "a.example:443",
        "A.example",
        "a..example",
        "10.0.0.7",
        "-a.example",
        "",
    ] {
        let said = load(&dingtalk(&format!("[{wrong:?}]")), &[]).unwrap_err();
        assert!(said.contains("is no name of a host"), "{wrong}: {said}");
    }
    let said = load(&of("slack", "file_hosts = [\"a.example\"]\n"), &[]).unwrap_err();
    assert!(said.contains("`file_hosts` is for dingtalk"), "{said}");
}

#[test]
fn twilio_has_keys_of_its_own_to_sign_with_and_nobody_else_does() {
    let with = |more: &str| of("twilio", &format!("sender = \"AC1\"\n{more}"));
    let one = "shared_key = \"shared-0123456789abcdef\"\n";
    let config = load(&with(one), &[]).unwrap();
    let account = config.channels[0].account.clone().unwrap();
    assert!(account.shared_keys[0].is("shared-0123456789abcdef"));
    assert!(!format!("{config:?}").contains("shared-0123"));
    let both = [(
        "FRONTDESK_CHANNEL_TWILIO_SHOP_SHARED_KEY",
        "new-0123456789abcdef old-0123456789abcdef",
    )];
    let config = load(&with(""), &both).unwrap();
    let account = config.channels[0].account.clone().unwrap();
    assert_eq!(account.shared_keys.len(), 2, "while it is changed");
    for (text, wrong) in [
        (with("shared_key = \"\"\n"), "twilio.shop"),
        (with("shared_key = \"short\"\n"), "shorter than"),
        (of("slack", one), "`shared_key` is for twilio"),
    ] {
        let said = load(&text, &[]).unwrap_err();
        assert!(said.contains(wrong), "{said}");
    }
}

#[test]
fn a_bot_on_metas_platforms_says_that_it_is_one_unless_that_is_switched_off() {
    let whatsapp = |more: &str| {
        let keys = "token = \"EAAB0123456789abcd\"\nverify = \"0123456789abcdefgh\"\nsender = \"106540352242922\"\n";
        let of = "[[channels]]\nkind = \"whatsapp\"\naccount = \"shop\"\nsite = \"linden\"\nsecret = \"0123456789abcdef\"\n";
        load(&format!("{of}{keys}{more}"), &[]).unwrap()
    };
    let says = |config: &Config| config.channels[0].account.as_ref().unwrap().says_who_speaks;
    assert!(says(&whatsapp("")));
    assert!(!says(&whatsapp("says_who_speaks = false\n")));
    assert!(!says(&load(&telegram(BOTH), &[]).unwrap()));
    let switched_on = format!("{BOTH}says_who_speaks = true\n");
    assert!(says(&load(&telegram(&switched_on), &[]).unwrap()));
}
