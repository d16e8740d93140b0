//! The clauses of a policy file, each with its place.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::{alone, money};
use crate::domain::abuse::Thresholds;
use crate::domain::claim::{ClaimCause, MAX_EVIDENCE};
use crate::domain::language::Language;
use crate::domain::policy::{Clause, Excluded, Payer, Policy, ReturnShipping, WindowStart, Words};
use crate::engine::rules::book::{Located, Place};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{Entry, Fields};
use crate::engine::rules::source::Source;
use crate::engine::rules::term;

/// The longest window that anybody means: ten years.
const WINDOW_DAYS: i64 = 3_650;
/// Characters of a text in the merchant's own words.
const TEXT_CHARS: usize = 500;
/// What a window may be counted from.
const STARTS: [(&str, WindowStart); 4] = [
    ("delivered", WindowStart::Delivered),
    ("shipped", WindowStart::Shipped),
    ("paid", WindowStart::Paid),
    ("ordered", WindowStart::Created),
];
/// Who may pay.
const PAYERS: [(&str, Payer); 2] = [("shop", Payer::Shop), ("customer", Payer::Customer)];
/// Which refunds there may be.
const OFFERS: [(&str, &str); 4] = [
    ("full", "full"),
    ("partial", "partial"),
    ("exchange", "exchange"),
    ("store_credit", "store_credit"),
];

/// The clauses being read.
pub struct Clauses {
    /// What each text must be there in.
    languages: Vec<Language>,
    /// Where each clause stands.
    pub lines: BTreeMap<Clause, Place>,
}

type Value<'v, 'i> = &'v Spanned<DeValue<'i>>;

impl Clauses {
    /// None yet.
    pub fn new(languages: Vec<Language>) -> Self {
        Self {
            languages,
            lines: BTreeMap::new(),
        }
    }

    /// Reads all clauses; whose they are is somebody else's business.
    pub fn read(&mut self, source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Policy {
        let mut policy = Policy {
            refund_types: self.offers(source, fields),
            ..Policy::default()
        };
        self.window(source, fields, &mut policy);
        for entry in fields.entries(source, "excluded") {
            policy.excluded.extend(self.excluded(source, entry));
        }
        policy.auto_accept.limits = self.limits(source, fields, "auto_accept", Clause::AutoAccept);
        policy.two_people = self.limits(source, fields, "two_people", Clause::TwoPeople);
        let (alone, places) = alone::read(source, fields);
        policy.alone = alone;
        alone::lint(source, &policy, &places);
        for (role, at) in places {
            self.at(Clause::Alone(role), at);
        }
        policy.return_shipping = self.return_shipping(source, fields);
        policy.refund_time = self.words(source, fields, "refund_time", Clause::RefundTime);
        for entry in fields.entries(source, "evidence") {
            policy.evidence.extend(self.evidence(source, entry));
        }
        policy.note = self.words(source, fields, "note", Clause::Note);
        policy.review = self.review(source, fields);
        policy
    }

    fn at(&mut self, clause: Clause, place: Place) {
        self.lines.insert(clause, place);
    }

    fn offers(&mut self, source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Vec<String> {
        if let Some(value) = fields.get("offers") {
            self.at(Clause::Offers, source.place(value.span()));
        }
        let named = fields.texts(source, "offers");
        let kinds = named.iter();
        kinds
            .filter_map(|kind| source.one_of("kind of refund", kind, &OFFERS))
            .map(str::to_owned)
            .collect()
    }

    fn window(&mut self, source: &mut Source<'_>, fields: &Fields<'_, '_>, policy: &mut Policy) {
        let Some((table, at)) = fields.table(source, "window") else {
            return;
        };
        let window = Fields::new(source, "`window`", table, at, &["days", "from"]);
        let Some(value) = window.get("days") else {
            let help = "write for how many days somebody may ask: `days = 14`";
            return source.missing("days", "`window`", at, help);
        };
        self.at(Clause::Window, source.place(value.span()));
        let days = window.number(source, "days", 0..=WINDOW_DAYS);
        policy.refund_window_days = days.and_then(|days| u32::try_from(days).ok());
        if let Some(from) = window.text(source, "from") {
            let start = source.one_of("start of a window", &from, &STARTS);
            policy.window_starts = start.unwrap_or_default();
        }
    }

    fn excluded(
        &mut self,
        source: &mut Source<'_>,
        (kind, value): Entry<'_, '_>,
    ) -> Option<Excluded> {
        let what = format!("`excluded.{}`", kind.value);
        if !is_name(source, &kind) {
            return None;
        }
        let table = source.as_table(&what, value)?;
        let fields = Fields::new(source, &what, table, kind.at, &tags());
        self.at(Clause::Excluded(kind.value.clone()), kind.at);
        let mut words = Vec::new();
        let mut labels = Vec::new();
        for language in Language::ALL {
            let listed = fields.texts(source, language.tag());
            labels.extend(listed.first().map(|first| (language, first.value.clone())));
            for word in listed {
                greedy(source, &word);
                words.push(word.value);
            }
        }
        let known: Vec<Language> = labels.iter().map(|(language, _)| *language).collect();
        self.complain_of_missing(source, &what, kind.at, &known);
        Some(Excluded {
            kind: kind.value,
            label: labels.into_iter().collect(),
            words,
        })
    }

    /// An amount for each currency.
    fn limits(
        &mut self,
        source: &mut Source<'_>,
        fields: &Fields<'_, '_>,
        name: &'static str,
        clause: fn(&'static str) -> Clause,
    ) -> Vec<crate::domain::money::Money> {
        let used = money::currencies(source, fields);
        let mut limits = Vec::new();
        for entry in fields.entries(source, name) {
            let at = entry.0.at;
            if let Some(limit) = money::limit(source, entry, &used) {
                self.at(clause(limit.currency.code()), at);
                limits.push(limit);
            }
        }
        limits
    }

    fn return_shipping(
        &mut self,
        source: &mut Source<'_>,
        fields: &Fields<'_, '_>,
    ) -> ReturnShipping {
        let Some((table, at)) = fields.table(source, "return_shipping") else {
            return ReturnShipping::default();
        };
        let known = ["faulty", "changed_mind", "words"];
        let said = Fields::new(source, "`return_shipping`", table, at, &known);
        self.at(Clause::ReturnShipping, at);
        let mut payer = |key| {
            let who = said.text(source, key)?;
            source.one_of("payer", &who, &PAYERS)
        };
        let (faulty, changed_mind) = (payer("faulty"), payer("changed_mind"));
        ReturnShipping {
            faulty,
            changed_mind,
            words: self.words(source, &said, "words", Clause::ReturnShipping),
        }
    }

    fn evidence(
        &mut self,
        source: &mut Source<'_>,
        (cause, value): Entry<'_, '_>,
    ) -> Option<(ClaimCause, Vec<Words>)> {
        let causes = ClaimCause::ALL.map(|cause| (cause.name(), cause));
        let known = source.one_of("cause", &cause, &causes)?;
        let what = format!("`evidence.{}`", cause.value);
        self.at(Clause::Evidence(known), cause.at);
        let DeValue::Array(items) = value.get_ref() else {
            return Some((known, vec![self.texts(source, &what, value, cause.at)]));
        };
        let all = items
            .iter()
            .map(|item| self.texts(source, &what, item, source.place(item.span())));
        let all: Vec<Words> = all.collect();
        if all.len() > MAX_EVIDENCE {
            let message = format!("more than {MAX_EVIDENCE} things in {what}");
            let help = "an application takes so many files: leave out what decides least";
            source.complain(
                Diagnostic::new(code::TOO_MUCH, message)
                    .at(cause.at, "")
                    .help(help),
            );
        }
        Some((known, all))
    }

    /// From which score on an unusual history of claims is asked for more, or goes to a person.
    fn review(&mut self, source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Thresholds {
        let Some((table, at)) = fields.table(source, "review") else {
            return Thresholds::default();
        };
        let said = Fields::new(source, "`review`", table, at, &["ask", "slow", "review"]);
        self.at(Clause::Review, at);
        let mut score = |key| {
            let score = said.number(source, key, 1..=100)?;
            u8::try_from(score).ok()
        };
        let (ask, slow, review) = (score("ask"), score("slow"), score("review"));
        let mut known = [ask, slow, review].into_iter().flatten();
        if !known.by_ref().is_sorted() {
            let message = "these scores do not rise from `ask` over `slow` to `review`";
            let help =
                "the higher the score, the more is done: `ask = 30`, `slow = 45`, `review = 60`";
            source.complain(
                Diagnostic::new(code::SCORES_FALL, message)
                    .at(at, "")
                    .help(help),
            );
        }
        Thresholds { ask, slow, review }
    }

    /// A text in the merchant's own words, in each of its languages.
    fn words(
        &mut self,
        source: &mut Source<'_>,
        fields: &Fields<'_, '_>,
        key: &str,
        clause: Clause,
    ) -> Words {
        let Some(value) = fields.get(key) else {
            return Words::default();
        };
        let at = source.place(value.span());
        self.lines.entry(clause).or_insert(at);
        self.texts(source, &format!("`{key}`"), value, at)
    }

    fn texts(&self, source: &mut Source<'_>, what: &str, value: Value<'_, '_>, at: Place) -> Words {
        let Some(table) = source.as_table(what, value) else {
            return Words::default();
        };
        let fields = Fields::new(source, what, table, at, &tags());
        let texts = fields.languages(source);
        let known: Vec<Language> = texts.keys().copied().collect();
        self.complain_of_missing(source, what, at, &known);
        for text in texts.values() {
            check_text(source, text);
        }
        let texts = texts.into_iter();
        texts
            .map(|(language, text)| (language, text.value))
            .collect()
    }

    fn complain_of_missing(
        &self,
        source: &mut Source<'_>,
        what: &str,
        at: Place,
        known: &[Language],
    ) {
        let missing = self
            .languages
            .iter()
            .filter(|language| !known.contains(language));
        let missing: Vec<&str> = missing.map(|language| language.tag()).collect();
        if missing.is_empty() {
            return;
        }
        let message = format!("{what} has no text in {}", missing.join(", "));
        let help = "write it, or name the languages that the merchant's customers are written to in: `languages = [\"en\"]`";
        source.complain(
            Diagnostic::new(code::MISSING_LANGUAGE, message)
                .at(at, "")
                .help(help),
        );
    }
}

fn tags() -> Vec<&'static str> {
    Language::ALL.map(Language::tag).to_vec()
}

/// What customers read is not empty, and not a page.
fn check_text(source: &mut Source<'_>, text: &Located<String>) {
    let message = match text.value.chars().count() {
        _ if text.value.trim().is_empty() => "this text is empty",
        length if length > TEXT_CHARS => "this text is longer than 500 characters",
        _ => return,
    };
    source.complain(Diagnostic::new(code::TOO_MUCH, message).at(text.at, ""));
}

fn is_name(source: &mut Source<'_>, kind: &Located<String>) -> bool {
    let good = term::is_name(&kind.value);
    if !good {
        let message = format!("`{}` is no name for a kind of thing", kind.value);
        let help = "use lower-case letters, digits and `_`, such as `[excluded.gift_cards]`";
        source.complain(
            Diagnostic::new(code::BAD_NAME, message)
                .at(kind.at, "")
                .help(help),
        );
    }
    good
}

/// One letter or character is in the name of almost everything.
fn greedy(source: &mut Source<'_>, word: &Located<String>) {
    if word.value.trim().chars().count() >= 2 {
        return;
    }
    let message = format!("\"{}\" is in the names of many things", word.value);
    source.complain(
        Diagnostic::new(code::GREEDY_WORD, message)
            .at(word.at, "")
            .help("write the word that is in the names of these things only"),
    );
}
