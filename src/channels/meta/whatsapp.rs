//! WhatsApp Cloud API. Customers may have no phone number that we see: they are known by the id that the platform gave them, and by their
//! number as long as it has given none.

use serde_json::{Value, json};

use super::signed;
use crate::channels::account::Account;
use crate::channels::incoming::{Accepted, File, Inbound, Incoming, Receipt, Refusal, Renamed};
use crate::channels::json::{choice, list, name, second, text};
use crate::channels::outgoing::{Outbound, Request, Way};
use crate::channels::split::{Room, Unit, split};
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
        // One address may be given for several numbers: each has an account of its own here.
        if change["field"] != "messages" || number != account.sender {
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
        accepted.left_out.groups += u64::try_from(group.len()).unwrap_or(u64::MAX);
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
            "type": kind, "body": {"text": out.text}, "action": action}})],
        None => split(&out.numbered(), ROOM)
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

/// The choices as buttons or as a list, if they and the text fit.
fn action(out: &Outbound) -> Option<(&'static str, Value)> {
    let fit = |(most, length): (usize, usize)| {
        let labels = out.choices.iter();
        out.choices.len() <= most
            && labels
                .clone()
                .all(|choice| choice.label.chars().count() <= length)
    };
    if out.choices.is_empty() || out.text.chars().count() > TEXT_WITH_BUTTONS {
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
