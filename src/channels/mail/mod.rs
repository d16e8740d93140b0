//! E-mail: whole messages as a mail server hands them on, and what Mailgun and Postmark make of them.
//!
//! Whatever it came as, it becomes one `Letter` (`letter`); what is quoted below an answer is cut off (`quoted`), what a machine wrote is
//! taken and forgotten (`machine`), but for reports about letters of ours (`report`, and `events` where Mailgun and Postmark tell the same), and
//! an answer goes into the same thread (`answer`, `thread`). A sender's address proves nothing: an answer goes to it, and to nobody else. A letter to
//! the customer of a page has a signed token in its name, by which the answer to it is known.

mod answer;
mod charset;
mod check;
mod events;
mod letter;
mod machine;
mod quoted;
mod report;
mod thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use super::account::Account;
use super::incoming::{Accepted, Incoming, Refusal, fresh};
use super::json::object;
use super::secret::{Secret, same_hex};
use letter::{Fields, Letter};

pub use answer::{by_letter, name_on_letter};
pub(super) use answer::{
    judge_mailgun, judge_postmark, render_mailgun, render_postmark, render_raw,
};
pub(super) use check::{check_mailgun, check_raw};

/// Mailgun tries for eight hours, under the time of the first attempt; its token stands for one letter alone.
const WITHIN: SignedDuration = SignedDuration::from_hours(9);

/// A whole message, posted with the secret as a bearer token or as a password.
pub(super) fn accept_raw(account: &Account, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
    let given = incoming.header("authorization")?;
    knows_secret(account, given)?;
    let letter = Letter::whole(incoming.body).ok_or(Refusal::Unreadable)?;
    Ok(taken(account, letter))
}

/// Postmark signs nothing: its address has a password in it. A 403 would end its attempts, so a wrong one is refused with 401.
pub(super) fn accept_postmark(
    account: &Account,
    incoming: &Incoming<'_>,
) -> Result<Accepted, Refusal> {
    let given = incoming.header("authorization")?;
    knows_secret(account, given)?;
    let body = object(incoming.body)?;
    if body.get("RecordType").is_some() {
        return Ok(Accepted {
            receipts: events::of_postmark(&body).into_iter().collect(),
            ..Accepted::default()
        });
    }
    Ok(taken(account, Letter::from_postmark(&body)))
}

/// Mailgun signs a time and a token, and no byte of the letter: the token is bound to the letter that it came with first.
pub(super) fn accept_mailgun(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let media_type = incoming.header("content-type")?;
    let own = account.sender.as_deref().unwrap_or_default();
    if media_type.starts_with("application/json") {
        let event = events::Signed::read(incoming.body)?;
        signed_by_mailgun(
            account,
            [&event.second, &event.token, &event.signature],
            now,
        )?;
        return Ok(event.accepted(own));
    }
    let fields = Fields::read(media_type, incoming.body).ok_or(Refusal::Unsigned)?;
    let token = fields.get("token");
    let signed = [fields.get("timestamp"), token, fields.get("signature")];
    signed_by_mailgun(account, signed, now)?;
    let letter = match fields.bytes("body-mime") {
        Some(whole) => Letter::whole(whole).ok_or(Refusal::Unreadable)?,
        None => Letter::from_mailgun(&fields),
    };
    Ok(taken(account, letter).signed_by(token))
}

fn signed_by_mailgun(
    account: &Account,
    [second, token, given]: [&str; 3],
    now: Timestamp,
) -> Result<(), Refusal> {
    if second.is_empty() || token.is_empty() || given.is_empty() {
        return Err(Refusal::Unsigned);
    }
    let signed = [second.as_bytes(), token.as_bytes()];
    if !account.any_secret(|secret| same_hex(&secret.mac(&signed), given)) {
        return Err(Refusal::Forged);
    }
    fresh(second, WITHIN, now)
}

/// The secret as a bearer token, or as the password of whoever.
pub(super) fn knows_secret(account: &Account, given: &str) -> Result<(), Refusal> {
    let password = given.strip_prefix("Basic ").and_then(|basic| {
        let decoded = STANDARD.decode(basic.trim()).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        Some(text.split_once(':')?.1.to_owned())
    });
    let bearer = given.strip_prefix("Bearer ").map(str::to_owned);
    let said = password.or(bearer).ok_or(Refusal::Unsigned)?;
    if account.any_secret(|secret: &Secret| secret.is(&said)) {
        Ok(())
    } else {
        Err(Refusal::Forged)
    }
}

/// What a person wrote; of what a machine did, what became of letters of ours.
fn taken(account: &Account, mut letter: Letter) -> Accepted {
    let own = account.sender.as_deref().unwrap_or_default();
    let mut accepted = Accepted::default();
    if let Some(report) = letter.report.take() {
        accepted
            .receipts
            .extend(report.receipt(|name| thread::known_name(name, own)));
        return accepted;
    }
    if !machine::wrote(&letter, own) {
        accepted.messages.extend(letter.into_message(own));
    }
    accepted
}
