//! What the business talks about: ids, money, languages, orders, conversations, hand-overs, working days.
//!
//! Pure values and pure functions. Nothing here does I/O, reads a clock, uses randomness, or knows that there is a web.

pub mod abuse;
pub mod account;
pub mod audit;
pub mod availability;
pub mod brief;
pub mod calendar;
pub mod canned;
pub mod channel;
pub mod claim;
pub mod claim_cause;
pub mod constant_time;
pub mod conversation;
pub mod correction;
pub mod customer_link;
pub mod email;
pub mod evidence;
pub mod fate;
pub mod guide;
pub mod handoff;
pub mod ids;
pub mod judge;
pub mod language;
pub mod letter_token;
pub mod money;
pub mod notice;
pub mod order;
pub mod order_card;
pub mod order_record;
pub mod pack;
pub mod page_facts;
pub mod password;
pub mod payment_code;
pub mod payment_link;
pub mod policy;
pub mod priority;
pub mod promise;
pub mod proof;
pub mod rating;
pub mod redact;
pub mod report;
pub mod review;
pub mod rights;
pub mod saved_filter;
pub mod search;
pub mod sequence;
pub mod service;
pub mod site;
pub mod spoken;
pub mod tally;
pub mod totp;
pub mod transcript;
pub mod trouble;
pub mod verdict;
pub mod waiting;
pub mod webhook;
pub mod wording;
pub mod written_draft;

/// Whether a value is the one that a record means when it says nothing: such fields are not written.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
