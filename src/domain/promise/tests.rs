//! Tables and properties of promises.

use proptest::prelude::*;

use super::*;
use crate::domain::claim::{Claim, ClaimCause, ClaimState, DecidedBy, OrderClaims};
use crate::domain::conversation::{Conversation, Opening, Owner, Role, Status};
use crate::domain::ids::{ConversationId, MerchantId, SiteId, VisitorId};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::order_record;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap()
}

fn claim_id() -> ClaimId {
    ClaimId::new(OrderId::parse("A1").unwrap(), 1)
}

fn answer(claim: Option<ClaimId>) -> Promised {
    Promised::Answer { claim }
}

fn payment() -> Promised {
    Promised::Payment {
        order: OrderId::parse("A1").unwrap(),
        refund: "R1".to_owned(),
    }
}

/// Promised at hour 0 by hour 10, looked at from hour 8.
fn promises(what: Promised) -> Promises {
    let mut promises = Promises::default();
    promises.make(what, at(10), at(8), at(0));
    promises
}

fn only(promises: &Promises) -> &Promise {
    promises.iter().next().unwrap()
}

fn conversation(status: Status) -> Conversation {
    let opening = Opening {
        id: ConversationId::parse("c1").unwrap(),
        site: SiteId::parse("s").unwrap(),
        merchant: MerchantId::parse("m").unwrap(),
        channel: "widget".to_owned(),
        visitor: VisitorId::parse("v").unwrap(),
        role: Role::Customer,
        identity: None,
        language: Language::En,
        previous: None,
    };
    Conversation {
        status,
        ..Conversation::open(opening, at(0))
    }
}

fn order(status: &str, refund: &str) -> Order {
    let record = serde_json::json!([{"id": "A1", "merchant": "m", "status": status, "amount": "5.00", "currency": "GBP",
        "created_at": "2026-11-10T08:00:00Z", "customer": {}, "items": ["Kettle"],
        "refund_history": [{"id": "R1", "amount": "5.00", "state": refund}]}]);
    let orders = order_record::parse_many(&record.to_string(), None);
    orders.into_iter().next().unwrap().unwrap()
}

fn claims(state: ClaimState) -> OrderClaims {
    OrderClaims {
        claims: vec![Claim {
            id: claim_id(),
            conversation: None,
            amount: order("delivered", "paid").amount,
            items: Vec::new(),
            cause: ClaimCause::Damaged,
            note: None,
            evidence: Vec::new(),
            by: Vec::new(),
            verdict: None,
            approved_once: None,
            decided_under: None,
            state,
            created_at: at(0),
            updated_at: at(0),
        }],
        ..OrderClaims::none(
            MerchantId::parse("m").unwrap(),
            OrderId::parse("A1").unwrap(),
        )
    }
}

#[test]
fn nothing_happens_before_the_time_to_look() {
    let promises = promises(answer(None));
    let (row, facts) = (conversation(Status::Active), PromiseFacts::default());
    let action = |hour| due(only(&promises), &row, facts, at(hour));
    assert_eq!(action(0), Action::Nothing);
    assert_eq!(action(7), Action::Nothing);
    assert_eq!(action(8), Action::TellCustomer);
    assert_eq!(action(500), Action::TellCustomer);
}

#[test]
fn the_customer_is_told_once_then_a_person_is_asked() {
    let mut promises = promises(answer(None));
    let (row, facts) = (conversation(Status::Active), PromiseFacts::default());
    let own = promises.iter_mut().next().unwrap();
    own.tell_late(at(34)).unwrap();
    assert_eq!(due(own, &row, facts, at(33)), Action::Nothing);
    assert_eq!(due(own, &row, facts, at(34)), Action::Raise);
    own.raise(at(34)).unwrap();
    assert_eq!(due(own, &row, facts, at(99)), Action::Nothing);
}

#[test]
fn an_answer_is_due_until_the_facts_or_the_status_say_otherwise() {
    let by = DecidedBy::Merchant;
    let reason = "worn".to_owned();
    let what = "a photo".to_owned();
    let table = [
        (ClaimState::Submitted, Action::TellCustomer),
        (ClaimState::NeedsEvidence { what }, Action::TellCustomer),
        (ClaimState::Approved { by: by.clone() }, Action::Keep),
        (ClaimState::Rejected { by, reason }, Action::Keep),
        (ClaimState::Paid { reference: None }, Action::Keep),
        (ClaimState::Withdrawn, Action::Void),
    ];
    let promises = promises(answer(Some(claim_id())));
    for (state, expected) in table {
        let claims = claims(state);
        let facts = PromiseFacts {
            order: None,
            claims: Some(&claims),
        };
        let found = due(only(&promises), &conversation(Status::Active), facts, at(8));
        assert_eq!(found, expected, "{:?}", claims.claims[0].state);
    }
    let done = conversation(Status::Resolved { at: at(1) });
    let none = PromiseFacts::default();
    assert_eq!(due(only(&promises), &done, none, at(8)), Action::Void);
}

#[test]
fn a_claim_that_waits_to_be_shown_something_is_taken_up_when_its_time_is_over_unless_a_person_has_it()
 {
    let by = DecidedBy::Merchant;
    let what = "a photo".to_owned();
    let waits = ClaimState::NeedsEvidence { what };
    let table = [
        (waits.clone(), Owner::Bot, Action::TakeUp),
        (ClaimState::Submitted, Owner::Bot, Action::TakeUp),
        (waits.clone(), Owner::Queue, Action::Keep),
        (ClaimState::Approved { by }, Owner::Bot, Action::Keep),
        (ClaimState::Withdrawn, Owner::Bot, Action::Void),
    ];
    let promises = promises(Promised::TakeUp { claim: claim_id() });
    for (state, owner, expected) in table {
        let claims = claims(state);
        let facts = PromiseFacts {
            order: None,
            claims: Some(&claims),
        };
        let row = |status| Conversation {
            owner: owner.clone(),
            ..conversation(status)
        };
        let found = due(only(&promises), &row(Status::Active), facts, at(8));
        assert_eq!(found, expected, "{:?}, {owner:?}", claims.claims[0].state);
        // A goodbye of the customer does not take back what was said.
        let done = Status::Resolved { at: at(1) };
        let found = due(only(&promises), &row(done), facts, at(8));
        assert_eq!(found, expected, "resolved");
        let early = due(only(&promises), &row(Status::Active), facts, at(7));
        assert_eq!(early, Action::Nothing);
    }
    let claims = claims(waits);
    let facts = PromiseFacts {
        order: None,
        claims: Some(&claims),
    };
    let closed = due(only(&promises), &conversation(Status::Closed), facts, at(8));
    assert_eq!(closed, Action::Void);
}

#[test]
fn money_is_due_until_it_is_there_whatever_became_of_the_conversation() {
    let table = [
        ("refunding", "paying", Action::TellCustomer),
        ("delivered", "approved", Action::TellCustomer),
        ("refunding", "paid", Action::Keep),
        ("refunded", "paying", Action::Keep),
        ("refunding", "failed", Action::Raise),
        ("delivered", "rejected", Action::Void),
        ("delivered", "withdrawn", Action::Void),
    ];
    let promises = promises(payment());
    for (status, refund, expected) in table {
        let order = order(status, refund);
        let facts = PromiseFacts {
            order: Some(&order),
            claims: None,
        };
        for row in [Status::Active, Status::Resolved { at: at(1) }] {
            let found = due(only(&promises), &conversation(row), facts, at(8));
            assert_eq!(found, expected, "{status}, {refund}");
        }
        let closed = due(only(&promises), &conversation(Status::Closed), facts, at(8));
        assert!(closed == Action::Keep || closed == Action::Void, "{status}");
    }
}

#[test]
fn each_deed_keeps_what_it_fulfils_and_nothing_else() {
    let id = claim_id();
    let other = ClaimId::new(OrderId::parse("A1").unwrap(), 2);
    let claimed = Promised::Payment {
        order: OrderId::parse("A1").unwrap(),
        refund: id.to_string(),
    };
    let take_up = Promised::TakeUp { claim: id.clone() };
    let table = [
        (answer(None), Deed::Answered, true),
        (answer(Some(id.clone())), Deed::Answered, true),
        (answer(Some(id.clone())), Deed::Decided(&id), true),
        (answer(Some(id.clone())), Deed::Decided(&other), false),
        (answer(None), Deed::Decided(&id), false),
        (claimed.clone(), Deed::Paid(&id), true),
        (claimed.clone(), Deed::Paid(&other), false),
        (claimed.clone(), Deed::Decided(&id), false),
        (claimed, Deed::Answered, false),
        (payment(), Deed::Paid(&id), false),
        (take_up.clone(), Deed::TakenUp(&id), true),
        (take_up.clone(), Deed::TakenUp(&other), false),
        (take_up.clone(), Deed::Decided(&id), true),
        (take_up, Deed::Answered, true),
        (answer(Some(id.clone())), Deed::TakenUp(&id), false),
    ];
    for (what, deed, kept) in table {
        let mut promises = promises(what.clone());
        promises.note(deed, at(5));
        assert_eq!(!only(&promises).binds(), kept, "{what:?} by {deed:?}");
    }
    let mut late = promises(payment());
    late.iter_mut().next().unwrap().tell_late(at(34)).unwrap();
    late.note(Deed::Answered, at(20));
    assert!(
        !only(&late).binds(),
        "a colleague's answer was promised for it"
    );
}

#[test]
fn a_new_date_for_the_same_money_replaces_the_old_one_and_the_same_date_is_the_same_promise() {
    let mut promises = promises(payment());
    promises.make(payment(), at(10), at(8), at(2));
    assert_eq!(promises.iter().count(), 1);
    promises.make(payment(), at(50), at(48), at(3));
    let names: Vec<_> = promises.iter().map(|it| it.state.name()).collect();
    assert_eq!(names, ["void", "open"]);
    assert_eq!(promises.next_look(), Some(at(48)));
}

#[test]
fn promises_that_are_over_are_forgotten_in_time_and_those_that_bind_never() {
    let mut promises = promises(payment());
    for hour in 0..100 {
        promises.make(answer(None), at(100 + hour), at(100 + hour), at(hour));
        promises.note(Deed::Answered, at(hour));
    }
    assert_eq!(promises.iter().count(), REMEMBERED);
    assert!(
        promises
            .iter()
            .any(|promise| promise.what == payment() && promise.binds())
    );
}

/// A step, by number; whether it was taken.
fn step(promise: &mut Promise, step: u8, now: Timestamp) -> bool {
    let taken = match step {
        0 => promise.keep(now),
        1 => promise.tell_late(now + jiff::SignedDuration::from_hours(24)),
        2 => promise.raise(now),
        _ => promise.void(now),
    };
    taken.is_ok()
}

proptest! {
    /// In whatever order steps are tried, a promise is made once, told late at most once, and ends at most once.
    #[test]
    fn a_promise_ends_once(steps in proptest::collection::vec(0_u8..4, 0..12)) {
        let mut promises = promises(answer(None));
        let mut outcomes = promises.outcomes_since(&Promises::default());
        for (hour, tried) in steps.into_iter().enumerate() {
            let before = promises.clone();
            let own = promises.iter_mut().next().unwrap();
            let now = at(i64::try_from(hour).unwrap() * 3);
            let (bound, state) = (own.binds(), own.state);
            let taken = step(own, tried, now);
            prop_assert_eq!(taken, bound && (tried != 1 || state == PromiseState::Open));
            let changed = promises.outcomes_since(&before);
            prop_assert_eq!(changed.len(), usize::from(taken));
            outcomes.extend(changed);
        }
        let count = |wanted: &[PromiseOutcome]| outcomes.iter().filter(|it| wanted.contains(it)).count();
        prop_assert_eq!(count(&[PromiseOutcome::Made]), 1);
        prop_assert!(count(&[PromiseOutcome::ToldLate]) <= 1);
        let ends = [PromiseOutcome::Kept, PromiseOutcome::Late, PromiseOutcome::Raised, PromiseOutcome::Void];
        prop_assert_eq!(count(&ends), usize::from(!only(&promises).binds()));
        prop_assert_eq!(promises.next_look().is_some(), only(&promises).binds());
    }
}
