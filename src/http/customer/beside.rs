//! What a visitor's stream tells beside the log: how their wait for a person stands, and that somebody is writing. State, not events:
//! it has no number, whoever comes back is told how it is now.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::ids::{ConversationId, MerchantId};
use crate::domain::transcript::CustomerEvent;
use crate::domain::waiting::{Presence, Waiting};
use crate::http::error::Result;
use crate::http::{App, stream};
use crate::live::Wakes;

/// How a customer's wait for a person stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WaitingView {
    /// How many are before them; none where the line is longer than is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead: Option<usize>,
    /// In about how many minutes; none where there is no ground for a figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    /// Whether anybody is there: `here`, `away` (in working hours) or `closed`.
    #[schema(example = "here")]
    people: &'static str,
    /// From when somebody is there (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    back_at: Option<Timestamp>,
    /// Whether `POST /v1/waiting/leave` gives the matter back to the bot.
    may_leave: bool,
    /// The address that they left, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Whether what people say to them when they have gone is sent to the address that they leave.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_letter: bool,
}

/// Whether anybody is there for a site's customers.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PeopleView {
    /// `here`, `away` (in working hours) or `closed`.
    #[schema(example = "here")]
    people: &'static str,
    /// From when somebody is there (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    back_at: Option<Timestamp>,
}

impl From<(Presence, Option<Timestamp>)> for PeopleView {
    fn from((presence, back_at): (Presence, Option<Timestamp>)) -> Self {
        Self {
            people: presence.name(),
            back_at,
        }
    }
}

impl From<Waiting> for WaitingView {
    fn from(waiting: Waiting) -> Self {
        Self {
            ahead: waiting.ahead,
            minutes: waiting.minutes,
            people: waiting.presence.name(),
            back_at: waiting.back_at,
            may_leave: waiting.may_leave,
            email: waiting.email,
            by_letter: waiting.by_letter,
        }
    }
}

/// Somebody is writing.
#[derive(Serialize)]
struct TypingFrame {
    /// The name that customers see.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// For how long it is shown, in milliseconds.
    for_ms: i64,
}

/// What has been told on one stream.
#[derive(Default)]
pub struct Beside {
    waiting: Option<WaitingView>,
    line: Option<MerchantId>,
    typing: Option<Timestamp>,
}

impl Beside {
    /// The frames that say what is not so any more as it was told last. `wakes` rings for the customer's line while they wait.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn look(
        &mut self,
        app: &App,
        id: &ConversationId,
        wakes: Option<&mut Wakes>,
        is_new: bool,
        seen: &[CustomerEvent],
    ) -> Result<String> {
        let mut frames = String::new();
        if is_new || self.waiting.is_some() || seen.iter().any(CustomerEvent::changes_owner) {
            frames += &self.look_at_line(app, id, wakes).await?;
        }
        frames += &self.look_who_types(app, id).await?;
        Ok(frames)
    }

    async fn look_at_line(
        &mut self,
        app: &App,
        id: &ConversationId,
        wakes: Option<&mut Wakes>,
    ) -> Result<String> {
        let mut now = app.desk.waiting(id).await?;
        let line = now.as_ref().map(|(merchant, _)| merchant.clone());
        if line != self.line
            && let Some(wakes) = wakes
        {
            let live = app.desk.live();
            wakes.also(line.as_ref().map(|merchant| live.subscribe_line(merchant)));
            // What happened before it was listened to is seen by looking once more.
            now = app.desk.waiting(id).await?;
            self.line = line;
        }
        let now = now.map(|(_, waiting)| WaitingView::from(waiting));
        if now == self.waiting {
            return Ok(String::new());
        }
        self.waiting.clone_from(&now);
        Ok(stream::frame("waiting", None, &now))
    }

    async fn look_who_types(&mut self, app: &App, id: &ConversationId) -> Result<String> {
        let Some(typing) = app.desk.typing(id) else {
            return Ok(String::new());
        };
        if self.typing.replace(typing.until) == Some(typing.until) {
            return Ok(String::new());
        }
        let left = typing.until.duration_since(app.desk.clock().now());
        let told = TypingFrame {
            name: app.desk.agent_name(&typing.agent).await?,
            for_ms: i64::try_from(left.as_millis()).unwrap_or_default(),
        };
        Ok(stream::frame("typing", None, &told))
    }
}
