//! Files that customers send on platforms, as evidence like any other.

use super::Kept;
use crate::desk::{Desk, DeskError};
use crate::domain::account::TokenHash;
use crate::domain::ids::EndpointId;

impl Desk {
    /// Takes a file of somebody on a platform, as [`Self::attach`] takes that of a visitor.
    ///
    /// # Errors
    /// As [`Self::attach`]; [`DeskError::NotFound`] when nobody of that name has written.
    pub async fn attach_from(
        &self,
        outbox: &EndpointId,
        user: &str,
        bytes: Vec<u8>,
    ) -> Result<Kept, DeskError> {
        let token = TokenHash::of_platform_user(outbox, user);
        let session = self.store.session(&token).await?;
        let session = session.ok_or(DeskError::NotFound)?;
        let kept = self.attach(&session, bytes, None).await?;
        self.live.wake(&kept.conversation);
        Ok(kept)
    }
}
