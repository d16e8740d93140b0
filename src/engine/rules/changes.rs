//! How much there is in a book, and what a new one changes about an old one.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::ids::IntentId;
use crate::domain::policy::Policy;
use crate::engine::rules::book::{Book, LanguageWords, Located, Place, Reply, Rule};

/// How much there is in a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Intents.
    pub intents: usize,
    /// Rules of intents and off-topic matters.
    pub rules: usize,
    /// Examples, which are its tests.
    pub examples: usize,
    /// Phrases, which it learns from.
    pub phrases: usize,
}

/// How many named parts a new book adds, changes and removes. Shown as `+2 ~1 -0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Only in the new one.
    pub added: usize,
    /// In both, with other words.
    pub changed: usize,
    /// Only in the old one.
    pub removed: usize,
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{} ~{} -{}", self.added, self.changed, self.removed)
    }
}

impl Book {
    /// How much there is in it.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let intents = self.intents.iter().map(|i| (&i.rules, &i.examples));
        let off_topic = self.off_topic.iter().map(|o| (&o.rules, &o.examples));
        let mut counts = Counts {
            intents: self.intents.len(),
            phrases: self.phrases.iter().map(|it| it.sentences.len()).sum(),
            ..Counts::default()
        };
        let circumstances = self.circumstances.iter().map(|c| (&c.rules, &c.examples));
        for (rules, examples) in intents.chain(off_topic).chain(circumstances) {
            counts.rules += rules.len();
            counts.examples += examples.matching.len() + examples.not.len();
        }
        counts
    }
}

/// What `new` changes about `old`, wherever it stands in the files: intents, off-topic matters, concepts, sentences, language.
#[must_use]
pub fn diff(old: &Book, new: &Book) -> Changes {
    let (old, new) = (contents(old), contents(new));
    let mut changes = Changes::default();
    for (name, content) in &new {
        match old.get(name) {
            None => changes.added += 1,
            Some(before) if before != content => changes.changed += 1,
            Some(_) => {}
        }
    }
    changes.removed = old.keys().filter(|name| !new.contains_key(*name)).count();
    changes
}

/// What each named part says, as text that can be compared.
fn contents(book: &Book) -> BTreeMap<String, String> {
    let mut book = book.clone();
    forget_places(&mut book);
    let mut contents = BTreeMap::new();
    for intent in &book.intents {
        contents.insert(format!("intent {}", intent.id.value), format!("{intent:?}"));
    }
    for matter in &book.off_topic {
        contents.insert(
            format!("off topic {}", matter.name.value),
            format!("{matter:?}"),
        );
    }
    for it in &book.circumstances {
        contents.insert(format!("circumstance {}", it.name.value), format!("{it:?}"));
    }
    for (name, concept) in &book.concepts {
        contents.insert(format!("concept {name}"), format!("{concept:?}"));
    }
    for (say, sentence) in &book.says {
        contents.insert(format!("say {}", say.key()), format!("{sentence:?}"));
    }
    let own = book
        .policies
        .own()
        .map(|(merchant, policy)| (merchant.as_str(), policy));
    let others = book.policies.others().map(|policy| ("*", policy));
    for (whose, policy) in own.chain(others) {
        contents.insert(format!("policy {whose}"), policy_content(policy));
    }
    contents.insert("guide".to_owned(), format!("{:?}", book.guide));
    for phrases in &book.phrases {
        let whose = phrases.intent.as_ref().map_or("none", IntentId::as_str);
        let said = phrases.sentences.iter().map(|it| it.value.as_str());
        let list = contents.entry(format!("phrases {whose}")).or_default();
        said.for_each(|sentence| {
            list.push_str(sentence);
            list.push('\n');
        });
    }
    contents.insert("language".to_owned(), format!("{:?}", book.language));
    contents
}

/// What a policy says, wherever it says it.
fn policy_content(policy: &Policy) -> String {
    let nowhere = Policy {
        written: None,
        ..policy.clone()
    };
    format!("{nowhere:?}")
}

/// A blank line above an intent changes where it stands and not what it says.
fn forget_places(book: &mut Book) {
    for intent in &mut book.intents {
        intent.id.at = Place::default();
        intent.rules.iter_mut().for_each(forget_in_rule);
        forget_in_reply(&mut intent.reply);
        forget(
            intent
                .examples
                .matching
                .iter_mut()
                .chain(&mut intent.examples.not),
        );
    }
    for matter in &mut book.off_topic {
        matter.name.at = Place::default();
        matter.rules.iter_mut().for_each(forget_in_rule);
        forget(
            matter
                .examples
                .matching
                .iter_mut()
                .chain(&mut matter.examples.not),
        );
    }
    for it in &mut book.circumstances {
        it.name.at = Place::default();
        it.rules.iter_mut().for_each(forget_in_rule);
        forget(it.examples.matching.iter_mut().chain(&mut it.examples.not));
    }
    for concept in book.concepts.values_mut() {
        concept.at = Place::default();
        forget(&mut concept.words);
        forget(
            concept
                .patterns
                .iter_mut()
                .map(|pattern| &mut pattern.regex),
        );
    }
    for sentence in book.says.values_mut() {
        sentence.at = Place::default();
        forget(sentence.text.values_mut());
    }
    forget_in_language(&mut book.language);
}

fn forget_in_reply(reply: &mut Reply) {
    forget(reply.calm.values_mut().chain(reply.upset.values_mut()));
    for (name, reply) in &mut reply.when {
        name.at = Place::default();
        forget_in_reply(reply);
    }
}

fn forget_in_language(words: &mut LanguageWords) {
    for list in [
        &mut words.negation,
        &mut words.not_negation,
        &mut words.breaks,
        &mut words.fillers,
        &mut words.masks,
    ] {
        forget(list);
    }
    words.questions.lists_mut().into_iter().for_each(forget);
    words.asks.lists_mut().into_iter().for_each(forget);
    forget(&mut words.joins);
    forget(&mut words.promises);
    for spelling in &mut words.spellings {
        forget([&mut spelling.typed, &mut spelling.meant]);
    }
    forget(words.signals.values_mut().flatten());
    forget(words.acts.values_mut().flatten());
}

fn forget_in_rule(rule: &mut Rule) {
    rule.at = Place::default();
    for list in [
        &mut rule.all,
        &mut rule.any,
        &mut rule.none,
        &mut rule.asserted,
        &mut rule.denied,
        &mut rule.order,
        &mut rule.aside,
    ] {
        forget(list);
    }
    forget(rule.near.iter_mut().flat_map(|near| &mut near.words));
    forget(rule.none_near.iter_mut().flat_map(|near| &mut near.words));
}

fn forget<'l, T: 'l>(located: impl IntoIterator<Item = &'l mut Located<T>>) {
    for one in located {
        one.at = Place::default();
    }
}

#[cfg(test)]
mod tests {
    use super::diff;
    use crate::engine::rules::book::Book;
    use crate::engine::rules::load::load;

    fn book(text: &str) -> Book {
        load(vec![("a.toml".to_owned(), text.to_owned())])
            .book
            .unwrap()
    }

    #[test]
    fn only_what_is_said_counts_and_not_where() {
        let old = "[concepts]\none = ['a1']\ntwo = ['b2']\n[masks]\nwords = ['c3']\n[spellings]\nd4 = 'd'\n";
        let table = [
            (format!("# a note\n\n{old}"), "+0 ~0 -0"),
            (old.replace("'a1'", "'a1', 'a2'"), "+0 ~1 -0"),
            (old.replace("two", "three"), "+1 ~0 -1"),
            (old.replace("'c3'", "'c4'"), "+0 ~1 -0"),
            (old.replace("'d'", "'e'"), "+0 ~1 -0"),
            (old.replace("two = ['b2']\n", ""), "+0 ~0 -1"),
        ];
        for (new, expected) in table {
            assert_eq!(diff(&book(old), &book(&new)).to_string(), expected, "{new}");
        }
    }

    #[test]
    fn what_a_policy_promises_counts_and_not_where() {
        let book = |text: &str| {
            let file = ("policies/a.toml".to_owned(), text.to_owned());
            load(vec![file]).book.unwrap()
        };
        let old = "merchant = 'm'\n[window]\ndays = 30\n";
        let table = [
            (format!("# a note\n{old}"), "+0 ~0 -0"),
            (old.replace("30", "14"), "+0 ~1 -0"),
            (old.replace("'m'", "'*'"), "+1 ~0 -1"),
        ];
        for (new, expected) in table {
            assert_eq!(diff(&book(old), &book(&new)).to_string(), expected, "{new}");
        }
    }
}
