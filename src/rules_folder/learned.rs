//! What was learned from a rule folder's phrases, kept beside the data: learning takes seconds, and most starts find the rules as they
//! were when the desk stopped.
//!
//! It can always be learned again. So what is kept is taken only where all that went into it is the same, rules and program, and
//! anything else about it (no file, a damaged one, no room) costs the time of learning and nothing more.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Instant, UNIX_EPOCH};
use std::{env, fs};

use sha2::{Digest as _, Sha256};

use super::digest::{Digest, of_files};
use crate::engine;
use crate::engine::likeness::Likeness;
use crate::engine::rules::book::Book;
use crate::engine::rules::check::Accepted;

/// The file in the data folder.
const NAME: &str = "learned";

/// Where what was learned is kept.
#[derive(Clone, Debug)]
pub struct Learned {
    file: PathBuf,
}

impl Learned {
    /// In a data folder that is there.
    #[must_use]
    pub fn beside(data: &Path) -> Self {
        Self {
            file: data.join(NAME),
        }
    }

    /// Puts rules into force: with what was learned from the same ones before, else with what is learned now, which is kept.
    #[must_use]
    pub fn rules(&self, accepted: Accepted) -> engine::Rules {
        let Accepted { book, replies } = accepted;
        let Some(stamp) = stamp(&book) else {
            return engine::Rules::new(&book, replies);
        };
        if let Some(learned) = self.read(&stamp) {
            return engine::Rules::with(&book, replies, Some(learned));
        }
        let began = Instant::now();
        let rules = engine::Rules::new(&book, replies);
        let learned = rules.matcher.learned();
        if !learned.is_empty() {
            let took = began.elapsed().as_millis();
            tracing::info!(took, "learned from the phrases of the rule files");
            if let Err(error) = self.write(&stamp, learned) {
                tracing::warn!(%error, "what was learned cannot be kept: the next start learns it again");
            }
        }
        rules
    }

    fn read(&self, stamp: &Digest) -> Option<Likeness> {
        let kept = fs::read(&self.file).ok()?;
        let (of, rest) = kept.split_first_chunk::<32>()?;
        let (sum, body) = rest.split_first_chunk::<32>()?;
        let is_it = of == stamp && *sum == Digest::from(Sha256::digest(body));
        is_it.then(|| rmp_serde::from_slice(body).ok())?
    }

    /// Writes it whole or not at all. That it is still there after a power cut is not waited for.
    fn write(&self, stamp: &Digest, learned: &Likeness) -> io::Result<()> {
        let body = rmp_serde::to_vec(learned).map_err(io::Error::other)?;
        // The folder is this desk's alone, so that one name does: what a kill leaves is written over.
        let unfinished = self.file.with_extension("new");
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&unfinished)?;
        for part in [&stamp[..], &Sha256::digest(&body), &body] {
            file.write_all(part)?;
        }
        fs::rename(unfinished, &self.file)
    }
}

/// What tells this book in this program from all others: what is learned from a phrase follows from both. None where the program does
/// not know itself.
fn stamp(book: &Book) -> Option<Digest> {
    let program = fs::metadata(env::current_exe().ok()?).ok()?;
    let made = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let files = book.files.iter();
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(format!("\0{}\0{}\0", program.len(), made.as_nanos()));
    hash.update(of_files(files.map(|file| (&*file.name, &*file.text))));
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::Learned;
    use crate::engine;
    use crate::engine::rules::check::{Accepted, accept};
    use crate::rules_folder::read_folder;

    /// What is written as these names stand for it, in words that no rule knows.
    fn accepted(parcels: &str, invoices: &str) -> Accepted {
        let mut files = read_folder(Path::new("intents")).unwrap();
        files.retain(|(name, _)| !name.starts_with("phrases/"));
        let list = |intent: &str, word: &str| {
            let sentences = (0..40).map(|nth| format!("\"{word} of mine {nth}\", "));
            format!("{intent} = [{}]\n", sentences.collect::<String>())
        };
        let lists = list("delivery_problem", parcels) + &list("invoice", invoices);
        files.push(("phrases/own.toml".to_owned(), format!("[phrases]\n{lists}")));
        accept(files).unwrap()
    }

    /// What a message is taken for, or asked about.
    fn read(rules: &engine::Rules, text: &str) -> Option<String> {
        let reading = rules.matcher.read(text);
        reading.intents.first().map(|it| it.intent.to_string())
    }

    fn file(data: &tempfile::TempDir) -> std::path::PathBuf {
        data.path().join("learned")
    }

    #[test]
    fn other_phrases_are_learned_anew_and_so_is_what_was_damaged() {
        let data = tempfile::tempdir().unwrap();
        let learned = Learned::beside(data.path());
        let rules = learned.rules(accepted("gribble", "quaffle"));
        assert_eq!(
            read(&rules, "gribble of mine").as_deref(),
            Some("delivery_problem")
        );
        let rules = learned.rules(accepted("quaffle", "gribble"));
        assert_eq!(read(&rules, "gribble of mine").as_deref(), Some("invoice"));

        let mut damaged = fs::read(file(&data)).unwrap();
        let whole = damaged.clone();
        *damaged.last_mut().unwrap() ^= 1;
        for kept in [&damaged[..], &damaged[..70], b""] {
            fs::write(file(&data), kept).unwrap();
            let rules = learned.rules(accepted("quaffle", "gribble"));
            assert_eq!(read(&rules, "gribble of mine").as_deref(), Some("invoice"));
            assert_eq!(fs::read(file(&data)).unwrap().len(), whole.len());
        }
    }

    #[test]
    fn the_same_phrases_are_not_learned_a_second_time() {
        let data = tempfile::tempdir().unwrap();
        let learned = Learned::beside(data.path());
        let _ = learned.rules(accepted("gribble", "quaffle"));
        let first = fs::read(file(&data)).unwrap();
        let _ = learned.rules(accepted("quaffle", "gribble"));
        let second = fs::read(file(&data)).unwrap();
        // What only one who does not learn again can come to: these phrases, and what was learned from the others.
        fs::write(file(&data), [&second[..32], &first[32..]].concat()).unwrap();
        let rules = learned.rules(accepted("quaffle", "gribble"));
        assert_eq!(
            read(&rules, "gribble of mine").as_deref(),
            Some("delivery_problem")
        );
    }
}
