//! How much there is in a book, and what a new one changes about an old one.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use crate::domain::ids::IntentId;
use crate::domain::policy::{Policies, Policy};
use crate::engine::rules::book::{Book, Phrases};

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

/// What each named part of a book says, shortened to what tells it from any other: intents, off-topic matters, circumstances, concepts,
/// sentences, policies, phrases, the guide, the language. Wherever they stand in the files.
#[derive(Clone, Debug, Default)]
pub struct Contents(BTreeMap<String, u64>);

impl Contents {
    /// Those of a book.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        let mut contents = Self::default();
        for it in &book.intents {
            contents.add("intent", it.id.value.as_str(), it);
        }
        for it in &book.off_topic {
            contents.add("off topic", &it.name.value, it);
        }
        for it in &book.circumstances {
            contents.add("circumstance", it.name.value.as_str(), it);
        }
        for (name, concept) in &book.concepts {
            contents.add("concept", name, concept);
        }
        for (say, sentence) in &book.says {
            contents.add("say", say.key(), sentence);
        }
        contents.add_policies(&book.policies);
        contents.add("guide", "", &format!("{:?}", book.guide));
        contents.add_phrases(&book.phrases);
        contents.add("language", "", &book.language);
        contents
    }

    /// What a later book changes about this one.
    #[must_use]
    pub fn diff(&self, new: &Self) -> Changes {
        let mut changes = Changes::default();
        for (name, content) in &new.0 {
            match self.0.get(name) {
                None => changes.added += 1,
                Some(before) if before != content => changes.changed += 1,
                Some(_) => {}
            }
        }
        let is_gone = |name: &&String| !new.0.contains_key(*name);
        changes.removed = self.0.keys().filter(is_gone).count();
        changes
    }

    fn add(&mut self, kind: &str, name: &str, content: &impl Hash) {
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        self.0.insert(format!("{kind} {name}"), hasher.finish());
    }

    fn add_policies(&mut self, policies: &Policies) {
        let own = policies
            .own()
            .map(|(whose, policy)| (whose.as_str(), policy));
        let others = policies.others().map(|policy| ("*", policy));
        for (whose, policy) in own.chain(others) {
            self.add("policy", whose, &policy_content(policy));
        }
    }

    /// An intent's phrases may stand in several lists.
    fn add_phrases(&mut self, lists: &[Phrases]) {
        let mut by_intent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for list in lists {
            let whose = list.intent.as_ref().map_or("none", IntentId::as_str);
            let said = list.sentences.iter().map(|it| it.value.as_str());
            by_intent.entry(whose).or_default().extend(said);
        }
        for (whose, said) in by_intent {
            self.add("phrases", whose, &said);
        }
    }
}

/// What a policy says, wherever it says it.
fn policy_content(policy: &Policy) -> String {
    let nowhere = Policy {
        written: None,
        ..policy.clone()
    };
    format!("{nowhere:?}")
}

#[cfg(test)]
mod tests {
    use super::Contents;
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
            let (before, after) = (Contents::of(&book(old)), Contents::of(&book(&new)));
            assert_eq!(before.diff(&after).to_string(), expected, "{new}");
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
            let (before, after) = (Contents::of(&book(old)), Contents::of(&book(&new)));
            assert_eq!(before.diff(&after).to_string(), expected, "{new}");
        }
    }
}
