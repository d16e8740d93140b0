//! The inbox lists by what conversations have: a language, a site, a reason, an agent, a label. Each list exists once more for each of
//! them, in the same order, so that a page of a filtered list costs the page, whatever else the list holds.
//!
//! Where several things are asked for at once, their lists are walked together: from the place where one of them goes on, the next is asked
//! where it goes on from there, until all of them name the same conversation. A page looks so often and no oftener; one that is not
//! full by then says where the next begins.
//!
//! The list of the bot has none of it: it changes with every message and is rarely looked at.

use super::door::Store;
use super::error::StoreError;
use super::inbox::{self, InboxRow, View};
use super::keys::{self, Key};
use super::local::Local;
use super::page::{Cursor, Page};
use super::reads::MAX_PAGE;
use super::record;
use super::tx::Tx;
use crate::domain::conversation::{Conversation, Label, Owner};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, MerchantId, SiteId};
use crate::domain::language::Language;

/// So often one page looks where a list goes on.
const LOOKS: usize = 2_000;

/// What the conversations of a list are to have. Each thing that is asked for is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose customers speak.
    pub merchant: Option<MerchantId>,
    /// The storefront.
    pub site: Option<SiteId>,
    /// The customer's language.
    pub language: Option<Language>,
    /// Why it went to a person.
    pub reason: Option<HandoffReason>,
    /// Who has it.
    pub agent: Option<AgentId>,
    /// What people sorted it by.
    pub label: Option<Label>,
}

/// Something that a conversation has: a sign for what it is, and its value.
type Facet = (u8, String);

impl Filter {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a conversation has all of it.
    #[must_use]
    pub fn fits(&self, conversation: &Conversation) -> bool {
        let has = facets(conversation);
        let merchant = self.merchant.as_ref();
        merchant.is_none_or(|merchant| *merchant == conversation.merchant)
            && self.facets().iter().all(|facet| has.contains(facet))
    }

    /// What is asked for beside the merchant, who has lists of their own.
    fn facets(&self) -> Vec<Facet> {
        let site = self.site.as_ref().map(site);
        let agent = self.agent.as_ref().map(agent);
        let label = self.label.as_ref().map(label);
        let (language, reason) = (self.language.map(language), self.reason.map(reason));
        let all = [site, language, reason, agent, label];
        all.into_iter().flatten().collect()
    }
}

fn site(id: &SiteId) -> Facet {
    (b's', id.to_string())
}

fn language(language: Language) -> Facet {
    (b'l', language.tag().to_owned())
}

fn reason(reason: HandoffReason) -> Facet {
    (b'r', reason.code().to_owned())
}

fn agent(id: &AgentId) -> Facet {
    (b'a', id.to_string())
}

fn label(label: &Label) -> Facet {
    (b'#', label.as_str().to_owned())
}

fn facets(conversation: &Conversation) -> Vec<Facet> {
    let mut all = vec![site(&conversation.site), language(conversation.language)];
    all.extend(conversation.reason.map(reason));
    if let Owner::Agent(id) = &conversation.owner {
        all.push(agent(id));
    }
    all.extend(conversation.labels.iter().map(label));
    all
}

/// What the keys of a list begin with that has only the conversations with a facet.
fn list(merchant: Option<&MerchantId>, view: &View, (kind, value): &Facet) -> Vec<u8> {
    let key = view.append(Key::new(b'I').id(inbox::scope(merchant)));
    key.fixed(&[*kind]).id(value).done()
}

/// All places of a conversation in these lists.
pub(crate) fn places(conversation: &Conversation) -> Vec<Vec<u8>> {
    if inbox::is_with_bot(conversation) {
        return Vec::new();
    }
    let facets = facets(conversation);
    let mut places = Vec::new();
    for merchant in [None, Some(&conversation.merchant)] {
        for view in View::of(conversation) {
            let place = view.place(merchant, conversation);
            let sort = &place[inbox::list(merchant, &view).len()..];
            for facet in &facets {
                places.push([&list(merchant, &view, facet)[..], sort].concat());
            }
        }
    }
    places
}

/// Moves a conversation from its old places to its new ones.
pub(crate) fn update(tx: &mut Tx<'_>, old: Option<&Conversation>, new: &Conversation) {
    let (before, after) = (old.map(places).unwrap_or_default(), places(new));
    for place in before.iter().filter(|place| !after.contains(place)) {
        tx.unmark(place.clone());
    }
    for place in after {
        if !before.contains(&place) {
            tx.mark(place);
        }
    }
}

impl Local {
    /// A page of a list with those conversations only that have what is asked for.
    fn filtered_rows(
        &self,
        view: &View,
        merchant: Option<&MerchantId>,
        filter: &Filter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, StoreError> {
        let facets = filter.facets();
        if facets.is_empty() {
            return self.inbox_rows(view, merchant, cursor, limit);
        }
        let lists: Vec<_> = facets
            .iter()
            .map(|facet| list(merchant, view, facet))
            .collect();
        let whole = inbox::list(merchant, view);
        let limit = limit.clamp(1, MAX_PAGE);
        let mut from = cursor.map_or_else(Vec::new, |Cursor(sort)| sort.clone());
        let (mut rows, mut looks) = (Vec::new(), 0);
        while let Some(sort) = self.meet(&lists, from, &mut looks)? {
            if rows.len() == limit || looks > LOOKS {
                let next = Some(Cursor(sort));
                return Ok(Page { rows, next });
            }
            if let Some(line) = self.get(&[&whole[..], &sort].concat())? {
                rows.push(record::decode(&line)?);
            }
            from = [&sort[..], &[0]].concat();
        }
        Ok(Page { rows, next: None })
    }

    /// The first place from `from` on that all lists have. After so many looks it is the place that was come to.
    fn meet(
        &self,
        lists: &[Vec<u8>],
        mut from: Vec<u8>,
        looks: &mut usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut agreed = 0;
        for list in lists.iter().cycle() {
            *looks += 1;
            let begin = [&list[..], &from].concat();
            let Some((key, _)) = self.keys(&begin, &keys::after(list), 1)?.pop() else {
                return Ok(None);
            };
            let sort = key[list.len()..].to_vec();
            agreed = if sort == from { agreed + 1 } else { 1 };
            from = sort;
            if agreed >= lists.len() || *looks > LOOKS {
                return Ok(Some(from));
            }
        }
        Ok(None)
    }
}

impl Store {
    /// As [`Store::inbox_rows`], with those conversations only that have what is asked for. A page may be short and not the last.
    ///
    /// # Errors
    /// As every read.
    pub async fn filtered_rows(
        &self,
        view: View,
        merchant: Option<&MerchantId>,
        filter: &Filter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, StoreError> {
        match self {
            Self::Sled(local) => local.filtered_rows(&view, merchant, filter, cursor, limit),
        }
    }
}
