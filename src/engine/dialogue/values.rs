//! The placeholders of a turn: facts as words, and only as far as the customer has proven them.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Rules;
use super::facts::Facts;
use super::refund::cause_label;
use super::states::{order_word, refund_word, usual_time_word};
use crate::domain::language::Language;
use crate::domain::order::{Order, Refund, RefundState};
use crate::domain::payment_code::UsualTime;
use crate::domain::proof::ProofLevel;
use crate::engine::guide::{comma, excluded, refund_time, refund_types, return_shipping};
use crate::engine::replies::{Placeholder, Source, Values};
use crate::engine::say::Say;

/// What may be told in a turn. Nothing of it is put into words before a reply asks for it.
pub(super) struct Told<'a> {
    pub(super) rules: &'a Rules,
    pub(super) facts: &'a Facts,
    pub(super) language: Language,
    /// The order number as it was typed.
    pub(super) typed_order: Option<Cow<'a, str>>,
    /// The order that is spoken of, and how far it is proven.
    pub(super) order: Option<(&'a Order, ProofLevel)>,
    /// By when the desk promises to be back.
    pub(super) due_by: Timestamp,
    /// Why the money is wanted back, as the form numbers it.
    pub(super) cause: Option<u8>,
}

impl Source for Told<'_> {
    fn text(&self, placeholder: Placeholder) -> Option<Cow<'_, str>> {
        match placeholder.level() {
            ProofLevel::Nothing => self.general(placeholder),
            needed => {
                let (order, proven) = self.order?;
                let may = proven >= needed;
                may.then(|| self.of_order(placeholder, order)).flatten()
            }
        }
    }
}

impl Told<'_> {
    fn general(&self, placeholder: Placeholder) -> Option<Cow<'_, str>> {
        let site = &self.facts.site;
        match placeholder {
            Placeholder::OrderId => self.typed_order.as_deref().map(Cow::Borrowed),
            Placeholder::MerchantName => Some(Cow::Borrowed(&site.merchant_name)),
            Placeholder::DueBy => Some(self.moment(self.due_by)),
            Placeholder::HoursToday => site.hours_today.as_deref().map(Cow::Borrowed),
            Placeholder::HoursNextOpen if !site.open => Some(self.moment(site.next_open)),
            Placeholder::ClaimCause => Some(self.word(cause_label(self.cause?))),
            other => self.policy(other),
        }
    }

    fn policy(&self, placeholder: Placeholder) -> Option<Cow<'_, str>> {
        let (policy, language) = (&self.facts.site.policy, self.language);
        let text = match placeholder {
            Placeholder::PolicyWindowDays => policy.refund_window_days?.to_string(),
            Placeholder::PolicyRefundTime => refund_time(self.rules, policy, language)?,
            Placeholder::PolicyReturnShipping => {
                return_shipping(self.rules, &policy.return_shipping, language)?
            }
            Placeholder::PolicyRefundTypes => refund_types(self.rules, policy, language)?,
            Placeholder::PolicyNonRefundable => excluded(self.rules, policy, language),
            _ => return None,
        };
        Some(Cow::Owned(text))
    }

    fn of_order<'t>(&'t self, placeholder: Placeholder, order: &'t Order) -> Option<Cow<'t, str>> {
        let shipping = order.shipping.as_ref();
        match placeholder {
            Placeholder::OrderStatus => Some(self.word(order_word(order.status))),
            Placeholder::OrderPlacedOn => Some(self.day(order.created_at)),
            Placeholder::OrderPaidOn => order.paid_at.map(|at| self.day(at)),
            Placeholder::OrderShippedOn => Some(self.day(shipping?.shipped_at?)),
            Placeholder::OrderDeliveredOn => Some(self.day(shipping?.delivered_at?)),
            Placeholder::OrderCarrier => shipping?.carrier.as_deref().map(Cow::Borrowed),
            Placeholder::OrderTracking => shipping?.tracking.as_deref().map(Cow::Borrowed),
            Placeholder::OrderRejectReason => order.reject_reason.as_deref().map(Cow::Borrowed),
            Placeholder::OrderAmount => Some(Cow::Owned(order.amount.to_string())),
            Placeholder::OrderItems => Some(Cow::Owned(priced(order, comma(self.language)))),
            Placeholder::OrderPaymentMethod => order.payment_method.as_deref().map(Cow::Borrowed),
            other => self.of_refund(other, order, order.latest_refund()?),
        }
    }

    fn of_refund<'t>(
        &'t self,
        placeholder: Placeholder,
        order: &'t Order,
        refund: &'t Refund,
    ) -> Option<Cow<'t, str>> {
        match placeholder {
            Placeholder::RefundState => Some(self.word(refund_word(refund.state))),
            Placeholder::RefundRequestedOn => refund.requested_at.map(|at| self.day(at)),
            Placeholder::RefundApprovedOn => refund.approved_at.map(|at| self.day(at)),
            Placeholder::RefundExpectedBy => refund.expected_by.map(|at| self.day(at)),
            Placeholder::RefundDaysLate => {
                let late = self.facts.now.duration_since(refund.expected_by?);
                let days = late.as_hours() / 24;
                (days > 0).then(|| Cow::Owned(days.to_string()))
            }
            Placeholder::RefundRejectReason if refund.state == RefundState::Rejected => {
                refund.reason.as_deref().map(Cow::Borrowed)
            }
            Placeholder::RefundUsualTime => {
                let time = order.payment_method.as_deref().and_then(UsualTime::of)?;
                Some(self.word(usual_time_word(time)))
            }
            Placeholder::RefundAmount => Some(Cow::Owned(refund.amount?.to_string())),
            _ => None,
        }
    }

    /// A sentence without placeholders.
    fn word(&self, say: Say) -> Cow<'_, str> {
        let none = Values::default();
        Cow::Owned(self.rules.replies.say(say, self.language, &none))
    }

    fn day(&self, at: Timestamp) -> Cow<'_, str> {
        let zone = &self.facts.site.zone;
        Cow::Owned(time(self.rules, self.language, zone, at, Say::Date))
    }

    fn moment(&self, at: Timestamp) -> Cow<'_, str> {
        let zone = &self.facts.site.zone;
        Cow::Owned(time(self.rules, self.language, zone, at, Say::DateAndTime))
    }
}

/// What was bought, with what was paid for each where the shop says so.
fn priced(order: &Order, comma: &str) -> String {
    let entry = |(at, name): (usize, &String)| match order.price(at) {
        Some(price) => format!("{name} ({price})"),
        None => name.clone(),
    };
    let entries: Vec<String> = order.items.iter().enumerate().map(entry).collect();
    entries.join(comma)
}

/// A time in the shop's zone, written as the language writes it; ISO 8601 if the pattern in the rule files is no good.
fn time(rules: &Rules, language: Language, zone: &TimeZone, at: Timestamp, pattern: Say) -> String {
    let local = at.to_zoned(zone.clone());
    let pattern = rules.replies.say(pattern, language, &Values::default());
    let text = jiff::fmt::strtime::format(&pattern, &local);
    text.unwrap_or_else(|_| local.date().to_string())
}

/// The placeholders of what is said without a turn: the order's number, and by when the desk promises to be back.
pub(super) fn late_values(
    rules: &Rules,
    language: Language,
    zone: &TimeZone,
    order: Option<&str>,
    due_by: Timestamp,
) -> Values<'static> {
    let due_by = time(rules, language, zone, due_by, Say::DateAndTime);
    let mut values = Values::new().with(Placeholder::DueBy, &due_by);
    if let Some(order) = order {
        values.set(Placeholder::OrderId, order);
    }
    values
}

/// The placeholders of a notice.
pub(super) fn notice_values(
    rules: &Rules,
    language: Language,
    zone: &TimeZone,
    text: Option<&str>,
    since: Timestamp,
) -> Values<'static> {
    let since = time(rules, language, zone, since, Say::DateAndTime);
    let mut values = Values::new().with(Placeholder::NoticeSince, &since);
    if let Some(text) = text {
        values.set(Placeholder::NoticeText, text);
    }
    values
}
