//! The configuration: which layer wins, what is refused and how it is said, and that secrets stay secrets.

use frontdesk::config::{
    Config, ConfigFile, InvalidConfig, Kind, Origin, SETTINGS, Sources, reference, refusals,
};
use frontdesk::domain::language::Language;
use frontdesk::domain::proof::ProofLevel;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

const SECRET: &str = "3f1c0b5a9d8e7f60112233445566778899aabbccddeeff001122334455667788";
const SITE: &str = "[[sites]]\nkey = \"shop\"\nmerchant = \"m_1\"\n";

fn sources(file: &str, env: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Sources {
    Sources {
        file: Some(ConfigFile {
            path: "desk.toml".into(),
            text: file.to_owned(),
        }),
        env: env
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
        flags: flags
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
    }
}

fn load(file: &str) -> Config {
    Config::load(&sources(file, &[], &[])).unwrap()
}

/// All that is said to be wrong.
fn wrong(file: &str, env: &[(&str, &str)], flags: &[(&'static str, &str)]) -> String {
    Config::load(&sources(file, env, flags))
        .unwrap_err()
        .to_string()
}

#[test]
fn a_flag_outdoes_a_variable_a_variable_the_file_the_file_the_default() {
    let file = "[limits]\nconnections = 7\n";
    let env = ("FRONTDESK_LIMITS_CONNECTIONS", "8");
    let flag = ("limits.connections", "9");
    let from_file = Origin::File {
        path: "desk.toml".into(),
        line: 2,
    };
    let table = [
        (sources("", &[], &[]), 20_000, Origin::Default),
        (sources(file, &[], &[]), 7, from_file),
        (sources(file, &[env], &[]), 8, Origin::Env(env.0.to_owned())),
        (sources(file, &[env], &[flag]), 9, Origin::Flag),
        (sources("", &[], &[flag]), 9, Origin::Flag),
    ];
    for (sources, expected, origin) in table {
        let config = Config::load(&sources).unwrap();
        assert_eq!(config.limits.connections, expected);
        let mut values = config.values.iter();
        let value = values
            .find(|value| value.setting.name == "limits.connections")
            .unwrap();
        assert_eq!(
            (value.text.as_str(), &value.origin),
            (expected.to_string().as_str(), &origin)
        );
    }
}

#[test]
fn every_setting_can_be_made_by_its_variable_and_by_its_flag() {
    for setting in SETTINGS {
        let text = match setting.kind {
            Kind::Address => "127.0.0.2:99".to_owned(),
            Kind::Path => "elsewhere".to_owned(),
            Kind::Url => "https://desk.example".to_owned(),
            Kind::Networks => "10.0.0.0/8".to_owned(),
            Kind::Number { least, .. } => (least + 1).to_string(),
            Kind::Span => "90m".to_owned(),
            Kind::Choice(words) => words[words.len() - 1].to_owned(),
            Kind::Filter => "debug".to_owned(),
        };
        let variable = setting.variable();
        let layers = [
            sources("", &[(&variable, &text)], &[]),
            sources("", &[], &[(setting.name, &text)]),
        ];
        for sources in layers {
            let config = Config::load(&sources).unwrap();
            let value = config
                .values
                .iter()
                .find(|value| value.setting == *setting)
                .unwrap();
            assert_eq!(value.text, text, "{}", setting.name);
            assert_ne!(value.origin, Origin::Default, "{}", setting.name);
        }
    }
}

#[test]
fn a_mistake_in_the_file_is_said_with_its_place_and_what_was_meant() {
    let table = [
        (
            "listn = \"x\"",
            "desk.toml:1:1: unknown setting `listn` - did you mean `listen`?",
        ),
        (
            "[limits]\nbody_byte = 3",
            "desk.toml:2:1: unknown setting `limits.body_byte` - did you mean `limits.body_bytes`?",
        ),
        (
            "turn_budget = 3",
            "desk.toml:1:1: unknown setting `turn_budget` - did you mean `dialogue.turn_budget`?",
        ),
        (
            "[limit]\nconnections = 3",
            "desk.toml:1:2: unknown setting `limit`",
        ),
        ("limits = 3", "desk.toml:1:1: unknown setting `limits`"),
        ("\u{9000}\u{6b3e} = 1", "desk.toml:1:1: "),
        (
            "listen = 8787",
            "desk.toml:1:10: `listen` is an IP address and a port, such as 127.0.0.1:8787, not an integer",
        ),
        (
            "[limits]\n\nconnections = \"7\"",
            "desk.toml:3:15: `limits.connections` is a whole number from 1 to 1000000, not a string",
        ),
        ("[limits]\nconnections = 1.5", "not a float"),
        (
            "[limits]\nconnections = 0",
            "desk.toml:2:15: `limits.connections` is a whole number from 1 to 1000000, not `0`\n  connections = 0\n                ^",
        ),
        ("[limits]\nconnections = -1", "not `-1`"),
        (
            "log.format = \"xml\"",
            "desk.toml:1:14: `log.format` is `text` or `json`, not `xml`",
        ),
        ("log.level = \"frontdesk=loud\"", "`log.level` is"),
        (
            "public_url = \"support.example\"",
            "`public_url` is an address such as https://support.example, not `support.example`",
        ),
        (
            "trusted_proxies = [\"10.0.0.0/8\", \"x\"]",
            "`trusted_proxies` is a network",
        ),
        ("trusted_proxies = [8]", "not an array"),
        ("listen = \"a\" b", "desk.toml:1:"),
        (
            "listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"",
            "desk.toml:2:1: duplicate key",
        ),
    ];
    for (file, expected) in table {
        let said = wrong(file, &[], &[]);
        assert!(said.contains(expected), "{file}\n-> {said}");
    }
}

#[test]
fn the_line_is_shown_with_carets_under_what_is_wrong() {
    assert_eq!(
        wrong("data = \"d\"\n[limits]\nbody_byte = 3\n", &[], &[]),
        "desk.toml:3:1: unknown setting `limits.body_byte` - did you mean `limits.body_bytes`?\n  body_byte = 3\n  ^^^^^^^^^"
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let said = wrong(
        "listn = 1\n[limits]\nconnections = \"x\"\n[[sites]]\nkey = \"a b\"\n",
        &[
            ("FRONTDESK_DATTA", "x"),
            ("FRONTDESK_STORE_CACHE_MB", "much"),
        ],
        &[("log.format", "xml")],
    );
    for part in [
        "listn",
        "limits.connections",
        "a site id",
        "FRONTDESK_DATTA",
        "FRONTDESK_STORE_CACHE_MB: ",
        "--log.format: ",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
}

#[test]
fn a_variable_that_means_nothing_is_refused_unless_others_put_it_there() {
    let said = wrong("", &[("FRONTDESK_LIMIT_CONNECTIONS", "1")], &[]);
    assert_eq!(
        said,
        "unknown variable `FRONTDESK_LIMIT_CONNECTIONS` - did you mean `FRONTDESK_LIMITS_CONNECTIONS`?"
    );
    let said = wrong(SITE, &[("FRONTDESK_SITE_SHOPP_SECRET", SECRET)], &[]);
    assert!(
        said.ends_with("did you mean `FRONTDESK_SITE_SHOP_SECRET`?"),
        "{said}"
    );
    let foreign = [
        "FRONTDESK_CONFIG",
        "FRONTDESK_SERVICE_HOST",
        "FRONTDESK_PORT",
        "FRONTDESK_PORT_8787_TCP",
    ];
    for name in foreign {
        assert!(
            Config::load(&sources("", &[(name, "x")], &[])).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn a_path_in_the_file_is_meant_from_where_the_file_is_any_other_from_here() {
    let mut sources = sources("data = \"kept\"\nintents = \"/rules\"\n", &[], &[]);
    sources.file.as_mut().unwrap().path = "/etc/frontdesk/frontdesk.toml".into();
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.data.to_str(), Some("/etc/frontdesk/kept"));
    assert_eq!(config.intents.unwrap().to_str(), Some("/rules"));
    sources.flags.push(("data", "kept".to_owned()));
    assert_eq!(Config::load(&sources).unwrap().data.to_str(), Some("kept"));
}

#[test]
fn a_site_is_read_whole() {
    let config = load(
        r#"
        public_url = "https://desk.example/"
        [[sites]]
        key = "shop"
        merchant = "m_1"
        name = "Linden"
        origins = ["https://Shop.Example:443"]
        locale = "zh-TW"
        team = "refunds"
        refund_proof = 1
        calendar = { zone = "Asia/Shanghai", hours = { mon-sat = "10:00-19:00" }, holidays = ["2026-10-01"] }
        [[sites]]
        key = "other"
        merchant = "m_2"
        "#,
    );
    let [shop, other] = config.sites.as_slice() else {
        panic!()
    };
    assert_eq!(config.public_url.as_deref(), Some("https://desk.example"));
    assert_eq!(shop.site.origins, ["https://shop.example"]);
    assert_eq!(shop.site.language, Language::ZhHant);
    assert_eq!(shop.site.refund_proof, ProofLevel::Contact);
    assert_eq!(shop.site.merchant_name, "Linden");
    assert_eq!(other.site.merchant_name, "m_2");
    assert_eq!(other.site.refund_proof, ProofLevel::Owner);
    assert!(other.secret.is_none());
}

/// A configuration whose site takes its holidays from a file beside it, and the path of that file.
fn with_holidays(events: &str) -> (Result<Config, InvalidConfig>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n");
    std::fs::write(folder.path().join("cn.ics"), text).unwrap();
    let text = format!(
        "{SITE}[sites.calendar]\nholidays_file = \"cn.ics\"\nholidays = [\"2026-12-24\"]\n"
    );
    let sources = Sources {
        file: Some(ConfigFile {
            path: folder.path().join("desk.toml"),
            text,
        }),
        ..Sources::default()
    };
    (Config::load(&sources), folder)
}

#[test]
fn holidays_and_make_up_days_come_from_an_icalendar_file_beside_the_configuration() {
    let events = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261003\nEND:VEVENT\n\
        BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261010\nSUMMARY:国庆节补班\nEND:VEVENT\n";
    let (config, _folder) = with_holidays(events);
    let config = config.unwrap();
    let worked = |date: &str| {
        let calendar = &config.sites[0].site.calendar;
        calendar.is_working_day(date.parse().unwrap())
    };
    assert!(!worked("2026-10-01") && !worked("2026-10-02") && worked("2026-10-05"));
    assert!(worked("2026-10-10") && !worked("2026-10-11"));
    assert!(!worked("2026-12-24"), "the list holds, too");
}

#[test]
fn a_bad_holidays_file_is_a_mistake_of_the_configuration_with_file_and_line() {
    let events = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261340\nEND:VEVENT\n";
    let (config, folder) = with_holidays(events);
    let error = config.unwrap_err().to_string();
    assert!(error.contains("desk.toml:"), "{error}");
    assert!(error.contains("cn.ics:3: `20261340` is no date"), "{error}");
    std::fs::remove_file(folder.path().join("cn.ics")).unwrap();
    let nowhere = format!("{SITE}[sites.calendar]\nholidays_file = \"nowhere.ics\"\n");
    let error = wrong(&nowhere, &[], &[]);
    assert!(
        error.contains("cannot read") && error.contains("nowhere.ics"),
        "{error}"
    );
}

#[test]
fn a_mistake_in_a_site_is_said_with_its_line() {
    let table = [
        (
            "orgins = []",
            "desk.toml:4:1: unknown field `orgins` - did you mean `origins`?",
        ),
        (
            "origins = [\"shop.example\"]",
            "desk.toml:4:12: an origin is written as https://shop.example",
        ),
        (
            "origins = [\"https://shop.example/\"]",
            "desk.toml:4:12: an origin has no slash at its end",
        ),
        (
            "locale = \"fr\"",
            "desk.toml:4:10: a locale is `zh-Hans`, `zh-Hant` or `en`",
        ),
        ("refund_proof = 3", "desk.toml:4:16: refund_proof is 2"),
        ("name = 3", "desk.toml:4:8: expected a string"),
        (
            "calendar = { zone = \"Mars/Base\" }",
            "desk.toml:4:12: `Mars/Base` is no time zone",
        ),
        (
            "calendar = { hours = { mon-fri = \"9-5pm\" } }",
            "desk.toml:4:12: ",
        ),
        (
            "calendar = { holidays = [\"2026-13-01\"] }",
            "`2026-13-01` is no date",
        ),
        ("calendar = { hours = {} }", "no weekday has hours"),
        (
            "calendar = { holiday = [] }",
            "unknown field `holiday` - did you mean `holidays`?",
        ),
        (
            "policy = { refund_window_days = 7 }",
            "desk.toml:4:10: the policy of `m_1` belongs beside the rules: `intents/policies/m_1.toml`",
        ),
        (
            "[sites.policy]\nauto_refund_limit = \"50.00\"",
            "intents/README.md says what may stand there",
        ),
        (
            "[[sites]]\nkey = \"shop\"\nmerchant = \"m_2\"",
            "desk.toml:5:7: the site `shop` is already there in line 1",
        ),
        (
            "[[sites]]\nkey = \"two\"",
            "desk.toml:4:1: missing field `merchant`",
        ),
    ];
    for (line, expected) in table {
        let said = wrong(&format!("{SITE}{line}\n"), &[], &[]);
        assert!(said.contains(expected), "{line}\n-> {said}");
    }
    let said = wrong("[sites]\nkey = \"shop\"", &[], &[]);
    assert!(said.contains("write [[sites]] above each site"), "{said}");
}

#[test]
fn a_secret_comes_from_a_variable_a_file_or_the_configuration_in_this_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let file = |letter: &str| write(letter, &format!("{}\n", letter.repeat(40)));
    let (by_variable, by_setting) = (file("v"), file("s"));
    let secret_file = format!("{SITE}secret_file = \"{by_setting}\"\n");
    let env = ("FRONTDESK_SITE_SHOP_SECRET", SECRET);
    let env_file = ("FRONTDESK_SITE_SHOP_SECRET_FILE", by_variable.as_str());
    let table = [
        (
            sources(&secret_file, &[env], &[]),
            SECRET.to_owned(),
            env.0.to_owned(),
        ),
        (
            sources(&secret_file, &[env_file], &[]),
            "v".repeat(40),
            env_file.0.to_owned(),
        ),
        (
            sources(&secret_file, &[], &[]),
            "s".repeat(40),
            "desk.toml:4".to_owned(),
        ),
        (
            sources(&format!("{SITE}secret = \"{SECRET}\""), &[], &[]),
            SECRET.to_owned(),
            "desk.toml:4".to_owned(),
        ),
    ];
    for (sources, expected, origin) in table {
        let config = Config::load(&sources).unwrap();
        let site = &config.sites[0];
        assert_eq!(site.secret.as_ref().unwrap().expose_secret(), expected);
        assert_eq!(site.secret_origin.as_ref().unwrap().to_string(), origin);
    }
}

#[test]
fn a_secret_that_cannot_be_used_is_refused_with_a_way_out() {
    let with = |line: &str| format!("{SITE}{line}\n");
    let both = format!("secret = \"{SECRET}\"\nsecret_file = \"x\"");
    let table = [
        (
            with("secret = \"short\""),
            vec![],
            "shorter than 32 bytes: make one with `openssl rand -hex 32`",
        ),
        (
            with("secret_file = \"/nowhere/at/all\""),
            vec![],
            "cannot read the secret from /nowhere/at/all",
        ),
        (with(&both), vec![], "has both secret and secret_file"),
        (
            with(""),
            vec![
                ("FRONTDESK_SITE_SHOP_SECRET", SECRET),
                ("FRONTDESK_SITE_SHOP_SECRET_FILE", "x"),
            ],
            "are both set: keep one",
        ),
        (
            with(""),
            vec![("FRONTDESK_SITE_SHOP_SECRET", "")],
            "shorter than 32 bytes",
        ),
    ];
    for (file, env, expected) in table {
        let said = wrong(&file, &env, &[]);
        assert!(
            said.contains(expected) && said.contains("site `shop`"),
            "{file}\n-> {said}"
        );
    }
}

#[test]
fn a_secret_is_never_shown() {
    let env = [("FRONTDESK_SITE_SHOP_SECRET", SECRET)];
    let good = sources(&format!("{SITE}secret = \"{SECRET}\"\n"), &env, &[]);
    let shown = format!("{good:?} {:?}", Config::load(&good).unwrap());
    assert!(!shown.contains(SECRET), "{shown}");
    let broken = [
        format!("{SITE}secret = \"{SECRET}\n"),
        format!("{SITE}secret = \"{SECRET}\" x\n"),
        format!("{SITE}secret = {SECRET}\n"),
        format!("{SITE}secret = 31415926535897932\n"),
        format!("{SITE}secret = [\"{SECRET}\"]\n"),
        format!("{SITE}secrets = \"{SECRET}\"\n"),
        format!("secret = \"{SECRET}\"\n"),
        format!("[[sites]]\nsecret = \"{SECRET}\"\n"),
        format!(
            "[[sites]]\nkey = \"x\"\nmerchant = 1\npolicy = {{ a = 1 }}\nsecret = \"{SECRET}\"\n"
        ),
    ];
    for file in broken {
        let said = wrong(&file, &[], &[]);
        assert!(
            !said.contains("3f1c0b") && !said.contains("31415926"),
            "{said}"
        );
    }
}

#[test]
fn a_desk_that_others_can_reach_is_refused_with_the_line_to_add() {
    let public = "listen = \"0.0.0.0:8787\"\n";
    let url = "public_url = \"https://desk.example\"\n";
    let good =
        format!("{public}{url}{SITE}secret = \"{SECRET}\"\norigins = [\"https://a.example\"]\n");
    let table = [
        (good.clone(), vec![]),
        (format!("{SITE}origins = [\"*\"]\n"), vec![]),
        (format!("{public}{url}"), vec!["there is no site"]),
        (
            good.replace("https://a.example", "*"),
            vec!["origins = [\"https://shop.example\"]"],
        ),
        (
            good.replace("[\"https://a.example\"]", "[]"),
            vec!["has no origin"],
        ),
        (
            good.replace("https://desk", "http://desk"),
            vec!["is not https"],
        ),
        (good.replace(url, ""), vec!["public_url is missing"]),
        (good.replace("secret = ", "# "), vec!["secret_file = "]),
        (
            format!("metrics_listen = \"0.0.0.0:9187\"\n{good}"),
            vec!["metrics_listen = \"127.0.0.1:9187\""],
        ),
        (
            format!("{public}{SITE}"),
            vec!["secret_file", "no origin", "public_url"],
        ),
    ];
    for (file, expected) in table {
        let found = refusals(&load(&file));
        assert_eq!(found.len(), expected.len(), "{file}\n-> {found:?}");
        for part in expected {
            assert!(
                found.iter().any(|line| line.contains(part)),
                "{part} in {found:?}"
            );
        }
    }
}

#[test]
fn the_commented_file_says_what_holds_and_nothing_else() {
    let commented = reference::commented();
    assert_eq!(
        format!("{:?}", texts(&load(&commented))),
        format!("{:?}", texts(&load("")))
    );
    let mut uncommented = String::new();
    for line in commented.lines() {
        match line.strip_prefix("# ") {
            Some(rest)
                if rest
                    .split_once(" = ")
                    .is_some_and(|(key, _)| !key.contains(' ')) =>
            {
                uncommented += rest
            }
            _ => uncommented += line,
        }
        uncommented.push('\n');
    }
    let config = load(&uncommented);
    for value in &config.values {
        assert_ne!(
            value.origin,
            Origin::Default,
            "{} is not in the file",
            value.setting.name
        );
        if !value.setting.default.is_empty() {
            assert_eq!(value.text, value.setting.default);
        }
    }
}

fn texts(config: &Config) -> Vec<&str> {
    config
        .values
        .iter()
        .map(|value| value.text.as_str())
        .collect()
}

#[test]
fn the_table_for_the_manual_has_a_row_for_each_setting() {
    let table = reference::markdown();
    assert_eq!(table.lines().count(), SETTINGS.len() + 2);
    for (setting, row) in SETTINGS.iter().zip(table.lines().skip(2)) {
        assert!(row.starts_with(&format!("| `{}` |", setting.name)), "{row}");
        assert!(row.contains(&setting.variable()), "{row}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_strange_to_be_refused_properly(text in "\\PC{0,80}", at in 0_usize..400, piece in "[\\[\\]{}=\"'#.,\\n\u{9000}\u{202e}\\\\ a-z0-9]{1,6}") {
        let whole = format!("{}{SITE}secret = \"{SECRET}\"\norigins = [\"https://a.example\"]\n[sites.calendar]\nzone = \"UTC\"\n", reference::commented());
        let mut damaged = whole;
        let at = (0..=at.min(damaged.len())).rev().find(|at| damaged.is_char_boundary(*at)).unwrap();
        damaged.insert_str(at, &piece);
        for text in [text, damaged] {
            if let Err(refused) = Config::load(&sources(&text, &[], &[])) {
                prop_assert!(!refused.to_string().is_empty());
                prop_assert!(!refused.to_string().contains(SECRET));
            }
        }
    }
}

const WEBHOOK: &str = "whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=";

/// A webhook with these lines.
fn webhook(lines: &str) -> String {
    format!("[[webhooks]]\nkey = \"pay\"\nmerchant = \"m_1\"\n{lines}\n")
}

#[test]
fn a_webhook_is_taken_with_its_secret_from_wherever_it_comes() {
    let url = "url = \"https://pay.example/hook?key=s3cr3t\"";
    let both = format!("{WEBHOOK} {WEBHOOK}");
    let env = ("FRONTDESK_WEBHOOK_PAY_SECRET", both.as_str());
    let table = [
        (sources(&webhook(url), &[env], &[]), 2),
        (
            sources(
                &webhook(&format!("{url}\nsecret = \"{WEBHOOK}\"")),
                &[],
                &[],
            ),
            1,
        ),
    ];
    for (sources, secrets) in table {
        let config = Config::load(&sources).unwrap();
        assert_eq!(config.webhooks[0].secrets.len(), secrets);
        let shown = format!("{config:?}");
        assert!(!shown.contains(&WEBHOOK[6..]), "{shown}");
    }
    let inside = format!(
        "url = \"http://10.0.0.7:8080/\"\nallow = [\"10.0.0.7/32\"]\nevents = [\"refund.paid\"]\nsecret = \"{WEBHOOK}\""
    );
    let config = load(&webhook(&inside));
    assert_eq!(
        config.webhooks[0].subscription.events[0].name(),
        "refund.paid"
    );
}

#[test]
fn what_is_wrong_with_a_webhook_is_said_with_its_place_and_a_way_out() {
    let with = |line: &str| {
        webhook(&format!(
            "url = \"https://pay.example/\"\nsecret = \"{WEBHOOK}\"\n{line}"
        ))
    };
    let at = |url: &str| webhook(&format!("url = \"{url}\"\nsecret = \"{WEBHOOK}\"\n"));
    let table = [
        (
            with("events = [\"refund.pade\"]"),
            "desk.toml:6:11: there is no event `refund.pade` - did you mean `refund.paid`?",
        ),
        (with("events = [\"x\"]"), "the events are refund.submitted"),
        (
            with("allow = [\"10.0.0.0\"]"),
            "a network such as 10.0.0.0/8",
        ),
        (with("event = []"), "did you mean `events`?"),
        (
            at("http://pay.example/"),
            "desk.toml:4:7: http is for networks of your own",
        ),
        (at("ftp://pay.example/"), "begins with https://"),
        (at("pay.example"), "an address such as"),
        (
            at("https://u:p@pay.example/"),
            "without a name and a password",
        ),
        (at("https://pay.example/#x"), "without a `#`"),
        (
            webhook("url = \"https://pay.example/\""),
            "webhook `pay`: has no secret: add secret_file",
        ),
        (
            webhook(&format!(
                "url = \"https://a.example/\"\nsecret = \"{SECRET}\""
            )),
            "a webhook's secret is `whsec_`",
        ),
        (
            format!("{0}{0}", with("")),
            "the webhook `pay` is already there in line 1",
        ),
        (
            "webhooks = 1".to_owned(),
            "write [[webhooks]] above each webhook",
        ),
        ("webhoks = 1".to_owned(), "did you mean `webhooks`?"),
    ];
    for (file, expected) in table {
        let found = wrong(&file, &[], &[]);
        assert!(found.contains(expected), "{file}\n{found}");
        assert!(
            !found.contains(&WEBHOOK[6..]) && !found.contains(SECRET),
            "{found}"
        );
    }
}
