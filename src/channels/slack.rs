//! Slack Events API: direct messages to the app, mentions of it, and buttons.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::form;
use super::incoming::{Accepted, File, Inbound, Incoming, Refusal, fresh};
use super::json::{choice, list, name, object, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::same_hex;
use super::split::{Room, Unit, split_for};
use crate::domain::conversation::Choice;

/// A request is one of now for so long.
const WITHIN: SignedDuration = SignedDuration::from_mins(5);
/// What one section of a message takes. A text beside it is cut from 40,000 characters on, as it is written, and from 4,000 on it may become
/// several messages (docs.slack.dev/reference/methods/chat.postMessage#truncating).
const ROOM: Room = Room {
    unit: Unit::Chars,
    most: 3000,
};
/// Buttons, and what stands on one.
const BUTTONS: (usize, usize) = (25, 75);
/// What may be right at another time (docs.slack.dev/reference/methods/chat.postMessage).
const LATER: [&str; 8] = [
    "accesslimited",
    "fatal_error",
    "internal_error",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
];
/// What the owner of the account has to mend before anything goes out.
const ACCOUNT: [&str; 12] = [
    "access_denied",
    "account_inactive",
    "ekm_access_denied",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
];

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let given = incoming.header("x-slack-signature")?;
    let second = incoming.header("x-slack-request-timestamp")?;
    let given = given.strip_prefix("v0=").ok_or(Refusal::Unsigned)?;
    let signed = [&b"v0:"[..], second.as_bytes(), b":", incoming.body];
    if !account.any_secret(|secret| same_hex(&secret.mac(&signed), given)) {
        return Err(Refusal::Forged);
    }
    fresh(second, WITHIN, now)?;
    if let Some(payload) = incoming.body.strip_prefix(b"payload=") {
        let payload = payload.split(|byte| *byte == b'&').next();
        let pressed = pressed(&object(&form::value(payload.unwrap_or_default()))?);
        return Ok(Accepted {
            messages: pressed.into_iter().collect(),
            ..Accepted::default()
        });
    }
    // A command, which is for what answers at once, comes as a form of its own.
    if is_form(incoming) {
        return Ok(Accepted::default());
    }
    let body = object(incoming.body)?;
    match body["type"].as_str() {
        Some("url_verification") => {
            let challenge = text(&body, "/challenge").unwrap_or_default();
            Ok(Accepted::answer("text/plain", challenge))
        }
        Some("event_callback") => Ok(Accepted {
            messages: message(&body).into_iter().collect(),
            ..Accepted::default()
        }),
        _ => Ok(Accepted::default()),
    }
}

/// A direct message, or a mention elsewhere; nothing of bots, and nothing that was edited, deleted or posted by the platform.
fn message(body: &Value) -> Option<Inbound> {
    let event = &body["event"];
    let is_meant = match event["type"].as_str()? {
        "app_mention" => true,
        "message" => event["channel_type"] == "im",
        _ => false,
    };
    let is_plain = matches!(event["subtype"].as_str(), None | Some("file_share"));
    if !is_meant || !is_plain || event.get("bot_id").is_some() {
        return None;
    }
    let files = list(event, "/files").iter().filter_map(|file| {
        Some(File {
            kind: text(file, "/mimetype")?,
            id: text(file, "/id")?,
        })
    });
    let channel = text(event, "/channel")?;
    let is_direct = event["channel_type"] == "im";
    let thread = text(event, "/thread_ts").or_else(|| text(event, "/ts").filter(|_| !is_direct));
    Some(Inbound {
        id: text(body, "/event_id")?,
        user: text(event, "/user")?,
        place: Some(place(&channel, thread.as_deref())),
        text: plain(&text(event, "/text").unwrap_or_default()),
        files: files.collect(),
        ..Inbound::default()
    })
}

/// A channel, and the thread in it.
fn place(channel: &str, thread: Option<&str>) -> String {
    thread.map_or_else(
        || channel.to_owned(),
        |thread| format!("{channel}/{thread}"),
    )
}

/// A button below a message of ours. There are others, on pages of the app, which stand in no channel and are none of ours.
fn pressed(body: &Value) -> Option<Inbound> {
    let action = list(body, "/actions").first();
    let action = action.filter(|_| body["type"] == "block_actions")?;
    let user = name(body, "/user/id")?;
    let channel = name(body, "/channel/id")?;
    let thread = text(body, "/message/thread_ts");
    let at = text(action, "/action_ts")?;
    Some(Inbound {
        id: format!("{user}/{at}"),
        user,
        place: Some(place(&channel, thread.as_deref())),
        // What stands on it comes back escaped, however it went out (github.com/slackapi/bolt-python/issues/513).
        text: unmarked(&text(action, "/text/text").unwrap_or_default()),
        choice: text(action, "/value").and_then(|value| choice(&value)),
        ..Inbound::default()
    })
}

fn is_form(incoming: &Incoming<'_>) -> bool {
    let kind = incoming.headers.get("content-type").map(String::as_str);
    kind.is_some_and(|kind| kind.starts_with(form::MEDIA_TYPE))
}

/// The text without the platform's marks: links as they are, no mentions, the three escaped characters as themselves.
fn plain(marked: &str) -> String {
    let mut text = String::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((mark, behind)) = after.split_once('>') else {
            text.push('<');
            rest = after;
            continue;
        };
        if !mark.starts_with(['@', '!', '#']) {
            let link = mark.split('|').next().unwrap_or(mark);
            text.push_str(link.strip_prefix("mailto:").unwrap_or(link));
        }
        rest = behind;
    }
    text.push_str(rest);
    unmarked(&text).trim().to_owned()
}

/// The three escaped characters as themselves.
fn unmarked(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&amp;", "&")
}

/// A text in which nothing is markup.
pub(super) fn marked(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let (most, length) = BUTTONS;
    let fit = |choice: &Choice| choice.label.chars().count() <= length;
    let has_buttons = (1..=most).contains(&out.choices.len()) && out.choices.iter().all(fit);
    let said = if has_buttons {
        out.text.clone()
    } else {
        out.numbered()
    };
    let parts = split_for(&said, ROOM, marked);
    let last = parts.len().saturating_sub(1);
    let place = way.to.place.as_ref().unwrap_or(&way.to.user);
    let (channel, thread) = place.split_once('/').unwrap_or((place, ""));
    let requests = parts.iter().enumerate().map(|(at, part)| {
        // What looks like markup was written by somebody who meant what it looks like.
        let mut body = json!({"channel": channel, "text": marked(part), "mrkdwn": false});
        if !thread.is_empty() {
            body["thread_ts"] = json!(thread);
        }
        if has_buttons && at == last {
            body["blocks"] = blocks(part, &out.choices);
        }
        Request::json(way.account, "/chat.postMessage", &body)
            .header("authorization", way.account.bearer())
    });
    requests.collect()
}

fn blocks(part: &str, choices: &[Choice]) -> Value {
    let button = |choice: &Choice| {
        let number = choice.number.to_string();
        json!({"type": "button", "action_id": format!("choice-{number}"), "value": number,
            "text": {"type": "plain_text", "text": choice.label}})
    };
    let buttons: Vec<Value> = choices.iter().map(button).collect();
    json!([{"type": "section", "text": {"type": "plain_text", "text": part}}, {"type": "actions", "elements": buttons}])
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    if responded.is_success() && body["ok"] == true {
        return Judgement::Sent(None);
    }
    match text(&body, "/error") {
        Some(error) if LATER.contains(&error.as_str()) => Judgement::Later(error, None),
        Some(error) if ACCOUNT.contains(&error.as_str()) => Judgement::Account(error),
        // Beside a status that has its own meaning, it is the message or where it goes: no such channel, too long, not in it.
        Some(error) if responded.is_success() => Judgement::Never(error),
        Some(error) => responded.refused(error),
        None if responded.is_success() => Judgement::unreadable(),
        None => responded.by_status(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_platform_are_taken_out_and_put_back() {
        let table = [
            ("<@U1> where is A1042?", "where is A1042?"),
            (
                "see <https://a.example/x|the page> &amp; say",
                "see https://a.example/x & say",
            ),
            ("me: <mailto:a@b.example|a@b.example>", "me: a@b.example"),
            ("1 &lt; 2 &amp;lt; 3", "1 < 2 &lt; 3"),
            ("open < end", "open < end"),
        ];
        for (from, expected) in table {
            assert_eq!(plain(from), expected, "{from}");
        }
        assert_eq!(marked("a < b & c"), "a &lt; b &amp; c");
    }
}
