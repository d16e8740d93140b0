//! Messaging platforms as pure codecs: bytes that came in become messages, a message that goes out becomes requests.
//!
//! `platforms` is the table of them, with a file for each (`standard` is for any program, `telegram`, `meta` for WhatsApp, Messenger
//! and Instagram, `slack`, `line`, `feishu`, `dingtalk`, `discord`, `wechat`, `wecom`, `twilio`, `chatwoot`, `mail` for e-mail). What they share: `account` (who we are there, and its secrets), `incoming` (a request as it came,
//! and why one is refused), `outgoing` (a request to be made, and what its answer means), `pulling` (asking for messages: `news`), `checks` (asking whether the account is known), `reach` (whether what is said would reach its customer), `handing` (people there take over), `files` and `hosts` (what customers send, and where it may be fetched from), `robots` (notices to groups of
//! those who work here), `pace` (how much a platform takes), `split` (long texts in the platform's own
//! unit), `json`, `form` and `xml` (reading what others wrote), `crypto`. A codec checks the signature over the bytes before it reads them. Nothing here connects
//! to anybody, reads a clock or remembers anything.

mod account;
mod chatwoot;
mod checks;
mod crypto;
mod dingtalk;
mod discord;
mod feishu;
mod files;
mod form;
mod handing;
mod hosts;
mod incoming;
mod json;
mod line;
mod mail;
mod meta;
mod news;
mod outgoing;
mod pace;
mod platforms;
mod pulling;
mod reach;
mod robots;
mod secret;
mod slack;
mod split;
mod standard;
mod telegram;
mod told;
mod twilio;
mod wechat;
mod wecom;
mod xml;

pub use account::{Account, Need};
pub use checks::{check_request, is_known};
pub use files::{
    WantedFile, file_request, has_file_hosts, is_elsewhere, is_fetched, is_redirected,
    next_request, redirected,
};
pub use handing::{
    hand_over, hand_over_inline, hands_in, hands_over, hands_request, judge_moving,
    knows_servicers, take_back,
};
pub use incoming::{
    Accepted, Answer, Fetch, File, Held, Inbound, Incoming, LeftOut, Opening, Person, Receipt,
    Refusal, Renamed, Seen,
};
pub use mail::{by_letter, name_on_letter};
pub use news::{Entered, Pull, Pulled};
pub use outgoing::{Judgement, Outbound, Request, Responded, Verb, Way};
pub use pace::{Pace, Paces, paces, quota};
pub use platforms::{
    accept, beginning, body_limit, default_base, inline, is_aes_key, is_public_key, judge,
    knows_for, meanwhile, needs, render, shares_address, token_in, token_request, wants_who_speaks,
    window,
};
pub use pulling::{is_polled, is_pulled, joined, pull_request, pulled, reads_on, welcomes};
pub use reach::{KeptBack, Shut, is_shut, keeps_back, says_only_inline};
pub use robots::Robot;
pub use secret::{InvalidSecret, Secret};
pub use told::Told;
