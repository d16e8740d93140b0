//! From texts to typed values; all that is wrong is collected, so that it can be mended in one go.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use super::layers::{Origin, Value};
use super::problem::{ConfigFile, Problem};
use super::settings::Every;

/// Turns texts into typed values and notes what is no value.
pub(super) struct Reader<'a> {
    file: Option<&'a ConfigFile>,
    values: &'a [Value],
    problems: &'a mut Vec<Problem>,
}

/// A value to go on with after a problem has been noted; the configuration is refused in the end.
pub(super) trait Placeholder {
    fn placeholder() -> Self;
}

macro_rules! placeholder {
    ($($type:ty = $value:expr),* $(,)?) => {
        $(impl Placeholder for $type {
            fn placeholder() -> Self {
                $value
            }
        })*
    };
}

placeholder! {
    u16 = 0, u32 = 0, u64 = 0, usize = 0,
    String = String::new(), PathBuf = PathBuf::new(),
    Every = Every(None),
    SocketAddr = SocketAddr::from(([127, 0, 0, 1], 0)),
}

impl<'a> Reader<'a> {
    pub(super) const fn new(
        file: Option<&'a ConfigFile>,
        values: &'a [Value],
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        Self {
            file,
            values,
            problems,
        }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.values.iter().find(|value| value.setting.name == name)
    }

    /// A value that must be there.
    pub(super) fn parse<T: FromStr + Placeholder>(&mut self, name: &str) -> T {
        let value = self.value(name);
        value
            .and_then(|value| self.convert(value, &value.text))
            .unwrap_or_else(T::placeholder)
    }

    /// A value that may be empty.
    pub(super) fn optional<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let value = self.value(name).filter(|value| !value.text.is_empty())?;
        self.convert(value, &value.text)
    }

    /// Values separated by commas.
    pub(super) fn list<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        let Some(value) = self.value(name) else {
            return Vec::new();
        };
        let parts = value.text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        parts.filter_map(|part| self.convert(value, part)).collect()
    }

    fn convert<T: FromStr>(&mut self, value: &Value, text: &str) -> Option<T> {
        let setting = value.setting;
        let expected = match (setting.kind.check(text), text.parse()) {
            (Ok(()), Ok(parsed)) => return Some(parsed),
            (Err(expected), _) => expected,
            (Ok(()), Err(_)) => setting.kind.expected(),
        };
        let message = format!(
            "`{}` is {expected}, not `{}`",
            setting.name,
            text.escape_debug()
        );
        self.problems
            .push(match (&value.origin, self.file, &value.span) {
                (_, Some(file), Some(span)) => file.problem(span, &message),
                (Origin::Flag, ..) => format!("--{}: {message}", setting.flag()).into(),
                (origin, ..) => format!("{origin}: {message}").into(),
            });
        None
    }
}
