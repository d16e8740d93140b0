//! Asks a platform who has the customers that wrote, before what they wrote is taken: of those whom its people had. A session there may
//! have ended without a word.

use jiff::Timestamp;

use super::Sender;
use super::answer::{ANSWER, whole};
use super::platform::Platform;
use crate::channels::{Accepted, Held, Judgement, Responded, hands_in, hands_request};
use crate::domain::account::TokenHash;
use crate::domain::channel::Recipient;
use crate::domain::conversation::{Hands, Owner};
use crate::store::StoreError;

impl Sender {
    /// What was accepted, with who has its customers now; why not, where it is to be asked again. What a platform refuses to say leaves
    /// them in the hands that they were in.
    pub(super) async fn with_hands(
        &self,
        platform: &Platform,
        mut accepted: Accepted,
        now: Timestamp,
    ) -> Result<Result<Accepted, String>, StoreError> {
        if !platform.account.hands_over {
            return Ok(Ok(accepted));
        }
        for at in 0..accepted.messages.len() {
            let (before, message) = (&accepted.messages[..at], &accepted.messages[at]);
            if before.iter().any(|one| one.user == message.user) {
                continue;
            }
            let Some(to) = self.is_there(&message.user).await? else {
                continue;
            };
            let hands = match self.hands(platform, &to, now).await {
                Ok(hands) => hands,
                Err(Judgement::Never(why) | Judgement::Closed(why)) => {
                    tracing::warn!(account = %self.outbox(), why, "channel.hands_unknown");
                    continue;
                }
                Err(other) => return Ok(Err(other.in_words())),
            };
            accepted.held.push(Held {
                user: to.user,
                place: to.place,
                hands,
            });
        }
        Ok(Ok(accepted))
    }

    /// Where a customer is reached whom people at the platform have.
    async fn is_there(&self, user: &str) -> Result<Option<Recipient>, StoreError> {
        let token = TokenHash::of_platform_user(self.outbox(), user);
        let session = self.store.session(&token).await?;
        let Some(id) = session.and_then(|session| session.conversation) else {
            return Ok(None);
        };
        let row = self.store.conversation(&id).await?;
        let row = row.filter(|row| row.owner == Owner::Platform);
        Ok(row.and_then(|row| row.recipient))
    }

    async fn hands(
        &self,
        platform: &Platform,
        to: &Recipient,
        now: Timestamp,
    ) -> Result<Hands, Judgement> {
        let token = self.fetched(platform, now).await?;
        let request = hands_request(&platform.account, &token, to);
        let request = request.ok_or_else(|| Judgement::Never(String::new()))?;
        let response = self.post(platform, &request).await;
        let response = response.map_err(|why| Judgement::Later(why, None))?;
        let status = response.status().as_u16();
        let body = whole(response, ANSWER).await;
        let responded = Responded {
            status,
            body: &body,
        };
        let found = hands_in(&responded);
        if let Err(Judgement::Renew(_)) = found {
            platform.token.ended(&token).await;
        }
        found
    }
}
