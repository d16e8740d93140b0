//! What an attempt at an endpoint comes to, for the event and for the endpoint.
//!
//! Both are written in one commit: the event with its next attempt, or that it has arrived or was given up; and whether the endpoint is
//! left alone for a while, or for good. Whoever is disabled is told of at the merchant's other endpoints in the same commit.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::receiver::Endpoint;
use super::{Progress, Sender};
use crate::clock;
use crate::domain::webhook::{
    Delivery, DeliveryState, Disabled, EndpointChange, EndpointRecord, Outcome, after_attempt,
    endpoint_disabled,
};
use crate::store::{Commit, CommitError, StoreError};

impl Endpoint {
    /// What is kept of an address to which nothing is sent.
    fn fingerprint(&self) -> String {
        let hash = Sha256::digest(self.url.as_str().as_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Nothing more is sent to its address, and whoever else wants to know is told.
    fn disable(
        &self,
        mut commit: Commit,
        delivery: &Delivery,
        why: String,
        now: Timestamp,
    ) -> Commit {
        tracing::error!(endpoint = %self.id, why, "delivery.endpoint_disabled");
        let told = endpoint_disabled(&delivery.merchant, &self.id, &why, now);
        let name = clock::event_name();
        for other in &self.others {
            let wants = told
                .as_ref()
                .filter(|told| other.wants(&delivery.merchant, told.kind));
            if let Some(told) = wants {
                commit = commit.send(Delivery::new(other, name.clone(), told, now));
            }
        }
        let change = EndpointChange::Disabled {
            address: self.fingerprint(),
            disabled: Disabled { at: now, why },
        };
        commit.endpoint(self.id.clone(), change)
    }
}

impl Sender {
    /// What is known of the endpoint at the address that it has now: one that has moved begins anew.
    pub(super) async fn known_here(
        &self,
        endpoint: &Endpoint,
    ) -> Result<EndpointRecord, StoreError> {
        let known = self.store.endpoint(&endpoint.id).await?;
        let here = endpoint.fingerprint();
        if known.address.as_ref() == Some(&here) {
            return Ok(known);
        }
        let change = EndpointChange::At(here);
        let commit = Commit::new().endpoint(endpoint.id.clone(), change.clone());
        match self.store.commit(commit).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(known.after(change)),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// Until when an endpoint is left alone, whatever waits for it; none for good. What the operator watches says the same, from the
    /// first look on: it follows what is written down and not what an attempt came to, of which a desk that starts again knows nothing.
    pub(super) async fn quiet_until(
        &self,
        endpoint: &Endpoint,
    ) -> Result<Option<Timestamp>, StoreError> {
        let known = self.known_here(endpoint).await?;
        let is_gone = known.gone == Some(endpoint.fingerprint());
        metrics::gauge!("frontdesk_endpoint_gone", "endpoint" => endpoint.id.to_string())
            .set(f64::from(u8::from(is_gone)));
        if is_gone {
            return Ok(None);
        }
        let until = known.failing.map(|failing| failing.until);
        Ok(Some(until.unwrap_or(Timestamp::MIN)))
    }

    /// Writes down what an attempt came to.
    pub(super) async fn settle(
        &self,
        endpoint: &Endpoint,
        delivery: Delivery,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        // The attempt itself took its time: whoever asks for patience asks from now on.
        let ended = self.clock.now().max(now);
        let (commit, progress) = match outcome {
            Outcome::Delivered => {
                let id = delivery.id.clone();
                let commit = Commit::new()
                    .endpoint(endpoint.id.clone(), EndpointChange::Took(ended))
                    .delivery(delivery.arrived(ended));
                (commit, Progress::Delivered(id))
            }
            Outcome::Gone => {
                let why = "it answered 410".to_owned();
                let commit = endpoint.disable(Commit::new(), &delivery, why.clone(), ended);
                (
                    commit.delivery(delivery.refused_for_good(why, ended)),
                    Progress::Gone,
                )
            }
            Outcome::Failed(why, patience) => {
                let change = EndpointChange::Down(ended, patience, clock::random());
                let after = (after_failure(delivery, &why, patience, ended), change);
                self.failed(endpoint, after, why, ended).await?
            }
            Outcome::Refused(why) => {
                let change = EndpointChange::Refused(ended);
                let after = (after_failure(delivery, &why, None, ended), change);
                self.failed(endpoint, after, why, ended).await?
            }
            // It says nothing of the endpoint, which takes others.
            Outcome::Unwanted(why) => {
                tracing::warn!(delivery = %delivery.id, why, "delivery.unwanted");
                let progress = Progress::GivenUp(delivery.id.clone());
                let commit = Commit::new().delivery(delivery.given_up(why, ended));
                (commit, progress)
            }
        };
        match self.store.commit(commit).await {
            // Somebody asked for it to be sent again meanwhile: what they wrote holds.
            Ok(()) | Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
        self.count(&progress);
        self.quiet_until(endpoint).await?;
        Ok(progress)
    }

    /// It is tried again, or was tried for the last time: then the endpoint may be beyond hope.
    async fn failed(
        &self,
        endpoint: &Endpoint,
        (after, change): (Delivery, EndpointChange),
        why: String,
        now: Timestamp,
    ) -> Result<(Commit, Progress), StoreError> {
        let id = after.id.clone();
        let commit = Commit::new().endpoint(endpoint.id.clone(), change);
        if matches!(after.state, DeliveryState::Waiting { .. }) {
            return Ok((commit.delivery(after), Progress::Retrying(id)));
        }
        let known = self.store.endpoint(&endpoint.id).await?;
        let commit = if known.is_hopeless(now) {
            let why = format!("it has taken nothing for days; at last: {why}");
            endpoint.disable(commit, &after, why, now)
        } else {
            commit
        };
        Ok((commit.delivery(after), Progress::GivenUp(id)))
    }
}

fn after_failure(
    delivery: Delivery,
    why: &str,
    patience: Option<jiff::SignedDuration>,
    now: Timestamp,
) -> Delivery {
    let (id, event, attempt) = (&delivery.id, &delivery.event, delivery.attempts + 1);
    tracing::warn!(delivery = %id, event, attempt, why, "delivery.failed");
    after_attempt(delivery, why.to_owned(), patience, now, clock::random())
}
