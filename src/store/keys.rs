//! Where everything is: the keys of the one sorted map. The first byte is the kind; ids end with a zero byte, which no id contains;
//! numbers and times are big-endian, so that the order of bytes is the order of values.

use super::engine::Change;

/// The last journal sequence that is in the engine.
pub(crate) const APPLIED: &[u8] = b"\0applied";
/// The store's id: the journal and the engine belong together.
pub(crate) const STORE_ID: &[u8] = b"\0store";
/// The version of the layout of keys.
pub(crate) const LAYOUT: &[u8] = b"\0layout";
/// The layout this program writes.
pub(crate) const LAYOUT_VERSION: u8 = 1;
/// No record's key is smaller.
pub(crate) const FIRST_RECORD: &[u8] = &[1];
/// No key is as large.
pub(crate) const END: &[u8] = &[0xff];

/// Says up to where the journal has been applied.
pub(crate) fn applied(seq: u64) -> Change {
    (APPLIED.to_vec(), Some(seq.to_be_bytes().to_vec()))
}

/// Says which store this is.
pub(crate) fn store_id(id: u128) -> Change {
    (STORE_ID.to_vec(), Some(id.to_be_bytes().to_vec()))
}

/// Says how keys are laid out.
pub(crate) fn layout() -> Change {
    (LAYOUT.to_vec(), Some(vec![LAYOUT_VERSION]))
}
