//! How agents come in with a password, stay in, and leave.
//!
//! A log-in is refused in the same words and after the same work whether there is such an agent or not. Wrong passwords are counted
//! per name and per network, and after some of them nothing is looked at for a while.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::accounts;
use crate::clock::{token, token_hash};
use crate::desk::lanes::Turn;
use crate::desk::queue::availability::may_answer;
use crate::desk::{Desk, DeskError, counted};
use crate::domain::account::{Agent, LogIn, TokenHash};
use crate::domain::audit::Audited;
use crate::domain::ids::AgentId;
use crate::domain::password::PasswordHash;
use crate::domain::tally::{Tally, TallyKey};
use crate::store::Commit;

/// The token of a log-in begins with this.
const LOG_IN: &str = "fdl_";
/// A log-in ends after so long, whatever happens; `touches` knows when it ends because nothing happens.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// So many passwords are tried at once: each takes 19 MiB.
pub(in crate::desk) const AT_ONCE: usize = 2;

/// By what an agent is known.
#[derive(Clone, Debug)]
pub enum Pass {
    /// A program's token.
    Token(SecretString),
    /// A browser's log-in.
    LogIn(SecretString),
}

/// A log-in that has just begun.
#[derive(Debug)]
pub struct LoggedIn {
    /// What the browser shows from now on. It is not kept anywhere else.
    pub token: SecretString,
    /// Who.
    pub agent: Agent,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

impl Pass {
    /// The browser's log-in, if it is one.
    #[must_use]
    pub fn log_in(&self) -> Option<TokenHash> {
        match self {
            Self::Token(_) => None,
            Self::LogIn(token) => Some(token_hash(token)),
        }
    }
}

impl Desk {
    /// Lets an agent in by password. `from` is the network that they come from.
    ///
    /// # Errors
    /// [`DeskError::WrongPassword`], or [`DeskError::LockedOut`] after too many of them; [`DeskError::CodeNeeded`] or
    /// [`DeskError::WrongCode`] of an agent with a second factor. Wrong codes count like wrong passwords.
    pub async fn log_in(
        &self,
        id: &AgentId,
        password: SecretString,
        code: Option<&str>,
        from: &str,
    ) -> Result<LoggedIn, DeskError> {
        let keys = Self::guesses(id, from);
        let _turns = self.guesses_of(id, from).await;
        self.refuse_locked_out(&keys).await?;
        let agent = self.store.agent(id).await?.filter(|agent| !agent.disabled);
        let hash = agent
            .as_ref()
            .and_then(|agent| agent.rights.password.clone());
        let hash = hash.unwrap_or_else(PasswordHash::of_nobody);
        let fits = self.tried(hash, password).await?;
        let Some(agent) = agent.filter(|_| fits) else {
            return Err(self.count_wrong(id, from, keys).await?);
        };
        let Some(totp) = &agent.rights.totp else {
            return self.begin(agent, None, from).await;
        };
        let code = code.ok_or(DeskError::CodeNeeded)?;
        let key = TallyKey::Code(id.clone());
        let last = self.store.tally(&key).await?.map(|last| last.since);
        let Some(since) = totp.opens(code, last, self.clock.now()) else {
            self.count_wrong(id, from, keys).await?;
            return Err(DeskError::WrongCode);
        };
        let spent = Tally {
            key,
            count: 1,
            since,
        };
        self.begin(agent, Some(spent), from).await
    }

    /// Where guesses at a name, and from a network, are counted.
    pub(in crate::desk) fn guesses(id: &AgentId, from: &str) -> [TallyKey; 2] {
        [
            TallyKey::LogIn(id.clone()),
            TallyKey::LogInFrom(from.to_owned()),
        ]
    }

    /// Guesses at one name, and from one network, wait for each other, so that each is counted.
    pub(in crate::desk) async fn guesses_of(&self, id: &AgentId, from: &str) -> Vec<Turn<'_>> {
        let names = [format!("log-in/{id}"), format!("log-in-from/{from}")];
        self.proofs.enter_all(names.into_iter()).await
    }

    pub(in crate::desk) async fn refuse_locked_out(
        &self,
        keys: &[TallyKey],
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        for key in keys {
            let tally = self.store.tally(key).await?;
            if let Some(tally) = tally.filter(|tally| tally.is_spent(now)) {
                return Err(DeskError::LockedOut(tally.lasts(now)));
            }
        }
        Ok(())
    }

    /// Whether a password fits, found out beside the other work and a few at a time.
    async fn tried(&self, hash: PasswordHash, password: SecretString) -> Result<bool, DeskError> {
        let stopped = |_| DeskError::Busy;
        let _permit = self
            .passwords
            .acquire()
            .await
            .map_err(|_| DeskError::Busy)?;
        let tried = tokio::task::spawn_blocking(move || hash.fits(&password));
        tried.await.map_err(stopped)
    }

    async fn begin(
        &self,
        agent: Agent,
        code: Option<Tally>,
        from: &str,
    ) -> Result<LoggedIn, DeskError> {
        let (now, token) = (self.clock.now(), token(LOG_IN));
        let expires_at = now + LONGEST;
        let log_in = LogIn {
            token: token_hash(&token),
            agent: agent.id.clone(),
            epoch: agent.rights.epoch,
            seen_at: now,
            expires_at,
        };
        let forgotten = Tally {
            key: TallyKey::LogIn(agent.id.clone()),
            count: 0,
            since: now,
        };
        let entry = self.entry(&agent.id, Audited::LoggedIn, None, Some(from));
        let mut commit = Commit::new().log_in(log_in).tally(forgotten).audit(entry);
        if let Some(code) = code {
            commit = commit.tally(code);
        }
        self.commit(commit).await?;
        Ok(LoggedIn {
            token,
            agent,
            expires_at,
        })
    }

    /// Counts a wrong password, and gives the refusal.
    pub(in crate::desk) async fn count_wrong(
        &self,
        id: &AgentId,
        from: &str,
        keys: [TallyKey; 2],
    ) -> Result<DeskError, DeskError> {
        let now = self.clock.now();
        let entry = self.entry(id, Audited::LogInRefused, None, Some(from));
        let mut commit = Commit::new().audit(entry);
        for key in keys {
            let before = self.store.tally(&key).await?;
            commit = commit.tally(Tally::add(before, key, now));
        }
        self.commit(commit).await?;
        counted::refused_log_ins().increment(1);
        Ok(DeskError::WrongPassword)
    }

    /// The agent with this pass.
    ///
    /// # Errors
    /// [`DeskError::Unauthorized`] when it is unknown, has ended, or the agent may not work any more.
    pub async fn agent_with(&self, pass: &Pass) -> Result<Agent, DeskError> {
        match pass {
            Pass::Token(token) => self.agent(token).await,
            Pass::LogIn(token) => Ok(self.logged_in(token).await?.0),
        }
    }

    /// As [`Self::agent_with`], for a request that says how long ago a person did something, if it says so: by that a log-in goes on, and not by
    /// what a page asks while nobody sits before it.
    ///
    /// # Errors
    /// As there.
    pub async fn active_agent(
        &self,
        pass: &Pass,
        touched: Option<SignedDuration>,
    ) -> Result<Agent, DeskError> {
        let Pass::LogIn(token) = pass else {
            return self.agent_with(pass).await;
        };
        let (agent, log_in) = self.logged_in(token).await?;
        let now = self.clock.now();
        let touched = touched.and_then(|ago| now.checked_sub(ago).ok());
        if let Some(seen_at) = touched.filter(|at| self.touches.touch(&log_in, *at, now)) {
            let seen = LogIn { seen_at, ..log_in };
            self.commit(Commit::new().touch_log_in(seen)).await?;
        }
        Ok(agent)
    }

    async fn logged_in(&self, token: &SecretString) -> Result<(Agent, LogIn), DeskError> {
        let found = self.store.log_in(&token_hash(token)).await?;
        let log_in = found.ok_or(DeskError::Unauthorized)?;
        if self.touches.has_ended(&log_in, self.clock.now()) {
            return Err(DeskError::Unauthorized);
        }
        let agent = self.store.agent(&log_in.agent).await?;
        let counts = |agent: &Agent| !agent.disabled && agent.rights.epoch == log_in.epoch;
        let agent = agent.filter(counts).ok_or(DeskError::Unauthorized)?;
        self.heard_of(&agent, Some(log_in.token));
        Ok((agent, log_in))
    }

    /// Ends a log-in, or all of the agent's. With the last one the agent has gone; as long as there is another, they work there.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn log_out(
        &self,
        agent: &Agent,
        pass: &Pass,
        everywhere: bool,
    ) -> Result<(), DeskError> {
        let mut commit = Commit::new();
        if let Pass::LogIn(token) = pass {
            commit = commit.end_log_in(token_hash(token));
        }
        let what = if everywhere {
            let mut agent = agent.clone();
            agent.rights = agent.rights.renewed();
            commit = commit.agent(agent);
            Audited::LoggedOutEverywhere
        } else {
            Audited::LoggedOut
        };
        let entry = self.entry(&agent.id, what, None, None);
        self.commit(commit.audit(entry)).await?;
        if let Some(log_in) = pass.log_in() {
            self.touches.forget(&log_in);
            self.roster.leaves(&agent.id, log_in);
            self.go_after_the_last(agent, everywhere).await;
        }
        Ok(())
    }

    /// Whoever has left their last browser is not there. They are out in any case: what cannot be handed back now is when it is looked at next.
    async fn go_after_the_last(&self, agent: &Agent, everywhere: bool) {
        let now = self.clock.now();
        let counts = |log_in: &LogIn| {
            log_in.epoch == agent.rights.epoch && !self.touches.has_ended(log_in, now)
        };
        let gone = async {
            let is_elsewhere =
                !everywhere && self.store.log_ins_of(&agent.id).await?.iter().any(counts);
            match is_elsewhere || !may_answer(agent) {
                true => Ok(()),
                false => self.has_gone(agent).await,
            }
        };
        if let Err(error) = gone.await {
            tracing::error!(%error, agent = %agent.id, "what an agent had could not be handed back");
        }
    }

    /// Puts another password in the place of the agent's own. All their log-ins end.
    ///
    /// # Errors
    /// [`DeskError::WrongPassword`] when the old one does not fit; [`DeskError::Invalid`] when the new one is none.
    pub async fn change_password(
        &self,
        agent: &Agent,
        old: SecretString,
        new: SecretString,
        from: &str,
    ) -> Result<(), DeskError> {
        let keys = Self::guesses(&agent.id, from);
        let _turns = self.guesses_of(&agent.id, from).await;
        self.refuse_locked_out(&keys).await?;
        let hash = agent.rights.password.clone();
        let hash = hash.unwrap_or_else(PasswordHash::of_nobody);
        if !self.tried(hash, old).await? {
            return Err(self.count_wrong(&agent.id, from, keys).await?);
        }
        let chosen = tokio::task::spawn_blocking(move || accounts::hashed(&new));
        let chosen = chosen.await.map_err(|_| DeskError::Busy)??;
        let changed = accounts::with_password((&self.store).into(), &agent.id, chosen).await?;
        let entry = self.entry(&agent.id, Audited::PasswordChanged, None, None);
        self.commit(Commit::new().agent(changed).audit(entry)).await
    }
}
