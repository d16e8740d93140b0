//! Every file that an event names is there, and every file that is there is what its name says.

use super::records::{Check, Outcome};
use crate::domain::conversation::{Conversation, Event, EventBody};
use crate::domain::evidence::EvidenceHash;
use crate::store::disk::engine::EngineError;
use crate::store::disk::files;
use crate::store::keys;
use crate::store::keys::files::used_by_anybody;
use crate::store::records::evidence::places;

impl Check<'_, '_> {
    /// The file of an event, and the event's places in the indexes of files. What is in the file, `files` looks at, once.
    pub(super) fn attached(&mut self, event: &Event, row: &Conversation, name: &str) -> Outcome {
        let EventBody::Attached { file, .. } = &event.body else {
            return Ok(());
        };
        for key in places(&row.merchant, event) {
            self.expect(&key, name)?;
        }
        let (number, hash) = (event.seq.0, file.hash);
        match std::fs::metadata(files::path_of(self.evidence, &hash)) {
            Ok(meta) if meta.len() == file.bytes => {}
            Ok(meta) => self.found.problem(format!(
                "{name}: the file {hash} of event {number} has {} bytes, not {}",
                meta.len(),
                file.bytes
            )),
            Err(error) => self.found.problem(format!(
                "{name}: the file {hash} of event {number} cannot be found: {error}"
            )),
        }
        Ok(())
    }

    /// Reads every file.
    pub(super) fn files(&mut self) -> Outcome {
        let mut failed = Ok(());
        let mut unnamed = 0_u64;
        let folder = self.evidence;
        let walked = files::walk(folder, |path, hash| {
            self.found.tallied.files += 1;
            let Some(hash) = hash else {
                let words = format!("{} is no name of a file of evidence", path.display());
                return self.found.problem(words);
            };
            match std::fs::read(path) {
                Ok(bytes) if EvidenceHash::of(&bytes) == hash => {}
                Ok(_) => self
                    .found
                    .problem(format!("{} is not what its name says", path.display())),
                Err(error) => self
                    .found
                    .problem(format!("{} cannot be read: {error}", path.display())),
            }
            match self.is_named(&hash) {
                Ok(named) => unnamed += u64::from(!named),
                Err(error) => failed = Err(error),
            }
        });
        if let Err(error) = walked {
            let words = format!("{} cannot be read to its end: {error}", folder.display());
            self.found.problem(words);
        }
        if unnamed > 0 {
            self.found.remarks.push(format!(
                "{unnamed} files of evidence are named by nothing: the desk died between the file and the message, and they may be deleted"
            ));
        }
        failed
    }

    fn is_named(&self, hash: &EvidenceHash) -> Result<bool, EngineError> {
        let prefix = used_by_anybody(hash);
        let mut is_named = false;
        self.merged.walk(&prefix, &keys::after(&prefix), |_, _| {
            is_named = true;
            Ok(())
        })?;
        Ok(is_named)
    }
}
