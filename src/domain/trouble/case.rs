//! What is known about an order that may hang, gathered from the order, its claims, the calendar and the incident at hand.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Incident;
use super::refusal::{Refusal, refusal};
use crate::domain::calendar::Calendar;
use crate::domain::claim::{Claim, ClaimState, OrderClaims};
use crate::domain::order::{Contact, Order, OrderStatus, Refund, RefundState, Shipping};
use crate::domain::payment_code::{Direction, PaymentCode, UsualTime};
use crate::domain::verdict::VerdictReason;

/// Longer than this nothing is counted: it is late by any measure.
const COUNTED: SignedDuration = SignedDuration::from_hours(24 * 60);
/// So many working days are told apart.
const DAYS: u32 = 20;
/// An address or a number of fewer letters and digits can lead nowhere.
const SHORTEST_ADDRESS: usize = 5;
const SHORTEST_PHONE: usize = 6;

/// What is asked about: the way of the money to the merchant, or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The payment and the order.
    Payment,
    /// The refund.
    Refund,
}

/// What is wrong with what is on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Neither an e-mail address nor a phone number.
    NoContact,
    /// A phone number that is none, and no e-mail address.
    InvalidPhone,
    /// It is to be sent, and there is no address.
    NoAddress,
    /// An address that can be none.
    InvalidAddress,
}

/// How long something has waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// Hours in which somebody was at work.
    pub hours: i64,
    /// Working days that are over, the first not counted.
    pub days: u32,
}

/// What is known of the latest refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundCase {
    /// Where it stands.
    pub state: RefundState,
    /// The day that was named for the money, if it has passed.
    pub day_passed: Option<Timestamp>,
    /// Why it failed, as the payment side says.
    pub code: Option<PaymentCode>,
    /// Whether something has to be shown first.
    pub evidence_asked: bool,
    /// What the policy said.
    pub verdict: Option<VerdictReason>,
}

/// What is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is asked about.
    pub subject: Subject,
    /// Where the order stands.
    pub order: OrderStatus,
    /// Whether the order knows of its payment.
    pub paid: bool,
    /// What the payment side says of the latest payment.
    pub payment: Option<PaymentCode>,
    /// What the words of a refusal point to.
    pub refused_for: Option<Refusal>,
    /// The latest refund.
    pub refund: Option<RefundCase>,
    /// When it came to where it stands, if that is known.
    pub at: Option<Timestamp>,
    /// How long it has waited there.
    pub waited: Option<Waited>,
    /// How long a refund to this payment method usually takes.
    pub usual: Option<UsualTime>,
    /// What is wrong with what is on file.
    pub gaps: Vec<Gap>,
    /// The trouble that is known now.
    pub incident: Option<Incident>,
}

impl Case {
    /// What is known about an order at a time.
    #[must_use]
    pub fn gather(
        subject: Subject,
        order: &Order,
        claims: Option<&OrderClaims>,
        calendar: &Calendar,
        incident: Option<&Incident>,
        now: Timestamp,
    ) -> Self {
        let refund = order.latest_refund();
        let claim = refund.and_then(|refund| claim_of(refund, claims));
        let at = match subject {
            Subject::Payment => payment_at(order),
            Subject::Refund => refund.and_then(|refund| refund_at(refund, claim)),
        };
        let refused = order
            .reject_reason
            .as_deref()
            .filter(|_| order.status == OrderStatus::Rejected);
        let payment = order.payments.last();
        let status = payment.and_then(|payment| payment.status.as_deref());
        // Shops write `account_frozen` where no platform has such a code.
        let written = status.map(|status| status.replace('_', " "));
        Self {
            subject,
            order: order.status,
            paid: order.paid_at.is_some(),
            payment: status
                .or(refused)
                .map(|code| PaymentCode::read(code, Direction::Payment))
                .filter(|code| status.is_some() || code.explains()),
            refused_for: refused.or(written.as_deref()).and_then(refusal),
            refund: refund.map(|refund| RefundCase::of(refund, claim, now)),
            at,
            waited: at.map(|at| Waited::between(calendar, at, now)),
            usual: order.payment_method.as_deref().and_then(UsualTime::of),
            gaps: gaps(order),
            incident: incident.cloned(),
        }
    }
}

impl RefundCase {
    fn of(refund: &Refund, claim: Option<&Claim>, now: Timestamp) -> Self {
        let claimed = match claim.map(|claim| &claim.state) {
            Some(ClaimState::Failed { code, .. }) => Some(code.as_str()),
            _ => None,
        };
        // Shops put the payment side's code where the reason goes; any other words there are no code and say nothing here.
        let written = refund
            .reason
            .as_deref()
            .filter(|_| refund.state == RefundState::Failed);
        let passed = refund.expected_by.filter(|by| *by < now);
        Self {
            state: refund.state,
            day_passed: passed.filter(|_| refund.state.is_open()),
            code: claimed
                .or(written)
                .map(|code| PaymentCode::read(code, Direction::Refund))
                .filter(|code| claimed.is_some() || code.explains()),
            evidence_asked: claim
                .is_some_and(|claim| matches!(claim.state, ClaimState::NeedsEvidence { .. })),
            verdict: claim.and_then(|claim| Some(claim.verdict.as_ref()?.reason)),
        }
    }
}

impl Waited {
    /// How long something has waited by a calendar.
    #[must_use]
    pub fn between(calendar: &Calendar, from: Timestamp, to: Timestamp) -> Self {
        let earliest = to.checked_sub(COUNTED).unwrap_or(from);
        let from = from.max(earliest);
        let over = |days: &u32| calendar.add_working_days(from, *days) <= to;
        let days = (1..=DAYS).take_while(over).count();
        Self {
            hours: calendar.working_time_between(from, to).as_hours(),
            days: u32::try_from(days).unwrap_or(DAYS),
        }
    }
}

fn claim_of<'a>(refund: &Refund, claims: Option<&'a OrderClaims>) -> Option<&'a Claim> {
    let claims = claims?.claims.iter();
    claims.rev().find(|claim| claim.id.to_string() == refund.id)
}

fn payment_at(order: &Order) -> Option<Timestamp> {
    let tried = order.payments.last().and_then(|payment| payment.at);
    match order.status {
        OrderStatus::Processing => order.paid_at.or(tried),
        OrderStatus::Rejected => tried.or(order.paid_at),
        _ => None,
    }
}

/// When a refund came to where it stands. The shop's books say so only of its first steps.
fn refund_at(refund: &Refund, claim: Option<&Claim>) -> Option<Timestamp> {
    let written = match refund.state {
        RefundState::Requested => refund.requested_at,
        RefundState::Approved | RefundState::Paying => refund.approved_at,
        _ => None,
    };
    claim.map(|claim| claim.updated_at).or(written)
}

/// What is wrong with what is on file. An order without anything about its way may need none.
fn gaps(order: &Order) -> Vec<Gap> {
    let address = order.shipping.as_ref().and_then(address_gap);
    contact_gap(&order.customer)
        .into_iter()
        .chain(address)
        .collect()
}

fn contact_gap(customer: &Contact) -> Option<Gap> {
    match (&customer.email, &customer.phone) {
        (Some(_), _) => None,
        (None, None) => Some(Gap::NoContact),
        (None, Some(phone)) => {
            (letters_and_digits(phone) < SHORTEST_PHONE).then_some(Gap::InvalidPhone)
        }
    }
}

fn address_gap(shipping: &Shipping) -> Option<Gap> {
    match &shipping.address {
        None => Some(Gap::NoAddress),
        Some(address) => {
            (letters_and_digits(address) < SHORTEST_ADDRESS).then_some(Gap::InvalidAddress)
        }
    }
}

fn letters_and_digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}
