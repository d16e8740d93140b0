//! Telegram, by webhook: updates with a secret token in a header, answers by `sendMessage`.
//!
//! Only private chats are answered. In a group, whoever reads along would read the order of whoever asks.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::account::Account;
use super::incoming::{Accepted, File, Inbound, Incoming, Refusal};
use super::json::{choice, list, name, object, text};
use super::news::{Pull, Pulled};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::Secret;
use super::split::{Room, Unit, split};

const ROOM: Room = Room {
    unit: Unit::Utf16,
    most: 4096,
};
/// Buttons under one message, at most.
const BUTTONS: usize = 100;
/// So many seconds a question for updates waits for one: shorter than any answer may take.
const WAITS: u32 = 15;
/// What is said by opening the chat.
const START: &str = "/start";
/// Files that a message may carry, by the platform's words.
const FILES: [&str; 5] = ["photo", "document", "voice", "video", "audio"];

pub(super) fn accept(account: &Account, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
    let given = incoming.header("x-telegram-bot-api-secret-token")?;
    if !account.any_secret(|secret| secret.is(given)) {
        return Err(Refusal::Forged);
    }
    Ok(read(&object(incoming.body)?))
}

fn read(update: &Value) -> Accepted {
    if let Some(pressed) = update.get("callback_query") {
        return press(update, pressed);
    }
    let message = update.get("message").and_then(|it| message(update, it));
    Accepted {
        messages: message.into_iter().collect(),
        ..Accepted::default()
    }
}

/// Asks for updates, and waits for one for a while. What was read is confirmed by asking for what comes behind it.
pub(super) fn pull_request(pull: &Pull<'_>) -> Request {
    let token = pull.account.token.as_ref().map_or("", Secret::reveal);
    let offset: i64 = pull.cursor.parse().unwrap_or(0);
    let body = json!({"offset": offset, "timeout": WAITS, "allowed_updates": ["message", "callback_query"]});
    Request::json(pull.account, &format!("/bot{token}/getUpdates"), &body)
}

pub(super) fn pulled(pull: &Pull<'_>, responded: &Responded<'_>) -> Result<Pulled, Judgement> {
    match judge(responded) {
        Judgement::Sent(_) => {}
        other => return Err(other),
    }
    let body = responded.json();
    let token = pull.account.token.as_ref().map_or("", Secret::reveal);
    let path = format!("/bot{token}/answerCallbackQuery");
    let mut found = Pulled::default();
    for update in list(&body, "/result") {
        let next = update["update_id"].as_i64().map(|id| id.saturating_add(1));
        found.cursor = next.map(|next| next.to_string()).or(found.cursor);
        if let Some(query) = name(update, "/callback_query/id") {
            let answer = json!({ "callback_query_id": query });
            let request = Request::json(pull.account, &path, &answer);
            found.requests.push(request);
        }
        found.accepted.messages.extend(read(update).messages);
    }
    Ok(found)
}

fn message(update: &Value, message: &Value) -> Option<Inbound> {
    let files = files(message);
    let said = text(message, "/text").or_else(|| text(message, "/caption"));
    if said.is_none() && files.is_empty() {
        return None;
    }
    Some(Inbound {
        text: without_parameter(said.unwrap_or_default()),
        files,
        ..begin(update, message, &message["from"])?
    })
}

/// What a link may bring along is no longer, in characters.
const PARAMETER: usize = 64;

/// Whoever opens the chat says `/start`, and behind it what stood in the link that led there: that is for programs, and nobody wrote it. It is
/// one word of letters, digits, `_` and `-` (core.telegram.org/bots/features#deep-linking); anything else somebody has typed behind it, and that is
/// what they want.
fn without_parameter(said: String) -> String {
    let Some(rest) = said.strip_prefix(START) else {
        return said;
    };
    let typed = rest.trim();
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let is_parameter = typed.chars().all(is_of_word) && typed.len() <= PARAMETER;
    match rest.starts_with(char::is_whitespace) {
        true if is_parameter => START.to_owned(),
        true => typed.to_owned(),
        // It is another command, or `/start` alone.
        false => said,
    }
}

/// What holds for messages and buttons; nothing outside a private chat, nothing of other bots.
fn begin(update: &Value, message: &Value, from: &Value) -> Option<Inbound> {
    let is_private = text(message, "/chat/type").as_deref() == Some("private");
    let is_bot = from["is_bot"].as_bool() == Some(true);
    Some(Inbound {
        id: name(update, "/update_id")?,
        user: name(from, "/id").filter(|_| is_private && !is_bot)?,
        place: name(message, "/chat/id"),
        locale: text(from, "/language_code"),
        ..Inbound::default()
    })
}

/// A button that was pressed. The platform shows a clock on it until it is answered, so the answer to the request does that.
fn press(update: &Value, pressed: &Value) -> Accepted {
    let query = name(pressed, "/id").unwrap_or_default();
    let answer = json!({"method": "answerCallbackQuery", "callback_query_id": query});
    let mut accepted = Accepted::answer("application/json", answer.to_string());
    let data = text(pressed, "/data").unwrap_or_default();
    let begun = begin(update, &pressed["message"], &pressed["from"]);
    accepted.messages.extend(begun.map(|begun| Inbound {
        text: label(pressed, &data).unwrap_or_else(|| data.clone()),
        choice: choice(&data),
        ..begun
    }));
    accepted
}

/// What stands on the button with this data.
fn label(pressed: &Value, data: &str) -> Option<String> {
    let rows = list(pressed, "/message/reply_markup/inline_keyboard").iter();
    let mut buttons = rows.filter_map(Value::as_array).flatten();
    let button = buttons.find(|button| text(button, "/callback_data").as_deref() == Some(data))?;
    text(button, "/text")
}

fn files(message: &Value) -> Vec<File> {
    let each = FILES.iter().filter_map(|kind| {
        let found = match &message[*kind] {
            // A photo comes in several sizes, the largest last.
            Value::Array(sizes) => sizes.last()?,
            other => other,
        };
        Some(File {
            kind: (*kind).to_owned(),
            id: text(found, "/file_id")?,
        })
    });
    each.collect()
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let token = way.account.token.as_ref().map_or("", Secret::reveal);
    let chat = way.to.place.as_ref().unwrap_or(&way.to.user);
    let has_buttons = !out.choices.is_empty() && out.choices.len() <= BUTTONS;
    let said = if has_buttons {
        out.text.clone()
    } else {
        out.numbered()
    };
    let parts = split(&said, ROOM);
    let last = parts.len().saturating_sub(1);
    let requests = parts.iter().enumerate().map(|(at, part)| {
        let mut body = json!({"chat_id": chat, "text": part});
        if has_buttons && at == last {
            let row = |choice: &crate::domain::conversation::Choice| {
                json!([{"text": choice.label, "callback_data": choice.number.to_string()}])
            };
            let rows: Vec<Value> = out.choices.iter().map(row).collect();
            body["reply_markup"] = json!({ "inline_keyboard": rows });
        }
        Request::json(way.account, &format!("/bot{token}/sendMessage"), &body)
    });
    requests.collect()
}

/// Asks who the token is.
pub(super) fn check_request(account: &Account) -> Request {
    let token = account.token.as_ref().map_or("", Secret::reveal);
    Request::json(account, &format!("/bot{token}/getMe"), &json!({}))
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    if body["ok"] == true {
        return Judgement::Sent(None);
    }
    let why =
        text(&body, "/description").unwrap_or_else(|| format!("it answered {}", responded.status));
    let wait = body
        .pointer("/parameters/retry_after")
        .and_then(Value::as_i64);
    match responded.status {
        // There is no such bot: its token was taken back, or is none.
        401 | 404 => Judgement::Account(why),
        _ if responded.asks_again() => Judgement::Later(why, wait.map(SignedDuration::from_secs)),
        // The customer has blocked the bot, or there is no such chat any more.
        _ => Judgement::Never(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_brings_along_is_nobodys_and_what_is_typed_behind_the_command_is_the_customers() {
        for (said, taken) in [
            ("/start", "/start"),
            ("/start order_A1042", "/start"),
            ("/start  ", "/start"),
            (
                "/start where is my order A1042?",
                "where is my order A1042?",
            ),
            ("/start\nWhere is it?", "Where is it?"),
            (
                "/start \u{6211}\u{8981}\u{9000}\u{6b3e}",
                "\u{6211}\u{8981}\u{9000}\u{6b3e}",
            ),
            ("/started late", "/started late"),
            ("I pressed /start twice", "I pressed /start twice"),
        ] {
            assert_eq!(without_parameter(said.to_owned()), taken, "{said}");
        }
        let long = "x".repeat(PARAMETER + 1);
        assert_eq!(without_parameter(format!("/start {long}")), long);
    }
}
