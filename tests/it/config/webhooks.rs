//! Webhooks of the configuration, and what is wrong with one.

use super::*;

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
        (
            at("https://pay.example:9443/"),
            "desk.toml:4:7: ports other than 443 and 8443 are for networks of your own",
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

#[test]
fn a_robot_of_a_group_needs_no_secret_and_hears_of_hand_overs_unless_it_asks_for_more() {
    let url = "url = \"https://open.feishu.cn/open-apis/bot/v2/hook/s3cr3t\"";
    let feishu = format!("{url}\nrobot = \"feishu\"\nlanguage = \"zh-Hans\"");
    let config = load(&webhook(&feishu));
    let one = &config.webhooks[0];
    let events: Vec<&str> = one
        .subscription
        .events
        .iter()
        .map(|kind| kind.name())
        .collect();
    assert_eq!(events, ["handoff.created"]);
    assert!(one.robot.as_ref().unwrap().secret.is_none());
    let signed = format!("{feishu}\nsecret = \"SEC-of-the-group\"\nevents = [\"notice.proposed\"]");
    let config = load(&webhook(&signed));
    assert!(config.webhooks[0].robot.as_ref().unwrap().secret.is_some());
    assert_eq!(config.webhooks[0].subscription.events.len(), 1);
    assert!(!format!("{config:?}").contains("SEC-of"));
    let wrong = Config::load(&sources(
        &webhook(&format!("{url}\nrobot = \"teams\"")),
        &[],
        &[],
    ));
    let wrong = wrong.unwrap_err().to_string();
    assert!(wrong.contains("slack, feishu, dingtalk, wecom"), "{wrong}");
}
