//! Who has access, as it is kept in the store, and what the audit log says of what the operator changes and looks at at the command line.

use jiff::Timestamp;

use crate::desk::DeskError;
use crate::domain::account::Agent;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::ids::AgentId;
use crate::store::{Commit, Store};

/// Under this name the operator stands in the audit log, and so does where they work: an agent may be called the same.
const OPERATOR: &str = "operator";
const COMMAND_LINE: &str = "command line";

/// Where accounts are kept, and what is written down beside a change of one.
#[derive(Clone, Copy, Debug)]
pub struct Roll<'a> {
    pub(in crate::desk) store: &'a Store,
    /// When the operator changes something at the command line; none where whoever does so writes down what they do themselves.
    by_operator: Option<Timestamp>,
}

impl<'a> From<&'a Store> for Roll<'a> {
    fn from(store: &'a Store) -> Self {
        Self {
            store,
            by_operator: None,
        }
    }
}

impl<'a> Roll<'a> {
    /// For the operator at the command line: each change stands in the audit log.
    #[must_use]
    pub const fn for_operator(store: &'a Store, now: Timestamp) -> Self {
        Self {
            store,
            by_operator: Some(now),
        }
    }

    /// Makes a change, and writes it down in the same commit.
    pub(in crate::desk) async fn write(
        self,
        change: Commit,
        what: Audited,
        about: String,
    ) -> Result<(), DeskError> {
        self.note(change, what, Some(about)).await
    }

    /// Writes down what the operator is about to see or to take along.
    ///
    /// # Errors
    /// When the store cannot write: then nothing is to be shown.
    pub async fn looked(self, what: Audited, about: Option<String>) -> Result<(), DeskError> {
        self.note(Commit::new(), what, about).await
    }

    async fn note(
        self,
        change: Commit,
        what: Audited,
        about: Option<String>,
    ) -> Result<(), DeskError> {
        let Some(at) = self.by_operator else {
            return Ok(self.store.commit(change).await?);
        };
        let entry = AuditEntry {
            at,
            agent: named(OPERATOR)?,
            what,
            about,
            from: Some(COMMAND_LINE.to_owned()),
        };
        Ok(self.store.commit(change.audit(entry)).await?)
    }

    pub(in crate::desk) async fn write_agent(
        self,
        agent: &Agent,
        what: Audited,
    ) -> Result<(), DeskError> {
        let change = Commit::new().agent(agent.clone());
        self.write(change, what, agent.id.to_string()).await
    }

    pub(in crate::desk) async fn known(self, id: &AgentId) -> Result<Agent, DeskError> {
        let agent = self.store.agent(id).await?;
        agent.ok_or_else(|| DeskError::Invalid(format!("there is no agent `{id}`")))
    }
}

/// A name of our own as an agent's.
pub(in crate::desk) fn named(id: &str) -> Result<AgentId, DeskError> {
    AgentId::parse(id).map_err(|error| DeskError::Invalid(error.to_string()))
}
