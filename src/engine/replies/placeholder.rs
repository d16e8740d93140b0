//! What replies may speak of, and how far a customer must have proven an order theirs to hear it.

use crate::domain::proof::ProofLevel;

macro_rules! placeholders {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $level:ident;)*) => {
        /// Something that a reply may speak of: `{{ order.id }}`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Placeholder {
            $($(#[$doc])* $variant,)*
        }

        impl Placeholder {
            /// All placeholders, in the order in which the guide lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in replies.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What the customer must have shown before it may be said.
            #[must_use]
            pub const fn level(self) -> ProofLevel {
                match self {
                    $(Self::$variant => ProofLevel::$level,)*
                }
            }
        }
    };
}

placeholders! {
    /// The order number, as the customer typed it.
    OrderId = "order.id", Nothing;
    /// What the shop calls itself.
    MerchantName = "merchant.name", Nothing;
    /// Days in which a refund may be asked for.
    PolicyWindowDays = "policy.window_days", Nothing;
    /// How long a refund takes.
    PolicyRefundTime = "policy.refund_time", Nothing;
    /// Who pays for sending things back.
    PolicyReturnShipping = "policy.return_shipping", Nothing;
    /// Which refunds there are.
    PolicyRefundTypes = "policy.refund_types", Nothing;
    /// What is not refunded.
    PolicyNonRefundable = "policy.non_refundable", Nothing;
    /// A reason for a refund, in a piece of the guide.
    PolicyCause = "policy.cause", Nothing;
    /// What has to be shown for it.
    PolicyEvidence = "policy.evidence", Nothing;
    /// When people work today.
    HoursToday = "hours.today", Nothing;
    /// When people work next.
    HoursNextOpen = "hours.next_open", Nothing;
    /// By when the desk itself promises to be back.
    DueBy = "due.by", Nothing;
    /// Why the money is wanted back, as the form calls it.
    ClaimCause = "claim.cause", Nothing;
    /// What a matter is called on its button.
    TopicLabel = "topic.label", Nothing;
    /// What the agent who speaks is called.
    AgentName = "agent.name", Nothing;
    /// What the operator wrote about a known trouble.
    NoticeText = "notice.text", Nothing;
    /// Since when it is there.
    NoticeSince = "notice.since", Nothing;
    /// The order's state, in a word.
    OrderStatus = "order.status", Contact;
    /// The day it was placed.
    OrderPlacedOn = "order.placed_on", Contact;
    /// The day it was paid.
    OrderPaidOn = "order.paid_on", Contact;
    /// The day it left.
    OrderShippedOn = "order.shipped_on", Contact;
    /// The day it arrived.
    OrderDeliveredOn = "order.delivered_on", Contact;
    /// Who carries it.
    OrderCarrier = "order.carrier", Contact;
    /// The carrier's number for it.
    OrderTracking = "order.tracking", Contact;
    /// Why it was rejected.
    OrderRejectReason = "order.reject_reason", Contact;
    /// The refund's state, in a word.
    RefundState = "refund.state", Contact;
    /// The day it was asked for.
    RefundRequestedOn = "refund.requested_on", Contact;
    /// The day it was approved.
    RefundApprovedOn = "refund.approved_on", Contact;
    /// The day by which the money should be there.
    RefundExpectedBy = "refund.expected_by", Contact;
    /// How many days the refund is later than promised.
    RefundDaysLate = "refund.days_late", Contact;
    /// Why it was refused.
    RefundRejectReason = "refund.reject_reason", Contact;
    /// How long the money usually takes with the method that was paid with.
    RefundUsualTime = "refund.usual_time", Contact;
    /// The number of a refund application.
    ClaimId = "claim.id", Owner;
    /// How much an application asks for.
    ClaimAmount = "claim.amount", Owner;
    /// The items that it is about.
    ClaimItems = "claim.items", Owner;
    /// How many applications are open on a merchant's orders.
    ClaimsOpen = "claims.open", Owner;
    /// Those of them that have waited longest, one a line.
    ClaimsListed = "claims.listed", Owner;
    /// Which detail of an order is corrected.
    CorrectionDetail = "correction.detail", Contact;
    /// So much of its new value that its owner recognises it.
    CorrectionMasked = "correction.masked", Owner;
    /// The new value as it is said back: a part of it, and that it is one.
    CorrectionShown = "correction.shown", Owner;
    /// All that is corrected at once.
    CorrectionAll = "correction.all", Owner;
    /// A fresh link to pay by.
    LinkUrl = "link.url", Owner;
    /// Until when it can be used.
    LinkUntil = "link.until", Owner;
    /// Why there is none.
    LinkReason = "link.reason", Owner;
    /// What has to be shown for it, in the merchant's words.
    ClaimWanted = "claim.wanted", Owner;
    /// What was paid.
    OrderAmount = "order.amount", Owner;
    /// What was bought.
    OrderItems = "order.items", Owner;
    /// How it was paid, masked.
    OrderPaymentMethod = "order.payment_method", Owner;
    /// How often something happened, in what agents are told of a history of claims.
    HistoryCount = "history.count", Agent;
    /// Of how many.
    HistoryOf = "history.of", Agent;
    /// How much goes back.
    RefundAmount = "refund.amount", Owner;
}

impl Placeholder {
    /// The placeholder with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Placeholder;

    /// The guide is what people write replies by, so that it must not promise more or less than there is.
    #[test]
    fn the_guide_lists_each_placeholder_with_its_level() {
        let guide = include_str!("../../../intents/README.md");
        let section = guide.split("## Proof").nth(1).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let mut listed = 0;
        for row in section.lines() {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let Some(level) = cells.get(1).and_then(|cell| cell.parse::<u8>().ok()) else {
                continue;
            };
            for name in row.split('`').skip(1).step_by(2) {
                let placeholder = Placeholder::from_name(name);
                assert_eq!(
                    placeholder.map(|p| u8::from(p.level())),
                    Some(level),
                    "{name}"
                );
                listed += 1;
            }
        }
        assert_eq!(listed, Placeholder::ALL.len());
    }
}
