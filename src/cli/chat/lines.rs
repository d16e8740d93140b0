//! `chat --json`: one object per line in, one per line out. The shape is a contract: other people's tests call it.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::room::{Room, Said, Speaker};
use crate::domain::conversation::{Because, Identity, Outcome, Role};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, MerchantId};
use crate::domain::language::Language;
use crate::domain::order::{fold_email, fold_phone};

/// A line of input.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    conversation: String,
    text: String,
    at: Option<Timestamp>,
    site: Option<MerchantId>,
    #[serde(default)]
    role: Role,
    customer: Option<Customer>,
}

/// Somebody whom the shop signed in.
#[derive(Debug, Deserialize)]
struct Customer {
    #[serde(default)]
    verified: bool,
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    #[serde(default)]
    vip: bool,
}

/// A line of output.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    conversation: &'a str,
    replies: Vec<Reply>,
    outcome: Outcome,
    intents: &'a [IntentId],
    owner: &'static str,
    handoff: Option<Reason>,
}

#[derive(Debug, Serialize)]
struct Reply {
    text: String,
    language: Language,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because>,
}

#[derive(Debug, Serialize)]
struct Reason {
    reason: HandoffReason,
}

/// Talks to a program. A line that cannot be used is answered with an error, and the next one is read.
pub(super) fn talk(
    mut room: Room,
    explains: bool,
    input: impl BufRead,
    mut out: impl Write,
) -> anyhow::Result<ExitCode> {
    let mut refused = false;
    for (number, line) in (1u64..).zip(input.split(b'\n')) {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if line.trim().is_empty() {
            continue;
        }
        let answered = answer(&mut room, &line).and_then(|(conversation, said)| {
            let answer = in_json(&conversation, &said, explains);
            serde_json::to_writer(&mut out, &answer)?;
            Ok(writeln!(out)?)
        });
        if let Err(error) = answered {
            refused = true;
            serde_json::to_writer(
                &mut out,
                &serde_json::json!({ "error": format!("line {number}: {error:#}") }),
            )?;
            writeln!(out)?;
        }
        out.flush()?;
    }
    Ok(if refused {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn answer(room: &mut Room, line: &str) -> anyhow::Result<(String, Said)> {
    let line: Line =
        serde_json::from_str(line).map_err(|error| anyhow::anyhow!(in_our_words(&error)))?;
    if let Some(at) = line.at {
        room.set_time(at);
    }
    let identity = line
        .customer
        .filter(|customer| customer.verified)
        .map(|customer| Identity {
            subject: customer
                .email
                .clone()
                .or_else(|| customer.phone.clone())
                .unwrap_or_default(),
            name: customer.name,
            email: customer.email.as_deref().map(fold_email),
            phone: customer.phone.as_deref().map(fold_phone),
            vip: customer.vip,
        });
    let said = room.speak(
        &line.conversation,
        &line.text,
        Speaker {
            site: line.site,
            role: line.role,
            identity,
        },
    )?;
    Ok((line.conversation, said))
}

/// What is wrong with a line, which is one line: only the column is news.
fn in_our_words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let at = format!(" at line {} column {}", error.line(), error.column());
    match words.strip_suffix(&at) {
        Some(words) if words.contains("struct Line") || error.is_eof() => {
            "a line is an object: {\"conversation\":\"c1\",\"text\":\"hello\"}".to_owned()
        }
        Some(words) => format!("column {}: {words}", error.column()),
        None => words,
    }
}

fn in_json<'a>(conversation: &'a str, said: &'a Said, explains: bool) -> Answer<'a> {
    Answer {
        conversation,
        replies: said
            .replies
            .iter()
            .map(|reply| Reply {
                text: reply.in_words(),
                language: reply.language,
                because: explains.then(|| reply.because.clone()),
            })
            .collect(),
        outcome: said.outcome,
        intents: &said.intents,
        owner: said.owner.name(),
        handoff: said.reason.map(|reason| Reason { reason }),
    }
}
