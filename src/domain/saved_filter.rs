//! What an agent narrows their lists by again and again: named, in the order in which they want it, and nobody else's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ids::AgentId;

/// No name is longer, in characters.
const NAME: usize = 40;
/// Nothing that is looked for is longer, in characters.
const VALUE: usize = 200;
/// Nobody keeps more.
const MOST: usize = 30;
/// The lists.
const VIEWS: [&str; 6] = ["waiting", "mine", "open", "pending", "done", "bot"];
/// What a list may be narrowed by.
const FACETS: [&str; 14] = [
    "q", "language", "reason", "agent", "label", "site", "merchant", "intent", "order", "currency",
    "at_least", "at_most", "overdue", "sort",
];

/// A list, and what it is narrowed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedFilter {
    /// What it is called: 1 to 40 characters, and no other of the agent's is called so.
    pub name: String,
    /// Which list: `waiting`, `mine`, `open`, `pending`, `done` or `bot`.
    pub view: String,
    /// What it is narrowed by, as in the query of `/v1/inbox`: `q`, `language`, `reason`, `agent`, `label`, `site`, `merchant`, `intent`, `order`,
    /// `currency`, `at_least`, `at_most`, `overdue`, `sort`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub only: BTreeMap<String, String>,
}

/// All of an agent's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilters {
    /// Whose.
    pub agent: AgentId,
    /// In their order.
    pub filters: Vec<SavedFilter>,
}

/// Why filters cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFilter {
    /// Too many.
    #[error("at most {MOST} filters are kept")]
    TooMany,
    /// No name, too long a one, or one with characters that cannot be seen.
    #[error("a filter's name has 1 to {NAME} characters, all of them to be seen")]
    Name,
    /// Two are called the same.
    #[error("two filters are called the same")]
    Twice,
    /// No such list.
    #[error("there is no such list: it is one of {}", VIEWS.join(", "))]
    View,
    /// Nothing that a list can be narrowed by.
    #[error("a list is narrowed by {}, each with 1 to {VALUE} characters", FACETS.join(", "))]
    Facet,
}

impl SavedFilters {
    /// An agent's filters, if they can be kept. Names are without blanks around them.
    ///
    /// # Errors
    /// What is wrong with the first that cannot.
    pub fn checked(agent: AgentId, mut filters: Vec<SavedFilter>) -> Result<Self, InvalidFilter> {
        if filters.len() > MOST {
            return Err(InvalidFilter::TooMany);
        }
        let mut names = BTreeSet::new();
        for filter in &mut filters {
            filter.name = filter.name.trim().to_owned();
            filter.check()?;
            if !names.insert(filter.name.clone()) {
                return Err(InvalidFilter::Twice);
            }
        }
        Ok(Self { agent, filters })
    }
}

impl SavedFilter {
    fn check(&self) -> Result<(), InvalidFilter> {
        let hides = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        let fits = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
        if !fits(&self.name, NAME) || self.name.contains(hides) {
            return Err(InvalidFilter::Name);
        }
        if !VIEWS.contains(&self.view.as_str()) {
            return Err(InvalidFilter::View);
        }
        let known = |(facet, value): (&String, &String)| {
            FACETS.contains(&facet.as_str()) && fits(value, VALUE)
        };
        match self.only.iter().all(known) {
            true => Ok(()),
            false => Err(InvalidFilter::Facet),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(name: &str, view: &str, only: &[(&str, &str)]) -> SavedFilter {
        let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        SavedFilter {
            name: name.to_owned(),
            view: view.to_owned(),
            only: only.iter().map(own).collect(),
        }
    }

    #[test]
    fn what_is_no_filter_is_not_kept_and_the_others_stay_in_order() {
        let agent = || AgentId::parse("mei").unwrap();
        let long = "x".repeat(41);
        let table = [
            (vec![filter("", "open", &[])], InvalidFilter::Name),
            (vec![filter(&long, "open", &[])], InvalidFilter::Name),
            (vec![filter("a\u{202e}b", "open", &[])], InvalidFilter::Name),
            (vec![filter("a", "all", &[])], InvalidFilter::View),
            (
                vec![filter("a", "open", &[("colour", "x")])],
                InvalidFilter::Facet,
            ),
            (
                vec![filter("a", "open", &[("q", "")])],
                InvalidFilter::Facet,
            ),
            (
                vec![filter("a", "open", &[]), filter(" a ", "done", &[])],
                InvalidFilter::Twice,
            ),
            (
                (0..31)
                    .map(|n| filter(&n.to_string(), "open", &[]))
                    .collect(),
                InvalidFilter::TooMany,
            ),
        ];
        for (filters, expected) in table {
            assert_eq!(SavedFilters::checked(agent(), filters), Err(expected));
        }
        let kept = vec![
            filter(" late ", "open", &[("reason", "angry")]),
            filter("a", "bot", &[]),
        ];
        let kept = SavedFilters::checked(agent(), kept).unwrap().filters;
        let names: Vec<&str> = kept.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["late", "a"]);
    }
}
