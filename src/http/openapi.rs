//! The description of the API (OpenAPI 3.1), made from the routes' own types.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::agents::{
    again, audit, bulk, canned, colleagues, conversation, corrections, drafts, facts, inbox,
    log_in, look_over, looking, people, reports, reviews, saved_filters, second_factor, shared,
    transcript, view,
};
use super::customer::{attachments, beside, claims, own_orders, said, visitor};
use super::pages::{continued, guide};
use super::platforms::hooks;
use super::shops::{deliveries, links, merchant, notices, refunds};
use super::{error, ops};
use crate::desk::DeliveryStand;
use crate::store::Sort;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "frontdesk",
        description = "A support desk: visitors talk, agents answer, shops hand in orders. Errors are problem details (RFC 9457) with a stable `code`."
    ),
    paths(
        visitor::open_session,
        visitor::identify,
        continued::go_on,
        visitor::send_message,
        visitor::listen,
        attachments::hand_in,
        attachments::own,
        attachments::show,
        attachments::show_customer,
        claims::apply,
        own_orders::list,
        said::rate,
        said::leave_contact,
        said::note_read,
        said::leave_queue,
        said::keep_page,
        colleagues::assign,
        colleagues::reopen,
        colleagues::prioritise,
        colleagues::label,
        colleagues::merge,
        corrections::put_right,
        corrections::tell_merchant,
        bulk::change,
        bulk::undo,
        looking::say,
        log_in::enter,
        log_in::leave,
        log_in::change_password,
        log_in::me,
        second_factor::offer,
        second_factor::confirm,
        second_factor::end,
        log_in::colleagues,
        log_in::come_or_go,
        audit::read,
        reports::read,
        saved_filters::list,
        saved_filters::keep,
        drafts::list,
        drafts::keep,
        people::held,
        people::export,
        people::erase,
        reviews::list,
        shared::give,
        shared::open,
        reviews::wrong,
        reviews::done,
        audit::table,
        canned::list,
        canned::keep,
        canned::remove,
        inbox::list,
        inbox::listen,
        conversation::show,
        conversation::events,
        conversation::claim,
        conversation::take_over,
        conversation::reply,
        again::resend,
        conversation::typing,
        said::types,
        look_over::look,
        conversation::note,
        conversation::give_back,
        conversation::resolve,
        conversation::snooze,
        conversation::undo,
        facts::show,
        transcript::read,
        merchant::put_order,
        merchant::get_order,
        merchant::put_orders,
        refunds::list,
        refunds::show,
        refunds::approve,
        refunds::reject,
        refunds::request_evidence,
        refunds::paying,
        refunds::paid,
        refunds::failed,
        refunds::decide,
        links::show,
        links::give,
        links::refuse,
        notices::declare,
        notices::list,
        notices::show,
        notices::remove,
        notices::confirm,
        notices::end,
        deliveries::list,
        deliveries::show,
        deliveries::resend,
        deliveries::endpoints,
        deliveries::test,
        hooks::introduce,
        hooks::take,
        guide::read,
        ops::health,
        ops::ready,
        ops::version,
        describe,
    ),
    components(schemas(
        error::ProblemDetails,
        beside::WaitingView,
        DeliveryStand,
        transcript::For,
        view::InboxView,
        Sort
    )),
    modifiers(&Bearer, &Problems),
    security(("bearer" = []))
)]
struct Api;

/// Visitors, agents and shops alike send their token as a bearer token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Whatever is asked for may be refused, for reasons that all routes have alike: no token, no such thing, a body that is none; the desk
/// itself may fail at it; and it may have more to do than it can, be stopping, or have a full disk. Routes that have more to say of it say it
/// themselves.
struct Problems;

/// Which answers, and what is said of each.
const PROBLEMS: [(&str, &str); 3] = [
    ("4XX", "Refused: `code` says why"),
    (
        "500",
        "The desk itself failed at this request, and has logged it",
    ),
    (
        "503",
        "The desk is busy or stopping, or cannot write: send the same again after `Retry-After` seconds",
    ),
];

impl Modify for Problems {
    fn modify(&self, document: &mut Document) {
        let schema = Ref::from_schema_name("ProblemDetails");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let problem = |words: &str| {
            ResponseBuilder::new()
                .description(words)
                .content("application/problem+json", content.clone())
                .build()
        };
        for item in document.paths.paths.values_mut() {
            let methods = [
                &mut item.get,
                &mut item.put,
                &mut item.post,
                &mut item.delete,
                &mut item.patch,
            ];
            for operation in methods.into_iter().flatten() {
                let responses = &mut operation.responses.responses;
                for (status, words) in PROBLEMS {
                    let described = responses.entry(status.to_owned());
                    described.or_insert_with(|| problem(words).into());
                }
            }
        }
    }
}

/// The description.
#[must_use]
pub fn document() -> Document {
    Api::openapi()
}

/// The description as JSON, made once.
fn json() -> &'static str {
    static JSON: LazyLock<String> =
        LazyLock::new(|| serde_json::to_string(&document()).unwrap_or_default());
    &JSON
}

/// This description of the API.
#[utoipa::path(get, path = "/openapi.json", tag = "operator", security(()), responses((status = 200, body = Object)))]
pub async fn describe() -> Response {
    ([(CONTENT_TYPE, "application/json")], json()).into_response()
}
