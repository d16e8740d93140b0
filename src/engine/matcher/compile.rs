//! From a book to a program: names become numbers, and each rule waits for the rarest word that it cannot do without.

use rustc_hash::{FxHashMap, FxHashSet};

mod rule;

use super::program::{
    ClauseRoles, Derived, DerivedId, DerivedKind, KeyId, OwnerId, Program, Roles, RuleId, Run,
    TermId, TermIndex, WordList,
};
use super::vocabulary::{Vocabulary, written_words};
use crate::engine::rules::book::{Book, ClauseWords, Concept, Feature, Located, Pattern, Term};
use crate::engine::slots::{day_words, numerals};
use crate::engine::text::Normaliser;

/// A program and the words that it looks for.
pub(super) struct Compiled {
    pub program: Program,
    pub vocabulary: Vocabulary,
}

/// Compiles a book. Cannot fail: a regular expression or a concept that a checked book cannot contain is left out.
pub(super) fn compile(book: &Book) -> Compiled {
    let mut compiler = Compiler {
        book,
        vocabulary: Vocabulary::new(
            Normaliser::for_words(written_words(book)),
            &book.language.spellings,
        ),
        terms: FxHashMap::default(),
        gaps: FxHashMap::default(),
        patterns: FxHashMap::default(),
        costs: Vec::new(),
        waiting: Vec::new(),
        derived: Vec::new(),
        program: Program {
            negation_reach: u32::from(book.language.negation_reach),
            ..Program::default()
        },
    };
    compiler.language_words();
    let intents = book.intents.iter().map(|intent| &intent.rules);
    let off_topic = book.off_topic.iter().map(|topic| &topic.rules);
    let circumstances = book.circumstances.iter().map(|it| &it.rules);
    compiler.program.yields = rule::yields(book);
    compiler.program.off_topic = book.off_topic.len();
    for (owner, rules) in (0_u32..).zip(intents.chain(off_topic).chain(circumstances)) {
        rules
            .iter()
            .for_each(|rule| compiler.rule(OwnerId(owner), rule));
    }
    compiler.phrases();
    compiler.finish()
}

/// What a term is known by.
#[derive(PartialEq, Eq, Hash)]
enum TermName {
    Key(KeyId),
    /// One of several.
    AnyKey(Vec<KeyId>),
    Concept(String),
    Gap(DerivedId),
    Feature(Feature),
}

/// What waits for a term to be seen.
#[derive(Default)]
struct Waiting {
    rules: Vec<RuleId>,
    derived: Vec<DerivedId>,
}

struct Compiler<'a> {
    book: &'a Book,
    vocabulary: Vocabulary,
    terms: FxHashMap<TermName, TermId>,
    gaps: FxHashMap<Vec<TermId>, DerivedId>,
    /// By concept, and place in its list.
    patterns: FxHashMap<(String, usize), DerivedId>,
    /// How often each term is to be expected.
    costs: Vec<u32>,
    waiting: Vec<Waiting>,
    derived: Vec<Derived>,
    program: Program,
}

impl Compiler<'_> {
    /// The lists of `words.toml`.
    fn language_words(&mut self) {
        let book = self.book;
        let words = &book.language;
        self.give_role(&words.negation, Roles::NEGATION);
        self.give_role(&words.not_negation, Roles::NO_NEGATION);
        self.give_role(&words.breaks, Roles::BREAK);
        self.give_clause_roles(&words.questions, ClauseRoles::QUESTION);
        self.give_clause_roles(&words.asks, ClauseRoles::ASK);
        self.give_clause_roles(&words.adds, ClauseRoles::ADD);
        for mask in &words.masks {
            if let Term::Word(word) = &mask.value {
                let key = self.vocabulary.mask(word);
                self.vocabulary.add_role(key, Roles::MASK);
            }
        }
        self.program.fillers = Some(self.list(&words.fillers));
        for (signal, words) in &words.signals {
            let term = self.list(words);
            self.program.signals.push((*signal, term));
            self.name_list(format!("signals.{}", signal.name()), words, term, false);
        }
        for (word, days) in day_words() {
            let key = self.vocabulary.word(&word);
            let term = self.day(days);
            self.vocabulary.add_role(key, Roles::DAY);
            self.feed_key(key, term);
        }
        for numeral in numerals() {
            let key = self.vocabulary.word(&numeral);
            self.vocabulary.add_role(key, Roles::NUMERAL);
        }
        for (act, words) in &words.acts {
            let term = self.list(words);
            self.program.acts.push((*act, term));
            self.name_list(format!("acts.{}", act.name()), words, term, true);
        }
        for join in &words.joins {
            let key = self.vocabulary.word(&join.value);
            self.vocabulary.add_role(key, Roles::JOIN);
        }
        for (topic, words) in &book.guide {
            let term = self.new_term();
            for word in words {
                let key = self.vocabulary.word(word);
                self.feed_key(key, term);
            }
            self.program.guide.push((*topic, term));
        }
    }

    /// The term of the words that name the same day.
    fn day(&mut self, days: i32) -> TermId {
        let known = self.program.days.iter().find(|(it, _)| *it == days);
        if let Some((_, term)) = known {
            return *term;
        }
        let term = self.new_term();
        self.program.days.push((days, term));
        term
    }

    /// Marks the words of a list; gaps among them have no role to play and are left out.
    fn give_role(&mut self, words: &[Located<Term>], role: Roles) {
        for key in self.keys_of(words) {
            self.vocabulary.add_role(key, role);
        }
    }

    fn give_clause_roles(&mut self, words: &ClauseWords, roles: ClauseRoles) {
        self.give_role(&words.words, roles.anywhere);
        self.give_role(&words.begins, roles.first);
        self.give_role(&words.ends, roles.last);
        self.give_role(&words.nothing, roles.nothing);
    }

    fn keys_of(&mut self, words: &[Located<Term>]) -> Vec<KeyId> {
        let mut keys = Vec::new();
        for word in words {
            match &word.value {
                Term::Word(word) => keys.push(self.vocabulary.word(word)),
                Term::Concept(name) => {
                    if let Some(concept) = self.book.concepts.get(name) {
                        keys.extend(self.keys_of(&concept.words));
                    }
                }
                Term::Gap(_) | Term::Feature(_) => {}
            }
        }
        keys
    }

    /// A term for a list of words that has no name in rules.
    fn list(&mut self, words: &[Located<Term>]) -> TermId {
        let term = self.new_term();
        words.iter().for_each(|word| self.feed(&word.value, term));
        term
    }

    fn name_list(&mut self, name: String, words: &[Located<Term>], term: TermId, whole: bool) {
        self.program
            .lists
            .extend(words.first().map(|first| WordList {
                name,
                at: first.at,
                term,
                is_whole_message: whole,
            }));
    }

    fn new_term(&mut self) -> TermId {
        self.costs.push(0);
        self.waiting.push(Waiting::default());
        TermId(self.costs.len() as u32 - 1)
    }

    /// The number of a term, compiled when it is first asked for.
    fn term(&mut self, term: &Term) -> TermId {
        match term {
            Term::Word(word) => {
                let key = self.vocabulary.word(word);
                self.named(TermName::Key(key), |it, id| it.feed_key(key, id))
            }
            Term::Concept(name) => {
                let name = name.clone();
                self.named(TermName::Concept(name.clone()), |it, id| {
                    it.feed_concept(&name, id, &mut FxHashSet::default());
                })
            }
            Term::Gap(parts) => {
                let gap = self.gap(parts);
                self.named(TermName::Gap(gap), |it, id| it.feed_derived(gap, id))
            }
            Term::Feature(feature) => self.named(TermName::Feature(*feature), |it, id| {
                it.feed_feature(*feature, id)
            }),
        }
    }

    fn named(&mut self, name: TermName, fill: impl FnOnce(&mut Self, TermId)) -> TermId {
        if let Some(term) = self.terms.get(&name) {
            return *term;
        }
        let term = self.new_term();
        self.terms.insert(name, term);
        fill(self, term);
        term
    }

    /// Lets a word, all words of a concept, or a gap mean a term.
    fn feed(&mut self, word: &Term, term: TermId) {
        match word {
            Term::Word(word) => {
                let key = self.vocabulary.word(word);
                self.feed_key(key, term);
            }
            Term::Concept(name) => self.feed_concept(name, term, &mut FxHashSet::default()),
            Term::Gap(parts) => {
                let gap = self.gap(parts);
                self.feed_derived(gap, term);
            }
            Term::Feature(feature) => self.feed_feature(*feature, term),
        }
    }

    fn feed_key(&mut self, key: KeyId, term: TermId) {
        self.vocabulary.feed(key, term);
        self.costs[term.0 as usize] += self.vocabulary.frequency(key);
    }

    fn feed_derived(&mut self, derived: DerivedId, term: TermId) {
        let feeds = &mut self.derived[derived.0 as usize].feeds;
        if !feeds.contains(&term) {
            feeds.push(term);
        }
        self.costs[term.0 as usize] += 1;
    }

    fn feed_feature(&mut self, feature: Feature, term: TermId) {
        self.program.features.push((feature, term));
        self.costs[term.0 as usize] += match feature {
            Feature::Question => 60,
            Feature::Slot(_) => 10,
        };
    }

    fn feed_concept(&mut self, name: &str, term: TermId, seen: &mut FxHashSet<String>) {
        let Some(concept) = self.book.concepts.get(name) else {
            return;
        };
        if !seen.insert(name.to_owned()) {
            return;
        }
        self.feed_patterns(name, concept, term);
        for word in &concept.words {
            match &word.value {
                Term::Concept(inner) => self.feed_concept(inner, term, seen),
                other => self.feed(other, term),
            }
        }
    }

    fn feed_patterns(&mut self, name: &str, concept: &Concept, term: TermId) {
        for (nth, pattern) in concept.patterns.iter().enumerate() {
            let derived = self.pattern(name, nth, pattern);
            self.feed_derived(derived, term);
        }
    }

    /// A pattern waits for one of its literals. It is compiled once, whatever the number of concepts that it flows into.
    fn pattern(&mut self, name: &str, nth: usize, pattern: &Pattern) -> DerivedId {
        let literals = pattern.needs.iter();
        let literals: Vec<KeyId> = literals.map(|it| self.vocabulary.literal(it)).collect();
        let any = match literals[..] {
            [literal] => TermName::Key(literal),
            _ => TermName::AnyKey(literals.clone()),
        };
        let seen = self.named(any, |it, id| {
            literals
                .iter()
                .for_each(|literal| it.feed_key(*literal, id));
        });
        let place = (name.to_owned(), nth);
        if let Some(known) = self.patterns.get(&place) {
            return *known;
        }
        let waiting = DerivedKind::Pattern(super::pattern::Pattern::new(&pattern.regex.value));
        let derived = self.new_derived(waiting, seen);
        self.patterns.insert(place, derived);
        derived
    }

    /// A gap waits for its rarest part.
    fn gap(&mut self, parts: &[Term]) -> DerivedId {
        let parts: Vec<TermId> = parts.iter().map(|part| self.term(part)).collect();
        if let Some(known) = self.gaps.get(&parts) {
            return *known;
        }
        let rarest = self.rarest(&parts).unwrap_or(TermId(0));
        let derived = self.new_derived(DerivedKind::Gap(parts.clone()), rarest);
        self.gaps.insert(parts, derived);
        derived
    }

    fn new_derived(&mut self, kind: DerivedKind, waits_for: TermId) -> DerivedId {
        let derived = DerivedId(self.derived.len() as u32);
        self.derived.push(Derived {
            kind,
            feeds: Vec::new(),
        });
        self.waiting[waits_for.0 as usize].derived.push(derived);
        derived
    }

    fn rarest(&self, terms: &[TermId]) -> Option<TermId> {
        terms
            .iter()
            .copied()
            .min_by_key(|term| self.costs[term.0 as usize])
    }

    fn finish(mut self) -> Compiled {
        for waiting in self.waiting {
            let program = &mut self.program;
            program.terms.push(TermIndex {
                rules: append(&mut program.waiting_rules, waiting.rules),
                derived: append(&mut program.waiting_derived, waiting.derived),
                is_concept: false,
            });
        }
        for (name, term) in self.terms {
            let is_concept = matches!(name, TermName::Concept(_));
            self.program.terms[term.0 as usize].is_concept = is_concept;
        }
        self.program.derived = self.derived;
        Compiled {
            program: self.program,
            vocabulary: self.vocabulary,
        }
    }
}

fn append<T>(list: &mut Vec<T>, items: Vec<T>) -> Run {
    let start = list.len() as u32;
    list.extend(items);
    Run {
        start,
        end: list.len() as u32,
    }
}
