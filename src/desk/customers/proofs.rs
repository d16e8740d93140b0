//! Counting wrong proofs, so that guessing ends: none is missed, however many come at the same moment.

use jiff::Timestamp;

use crate::desk::lanes::Turn;
use crate::desk::{Desk, DeskError};
use crate::domain::conversation::{Conversation, Need};
use crate::domain::proof::ProofLevel;
use crate::domain::tally::{Tally, TallyKey};
use crate::engine::dialogue::{self, Heard, Move, Needs};

impl Desk {
    /// Waits until nobody else compares contact data with the orders that this turn may compare them with. Held until the turn is on
    /// disk, so that the next guess meets the count of this one.
    pub(in crate::desk) async fn prove_alone(
        &self,
        conversation: &Conversation,
        heard: &Heard<'_>,
        needs: &Needs,
    ) -> Vec<Turn<'_>> {
        let (memory, slots) = (&conversation.memory, &heard.reading.slots);
        let contact =
            !(slots.emails.is_empty() && slots.phones.is_empty() && slots.tails.is_empty());
        // A number that looks like an order's may be compared as a phone while proof is asked for.
        let waits = memory.topic.as_ref().map(|it| it.need) == Some(Need::Proof);
        let gives = contact || waits && !slots.orders.is_empty();
        if !gives && memory.given.is_empty() {
            return Vec::new();
        }
        let is_proven = |order| memory.proven.get(order) >= Some(&ProofLevel::Contact);
        let open = needs.orders.iter().filter(|order| !is_proven(*order));
        let names = open.map(|order| format!("{}/{order}", conversation.merchant));
        self.proofs.enter_all(names).await
    }

    /// Whether there have been too many wrong proofs.
    pub(in crate::desk) async fn is_spent(
        &self,
        key: TallyKey,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let tally = self.store.tally(&key).await?;
        Ok(tally.is_some_and(|tally| tally.is_spent(now)))
    }

    /// The counts with this turn's wrong proofs: for each order number, and for the address. The address is this turn's alone until
    /// what comes with the counts is dropped.
    pub(in crate::desk) async fn more_wrong_proofs(
        &self,
        conversation: &Conversation,
        turn: &dialogue::Turn,
        address: Option<&str>,
        now: Timestamp,
    ) -> Result<(Vec<Tally>, Option<Turn<'_>>), DeskError> {
        let wrong = turn.moves.iter().filter_map(|done| match done {
            Move::ProofFailed { order } => Some(TallyKey::Order(
                conversation.merchant.clone(),
                order.clone(),
            )),
            _ => None,
        });
        let mut keys: Vec<TallyKey> = wrong.collect();
        let mut alone = None;
        if let Some(address) = address.filter(|_| !keys.is_empty()) {
            alone = Some(self.addresses.enter(address).await);
            keys.push(TallyKey::Address(address.to_owned()));
        }
        let mut tallies = Vec::new();
        for key in keys {
            tallies.push(Tally::add(self.store.tally(&key).await?, key, now));
        }
        Ok((tallies, alone))
    }
}
