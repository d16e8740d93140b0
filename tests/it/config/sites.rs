//! A site of the configuration: read whole, its holidays from a calendar's file, and mistakes said with their line.

use super::*;

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
