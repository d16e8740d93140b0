//! Answers that agents have ready: those of the rules, and their own.

use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::canned::{Canned, CannedName, OwnCanned};
use crate::domain::redact::redact;
use crate::domain::rights::AgentRole;
use crate::domain::wording::Texts;
use crate::store::Commit;

/// So many are kept for the agents of one merchant.
const MOST: usize = 500;
/// What only leads do with answers of others.
const OTHERS_ANSWER: &str = "change an answer that a colleague wrote";

impl Desk {
    /// The answers that agents wrote and that this one may use: those of their merchant and those for everybody; all of them for an
    /// agent who sees all merchants.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn own_canned(&self, agent: &Agent) -> Result<Vec<OwnCanned>, DeskError> {
        let Some(merchant) = &agent.merchant else {
            return Ok(self.store.all_canned().await?);
        };
        let mut all = self.store.canned(None).await?;
        all.extend(self.store.canned(Some(merchant)).await?);
        Ok(all)
    }

    /// Whether an agent may change an answer: whoever wrote it and leads may, for those whom it is for.
    #[must_use]
    pub fn may_change(agent: &Agent, own: &OwnCanned) -> bool {
        own.merchant == agent.merchant
            && (own.by == agent.id || agent.rights.role >= AgentRole::Lead)
    }

    /// Keeps an answer for whoever sees the same merchants as the agent, in the place of the one that was called so.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for one that cannot be kept; [`DeskError::OnlyLeads`] for one that a colleague wrote.
    pub async fn keep_canned(
        &self,
        agent: &Agent,
        name: CannedName,
        keys: Vec<String>,
        texts: Texts,
    ) -> Result<OwnCanned, DeskError> {
        let most = self.options.text_chars;
        if texts.values().any(|text| text.chars().count() > most) {
            let why = format!("an answer has at most {most} characters");
            return Err(DeskError::Invalid(why));
        }
        let masked = |(language, text): (_, String)| (language, redact(&text).text);
        let own = OwnCanned {
            name,
            merchant: agent.merchant.clone(),
            by: agent.id.clone(),
            at: self.clock.now(),
            keys,
            texts: texts.into_iter().map(masked).collect(),
        };
        own.check()
            .map_err(|error| DeskError::Invalid(error.to_string()))?;
        let is_own = |of_rules: &Canned| of_rules.name == own.name.as_str();
        if self.rules().canned.iter().any(is_own) {
            let why = "an answer of the rules is called so: choose another name";
            return Err(DeskError::Invalid(why.to_owned()));
        }
        let _lane = self.canned.lock().await;
        let there = self.store.canned(agent.merchant.as_ref()).await?;
        let before = there.iter().find(|one| one.name == own.name);
        match before {
            Some(before) if !Self::may_change(agent, before) => {
                return Err(DeskError::OnlyLeads(OTHERS_ANSWER));
            }
            None if there.len() >= MOST => {
                let why = format!("there are {MOST} answers: delete some first");
                return Err(DeskError::Invalid(why));
            }
            _ => {}
        }
        self.commit(Commit::new().canned(own.clone())).await?;
        Ok(own)
    }

    /// Takes out an answer that an agent wrote.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none; [`DeskError::OnlyLeads`] for one that a colleague wrote.
    pub async fn remove_canned(&self, agent: &Agent, name: &CannedName) -> Result<(), DeskError> {
        let _lane = self.canned.lock().await;
        let there = self.store.canned(agent.merchant.as_ref()).await?;
        let own = there.iter().find(|one| one.name == *name);
        let own = own.ok_or(DeskError::NotFound)?;
        if !Self::may_change(agent, own) {
            return Err(DeskError::OnlyLeads(OTHERS_ANSWER));
        }
        let commit = Commit::new().remove_canned(agent.merchant.clone(), name.clone());
        self.commit(commit).await
    }
}
