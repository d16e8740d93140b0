//! WeCom's customer service on WeChat: what comes in only says that there is something, sealed as on WeChat; the messages are fetched, from
//! where they were read last.
//!
//! A session there is new (0), the bot's (1), waits in the pool (2), is with a person (3), or over (4): `kf/service_state/get` says which,
//! `kf/service_state/trans` moves it (developer.work.weixin.qq.com/document/path/94669), and `session_status_change` among the messages tells
//! what people there moved: 1 taken from the pool, 2 passed on, 3 ended, 4 taken up again (document/path/94670). There are no notes there: whoever
//! takes it over has what was written before them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::form::escaped;
use super::incoming::{Accepted, Fetch, File, Held, Inbound, Incoming, Person, Receipt, Refusal};
use super::json::{choice, list, name, text};
use super::news::{Entered, Pull, Pulled};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::Secret;
use super::split::{Room, Unit, split};
use super::{wechat, xml};
use crate::domain::channel::MessageState;
use crate::domain::conversation::Hands;

const ROOM: Room = Room {
    unit: Unit::Bytes,
    most: 2048,
};
/// A menu has so many buttons, each of so many bytes, under a text of so many.
const BUTTONS: usize = 10;
const BUTTON: usize = 128;
const HEAD: usize = 1024;
/// A message's name has so many letters, of which the last two say which part of it.
const NAME: usize = 30;
/// So many are fetched at once.
const PAGE: u32 = 1000;
/// When nothing was ever fetched, the platform tells what came in three days: older than so long, it has been answered elsewhere.
const FIRST: SignedDuration = SignedDuration::from_mins(10);
/// A greeting is taken for so long after somebody came, and on its way it takes a while.
const GREETED_WITHIN: SignedDuration = SignedDuration::from_secs(18);
/// Who wrote: the customer, or somebody of the company in WeCom itself (developer.work.weixin.qq.com/document/path/94670).
const CUSTOMER: i64 = 3;
const SERVICER: i64 = 5;
/// Not before the customer writes again: too many, too late, or the session is over or with a person.
const CLOSED: [i64; 5] = [95_001, 95_002, 95_013, 95_016, 95_018];
/// Those that say that the session is with a person, or over.
const WITH_PEOPLE: [i64; 3] = [95_013, 95_016, 95_018];
/// What people did with a session: they ended it.
const ENDED: i64 = 3;
/// The session does not move from where it is to where it was asked to go, or is over.
const STAYS: [i64; 2] = [95_016, 95_013];
/// The platform is busy.
const BUSY: i64 = -1;
/// Sessions that wait in the pool, and those that are with a person.
const POOL: i64 = 2;
const PERSON: i64 = 3;
/// Those that have ended.
const OVER: i64 = 4;
const RENEW: [i64; 3] = [40_001, 40_014, 42_001];
/// What is wrong with the message itself: its kind, nothing in it, too much in it, no such place, a menu that is none
/// (developer.work.weixin.qq.com/document/path/90313).
const NEVER: [i64; 7] = [40_008, 44_004, 45_002, 95_000, 95_004, 95_008, 95_009];
/// What the company has to switch on first: the address of the desk, the right to it.
const ACCOUNT: [i64; 7] = [48_002, 60_011, 60_020, 95_011, 95_012, 95_017, 301_002];

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    if incoming.is_get {
        let sealed = incoming.asked("echostr");
        let echo = wechat::opened(account, incoming, sealed, now)?;
        let echo = String::from_utf8(echo).map_err(|_| Refusal::Unreadable)?;
        return Ok(Accepted::answer("text/plain", echo));
    }
    // Nothing has been checked yet: what is no envelope was not signed.
    let sealed = xml::fields(incoming.body).map_err(|_| Refusal::Unsigned)?;
    let sealed = sealed.get("Encrypt").ok_or(Refusal::Unsigned)?;
    let fields = xml::fields(&wechat::opened(account, incoming, sealed, now)?)?;
    let field = |name: &str| fields.get(name).filter(|text| !text.is_empty()).cloned();
    let is_news = field("Event").as_deref() == Some("kf_msg_or_event");
    let fetch = field("OpenKfId").filter(|_| is_news).map(|place| Fetch {
        place,
        hint: field("Token").unwrap_or_default(),
    });
    Ok(Accepted {
        fetch,
        ..Accepted::default()
    })
}

pub(super) fn token_request(account: &Account) -> Request {
    let secret = account.token.as_ref().map_or("", Secret::reveal);
    let corp = account.sender.as_deref().unwrap_or_default();
    let (corp, secret) = (escaped(corp), escaped(secret));
    let path = format!("/cgi-bin/gettoken?corpid={corp}&corpsecret={secret}");
    Request::get(account, &path)
}

pub(super) fn pull_request(pull: &Pull<'_>) -> Request {
    let path = format!("/cgi-bin/kf/sync_msg?access_token={}", escaped(pull.token));
    let body =
        json!({"cursor": pull.cursor, "token": pull.hint, "limit": PAGE, "open_kfid": pull.place});
    Request::json(pull.account, &path, &body)
}

pub(super) fn pulled(pull: &Pull<'_>, responded: &Responded<'_>) -> Result<Pulled, Judgement> {
    match judge(responded) {
        Judgement::Sent(_) => {}
        other => return Err(other),
    }
    let body = responded.json();
    let mut accepted = Accepted::default();
    let mut came = Vec::new();
    let since = pull.second.saturating_sub(FIRST.as_secs());
    for item in list(&body, "/msg_list") {
        let is_old = item["send_time"].as_i64().is_some_and(|at| at < since);
        if pull.cursor.is_empty() && is_old {
            continue;
        }
        came.extend(entered(item, pull.second));
        accepted.receipts.extend(failure(item));
        let before = accepted.messages.len();
        accepted.held.extend(held(item, before));
        accepted.messages.extend(message(item));
    }
    for_people(&mut accepted);
    Ok(Pulled {
        accepted,
        cursor: text(&body, "/next_cursor").filter(|cursor| !cursor.is_empty()),
        more: body["has_more"] == 1,
        entered: came,
        requests: Vec::new(),
    })
}

/// What the customer wrote, and what people of the company wrote to them; nothing of what programs did, which is ours.
fn message(item: &Value) -> Option<Inbound> {
    let person = match item["origin"].as_i64()? {
        CUSTOMER => None,
        SERVICER => Some(Person {
            name: name(item, "/servicer_userid").unwrap_or_default(),
            is_note: false,
        }),
        _ => return None,
    };
    let kind = text(item, "/msgtype")?;
    let mut message = Inbound {
        id: name(item, "/msgid")?,
        user: name(item, "/external_userid")?,
        place: name(item, "/open_kfid"),
        person,
        ..Inbound::default()
    };
    match kind.as_str() {
        "text" => {
            message.text = text(item, "/text/content")?;
            message.choice = text(item, "/text/menu_id").and_then(|id| choice(&id));
        }
        "image" | "voice" | "video" | "file" => {
            let id = text(&item[kind.as_str()], "/media_id")?;
            message.files = vec![File { kind, id }];
        }
        _ => return None,
    }
    Some(message)
}

/// Somebody who has not written and was not greeted for two days opens the place where customers write: for a moment the platform takes a
/// greeting (developer.work.weixin.qq.com/document/path/95122).
fn entered(item: &Value, now: i64) -> Option<Entered> {
    let event = &item["event"];
    let is_now = now.saturating_sub(item["send_time"].as_i64()?) < GREETED_WITHIN.as_secs();
    if event["event_type"] != "enter_session" || !is_now {
        return None;
    }
    Some(Entered {
        user: name(event, "/external_userid")?,
        code: name(event, "/welcome_code")?,
    })
}

/// A greeting; once, and with what the platform wants to see.
pub(super) fn welcome(account: &Account, token: &str, code: &str, words: &str) -> Request {
    let path = format!(
        "/cgi-bin/kf/send_msg_on_event?access_token={}",
        escaped(token)
    );
    let body = json!({"code": code, "msgtype": "text", "text": {"content": words}});
    Request::json(account, &path, &body)
}

/// A message of ours that did not arrive, though it was taken.
fn failure(item: &Value) -> Option<Receipt> {
    let event = &item["event"];
    if event["event_type"] != "msg_send_fail" {
        return None;
    }
    let why = event["fail_type"].as_i64().unwrap_or_default();
    let receipt = Receipt::of(name(event, "/fail_msgid")?, MessageState::Failed);
    let why = format!("the platform did not deliver it: type {why}");
    Some(receipt.because(Some(why)))
}

/// Who has a session, as people there moved it; whoever of them writes has it.
fn held(item: &Value, before: usize) -> Option<Held> {
    let event = &item["event"];
    let (of, hands) = match event["change_type"].as_i64() {
        Some(change) if event["event_type"] == "session_status_change" => match change {
            ENDED => (event, Hands::Nobody),
            _ => (event, Hands::People),
        },
        _ if item["origin"] == SERVICER && message(item).is_some() => (item, Hands::People),
        _ => return None,
    };
    Some(Held {
        user: name(of, "/external_userid")?,
        place: name(of, "/open_kfid"),
        hands,
        before,
    })
}

/// What a customer wrote before people there answered, took the session or ended it was for them: all of it may be told at once, long after.
pub(super) fn for_people(accepted: &mut Accepted) {
    for (at, message) in accepted.messages.iter_mut().enumerate() {
        let is_later = |one: &Held| one.before > at && one.user == message.user;
        message.with_people = message.person.is_none() && accepted.held.iter().any(is_later);
    }
}

/// Asks who has the session of a customer.
pub(super) fn hands_request(
    account: &Account,
    token: &str,
    (user, place): (&str, Option<&str>),
) -> Request {
    let path = format!(
        "/cgi-bin/kf/service_state/get?access_token={}",
        escaped(token)
    );
    let body = json!({"open_kfid": place, "external_userid": user});
    Request::json(account, &path, &body)
}

/// What the answer says.
pub(super) fn hands_in(responded: &Responded<'_>) -> Result<Hands, Judgement> {
    let code = responded.json()["errcode"].as_i64();
    match judge(responded) {
        Judgement::Sent(_) => {}
        // It will not say so, however often it is asked.
        Judgement::Later(why, _) if code.is_some_and(|code| code != BUSY) => {
            return Err(Judgement::Never(why));
        }
        Judgement::Account(why) => return Err(Judgement::Never(why)),
        other => return Err(other),
    }
    Ok(match responded.json()["service_state"].as_i64() {
        Some(POOL | PERSON) => Hands::People,
        Some(OVER) => Hands::Nobody,
        _ => Hands::Desk,
    })
}

/// Moves the session to the person who is to have it, or to where whoever is free takes it from.
pub(super) fn hand_over(way: &Way<'_>) -> Vec<Request> {
    vec![match &way.account.servicer {
        Some(servicer) => moving(way, PERSON, Some(servicer)),
        None => moving(way, POOL, None),
    }]
}

/// Ends the session, since somebody here has taken it over: nothing goes out to its customer as long as it is with people there, and with
/// what they write next it begins anew.
pub(super) fn take_back(way: &Way<'_>) -> Vec<Request> {
    vec![moving(way, OVER, None)]
}

fn moving(way: &Way<'_>, state: i64, servicer: Option<&str>) -> Request {
    let path = format!(
        "/cgi-bin/kf/service_state/trans?access_token={}",
        escaped(way.token)
    );
    let mut body =
        json!({"open_kfid": way.to.place, "external_userid": way.to.user, "service_state": state});
    if let Some(servicer) = servicer {
        body["servicer_userid"] = json!(servicer);
    }
    Request::json(way.account, &path, &body)
}

/// What an answer to that means. Whether a session that does not move is where it was to go, has to be asked: by the same request, whose
/// answer was lost, or by somebody there it may have been moved before, and one that is over is not moved at all.
pub(super) fn judge_moving(responded: &Responded<'_>) -> Judgement {
    let code = responded.json()["errcode"].as_i64();
    match judge(responded) {
        stays @ Judgement::Closed(_) if code.is_some_and(|code| STAYS.contains(&code)) => stays,
        Judgement::Closed(why) => Judgement::Later(why, None),
        other => other,
    }
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let path = format!("/cgi-bin/kf/send_msg?access_token={}", escaped(way.token));
    let is_menu = (1..=BUTTONS).contains(&out.choices.len())
        && out.text.len() <= HEAD
        && out.choices.iter().all(|one| one.label.len() <= BUTTON);
    let parts = if is_menu {
        vec![out.text.clone()]
    } else {
        split(&out.numbered(), ROOM)
    };
    let requests = parts.iter().enumerate().map(|(at, part)| {
        let mut body = json!({"touser": way.to.user, "open_kfid": way.to.place, "msgid": own_name(way.name, at)});
        if is_menu {
            body["msgtype"] = json!("msgmenu");
            body["msgmenu"] = menu(out);
        } else {
            body["msgtype"] = json!("text");
            body["text"] = json!({ "content": part });
        }
        Request::json(way.account, &path, &body)
    });
    requests.collect()
}

fn menu(out: &Outbound) -> Value {
    let each = out.choices.iter().map(|one| {
        json!({"type": "click", "click": {"id": one.number.to_string(), "content": one.label}})
    });
    json!({"head_content": out.text, "list": each.collect::<Vec<_>>()})
}

/// The name by which the platform knows a message again: the end of ours, which is the part that no other has, and which part it is.
fn own_name(name: &str, part: usize) -> String {
    let clean: Vec<char> = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let from = clean.len().saturating_sub(NAME);
    let end: String = clean[from..].iter().collect();
    format!("{end}{part:02}")
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    let Some(code) = body["errcode"].as_i64() else {
        return match responded.by_status() {
            Judgement::Sent(_) => Judgement::unreadable(),
            other => other,
        };
    };
    let said = text(&body, "/errmsg").unwrap_or_default();
    let why = format!("error {code}: {said}");
    match code {
        0 => Judgement::Sent(text(&body, "/msgid")),
        _ if is_there_already(&said) => Judgement::Sent(None),
        _ if WITH_PEOPLE.contains(&code) => {
            let more = "the session is with people there or over, and takes nothing from others before its customer writes";
            Judgement::Closed(format!("{why}; {more}"))
        }
        _ if CLOSED.contains(&code) => Judgement::Closed(why),
        _ if RENEW.contains(&code) => Judgement::Renew(why),
        _ if NEVER.contains(&code) => Judgement::Never(why),
        _ if ACCOUNT.contains(&code) => Judgement::Account(why),
        _ => wechat::refused(code, why),
    }
}

/// Whether a refusal says that a message of this name has been taken before: it is ours, whose answer was lost. That a second one is refused
/// is documented (developer.work.weixin.qq.com/document/path/94677), and by which code is not.
fn is_there_already(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    let repeats = ["exist", "dup", "repeat", "unique"];
    said.contains("msgid") && repeats.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{is_there_already, own_name};

    #[test]
    fn a_name_that_is_taken_is_told_from_one_that_is_none() {
        for there in [
            "msgid exist, hint: [1]",
            "duplicate msgid",
            "msgid not unique",
        ] {
            assert!(is_there_already(there), "{there}");
        }
        for other in ["invalid msgid", "open_kfid not exist", "user exist", ""] {
            assert!(!is_there_already(other), "{other}");
        }
    }

    #[test]
    fn a_message_has_one_name_at_the_platform_for_each_of_its_parts() {
        let name = "evt_01a2242de4957188bff484947e557cc9";
        assert_eq!(own_name(name, 0), "a2242de4957188bff484947e557cc900");
        assert_eq!(own_name(name, 0).len(), 32);
        assert_ne!(own_name(name, 0), own_name(name, 1));
    }
}
