//! From the texts of a book to templates, with all that is wrong with them.

use std::collections::BTreeMap;

use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::RuleRef;
use crate::engine::replies::mistake::{Mistake, MistakeKind};
use crate::engine::replies::placeholder::Placeholder;
use crate::engine::replies::template::Template;
use crate::engine::rules::book::{Action, Book, Intent, Located, Place, Reply};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::suggest;
use crate::engine::say::Say;

/// The words to anybody, and to somebody upset. Both may be empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Moods {
    pub(super) calm: Wording,
    pub(super) upset: Wording,
}

/// The same words in each language.
pub type Wording = BTreeMap<Language, Worded>;

/// The words in one language, and where they stand.
#[derive(Clone, Debug)]
pub struct Worded {
    pub template: Template,
    pub at: RuleRef,
}

/// Reads texts and collects what is wrong with them.
pub struct Builder<'b> {
    book: &'b Book,
    pub found: Vec<Diagnostic>,
}

impl<'b> Builder<'b> {
    /// A builder that has read nothing yet.
    pub fn new(book: &'b Book) -> Self {
        let found = Vec::new();
        Self { book, found }
    }

    /// The desk's own sentences; all of them.
    pub fn says(&mut self) -> BTreeMap<Say, Wording> {
        let book = self.book;
        let missing: Vec<&str> = (Say::ALL.iter())
            .filter(|say| !book.says.contains_key(say))
            .map(|say| say.key())
            .collect();
        if !missing.is_empty() {
            self.found.push(
                Diagnostic::new(
                    code::MISSING_SENTENCE,
                    "the desk has no words for some sentences",
                )
                .note(format!("missing: {}", missing.join(", ")))
                .help("add `[say.NAME]` with all three languages"),
            );
        }
        let mut says = BTreeMap::new();
        for (say, sentence) in &book.says {
            let what = format!("`say.{}`", say.key());
            let wording = self.wording(&what, sentence.at, &sentence.text, sentence.proof);
            says.insert(*say, wording);
        }
        says
    }

    /// The reply of an intent: to anybody, and to somebody upset.
    pub fn reply(&mut self, intent: &Intent) -> Moods {
        let (id, at) = (&intent.id.value, intent.id.at);
        if intent.reply.calm.is_empty() && must_speak(intent.action) {
            self.found.push(
                Diagnostic::new(code::MISSING_REPLY, format!("`intent.{id}` has no reply"))
                    .at(at, "what is said to the customer?")
                    .help(format!(
                        "add `[intent.{id}.reply.calm]` with all three languages"
                    )),
            );
        }
        self.moods(&format!("intent.{id}.reply"), intent, &intent.reply)
    }

    /// What an intent says instead to somebody who told a circumstance.
    pub fn replies_when(&mut self, intent: &Intent) -> BTreeMap<IntentId, Moods> {
        let mut replies = BTreeMap::new();
        for (name, reply) in &intent.reply.when {
            self.check_circumstance(name);
            let what = format!("intent.{}.reply.when.{}", intent.id.value, name.value);
            replies.insert(name.value.clone(), self.moods(&what, intent, reply));
        }
        replies
    }

    fn check_circumstance(&mut self, name: &Located<IntentId>) {
        let known = self.book.circumstances.iter();
        let mut names = known.map(|it| it.name.value.as_str());
        if names.clone().any(|known| known == name.value.as_str()) {
            return;
        }
        let hint = suggest::did_you_mean(name.value.as_str(), &mut names);
        let message = format!("no circumstance is called `{}`", name.value);
        let diagnostic = Diagnostic::new(code::UNKNOWN_NAME, message)
            .at(name.at, "not defined in any file")
            .maybe_help(hint);
        self.found.push(diagnostic);
    }

    fn moods(&mut self, what: &str, intent: &Intent, reply: &Reply) -> Moods {
        let mut wording = |mood: &str, texts: &BTreeMap<Language, Located<String>>| {
            if texts.is_empty() {
                return Wording::new();
            }
            self.wording(
                &format!("`{what}.{mood}`"),
                intent.id.at,
                texts,
                intent.proof,
            )
        };
        Moods {
            calm: wording("calm", &reply.calm),
            upset: wording("upset", &reply.upset),
        }
    }

    /// What an intent is called; nothing at all, or all three languages.
    pub fn label(&mut self, intent: &Intent) -> BTreeMap<Language, String> {
        let what = format!("`intent.{}.label`", intent.id.value);
        if !intent.label.is_empty() {
            self.check_languages(&what, intent.id.at, |language| {
                intent.label.contains_key(&language)
            });
        }
        intent.label.clone()
    }

    fn wording(
        &mut self,
        what: &str,
        at: Place,
        texts: &BTreeMap<Language, Located<String>>,
        proof: ProofLevel,
    ) -> Wording {
        let place = texts.values().next().map_or(at, |text| text.at);
        self.check_languages(what, place, |language| texts.contains_key(&language));
        texts
            .iter()
            .filter_map(|(language, text)| {
                let template = self.template(text, proof)?;
                let at = self.rule_ref(text.at);
                Some((*language, Worded { template, at }))
            })
            .collect()
    }

    fn rule_ref(&self, at: Place) -> RuleRef {
        let file = self.book.files.get(usize::from(at.file));
        RuleRef {
            file: file.map(|file| file.name.clone()).unwrap_or_default(),
            line: at.line,
        }
    }

    fn check_languages(&mut self, what: &str, at: Place, has: impl Fn(Language) -> bool) {
        let missing: Vec<&str> = (Language::ALL.into_iter())
            .filter(|language| !has(*language))
            .map(Language::tag)
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(" and ");
            self.found.push(
                Diagnostic::new(code::MISSING_LANGUAGE, format!("{what} has no {missing}"))
                    .at(at, "")
                    .help("a customer is answered in one language: write all three"),
            );
        }
    }

    fn template(&mut self, text: &Located<String>, proof: ProofLevel) -> Option<Template> {
        let (template, mistakes) = Template::read(text.value.trim_end());
        for (placeholder, part) in &template.mentions {
            if placeholder.level() > proof {
                let at = self.book.part(text, part.clone());
                self.found.push(above_proof(*placeholder, proof, at));
            }
        }
        for mistake in &mistakes {
            let at = self.book.part(text, mistake.at.clone());
            self.found.push(bad_template(mistake, at));
        }
        mistakes.is_empty().then_some(template)
    }
}

/// Whether an action says nothing but the reply.
fn must_speak(action: Action) -> bool {
    matches!(
        action,
        Action::Answer | Action::Greet | Action::Thank | Action::Close | Action::Soothe
    )
}

fn above_proof(placeholder: Placeholder, proof: ProofLevel, at: Place) -> Diagnostic {
    let (name, has, needs) = (
        placeholder.name(),
        u8::from(proof),
        u8::from(placeholder.level()),
    );
    let message = format!("{{{{ {name} }}}} must not be said at proof level {has}");
    Diagnostic::new(code::PLACEHOLDER_ABOVE_PROOF, message)
        .at(at, format!("needs level {needs}"))
        .help(format!("set `proof = {needs}`, or say it without"))
}

fn bad_template(mistake: &Mistake, at: Place) -> Diagnostic {
    match &mistake.kind {
        MistakeKind::Syntax(what) => {
            Diagnostic::new(code::BAD_TEMPLATE, "this reply cannot be read").at(at, *what)
        }
        MistakeKind::UnknownPlaceholder(name) => {
            let names = Placeholder::ALL.iter().map(|p| p.name());
            let hint =
                suggest::nearest(name, names).map(|name| format!("did you mean {{{{ {name} }}}}?"));
            let all = "all placeholders are listed in intents/README.md under Proof";
            Diagnostic::new(
                code::UNKNOWN_PLACEHOLDER,
                format!("unknown variable {{{{ {name} }}}} in a reply"),
            )
            .at(at, "no such placeholder")
            .help(hint.unwrap_or_else(|| all.to_owned()))
        }
    }
}
