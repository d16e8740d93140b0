//! An agent's rights, a log-in, a line of the audit log, and how agents sort.

use secrecy::SecretString;

use super::{agent_id, at};
use crate::domain::account::{LogIn, TokenHash};
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::conversation::{EventBody, Label, Priority};
use crate::domain::password::PasswordHash;
use crate::domain::rights::{AgentRole, Rights};

pub(super) fn rights() -> Rights {
    let password = SecretString::from("correct horse");
    Rights {
        role: AgentRole::Lead,
        team: Some("payments".to_owned()),
        password: PasswordHash::of(&password, [7; 16]).ok(),
        epoch: 3,
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

pub(super) fn triaged() -> EventBody {
    let label = |text: &str| Label::try_from(text.to_owned()).unwrap();
    EventBody::Triaged {
        priority: Priority::Urgent,
        labels: [label("vip"), label("carrier")].into(),
    }
}
