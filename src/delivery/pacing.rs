//! How much a platform takes at once: so many messages from an account, and so many to one customer, within some time. What is more waits,
//! rather than being refused and tried again later than it need be.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::channels::{Pace, Paces};
use crate::domain::ids::ConversationId;
use crate::domain::spoken::Spoken;

/// So many conversations are remembered before those that are quiet again are forgotten.
const REMEMBERED: usize = 1000;

/// When messages went out of late.
#[derive(Debug, Default)]
pub struct Sent {
    account: VecDeque<Timestamp>,
    conversations: BTreeMap<ConversationId, VecDeque<Timestamp>>,
    /// The last one, until it is written down.
    unwritten: Option<Timestamp>,
    /// Whether it is known what went out before the desk started.
    is_recalled: bool,
}

impl Sent {
    /// From when on one more may go out in a conversation.
    #[must_use]
    pub fn free_from(&self, paces: &Paces, conversation: &ConversationId) -> Timestamp {
        let nothing = VecDeque::new();
        let in_it = self.conversations.get(conversation).unwrap_or(&nothing);
        let in_it = free_from(&paces.conversation, in_it);
        self.account_free_from(paces).max(in_it)
    }

    /// From when on one more may go out, whoever it is for.
    #[must_use]
    pub fn account_free_from(&self, paces: &Paces) -> Timestamp {
        let at_once = paces.at_once.as_ref();
        let at_once = at_once.map_or(Timestamp::MIN, |pace| free_from(pace, &self.account));
        free_from(&paces.account, &self.account).max(at_once)
    }

    /// Whether it is known what went out before the desk started.
    #[must_use]
    pub const fn is_recalled(&self) -> bool {
        self.is_recalled
    }

    /// What went out from the account before the desk started.
    pub fn recall(&mut self, paces: &Paces, spoken: &[Spoken]) {
        self.is_recalled = true;
        recall(&paces.account, &mut self.account, spoken);
    }

    /// Whether it is known what went out to a customer before the desk started, or since they were last thought of.
    #[must_use]
    pub fn remembers(&self, conversation: &ConversationId) -> bool {
        self.conversations.contains_key(conversation)
    }

    /// What went out to a customer, as it was written down.
    pub fn recall_customer(
        &mut self,
        paces: &Paces,
        conversation: &ConversationId,
        spoken: &[Spoken],
    ) {
        let in_it = self.conversations.entry(conversation.clone()).or_default();
        recall(&paces.conversation, in_it, spoken);
    }

    /// When the last one went out, unless that has been written down.
    pub fn take_unwritten(&mut self) -> Option<Timestamp> {
        self.unwritten.take()
    }

    /// One went out.
    pub fn note(&mut self, paces: &Paces, conversation: &ConversationId, now: Timestamp) {
        note(&paces.account, &mut self.account, now);
        self.unwritten = Some(now);
        if self.conversations.len() >= REMEMBERED {
            let pace = paces.conversation;
            self.conversations.retain(|_, sent| {
                sent.back()
                    .is_some_and(|last| now.duration_since(*last) < pace.within)
            });
        }
        let in_it = self.conversations.entry(conversation.clone()).or_default();
        note(&paces.conversation, in_it, now);
    }
}

fn free_from(pace: &Pace, sent: &VecDeque<Timestamp>) -> Timestamp {
    let Some(earliest) = sent.len().checked_sub(pace.most) else {
        return Timestamp::MIN;
    };
    let earliest = sent.get(earliest).copied().unwrap_or(Timestamp::MIN);
    earliest.checked_add(pace.within).unwrap_or(Timestamp::MAX)
}

fn recall(pace: &Pace, sent: &mut VecDeque<Timestamp>, spoken: &[Spoken]) {
    for one in spoken {
        let times = usize::try_from(one.times).unwrap_or(usize::MAX);
        for _ in 0..times.min(pace.most) {
            note(pace, sent, one.at);
        }
    }
}

fn note(pace: &Pace, sent: &mut VecDeque<Timestamp>, now: Timestamp) {
    sent.push_back(now);
    while sent.len() > pace.most {
        sent.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::channels::paces;
    use crate::domain::channel::Channel;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millisecond).unwrap()
    }

    fn pace(most: usize, millis: i64) -> Pace {
        Pace {
            most,
            within: SignedDuration::from_millis(millis),
        }
    }

    #[test]
    fn so_many_go_out_at_once_and_the_next_one_when_the_first_is_long_enough_ago() {
        let paces = Paces {
            account: pace(3, 1000),
            at_once: None,
            conversation: pace(2, 5000),
        };
        let (mia, joe) = (
            ConversationId::parse("c1").unwrap(),
            ConversationId::parse("c2").unwrap(),
        );
        let mut sent = Sent::default();
        assert_eq!(sent.free_from(&paces, &mia), Timestamp::MIN);
        sent.note(&paces, &mia, at(0));
        sent.note(&paces, &mia, at(100));
        assert_eq!(
            sent.free_from(&paces, &mia),
            at(5000),
            "two in five seconds"
        );
        assert_eq!(sent.free_from(&paces, &joe), Timestamp::MIN);
        sent.note(&paces, &joe, at(200));
        assert_eq!(
            sent.free_from(&paces, &joe),
            at(1000),
            "three a second from the account"
        );
        sent.note(&paces, &joe, at(1000));
        assert_eq!(sent.free_from(&paces, &joe), at(5200));
        assert_eq!(sent.free_from(&paces, &mia), at(5000));
    }

    #[test]
    fn an_account_that_may_say_much_in_a_minute_says_no_more_at_once_than_it_may() {
        let paces = paces(Channel::Feishu);
        let mut sent = Sent::default();
        let to = |n: u32| ConversationId::parse(&format!("c{n}")).unwrap();
        for n in 0..50 {
            assert_eq!(sent.free_from(&paces, &to(n)), Timestamp::MIN, "{n}");
            sent.note(&paces, &to(n), at(i64::from(n)));
        }
        assert_eq!(sent.free_from(&paces, &to(50)), at(1000), "50 a second");
        for n in 50..1000 {
            sent.note(&paces, &to(n), at(i64::from(n) * 20));
        }
        assert_eq!(
            sent.free_from(&paces, &to(1000)),
            at(60_000),
            "1,000 a minute"
        );
    }
}
