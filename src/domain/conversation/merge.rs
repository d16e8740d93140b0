//! Two conversations of one person become one: one goes on, the other is closed and points to it. Both logs stay as they are.

use super::Conversation;
use super::event::EventBody;
use super::owner::{Owner, Status};
use super::transition::InvalidTransition;
use crate::domain::ids::AgentId;

/// Why two conversations stay two.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMerge {
    /// They are one.
    #[error("a conversation is not merged with itself")]
    Same,
    /// It is not known that one person speaks in both, or they have proven orders of different people.
    #[error("it is not known that the same person speaks in both conversations: they stay two")]
    AnotherPerson,
    /// An answer in one would not reach who writes in the other.
    #[error(
        "the two conversations come over different ways: an answer in one would not reach the other"
    )]
    AnotherWay,
    /// A merchant is asked for a link, which would be given where nobody reads any more.
    #[error("the merchant has been asked for a link to pay by: merge them when it is there")]
    LinkAsked,
    /// They do not stand where this can be done.
    #[error(transparent)]
    NotAllowed(#[from] InvalidTransition),
}

/// What is written into each log.
#[derive(Debug, PartialEq)]
pub struct Merged {
    /// Into that of the conversation that goes on.
    pub here: Vec<EventBody>,
    /// Into that of the one that is closed.
    pub there: Vec<EventBody>,
}

impl Conversation {
    /// Takes another conversation of the same person in, which is closed. What people sorted it by, what was promised in it, known troubles
    /// and the address that was left come along.
    ///
    /// # Errors
    /// When this one is not the agent's, or the other is a colleague's; when they are of different people, or come over different ways.
    pub fn absorb(&mut self, other: &mut Self, agent: &AgentId) -> Result<Merged, InvalidMerge> {
        if self.id == other.id {
            return Err(InvalidMerge::Same);
        }
        if !self.is_of_same(other) || self.is_of_another(other) || self.role != other.role {
            return Err(InvalidMerge::AnotherPerson);
        }
        if self.merchant != other.merchant || self.site != other.site {
            return Err(InvalidMerge::AnotherPerson);
        }
        let is_same_way = match (&self.recipient, &other.recipient) {
            (Some(one), Some(other)) => one.is_same_way(other),
            (one, other) => one.is_none() && other.is_none(),
        };
        if !is_same_way {
            return Err(InvalidMerge::AnotherWay);
        }
        if other.links.any_waiting() {
            return Err(InvalidMerge::LinkAsked);
        }
        self.speaks(agent)?;
        let is_anothers = matches!(&other.owner, Owner::Agent(owner) if owner != agent);
        if is_anothers || other.status == Status::Closed {
            return Err(other.refuse("merge").into());
        }
        let asks = other.owner != Owner::Bot && other.status == Status::Active;
        let sorted = (self.priority, self.labels.clone());
        self.take_along(other);
        let mut here = vec![EventBody::Merged {
            from: other.id.clone(),
        }];
        if (self.priority, &self.labels) != (sorted.0, &sorted.1) {
            here.push(EventBody::Triaged {
                priority: self.priority,
                labels: self.labels.clone(),
            });
        }
        if asks {
            here.extend(self.set_status(Status::Active));
        }
        let mut there = vec![EventBody::MergedInto {
            into: self.id.clone(),
        }];
        there.extend(other.set_status(Status::Closed));
        Ok(Merged { here, there })
    }

    /// The answer that a person owes in another one is owed here, no later. In what is done nothing is.
    fn owe_what(&mut self, other: &mut Self) {
        let (asked, unheard) = (other.asked_since.take(), std::mem::take(&mut other.unheard));
        if other.status.is_done() {
            return;
        }
        self.asked_since = [self.asked_since, asked].into_iter().flatten().min();
        self.service.owe_what(&mut other.service);
        // They stand in the other log. In this one the line that says so stands for them.
        let stands_for = self.last_seq.next();
        self.unheard.extend(unheard.iter().map(|_| stands_for));
        self.keep_last_unheard();
    }

    /// What belongs to the person and not to the log.
    fn take_along(&mut self, other: &mut Self) {
        self.priority = self.priority.min(other.priority);
        self.merge_labels(&other.labels);
        self.disputed = self.is_in_dispute() || other.is_in_dispute();
        self.owe_what(other);
        self.promises.join(other.promises.take_binding());
        self.notices.append(&mut other.notices);
        if let (Some(one), Some(other)) = (&mut self.recipient, &other.recipient)
            && other.moved_at() > one.moved_at()
        {
            one.clone_from(other);
        }
        if self.contact.is_none() {
            self.contact.clone_from(&other.contact);
        }
        if self.memory.order.is_none() {
            self.memory.order.clone_from(&other.memory.order);
        }
        if self.visitor == other.visitor {
            let proven = std::mem::take(&mut other.memory.proven);
            for (order, level) in proven {
                let known = self.memory.proven.entry(order).or_insert(level);
                *known = level.max(*known);
            }
        }
        other.memory.unanswered.clear();
        other.waiting_since = None;
        other.asked_about = None;
        other.merged_into = Some(self.id.clone());
        self.merged.push(other.id.clone());
        self.merged.append(&mut other.merged);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::tests::{agent, conversation, handoff};
    use super::*;
    use crate::domain::channel::{Channel, Recipient};
    use crate::domain::claim::ClaimId;
    use crate::domain::conversation::{Actor, Identity, Label, Priority, Triage};
    use crate::domain::ids::{ClientId, ConversationId, EndpointId, OrderId, VisitorId};
    use crate::domain::promise::Promised;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// A conversation that waits, and one of the same person that the agent has.
    fn two() -> (Conversation, Conversation) {
        let (mut here, mut there) = (conversation(), conversation());
        there.id = ConversationId::parse("c2").unwrap();
        here.take_over(agent(1)).unwrap();
        there.hand_off(handoff(), NOW).unwrap();
        (here, there)
    }

    #[test]
    fn what_belongs_to_the_person_comes_along_and_the_other_is_closed_and_points_here() {
        let (mut here, mut there) = two();
        let label = Label::try_from("late".to_owned()).unwrap();
        let sort = Triage {
            priority: Some(Priority::High),
            add: vec![label.clone()],
            remove: Vec::new(),
        };
        there.triage(&sort).unwrap();
        let what = Promised::Answer {
            claim: Some(ClaimId::new(OrderId::parse("A1").unwrap(), 1)),
        };
        there.promises.make(what.clone(), NOW, NOW, NOW);
        here.promises
            .make(Promised::Answer { claim: None }, NOW, NOW, NOW);
        here.speak(&agent(1), Vec::new(), NOW).unwrap();
        let merged = here.absorb(&mut there, &agent(1)).unwrap();
        assert_eq!(there.status, Status::Closed);
        assert_eq!(there.merged_into.as_ref(), Some(&here.id));
        assert_eq!(
            (there.waiting_since, there.promises.next_look()),
            (None, None)
        );
        assert_eq!(here.merged, [there.id.clone()]);
        assert_eq!(
            (here.priority, here.status.name()),
            (Priority::High, "active")
        );
        assert!(here.labels.contains(&label));
        assert!(
            here.promises
                .iter()
                .any(|one| one.what == what && one.binds())
        );
        let numbers: std::collections::BTreeSet<u32> =
            here.promises.iter().map(|one| one.number).collect();
        assert_eq!(
            numbers.len(),
            here.promises.iter().count(),
            "each has a number of its own"
        );
        assert!(matches!(&merged.here[0], EventBody::Merged { from } if *from == there.id));
        assert!(matches!(&merged.there[0], EventBody::MergedInto { into } if *into == here.id));
    }

    #[test]
    fn what_a_person_owes_in_the_other_is_owed_here_and_what_is_done_is_owed_nowhere() {
        let says = |row: &mut Conversation| {
            let body = EventBody::Message {
                text: "Anybody there?".to_owned(),
                choice: None,
                client_id: ClientId::parse("m1").unwrap(),
                by_letter: false,
            };
            drop(row.next_event(Actor::Customer, body, NOW));
        };
        let (mut here, mut there) = two();
        for _ in 0..2 {
            says(&mut there);
        }
        let mut done = there.clone();
        let here_too = here.clone();
        let merged = here.absorb(&mut there, &agent(1)).unwrap();
        let first = merged.here.into_iter().next().unwrap();
        let line = here.next_event(Actor::Agent(agent(1)), first, NOW);
        assert_eq!(here.unheard, [line.seq, line.seq], "two that nobody heard");
        assert_eq!(here.asked_since, Some(NOW));
        done.resolve(None, NOW).unwrap();
        done.disputed = true;
        let mut here = here_too;
        here.absorb(&mut done, &agent(1)).unwrap();
        assert!(here.disputed, "what they are in dispute about comes along");
        assert_eq!((here.unheard, here.asked_since), (Vec::new(), None));
    }

    #[test]
    fn where_a_customer_is_reached_is_as_of_what_they_wrote_last_in_either() {
        let to = |place: &str, second: i64| {
            Some(Recipient {
                channel: Channel::Slack,
                outbox: EndpointId::parse("slack.shop").unwrap(),
                user: "U1".to_owned(),
                place: Some(place.to_owned()),
                reply: None,
                heard_at: Timestamp::from_second(second).unwrap(),
                answered: 0,
                spoken: Vec::new(),
                door: None,
            })
        };
        for (first, last) in [(1, 9), (9, 1)] {
            let (mut here, mut there) = two();
            (here.recipient, there.recipient) = (to("D1", first), to("D1", last));
            here.absorb(&mut there, &agent(1)).unwrap();
            assert_eq!(here.recipient, to("D1", 9));
        }
        for other in [to("C1/7", 1), None] {
            let (mut here, mut there) = two();
            (here.recipient, there.recipient) = (to("D1", 1), other);
            let refused = here.absorb(&mut there, &agent(1)).unwrap_err();
            assert_eq!(refused, InvalidMerge::AnotherWay);
        }
    }

    #[test]
    fn two_people_stay_two_whoever_asks() {
        let refused = |change: fn(&mut Conversation, &mut Conversation)| {
            let (mut here, mut there) = two();
            change(&mut here, &mut there);
            let before = (here.clone(), there.clone());
            let refused = here.absorb(&mut there, &agent(1)).unwrap_err();
            assert_eq!((here, there), before, "nothing has moved");
            refused
        };
        let named = |subject: &str| {
            Some(Identity {
                subject: subject.to_owned(),
                ..Identity::default()
            })
        };
        assert_eq!(
            refused(|_, there| there.visitor = VisitorId::parse("v2").unwrap()),
            InvalidMerge::AnotherPerson
        );
        let (mut here, mut there) = two();
        (here.identity, there.identity) = (named("u1"), named("u2"));
        assert_eq!(
            here.absorb(&mut there, &agent(1)),
            Err(InvalidMerge::AnotherPerson)
        );
        there.identity = named("u1");
        there.visitor = VisitorId::parse("v2").unwrap();
        assert!(
            here.absorb(&mut there, &agent(1)).is_ok(),
            "the shop signed both in as one"
        );
        assert_eq!(
            refused(|here, there| there.id = here.id.clone()),
            InvalidMerge::Same
        );
        assert_eq!(
            refused(|_, there| {
                let order = OrderId::parse("A1").unwrap();
                let _ = there.links.ask(&order, NOW);
            }),
            InvalidMerge::LinkAsked
        );
        for change in [
            |_: &mut Conversation, there: &mut Conversation| {
                there.claim(agent(2)).unwrap();
            },
            |_: &mut Conversation, there: &mut Conversation| there.status = Status::Closed,
            |here: &mut Conversation, _: &mut Conversation| here.owner = Owner::Queue,
        ] {
            assert!(matches!(refused(change), InvalidMerge::NotAllowed(_)));
        }
    }
}
