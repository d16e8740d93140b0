//! Fetching a file that a customer sent on a platform, for the desk to look at: of a limited size, from the platform alone, and again until it
//! is there or was refused.

use jiff::Timestamp;
use reqwest::Response;
use reqwest::header::LOCATION;

use super::answer::{masked, whole};
use super::called::FileTaken;
use super::platform::Platform;
use super::{Progress, Sender};
use crate::channels::{
    Judgement, Request, Responded, WantedFile, file_request, is_elsewhere, is_redirected,
    next_request, redirected,
};
use crate::clock;
use crate::domain::evidence::MAX_FILE;
use crate::domain::webhook::{Delivery, DeliveryState, ToFetch, after_attempt};
use crate::store::{Commit, StoreError};

impl Sender {
    /// Fetches a file and writes down what came of it.
    pub(super) async fn fetch(
        &self,
        platform: &Platform,
        delivery: Delivery,
        wanted: ToFetch,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id.clone();
        let found = match self.fetched(platform, now).await {
            Ok(token) => {
                let found = self.file(platform, &wanted, &token).await;
                if matches!(found, Err(Judgement::Renew(_))) {
                    platform.token.ended(&token).await;
                }
                found
            }
            Err(judgement) => Err(judgement),
        };
        let taken = match found {
            Ok(bytes) => (platform.on_file)(id.endpoint.clone(), wanted, bytes).await,
            Err(Judgement::Never(why) | Judgement::Closed(why)) => FileTaken::Refused(why),
            Err(_) => FileTaken::Later,
        };
        let ended = self.clock.now().max(now);
        let (commit, progress) = match taken {
            FileTaken::Kept => (Commit::new().delivered(id.clone()), Progress::Delivered(id)),
            FileTaken::Refused(why) => {
                let why = masked(&why);
                tracing::warn!(delivery = %id, why, "channel.file_refused");
                let commit = Commit::new().delivery(delivery.given_up(why, ended));
                (commit, Progress::GivenUp(id))
            }
            FileTaken::Later => {
                let why = "the file could not be fetched".to_owned();
                let after = after_attempt(delivery, why, None, ended, clock::random());
                let progress = match after.state {
                    DeliveryState::Waiting { .. } => Progress::Retrying(id),
                    DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => {
                        Progress::GivenUp(id)
                    }
                };
                (Commit::new().delivery(after), progress)
            }
        };
        self.write(platform, commit, (None, None), None).await?;
        self.count(&progress);
        Ok(progress)
    }

    async fn file(
        &self,
        platform: &Platform,
        wanted: &ToFetch,
        token: &str,
    ) -> Result<Vec<u8>, Judgement> {
        let account = &platform.account;
        let first = file_request(&WantedFile {
            account,
            token,
            file: &wanted.file,
            reply: wanted.reply.as_deref().unwrap_or_default(),
        });
        let first = first.ok_or_else(|| Judgement::Never("it gives out no files".to_owned()))?;
        let response = self.asked(platform, &first).await?;
        if is_redirected(account.key.channel) && response.status().is_redirection() {
            let location = response.headers().get(LOCATION);
            let location = location.and_then(|value| value.to_str().ok());
            let next = redirected(account, location.unwrap_or_default())?;
            return bytes_of(self.asked(platform, &next).await?).await;
        }
        if !is_elsewhere(account.key.channel) {
            return bytes_of(response).await;
        }
        let status = response.status().as_u16();
        let body = whole(response, SAYS_WHERE).await?;
        let responded = Responded {
            status,
            body: &body,
        };
        let next = next_request(account, &responded)?;
        bytes_of(self.asked(platform, &next).await?).await
    }

    async fn asked(&self, platform: &Platform, request: &Request) -> Result<Response, Judgement> {
        let asked = self.post(platform, request).await;
        asked.map_err(|why| Judgement::Later(why, None))
    }
}

/// An answer that says where a file is has at most so many bytes.
const SAYS_WHERE: usize = 64 * 1024;

/// The file; some platforms say with 200 and JSON that there is none.
async fn bytes_of(response: Response) -> Result<Vec<u8>, Judgement> {
    let status = response.status().as_u16();
    let announced = response.content_length().unwrap_or(0);
    if announced > MAX_FILE as u64 {
        return Err(Judgement::Never("the file is too large".to_owned()));
    }
    let body = whole(response, MAX_FILE).await?;
    if body.len() > MAX_FILE {
        return Err(Judgement::Never("the file is too large".to_owned()));
    }
    match status {
        200..=299 if body.starts_with(b"{") => Err(Judgement::Renew("no file".to_owned())),
        200..=299 => Ok(body),
        400 | 403 | 404 | 410 => Err(Judgement::Never(format!("it answered {status}"))),
        _ => Err(Judgement::Later(format!("it answered {status}"), None)),
    }
}
