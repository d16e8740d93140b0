//! Which details of an order a message wants to be corrected, and into what where that is plain. It must not know what waits, beyond
//! which details were asked for, nor what becomes of what it finds.

use super::beside::{Beside as Around, PLACES};
use super::circumstances::{IN_A_CLAUSE, LEAVES_AS_IS, NEW_DETAILS};
use super::parts::{Cut, before_next_matter, pieces};
use super::speaker::Speaker;
use super::turn::blank;
use crate::domain::correction::{Correction, Detail};
use crate::engine::reading::{Decision, Reading};
use crate::engine::rules::book::Action;
use crate::engine::slots::details::{
    Beside, Hint, Named, Part, Place, bare, beside, name_in, named, place, stands_alone,
};

/// Circumstances that name a detail.
const DETAILS: [(&str, Detail); 4] = [
    ("detail_email", Detail::Email),
    ("detail_phone", Detail::Phone),
    ("detail_address", Detail::Address),
    ("detail_recipient", Detail::Recipient),
];

/// The circumstance of words behind which only an order's number stands.
const LEADS_TO_ORDER: &str = "leads_to_order";
/// The circumstance of the words with which a wish ends.
const ENDS_POLITELY: &str = "ends_politely";
/// So short a message that names several details is about them all.
const SHORT: usize = 60;
/// A longer message tells a story: what it says of a detail is for a person.
const LONGEST: usize = 1000;

/// What a message gives of a detail.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// What it is to be.
    Value(String),
    /// Parts of an address, and how they were written.
    Parts(Vec<Part>, String),
    /// Only its name.
    Nothing,
    /// It is to stay as it is.
    Refused,
}

/// What a message says of a detail.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SaidDetail {
    pub(super) detail: Detail,
    pub(super) given: Given,
}

impl Speaker<'_> {
    /// Which details a message names, whatever it says of them.
    pub(super) fn details_named(&self) -> Vec<Detail> {
        let told = DETAILS.iter().filter(|(name, _)| self.tells(name));
        told.map(|(_, detail)| *detail).collect()
    }

    /// The corrections that a message asks for while none is waiting. None: there is none, or its new value cannot be told from the rest,
    /// which is for a person.
    pub(super) fn corrections_of_message(&self) -> Vec<Correction> {
        let said = self.details_said(&[]);
        let valued: Vec<Correction> = said.iter().filter_map(whole).collect();
        let open = |it: &&SaidDetail| !matches!(it.given, Given::Refused | Given::Value(_));
        let mut open: Vec<Detail> = said.iter().filter(open).map(|it| it.detail).collect();
        open.retain(|detail| valued.iter().all(|it| it.detail != *detail));
        if valued.is_empty() && self.tells(NEW_DETAILS) {
            return Vec::new();
        }
        let named = open.into_iter().map(|detail| Correction {
            detail,
            value: None,
        });
        valued.iter().cloned().chain(named).collect()
    }

    /// The value in a message that names no detail, where its shape says of which it is.
    pub(super) fn corrections_by_shape(&self) -> Vec<Correction> {
        let found = self.corrections_of_message();
        let text = self.text_of_details();
        let bare = bare(&text, &named(&text));
        let known = |detail: Detail| {
            found
                .iter()
                .any(|it| it.detail == detail && it.value.is_some())
        };
        let phones = &self.heard.reading.slots.phones;
        let emails = &self.heard.reading.slots.emails;
        let address = || match self.address_in(&bare, None)? {
            Given::Value(value) => Some(value),
            _ => None,
        };
        let by_shape = [
            (Detail::Address, address()),
            (Detail::Phone, phones.first().map(|it| it.value.clone())),
            (Detail::Email, emails.first().map(|it| it.value.clone())),
        ];
        let by_shape = by_shape.into_iter().filter_map(|(detail, value)| {
            let value = value.filter(|it| !known(detail) && !self.is_on_record(detail, it));
            let value = Some(detail.read(&value?)?);
            Some(Correction { detail, value })
        });
        let by_shape: Vec<Correction> = by_shape.collect();
        with_open(by_shape, found.clone())
    }

    /// What a message that asks for a change wants corrected: what it names, and the address that it gives without calling it one. A
    /// number or an e-mail address may only show whose the order is.
    pub(super) fn corrections_at_once(&self) -> Vec<Correction> {
        let found = self.corrections_of_message();
        let addresses = self.corrections_by_shape().into_iter();
        let address = addresses.filter(|it| it.detail == Detail::Address && it.value.is_some());
        with_open(address.take(1).collect(), found)
    }

    /// What a message says of each detail that it names, and of those that were asked for.
    pub(super) fn details_said(&self, asked: &[Detail]) -> Vec<SaidDetail> {
        let text = &self.text_of_details();
        if text.len() > LONGEST {
            return Vec::new();
        }
        let named = named(text);
        let mut said: Vec<SaidDetail> = Vec::new();
        let mut add = |detail: Detail, given: Given| {
            let known = said.iter_mut().find(|it| it.detail == detail);
            match known {
                Some(known) if known.given == Given::Nothing => known.given = given,
                Some(_) => {}
                None => said.push(SaidDetail { detail, given }),
            }
        };
        for (nth, noun) in named.iter().enumerate() {
            if let Some(given) = self.given_beside(text, &named, nth, asked) {
                add(noun.detail, given);
            }
        }
        let before = bare(text, &named);
        let end = named.first().map_or(text.len(), |it| it.start);
        for detail in [
            Detail::Phone,
            Detail::Email,
            Detail::Address,
            Detail::Recipient,
        ] {
            let found = || self.given_in(detail, &before, None, (0, end));
            if let Some(given) = asked.contains(&detail).then(found).flatten() {
                add(detail, given);
                break;
            }
        }
        if named.is_empty() && asked.is_empty() {
            let told = self.details_named();
            if let [detail] = told.as_slice() {
                add(*detail, Given::Nothing);
            }
        }
        said
    }

    /// The text without the numbers of their orders, which stand beside many a detail, and the words that lead to them: "5 New Road for
    /// order A1001".
    pub(super) fn text_of_details(&self) -> String {
        let text = self.heard.text;
        let orders = self.heard.reading.slots.orders.iter();
        let theirs = orders.filter(|it| self.facts.orders.contains_key(&it.value));
        let led_to = theirs.take(PLACES).map(|it| {
            let before = Around::of(text, it.start, it.end).before;
            let leads = |words: &&&str| self.rules.matcher.read(words).tells(LEADS_TO_ORDER);
            let words = before.iter().rev().find(leads);
            let place = words.and_then(|words| text.get(..it.start)?.rfind(words));
            place.unwrap_or(it.start)..it.end
        });
        blank(text, led_to)
    }

    /// What stands beside the name of a detail. None: it is named by the way.
    fn given_beside(
        &self,
        text: &str,
        named: &[Named],
        nth: usize,
        asked: &[Detail],
    ) -> Option<Given> {
        let noun = named.get(nth)?;
        let end = named.get(nth + 1).map_or(text.len(), |it| it.start);
        if self.refuses_at(noun.start) {
            return Some(Given::Refused);
        }
        let found = beside(text, named, nth);
        let given = self.given_in(noun.detail, &found, noun.hint, (noun.start, end));
        if let Some(Given::Value(value)) = &given
            && self.is_on_record(noun.detail, value)
        {
            return None;
        }
        let slots = &self.heard.reading.slots;
        let shows = matches!(noun.detail, Detail::Phone | Detail::Email)
            && !(slots.phones.is_empty() && slots.emails.is_empty() && slots.tails.is_empty());
        let told = self.details_named().contains(&noun.detail);
        let changes = |reading: &Reading| {
            let mut found = reading.intents.iter();
            found.any(|it| self.action(&it.intent) == Some(Action::ChangeOrder))
        };
        let alone = named.iter().all(|it| it.detail == noun.detail);
        let piece = self.piece_at(noun.start);
        let changed = || piece.is_some_and(|it| changes(&self.rules.matcher.read(it)));
        let named_here = match asked.is_empty() {
            true => told && (alone || self.heard.text.len() < SHORT || changed()),
            false => told || changed(),
        };
        given.or_else(|| (named_here && !shows).then_some(Given::Nothing))
    }

    /// The value of a detail among texts that may be one.
    fn given_in(
        &self,
        detail: Detail,
        texts: &[Beside<'_>],
        hint: Option<Hint>,
        (from, to): (usize, usize),
    ) -> Option<Given> {
        let slots = &self.heard.reading.slots;
        let within = |start: usize| (from..to).contains(&start);
        let typed = |it: &Beside<'_>| detail.read(it.text);
        match detail {
            Detail::Phone => {
                let mut phones = slots.phones.iter().filter(|it| within(it.start));
                let found = phones.next().and_then(|it| detail.read(&it.value));
                let found = found.filter(|_| phones.next().is_none());
                found
                    .or_else(|| texts.iter().find_map(typed))
                    .map(Given::Value)
            }
            Detail::Email => {
                let mut emails = slots.emails.iter().filter(|it| within(it.start));
                let found = emails.next().and_then(|it| detail.read(&it.value));
                found.filter(|_| emails.next().is_none()).map(Given::Value)
            }
            Detail::Address => self.address_in(texts, hint),
            Detail::Recipient => texts.iter().find_map(|it| {
                let name = name_in(*it)?;
                self.value_in(detail, name).map(Given::Value)
            }),
        }
    }

    fn address_in(&self, texts: &[Beside<'_>], hint: Option<Hint>) -> Option<Given> {
        let mut parts = None;
        let mut texts: Vec<&Beside<'_>> = texts.iter().collect();
        texts.sort_by_key(|it| it.rank);
        for it in texts {
            let text = before_next_matter(self.rules, it.text).trim_end_matches(is_stop);
            let text = self.without_thanks(text);
            match place(text, hint) {
                Place::Full if !self.begins_with_clause(text) => {
                    return Detail::Address.read(text).map(Given::Value);
                }
                // A number by itself may be anything, unless a word introduces it.
                Place::Parts(found) if it.introduced || hint.is_some() || !is_bare(text) => {
                    parts.get_or_insert((found, text.to_owned()));
                }
                _ => {}
            }
        }
        parts.map(|(found, text)| Given::Parts(found, text))
    }

    /// A value without the thanks behind it.
    fn without_thanks<'t>(&self, text: &'t str) -> &'t str {
        let last = Around::of(text, text.len(), text.len()).before;
        let thanks = |words: &&&str| self.rules.matcher.read(words).tells(ENDS_POLITELY);
        let words = last.iter().rev().find(thanks);
        let before = words.and_then(|words| text.strip_suffix(words));
        before.map_or(text, |before| before.trim_end_matches(is_stop))
    }

    /// Whether words of a clause stand before the first number of what would be an address.
    fn begins_with_clause(&self, text: &str) -> bool {
        let digit = text.find(|c: char| c.is_ascii_digit());
        let before = text.get(..digit.unwrap_or(text.len())).unwrap_or(text);
        let han = !before.is_ascii();
        let reading = self.rules.matcher.read(before);
        !han && (reading.tells(IN_A_CLAUSE) || !reading.acts.is_empty())
    }

    /// Whether the clause around a place says that something stays as it is.
    fn refuses_at(&self, start: usize) -> bool {
        let piece = self.piece_at(start);
        piece.is_some_and(|it| self.rules.matcher.read(it).tells(LEAVES_AS_IS))
    }

    /// The clause around a place.
    fn piece_at(&self, start: usize) -> Option<&str> {
        let pieces = pieces(self.rules, self.heard, Cut::Clauses);
        let around = pieces
            .into_iter()
            .find(|(from, to)| (*from..*to).contains(&start));
        around.and_then(|(from, to)| self.heard.text.get(from..to))
    }

    /// Whether an order of theirs has this already: what has just shown that the order is theirs is not what it is to be corrected into.
    pub(super) fn is_on_record(&self, detail: Detail, value: &str) -> bool {
        let mut orders = self.facts.orders.values();
        orders.any(|order| detail.of(order) == Some(value))
    }

    /// The detail that a text gives. A name is no clause, nor is an address: what is said of the matter is never taken for one.
    pub(super) fn value_in(&self, detail: Detail, text: &str) -> Option<String> {
        let value = detail.read(text)?;
        if matches!(detail, Detail::Email | Detail::Phone) {
            return Some(value);
        }
        let reading = self.rules.matcher.read(text);
        let asks = reading.decision == Decision::Answer && !reading.by_likeness;
        let speaks = reading.tells(IN_A_CLAUSE) || !reading.acts.is_empty();
        let is_no_value = speaks || asks && detail == Detail::Recipient;
        (!is_no_value).then_some(value)
    }
}

/// What a message gives in full.
pub(super) fn whole(said: &SaidDetail) -> Option<Correction> {
    let value = match &said.given {
        Given::Value(value) => Some(value.clone()),
        Given::Parts(parts, text) if stands_alone(parts) => Detail::Address.read(text),
        _ => None,
    };
    let detail = said.detail;
    value.is_some().then_some(Correction { detail, value })
}

/// Corrections with those behind them of which they say nothing.
fn with_open(mut first: Vec<Correction>, others: Vec<Correction>) -> Vec<Correction> {
    let known: Vec<Detail> = first.iter().map(|it| it.detail).collect();
    first.extend(others.into_iter().filter(|it| !known.contains(&it.detail)));
    first
}

fn is_stop(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | ',' | '\u{3002}' | '\u{ff0c}')
}

fn is_bare(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric())
}
