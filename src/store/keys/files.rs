//! The keys of files that were handed in: who has them, and what they look like.

use super::Key;
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::{ConversationId, MerchantId};

/// A file among those of a conversation.
pub(crate) fn handed_in(conversation: &ConversationId, hash: &EvidenceHash) -> Key {
    let key = Key::new(b'f').id(conversation.as_str());
    key.fixed(&hash.0)
}

/// The uses of a file by the customers of a merchant.
pub(crate) fn used(hash: &EvidenceHash, merchant: &MerchantId) -> Key {
    Key::new(b'F').fixed(&hash.0).id(merchant.as_str())
}

/// The uses of a file by anybody.
pub(crate) fn used_by_anybody(hash: &EvidenceHash) -> Vec<u8> {
    Key::new(b'F').fixed(&hash.0).done()
}

/// The file that a key of the index of uses is about; none where it is another key.
pub(crate) fn hash_in_use(key: &[u8]) -> Option<EvidenceHash> {
    let rest = key.strip_prefix(b"F")?;
    rest.first_chunk().map(|hash| EvidenceHash(*hash))
}

/// The pictures of a merchant's customers that share a band of their looks.
pub(crate) fn looks(merchant: &MerchantId, (band, bits): (u8, u16)) -> Key {
    let key = Key::new(b'L').id(merchant.as_str()).fixed(&[band]);
    key.fixed(&bits.to_be_bytes())
}
