//! One JSON object of a record, read field by field: what is wrong is noted with its path, and reading goes on.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::domain::money::Money;
use crate::domain::redact::{escape_hidden, redact};

/// What is wrong with a field, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = OrderFieldProblem)]
pub struct FieldProblem {
    /// The path of the field: `refund_history[0].amount`; empty for the record as a whole.
    pub field: String,
    /// A sentence that goes on after the field's name.
    pub problem: String,
}

impl std::fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "the record {}", self.problem),
            field => write!(f, "{field} {}", self.problem),
        }
    }
}

/// All that is wrong with a record.
#[derive(Default)]
pub(super) struct Problems(pub Vec<FieldProblem>);

impl Problems {
    pub fn add(&mut self, field: &str, problem: impl AsRef<str>) {
        self.0.push(FieldProblem {
            field: field.to_owned(),
            // It may repeat what was written, which may be a secret.
            problem: redact(&escape_hidden(problem.as_ref())).text,
        });
    }

    /// Whether something is already wrong with a field.
    pub fn mentions(&self, field: &str) -> bool {
        self.0.iter().any(|problem| problem.field == field)
    }
}

/// "`shiped` is none of a, b, c: did you mean `shipped`?"
pub(super) fn not_one_of(written: &str, names: &[&str]) -> String {
    let near = names
        .iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&written.to_lowercase(), name),
                name,
            )
        })
        .filter(|(distance, _)| *distance <= 3)
        .min();
    let hint = near.map_or_else(String::new, |(_, name)| format!(": did you mean `{name}`?"));
    format!("`{written}` is none of {}{hint}", names.join(", "))
}

/// One JSON object of a record.
pub(super) struct Section<'v> {
    path: String,
    zone: &'v TimeZone,
    pub map: &'v Map<String, Value>,
}

impl<'v> Section<'v> {
    pub fn root(map: &'v Map<String, Value>, zone: &'v TimeZone) -> Self {
        Self {
            path: String::new(),
            zone,
            map,
        }
    }

    /// An object in a list of this one.
    pub fn entry(&self, path: String, map: &'v Map<String, Value>) -> Self {
        Self {
            path,
            zone: self.zone,
            map,
        }
    }

    /// The path of a field of this object.
    pub fn path(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// A field that is there and not `null`.
    fn get(&self, key: &str) -> Option<&'v Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn wrong(&self, key: &str, problem: impl AsRef<str>, problems: &mut Problems) {
        problems.add(&self.path(key), problem);
    }

    /// A text; a number is taken as it is written. An empty text counts as left out.
    pub fn text(&self, key: &str, limit: usize, problems: &mut Problems) -> Option<String> {
        let text = match self.get(key)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            other => {
                self.wrong(
                    key,
                    format!("is {}: write a text in quotes", kind(other)),
                    problems,
                );
                return None;
            }
        };
        if text.chars().count() > limit {
            self.wrong(
                key,
                format!("is longer than {limit} characters: shorten it"),
                problems,
            );
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// A text that people wrote: secrets in it are masked.
    pub fn safe_text(&self, key: &str, limit: usize, problems: &mut Problems) -> Option<String> {
        self.text(key, limit, problems)
            .map(|text| redact(&text).text)
    }

    /// A text that must be there.
    pub fn required_text(
        &self,
        key: &str,
        limit: usize,
        example: &str,
        problems: &mut Problems,
    ) -> Option<String> {
        let text = self.text(key, limit, problems);
        if text.is_none() && !problems.mentions(&self.path(key)) {
            self.wrong(
                key,
                format!("is missing: write one, such as {example}"),
                problems,
            );
        }
        text
    }

    /// An amount in a currency.
    pub fn money(
        &self,
        key: &str,
        currency: Option<&str>,
        required: bool,
        problems: &mut Problems,
    ) -> Option<Money> {
        let Some(amount) = self.text(key, 40, problems) else {
            if required && !problems.mentions(&self.path(key)) {
                self.wrong(
                    key,
                    "is missing: write a decimal number such as \"64.00\"",
                    problems,
                );
            }
            return None;
        };
        let Some(currency) = currency else {
            if !problems.mentions("currency") {
                problems.add(
                    "currency",
                    "is missing: write its three letters (ISO 4217), such as \"GBP\"",
                );
            }
            return None;
        };
        match Money::parse(&amount, currency) {
            Ok(money) => Some(money),
            Err(error @ crate::domain::money::InvalidMoney::Currency(_)) => {
                if !problems.mentions("currency") {
                    problems.add("currency", error.to_string());
                }
                None
            }
            Err(error) => {
                self.wrong(key, error.to_string(), problems);
                None
            }
        }
    }

    /// A moment: RFC 3339, or a date or clock time in the record's zone.
    pub fn time(&self, key: &str, problems: &mut Problems) -> Option<Timestamp> {
        let text = self.text(key, 40, problems)?;
        let time = moment(&text, self.zone);
        if time.is_none() {
            let problem = format!(
                "`{text}` is no time: write \"2026-11-20T10:00:00Z\" (RFC 3339) or \"2026-11-20\""
            );
            self.wrong(key, problem, problems);
        }
        time
    }

    /// A yes or no; left out is no.
    pub fn flag(&self, key: &str, problems: &mut Problems) -> bool {
        let word = match self.get(key) {
            None => return false,
            Some(Value::Bool(flag)) => return *flag,
            Some(other) => other
                .as_str()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
        };
        match word.as_str() {
            "true" | "yes" | "y" | "1" => true,
            "false" | "no" | "n" | "0" | "" => false,
            _ => {
                self.wrong(key, "is neither true nor false", problems);
                false
            }
        }
    }

    /// An object in this one.
    pub fn section(&self, key: &str, problems: &mut Problems) -> Option<Section<'v>> {
        match self.get(key)? {
            Value::Object(map) => Some(Section {
                path: self.path(key),
                zone: self.zone,
                map,
            }),
            other => {
                self.wrong(
                    key,
                    format!("is {}: write an object in braces", kind(other)),
                    problems,
                );
                None
            }
        }
    }

    /// A list in this object; one value alone is a list of one.
    pub fn list(&self, key: &str, limit: usize, problems: &mut Problems) -> &'v [Value] {
        let list = match self.get(key) {
            None => &[],
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        if list.len() > limit {
            self.wrong(
                key,
                format!("has {} entries: at most {limit} are kept", list.len()),
                problems,
            );
        }
        list
    }

    /// The objects of a list.
    pub fn sections(&self, key: &str, limit: usize, problems: &mut Problems) -> Vec<Section<'v>> {
        let mut sections = Vec::new();
        for (index, value) in self.list(key, limit, problems).iter().enumerate() {
            let path = format!("{}[{index}]", self.path(key));
            match value.as_object() {
                Some(map) => sections.push(Section {
                    path,
                    zone: self.zone,
                    map,
                }),
                None => problems.add(
                    &path,
                    format!("is {}: write an object in braces", kind(value)),
                ),
            }
        }
        sections
    }
}

/// A moment as shops write it.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let local = match text.parse::<DateTime>() {
        Ok(local) => local,
        Err(_) => text.parse::<Date>().ok()?.at(0, 0, 0, 0),
    };
    Some(local.to_zoned(zone.clone()).ok()?.timestamp())
}

/// What a value is, for a sentence.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
