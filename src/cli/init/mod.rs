//! `frontdesk init`: a folder with all that a desk needs, to be read and changed. What is there already stays as it is.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;

use crate::cli::rules::FOLDER;
use crate::clock;
use crate::config::{FILE, reference};
use crate::rules_folder::{built_in, write_folder};

/// The site to begin with, below the settings.
const SITE: &str = include_str!("site.toml");
/// Where the site's secret stands: `site.toml` names it.
const SECRET: &str = "demo.secret";

/// Writes a commented frontdesk.toml, a site's secret and the rule files; never overwrites
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: frontdesk init desk && cd desk && frontdesk serve")]
pub struct Init {
    /// The folder, made if it is missing
    #[arg(default_value = ".")]
    folder: PathBuf,
}

impl Init {
    /// Writes what is missing, and says what it did.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let folder = &self.folder;
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let intents = folder.join(FOLDER);
        let (config, secret) = (folder.join(FILE), folder.join(SECRET));
        let token = clock::token("");
        // The configuration comes last: it names the others, and whoever is stopped before it can begin anew.
        let done = [
            (intents_into(&intents)?, intents),
            (
                write_new(&secret, &format!("{}\n", token.expose_secret()), true)?,
                secret,
            ),
            (write_new(&config, &configuration(), false)?, config),
        ];
        let mut out = io::stdout().lock();
        for (written, path) in &done {
            let word = if *written { "created" } else { "kept   " };
            writeln!(out, "{word}  {}", path.display())?;
        }
        writeln!(out, "next     {}", next(folder))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn configuration() -> String {
    let head = "# frontdesk: every setting with its default. Take the `#` away to change one.\n\
                # Variables (FRONTDESK_LIMITS_BODY_BYTES) and flags (--limits.body-bytes) outdo this file; `frontdesk config` shows what holds.\n\n";
    format!("{head}{}\n{SITE}", reference::commented())
}

fn next(folder: &Path) -> String {
    if folder == Path::new(".") {
        "frontdesk serve".to_owned()
    } else {
        format!("cd {} && frontdesk serve", folder.display())
    }
}

/// All rule files, if there is no such folder. They refer to one another, so a folder that is there is not filled up.
fn intents_into(folder: &Path) -> anyhow::Result<bool> {
    match fs::create_dir(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot make {}", folder.display()));
        }
    }
    write_folder(folder, &built_in())?;
    Ok(true)
}

/// Writes a file unless there is one; one that is `private` is never to be read by others, not even for a moment.
fn write_new(path: &Path, text: &str, private: bool) -> anyhow::Result<bool> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = match options.open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    };
    written.with_context(|| format!("cannot write {}", path.display()))
}
