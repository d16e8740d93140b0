//! Twilio, for SMS and for WhatsApp over it: forms that are signed together with the address that they were sent to.
//!
//! A body that is no form is signed by its SHA-256, which Twilio adds to the address as `bodySHA256`, and the address is signed without any
//! fields (twilio.com/docs/usage/webhooks/webhooks-security; `validate_body` of its libraries).
//!
//! Where a rule of the account at Twilio says so, it signs the same with a key that was made for that, and names the key and the way in a header
//! (twilio.com/docs/usage/webhooks/webhook-shared-keys; `get_signature_algorithm` of its libraries).

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::account::{Account, any_of};
use super::form;
use super::incoming::{Accepted, File, Inbound, Incoming, Receipt, Refusal};
use super::json::{name, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::{Secret, same_hex};
use super::split::{Room, Unit, split};
use crate::domain::channel::MessageState;
use crate::domain::constant_time::same;

const ROOM: Room = Room {
    unit: Unit::Utf16,
    most: 1600,
};
/// What says that it is signed with a shared key: `key=...,algorithm=HMAC_SHA256`.
const SETTINGS: &str = "x-twilio-webhooks-signature-settings";
/// What the address has beside where the body is no form.
const DIGEST: &str = "bodySHA256";
/// The account is not known, is closed, or has no such number to send from (twilio.com/docs/api/errors).
const ACCOUNT: [i64; 7] = [20_003, 20_005, 20_006, 21_212, 21_603, 21_606, 21_659];
/// Too much at once, and a line that is full.
const LATER: [i64; 3] = [14_107, 20_429, 21_611];
/// Outside the time in which answers are allowed.
const CLOSED: i64 = 63_016;
/// What nobody says who wants an answer. `CANCEL` is among Twilio's own words for it, and may be about an order.
const STOPS: [&str; 6] = ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "UNSTOP"];
/// Whoever has these said that they want no more messages, or cannot get any.
const NEVER: [i64; 8] = [
    21_211, 21_408, 21_602, 21_610, 21_612, 21_614, 21_617, 21_635,
];

pub(super) fn accept(account: &Account, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
    let given = incoming.header("x-twilio-signature")?;
    let signing = Signing::of(account, incoming)?;
    let digest = incoming.query.get(DIGEST);
    let (fields, signed, address) = match digest {
        None => {
            let fields = form::fields(incoming.body);
            let signed = signed_part(&fields);
            (fields, signed, account.public.clone())
        }
        Some(digest) if same_hex(&Sha256::digest(incoming.body), digest) => (
            json_fields(incoming.body),
            String::new(),
            with_digest(&account.public, digest),
        ),
        Some(_) => return Err(Refusal::Forged),
    };
    let is_signed = any_of(signing.secrets, |secret| {
        let fits = |address: String| {
            let code = (signing.code)(secret, &[address.as_bytes(), signed.as_bytes()]);
            same(STANDARD.encode(code).as_bytes(), given.as_bytes())
        };
        let [one, other] = addresses(&address).map(fits);
        !account.public.is_empty() && (one | other)
    });
    if !is_signed {
        return Err(Refusal::Forged);
    }
    let mut accepted = Accepted::answer("text/xml", "<Response/>");
    accepted.messages.extend(message(&fields));
    accepted.receipts.extend(receipt(&fields));
    Ok(accepted)
}

/// What a request says that it is signed with.
struct Signing<'a> {
    secrets: &'a [Secret],
    code: fn(&Secret, &[&[u8]]) -> Vec<u8>,
}

impl<'a> Signing<'a> {
    /// The account's own token, unless the request names a shared key; then one of those, as it says, and never the token.
    fn of(account: &'a Account, incoming: &Incoming<'_>) -> Result<Self, Refusal> {
        let Some(settings) = incoming.headers.get(SETTINGS) else {
            return Ok(Self {
                secrets: &account.secrets,
                code: Secret::mac_sha1,
            });
        };
        let mut said = settings.split(',').filter_map(|one| one.split_once('='));
        let algorithm = said.find(|(name, _)| name.trim() == "algorithm");
        let code = match algorithm.map_or("", |(_, value)| value.trim()) {
            "HMAC_SHA256" => Secret::mac,
            "HMAC_SHA1" => Secret::mac_sha1,
            _ => return Err(Refusal::OtherKey),
        };
        if account.shared_keys.is_empty() {
            return Err(Refusal::OtherKey);
        }
        Ok(Self {
            secrets: &account.shared_keys,
            code,
        })
    }
}

/// The address as the platform asked it with the digest of the body.
fn with_digest(public: &str, digest: &str) -> String {
    let mark = if public.contains('?') { '&' } else { '?' };
    format!("{public}{mark}{DIGEST}={digest}")
}

/// The texts and numbers of a body that is no form, by their names; none of a body that is no object.
fn json_fields(body: &[u8]) -> Vec<(String, String)> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let all = body.as_object().into_iter().flatten();
    let said = all.filter_map(|(key, value)| match value {
        Value::String(text) => Some((key.clone(), text.clone())),
        Value::Number(number) => Some((key.clone(), number.to_string())),
        _ => None,
    });
    said.collect()
}

/// The first field of this name that says something.
fn field(fields: &[(String, String)], name: &str) -> Option<String> {
    let mut found = fields
        .iter()
        .filter(|(known, value)| known == name && !value.is_empty());
    found.next().map(|(_, value)| value.clone())
}

/// What became of a message of ours: told at the address that each is sent with.
fn receipt(fields: &[(String, String)]) -> Option<Receipt> {
    let state = match field(fields, "MessageStatus")?.as_str() {
        "delivered" => MessageState::Delivered,
        "read" => MessageState::Read,
        "failed" | "undelivered" => MessageState::Failed,
        _ => return None,
    };
    let why = field(fields, "ErrorCode").map(|code| format!("error {code}"));
    let why = why.filter(|_| state == MessageState::Failed);
    Some(Receipt::of(field(fields, "MessageSid")?, state).because(why))
}

/// The fields in the order of their names, each name with its values.
fn signed_part(fields: &[(String, String)]) -> String {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in fields {
        sorted.entry(name).or_default().insert(value);
    }
    let pairs = sorted
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}{value}")));
    pairs.collect()
}

/// The address with and without the port that goes without saying: the platform signs the one or the other.
fn addresses(public: &str) -> [String; 2] {
    let rest = public.strip_prefix("https://").unwrap_or(public);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let with_port = if host.contains(':') {
        public.to_owned()
    } else {
        format!("https://{host}:443/{path}")
    };
    [public.to_owned(), with_port]
}

fn message(fields: &[(String, String)]) -> Option<Inbound> {
    let field = |name: &str| field(fields, name);
    if is_about_messages(fields) {
        return None;
    }
    let count = field("NumMedia")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0_usize);
    let files = (0..count.min(10)).filter_map(|at| {
        Some(File {
            kind: field(&format!("MediaContentType{at}"))?,
            id: field(&format!("MediaUrl{at}"))?,
        })
    });
    let files: Vec<File> = files.collect();
    let said = field("ButtonText")
        .or_else(|| field("Body"))
        .unwrap_or_default();
    if said.is_empty() && files.is_empty() {
        return None;
    }
    Some(Inbound {
        id: field("MessageSid")?,
        user: field("From")?,
        place: field("To"),
        text: said,
        files,
        ..Inbound::default()
    })
}

/// Whether somebody wants no more messages, wants them again, or asks about that: Twilio answers it by itself, and says so where the account
/// has words of its own for it; whoever wants none is to get none, and an answer would be refused (twilio.com/docs/messaging/tutorials/advanced-opt-out).
fn is_about_messages(fields: &[(String, String)]) -> bool {
    let is_sms = field(fields, "From").is_some_and(|user| !is_on_whatsapp(&user));
    let said = field(fields, "Body").unwrap_or_default();
    let said = said.trim().to_uppercase();
    field(fields, "OptOutType").is_some() || (is_sms && STOPS.contains(&said.as_str()))
}

/// Whether a customer is written to over WhatsApp, which allows it for a day; over SMS one may always.
pub(super) fn is_on_whatsapp(user: &str) -> bool {
    user.starts_with("whatsapp:")
}

/// The name and the password of an account.
fn basic(account: &Account) -> String {
    let sid = account.sender.as_deref().unwrap_or_default();
    let token = account.token.as_ref().map_or("", Secret::reveal);
    format!("Basic {}", STANDARD.encode(format!("{sid}:{token}")))
}

/// Asks for the account itself.
pub(super) fn check_request(account: &Account) -> Request {
    let sid = account.sender.as_deref().unwrap_or_default();
    let path = format!("/2010-04-01/Accounts/{sid}.json");
    Request::get(account, &path).header("authorization", basic(account))
}

/// Where files are once they were asked for: the one host where asking takes the account's name and password, the other where it does not.
pub(super) const FILES: [&str; 2] = [
    "mms.twiliocdn.com",
    "s3-external-1.amazonaws.com/media.twiliocdn.com",
];

/// The request for a file of this account. Whoever wrote the address, name and password go to the platform alone.
pub(super) fn file_request(account: &Account, url: &str) -> Option<Request> {
    let sid = account.sender.as_deref().filter(|sid| !sid.is_empty())?;
    let below = format!("/2010-04-01/Accounts/{sid}/");
    let rest = [account.base.as_str(), "https://api.twilio.com"]
        .into_iter()
        .find_map(|base| url.strip_prefix(base)?.strip_prefix(&below))?;
    let is_plain = rest
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
    let request = Request::get(account, &format!("{below}{rest}"));
    is_plain.then(|| request.header("authorization", basic(account)))
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let sid = way.account.sender.as_deref().unwrap_or_default();
    let from = way.to.place.as_deref().unwrap_or_default();
    let parts = split(&out.numbered(), ROOM).into_iter();
    let requests = parts.map(|part| {
        let mut pairs = vec![
            ("To", way.to.user.as_str()),
            ("From", from),
            ("Body", &part),
        ];
        if !way.account.public.is_empty() {
            pairs.push(("StatusCallback", &way.account.public));
        }
        let body = form::write(&pairs);
        let path = format!("/2010-04-01/Accounts/{sid}/Messages.json");
        Request::form(way.account, &path, body).header("authorization", basic(way.account))
    });
    requests.collect()
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    if responded.is_success() {
        return responded.sent_as(name(&body, "/sid"));
    }
    let Some(code) = body["code"].as_i64() else {
        return responded.by_status();
    };
    let why = format!(
        "error {code}: {}",
        text(&body, "/message").unwrap_or_default()
    );
    match code {
        CLOSED => Judgement::Closed(why),
        _ if NEVER.contains(&code) => Judgement::Never(why),
        _ if ACCOUNT.contains(&code) || responded.status == 401 => Judgement::Account(why),
        _ if LATER.contains(&code) => Judgement::Later(why, None),
        _ => responded.refused(why),
    }
}
