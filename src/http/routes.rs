//! Every address of the desk in one function, and the order of the layers around them in another.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;

use super::code::Code;
use super::error::{Problem, Result};
use super::limit::Limit;
use super::options::seconds;
use super::peer::Client;
use super::{App, conversation, inbox, merchant, observe, ops, origin, transcript, visitor};

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

/// All routes. A table, and so kept a row a line.
#[rustfmt::skip]
fn routes(app: &App) -> Table {
    use Caller::{Agent, Anyone, Page, Shop, Visitor};
    use Limit as L;
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    Table::new(app)
        // visitors
        .on(&post, "/v1/sessions", Page, L::Session, visitor::open_session)
        .on(&post, "/v1/messages", Visitor, L::Message, visitor::send_message)
        .on(&get, "/v1/events", Visitor, L::Stream, visitor::listen)
        // agents
        .on(&get, "/v1/inbox", Agent, L::Agent, inbox::list)
        .on(&get, "/v1/inbox/events", Agent, L::Stream, inbox::listen)
        .on(&get, "/v1/conversations/{id}", Agent, L::Agent, conversation::show)
        .on(&get, "/v1/conversations/{id}/events", Agent, L::Agent, conversation::events)
        .on(&get, "/v1/conversations/{id}/{form}", Agent, L::Agent, transcript::read)
        .on(&post, "/v1/conversations/{id}/claim", Agent, L::Agent, conversation::claim)
        .on(&post, "/v1/conversations/{id}/takeover", Agent, L::Agent, conversation::take_over)
        .on(&post, "/v1/conversations/{id}/messages", Agent, L::Agent, conversation::reply)
        .on(&post, "/v1/conversations/{id}/notes", Agent, L::Agent, conversation::note)
        .on(&post, "/v1/conversations/{id}/return", Agent, L::Agent, conversation::give_back)
        .on(&post, "/v1/conversations/{id}/resolve", Agent, L::Agent, conversation::resolve)
        .on(&post, "/v1/conversations/{id}/snooze", Agent, L::Agent, conversation::snooze)
        // merchants
        .on(&put, "/v1/orders/{id}", Shop, L::Order, merchant::put_order)
        .on(&get, "/v1/orders/{id}", Shop, L::Order, merchant::get_order)
        .on(&post, "/v1/orders/batch", Shop, L::Batch, merchant::put_orders)
        // operators
        .on(&get, "/healthz", Anyone, L::Probe, ops::health)
        .on(&get, "/readyz", Anyone, L::Probe, ops::ready)
        .on(&get, "/version", Anyone, L::Probe, ops::version)
        .on(&get, "/openapi.json", Anyone, L::Probe, ops::describe)
}

/// The layers around all routes, the outermost last. Around each route stand its own: the pages that may ask, then its limit.
fn layers(router: Router<App>, app: &App) -> Router<App> {
    router
        .fallback(async || unknown_route())
        .layer(DefaultBodyLimit::disable()) // every body is read by `body::read`, which knows its limit
        .layer(from_fn_with_state(app.clone(), in_time))
        .layer(CatchPanicLayer::custom(|cause: Panic| {
            observe::panicked(&*cause)
        }))
        .layer(from_fn(no_secrets_in_query))
        .layer(from_fn(as_problem))
        .layer(from_fn(observe::observe))
        .layer(from_fn_with_state(app.clone(), client))
        .layer(from_fn(headers))
}

/// What a panic leaves behind.
type Panic = Box<dyn std::any::Any + Send + 'static>;

/// The whole surface.
pub fn router(app: &App) -> Router {
    layers(routes(app).router, app).with_state(app.clone())
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
        let counted = from_fn_with_state((self.app.clone(), limit), limited);
        let route: MethodRouter<App> = route.layer(counted);
        let mut route: MethodRouter<App> = route.layer(Extension(limit));
        if matches!(caller, Caller::Page | Caller::Visitor) {
            route = route.layer(from_fn_with_state(self.app.clone(), origin::guard));
        }
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

/// Counts the request for its network, before anything is read or looked up.
async fn limited(
    State((app, limit)): State<(App, Limit)>,
    Extension(client): Extension<Client>,
    request: Request,
    next: Next,
) -> Result<Response> {
    app.limits.count_network(limit, client)?;
    Ok(next.run(request).await)
}

/// Finds out who asks, past the proxies that we trust.
async fn client(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&request, &app.options.trusted_proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Parameters in which people put secrets.
const SECRET_PARAMETERS: [&str; 10] = [
    "token",
    "access_token",
    "auth",
    "authorization",
    "session",
    "key",
    "api_key",
    "apikey",
    "jwt",
    "secret",
];

/// A secret in an address is in logs, histories and `Referer` headers: it is refused, so that nobody gets used to it.
async fn no_secrets_in_query(request: Request, next: Next) -> Result<Response> {
    let query = request.uri().query().unwrap_or("");
    let names = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .map(str::to_ascii_lowercase);
    if names
        .into_iter()
        .any(|name| SECRET_PARAMETERS.contains(&name.as_str()))
    {
        tracing::warn!(
            "refused a request with a secret in its address: that secret is leaked, change it"
        );
        let detail = "a secret does not belong in an address: send it as `Authorization: Bearer <token>`, and change this one";
        return Err(Problem::new(Code::TokenInQuery, detail));
    }
    Ok(next.run(request).await)
}

/// An answer begins in time or is given up; what was accepted stays accepted.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Result<Response> {
    let limit = seconds(app.options.answer_seconds) + seconds(app.options.body_seconds);
    let Ok(response) = tokio::time::timeout(limit, next.run(request)).await else {
        let detail = "the answer took too long: send the same again, it is not done twice";
        let retry = std::time::Duration::from_secs(2);
        return Err(Problem::new(Code::Busy, detail).retry_after(retry));
    };
    Ok(response)
}

fn unknown_route() -> Problem {
    let detail = "there is no such address: see /openapi.json";
    Problem::new(Code::UnknownRoute, detail)
}

/// The router's own refusal of a method, in our words.
async fn as_problem(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let detail = "this address knows other methods: see `Allow`";
    let problem = Problem::new(Code::MethodNotAllowed, detail);
    match response.headers().get(ALLOW) {
        Some(allow) => problem.allow(allow.clone()).into_response(),
        None => problem.into_response(),
    }
}

/// Headers of every answer that has not set its own.
const HEADERS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
