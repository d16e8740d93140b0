//! Orders as rows of a table: which column is which field, whatever the header calls it.

use serde_json::Value;

use super::{FieldProblem, Object, known, to_json};
use crate::domain::order::Order;

/// Names that shops give to columns, by field; data, for many are Chinese.
const HEADERS: &str = include_str!("headers.txt");

/// The columns of an export, which an import takes back.
pub const EXPORT_COLUMNS: [&str; 24] = [
    "id",
    "merchant",
    "status",
    "amount",
    "currency",
    "payment_method",
    "created_at",
    "paid_at",
    "items",
    "customer.name",
    "customer.email",
    "customer.phone",
    "customer.lang",
    "customer.vip",
    "shipping.carrier",
    "shipping.tracking",
    "shipping.address",
    "shipping.amount",
    "shipping.shipped_at",
    "shipping.delivered_at",
    "reject_reason",
    "refund_history",
    "payments",
    "note",
];

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Columns(Vec<Column>);

#[derive(Clone, Debug)]
struct Column {
    /// The field as a path.
    path: Vec<String>,
}

impl Columns {
    /// Finds the field of each column by its header. A header that names no field is kept under its own name.
    ///
    /// # Errors
    /// When no column has the order number, or two have the same field.
    pub fn from_header<'h>(
        header: impl IntoIterator<Item = &'h str>,
    ) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for name in header {
            let path = path(name);
            if columns.iter().any(|column| column.path == path) {
                problems.push(problem(
                    name,
                    "is a second column for the same field: remove one",
                ));
            }
            columns.push(Column { path });
        }
        if !columns.iter().any(|column| column.path == ["id"]) {
            problems.push(problem(
                "id",
                "has no column: the first line must name the columns, one of them `id`",
            ));
        }
        match problems.is_empty() {
            true => Ok(Self(columns)),
            false => Err(problems),
        }
    }

    /// The record of a row. Empty cells are left out.
    ///
    /// # Errors
    /// When the row has more cells than the header, or a cell that should be JSON is none.
    pub fn record<'r>(
        &self,
        row: impl IntoIterator<Item = &'r str>,
    ) -> Result<Value, Vec<FieldProblem>> {
        let mut record = Value::Object(Object::new());
        let mut problems = Vec::new();
        let mut columns = self.0.iter();
        for cell in row {
            let cell = unguarded(cell.trim());
            match columns.next() {
                _ if cell.is_empty() => {}
                Some(column) => match value(&column.path, cell) {
                    Ok(value) => place(&mut record, &column.path, value),
                    Err(wrong) => problems.push(problem(&column.path.join("."), &wrong)),
                },
                None => {
                    problems.push(problem("", "has more cells than the header has columns: quote cells with commas in them"));
                    break;
                }
            }
        }
        match problems.is_empty() {
            true => Ok(record),
            false => Err(problems),
        }
    }
}

fn problem(field: &str, problem: &str) -> FieldProblem {
    FieldProblem {
        field: field.to_owned(),
        problem: problem.to_owned(),
    }
}

/// The field that a header names, as a path.
fn path(header: &str) -> Vec<String> {
    let header = header.trim().trim_start_matches('\u{feff}');
    let folded = header.to_lowercase().replace([' ', '-'], "_");
    let field = field_of(&folded).unwrap_or(folded.as_str());
    let field = match field.strip_prefix("refund.") {
        Some(rest) => format!("refund_history.0.{rest}"),
        None => field.to_owned(),
    };
    let path: Vec<String> = field.split('.').map(str::to_owned).collect();
    let known = path
        .first()
        .is_some_and(|first| known::ROOT.contains(&first.as_str()));
    match known {
        true => path,
        false => vec![header.to_owned()],
    }
}

fn field_of(folded: &str) -> Option<&'static str> {
    let mut lines = HEADERS.lines().filter_map(|line| line.split_once('='));
    let names = |names: &str| names.split(',').any(|name| name.trim() == folded);
    lines
        .find(|(field, aliases)| field.trim() == folded || names(aliases))
        .map(|(field, _)| field.trim())
}

/// The value of a cell: lists and objects as JSON, items also with `;` between.
fn value(path: &[String], cell: &str) -> Result<Value, String> {
    let whole = path.len() == 1;
    match path.first().map(String::as_str) {
        Some("items") if whole && !cell.starts_with('[') => Ok(cell
            .split([';', '|', '\u{ff1b}'])
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect()),
        Some("items" | "refund_history" | "payments" | "customer" | "shipping" | "extra")
            if whole =>
        {
            serde_json::from_str(cell).map_err(|error| format!("is no JSON: {error}"))
        }
        _ => Ok(Value::String(cell.to_owned())),
    }
}

/// Puts a value at a path, making objects and lists on the way. The cells of a column named `extra` are unknown fields.
fn place(record: &mut Value, path: &[String], value: Value) {
    if let ([only], Value::Object(fields)) = (path, &value)
        && only == "extra"
    {
        super::extra::merge(record, Value::Object(fields.clone()));
        return;
    }
    let mut at = record;
    for step in path {
        at = match step.parse::<usize>() {
            Ok(index) if index < 50 => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                let Value::Array(list) = at else { return };
                list.resize(list.len().max(index + 1), Value::Object(Object::new()));
                &mut list[index]
            }
            _ => {
                if !at.is_object() {
                    *at = Value::Object(Object::new());
                }
                let Value::Object(map) = at else { return };
                map.entry(step.clone()).or_insert(Value::Null)
            }
        };
    }
    *at = value;
}

/// A spreadsheet takes a cell that begins so for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The row of an order, in the order of [`EXPORT_COLUMNS`], with the unknown fields last.
#[must_use]
pub fn export_row(order: &Order) -> Vec<String> {
    let mut known = order.clone();
    known.extra = None;
    let record = to_json(&known);
    let mut row: Vec<String> = EXPORT_COLUMNS
        .iter()
        .map(|column| {
            let pointer = format!("/{}", column.replace('.', "/"));
            guarded(&cell(record.pointer(&pointer).unwrap_or(&Value::Null)))
        })
        .collect();
    row.push(order.extra.clone().unwrap_or_default());
    row
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// Whether a spreadsheet would take a cell for a formula, but for quotes before it.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

/// A cell that no spreadsheet takes for a formula.
fn guarded(cell: &str) -> String {
    match is_formula(cell) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// The cell without the guard that an export put before it.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(cell) => rest,
        _ => cell,
    }
}
