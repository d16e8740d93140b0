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

/// So many names of each kind are told; who saved more than that knows what it was.
const TOLD: usize = 8;

/// Which named parts a new book adds, changes and removes. Shown as `+1 ~1 -0 (+concept parcel, ~intent order_status)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Only in the new one.
    pub added: Vec<String>,
    /// In both, with other words.
    pub changed: Vec<String>,
    /// Only in the old one.
    pub removed: Vec<String>,
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            ('+', &self.added),
            ('~', &self.changed),
            ('-', &self.removed),
        ];
        let counts = kinds.map(|(sign, names)| format!("{sign}{}", names.len()));
        f.write_str(&counts.join(" "))?;
        let told: Vec<String> = (kinds.iter())
            .flat_map(|(sign, names)| {
                let more = names.len().saturating_sub(TOLD);
                let more = (more > 0).then(|| format!("{sign}{more} more"));
                let names = names
                    .iter()
                    .take(TOLD)
                    .map(move |name| format!("{sign}{name}"));
                names.chain(more)
            })
            .collect();
        if told.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", told.join(", "))
        }
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
                None => changes.added.push(name.clone()),
                Some(before) if before != content => changes.changed.push(name.clone()),
                Some(_) => {}
            }
        }
        let is_gone = |name: &&String| !new.0.contains_key(*name);
        changes.removed = self.0.keys().filter(is_gone).cloned().collect();
        changes
    }

    fn add(&mut self, kind: &str, name: &str, content: &impl Hash) {
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        let name = format!("{kind} {name}").trim_end().to_owned();
        self.0.insert(name, hasher.finish());
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
            (old.replace("'a1'", "'a1', 'a2'"), "+0 ~1 -0 (~concept one)"),
            (
                old.replace("two", "three"),
                "+1 ~0 -1 (+concept three, -concept two)",
            ),
            (old.replace("'c3'", "'c4'"), "+0 ~1 -0 (~language)"),
            (old.replace("'d'", "'e'"), "+0 ~1 -0 (~language)"),
            (old.replace("two = ['b2']\n", ""), "+0 ~0 -1 (-concept two)"),
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
            (old.replace("30", "14"), "+0 ~1 -0 (~policy m)"),
            (old.replace("'m'", "'*'"), "+1 ~0 -1 (+policy *, -policy m)"),
        ];
        for (new, expected) in table {
            let (before, after) = (Contents::of(&book(old)), Contents::of(&book(&new)));
            assert_eq!(before.diff(&after).to_string(), expected, "{new}");
        }
    }

    #[test]
    fn of_many_changes_the_first_are_named_and_the_rest_counted() {
        let many: String = (1..=9).map(|n| format!("c{n} = ['word{n}']\n")).collect();
        let changes =
            Contents::of(&book("")).diff(&Contents::of(&book(&format!("[concepts]\n{many}"))));
        let shown = changes.to_string();
        assert!(shown.starts_with("+9 ~0 -0 (+concept c1, "), "{shown}");
        assert!(shown.ends_with("+concept c8, +1 more)"), "{shown}");
    }
}
