//! The secret of a site: from a variable, from a file that a variable or the configuration names, or from the configuration itself.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::layers::Origin;
use super::{ConfigFile, Sources};
use crate::domain::ids::SiteId;

/// A key shorter than the hash it feeds is guessed rather than broken (RFC 7518, section 3.2).
const SECRET_BYTES: usize = 32;

/// What the configuration says about a secret, and where.
pub(super) struct Said {
    pub secret: Option<SecretString>,
    pub file: Option<PathBuf>,
    pub origin: Origin,
}

/// The two variables of a site's secret: the secret itself, and the name of a file that holds it.
pub(super) fn variables(site: &SiteId) -> [String; 2] {
    let site = site.as_str().to_uppercase().replace(['-', '.'], "_");
    let name = format!("FRONTDESK_SITE_{site}_SECRET");
    let file = format!("{name}_FILE");
    [name, file]
}

/// The secret and who said it, or why there cannot be one.
pub(super) fn find(
    site: &SiteId,
    said: Said,
    sources: &Sources,
) -> Result<Option<(SecretString, Origin)>, String> {
    let [name, file_name] = variables(site);
    let text = sources.variable(&name);
    let file = sources.variable(&file_name);
    let found = match (text, file) {
        (Some(_), Some(_)) => {
            return Err(format!("{name} and {file_name} are both set: keep one"));
        }
        (Some(text), None) => Some((SecretString::from(text), Origin::Env(name))),
        (None, Some(path)) => Some((read(Path::new(path))?, Origin::Env(file_name))),
        (None, None) => from_configuration(said, sources.file.as_ref())?,
    };
    match &found {
        Some((secret, origin)) if secret.expose_secret().len() < SECRET_BYTES => Err(format!(
            "the secret ({origin}) is shorter than {SECRET_BYTES} bytes: make one with `openssl rand -hex 32`"
        )),
        _ => Ok(found),
    }
}

fn from_configuration(
    said: Said,
    file: Option<&ConfigFile>,
) -> Result<Option<(SecretString, Origin)>, String> {
    let secret = match (said.secret, said.file) {
        (Some(_), Some(_)) => {
            return Err("has both secret and secret_file: keep secret_file".to_owned());
        }
        (Some(secret), None) => Some(secret),
        (None, Some(path)) => {
            let path = file.map_or(path.clone(), |file| {
                file.beside(&path.display().to_string())
            });
            Some(read(&path)?)
        }
        (None, None) => None,
    };
    Ok(secret.map(|secret| (secret, said.origin)))
}

/// The file without the line break that editors put at its end.
fn read(path: &Path) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| {
        format!(
            "cannot read the secret from {}: {error}; `openssl rand -hex 32` makes one",
            path.display()
        )
    })?;
    Ok(SecretString::from(text.trim()))
}
