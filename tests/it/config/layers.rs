//! Which layer of the configuration wins, and how a mistake in one is said.

use super::*;

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
        ("log.level = \"inof\"", "`log.level` is"),
        ("log.level = \"info,frontdesk::htpp\"", "`log.level` is"),
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
