//! What agents look for again and again, where it finds one person: their name, an address, a number or an order of theirs.
//!
//! What they say in their conversations is nobody's alone. Looked at is by what whoever is looked for is known. A whole name, an address or a
//! long number is theirs wherever it stands. One word of a name (`May`, `Rose`) or a short number is only if it finds nobody else at this desk,
//! or else it would take what agents look for in everybody. And a filter finds whom its agent sees: another merchant's agent means somebody else.

use std::collections::BTreeSet;

use super::kinds::Holdings;
use crate::desk::agents::search::{STEP, fold};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{Conversation, Event, EventBody};
use crate::domain::ids::{AgentId, ConversationId, MerchantId};
use crate::domain::order::Order;
use crate::domain::saved_filter::{SavedFilter, SavedFilters};
use crate::domain::search::{Asked, Term, Words, add_words};
use crate::store::Commit;

/// The facet of a filter that somebody types.
const TYPED: &str = "q";
/// The facet that narrows it to one merchant.
const MERCHANT: &str = "merchant";
/// A word of a name that is shorter is in many words, in characters.
const SHORTEST: usize = 3;
/// A number of an order that is shorter is any number, unless it is all that is looked for.
const SHORTEST_NUMBER: usize = 4;
/// One that is as long is nobody else's, whatever it is made of.
const LONG_NUMBER: usize = 6;

/// By what a person is known.
#[derive(Default)]
struct KnownBy {
    /// What is theirs wherever it stands, folded.
    wholes: BTreeSet<String>,
    /// What may be anybody's: words of their names, and short numbers.
    perhaps: BTreeSet<String>,
    /// The words of all of them.
    words: Words,
    /// Their conversations, and whose customers they are.
    own: BTreeSet<ConversationId>,
    merchants: BTreeSet<MerchantId>,
}

/// What a filter says of a person.
#[derive(Debug, PartialEq, Eq)]
enum Says {
    /// It names them, by these.
    Them(Vec<Vec<Term>>),
    /// It does if one of these finds nobody else.
    Perhaps(Vec<Vec<Term>>),
}

impl KnownBy {
    fn of(logs: &[(Conversation, Vec<Event>)], orders: &[Order]) -> Self {
        let mut known = Self::default();
        for (row, events) in logs {
            known.own.insert(row.id.clone());
            known.merchants.insert(row.merchant.clone());
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
            known.add_number(order.id.as_str());
            known.add_number(&order.written_id);
            known.add_name(customer.name.as_deref());
            known.add_all([&customer.email, &customer.phone].map(Clone::clone));
        }
        known
    }

    fn add_all(&mut self, texts: impl IntoIterator<Item = Option<String>>) {
        let texts = texts.into_iter().flatten();
        texts.for_each(|text| self.add(&text));
    }

    /// A name of several words is theirs; each of its words, or a name of one, may be anybody's.
    fn add_name(&mut self, name: Option<&str>) {
        let name = fold(name.unwrap_or_default().trim());
        let words: Vec<&str> = name.split_whitespace().collect();
        match words.as_slice() {
            [] => return,
            [only] => drop(self.perhaps.insert((*only).to_owned())),
            several => {
                self.wholes.insert(several.join(" "));
                let long = several
                    .iter()
                    .filter(|word| word.chars().count() >= SHORTEST);
                self.perhaps.extend(long.map(|word| (*word).to_owned()));
            }
        }
        add_words(&name, &mut self.words);
    }

    /// A number of an order is theirs if it looks like none of anything else.
    fn add_number(&mut self, number: &str) {
        let number = fold(number.trim());
        let length = number.chars().count();
        let is_mixed = number.contains(char::is_numeric) && number.contains(char::is_alphabetic);
        add_words(&number, &mut self.words);
        if length >= LONG_NUMBER || is_mixed && length >= SHORTEST_NUMBER {
            self.wholes.insert(number);
        } else if length >= SHORTEST_NUMBER {
            self.perhaps.insert(number);
        }
    }

    fn add(&mut self, text: &str) {
        let folded = fold(text.trim());
        if folded.is_empty() {
            return;
        }
        add_words(&folded, &mut self.words);
        self.wholes.insert(folded);
    }

    /// What a filter says of them by what it is called and what it looks for.
    fn said_by(&self, filter: &SavedFilter) -> Says {
        let typed = filter.only.get(TYPED).map(|text| fold(text));
        let texts: Vec<String> = [fold(&filter.name)]
            .into_iter()
            .chain(typed.clone())
            .collect();
        let stands = |whole: &&String| texts.iter().any(|text| has(text, whole));
        let terms = |one: &String| {
            let mut words = Words::new();
            add_words(one, &mut words);
            words.into_iter().map(Term::Word).collect()
        };
        let wholes: Vec<Vec<Term>> = self.wholes.iter().filter(stands).map(terms).collect();
        if !wholes.is_empty() {
            return Says::Them(wholes);
        }
        let named = self.perhaps.iter().filter(stands).map(terms);
        let asked = Asked::parse(&typed.unwrap_or_default()).unwrap_or_default();
        let looks_for_them = asked.terms.iter().all(|term| self.knows(term));
        let asked = Some(asked.terms).filter(|_| looks_for_them);
        let all: Vec<Vec<Term>> = named.chain(asked).filter(|all| !all.is_empty()).collect();
        Says::Perhaps(all)
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

    /// Whether an agent's filter can find them at all.
    fn are_seen_by(&self, owner: Option<&Agent>, filter: &SavedFilter) -> bool {
        let is_of = |merchant: &str| self.merchants.iter().any(|one| one.as_str() == merchant);
        let bound = owner.and_then(|owner| owner.merchant.as_ref());
        let narrowed = filter.only.get(MERCHANT);
        bound.is_none_or(|one| is_of(one.as_str())) && narrowed.is_none_or(|one| is_of(one))
    }
}

/// Whether a text has another in it that does not go on in a word: `li` is not in `listed`.
pub(in crate::desk) fn has(text: &str, whole: &str) -> bool {
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
    pub(in crate::desk) async fn filters_with(
        &self,
        logs: &[(Conversation, Vec<Event>)],
        orders: &[Order],
    ) -> Result<Vec<(AgentId, SavedFilter)>, DeskError> {
        let known = KnownBy::of(logs, orders);
        let mut found = Vec::new();
        for saved in self.store.all_saved_filters().await? {
            let (with, _) = self.sorted_out(&known, false, saved.clone()).await?;
            found.extend(with.into_iter().map(|one| (saved.agent.clone(), one)));
        }
        Ok(found)
    }

    /// Takes them out of the lists of their agents.
    pub(in crate::desk) async fn take_filters_out(
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
        for saved in self.store.all_saved_filters().await? {
            let (with, left) = self.sorted_out(&known, false, saved).await?;
            if !with.is_empty() {
                any = true;
                commit = commit.saved_filters(left);
            }
        }
        match any {
            true => self.commit(commit).await,
            false => Ok(()),
        }
    }

    /// The commit that takes a conversation out because of its age, without the filters that name somebody by what nobody is found by any
    /// more once it is gone. Whoever has written since, or somebody of the same name, is still looked for.
    pub(super) async fn without_old_filters(
        &self,
        row: &Conversation,
        mut commit: Commit,
    ) -> Result<Commit, DeskError> {
        let all = self.store.all_saved_filters().await?;
        if all.is_empty() {
            return Ok(commit);
        }
        self.read_for_words(usize::MAX).await?;
        let (_, events) = self.all_words(row).await?;
        let logs = [(row.clone(), events)];
        let (orders, _) = self.orders_of_person(&logs).await?;
        let known = KnownBy::of(&logs, &orders);
        for saved in all {
            let (with, left) = self.sorted_out(&known, true, saved).await?;
            if !with.is_empty() {
                let about = (row.id.to_string(), "a saved filter with what went");
                commit = commit.saved_filters(left).audit(self.own_entry(
                    Audited::Erased,
                    about.0,
                    about.1,
                )?);
            }
        }
        Ok(commit)
    }

    /// Of an agent's filters those that find a person, and what is left without them. Of one who goes because of their age, only those that
    /// find nobody else.
    async fn sorted_out(
        &self,
        known: &KnownBy,
        is_old: bool,
        saved: SavedFilters,
    ) -> Result<(Vec<SavedFilter>, SavedFilters), DeskError> {
        let SavedFilters { agent, filters } = saved;
        let owner = self.store.agent(&agent).await?;
        let (mut with, mut left) = (Vec::new(), Vec::new());
        for filter in filters {
            let is_theirs = known.are_seen_by(owner.as_ref(), &filter)
                && match known.said_by(&filter) {
                    Says::Them(_) if !is_old => true,
                    Says::Them(all) | Says::Perhaps(all) => {
                        self.one_finds_nobody_else(known, &all).await?
                    }
                };
            if is_theirs { &mut with } else { &mut left }.push(filter);
        }
        let left = SavedFilters {
            agent,
            filters: left,
        };
        Ok((with, left))
    }

    async fn one_finds_nobody_else(
        &self,
        known: &KnownBy,
        all: &[Vec<Term>],
    ) -> Result<bool, DeskError> {
        for terms in all {
            let mut before = None;
            loop {
                let found = self.store.find(terms, before, STEP).await?;
                if found.iter().any(|(_, id)| !known.own.contains(id)) {
                    break;
                }
                before = found.last().map(|(number, _)| *number);
                if found.len() < STEP {
                    return Ok(true);
                }
            }
        }
        Ok(false)
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

    fn somebody() -> KnownBy {
        let mut known = KnownBy::default();
        known.add_name(Some("Mia Field"));
        known.add_name(Some("\u{674e}\u{5c0f}\u{9f99}"));
        known.add("mia@example.org");
        known.add("+447700900123");
        known.add_number("A1042");
        known.add_number("2026");
        known.add_number("12");
        known
    }

    #[test]
    fn a_filter_that_names_somebody_is_theirs() {
        let known = somebody();
        for (name, q) in [
            ("x", "mia field"),
            ("x", "refund MIA FIELD late"),
            ("x", "mia@example.org"),
            ("x", "call +447700900123"),
            ("Mia Field", "late"),
            ("the case A1042", "late"),
        ] {
            let said = known.said_by(&filter(name, q));
            assert!(matches!(said, Says::Them(_)), "{name}: {q}");
        }
    }

    #[test]
    fn one_word_of_a_name_or_a_short_number_is_only_perhaps_theirs_and_other_words_are_not() {
        let known = somebody();
        let is_asked = |name: &str, q: &str| match known.said_by(&filter(name, q)) {
            Says::Them(_) => panic!("{name}: {q}"),
            Says::Perhaps(all) => !all.is_empty(),
        };
        for (name, q) in [
            ("x", "Field"),
            ("x", "fie"),
            ("of Field", "late"),
            ("x", "a-1042"),
            ("x", "returns 2026"),
            ("x", "12"),
            ("x", "\u{5c0f}\u{9f99}"),
            ("\u{674e}\u{5c0f}\u{9f99}", "late"),
        ] {
            assert!(is_asked(name, q), "{name}: {q}");
        }
        for (name, q) in [
            ("x", "refund"),
            ("x", "fields"),
            ("x", "meadow trip"),
            ("x", "A10421"),
            ("miafield", "fi"),
            ("x", "12 days late"),
            ("12", "late"),
            ("x", "\u{9000}\u{6b3e}"),
        ] {
            assert!(!is_asked(name, q), "{name}: {q}");
        }
    }
}
