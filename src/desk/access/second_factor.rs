//! Agents give themselves a second factor in the inbox, and take it away: never without a code that proves that their phone has the secret.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::clock::totp_secret;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::ids::AgentId;
use crate::domain::rights::Rights;
use crate::domain::tally::{Tally, TallyKey};
use crate::domain::totp::Totp;
use crate::store::Commit;

/// For so long a secret that was shown can be confirmed.
const OFFERED_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Secrets that were shown and that no phone has confirmed yet.
#[derive(Debug, Default)]
pub(in crate::desk) struct Offered(Mutex<HashMap<AgentId, (Totp, Timestamp)>>);

impl Offered {
    fn all(&self) -> MutexGuard<'_, HashMap<AgentId, (Totp, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, agent: &AgentId, now: Timestamp) -> Option<Totp> {
        let mut all = self.all();
        all.retain(|_, (_, at)| now.duration_since(*at) <= OFFERED_FOR);
        all.get(agent).map(|(totp, _)| totp.clone())
    }
}

impl Desk {
    /// A new secret for an agent's phone, as people type it and as an address. Nothing asks for it until it is confirmed.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] when the agent has a second factor already.
    pub fn offer_second_factor(&self, agent: &Agent) -> Result<(String, String), DeskError> {
        if agent.rights.totp.is_some() {
            let why = "there is a second factor already: turn it off first";
            return Err(DeskError::Invalid(why.to_owned()));
        }
        let totp = Totp::new(totp_secret());
        let shown = totp.shown(&agent.id);
        let offered = (totp, self.clock.now());
        self.second_factors.all().insert(agent.id.clone(), offered);
        Ok(shown)
    }

    /// The agent's phone has the secret: from now on its code is asked for beside the password. All their log-ins end.
    ///
    /// # Errors
    /// [`DeskError::WrongCode`] when it is not the code of what was shown a while ago; [`DeskError::LockedOut`] after too many of them.
    pub async fn confirm_second_factor(
        &self,
        agent: &Agent,
        code: &str,
        from: &str,
    ) -> Result<(), DeskError> {
        let offered = self.second_factors.of(&agent.id, self.clock.now());
        let totp = offered.ok_or(DeskError::WrongCode)?;
        self.set_second_factor(agent, (&totp, code), true, from)
            .await?;
        self.second_factors.all().remove(&agent.id);
        Ok(())
    }

    /// Asks for no code any more. All the agent's log-ins end.
    ///
    /// # Errors
    /// As [`Self::confirm_second_factor`]; [`DeskError::Invalid`] when they have no second factor.
    pub async fn end_second_factor(
        &self,
        agent: &Agent,
        code: &str,
        from: &str,
    ) -> Result<(), DeskError> {
        let totp = agent.rights.totp.clone();
        let totp = totp.ok_or_else(|| {
            DeskError::Invalid("there is no second factor to be turned off".to_owned())
        })?;
        self.set_second_factor(agent, (&totp, code), false, from)
            .await
    }

    async fn set_second_factor(
        &self,
        agent: &Agent,
        (totp, code): (&Totp, &str),
        on: bool,
        from: &str,
    ) -> Result<(), DeskError> {
        let keys = Self::guesses(&agent.id, from);
        let _turns = self.guesses_of(&agent.id, from).await;
        self.refuse_locked_out(&keys).await?;
        let key = TallyKey::Code(agent.id.clone());
        let last = self.store.tally(&key).await?.map(|last| last.since);
        let Some(since) = totp.opens(code, last, self.clock.now()) else {
            self.count_wrong(&agent.id, from, keys).await?;
            return Err(DeskError::WrongCode);
        };
        let agent = self.store.agent(&agent.id).await?;
        let agent = agent.ok_or(DeskError::Unauthorized)?;
        let agent = Agent {
            rights: Rights {
                totp: on.then(|| totp.clone()),
                ..agent.rights.renewed()
            },
            ..agent
        };
        let what = Audited::second_factor(on);
        let entry = self.entry(&agent.id, what, None, Some(from));
        // The code was used: it opens nothing once more.
        let spent = Tally {
            key,
            count: 1,
            since,
        };
        let commit = Commit::new().agent(agent).tally(spent).audit(entry);
        self.commit(commit).await
    }
}
