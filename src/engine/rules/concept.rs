//! A named word list: the short form `name = [words]` and the long form with patterns.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::engine::rules::book::{Concept, Located, Pattern, Place};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{self, Fields};
use crate::engine::rules::pattern;
use crate::engine::rules::source::Source;

/// Reads a concept.
pub fn read(
    source: &mut Source<'_>,
    name: &Located<String>,
    value: &Spanned<DeValue<'_>>,
) -> Concept {
    let what = format!("`{}`", name.value);
    let mut concept = Concept {
        words: Vec::new(),
        patterns: Vec::new(),
        at: name.at,
    };
    let DeValue::Table(table) = value.get_ref() else {
        concept.words = fields::terms(source, &what, value);
        return concept;
    };
    let at = source.place(value.span());
    let known = ["words", "patterns"];
    let fields = Fields::new(source, &what, table, at, &known);
    concept.words = fields.terms(source, "words");
    concept.patterns = read_patterns(source, &fields);
    if known.iter().all(|key| fields.get(key).is_none()) {
        source.complain(
            Diagnostic::new(code::BAD_WORD, format!("concept {what} has no words"))
                .at(name.at, "")
                .help("add `words = [...]`"),
        );
    }
    concept
}

fn read_patterns(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Vec<Pattern> {
    let tables = fields.tables(source, "patterns");
    if let Some((_, at)) = tables.get(source.patterns_left) {
        source.complain(
            Diagnostic::new(code::TOO_MUCH, "more than 2,000 patterns in all rule files")
                .at(*at, "one too many")
                .help("write fixed words and gaps (\"a ... b\") as `words`"),
        );
        // Compiling is what costs, so that a list over the limit is not even looked at.
        source.patterns_left = 0;
        return Vec::new();
    }
    source.patterns_left -= tables.len();
    tables
        .into_iter()
        .filter_map(|(table, at)| read_pattern(source, table, at))
        .collect()
}

fn read_pattern(source: &mut Source<'_>, table: &DeTable<'_>, at: Place) -> Option<Pattern> {
    let fields = Fields::new(source, "a pattern", table, at, &["regex", "needs"]);
    let regex = fields.text(source, "regex");
    let needs = read_needs(source, &fields, at);
    if fields.get("regex").is_none() {
        source.missing(
            "regex",
            "this pattern",
            at,
            "write { regex = '…', needs = \"…\" }",
        );
    }
    let (regex, needs) = (regex?, needs?);
    pattern::check(source, &regex, &needs).then(|| Pattern {
        regex,
        needs: needs.into_iter().map(|needed| needed.value).collect(),
    })
}

/// The literal that each match contains, or a list of which each match contains one.
fn read_needs(
    source: &mut Source<'_>,
    fields: &Fields<'_, '_>,
    at: Place,
) -> Option<Vec<Located<String>>> {
    match fields.get("needs").map(|value| value.get_ref()) {
        Some(DeValue::Array(_)) => Some(fields.texts(source, "needs")),
        Some(_) => fields.text(source, "needs").map(|needed| vec![needed]),
        None => {
            source.complain(
                Diagnostic::new(code::PATTERN_WITHOUT_LITERAL, "this pattern has no `needs`")
                    .at(at, "would be tried on every message")
                    .help("add the literal that each match contains: needs = \"…\""),
            );
            None
        }
    }
}
