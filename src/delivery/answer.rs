//! What is read of an answer, and what is kept of its words.

use reqwest::Response;

use crate::domain::redact::redact;

/// Of an answer so much is read.
pub(super) const ANSWER: usize = 64 * 1024;
/// Of what a platform says, so many characters are kept.
const WORDS: usize = 300;

/// The body of an answer, as far as it is read.
pub(super) async fn whole(mut response: Response, most: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        body.extend_from_slice(&part);
        if body.len() > most {
            break;
        }
    }
    body
}

/// What a platform says may repeat what it was sent.
pub(super) fn masked(why: &str) -> String {
    let short: String = why.chars().take(WORDS).collect();
    redact(&short).text
}
