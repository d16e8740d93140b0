//! An order that is pointed at without its number: "the second one", "my other order", "what about the lamp?".

use std::collections::BTreeSet;

use super::alone;
use super::beside::{PLACES, clauses, cuts};
use super::circumstances::{KEPT, NOT_THIS, OTHER_ORDER, THE_OTHER_ONE};
use super::items::{folded, places_of};
use super::request::{NTH, Request, Which};
use super::speaker::Speaker;
use crate::domain::conversation::Topic;
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::{Reading, Scored};
use crate::engine::rules::book::Action;
use crate::engine::text::{is_han, simplify};

/// What a thing may be called by the last character of its name, with this one behind it.
const SUFFIX: char = '\u{5b50}';
/// The circumstance of words that stand between two things of a list.
const LISTED: &str = "goods_listed";
/// In a message of at most so many Chinese characters, the last one of a name is enough.
const BARE: usize = 6;
/// What stands behind a thing that is pointed at: that one, this one, 's, the order, "and ...?".
const POINTING: [char; 5] = ['\u{90a3}', '\u{8fd9}', '\u{7684}', '\u{5355}', '\u{5462}'];
/// In a message of at most so many characters, the name of a thing points at its order.
const SHORT: usize = 40;

impl Speaker<'_> {
    /// The orders that are known to be theirs, in the order in which they are listed.
    fn known_orders(&self) -> Vec<&OrderId> {
        match self.facts.own_orders.as_slice() {
            [] => self.memory.proven.keys().collect(),
            own => own.iter().collect(),
        }
    }

    /// The only order beside the one that was talked about before this message.
    fn other_order(&self) -> Option<OrderId> {
        let before = self.conversation.memory.order.as_ref()?;
        let known = self.known_orders().into_iter();
        let mut others = known.filter(|order| *order != before);
        let other = others.next()?;
        others.next().is_none().then(|| other.clone())
    }

    /// Whether another order is meant than the one that is talked about.
    pub(super) fn means_other_order(&self) -> bool {
        self.tells(OTHER_ORDER) && self.conversation.memory.order.is_some()
    }

    /// The order that these words of a message point at.
    pub(super) fn pointed_at(&self, told: &[IntentId]) -> Option<OrderId> {
        let tells = |name: &str| told.iter().any(|it| it.as_str() == name);
        let known = self.known_orders();
        let several = known.len() > 1;
        let nth = NTH.iter().find(|(name, _)| several && tells(name));
        let nth = nth.and_then(|(_, at)| known.get(*at));
        match nth {
            Some(order) => Some((*order).clone()),
            None if tells(OTHER_ORDER) => self.other_order(),
            None => None,
        }
    }

    /// Whether the message speaks of another order, or of another one.
    pub(super) fn means_another(&self) -> bool {
        self.tells(OTHER_ORDER) || self.tells(THE_OTHER_ONE)
    }

    /// Whether requests of one message are about different orders, one of which is only called the other.
    pub(super) fn sets_apart(&self, requests: &[Request]) -> bool {
        let orders: BTreeSet<Option<&OrderId>> =
            requests.iter().map(|it| it.order.as_ref()).collect();
        self.means_another() && (orders.len() > 1 || requests.iter().any(|it| it.elsewhere))
    }

    /// Which order a part is about by its own words. "The other one" is an order where that is asked for which only orders have.
    pub(super) fn which_order(
        &self,
        named: Option<OrderId>,
        asked: &Scored,
        part: &Reading,
    ) -> Which {
        let of_orders = matches!(
            self.action(&asked.intent),
            Some(Action::ShowOrder | Action::CancelOrder | Action::ChangeOrder)
        );
        let other = part.tells(OTHER_ORDER) || of_orders && part.tells(THE_OTHER_ONE);
        match named {
            Some(order) => Which::This(order),
            None if other => Which::Other,
            None => self.pointed_at(&part.told).map_or(Which::Open, Which::This),
        }
    }

    /// The requests of the parts of a message. "Cancel it, and where is the other one?": beside another order, what does not say which is
    /// about the order that is talked about.
    pub(super) fn told_apart(&self, parts: &[(Scored, Which)]) -> Vec<Request> {
        let is = |which: &Which| parts.iter().any(|(_, it)| it == which);
        let beside_other = is(&Which::Other);
        let this = |which: &Which| match which {
            Which::This(order) => Some(order.clone()),
            Which::Other | Which::Open => None,
        };
        let mut taken: Vec<OrderId> = parts.iter().filter_map(|(_, it)| this(it)).collect();
        let at_hand = self.conversation.memory.order.clone();
        if taken.is_empty() || is(&Which::Open) {
            taken.extend(at_hand.clone());
        }
        let known = self.known_orders();
        let several = known.len() > 1;
        let mut left = known.into_iter().filter(|order| !taken.contains(order));
        let other = left
            .next()
            .filter(|_| left.next().is_none() && !taken.is_empty());
        let requests = parts.iter().map(|(scored, which)| {
            let order = match which {
                Which::This(order) => Some(order.clone()),
                Which::Other => other.cloned(),
                Which::Open => at_hand.clone().filter(|_| beside_other),
            };
            Request {
                // Of somebody whose orders are not known, the number is asked for in any case.
                elsewhere: beside_other && order.is_none() && (several || !taken.is_empty()),
                ..Request::of(scored.clone(), order)
            }
        });
        requests.collect()
    }

    /// Asks which order a matter is about that is not the one talked about. What waited goes on afterwards.
    pub(super) fn ask_order_apart(&mut self, topic: Topic) {
        self.note(&topic);
        let waiting = self.memory.topic.take();
        let asked_now = waiting.as_ref() != self.conversation.memory.topic.as_ref();
        match waiting {
            // One such question at a time.
            Some(waiting) if asked_now => {
                self.memory.topic = Some(waiting);
                self.park(topic);
            }
            waiting => {
                self.memory.parked.splice(0..0, waiting);
                self.ask_order(topic);
            }
        }
    }

    /// "No, the other one": another item of the order. With an order's number it is another order.
    pub(super) fn means_other_item(&self) -> bool {
        self.tells(THE_OTHER_ONE) && self.named_orders().is_empty()
    }

    /// Whether the message points at one of several orders by its place in their list, in words.
    pub(super) fn points_by_place(&self) -> bool {
        let digits = self.heard.text.contains(|c: char| c.is_ascii_digit());
        let several = self.known_orders().len() > 1;
        several && !digits && NTH.iter().any(|(name, _)| self.tells(name))
    }

    /// How many orders the message points at.
    pub(super) fn points_at(&self) -> usize {
        let names = NTH.iter().map(|(name, _)| *name).chain([OTHER_ORDER]);
        names.filter(|name| self.tells(name)).count()
    }

    /// The order that a message without a matter of its own points at.
    pub(super) fn points_at_order(&self) -> Option<OrderId> {
        let is_short = self.heard.text.chars().count() <= SHORT;
        let before = self.conversation.memory.order.as_ref();
        let by_item = || {
            let only = || self.only_with_item().filter(|_| self.asks_something());
            let found = self.order_by_item().or_else(only).filter(|_| is_short);
            found.filter(|order| Some(order) != before)
        };
        self.pointed_at(&self.told)
            .or_else(|| self.other_order().filter(|_| self.tells(THE_OTHER_ONE)))
            .or_else(by_item)
    }

    /// "The lamp one": the only one of the customer's own orders whose goods the message names.
    pub(super) fn order_by_item(&self) -> Option<OrderId> {
        self.only_with_item()
            .filter(|_| self.facts.own_orders.len() > 1)
    }

    /// The same, where it may be the only order that there is.
    pub(super) fn only_with_item(&self) -> Option<OrderId> {
        let all = self.order_with_item(&self.heard.without_orders());
        all.or_else(|| self.order_with_item(&self.undenied()))
            .or_else(|| self.order_of_goods_asked_for())
    }

    /// "The boots are fine, but I want to return the umbrella": of goods that are named apart, those in the piece that asks.
    fn order_of_goods_asked_for(&self) -> Option<OrderId> {
        let text = self.heard.without_orders();
        let pieces = self.whole_pieces(&text).into_iter();
        let goods: Vec<_> = pieces
            .map(|(start, end)| {
                let piece = text.get(start..end).unwrap_or_default();
                (self.asks_in(start, end), self.goods_of_piece(piece).0)
            })
            .collect();
        let all: BTreeSet<&OrderId> = goods.iter().flat_map(|(_, named)| named).collect();
        let asking = goods.iter().filter(|(asks, _)| *asks && all.len() > 1);
        let named: BTreeSet<OrderId> = asking.flat_map(|(_, named)| named.clone()).collect();
        let mut named = named.into_iter();
        named.next().filter(|_| named.next().is_none())
    }

    /// "The boots and the umbrella": the orders whose goods the message names one after the other, with no more between them than a word that
    /// joins. None where the words stand apart: something else may be said of each.
    /// Where goods are named in several places, those in the clause of what asks are meant, whatever list stands in another one.
    pub(super) fn orders_of_listed_goods(&self) -> Vec<OrderId> {
        let text = self.heard.without_orders();
        let mut goods = Vec::new();
        for (start, end) in self.whole_pieces(&text) {
            let piece = text.get(start..end).unwrap_or_default();
            let (named, listed) = self.goods_of_piece(piece);
            if !named.is_empty() {
                goods.push((start, piece, named, listed));
            }
        }
        if let [(_, piece, _, listed)] = goods.as_slice() {
            let piece = self.rules.matcher.read(piece);
            let stays = piece.tells(KEPT) || piece.tells(NOT_THIS);
            return listed.iter().filter(|_| !stays).cloned().collect();
        }
        if goods.iter().all(|(_, _, _, listed)| listed.is_empty()) {
            return Vec::new();
        }
        let ends = clauses(&text);
        let mut orders: Vec<OrderId> = Vec::new();
        for (at, (start, _, named, listed)) in goods.iter().enumerate() {
            // What asks may stand behind the goods, up to the next ones in their clause.
            let clause = ends.iter().find(|(_, to)| to > start);
            let next = goods.get(at + 1).map(|it| it.0);
            let end = clause.map(|it| it.1).into_iter().chain(next).min();
            let meant = if listed.is_empty() { named } else { listed };
            if self.asks_in(*start, end.unwrap_or(text.len())) {
                orders.extend(meant.iter().cloned());
            }
        }
        let mut seen = BTreeSet::new();
        orders.retain(|it| seen.insert(it.clone()));
        orders
    }

    /// The pieces of a text between its clauses and the words that set against each other; what is joined stays together.
    fn whole_pieces(&self, text: &str) -> Vec<(usize, usize)> {
        let cuts = cuts(self.rules, text).into_iter();
        let ends = cuts.filter(|(_, joins)| !joins).map(|(end, _)| end);
        let mut start = 0;
        let pieces = ends.map(|end| (std::mem::replace(&mut start, end), end));
        pieces.collect()
    }

    /// Whether words that ask for something of an order stand between these places.
    fn asks_in(&self, start: usize, end: usize) -> bool {
        let asked = self.heard.reading.intents.iter();
        let mut matched = asked
            .filter(|it| self.is_about_orders(&it.intent))
            .flat_map(|it| &it.matched);
        matched.any(|it| it.start < end && start < it.end)
    }

    /// The orders whose goods a piece of a message names, and those that it names one after the other.
    fn goods_of_piece(&self, piece: &str) -> (Vec<OrderId>, Vec<OrderId>) {
        let text = folded(piece);
        let mut places: Vec<(usize, usize, &OrderId)> = Vec::new();
        for id in &self.facts.own_orders {
            let Some(order) = self.facts.orders.get(id) else {
                continue;
            };
            let named = order
                .items
                .iter()
                .flat_map(|item| places_of_thing(&text, item));
            places.extend(named.map(|(from, to)| (from, to, id)));
        }
        places.sort_unstable();
        let joined = |a: &(usize, usize, &OrderId), b: &(usize, usize, &OrderId)| {
            let between = text.get(a.1..b.0).unwrap_or_default().trim();
            let joins = self.rules.matcher.read(between).tells(LISTED);
            a.2 != b.2 && !between.is_empty() && joins
        };
        let mut listed: Vec<OrderId> = Vec::new();
        for pair in places.windows(2).take(PLACES) {
            if let [a, b] = pair
                && joined(a, b)
            {
                listed.extend([a.2.clone(), b.2.clone()]);
            }
        }
        listed.dedup();
        let named = places.iter().map(|(_, _, id)| (*id).clone()).collect();
        (named, listed)
    }

    /// The only one of the customer's own orders whose goods a text names.
    pub(super) fn order_with_item(&self, text: &str) -> Option<OrderId> {
        let text = simplify(&text.to_lowercase());
        let names = |item: &String| {
            let last = item.chars().last().filter(|c| is_han(*c));
            let alone = |last: char| {
                let last = simplify(&last.to_string());
                alone::stands_alone(self.rules, &text, &last, false)
            };
            names_item(&text, item) || last.is_some_and(alone)
        };
        let named = |id: &&OrderId| {
            let order = self.facts.orders.get(*id);
            order.is_some_and(|order| order.items.iter().any(names))
        };
        let mut found = self.facts.own_orders.iter().filter(named);
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    }
}

/// Whether a text has the last word of an item's name, which is what the thing is; in Chinese, the end of the name, by which it is called
/// for short.
fn names_item(text: &str, item: &str) -> bool {
    let item = simplify(&item.to_lowercase());
    let word = item.split_whitespace().next_back().unwrap_or_default();
    if word.is_ascii() {
        return has_word(text, word);
    }
    let chars: Vec<char> = word.chars().filter(|c| is_han(*c)).collect();
    let Some(last) = chars.last() else {
        return word.chars().count() >= 2 && text.contains(word);
    };
    let pair = chars.windows(2).next_back();
    let pair = pair.map(|pair| pair.iter().collect::<String>());
    let short = text.chars().filter(|c| is_han(*c)).count() <= BARE;
    pair.is_some_and(|pair| text.contains(&pair))
        || text.contains(word)
        || text.contains(&format!("{last}{SUFFIX}"))
        || short && stands_alone(text, *last)
}

/// Where a text, in the form in which it is compared, has a thing: by words of its name, or by the last character of it.
fn places_of_thing(text: &str, item: &str) -> Vec<(usize, usize)> {
    let named = places_of(text, item);
    let last = folded(item).chars().last().filter(|c| is_han(*c));
    match last {
        Some(last) if named.is_empty() => {
            let places = text.match_indices(last).take(PLACES);
            places.map(|(at, it)| (at, at + it.len())).collect()
        }
        _ => named,
    }
}

/// Whether a Latin word stands in a text by itself, in the singular or the plural: "tea" is none of "instead".
fn has_word(text: &str, word: &str) -> bool {
    let word = word.trim_end_matches('s');
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let ends = ["", "s", "es"];
    let is_it = |it: &str| it.strip_prefix(word).is_some_and(|end| ends.contains(&end));
    word.len() >= 2 && words.any(is_it)
}

/// Whether a character is a word by itself in a text: nothing stands behind it, or what points at a thing.
fn stands_alone(text: &str, c: char) -> bool {
    let behind = |(at, it): (usize, &str)| text.get(at + it.len()..).unwrap_or_default().chars();
    let apart = |next: char| !is_han(next) || POINTING.contains(&next);
    let mut places = text.match_indices(c).map(behind);
    places.any(|mut behind| behind.next().is_none_or(apart))
}
