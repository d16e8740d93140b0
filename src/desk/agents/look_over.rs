//! What an agent is about to send, looked over before it goes out: a secret in it, or an order that is somebody else's. It is said and
//! nothing is refused: they may mean it.

use std::collections::BTreeSet;

use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::ids::{ConversationId, OrderId};
use crate::domain::redact::redact;

/// So many order numbers are looked up.
const ORDERS: usize = 10;

/// What stands in a reply that may not belong there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overseen {
    /// Whether something in it will be masked: a card number, a secret, a code.
    pub masked: bool,
    /// Orders of this merchant that the conversation is not about.
    pub others: Vec<OrderId>,
}

impl Desk {
    /// Looks a reply over that is about to go out.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn look_over(
        &self,
        agent: &Agent,
        id: &ConversationId,
        text: &str,
    ) -> Result<Overseen, DeskError> {
        let row = self.conversation(agent, id).await?;
        let (own, _) = self.orders_at_hand(&row).await?;
        let own: BTreeSet<OrderId> = own.into_iter().map(|order| order.id).collect();
        let named = self.rules().matcher.read(text).slots.orders.into_iter();
        let named = named.map(|slot| slot.value).filter(|id| !own.contains(id));
        let mut others = Vec::new();
        for id in named.take(ORDERS) {
            let found = self.store.order(&row.merchant, &id).await?;
            others.extend(found.map(|order| order.id));
        }
        others.dedup();
        Ok(Overseen {
            masked: redact(text).text != text,
            others,
        })
    }
}
