//! The rule files of a running desk: a good save comes into force, and while the files say what could not be taken, whoever asks after
//! the desk hears of it. What a save means is `rules_folder`'s business.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::cli::memory;
use crate::desk::Desk;
use crate::rules_folder::{Known, Reload, Watch, keep_loaded};

/// Why the files are not what is in force, if they are not.
#[derive(Clone, Debug, Default)]
pub(super) struct Refused(Arc<ArcSwapOption<String>>);

impl Refused {
    /// In words, without internals.
    pub(super) fn complaint(&self) -> Option<String> {
        self.0.load().as_deref().cloned()
    }

    fn note(&self, why: Option<String>) {
        let refused = if why.is_some() { 1.0 } else { 0.0 };
        metrics::gauge!("frontdesk_rule_files_refused").set(refused);
        self.0.store(why.map(Arc::new));
    }
}

/// Keeps the rules as the folder has them.
pub(super) fn watch(folder: &Path, known: Known, desk: &Arc<Desk>, refused: &Refused) -> Watch {
    let (desk, refused) = (Arc::clone(desk), refused.clone());
    refused.note(None);
    keep_loaded(folder, known, move |reload| match reload {
        Reload::Accepted(rules) => {
            desk.set_rules(*rules);
            memory::give_back();
            refused.note(None);
        }
        Reload::Broken(report) => {
            let errors = report.errors();
            refused.note(Some(format!(
                "the files have mistakes ({errors}), see the log or `frontdesk check`; the rules of before stay in force"
            )));
        }
        Reload::Unreadable => refused.note(Some(
            "the folder cannot be read, see the log; the rules of before stay in force".to_owned(),
        )),
    })
}
