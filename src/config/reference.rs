//! The settings as documents: the README's table, and the commented file that `frontdesk init` writes. Both are made from the
//! table of settings.

use std::fmt::Write as _;

use super::settings::{Kind, SETTINGS, Setting};

/// The README's table.
#[must_use]
pub fn markdown() -> String {
    let mut table =
        String::from("| Setting | Default | Variable | What it is |\n|---|---|---|---|\n");
    for setting in SETTINGS {
        let default = match setting.default {
            "" => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let _ = writeln!(
            table,
            "| `{}` | {default} | `{}` | {} |",
            setting.name,
            setting.variable(),
            about(setting)
        );
    }
    table
}

/// Every setting as a comment with its default, section by section. Taking the `#` away changes nothing until the value is changed.
#[must_use]
pub fn commented() -> String {
    let mut text = String::new();
    let mut last = "";
    for setting in SETTINGS {
        let (section, key) = setting.name.split_once('.').unwrap_or(("", setting.name));
        if section != last {
            let _ = writeln!(text, "\n[{section}]");
            last = section;
        }
        let _ = writeln!(text, "# {}", about(setting));
        let _ = writeln!(text, "# {key} = {}", literal(setting));
    }
    text
}

fn about(setting: &Setting) -> String {
    match setting.kind {
        Kind::Choice(_) => format!("{}: {}", setting.about, setting.kind.expected()),
        _ => setting.about.to_owned(),
    }
}

/// A default as TOML writes it; for a setting without one, an example.
fn literal(setting: &Setting) -> String {
    match (setting.kind, setting.default) {
        (Kind::Number { .. }, default) => default.to_owned(),
        (Kind::Networks, _) => "[]".to_owned(),
        (Kind::Url, "") => "\"https://support.example\"".to_owned(),
        (Kind::Path, "") => format!("\"{}\"", setting.name),
        (_, default) => format!("\"{default}\""),
    }
}
