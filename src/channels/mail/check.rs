//! Letters that find out whether an account is known, and reach no customer.

use jiff::Timestamp;

use super::answer::{by_letter, raw, sender, to_mailgun};
use crate::channels::account::Account;
use crate::channels::outgoing::{Request, Way};
use crate::domain::channel::Recipient;
use crate::domain::email::Email;

/// What a letter says that is for nobody.
const TEST: &str = "frontdesk channel test";

/// A letter without anything in it, which is not sent: a sending key may do nothing else.
pub(in crate::channels) fn check_mailgun(account: &Account) -> Request {
    to_mailgun(account, &[])
}

/// A letter of the desk to itself, which it knows again when it comes, and does not answer; none where its own address is no address.
pub(in crate::channels) fn check_raw(
    account: &Account,
    (name, second): (&str, i64),
) -> Option<Request> {
    let own = Email::parse(sender(account)).ok()?;
    let to: Recipient = by_letter(account, &own, (TEST, None), None, Timestamp::UNIX_EPOCH);
    let way = Way {
        account,
        to: &to,
        name,
        token: "",
        second,
        answers: false,
        by_person: false,
    };
    Some(raw(&way, TEST))
}
