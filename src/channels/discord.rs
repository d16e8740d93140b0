//! Discord interactions: commands and buttons, signed with Ed25519. What people merely write in a channel does not come this way.
//!
//! Each request is answered with a waiting line at once. The first of what the desk says is written into that line, and the rest follows
//! it, under the request's own token. All of it is for the eyes of whoever asked, because in a channel others read along.

mod marks;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::hosts::bare_request;
use super::incoming::{Accepted, Answer, File, Inbound, Incoming, Refusal, fresh};
use super::json::{choice, list, name, object, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::Secret;
use super::split::{Room, Unit, split_as};
use crate::domain::conversation::Choice;
use marks::marked;

/// A request is one of now for so long.
const WITHIN: SignedDuration = SignedDuration::from_mins(5);
const ROOM: Room = Room {
    unit: Unit::Chars,
    most: 2000,
};
/// Rows of buttons, buttons in a row, and what stands on one.
const BUTTONS: (usize, usize, usize) = (5, 5, 80);
/// For the eyes of whoever asked.
const FOR_ONE: u32 = 64;
/// The line that waits for the first of the answer, below the address of a request's token.
const WAITING: &str = "/messages/@original";
/// A token of a request has at most so many characters.
const TOKEN: usize = 1024;
/// The host that files of customers are on.
const FILES: [&str; 1] = ["cdn.discordapp.com"];

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let given = incoming.header("x-signature-ed25519")?;
    let second = incoming.header("x-signature-timestamp")?;
    let signed = [second.as_bytes(), incoming.body].concat();
    if !account.any_secret(|key| is_signed(key, &signed, given)) {
        return Err(Refusal::Forged);
    }
    fresh(second, WITHIN, now)?;
    let body = object(incoming.body)?;
    let said = match body["type"].as_u64() {
        Some(1) => return Ok(answer(&json!({"type": 1}))),
        Some(2) => command(&body),
        Some(3) => pressed(&body),
        _ => None,
    };
    Ok(said.map_or_else(Accepted::default, |message| Accepted {
        messages: vec![message],
        ..answer(&json!({"type": 5, "data": {"flags": FOR_ONE}}))
    }))
}

fn answer(body: &Value) -> Accepted {
    Accepted::answer("application/json", body.to_string())
}

/// Whether this was signed with the private half of a key. The key is public: no time has to be hidden.
fn is_signed(key: &Secret, signed: &[u8], given: &str) -> bool {
    let pair = bytes(key.reveal()).zip(bytes(given));
    pair.is_some_and(|(key, given)| {
        let key = UnparsedPublicKey::new(&ED25519, key);
        key.verify(signed, &given).is_ok()
    })
}

/// Whether a text is an application's public key.
pub(super) fn is_key(secret: &Secret) -> bool {
    bytes(secret.reveal()).is_some_and(|key| key.len() == 32)
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    };
    hex.as_bytes().chunks(2).map(pair).collect()
}

/// What commands and buttons have in common; nothing without a token to answer under.
fn begin(body: &Value) -> Option<Inbound> {
    let app = name(body, "/application_id").filter(|app| app.bytes().all(|b| b.is_ascii_digit()));
    let token = text(body, "/token").filter(|token| is_token(token));
    Some(Inbound {
        id: name(body, "/id")?,
        user: name(body, "/member/user/id").or_else(|| name(body, "/user/id"))?,
        reply: Some(format!("{}/{}", app?, token?)),
        locale: text(body, "/locale"),
        ..Inbound::default()
    })
}

/// It becomes part of an address.
fn is_token(token: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=TOKEN).contains(&token.len()) && token.bytes().all(plain) && !token.starts_with('.')
}

/// A command that was typed: what was written into it, or its own name when that is all.
fn command(body: &Value) -> Option<Inbound> {
    if body["data"]["type"].as_u64() != Some(1) {
        return None;
    }
    let mut said = Inbound {
        text: String::new(),
        ..begin(body)?
    };
    fill(&mut said, body, list(body, "/data/options"));
    if said.text.is_empty() && said.files.is_empty() {
        said.text = text(body, "/data/name")?;
    }
    Some(said)
}

/// Takes what was written and which files were added, of commands within commands, too.
fn fill(said: &mut Inbound, body: &Value, options: &[Value]) {
    for option in options {
        match option["type"].as_u64() {
            Some(1 | 2) => fill(said, body, list(option, "/options")),
            // Texts and numbers.
            Some(3 | 4 | 10) => {
                let words = name(option, "/value").unwrap_or_default();
                let words = [said.text.as_str(), words.trim()];
                said.text = words.join(" ").trim().to_owned();
            }
            Some(11) => said.files.extend(file(body, option)),
            _ => {}
        }
    }
}

fn file(body: &Value, option: &Value) -> Option<File> {
    let id = text(option, "/value")?;
    let file = body.pointer("/data/resolved/attachments")?.get(&id)?;
    Some(File {
        kind: text(file, "/content_type").unwrap_or_else(|| "file".to_owned()),
        id: text(file, "/url")?,
    })
}

/// The request for a file, which is on the platform's own host and needs no token.
pub(super) fn file_request(account: &Account, url: &str) -> Option<Request> {
    bare_request(account, url, &FILES)
}

/// What a bot may read of its own application; none without a bot's token, which nothing else needs.
pub(super) fn check_request(account: &Account) -> Option<Request> {
    let token = account.token.as_ref()?.reveal();
    let request = Request::get(account, "/applications/@me");
    Some(request.header("authorization", format!("Bot {token}")))
}

/// Whether an application signs with a key that the account knows.
pub(super) fn is_own(account: &Account, application: &Value) -> bool {
    let key = text(application, "/verify_key").unwrap_or_default();
    account.any_secret(|known| known.reveal().eq_ignore_ascii_case(&key))
}

/// A button of ours that was pressed.
fn pressed(body: &Value) -> Option<Inbound> {
    if body["data"]["component_type"].as_u64() != Some(2) {
        return None;
    }
    let data = text(body, "/data/custom_id")?;
    let rows = list(body, "/message/components").iter();
    let mut buttons = rows.flat_map(|row| list(row, "/components"));
    let button =
        buttons.find(|button| text(button, "/custom_id").as_deref() == Some(data.as_str()));
    let label = button.and_then(|button| text(button, "/label"));
    Some(Inbound {
        choice: choice(&data),
        text: label.unwrap_or(data),
        ..begin(body)?
    })
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let (rows, in_row, length) = BUTTONS;
    let fit = |choice: &Choice| (1..=length).contains(&choice.label.chars().count());
    let has_buttons =
        (1..=rows * in_row).contains(&out.choices.len()) && out.choices.iter().all(fit);
    let said = if has_buttons {
        out.text.clone()
    } else {
        out.numbered()
    };
    let parts = split_as(&said, ROOM, marked);
    let last = parts.len().saturating_sub(1);
    let path = format!("/webhooks/{}", way.to.reply.as_deref().unwrap_or_default());
    let requests = parts.iter().enumerate().map(|(at, part)| {
        // Nobody is called by a name that stands in the text.
        let mut body = json!({"content": part, "allowed_mentions": {"parse": []}});
        if has_buttons && at == last {
            let rows = out.choices.chunks(in_row).map(row);
            body["components"] = rows.collect();
        }
        if at == 0 && way.to.answered == 0 {
            let request = Request::json(way.account, &format!("{path}{WAITING}"), &body);
            return request.patch();
        }
        // Nobody but whoever asked sees it; of the waiting line that is settled.
        body["flags"] = json!(FOR_ONE);
        Request::json(way.account, &path, &body)
    });
    requests.collect()
}

fn row(choices: &[Choice]) -> Value {
    let button = |choice: &Choice| json!({"type": 2, "style": 2, "label": choice.label, "custom_id": choice.number.to_string()});
    let buttons: Vec<Value> = choices.iter().map(button).collect();
    json!({"type": 1, "components": buttons})
}

/// A line that does not wait, for whoever asked a person: it says so, and the answer takes its place.
pub(super) fn line(said: &str) -> Answer {
    let data = json!({"content": marked(said), "flags": FOR_ONE});
    Answer {
        media_type: "application/json",
        body: json!({"type": 4, "data": data}).to_string(),
    }
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    let words = text(&body, "/message").unwrap_or_default();
    let why = format!("it answered {}: {words}", responded.status);
    match responded.status {
        _ if responded.is_success() => responded.sent_as(None),
        // The token has ended: the next command brings another.
        401 => Judgement::Closed(why),
        // Until the answer to the request is there, its token is not known.
        404 => Judgement::Later(why, None),
        _ => responded.refused(why),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn key(hex: &str) -> Secret {
        Secret::parse(&SecretString::from(hex)).unwrap()
    }

    #[test]
    fn a_signature_is_that_of_the_published_vectors_and_no_other() {
        // RFC 8032, 7.1, tests 1 to 3: the public key, the message, the signature.
        let vectors: [(&str, &[u8], &str); 3] = [
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                b"",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                b"\x72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                b"\xaf\x82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        for (at, (public, message, signature)) in vectors.iter().enumerate() {
            assert!(is_key(&key(public)));
            assert!(is_signed(&key(public), message, signature), "{at}");
            assert!(is_signed(&key(public), message, &signature.to_uppercase()));
            let longer = [message, &b"\0"[..]].concat();
            assert!(!is_signed(&key(public), &longer, signature), "{at}");
            let other = vectors[(at + 1) % 3].0;
            assert!(!is_signed(&key(other), message, signature), "{at}");
            for wrong in [
                &signature[1..],
                &signature[2..],
                "",
                &format!("{signature}00"),
                &signature.replace('e', "g"),
            ] {
                assert!(!is_signed(&key(public), message, wrong), "{wrong}");
            }
        }
        // The first signature with the order of the group added to its second half: the same point, and another text.
        let (public, message, signature) = vectors[0];
        let malleable = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901554c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b";
        assert_eq!(malleable[..64], signature[..64]);
        assert!(!is_signed(&key(public), message, malleable));
    }

    #[test]
    fn a_key_is_thirty_two_bytes_in_hexadecimal() {
        let good = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert!(is_key(&key(good)) && is_key(&key(&good.to_uppercase())));
        for wrong in [&good[1..], &good[2..], &good.replace('d', "x"), "whsec_"] {
            assert!(!is_key(&key(wrong)), "{wrong}");
        }
    }

    #[test]
    fn only_what_can_stand_in_an_address_is_a_token() {
        assert!(is_token("aW50ZXJhY3Rpb24_-.x"));
        for wrong in ["", "..", "a/b", "a?b", "a#b", "a b", "\u{9000}"] {
            assert!(!is_token(wrong), "{wrong}");
        }
        assert!(!is_token(&"x".repeat(TOKEN + 1)));
    }
}
