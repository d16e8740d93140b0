//! Accounts at messaging platforms in the configuration, and what is wrong with them.

use super::*;

const WRONG: &str = r#"[[sites]]
key = "shop"
merchant = "m_1"

[[channels]]
kind = "telegran"
account = "one"
site = "shopp"
secret = "short"
allow = ["10.0.0.0"]

[[channels]]
kind = "whatsapp"
account = "two"
site = "shop"
secret = "short"
token_file = "nowhere.token"
poll = true
file_hosts = ["*"]
colour = "red"
api_base = "http://graph.example"

[[channels]]
account = "three"
site = "shop"
sender = 7
"#;

#[test]
fn all_that_is_wrong_with_all_accounts_is_said_at_once_each_with_its_place() {
    let env = [("FRONTDESK_CHANNEL_WHATSAPP_TWO_VERIFY", "short")];
    let found = wrong(WRONG, &env, &[]);
    let expected = [
        "desk.toml:6:8: there is no channel `telegran` - did you mean `telegram`?",
        "desk.toml:8:8: there is no site `shopp`",
        "desk.toml:9:1: channel `telegram.one`: has a secret shorter",
        "desk.toml:10:10: a network such as 10.0.0.0/8",
        "desk.toml:16:1: channel `whatsapp.two`: has a secret shorter",
        "desk.toml:17:1: channel `whatsapp.two`: cannot read the secret from",
        "desk.toml:18:1: channel `whatsapp.two`: cannot be asked for its messages",
        "desk.toml:19:1: channel `whatsapp.two`: `*` is no name of a host",
        "desk.toml:19:1: channel `whatsapp.two`: says where files are",
        "desk.toml:20:1: unknown field `colour`",
        "desk.toml:21:12: http is for networks of your own",
        "desk.toml:12:1: channel `whatsapp.two`: has no sender",
        "desk.toml:12:1: channel `whatsapp.two`: has a secret shorter",
        "desk.toml:23:1: missing field `kind`",
        "desk.toml:26:10: ",
    ];
    for line in expected {
        assert!(found.contains(line), "{line} is not in\n{found}");
    }
    assert!(!found.contains("unknown variable"), "{found}");
    assert!(
        !found.contains("`unknown`"),
        "what stands for a name is nobody's: {found}"
    );
    let places = found.lines().filter(|line| line.starts_with("desk.toml:"));
    assert_eq!(
        places.count(),
        expected.len(),
        "nothing is said twice, nor what follows from another: {found}"
    );
}
