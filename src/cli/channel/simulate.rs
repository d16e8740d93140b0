//! `frontdesk channel simulate`: what a recorded request would be taken for, or what a platform answered that was asked for its messages.
//! Nothing is written, nobody is asked and nobody is answered.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::folder::Folder;
use super::super::out::print_line;
use super::super::serve::hook_address;
use super::Which;
use crate::channels::{
    Account, Held, Inbound, Incoming, Pull, Responded, accept, is_pulled, pulled,
};
use crate::clock::Clock;
use crate::domain::channel::Channel;
use crate::domain::ids::AccountId;

/// Says what a recorded request of a platform would be taken for, with the secrets that are configured
///
/// The file is JSON: {"channel", "account", "method", "query": {..}, "headers": {..}, "body"}. Of a platform that is asked for its messages
/// (Telegram with `poll`, WeCom) what it answered: {"channel", "account", "pulled": {"place", "cursor", "status"}, "body"}.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk channel simulate request.json --at 2026-11-20T10:00:00Z"
)]
pub struct Simulate {
    /// The recorded request
    file: PathBuf,
    /// When it came [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    #[command(flatten)]
    folder: Folder,
}

/// A request as it is recorded.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    channel: String,
    account: AccountId,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    /// The body is what the platform answered to this question.
    #[serde(default)]
    pulled: Option<Question>,
}

/// A question for messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// Which part of the account, on platforms that have some.
    #[serde(default)]
    place: String,
    /// Up to where it was read.
    #[serde(default)]
    cursor: String,
    /// The status of the answer.
    #[serde(default = "fine")]
    status: u16,
}

const fn fine() -> u16 {
    200
}

impl Simulate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let text = std::fs::read_to_string(&self.file)
            .with_context(|| format!("cannot read {}", self.file.display()))?;
        let recorded: Recorded = serde_json::from_str(&text)
            .with_context(|| format!("{} is no recorded request", self.file.display()))?;
        let which = Which {
            kind: recorded.channel.parse::<Channel>()?,
            account: recorded.account,
        };
        let config = self.folder.config()?;
        let mut account = which
            .of(&config)?
            .account
            .clone()
            .context("the channel is off: it has no secret")?;
        account.public = hook_address(&config, &account.key).unwrap_or_default();
        let at = self.at.unwrap_or_else(|| Clock::system().now());
        if let Some(question) = &recorded.pulled {
            return answered(&account, question, &recorded.body, at);
        }
        let headers = recorded.headers.into_iter();
        let incoming = Incoming {
            is_get: recorded
                .method
                .is_some_and(|method| method.eq_ignore_ascii_case("get")),
            query: recorded.query,
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
            body: recorded.body.as_bytes(),
        };
        match accept(&account, &incoming, at) {
            Ok(accepted) => {
                let messages: Vec<_> = accepted.messages.iter().map(to_json).collect();
                let answer = accepted.answer.map(|answer| answer.body);
                print_line(
                    json!({"messages": messages, "receipts": accepted.receipts.len(), "held": held(&accepted.held), "answer": answer}),
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Err(refusal) => {
                eprintln!("refused: {refusal}");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// What a platform answered that was asked for its messages.
fn answered(
    account: &Account,
    question: &Question,
    body: &str,
    at: Timestamp,
) -> anyhow::Result<ExitCode> {
    if !is_pulled(account) {
        let channel = account.key.channel;
        anyhow::bail!(
            "{channel} brings its messages, and is not asked for them: leave out `pulled`"
        );
    }
    let pull = Pull {
        account,
        place: &question.place,
        cursor: &question.cursor,
        hint: "",
        token: "",
        second: at.as_second(),
    };
    let responded = Responded {
        status: question.status,
        body: body.as_bytes(),
    };
    match pulled(&pull, &responded) {
        Ok(found) => {
            let messages: Vec<_> = found.accepted.messages.iter().map(to_json).collect();
            let receipts = found.accepted.receipts.len();
            print_line(
                json!({"messages": messages, "receipts": receipts, "held": held(&found.accepted.held), "cursor": found.cursor, "more": found.more}),
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Err(judgement) => {
            eprintln!("not taken: {}", judgement.in_words());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Who answers whom there, as the request tells it.
fn held(all: &[Held]) -> Vec<serde_json::Value> {
    let each = all.iter();
    each.map(|one| json!({"user": one.user, "place": one.place, "by": one.hands.name()}))
        .collect()
}

fn to_json(message: &Inbound) -> serde_json::Value {
    let files = message.files.iter().map(|file| file.kind.as_str());
    let mut told = json!({"id": message.id, "user": message.user, "place": message.place, "text": message.text, "choice": message.choice,
        "files": files.collect::<Vec<_>>()});
    if let Some(person) = &message.person {
        told["by"] = json!({"name": person.name, "note": person.is_note});
    }
    told
}
