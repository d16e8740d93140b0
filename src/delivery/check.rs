//! Asks a platform whether it knows an account, for whoever sets one up.

use jiff::Timestamp;

use super::answer::{ANSWER, masked, whole};
use super::attempt::Client;
use super::platform::Platform;
use crate::channels::{Judgement, Responded, check_request, is_known};
use crate::clock;

/// Asks a platform whether it knows the account's token, and says whether there was anything to ask.
///
/// # Errors
/// With what the platform said, in words without a secret.
pub async fn check(platform: &Platform, now: Timestamp) -> Result<bool, String> {
    let named = (clock::event_name(), now.as_second());
    let Some(request) = check_request(&platform.account, (&named.0, named.1)) else {
        return Ok(false);
    };
    let client = Client::new(&platform.allowed, platform.timeout);
    let client = client.map_err(|_| "this machine has no certificates to trust".to_owned())?;
    let asked = client.ask(platform, &request).await;
    let response = asked.map_err(|unheard| unheard.why)?;
    let status = response.status().as_u16();
    let body = whole(response, ANSWER).await;
    let body = body.map_err(Judgement::in_words)?;
    let responded = Responded {
        status,
        body: &body,
    };
    if is_known(&platform.account, &responded) {
        return Ok(true);
    }
    let said = masked(&String::from_utf8_lossy(&body));
    Err(format!(
        "the platform does not know the account: it answered {status} {said}"
    ))
}
