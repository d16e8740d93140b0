//! Asks a platform who has a customer whom its people had: before what they wrote is taken, and, where they write no more, when nobody there
//! can have them any longer. A session there may have ended without a word. Tells it, too, that somebody here has taken one over.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::answer::{ANSWER, masked, whole};
use super::platform::Platform;
use super::settle::Told;
use super::unheard::Attempted;
use super::{Progress, Sender};
use crate::channels::{
    Accepted, Held, Judgement, Request, Responded, Way, hands_in, hands_request, take_back,
};
use crate::clock;
use crate::domain::account::TokenHash;
use crate::domain::channel::Recipient;
use crate::domain::conversation::{ASKED_AGAIN, Ask, Conversation, Hands, Owner};
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
        let mut asked = BTreeSet::new();
        for at in 0..accepted.messages.len() {
            let message = &accepted.messages[at];
            let user = message.user.clone();
            // What was written before people there did something is theirs, and of what comes behind it the first one is asked about.
            if message.person.is_some() || message.with_people || asked.contains(&user) {
                continue;
            }
            let did = |one: &Held| one.before <= at && one.user == user;
            let place = match self.is_there(&user).await? {
                Some(to) => to.place,
                None if accepted.held.iter().any(did) => message.place.clone(),
                None => continue,
            };
            let hands = match self.hands(platform, (&user, place.as_deref()), now).await {
                // What is over begins anew with what its customer writes.
                Ok(Hands::Nobody | Hands::Desk) => Hands::Desk,
                Ok(Hands::People) => Hands::People,
                Err(Judgement::Never(why) | Judgement::Closed(why)) => {
                    tracing::warn!(account = %self.outbox(), why, "channel.hands_unknown");
                    asked.insert(user);
                    continue;
                }
                Err(other) => return Ok(Err(other.in_words())),
            };
            asked.insert(user.clone());
            accepted.held.push(Held {
                user,
                place,
                hands,
                before: at,
            });
        }
        Ok(Ok(accepted))
    }

    /// The question who has a customer: asked when nobody at the platform can have them any longer. Where the platform does not say, nobody
    /// has.
    async fn ask_hands(
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
            true => self.hands(platform, whom(&recipient), now).await,
            false => Err(Judgement::Never(String::new())),
        };
        let told = match asked {
            Ok(Hands::People) => {
                let from = now.checked_add(ASKED_AGAIN).unwrap_or(Timestamp::MAX);
                return self.put_off(platform, delivery, from).await;
            }
            Ok(Hands::Desk) => Told::Back,
            Err(Judgement::Later(why, _) | Judgement::Account(why) | Judgement::Renew(why)) => {
                let again = later(&delivery, &why, self.clock.now().max(now));
                if let Some(again) = again {
                    let commit = Commit::new().delivery(again);
                    self.write(platform, commit, (None, None), None).await?;
                    return Ok(Progress::Retrying(id));
                }
                Told::Over
            }
            Ok(Hands::Nobody) if !recipient.channel.sessions_run_out() => Told::Done,
            Ok(Hands::Nobody) | Err(_) => Told::Over,
        };
        let about = (&to.message.conversation, told);
        let commit = Commit::new().delivered(id.clone()).releasing();
        self.write(platform, commit, (None, Some(about)), None)
            .await?;
        Ok(Progress::Delivered(id))
    }

    /// What the desk has to tell or to ask a platform, of which nobody reads a word.
    pub(super) async fn between_us(
        &self,
        platform: &Platform,
        delivery: Delivery,
        to: &ToCustomer,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        if to.hands_over {
            return self.told_by_answer(platform, delivery, to).await;
        }
        if to.takes_back {
            return self.tell_taken_back(platform, delivery, to, now).await;
        }
        self.ask_hands(platform, delivery, to, now).await
    }

    /// A hand-over of which people at the platform hear by the answer to a request that brought a message. If none was answered so, they do not
    /// know, and it waits for people here.
    async fn told_by_answer(
        &self,
        platform: &Platform,
        delivery: Delivery,
        to: &ToCustomer,
    ) -> Result<Progress, StoreError> {
        let row = self.store.conversation(&to.message.conversation).await?;
        let there = row.and_then(|row| row.there);
        if there.is_none_or(|there| there.known_at.is_some()) {
            return self.nothing_to_say(platform, delivery).await;
        }
        let id = delivery.id;
        let told = Some((&to.message.conversation, Told::Never));
        let commit = Commit::new().delivered(id.clone());
        self.write(platform, commit, (None, told), None).await?;
        Ok(Progress::Delivered(id))
    }

    /// Makes a request about a conversation. One that was to hand it over and does not move it may find it there, or over.
    pub(super) async fn request_about(
        &self,
        platform: &Platform,
        request: &Request,
        row: &Conversation,
        (token, now, to): (&str, Timestamp, &ToCustomer),
    ) -> Attempted {
        let attempted = self.request(platform, request, (token, now, to)).await;
        let moves = to.hands_over && to.taken == 0;
        match (attempted.judgement, &row.recipient) {
            (Judgement::Closed(why), Some(of)) if moves => Attempted {
                judgement: match self.hands(platform, whom(of), now).await {
                    Ok(Hands::People) => Judgement::Sent(None),
                    // What is over is not moved any more: its customer has to write first.
                    Ok(Hands::Nobody) => Judgement::Never(why),
                    Ok(Hands::Desk) | Err(_) => Judgement::Later(why, None),
                },
                ..Attempted::is(Judgement::Sent(None))
            },
            (judgement, _) => Attempted {
                judgement,
                ..attempted
            },
        }
    }

    /// Tells the platform that somebody here has taken a conversation over from people there. One that it does not let go, because it waits
    /// for them, is tried again: nothing of what is said here goes out before.
    async fn tell_taken_back(
        &self,
        platform: &Platform,
        delivery: Delivery,
        to: &ToCustomer,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let row = self.store.conversation(&to.message.conversation).await?;
        let row = row.filter(|row| row.is_taken_back() && platform.account.hands_over);
        let Some(of) = row.and_then(|row| row.recipient) else {
            return self.nothing_to_say(platform, delivery).await;
        };
        let judgement = match self.fetched(platform, now).await {
            Ok(token) => {
                self.moved_back(platform, (&delivery, to), (&token, &of), now)
                    .await
            }
            Err(judgement) => judgement,
        };
        let (id, ended) = (delivery.id.clone(), self.clock.now().max(now));
        let wait = match &judgement {
            Judgement::Later(_, wait) => *wait,
            _ => None,
        };
        let (after, progress) = match judgement {
            Judgement::Sent(_) => return self.nothing_to_say(platform, delivery).await,
            Judgement::Never(why) | Judgement::Closed(why) => (
                delivery.given_up(masked(&why), ended),
                Progress::GivenUp(id),
            ),
            Judgement::Later(why, _) | Judgement::Account(why) => {
                let why = masked(&why);
                tracing::warn!(delivery = %id, why, "channel.not_taken_back");
                let after = after_attempt(delivery, why, wait, ended, clock::random());
                let progress = match after.state {
                    DeliveryState::Waiting { .. } => Progress::Retrying(id),
                    DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => {
                        Progress::GivenUp(id)
                    }
                };
                (after, progress)
            }
            Judgement::Renew(_) => return self.put_off(platform, delivery, ended).await,
        };
        let commit = Commit::new().delivery(after);
        self.write(platform, commit, (None, None), None).await?;
        Ok(progress)
    }

    async fn moved_back(
        &self,
        platform: &Platform,
        (delivery, to): (&Delivery, &ToCustomer),
        (token, of): (&str, &Recipient),
        now: Timestamp,
    ) -> Judgement {
        let way = Way {
            account: &platform.account,
            to: of,
            name: &delivery.event,
            token,
            second: now.as_second(),
            answers: false,
            by_person: false,
        };
        for request in take_back(&way) {
            let attempted = self.request(platform, &request, (token, now, to)).await;
            platform.keep_quiet(attempted.quiet, self.clock.now().max(now));
            match attempted.judgement {
                Judgement::Sent(_) => {}
                Judgement::Closed(why) => match self.hands(platform, whom(of), now).await {
                    Ok(Hands::Nobody | Hands::Desk) => {}
                    Ok(Hands::People) | Err(_) => return Judgement::Later(why, None),
                },
                other => return other,
            }
        }
        Judgement::Sent(None)
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

    pub(super) async fn hands(
        &self,
        platform: &Platform,
        of: (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<Hands, Judgement> {
        let token = self.fetched(platform, now).await?;
        let request = hands_request(&platform.account, &token, of);
        let request = request.ok_or_else(|| Judgement::Never(String::new()))?;
        let response = self.post(platform, &request).await;
        let response = response.map_err(|why| Judgement::Later(why, None))?;
        let status = response.status().as_u16();
        let body = whole(response, ANSWER).await?;
        let responded = Responded {
            status,
            body: &body,
        };
        let found = hands_in(platform.account.key.channel, &responded);
        if let Err(Judgement::Renew(_)) = found {
            platform.token.ended(&token).await;
        }
        found
    }
}

/// By which name, and where, the platform knows a customer.
pub(super) fn whom(to: &Recipient) -> (&str, Option<&str>) {
    (&to.user, to.place.as_deref())
}

/// The question once more, after one that was not answered; none when that was the last time.
fn later(delivery: &Delivery, why: &str, now: Timestamp) -> Option<Delivery> {
    let why = masked(why);
    tracing::warn!(delivery = %delivery.id, why, "channel.hands_unknown");
    let after = after_attempt(delivery.clone(), why, None, now, clock::random());
    let waits = matches!(after.state, DeliveryState::Waiting { .. });
    waits.then_some(after)
}
