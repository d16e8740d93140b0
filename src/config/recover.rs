//! Records of a configuration file, read on after a mistake: what is wrong is noted and left out, so that the next mistake shows as well
//! and all of them can be mended in one go.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeValue, Error, ValueDeserializer};

use super::problem::{ConfigFile, Problem};

/// What stands for a name that must be there and is missing or wrong. The configuration is refused in the end.
const UNKNOWN: &str = "unknown";

/// So many mistakes are looked for in one record.
const MOST: usize = 100;

/// Reads a record. `needed` are the names without which there is none; none comes back only where nothing more can be made of it.
pub(super) fn read<T: DeserializeOwned>(
    mut table: Spanned<DeValue<'_>>,
    needed: &[&str],
    file: &ConfigFile,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    for _ in 0..MOST {
        let error = match T::deserialize(ValueDeserializer::from(table.clone())) {
            Ok(record) => return Some(record),
            Err(error) => error,
        };
        problems.push(file.error(&error));
        if !leave_out(&mut table, &error, needed) {
            return None;
        }
    }
    None
}

/// Whether a name that must be there stands in the file, and nothing stands for it.
pub(super) fn is_said<T>(name: &Spanned<T>) -> bool {
    !name.span().is_empty()
}

/// Takes what an error is about out of a table, the smallest part of it; says whether there was any.
fn leave_out(value: &mut Spanned<DeValue<'_>>, error: &Error, needed: &[&str]) -> bool {
    let (whole, Some(at)) = (value.span(), error.span()) else {
        return false;
    };
    let DeValue::Table(table) = value.get_mut() else {
        return false;
    };
    let is_in = |span: Range<usize>| span.start <= at.start && at.end <= span.end;
    // It stands nowhere, so that no later error is about it.
    let nowhere = whole.start..whole.start;
    let unknown = || Spanned::new(nowhere.clone(), DeValue::String(UNKNOWN.into()));
    let mut part = None;
    for (key, value) in table.iter_mut() {
        // A table under a heading of its own spans no more than the heading.
        if leave_out(value, error, &[]) {
            return true;
        }
        if is_in(key.span()) || is_in(value.span()) {
            part = Some(key.clone());
            break;
        }
    }
    let Some(key) = part else {
        let said = |name: &&&str| error.message().contains(&format!("missing field `{name}`"));
        let missing = needed.iter().find(said).map(|name| name.to_string());
        let missing = missing.map(|name| Spanned::new(nowhere.clone(), name.into()));
        return missing.is_some_and(|name| table.insert(name, unknown()).is_none());
    };
    if needed.contains(&&**key.get_ref()) {
        return table.insert(key, unknown()).is_some();
    }
    table.remove(&key).is_some()
}
