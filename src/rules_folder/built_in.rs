//! The rule files as they were when the program was built, for a desk without a rule folder of its own.

use std::borrow::Cow;

use rust_embed::RustEmbed;

use crate::domain::wording::Wording;
use crate::engine::rules::load::load;

/// The folder, part of the program.
#[derive(RustEmbed)]
#[folder = "intents"]
struct BuiltIn;

/// All files of the built-in folder, its guide included, by name.
#[must_use]
pub fn built_in() -> Vec<(String, String)> {
    BuiltIn::iter().filter_map(file).collect()
}

/// The rule files of the built-in folder.
#[must_use]
pub fn built_in_rules() -> Vec<(String, String)> {
    let mut files = built_in();
    files.retain(|(name, _)| {
        std::path::Path::new(name)
            .extension()
            .is_some_and(|end| end == "toml")
    });
    files
}

/// The widget's and the inbox's own words as the program brings them along: what a folder without them falls back to.
#[must_use]
pub fn built_in_widget_words() -> Wording {
    let files = ["widget.toml", "inbox.toml"];
    let files = files.iter().filter_map(|name| file((*name).into()));
    let book = load(files.collect()).book;
    book.map(|book| book.widget).unwrap_or_default()
}

fn file(name: Cow<'static, str>) -> Option<(String, String)> {
    let data = BuiltIn::get(&name)?.data;
    let text = String::from_utf8_lossy(&data).into_owned();
    Some((name.into_owned(), text))
}
