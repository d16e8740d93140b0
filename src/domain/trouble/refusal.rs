//! What the words point to in which a shop says that it refused an order. Shops write them by hand, so that they are read as words.

use super::Cause;

/// `cause` and `words`, with a tab between.
pub(super) const REFUSALS: &str = include_str!("refusals.tsv");

/// The cause that the words point to; none where they point nowhere, or to several.
pub(super) fn cause(reason: &str) -> Option<Cause> {
    let reason = reason.to_lowercase().replace('\u{2019}', "'");
    let mut found = rows()
        .filter(|(_, words)| stands_in(&reason, words))
        .map(|(cause, _)| cause);
    let first = found.next()?;
    found.all(|cause| cause == first).then_some(first)
}

pub(super) fn rows() -> impl Iterator<Item = (Cause, &'static str)> {
    let lines = REFUSALS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (name, words) = line.split_once('\t')?;
        let cause = Cause::ALL.into_iter().find(|cause| cause.name() == name)?;
        Some((cause, words))
    })
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
