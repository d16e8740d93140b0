//! The placeholders of a turn: facts as words, and only as far as the customer has proven them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Rules;
use super::facts::Facts;
use super::states::{order_word, refund_word, usual_time_word};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::payment_code::UsualTime;
use crate::domain::proof::ProofLevel;
use crate::engine::guide::{comma, refund_types, return_shipping};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// All placeholders that may be filled: general ones, the order number as it was typed, and the facts of a proven order.
pub(super) fn values(
    rules: &Rules,
    facts: &Facts,
    language: Language,
    typed_order: Option<&str>,
    order: Option<(&Order, ProofLevel)>,
    due_by: Timestamp,
) -> Values {
    let mut sheet = Sheet::new(rules, language, &facts.site.zone);
    sheet.text(Placeholder::OrderId, typed_order);
    sheet.text(Placeholder::MerchantName, Some(&facts.site.merchant_name));
    sheet.policy(facts);
    sheet.moment(Placeholder::DueBy, Some(due_by));
    sheet.text(Placeholder::HoursToday, facts.site.hours_today.as_deref());
    let away = !facts.site.open;
    sheet.moment(
        Placeholder::HoursNextOpen,
        away.then_some(facts.site.next_open),
    );
    if let Some((order, level)) = order {
        if level >= ProofLevel::Contact {
            sheet.order_states(order);
            sheet.refund_states(order, facts.now);
        }
        if level >= ProofLevel::Owner {
            sheet.order_money(order);
        }
    }
    sheet.values
}

/// The placeholders of what is said without a turn: the order's number, and by when the desk promises to be back.
pub(super) fn late_values(
    rules: &Rules,
    language: Language,
    zone: &TimeZone,
    order: Option<&str>,
    due_by: Timestamp,
) -> Values {
    let mut sheet = Sheet::new(rules, language, zone);
    sheet.text(Placeholder::OrderId, order);
    sheet.moment(Placeholder::DueBy, Some(due_by));
    sheet.values
}

/// The placeholders of a notice.
pub(super) fn notice_values(
    rules: &Rules,
    language: Language,
    zone: &TimeZone,
    text: Option<&str>,
    since: Timestamp,
) -> Values {
    let mut sheet = Sheet::new(rules, language, zone);
    sheet.text(Placeholder::NoticeText, text);
    sheet.moment(Placeholder::NoticeSince, Some(since));
    sheet.values
}

/// Placeholders being filled.
struct Sheet<'a> {
    rules: &'a Rules,
    language: Language,
    zone: &'a TimeZone,
    values: Values,
}

impl<'a> Sheet<'a> {
    fn new(rules: &'a Rules, language: Language, zone: &'a TimeZone) -> Self {
        Self {
            rules,
            language,
            zone,
            values: Values::default(),
        }
    }

    fn text(&mut self, placeholder: Placeholder, text: Option<&str>) {
        if let Some(text) = text {
            self.values.set(placeholder, text);
        }
    }

    fn day(&mut self, placeholder: Placeholder, at: Option<Timestamp>) {
        self.time(placeholder, at, Say::Date);
    }

    fn moment(&mut self, placeholder: Placeholder, at: Option<Timestamp>) {
        self.time(placeholder, at, Say::DateAndTime);
    }

    /// A time in the shop's zone, written as the language writes it; ISO 8601 if the pattern in the rule files is no good.
    fn time(&mut self, placeholder: Placeholder, at: Option<Timestamp>, pattern: Say) {
        let Some(at) = at else { return };
        let local = at.to_zoned(self.zone.clone());
        let pattern = self
            .rules
            .replies
            .say(pattern, self.language, &Values::default());
        let text = jiff::fmt::strtime::format(&pattern, &local)
            .unwrap_or_else(|_| local.date().to_string());
        self.values.set(placeholder, &text);
    }

    fn policy(&mut self, facts: &Facts) {
        let policy = &facts.site.policy;
        let window = policy.refund_window_days.map(|days| days.to_string());
        self.text(Placeholder::PolicyWindowDays, window.as_deref());
        let refund_time = policy.refund_time.in_language(self.language);
        self.text(Placeholder::PolicyRefundTime, refund_time);
        let shipping = return_shipping(self.rules, &policy.return_shipping, self.language);
        self.text(Placeholder::PolicyReturnShipping, shipping.as_deref());
        let excluded = policy.excluded_in(self.language);
        let types = refund_types(self.rules, policy, self.language);
        self.text(Placeholder::PolicyRefundTypes, types.as_deref());
        let comma = comma(self.language);
        self.text(
            Placeholder::PolicyNonRefundable,
            Some(excluded.join(comma))
                .as_deref()
                .filter(|kinds| !kinds.is_empty()),
        );
    }

    fn order_states(&mut self, order: &Order) {
        let status =
            self.rules
                .replies
                .say(order_word(order.status), self.language, &Values::default());
        self.text(Placeholder::OrderStatus, Some(&status));
        self.day(Placeholder::OrderPlacedOn, Some(order.created_at));
        self.day(Placeholder::OrderPaidOn, order.paid_at);
        let shipping = order.shipping.as_ref();
        self.day(
            Placeholder::OrderShippedOn,
            shipping.and_then(|shipping| shipping.shipped_at),
        );
        self.day(
            Placeholder::OrderDeliveredOn,
            shipping.and_then(|shipping| shipping.delivered_at),
        );
        self.text(
            Placeholder::OrderCarrier,
            shipping.and_then(|shipping| shipping.carrier.as_deref()),
        );
        self.text(
            Placeholder::OrderTracking,
            shipping.and_then(|shipping| shipping.tracking.as_deref()),
        );
        self.text(
            Placeholder::OrderRejectReason,
            order.reject_reason.as_deref(),
        );
    }

    fn refund_states(&mut self, order: &Order, now: Timestamp) {
        let Some(refund) = order.latest_refund() else {
            return;
        };
        let state =
            self.rules
                .replies
                .say(refund_word(refund.state), self.language, &Values::default());
        self.text(Placeholder::RefundState, Some(&state));
        self.day(Placeholder::RefundRequestedOn, refund.requested_at);
        self.day(Placeholder::RefundApprovedOn, refund.approved_at);
        self.day(Placeholder::RefundExpectedBy, refund.expected_by);
        let late = refund
            .expected_by
            .map(|by| now.duration_since(by).as_hours() / 24)
            .filter(|days| *days > 0);
        self.text(
            Placeholder::RefundDaysLate,
            late.map(|days| days.to_string()).as_deref(),
        );
        let why = refund
            .reason
            .as_deref()
            .filter(|_| refund.state == crate::domain::order::RefundState::Rejected);
        self.text(Placeholder::RefundRejectReason, why);
        self.usual_time(order);
    }

    fn usual_time(&mut self, order: &Order) {
        let Some(time) = order.payment_method.as_deref().and_then(UsualTime::of) else {
            return;
        };
        let said = self
            .rules
            .replies
            .say(usual_time_word(time), self.language, &Values::default());
        self.text(Placeholder::RefundUsualTime, Some(&said));
    }

    fn order_money(&mut self, order: &Order) {
        self.text(Placeholder::OrderAmount, Some(&order.amount.to_string()));
        self.text(Placeholder::OrderItems, Some(&order.items.join(", ")));
        self.text(
            Placeholder::OrderPaymentMethod,
            order.payment_method.as_deref(),
        );
        let refunded = order
            .latest_refund()
            .and_then(|refund| refund.amount)
            .map(|amount| amount.to_string());
        self.text(Placeholder::RefundAmount, refunded.as_deref());
    }
}
