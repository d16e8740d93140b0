//! An answer by e-mail: into the thread of the letter that it answers, marked as written by a machine, under a name of our own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::thread::{OURS, Thread, domain};
use crate::channels::account::Account;
use crate::channels::form;
use crate::channels::json::text;
use crate::channels::outgoing::{Judgement, Outbound, Request, Responded, Verb, Way};
use crate::channels::secret::Secret;
use crate::domain::channel::{Channel, Recipient};
use crate::domain::email::Email;

/// The token, the sender, the right to send at all (postmarkapp.com/developer/api/overview#error-codes).
const ACCOUNT: [i64; 5] = [10, 400, 401, 405, 412];
/// An inactive recipient, and an address that is none.
const NEVER: [i64; 2] = [406, 300];
/// So many bytes of a text fit into a line of base64, and so many into an encoded word.
const LINE: usize = 57;
const WORD: usize = 42;

/// The name of an answer: the same on every attempt, so that whoever gets it twice can tell.
fn own_name(way: &Way<'_>, thread: &Thread) -> String {
    let dot = if thread.token.is_empty() { "" } else { "." };
    named(way.account, &format!("{}{dot}{}", way.name, thread.token))
}

fn named(account: &Account, name: &str) -> String {
    format!("<{name}{OURS}@{}>", domain(sender(account)))
}

/// The name that a letter is known by, where whoever tells what became of it calls it by the name that it went out under; `name` is the
/// desk's own for what it says.
#[must_use]
pub fn name_on_letter(account: &Account, name: &str) -> Option<String> {
    let is_told_so = matches!(account.key.channel, Channel::Email | Channel::Mailgun);
    is_told_so.then(|| named(account, name))
}

pub(super) fn sender(account: &Account) -> &str {
    account.sender.as_deref().unwrap_or_default()
}

fn token(account: &Account) -> &str {
    account.token.as_ref().map_or("", Secret::reveal)
}

/// Where a letter goes to the customer of a page: to the address that they left there, as an answer to their last letter if there is one
/// (`answers`).
#[must_use]
pub fn by_letter(
    account: &Account,
    to: &Email,
    (subject, answers): (&str, Option<&str>),
    token: Option<String>,
    at: Timestamp,
) -> Recipient {
    let answered = answers.and_then(|thread| serde_json::from_str(thread).ok());
    let mut thread = answered.unwrap_or_else(|| Thread::begun(subject));
    thread.token = token.unwrap_or_default();
    Recipient {
        channel: account.key.channel,
        outbox: account.key.outbox.clone(),
        user: to.to_string(),
        place: None,
        reply: Some(thread.written()),
        heard_at: at,
        answered: 0,
        spoken: Vec::new(),
        door: None,
    }
}

/// The headers that make it an answer, and a machine's: no machine answers those.
fn headers(way: &Way<'_>, thread: &Thread) -> Vec<(&'static str, String)> {
    let submitted = match thread.ours {
        true => "auto-generated",
        false => "auto-replied",
    };
    let all = [
        ("Message-ID", own_name(way, thread)),
        ("In-Reply-To", thread.id.clone()),
        ("References", thread.references()),
        ("Auto-Submitted", submitted.to_owned()),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// A whole message, to a program of one's own that hands it on.
pub(in crate::channels) fn render_raw(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    vec![raw(way, &out.numbered())]
}

pub(super) fn raw(way: &Way<'_>, said: &str) -> Request {
    let thread = Thread::read(way);
    let mut lines = vec![
        format!("Date: {}", date(way.second)),
        format!("From: {}", sender(way.account)),
        format!("To: {}", way.to.user),
        format!("Subject: {}", as_header(&thread.subject_for(way))),
    ];
    let more = headers(way, &thread);
    lines.extend(more.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.push("MIME-Version: 1.0".to_owned());
    lines.push("Content-Type: text/plain; charset=utf-8".to_owned());
    lines.push("Content-Transfer-Encoding: base64".to_owned());
    lines.push(String::new());
    let text = said.replace('\n', "\r\n");
    lines.extend(
        text.as_bytes()
            .chunks(LINE)
            .map(|line| STANDARD.encode(line)),
    );
    Request {
        verb: Verb::Post,
        url: way.account.base.clone(),
        headers: vec![("authorization", way.account.bearer())],
        media_type: "message/rfc822",
        body: lines.join("\r\n") + "\r\n",
    }
}

/// When it is sent, as a letter says it (RFC 5322, 3.6: no letter is without).
fn date(second: i64) -> String {
    let at = Timestamp::from_second(second).unwrap_or_default();
    rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).unwrap_or_default()
}

/// A text as it may stand in a header: in words of base64 unless it is plain.
fn as_header(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        if words
            .last()
            .is_some_and(|word| word.len() + c.len_utf8() > WORD)
        {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    let encoded = words
        .iter()
        .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

pub(in crate::channels) fn render_mailgun(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let thread = Thread::read(way);
    let (subject, said) = (thread.subject_for(way), out.numbered());
    let mut fields = vec![
        ("from".to_owned(), sender(way.account).to_owned()),
        ("to".to_owned(), way.to.user.clone()),
        ("subject".to_owned(), subject),
        ("text".to_owned(), said),
    ];
    let more = headers(way, &thread).into_iter();
    fields.extend(more.map(|(name, value)| (format!("h:{name}"), value)));
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    vec![to_mailgun(way.account, &pairs)]
}

pub(super) fn to_mailgun(account: &Account, pairs: &[(&str, &str)]) -> Request {
    let path = format!("/v3/{}/messages", form::escaped(domain(sender(account))));
    let key = STANDARD.encode(format!("api:{}", token(account)));
    let request = Request::form(account, &path, form::write(pairs));
    request.header("authorization", format!("Basic {key}"))
}

pub(in crate::channels) fn judge_mailgun(responded: &Responded<'_>) -> Judgement {
    match responded.by_status() {
        Judgement::Sent(_) => responded.sent_as(text(&responded.json(), "/id")),
        Judgement::Never(why) => Judgement::Never(responded.with_words(&why, "/message")),
        other => other,
    }
}

pub(in crate::channels) fn render_postmark(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let thread = Thread::read(way);
    let mut more: Vec<Value> = headers(way, &thread)
        .into_iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect();
    // Without it the name is replaced by another.
    more.push(json!({"Name": "X-PM-KeepID", "Value": "true"}));
    let body = json!({
        "From": sender(way.account),
        "To": way.to.user,
        "Subject": thread.subject_for(way),
        "TextBody": out.numbered(),
        "MessageStream": "outbound",
        "Headers": more,
    });
    let request = Request::json(way.account, "/email", &body);
    let request = request.header("accept", "application/json".to_owned());
    vec![request.header("x-postmark-server-token", token(way.account).to_owned())]
}

pub(in crate::channels) fn judge_postmark(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    let code = body["ErrorCode"].as_i64();
    let why = || text(&body, "/Message").unwrap_or_default();
    match (responded.by_status(), code) {
        (Judgement::Sent(_), Some(0) | None) => Judgement::Sent(text(&body, "/MessageID")),
        (_, Some(code)) if NEVER.contains(&code) => Judgement::Never(why()),
        (_, Some(code)) if ACCOUNT.contains(&code) => Judgement::Account(why()),
        (Judgement::Sent(_), Some(_)) => Judgement::Later(why(), None),
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_become_another_header() {
        let thread = Thread::of("", "", "", "hi\r\nBcc: everybody@example.com\n\u{9000}");
        assert_eq!(
            thread.subject(),
            "Re: hi Bcc: everybody@example.com \u{9000}"
        );
        let header = as_header(&thread.subject());
        let mut lines = header.split("\r\n");
        assert!(
            lines.all(|line| line.trim_start().starts_with("=?utf-8?B?") && line.len() < 76),
            "{header}"
        );
    }
}
