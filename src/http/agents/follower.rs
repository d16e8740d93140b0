//! An agent's stream of one conversation.

use serde::Serialize;

use super::transcript::names_in;
use crate::desk::Pass;
use crate::domain::account::Agent;
use crate::domain::conversation::{Event, Seq};
use crate::domain::ids::ConversationId;
use crate::domain::transcript::AgentEvent;
use crate::http::App;
use crate::http::error::Result;
use crate::http::stream::{self, Seen, Source};
use crate::live::Wakes;

/// A page or a look has so many events unless somebody asks for another number.
pub(in crate::http) const EVENTS: usize = 200;

/// The events as agents see them.
pub(in crate::http) async fn seen(app: &App, events: &[Event]) -> Result<Vec<AgentEvent>> {
    let names = names_in(app, events).await?;
    Ok(events
        .iter()
        .map(|event| AgentEvent::of(event, &names))
        .collect())
}

/// The conversation that the events after this belong to; none where what the reader has seen is no more.
#[derive(Serialize)]
pub(in crate::http) struct Following<'a> {
    pub(in crate::http) id: Option<&'a ConversationId>,
}

impl Following<'_> {
    /// What a reader is told who has seen more than there is: a backup was put back, and the numbers begin anew.
    pub(in crate::http) fn none() -> String {
        stream::frame("conversation", None, &Following { id: None })
    }
}

/// An agent's stream of one conversation.
pub(in crate::http) struct Follower {
    pub(in crate::http) app: App,
    pub(in crate::http) pass: Pass,
    pub(in crate::http) id: ConversationId,
    pub(in crate::http) after: Seq,
    pub(in crate::http) wakes: Option<Wakes>,
}

impl Source for Follower {
    const NAME: &'static str = "agent";

    async fn look(&mut self) -> Result<Seen> {
        let agent = self.app.desk.agent_with(&self.pass).await?;
        let joins = self.wakes.is_none();
        if joins {
            self.wakes = Some(self.app.desk.live().subscribe(&self.id));
        }
        let events = self
            .app
            .desk
            .events(&agent, &self.id, self.after, EVENTS)
            .await?;
        if joins && events.is_empty() && self.is_beyond(&agent).await? {
            self.after = Seq::default();
            return Ok(Seen {
                frames: Following::none(),
                more: true,
            });
        }
        if let Some(last) = events.last() {
            self.after = last.seq;
        }
        let seen = seen(&self.app, &events).await?;
        let frames = seen
            .iter()
            .map(|event| stream::frame("event", Some(event.seq), event))
            .collect();
        Ok(Seen {
            frames,
            more: events.len() == EVENTS,
        })
    }

    fn wakes(&mut self) -> Option<&mut Wakes> {
        self.wakes.as_mut()
    }
}

impl Follower {
    /// Whether the reader has seen a number that the log does not have.
    async fn is_beyond(&self, agent: &Agent) -> Result<bool> {
        let Some(before) = self.after.0.checked_sub(1) else {
            return Ok(false);
        };
        let desk = &self.app.desk;
        let last = desk.events(agent, &self.id, Seq(before), 1).await?;
        Ok(last.is_empty())
    }
}
