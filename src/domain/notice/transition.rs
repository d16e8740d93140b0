//! How a notice moves: the desk proposes, a person confirms or dismisses, a person ends it. A move that is not allowed is an error.

use jiff::Timestamp;

use super::{Notice, NoticeState};
use crate::domain::redact::redact;
use crate::domain::wording::Texts;

/// No text is longer, in characters.
const TEXT: usize = 500;

/// What becomes of a notice.
#[derive(Clone, Debug, PartialEq)]
pub enum NoticeMove {
    /// A proposal is right: customers are told.
    Confirm {
        /// Since when, where it is better known than by the desk.
        since: Option<Timestamp>,
        /// What customers read.
        texts: Texts,
    },
    /// It is over; a proposal that nobody confirmed was none.
    End {
        /// What customers read who had asked.
        texts: Texts,
    },
}

/// Why a notice cannot be so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNotice {
    /// It names neither a matter nor a cause.
    #[error("a notice is about at least one of `intents` and `causes`")]
    AboutNothing,
    /// It names too much.
    #[error("a notice names at most {0} methods, intents and causes each")]
    TooMany(usize),
    /// A payment method that cannot be one.
    #[error("a payment method has 1 to {0} characters, all of them to be seen")]
    Method(usize),
    /// A text that cannot be shown.
    #[error("a text has 1 to {TEXT} characters, all of them to be seen")]
    Text,
    /// It begins later than now.
    #[error("`since` is in the future: a notice tells of what has begun")]
    Future,
    /// It does not stand where this can be done.
    #[error("cannot {attempt}: the notice is {state}")]
    Refused {
        /// What was tried, as a verb.
        attempt: &'static str,
        /// Where it stands.
        state: &'static str,
    },
}

impl NoticeMove {
    /// Whether the notice stands already where this leads to.
    #[must_use]
    pub const fn holds(&self, notice: &Notice) -> bool {
        match self {
            Self::Confirm { .. } => matches!(notice.state, NoticeState::Open),
            Self::End { .. } => notice.is_over(),
        }
    }
}

impl Notice {
    /// Moves it.
    ///
    /// # Errors
    /// When it does not stand where this can be done, or what is said with it cannot be.
    pub fn moved(self, to: NoticeMove, now: Timestamp) -> Result<Self, InvalidNotice> {
        match to {
            NoticeMove::Confirm { since, texts } => self.confirm(since, texts, now),
            NoticeMove::End { texts } => self.end(texts, now),
        }
    }

    fn confirm(
        self,
        since: Option<Timestamp>,
        texts: Texts,
        now: Timestamp,
    ) -> Result<Self, InvalidNotice> {
        if !self.is_proposed() {
            return Err(self.refuse("confirm"));
        }
        let confirmed = self.with_words(since, texts, now)?;
        Ok(confirmed.at(NoticeState::Open, now))
    }

    fn end(mut self, texts: Texts, now: Timestamp) -> Result<Self, InvalidNotice> {
        match self.state {
            NoticeState::Open => {
                self.end_texts = checked(texts)?;
                Ok(self.at(NoticeState::Ended, now))
            }
            NoticeState::Proposed { .. } => Ok(self.at(NoticeState::Dismissed, now)),
            NoticeState::Ended | NoticeState::Dismissed => Err(self.refuse("end")),
        }
    }

    /// Nothing is left to be done about it.
    ///
    /// # Errors
    /// While it is not over, or merchants' programs have not been told.
    pub fn settle(mut self) -> Result<Self, InvalidNotice> {
        if !self.is_over() || !self.announced {
            return Err(self.refuse("settle"));
        }
        self.settled = true;
        Ok(self)
    }

    /// The notice with what a person says of it.
    pub(super) fn with_words(
        mut self,
        since: Option<Timestamp>,
        texts: Texts,
        now: Timestamp,
    ) -> Result<Self, InvalidNotice> {
        if since.is_some_and(|since| since > now) {
            return Err(InvalidNotice::Future);
        }
        self.since = since.unwrap_or(self.since);
        self.texts = checked(texts)?;
        Ok(self)
    }

    fn at(self, state: NoticeState, now: Timestamp) -> Self {
        Self {
            state,
            updated_at: now,
            announced: false,
            ..self
        }
    }

    const fn refuse(&self, attempt: &'static str) -> InvalidNotice {
        InvalidNotice::Refused {
            attempt,
            state: self.state.name(),
        }
    }
}

/// Texts that can be shown, without secrets.
fn checked(texts: Texts) -> Result<Texts, InvalidNotice> {
    let fits = |text: &str| {
        let length = text.trim().chars().count();
        (1..=TEXT).contains(&length) && !text.contains(hides)
    };
    if !texts.values().all(|text| fits(text)) {
        return Err(InvalidNotice::Text);
    }
    let shown = |text: String| redact(text.trim()).text;
    let texts = texts.into_iter();
    Ok(texts
        .map(|(language, text)| (language, shown(text)))
        .collect())
}

/// What is not to be seen, or turns the direction of what is.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
