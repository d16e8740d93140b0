//! The built-in rules with a merchant's policy. They take their time to be read, so tests that want the same policy have the same rules.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use frontdesk::engine::Rules;
use frontdesk::engine::rules::check::accept;
use frontdesk::rules_folder::built_in_rules;

static READY: LazyLock<Mutex<BTreeMap<String, Arc<Rules>>>> = LazyLock::new(Mutex::default);

/// The rules with a policy of `linden`.
pub fn ruled_by(policy: &str) -> Arc<Rules> {
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    let rules = ready.entry(policy.to_owned()).or_insert_with(|| {
        let mut files = built_in_rules();
        files.push(("policies/linden.toml".to_owned(), policy.to_owned()));
        let accepted = accept(files).unwrap_or_else(|report| panic!("{:?}", report.diagnostics));
        Arc::new(Rules::new(&accepted.book, accepted.replies))
    });
    Arc::clone(rules)
}
