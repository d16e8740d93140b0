//! Policies word for word as they were when something was decided by them: one record for each version of a file, written with the first
//! claim that names it and never again.

use crate::domain::claim::OrderClaims;
use crate::domain::policy::PolicyText;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::commit::{Commit, Op};
use crate::store::records::rows::Done;

pub(crate) fn key(version: &str) -> Vec<u8> {
    Key::new(b'T').id(version).done()
}

/// Writes a text, unless its version is there.
pub(crate) fn put(tx: &mut Tx<'_>, policy: &PolicyText) -> Done {
    let key = key(&policy.version);
    match tx.contains(&key)? {
        true => Ok(()),
        false => Ok(tx.put(&key, &record::encode(policy)?)?),
    }
}

impl Commit {
    /// Keeps a policy as it is worded now; one that is kept already stays as it is.
    pub fn policy(mut self, policy: PolicyText) -> Self {
        self.others.push(Op::Policy(Box::new(policy)));
        self
    }

    /// The claims that are written.
    pub fn claims_written(&self) -> impl Iterator<Item = &OrderClaims> {
        self.others.iter().filter_map(|op| match op {
            Op::Claims(claims) => Some(&**claims),
            _ => None,
        })
    }
}
