//! What a visitor may see of the orders that they have shown to be theirs.

use crate::desk::{Desk, DeskError};
use crate::domain::account::Session;
use crate::domain::order_card::OrderCard;

/// So many orders are shown.
const CARDS: usize = 20;

impl Desk {
    /// The orders of a visitor's conversation, as far as they have been proven in it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn order_cards(&self, session: &Session) -> Result<Vec<OrderCard>, DeskError> {
        let Some(conversation) = self.current(session).await? else {
            return Ok(Vec::new());
        };
        let merchant = &conversation.merchant;
        let mut cards = Vec::new();
        for (id, proof) in conversation.memory.proven.iter().take(CARDS) {
            let Some(mut order) = self.store.order(merchant, id).await? else {
                continue;
            };
            if let Some(claims) = self.store.claims(merchant, id).await? {
                claims.show_in(&mut order);
            }
            cards.extend(OrderCard::of(&order, *proof));
        }
        Ok(cards)
    }
}
