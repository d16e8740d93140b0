//! `[guide]`: the words by which somebody asks for one piece of the refund guide.

use crate::domain::guide::GuideTopic;
use crate::engine::rules::book::Located;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::source::Source;

/// The words of each topic that a file has.
pub fn read(
    source: &mut Source<'_>,
    root: &Fields<'_, '_>,
) -> Vec<(GuideTopic, Vec<Located<String>>)> {
    let topics = GuideTopic::ALL.map(|topic| (topic.name(), topic));
    let mut found = Vec::new();
    for (name, value) in root.entries(source, "guide") {
        let Some(topic) = source.one_of("piece of the guide", &name, &topics) else {
            continue;
        };
        let words = source.as_texts(&format!("`guide.{}`", name.value), value);
        for word in words.iter().filter(|word| word.value.trim().is_empty()) {
            let empty = Diagnostic::new(code::BAD_WORD, "this word is empty");
            source.complain(empty.at(word.at, "").help("write a word, or take it out"));
        }
        found.push((topic, words));
    }
    found
}
