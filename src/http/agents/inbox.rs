//! The agents' lists: what waits, what is theirs, and a stream that says when to look again.

use axum::extract::State;
use axum::response::Response;
use iso_currency::Currency;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::row::{RowView, seen_by};
use super::view::{InboxCounts, InboxView};
use crate::desk::{self, Pass};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::Label;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, IntentId, MerchantId, SiteId};
use crate::domain::language::Language;
use crate::domain::order::OrderStatus;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Asked;
use crate::http::gate::staff::Staff;
use crate::http::stream::{self, Seen, Source};
use crate::live::Wakes;
use crate::store::{Cursor, Filter, InboxRow, Page, Sort};

/// A page has so many rows unless it asks for another number.
const ROWS: usize = 50;
/// No page has more rows.
const MAX_ROWS: usize = 200;
/// Nobody looks for more, in characters.
const LONGEST: usize = 200;

/// Which page of which list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxQuery {
    /// Which list.
    #[serde(default)]
    view: InboxView,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many rows, at most 200.
    limit: Option<usize>,
    /// What is looked for: words, an order number, a name. All of it must be found in one conversation; the last word may be unfinished. The
    /// answer is from all lists together, the last begun first.
    q: Option<String>,
    /// Only of this merchant.
    merchant: Option<MerchantId>,
    /// Only of this storefront.
    site: Option<SiteId>,
    /// Only in this language (BCP 47).
    #[param(value_type = Option<String>)]
    language: Option<Language>,
    /// Only those that went to a person for this reason.
    reason: Option<HandoffReason>,
    /// Only those that this agent has.
    agent: Option<AgentId>,
    /// Only those with this label.
    #[param(value_type = Option<String>)]
    label: Option<Label>,
    /// Only those in which this was one of the last four matters.
    intent: Option<IntentId>,
    /// Only those about an order that stands so.
    order: Option<OrderStatus>,
    /// Only those about an order in this currency (ISO 4217).
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    /// Only those about an order that comes to as much, in `currency`, which has to be named: 100 JPY are not more than 50 EUR.
    #[param(value_type = Option<String>)]
    at_least: Option<Decimal>,
    /// Only those about an order that does not come to more, likewise.
    #[param(value_type = Option<String>)]
    at_most: Option<Decimal>,
    /// Only those that are late: past what is owed or, where nothing is promised, waiting for more than three minutes.
    #[serde(default)]
    overdue: bool,
    /// In this order; what is found by `q` has its own. The list of the bot has its own, `newest` and `oldest`.
    #[serde(default)]
    sort: Sort,
}

impl InboxQuery {
    fn filter(&mut self, now: Timestamp) -> Filter {
        Filter {
            intent: self.intent.take(),
            order_state: self.order.take(),
            currency: self.currency.take(),
            at_least: self.at_least.take(),
            at_most: self.at_most.take(),
            late_at: self.overdue.then_some(now),
            merchant: self.merchant.take(),
            site: self.site.take(),
            language: self.language.take(),
            reason: self.reason.take(),
            agent: self.agent.take(),
            label: self.label.take(),
        }
    }
}

/// A page of a list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct InboxAnswer {
    /// The conversations, the most urgent first.
    rows: Vec<RowView>,
    /// Where the next page begins; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many conversations each list has.
    counts: InboxCounts,
    /// The currencies of the orders that this list is about (ISO 4217), with its first page; none of what is found by `q`, and none with the
    /// bot.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    currencies: Vec<&'static str>,
}

/// A page of the inbox.
#[utoipa::path(get, path = "/v1/inbox", tag = "agent", params(InboxQuery), responses(
    (status = 200, body = InboxAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(
    State(app): State<App>,
    staff: Staff,
    Asked(mut query): Asked<InboxQuery>,
) -> Result<axum::Json<InboxAnswer>> {
    let asked = query.q.take().filter(|asked| !asked.trim().is_empty());
    let by = &staff.agent.id;
    match &asked {
        Some(asked) => app.desk.searched(by, asked).await?,
        None => {
            let view = Some(query.view.name().to_owned());
            app.desk.looked(by, Audited::Listed, view).await?;
        }
    }
    let filter = query.filter(app.desk.clock().now());
    check_amounts(&filter)?;
    let cursor = query.cursor.as_deref().map(cursor).transpose()?;
    let limit = query.limit.unwrap_or(ROWS).clamp(1, MAX_ROWS);
    let mut currencies = Vec::new();
    let page = match asked {
        Some(asked) => {
            found(
                &app,
                &staff.agent,
                (&asked, &filter),
                cursor.as_ref(),
                limit,
            )
            .await?
        }
        None => {
            check_sort(query.view, query.sort)?;
            let query = desk::InboxQuery {
                view: query.view.of(&staff.agent.id),
                filter,
                sort: query.sort,
                cursor,
                limit,
            };
            if query.cursor.is_none() {
                currencies = app.desk.currencies(&staff.agent, &query).await?;
            }
            app.desk.inbox(&staff.agent, query).await?
        }
    };
    let (counts, mine) = app.desk.inbox_counts(&staff.agent).await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        rows.push(seen_by(&app, &staff.agent, row).await?);
    }
    Ok(axum::Json(InboxAnswer {
        rows,
        next: page.next.map(|next| next.to_string()),
        counts: InboxCounts::of(counts, mine),
        currencies: currencies.iter().map(Currency::code).collect(),
    }))
}

/// An amount is one of a currency.
fn check_amounts(filter: &Filter) -> Result<()> {
    let amount = match filter {
        Filter {
            at_least: Some(_), ..
        } => "at_least",
        Filter {
            at_most: Some(_), ..
        } => "at_most",
        _ => return Ok(()),
    };
    match filter.currency {
        Some(_) => Ok(()),
        None => Err(Problem::invalid(
            "currency",
            format!("`{amount}` is an amount in one currency: name it, such as `currency=EUR`"),
        )),
    }
}

/// What the bot has changes with every message: it is in no list by what is owed, because nothing is, and in none by amount.
fn check_sort(view: InboxView, sort: Sort) -> Result<()> {
    let why = match (view, sort) {
        (InboxView::Bot, Sort::Urgent) => "nothing is owed and nobody waits for a person there",
        (InboxView::Bot, Sort::Amount) => {
            "what the bot talks about changes with every message, so no list is kept by it; `currency`, `at_least` and `at_most` narrow it"
        }
        _ => return Ok(()),
    };
    let detail = format!("the list of the bot is by when it began, `newest` or `oldest`: {why}");
    Err(Problem::invalid("sort", detail))
}

/// A page of what is found.
async fn found(
    app: &App,
    agent: &Agent,
    (asked, filter): (&str, &Filter),
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<InboxRow>> {
    if asked.chars().count() > LONGEST {
        return Err(Problem::invalid(
            "q",
            format!("at most {LONGEST} characters"),
        ));
    }
    let found = app.desk.search(agent, asked, filter, cursor, limit).await?;
    Ok(found)
}

/// A place in a list, from its text.
///
/// # Errors
/// When it is none.
pub(in crate::http) fn cursor(text: &str) -> Result<Cursor> {
    text.parse::<Cursor>()
        .map_err(|error| Problem::new(Code::InvalidRequest, error.to_string()))
}

/// Says when to look at the inbox again: `event: inbox` without data to keep. Every five seconds in which nothing else comes, `event: beat`
/// says that the desk is there.
#[utoipa::path(get, path = "/v1/inbox/events", tag = "agent", responses(
    (status = 200, content_type = "text/event-stream", body = String),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn listen(State(app): State<App>, staff: Staff) -> Result<Response> {
    let caller = format!("agent {}", staff.agent.id);
    let watcher = Watcher {
        app: app.clone(),
        merchant: staff.agent.merchant,
        pass: staff.pass,
        wakes: None,
        woken: false,
    };
    stream::respond(&app, watcher, &caller)
}

/// An agent's stream of wake-ups.
struct Watcher {
    app: App,
    pass: Pass,
    merchant: Option<MerchantId>,
    wakes: Option<Wakes>,
    woken: bool,
}

impl Source for Watcher {
    const NAME: &'static str = "inbox";
    // A desk that hangs closes nothing: whoever has the page open learns it by what does not come.
    const BEAT: &'static str = "event: beat\ndata: {}\n\n";
    const BEATS: u16 = 5;

    async fn look(&mut self) -> Result<Seen> {
        let agent = self.app.desk.agent_with(&self.pass).await?;
        if self.wakes.is_none() || agent.merchant != self.merchant {
            self.wakes = Some(
                self.app
                    .desk
                    .live()
                    .subscribe_inbox(agent.merchant.as_ref()),
            );
            self.merchant = agent.merchant;
            self.woken = true;
        }
        let woken = std::mem::take(&mut self.woken);
        let frames = if woken {
            stream::frame("inbox", None, &serde_json::json!({}))
        } else {
            String::new()
        };
        Ok(Seen {
            frames,
            more: false,
        })
    }

    fn wakes(&mut self) -> Option<&mut Wakes> {
        self.wakes.as_mut()
    }

    fn woken(&mut self) {
        self.woken = true;
    }
}
