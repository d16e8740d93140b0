//! Evidence over the API: a visitor hands a file in; the two sides of the conversation get it back, and nobody else.
//!
//! What comes back is for saving and never for showing as a page: a type of ours, a name of ours, and headers that keep a browser from
//! guessing at it or running it.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::desk::Kept;
use crate::domain::audit::Audited;
use crate::domain::claim::ClaimId;
use crate::domain::evidence::{Attachment, EvidenceHash, EvidenceKind, MAX_FILE};
use crate::domain::ids::ConversationId;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Visitor;
use crate::http::gate::body::{Asked, Named, check_type, read};
use crate::http::gate::staff::{Acting, Staff};

/// What stands around a file in its body, in bytes, at most.
const AROUND: usize = 16 * 1024;
/// The name of a claim is no longer, in bytes.
const MAX_CLAIM: usize = 128;
/// How many characters of the hash are in the name under which a file is saved.
const NAME: usize = 12;
/// Another site's page cannot put it into itself.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A file and the refund application that it proves, as `multipart/form-data`.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)] // for the description alone
pub struct AttachmentRequest {
    /// A picture (PNG, JPEG, WebP) or a PDF of at most 5 MB. What it is, its content says; its name and type are not looked at.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The number of the refund application. Without it, it is the one that waits for evidence, if there is one.
    claim: Option<String>,
}

/// A file that is on disk.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AttachmentKept {
    /// The number of its event in the conversation.
    seq: u64,
    /// The conversation.
    conversation: ConversationId,
    /// Its name from now on: the SHA-256 of what is kept. A picture is drawn anew before, without anything but its pixels.
    sha256: String,
    /// What is kept: `image/png`, `image/jpeg` or `application/pdf`.
    media_type: &'static str,
    /// How long it is.
    bytes: u64,
    /// The refund application that it was added to.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<String>,
}

/// Where a file is looked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttachmentQuery {
    /// The visitor's conversation in which it was handed in.
    conversation: String,
}

impl From<Kept> for AttachmentKept {
    fn from(kept: Kept) -> Self {
        Self {
            seq: kept.seq.0,
            conversation: kept.conversation,
            sha256: kept.file.hash.to_string(),
            media_type: kept.file.kind.media_type(),
            bytes: kept.file.bytes,
            claim: kept.claim.map(|claim| claim.to_string()),
        }
    }
}

/// Hands a file in: 201 when it is new here, 200 when it was there. At most three for a refund application, twenty in a conversation
/// within a day.
#[utoipa::path(post, path = "/v1/attachments", tag = "visitor",
    request_body(content = AttachmentRequest, content_type = "multipart/form-data"), responses(
    (status = 201, body = AttachmentKept),
    (status = 200, body = AttachmentKept),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn hand_in(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let sent = Sent::read(request, &app).await?;
    let kept = app
        .desk
        .attach(&visitor.session, sent.file, sent.claim.as_ref())
        .await?;
    let status = match kept.repeated {
        true => StatusCode::OK,
        false => StatusCode::CREATED,
    };
    Ok((status, axum::Json(AttachmentKept::from(kept))).into_response())
}

/// Gives a visitor a file of their own conversation.
#[utoipa::path(get, path = "/v1/attachments/{sha256}", tag = "visitor", params(("sha256" = String, Path), AttachmentQuery), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream", description = "The file, with its own type"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn own(
    State(app): State<App>,
    visitor: Visitor,
    Named(hash): Named<EvidenceHash>,
    Asked(query): Asked<AttachmentQuery>,
) -> Result<Response> {
    let id = ConversationId::parse(&query.conversation).map_err(|_| Problem::not_found())?;
    let found = app.desk.own_attachment(&visitor.session, &id, &hash);
    let (file, bytes) = found.await?;
    answer(&file, bytes)
}

/// Gives an agent a file of a conversation.
#[utoipa::path(get, path = "/v1/conversations/{id}/attachments/{sha256}", tag = "agent",
    params(("id" = ConversationId, Path), ("sha256" = String, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream", description = "The file, with its own type"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((id, hash)): Path<(String, String)>,
) -> Result<Response> {
    let id = ConversationId::parse(&id).map_err(|_| Problem::not_found())?;
    let hash = EvidenceHash::try_from(hash).map_err(|_| Problem::not_found())?;
    let (file, bytes) = app.desk.attachment(&staff.agent, &id, &hash).await?;
    let about = Some(format!("{id} {hash}"));
    app.desk
        .looked(&staff.agent.id, Audited::FileOpened, about)
        .await?;
    answer(&file, bytes)
}

/// Shows a file to the customer: 201 when it is new in the conversation, 200 when it was there. Only who owns the conversation may. On a
/// messaging platform the customer gets a link to it that is good for seven days.
#[utoipa::path(post, path = "/v1/conversations/{id}/attachments", tag = "agent", params(("id" = ConversationId, Path)),
    request_body(content = AttachmentRequest, content_type = "multipart/form-data"), responses(
    (status = 201, body = AttachmentKept),
    (status = 200, body = AttachmentKept),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show_customer(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    request: Request,
) -> Result<Response> {
    let sent = Sent::read(request, &app).await?;
    if sent.claim.is_some() {
        let detail = "what an agent shows proves no refund application";
        return Err(Problem::invalid("claim", detail));
    }
    let kept = app.desk.show_file(&staff.agent, &id, sent.file).await?;
    let status = match kept.repeated {
        true => StatusCode::OK,
        false => StatusCode::CREATED,
    };
    Ok((status, axum::Json(AttachmentKept::from(kept))).into_response())
}

/// A file for whoever has a link to it: a picture is shown, a document saved.
pub(in crate::http) fn to_look_at(file: &Attachment, bytes: Vec<u8>) -> Result<Response> {
    let mut response = answer(file, bytes)?;
    if file.kind != EvidenceKind::Pdf {
        let inline = HeaderValue::from_static("inline");
        response.headers_mut().insert(CONTENT_DISPOSITION, inline);
    }
    Ok(response)
}

fn answer(file: &Attachment, bytes: Vec<u8>) -> Result<Response> {
    let name = file.hash.to_string();
    let name = name.get(..NAME).unwrap_or_default();
    let disposition = format!("attachment; filename=\"{name}.{}\"", file.kind.extension());
    let disposition = HeaderValue::try_from(disposition)
        .map_err(|_| Problem::new(Code::Internal, "the file has no name"))?;
    let fixed = HeaderValue::from_static;
    let headers = [
        (CONTENT_TYPE, fixed(file.kind.media_type())),
        (CONTENT_DISPOSITION, disposition),
        (
            CONTENT_SECURITY_POLICY,
            fixed("sandbox; default-src 'none'; frame-ancestors 'none'"),
        ),
        (RESOURCE_POLICY, fixed("same-origin")),
    ];
    Ok((headers, bytes).into_response())
}

/// What was sent.
struct Sent {
    file: Vec<u8>,
    claim: Option<ClaimId>,
}

impl Sent {
    /// Reads the body to its end before anything of it is looked at, so that its size and its time are bounded as for every body.
    async fn read(request: Request, app: &App) -> Result<Self> {
        check_type(request.headers(), &["multipart/form-data"])?;
        let (head, body) = request.into_parts();
        let bytes = read(
            Request::from_parts(head.clone(), body),
            app,
            MAX_FILE + AROUND,
        )
        .await?;
        // The head goes along for what the layers left in it: among it, that no other limit holds.
        let whole = Request::from_parts(head, Body::from(bytes));
        let parts = Multipart::from_request(whole, app).await;
        Self::take(parts.map_err(|_| unreadable())?).await
    }

    async fn take(mut parts: Multipart) -> Result<Self> {
        let (mut file, mut claim) = (None, None);
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| unreadable())?;
            match name.as_str() {
                "file" if file.is_none() => file = Some(bytes.to_vec()),
                "claim" if claim.is_none() => claim = Some(claim_of(&bytes)?),
                "file" | "claim" => {
                    return Err(Problem::invalid(&name, "this part is there twice"));
                }
                _ => {
                    let detail = "there is a part that is not known; known are: `file`, `claim`";
                    return Err(Problem::new(Code::UnknownField, detail).at(&name));
                }
            }
        }
        let missing = || Problem::new(Code::MissingField, "the part `file` is not there");
        Ok(Self {
            file: file.ok_or_else(|| missing().at("file"))?,
            claim: claim.flatten(),
        })
    }
}

/// A claim's number. An empty one is what a form sends whose field was left empty.
fn claim_of(bytes: &[u8]) -> Result<Option<ClaimId>> {
    let text = std::str::from_utf8(bytes).ok();
    let text = text.filter(|text| text.len() <= MAX_CLAIM).map(str::trim);
    match text {
        Some("") => Ok(None),
        Some(text) => {
            let claim = text.parse();
            claim
                .map(Some)
                .map_err(|_| Problem::not_found().at("claim"))
        }
        None => Err(Problem::not_found().at("claim")),
    }
}

fn unreadable() -> Problem {
    let detail = "the body is no `multipart/form-data` with a `boundary`, or it broke off: send the file as the part `file`";
    Problem::new(Code::InvalidRequest, detail)
}
