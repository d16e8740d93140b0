//! An event in the words of those who work here, for a robot in their group: what waits, why, and where to look.

use serde_json::Value;

use crate::desk::Desk;
use crate::domain::language::Language;
use crate::domain::webhook::EventKind;
use crate::domain::wording::{INBOX, Wording};

impl Desk {
    /// An event, as it is sent to programs, in words. `inbox` is the address of the page where agents work; empty if there is none.
    #[must_use]
    pub fn in_words(&self, event: &str, language: Language, inbox: &str) -> String {
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        let (words, _, _) = self.inbox_words(language);
        let say = |name: &str| say(&words, name, language);
        let data = &event["data"];
        let text = |name: &str| data[name].as_str().unwrap_or_default();
        let kind = event["type"].as_str().unwrap_or_default();
        let said = if kind == EventKind::HandoffCreated.name() {
            let why = say(&format!("reason_{}", text("reason")));
            let priority = say(&format!("priority_{}", text("priority")));
            let is_known = !text("reason").is_empty();
            let said = say(if is_known {
                "robot_handoff"
            } else {
                "robot_waits"
            });
            let said = said.replace("{why}", &why);
            said.replace("{priority}", &priority)
        } else if kind == EventKind::Test.name() {
            say("robot_test")
        } else {
            let said = say(&format!("robot_{}", kind.replace('.', "_")));
            let in_general = || say("robot_event").replace("{what}", kind);
            if said.is_empty() {
                in_general()
            } else {
                filled(&said, data)
            }
        };
        // Rules of an operator's own may be older than this program.
        let said = if said.is_empty() {
            kind.to_owned()
        } else {
            said
        };
        let conversation = text("conversation");
        let link = match (inbox.is_empty(), conversation.is_empty()) {
            (_, true) => String::new(),
            (true, false) => conversation.to_owned(),
            (false, false) => format!("{inbox}#v=waiting&c={conversation}"),
        };
        [said, link].join("\n").trim().to_owned()
    }
}

/// A text with the parts of an event in the places that are named after them. What a place was filled with is not looked at again.
fn filled(text: &str, data: &Value) -> String {
    let mut parts = text.split('{');
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        said.push_str(data[name].as_str().unwrap_or_default());
        said.push_str(rest);
    }
    said
}

fn say(words: &Wording, name: &str, language: Language) -> String {
    let texts = words.get(&format!("{INBOX}{name}"));
    let text = texts.and_then(|texts| texts.get(&language));
    text.cloned().unwrap_or_default()
}
