//! What days added up to, for leads: as JSON and as a table.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::desk::Report;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::MerchantId;
use crate::domain::language::Language;
use crate::domain::report::{Day, Suggestion, mean};
use crate::domain::service::Goal;
use crate::domain::transcript::csv;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Asked;
use crate::http::gate::staff::Leading;

/// A report is over so many days unless somebody asks for others.
const DAYS: i32 = 30;

/// Which days.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// From this day on (`2026-11-01`), by each storefront's own calendar; 30 days without it.
    #[param(value_type = Option<String>)]
    first: Option<Date>,
    /// To this day; today without it.
    #[param(value_type = Option<String>)]
    last: Option<Date>,
    /// Only of this merchant.
    merchant: Option<MerchantId>,
}

/// What days added up to, and how it stands now.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReportView {
    /// How many wait for a person now.
    waiting: u64,
    /// Since when the one waits who has waited longest (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    waits_since: Option<Timestamp>,
    /// All of it together.
    total: DayView,
    /// By day and language, the oldest first.
    days: Vec<DayView>,
    /// By day, in all languages, the oldest first.
    by_day: Vec<DayView>,
    /// By language, on all days.
    by_language: Vec<DayView>,
}

/// What a day added up to in one language.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DayView {
    /// The day; none for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    day: Option<Date>,
    /// The language (BCP 47); none for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// Conversations that began.
    began: u64,
    /// Those of them that a person got, on whatever day.
    to_people: u64,
    /// Those of them that the bot had alone, and of which the customer said that they are solved.
    resolved_by_bot: u64,
    /// No person got them, and they did not say that it was solved: taken for solved once the day is over.
    assumed: u64,
    /// Resolved by a person.
    resolved_by_people: u64,
    /// Resolved, and active again.
    reopened: u64,
    /// Seconds of working time within which half of the customers had a person's first answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_response_p50: Option<i64>,
    /// The same for nine of ten.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_response_p90: Option<i64>,
    /// Promises that were kept.
    promises_kept: u64,
    /// Promises that were late, or never kept.
    promises_broken: u64,
    /// Answers of the bot that agents said were wrong.
    wrong: u64,
    /// The mean rating of the bot, from 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    rated_bot: Option<f64>,
    /// The mean rating of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    rated_people: Option<f64>,
    /// First answers that were late.
    late_first: u64,
    /// Other answers that were late.
    late_next: u64,
    /// Ends that were late.
    late_resolution: u64,
    /// Hand-overs by their reason.
    handed_off: Vec<HandedOver>,
    /// Suggested replies that agents sent as they were.
    suggestions_accepted: u64,
    /// Those that they changed.
    suggestions_edited: u64,
    /// Those in whose place they said something else.
    suggestions_ignored: u64,
}

/// Hand-overs for one reason.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HandedOver {
    /// Why.
    reason: HandoffReason,
    /// How many.
    count: u64,
}

impl DayView {
    fn of((date, language): (Option<Date>, Option<Language>), day: &Day, assumed: u64) -> Self {
        let suggested = |what| day.suggestions.get(&what).copied().unwrap_or(0);
        let late = |goal| day.late.get(&goal).copied().unwrap_or(0);
        let within = |percent| {
            day.first_response
                .within(percent)
                .map(|wait| wait.as_secs())
        };
        let handed_off = day.handed_off.iter();
        Self {
            day: date,
            language,
            began: day.began,
            to_people: day.got_by_people(),
            resolved_by_bot: day.confirmed(),
            assumed,
            resolved_by_people: day.done_by_people(),
            reopened: day.gone_on(),
            first_response_p50: within(50),
            first_response_p90: within(90),
            promises_kept: day.promises_kept,
            promises_broken: day.promises_broken,
            wrong: day.wrong,
            rated_bot: mean(&day.rated_bot),
            rated_people: mean(&day.rated_people),
            late_first: late(Goal::FirstResponse),
            late_next: late(Goal::NextResponse),
            late_resolution: late(Goal::Resolution),
            handed_off: handed_off
                .map(|(reason, count)| HandedOver {
                    reason: *reason,
                    count: *count,
                })
                .collect(),
            suggestions_accepted: suggested(Suggestion::Accepted),
            suggestions_edited: suggested(Suggestion::Edited),
            suggestions_ignored: suggested(Suggestion::Ignored),
        }
    }

    /// A row of the table. A table, and so kept a cell a line.
    #[rustfmt::skip]
    fn cells(&self) -> Vec<String> {
        let number = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
        let seconds = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        let handed: Vec<String> = self.handed_off.iter().map(|one| format!("{} {}", one.reason.code(), one.count)).collect();
        vec![
            self.day.map(|day| day.to_string()).unwrap_or_default(),
            self.language.map(|language| language.tag().to_owned()).unwrap_or_default(),
            self.began.to_string(), self.to_people.to_string(), self.resolved_by_bot.to_string(), self.assumed.to_string(),
            self.resolved_by_people.to_string(), self.reopened.to_string(),
            seconds(self.first_response_p50), seconds(self.first_response_p90),
            self.promises_kept.to_string(), self.promises_broken.to_string(), self.wrong.to_string(),
            number(self.rated_bot), number(self.rated_people),
            self.late_first.to_string(), self.late_next.to_string(), self.late_resolution.to_string(),
            handed.join("; "),
            self.suggestions_accepted.to_string(), self.suggestions_edited.to_string(), self.suggestions_ignored.to_string(),
        ]
    }
}

/// The names of the columns, as the API has them.
const COLUMNS: [&str; 22] = [
    "day",
    "language",
    "began",
    "to_people",
    "resolved_by_bot",
    "assumed",
    "resolved_by_people",
    "reopened",
    "first_response_p50",
    "first_response_p90",
    "promises_kept",
    "promises_broken",
    "wrong",
    "rated_bot",
    "rated_people",
    "late_first",
    "late_next",
    "late_resolution",
    "handed_off",
    "suggestions_accepted",
    "suggestions_edited",
    "suggestions_ignored",
];

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        let total = sums(&report, |_| (None, None)).pop();
        Self {
            waiting: report.waiting,
            waits_since: report.waits_since,
            total: total.unwrap_or_else(|| DayView::of((None, None), &Day::default(), 0)),
            by_day: sums(&report, |(date, _)| (Some(date), None)),
            by_language: sums(&report, |(_, language)| (None, Some(language))),
            days: sums(&report, |(date, language)| (Some(date), Some(language))),
        }
    }
}

/// What the days of each group added up to, in the order of the groups.
fn sums<G>(report: &Report, group: G) -> Vec<DayView>
where
    G: Fn((Date, Language)) -> (Option<Date>, Option<Language>),
{
    let mut sums: BTreeMap<_, (Day, u64)> = BTreeMap::new();
    for (at, day) in &report.days {
        let (sum, assumed) = sums.entry(group(*at)).or_default();
        sum.add(day);
        *assumed += report.assumed(at.0, day);
    }
    let sums = sums.into_iter();
    sums.map(|(at, (day, assumed))| DayView::of(at, &day, assumed))
        .collect()
}

/// What days added up to: `report.json`, or `report.csv` for spreadsheets.
#[utoipa::path(get, path = "/v1/reports/{form}", tag = "agent", params(
    ("form" = String, Path, description = "`report.json` or `report.csv`"), ReportQuery), responses(
    (status = 200, body = ReportView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn read(
    State(app): State<App>,
    lead: Leading,
    Path(form): Path<String>,
    Asked(query): Asked<ReportQuery>,
) -> Result<Response> {
    let as_table = match form.as_str() {
        "report.json" => false,
        "report.csv" => true,
        _ => return Err(Problem::not_found()),
    };
    let today = app
        .desk
        .clock()
        .now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    // Somewhere it is tomorrow already.
    let last = query
        .last
        .unwrap_or_else(|| today.tomorrow().unwrap_or(today));
    let first = query
        .first
        .unwrap_or_else(|| last.saturating_sub(DAYS.days()));
    let report = app
        .desk
        .report(&lead.agent, query.merchant, (first, last))
        .await?;
    let view = ReportView::from(report);
    Ok(match as_table {
        true => table(&view),
        false => axum::Json(view).into_response(),
    })
}

fn table(view: &ReportView) -> Response {
    let mut out = csv::row(&COLUMNS);
    for day in &view.days {
        let cells = day.cells();
        out += &csv::row(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
    attached_csv("report.csv", &out)
}

/// A table to be kept as a file.
pub(in crate::http) fn attached_csv(name: &str, table: &str) -> Response {
    let kept_as = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, kept_as),
    ];
    (headers, format!("{}{table}", csv::UNICODE)).into_response()
}
