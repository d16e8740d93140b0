//! The token that is fetched for an account, on platforms where one is: whoever needs it while it is being fetched waits for that one.

use jiff::{SignedDuration, Timestamp};

use super::Sender;
use super::answer::{ANSWER, masked, whole};
use super::attempt::patience;
use super::platform::Platform;
use crate::channels::{
    Account, Judgement, Responded, Secret, judge, says_only_inline, token_in, token_request,
};

/// A token is fetched again so long before it ends, and after so many seconds whatever was said about it.
const SPARE: SignedDuration = SignedDuration::from_mins(5);
const TOKEN_SECONDS: i64 = 7200;

impl Sender {
    /// The token to send with, fetched unless there is a good one; an empty one where none is needed. Whoever sends from the account
    /// and whoever asks for its messages share it.
    pub(super) async fn fetched(
        &self,
        platform: &Platform,
        now: Timestamp,
    ) -> Result<String, Judgement> {
        let Some(request) = token_request(&platform.account) else {
            return Ok(String::new());
        };
        if says_only_inline(&platform.account) {
            let why = "the account has no app secret: only what fits into the answer to a message reaches its customers";
            return Err(Judgement::Never(why.to_owned()));
        }
        let mut kept = platform.token.kept().await;
        if let Some((token, _)) = kept.as_ref().filter(|(_, until)| *until > now) {
            return Ok(token.clone());
        }
        let later = |why: &str| Judgement::Later(format!("no token: {why}"), None);
        let response = self
            .post(platform, &request)
            .await
            .map_err(|why| later(&why))?;
        let status = response.status().as_u16();
        let asked = patience(&response, self.clock.now().max(now));
        let body = whole(response, ANSWER).await;
        let body = body.map_err(|broke_off| later(&broke_off.in_words()))?;
        let responded = Responded {
            status,
            body: &body,
        };
        let Some((token, seconds)) = token_in(platform.account.key.channel, &responded) else {
            let asked = Some(asked)
                .filter(|_| matches!(status, 429 | 503))
                .flatten();
            let all = asked.filter(|_| status == 429);
            platform.keep_quiet(all, self.clock.now().max(now));
            let why = refused(&platform.account, &responded);
            let why = format!("no token: {why}");
            return Err(match judge(platform.account.key.channel, &responded) {
                Judgement::Never(_) | Judgement::Account(_) | Judgement::Renew(_) => {
                    Judgement::Account(why)
                }
                Judgement::Sent(_) | Judgement::Later(..) | Judgement::Closed(_) => {
                    Judgement::Later(why, asked)
                }
            });
        };
        let good_for = SignedDuration::from_secs(seconds.clamp(0, TOKEN_SECONDS)) - SPARE;
        let until = now.checked_add(good_for).unwrap_or(Timestamp::MAX);
        *kept = Some((token.clone(), until));
        Ok(token)
    }
}

/// Why there is no token, in the platform's own words where it has some, which never say the secret.
fn refused(account: &Account, responded: &Responded<'_>) -> String {
    let why = match judge(account.key.channel, responded) {
        Judgement::Sent(_) => format!("it answered {}", responded.status),
        other => other.in_words(),
    };
    let secret = account.token.as_ref().map_or("", Secret::reveal);
    match secret {
        "" => masked(&why),
        secret => masked(&why.replace(secret, "*")),
    }
}
