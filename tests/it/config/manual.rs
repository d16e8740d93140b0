//! What is written about the settings: the commented file and the table of the manual.

use super::*;

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
