//! From the texts of a rule folder to a [`Book`], or to all that is wrong with them.
//!
//! Reading the folder is somebody else's business; so is what replies say, which `engine::replies` checks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::engine::rules::book::{Book, LanguageWords, Located, Place, SourceFile};
use crate::engine::rules::diagnostic::{Diagnostic, Report, code};
use crate::engine::rules::file::{self, FileContent};
use crate::engine::rules::intent;
use crate::engine::rules::limits;
use crate::engine::rules::policy::{self, PolicyFile, Whose};
use crate::engine::rules::resolve;
use crate::engine::rules::source::Source;
use crate::engine::rules::spelling;
use crate::engine::rules::walk;

/// What a policy is called where it is there twice.
const POLICY: &str = "policy of";
/// What an intent is called there.
const INTENT: &str = "intent";

/// What came of loading.
#[derive(Debug)]
pub struct Loaded {
    /// The rules; none when there is an error.
    pub book: Option<Book>,
    /// What is wrong.
    pub report: Report,
}

/// Loads files, given as names below the rule folder and texts.
#[must_use]
pub fn load(files: Vec<(String, String)>) -> Loaded {
    let Partial { book, report, .. } = load_partly(files);
    Loaded {
        book: (report.errors() == 0).then_some(book),
        report,
    }
}

/// What could be read, however much is wrong with it: for looking for more mistakes, not for reading messages.
pub(super) struct Partial {
    /// What could be read.
    pub book: Book,
    /// What is wrong.
    pub report: Report,
    /// Whether each file could be read to its end, so that what is missing is really missing.
    pub complete: bool,
}

pub(super) fn load_partly(mut files: Vec<(String, String)>) -> Partial {
    files.sort();
    if let Some(report) = too_much(&files) {
        return Partial {
            book: Book::default(),
            report,
            complete: false,
        };
    }
    let sources: Vec<SourceFile> = files
        .into_iter()
        .map(|(name, text)| SourceFile {
            name: name.into(),
            text: text.into(),
        })
        .collect();
    let mut loading = Loading::default();
    for (index, source) in (0..).zip(&sources) {
        loading.take(index, source);
    }
    loading.book.files.clone_from(&sources);
    loading.check_references();
    loading.finish(sources)
}

/// Refuses a folder of a size that nobody writes, before looking into it.
fn too_much(files: &[(String, String)]) -> Option<Report> {
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let message = if files.len() > limits::FILES {
        "more than 1,000 rule files"
    } else if bytes > limits::FOLDER_BYTES {
        "more than 64 MiB of rule files"
    } else {
        return None;
    };
    Some(Report {
        files: Vec::new(),
        diagnostics: vec![Diagnostic::new(code::TOO_MUCH, message)],
    })
}

/// The files taken so far.
struct Loading {
    book: Book,
    found: Vec<Diagnostic>,
    /// Where each name is defined, by kind.
    defined: BTreeMap<(&'static str, String), Place>,
    /// Intents named in `yields_to`, `yields_to_near`, `told_beside` or `[phrases]`.
    named_intents: Vec<Located<String>>,
    /// Intents that lack something, until it is known whether another file has them, too.
    lacking: Vec<intent::Read>,
    patterns_left: usize,
    /// Whether each file could be read to its end.
    complete: bool,
}

impl Default for Loading {
    fn default() -> Self {
        Self {
            book: Book::default(),
            found: Vec::new(),
            defined: BTreeMap::new(),
            named_intents: Vec::new(),
            lacking: Vec::new(),
            patterns_left: limits::PATTERNS,
            complete: true,
        }
    }
}

impl Loading {
    fn take(&mut self, index: u16, file: &SourceFile) {
        let mut source = Source::new(index, &file.text, self.patterns_left);
        if policy::is_policy(&file.name) {
            let policy = policy::read(&mut source, &file.name);
            self.found.append(&mut source.found);
            return self.take_policy(policy);
        }
        let content = file::read(&mut source);
        self.patterns_left = source.patterns_left;
        self.complete &= content.complete;
        self.named_intents.append(&mut source.named_intents);
        self.found.append(&mut source.found);
        self.merge(content);
    }

    fn take_policy(&mut self, read: Option<PolicyFile>) {
        let Some(PolicyFile { whose, policy }) = read else {
            return;
        };
        let name = match &whose.value {
            Whose::Merchant(merchant) => merchant.as_str(),
            Whose::Others => policy::OTHERS,
        };
        if !self.is_new(POLICY, name, whose.at) {
            return;
        }
        match whose.value {
            Whose::Merchant(merchant) => self.book.policies.insert(merchant, policy),
            Whose::Others => self.book.policies.for_others(policy),
        }
    }

    fn merge(&mut self, content: FileContent) {
        for (name, concept) in content.concepts {
            if self.is_new("concept", &name.value, name.at) {
                self.book.concepts.insert(name.value, concept);
            }
        }
        for read in content.intents {
            match read.lacks.is_empty() {
                true => self.take_intent(read),
                false => self.lacking.push(read),
            }
        }
        for matter in content.off_topic {
            if self.is_new("off-topic matter", &matter.name.value, matter.name.at) {
                self.book.off_topic.push(matter);
            }
        }
        for it in content.circumstances {
            if self.is_new("circumstance", it.name.value.as_str(), it.name.at) {
                self.book.circumstances.push(it);
            }
        }
        for (say, sentence) in content.says {
            if self.is_new("sentence", say.key(), sentence.at) {
                self.book.says.insert(say, sentence);
            }
        }
        self.book.phrases.extend(content.phrases);
        for (topic, words) in content.guide {
            let known = self.book.guide.entry(topic).or_default();
            known.extend(words.into_iter().map(|word| word.value));
        }
        for canned in content.canned {
            if self.is_new("ready answer", &canned.value.name, canned.at) {
                self.book.canned.push(canned.value);
            }
        }
        for (name, texts) in content.widget {
            if self.is_new("word of a page", &name.value, name.at) {
                self.book.widget.insert(name.value, texts);
            }
        }
        let mut language = content.language;
        (language.spellings).retain(|it| self.is_new("spelling", &it.typed.value, it.typed.at));
        merge_language(&mut self.book.language, language);
    }

    fn take_intent(&mut self, read: intent::Read) {
        if self.is_new(INTENT, &read.name.value, read.name.at) {
            self.found.extend(read.lacks);
            self.book.intents.extend(read.intent);
        }
    }

    /// Notes where a name is defined, or complains that it has been before.
    fn is_new(&mut self, kind: &'static str, name: &str, at: Place) -> bool {
        match self.defined.entry((kind, name.to_owned())) {
            Entry::Vacant(vacant) => {
                vacant.insert(at);
                true
            }
            Entry::Occupied(first) => {
                let what = format!("{kind} `{name}`");
                let help = match kind {
                    POLICY => {
                        "each merchant has one: put both files into one, or correct whose they are"
                    }
                    INTENT => "an intent stands in one file: put this into the other one",
                    _ => "names are shared by all files: rename one, or put both lists into one",
                };
                self.found.push(twice(&what, at, *first.get()).help(help));
                false
            }
        }
    }

    fn check_references(&mut self) {
        // An intent that lacks something is the second of its name wherever another one is whole.
        for read in std::mem::take(&mut self.lacking) {
            self.take_intent(read);
        }
        if walk::book_terms(&self.book).count() > limits::WORDS {
            let message = "more than 1,000,000 words in all rule files";
            self.found.push(Diagnostic::new(code::TOO_MUCH, message));
        }
        // What a file that cannot be read defines is unknown, not missing.
        if self.complete {
            self.found.extend(resolve::unknown_concepts(&self.book));
            self.found
                .extend(resolve::unknown_intents(&self.book, &self.named_intents));
        }
        self.found.extend(resolve::circles(&self.book));
        self.found
            .extend(spelling::chains(&self.book.language.spellings));
    }

    fn finish(self, files: Vec<SourceFile>) -> Partial {
        let mut report = Report {
            files,
            diagnostics: self.found,
        };
        report.sort();
        report.diagnostics.truncate(limits::DIAGNOSTICS);
        Partial {
            book: self.book,
            report,
            complete: self.complete,
        }
    }
}

fn twice(what: &str, at: Place, first: Place) -> Diagnostic {
    Diagnostic::new(code::DEFINED_TWICE, format!("{what} is defined twice"))
        .at(at, "again")
        .at(first, "first here")
}

fn merge_language(into: &mut LanguageWords, from: LanguageWords) {
    into.negation.extend(from.negation);
    into.negation_reach = into.negation_reach.max(from.negation_reach);
    into.not_negation.extend(from.not_negation);
    into.breaks.extend(from.breaks);
    into.questions.extend(from.questions);
    into.asks.extend(from.asks);
    into.adds.extend(from.adds);
    into.fillers.extend(from.fillers);
    into.masks.extend(from.masks);
    into.real_words.extend(from.real_words);
    into.spellings.extend(from.spellings);
    into.joins.extend(from.joins);
    into.promises.extend(from.promises);
    for (signal, words) in from.signals {
        into.signals.entry(signal).or_default().extend(words);
    }
    for (act, words) in from.acts {
        into.acts.entry(act).or_default().extend(words);
    }
}

#[cfg(test)]
mod tests {
    use super::load;
    use crate::engine::rules::book::{Term, Yields};

    /// The worked example of the guide.
    fn guide() -> Vec<(String, String)> {
        let guide = include_str!("../../../intents/README.md");
        let blocks: Vec<&str> = guide
            .split("```toml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        let name = |n: i32, block: &str| match block.contains("merchant ") {
            true => format!("policies/block_{n}.toml"),
            false => format!("block_{n}.toml"),
        };
        (0..)
            .zip(blocks)
            .map(|(n, block)| (name(n, block), block.to_owned()))
            .collect()
    }

    #[test]
    fn all_that_the_guide_shows_can_be_loaded() {
        let loaded = load(guide());
        assert_eq!(loaded.report.diagnostics, []);
        let book = loaded.book.unwrap();
        let intent = &book.intents[0];
        assert_eq!(intent.id.value.as_str(), "size_advice");
        assert_eq!(intent.rules[0].at.line, 14);
        assert_eq!(
            intent.rules[0].all[1].value,
            Term::Concept("own_measures".to_owned())
        );
        assert_eq!(intent.yields_to, Yields::ToNone);
        assert_eq!(book.concepts["card_tail"].patterns.len(), 1);
        assert_eq!(book.language.negation_reach, 4);
    }

    #[test]
    fn a_pattern_bomb_is_refused_before_it_is_compiled() {
        let mut text = String::from("[concepts.bomb]\npatterns = [\n");
        for n in 0..50_000 {
            text.push_str(&format!("{{ regex = 'a{n}\\w{{9}}', needs = 'a' }},\n"));
        }
        text.push_str("]\n");
        let loaded = load(vec![("bomb.toml".to_owned(), text.clone())]);
        assert!(loaded.book.is_none());
        assert!(loaded.report.diagnostics.iter().any(|d| d.code == "E007"));
        let large = load(vec![("large.toml".to_owned(), text.repeat(6))]);
        assert_eq!(large.report.diagnostics.len(), 1);
    }
}
