//! What a page does for its visitor: opens a session, sends messages, listens.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::auth;
use super::beside::{Beside, PeopleView};
use super::forms;
use super::said::Done;
use crate::desk::{Inbound, Opened, Visit};
use crate::domain::account::Session;
use crate::domain::conversation::{Role, Seq};
use crate::domain::ids::{ClientId, ConversationId, SiteId};
use crate::domain::language::Language;
use crate::domain::page_facts::PageFacts;
use crate::domain::transcript::CustomerEvent;
use crate::http::App;
use crate::http::agents::follower::Following;
use crate::http::agents::transcript::names_in;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Visitor;
use crate::http::gate::body::{Asked, Json};
use crate::http::gate::origin;
use crate::http::gate::peer::Client;
use crate::http::stream::{self, Seen, Source};
use crate::live::Wakes;

/// A locale has at most so many bytes.
const MAX_LOCALE: usize = 35;
/// A stream reads so many events at a time.
const EVENTS_AT_ONCE: usize = 100;

/// A request for a session.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The site's key.
    site: SiteId,
    /// The shop's signed word for who its customer is (JWT, HS256). Without it the visitor is nobody in particular.
    #[schema(value_type = Option<String>)]
    token: Option<SecretString>,
    /// The page's locale, such as `zh-TW`.
    locale: Option<String>,
    /// The IANA name of the zone that the browser's clock is in: agents see what time it is there.
    zone: Option<String>,
}

/// A session. Its token goes into the `Authorization` header of what follows.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SessionOpened {
    /// The token.
    session: String,
    /// The conversation that goes on, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<ConversationId>,
    /// When the session ends (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether anybody is there for those who ask for a person.
    #[serde(flatten)]
    presence: PeopleView,
}

impl SessionOpened {
    /// A session that has just begun.
    pub(in crate::http) fn of(opened: &Opened, presence: PeopleView) -> Self {
        Self {
            session: opened.token.expose_secret().to_owned(),
            conversation: opened.session.conversation.clone(),
            expires_at: opened.session.expires_at,
            presence,
        }
    }
}

/// A message.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageRequest {
    /// The sender's own name for it, such as a UUID: sent again under the same name, it is answered as the first time.
    client_id: ClientId,
    /// What is said, at most 10,000 characters.
    #[schema(max_length = 10_000)]
    text: String,
    /// Which offered choice it takes, from 1.
    #[schema(minimum = 1, maximum = 255)]
    choice: Option<u8>,
}

/// A message that is on disk, and what the bot said to it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MessageAccepted {
    /// The message's number in the conversation.
    seq: u64,
    /// The bot's replies; none while a person has the conversation.
    replies: Vec<CustomerEvent>,
    /// The conversation.
    conversation: ConversationId,
}

/// From where a visitor's stream begins.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// The last number the page has seen. `Last-Event-ID` does the same.
    after: Option<u64>,
    /// The conversation in which it was seen; if the session has gone on to another, that one is shown from its beginning.
    conversation: Option<ConversationId>,
}

/// Opens a session.
#[utoipa::path(post, path = "/v1/sessions", tag = "visitor", request_body = SessionRequest, security(()), responses(
    (status = 201, body = SessionOpened),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn open_session(
    State(app): State<App>,
    headers: HeaderMap,
    Json(asked): Json<SessionRequest>,
) -> Result<Response> {
    let known = app.sites.get(&asked.site);
    let site = known.ok_or_else(|| Problem::not_found().at("site"))?;
    origin::check_site(&app, &asked.site, &headers)?;
    let language = language(asked.locale.as_deref())?;
    let (identity, role) = match &asked.token {
        None => (None, Role::default()),
        Some(token) => {
            let token = token.expose_secret();
            let (identity, role) =
                auth::verify(token, &asked.site, &site.secrets, app.desk.clock().now())?;
            (Some(identity), role)
        }
    };
    let presence = app.desk.presence(app.desk.site(&asked.site)?).into();
    let visit = Visit {
        site: asked.site,
        identity,
        role,
        language,
        // What is no zone is no reason to turn somebody away.
        page: PageFacts::default()
            .in_zone(asked.zone.as_deref())
            .unwrap_or_default(),
    };
    let opened = app.desk.open_session(visit).await?;
    let answer = SessionOpened::of(&opened, presence);
    Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
}

/// The shop's word for who its customer is.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityRequest {
    /// As for a session (JWT, HS256).
    #[schema(value_type = String)]
    token: SecretString,
}

/// Asks whether a session that a browser has kept is that of the customer whom the shop names now: a page shows nothing of it before.
/// 401 for a word that does not hold, 409 for another customer's.
#[utoipa::path(post, path = "/v1/identity", tag = "visitor", request_body = IdentityRequest, responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn identify(
    State(app): State<App>,
    visitor: Visitor,
    Json(asked): Json<IdentityRequest>,
) -> Result<axum::Json<Done>> {
    let session = &visitor.session;
    let site = app.sites.get(&session.site);
    let site = site.ok_or_else(Problem::not_found)?;
    let (token, now) = (asked.token.expose_secret(), app.desk.clock().now());
    let (identity, role) = auth::verify(token, &session.site, &site.secrets, now)?;
    let kept = session.identity.as_ref().map(|kept| &kept.subject);
    if kept != Some(&identity.subject) || session.role != role {
        let detail = "the session is another customer's: open a new one";
        return Err(Problem::new(crate::http::Code::Conflict, detail));
    }
    Ok(axum::Json(Done {}))
}

fn language(locale: Option<&str>) -> Result<Option<Language>> {
    match locale {
        Some(locale) if locale.len() > MAX_LOCALE => Err(Problem::invalid(
            "locale",
            "a locale has at most 35 bytes, such as `zh-TW`",
        )),
        locale => Ok(locale.and_then(Language::from_locale)),
    }
}

/// Says something. The answer comes when message and replies are on disk.
#[utoipa::path(post, path = "/v1/messages", tag = "visitor", request_body = MessageRequest, responses(
    (status = 200, body = MessageAccepted),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn send_message(
    State(app): State<App>,
    visitor: Visitor,
    Extension(client): Extension<Client>,
    Json(sent): Json<MessageRequest>,
) -> Result<axum::Json<MessageAccepted>> {
    let inbound = check(&app, sent, client)?;
    let received = app.desk.receive(&visitor.session, inbound).await?;
    tell_streams(&app, &visitor.session, &received.conversation);
    count(received.repeated);
    let names = names_in(&app, &received.replies).await?;
    let replies = received.replies.iter();
    Ok(axum::Json(MessageAccepted {
        seq: received.seq.0,
        replies: replies
            .filter_map(|event| CustomerEvent::of(event, &names))
            .collect(),
        conversation: received.conversation,
    }))
}

fn check(app: &App, sent: MessageRequest, client: Client) -> Result<Inbound> {
    check_length(app, &sent.text)?;
    if sent.choice == Some(0) {
        return Err(Problem::invalid("choice", "choices are numbered from 1"));
    }
    Ok(Inbound {
        client_id: sent.client_id,
        text: sent.text,
        choice: sent.choice,
        address: Some(client.network().to_string()),
    })
}

/// Refuses a text that is too long.
///
/// # Errors
/// With the limit.
pub fn check_length(app: &App, text: &str) -> Result<()> {
    let limit = app.options.max_characters;
    if text.chars().nth(limit).is_some() {
        let detail = format!("a message has at most {limit} characters: send it in parts");
        return Err(Problem::invalid("text", detail));
    }
    Ok(())
}

/// Those who follow the conversation that a session has left do not hear of the new one by themselves.
fn tell_streams(app: &App, session: &Session, conversation: &ConversationId) {
    if let Some(left) = session
        .conversation
        .as_ref()
        .filter(|left| *left != conversation)
    {
        app.desk.live().wake(left);
    }
}

fn count(repeated: bool) {
    let repeated = if repeated { "true" } else { "false" };
    metrics::counter!("frontdesk_messages_total", "repeated" => repeated).increment(1);
}

/// Listens: a stream of server-sent events, each with the number of its event as `id`. A comment comes every 20 seconds.
#[utoipa::path(get, path = "/v1/events", tag = "visitor", params(StreamQuery,
    ("Last-Event-ID" = Option<String>, Header, description = "The last number the page has seen.")), responses(
    (status = 200, content_type = "text/event-stream", body = CustomerEvent, description = "`event: event`, `data`: one event as JSON; `event: conversation` goes before those of a conversation, `data`: its `id`, or `null` where the page has seen a number that is not there any more and has to forget what it shows; `event: waiting` says how the wait for a person stands whenever that changes, `data`: a `WaitingView`, or `null` when it is over; `event: typing` says that an agent writes, `data`: `name` and `for_ms`"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn listen(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Asked(query): Asked<StreamQuery>,
) -> Result<Response> {
    let after = stream::last_seen(&headers, query.after)?;
    let seen_in = query.conversation.or(visitor.session.conversation.clone());
    let caller = format!("visitor {}", visitor.session.visitor);
    let follower = Follower {
        app: app.clone(),
        token: visitor.token,
        conversation: seen_in,
        after: Seq(after),
        wakes: None,
        beside: Beside::default(),
    };
    stream::respond(&app, follower, &caller)
}

/// A visitor's stream: the conversation of their session, whichever that is.
struct Follower {
    app: App,
    token: SecretString,
    conversation: Option<ConversationId>,
    after: Seq,
    wakes: Option<Wakes>,
    beside: Beside,
}

impl Source for Follower {
    const NAME: &'static str = "visitor";

    async fn look(&mut self) -> Result<Seen> {
        let session = self.app.desk.session(&self.token).await?;
        let joined = self.follow(&session);
        let limit = EVENTS_AT_ONCE;
        let (found_in, events) = self
            .app
            .desk
            .own_events(&session, self.after, limit)
            .await?;
        if found_in != self.conversation {
            // The session went on to another conversation at this moment: look once more, there.
            return Ok(Seen {
                frames: String::new(),
                more: true,
            });
        }
        if joined && events.is_empty() && self.is_beyond(&session).await? {
            (self.after, self.wakes) = (Seq::default(), None);
            return Ok(Seen {
                frames: Following::none(),
                more: true,
            });
        }
        let names = names_in(&self.app, &events).await?;
        // Numbers begin anew in each conversation, so a reader is told which one the next ones belong to.
        let mut frames = match &session.conversation {
            id @ Some(_) if joined => {
                stream::frame("conversation", None, &Following { id: id.as_ref() })
            }
            _ => String::new(),
        };
        let seen = events
            .iter()
            .filter_map(|event| CustomerEvent::of(event, &names));
        let seen = forms::beside(
            &self.app,
            seen.collect(),
            session.language.unwrap_or(Language::En),
        );
        frames.extend(
            seen.iter()
                .map(|seen| stream::frame("event", Some(seen.seq), seen)),
        );
        if let Some(id) = &session.conversation {
            let wakes = self.wakes.as_mut();
            let beside = &mut self.beside;
            frames += &beside.look(&self.app, id, wakes, joined, &seen).await?;
        }
        if let Some(last) = events.last() {
            self.after = last.seq;
        }
        // Before the first message, the session is looked at once more after subscribing: the message may have come between.
        let more = events.len() == limit || (joined && self.conversation.is_none());
        Ok(Seen { frames, more })
    }

    fn wakes(&mut self) -> Option<&mut Wakes> {
        self.wakes.as_mut()
    }
}

impl Follower {
    /// Whether the reader has seen a number that the log does not have.
    async fn is_beyond(&self, session: &Session) -> Result<bool> {
        let Some(before) = self.after.0.checked_sub(1) else {
            return Ok(false);
        };
        let (_, last) = self.app.desk.own_events(session, Seq(before), 1).await?;
        Ok(session.conversation.is_some() && last.is_empty())
    }

    /// Follows the session to the conversation that it now has, and says whether it did. Subscribes before the log is read, so that
    /// nothing falls between.
    fn follow(&mut self, session: &Session) -> bool {
        let moved = session.conversation != self.conversation;
        if moved && session.conversation.is_some() {
            self.after = Seq::default();
        }
        let joins = moved || self.wakes.is_none();
        if joins {
            self.wakes = Some(match &session.conversation {
                Some(conversation) => self.app.desk.live().subscribe(conversation),
                None => self.app.desk.live().subscribe_visitor(&session.visitor),
            });
            self.conversation.clone_from(&session.conversation);
            self.beside = Beside::default();
        }
        joins
    }
}
