//! What a part of an address is, and on which level a part of a Chinese one stands.

use super::Spoken;
use super::words::WORDS;

/// The level of a road.
pub(super) const ROAD: u8 = 6;
/// From here on parts are numbered.
pub(super) const NUMBERED: u8 = 10;
/// What stands behind the last number of an address without a word of its own.
pub(super) const ROOM: u8 = 14;

/// What a part of an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Postcode,
    House,
    Street,
    Unit,
    /// Of a Chinese address, from the province down to the room.
    Level(u8),
}

/// A part and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub kind: Kind,
    pub from: usize,
    pub to: usize,
}

/// Whether a word stands here that begins no address.
pub(super) fn is_no_place(spoken: &Spoken<'_>, at: usize) -> bool {
    spoken.plain.word_at(at, &WORDS.no_place).is_some()
}
