//! Who may approve how much alone, and when a second person has to. What it comes to depends on the amount, on the role of who says yes, and on
//! the role of who said it before; on nobody's name.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::Policy;
use crate::domain::money::Money;
use crate::domain::rights::AgentRole;

/// Up to how much a role approves alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alone {
    /// Whatever it is.
    Any,
    /// So much, in each currency that is named; in the others, what all may.
    UpTo(Vec<Money>),
}

/// What somebody's yes comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The refund is ordered.
    Decides,
    /// Nothing yet: it is the first of two.
    First,
    /// Nothing: two of the same low role do not make up for a higher one.
    NeedsLead,
}

impl Alone {
    fn names(&self, currency: Currency) -> bool {
        match self {
            Self::Any => false,
            Self::UpTo(limits) => limits.iter().any(|limit| limit.currency == currency),
        }
    }
}

impl Policy {
    /// Up to how much a role approves alone in a currency; none where there is no limit.
    #[must_use]
    pub fn alone_up_to(&self, role: AgentRole, currency: Currency) -> Option<Decimal> {
        let of = |limits: &[Money]| {
            let mut limits = limits.iter();
            let limit = limits.find(|limit| limit.currency == currency);
            limit.map(|limit| limit.amount)
        };
        match self.alone.get(&role) {
            Some(Alone::Any) => None,
            Some(Alone::UpTo(limits)) => of(limits).or_else(|| of(&self.two_people)),
            None => of(&self.two_people),
        }
    }

    /// Whether so much is above what a role approves alone.
    #[must_use]
    pub fn needs_two(&self, amount: Money, role: AgentRole) -> bool {
        let limit = self.alone_up_to(role, amount.currency);
        limit.is_some_and(|limit| amount.amount > limit)
    }

    /// Whether one of two who approve together has to be a lead or an admin, and the higher of them is not: where a role has a limit of its own,
    /// two agents together are no lead.
    #[must_use]
    pub fn needs_lead(&self, amount: Money, higher: AgentRole) -> bool {
        let by_role = self.alone.values().any(|it| it.names(amount.currency));
        by_role && higher < AgentRole::Lead
    }

    /// What the yes of somebody with a role comes to, after that of somebody else with another, if there was one.
    #[must_use]
    pub fn approval(&self, amount: Money, role: AgentRole, first: Option<AgentRole>) -> Approval {
        match first {
            _ if !self.needs_two(amount, role) => Approval::Decides,
            None => Approval::First,
            Some(first) if self.needs_lead(amount, role.max(first)) => Approval::NeedsLead,
            Some(_) => Approval::Decides,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AgentRole::{Admin, Agent, Lead};
    use Approval::{Decides, First, NeedsLead};

    fn money(amount: &str, currency: &str) -> Money {
        Money::parse(amount, currency).unwrap()
    }

    #[test]
    fn a_yes_comes_to_what_the_role_may_alone_and_who_said_yes_before() {
        let all = Policy {
            two_people: vec![money("500", "GBP")],
            ..Policy::default()
        };
        let by_role = Policy {
            alone: [
                (Agent, Alone::UpTo(vec![money("100", "GBP")])),
                (Lead, Alone::UpTo(vec![money("1000", "GBP")])),
                (Admin, Alone::Any),
            ]
            .into(),
            ..all.clone()
        };
        let admin = Policy {
            alone: [(Admin, Alone::Any)].into(),
            ..all.clone()
        };
        let table = [
            (&all, "500", "GBP", Agent, None, Decides),
            (&all, "500.01", "GBP", Agent, None, First),
            (&all, "500.01", "GBP", Admin, None, First),
            (&all, "500.01", "GBP", Agent, Some(Agent), Decides),
            (&all, "500.01", "EUR", Agent, None, Decides),
            (&by_role, "100", "GBP", Agent, None, Decides),
            (&by_role, "100.01", "GBP", Agent, None, First),
            (&by_role, "100.01", "GBP", Lead, None, Decides),
            (&by_role, "100.01", "GBP", Lead, Some(Agent), Decides),
            (&by_role, "100.01", "GBP", Agent, Some(Agent), NeedsLead),
            (&by_role, "1000.01", "GBP", Lead, None, First),
            (&by_role, "1000.01", "GBP", Lead, Some(Lead), Decides),
            (&by_role, "1000.01", "GBP", Lead, Some(Agent), Decides),
            (&by_role, "1000.01", "GBP", Agent, Some(Lead), Decides),
            (&by_role, "99999", "GBP", Admin, None, Decides),
            // That an admin may all is no limit of the others.
            (&admin, "501", "GBP", Agent, Some(Agent), Decides),
            // A currency that only the limit for all names, and one that nothing does.
            (&admin, "501", "GBP", Lead, None, First),
            (&admin, "501", "GBP", Admin, None, Decides),
            (&by_role, "99999", "JPY", Agent, None, Decides),
        ];
        for (policy, amount, currency, role, first, expected) in table {
            let found = policy.approval(money(amount, currency), role, first);
            assert_eq!(found, expected, "{amount} {currency} {role} {first:?}");
        }
    }
}
