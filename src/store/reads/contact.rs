//! Whether the address that a customer left is theirs, as far as anybody has shown: whoever types an address into a page may have mistyped it, or
//! mean somebody else's.

use crate::domain::conversation::Conversation;
use crate::domain::proof::ProofLevel;
use crate::store::door::Store;
use crate::store::error::StoreError;

impl Store {
    /// Whether the shop signed its customer in under this address, or an order that was shown to be theirs has it.
    ///
    /// # Errors
    /// As every read.
    pub async fn is_contact_theirs(&self, row: &Conversation) -> Result<bool, StoreError> {
        let Some(contact) = row.contact.as_ref().map(ToString::to_string) else {
            return Ok(false);
        };
        let is_it =
            |other: Option<&String>| other.is_some_and(|it| it.eq_ignore_ascii_case(&contact));
        if is_it(row.identity.as_ref().and_then(|who| who.email.as_ref())) {
            return Ok(true);
        }
        let shown = row.memory.proven.iter();
        for (id, _) in shown.filter(|(_, level)| **level >= ProofLevel::Contact) {
            let order = self.order(&row.merchant, id).await?;
            if order.is_some_and(|order| is_it(order.customer.email.as_ref())) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
