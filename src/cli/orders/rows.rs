//! A file of orders as a stream of rows: CSV, JSON lines, or one JSON document. Nothing but a JSON document is held in memory whole.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use clap::ValueEnum;

use super::quotes::{Quotes, Unclosed};
use crate::domain::order::Order;
use crate::domain::order_record::{self, Columns, Defaults, FieldProblem};

/// The longest line that is read; a longer one is refused and passed over.
const LONGEST_LINE: u64 = 1 << 20;

/// How a file writes orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table with a header; comma, semicolon or tab between cells
    Csv,
    /// One JSON object a line
    Jsonl,
    /// One JSON document: an array, or {"orders": [..]}
    Json,
}

impl Format {
    /// The format that a file's name promises.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// One row: its number in the file, from 1, and the order, or all that is wrong with it.
pub struct Row {
    pub number: u64,
    /// The most lines that one of its cells has.
    pub lines: u64,
    pub order: Result<Order, Vec<FieldProblem>>,
}

/// The rows of a file.
pub struct Rows {
    source: Source,
    defaults: Defaults,
}

type Input = BufReader<Box<dyn Read + Send>>;

enum Source {
    Csv(Box<Table>),
    Lines { input: Input, number: u64 },
    Document(std::vec::IntoIter<Row>),
}

struct Table {
    reader: csv::Reader<Quotes<Input>>,
    unclosed: Unclosed,
    columns: Columns,
    record: csv::StringRecord,
}

impl Rows {
    /// Begins to read.
    ///
    /// # Errors
    /// When the input cannot be read, or a table's header does not name its columns.
    pub fn open(
        input: Box<dyn Read + Send>,
        format: Format,
        defaults: Defaults,
    ) -> anyhow::Result<Self> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let source = match format {
            Format::Csv => Source::Csv(Box::new(Table::open(input)?)),
            Format::Json if !begins_with_whole_object(&mut input)? => {
                Source::Document(document(input, &defaults)?)
            }
            Format::Json | Format::Jsonl => Source::Lines { input, number: 0 },
        };
        Ok(Self { source, defaults })
    }
}

impl Iterator for Rows {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Csv(table) => table.next(&self.defaults),
            Source::Lines { input, number } => next_line(input, number, &self.defaults).transpose(),
            Source::Document(rows) => rows.next().map(Ok),
        }
    }
}

impl Table {
    fn open(mut input: Input) -> anyhow::Result<Self> {
        let delimiter = delimiter(input.fill_buf()?);
        let (input, unclosed) = Quotes::new(input, delimiter);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(input);
        let header = reader.headers().map_err(|error| match error.kind() {
            csv::ErrorKind::Utf8 { .. } => anyhow::anyhow!("the header is {NOT_UTF8}"),
            _ => anyhow::anyhow!("the header cannot be read: {error}"),
        })?;
        if let Some(line) = unclosed.line() {
            anyhow::bail!("the header: the quote that opens in line {line} is not closed");
        }
        let columns = Columns::from_header(header).map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("the header: {}", lines.join("; "))
        })?;
        Ok(Self {
            reader,
            unclosed,
            columns,
            record: csv::StringRecord::new(),
        })
    }

    fn next(&mut self, defaults: &Defaults) -> Option<io::Result<Row>> {
        let before = self.reader.position().line();
        let (number, order) = match self.reader.read_record(&mut self.record) {
            Ok(false) => return None,
            Ok(true) => {
                let number = self.record.position().map_or(before, csv::Position::line);
                let order = match self.unclosed.line() {
                    Some(line) => Err(not_closed(line)),
                    None => {
                        let record = self.columns.record(&self.record);
                        record.and_then(|record| order_record::parse(&record, defaults))
                    }
                };
                (number, order)
            }
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => return Some(Err(error)),
                csv::ErrorKind::Utf8 { pos, .. } => (
                    pos.map_or(before, |pos| pos.line()),
                    Err(whole_row(NOT_UTF8)),
                ),
                other => (
                    before,
                    Err(whole_row(&format!("cannot be read: {other:?}"))),
                ),
            },
        };
        Some(Ok(Row {
            number,
            lines: self.record.iter().map(lines).max().unwrap_or(1),
            order,
        }))
    }
}

/// How many lines a cell has.
fn lines(cell: &str) -> u64 {
    1 + cell.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// The row takes everything from the quote on to the end of the file.
fn not_closed(line: u64) -> Vec<FieldProblem> {
    whole_row(&format!(
        "has a quote that opens in line {line} and is not closed: all that follows it was read as one cell"
    ))
}

const NOT_UTF8: &str = "is not UTF-8: save the file as \"CSV UTF-8\"";

/// The delimiter that the first line has most of.
fn delimiter(beginning: &[u8]) -> u8 {
    let line = beginning
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    let mut best = b',';
    for other in [b';', b'\t'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

/// Whether the first line is a JSON object by itself: then the rest are lines as well, whatever the file is called.
fn begins_with_whole_object(input: &mut Input) -> io::Result<bool> {
    let beginning = input.fill_buf()?;
    let Some(line) = beginning
        .split(|byte| *byte == b'\n')
        .next()
        .filter(|line| line.len() < beginning.len())
    else {
        return Ok(false);
    };
    let object: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_slice(line);
    Ok(object.is_ok_and(|object| !object.contains_key("orders")))
}

fn document(mut input: Input, defaults: &Defaults) -> anyhow::Result<std::vec::IntoIter<Row>> {
    let mut text = String::new();
    input.read_to_string(&mut text)?;
    let rows: Vec<Row> = order_record::parse_all(&text, defaults)
        .into_iter()
        .map(|(number, order)| Row {
            number,
            lines: 1,
            order,
        })
        .collect();
    Ok(rows.into_iter())
}

fn next_line(input: &mut Input, number: &mut u64, defaults: &Defaults) -> io::Result<Option<Row>> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if input
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(None);
        }
        *number += 1;
        if line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
            let order = Err(whole_row("is longer than 1 MiB"));
            return Ok(Some(Row {
                number: *number,
                lines: 1,
                order,
            }));
        }
        let text = str::from_utf8(&line).map(|text| text.trim_start_matches('\u{feff}').trim());
        let order = match text {
            Ok("") => continue,
            Ok(text) => order_record::parse_line(text, defaults),
            Err(_) => Err(whole_row("is not UTF-8")),
        };
        return Ok(Some(Row {
            number: *number,
            lines: 1,
            order,
        }));
    }
}

fn whole_row(problem: &str) -> Vec<FieldProblem> {
    vec![FieldProblem {
        field: String::new(),
        problem: problem.to_owned(),
    }]
}
