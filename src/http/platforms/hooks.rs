//! What messaging platforms tell: checked over the bytes as they came, then taken message by message. The answer comes when all of it is
//! on disk; what the desk does not know is taken, too, so that no platform sends it again for days.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use metrics::Counter;

use super::accounts::Accounts;
use super::arriving::{arrival, fate, fate_of_all, renaming, said_there};
use crate::channels::{
    Accepted, Account, Answer, Inbound, Incoming, LeftOut, Outbound, Refusal, Told, accept,
    beginning, body_limit, hand_over_inline, inline, meanwhile,
};
use crate::clock;
use crate::desk::{Desk, DeskError, Received};
use crate::domain::channel::PlatformId;
use crate::domain::conversation::{Event, Hands};
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body;

/// Begins at nothing what is counted of each of them.
pub(in crate::http) fn count_from_zero(accounts: &Accounts) {
    for account in accounts.all().iter() {
        for why in Refusal::ALL {
            refusals(account, why).increment(0);
        }
        for (why, times) in by_reason(LeftOut::default()) {
            left_out(account, why).increment(times);
        }
    }
}

/// What is written down of an answer whose rest reaches nobody.
const CUT: &str = "only its beginning fits into the answer to a message, and the account has no app secret to send the rest with";

/// A messaging platform introduces itself: WhatsApp, Messenger and Instagram do so when the address is entered.
#[utoipa::path(get, path = "/hooks/{channel}/{account}", tag = "platform", security(()),
    params(("channel" = String, Path, description = "The kind of the channel: `whatsapp`."), ("account" = String, Path, description = "Its key in the configuration.")),
    responses(
        (status = 200, content_type = "text/plain", body = String),
        (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn introduce(
    State(app): State<App>,
    Path((channel, account)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    hear(&app, &channel, &account, request).await
}

/// A messaging platform tells what its customers write, signed as it does. The answer comes when all of it is on disk.
#[utoipa::path(post, path = "/hooks/{channel}/{account}", tag = "platform", security(()), request_body = String,
    params(("channel" = String, Path, description = "The kind of the channel: `telegram`."), ("account" = String, Path, description = "Its key in the configuration.")),
    responses(
        (status = 200, content_type = "text/plain", body = String),
        (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn take(
    State(app): State<App>,
    Path((channel, account)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    hear(&app, &channel, &account, request).await
}

async fn hear(app: &App, channel: &str, account: &str, request: Request) -> Result<Response> {
    let account = app.accounts.get(channel, account);
    let account = account.ok_or_else(Problem::not_found)?;
    let is_get = request.method() == Method::GET;
    let query = query(request.uri());
    let headers = headers(request.headers());
    let bytes = body::read(request, app, body_limit(account.key.channel)).await?;
    let incoming = Incoming {
        is_get,
        query,
        headers,
        body: &bytes,
    };
    let accepted = accept(&account, &incoming, app.desk.clock().now());
    let mut accepted = accepted.map_err(|refusal| refused(&account, refusal))?;
    let taken = take_for_others(app, &account, &incoming).await?;
    accepted.left_out.others = accepted.left_out.others.saturating_sub(taken);
    let received = act(app, &account, &accepted).await?;
    if let [received] = received.as_slice()
        && let Some(answer) = handed_over(app, &account, (&incoming, &accepted), received).await?
    {
        return Ok(in_words(answer));
    }
    if let [received] = received.as_slice()
        && let Some(answer) =
            answered_inline(app, &account, (&incoming, &accepted), received).await?
    {
        return Ok(in_words(answer));
    }
    if let [received] = received.as_slice()
        && let Some(said) = app.desk.said_meanwhile(received).await?
        && let Some(answer) = meanwhile(account.key.channel, &said)
    {
        return Ok(in_words(answer));
    }
    if let Some(answer) = greeted(app, &account, (&incoming, &accepted)) {
        return Ok(in_words(answer));
    }
    Ok(accepted
        .answer
        .map_or_else(|| StatusCode::OK.into_response(), in_words))
}

/// The answer that gives a message to people at the platform, who have its customer, on platforms that hear so in no other way. What the bot
/// said goes after it.
async fn handed_over(
    app: &App,
    account: &Account,
    (incoming, accepted): (&Incoming<'_>, &Accepted),
    received: &Received,
) -> Result<Option<Answer>> {
    let is_theirs = account.hands_over && app.desk.is_with_people_there(received).await?;
    let Some(message) = accepted.messages.first().filter(|_| is_theirs) else {
        return Ok(None);
    };
    let now = (app.desk.clock().now().as_second(), clock::random_bytes());
    let to = arrival(account, message, app.desk.clock().now()).recipient;
    let Some(answer) = hand_over_inline(account, incoming, &to, now) else {
        return Ok(None);
    };
    let of = (to.user.as_str(), to.place.as_deref());
    app.desk
        .note_hands(&account.key.outbox, of, Hands::People)
        .await?;
    Ok(Some(answer))
}

/// What is said, within the answer to the request, on platforms where that may be and where it fits. The same when the platform asks
/// again for the same message.
async fn answered_inline(
    app: &App,
    account: &Account,
    (incoming, accepted): (&Incoming<'_>, &Accepted),
    received: &Received,
) -> Result<Option<Answer>> {
    let Some(message) = accepted.messages.first() else {
        return Ok(None);
    };
    let now = (app.desk.clock().now().as_second(), clock::random_bytes());
    let to = arrival(account, message, app.desk.clock().now()).recipient;
    let mut said = Vec::new();
    for event in &received.replies {
        if account.says_who_speaks {
            let who = app.desk.who_speaks_in(&received.conversation, event);
            said.extend(who.await?);
        }
        let more = app.desk.more_on_page(&received.conversation, event).await?;
        said.extend(spoken(event, more.as_deref()));
    }
    let (said, lost) = shortened(app, account, received, said.join("\n\n")).await?;
    let Some(answer) = inline(account, incoming, &to, &said, now) else {
        return Ok(None);
    };
    let outbox = &account.key.outbox;
    app.desk.take_inline(outbox, received, lost).await?;
    Ok(Some(answer))
}

/// What is said, or as much of it as its customer can have with the way to the rest; and what to write down where there is none.
async fn shortened(
    app: &App,
    account: &Account,
    received: &Received,
    said: String,
) -> Result<(String, Option<&'static str>)> {
    if beginning(account, &said, None).is_none() {
        return Ok((said, None));
    }
    let way = app.desk.way_to_rest(received).await?;
    let short = beginning(account, &said, way.as_deref());
    let lost = way.is_none().then_some(CUT);
    Ok((short.unwrap_or(said), lost))
}

/// Greets somebody who has come to where customers write and has written nothing, on platforms that take an answer to that.
fn greeted(
    app: &App,
    account: &Account,
    (incoming, accepted): (&Incoming<'_>, &Accepted),
) -> Option<Answer> {
    let mut came = accepted.opened.iter().filter(|one| one.came_to.is_some());
    let came = came.next()?;
    let (now, random) = (app.desk.clock().now(), clock::random_bytes());
    let message = Inbound {
        user: came.user.clone(),
        place: came.came_to.clone(),
        ..Inbound::default()
    };
    let to = arrival(account, &message, now).recipient;
    let words = app.desk.welcome(&account.site);
    inline(account, incoming, &to, &words, (now.as_second(), random))
}

fn spoken(event: &Event, more: Option<&str>) -> Option<String> {
    let (text, choices) = event.said()?;
    let whole = std::iter::once(text).chain(more);
    let out = Outbound {
        text: whole.collect::<Vec<_>>().join("\n\n"),
        choices: choices.to_vec(),
    };
    Some(out.numbered())
}

fn query(uri: &Uri) -> BTreeMap<String, String> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let mut query = BTreeMap::new();
    for (name, value) in pairs.map(|query| query.0).unwrap_or_default() {
        query.entry(name).or_insert(value);
    }
    query
}

/// The headers that are text and came once: of two signatures nobody knows which one was checked elsewhere.
fn headers(all: &HeaderMap) -> BTreeMap<String, String> {
    let once = all.keys().filter_map(|name| {
        let mut values = all.get_all(name).iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    once.collect()
}

/// How often an account's address was called without that being taken.
fn refusals(account: &Account, why: Refusal) -> Counter {
    let channel = account.key.channel.name();
    let outbox = account.key.outbox.to_string();
    metrics::counter!("frontdesk_hooks_refused_total", "channel" => channel, "account" => outbox, "reason" => why.name())
}

/// How much of what was written to an account was not taken.
fn left_out(account: &Account, why: &'static str) -> Counter {
    let channel = account.key.channel.name();
    let outbox = account.key.outbox.to_string();
    metrics::counter!("frontdesk_hooks_left_out_total", "channel" => channel, "account" => outbox, "reason" => why)
}

fn refused(account: &Account, refusal: Refusal) -> Problem {
    refusals(account, refusal).increment(1);
    let code = match refusal {
        Refusal::Unsigned | Refusal::Forged | Refusal::OtherKey | Refusal::Stale => {
            Code::SignatureInvalid
        }
        Refusal::Stranger => Code::IntroductionRefused,
        Refusal::Unreadable => Code::MalformedJson,
    };
    Problem::new(code, refusal.to_string())
}

/// Takes what is for other accounts of the same app, on platforms where all of them have one address; says how many messages that were. What
/// is not signed with the secret of one is not for it.
async fn take_for_others(app: &App, account: &Account, incoming: &Incoming<'_>) -> Result<u64> {
    let mut taken = 0;
    for other in app.accounts.beside(account) {
        let Ok(mut accepted) = accept(&other, incoming, app.desk.clock().now()) else {
            continue;
        };
        accepted.left_out.others = 0;
        let left_out: u64 = by_reason(accepted.left_out).iter().map(|(_, n)| n).sum();
        let found = u64::try_from(accepted.messages.len() + accepted.renamed.len());
        taken += left_out + found.unwrap_or_default();
        act(app, &other, &accepted).await?;
    }
    Ok(taken)
}

async fn act(app: &App, account: &Account, accepted: &Accepted) -> Result<Vec<Received>> {
    if let Some(fetch) = &accepted.fetch {
        let news = app
            .desk
            .note_news(&account.key.outbox, &fetch.place, &fetch.hint);
        news.await?;
    }
    Ok(take_all(&app.desk, account, accepted).await?)
}

/// Takes one thing after the other, in the order in which they came about. One that cannot be written ends it: the platform sends all again, and those before it are known.
///
/// # Errors
/// Why one could not be written.
pub async fn take_all(
    desk: &Arc<Desk>,
    account: &Account,
    accepted: &Accepted,
) -> std::result::Result<Vec<Received>, DeskError> {
    let mut all = Vec::new();
    if let Some(once) = &accepted.spent {
        let once = PlatformId::signed(&account.key.outbox, once);
        desk.note_spent(&once).await?;
    }
    for receipt in &accepted.receipts {
        desk.note_fate(&fate(account, receipt)).await?;
    }
    for opening in &accepted.opened {
        let (outbox, user) = (&account.key.outbox, &opening.user);
        desk.note_opening(outbox, user, opening.most, opening.within)
            .await?;
    }
    for seen in &accepted.seen {
        desk.note_fate_of_all(&fate_of_all(account, seen)).await?;
    }
    for told in accepted.in_order() {
        match told {
            Told::Held(held) if account.hands_over => {
                let of = (held.user.as_str(), held.place.as_deref());
                desk.note_hands(&account.key.outbox, of, held.hands).await?;
            }
            Told::Held(_) => {}
            Told::Renamed(renamed) => desk.note_renaming(&renaming(account, renamed)).await?,
            Told::Written(message) => all.extend(take_one(desk, account, message).await?),
        }
    }
    note_left_out(account, accepted.left_out);
    Ok(all)
}

/// What is not taken is taken from nobody's sight: the platform has its acknowledgement, and does not tell it again.
fn note_left_out(account: &Account, found: LeftOut) {
    for (reason, times) in by_reason(found) {
        if times == 0 {
            continue;
        }
        tracing::warn!(account = %account.key.outbox, reason, times, "channel.left_out");
        left_out(account, reason).increment(times);
    }
}

fn by_reason(found: LeftOut) -> [(&'static str, u64); 4] {
    [
        ("unnamed", found.unnamed),
        ("old", found.old),
        ("group", found.groups),
        ("other_account", found.others),
    ]
}

/// Takes what somebody wrote; what people at the platform did is not to be answered.
async fn take_one(
    desk: &Arc<Desk>,
    account: &Account,
    message: &Inbound,
) -> std::result::Result<Option<Received>, DeskError> {
    if let Some(person) = &message.person {
        desk.note_said_there(&said_there(account, message, person))
            .await?;
        return Ok(None);
    }
    let arrival = arrival(account, message, desk.clock().now());
    let received = desk.receive_from(&arrival).await?;
    let repeated = if received.repeated { "yes" } else { "no" };
    let channel = account.key.channel.name();
    metrics::counter!("frontdesk_hooks_messages_total", "channel" => channel, "repeated" => repeated)
        .increment(1);
    for bytes in &message.contents {
        let outbox = &account.key.outbox;
        let into = &received.conversation;
        match desk
            .attach_arrived(outbox, &message.user, into, bytes.clone())
            .await
        {
            Err(error @ (DeskError::Busy | DeskError::Stopped(_))) => return Err(error),
            Err(why) => tracing::info!(account = %outbox, %why, "channel.file_refused"),
            Ok(_) => {}
        }
    }
    Ok(Some(received))
}

fn in_words(answer: Answer) -> Response {
    ([(CONTENT_TYPE, answer.media_type)], answer.body).into_response()
}
