//! How the desk sees that a kind of trouble rises far above its usual rate.
//!
//! People who come with a trouble are counted in windows of a quarter of an hour, each person once. What is usual is the mean of the
//! windows before, where a day ago counts half. A surge is far above that and above a floor, so that a small shop with five complaints
//! is left in peace. A surge only ever proposes.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::conversation::{Actor, Event, EventBody};
use crate::domain::ids::IntentId;
use crate::domain::is_default;
use crate::domain::trouble::Cause;

/// The length of a window.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Fewer people than this are no surge, whatever is usual.
pub const FLOOR: u32 = 10;
/// A surge is so many times what is usual, and as many times its spread more.
const TIMES: f64 = 4.0;
/// What a window leaves of the windows before: after the 96 of a day, half.
const KEPT: f64 = 0.992_805_7;
/// After so many windows without anybody, nothing is left.
const FORGOTTEN: i64 = 96 * 30;
/// After a surge of a kind, the kind is not looked at for so long.
const QUIET: SignedDuration = SignedDuration::from_hours(6);
/// So many kinds are told apart for a merchant; a further one is not counted.
const KINDS: usize = 256;
/// So many people are told apart in a window.
const PEOPLE: usize = 4096;

/// Matters that tell of a trouble.
const TROUBLES: [&str; 12] = [
    "account_security",
    "delivery_problem",
    "double_charge",
    "merchant_error",
    "order_status",
    "payment_frozen",
    "payment_network",
    "payment_system_fault",
    "payout_missing",
    "refund_rejected",
    "refund_status",
    "payment_resubmit",
];
/// How the log names the cause behind an answer.
const CAUSE: &str = "cause.";

/// What people come with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// A matter.
    Intent(IntentId),
    /// What was found to be the cause.
    Cause(Cause),
}

/// A kind of trouble that is counted by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kind {
    /// What.
    pub trouble: Trouble,
    /// With which payment method; none counts all together.
    #[serde(default, skip_serializing_if = "is_default")]
    pub method: Option<String>,
}

/// More people than usual came with a kind of trouble.
#[derive(Clone, Debug, PartialEq)]
pub struct Surge {
    /// Which.
    pub kind: Kind,
    /// When the window began in which they came.
    pub since: Timestamp,
    /// How many came in it, so far.
    pub count: u32,
    /// How many usually do.
    pub usual: f64,
}

/// How often a kind of trouble comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Rate {
    kind: Kind,
    /// When the window began.
    window: Timestamp,
    /// How many came in it.
    count: u32,
    /// How many usually come in one.
    usual: f64,
    /// Until when it is not looked at.
    #[serde(default, skip_serializing_if = "is_default")]
    quiet_until: Option<Timestamp>,
    /// Who came in this window.
    #[serde(skip)]
    people: BTreeSet<u64>,
}

/// How often each kind of trouble comes to a merchant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates(Vec<Rate>);

impl Rates {
    /// Counts somebody who comes with these kinds of trouble, and gives the narrowest of them that has become a surge by it.
    pub fn note(&mut self, kinds: &[Kind], who: u64, now: Timestamp) -> Option<Surge> {
        let mut surges: Vec<Surge> = Vec::new();
        for kind in kinds {
            surges.extend(self.rate(kind, now).and_then(|rate| rate.note(who, now)));
        }
        surges.sort_by_key(|surge| surge.kind.method.is_none());
        let narrowest = surges.into_iter().next()?;
        for rate in &mut self.0 {
            if rate.kind.trouble == narrowest.kind.trouble {
                rate.quiet_until = Some(now + QUIET);
            }
        }
        Some(narrowest)
    }

    /// The rate of a kind; none when too many are told apart already.
    fn rate(&mut self, kind: &Kind, now: Timestamp) -> Option<&mut Rate> {
        let place = match self.0.iter().position(|rate| rate.kind == *kind) {
            Some(place) => place,
            None if self.0.len() >= KINDS => return None,
            None => {
                self.0.push(Rate::new(kind.clone(), now));
                self.0.len() - 1
            }
        };
        self.0.get_mut(place)
    }
}

impl Rate {
    const fn new(kind: Kind, window: Timestamp) -> Self {
        Self {
            kind,
            window,
            count: 0,
            usual: 0.0,
            quiet_until: None,
            people: BTreeSet::new(),
        }
    }

    fn note(&mut self, who: u64, now: Timestamp) -> Option<Surge> {
        self.pass(now);
        if self.people.len() >= PEOPLE || !self.people.insert(who) {
            return None;
        }
        self.count = self.count.saturating_add(1);
        let is_quiet = self.quiet_until.is_some_and(|until| now < until);
        let is_surge = self.count >= FLOOR && f64::from(self.count) > far_above(self.usual);
        (is_surge && !is_quiet).then(|| Surge {
            kind: self.kind.clone(),
            since: self.window,
            count: self.count,
            usual: self.usual,
        })
    }

    /// Ends the windows that have passed.
    fn pass(&mut self, now: Timestamp) {
        let windows = now.duration_since(self.window).as_secs() / WINDOW.as_secs();
        if windows <= 0 {
            return;
        }
        self.usual = self.usual * KEPT + f64::from(self.count) * (1.0 - KEPT);
        let empty = i32::try_from(windows.min(FORGOTTEN) - 1).unwrap_or(0);
        self.usual *= KEPT.powi(empty);
        self.count = 0;
        self.people.clear();
        let passed = SignedDuration::from_secs(windows.saturating_mul(WINDOW.as_secs()));
        self.window = self.window.checked_add(passed).unwrap_or(now);
    }
}

/// More than this is no chance: four times what is usual, and four times its spread more.
fn far_above(usual: f64) -> f64 {
    TIMES * (usual + usual.sqrt())
}

/// The fact that an answer notes beside others: the cause that was found.
#[must_use]
pub fn cause_fact(cause: Cause) -> String {
    format!("{CAUSE}{}", cause.name())
}

/// The troubles that the bot's answers in these events tell of.
#[must_use]
pub fn troubles(events: &[Event]) -> Vec<Trouble> {
    let mut found = BTreeSet::new();
    for event in events {
        let (Actor::Bot, EventBody::Reply { because, .. }) = (&event.by, &event.body) else {
            continue;
        };
        let Some(because) = because else { continue };
        let known = |intent: &&IntentId| TROUBLES.contains(&intent.as_str());
        if let Some(intent) = because.intent.as_ref().filter(known) {
            found.insert(Trouble::Intent(intent.clone()));
        }
        for fact in &because.facts {
            let named = fact.strip_prefix(CAUSE);
            let cause = named.and_then(|name| Cause::ALL.into_iter().find(|c| c.name() == name));
            if let Some(cause) = cause.filter(|cause| *cause != Cause::NotStuck) {
                found.insert(Trouble::Cause(cause));
            }
        }
    }
    found.into_iter().collect()
}

/// The kinds that these troubles are counted as: each with all payment methods together, and with this one.
#[must_use]
pub fn kinds(troubles: Vec<Trouble>, method: Option<&str>) -> Vec<Kind> {
    let method = method.and_then(method_word);
    let each = troubles.into_iter().flat_map(|trouble| {
        let with = method.clone().map(|method| Kind {
            trouble: trouble.clone(),
            method: Some(method),
        });
        let all = Kind {
            trouble,
            method: None,
        };
        [Some(all), with]
    });
    each.flatten().collect()
}

/// What a payment method is called, without the digits of an account.
fn method_word(method: &str) -> Option<String> {
    let word = method
        .split(|c: char| !c.is_alphabetic())
        .find(|word| !word.is_empty())?;
    Some(word.chars().take(20).collect::<String>().to_lowercase())
}
