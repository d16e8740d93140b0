//! What is read of an answer, and what is kept of its words.

use reqwest::Response;

use crate::channels::Judgement;
use crate::domain::redact::redact;

/// Of an answer so much is read.
pub(super) const ANSWER: usize = 64 * 1024;
/// Of what a platform says, so many characters are kept.
const WORDS: usize = 300;

/// The body of an answer as far as it came, and whether it broke off.
pub(super) async fn begun(mut response: Response, most: usize) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(part)) => body.extend_from_slice(&part),
            Ok(None) => return (body, false),
            Err(_) => return (body, true),
        }
        if body.len() > most {
            return (body, false);
        }
    }
}

/// The body of an answer, as far as it is read.
///
/// # Errors
/// When it broke off: half of it is not to be taken for the whole.
pub(super) async fn whole(response: Response, most: usize) -> Result<Vec<u8>, Judgement> {
    match begun(response, most).await {
        (body, false) => Ok(body),
        (_, true) => Err(Judgement::Later("its answer broke off".to_owned(), None)),
    }
}

/// What a platform says may repeat what it was sent.
pub(super) fn masked(why: &str) -> String {
    let short: String = why.chars().take(WORDS).collect();
    redact(&short).text
}
