//! What a reader of a conversation sees of its log: the customer what is theirs, the agent all of it.
//!
//! `customer` and `agent` turn an event into what that reader may see; streams, answers and transcripts all go through them, so
//! that a note cannot reach a customer by a side door: the customer's type has no place for one. `text` and `html` write what was
//! projected as a page. Words stand in [`Labels`] and are passed in.

mod agent;
pub mod csv;
mod customer;
mod handed_off;
mod html;
mod reuse;
mod text;

use std::collections::BTreeMap;

pub use agent::{AgentEvent, AgentSees};
pub use customer::{CustomerEvent, CustomerSees};
pub use handed_off::{HandedOff, handed_off_in_words};
pub use html::STYLE_HASH;
pub(super) use html::escape;
pub use reuse::EarlierUse;

use super::brief::BriefLabel;
use super::conversation::{Actor, Event};
use super::handoff::HandoffReason;
use super::ids::{AgentId, ConversationId};
use super::language::Language;

/// What agents are called. An agent who is not in it is shown without a name, never by their log-in.
pub type Names = BTreeMap<AgentId, String>;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The customer: no notes, no reasons, agents by their display name.
    Customer,
    /// An agent: all of it.
    Agent,
}

/// The words of a transcript, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The language of these words.
    pub language: Language,
    /// Over the whole: `Conversation`.
    pub title: String,
    /// The customer.
    pub customer: String,
    /// The program.
    pub bot: String,
    /// A person of the shop, where the name is not known.
    pub agent: String,
    /// The desk itself.
    pub system: String,
    /// In front of a note.
    pub note: String,
    /// A person is asked.
    pub queued: String,
    /// A person is there.
    pub joined: String,
    /// The program speaks again.
    pub given_back: String,
    /// Done.
    pub resolved: String,
    /// Taken up again.
    pub reopened: String,
    /// What the lines of a brief are called.
    pub brief: BTreeMap<BriefLabel, String>,
    /// Why a person has a conversation.
    pub reasons: BTreeMap<HandoffReason, String>,
}

/// One line of a transcript: who, when, what, ready to be written in any form.
struct Line {
    at: jiff::Timestamp,
    who: String,
    /// A short word by which a page tells speakers apart.
    kind: &'static str,
    text: String,
}

/// An event with the conversation that it is of: a story may be of several that are one.
#[derive(serde::Serialize)]
struct Of<'a, T> {
    conversation: &'a ConversationId,
    #[serde(flatten)]
    seen: T,
}

/// The log as lines of JSON, one event a line.
#[must_use]
pub fn json_lines(events: &[Event], reader: Reader, names: &Names) -> String {
    let mut out = String::new();
    for event in events {
        let line = match reader {
            Reader::Customer => CustomerEvent::of(event, names).map(|seen| to_json(event, seen)),
            Reader::Agent => Some(to_json(event, AgentEvent::of(event, names))),
        };
        if let Some(line) = line {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

/// The log as plain text.
#[must_use]
pub fn plain_text(events: &[Event], reader: Reader, names: &Names, labels: &Labels) -> String {
    text::write(&lines(events, reader, names, labels))
}

/// The log as a table for spreadsheets, which take a file for the old code page of their country unless it begins as one of Unicode.
#[must_use]
pub fn table(events: &[Event], reader: Reader, names: &Names, labels: &Labels) -> String {
    format!(
        "{}{}",
        csv::UNICODE,
        csv::write(&lines(events, reader, names, labels))
    )
}

/// The log as a page that stands alone, prints well and runs nothing.
#[must_use]
pub fn page(events: &[Event], reader: Reader, names: &Names, labels: &Labels) -> String {
    html::write(&lines(events, reader, names, labels), labels)
}

fn lines(events: &[Event], reader: Reader, names: &Names, labels: &Labels) -> Vec<Line> {
    events
        .iter()
        .filter_map(|event| match reader {
            Reader::Customer => CustomerEvent::of(event, names)?.line(labels),
            Reader::Agent => Some(AgentEvent::of(event, names).line(labels)),
        })
        .collect()
}

fn to_json(event: &Event, seen: impl serde::Serialize) -> String {
    let conversation = &event.conversation;
    // Plain data with text keys: this cannot fail, and an empty line is still a line.
    serde_json::to_string(&Of { conversation, seen }).unwrap_or_default()
}

/// The name to show for whoever did something, where it is a person of the shop.
fn name_of(actor: &Actor, names: &Names) -> Option<String> {
    match actor {
        Actor::Agent(agent) => names.get(agent).cloned(),
        Actor::There(name) => Some(name.clone()),
        _ => None,
    }
}

/// The word for whoever did something.
fn who(from: &str, name: Option<&str>, labels: &Labels) -> String {
    let role = match from {
        "customer" => &labels.customer,
        "bot" => &labels.bot,
        "agent" => &labels.agent,
        _ => &labels.system,
    };
    name.unwrap_or(role).to_owned()
}

/// Makes characters visible that could forge a line, steer a terminal or turn text around: controls and bidirectional overrides.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
