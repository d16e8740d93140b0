//! An answer by e-mail: into the thread of the letter that it answers, marked as written by a machine, under a name of our own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::letter::Letter;
use crate::channels::account::Account;
use crate::channels::form;
use crate::channels::json::text;
use crate::channels::outgoing::{Judgement, Outbound, Request, Responded, Verb, Way};
use crate::channels::secret::Secret;
use crate::domain::channel::{Channel, Recipient};
use crate::domain::email::Email;
use crate::domain::is_default;
use crate::domain::redact::redact;

/// What our own names of letters end with, before the `@`.
const OURS: &str = ".fd";
/// A longer subject is cut.
const SUBJECT: usize = 150;
/// So many letters of a thread are named.
const THREAD: usize = 8;
/// An inactive recipient, and an address that is none.
const NEVER: [i64; 2] = [406, 300];
/// So many bytes of a text fit into a line of base64, and so many into an encoded word.
const LINE: usize = 57;
const WORD: usize = 42;

/// Where an answer belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Thread {
    /// The letter that is answered.
    id: String,
    /// Those before it, the oldest first.
    before: Vec<String>,
    subject: String,
    /// We begin it: no letter is answered.
    #[serde(skip_serializing_if = "is_default")]
    ours: bool,
    /// What is signed in the name of our letter, by which an answer to it is known.
    #[serde(skip_serializing_if = "is_default")]
    token: String,
}

impl Thread {
    pub(super) fn of(letter: &Letter) -> Self {
        let named = |name: &str| names(letter.header(name));
        let mut before = named("references");
        before.extend(named("in-reply-to").into_iter().filter(|one| {
            let known = letter.header("references");
            !known.contains(one)
        }));
        let surplus = before.len().saturating_sub(THREAD);
        Self {
            id: names(letter.id()).pop().unwrap_or_default(),
            before: before.split_off(surplus),
            // It is kept and written again, so that no card number may stand in it.
            subject: redact(&in_one_line(&letter.subject)).text,
            ours: false,
            token: String::new(),
        }
    }

    /// What we signed in the names of the letters that it answers, the latest first.
    pub(super) fn tokens(&self, own_address: &str) -> Vec<String> {
        let ours = |name: &&String| is_own_name(name, own_address);
        let tokens = self.before.iter().rev().filter(ours).filter_map(|name| {
            let (_, rest) = name.split_once('.')?;
            let end = rest.len().checked_sub(domain(own_address).len() + 2)?;
            Some(rest.get(..end)?.strip_suffix(OURS)?.to_owned())
        });
        tokens.collect()
    }

    /// One that we begin.
    pub(super) fn begun(subject: &str) -> Self {
        Self {
            subject: in_one_line(subject),
            ours: true,
            ..Self::default()
        }
    }

    /// As it is kept.
    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn read(way: &Way<'_>) -> Self {
        let kept = way.to.reply.as_deref().unwrap_or_default();
        serde_json::from_str(kept).unwrap_or_default()
    }

    /// What the letters of the thread are called. Whoever has not answered a letter of ours yet may have written under somebody else's
    /// address: no word of theirs goes there, or the desk would carry it to whomever they like. A thread that we begin is called as we say.
    fn subject_for(&self, way: &Way<'_>) -> String {
        let own = sender(way.account);
        let is_ours = self.ours || self.before.iter().any(|name| is_own_name(name, own));
        match self.subject() {
            subject if is_ours && !subject.is_empty() => subject,
            _ => format!("Re: {own}"),
        }
    }

    fn subject(&self) -> String {
        let is_answer = self
            .subject
            .get(..3)
            .is_some_and(|re| re.eq_ignore_ascii_case("re:"));
        if is_answer || self.ours || self.subject.is_empty() {
            self.subject.clone()
        } else {
            format!("Re: {}", self.subject)
        }
    }

    fn references(&self) -> String {
        let own = Some(&self.id).filter(|id| !id.is_empty());
        let all: Vec<&str> = self.before.iter().chain(own).map(String::as_str).collect();
        all.join(" ")
    }
}

/// The names of letters in a header: what stands between angle brackets, without anything that could end a line.
fn names(header: &str) -> Vec<String> {
    let each = header.split('<').skip(1).filter_map(|rest| {
        let name = rest.split_once('>')?.0;
        let is_name = !name.is_empty()
            && name.len() < 250
            && name.bytes().all(|byte| byte.is_ascii_graphic());
        is_name.then(|| format!("<{name}>"))
    });
    each.collect()
}

/// What others wrote is one line of one letter.
fn in_one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SUBJECT)
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn domain(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}

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

/// The name that a letter of ours is known by: the one that it went out under, without what is signed in it.
pub(super) fn known_name(name: &str, own_address: &str) -> Option<String> {
    let (said, _) = name.split_once('.')?;
    is_own_name(name, own_address).then(|| format!("{said}{OURS}@{}>", domain(own_address)))
}

/// Whether it is a name that we give.
pub(super) fn is_own_name(name: &str, own_address: &str) -> bool {
    let end = format!("{OURS}@{}>", domain(own_address));
    name.to_lowercase().ends_with(&end.to_lowercase())
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
    let thread = Thread {
        token: token.unwrap_or_default(),
        ..answered.unwrap_or_else(|| Thread::begun(subject))
    };
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
        Judgement::Sent(_) => Judgement::Sent(text(&responded.json(), "/id")),
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
        (Judgement::Sent(_), Some(_)) => Judgement::Later(why(), None),
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_become_another_header() {
        let letter = Letter {
            subject: "hi\r\nBcc: everybody@example.com\n\u{9000}".to_owned(),
            ..Letter::default()
        };
        let thread = Thread::of(&letter);
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

    #[test]
    fn a_subject_is_kept_without_the_card_number_in_it() {
        let letter = Letter {
            subject: "Re: card 4242 4242 4242 4242".to_owned(),
            ..Letter::default()
        };
        let kept = Thread::of(&letter).written();
        assert!(kept.contains("Re: card") && !kept.contains("4242 4242 4242"));
    }

    #[test]
    fn only_names_are_taken_from_the_headers_of_a_thread() {
        assert_eq!(names("<a@x> <b@x>\r\n <c@x>"), ["<a@x>", "<b@x>", "<c@x>"]);
        assert!(names("a@x").is_empty() && names("<a b@x>").is_empty() && names("<>").is_empty());
        assert!(names("<a@x\r\nBcc: y>").is_empty());
    }

    #[test]
    fn our_own_letters_are_known_again() {
        assert!(is_own_name(
            "<evt_7.fd@linden.example>",
            "shop@Linden.example"
        ));
        assert!(!is_own_name(
            "<evt_7.fd@else.example>",
            "shop@linden.example"
        ));
        assert!(!is_own_name(
            "<evt_7@linden.example>",
            "shop@linden.example"
        ));
    }
}
