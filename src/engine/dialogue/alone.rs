//! Goods that are called by a single character, which other words have in them too: the character names the thing where what stands
//! beside it says so, the verb that gives it back or what is wrong with it.

use super::Rules;
use super::beside::PLACES;
use crate::engine::text::is_han;

/// The circumstances of the few characters before it: it is given back, or it may at least begin there.
const GIVEN_BACK: &str = "goods_given_back";
const MAY_BEGIN: &str = "goods_may_begin";
/// Those of the few characters behind it: something is wrong with it, another one is joined to it, or it may at least end there.
const AT_FAULT: &str = "goods_at_fault";
const JOINED: &str = "goods_joined";
/// That of the character before it: it is counted by a word that only things are counted by.
const MEASURED: &str = "goods_measured";
const MAY_END: &str = "goods_may_end";
/// So many characters beside it are looked at.
const BESIDE: usize = 5;

/// Whether a text, in the form in which it is compared, names a thing by this character somewhere. `others`: it names other things.
pub(super) fn stands_alone(rules: &Rules, text: &str, character: &str, others: bool) -> bool {
    text.match_indices(character).take(PLACES).any(|(at, _)| {
        let before = before(text.get(..at).unwrap_or_default());
        let behind = behind(text.get(at + character.len()..).unwrap_or_default());
        let tells = |beside: &[String], circumstance: &str| {
            let tells = |part: &String| rules.matcher.read(part).tells(circumstance);
            beside.iter().any(tells)
        };
        // "The shoe's torn the cup's cracked": the fault of one thing may end straight before the next.
        let begins = [MAY_BEGIN, GIVEN_BACK, AT_FAULT];
        let begins = before.is_empty() || begins.iter().any(|it| tells(&before, it));
        let ends = behind.is_empty() || tells(&behind, MAY_END) || tells(&behind, AT_FAULT);
        let by_itself = before.is_empty() && behind.is_empty();
        by_itself
            || ends && tells(&before, GIVEN_BACK)
            || begins && tells(&behind, AT_FAULT)
            || begins && others && tells(&behind, JOINED)
            || tells(before.get(..1).unwrap_or_default(), MEASURED)
    })
}

/// The last characters of the run that ends there: one, two and more of them.
fn before(text: &str) -> Vec<String> {
    let run: Vec<char> = (text.chars().rev())
        .take_while(|c| is_han(*c))
        .take(BESIDE)
        .collect();
    let part = |length: usize| run.iter().take(length).rev().collect();
    (1..=run.len()).map(part).collect()
}

/// The first characters of the run that begins there: one, two and more of them.
fn behind(text: &str) -> Vec<String> {
    let run: Vec<char> = (text.chars())
        .take_while(|c| is_han(*c))
        .take(BESIDE)
        .collect();
    let part = |length: usize| run.iter().take(length).collect();
    (1..=run.len()).map(part).collect()
}
