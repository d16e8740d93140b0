//! Whether a file served another order or another person before. It is for agents to know and to judge: pictures of the same thing look
//! the same, and nobody is accused.

use serde::{Deserialize, Serialize};

use super::{Attachment, EvidenceHash};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, OrderId};
use crate::domain::is_default;

/// So many earlier uses are named.
const NAMED: usize = 5;

/// How a file is like an earlier one. The closer likeness is smaller.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// It is the same, byte for byte.
    SameFile,
    /// It is a picture that looks the same.
    LooksAlike,
}

/// An earlier use of a file, or of one that looks the same, for another order or by another person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reuse {
    /// Where it was handed in.
    pub conversation: ConversationId,
    /// For which order, if that was known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: Option<OrderId>,
    /// Under which name it is kept there.
    pub hash: EvidenceHash,
    /// How it is like the new one.
    pub likeness: Likeness,
}

/// A file, where it was handed in, and for which order.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// The file.
    pub file: &'a Attachment,
    /// The conversation.
    pub conversation: &'a Conversation,
    /// The order, as far as it is known.
    pub order: Option<&'a OrderId>,
}

impl Use<'_> {
    fn likeness(&self, earlier: &Use<'_>) -> Option<Likeness> {
        if self.file.hash == earlier.file.hash {
            return Some(Likeness::SameFile);
        }
        let (one, other) = (self.file.look?, earlier.file.look?);
        one.is_like(other).then_some(Likeness::LooksAlike)
    }

    /// Whether it is for the same matter: the same order, or, where an order is not known, the same person. Two people who are both
    /// known and are not the same have no matter in common.
    fn is_same_matter(&self, earlier: &Use<'_>) -> bool {
        let (one, other) = (self.conversation, earlier.conversation);
        match (self.order, earlier.order) {
            (Some(one), Some(other)) if one != other => false,
            (Some(_), Some(_)) => !one.is_of_another(other),
            _ => one.is_of_same(other),
        }
    }
}

/// The earlier uses that are for another order or by another person, the closest first.
#[must_use]
pub fn reuses(new: &Use<'_>, earlier: &[Use<'_>]) -> Vec<Reuse> {
    let mut found: Vec<Reuse> = earlier
        .iter()
        .filter(|earlier| !new.is_same_matter(earlier))
        .filter_map(|earlier| {
            Some(Reuse {
                conversation: earlier.conversation.id.clone(),
                order: earlier.order.cloned(),
                hash: earlier.file.hash,
                likeness: new.likeness(earlier)?,
            })
        })
        .collect();
    found.sort_by_key(|reuse| reuse.likeness);
    found.dedup_by(|a, b| a.conversation == b.conversation && a.order == b.order);
    found.truncate(NAMED);
    found
}
