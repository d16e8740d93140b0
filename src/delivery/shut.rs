//! Whether something may go out to a customer now: not between the words of people at the platform, and not when the platform would not
//! take it before its customer writes again.

use jiff::{SignedDuration, Timestamp};

use super::Progress;
use super::platform::Platform;
use super::ready::{Ready, Says};
use crate::channels::{self, Judgement, is_shut};
use crate::domain::conversation::Owner;

/// What could go out, and did not for so long, does not go out any more by itself: as long as what is not taken is tried again.
const EXPIRES: SignedDuration = SignedDuration::from_hours(72);

/// Why something may not go out to a customer now.
pub(super) enum Shut {
    /// People at the platform answer meanwhile: what the bot had to say to an earlier message would come between their words.
    TooLate,
    /// It waited for so long, because the account or the desk was off, that nobody expects it any more.
    Expired(SignedDuration),
    /// It is news all the same when people at the platform have the conversation no more.
    WithPeople,
    /// Not before the customer writes again.
    UntilTheyWrite(String),
}

impl Shut {
    pub(super) fn judgement(self) -> Judgement {
        match self {
            Self::TooLate => Judgement::Never(
                "people at the platform had taken the conversation over before the bot's answer went out"
                    .to_owned(),
            ),
            Self::Expired(waited) => Judgement::Never(format!(
                "expired: it waited for {} hours before it could go out, and so late nothing goes out by itself",
                waited.as_hours()
            )),
            Self::WithPeople => {
                Judgement::Closed("people at the platform have the conversation".to_owned())
            }
            Self::UntilTheyWrite(why) => Judgement::Closed(why),
        }
    }
}

impl Platform {
    /// Why it may not go out to a customer now; nothing when it may.
    pub(super) fn closed(
        &self,
        ready: &Ready,
        waited: SignedDuration,
        now: Timestamp,
    ) -> Option<Shut> {
        if ready.to.hands_over {
            return None;
        }
        let to = ready.row.recipient.as_ref()?;
        let there = ready.row.there.as_ref();
        let there = there.filter(|_| ready.row.owner == Owner::Platform);
        if there.is_some_and(|there| ready.to.message.seq > there.after) {
            match ready.says {
                Says::Bot => return Some(Shut::TooLate),
                Says::Desk if ready.row.is_with_people_there() => return Some(Shut::WithPeople),
                Says::Person => return None,
                // They called it done: news comes between nobody's words.
                Says::Desk => {}
            }
        }
        // What is held waits for its customer, however long.
        if ready.to.held.is_none() && waited > EXPIRES {
            return Some(Shut::Expired(waited));
        }
        if to.door.as_ref().is_some_and(|door| door.is_open(now)) {
            return None;
        }
        let by_person = ready.says == Says::Person;
        let why = is_shut(to, by_person, now)?;
        Some(Shut::UntilTheyWrite(in_words(why)))
    }
}

fn in_words(why: channels::Shut) -> String {
    match why {
        channels::Shut::UsedUp(most) => format!(
            "the platform takes {most} answers to a message of the customer, and they are used up"
        ),
        channels::Shut::Late => "the customer has not written for too long".to_owned(),
    }
}

impl Progress {
    /// What comes too late was not given up for want of trying: no operator has to look at it.
    pub(super) fn too_late(self, is_too_late: bool) -> Self {
        match self {
            Self::GivenUp(id) if is_too_late => Self::TooLate(id),
            other => other,
        }
    }
}
