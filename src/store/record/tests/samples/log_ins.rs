//! An agent's rights, a log-in, a line of the audit log, and how agents sort.

use secrecy::SecretString;

use super::{agent_id, at, conversation};
use crate::domain::account::{LogIn, TokenHash};
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::calendar::Calendar;
use crate::domain::conversation::{Actor, Conversation, EventBody, Label, Owner, Priority, Seq};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::domain::password::PasswordHash;
use crate::domain::report::Day;
use crate::domain::review::Review;
use crate::domain::rights::{AgentRole, Rights};
use crate::domain::service::{Goal, Levels, LevelsRecord, Stage, Terms};
use crate::domain::totp::Totp;
use crate::domain::written_draft::WrittenDraft;
use crate::store::records::search::Indexed;

pub(super) fn rights() -> Rights {
    let password = SecretString::from("correct horse");
    Rights {
        role: AgentRole::Lead,
        team: Some("payments".to_owned()),
        password: PasswordHash::of(&password, [7; 16]).ok(),
        totp: None,
        cap: None,
        languages: Vec::new(),
        epoch: 3,
    }
}

/// Of somebody with a second factor.
pub(super) fn rights_with_code() -> Rights {
    Rights {
        totp: Some(Totp::new([9; 20])),
        cap: Some(5),
        languages: vec![Language::ZhHant, Language::En],
        ..rights()
    }
}

pub(super) fn log_in() -> LogIn {
    LogIn {
        token: TokenHash([11; 32]),
        agent: agent_id(),
        epoch: 3,
        seen_at: at(60),
        expires_at: at(43_200),
    }
}

pub(super) fn audit() -> AuditEntry {
    AuditEntry {
        at: at(60),
        agent: agent_id(),
        what: Audited::Read,
        about: Some("0198c0de-0000-7000-8000-000000000000".to_owned()),
        from: Some("192.0.2.1".to_owned()),
    }
}

pub(super) fn service_level() -> EventBody {
    EventBody::ServiceLevel {
        goal: Goal::NextResponse,
        stage: Stage::Breached,
        due: at(900),
    }
}

pub(super) fn draft() -> WrittenDraft {
    WrittenDraft {
        conversation: conversation().id,
        agent: agent_id(),
        at: at(60),
        browser: "b1".to_owned(),
        reply: "Dear Mia".to_owned(),
        note: "ask Lin".to_owned(),
    }
}

pub(super) fn day() -> Day {
    let mut day = Day {
        began: 9,
        to_people: 4,
        resolved_by_bot: 2,
        resolved_by_people: 3,
        reopened: 1,
        promises_kept: 5,
        promises_broken: 1,
        wrong: 1,
        rated_bot: [0, 0, 1, 2, 3],
        rated_people: [1, 0, 0, 0, 2],
        ..Day::default()
    };
    day.handed_off.insert(HandoffReason::Angry, 4);
    day.late.insert(Goal::Resolution, 1);
    day.first_response.add(jiff::SignedDuration::from_secs(95));
    day
}

pub(super) fn review() -> Review {
    Review {
        conversation: conversation().id,
        reply: Seq(4),
        merchant: conversation().merchant,
        at: at(60),
        by: agent_id(),
        message: "where is it".to_owned(),
        language: Language::En,
        took_for: IntentId::parse("order_status").ok(),
        rule: Some("order_status.toml:31".to_owned()),
        matched: vec!["where".to_owned()],
        right: IntentId::parse("refund_status").ok(),
        note: Some("the money".to_owned()),
        done: Some(at(90)),
    }
}

pub(super) fn indexed() -> Indexed {
    Indexed {
        number: 70_000,
        seq: Seq(12),
    }
}

/// A conversation whose customer waits for a first answer that is late.
pub(super) fn owing() -> Conversation {
    let mut row = conversation();
    let calendar = Calendar::default();
    let record =
        toml::from_str::<LevelsRecord>("first_response = \"1m\"\nresolution = \"9h\"").unwrap();
    let levels = Levels::try_from(record).unwrap();
    let terms = Terms {
        levels: &levels,
        calendar: &calendar,
    };
    let (from, to) = (Owner::Bot, Owner::Queue);
    let taken_up = EventBody::OwnerChanged {
        from,
        to,
        taken_back: false,
    };
    let event = row.next_event(Actor::System, taken_up, at(0));
    row.service.follow(&event, Priority::Normal, terms);
    assert_eq!(row.service.review(at(90 * 86_400)).len(), 2);
    row
}

pub(super) fn triaged() -> EventBody {
    let label = |text: &str| Label::try_from(text.to_owned()).unwrap();
    EventBody::Triaged {
        priority: Priority::Urgent,
        labels: [label("vip"), label("carrier")].into(),
    }
}
