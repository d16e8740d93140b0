//! Secrets of the configuration: where they come from, that they stay secrets, and when a desk is too open to start.

use super::*;

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
