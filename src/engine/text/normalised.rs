//! A normalised text and the way back to the bytes it was made from.

use unicode_normalization::char::is_combining_mark;

use super::chars::is_invisible;
use super::han::{Script, is_han};

/// A range of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Any text, from its beginning to its end.
    pub const ALL: Self = Self {
        start: 0,
        end: u32::MAX,
    };

    /// Whether two ranges share a byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies inside and is shorter.
    #[must_use]
    pub fn hides(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end && self != other
    }
}

/// From this normalised byte on, the text runs parallel to the original from that byte on.
#[derive(Clone, Copy, Debug)]
struct Step {
    normal: u32,
    original: u32,
}

/// A word that was put in the place of a mistyped one.
#[derive(Clone, Copy, Debug)]
struct Replaced {
    at: Span,
    original: Span,
}

/// How many characters of each script a text has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scripts {
    /// Chinese characters.
    pub han: u32,
    /// Those that only traditional texts have.
    pub traditional: u32,
    /// Those that only simplified texts have.
    pub simplified: u32,
}

impl Scripts {
    pub(super) fn count(&mut self, script: Script) {
        self.han += 1;
        self.traditional += u32::from(script == Script::Traditional);
        self.simplified += u32::from(script == Script::Simplified);
    }
}

/// A text in normal form. Made to be used again: its buffers grow once.
#[derive(Clone, Debug, Default)]
pub struct Normalised {
    pub(super) text: String,
    pub(super) scripts: Scripts,
    /// Whether letters were repeated three times or more somewhere.
    pub(super) stretched: bool,
    steps: Vec<Step>,
    /// How far the original is ahead since the last step.
    ahead: u32,
    replaced: Vec<Replaced>,
    sentences: Vec<u32>,
    clauses: Vec<u32>,
    units: Vec<u32>,
}

impl Normalised {
    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How much of each script it has.
    #[must_use]
    pub fn scripts(&self) -> Scripts {
        self.scripts
    }

    /// Whether letters were repeated three times or more somewhere ("refuuund").
    #[must_use]
    pub fn is_stretched(&self) -> bool {
        self.stretched
    }

    /// Where its units start. A unit is a Chinese character, or a word of another script.
    #[must_use]
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    /// How many units start before `at`.
    #[must_use]
    pub fn unit_at(&self, at: u32) -> u32 {
        index(&self.units, at)
    }

    /// How long a range is, in Chinese characters; a word of another script counts as two of them.
    #[must_use]
    pub fn length(&self, span: Span) -> u32 {
        let (from, to) = (self.unit_at(span.start), self.unit_at(span.end));
        let units = &self.units[from as usize..to.max(from) as usize];
        let length = |unit: &u32| {
            let is_chinese = self.text[*unit as usize..].starts_with(is_han);
            if is_chinese { 1 } else { 2 }
        };
        units.iter().map(length).sum()
    }

    /// The number of the sentence that `at` stands in.
    #[must_use]
    pub fn sentence_at(&self, at: u32) -> u32 {
        index_after(&self.sentences, at)
    }

    /// The number of the clause that `at` stands in.
    #[must_use]
    pub fn clause_at(&self, at: u32) -> u32 {
        index_after(&self.clauses, at)
    }

    /// Its clauses, in order.
    pub fn clauses(&self) -> impl Iterator<Item = Span> + '_ {
        let starts = std::iter::once(0).chain(self.clauses.iter().copied());
        let ends = self.clauses.iter().copied();
        let ends = ends.chain([self.text.len() as u32]);
        let spans = starts.zip(ends).map(|(start, end)| Span { start, end });
        spans.filter(|clause| clause.start < clause.end)
    }

    /// The words that were put in the place of mistyped ones.
    pub fn replaced(&self) -> impl Iterator<Item = Span> + '_ {
        self.replaced.iter().map(|replaced| replaced.at)
    }

    /// How many Latin words it has, leaving out those with digits in them: they are numbers and names of things.
    #[must_use]
    pub fn latin_words(&self) -> usize {
        self.words()
            .filter(|word| {
                self.text
                    .as_bytes()
                    .get(word.start as usize..word.end as usize)
                    .is_some_and(|word| word.iter().all(u8::is_ascii_alphabetic))
            })
            .count()
    }

    /// The Latin words and numbers, in order.
    pub fn words(&self) -> impl Iterator<Item = Span> + '_ {
        self.words_from(0)
    }

    /// The Latin words and numbers that start at or after `from`.
    pub fn words_from(&self, from: u32) -> impl Iterator<Item = Span> + '_ {
        let bytes = self.text.as_bytes();
        self.units[self.unit_at(from) as usize..]
            .iter()
            .filter(|start| bytes[**start as usize].is_ascii_alphanumeric())
            .map(|start| Span {
                start: *start,
                end: word_end(bytes, *start),
            })
    }

    /// The bytes of the original text that a range of this one came from. `original` is the text that was normalised.
    #[must_use]
    pub fn original(&self, span: Span, original: &str) -> Span {
        let last = self.text[..span.end as usize]
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at as u32);
        let start = match self.replaced_at(span.start) {
            Some(replaced) => replaced.original.start,
            None => self.original_at(span.start),
        };
        let end = match self.replaced_at(last) {
            Some(replaced) => replaced.original.end,
            None => self.original_end(last, span.end, original),
        };
        Span { start, end }
    }

    /// Where the character that `last` came from ends, with what was dropped behind it: marks, repeated letters.
    fn original_end(&self, last: u32, end: u32, original: &str) -> u32 {
        let next = if (end as usize) < self.text.len() {
            self.original_at(end) as usize
        } else {
            original.len()
        };
        let mut chars = original[self.original_at(last) as usize..].char_indices();
        let Some((_, first)) = chars.next() else {
            return self.original_at(last);
        };
        let from = self.original_at(last) as usize;
        let is_dropped =
            |c: char| c.eq_ignore_ascii_case(&first) || is_combining_mark(c) || is_invisible(c);
        let dropped = chars
            .take_while(|(at, c)| from + at < next && is_dropped(*c))
            .last();
        let end = dropped.map_or(from + first.len_utf8(), |(at, c)| from + at + c.len_utf8());
        end as u32
    }

    fn original_at(&self, at: u32) -> u32 {
        match self.steps[..self.steps.partition_point(|step| step.normal <= at)].last() {
            Some(step) => step.original + (at - step.normal),
            None => at,
        }
    }

    /// The range of this text that came from a range of the original one; none when nothing is left of it.
    #[must_use]
    pub fn normal(&self, original: Span) -> Option<Span> {
        let span = Span {
            start: self.normal_at(original.start),
            end: self.normal_at(original.end),
        };
        (span.start < span.end).then_some(span)
    }

    /// Where the first character stands that came from `original` or from behind it.
    fn normal_at(&self, original: u32) -> u32 {
        let next = self.steps.partition_point(|step| step.original <= original);
        let end = (self.steps.get(next)).map_or(self.text.len() as u32, |step| step.normal);
        let at = match self.steps[..next].last() {
            Some(step) => step.normal + (original - step.original),
            None => original,
        };
        let mut at = at.min(end);
        while !self.text.is_char_boundary(at as usize) {
            at += 1;
        }
        at
    }

    fn replaced_at(&self, at: u32) -> Option<&Replaced> {
        self.replaced
            .iter()
            .find(|replaced| replaced.at.start <= at && at < replaced.at.end)
    }

    /// Ends a clause at a position; a break word does.
    pub fn break_clause(&mut self, at: u32) {
        if let Err(place) = self.clauses.binary_search(&at) {
            self.clauses.insert(place, at);
        }
    }

    /// Puts `word`, or several with a space between, in the place of a range, and keeps the way back to what was typed.
    pub fn replace(&mut self, at: Span, word: &str, original: &str) {
        let from = self.original(at, original);
        let after = self.original_at_end(at, from);
        let to = at.start + word.len() as u32;
        self.text
            .replace_range(at.start as usize..at.end as usize, word);
        let moved = |place: u32| {
            if place >= at.end {
                place - at.end + to
            } else {
                place
            }
        };
        for list in [&mut self.sentences, &mut self.clauses, &mut self.units] {
            list.iter_mut().for_each(|place| *place = moved(*place));
        }
        let further = word
            .match_indices(' ')
            .map(|(space, _)| at.start + space as u32 + 1);
        for start in further {
            let place = self.units.partition_point(|unit| *unit < start);
            self.units.insert(place, start);
        }
        for replaced in &mut self.replaced {
            replaced.at.start = moved(replaced.at.start);
            replaced.at.end = moved(replaced.at.end);
        }
        self.steps
            .retain(|step| step.normal <= at.start || step.normal > at.end);
        for step in &mut self.steps {
            step.normal = moved(step.normal);
        }
        let place = self.steps.partition_point(|step| step.normal <= at.start);
        self.steps.insert(
            place,
            Step {
                normal: to,
                original: after,
            },
        );
        self.replaced.push(Replaced {
            at: Span {
                start: at.start,
                end: to,
            },
            original: from,
        });
    }

    /// Where the original goes on after a range: noise that was dropped there is skipped.
    fn original_at_end(&self, at: Span, from: Span) -> u32 {
        if self.steps.iter().any(|step| step.normal == at.end) {
            self.original_at(at.end)
        } else {
            from.end
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.scripts = Scripts::default();
        self.stretched = false;
        self.steps.clear();
        self.ahead = 0;
        self.replaced.clear();
        self.sentences.clear();
        self.clauses.clear();
        self.units.clear();
    }

    /// Notes that what is written next came from `original` on.
    pub(super) fn came_from(&mut self, original: usize) {
        let normal = self.text.len() as u32;
        let original = original as u32;
        let ahead = original.wrapping_sub(normal);
        if ahead != self.ahead {
            self.ahead = ahead;
            self.steps.push(Step { normal, original });
        }
    }

    pub(super) fn start_unit(&mut self) {
        self.units.push(self.text.len() as u32);
    }

    pub(super) fn start_unit_at(&mut self, at: usize) {
        self.units.push(at as u32);
    }

    /// Notes that units of so many bytes each stand between a place and the end.
    pub(super) fn start_units(&mut self, from: u32, width: usize) {
        let to = self.text.len() as u32;
        self.units.extend((from..to).step_by(width));
    }

    pub(super) fn end_clause(&mut self) {
        push_once(&mut self.clauses, self.text.len() as u32);
    }

    pub(super) fn end_sentence(&mut self) {
        push_once(&mut self.sentences, self.text.len() as u32);
        self.end_clause();
    }
}

fn push_once(list: &mut Vec<u32>, at: u32) {
    if list.last() != Some(&at) {
        list.push(at);
    }
}

/// How many entries lie before `at`. Messages are short: a walk beats a search.
fn index(list: &[u32], at: u32) -> u32 {
    list.partition_point(|place| *place < at) as u32
}

/// How many entries lie at or before `at`.
fn index_after(list: &[u32], at: u32) -> u32 {
    list.partition_point(|place| *place <= at) as u32
}

/// One past the last byte of the Latin word that starts at `start`.
fn word_end(bytes: &[u8], start: u32) -> u32 {
    let rest = &bytes[start as usize..];
    let length = rest
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    start + length as u32
}
