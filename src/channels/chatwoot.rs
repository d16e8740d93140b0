//! Chatwoot, as an agent bot: it speaks as long as a conversation is pending there, and not to the people who work there. Where they take
//! over, a hand-over opens the conversation, with the brief as a note that its customer does not see, and what their customer writes is
//! kept, for them and for whoever here takes it over from them.
//!
//! That a bot opens what is pending, and which events a bot is told, is in Chatwoot's own source: `toggle_status` of
//! `api/v1/accounts/conversations_controller.rb` (`bot_handoff!`) and `listeners/agent_bot_listener.rb` (`conversation_opened`,
//! `conversation_resolved`, newer ones also `conversation_status_changed`, as the account's own webhooks are; `message_created` of whatever
//! is `webhook_sendable?`: what comes in and what goes out, private or not). A status is `open`,
//! `resolved`, `pending` or `snoozed`: developers.chatwoot.com/api-reference/conversations/toggle-status. Who wrote is a `contact`, a `user` or
//! an `agent_bot`: chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks, and `webhook_data` of each.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::incoming::{Accepted, File, Held, Inbound, Incoming, Person, Receipt, Refusal, fresh};
use super::json::{choice, list, name, object, text};
use super::mail::knows_secret;
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::{Secret, same_hex};
use crate::domain::channel::MessageState;
use crate::domain::conversation::Hands;

/// A request is one of now for so long.
const WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// Where the choice stands of whoever chose.
const CHOSEN: &str = "/content_attributes/submitted_values/0";

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let is_signed = incoming.headers.contains_key("x-chatwoot-signature");
    match incoming.header("authorization") {
        // Versions that sign nothing have the secret in their address, as a password.
        Ok(given) if !is_signed => knows_secret(account, given)?,
        _ => signed(account, incoming, now)?,
    }
    let body = object(incoming.body)?;
    if body["event"] == "message_updated" {
        let mut accepted = Accepted::default();
        accepted.held.extend(held(&body));
        accepted.messages.extend(chosen(&body, account));
        accepted.receipts.extend(fate(&body));
        return Ok(accepted);
    }
    let mut accepted = Accepted::default();
    accepted.held.extend(held(&body));
    accepted.messages.extend(by_people(&body));
    let is_customers = body["event"] == "message_created"
        && body["message_type"] == "incoming"
        && body["private"] != true;
    let of = with_people(&body, account).filter(|_| is_customers);
    let (Some(with_people), Some(id), Some(user)) =
        (of, name(&body, "/id"), name(&body, "/sender/id"))
    else {
        return Ok(accepted);
    };
    let (Some(inbox), Some(conversation)) =
        (name(&body, "/account/id"), name(&body, "/conversation/id"))
    else {
        return Ok(accepted);
    };
    accepted.messages.push(Inbound {
        id: format!("{inbox}/{id}"),
        user: format!("{inbox}/{user}"),
        place: Some(format!("{inbox}/{conversation}")),
        text: text(&body, "/content").unwrap_or_default(),
        files: files(&body),
        with_people,
        ..Inbound::default()
    });
    Ok(accepted)
}

/// Whether what a customer does is for people there, who have the conversation as long as it is not pending. They may be without the desk
/// where they take nothing over from it; otherwise what their customer says is kept, too: somebody here may have taken it over from them.
fn with_people(body: &Value, account: &Account) -> Option<bool> {
    let is_pending = body["conversation"]["status"] == "pending";
    (is_pending || account.hands_over).then_some(!is_pending)
}

fn files(body: &Value) -> Vec<File> {
    let files = list(body, "/attachments").iter().filter_map(|file| {
        Some(File {
            kind: text(file, "/file_type")?,
            id: text(file, "/data_url")?,
        })
    });
    files.collect()
}

/// What people there write to a customer, or note for each other: of the type `user`, where a bot, the desk too, is an `agent_bot`.
fn by_people(body: &Value) -> Option<Inbound> {
    let is_theirs = body["event"] == "message_created"
        && body["message_type"] == "outgoing"
        && body["sender"]["type"] == "user";
    let inbox = name(body, "/account/id").filter(|_| is_theirs)?;
    let of = &body["conversation"];
    let (user, conversation) = (name(of, "/meta/sender/id")?, name(of, "/id")?);
    let person = Person {
        name: text(&body["sender"], "/name").unwrap_or_default(),
        is_note: body["private"] == true,
    };
    Some(Inbound {
        id: name(body, "/id")?,
        user: format!("{inbox}/{user}"),
        place: Some(format!("{inbox}/{conversation}")),
        text: text(body, "/content").unwrap_or_default(),
        files: files(body),
        person: Some(person),
        ..Inbound::default()
    })
}

/// Who has a conversation, as its status says; told when that changes, and with each message of its customer.
fn held(body: &Value) -> Option<Held> {
    let (of, user) = match body["event"].as_str()? {
        "conversation_status_changed" | "conversation_opened" | "conversation_resolved" => {
            (body, name(body, "/meta/sender/id")?)
        }
        "message_created" if body["message_type"] == "incoming" => {
            (&body["conversation"], name(body, "/sender/id")?)
        }
        // Whoever writes there has it, once it is open; that it is pending says nothing: it is opened behind what they write.
        "message_created"
            if body["conversation"]["status"] == "open" && by_people(body).is_some() =>
        {
            let of = &body["conversation"];
            (of, name(of, "/meta/sender/id")?)
        }
        "message_updated" if body.pointer(CHOSEN).is_some() => {
            let of = &body["conversation"];
            (of, name(of, "/meta/sender/id")?)
        }
        _ => return None,
    };
    let hands = match of["status"].as_str()? {
        "pending" => Hands::Desk,
        "resolved" => Hands::Nobody,
        _ => Hands::People,
    };
    let inbox = name(body, "/account/id").or_else(|| name(of, "/messages/0/account_id"))?;
    let conversation = name(of, "/id")?;
    Some(Held {
        user: format!("{inbox}/{user}"),
        place: Some(format!("{inbox}/{conversation}")),
        hands,
        before: 0,
    })
}

fn signed(account: &Account, incoming: &Incoming<'_>, now: Timestamp) -> Result<(), Refusal> {
    let given = incoming.header("x-chatwoot-signature")?;
    let second = incoming.header("x-chatwoot-timestamp")?;
    let given = given.strip_prefix("sha256=").ok_or(Refusal::Unsigned)?;
    let signed = [second.as_bytes(), b".", incoming.body];
    if !account.any_secret(|secret| same_hex(&secret.mac(&signed), given)) {
        return Err(Refusal::Forged);
    }
    fresh(second, WITHIN, now)
}

/// Where files are: below the address of the installation itself, wherever it keeps them.
const STORED: &str = "/rails/active_storage/";
/// Kinds of addresses of files, each of which redirects to another host unless it is asked to give out the file itself.
const KINDS: [&str; 2] = ["blobs/", "representations/"];

/// The request for a file, which needs no token: its address is signed. The installation is asked to give it out itself, so that no
/// address has to be followed that it may lead to.
pub(super) fn file_request(account: &Account, url: &str) -> Option<Request> {
    let rest = url.strip_prefix(&account.base)?.strip_prefix(STORED)?;
    let (kind, rest) = KINDS
        .iter()
        .find_map(|kind| Some((kind, rest.strip_prefix(kind)?)))?;
    let rest = ["redirect/", "proxy/"]
        .iter()
        .find_map(|way| rest.strip_prefix(way))
        .unwrap_or(rest);
    let is_plain = !rest.contains("..") && !rest.contains(['\\', '#', '?']);
    is_plain.then(|| Request::get(account, &format!("{STORED}{kind}proxy/{rest}")))
}

/// A choice of those that we offered: the message that offered it is told again, with what was chosen.
fn chosen(body: &Value, account: &Account) -> Option<Inbound> {
    let value = body.pointer(CHOSEN)?;
    let with_people = with_people(body, account)?;
    let number = text(value, "/value").filter(|_| body["private"] != true)?;
    let (inbox, id) = (name(body, "/account/id")?, name(body, "/id")?);
    let user = name(body, "/conversation/meta/sender/id")?;
    let conversation = name(body, "/conversation/id")?;
    Some(Inbound {
        id: format!("{inbox}/{id}/chosen"),
        user: format!("{inbox}/{user}"),
        place: Some(format!("{inbox}/{conversation}")),
        text: text(value, "/title").unwrap_or_else(|| number.clone()),
        choice: choice(&number),
        with_people,
        ..Inbound::default()
    })
}

/// What became of a message of ours: it is told again, and among what the conversation came to last it stands with its state.
fn fate(body: &Value) -> Option<Receipt> {
    let id = name(body, "/id")?;
    let known = list(body, "/conversation/messages").iter();
    let mut told = known
        .chain([body])
        .filter(|one| name(one, "/id").as_ref() == Some(&id));
    let told = told.find(|one| one["status"].is_string())?;
    let state = match told["status"].as_str()? {
        "delivered" => MessageState::Delivered,
        "read" => MessageState::Read,
        "failed" => MessageState::Failed,
        _ => return None,
    };
    let why = text(told, "/content_attributes/external_error");
    let why = why.filter(|_| state == MessageState::Failed);
    Some(Receipt::of(id, state).because(why))
}

/// A message is taken under the number that its state is told by.
pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    match responded.by_status() {
        Judgement::Sent(_) => responded.sent_as(name(&responded.json(), "/id")),
        Judgement::Never(why) => Judgement::Never(responded.with_words(&why, "/error")),
        other => other,
    }
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let mut body = json!({"content": out.text, "message_type": "outgoing", "private": false});
    if !out.choices.is_empty() {
        let items = out
            .choices
            .iter()
            .map(|choice| json!({"title": choice.label, "value": choice.number.to_string()}));
        body["content_type"] = json!("input_select");
        body["content_attributes"] = json!({ "items": items.collect::<Vec<_>>() });
    }
    vec![request(way, "messages", &body)]
}

/// People are to see it in any case, so it is opened before the note is written: done twice, opening is as done once.
pub(super) fn hand_over(way: &Way<'_>, brief: &str) -> Vec<Request> {
    let note = json!({"content": brief, "message_type": "outgoing", "private": true});
    vec![
        request(way, "toggle_status", &json!({"status": "open"})),
        request(way, "messages", &note),
    ]
}

/// Somebody here has taken the conversation over: it is a bot's there again, so that nobody there takes it for theirs.
pub(super) fn take_back(way: &Way<'_>) -> Vec<Request> {
    vec![request(way, "toggle_status", &json!({"status": "pending"}))]
}

/// Asks how a conversation stands there. By the token of a bot nothing is answered (`app/controllers/concerns/access_token_auth_helper.rs`).
pub(super) fn hands_request(account: &Account, (_, place): (&str, Option<&str>)) -> Request {
    let path = conversation(place.unwrap_or_default());
    Request::get(account, &path).header("api_access_token", token(account))
}

/// What the answer says: what is put off there is still theirs.
pub(super) fn hands_in(responded: &Responded<'_>) -> Result<Hands, Judgement> {
    match responded.by_status() {
        Judgement::Sent(_) => {}
        // Nothing of this account will be answered, however often it is asked.
        Judgement::Account(why) => return Err(Judgement::Never(why)),
        other => return Err(other),
    }
    match responded.json()["status"].as_str() {
        Some("open" | "snoozed") => Ok(Hands::People),
        Some("pending") => Ok(Hands::Desk),
        Some("resolved") => Ok(Hands::Nobody),
        _ => Err(Judgement::unreadable()),
    }
}

/// A request about the conversation that somebody wrote in.
fn request(way: &Way<'_>, what: &str, body: &Value) -> Request {
    let place = way.to.place.as_deref().unwrap_or_default();
    let path = format!("{}/{what}", conversation(place));
    Request::json(way.account, &path, body).header("api_access_token", token(way.account))
}

fn conversation(place: &str) -> String {
    let (inbox, conversation) = place.split_once('/').unwrap_or((place, ""));
    format!("/api/v1/accounts/{inbox}/conversations/{conversation}")
}

fn token(account: &Account) -> String {
    account.token.as_ref().map_or("", Secret::reveal).to_owned()
}
