//! A change of one conversation as it is asked for: by whom, of which, and based on what. All of them have one shape.

use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::ETAG;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::view::ConversationView;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, Revision};
use crate::domain::ids::ConversationId;
use crate::http::App;
use crate::http::error::{Problem, Result};
use crate::http::gate::body::{Json, Named, OptionalJson, based_on};
use crate::http::gate::staff::{Answering, AtLeast, Floor};

/// A change of a conversation.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The revision that the change is based on; `If-Match` does the same. A stale one is refused with 409.
    pub(in crate::http) based_on: Option<u64>,
}

/// What a change says of the revision that it is based on.
pub trait Based {
    /// That revision, if it says one.
    fn based_on(&self) -> Option<u64>;
}

impl Based for Change {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

impl<T: Based> Based for Json<T> {
    fn based_on(&self) -> Option<u64> {
        self.0.based_on()
    }
}

impl<T: Based> Based for OptionalJson<T> {
    fn based_on(&self) -> Option<u64> {
        self.0.based_on()
    }
}

/// A change that is asked for, by somebody who has at least some role.
pub struct Moving<B = OptionalJson<Change>, R = Answering> {
    app: App,
    /// Who asks.
    pub agent: Agent,
    /// Which conversation.
    pub id: ConversationId,
    /// The revision that it is based on.
    pub based_on: Option<Revision>,
    /// What is asked for.
    pub body: B,
    role: PhantomData<R>,
}

impl<B, R> FromRequest<App> for Moving<B, R>
where
    B: FromRequest<App, Rejection = Problem> + Based + Send,
    R: Floor + Send,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let staff = AtLeast::<R>::from_request_parts(&mut parts, app).await?;
        let Named(id) = Named::from_request_parts(&mut parts, app).await?;
        let headers = parts.headers.clone();
        let body = B::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self {
            app: app.clone(),
            agent: staff.agent,
            id,
            based_on: based_on(&headers, body.based_on())?,
            body,
            role: PhantomData,
        })
    }
}

impl<B, R> Moving<B, R> {
    /// Who makes the change.
    pub fn desk(&self) -> &Desk {
        &self.app.desk
    }

    /// The conversation after the change, or why it was not made.
    pub async fn answer(
        &self,
        moved: std::result::Result<Conversation, DeskError>,
    ) -> Result<Response> {
        answer(&self.app, &self.agent, &self.id, moved).await
    }
}

/// The conversation after a change, or why it was not made.
pub(in crate::http) async fn answer(
    app: &App,
    agent: &Agent,
    id: &ConversationId,
    moved: std::result::Result<Conversation, DeskError>,
) -> Result<Response> {
    match moved {
        Ok(row) => Ok(shown(row)),
        Err(error) => Err(explained(app, agent, id, error).await),
    }
}

/// A move that is not allowed says where the conversation stands now, so that the page can show it without asking again.
pub(in crate::http) async fn explained(
    app: &App,
    agent: &Agent,
    id: &ConversationId,
    error: DeskError,
) -> Problem {
    if !matches!(error, DeskError::NotAllowed(_)) {
        return error.into();
    }
    match app.desk.conversation(agent, id).await {
        Ok(row) => Problem::from(error)
            .owned_by(&row.owner)
            .at_revision(row.revision),
        Err(_) => error.into(),
    }
}

/// A conversation, with its revision as `ETag`.
pub(in crate::http) fn shown(row: Conversation) -> Response {
    let tag = format!("\"{}\"", row.revision.0);
    ([(ETAG, tag)], axum::Json(ConversationView::from(row))).into_response()
}
