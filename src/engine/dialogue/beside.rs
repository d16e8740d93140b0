//! The few words beside a place of a text, within its clause: by them a number is a sum or a count, and a name is meant or only mentioned.

use super::Rules;
use super::parts::ENDS;
use crate::engine::text::is_han;

/// So many words, or Han characters, beside a place are looked at.
const WORDS: usize = 5;
/// So many bytes on either side of a place are looked at for the clause that it stands in.
const NEAR: usize = 200;
/// So many places of one kind are looked at in a text: one that goes on like that for pages says no more.
pub(super) const PLACES: usize = 8;

/// What stands beside a place.
pub(super) struct Beside<'t> {
    /// The last word before it, the last two, and so on.
    pub(super) before: Vec<&'t str>,
    /// The first word behind it, the first two, and so on.
    pub(super) behind: Vec<&'t str>,
    /// All of its clause that stands before it.
    pub(super) lead: &'t str,
    /// All of its clause that stands behind it.
    pub(super) rest: &'t str,
}

impl<'t> Beside<'t> {
    /// What stands beside the bytes from `start` to `end`.
    pub(super) fn of(text: &'t str, start: usize, end: usize) -> Self {
        let near = text.floor_char_boundary(start.saturating_sub(NEAR));
        let before = text.get(near..start).unwrap_or_default();
        let from = clauses(before).last().map_or(0, |(from, _)| *from);
        let before = before.get(from..).unwrap_or_default();
        let near = text.floor_char_boundary(end.saturating_add(NEAR));
        let behind = text.get(end..near).unwrap_or_default();
        let to = clauses(behind).first().map_or(behind.len(), |(_, to)| *to);
        let rest = behind.get(..to).unwrap_or_default();
        let (first, last) = (words(rest), words(before));
        let part = |text: &'t str, from: Option<&(usize, usize)>, to: Option<&(usize, usize)>| {
            let (from, to) = (from.map_or(0, |it| it.0), to.map_or(0, |it| it.1));
            text.get(from..to).unwrap_or_default()
        };
        let most = |words: &[(usize, usize)]| 1..=words.len().min(WORDS);
        Self {
            before: most(&last)
                .map(|count| part(before, last.get(last.len() - count), last.last()))
                .collect(),
            behind: most(&first)
                .map(|count| part(rest, first.first(), first.get(count - 1)))
                .collect(),
            lead: before,
            rest,
        }
    }

    /// Whether the words before it, however many of them, tell this.
    pub(super) fn begins(&self, rules: &Rules, circumstance: &str) -> bool {
        tells(rules, &self.before, circumstance)
    }

    /// Whether the words behind it, however many of them, tell this.
    pub(super) fn goes_on(&self, rules: &Rules, circumstance: &str) -> bool {
        tells(rules, &self.behind, circumstance)
    }
}

fn tells(rules: &Rules, parts: &[&str], circumstance: &str) -> bool {
    let tells = |part: &&str| rules.matcher.read(part).tells(circumstance);
    parts.iter().any(tells)
}

/// The clauses of a text as ranges, each up to what ends it: a mark, a point behind which a sentence begins, a space between two Han
/// characters.
pub(super) fn clauses(text: &str) -> Vec<(usize, usize)> {
    let mut clauses = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (at, (place, c)) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let next = chars.get(at + 1).map(|(_, c)| *c);
        let digits = |it: Option<char>| it.is_some_and(|c| c.is_ascii_digit());
        let in_number = *c == ',' && digits(before.map(|it| it.1)) && digits(next);
        let apart =
            c.is_whitespace() && next.is_some_and(is_han) && before.is_some_and(|it| is_han(it.1));
        let stop = *c == '.' && next.is_none_or(char::is_whitespace);
        if ENDS.contains(c) && !in_number || apart || stop {
            clauses.push((start, *place));
            start = place + c.len_utf8();
        }
    }
    clauses.push((start, text.len()));
    clauses
}

/// Where a text is cut between its clauses, and before words that join ("true") or set against each other.
pub(super) fn cuts(rules: &Rules, text: &str) -> Vec<(usize, bool)> {
    let reading = rules.matcher.read(text);
    let ends = clauses(text).into_iter().skip(1).map(|(at, _)| (at, false));
    let joins = reading.joins.iter().map(|join| (join.start, true));
    let breaks = reading.breaks.iter().map(|at| (*at, false));
    let mut cuts: Vec<(usize, bool)> = ends.chain(joins).chain(breaks).collect();
    cuts.sort_unstable();
    cuts.push((text.len(), false));
    cuts
}

/// The words of a text as ranges; in Chinese, its characters.
pub(super) fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let in_word = c.is_alphanumeric() || matches!(c, '\'' | '\u{2019}');
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some(word) if in_word && open && !is_han(c) => word.1 = end,
            _ if in_word => words.push((at, end)),
            _ => {}
        }
        open = in_word && !is_han(c);
    }
    words
}
