//! The table of moves, and what holds after any sequence of them.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    Actor, Belongs, Conversation, EventBody, Handoff, InvalidTransition, LeftFor, Memory, Opening,
    Owner, Priority, Role, Status,
};
use crate::domain::brief::Brief;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{
    AgentId, ClientId, ConversationId, IntentId, MerchantId, SiteId, VisitorId,
};
use crate::domain::language::Language;
use crate::domain::money::Money;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

pub(in crate::domain) fn conversation() -> Conversation {
    let opening = Opening {
        id: ConversationId::parse("c1").unwrap(),
        site: SiteId::parse("s1").unwrap(),
        merchant: MerchantId::parse("m1").unwrap(),
        channel: "widget".to_owned(),
        visitor: VisitorId::parse("v1").unwrap(),
        role: Role::Customer,
        identity: None,
        language: Language::En,
        previous: None,
    };
    Conversation::open(opening, NOW)
}

pub(in crate::domain) fn agent(number: u8) -> AgentId {
    AgentId::parse(&format!("agent{number}")).unwrap()
}

pub(in crate::domain) fn handoff() -> Handoff {
    Handoff {
        reason: HandoffReason::AskedForHuman,
        priority: Priority::Normal,
        team: None,
        due_by: None,
        brief: Brief::default(),
    }
}

/// One thing somebody tries.
#[derive(Clone, Copy, Debug)]
enum Try {
    HandOff,
    Claim(u8),
    TakeOver(u8),
    GiveBack(u8),
    PutBack(u8),
    Speak(u8),
    Resolve(u8),
    Snooze(u8),
}

fn attempt(
    conversation: &mut Conversation,
    what: Try,
) -> Result<Vec<EventBody>, InvalidTransition> {
    match what {
        Try::HandOff => conversation.hand_off(handoff(), NOW),
        Try::Claim(who) => conversation.claim(agent(who)),
        Try::TakeOver(who) => conversation.take_over(agent(who)),
        Try::GiveBack(who) => conversation.give_back(&agent(who)),
        Try::PutBack(who) => conversation.put_back(&agent(who), NOW),
        Try::Speak(who) => conversation.speak(&agent(who), Vec::new(), NOW),
        Try::Resolve(who) => conversation.resolve(Some(&agent(who)), NOW),
        Try::Snooze(who) => {
            let until = NOW + SignedDuration::from_hours(1);
            conversation.snooze(&agent(who), (until, LeftFor::Anything), NOW)
        }
    }
}

#[test]
fn each_owner_allows_its_own_moves_only() {
    let moves = [
        Try::HandOff,
        Try::Claim(1),
        Try::TakeOver(1),
        Try::GiveBack(1),
        Try::PutBack(1),
        Try::Speak(1),
        Try::Resolve(1),
        Try::Snooze(1),
    ];
    let table = [
        (
            Owner::Bot,
            [true, false, true, false, false, false, false, false],
        ),
        (
            Owner::Queue,
            [false, true, true, false, false, false, false, false],
        ),
        (
            Owner::Agent(agent(1)),
            [false, false, false, true, true, true, true, true],
        ),
        (
            Owner::Agent(agent(2)),
            [false, false, true, false, false, false, false, false],
        ),
    ];
    for (owner, allowed) in table {
        for (what, allowed) in moves.into_iter().zip(allowed) {
            let mut conversation = Conversation {
                owner: owner.clone(),
                ..conversation()
            };
            let result = attempt(&mut conversation, what);
            assert_eq!(result.is_ok(), allowed, "{what:?} of {owner:?}: {result:?}");
        }
    }
}

#[test]
fn a_refusal_changes_nothing_and_names_the_owner() {
    let mut conversation = Conversation {
        owner: Owner::Agent(agent(2)),
        ..conversation()
    };
    let before = conversation.clone();
    let refused = conversation.claim(agent(1)).unwrap_err();
    assert_eq!(conversation, before);
    assert!(refused.to_string().contains("agent2"), "{refused}");
}

#[test]
fn giving_back_starts_the_bot_afresh_but_keeps_what_was_proven() {
    let mut conversation = Conversation {
        owner: Owner::Agent(agent(1)),
        ..conversation()
    };
    conversation.memory = Memory {
        turns: 9,
        misunderstood: 1,
        angry: 1,
        ..Memory::default()
    };
    conversation.memory.order = Some("A1".to_owned().try_into().unwrap());
    conversation.give_back(&agent(1)).unwrap();
    let memory = &conversation.memory;
    assert_eq!(
        (memory.turns, memory.misunderstood, memory.angry),
        (0, 0, 0)
    );
    assert!(memory.order.is_some());
}

#[test]
fn who_comes_back_into_the_queue_has_waited_since_they_asked_and_nobody_answered() {
    let at = |minutes| NOW + SignedDuration::from_mins(minutes);
    let says = |row: &mut Conversation, by: Actor, minutes| {
        let body = match by {
            Actor::Agent(_) => EventBody::Reply {
                text: "Which one?".to_owned(),
                language: Language::En,
                choices: Vec::new(),
                because: None,
                client_id: None,
            },
            _ => EventBody::Message {
                text: "The blue one".to_owned(),
                choice: None,
                client_id: ClientId::parse("m1").unwrap(),
                by_letter: false,
            },
        };
        drop(row.next_event(by, body, at(minutes)));
    };
    let mut row = conversation();
    row.hand_off(handoff(), at(0)).unwrap();
    row.claim(agent(1)).unwrap();
    says(&mut row, Actor::Customer, 3);
    row.put_back(&agent(1), at(5)).unwrap();
    assert_eq!(row.waiting_since, Some(at(0)), "nobody has answered");
    row.claim(agent(2)).unwrap();
    says(&mut row, Actor::Agent(agent(2)), 6);
    says(&mut row, Actor::Customer, 7);
    says(&mut row, Actor::Customer, 8);
    row.put_back(&agent(2), at(9)).unwrap();
    assert_eq!(row.waiting_since, Some(at(7)), "since the answer");
    row.claim(agent(1)).unwrap();
    row.resolve(Some(&agent(1)), at(10)).unwrap();
    row.reopen(agent(1)).unwrap();
    row.put_back(&agent(1), at(80)).unwrap();
    assert_eq!(row.waiting_since, Some(at(7)), "it was not done");
    row.claim(agent(1)).unwrap();
    says(&mut row, Actor::Agent(agent(1)), 81);
    row.resolve(Some(&agent(1)), at(82)).unwrap();
    row.reopen(agent(1)).unwrap();
    row.put_back(&agent(1), at(90)).unwrap();
    assert_eq!(row.waiting_since, Some(at(90)), "what was done is over");
}

#[test]
fn a_dispute_is_one_though_the_bot_has_it_again_or_another_reason_comes() {
    let asks = |row: &Conversation| {
        let mut row = row.clone();
        row.claim(agent(1)).unwrap();
        row.resolve(Some(&agent(1)), NOW).unwrap();
        row.asked_about.is_some()
    };
    let because = |reason| Handoff {
        reason,
        ..handoff()
    };
    let mut calm = conversation();
    calm.hand_off(handoff(), NOW).unwrap();
    assert!(asks(&calm), "somebody who is in no dispute");
    let mut angry = conversation();
    angry.hand_off(because(HandoffReason::Angry), NOW).unwrap();
    angry.take_over(agent(1)).unwrap();
    angry.give_back(&agent(1)).unwrap();
    angry.hand_off(handoff(), NOW).unwrap();
    assert!(!asks(&angry), "they were angry");
    let mut threat = conversation();
    threat
        .hand_off(because(HandoffReason::LegalOrThreat), NOW)
        .unwrap();
    threat
        .raise(because(HandoffReason::RepeatContact), NOW)
        .unwrap();
    assert!(!asks(&threat), "they threatened");
    let mut complains = conversation();
    complains.memory.answered = vec![IntentId::parse("complaint").unwrap()];
    complains.take_over(agent(1)).unwrap();
    complains.give_back(&agent(1)).unwrap();
    complains.hand_off(handoff(), NOW).unwrap();
    assert!(!asks(&complains), "they complained");
}

#[test]
fn what_an_agent_decides_and_the_customer_is_told_is_an_answer() {
    let moved = |text: Option<&str>| EventBody::ClaimMoved {
        claim: "A1-1".parse().unwrap(),
        state: "approved".to_owned(),
        amount: Money::parse("12.00", "GBP").unwrap(),
        text: text.map(str::to_owned),
        policy: None,
    };
    let mut waits = conversation();
    waits.hand_off(handoff(), NOW).unwrap();
    waits.claim(agent(1)).unwrap();
    let body = EventBody::Message {
        text: "well?".to_owned(),
        choice: None,
        client_id: ClientId::parse("m1").unwrap(),
        by_letter: false,
    };
    drop(waits.next_event(Actor::Customer, body, NOW));
    let after = |by, text| {
        let mut row = waits.clone();
        drop(row.next_event(by, moved(text), NOW));
        (row.asked_since.is_none(), row.unheard.is_empty())
    };
    let told = Some("Good news: it is approved.");
    assert_eq!(after(Actor::Agent(agent(1)), told), (true, true));
    assert_eq!(after(Actor::Agent(agent(1)), None), (false, false));
    assert_eq!(after(Actor::System, told), (false, false));
}

#[test]
fn what_was_called_done_gives_nobody_a_place_in_the_queue() {
    let at = |days: i64| NOW + SignedDuration::from_hours(24 * days);
    let thanks = |row: &mut Conversation, days| {
        let body = EventBody::Message {
            text: "thanks".to_owned(),
            choice: None,
            client_id: ClientId::parse("m1").unwrap(),
            by_letter: false,
        };
        let _ = row.hear(Belongs::Courtesy, at(days));
        drop(row.next_event(Actor::Customer, body, at(days)));
    };
    // Nobody answered before it was called done; a promise lapses later.
    let mut done = conversation();
    done.hand_off(handoff(), at(0)).unwrap();
    done.claim(agent(1)).unwrap();
    let had = done.stands();
    done.resolve(Some(&agent(1)), at(1)).unwrap();
    let mut lapsed = done.clone();
    lapsed.raise(handoff(), at(5)).unwrap();
    assert_eq!(lapsed.waiting_since, Some(at(5)));
    // Taken back, the customer is owed what they were owed.
    let mut back = done.clone();
    back.restore(&had, at(1)).unwrap();
    back.put_back(&agent(1), at(2)).unwrap();
    assert_eq!(back.waiting_since, Some(at(0)));
    // Thanks are no question, here or at a platform, and nothing is owed there that was before.
    let mut thanked = done.clone();
    thanked.asked_since = None;
    thanks(&mut thanked, 2);
    assert_eq!(thanked.asked_since, None);
    let mut there = done;
    there.owner = Owner::Platform;
    thanks(&mut there, 2);
    let _ = there.hear(Belongs::Same, at(3));
    assert_eq!(there.call_back(at(4)).len(), 1);
    assert_eq!(there.waiting_since, Some(at(4)));
}

fn any_try() -> impl Strategy<Value = Try> {
    prop_oneof![
        Just(Try::HandOff),
        (0u8..3).prop_map(Try::Claim),
        (0u8..3).prop_map(Try::TakeOver),
        (0u8..3).prop_map(Try::GiveBack),
        (0u8..3).prop_map(Try::PutBack),
        (0u8..3).prop_map(Try::Speak),
        (0u8..3).prop_map(Try::Resolve),
        (0u8..3).prop_map(Try::Snooze),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The events alone tell owner and status; the waiting clock runs exactly while nobody has taken what was handed over.
    #[test]
    fn the_log_adds_up_to_the_row(tries in prop::collection::vec(any_try(), 0..40)) {
        let mut conversation = conversation();
        let (mut owner, mut status) = (Owner::Bot, Status::Active);
        for what in tries {
            let before = conversation.clone();
            match attempt(&mut conversation, what) {
                Err(_) => prop_assert_eq!(&before, &conversation),
                Ok(events) => for event in events {
                    match event {
                        EventBody::OwnerChanged { from, to, .. } => {
                            prop_assert_eq!(&from, &owner);
                            owner = to;
                        }
                        EventBody::StatusChanged { from, to, .. } => {
                            prop_assert_eq!(&from, &status);
                            status = to;
                        }
                        _ => {}
                    }
                },
            }
            prop_assert_eq!(&owner, &conversation.owner);
            prop_assert_eq!(&status, &conversation.status);
            prop_assert_eq!(conversation.waiting_since.is_some(), owner == Owner::Queue && !status.is_done());
        }
    }
}

#[test]
fn what_somebody_else_is_asked_about_waits_for_them_until_a_refund_a_customer_or_the_agent_moves_it()
 {
    let mut row = conversation();
    row.hand_off(handoff(), NOW).unwrap();
    row.claim(agent(1)).unwrap();
    let asked = || EventBody::MerchantTold {
        order: None,
        text: "is it in stock?".to_owned(),
    };
    assert!(
        row.ask_third_party(&agent(2), asked()).is_err(),
        "not theirs"
    );
    row.ask_third_party(&agent(1), asked()).unwrap();
    assert_eq!(row.status, Status::WaitingThirdParty);
    let ways_out: [fn(&mut Conversation); 3] = [
        |row| drop(row.stir()),
        |row| drop(row.hear(Belongs::Same, NOW)),
        |row| drop(row.speak(&agent(1), Vec::new(), NOW).unwrap()),
    ];
    for way_out in ways_out {
        let mut row = row.clone();
        way_out(&mut row);
        assert_ne!(row.status, Status::WaitingThirdParty);
    }
    row.resolve(Some(&agent(1)), NOW).unwrap();
    assert!(
        row.ask_third_party(&agent(1), asked()).is_err(),
        "it is done"
    );
}
