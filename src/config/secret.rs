//! The secret of a site, a webhook or a channel: from a variable, from a file that a variable or the configuration names, or from the configuration itself.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::layers::Origin;
use super::{ConfigFile, Sources};

/// A key shorter than the hash it feeds is guessed rather than broken (RFC 7518, section 3.2).
const SECRET_BYTES: usize = 32;

/// What the configuration says about a secret, and where.
pub(super) struct Said {
    pub secret: Option<SecretString>,
    pub file: Option<PathBuf>,
    pub origin: Origin,
}

/// The two variables of a secret: the secret itself, and the name of a file that holds it. `of` is `SITE` or `WEBHOOK`.
pub(super) fn variables(of: &str, key: &str) -> [String; 2] {
    variables_of(of, key, "SECRET")
}

/// As [`variables`], for a secret of another name.
pub(super) fn variables_of(of: &str, key: &str, secret: &str) -> [String; 2] {
    let key = key.to_uppercase().replace(['-', '.'], "_");
    let name = format!("FRONTDESK_{of}_{key}_{secret}");
    let file = format!("{name}_FILE");
    [name, file]
}

/// The secret and who said it, or why there cannot be one. `made_with` is the command that makes one.
pub(super) fn find(
    variables: [String; 2],
    made_with: &str,
    said: Said,
    sources: &Sources,
) -> Result<Option<(SecretString, Origin)>, String> {
    let found = given(variables, made_with, said, sources)?;
    match &found {
        Some((secret, origin)) if secret.expose_secret().len() < SECRET_BYTES => Err(format!(
            "the secret ({origin}) is shorter than {SECRET_BYTES} bytes: make one with `{made_with}`"
        )),
        _ => Ok(found),
    }
}

/// As [`find`], for a secret that somebody else made: its length is theirs.
pub(super) fn given(
    variables: [String; 2],
    made_with: &str,
    said: Said,
    sources: &Sources,
) -> Result<Option<(SecretString, Origin)>, String> {
    let [name, file_name] = variables;
    let text = sources.variable(&name);
    let file = sources.variable(&file_name);
    Ok(match (text, file) {
        (Some(_), Some(_)) => {
            return Err(format!("{name} and {file_name} are both set: keep one"));
        }
        (Some(text), None) => Some((SecretString::from(text), Origin::Env(name))),
        (None, Some(path)) => Some((read(Path::new(path), made_with)?, Origin::Env(file_name))),
        (None, None) => from_configuration(said, sources.file.as_ref(), made_with)?,
    })
}

fn from_configuration(
    said: Said,
    file: Option<&ConfigFile>,
    made_with: &str,
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
            Some(read(&path, made_with)?)
        }
        (None, None) => None,
    };
    Ok(secret.map(|secret| (secret, said.origin)))
}

/// The file without the line break that editors put at its end.
fn read(path: &Path, made_with: &str) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| {
        format!(
            "cannot read the secret from {}: {error}; `{made_with}` makes one",
            path.display()
        )
    })?;
    Ok(SecretString::from(text.trim()))
}
