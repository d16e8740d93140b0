//! What a message says of how much of an order is wanted back: read, and not yet checked.

use super::Rules;
use super::circumstances::{
    A_PART, ALL_BUT, ALL_OF_IT, ANOTHER_PART, ONLY_THAT, POSTAGE_TOO, THE_OTHER_ONE, THE_REST,
    THIS_TOO,
};
use super::items::{Named, named};
use super::kept::{REST_IS_FINE, sides};
use super::parts::LONGEST;
use super::priced::pairs;
use super::speaker::Speaker;
use super::sum_said::{Evidence, narrow, share, sums};
use crate::domain::conversation::{Portion, Topic};
use crate::domain::ids::IntentId;
use crate::domain::order::Order;
use crate::engine::slots::Slots;

/// Circumstances that tell how much is wanted back.
const IN_PART: &str = "in_part";
const AMOUNT_BACK: &str = "amount_back";
const ONE_OF_THEM: &str = "one_of_them";
/// One of several that are called by one name.
const ONE_OF_NAMED: &str = "one_of_named";
const POSTAGE_BACK: &str = "postage_back";
/// Words that say nothing beside a number.
const SUM_WORDS: &str = "sum_words";
/// What belongs to a sum beside its digits.
const SUM_SIGNS: [char; 5] = ['.', '-', '$', '\u{a3}', '\u{a5}'];
/// A message about how much is wanted.
pub(super) struct Words<'a> {
    pub(super) rules: &'a Rules,
    pub(super) text: &'a str,
    pub(super) slots: &'a Slots,
    pub(super) told: &'a [IntentId],
    /// It was asked for, so that a bare number is one.
    pub(super) asked: bool,
    /// The items that no claim is about.
    pub(super) free: &'a [String],
}

impl Speaker<'_> {
    /// Whether the message says plainly how much is wanted, and asks nothing: however else it may be read, it is that here.
    pub(super) fn is_about_portion(&self) -> bool {
        self.says_how_much() || self.means_other_item() && !self.asks_something()
    }

    /// The same, but for an item that is only called the other one.
    pub(super) fn says_how_much(&self) -> bool {
        let plain = [
            THE_REST,
            ANOTHER_PART,
            IN_PART,
            ALL_OF_IT,
            ALL_BUT,
            POSTAGE_TOO,
            POSTAGE_BACK,
            AMOUNT_BACK,
        ];
        let said = self.says_share() || plain.iter().any(|name| self.tells(name));
        said && !self.asks_something()
    }

    /// Whether the message wants a share of what was paid: "half of it".
    pub(super) fn says_share(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        let items = order.map_or(&[][..], |order| order.items.as_slice());
        share(
            (self.rules, items),
            &self.heard.without_orders(),
            &self.told,
        )
        .is_some()
    }

    /// Whether the message is nothing but a sum ("20", "make it 20"), after the form has been said back or with its currency: so much is
    /// wanted.
    pub(super) fn gives_sum(&self, topic: &Topic) -> bool {
        let said_back = topic.form.portion.is_some() || topic.form.told;
        if !said_back && self.heard.reading.slots.amounts.is_empty() {
            return false;
        }
        let part = |c: char| c.is_ascii_digit() || SUM_SIGNS.contains(&c);
        let text = narrow(&self.heard.without_orders());
        let rest = text.replace(part, " ");
        let has_number = text.contains(|c: char| c.is_ascii_digit());
        let is_alone = !rest.contains(char::is_alphabetic);
        has_number && (is_alone || self.rules.matcher.read(&rest).tells(SUM_WORDS))
    }
}

impl Words<'_> {
    pub(super) fn tells(&self, circumstance: &str) -> bool {
        self.told.iter().any(|told| told.as_str() == circumstance)
    }

    /// What it says of the items of an order. None: nothing.
    pub(super) fn portion(&self, order: &Order, before: Option<&Portion>) -> Option<Portion> {
        let short = self.asked || self.tells(A_PART);
        if let Some(portion) = self.priced_one_by_one(order) {
            return Some(portion);
        }
        let amount = self.amount(&order.items);
        let open = || Portion {
            open: true,
            ..Portion::default()
        };
        let sides = sides(self.rules, self.text, &order.items, short);
        let vague = sides.as_ref().is_some_and(|it| it.vague) || self.text.len() > LONGEST;
        let found = match sides {
            Some(sides) if sides.mixed => return Some(open()),
            Some(sides) if sides.wanted.is_empty() => return self.all_else(&sides.kept, before),
            Some(sides) => sides.wanted,
            None => named(self.rules, self.text, &order.items, short),
        };
        // "Everything is fine but the hat" wants nothing less than everything back.
        if self.tells(ALL_OF_IT) && !self.tells(REST_IS_FINE) && amount.is_none() {
            return Some(Portion::default());
        }
        if self.tells(THE_OTHER_ONE) && found.items.is_empty() {
            return Some(
                before
                    .and_then(|it| the_other(it, order))
                    .unwrap_or_else(open),
            );
        }
        if let Some(same) = before.and_then(|it| same_as_before(it, &found)) {
            return Some(same);
        }
        let one_of_several = found.items.len() > 1 && self.tells(ONE_OF_NAMED);
        if !found.unclear.is_empty() || one_of_several {
            return Some(open());
        }
        let all_named = order.items.len() > 1 && found.items.len() == order.items.len();
        let items = match found.items.as_slice() {
            _ if all_named && (vague || self.tells(A_PART)) => return Some(open()),
            _ if all_named || order.items.len() < 2 => Vec::new(),
            items => items.to_vec(),
        };
        match (items, amount) {
            (items, Some(amount)) => Some(self.with_amount(items, amount, before, order)),
            (items, None) if !items.is_empty() => Some(Portion {
                items: self.as_well(items, before, order),
                ..Portion::default()
            }),
            _ if self.tells(THE_REST) => Some(Portion::default()),
            _ if self.tells(POSTAGE_BACK) && !self.tells(POSTAGE_TOO) => Some(postage_of(order)),
            _ if self.tells(POSTAGE_TOO) => Some(with_postage(before, order)),
            _ => self.is_open(order, before).then(open),
        }
    }

    /// What is wanted where only what stays is told. "No, not the kettle", where the mug is meant: still the mug.
    fn all_else(&self, kept: &[String], before: Option<&Portion>) -> Option<Portion> {
        let rest = [ALL_BUT, ALL_OF_IT, THE_REST];
        let rest = rest.iter().any(|it| self.tells(it));
        let beside = |it: &Portion| !it.items.iter().any(|item| kept.contains(item));
        let same = before.filter(|it| !rest && !it.items.is_empty() && beside(it));
        let same = same.map(|it| Portion {
            agreed: false,
            ..it.clone()
        });
        let left = before.and_then(|it| without(it, kept));
        left.or(same).or_else(|| all_but(kept, self.free))
    }

    /// "Hat 20 and socks 8": both, for the sum of what they cost.
    fn priced_one_by_one(&self, order: &Order) -> Option<Portion> {
        let pairs = pairs(self.rules, self.text, &order.items);
        let numbers = pairs
            .iter()
            .map(|it| it.amount.parse::<rust_decimal::Decimal>().ok());
        let sum: Option<rust_decimal::Decimal> = numbers.sum();
        let priced = |item: &&String| pairs.iter().any(|it| it.items.contains(*item));
        let items: Vec<String> = order.items.iter().filter(priced).cloned().collect();
        let all = named(self.rules, self.text, &order.items, true).items;
        let complete = pairs.len() > 1 && all.iter().all(|item| items.contains(item));
        complete.then(|| Portion {
            items,
            amount: sum.map(|sum| sum.to_string()),
            currency: pairs.iter().find_map(|it| it.currency.clone()),
            ..Portion::default()
        })
    }

    /// What is named, with the amount or share that is named with it.
    fn with_amount(
        &self,
        items: Vec<String>,
        (amount, currency): (String, Option<String>),
        before: Option<&Portion>,
        order: &Order,
    ) -> Portion {
        if self.adds_to(before, &items) {
            return self.together(items, &amount, before, order);
        }
        let share = amount.contains('%');
        let items = match before {
            Some(before) if items.is_empty() && (self.asked || share) => before.items.clone(),
            _ => items,
        };
        // A share of items can be told only where their prices are known.
        let known = !share || items.is_empty() || order.price_of(&items).is_some();
        Portion {
            items,
            amount: known.then_some(amount),
            currency,
            ..Portion::default()
        }
    }

    /// What is named, with what was said before where it is named as well: "and the towel". How much that makes is asked again where the
    /// order does not say.
    fn as_well(&self, items: Vec<String>, before: Option<&Portion>, order: &Order) -> Vec<String> {
        let before = before.filter(|it| self.tells(THIS_TOO) && !it.items.is_empty());
        let Some(before) = before else { return items };
        let all = order.items.iter();
        all.filter(|item| items.contains(item) || before.items.contains(item))
            .cloned()
            .collect()
    }

    /// Whether items with an amount of their own come beside others: "and the blue one, 20".
    fn adds_to(&self, before: Option<&Portion>, items: &[String]) -> bool {
        let others = |it: &Portion| it.items.iter().any(|item| !items.contains(item));
        self.tells(THIS_TOO) && !items.is_empty() && before.is_some_and(others)
    }

    /// Both with the sum of what they cost; where only one of the two is known, how much both make is asked.
    fn together(
        &self,
        items: Vec<String>,
        amount: &str,
        before: Option<&Portion>,
        order: &Order,
    ) -> Portion {
        let known = before.and_then(|it| it.amount.as_deref());
        let number = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
        let sum = known.and_then(number).zip(number(amount));
        Portion {
            items: self.as_well(items, before, order),
            amount: sum
                .and_then(|(one, other)| one.checked_add(other))
                .map(|sum| sum.to_string()),
            currency: before.and_then(|it| it.currency.clone()),
            ..Portion::default()
        }
    }

    /// That a part is wanted, and not which; or which, by a name that none of them has, while none was meant before.
    fn is_open(&self, order: &Order, before: Option<&Portion>) -> bool {
        let several = order.items.len() > 1;
        let none_meant = before.is_none_or(|it| it.items.is_empty());
        let one_meant = before.is_some_and(|it| it.items.len() == 1);
        self.tells(IN_PART)
            || self.tells(ANOTHER_PART)
            || self.tells(ONE_OF_THEM) && several && !one_meant
            || self.tells(ONLY_THAT) && several && none_meant
    }

    /// The amount, or the share of what was paid, with its currency.
    pub(super) fn amount(&self, items: &[String]) -> Option<(String, Option<String>)> {
        if let Some(share) = share((self.rules, items), self.text, self.told) {
            return Some((share, None));
        }
        // "And the blue one, 20".
        let ends = self.text.trim_end_matches(|c: char| !c.is_alphanumeric());
        let comes_to_it = self.tells(THIS_TOO) && ends.ends_with(|c: char| c.is_ascii_digit());
        let money = [A_PART, AMOUNT_BACK, ONLY_THAT];
        let about_money = comes_to_it || money.iter().any(|told| self.tells(told));
        let evidence = match self.asked {
            true => Evidence::Asked,
            false if about_money => Evidence::Beside,
            // "The socks, £6": what is named has one price beside it.
            false if self.prices_named(items) => Evidence::Asked,
            false => return None,
        };
        let mut sums = sums((self.rules, items), self.text, self.slots, evidence);
        if sums.iter().any(|sum| sum.currency.is_some()) {
            sums.retain(|sum| sum.currency.is_some());
        } else if self.tells(ONE_OF_THEM) {
            return None;
        }
        match sums.as_slice() {
            [one] => Some((one.amount.clone(), one.currency.clone())),
            _ => None,
        }
    }
}

impl Words<'_> {
    /// Whether some of the items are named, and one amount with a currency.
    fn prices_named(&self, items: &[String]) -> bool {
        let mut amounts = self.slots.amounts.iter();
        let one = amounts.next().is_some();
        let some = || {
            let found = named(self.rules, self.text, items, false).items;
            !found.is_empty() && found.len() < items.len()
        };
        one && amounts.next().is_none() && some()
    }
}

/// What was paid for the delivery: a part of its own where the order says how much, else how much is to be asked.
fn postage_of(order: &Order) -> Portion {
    let shipping = order.shipping.as_ref();
    let paid = shipping.and_then(|shipping| shipping.amount);
    Portion {
        amount: paid.map(|paid| paid.amount.to_string()),
        postage: paid.is_none(),
        open: paid.is_none(),
        ..Portion::default()
    }
}

/// The items that were meant before, and the postage, where the order says what both cost.
fn with_postage(before: Option<&Portion>, order: &Order) -> Portion {
    let items = before.map(|it| it.items.clone()).unwrap_or_default();
    let postage = order.shipping.as_ref().and_then(|it| it.amount);
    let price = order.price_of(&items);
    let both = price.zip(postage);
    let amount = both.and_then(|(price, postage)| price.amount.checked_add(postage.amount));
    Portion {
        items,
        amount: amount.map(|amount| amount.to_string()),
        ..Portion::default()
    }
}

/// Of two items, the one that was not meant before.
fn the_other(before: &Portion, order: &Order) -> Option<Portion> {
    let [item] = before.items.as_slice() else {
        return None;
    };
    match order.items.as_slice() {
        [a, b] if a == item || b == item => Some(Portion {
            items: vec![if a == item { b } else { a }.clone()],
            ..Portion::default()
        }),
        _ => None,
    }
}

/// What was said before without what is not meant after all. None: it was not meant before, or nothing is left.
fn without(before: &Portion, kept: &[String]) -> Option<Portion> {
    let left: Vec<String> = (before.items.iter())
        .filter(|item| !kept.contains(item))
        .cloned()
        .collect();
    let changes = !left.is_empty() && left.len() < before.items.len();
    changes.then_some(Portion {
        items: left,
        ..Portion::default()
    })
}

/// "This cup", where the red one is talked about, and another is a cup as well: the one of before.
fn same_as_before(before: &Portion, found: &Named) -> Option<Portion> {
    let [item] = before.items.as_slice() else {
        return None;
    };
    let this = found.items.is_empty() && found.unclear.contains(item);
    this.then(|| Portion {
        agreed: false,
        ..before.clone()
    })
}

/// All that is not claimed but what is kept, each as often as it was bought. None: that leaves nothing.
fn all_but(kept: &[String], free: &[String]) -> Option<Portion> {
    let left = free.iter().filter(|item| !kept.contains(item));
    let items: Vec<String> = left.cloned().collect();
    (!items.is_empty()).then_some(Portion {
        items,
        ..Portion::default()
    })
}
