//! What is in a request, in the order in which it came about: what people at a platform did with a customer stands between what was written.

use super::incoming::{Accepted, Held, Inbound, LeftOut, Renamed};

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
        let mut told = Vec::new();
        for (at, message) in self.messages.into_iter().enumerate() {
            let one = Self {
                messages: vec![message],
                ..Self::default()
            };
            told.push((behind(at), one));
        }
        told.extend(self.held.into_iter().map(|one| {
            let held = vec![Held { before: 0, ..one }];
            let before = before(one.before);
            (
                before,
                Self {
                    held,
                    ..Self::default()
                },
            )
        }));
        told.extend(self.renamed.into_iter().map(|one| {
            let before = before(one.before);
            let renamed = vec![Renamed { before: 0, ..one }];
            (
                before,
                Self {
                    renamed,
                    ..Self::default()
                },
            )
        }));
        let told = in_order(told);
        let is_left_out = self.left_out != LeftOut::default();
        let left_out = is_left_out.then(|| Self {
            left_out: self.left_out,
            ..Self::default()
        });
        receipts.chain(seen).chain(told).chain(left_out).collect()
    }

    /// What customers and people there wrote, and in between who had whom and who is called what: in the order in which it came about.
    #[must_use]
    pub fn in_order(&self) -> Vec<Told<'_>> {
        let written = self.messages.iter().enumerate();
        let written = written.map(|(at, one)| (behind(at), Told::Written(one)));
        let held = self.held.iter();
        let held = held.map(|one| (before(one.before), Told::Held(one)));
        let renamed = self.renamed.iter();
        let renamed = renamed.map(|one| (before(one.before), Told::Renamed(one)));
        in_order(written.chain(held).chain(renamed).collect())
    }

    /// This and what came about behind it.
    pub(super) fn and(mut self, more: Self) -> Self {
        let so_far = self.messages.len();
        self.held.extend(more.held.into_iter().map(|one| Held {
            before: one.before + so_far,
            ..one
        }));
        self.renamed
            .extend(more.renamed.into_iter().map(|one| Renamed {
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
        self.left_out.others += more.left_out.others;
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
        let of_held = self.held.iter_mut().map(|one| &mut one.before);
        let of_renamed = self.renamed.iter_mut().map(|one| &mut one.before);
        for before in of_held.chain(of_renamed) {
            *before = left[(*before).min(at)];
        }
        u64::try_from(at - before).unwrap_or(u64::MAX)
    }
}

/// One thing of those that came about one behind the other.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// Somebody wrote.
    Written(&'a Inbound),
    /// Somebody else has a customer.
    Held(&'a Held),
    /// A customer is called by another name.
    Renamed(&'a Renamed),
}

/// Where what came about before the message at a place stands among all, and where the message itself does.
const fn before(at: usize) -> usize {
    at * 2
}

const fn behind(at: usize) -> usize {
    at * 2 + 1
}

/// Of what stands at one place, who has whom comes before who is called what: no platform tells both.
fn in_order<T>(mut placed: Vec<(usize, T)>) -> Vec<T> {
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, one)| one).collect()
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

    fn renamed(id: &str, before: usize) -> Renamed {
        Renamed {
            id: id.to_owned(),
            user: "v".to_owned(),
            named: Some("u".to_owned()),
            number: None,
            at: None,
            before,
        }
    }

    fn in_words(accepted: &Accepted) -> Vec<String> {
        let told = accepted.in_order().into_iter();
        told.map(|one| match one {
            Told::Written(message) => message.id.clone(),
            Told::Held(held) => held.hands.name().to_owned(),
            Told::Renamed(renamed) => renamed.id.clone(),
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
            renamed: vec![renamed("name", 2)],
            ..Accepted::default()
        };
        let whole = ["a", "people", "desk", "b", "name", "c", "nobody"];
        assert_eq!(in_words(&accepted), whole);
        let each: Vec<String> = accepted
            .clone()
            .one_by_one()
            .iter()
            .flat_map(in_words)
            .collect();
        assert_eq!(each, whole);
        accepted.retain_messages(|one| one.id != "a");
        assert_eq!(
            in_words(&accepted),
            ["people", "desk", "b", "name", "c", "nobody"]
        );
        accepted.retain_messages(|one| one.id != "c");
        assert_eq!(
            in_words(&accepted),
            ["people", "desk", "b", "nobody", "name"]
        );
    }
}
