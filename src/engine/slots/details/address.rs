//! The parts of an address: whether a text is one, or a piece of one, and what an address becomes when a piece of it is put right.

use super::Spoken;
use super::han_parts::han_parts;
use super::latin_parts::{house_words, latin_parts};
use super::part::{Found, Kind, NUMBERED, ROAD, ROOM, is_no_place};
use super::words::WORDS;

/// A piece has at most so many parts.
const PARTS: usize = 5;
/// The levels of which one says in what town something is, and from which on they are numbered.
const TOWN: u8 = 3;
/// A part of an address, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    kind: Kind,
    text: String,
    /// It was called the number of the house.
    house: bool,
}

/// What the message calls the part that it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// "The postcode".
    Postcode,
    /// "The number of the house".
    House,
    /// "The flat".
    Unit,
}

/// What a text is as an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address that a parcel finds.
    Full,
    /// Nothing but parts of one.
    Parts(Vec<Part>),
    /// Neither.
    Other,
}

/// What a text is as an address.
#[must_use]
pub fn place(text: &str, hint: Option<Hint>) -> Place {
    let spoken = Spoken::new(text);
    let end = spoken.len();
    let found = parts_of(&spoken);
    let covered: usize = found.iter().map(|it| it.to - it.from).sum();
    let signs = (0..end).filter(|at| !spoken.plain.at(*at).is_alphanumeric());
    let inside = |at: &usize| found.iter().any(|it| it.from <= *at && *at < it.to);
    let loose = end - covered - signs.filter(|at| !inside(at)).count();
    let spare = match hint {
        // "Number", "no" and the like belong to the number.
        _ if spoken.has_han(0, end) => 0,
        _ => house_words(&spoken),
    };
    if is_full(&spoken, &found, loose > spare) {
        return Place::Full;
    }
    if found.is_empty() || found.len() > PARTS || loose > spare {
        return Place::Other;
    }
    let part = |it: &Found| Part {
        kind: hinted(it.kind, hint, found.len()),
        text: spoken.slice(it.from, it.to).to_owned(),
        house: spare > 0 || hint == Some(Hint::House),
    };
    Place::Parts(found.iter().map(part).collect())
}

/// Whether parts say by themselves where something is sent: a street and a number.
#[must_use]
pub fn stands_alone(parts: &[Part]) -> bool {
    let has = |kind: Kind| parts.iter().any(|it| it.kind == kind);
    let levels = |from: u8, to: u8| {
        let level = |kind| matches!(kind, Kind::Level(level) if (from..=to).contains(&level));
        parts.iter().any(|it| level(it.kind))
    };
    has(Kind::House) && has(Kind::Street) || levels(1, ROAD) && levels(NUMBERED, ROOM)
}

/// An address with parts of it put right: each in the place of the one of its kind, or where it belongs if there is none. None: it cannot
/// be told where.
#[must_use]
pub fn amend(address: &str, parts: &[Part]) -> Option<String> {
    let amended = |address: String, part: &Part| amend_one(&address, part);
    parts.iter().try_fold(address.to_owned(), amended)
}

fn amend_one(address: &str, part: &Part) -> Option<String> {
    let spoken = Spoken::new(address);
    let found = parts_of(&spoken);
    let same: Vec<&Found> = found.iter().filter(|it| it.kind == part.kind).collect();
    match (same.as_slice(), part.kind) {
        // "14", of an address that has a flat and a house: either may be meant.
        (_, Kind::House) if found.iter().any(|it| it.kind == Kind::Unit) && !part.house => None,
        ([one], _) => {
            let (start, end) = spoken.plain.bytes(one.from, one.to);
            let text = part.in_place_of(spoken.slice(one.from, one.to));
            Some(format!(
                "{}{text}{}",
                address.get(..start)?,
                address.get(end..)?
            ))
        }
        ([], Kind::Postcode) if spoken.has_han(0, spoken.len()) => {
            Some(format!("{} {address}", part.text))
        }
        ([], Kind::Postcode) => Some(format!("{address}, {}", part.text)),
        ([], Kind::Unit) => Some(format!("{}, {address}", part.unit())),
        ([], Kind::Level(level)) if !part.is_bare() || level == ROOM => {
            insert(&spoken, &found, level, &part.text)
        }
        _ => None,
    }
}

/// Behind the last part of a higher level, before the lower ones.
fn insert(spoken: &Spoken<'_>, found: &[Found], level: u8, text: &str) -> Option<String> {
    let above = |it: &&Found| matches!(it.kind, Kind::Level(other) if other < level);
    let behind = found.iter().rfind(above).map(|it| it.to);
    let below = |it: &&Found| matches!(it.kind, Kind::Level(other) if other > level);
    let lower = found.iter().find(below).map(|it| it.from);
    let at = match (behind, lower) {
        (_, None) => spoken.len(),
        (Some(behind), _) => behind,
        (None, Some(lower)) => lower,
    };
    let start = match at {
        0 => 0,
        at => spoken.plain.bytes(at - 1, at).1,
    };
    let (before, after) = spoken.text.split_at_checked(start)?;
    Some(format!("{before}{text}{after}"))
}

impl Part {
    /// A number without the word that says of what.
    fn is_bare(&self) -> bool {
        let number = |c: char| c.is_ascii_alphanumeric() || c == '-';
        self.text.chars().all(number)
    }

    /// "2b" as a flat.
    fn unit(&self) -> String {
        match self.is_bare() {
            true => format!("Flat {}", self.text),
            false => self.text.clone(),
        }
    }

    /// As it stands for what was there: a bare number keeps the word beside the old one.
    fn in_place_of(&self, old: &str) -> String {
        let number = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match self.kind {
            Kind::Level(_) if self.is_bare() => {
                let word = old.trim_start_matches(number);
                format!("{}{word}", self.text)
            }
            Kind::Unit if self.is_bare() => match old.rsplit_once(' ') {
                Some((word, _)) => format!("{word} {}", self.text),
                None => self.unit(),
            },
            _ => self.text.clone(),
        }
    }
}

/// Whether it is nothing but the name of a town, to stand behind a street.
#[must_use]
pub fn is_town(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = |word: &&str| {
        word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || c == '-')
    };
    (1..=3).contains(&words.len()) && words.iter().all(name) && text.is_ascii()
}

/// A street with the town behind it. None: it has one, or more than a street.
#[must_use]
pub fn append_town(address: &str, town: &str) -> Option<String> {
    let spoken = Spoken::new(address);
    let postcode = parts_of(&spoken).iter().any(|it| it.kind == Kind::Postcode);
    let only_street = !postcode && !address.contains(',') && address.is_ascii();
    only_street.then(|| format!("{address}, {town}"))
}

fn hinted(kind: Kind, hint: Option<Hint>, parts: usize) -> Kind {
    match (hint, kind) {
        (Some(_), _) if parts > 1 => kind,
        (Some(Hint::Postcode), Kind::House | Kind::Level(ROOM)) => Kind::Postcode,
        (Some(Hint::Unit), Kind::House) => Kind::Unit,
        (Some(Hint::House), Kind::Level(ROOM)) => Kind::Level(NUMBERED),
        _ => kind,
    }
}

fn is_full(spoken: &Spoken<'_>, found: &[Found], loose: bool) -> bool {
    let has = |wanted: Kind| found.iter().any(|it| it.kind == wanted);
    let levels = |from: u8, to: u8| {
        let level = |kind| matches!(kind, Kind::Level(level) if (from..=to).contains(&level));
        found.iter().any(|it| level(it.kind))
    };
    if !spoken.has_han(0, spoken.len()) {
        let sited = has(Kind::House) || has(Kind::Unit);
        return loose && (has(Kind::Street) && (sited || has(Kind::Postcode)))
            || loose && sited && has(Kind::Postcode);
    }
    let from = spoken.skip_signs(0, spoken.len());
    let from = match found.first() {
        Some(first) if first.kind == Kind::Postcode => spoken.skip_signs(first.to, spoken.len()),
        _ => from,
    };
    let city = spoken.plain.word_at(from, &WORDS.cities).is_some();
    let numbered = levels(NUMBERED, ROOM);
    let starts = !is_no_place(spoken, from);
    let spoils = (from..spoken.len()).any(|at| spoken.plain.at(at) == '?');
    starts && !spoils && (city || levels(1, TOWN)) && numbered && (city || levels(TOWN, ROAD))
}

fn parts_of(spoken: &Spoken<'_>) -> Vec<Found> {
    if spoken.has_han(0, spoken.len()) {
        han_parts(spoken)
    } else {
        latin_parts(spoken)
    }
}
