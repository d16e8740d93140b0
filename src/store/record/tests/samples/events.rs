//! One event of each kind.

use super::*;
use crate::domain::claim::ClaimId;

pub(super) fn attached() -> EventBody {
    let file = Attachment {
        hash: EvidenceHash([7; 32]),
        kind: EvidenceKind::Webp,
        bytes: 70_000,
        look: Some(Look(u64::MAX - 5)),
    };
    let claim = Some(ClaimId::new(order_id(), 2));
    let order = Some(order_id());
    EventBody::Attached { file, claim, order }
}

pub(super) fn reused() -> EventBody {
    let uses = [Likeness::SameFile, Likeness::LooksAlike].map(|likeness| Reuse {
        conversation: conversation_id(),
        order: Some(order_id()),
        hash: EvidenceHash([8; 32]),
        likeness,
    });
    EventBody::EvidenceReused {
        hash: EvidenceHash([7; 32]),
        uses: uses.to_vec(),
    }
}

fn brief() -> Brief {
    Brief {
        who: Some("Ada".to_owned()),
        proof: ProofLevel::Contact,
        wants: vec![intent("refund_request")],
        in_their_words: Some("money back".to_owned()),
        order: Some(order_id()),
        order_status: Some(OrderStatus::Refunding),
        promised: vec![("refund".to_owned(), at(900))],
        mood: Mood::Angry,
        language: Some(Language::ZhHans),
        suggested_reply: Some("sorry".to_owned()),
        ..Brief::default()
    }
}

fn bodies() -> Vec<(Actor, EventBody)> {
    let client_id = || ClientId::parse("c-1").unwrap();
    let because = Because {
        outcome: Outcome::GiveOrderStatus,
        intent: Some(intent("order_status")),
        rule: Some("order.toml:3".to_owned()),
        matched: vec!["parcel".to_owned()],
        score: 80,
        said: "order.shipped".to_owned(),
        facts: vec!["carrier".to_owned()],
        ..Because::default()
    };
    let handoff = Handoff {
        reason: HandoffReason::Angry,
        priority: Priority::High,
        team: Some("payments".to_owned()),
        due_by: None,
        brief: brief(),
    };
    vec![
        (
            Actor::System,
            EventBody::Started {
                previous: Some(conversation_id()),
            },
        ),
        (
            Actor::Customer,
            EventBody::Message {
                client_id: client_id(),
                text: "\u{9000}\u{6b3e}".to_owned(),
                choice: Some(2),
                by_letter: false,
            },
        ),
        (
            Actor::Bot,
            EventBody::Reply {
                text: "on its way".to_owned(),
                language: Language::En,
                choices: vec![Choice {
                    number: 1,
                    label: "yes".to_owned(),
                }],
                because: Some(because),
                client_id: None,
            },
        ),
        (
            Actor::Agent(agent_id()),
            EventBody::Reply {
                text: "hello".to_owned(),
                language: Language::En,
                choices: vec![],
                because: None,
                client_id: Some(client_id()),
            },
        ),
        (
            Actor::Agent(agent_id()),
            EventBody::Note {
                text: "a note".to_owned(),
                client_id: client_id(),
            },
        ),
        (
            Actor::Bot,
            EventBody::ProofGained {
                order: order_id(),
                level: ProofLevel::Contact,
            },
        ),
        (Actor::Bot, EventBody::ProofFailed { order: order_id() }),
        (Actor::Bot, EventBody::HandedOff(Box::new(handoff))),
        (
            Actor::Bot,
            EventBody::OwnerChanged {
                from: Owner::Queue,
                to: Owner::Agent(agent_id()),
                taken_back: false,
            },
        ),
        (
            Actor::System,
            EventBody::StatusChanged {
                from: Status::Snoozed {
                    until: at(9),
                    left_for: LeftFor::Anything,
                },
                to: Status::Resolved { at: at(10) },
                taken_back: false,
            },
        ),
        (
            Actor::System,
            EventBody::StatusChanged {
                from: Status::WaitingThirdParty,
                to: Status::Closed,
                taken_back: false,
            },
        ),
    ]
}

pub(super) fn events() -> Vec<Event> {
    (1..)
        .zip(bodies())
        .map(|(seq, (by, body))| Event {
            conversation: conversation_id(),
            seq: Seq(seq),
            at: at(seq.cast_signed()),
            by,
            body,
        })
        .collect()
}
