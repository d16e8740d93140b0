//! One `[[….rule]]`.

use toml::de::{DeTable, DeValue};

use crate::engine::rules::book::{Near, NoneNear, Place, Rule, Scope};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::source::Source;

const KEYS: [&str; 14] = [
    "all",
    "any",
    "none",
    "none_near",
    "asserted",
    "denied",
    "near",
    "order",
    "whole",
    "aside",
    "at_most_words",
    "weight",
    "priority",
    "scope",
];

/// The keys of which a rule needs one.
const CONDITIONS: [&str; 6] = ["all", "any", "asserted", "denied", "near", "order"];

const SCOPES: [(&str, Scope); 3] = [
    ("clause", Scope::Clause),
    ("sentence", Scope::Sentence),
    ("message", Scope::Message),
];

/// The rules of an intent or an off-topic matter; one at least.
pub fn read_all(source: &mut Source<'_>, owner: &Fields<'_, '_>, what: &str) -> Vec<Rule> {
    if owner.get("rule").is_none() {
        let name = what.trim_matches('`');
        let help = format!("add `[[{name}.rule]]` with `any = [...]` and `weight = 70`");
        source.missing("rule", what, owner.at, &help);
    }
    owner
        .tables(source, "rule")
        .into_iter()
        .map(|(table, at)| read(source, table, at))
        .collect()
}

fn read(source: &mut Source<'_>, table: &DeTable<'_>, at: Place) -> Rule {
    let fields = Fields::new(source, "a rule", table, at, &KEYS);
    if CONDITIONS.iter().all(|key| fields.get(key).is_none()) {
        source.complain(
            Diagnostic::new(code::EMPTY_RULE, "this rule asks for nothing")
                .at(at, "matches no message")
                .help(format!("add one of: {}", CONDITIONS.join(", "))),
        );
    }
    if fields.get("weight").is_none() {
        let help = "how sure it is, 1 to 100: from 50 the desk acts, from 30 it asks";
        source.missing("weight", "this rule", at, help);
    }
    let whole = fields.flag(source, "whole").unwrap_or_default();
    if let Some(aside) = fields.get("aside")
        && !whole
    {
        let at = source.place(aside.span());
        source.complain(
            Diagnostic::new(
                code::IDLE_KEY,
                "`aside` does nothing without `whole = true`",
            )
            .at(at, "other words may stand beside this rule's anyway")
            .help("add `whole = true`, or remove `aside`"),
        );
    }
    let scope = fields
        .text(source, "scope")
        .and_then(|name| source.one_of("scope", &name, &SCOPES));
    Rule {
        at,
        all: fields.terms(source, "all"),
        any: fields.terms(source, "any"),
        none: fields.terms(source, "none"),
        none_near: none_near(source, &fields),
        asserted: fields.terms(source, "asserted"),
        denied: fields.terms(source, "denied"),
        near: near(source, &fields),
        order: fields.terms(source, "order"),
        whole,
        aside: fields.terms(source, "aside"),
        at_most_words: fields
            .number(source, "at_most_words", 1..=200)
            .and_then(|number| u8::try_from(number).ok()),
        weight: small(fields.number(source, "weight", 1..=100)),
        priority: fields
            .number(source, "priority", -1000..=1000)
            .and_then(|number| i16::try_from(number).ok())
            .unwrap_or_default(),
        scope: scope.unwrap_or_default(),
    }
}

fn near(source: &mut Source<'_>, rule: &Fields<'_, '_>) -> Option<Near> {
    let (table, at) = rule.table(source, "near")?;
    let fields = Fields::new(source, "`near`", table, at, &["words", "within"]);
    for (key, help) in [
        (
            "words",
            "write near = { words = [\"…\", \"…\"], within = 4 }",
        ),
        ("within", "at most how many Han characters or words apart"),
    ] {
        if fields.get(key).is_none() {
            source.missing(key, "`near`", at, help);
        }
    }
    let words = fields.terms(source, "words");
    if words.len() == 1 {
        source.complain(
            Diagnostic::new(code::EMPTY_RULE, "`near` needs two words or more")
                .at(at, "near what?")
                .help("use `all` for a single word"),
        );
    }
    Some(Near {
        words,
        within: small(fields.number(source, "within", 1..=50)),
    })
}

/// The short form is a list, and reaches as far as the clause; the long form says how far.
fn none_near(source: &mut Source<'_>, rule: &Fields<'_, '_>) -> Option<NoneNear> {
    let value = rule.get("none_near")?;
    let DeValue::Table(table) = value.get_ref() else {
        let words = rule.terms(source, "none_near");
        return Some(NoneNear {
            words,
            within: None,
        });
    };
    let at = source.place(value.span());
    let fields = Fields::new(source, "`none_near`", table, at, &["words", "within"]);
    for (key, help) in [
        (
            "words",
            "write none_near = { words = [\"…\"], within = 4 }, or none_near = [\"…\"] for the whole clause",
        ),
        (
            "within",
            "at most how many Han characters or words apart; write none_near = [\"…\"] for the whole clause",
        ),
    ] {
        if fields.get(key).is_none() {
            source.missing(key, "`none_near`", at, help);
        }
    }
    Some(NoneNear {
        words: fields.terms(source, "words"),
        within: Some(small(fields.number(source, "within", 0..=50))),
    })
}

/// A number that has been checked to fit; 1 where it has been complained about.
fn small(number: Option<i64>) -> u8 {
    number
        .and_then(|number| u8::try_from(number).ok())
        .unwrap_or(1)
}
