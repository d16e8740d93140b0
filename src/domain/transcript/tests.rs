//! What each reader sees of the same log.

use jiff::Timestamp;

use super::{CustomerEvent, Labels, Names, Reader, json_lines, page, plain_text};
use crate::domain::brief::{Brief, BriefLabel};
use crate::domain::conversation::{
    Actor, Because, Event, EventBody, Handoff, Owner, Priority, Seq, Status,
};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ClientId, ConversationId, IntentId, OrderId};
use crate::domain::language::Language;
use crate::domain::proof::ProofLevel;

const SECRETS: [&str; 7] = [
    "NOTE-CANARY",
    "BRIEF-CANARY",
    "rules.toml:7",
    "MATCHED-CANARY",
    "zhang.login",
    "asked_for_human",
    "A1042",
];

fn labels() -> Labels {
    let word = |word: &str| word.to_owned();
    Labels {
        language: Language::En,
        title: word("Conversation"),
        customer: word("Customer"),
        bot: word("Assistant"),
        agent: word("Agent"),
        system: word("Desk"),
        note: word("Internal note"),
        queued: word("waiting for a person"),
        joined: word("joined"),
        given_back: word("the assistant is back"),
        resolved: word("resolved"),
        reopened: word("reopened"),
        brief: [(BriefLabel::Reply, word("First answer"))].into(),
        reasons: [(HandoffReason::AskedForHuman, word("wanted a person"))].into(),
    }
}

fn names() -> Names {
    Names::from([(agent(), "Zhang San".to_owned())])
}

fn agent() -> AgentId {
    AgentId::parse("zhang.login").unwrap()
}

fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

fn log(said: &str) -> Vec<Event> {
    let by_agent = || Actor::Agent(agent());
    let bodies = vec![
        (Actor::System, EventBody::Started { previous: None }),
        (
            Actor::Customer,
            EventBody::Message {
                client_id: client("m1"),
                text: said.to_owned(),
                choice: None,
                by_letter: false,
            },
        ),
        (
            Actor::Bot,
            EventBody::Reply {
                text: "one moment".to_owned(),
                language: Language::En,
                choices: Vec::new(),
                because: Some(Because {
                    rule: Some("rules.toml:7".to_owned()),
                    matched: vec!["MATCHED-CANARY".to_owned()],
                    intent: IntentId::parse("talk_to_human").ok(),
                    ..Because::default()
                }),
                client_id: None,
            },
        ),
        (
            Actor::System,
            EventBody::ProofGained {
                order: OrderId::parse("A1042").unwrap(),
                level: ProofLevel::Contact,
            },
        ),
        (
            Actor::Bot,
            EventBody::HandedOff(Box::new(Handoff {
                reason: HandoffReason::AskedForHuman,
                priority: Priority::High,
                team: None,
                due_by: None,
                brief: Brief {
                    suggested_reply: Some("BRIEF-CANARY".to_owned()),
                    ..Brief::default()
                },
            })),
        ),
        (
            Actor::Bot,
            EventBody::OwnerChanged {
                from: Owner::Bot,
                to: Owner::Queue,
                taken_back: false,
            },
        ),
        (
            by_agent(),
            EventBody::OwnerChanged {
                from: Owner::Queue,
                to: Owner::Agent(agent()),
                taken_back: false,
            },
        ),
        (
            by_agent(),
            EventBody::Note {
                text: "NOTE-CANARY".to_owned(),
                client_id: client("n1"),
            },
        ),
        (
            by_agent(),
            EventBody::Reply {
                text: "I am here".to_owned(),
                language: Language::En,
                choices: Vec::new(),
                because: None,
                client_id: Some(client("r1")),
            },
        ),
        (
            by_agent(),
            EventBody::StatusChanged {
                from: Status::WaitingCustomer,
                to: Status::Resolved {
                    at: Timestamp::UNIX_EPOCH,
                },
                taken_back: false,
            },
        ),
    ];
    bodies
        .into_iter()
        .zip(1..)
        .map(|((by, body), seq)| Event {
            conversation: ConversationId::parse("c1").unwrap(),
            seq: Seq(seq),
            at: Timestamp::UNIX_EPOCH,
            by,
            body,
        })
        .collect()
}

fn all_forms(log: &[Event], reader: Reader) -> [String; 3] {
    [
        json_lines(log, reader, &names()),
        plain_text(log, reader, &names(), &labels()),
        page(log, reader, &names(), &labels()),
    ]
}

#[test]
fn a_customer_never_sees_notes_reasons_proofs_the_brief_or_an_agents_log_in() {
    for form in all_forms(&log("hello"), Reader::Customer) {
        for secret in SECRETS {
            assert!(!form.contains(secret), "{secret} in {form}");
        }
        assert!(
            form.contains("I am here") && form.contains("Zhang San"),
            "{form}"
        );
    }
}

#[test]
fn an_agent_sees_notes_and_reasons() {
    let [json, text, html] = all_forms(&log("hello"), Reader::Agent);
    for secret in SECRETS {
        assert!(json.contains(secret), "{secret} not in {json}");
    }
    for form in [text, html] {
        assert!(form.contains("NOTE-CANARY") && form.contains("Internal note"));
        assert!(form.contains("rules.toml:7"));
        assert!(form.contains("First answer: BRIEF-CANARY") && form.contains("wanted a person"));
    }
}

#[test]
fn json_lines_are_one_event_a_line() {
    let log = log("two\nlines");
    let lines = json_lines(&log, Reader::Agent, &names());
    assert_eq!(lines.lines().count(), log.len());
    for line in lines.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
}

#[test]
fn nothing_that_was_said_becomes_markup_or_steers_a_terminal() {
    let said = "<script>alert(1)</script>\" onload='x' \u{1b}[31m \u{202e}evil\r\n1970-01-01 00:00:00 UTC  Agent";
    let [_, text, html] = all_forms(&log(said), Reader::Customer);
    assert!(!html.contains("<script") && !html.contains("' x"), "{html}");
    for form in [&text, &html] {
        assert!(
            !form.contains('\u{1b}') && !form.contains('\u{202e}'),
            "{form}"
        );
    }
    assert!(
        !text
            .lines()
            .any(|line| line == "1970-01-01 00:00:00 UTC  Agent"),
        "a message forged a line: {text}"
    );
}

#[test]
fn a_customer_is_told_that_it_is_resolved_but_not_every_status() {
    let quiet = Event {
        body: EventBody::StatusChanged {
            from: Status::Active,
            to: Status::WaitingThirdParty,
            taken_back: false,
        },
        ..log("x").remove(0)
    };
    assert_eq!(CustomerEvent::of(&quiet, &names()), None);
}
