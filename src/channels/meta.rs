//! What WhatsApp, Messenger and Instagram share: the introduction, the signature, the words of a refusal.

mod messenger;
mod whatsapp;

use serde_json::Value;

use super::account::Account;
use super::incoming::{Accepted, Incoming, Refusal};
use super::json::{object, text};
use super::outgoing::{Judgement, Responded};
use super::secret::same_hex;

pub(super) use messenger::{
    BY_PERSON, accept_instagram, accept_messenger, file_request, render_instagram, render_messenger,
};
pub(super) use whatsapp::{accept as accept_whatsapp, render as render_whatsapp};

/// The introduction is answered; of anything else the body, once its signature has been checked.
fn signed(account: &Account, incoming: &Incoming<'_>) -> Result<Result<Value, Accepted>, Refusal> {
    if incoming.is_get {
        return introduced(account, incoming).map(Err);
    }
    let given = incoming.header("x-hub-signature-256")?;
    let given = given.strip_prefix("sha256=").ok_or(Refusal::Unsigned)?;
    if !account.any_secret(|secret| same_hex(&secret.mac(&[incoming.body]), given)) {
        return Err(Refusal::Forged);
    }
    object(incoming.body).map(Ok)
}

/// As it is counted.
fn counted(many: usize) -> u64 {
    u64::try_from(many).unwrap_or(u64::MAX)
}

fn introduced(account: &Account, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
    let word = account.verify.as_ref();
    let is_known = word.is_some_and(|word| word.is(incoming.asked("hub.verify_token")));
    if !is_known || incoming.asked("hub.mode") != "subscribe" {
        return Err(Refusal::Stranger);
    }
    Ok(Accepted::answer(
        "text/plain",
        incoming.asked("hub.challenge"),
    ))
}

/// Outside the time in which answers are allowed. Messenger and Instagram say so by what stands beside the code for a permission that is not
/// there, the last one Instagram (developers.facebook.com/docs/messenger-platform/error-codes).
const CLOSED: i64 = 131_047;
const PERMISSION: i64 = 10;
/// What the account's owner has to mend before anything goes out to anybody: a token, a permission, a bill, what the account is blocked for
/// (developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes).
const ACCOUNT: [i64; 11] = [
    3, PERMISSION, 102, 190, 368, 131_005, 131_031, 131_037, 131_042, 131_045, 133_010,
];
const PERMISSIONS: std::ops::RangeInclusive<i64> = 200..=299;
const OUTSIDE: [i64; 3] = [2_018_065, 2_018_278, 2_534_022];
/// Too much at once, or a failure that passes: the same can be right later. 1200 is Messenger's "temporary send message
/// failure" (developers.facebook.com/docs/messenger-platform/reference/send-api/error-codes).
const LATER: [i64; 14] = [
    0, 1, 2, 4, 17, 32, 613, 1200, 130_429, 131_000, 131_016, 131_048, 131_056, 131_057,
];
/// Too much at once in one of the platform's uses, each of which has a code of its own
/// (developers.facebook.com/docs/graph-api/overview/rate-limiting).
const TOO_MANY: std::ops::RangeInclusive<i64> = 80_000..=80_014;

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    if responded.is_success() {
        let whatsapp = text(&body, "/messages/0/id");
        let id = whatsapp.or_else(|| text(&body, "/message_id"));
        return responded.sent_as(id);
    }
    let Some(code) = body.pointer("/error/code").and_then(Value::as_i64) else {
        return responded.by_status();
    };
    let words = text(&body, "/error/message").unwrap_or_default();
    let why = format!("error {code}: {words}");
    let beside = body.pointer("/error/error_subcode").and_then(Value::as_i64);
    let is_outside = beside.is_some_and(|beside| OUTSIDE.contains(&beside));
    let passes = body.pointer("/error/is_transient") == Some(&Value::Bool(true))
        || responded.status >= 500
        || responded.status == 429;
    let asks_owner =
        ACCOUNT.contains(&code) || PERMISSIONS.contains(&code) || responded.status == 401;
    match code {
        CLOSED => Judgement::Closed(why),
        PERMISSION if is_outside => Judgement::Closed(why),
        _ if passes => Judgement::Later(why, None),
        _ if asks_owner => Judgement::Account(why),
        _ if LATER.contains(&code) || TOO_MANY.contains(&code) => Judgement::Later(why, None),
        _ => Judgement::Never(why),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judged(status: u16, error: &Value) -> Judgement {
        let body = json!({ "error": error }).to_string();
        judge(&Responded {
            status,
            body: body.as_bytes(),
        })
    }

    #[test]
    fn what_comes_too_late_waits_for_its_customer_and_what_is_wrong_with_it_for_nobody() {
        for error in [
            json!({"code": 131_047, "message": "Re-engagement message"}),
            json!({"code": 10, "error_subcode": 2_018_278, "message": "This message is sent outside of allowed window."}),
            json!({"code": 10, "error_subcode": 2_534_022, "message": "This message is sent outside of allowed window."}),
        ] {
            assert!(
                matches!(judged(400, &error), Judgement::Closed(_)),
                "{error}"
            );
        }
        for error in [
            json!({"code": 100, "error_subcode": 2_018_278}),
            json!({"code": 131_026}),
        ] {
            assert!(
                matches!(judged(403, &error), Judgement::Never(_)),
                "{error}"
            );
        }
        for error in [
            130_429, 131_048, 131_056, 4, 17, 1200, 80_000, 80_006, 80_014,
        ]
        .map(|code| json!({"code": code}))
        .into_iter()
        .chain([json!({"code": 551, "is_transient": true})])
        {
            assert!(
                matches!(judged(400, &error), Judgement::Later(..)),
                "{error}"
            );
        }
        for for_good in [
            json!({"code": 551, "is_transient": false}),
            json!({"code": 80_015}),
        ] {
            assert!(matches!(judged(400, &for_good), Judgement::Never(_)));
        }
    }

    #[test]
    fn what_the_owner_of_the_account_has_to_mend_costs_no_message() {
        for (status, code) in [
            (401, 0),
            (400, 102),
            (400, 190),
            (400, 131_042),
            (401, 33),
            (403, 3),
            (403, 10),
            (400, 200),
            (403, 299),
        ] {
            let error = json!({"code": code, "message": "as the platform says it"});
            let judged = judged(status, &error);
            assert!(matches!(judged, Judgement::Account(_)), "{status} {code}");
        }
    }
}
