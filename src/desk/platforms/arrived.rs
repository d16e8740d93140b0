//! What a message of a messaging platform adds to the change of its conversation.

use jiff::Timestamp;

use super::arrival::Arrival;
use super::there::{question, written};
use crate::clock;
use crate::desk::draft::Draft;
use crate::domain::channel::{KNOWN_FOR, Known, MessageRef, Recipient};
use crate::domain::conversation::{Hands, Owner, Seq};
use crate::domain::webhook::Delivery;

/// So many files of one message are fetched.
const FILES: usize = 5;

impl Draft {
    /// The message came over a platform: where its customer is reached from now on, and what it is called there.
    pub(in crate::desk) fn arrived(&mut self, arrival: &Arrival, seq: Seq, now: Timestamp) {
        self.known_as(arrival, seq, now);
        let row = &mut self.conversation;
        arrival
            .recipient
            .channel
            .name()
            .clone_into(&mut row.channel);
        let is_same = |one: &Recipient| one.outbox == arrival.recipient.outbox;
        let before = row.recipient.take().filter(is_same);
        let before = before.map(|before| before.spoken);
        row.recipient = Some(Recipient {
            spoken: before.unwrap_or_else(|| std::mem::take(&mut self.spoken)),
            ..arrival.recipient.clone()
        });
        let files = arrival.files.iter().take(FILES).map(|file| {
            let from = &arrival.recipient;
            Delivery::to_fetch(row, from, file, clock::event_name(), now)
        });
        self.asks.extend(files);
        if arrival.with_people {
            self.leave_there(now);
        }
    }

    /// Leaves the conversation to people at the platform, who have it, whatever was known of that: the bot has nothing to say.
    fn leave_there(&mut self, now: Timestamp) {
        let row = &mut self.conversation;
        let bodies = row.in_hands(Hands::People, now);
        let there = row.there.as_ref().filter(|_| row.owner == Owner::Platform);
        let is_new = there.is_some_and(|there| there.question.is_none());
        let events = written(row, bodies, now);
        let first = events.first().filter(|_| is_new);
        let asked = first.and_then(|event| question(row, event));
        self.events.extend(events);
        self.asks.extend(asked);
    }

    /// What the platform calls the message, so that it is known when it comes again.
    pub(in crate::desk) fn known_as(&mut self, arrival: &Arrival, seq: Seq, now: Timestamp) {
        let message = MessageRef {
            conversation: self.conversation.id.clone(),
            seq,
        };
        let names = std::iter::once(&arrival.id).chain(&arrival.once);
        let known = names.map(|id| Known {
            id: id.clone(),
            message: message.clone(),
            with: Vec::new(),
            until: now + KNOWN_FOR,
        });
        self.known.extend(known);
    }
}
