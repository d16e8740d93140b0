//! What the words point to in which a shop says that it refused an order. Shops write them by hand, so that they are read as words.

use super::Cause;

/// `cause` and `words`, with a tab between.
pub(super) const REFUSALS: &str = include_str!("refusals.tsv");

/// Words about the address that the parcel goes to.
const WRONG_ADDRESS: &str = "wrong_address";
/// Words that make it the address of the card.
const CARD_ADDRESS: &str = "card_address";

/// What the words of a refusal point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The cause.
    pub cause: Cause,
    /// It is the address that the parcel goes to, and nothing about the payment.
    pub of_address: bool,
}

/// What the words point to; none where they point nowhere, or to several causes.
pub(super) fn refusal(reason: &str) -> Option<Refusal> {
    let reason = reason.to_lowercase().replace('\u{2019}', "'");
    let found: Vec<&str> = rows()
        .filter(|(_, words)| stands_in(&reason, words))
        .map(|(name, _)| name)
        .collect();
    let mut causes = found.iter().filter_map(|name| cause(name));
    let first = causes.next()?;
    let of_card = found.contains(&CARD_ADDRESS);
    causes.all(|cause| cause == first).then(|| Refusal {
        cause: first,
        of_address: found.contains(&WRONG_ADDRESS) && !of_card,
    })
}

/// The cause that a row names; none of words that only stand beside others.
pub(super) fn cause(name: &str) -> Option<Cause> {
    match name {
        WRONG_ADDRESS => Some(Cause::WrongDetails),
        _ => Cause::ALL.into_iter().find(|cause| cause.name() == name),
    }
}

/// What each row is about, and its words.
pub(super) fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = REFUSALS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

/// Latin words stand whole: `limit` is not in `unlimited`. Chinese has no spaces to go by.
fn stands_in(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + words.len()..)
            .and_then(|text| text.chars().next());
        let cuts = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !words.is_ascii() || !cuts(before) && !cuts(after)
    })
}
