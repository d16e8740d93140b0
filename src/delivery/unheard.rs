//! A request whose answer was not heard: one that never left may be made again as often as it takes; of one that left nobody knows whether it
//! arrived, and whoever pays for each message, or reads it, is not to have it ten times.

use jiff::{SignedDuration, Timestamp};

use crate::channels::Judgement;
use crate::domain::channel::NOBODY_KNOWS;
use crate::domain::webhook::ToCustomer;

/// Why nothing was heard of a request.
pub(super) struct Unheard {
    /// Why, without a secret.
    pub(super) why: String,
    /// Whether it left, so that the platform may have it.
    pub(super) may_have_arrived: bool,
}

impl Unheard {
    /// It was not even sent.
    pub(super) const fn not_sent(why: String) -> Self {
        Self {
            why,
            may_have_arrived: false,
        }
    }

    /// The answer began well, and was not heard to its end.
    pub(super) fn broke_off() -> Self {
        Self {
            why: "its answer broke off".to_owned(),
            may_have_arrived: true,
        }
    }

    pub(super) fn attempted(self) -> Attempted {
        Attempted {
            is_unanswered: self.may_have_arrived,
            ..Attempted::is(Judgement::Later(self.why, None))
        }
    }
}

/// What a request came to, and how long all of the account is to keep quiet.
pub(super) struct Attempted {
    pub(super) judgement: Judgement,
    pub(super) quiet: Option<SignedDuration>,
    /// Nobody knows whether it arrived.
    pub(super) is_unanswered: bool,
}

impl Attempted {
    /// It came to this, and everybody knows.
    pub(super) const fn is(judgement: Judgement) -> Self {
        Self {
            judgement,
            quiet: None,
            is_unanswered: false,
        }
    }

    /// The second time in a row that nobody knows is the last, unless the platform knows the message again for so long.
    pub(super) fn once_more(
        self,
        known_for: SignedDuration,
        to: &ToCustomer,
        now: Timestamp,
    ) -> Self {
        let since = to.unanswered.filter(|_| self.is_unanswered);
        match since {
            Some(since) if now.duration_since(since) >= known_for => {
                let why = self.judgement.in_words();
                let why = format!("{NOBODY_KNOWS}: {why}");
                Self::is(Judgement::Never(why))
            }
            _ => self,
        }
    }
}
