//! What becomes of the corrections that wait with a message: another value, a piece of one put right, one more detail, or none of them.
//! It must not know how a message is read, nor what is said.

use super::circumstances::{ADDS_DETAIL, NEW_DETAILS, UNSURE};
use super::parts::before_next_matter;
use super::said_details::{Given, SaidDetail, whole};
use super::speaker::Speaker;
use crate::domain::conversation::{Need, Topic};
use crate::domain::correction::{Correction, Detail};
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Act;
use crate::engine::slots::bare_value;
use crate::engine::slots::details::{
    Beside, Place, Spelt, Swap, amend, append_town, is_town, name_in, place, spelt, swap,
    with_last_digits,
};
use crate::engine::text::is_han;

/// The circumstance of somebody who says that what was said back is not it.
const DENIES_VALUE: &str = "denies_value";

/// What becomes of the corrections that wait.
pub(super) enum Amended {
    /// These.
    To(Vec<Correction>),
    /// One of them is not it, and it is not plain which.
    Which,
    /// Something of them is to be otherwise that only a person can put in.
    ForPerson,
    /// They have not decided.
    NotYet,
    /// A part of what is asked for in full.
    OnlyAPart,
    /// The message says nothing of them.
    Not,
}

impl Speaker<'_> {
    /// What becomes of the corrections that wait.
    pub(super) fn amended(&self, topic: &Topic) -> Amended {
        let waiting = &topic.form.corrections;
        if let Some(list) = self.put_right(waiting) {
            return Amended::To(list);
        }
        let asked: Vec<Detail> = waiting.iter().map(|it| it.detail).collect();
        let said = self.details_said(&asked);
        let said: Vec<SaidDetail> = said
            .into_iter()
            .filter(|it| !matches!(&it.given, Given::Value(value) if self.is_on_record(it.detail, value)))
            .collect();
        if !said.is_empty() {
            let part = |it: &SaidDetail| {
                matches!(it.given, Given::Parts(..))
                    && whole(it).is_none()
                    && !waiting
                        .iter()
                        .any(|one| one.detail == it.detail && one.value.is_some())
            };
            return match said.iter().all(part) {
                true => Amended::OnlyAPart,
                false => Amended::To(with(waiting, &said, self.adds())),
            };
        }
        self.denied(topic)
    }

    /// The corrections that wait with a piece of one put right.
    fn put_right(&self, waiting: &[Correction]) -> Option<Vec<Correction>> {
        let text = self.text_of_details();
        waiting.iter().find_map(|correction| {
            let value = correction.value.as_deref()?;
            let detail = correction.detail;
            let slots = &self.heard.reading.slots;
            let tail = || {
                let phone = detail == Detail::Phone && slots.phones.is_empty();
                phone.then(|| with_last_digits(&text, value)).flatten()
            };
            let new = match swap(&text, value) {
                Some(Swap::Done(value)) => Some(value),
                // What is denied is not in it: it is asked for in full.
                Some(Swap::Unclear(_)) if waiting.len() == 1 && !self.gives_anew(detail) => {
                    return Some(with_value(waiting, detail, None));
                }
                _ => None,
            };
            let spelt = || match spelt(&text, value).filter(|_| detail == Detail::Recipient)? {
                Spelt::AsItIs => Some(Some(value.to_owned())),
                Spelt::Other(name) => Some(Some(name)),
                Spelt::Unclear => Some(None),
            };
            let town = || {
                let town = is_town(&text).then(|| text.trim());
                let town = town.filter(|it| detail == Detail::Address && self.is_no_more(it));
                town.and_then(|it| append_town(value, it))
            };
            let read = |it: String| detail.read(&it);
            let new = new.or_else(tail).or_else(town).and_then(read);
            let new = match new {
                Some(value) => Some(value),
                None => spelt()?.and_then(read),
            };
            Some(with_value(waiting, detail, new))
        })
    }

    /// Whether a message gives the detail in full besides.
    fn gives_anew(&self, detail: Detail) -> bool {
        let said = self.details_said(&[detail]);
        said.iter().filter_map(whole).any(|it| it.detail == detail)
    }

    /// Whether a text is a name and says nothing else.
    fn is_no_more(&self, text: &str) -> bool {
        let reading = &self.heard.reading;
        let answers = reading.decision == Decision::Answer && !reading.by_likeness;
        !answers && reading.acts.is_empty() && self.value_in(Detail::Recipient, text).is_some()
    }

    /// Whether another detail comes to those that wait, rather than take their place.
    fn adds(&self) -> bool {
        let joins = !self.heard.reading.joins.is_empty();
        joins || self.tells(ADDS_DETAIL)
    }

    /// A message that gives nothing: whether it denies what was said back, or is the rest of what was asked for.
    fn denied(&self, topic: &Topic) -> Amended {
        let waiting = &topic.form.corrections;
        let reading = self.heard.reading;
        let said_back = waiting.iter().filter(|it| it.value.is_some()).count();
        if self.tells(NEW_DETAILS) {
            return Amended::ForPerson;
        }
        if self.tells(UNSURE) || self.asks_to_wait() {
            return Amended::NotYet;
        }
        let not_it = topic.need == Need::Confirm && self.tells(DENIES_VALUE);
        let denies = reading.does(Act::No) || reading.does(Act::Correct) || not_it;
        if denies && said_back > 1 {
            return Amended::Which;
        }
        if denies {
            let mut list = waiting.clone();
            for correction in &mut list {
                correction.value = None;
            }
            return Amended::To(list);
        }
        if self.is_another_matter(topic) {
            return Amended::Not;
        }
        let open = waiting.iter().find(|it| it.value.is_none());
        if let Some(open) = open {
            let bare = before_next_matter(self.rules, bare_value(self.heard.text));
            return match self.value_in(open.detail, bare) {
                Some(value) => Amended::To(with_value(waiting, open.detail, Some(value))),
                None => Amended::Not,
            };
        }
        let numbered = self
            .text_of_details()
            .contains(|c: char| c.is_ascii_digit());
        match waiting.as_slice() {
            _ if !numbered => self.anew(waiting),
            [one] if one.detail != Detail::Address => {
                Amended::To(with_value(waiting, one.detail, None))
            }
            _ => Amended::ForPerson,
        }
    }

    /// Another value in words alone, in the place of the only one that was said back.
    fn anew(&self, waiting: &[Correction]) -> Amended {
        let [one] = waiting else {
            return Amended::Not;
        };
        let bare = before_next_matter(self.rules, bare_value(self.heard.text));
        // Any remark is a few words: only what looks like such a value takes the place of one.
        let looks_so = match one.detail {
            Detail::Recipient => !bare.contains(is_han) || name_in(Beside::alone(bare)).is_some(),
            Detail::Address => !matches!(place(bare, None), Place::Other),
            Detail::Email | Detail::Phone => true,
        };
        match self.value_in(one.detail, bare).filter(|_| looks_so) {
            Some(value) => Amended::To(with_value(waiting, one.detail, Some(value))),
            None => Amended::Not,
        }
    }

    /// Whether the message asks something, or for something else: no value.
    pub(super) fn is_another_matter(&self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let other = |scored: &Scored| scored.intent != topic.intent;
        let in_words = !self.heard.text.contains(|c: char| c.is_ascii_digit());
        let reads = reading.decision == Decision::Answer
            && !reading.by_likeness
            && reading.intents.iter().any(other);
        self.interrupts(topic) || self.asks_at_all() || in_words && reads
    }
}

/// The corrections that wait with what a message says of them and of others.
fn with(waiting: &[Correction], said: &[SaidDetail], adds: bool) -> Vec<Correction> {
    let mut list = waiting.to_vec();
    for it in said {
        let detail = it.detail;
        let old = waiting.iter().find(|one| one.detail == detail);
        let old = old.and_then(|it| it.value.as_deref());
        match &it.given {
            Given::Refused => list.retain(|one| one.detail != detail),
            Given::Value(value) => list = with_value(&list, detail, Some(value.clone())),
            Given::Parts(parts, _) => {
                let merged = old.and_then(|old| amend(old, parts));
                let alone = whole(it).and_then(|it| it.value).filter(|_| old.is_none());
                let value = merged.or(alone).and_then(|it| detail.read(&it));
                list = with_value(&list, detail, value);
            }
            Given::Nothing => {
                // "No, the phone", while the address was asked for.
                if !adds && said.len() == 1 {
                    list.retain(|one| one.value.is_some() && one.detail != detail);
                }
                list = with_value(&list, detail, None);
            }
        }
    }
    list
}

/// A list with a value of one detail, in the place where that stood or behind the others.
fn with_value(list: &[Correction], detail: Detail, value: Option<String>) -> Vec<Correction> {
    let mut list = list.to_vec();
    match list.iter_mut().find(|it| it.detail == detail) {
        Some(known) => known.value = value,
        None => list.push(Correction { detail, value }),
    }
    list
}
