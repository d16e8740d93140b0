//! Why the desk refused something, in terms that every caller can turn into an answer.

use jiff::SignedDuration;

use super::customers::apply::BadField;
use super::customers::evidence::Unfit;
use crate::domain::claim::InvalidMove;
use crate::domain::conversation::{InvalidMerge, InvalidTransition, Owner, Revision};
use crate::domain::correction::NotDone;
use crate::domain::evidence::MAX_A_DAY;
use crate::domain::ids::AgentId;
use crate::domain::money::Money;
use crate::domain::notice::InvalidNotice;
use crate::domain::payment_link::InvalidLink;
use crate::store::{CommitError, StoreError};

/// Why something was not done. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The token is unknown, expired or withdrawn.
    #[error("the token is not known, has expired, or was withdrawn")]
    Unauthorized,
    /// The name or the password is wrong: which of them is not said.
    #[error("the log-in and the password do not fit together")]
    WrongPassword,
    /// The password is right, and a code is asked for.
    #[error("a code is needed beside the password")]
    CodeNeeded,
    /// The password is right, the code is not, or it was used.
    #[error("the code is wrong, too old, or was used")]
    WrongCode,
    /// Too many wrong passwords.
    #[error("too many wrong passwords: wait, then try again")]
    LockedOut(SignedDuration),
    /// There is no such thing, or not for this caller: the two look alike.
    #[error("there is no such thing here")]
    NotFound,
    /// Somebody was faster.
    #[error("the conversation has changed: it is at revision {} and with {}", revision.0, owner.name())]
    Conflict {
        /// Who owns it now.
        owner: Owner,
        /// Its revision now.
        revision: Revision,
    },
    /// The session got a conversation at the same moment; the call is tried again.
    #[error("the session has changed")]
    SessionChanged,
    /// The conversation does not stand where this can be done.
    #[error("{0}")]
    NotAllowed(#[from] InvalidTransition),
    /// The two conversations stay two.
    #[error("{0}")]
    Merge(#[from] InvalidMerge),
    /// The claim does not stand where this can be done.
    #[error("{0}")]
    ClaimRefused(#[from] InvalidMove),
    /// The link cannot be taken.
    #[error("{0}")]
    Link(#[from] InvalidLink),
    /// It cannot be done for the customer.
    #[error("{0}")]
    NotDone(#[from] NotDone),
    /// The notice cannot be so, or does not stand where this can be done.
    #[error("{0}")]
    Notice(#[from] InvalidNotice),
    /// The file is not taken.
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// The conversation has had its files for the day.
    #[error(
        "at most {MAX_A_DAY} files a day are taken in a conversation: send the others tomorrow"
    )]
    TooManyFiles,
    /// Fields of a form cannot be taken: every one of them.
    #[error("{} of the form cannot be taken as it is: nothing was filed", fields(.0.len()))]
    Form(Vec<BadField>),
    /// Somebody who has left is given nothing.
    #[error("this agent has left: give it to somebody who is there, or into the queue")]
    Away,
    /// Somebody has as many as they are given at a time.
    #[error(
        "this agent has as many as they are given at a time ({0}): say `over_cap` to give one more all the same"
    )]
    AtCap(u16),
    /// The draft was changed on another machine.
    #[error("the draft has been changed since, on another machine: read it again")]
    DraftChanged,
    /// Nothing can be taken back.
    #[error("this cannot be taken back any more: it was done too long ago, or by somebody else")]
    TooLateToUndo,
    /// What only leads do, and the caller is none.
    #[error("only leads and admins {0}")]
    OnlyLeads(&'static str),
    /// Two agents approve, and above their limit one of two is a lead.
    #[error(
        "this is more than the {alone} that the caller's role approves alone, and {first}, who has approved it, has no higher role: a lead or an admin has to approve it"
    )]
    NeedsLead {
        /// Who approved first.
        first: AgentId,
        /// What the caller may approve alone.
        alone: Money,
    },
    /// What was sent cannot be used.
    #[error("{0}")]
    Invalid(String),
    /// A platform's signature came before, with another message.
    #[error("the signature was given to another message")]
    SignedForAnother,
    /// Something else was sent under the same name.
    #[error(
        "something else was sent under this name before: nothing was written; send this under a name of its own"
    )]
    NamedAlready,
    /// Too much waits to be written.
    #[error("the desk is busy: try again in a moment")]
    Busy,
    /// The disk failed; nothing is acknowledged any more.
    #[error("the desk has stopped writing: {0}")]
    Stopped(String),
}

fn fields(number: usize) -> String {
    match number {
        1 => "one field".to_owned(),
        number => format!("{number} fields"),
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            other => Self::Stopped(other.to_string()),
        }
    }
}

impl From<CommitError> for DeskError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(Some(now)) => Self::Conflict {
                owner: now.owner,
                revision: now.revision,
            },
            CommitError::Conflict(None) => Self::SessionChanged,
            CommitError::Store(error) => error.into(),
        }
    }
}
