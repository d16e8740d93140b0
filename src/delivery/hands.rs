//! Asks a platform who has a customer whom its people had: before what they wrote is taken, and, where they write no more, when nobody there
//! can have them any longer. A session there may have ended without a word.

use jiff::Timestamp;

use super::answer::{ANSWER, masked, whole};
use super::platform::Platform;
use super::settle::Told;
use super::{Progress, Sender};
use crate::channels::{Accepted, Held, Inbound, Judgement, Responded, hands_in, hands_request};
use crate::clock;
use crate::domain::account::TokenHash;
use crate::domain::channel::Recipient;
use crate::domain::conversation::{ASKED_AGAIN, Ask, Hands, Owner};
use crate::domain::webhook::{Delivery, DeliveryState, ToCustomer, after_attempt};
use crate::store::{Commit, StoreError};

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
            let is_asked = |one: &Inbound| one.person.is_none() && one.user == message.user;
            if message.person.is_some() || before.iter().any(is_asked) {
                continue;
            }
            let Some(to) = self.is_there(&message.user).await? else {
                continue;
            };
            let hands = match self.hands(platform, &to, now).await {
                // What is over begins anew with what its customer writes.
                Ok(Hands::Nobody | Hands::Desk) => Hands::Desk,
                Ok(Hands::People) => Hands::People,
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

    /// The question who has a customer: asked when nobody at the platform can have them any longer. Where the platform does not say, nobody
    /// has.
    pub(super) async fn ask_hands(
        &self,
        platform: &Platform,
        delivery: Delivery,
        to: &ToCustomer,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id.clone();
        let row = self.store.conversation(&to.message.conversation).await?;
        let reached = row.and_then(|row| Some((row.recipient.clone()?, row)));
        let Some((recipient, row)) = reached else {
            return self.nothing_to_say(platform, delivery).await;
        };
        let within = recipient.channel.people_have_within();
        match row.to_ask(&delivery.event, within.unwrap_or_default(), now) {
            Ask::Never => return self.nothing_to_say(platform, delivery).await,
            Ask::At(from) => return self.put_off(platform, delivery, from).await,
            Ask::Now => {}
        }
        // Of an account that is not switched to it any more nobody there takes anything over.
        let asked = match platform.account.hands_over {
            true => self.hands(platform, &recipient, now).await,
            false => Err(Judgement::Never(String::new())),
        };
        let told = match asked {
            Ok(Hands::People) => {
                let from = now.checked_add(ASKED_AGAIN).unwrap_or(Timestamp::MAX);
                return self.put_off(platform, delivery, from).await;
            }
            Ok(Hands::Desk) => Told::Back,
            Err(Judgement::Later(why, _) | Judgement::Renew(why)) => {
                let again = later(&delivery, &why, self.clock.now().max(now));
                if let Some(again) = again {
                    let commit = Commit::new().delivery(again);
                    self.write(platform, commit, (None, None), None).await?;
                    return Ok(Progress::Retrying(id));
                }
                Told::Over
            }
            Ok(Hands::Nobody) | Err(_) => Told::Over,
        };
        let about = (&to.message.conversation, told);
        let commit = Commit::new().delivered(id.clone()).releasing();
        self.write(platform, commit, (None, Some(about)), None)
            .await?;
        Ok(Progress::Delivered(id))
    }

    /// It is asked at another time.
    async fn put_off(
        &self,
        platform: &Platform,
        delivery: Delivery,
        from: Timestamp,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id.clone();
        let commit = Commit::new().delivery(delivery.again(from));
        self.write(platform, commit, (None, None), None).await?;
        Ok(Progress::PutOff(id))
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
        let body = whole(response, ANSWER).await?;
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

/// The question once more, after one that was not answered; none when that was the last time.
fn later(delivery: &Delivery, why: &str, now: Timestamp) -> Option<Delivery> {
    let why = masked(why);
    tracing::warn!(delivery = %delivery.id, why, "channel.hands_unknown");
    let after = after_attempt(delivery.clone(), why, None, now, clock::random());
    let waits = matches!(after.state, DeliveryState::Waiting { .. });
    waits.then_some(after)
}
