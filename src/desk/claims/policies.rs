//! The policy in force, and what a guide makes of it; and which one it was when a claim was decided, and how it was worded: kept with the
//! decision, because the file may say something else by the time that somebody asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::desk::{Desk, DeskError};
use crate::domain::claim::{ClaimId, ClaimState, OrderClaims};
use crate::domain::guide::Guide;
use crate::domain::ids::MerchantId;
use crate::domain::language::Language;
use crate::domain::policy::{InForce, Policy, PolicyText};
use crate::domain::site::Site;
use crate::engine::Rules;
use crate::engine::guide::guide;
use crate::store::Commit;

/// The policies that have been in force since the desk started, by their versions: what a turn began with may have been replaced before it ends.
#[derive(Debug, Default)]
pub(in crate::desk) struct Worded(Mutex<BTreeMap<String, PolicyText>>);

impl Worded {
    /// Takes those that come into force.
    pub(in crate::desk) fn learn(&self, rules: &Rules) {
        let own = rules.policies.own().map(|(_, policy)| policy);
        let all = own.chain(rules.policies.others());
        let texts = all.filter_map(|policy| worded(rules, policy));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(texts.map(|text| (text.version.clone(), text)));
    }

    pub(in crate::desk) fn get(&self, version: &str) -> Option<PolicyText> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(version).cloned()
    }
}

/// A policy word for word; none for one that is in no file.
fn worded(rules: &Rules, policy: &Policy) -> Option<PolicyText> {
    let written = policy.written.as_ref()?;
    let file = rules.policy_file(&written.file)?;
    Some(PolicyText {
        file: written.file.to_string(),
        version: written.version.to_string(),
        text: file.text.to_string(),
    })
}

impl Desk {
    /// What a merchant promises about refunds, as the rules in force have it.
    #[must_use]
    pub fn policy_of(&self, merchant: &MerchantId) -> Arc<Policy> {
        self.rules.load().policies.of(merchant)
    }

    /// The refund guide of a site, or of the merchant of one, as the policy in force makes it; in the site's language where nobody asks
    /// for another.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is no such site.
    pub fn guide(&self, shop: &str, language: Option<Language>) -> Result<Guide, DeskError> {
        let mut sites = self.sites.values();
        let is_meant = |site: &&Site| site.id.as_str() == shop;
        let of_merchant = |site: &&Site| site.merchant.as_str() == shop;
        let named = sites.clone().find(is_meant);
        let site = named.or_else(|| sites.find(of_merchant));
        let site = site.ok_or(DeskError::NotFound)?;
        let (rules, language) = (self.rules.load(), language.unwrap_or(site.language));
        let policy = rules.policies.of(&site.merchant);
        Ok(guide(&rules, &policy, &site.merchant_name, language))
    }

    /// Says of a claim that has just been decided which policy was in force.
    pub(in crate::desk) fn stamp_policy(
        &self,
        claims: &mut OrderClaims,
        id: &ClaimId,
        now: Timestamp,
    ) {
        let policy = self.policy_of(&claims.merchant);
        let claim = claims.claims.iter_mut().find(|claim| claim.id == *id);
        let Some((claim, written)) = claim.zip(policy.written.as_ref()) else {
            return;
        };
        let is_decided = matches!(
            claim.state,
            ClaimState::Approved { .. } | ClaimState::Rejected { .. }
        );
        if is_decided {
            claim.decided_under = Some(InForce {
                file: written.file.to_string(),
                version: written.version.to_string(),
                at: now,
            });
        }
    }

    /// The commit, with the words of every policy that its claims name.
    pub(in crate::desk) fn keep_policies(&self, commit: Commit) -> Commit {
        let claims = commit.claims_written().flat_map(|on| &on.claims);
        let versions = claims
            .flat_map(|claim| claim.policies())
            .map(|(_, version)| version);
        let mut texts: Vec<PolicyText> = versions
            .filter_map(|version| self.worded.get(version))
            .collect();
        texts.sort_by(|a, b| a.version.cmp(&b.version));
        texts.dedup_by(|a, b| a.version == b.version);
        texts.into_iter().fold(commit, Commit::policy)
    }
}
