//! Invoices: the order, the name on it and the tax number are collected, in whatever order they come, and a person makes it out.

use super::circumstances::{ABOUT_PHOTO, IN_A_CLAUSE, SAYS_NOTHING, UNSURE};
use super::speaker::Speaker;
use crate::domain::conversation::{Form, Need, Outcome, Topic};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::engine::reading::{Decision, Reading};
use crate::engine::say::Say;

/// The matter.
pub(super) const INVOICE: &str = "invoice";
/// The circumstance of a message that tells whose name or which tax number stands on it.
const DETAILS: &str = "invoice_details";
/// The circumstance of a message that speaks of a tax number.
const TAX_NUMBER: &str = "invoice_tax_number";
/// The circumstance of a message that tells whose name stands on it.
const PAYER: &str = "invoice_payer";
/// The circumstance of a message that says no more than that it is for a firm, or for a person.
const FOR_A_FIRM: &str = "invoice_for_a_firm";
/// Stands between what was told in several messages.
const BETWEEN: &str = " / ";
/// A name is not longer than this, where it stands by itself.
const NAME: usize = 60;
/// A tax number has fewer letters than this.
const LETTERS: usize = 4;
/// A Taiwanese tax number has so many digits, and so do the order numbers of some shops.
const SHORT_NUMBER: usize = 8;
/// Others have so many characters, digits for the most part.
const LONG_NUMBER: std::ops::RangeInclusive<usize> = 9..=20;
/// The countries whose tax numbers begin with their two letters, and have this many characters behind them.
const VAT_COUNTRIES: [&str; 30] = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];
const VAT_NUMBER: std::ops::RangeInclusive<usize> = 8..=12;
/// In a message of at most so many characters, the name of a thing points at its order.
const POINTED: usize = 40;

/// Whether a matter is an invoice.
pub(super) fn is_invoice(topic: &Topic) -> bool {
    topic.intent.as_str() == INVOICE
}

/// An invoice of which this was told.
fn begun(intent: IntentId, details: Option<String>) -> Topic {
    Topic {
        intent,
        order: None,
        need: Need::Order,
        tries: 0,
        form: Form {
            details,
            ..Form::default()
        },
        rule: None,
    }
}

/// Whether a message tells whose name stands on an invoice.
pub(super) fn names_payer(reading: &Reading) -> bool {
    reading.tells(PAYER)
}

fn has_digits(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a number has the shape of a European tax number: no shop's order numbers are like that by chance.
fn is_vat(id: &OrderId) -> bool {
    let text = id.as_str();
    let country = text.get(..2).unwrap_or_default();
    let rest = text.get(2..).unwrap_or_default();
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    VAT_COUNTRIES.contains(&country) && VAT_NUMBER.contains(&rest.len()) && digits + 2 >= rest.len()
}

impl Speaker<'_> {
    /// A message that asks for an invoice and tells at once what it is made out from. One that names only what was bought is told
    /// how one comes by it, and which order it is need not be asked then. False: nothing of the kind is told.
    pub(super) fn begins_invoice(&mut self) -> bool {
        let reading = self.heard.reading;
        let mut asked = reading.intents.iter().map(|scored| &scored.intent);
        let intent = asked.find(|it| it.as_str() == INVOICE).cloned();
        let sure = reading.decision == Decision::Answer && !self.is_merchant();
        let Some(intent) = intent.filter(|_| sure) else {
            return false;
        };
        if !self.tells(DETAILS) {
            let pointed = self.order_beside(None).or_else(|| self.invoice_pointed());
            self.memory.order = pointed.or(self.memory.order.take());
            return false;
        }
        self.collect_invoice(begun(intent, None))
    }

    /// The order of a signed-in customer whose goods the message names, or that it points at.
    fn invoice_pointed(&self) -> Option<OrderId> {
        let short = self.heard.text.chars().count() <= POINTED;
        let by_item = || self.only_with_item().filter(|_| short);
        self.pointed_at(&self.told).or_else(by_item)
    }

    /// After it was told how one comes by an invoice: an order number, a name, a tax number go on with that. False: the message is
    /// about something else.
    pub(super) fn goes_on_about_invoice(&mut self) -> bool {
        let before = &self.conversation.memory;
        let last = before.answered.last().filter(|it| it.as_str() == INVOICE);
        let told = before.last_outcome == Some(Outcome::Answer);
        let Some(intent) = last.filter(|_| told && !self.is_merchant()).cloned() else {
            return false;
        };
        // What they wrote when they asked may have told it already; and what a name stands in place of is told with it.
        let completes = self.completes_invoice();
        let asked = before.asked.clone().filter(|asked| {
            let reading = self.rules.matcher.read(asked);
            completes || reading.tells(DETAILS)
        });
        self.collect_invoice(begun(intent, asked))
    }

    /// While an invoice is being asked for: what the message tells of it. False: nothing.
    pub(super) fn adds_to_invoice(&mut self, topic: &Topic) -> bool {
        is_invoice(topic) && self.collect_invoice(topic.clone())
    }

    fn collect_invoice(&mut self, mut topic: Topic) -> bool {
        let reading = self.heard.reading;
        let mut others = reading.intents.iter();
        let other = reading.decision == Decision::Answer
            && others.any(|scored| scored.intent.as_str() != INVOICE);
        let number = self.tax_number(&topic);
        let named = self.order_beside(number.as_ref());
        let order = named.or_else(|| self.invoice_pointed());
        // Who was asked for it tells it, however it is worded.
        let asked = topic.need == Need::Details || self.conversation.memory.topic.is_none();
        let details = number.is_some()
            || self.tells(DETAILS)
            || order.is_none() && asked && self.completes_invoice();
        let order = order.filter(|_| details || !self.asks_something());
        // Who they are, of the order for which it was asked: so that it can be made out.
        let shows = self.contact_of_message().is_some() && self.memory.order.is_some();
        if other || !shows && !details && order.is_none() && !self.insists_on_invoice() {
            return false;
        }
        if details {
            let words = self.heard.text;
            topic.form.details = Some(match topic.form.details.take() {
                Some(before) => format!("{before}{BETWEEN}{words}"),
                None => words.to_owned(),
            });
        }
        let known = self.conversation.memory.order.clone();
        topic.order = order.or(topic.order).or(known).or(self.only_order());
        self.memory.misunderstood = 0;
        self.note_acted(&topic.intent);
        self.memory.note_answered(&topic.intent);
        let known = topic.order.as_ref();
        let asks_more = known.is_none_or(|id| !self.is_theirs(id) && !self.would_prove(id));
        if details && asks_more {
            self.lead_with(self.plain(Say::InvoiceNoted));
        }
        if topic.order.is_some() {
            self.pursue(topic);
        } else {
            self.memory.topic = Some(topic);
            self.ask_which_order(Say::AskOrder);
        }
        true
    }

    /// Whether one who was told how one comes by an invoice goes on to say what is to be done about it, and asks nothing.
    fn insists_on_invoice(&self) -> bool {
        let reading = self.heard.reading;
        let told = self.conversation.memory.topic.is_none();
        told && reading.decision == Decision::Answer && !self.asks_at_all()
    }

    /// Whether the message is nothing but a name, or words on the invoice that was just spoken of: no question, no matter, no courtesy.
    fn completes_invoice(&self) -> bool {
        let reading = self.heard.reading;
        let other = reading.decision == Decision::Answer
            || reading.off_topic.is_some()
            || !reading.acts.is_empty()
            || !reading.slots.orders.is_empty()
            || self.contact_of_message().is_some();
        let no_name = [SAYS_NOTHING, IN_A_CLAUSE, ABOUT_PHOTO, UNSURE];
        let empty = no_name.iter().any(|it| self.tells(it));
        let short = self.heard.text.chars().count() <= NAME;
        !other && !empty && short && self.heard.has_words() && !self.asks_something()
    }

    /// Whether nobody's name is known: no more than a tax number, from which it follows in Taiwan, or that it is for a firm.
    fn lacks_payer(&self, details: &str) -> bool {
        let nameless = |part: &str| {
            let reading = self.rules.matcher.read(part);
            let letters = part.chars().filter(|c| c.is_alphabetic()).count();
            let bare = has_digits(part) && letters < LETTERS;
            let asks = reading
                .intents
                .iter()
                .any(|it| it.intent.as_str() == INVOICE);
            let only_asks = asks && !reading.tells(DETAILS);
            let empty = bare || only_asks || reading.tells(TAX_NUMBER) || reading.tells(FOR_A_FIRM);
            !names_payer(&reading) && empty
        };
        let follows = self.language == Language::ZhHant && details.split(BETWEEN).any(has_digits);
        !follows && details.split(BETWEEN).all(nameless)
    }

    /// The number in a message that is a tax number, as the order number that it looks like.
    fn tax_number(&self, topic: &Topic) -> Option<OrderId> {
        let mut named = self.heard.reading.slots.orders.iter();
        let order_is_known = topic.order.is_some() || self.conversation.memory.order.is_some();
        let spoken_of = |text: &str| self.rules.matcher.read(text).tells(TAX_NUMBER);
        let asked = self.conversation.memory.asked.as_deref();
        let due = self.language == Language::ZhHant && asked.is_some_and(spoken_of);
        let called = self.tells(TAX_NUMBER);
        let details = topic.form.details.as_deref().unwrap_or_default();
        let noted = details.split(BETWEEN).any(has_digits);
        let is_one = |id: &OrderId| {
            let length = id.as_str().chars().count();
            let digits = id.as_str().bytes().filter(u8::is_ascii_digit).count();
            match length {
                SHORT_NUMBER => digits == SHORT_NUMBER && (called || due || order_is_known),
                _ if is_vat(id) => order_is_known || !noted,
                _ => LONG_NUMBER.contains(&length) && digits >= SHORT_NUMBER && order_is_known,
            }
        };
        let theirs = |id: &OrderId| self.facts.own_orders.contains(id);
        let found = named.find(|slot| is_one(&slot.value) && !theirs(&slot.value));
        found.map(|slot| slot.value.clone())
    }

    /// The order that the message names beside a tax number.
    fn order_beside(&self, number: Option<&OrderId>) -> Option<OrderId> {
        let named = self.named_orders().into_iter();
        let mut orders = named.map(|slot| &slot.value);
        orders.find(|id| Some(*id) != number).cloned()
    }

    fn only_order(&self) -> Option<OrderId> {
        match self.facts.own_orders.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// What it is made out from goes to a person; what is not known yet is asked for.
    pub(super) fn make_out_invoice(&mut self, mut topic: Topic, order: &Order) {
        let details = topic.form.details.as_deref();
        let nameless = details.is_some_and(|details| self.lacks_payer(details));
        let asked_already = topic.need == Need::Details;
        let ask = match details {
            None => Say::InvoiceDetails,
            Some(details) if nameless && !asked_already => match has_digits(details) {
                true => Say::InvoiceName,
                false => Say::InvoiceDetails,
            },
            Some(_) => return self.file(topic, Say::InvoiceFiled),
        };
        topic.need = Need::Details;
        self.say(ask, Some(order), Outcome::Answer);
        self.memory.topic = Some(topic);
    }
}
