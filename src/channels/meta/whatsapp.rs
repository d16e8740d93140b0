//! WhatsApp Cloud API. Customers may have no phone number that we see: they are known by the id that the platform gave them, and by their
//! number as long as it has given none.

use serde_json::{Value, json};

use super::{counted, signed};
use crate::channels::account::Account;
use crate::channels::incoming::{Accepted, File, Inbound, Incoming, Receipt, Refusal, Renamed};
use crate::channels::json::{choice, list, name, second, text};
use crate::channels::outgoing::{Outbound, Request, Way};
use crate::channels::split::{Room, Unit, split_as};
use crate::domain::channel::MessageState;
use crate::domain::conversation::Choice;

const ROOM: Room = Room {
    unit: Unit::Chars,
    most: 4096,
};
/// A text with buttons or a list.
const TEXT_WITH_BUTTONS: usize = 1024;
/// Buttons, and what stands on one.
const BUTTONS: (usize, usize) = (3, 20);
/// What marks the words between two of it, and what begins a quotation.
const MARKS: [char; 5] = ['*', '_', '~', '`', QUOTE];
const QUOTE: char = '>';
/// A character of no width.
const UNSEEN: char = '\u{200b}';
/// Rows of a list, and what stands in one.
const ROWS: (usize, usize) = (10, 24);
/// What the platform tells of a customer who is called by another name from now on.
const CHANGES: [&str; 3] = [
    "user_changed_number",
    "user_changed_user_id",
    "customer_changed_number",
];

pub(in crate::channels) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
) -> Result<Accepted, Refusal> {
    let body = match signed(account, incoming)? {
        Ok(body) => body,
        Err(introduced) => return Ok(introduced),
    };
    let mut accepted = Accepted::default();
    let entries = list(&body, "/entry").iter();
    for change in entries.flat_map(|entry| list(entry, "/changes")) {
        let value = &change["value"];
        let number = text(value, "/metadata/phone_number_id");
        if change["field"] != "messages" {
            continue;
        }
        // An app has one address for all its numbers: each has an account of its own here.
        if number != account.sender {
            accepted.left_out.others += counted(list(value, "/messages").len());
            continue;
        }
        let (group, own) = list(value, "/messages")
            .iter()
            .partition::<Vec<_>, _>(|message| in_group(message));
        for one in own {
            accepted
                .renamed
                .extend(renamed(one, accepted.messages.len()));
            accepted.messages.extend(message(one));
        }
        accepted.left_out.groups += counted(group.len());
        let receipts = list(value, "/statuses").iter();
        accepted.receipts.extend(receipts.filter_map(receipt));
    }
    Ok(accepted)
}

/// Whether others read it, who must not see what is said of somebody's order.
fn in_group(message: &Value) -> bool {
    message.get("group_id").is_some()
}

/// The customer has another number, and with it another id, or another id alone: what they are called from now on is in `system`, what they
/// were called there and beside it (developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system).
fn renamed(message: &Value, before: usize) -> Option<Renamed> {
    let system = message.get("system")?;
    if message["type"] != "system" || !CHANGES.contains(&system["type"].as_str()?) {
        return None;
    }
    let user = ["/user_id", "/new_wa_id", "/wa_id"];
    let user = user.iter().find_map(|place| name(system, place))?;
    let another = |name: &String| *name != user;
    let named = text(system, "/previous_user_id").or_else(|| text(message, "/from_user_id"));
    Some(Renamed {
        id: text(message, "/id")?,
        named: named.filter(another),
        number: text(message, "/from").filter(another),
        user,
        at: second(message, "/timestamp"),
        before,
    })
}

fn message(message: &Value) -> Option<Inbound> {
    let kind = text(message, "/type")?;
    let (named, number) = (text(message, "/from_user_id"), text(message, "/from"));
    let (user, formerly) = match named {
        Some(named) => (named, number),
        None => (number?, None),
    };
    let begun = Inbound {
        id: text(message, "/id")?,
        user,
        formerly,
        at: second(message, "/timestamp"),
        ..Inbound::default()
    };
    let found = match kind.as_str() {
        "text" => Inbound {
            text: text(message, "/text/body")?,
            ..begun
        },
        "interactive" => {
            let reply = ["button_reply", "list_reply"]
                .iter()
                .find_map(|kind| message["interactive"].get(kind))?;
            pressed(begun, text(reply, "/title")?, &text(reply, "/id")?)
        }
        "button" => pressed(
            begun,
            text(message, "/button/text")?,
            &text(message, "/button/payload")?,
        ),
        "image" | "document" | "audio" | "video" | "sticker" => {
            let file = message.get(&kind)?;
            Inbound {
                text: text(file, "/caption").unwrap_or_default(),
                files: vec![File {
                    id: text(file, "/id")?,
                    kind,
                }],
                ..begun
            }
        }
        _ => return None,
    };
    Some(found)
}

fn pressed(begun: Inbound, label: String, payload: &str) -> Inbound {
    Inbound {
        text: label,
        choice: choice(payload),
        ..begun
    }
}

fn receipt(status: &Value) -> Option<Receipt> {
    let state = match status["status"].as_str()? {
        "delivered" => MessageState::Delivered,
        "read" => MessageState::Read,
        "failed" => MessageState::Failed,
        _ => return None,
    };
    let why = text(status, "/errors/0/title");
    Some(Receipt::of(text(status, "/id")?, state).because(why))
}

pub(in crate::channels) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let bodies = match action(out) {
        Some((kind, action)) => vec![json!({"type": "interactive", "interactive": {
            "type": kind, "body": {"text": calm(&out.text)}, "action": action}})],
        None => split_as(&out.numbered(), ROOM, calm)
            .into_iter()
            .map(|part| json!({"type": "text", "text": {"body": part}}))
            .collect(),
    };
    let path = format!(
        "/{}/messages",
        way.account.sender.as_deref().unwrap_or_default()
    );
    let requests = bodies.into_iter().map(|mut body| {
        body["messaging_product"] = json!("whatsapp");
        body["recipient_type"] = json!("individual");
        // An id that the platform gave has a country and a full stop before it; a phone number has neither.
        let to = if way.to.user.contains('.') {
            "recipient"
        } else {
            "to"
        };
        body[to] = json!(way.to.user);
        Request::json(way.account, &path, &body).header("authorization", way.account.bearer())
    });
    requests.collect()
}

/// A text in which what looks like the platform's marks for bold, italics, what is struck out and code marks nothing: it is shown as it stands,
/// with a character that nobody sees beside each mark that begins or ends a word. There is no way to escape one. Between Latin letters or
/// figures, as in order numbers, and within addresses they are none.
fn calm(text: &str) -> String {
    let word = |word: &str| {
        let is_address = word.starts_with("https://") || word.starts_with("http://");
        match is_address || !word.contains(MARKS) {
            true => word.to_owned(),
            false => calm_word(word),
        }
    };
    let words = text.split_inclusive(char::is_whitespace).map(word);
    words.collect::<Vec<String>>().concat()
}

fn calm_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + UNSEEN.len_utf8());
    let mut before: Option<char> = None;
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_in_word = |beside: Option<char>| beside.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_mark = letter != QUOTE && MARKS.contains(&letter);
        let (begins, ends) = (!is_in_word(before), !is_in_word(letters.peek().copied()));
        let quotes = letter == QUOTE && before.is_none();
        if is_mark && ends {
            out.push(UNSEEN);
        }
        out.push(letter);
        if is_mark && begins || quotes {
            out.push(UNSEEN);
        }
        before = Some(letter);
    }
    out
}

/// The choices as buttons or as a list, if they and the text fit.
fn action(out: &Outbound) -> Option<(&'static str, Value)> {
    let fit = |(most, length): (usize, usize)| {
        let labels = out.choices.iter();
        out.choices.len() <= most
            && labels
                .clone()
                .all(|choice| choice.label.chars().count() <= length)
    };
    if out.choices.is_empty() || calm(&out.text).chars().count() > TEXT_WITH_BUTTONS {
        return None;
    }
    if fit(BUTTONS) {
        let button = |choice: &Choice| json!({"type": "reply", "reply": {"id": choice.number.to_string(), "title": choice.label}});
        let buttons: Vec<Value> = out.choices.iter().map(button).collect();
        return Some(("button", json!({ "buttons": buttons })));
    }
    let row = |choice: &Choice| json!({"id": choice.number.to_string(), "title": choice.label});
    let rows: Vec<Value> = out.choices.iter().map(row).collect();
    let numbers = format!("1-{}", rows.len());
    fit(ROWS).then(|| {
        (
            "list",
            json!({"button": numbers, "sections": [{"title": numbers, "rows": rows}]}),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether two marks stand so that what is between them is marked: the first before a letter that begins a word, the second behind one.
    fn is_marked(text: &str) -> bool {
        let letters: Vec<char> = std::iter::once(' ')
            .chain(text.chars())
            .chain([' '])
            .collect();
        let at = |mark: char, opens: bool| {
            letters.windows(3).any(|near| {
                let (outer, inner) = if opens {
                    (near[0], near[2])
                } else {
                    (near[2], near[0])
                };
                near[1] == mark && !outer.is_ascii_alphanumeric() && inner.is_alphanumeric()
            })
        };
        ['*', '_', '~', '`']
            .iter()
            .any(|mark| at(*mark, true) && at(*mark, false))
    }

    #[test]
    fn what_is_said_is_shown_as_it_was_written_and_no_part_of_it_bold() {
        for text in [
            "it is *not* free",
            "_A-1_ and ~old~ price",
            "2*3 and (*see below*)",
            "`code` and ```more```",
            "*a _b_ c*",
            "\u{6211}\u{4eec} *\u{5305}\u{90ae}*\u{3002}",
            "\u{6211}\u{4eec}*\u{5305}\u{90ae}*\u{4e86}",
        ] {
            let said = calm(text);
            assert!(!is_marked(&said), "{said:?}");
            assert_eq!(said.replace(UNSEEN, ""), text);
        }
        assert!(calm("> said").starts_with(">\u{200b}"));
        for text in [
            "order A_1_2, 3*4",
            "https://shop.example/_a_/*b*?c=~d~",
            "a plain sentence.",
        ] {
            assert_eq!(calm(text), text);
        }
    }
}
