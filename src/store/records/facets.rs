//! The inbox lists by what conversations have: a language, a site, a reason, an agent, a label. Each list exists once more for each of
//! them, in the same order, so that a page of a filtered list costs the page, whatever else the list holds.
//!
//! Where several things are asked for at once, their lists are walked together: from the place where one of them goes on, the next is asked
//! where it goes on from there, until all of them name the same conversation. A page looks so often and no oftener; one that is not
//! full by then says where the next begins.
//!
//! What an order has (its state, and with [`super::sorting`] its amount) is a facet, too: the places of the conversations about it follow when
//! the shop sends it anew. What is late now, and amounts between two bounds, are looked for line by line.
//!
//! The list of the bot has none of it, because what it has changes with every message and is rarely looked at: it is narrowed line by line, and
//! from its other end ([`Sort::Oldest`]) it is a list of its own, in which a place never changes.

use iso_currency::Currency;
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::domain::conversation::{Conversation, Label, Owner};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ConversationId, IntentId, MerchantId, SiteId};
use crate::domain::language::Language;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::service::{Running, is_late};
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::keys::{self, Key};
use crate::store::record;
use crate::store::records::faceted::{Facet, list};
use crate::store::records::inbox::{self, View};
use crate::store::records::rows::{Done, Refusal, Rows, stored};
use crate::store::records::sorting::{self, Sort};

/// A conversation is in the lists of so many of its intents, the latest.
const INTENTS: usize = 4;
/// The sign for the currency of the order.
pub(in crate::store) const CURRENCY: u8 = b'c';

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
    /// One of the last matters.
    pub intent: Option<IntentId>,
    /// Where the order that is talked about stands.
    pub order_state: Option<OrderStatus>,
    /// The currency of the order that is talked about.
    pub currency: Option<Currency>,
    /// The least that the order comes to, in that currency: without one, nothing comes to it.
    pub at_least: Option<Decimal>,
    /// The most, likewise.
    pub at_most: Option<Decimal>,
    /// Late at this time.
    pub late_at: Option<Timestamp>,
}

impl Filter {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a conversation has all of it; `about` is the order that is talked about.
    #[must_use]
    pub fn fits(&self, conversation: &Conversation, about: Option<&Order>) -> bool {
        let has = facets(conversation, about);
        let merchant = self.merchant.as_ref();
        merchant.is_none_or(|merchant| *merchant == conversation.merchant)
            && self.facets().iter().all(|facet| has.contains(facet))
            && self.fits_beside(
                conversation.service.nearest(),
                conversation.unanswered_since(),
                about,
            )
    }

    /// Whether it has what no list is kept for.
    pub(in crate::store) fn fits_beside(
        &self,
        owed: Option<&Running>,
        unanswered_since: Option<Timestamp>,
        about: Option<&Order>,
    ) -> bool {
        let amount = about.filter(|order| Some(order.amount.currency) == self.currency);
        let amount = amount.map(|order| order.amount.amount);
        let within = |bound: Option<Decimal>, fits: fn(Decimal, Decimal) -> bool| {
            bound.is_none_or(|bound| amount.is_some_and(|amount| fits(amount, bound)))
        };
        let late = self.late_at;
        late.is_none_or(|now| is_late(owed, unanswered_since, now))
            && within(self.at_least, |amount, bound| amount >= bound)
            && within(self.at_most, |amount, bound| amount <= bound)
    }

    /// Whether nothing but the merchant is asked for, who has lists of their own.
    pub(in crate::store) fn asks_nothing_beside_merchant(&self) -> bool {
        let merchant = self.merchant.clone();
        *self
            == Self {
                merchant,
                ..Self::default()
            }
    }

    /// Whether no conversation has it that the bot has: it has no agent, and nobody in it waits for a person.
    pub(in crate::store) const fn asks_for_people(&self) -> bool {
        self.agent.is_some() || self.late_at.is_some()
    }

    /// Whether lines have to be looked at one by one.
    pub(in crate::store) const fn looks_closer(&self) -> bool {
        self.at_least.is_some() || self.at_most.is_some() || self.late_at.is_some()
    }

    /// What is asked for beside the merchant, who has lists of their own.
    pub(in crate::store) fn facets(&self) -> Vec<Facet> {
        let site = self.site.as_ref().map(site);
        let agent = self.agent.as_ref().map(agent);
        let label = self.label.as_ref().map(label);
        let (language, reason) = (self.language.map(language), self.reason.map(reason));
        let (intent, state) = (self.intent.as_ref().map(intent), self.order_state);
        let (state, currency) = (state.map(order_state), self.currency.map(currency));
        let all = [
            site, language, reason, agent, label, intent, state, currency,
        ];
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

fn intent(id: &IntentId) -> Facet {
    (b'i', id.to_string())
}

fn order_state(state: OrderStatus) -> Facet {
    (b'o', state.name().to_owned())
}

fn currency(currency: Currency) -> Facet {
    (CURRENCY, currency.code().to_owned())
}

fn facets(conversation: &Conversation, about: Option<&Order>) -> Vec<Facet> {
    let mut all = vec![site(&conversation.site), language(conversation.language)];
    all.extend(conversation.reason.map(reason));
    if let Owner::Agent(id) = &conversation.owner {
        all.push(agent(id));
    }
    all.extend(conversation.labels.iter().map(label));
    let answered = conversation.memory.answered.iter().rev();
    all.extend(answered.take(INTENTS).map(intent));
    all.extend(about.map(|order| order_state(order.status)));
    all.extend(about.map(|order| currency(order.amount.currency)));
    all
}

/// Where the order stands that a conversation is about.
pub(crate) fn about_key(conversation: &Conversation) -> Option<Vec<u8>> {
    let order = conversation.memory.order.as_ref()?;
    Some(keys::order(&conversation.merchant, order))
}

/// All places of a conversation in these lists, and among those about its order.
pub(crate) fn places(conversation: &Conversation, about: Option<&Order>) -> Vec<Vec<u8>> {
    if inbox::is_with_bot(conversation) {
        let merchants = [None, Some(&conversation.merchant)].into_iter();
        let oldest =
            |merchant| sorting::place(Sort::Oldest, merchant, &View::Bot, conversation, None);
        return merchants.map(oldest).collect();
    }
    let facets = facets(conversation, about);
    let mut places = Vec::new();
    for merchant in [None, Some(&conversation.merchant)] {
        for view in View::of(conversation) {
            let place = view.place(merchant, conversation);
            let sort = &place[inbox::list(merchant, &view).len()..];
            for facet in &facets {
                places.push([&list(merchant, &view, facet)[..], sort].concat());
            }
            for order in Sort::KEPT {
                places.push(sorting::place(order, merchant, &view, conversation, about));
            }
        }
    }
    places.extend(about_key(conversation).map(|order| {
        Key::from(&keys::talked_about(&order))
            .id(conversation.id.as_str())
            .done()
    }));
    places
}

/// Moves a conversation from its old places to its new ones.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    old: Option<&Conversation>,
    new: &Conversation,
) -> Result<(), WorkError<Refusal>> {
    // Where the bot has it, a place is by when the conversation began: no turn moves it.
    if old.is_some_and(inbox::is_with_bot) && inbox::is_with_bot(new) {
        return Ok(());
    }
    let before = match old {
        Some(old) => current(tx, old)?,
        None => Vec::new(),
    };
    let after = current(tx, new)?;
    replace(tx, &before, after);
    Ok(())
}

/// The places of a conversation with its order as it is now.
pub(crate) fn current(tx: &Tx<'_>, row: &Conversation) -> Result<Vec<Vec<u8>>, WorkError<Refusal>> {
    let about = match about_key(row).filter(|_| !inbox::is_with_bot(row)) {
        Some(key) => tx.get(&key)?,
        None => None,
    };
    let about: Option<Order> = about.map(|bytes| record::decode(&bytes)).transpose()?;
    Ok(places(row, about.as_ref()))
}

fn replace(tx: &mut Tx<'_>, before: &[Vec<u8>], after: Vec<Vec<u8>>) {
    for place in before.iter().filter(|place| !after.contains(place)) {
        tx.unmark(place.clone());
    }
    for place in after {
        if !before.contains(&place) {
            tx.mark(place);
        }
    }
}

/// An order has changed: the conversations about it move with it.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    rows: &Rows,
    key: &[u8],
    old: Option<&Order>,
    new: &Order,
) -> Done {
    let all = keys::talked_about(key);
    let (mut from, end) = (all.clone(), keys::after(&all));
    while let Some(place) = tx.next_key(&from, &end)? {
        let id =
            keys::id_of(&place[all.len()..]).and_then(|(id, _)| ConversationId::parse(id).ok());
        if let Some(id) = id.filter(|_| tx.contains(&place).unwrap_or(false))
            && let Some(found) = stored(tx, rows, &id)?
        {
            let before = places(&found.row, old);
            replace(tx, &before, places(&found.row, Some(new)));
        }
        from = [&place[..], &[0]].concat();
    }
    Ok(())
}
