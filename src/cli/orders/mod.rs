//! `frontdesk orders`: orders in and out of the data folder, as CSV or JSON lines.

mod export;
mod import;
mod kept;
mod numbers;
mod quotes;
mod rows;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::table::counted;
use crate::clock::Clock;
use crate::config::{Config, InvalidConfig, Sources};
use crate::domain::audit::{self, Audited};
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::order_record::{Defaults, FieldProblem, to_json};
use crate::store::Options;
use export::Export;
use import::Tally;
use kept::Kept;
use rows::{Format, Rows};

/// Orders in and out
#[derive(Debug, Args)]
pub struct Orders {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(Import),
    Export(ExportArgs),
    Get(Get),
}

/// Takes orders from a file; an order that is known already is replaced
///
/// Every row is checked. Rows that are wrong are named on stderr with their number and left out, and so is an order that stands in the
/// file a second time; the others are kept.
/// Exits with 1 when a row was left out.
///
/// Example: frontdesk orders import orders.csv --merchant m_linden --dry-run
#[derive(Debug, Args)]
struct Import {
    /// The file, or - for standard input
    file: PathBuf,
    /// How the file is written; without it, by the end of its name
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Whose orders they are; a row that names somebody else is refused
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: Option<MerchantId>,
    /// The currency of amounts without one, such as CNY
    #[arg(long, value_name = "CODE", value_parser = currency)]
    currency: Option<String>,
    /// The time zone of times without an offset, such as Asia/Shanghai; without it, UTC
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<jiff::tz::TimeZone>,
    /// Checks every row and keeps nothing
    #[arg(long)]
    dry_run: bool,
    /// Keeps nothing when a row is wrong
    #[arg(long)]
    strict: bool,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Writes all orders of a merchant to a file that an import takes back
///
/// Example: frontdesk orders export orders.jsonl --merchant m_linden
#[derive(Debug, Args)]
struct ExportArgs {
    /// The file; without it, or with -, standard output
    file: Option<PathBuf>,
    /// How the file is written; without it, by the end of its name, or JSON lines
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Whose orders
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: MerchantId,
    #[command(flatten)]
    folder: Folder,
}

/// Prints one order as JSON
///
/// Example: frontdesk orders get A1042 --merchant m_linden
#[derive(Debug, Args)]
struct Get {
    /// The order number, as anybody would type it
    #[arg(value_parser = OrderId::parse)]
    id: OrderId,
    /// Whose order it is
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: MerchantId,
    /// One line instead of an indented record
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

fn currency(code: &str) -> Result<String, String> {
    Money::parse("0", code)
        .map(|money| money.currency.code().to_owned())
        .map_err(|error| error.to_string())
}

fn zone(name: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(name)
        .map_err(|_| "no time zone: write an IANA name such as Asia/Shanghai".to_owned())
}

impl Orders {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When a file or the data folder cannot be read or written.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Import(import) => import.run(),
            Command::Export(export) => export.run(),
            Command::Get(get) => get.run(),
        }
    }
}

impl Import {
    fn run(self) -> anyhow::Result<ExitCode> {
        let format = self.format()?;
        let from_stdin = self.file == Path::new("-");
        if self.strict && from_stdin && !self.dry_run {
            anyhow::bail!(
                "--strict reads the file twice, which standard input cannot be: save it to a file"
            );
        }
        let began = Instant::now();
        if self.strict || self.dry_run {
            let checked = self.pass(format, |orders| Ok(orders.count() as u64), "checking")?;
            if self.dry_run || checked.refused > 0 {
                return self.report(&checked, false, began.elapsed());
            }
        }
        let kept = Kept::open(&self.folder.options()?)?;
        let whose = self.merchant.as_ref().map_or("all", MerchantId::as_str);
        kept.note_down(Audited::OrdersWritten, format!("{whose} import"))?;
        let tally = self.pass(format, |orders| kept.put(orders), "importing")?;
        self.report(&tally, true, began.elapsed())
    }

    fn format(&self) -> anyhow::Result<Format> {
        self.format
            .or_else(|| Format::of(&self.file))
            .with_context(|| {
                format!(
                    "cannot tell how {} is written: add --format csv or --format jsonl",
                    self.file.display()
                )
            })
    }

    /// Goes through the whole file once.
    fn pass(
        &self,
        format: Format,
        keep: impl FnOnce(&mut dyn Iterator<Item = Order>) -> anyhow::Result<u64>,
        doing: &'static str,
    ) -> anyhow::Result<Tally> {
        let (input, bar) = self.input(doing)?;
        let defaults = Defaults {
            merchant: self.merchant.clone(),
            currency: self.currency.clone(),
            zone: self.zone.clone().unwrap_or(jiff::tz::TimeZone::UTC),
        };
        let rows = Rows::open(input, format, defaults)
            .with_context(|| format!("cannot import {}", self.file.display()))?;
        let refuse = |row: u64, problems: &[FieldProblem]| {
            bar.suspend(|| {
                for problem in problems {
                    eprintln!("row {row}: {problem}");
                }
            });
        };
        let tally = import::import(rows, keep, refuse);
        bar.finish_and_clear();
        let tally = tally?;
        if let Some((row, lines)) = tally.long {
            eprintln!(
                "note: row {row} has a cell in quotes of {lines} lines; {} in all have such cells. A quote that is not closed takes the \
                 rows after it into its cell",
                counted(tally.longs, "row")
            );
        }
        Ok(tally)
    }

    /// The file, and a bar on stderr that follows the reading of it; no bar where nobody looks.
    fn input(&self, doing: &'static str) -> anyhow::Result<(Box<dyn Read + Send>, ProgressBar)> {
        if self.file == Path::new("-") {
            return Ok((Box::new(io::stdin()), ProgressBar::hidden()));
        }
        let cannot = || format!("cannot read {}", self.file.display());
        let file = File::open(&self.file).with_context(cannot)?;
        let size = file.metadata().with_context(cannot)?.len();
        let bar = match io::stderr().is_terminal() {
            true => ProgressBar::new(size),
            false => ProgressBar::hidden(),
        };
        let style = "{msg} {wide_bar} {percent:>3} %  {bytes_per_sec}  {eta} left";
        bar.set_style(ProgressStyle::with_template(style)?);
        bar.set_message(doing);
        Ok((Box::new(bar.wrap_read(file)), bar))
    }

    fn report(&self, tally: &Tally, kept: bool, took: Duration) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout().lock();
        let Tally {
            rows,
            imported: good,
            refused,
            ..
        } = tally;
        let imported = if kept { *good } else { 0 };
        let seconds = took.as_secs_f64();
        if self.json {
            let record = serde_json::json!({
                "rows": rows, "imported": imported, "refused": refused, "dry_run": self.dry_run,
                "seconds": (seconds * 1000.0).round() / 1000.0,
            });
            writeln!(out, "{record}")?;
        } else if self.dry_run {
            writeln!(
                out,
                "{rows} rows: {good} would be imported, {refused} refused ({seconds:.1} s)"
            )?;
        } else {
            writeln!(
                out,
                "{rows} rows: {imported} imported, {refused} refused ({seconds:.1} s)"
            )?;
        }
        Ok(match refused {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }
}

impl ExportArgs {
    fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.file.filter(|file| file != Path::new("-"));
        let format = self
            .format
            .or_else(|| Format::of(file.as_deref()?))
            .unwrap_or(Format::Jsonl);
        let kept = Kept::existing(&self.folder.options()?)?;
        let out: Box<dyn Write> = match &file {
            Some(path) => {
                let file = File::create_new(path).with_context(|| {
                    format!(
                        "cannot write {}: an export never replaces a file",
                        path.display()
                    )
                })?;
                Box::new(BufWriter::new(file))
            }
            None => Box::new(BufWriter::new(io::stdout().lock())),
        };
        kept.note_down(Audited::Exported, format!("{} orders", self.merchant))?;
        let mut export = Export::begin(out, format)?;
        let mut count = 0_u64;
        kept.each(&self.merchant, |order| {
            count += 1;
            export.write(order)
        })?;
        export.end()?;
        if let Some(path) = file {
            eprintln!("{count} orders written to {}", path.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Get {
    fn run(self) -> anyhow::Result<ExitCode> {
        let kept = Kept::existing(&self.folder.options()?)?;
        let Some(order) = kept.get(&self.merchant, &self.id)? else {
            eprintln!("{} has no order {}", self.merchant, self.id);
            return Ok(ExitCode::FAILURE);
        };
        kept.note_down(Audited::OrderRead, audit::order(&self.merchant, &self.id))?;
        let record = to_json(&order);
        let text = match self.json {
            true => record.to_string(),
            false => serde_json::to_string_pretty(&record)?,
        };
        writeln!(io::stdout().lock(), "{text}")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Bytes of cache for a walk through the orders. It leaves behind what it has passed, and a page takes nearly five times as much in memory as
/// in the cache's own account: more cache costs memory and saves no time.
const CACHE: u64 = 4 << 20;

/// Where the data is.
#[derive(Debug, Args)]
struct Folder {
    /// The data folder [default: as in frontdesk.toml, or `data`]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// The configuration file [default: frontdesk.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Folder {
    /// How the store is opened there.
    fn options(&self) -> Result<Options, InvalidConfig> {
        let flags = self.data.iter().map(|data| ("data", data.clone()));
        let sources = Sources::read(self.config.as_deref(), flags.collect())?;
        let config = Config::load(&sources)?;
        Ok(Options {
            cache: (config.cache_mb << 20).min(CACHE),
            min_free: config.free_space_mb << 20,
            ..Options::new(config.data, Clock::system().now())
        })
    }
}
