//! frontdesk: a self-hosted support desk for online shops and payment platforms. This file is the map.
//!
//! # The flow
//!
//! ```text
//! bytes - http, channels::accept -> Inbound -> desk.receive
//!             matcher.read(text)                 -> Reading   intents, evidence, slots, language     pure
//!             dialogue::needs(conv, heard)       -> Needs     what must be looked up                 pure
//!             store: orders, tallies             -> Facts     looked-up values, now                  I/O
//!             dialogue::step(conv, heard, facts) -> Turn      what is said, what moves               pure
//!             store.commit(Commit)                            all of the turn or none; on disk       I/O
//!         -> live.wake -> event streams
//!         -> outbox    -> delivery -> the merchant's endpoints
//!                      -> delivery, channels::render -> customers on messaging platforms
//! ```
//!
//! A conversation is an append-only log of numbered events. Transcript, stream, inbox and metrics are readers of that log; a reader
//! that reconnects asks for what follows the last number it saw.
//!
//! # Invariants
//!
//! 1. `domain` and `engine` do no I/O, read no clock, use no randomness, and cannot fail. Loading rules can fail; matching cannot.
//! 2. A message is handled at most once, and its effects are one commit. What has been acknowledged is on disk.
//! 3. Only `desk` writes, and `delivery` what became of what it sent; only `clock` knows the time and makes random tokens.
//! 4. Every answer carries the rule (file, line) and the words that caused it, the facts it used, and the clauses of the policy that
//!    it told; every decision about a claim carries the clause that decided (file, line, version).
//! 5. Only the owner of a conversation speaks to the customer. The bot's turn is refused if the conversation changed while it
//!    thought; from handoff until it is given back, it is silent. The desk itself tells what became of a claim, and that a promise
//!    will be late.
//! 6. No card number, secret or one-time code reaches the store, a log or an error body.
//! 7. Every word a customer reads is in `intents/`. No customer text and no Chinese in the code.
//! 8. Nothing about an order is said to somebody who has not reached the proof level that the fact needs.
//!
//! # The modules, in reading order
//!
//! Who may use whom is a table in `tests/it/tidy.rs`.

// `println!` panics when its reader has gone; `cli::out` does not.
#![deny(clippy::print_stdout)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod domain;

pub mod engine;

pub mod channels;

pub mod store;

pub mod clock;

pub mod live;

pub mod desk;

pub mod delivery;

pub mod http;

pub mod config;

pub mod telemetry;

pub mod rules_folder;

pub mod cli;
