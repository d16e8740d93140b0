//! Every address of the desk in one function, and what stands before each of them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};

use super::agents::{
    again, audit, bulk, canned, colleagues, conversation, corrections, drafts, facts, inbox,
    log_in, look_over, looking, people, reports, reviews, saved_filters, second_factor, shared,
    transcript,
};
use super::code::Code;
use super::customer::{attachments, claims, own_orders, said, visitor};
use super::error::Problem;
use super::gate::limit::Limit;
use super::gate::peer::Client;
use super::gate::{around, origin};
use super::pages::{all, continued, guide};
use super::platforms::hooks;
use super::shops::{deliveries, links, merchant, notices, refunds};
use super::{App, openapi, ops};

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A page that has no session yet.
    Page,
    /// A visitor with a session.
    Visitor,
    /// An agent.
    Agent,
    /// A shop's program.
    Shop,
    /// An operator's machine, and anybody.
    Anyone,
}

/// One route, as the tests enumerate them.
#[derive(Clone, Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub caller: Caller,
    /// How often.
    pub limit: Limit,
}

/// All routes.
fn routes(app: &App) -> Table {
    [for_visitors, log_ins, for_agents, for_shops, for_anybody]
        .into_iter()
        .fold(Table::new(app), |table, add| add(table))
}

/// Those of visitors. A table, and so kept a row a line.
#[rustfmt::skip]
fn for_visitors(table: Table) -> Table {
    use Caller::{Page, Visitor};
    use Limit as L;
    let (get, post) = (Method::GET, Method::POST);
    table
        .on(&post, "/v1/sessions", Page, L::Session, visitor::open_session)
        .on(&post, "/v1/identity", Visitor, L::Message, visitor::identify)
        .on(&post, "/v1/messages", Visitor, L::Message, visitor::send_message)
        .on(&get, "/v1/events", Visitor, L::Stream, visitor::listen)
        .on(&post, "/v1/attachments", Visitor, L::Message, attachments::hand_in)
        .on(&get, "/v1/attachments/{sha256}", Visitor, L::Message, attachments::own)
        .on(&post, "/v1/claims", Visitor, L::Message, claims::apply)
        .on(&get, "/v1/own-orders", Visitor, L::Stream, own_orders::list)
        .on(&post, "/v1/csat", Visitor, L::Message, said::rate)
        .on(&post, "/v1/contact", Visitor, L::Message, said::leave_contact)
        .on(&post, "/v1/read", Visitor, L::Message, said::note_read)
        .on(&post, "/v1/waiting/leave", Visitor, L::Message, said::leave_queue)
        .on(&post, "/v1/typing", Visitor, L::Stream, said::types)
        .on(&post, "/v1/context", Visitor, L::Message, said::keep_page)
}

/// Those of agents. A table, and so kept a row a line.
#[rustfmt::skip]
fn for_agents(table: Table) -> Table {
    use Caller::Agent;
    use Limit as L;
    let (get, post) = (Method::GET, Method::POST);
    table
        .on(&get, "/v1/inbox", Agent, L::Agent, inbox::list)
        .on(&get, "/v1/inbox/events", Agent, L::Stream, inbox::listen)
        .on(&get, "/v1/conversations/{id}", Agent, L::Agent, conversation::show)
        .on(&get, "/v1/conversations/{id}/events", Agent, L::Agent, conversation::events)
        .on(&get, "/v1/conversations/{id}/facts", Agent, L::Agent, facts::show)
        .on(&get, "/v1/conversations/{id}/{form}", Agent, L::Agent, transcript::read)
        .on(&get, "/v1/conversations/{id}/attachments/{sha256}", Agent, L::Agent, attachments::show)
        .on(&post, "/v1/conversations/{id}/attachments", Agent, L::Agent, attachments::show_customer)
        .on(&post, "/v1/conversations/{id}/claim", Agent, L::Agent, conversation::claim)
        .on(&post, "/v1/conversations/{id}/takeover", Agent, L::Agent, conversation::take_over)
        .on(&post, "/v1/conversations/{id}/messages", Agent, L::Agent, conversation::reply)
        .on(&post, "/v1/conversations/{id}/messages/{seq}/resend", Agent, L::Agent, again::resend)
        .on(&post, "/v1/conversations/{id}/typing", Agent, L::Agent, conversation::typing)
        .on(&post, "/v1/conversations/{id}/notes", Agent, L::Agent, conversation::note)
        .on(&post, "/v1/conversations/{id}/return", Agent, L::Agent, conversation::give_back)
        .on(&post, "/v1/conversations/{id}/resolve", Agent, L::Agent, conversation::resolve)
        .on(&post, "/v1/conversations/{id}/snooze", Agent, L::Agent, conversation::snooze)
        .on(&post, "/v1/conversations/{id}/undo", Agent, L::Agent, conversation::undo)
        .on(&post, "/v1/conversations/{id}/refunds/{claim}", Agent, L::Agent, refunds::decide)
}

/// Those of shops. A table, and so kept a row a line.
#[rustfmt::skip]
fn for_shops(table: Table) -> Table {
    use Caller::Shop;
    use Limit as L;
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    table
        .on(&put, "/v1/orders/{id}", Shop, L::Order, merchant::put_order)
        .on(&get, "/v1/orders/{id}", Shop, L::Order, merchant::get_order)
        .on(&post, "/v1/orders/batch", Shop, L::Batch, merchant::put_orders)
        .on(&get, "/v1/refunds", Shop, L::Order, refunds::list)
        .on(&get, "/v1/refunds/{id}", Shop, L::Order, refunds::show)
        .on(&post, "/v1/refunds/{id}/approve", Shop, L::Order, refunds::approve)
        .on(&post, "/v1/refunds/{id}/reject", Shop, L::Order, refunds::reject)
        .on(&post, "/v1/refunds/{id}/request-evidence", Shop, L::Order, refunds::request_evidence)
        .on(&post, "/v1/refunds/{id}/paying", Shop, L::Order, refunds::paying)
        .on(&post, "/v1/refunds/{id}/paid", Shop, L::Order, refunds::paid)
        .on(&post, "/v1/refunds/{id}/failed", Shop, L::Order, refunds::failed)
        .on(&get, "/v1/payment-links/{id}", Shop, L::Order, links::show)
        .on(&post, "/v1/payment-links/{id}", Shop, L::Order, links::give)
        .on(&post, "/v1/payment-links/{id}/refuse", Shop, L::Order, links::refuse)
        .on(&post, "/v1/notices", Shop, L::Order, notices::declare)
        .on(&get, "/v1/notices", Shop, L::Order, notices::list)
        .on(&get, "/v1/notices/{id}", Shop, L::Order, notices::show)
        .on(&delete, "/v1/notices/{id}", Shop, L::Order, notices::remove)
        .on(&post, "/v1/notices/{id}/confirm", Shop, L::Order, notices::confirm)
        .on(&post, "/v1/notices/{id}/end", Shop, L::Order, notices::end)
        .on(&get, "/v1/deliveries", Shop, L::Order, deliveries::list)
        .on(&get, "/v1/webhooks", Shop, L::Order, deliveries::endpoints)
        .on(&post, "/v1/webhooks/{id}/test", Shop, L::Order, deliveries::test)
        .on(&get, "/v1/deliveries/{id}", Shop, L::Order, deliveries::show)
        .on(&post, "/v1/deliveries/{id}/resend", Shop, L::Order, deliveries::resend)
}

/// Those of messaging platforms, operators and anybody. A table, and so kept a row a line.
#[rustfmt::skip]
fn for_anybody(table: Table) -> Table {
    use Caller::Anyone;
    use Limit as L;
    let (get, post) = (Method::GET, Method::POST);
    table
        // messaging platforms
        .on(&get, "/hooks/{channel}/{account}", Anyone, L::Hook, hooks::introduce)
        .on(&post, "/hooks/{channel}/{account}", Anyone, L::Hook, hooks::take)
        .on(&post, "/v1/continue", Anyone, L::Session, continued::go_on)
        .on(&get, "/shared/{id}/{form}", Anyone, L::Probe, shared::open)
        .on(&get, "/guide/{shop}", Anyone, L::Probe, guide::read)
        .on(&get, "/healthz", Anyone, L::Probe, ops::health)
        .on(&get, "/readyz", Anyone, L::Probe, ops::ready)
        .on(&get, "/version", Anyone, L::Probe, ops::version)
        .on(&get, "/openapi.json", Anyone, L::Probe, openapi::describe)
}

/// How agents come in, and who they are among each other.
#[rustfmt::skip]
fn log_ins(table: Table) -> Table {
    use Caller::{Agent, Anyone};
    use Limit as L;
    let (get, post) = (Method::GET, Method::POST);
    let (put, delete) = (Method::PUT, Method::DELETE);
    table
        .on(&post, "/v1/login", Anyone, L::Session, log_in::enter)
        .on(&post, "/v1/logout", Agent, L::Agent, log_in::leave)
        .on(&post, "/v1/password", Agent, L::Session, log_in::change_password)
        .on(&post, "/v1/second-factor", Agent, L::Session, second_factor::offer)
        .on(&post, "/v1/second-factor/confirm", Agent, L::Session, second_factor::confirm)
        .on(&post, "/v1/second-factor/off", Agent, L::Session, second_factor::end)
        .on(&get, "/v1/me", Agent, L::Agent, log_in::me)
        .on(&post, "/v1/availability", Agent, L::Agent, log_in::come_or_go)
        .on(&get, "/v1/agents", Agent, L::Agent, log_in::colleagues)
        .on(&get, "/v1/canned", Agent, L::Agent, canned::list)
        .on(&put, "/v1/canned/{name}", Agent, L::Agent, canned::keep)
        .on(&delete, "/v1/canned/{name}", Agent, L::Agent, canned::remove)
        .on(&get, "/v1/audit", Agent, L::Agent, audit::read)
        .on(&get, "/v1/audit.csv", Agent, L::Agent, audit::table)
        .on(&post, "/v1/conversations/{id}/link", Agent, L::Agent, shared::give)
        .on(&get, "/v1/filters", Agent, L::Agent, saved_filters::list)
        .on(&put, "/v1/filters", Agent, L::Agent, saved_filters::keep)
        .on(&get, "/v1/drafts", Agent, L::Agent, drafts::list)
        .on(&post, "/v1/conversations/{id}/draft", Agent, L::Agent, drafts::keep)
        .on(&get, "/v1/people/{conversation}", Agent, L::Agent, people::held)
        .on(&get, "/v1/people/{conversation}/export", Agent, L::Agent, people::export)
        .on(&post, "/v1/people/{conversation}/erase", Agent, L::Agent, people::erase)
        .on(&get, "/v1/reports/{form}", Agent, L::Agent, reports::read)
        .on(&get, "/v1/reviews", Agent, L::Agent, reviews::list)
        .on(&post, "/v1/conversations/{id}/wrong", Agent, L::Agent, reviews::wrong)
        .on(&post, "/v1/conversations/{id}/wrong/{seq}/done", Agent, L::Agent, reviews::done)
        .on(&post, "/v1/conversations/{id}/assign", Agent, L::Agent, colleagues::assign)
        .on(&post, "/v1/conversations/{id}/priority", Agent, L::Agent, colleagues::prioritise)
        .on(&post, "/v1/conversations/{id}/labels", Agent, L::Agent, colleagues::label)
        .on(&post, "/v1/conversations/{id}/reopen", Agent, L::Agent, colleagues::reopen)
        .on(&post, "/v1/conversations/{id}/merge", Agent, L::Agent, colleagues::merge)
        .on(&post, "/v1/conversations/{id}/looking", Agent, L::Agent, looking::say)
        .on(&post, "/v1/conversations/{id}/look-over", Agent, L::Agent, look_over::look)
        .on(&post, "/v1/conversations/{id}/put-right", Agent, L::Agent, corrections::put_right)
        .on(&post, "/v1/conversations/{id}/merchant", Agent, L::Agent, corrections::tell_merchant)
        .on(&post, "/v1/bulk", Agent, L::Agent, bulk::change)
        .on(&post, "/v1/bulk/undo", Agent, L::Agent, bulk::undo)
}

/// The whole surface.
pub fn router(app: &App) -> Router {
    routes(app)
        .router
        .merge(all::routes(app))
        .fallback(async || unknown_route())
        .layer(DefaultBodyLimit::disable()) // every body is read by `body::read`, which knows its limit
        .layer(from_fn_with_state(app.clone(), around::around))
        .with_state(app.clone())
}

/// The list of all routes.
#[must_use]
pub fn inventory(app: &App) -> Vec<Route> {
    routes(app).list
}

/// Routes with what is declared on each.
struct Table {
    app: App,
    router: Router<App>,
    list: Vec<Route>,
}

impl Table {
    fn new(app: &App) -> Self {
        Self {
            app: app.clone(),
            router: Router::new(),
            list: Vec::new(),
        }
    }

    /// Adds a route: method, path, who may call it, how often, and what it does.
    fn on<H, T>(
        mut self,
        method: &Method,
        path: &'static str,
        caller: Caller,
        limit: Limit,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let route: MethodRouter<App> = on(filter, handler);
        let door = Door {
            app: self.app.clone(),
            limit,
            is_for_pages: matches!(caller, Caller::Page | Caller::Visitor),
        };
        let route: MethodRouter<App> = route.layer(from_fn_with_state(door, admit));
        self.router = self.router.route(path, route);
        self.list.push(Route {
            method: method.clone(),
            path,
            caller,
            limit,
        });
        self
    }
}

/// What stands before a route.
#[derive(Clone)]
struct Door {
    app: App,
    limit: Limit,
    is_for_pages: bool,
}

/// Lets a request to its route: from a page that may ask, and not too often. One layer for both, because each layer clones all that
/// is inside it for every request.
async fn admit(State(door): State<Door>, request: Request, next: Next) -> Response {
    if door.is_for_pages {
        origin::guard(&door.app, request, |request| door.count(request, next)).await
    } else {
        door.count(request, next).await
    }
}

impl Door {
    /// Counts the request for its network, before anything is read or looked up.
    async fn count(&self, mut request: Request, next: Next) -> Response {
        let Some(client) = request.extensions().get::<Client>().copied() else {
            let detail = "the desk does not know who asks";
            return Problem::new(Code::Internal, detail).into_response();
        };
        if let Err(problem) = self.app.limits.count_network(self.limit, client) {
            return problem.into_response();
        }
        // The route counts once more for its caller, when it knows who that is.
        request.extensions_mut().insert(self.limit);
        next.run(request).await
    }
}

fn unknown_route() -> Problem {
    let detail = "there is no such address: see /openapi.json";
    Problem::new(Code::UnknownRoute, detail)
}
