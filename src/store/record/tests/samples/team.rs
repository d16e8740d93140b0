//! What the inbox came to know later: what lost against a rule, and what a team does with its conversations.

use super::*;
use crate::domain::availability::{Availability, Chosen};
use crate::domain::canned::{CannedName, OwnCanned};
use crate::domain::conversation::{RunnerUp, Slotted};
use crate::domain::rating::{Helper, Score};
use crate::domain::saved_filter::{SavedFilter, SavedFilters};

/// Records, by the name of their sample.
pub(super) fn records() -> Vec<(String, Sample)> {
    let canned = OwnCanned {
        name: CannedName::parse("late").unwrap(),
        merchant: MerchantId::parse("m_linden").ok(),
        by: agent_id(),
        at: at(60),
        keys: vec!["wd".to_owned()],
        texts: [(Language::En, "sorry, {customer.name}".to_owned())].into(),
    };
    let merged = Conversation {
        merged: vec![ConversationId::parse("c9").unwrap()],
        merged_into: ConversationId::parse("c8").ok(),
        ..conversation()
    };
    let rated = Conversation {
        rated: Some((Helper::Agent, Score::try_from(4).unwrap())),
        ..conversation()
    };
    let disputed = Conversation {
        disputed: true,
        ..conversation()
    };
    let saved = SavedFilters {
        agent: agent_id(),
        filters: vec![SavedFilter {
            name: "Angry, in Chinese".to_owned(),
            view: "waiting".to_owned(),
            only: [("reason".to_owned(), "angry".to_owned())].into(),
        }],
    };
    let chosen = Chosen {
        agent: agent_id(),
        is: Availability::Paused,
        at: at(60),
    };
    vec![
        ("chosen".to_owned(), sample(&chosen)),
        ("filters".to_owned(), sample(&saved)),
        ("canned".to_owned(), sample(&canned)),
        ("conversation-merged".to_owned(), sample(&merged)),
        ("conversation-disputed".to_owned(), sample(&disputed)),
        ("conversation-rated".to_owned(), sample(&rated)),
    ]
}

/// Events, by the name of their sample.
pub(super) fn events() -> Vec<(&'static str, EventBody)> {
    let id = || ConversationId::parse("c9").unwrap();
    vec![
        ("because", read_out()),
        (
            "left",
            EventBody::StatusChanged {
                from: Status::Active,
                to: Status::Snoozed {
                    until: at(9),
                    left_for: LeftFor::Refund,
                },
                taken_back: false,
            },
        ),
        ("merged", EventBody::Merged { from: id() }),
        ("merged-into", EventBody::MergedInto { into: id() }),
    ]
}

/// An answer of which it is kept what lost and what was read out.
fn read_out() -> EventBody {
    EventBody::Reply {
        text: "on its way".to_owned(),
        language: Language::En,
        choices: Vec::new(),
        because: Some(Because {
            runner_up: Some(RunnerUp {
                intent: IntentId::parse("order_status").unwrap(),
                rule: "order.toml:9".to_owned(),
                score: 40,
            }),
            slots: vec![Slotted {
                slot: "order".to_owned(),
                text: "A1001".to_owned(),
            }],
            ..Because::default()
        }),
        client_id: None,
    }
}
