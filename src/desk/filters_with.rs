//! What agents look for again and again, where it finds one person: their name, an address, a number or an order of theirs.
//!
//! What they say in their conversations is nobody's alone. Looked at is by what whoever is looked for is known.

use std::collections::BTreeSet;

use super::holdings::Holdings;
use super::search::fold;
use super::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{Conversation, Event, EventBody};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::order::Order;
use crate::domain::saved_filter::{SavedFilter, SavedFilters};
use crate::domain::search::{Asked, Term, Words, add_words};
use crate::store::Commit;

/// The facet of a filter that somebody types.
const TYPED: &str = "q";
/// What is shorter is in many words, in characters.
const SHORTEST: usize = 3;

/// By what a person is known.
#[derive(Default)]
struct KnownBy {
    /// Each as a whole, folded, and each word of their names.
    wholes: BTreeSet<String>,
    /// The words of all of them.
    words: Words,
}

impl KnownBy {
    fn of(logs: &[(Conversation, Vec<Event>)], orders: &[Order]) -> Self {
        let mut known = Self::default();
        for (row, events) in logs {
            known.add(row.id.as_str());
            known.add_all([row.contact.clone().map(String::from)]);
            if let Some(who) = &row.identity {
                known.add_name(who.name.as_deref());
                known.add_all([&who.email, &who.phone].map(Clone::clone));
            }
            known.add_all(events.iter().filter_map(|event| match &event.body {
                EventBody::ContactLeft { email, .. } => Some(Some(String::from(email.clone()))),
                _ => None,
            }));
        }
        for order in orders {
            let customer = &order.customer;
            known.add(order.id.as_str());
            known.add(&order.written_id);
            known.add_name(customer.name.as_deref());
            known.add_all([&customer.email, &customer.phone].map(Clone::clone));
        }
        known
    }

    fn add_all(&mut self, texts: impl IntoIterator<Item = Option<String>>) {
        let texts = texts.into_iter().flatten();
        texts.for_each(|text| self.add(&text));
    }

    /// A name is known by each of its words, but for those that are in everything.
    fn add_name(&mut self, name: Option<&str>) {
        for text in name.iter().flat_map(|name| name.split_whitespace()) {
            let word = fold(text);
            if word.chars().count() >= SHORTEST {
                self.wholes.insert(word);
            }
        }
        self.add_all([name.map(str::to_owned)]);
    }

    fn add(&mut self, text: &str) {
        let folded = fold(text.trim());
        if folded.is_empty() {
            return;
        }
        add_words(&folded, &mut self.words);
        self.wholes.insert(folded);
    }

    /// Whether a filter is called by one of them, or looks for nothing else.
    fn is_in(&self, filter: &SavedFilter) -> bool {
        let typed = filter.only.get(TYPED).map(|text| fold(text));
        let texts = [Some(fold(&filter.name)), typed.clone()];
        let names = |text: &String| self.wholes.iter().any(|whole| has(text, whole));
        let looks_for = |text: String| {
            let asked = Asked::parse(&text).unwrap_or_default();
            !asked.terms.is_empty() && asked.terms.iter().all(|term| self.knows(term))
        };
        texts.iter().flatten().any(names) || typed.is_some_and(looks_for)
    }

    fn knows(&self, term: &Term) -> bool {
        match term {
            Term::Word(word) => self.words.contains(word),
            Term::Begins(begin) => {
                let is_long = begin.chars().count() >= SHORTEST;
                let begins = |word: &String| is_long && word.starts_with(begin.as_str());
                self.words.contains(begin) || self.words.iter().any(begins)
            }
        }
    }
}

/// Whether a text has another in it that does not go on in a word: `li` is not in `listed`.
pub(super) fn has(text: &str, whole: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() && c.is_ascii();
    text.match_indices(whole).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + whole.len()..].chars().next();
        let goes_on = |inside: Option<char>, outside: Option<char>| {
            inside.is_some_and(is_word) && outside.is_some_and(is_word)
        };
        !goes_on(whole.chars().next(), before) && !goes_on(whole.chars().next_back(), after)
    })
}

impl Desk {
    /// The filters of agents that find a person.
    pub(super) async fn filters_with(
        &self,
        logs: &[(Conversation, Vec<Event>)],
        orders: &[Order],
    ) -> Result<Vec<(AgentId, SavedFilter)>, DeskError> {
        let known = KnownBy::of(logs, orders);
        let all = self.store.all_saved_filters().await?.into_iter();
        let all = all.flat_map(|saved| {
            let SavedFilters { agent, filters } = saved;
            filters.into_iter().map(move |one| (agent.clone(), one))
        });
        Ok(all.filter(|(_, one)| known.is_in(one)).collect())
    }

    /// Takes them out of the lists of their agents.
    pub(super) async fn take_filters_out(
        &self,
        agent: &Agent,
        id: &ConversationId,
        held: &Holdings,
    ) -> Result<(), DeskError> {
        let known = KnownBy::of(&held.logs, &held.orders);
        let _one = self.filtering.lock().await;
        let about = Some(id.to_string());
        let mut commit = Commit::new().audit(self.entry(&agent.id, Audited::Erased, about, None));
        let mut any = false;
        for mut saved in self.store.all_saved_filters().await? {
            let before = saved.filters.len();
            saved.filters.retain(|one| !known.is_in(one));
            if saved.filters.len() < before {
                any = true;
                commit = commit.saved_filters(saved);
            }
        }
        match any {
            true => self.commit(commit).await,
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(name: &str, q: &str) -> SavedFilter {
        SavedFilter {
            name: name.to_owned(),
            view: "open".to_owned(),
            only: [(TYPED.to_owned(), q.to_owned())].into(),
        }
    }

    #[test]
    fn a_filter_goes_with_whom_it_names_and_others_stay() {
        let mut known = KnownBy::default();
        known.add_name(Some("Mia Field"));
        for text in [
            "mia@example.org",
            "+447700900123",
            "A1042",
            "\u{674e}\u{5c0f}\u{9f99}",
        ] {
            known.add(text);
        }
        for (name, q) in [
            ("x", "mia field"),
            ("x", "Field"),
            ("x", "fie"),
            ("x", "refund MIA FIELD late"),
            ("of Field", "late"),
            ("x", "mia@example.org"),
            ("x", "a-1042"),
            ("Mia Field", "late"),
            ("the case A1042", "late"),
            ("x", "\u{5c0f}\u{9f99}"),
        ] {
            assert!(known.is_in(&filter(name, q)), "{name}: {q}");
        }
        for (name, q) in [
            ("x", "refund"),
            ("x", "fields"),
            ("x", "meadow trip"),
            ("x", "A10421"),
            ("miafield", "fi"),
            ("x", "\u{9000}\u{6b3e}"),
        ] {
            assert!(!known.is_in(&filter(name, q)), "{name}: {q}");
        }
    }
}
