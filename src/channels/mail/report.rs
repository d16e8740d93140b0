//! Reports of mail servers about letters of ours (RFC 3464): whether one arrived or came back, why, and which one it was.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

use crate::channels::incoming::Receipt;
use crate::domain::channel::MessageState;

/// Of a reason so many characters are kept.
const REASON: usize = 300;

/// A report in a letter: what it says about a recipient, and what the letter that it is about was called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    action: String,
    reason: String,
    /// Names of letters that are quoted in it, the likeliest first.
    names: Vec<String>,
}

impl Report {
    /// The report in a letter; none in one that is none.
    pub(super) fn in_letter(message: &Message<'_>) -> Option<Self> {
        let status = message
            .parts
            .iter()
            .find(|part| is(part, "delivery-status"));
        let status = String::from_utf8_lossy(status?.contents()).replace("\r\n", "\n");
        let about = recipients(&status);
        // A letter of ours goes to one person: what came of it for them.
        let failed = about.iter().find(|fields| of(fields, "action") == "failed");
        let fields = failed.or(about.first())?;
        let quoted = message.parts.iter().find_map(name_in);
        let answered = message.in_reply_to().as_text_list().unwrap_or_default();
        let answered = answered.iter().map(|name| format!("<{name}>"));
        Some(Self {
            action: of(fields, "action").to_lowercase(),
            reason: reason(fields),
            names: quoted.into_iter().chain(answered).collect(),
        })
    }

    /// What became of a letter of ours, which is known by its name; nothing while the server goes on trying.
    pub(super) fn receipt(self, known: impl Fn(&str) -> Option<String>) -> Option<Receipt> {
        let id = self.names.iter().find_map(|name| known(name))?;
        match self.action.as_str() {
            "failed" => {
                let receipt = Receipt::of(id, MessageState::Failed);
                Some(receipt.because(Some(self.reason).filter(|why| !why.is_empty())))
            }
            "delivered" => Some(Receipt::of(id, MessageState::Delivered)),
            _ => None,
        }
    }
}

fn is(part: &MessagePart<'_>, subtype: &str) -> bool {
    let kind = part.content_type();
    kind.is_some_and(|kind| {
        kind.subtype()
            .is_some_and(|one| one.eq_ignore_ascii_case(subtype))
    })
}

/// The name of the letter that came back, whole or as its headers alone.
fn name_in(part: &MessagePart<'_>) -> Option<String> {
    let name = match &part.body {
        PartType::Message(returned) => returned.message_id()?.to_owned(),
        _ if is(part, "rfc822-headers") => {
            let head = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
            of(&fields(&head), "message-id").to_owned()
        }
        _ => return None,
    };
    let bare = name.trim().trim_start_matches('<').trim_end_matches('>');
    (!bare.is_empty()).then(|| format!("<{bare}>"))
}

type Fields = Vec<(String, String)>;

/// The groups of fields, each about one recipient.
fn recipients(status: &str) -> Vec<Fields> {
    let groups = status.split("\n\n").map(fields);
    groups
        .filter(|group| !of(group, "action").is_empty())
        .collect()
}

/// The fields of one group; a line that begins with a blank belongs to the one before it.
fn fields(group: &str) -> Fields {
    let mut found: Fields = Vec::new();
    for line in group.lines() {
        match (line.starts_with([' ', '\t']), line.split_once(':')) {
            (true, _) => {
                if let Some((_, value)) = found.last_mut() {
                    *value = format!("{value} {}", line.trim());
                }
            }
            (false, Some((name, value))) => {
                found.push((name.trim().to_lowercase(), value.trim().to_owned()));
            }
            (false, None) => {}
        }
    }
    found
}

fn of<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let mut found = fields.iter().filter(|(known, _)| known == name);
    found.next().map_or("", |(_, value)| value)
}

/// Why, in the words of the server that refused it; else the number of the reason.
fn reason(fields: &Fields) -> String {
    let words = of(fields, "diagnostic-code");
    let words = words.split_once(';').map_or(words, |(_, words)| words);
    let said = match words.trim() {
        "" => of(fields, "status"),
        words => words,
    };
    said.chars().take(REASON).collect()
}
