//! `frontdesk notice`: what an operator declares, for one merchant's customers or for everybody's. Works on the data folder; a desk
//! that runs there is asked to do it itself, and tells customers within half a minute. What merchants' programs are told is written with it.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::runtime::Handle;

use crate::cli::folder::Folder;
use crate::cli::rules::Rules;
use crate::cli::table::Table;
use crate::clock::Clock;
use crate::desk::DeskError;
use crate::desk::notices::{self, Register};
use crate::domain::ids::{ClientId, IntentId, MerchantId, NoticeId, SiteId};
use crate::domain::language::Language;
use crate::domain::notice::{Affected, Declaration, DeclaredBy, Notice, NoticeMove};
use crate::domain::trouble::Cause;
use crate::domain::webhook::Subscription;
use crate::domain::wording::Texts;
use crate::store::{Store, request};

/// How a running desk is asked.
const WORD: &str = "notice\t";

/// Troubles that are known, such as "card payments fail since 09:40"
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk notice list")]
pub struct NoticeArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    Confirm(Confirm),
    End(End),
    List(List),
}

/// Declares one: whoever asks about it gets it as the answer
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk notice add cards --intent payment_system_fault")]
struct Add {
    /// Its name; said again, it is the same notice
    #[arg(value_parser = ClientId::parse)]
    name: ClientId,
    /// What people come with
    #[arg(long, value_name = "INTENT", value_parser = IntentId::parse)]
    intent: Vec<IntentId>,
    /// What is found to be the cause
    #[arg(long, value_parser = cause)]
    cause: Vec<Cause>,
    /// Only with this payment method or bank
    #[arg(long)]
    method: Vec<String>,
    /// Only on this storefront
    #[arg(long, value_name = "KEY", value_parser = SiteId::parse)]
    site: Option<SiteId>,
    /// Since when (RFC 3339) [default: now]
    #[arg(long)]
    since: Option<Timestamp>,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    rules: Rules,
}

/// Confirms what the desk proposes: customers are told
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk notice confirm 5f1c0a7e --merchant m_demo")]
struct Confirm {
    /// Its number, from `frontdesk notice list`
    #[arg(value_parser = NoticeId::parse)]
    id: NoticeId,
    /// Since when (RFC 3339) [default: since the desk saw it]
    #[arg(long)]
    since: Option<Timestamp>,
    #[command(flatten)]
    about: About,
}

/// Says that it is over: whoever asked about it is told; a proposal is dismissed
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk notice end cards")]
struct End {
    /// Its name, or its number from `frontdesk notice list`
    #[arg(value_parser = NoticeId::parse)]
    id: NoticeId,
    #[command(flatten)]
    about: About,
}

/// Lists those about which something is left to be done
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk notice list --json")]
struct List {
    /// Prints one JSON object for each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Args)]
struct About {
    /// Whose customers [default: everybody's]
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: Option<MerchantId>,
    /// What customers read, for each language: `en=...`, `zh-Hans=...`, `zh-Hant=...`
    #[arg(long, value_name = "LANGUAGE=TEXT", value_parser = text)]
    text: Vec<(Language, String)>,
    #[command(flatten)]
    folder: Folder,
}

/// What is to be done, as a running desk is asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Asked {
    Add {
        name: ClientId,
        affected: Affected,
        since: Option<Timestamp>,
        texts: Texts,
    },
    Confirm {
        merchant: Option<MerchantId>,
        id: NoticeId,
        since: Option<Timestamp>,
        texts: Texts,
    },
    End {
        merchant: Option<MerchantId>,
        id: NoticeId,
        texts: Texts,
    },
    List,
}

impl Asked {
    async fn make(self, register: Register<'_>) -> Result<Vec<Notice>, DeskError> {
        match self {
            Self::Add {
                name,
                affected,
                since,
                texts,
            } => {
                let said = Declaration {
                    name,
                    affected,
                    since,
                    texts,
                };
                let by = DeclaredBy::Operator;
                let (notice, _) = notices::declare(register, by, said).await?;
                Ok(vec![notice])
            }
            Self::Confirm {
                merchant,
                id,
                since,
                texts,
            } => {
                let to = NoticeMove::Confirm { since, texts };
                moved(register, merchant, id, to).await
            }
            Self::End {
                merchant,
                id,
                texts,
            } => moved(register, merchant, id, NoticeMove::End { texts }).await,
            Self::List => Ok(register
                .store
                .unsettled_notices(None, crate::store::MAX_PAGE)
                .await?),
        }
    }

    /// Has it done, by the desk that runs on the folder if one does.
    fn apply(self, folder: &Folder) -> anyhow::Result<Vec<Notice>> {
        let line = format!("{WORD}{}", serde_json::to_string(&self)?);
        let config = folder.config()?;
        match request(&config.data, &line)? {
            Some(answer) => Ok(serde_json::from_str(&answer.map_err(|why| anyhow!(why))?)?),
            None => {
                let told = &config.subscriptions();
                folder.with_existing_store(async |store, clock| {
                    Ok(self.make(Register { store, clock, told }).await?)
                })
            }
        }
    }
}

/// Moves the one that is called so, by its number or by the name under which it was added.
async fn moved(
    register: Register<'_>,
    merchant: Option<MerchantId>,
    id: NoticeId,
    to: NoticeMove,
) -> Result<Vec<Notice>, DeskError> {
    let merchant = merchant.as_ref();
    let named = NoticeId::named(merchant, id.as_str());
    let is_name = register.store.notice(merchant, &named).await?.is_some();
    let id = if is_name { named } else { id };
    let moved = notices::move_notice(register, merchant, &id, &to).await?;
    Ok(vec![moved])
}

/// Does what another process asks a running desk for; none where it is about something else.
pub(super) fn answer(
    store: &Store,
    told: &[Subscription],
    runtime: &Handle,
    line: &str,
) -> Option<Result<String, String>> {
    let asked: Asked = serde_json::from_str(line.strip_prefix(WORD)?).ok()?;
    let clock = &Clock::system();
    let made = runtime.block_on(asked.make(Register { store, clock, told }));
    let words = |notices: Vec<Notice>| serde_json::to_string(&notices).unwrap_or_default();
    Some(made.map(words).map_err(|error| error.to_string()))
}

impl NoticeArgs {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When it can be no notice, there is none, or the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Add(add) => add.run(),
            Command::Confirm(confirm) => {
                let asked = Asked::Confirm {
                    merchant: confirm.about.merchant,
                    id: confirm.id,
                    since: confirm.since,
                    texts: confirm.about.text.into_iter().collect(),
                };
                show(&asked.apply(&confirm.about.folder)?, true)
            }
            Command::End(end) => {
                let asked = Asked::End {
                    merchant: end.about.merchant,
                    id: end.id,
                    texts: end.about.text.into_iter().collect(),
                };
                show(&asked.apply(&end.about.folder)?, true)
            }
            Command::List(list) => show(&Asked::List.apply(&list.folder)?, list.json),
        }
    }
}

impl Add {
    fn run(self) -> anyhow::Result<ExitCode> {
        let rules = self.rules.in_force()?;
        let mut intents = self.intent.iter();
        if let Some(unknown) = intents.find(|intent| rules.intent(intent).is_none()) {
            bail!("the rules know no intent `{unknown}`");
        }
        let asked = Asked::Add {
            name: self.name,
            affected: Affected {
                merchant: self.about.merchant,
                site: self.site,
                methods: self.method,
                intents: self.intent,
                causes: self.cause,
            },
            since: self.since,
            texts: self.about.text.into_iter().collect(),
        };
        show(&asked.apply(&self.about.folder)?, true)
    }
}

fn show(notices: &[Notice], as_json: bool) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    if as_json {
        for notice in notices {
            let shown: Value = serde_json::to_value(notice)?;
            writeln!(out, "{shown}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(["ID", "STATE", "MERCHANT", "SINCE", "ABOUT"]);
    for notice in notices {
        let affected = &notice.affected;
        let merchant = affected.merchant.as_ref();
        let intents = affected.intents.iter().map(IntentId::as_str);
        let causes = affected.causes.iter().map(|cause| cause.name());
        let methods = affected.methods.iter().map(String::as_str);
        let about: Vec<&str> = intents.chain(causes).chain(methods).collect();
        table.row([
            notice.id.as_str(),
            notice.state.name(),
            merchant.map_or("all", MerchantId::as_str),
            &notice.since.to_string(),
            &about.join(", "),
        ]);
    }
    table.print(&mut out)?;
    Ok(ExitCode::SUCCESS)
}

fn cause(name: &str) -> Result<Cause, String> {
    let mut known = Cause::ALL.into_iter();
    let found = known.find(|cause| cause.name() == name);
    let all = || Cause::ALL.map(Cause::name).join(", ");
    found.ok_or_else(|| format!("use one of {}", all()))
}

fn text(argument: &str) -> Result<(Language, String), String> {
    let (language, text) = argument
        .split_once('=')
        .ok_or_else(|| "write it as `en=...`".to_owned())?;
    let language = language.parse::<Language>().map_err(|e| e.to_string())?;
    Ok((language, text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Asked, cause, text};
    use crate::domain::language::Language;

    #[test]
    fn what_is_asked_for_stands_on_one_line_whatever_is_in_it() {
        let asked = Asked::End {
            merchant: None,
            id: crate::domain::ids::NoticeId::parse("cards").unwrap(),
            texts: [(Language::En, "one\nand\ttwo".to_owned())].into(),
        };
        let line = serde_json::to_string(&asked).unwrap();
        assert!(!line.contains(['\n', '\t']), "{line}");
        assert_eq!(serde_json::from_str::<Asked>(&line).unwrap(), asked);
    }

    #[test]
    fn a_text_says_its_language_and_a_cause_is_one_that_is_known() {
        assert_eq!(text("en=a=b"), Ok((Language::En, "a=b".to_owned())));
        assert!(text("a").is_err() && text("fr=a").is_err());
        assert!(cause("network").is_ok() && cause("rain").is_err());
    }
}
