//! One request to a messaging platform, and what its answer means for the message and for its conversation.
//!
//! What is said is read from the log when it is sent, and where its customer is reached from the row as it is then. What becomes of it
//! is written into the log by the commit that takes it out of the outbox.

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};

use super::address::Refused;
use super::answer::{ANSWER, begun, masked};
use super::attempt::{Client, in_words};
use super::platform::Platform;
use super::shut::Shut;
use super::unheard::{Attempted, Unheard};
use super::{Progress, Sender};
use crate::channels::{Judgement, Request, Responded, Verb, judge, judge_moving, knows_for};
use crate::domain::channel::MessageState;
use crate::domain::webhook::{Delivery, ToCustomer, retry_after};
use crate::store::{Commit, StoreError};

/// How gateways say that they had no answer: the one of the standard, those of Cloudflare, and those that proxies have made up.
const SILENCE: [u16; 5] = [504, 522, 524, 598, 599];

impl Sender {
    /// From when on anything may go out to any customer, as far as the platform takes so much from the account.
    pub(super) async fn account_free_from(
        &self,
        platform: &Platform,
    ) -> Result<Timestamp, StoreError> {
        if !platform.is_recalled() {
            let record = self.store.endpoint(self.outbox()).await?;
            platform.recall(&record.spoken);
        }
        let free = platform.account_free_from();
        Ok(platform.quiet_until().map_or(free, |until| until.max(free)))
    }

    /// From when on a message may be tried: not while its platform asks for patience, and no more at once than it takes.
    pub(super) async fn paced_from(
        &self,
        platform: &Platform,
        delivery: &Delivery,
        from: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let from = platform.quiet_until().map_or(from, |until| until.max(from));
        let to = delivery.message.as_ref();
        let Some(to) = to.filter(|to| !to.is_between_us()) else {
            return Ok(from);
        };
        let from = self.noticed_from(to, from).await?;
        let conversation = &to.message.conversation;
        if !platform.remembers(conversation)
            && let Some(row) = self.store.conversation(conversation).await?
        {
            platform.recall_customer(&row);
        }
        Ok(from.max(platform.free_from(conversation)))
    }

    /// Makes the next request of a message, and writes down what came of it.
    pub(super) async fn send(
        &self,
        platform: &Platform,
        delivery: Delivery,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        if let Some(wanted) = delivery.fetch.clone() {
            return self.fetch(platform, delivery, wanted, now).await;
        }
        let Some(to) = delivery.message.clone() else {
            let progress = Progress::GivenUp(delivery.id.clone());
            let why = "it is no message to a customer".to_owned();
            let commit = Commit::new().delivery(delivery.given_up(why, now));
            self.write(platform, commit, (None, None), None).await?;
            return Ok(progress);
        };
        if to.is_between_us() || platform.tells_by_answer(&to) {
            let asked = self.between_us(platform, delivery, &to, now);
            return asked.await.inspect(|progress| self.count(progress));
        }
        let token = match self.fetched(platform, now).await {
            Ok(token) => token,
            Err(judgement) => {
                let judged = (judgement, false);
                let settled = self.settle_message(platform, delivery, &to, judged, now);
                return settled.await.inspect(|progress| self.count(progress));
            }
        };
        let ready = self.ready(platform, &delivery, &to, (&token, now)).await?;
        let Some(ready) = ready else {
            return self.nothing_to_say(platform, delivery).await;
        };
        let taken = usize::try_from(ready.to.taken).unwrap_or(usize::MAX);
        let closed = platform.closed(&ready, delivery.waited(now), now);
        let is_too_late = matches!(closed, Some(Shut::TooLate | Shut::Expired(_)));
        let mut to = ready.to;
        to.with_people = matches!(closed, Some(Shut::WithPeople));
        let attempted = match (ready.requests.get(taken), closed) {
            (Some(_), Some(shut)) => Attempted::is(shut.judgement()),
            (Some(request), None) => {
                platform.note_sent(&ready.row.id, now);
                let about = (&token[..], now, &to);
                self.request_about(platform, request, &ready.row, about)
                    .await
            }
            (None, _) => return self.nothing_to_say(platform, delivery).await,
        };
        platform.keep_quiet(attempted.quiet, self.clock.now().max(now));
        let is_last = taken + 1 >= ready.requests.len();
        let delivery = match attempted.is_unanswered {
            true => delivery.unanswered(now),
            false => delivery,
        };
        let progress = self
            .settle_message(platform, delivery, &to, (attempted.judgement, is_last), now)
            .await?;
        let progress = progress.too_late(is_too_late);
        self.count(&progress);
        Ok(progress)
    }

    pub(super) async fn nothing_to_say(
        &self,
        platform: &Platform,
        delivery: Delivery,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id;
        let commit = Commit::new().delivered(id.clone());
        // Whoever was told that it waits is told that it does not any more.
        let held = delivery.message.filter(|to| to.held.is_some());
        let dropped = held.map(|to| (to, MessageState::Dropped, None));
        self.write(platform, commit, (dropped, None), None).await?;
        Ok(Progress::Delivered(id))
    }

    pub(super) async fn request(
        &self,
        platform: &Platform,
        request: &Request,
        (token, now, to): (&str, Timestamp, &ToCustomer),
    ) -> Attempted {
        let moves = to.takes_back || (to.hands_over && to.taken == 0);
        let attempted = match self.client.ask(platform, request).await {
            Ok(response) => {
                let asked = (token, now, moves);
                self.answered(platform, response, asked).await
            }
            Err(unheard) => unheard.attempted(),
        };
        // Moved twice, it is as moved once, and people there are to have it in any case; what they read need not stand there ten times.
        if moves {
            return attempted;
        }
        attempted.once_more(knows_for(platform.account.key.channel, request), to, now)
    }

    pub(super) async fn post(
        &self,
        platform: &Platform,
        request: &Request,
    ) -> Result<Response, String> {
        let asked = self.client.ask(platform, request).await;
        asked.map_err(|unheard| unheard.why)
    }

    async fn answered(
        &self,
        platform: &Platform,
        response: Response,
        (token, now, moves): (&str, Timestamp, bool),
    ) -> Attempted {
        let status = response.status();
        let header = response.headers().get(RETRY_AFTER);
        let asked = header.and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|value| retry_after(value, self.clock.now().max(now)));
        let (body, broke_off) = begun(response, ANSWER).await;
        let responded = Responded {
            status: status.as_u16(),
            body: &body,
        };
        let judge = if moves { judge_moving } else { judge };
        let judgement = match judge(platform.account.key.channel, &responded) {
            Judgement::Later(why, wait) => Judgement::Later(masked(&why), wait.or(asked)),
            // What moves a conversation there may need a right of its own: what is said may be taken all the same.
            Judgement::Account(why) if moves => Judgement::Later(masked(&why), None),
            Judgement::Account(why) => Judgement::Account(masked(&why)),
            Judgement::Closed(why) => Judgement::Closed(masked(&why)),
            Judgement::Never(why) => Judgement::Never(masked(&why)),
            Judgement::Renew(why) => {
                platform.token.ended(token).await;
                Judgement::Later(masked(&why), None)
            }
            Judgement::Sent(name) => {
                platform.note_taken(now);
                Judgement::Sent(name)
            }
        };
        let quiet = match &judgement {
            Judgement::Later(_, wait) if status == StatusCode::TOO_MANY_REQUESTS => *wait,
            _ => None,
        };
        // It said that it took it, and not all of what else it said was heard.
        if broke_off && status.is_success() && !matches!(judgement, Judgement::Sent(_)) {
            return Unheard::broke_off().attempted();
        }
        // Whoever stands in between had no answer: what stands behind may have it.
        let is_unanswered =
            SILENCE.contains(&status.as_u16()) && matches!(judgement, Judgement::Later(..));
        Attempted {
            quiet,
            is_unanswered,
            ..Attempted::is(judgement)
        }
    }
}

impl Client {
    /// Makes a request; what it fails with holds no secret.
    pub(super) async fn ask(
        &self,
        platform: &Platform,
        request: &Request,
    ) -> Result<Response, Unheard> {
        let url = Url::parse(&request.url);
        let url = url.map_err(|_| Unheard::not_sent("its address is none".to_owned()))?;
        // An address that is written in numbers is never looked up, so it is checked here.
        let host = platform.allowed.check_host(&url);
        host.map_err(|refused: Refused| Unheard::not_sent(refused.to_string()))?;
        let begun = match request.verb {
            Verb::Get => self.0.get(url),
            Verb::Post => self.0.post(url),
            Verb::Patch => self.0.patch(url),
        };
        // Where there is nothing, it is of no kind: stores of files sign addresses together with the kind that is asked with.
        let post = match request.body.as_str() {
            "" => begun,
            _ => begun.header(CONTENT_TYPE, request.media_type),
        };
        let headers = request.headers.iter();
        let post = headers.fold(post, |post, (name, value)| post.header(*name, value));
        let sent = post.body(request.body.clone()).send().await;
        sent.map_err(|error| Unheard {
            why: in_words(&error, platform.timeout),
            may_have_arrived: !error.is_connect() && !error.is_builder(),
        })
    }
}
