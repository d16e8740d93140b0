//! What the desk says: every sentence and reply as a template, checked when rules are loaded, so that speaking cannot fail.
//!
//! Customer text reaches a template only as a value and is never read as one. The same goes for HTML: whoever shows a reply shows
//! text.

mod build;
mod condition;
mod mistake;
mod parse;
mod placeholder;
mod template;
mod tokens;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::brief::BriefLabel;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::domain::transcript::Labels;
use crate::engine::replies::build::{Builder, Moods, Wording};
use crate::engine::rules::book::Book;
use crate::engine::rules::diagnostic::Report;
use crate::engine::say::Say;

pub use placeholder::Placeholder;
pub use template::Template;
pub use values::{Source, Values};

/// All that the desk can say.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    says: BTreeMap<Say, Wording>,
    intents: BTreeMap<IntentId, Spoken>,
}

/// What is said about one intent.
#[derive(Clone, Debug)]
struct Spoken {
    reply: Moods,
    /// Instead of it, to somebody who told a circumstance.
    when: BTreeMap<IntentId, Moods>,
    covers: Vec<IntentId>,
    label: BTreeMap<Language, String>,
}

/// Whom a reply is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listener<'a> {
    /// They are angry or in distress.
    pub upset: bool,
    /// What they told beside what they ask, the surest first.
    pub told: &'a [IntentId],
}

impl Spoken {
    fn moods(&self, told: &[IntentId]) -> &Moods {
        let when = told.iter().find_map(|name| self.when.get(name));
        when.unwrap_or(&self.reply)
    }
}

impl Replies {
    /// Reads all texts of a book.
    ///
    /// # Errors
    /// All that is wrong with them: a sentence or a language is missing, a text cannot be read, a placeholder does not exist or needs
    /// more proof than there is.
    pub fn build(book: &Book) -> Result<Self, Report> {
        let mut builder = Builder::new(book);
        let says = builder.says();
        let mut intents = BTreeMap::new();
        for intent in &book.intents {
            let spoken = Spoken {
                reply: builder.reply(intent),
                when: builder.replies_when(intent),
                covers: intent.reply.covers.clone(),
                label: builder.label(intent),
            };
            intents.insert(intent.id.value.clone(), spoken);
        }
        if builder.found.is_empty() {
            return Ok(Self { says, intents });
        }
        let mut report = Report {
            files: book.files.clone(),
            diagnostics: builder.found,
        };
        report.sort();
        Err(report)
    }

    /// One of the desk's own sentences.
    #[must_use]
    pub fn say(&self, say: Say, language: Language, values: &Values) -> String {
        // Building has made sure that each sentence is there in each language.
        render(self.says.get(&say), language, values).unwrap_or_default()
    }

    /// The reply of an intent; none for an intent that has none. Somebody upset hears the reply that is written for them; where there is
    /// none, the soothing sentence and the calm reply.
    #[must_use]
    pub fn reply(
        &self,
        intent: &IntentId,
        language: Language,
        listener: Listener<'_>,
        values: &Values,
    ) -> Option<String> {
        let moods = self.intents.get(intent)?.moods(listener.told);
        if !listener.upset {
            return render(Some(&moods.calm), language, values);
        }
        render(Some(&moods.upset), language, values).or_else(|| {
            let calm = render(Some(&moods.calm), language, values)?;
            let soothing = self.say(Say::Soothe, language, values);
            Some(language.join(&soothing, &calm))
        })
    }

    /// The placeholders that stand in a sentence as it is said with these values.
    #[must_use]
    pub fn uses(&self, say: Say, language: Language, values: &Values) -> BTreeSet<Placeholder> {
        uses(self.says.get(&say), language, values)
    }

    /// The same, for the reply of an intent to this listener.
    #[must_use]
    pub fn reply_uses(
        &self,
        intent: &IntentId,
        language: Language,
        listener: Listener<'_>,
        values: &Values,
    ) -> BTreeSet<Placeholder> {
        uses(self.wording(intent, listener), language, values)
    }

    /// Where a sentence stands in the rule files, in this language.
    #[must_use]
    pub fn place(&self, say: Say, language: Language) -> Option<String> {
        place(self.says.get(&say), language)
    }

    /// The same, for the reply of an intent to this listener.
    #[must_use]
    pub fn reply_place(
        &self,
        intent: &IntentId,
        language: Language,
        listener: Listener<'_>,
    ) -> Option<String> {
        place(self.wording(intent, listener), language)
    }

    /// The words of an intent's reply to this listener.
    fn wording(&self, intent: &IntentId, listener: Listener<'_>) -> Option<&Wording> {
        let moods = self.intents.get(intent)?.moods(listener.told);
        Some(match listener.upset && !moods.upset.is_empty() {
            true => &moods.upset,
            false => &moods.calm,
        })
    }

    /// Whether an intent has a reply of its own for somebody upset, which needs no soothing before it.
    #[must_use]
    pub fn has_upset_reply(&self, intent: &IntentId, told: &[IntentId]) -> bool {
        (self.intents.get(intent)).is_some_and(|spoken| !spoken.moods(told).upset.is_empty())
    }

    /// Whether an intent has a reply for somebody who told this.
    #[must_use]
    pub fn has_reply_when(&self, intent: &IntentId, told: &IntentId) -> bool {
        (self.intents.get(intent)).is_some_and(|spoken| spoken.when.contains_key(told))
    }

    /// Whether the reply of one intent says all that the other's does.
    #[must_use]
    pub fn covers(&self, intent: &IntentId, other: &IntentId) -> bool {
        (self.intents.get(intent)).is_some_and(|spoken| spoken.covers.contains(other))
    }

    /// The words of a transcript.
    #[must_use]
    pub fn transcript(&self, language: Language) -> Labels {
        let word = |say| self.say(say, language, &Values::new());
        let named = |key: &str| {
            let say = Say::ALL.iter().find(|say| say.key() == key)?;
            Some(word(*say))
        };
        Labels {
            language,
            title: word(Say::LabelTitle),
            customer: word(Say::LabelCustomer),
            bot: word(Say::LabelBot),
            agent: word(Say::LabelAgent),
            system: word(Say::LabelSystem),
            note: word(Say::LabelNote),
            queued: word(Say::LabelQueued),
            joined: word(Say::LabelJoined),
            given_back: word(Say::LabelGivenBack),
            resolved: word(Say::LabelResolved),
            reopened: word(Say::LabelReopened),
            brief: BriefLabel::ALL
                .into_iter()
                .filter_map(|label| Some((label, named(&format!("brief_{}", label.name()))?)))
                .collect(),
            reasons: HandoffReason::ALL
                .into_iter()
                .filter_map(|reason| Some((reason, named(&format!("reason_{}", reason.code()))?)))
                .collect(),
        }
    }

    /// What an intent is called on a button; its identifier when it has no name.
    #[must_use]
    pub fn label(&self, intent: &IntentId, language: Language) -> String {
        let label = self
            .intents
            .get(intent)
            .and_then(|spoken| spoken.label.get(&language));
        label.map_or_else(|| intent.to_string(), Clone::clone)
    }
}

fn uses(wording: Option<&Wording>, language: Language, values: &Values) -> BTreeSet<Placeholder> {
    let worded = wording.and_then(|wording| wording.get(&language));
    worded
        .map(|worded| worded.template.uses(values))
        .unwrap_or_default()
}

fn place(wording: Option<&Wording>, language: Language) -> Option<String> {
    Some(wording?.get(&language)?.at.to_string())
}

fn render(wording: Option<&Wording>, language: Language, values: &Values) -> Option<String> {
    Some(wording?.get(&language)?.template.render(values))
}

#[cfg(test)]
mod tests {
    use super::{Listener, Placeholder, Replies, Values};
    use crate::domain::ids::IntentId;
    use crate::domain::language::Language;
    use crate::engine::rules::load::load;
    use crate::engine::say::Say;

    fn texts(path: &str, text: &str) -> String {
        format!("[{path}]\nzh-Hans = '{text}'\nzh-Hant = '{text}'\nen = '{text}'\n")
    }

    /// All sentences, and an intent that says `calm` and `upset`.
    fn folder(calm: &str, upset: Option<&str>) -> String {
        let says = Say::ALL.iter().map(|say| {
            let text = if *say == Say::Soothe {
                "There, there."
            } else {
                "Hm."
            };
            texts(&format!("say.{}", say.key()), text)
        });
        let mut file: String = says.collect();
        file += "[intent.x]\naction = 'show_order'\nproof = 2\n[[intent.x.rule]]\nany = ['xyz']\nweight = 70\n";
        file += &texts("intent.x.label", "The X");
        file += &texts("intent.x.reply.calm", calm);
        if let Some(upset) = upset {
            file += &texts("intent.x.reply.upset", upset);
        }
        file
    }

    fn replies(file: String) -> Replies {
        let loaded = load(vec![("x.toml".to_owned(), file)]);
        Replies::build(&loaded.book.unwrap()).unwrap()
    }

    fn id() -> IntentId {
        IntentId::parse("x").unwrap()
    }

    #[test]
    fn what_a_customer_writes_is_never_read_as_a_template() {
        let replies = replies(folder("Order {{ order.id }}!", None));
        for hostile in [
            "{{7*7}}",
            "{% for x in y %}",
            "{{ order.amount }}",
            "{#",
            "<b>&amp;</b>",
        ] {
            let values = Values::new().with(Placeholder::OrderId, hostile);
            let said = replies.reply(&id(), Language::En, Listener::default(), &values);
            assert_eq!(said, Some(format!("Order {hostile}!")));
        }
    }

    #[test]
    fn somebody_upset_is_soothed_unless_the_reply_does_it() {
        let (none, values) = (Values::new(), Values::new());
        let plain = replies(folder("Done.", None));
        let say = |replies: &Replies, language, upset| {
            let listener = Listener { upset, told: &[] };
            replies.reply(&id(), language, listener, &none)
        };
        assert_eq!(say(&plain, Language::En, false).unwrap(), "Done.");
        assert_eq!(
            say(&plain, Language::En, true).unwrap(),
            "There, there. Done."
        );
        assert_eq!(
            say(&plain, Language::ZhHant, true).unwrap(),
            "There, there.Done."
        );
        assert!(!plain.has_upset_reply(&id(), &[]));
        let own = replies(folder("Done.", Some("So sorry. Done.")));
        assert_eq!(say(&own, Language::En, true).unwrap(), "So sorry. Done.");
        assert!(own.has_upset_reply(&id(), &[]));
        assert_eq!(
            own.say(Say::Soothe, Language::ZhHans, &values),
            "There, there."
        );
        assert_eq!(own.label(&id(), Language::En), "The X");
        let unknown = IntentId::parse("y").unwrap();
        assert_eq!(
            own.reply(&unknown, Language::En, Listener::default(), &values),
            None
        );
        assert_eq!(own.label(&unknown, Language::En), "y");
    }

    #[test]
    fn who_told_a_circumstance_hears_the_reply_for_it() {
        let circumstance =
            "[circumstance.lost]\n[[circumstance.lost.rule]]\nany = ['lost']\nweight = 70\n";
        let file = folder("Done.", None)
            + circumstance
            + &texts("intent.x.reply.when.lost.calm", "Found!");
        let replies = replies(file);
        let [lost, broken] = ["lost", "broken"].map(|name| IntentId::parse(name).unwrap());
        let said = |told: &[IntentId], upset| {
            let listener = Listener { upset, told };
            replies.reply(&id(), Language::En, listener, &Values::new())
        };
        assert_eq!(said(&[], false).unwrap(), "Done.");
        assert_eq!(said(std::slice::from_ref(&broken), false).unwrap(), "Done.");
        assert_eq!(said(&[broken, lost], true).unwrap(), "There, there. Found!");
    }

    #[test]
    fn a_reply_to_a_circumstance_that_no_file_has_is_a_mistake() {
        let file = folder("Done.", None) + &texts("intent.x.reply.when.lost.calm", "Found!");
        let loaded = load(vec![("x.toml".to_owned(), file)]);
        let report = Replies::build(&loaded.book.unwrap()).unwrap_err();
        assert!(report.diagnostics[0].message.contains("`lost`"));
    }

    #[test]
    fn a_sentence_that_is_missing_is_named() {
        let book = load(vec![("x.toml".to_owned(), texts("say.welcome", "Hi"))])
            .book
            .unwrap();
        let report = Replies::build(&book).unwrap_err();
        assert_eq!(report.errors(), 1);
        assert_eq!(report.diagnostics[0].code, "E024");
        assert!(report.diagnostics[0].notes[0].contains("soothe"));
        assert!(!report.diagnostics[0].notes[0].contains(" welcome,"));
    }
}
