//! Keeps rules loaded while people edit them: a good save takes the place of the old rules, a broken one is reported and changes
//! nothing.

use std::path::Path;
use std::time::Instant;

use super::digest::{Digest, of_files};
use super::learned::Learned;
use crate::engine;
use crate::engine::rules::book::Book;
use crate::engine::rules::changes::Contents;
use crate::engine::rules::check::{Accepted, accept};
use crate::engine::rules::diagnostic::Report;
use crate::rules_folder::{Cause, Watch, on_change, read_folder};

/// What came of a save.
#[derive(Debug)]
pub enum Reload {
    /// New rules, in force from the next message on.
    Accepted(Box<engine::Rules>),
    /// Mistakes; the old rules stay.
    Broken(Report),
    /// The folder cannot be read; the old rules stay.
    Unreadable,
}

/// Calls back after each save that changes what the files say, and after each look that was asked for. `known` is what is in force now.
#[must_use]
pub fn keep_loaded(
    folder: &Path,
    mut known: Known,
    mut act: impl FnMut(Reload) + Send + 'static,
) -> Watch {
    let path = folder.to_owned();
    on_change(folder, move |cause| {
        if let Some(reload) = known.look(&path, cause) {
            act(reload);
        }
    })
}

/// What is in force, and what was looked at last: enough to see what a save changes.
#[derive(Clone, Debug)]
pub struct Known {
    contents: Contents,
    files: Digest,
    learned: Learned,
}

impl Known {
    /// What a book says, and where what is learned from it is kept.
    #[must_use]
    pub fn of(book: &Book, learned: Learned) -> Self {
        let files = book.files.iter();
        Self {
            contents: Contents::of(book),
            files: of_files(files.map(|file| (&*file.name, &*file.text))),
            learned,
        }
    }

    /// Loads the folder if its files say something else than before, or if somebody waits for an answer.
    fn look(&mut self, folder: &Path, cause: Cause) -> Option<Reload> {
        let started = Instant::now();
        let files = match read_folder(folder) {
            Ok(files) => files,
            Err(error) => {
                tracing::error!(%error, "intents not reloaded, the old rules stay in force");
                self.files = NOT_SEEN;
                return Some(Reload::Unreadable);
            }
        };
        let digest = of_files(files.iter().map(|(name, text)| (&**name, &**text)));
        if digest == self.files && cause == Cause::Saved {
            return None;
        }
        self.files = digest;
        match accept(files) {
            Ok(accepted) => {
                let rules = self.take(accepted, started);
                Some(Reload::Accepted(Box::new(rules)))
            }
            Err(report) => {
                log_mistakes(&report);
                Some(Reload::Broken(report))
            }
        }
    }

    /// Puts a book into force.
    fn take(&mut self, accepted: Accepted, started: Instant) -> engine::Rules {
        let contents = Contents::of(&accepted.book);
        let changes = self.contents.diff(&contents);
        self.contents = contents;
        let rules = self.learned.rules(accepted);
        let (counts, took) = (rules.counts, started.elapsed().as_millis());
        tracing::info!(
            "intents reloaded: {changes}, {} rules, {took} ms",
            counts.rules
        );
        rules
    }
}

/// The digest of no files at all: whatever is seen next is something else.
const NOT_SEEN: Digest = [0; 32];

fn log_mistakes(report: &Report) {
    for mistake in &report.diagnostics {
        let place = mistake.place().map(|at| report.position(at));
        let (code, place) = (mistake.code, place.unwrap_or_default());
        tracing::error!(code, place, "{}", mistake.message);
    }
    let errors = report.errors();
    tracing::error!(errors, "intents not reloaded, the old rules stay in force");
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::mpsc::{self, Receiver};
    use std::time::Duration;

    use super::{Known, Reload, keep_loaded};
    use crate::engine::rules::check::accept;
    use crate::engine::say::Say;
    use crate::rules_folder::{Learned, read_folder};

    const MATTER: &str =
        "[off_topic.NAME]\n[[off_topic.NAME.rule]]\nany = [\"weather\"]\nweight = 70\n";

    fn folder_with_all_sentences() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let says: String = (Say::ALL.iter())
            .map(|say| {
                let key = say.key();
                format!("[say.{key}]\nzh-Hans = \"a\"\nzh-Hant = \"b\"\nen = \"c\"\n")
            })
            .collect();
        fs::write(folder.path().join("says.toml"), says).unwrap();
        folder
    }

    /// Saves as editors do: writes beside the file and renames over it.
    fn save(folder: &Path, text: &str) {
        fs::write(folder.join(".matters.toml.swp"), text).unwrap();
        fs::rename(
            folder.join(".matters.toml.swp"),
            folder.join("matters.toml"),
        )
        .unwrap();
    }

    fn next(reloads: &Receiver<Reload>) -> Reload {
        reloads.recv_timeout(Duration::from_secs(90)).unwrap()
    }

    #[test]
    fn a_good_save_comes_into_force_and_a_broken_one_does_not() {
        let folder = folder_with_all_sentences();
        let first = accept(read_folder(folder.path()).unwrap()).unwrap();
        let data = tempfile::tempdir().unwrap();
        let known = Known::of(&first.book, Learned::beside(data.path()));
        let (tell, reloads) = mpsc::channel();
        let _watch = keep_loaded(folder.path(), known, move |reload| {
            tell.send(reload).unwrap();
        });

        save(folder.path(), &MATTER.replace("NAME", "weather"));
        let Reload::Accepted(rules) = next(&reloads) else {
            panic!("a good save was refused");
        };
        assert_eq!(rules.counts.rules, 1);

        save(folder.path(), "[off_topic.weather]\nrule = 1\n");
        let Reload::Broken(report) = next(&reloads) else {
            panic!("a broken save was taken");
        };
        assert_eq!(
            report.position(report.diagnostics[0].place().unwrap()),
            "matters.toml:2:8"
        );

        fs::remove_file(folder.path().join("matters.toml")).unwrap();
        let Reload::Accepted(rules) = next(&reloads) else {
            panic!("the folder without the broken file was refused");
        };
        assert_eq!(rules.counts.rules, 0);
    }
}
