//! A platform said that there is something to fetch: written down before the platform has its acknowledgement, and done by whoever asks
//! platforms.

use std::sync::Arc;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::EndpointId;
use crate::domain::webhook::EndpointChange;
use crate::store::Commit;

impl Desk {
    /// Notes that there is something to fetch at a place of an account.
    ///
    /// # Errors
    /// When it cannot be written: the platform is to say it again.
    pub async fn note_news(
        self: &Arc<Self>,
        outbox: &EndpointId,
        place: &str,
        hint: &str,
    ) -> Result<(), DeskError> {
        let change = EndpointChange::Asked {
            place: place.to_owned(),
            hint: hint.to_owned(),
        };
        let commit = Commit::new().endpoint(outbox.clone(), change);
        self.commit(commit).await
    }
}
