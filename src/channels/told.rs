//! What is in a request, in the order in which it came about: what people at a platform did with a customer stands between what was written.

use std::borrow::Borrow;

use super::incoming::{Accepted, Held, Inbound, LeftOut};

impl Accepted {
    /// Each message and each receipt by itself.
    #[must_use]
    pub fn one_by_one(self) -> Vec<Self> {
        let receipts = self.receipts.into_iter().map(|one| Self {
            receipts: vec![one],
            ..Self::default()
        });
        let seen = self.seen.into_iter().map(|one| Self {
            seen: vec![one],
            ..Self::default()
        });
        let mut told = Vec::with_capacity(self.messages.len() + self.held.len());
        let mut held = in_order(self.held).into_iter().peekable();
        for (at, message) in self.messages.into_iter().enumerate() {
            while let Some(one) = held.next_if(|one| one.before <= at) {
                told.push(Self::moved(one));
            }
            told.push(Self {
                messages: vec![message],
                ..Self::default()
            });
        }
        told.extend(held.map(Self::moved));
        let is_left_out = self.left_out != LeftOut::default();
        let left_out = is_left_out.then(|| Self {
            left_out: self.left_out,
            ..Self::default()
        });
        receipts.chain(seen).chain(told).chain(left_out).collect()
    }

    /// What customers and people there wrote, and in between who had whom: in the order in which it came about.
    #[must_use]
    pub fn in_order(&self) -> Vec<Told<'_>> {
        let mut told = Vec::with_capacity(self.messages.len() + self.held.len());
        let mut held = in_order(self.held.iter()).into_iter().peekable();
        for (at, message) in self.messages.iter().enumerate() {
            while let Some(one) = held.next_if(|one| one.before <= at) {
                told.push(Told::Held(one));
            }
            told.push(Told::Written(message));
        }
        told.extend(held.map(Told::Held));
        told
    }

    /// This and what came about behind it.
    pub(super) fn and(mut self, more: Self) -> Self {
        let so_far = self.messages.len();
        self.held.extend(more.held.into_iter().map(|one| Held {
            before: one.before + so_far,
            ..one
        }));
        self.messages.extend(more.messages);
        self.receipts.extend(more.receipts);
        self.seen.extend(more.seen);
        self.opened.extend(more.opened);
        self.left_out.unnamed += more.left_out.unnamed;
        self.left_out.old += more.left_out.old;
        self.left_out.groups += more.left_out.groups;
        self
    }

    /// Without the messages that are not wanted; so many they were.
    pub(super) fn retain_messages(&mut self, wanted: impl Fn(&Inbound) -> bool) -> u64 {
        let (mut at, mut before) = (0, 0);
        // So many are left of those that stood before each.
        let mut left = vec![0];
        self.messages.retain(|one| {
            let is_wanted = wanted(one);
            before += usize::from(is_wanted);
            at += 1;
            left.push(before);
            is_wanted
        });
        for held in &mut self.held {
            held.before = left[held.before.min(at)];
        }
        u64::try_from(at - before).unwrap_or(u64::MAX)
    }

    fn moved(held: Held) -> Self {
        Self {
            held: vec![Held { before: 0, ..held }],
            ..Self::default()
        }
    }
}

/// One thing of those that came about one behind the other.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// Somebody wrote.
    Written(&'a Inbound),
    /// Somebody else has a customer.
    Held(&'a Held),
}

fn in_order<H: Borrow<Held>>(held: impl IntoIterator<Item = H>) -> Vec<H> {
    let mut held: Vec<H> = held.into_iter().collect();
    held.sort_by_key(|one| one.borrow().before);
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::conversation::Hands;

    fn wrote(id: &str) -> Inbound {
        Inbound {
            id: id.to_owned(),
            ..Inbound::default()
        }
    }

    fn held(hands: Hands, before: usize) -> Held {
        Held {
            user: "u".to_owned(),
            place: None,
            hands,
            before,
        }
    }

    fn in_words(accepted: &Accepted) -> Vec<String> {
        let told = accepted.in_order().into_iter();
        told.map(|one| match one {
            Told::Written(message) => message.id.clone(),
            Told::Held(held) => held.hands.name().to_owned(),
        })
        .collect()
    }

    #[test]
    fn what_came_about_one_behind_the_other_stays_so_also_when_some_of_it_is_left_out() {
        let mut accepted = Accepted {
            messages: vec![wrote("a"), wrote("b"), wrote("c")],
            held: vec![
                held(Hands::Nobody, 3),
                held(Hands::People, 1),
                held(Hands::Desk, 1),
            ],
            ..Accepted::default()
        };
        let whole = ["a", "people", "desk", "b", "c", "nobody"];
        assert_eq!(in_words(&accepted), whole);
        let each: Vec<String> = accepted
            .clone()
            .one_by_one()
            .iter()
            .flat_map(in_words)
            .collect();
        assert_eq!(each, whole);
        accepted.retain_messages(|one| one.id != "a");
        assert_eq!(in_words(&accepted), ["people", "desk", "b", "c", "nobody"]);
        accepted.retain_messages(|one| one.id != "c");
        assert_eq!(in_words(&accepted), ["people", "desk", "b", "nobody"]);
    }
}
