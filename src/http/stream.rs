//! Event streams (server-sent events): what follows the last number the reader saw, and then whatever is written.
//!
//! A stream holds no data and no queue. It sleeps on a wake-up; awake, it checks again that the reader may still read, and reads the
//! log from the last number on. A reader that does not read is asked nothing: the next look happens when the socket takes more.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Serialize;
use tokio::sync::watch;

use super::App;
use super::error::{Problem, Result};
use super::options::seconds;
use super::streams::Open;
use crate::live::{Wake, Wakes};

/// The first bytes: a reader that loses the stream comes back after two seconds.
const HELLO: &str = "retry: 2000\n: connected\n\n";
const PING: &str = ": ping\n\n";
const CLOSING: &str = ": closing\n\n";

/// What a stream shows.
pub trait Source: Send + Sized + 'static {
    /// The word in the metrics.
    const NAME: &'static str;
    /// What says that the desk is there where nothing else is to be said. A page's own script is told nothing of a comment.
    const BEAT: &'static str = PING;
    /// So many seconds pass between two of them at most, where less than the desk's own pings.
    const BEATS: u16 = u16::MAX;

    /// Reads what is new, after checking that the reader may still read. Called at the start, after every wake-up and now and then.
    ///
    /// # Errors
    /// When the reader may not read any more, or the desk cannot: the stream ends.
    fn look(&mut self) -> impl Future<Output = Result<Seen>> + Send;

    /// What to sleep on. Asked for only after a look.
    fn wakes(&mut self) -> Option<&mut Wakes>;

    /// A wake-up came. For streams that pass on the wake-up itself.
    fn woken(&mut self) {}
}

/// What a look came to.
pub struct Seen {
    /// Frames to send; none if nothing is new.
    pub frames: String,
    /// Whether there is more to read at once.
    pub more: bool,
}

/// A stream as the body of an answer.
struct Stream<S> {
    turn: Pin<Box<dyn Future<Output = Turn<S>> + Send>>,
    _open: Open,
}

/// How a turn of the stream ended.
enum Turn<S> {
    /// Send this, then look or sleep.
    Send(String, Box<State<S>>, Next),
    /// Send this and end.
    End(String),
    /// Nothing more.
    Over,
}

#[derive(Clone, Copy)]
enum Next {
    Look { after_sleep: bool },
    Sleep,
}

struct State<S> {
    source: S,
    /// Rings when somebody's access has changed: whether the reader may go on is then asked at once.
    access: watch::Receiver<()>,
    ping: Duration,
}

/// Answers with a stream.
///
/// # Errors
/// When the caller has too many open.
pub fn respond<S: Source>(app: &App, source: S, caller: &str) -> Result<Response> {
    let open = app.streams.open(S::NAME, caller)?;
    let state = Box::new(State {
        source,
        access: app.desk.access_changes(),
        ping: seconds(app.options.ping_seconds.clamp(1, S::BEATS)),
    });
    let hello = Turn::Send(HELLO.to_owned(), state, Next::Look { after_sleep: false });
    let stream = Stream {
        turn: Box::pin(std::future::ready(hello)),
        _open: open,
    };
    let headers = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        // Tells buffering proxies to pass each event on at once.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::new(stream)).into_response())
}

/// One event. JSON has no raw line breaks, so it is one `data` line.
#[must_use]
pub fn frame(event: &str, id: Option<u64>, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).unwrap_or_default();
    match id {
        Some(id) => format!("id: {id}\nevent: {event}\ndata: {data}\n\n"),
        None => format!("event: {event}\ndata: {data}\n\n"),
    }
}

/// The last number the reader saw, from `Last-Event-ID` or the query, whichever is later.
///
/// # Errors
/// When the header is no number.
pub fn last_seen(headers: &HeaderMap, asked: Option<u64>) -> Result<u64> {
    let header = match headers.get("last-event-id").map(HeaderValue::to_str) {
        None | Some(Ok("")) => None,
        Some(value) => Some(value.ok().and_then(|id| id.parse::<u64>().ok()).ok_or_else(|| {
            let detail = "`Last-Event-ID` is no event number: send the `id` of the last event, or leave it out";
            Problem::new(super::Code::InvalidRequest, detail)
        })?),
    };
    Ok(header.max(asked).unwrap_or(0))
}

/// Whether the caller wants a stream rather than a page.
#[must_use]
pub fn wanted(headers: &HeaderMap) -> bool {
    headers
        .get(axum::http::header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"))
}

async fn look<S: Source>(mut state: Box<State<S>>, after_sleep: bool) -> Turn<S> {
    match state.source.look().await {
        Ok(seen) if seen.more => Turn::Send(seen.frames, state, Next::Look { after_sleep: false }),
        Ok(seen) if seen.frames.is_empty() && after_sleep => {
            Turn::Send(S::BEAT.to_owned(), state, Next::Sleep)
        }
        Ok(seen) => Turn::Send(seen.frames, state, Next::Sleep),
        Err(problem) => Turn::End(frame("end", None, &problem.details())),
    }
}

async fn sleep<S: Source>(mut state: Box<State<S>>) -> Turn<S> {
    let State {
        source,
        access,
        ping,
    } = &mut *state;
    let Some(wakes) = source.wakes() else {
        return Turn::Over;
    };
    let after_sleep = tokio::select! {
        wake = wakes.next() => match wake {
            Wake::Closing => return Turn::End(CLOSING.to_owned()),
            Wake::Look => {
                source.woken();
                false
            }
        },
        Ok(()) = access.changed() => false,
        () = tokio::time::sleep(*ping) => true,
    };
    Turn::Send(String::new(), state, Next::Look { after_sleep })
}

impl<S: Source> hyper::body::Body for Stream<S> {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Self::Error>>> {
        loop {
            let text = match ready!(self.turn.as_mut().poll(cx)) {
                Turn::Send(text, state, Next::Sleep) => {
                    self.turn = Box::pin(sleep(state));
                    text
                }
                Turn::Send(text, state, Next::Look { after_sleep }) => {
                    self.turn = Box::pin(look(state, after_sleep));
                    text
                }
                Turn::End(text) => {
                    self.turn = Box::pin(std::future::ready(Turn::Over));
                    text
                }
                Turn::Over => {
                    self.turn = Box::pin(std::future::ready(Turn::Over));
                    return Poll::Ready(None);
                }
            };
            if !text.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(Bytes::from(text)))));
            }
        }
    }
}
