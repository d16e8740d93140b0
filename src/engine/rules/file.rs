//! One rule file from text to values. References to other files are not followed here.

use toml::Spanned;
use toml::de::DeTable;

use crate::domain::canned::Canned;
use crate::domain::guide::GuideTopic;
use crate::domain::proof::ProofLevel;
use crate::domain::wording::Texts;
use crate::engine::rules::book::{
    Circumstance, Concept, LanguageWords, Located, OffTopic, Phrases, Sentence,
};
use crate::engine::rules::canned;
use crate::engine::rules::concept;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{Entry, Fields};
use crate::engine::rules::guide;
use crate::engine::rules::intent;
use crate::engine::rules::language::{self, WORD_TABLES};
use crate::engine::rules::limits;
use crate::engine::rules::parts;
use crate::engine::rules::phrases;
use crate::engine::rules::rule;
use crate::engine::rules::source::Source;
use crate::engine::rules::suggest;
use crate::engine::rules::term;
use crate::engine::rules::widget;
use crate::engine::say::Say;

/// What one file says.
#[derive(Default)]
pub struct FileContent {
    /// Its concepts.
    pub concepts: Vec<(Located<String>, Concept)>,
    /// Its intents.
    pub intents: Vec<intent::Read>,
    /// Its off-topic matters.
    pub off_topic: Vec<OffTopic>,
    /// What messages tell beside what they ask.
    pub circumstances: Vec<Circumstance>,
    /// Its sentences.
    pub says: Vec<(Say, Sentence)>,
    /// Its words for pieces of the refund guide.
    pub guide: Vec<(GuideTopic, Vec<Located<String>>)>,
    /// Its sentences by what they mean.
    pub phrases: Vec<Phrases>,
    /// The answers that agents have ready.
    pub canned: Vec<Located<Canned>>,
    /// Its words for the widget and the inbox.
    pub widget: Vec<(Located<String>, Texts)>,
    /// Its part of the language.
    pub language: LanguageWords,
    /// False when the file could not be read to its end, so that what others refer to may be missing.
    pub complete: bool,
}

/// Reads a file. Mistakes go into the source.
pub fn read(source: &mut Source<'_>) -> FileContent {
    let mut content = FileContent::default();
    if let Some(root) = parse(source) {
        read_root(source, root.get_ref(), &mut content);
        content.complete = true;
    }
    content
}

/// The tables of a file, if it is TOML to its end.
pub fn parse<'t>(source: &mut Source<'t>) -> Option<Spanned<DeTable<'t>>> {
    if !is_readable(source) {
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(source.text);
    // What follows the first error is mostly its consequence.
    let Some(error) = errors.first() else {
        return Some(root);
    };
    let end = source.text.len();
    let at = source.place(error.span().unwrap_or(end..end));
    source.complain(
        Diagnostic::new(code::SYNTAX, "this is not TOML")
            .at(at, first_line(error.message()))
            .note("the rest of this file has not been looked at"),
    );
    None
}

/// Whether a file is text of a size that people write.
fn is_readable(source: &mut Source<'_>) -> bool {
    let start = source.place(0..0);
    if source.text.len() > limits::FILE_BYTES {
        source.complain(
            Diagnostic::new(code::TOO_MUCH, "this file is larger than 4 MiB")
                .at(start, "")
                .help("split it into one file per intent"),
        );
        return false;
    }
    if let Some(bad) = source.text.find('\u{fffd}') {
        let at = source.place(bad..bad + '\u{fffd}'.len_utf8());
        source.complain(
            Diagnostic::new(code::ENCODING, "this file is not UTF-8 text")
                .at(at, "no character")
                .help("save it as UTF-8 (in Notepad: Save as, Encoding)"),
        );
        return false;
    }
    true
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

fn read_root(source: &mut Source<'_>, root: &DeTable<'_>, content: &mut FileContent) {
    let mut known = vec![
        "concepts",
        "intent",
        "off_topic",
        "circumstance",
        "say",
        "guide",
        "phrases",
        "widget",
        "inbox",
        "canned",
    ];
    known.extend(WORD_TABLES);
    let start = source.place(0..0);
    let fields = Fields::new(source, "a rule file", root, start, &known);
    for (name, value) in fields.entries(source, "concepts") {
        if is_good_name(source, "concept", &name) {
            let concept = concept::read(source, &name, value);
            content.concepts.push((name, concept));
        }
    }
    for (name, value) in fields.entries(source, "intent") {
        content.intents.push(intent::read(source, name, value));
    }
    for entry in fields.entries(source, "off_topic") {
        content.off_topic.extend(off_topic(source, entry));
    }
    for entry in fields.entries(source, "circumstance") {
        content.circumstances.extend(circumstance(source, entry));
    }
    for entry in fields.entries(source, "say") {
        content.says.extend(sentence(source, entry));
    }
    content.guide = guide::read(source, &fields);
    content.phrases = phrases::read(source, &fields);
    for entry in fields.entries(source, "canned") {
        content.canned.extend(canned::read(source, entry));
    }
    for speaker in [widget::WIDGET, widget::INBOX] {
        for entry in fields.entries(source, speaker.table) {
            content.widget.extend(widget::read(source, speaker, entry));
        }
    }
    content.language = language::read(source, &fields);
}

fn is_good_name(source: &mut Source<'_>, what: &str, name: &Located<String>) -> bool {
    let good = term::is_name(&name.value);
    if !good {
        source.complain(
            Diagnostic::new(
                code::BAD_NAME,
                format!("`{}` is no name for {what}s", name.value),
            )
            .at(name.at, "")
            .help("use lower-case letters, digits and `_`"),
        );
    }
    good
}

fn off_topic(source: &mut Source<'_>, (name, value): Entry<'_, '_>) -> Option<OffTopic> {
    let what = format!("`off_topic.{}`", name.value);
    let table = source.as_table(&what, value)?;
    let at = source.place(value.span());
    let fields = Fields::new(source, &what, table, at, &["settled", "rule", "examples"]);
    is_good_name(source, "off-topic matter", &name).then(|| OffTopic {
        settled: fields.flag(source, "settled").unwrap_or_default(),
        rules: rule::read_all(source, &fields, &what),
        examples: parts::examples(source, &fields),
        name,
    })
}

fn circumstance(source: &mut Source<'_>, (name, value): Entry<'_, '_>) -> Option<Circumstance> {
    let what = format!("`circumstance.{}`", name.value);
    let table = source.as_table(&what, value)?;
    let at = source.place(value.span());
    let fields = Fields::new(source, &what, table, at, &["rule", "examples"]);
    Some(Circumstance {
        rules: rule::read_all(source, &fields, &what),
        examples: parts::examples(source, &fields),
        name: parts::id(source, &name)?,
    })
}

fn sentence(source: &mut Source<'_>, (name, value): Entry<'_, '_>) -> Option<(Say, Sentence)> {
    let what = format!("`say.{}`", name.value);
    let table = source.as_table(&what, value)?;
    let at = source.place(value.span());
    let known = ["proof", "zh-Hans", "zh-Hant", "en"];
    let fields = Fields::new(source, &what, table, at, &known);
    let sentence = Sentence {
        proof: parts::proof_up_to(ProofLevel::Agent, source, &fields),
        text: fields.languages(source),
        at: name.at,
    };
    let Some(say) = Say::ALL.iter().find(|say| say.key() == name.value) else {
        let hint = suggest::did_you_mean(&name.value, Say::ALL.iter().map(|say| say.key()));
        source.complain(
            Diagnostic::new(
                code::UNKNOWN_NAME,
                format!("the desk never says `{}`", name.value),
            )
            .at(name.at, "no such sentence")
            .maybe_help(hint),
        );
        return None;
    };
    Some((*say, sentence))
}
