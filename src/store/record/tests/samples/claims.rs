//! Claims and what conversations say of them, as they were written before policies had places and claims were found by their claimants, and
//! since.

use crate::domain::abuse::keys_of;
use crate::domain::claim::{Application, ClaimCause, DecidedBy, Moved, OrderClaims};
use crate::domain::conversation::{Because, EventBody};
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::policy::{AppliedClause, InForce, PolicyPlace, PolicyText};
use crate::domain::verdict::{Decision, Verdict, VerdictReason};

use super::{agent_id, at, conversation_id, order};

/// One that waits for evidence and one that a person decided, with every field filled that there was.
pub(super) fn claims(since: bool) -> OrderClaims {
    let mut order = order();
    order.refunds.clear();
    let mut claims = OrderClaims::none(order.merchant.clone(), order.id.clone());
    let verdict = |decision, reason| Verdict {
        decision,
        reason,
        clause: "window.days = 30".to_owned(),
        at: since.then(place),
    };
    let wanted = Decision::NeedsEvidence("a photo".to_owned());
    let verdicts = [
        verdict(wanted, VerdictReason::EvidenceMissing),
        verdict(Decision::Person, VerdictReason::OverLimit),
    ];
    for verdict in verdicts {
        let asked = Application {
            conversation: Some(conversation_id()),
            amount: Some(Money::parse("1.50", order.amount.currency.code()).unwrap()),
            items: vec!["lamp".to_owned()],
            cause: ClaimCause::Damaged,
            note: Some("cracked".to_owned()),
            evidence: vec!["ab".repeat(32)],
        };
        let mut draft = claims.draft(&order, asked, at(20)).unwrap();
        draft.by = if since { keys_of(&order) } else { Vec::new() };
        claims.submit(&order, draft, verdict).unwrap();
    }
    claims
}

/// The same, after a person has decided under another version of the policy.
pub(super) fn decided() -> OrderClaims {
    let mut claims = claims(true);
    let by = DecidedBy::Agent(agent_id());
    let id = claims.claims[1].id.clone();
    assert_eq!(claims.approve(&id, &by, at(60)), Ok(Moved::Yes));
    claims.claims[1].decided_under = Some(InForce {
        file: policy().file,
        version: policy().version,
        at: at(60),
    });
    claims
}

/// A policy as it was worded.
pub(super) fn policy() -> PolicyText {
    PolicyText {
        file: "policies/m_linden.toml".to_owned(),
        version: "ba9876543210".to_owned(),
        text: "merchant = \"m_linden\"\n".to_owned(),
    }
}

fn place() -> PolicyPlace {
    PolicyPlace {
        file: "policies/m_linden.toml".to_owned(),
        line: 7,
        version: "0123456789ab".to_owned(),
    }
}

fn applied() -> AppliedClause {
    AppliedClause {
        clause: "window.days = 30".to_owned(),
        at: Some(place()),
    }
}

/// The event of a claim.
pub(super) fn moved(since: bool) -> EventBody {
    let claims = claims(since);
    EventBody::ClaimMoved {
        claim: claims.claims[0].id.clone(),
        state: "needs_evidence".to_owned(),
        amount: claims.claims[0].amount,
        text: Some("please send a photo".to_owned()),
        policy: since.then(applied),
    }
}

/// An answer that told a clause.
pub(super) fn told() -> EventBody {
    EventBody::Reply {
        text: "within 30 days".to_owned(),
        language: Language::En,
        choices: Vec::new(),
        because: Some(Because {
            said: "guide_window".to_owned(),
            policy: vec![applied()],
            ..Because::default()
        }),
        client_id: None,
    }
}
