//! `frontdesk check` where a desk would be served: the configuration and the rules, each mistake with its place and what to do.

use std::fs;
use std::path::Path;

use frontdesk::rules_folder::{built_in_rules, write_folder};
use serde_json::Value;

const SECRET: &str = "canary-secret-0123456789abcdef0123456789";

/// A folder with rules and this configuration.
fn desk(configuration: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("frontdesk.toml"), configuration).unwrap();
    rules_into(&folder.path().join("intents"));
    folder
}

fn rules_into(folder: &Path) {
    fs::create_dir(folder).unwrap();
    write_folder(folder, &built_in_rules()).unwrap();
}

/// The exit code and what was printed.
fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.current_dir(folder).arg("check").args(arguments);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FRONTDESK_")) {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), said)
}

#[test]
fn a_desk_that_may_be_served_has_no_mistakes() {
    let folder = desk("[limits]\nconnections = 7\n");
    let (code, said) = check(folder.path(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("frontdesk.toml  |  0 errors\n"), "{said}");
    assert!(said.contains(" intents, "), "{said}");
    fs::remove_file(folder.path().join("frontdesk.toml")).unwrap();
    fs::remove_dir_all(folder.path().join("intents")).unwrap();
    let (code, said) = check(folder.path(), &[]);
    assert_eq!(code, 0, "the built-in rules: {said}");
    assert!(said.contains("no configuration file"), "{said}");
}

#[test]
fn a_mistake_in_the_configuration_is_shown_where_it_is_and_how_to_mend_it() {
    let table = [
        (
            "[limits]\nbody_byte = 3\n",
            "frontdesk.toml:2:1",
            "2 | body_byte = 3\n  | ^^^^^^^^^",
            "did you mean `limits.body_bytes`?",
        ),
        (
            "[limits]\nconnections = 0\n",
            "frontdesk.toml:2:15",
            "2 | connections = 0\n  |               ^",
            "is a whole number from 1 to 1000000",
        ),
        (
            "[[sites]]\nkey = \"a\"\nmerchant = \"m\"\nname = \"\u{9000}\u{6b3e}\"\nlocale = \"fr\"\n",
            "frontdesk.toml:5:10",
            "5 | locale = \"fr\"\n  |          ^^^^",
            "`zh-Hans`, `zh-Hant` or `en`",
        ),
        (
            "listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"\n",
            "frontdesk.toml:2:1",
            "^^^^^^",
            "duplicate key",
        ),
    ];
    for (text, place, underlined, hint) in table {
        let folder = desk(text);
        let (code, said) = check(folder.path(), &[]);
        assert_eq!(code, 78, "{said}");
        for part in [place, underlined, hint] {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
        let (code, said) = check(folder.path(), &["--format", "github"]);
        let [_, line, column] = place.split(':').collect::<Vec<_>>()[..] else {
            panic!("{place}")
        };
        let annotation = format!("::error file=frontdesk.toml,line={line},col={column},");
        assert!(code == 78 && said.contains(&annotation), "{said}");
    }
}

#[test]
fn every_mistake_of_a_site_is_shown_at_once() {
    let folder = desk(
        "[[sites]]\nkey = \"a\"\nmerchant = \"\"\ncolour = \"red\"\norigins = [\"shop.example\"]\nlocale = \"fr\"\n\
         secret_file = \"nowhere\"\nteam = 5\n\
         [sites.calendar]\nzone = \"Mars/X\"\nhours = { mon = \"9 to 5\" }\nholidays = [\"soon\"]\nopen = true\n\
         [sites.service]\nwarn_at = 500\nfirst_response = \"0s\"\n\
         [[sites]]\nname = \"B\"\n",
    );
    let (code, said) = check(folder.path(), &[]);
    assert_eq!(code, 78, "{said}");
    for part in [
        "frontdesk.toml:3:12",
        "unknown field `colour`",
        "frontdesk.toml:5:12",
        "frontdesk.toml:6:10",
        "nowhere",
        "frontdesk.toml:8:8",
        "`Mars/X` is no time zone",
        "9 to 5",
        "`soon` is no date",
        "unknown field `open`",
        "a time above zero",
        "frontdesk.toml:15:11",
        "missing field `key`",
        "missing field `merchant`",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
}

#[test]
fn what_serve_would_refuse_is_a_mistake() {
    let folder = desk("listen = \"0.0.0.0:8787\"\n");
    let (code, said) = check(folder.path(), &[]);
    assert_eq!(code, 78, "{said}");
    assert!(said.contains("add [[sites]]"), "{said}");
    assert!(said.contains("write public_url ="), "{said}");
}

#[test]
fn the_exit_code_tells_bad_rules_from_a_bad_configuration() {
    let folder = desk("");
    let at = folder.path();
    fs::write(at.join("intents/broken.toml"), "[concepts\n").unwrap();
    assert_eq!(check(at, &[]).0, 1);
    fs::write(at.join("frontdesk.toml"), "listn = 1\n").unwrap();
    let (code, said) = check(at, &["--format", "json"]);
    assert_eq!(code, 78);
    let report: Value = serde_json::from_str(&said).unwrap();
    let files: Vec<&str> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|found| found["places"][0]["file"].as_str())
        .collect();
    assert_eq!(files[0], "frontdesk.toml");
    assert!(files.contains(&"intents/broken.toml"), "{files:?}");
    assert_eq!(report["errors"], files.len());
}

#[test]
fn other_configurations_are_checked_when_they_are_named() {
    let folder = desk("listn = 1\n");
    let at = folder.path();
    fs::write(at.join("shop.toml"), "[log]\nformat = \"xml\"\n").unwrap();
    let (code, said) = check(at, &["shop.toml"]);
    assert!(code == 78 && said.contains("shop.toml:2:10"), "{said}");
    assert!(!said.contains("listn"), "only what was named: {said}");
    let (code, said) = check(at, &["--config", "shop.toml", "intents"]);
    assert!(code == 78 && said.contains("shop.toml:2:10"), "{said}");
    assert!(said.contains(" intents, "), "{said}");
    let (code, said) = check(at, &["--config", "nowhere.toml"]);
    assert!(
        code == 78 && said.contains("cannot read nowhere.toml"),
        "{said}"
    );
    assert_eq!(check(at, &["intents"]).0, 0);
    let desk = at.display().to_string();
    let (code, said) = check(Path::new("/"), &[&desk]);
    assert!(code == 78 && said.contains("frontdesk.toml:1:1"), "{said}");
    assert!(
        said.contains(" intents, ") && said.contains("1 error\n"),
        "{said}"
    );
    fs::write(at.join("frontdesk.toml"), "intents = \"rules\"\n").unwrap();
    rules_into(&at.join("rules"));
    fs::write(at.join("rules/broken.toml"), "[concepts\n").unwrap();
    let (code, said) = check(at, &[]);
    assert!(code == 1 && said.contains("rules/broken.toml"), "{said}");
}

#[test]
fn a_secret_is_never_shown() {
    let folder = desk(&format!(
        "[[sites]]\nkey = \"a\"\nmerchant = \"m\"\nsecret = [\"{SECRET}\"]\n"
    ));
    for format in ["text", "json", "github"] {
        let (code, said) = check(folder.path(), &["--format", format]);
        assert_eq!(code, 78, "{said}");
        assert!(!said.contains(SECRET), "{said}");
        assert!(said.contains("frontdesk.toml:4:10"), "{said}");
    }
}

#[test]
fn a_path_that_is_no_rule_file_is_a_mistake_and_not_a_clean_bill() {
    let folder = desk("");
    fs::write(folder.path().join("intents/good.tom"), "x").unwrap();
    fs::write(folder.path().join("orders.csv"), "id").unwrap();
    for path in ["intents/good.tom", "orders.csv"] {
        let (code, said) = check(folder.path(), &[path]);
        assert_eq!(code, 2, "{said}");
        assert!(
            said.contains(path) && said.contains("end in .toml"),
            "{said}"
        );
    }
}

#[test]
fn what_looks_like_a_rule_file_and_is_not_read_is_named() {
    let folder = desk("");
    let intents = folder.path().join("intents");
    fs::write(intents.join("HATS.TOML"), "").unwrap();
    fs::create_dir(intents.join("hats.toml")).unwrap();
    std::os::unix::fs::symlink("nowhere.toml", intents.join("linked.toml")).unwrap();
    fs::write(intents.join(".#refund.toml"), "").unwrap();
    let (code, said) = check(folder.path(), &["intents"]);
    assert_eq!(code, 0, "{said}");
    for name in ["HATS.TOML", "hats.toml", "linked.toml"] {
        assert!(said.contains(&format!("{name} is passed over")), "{said}");
    }
    assert_eq!(said.matches("passed over").count(), 3, "{said}");
}
