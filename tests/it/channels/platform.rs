//! A platform on a loopback port that records what it is asked and answers as it is told.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use frontdesk::delivery::{
    Allowed, BriefInWords, FileTaken, MoreOnPage, OnFile, Platform, Sender, Token,
};
use frontdesk::desk::Desk;
use frontdesk::domain::webhook::ToFetch;
use futures_util::{StreamExt as _, stream};
use reqwest::Url;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;

/// Where the loopback platform is, which desks may reach otherwise only if they are told.
pub const HOME: [&str; 1] = ["127.0.0.0/8"];

/// What the platform does with the next request.
#[derive(Clone, Debug)]
pub enum Does {
    /// Answers with a status, `Retry-After` if it is not empty, and a body.
    Say(u16, &'static str, String),
    /// Answers with a file.
    Bytes(Vec<u8>),
    /// Begins to answer with a file, and says no more in the middle of it.
    Half(Vec<u8>),
    /// Says that it is elsewhere.
    Redirect(String),
    /// Never answers.
    Hang,
}

/// One request as it was received.
#[derive(Clone, Debug)]
pub struct Got {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
    pub raw: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

#[derive(Clone, Default)]
struct Shared {
    plan: Arc<Mutex<Vec<Does>>>,
    got: Arc<Mutex<Vec<Got>>>,
    arrived: Option<mpsc::UnboundedSender<()>>,
    good: Arc<Mutex<String>>,
}

/// The platform. When it has nothing left to do, it takes what it is sent.
pub struct Loopback {
    pub channel: Channel,
    pub base: String,
    /// Whether the account asks for its messages.
    pub polls: bool,
    /// Whether its people take over what is handed over.
    pub takes_over: bool,
    /// Who of them takes it.
    pub servicer: Option<String>,
    /// Whether the bot says that it is one.
    pub says_who_speaks: bool,
    shared: Shared,
    pub arrivals: mpsc::UnboundedReceiver<()>,
}

impl Loopback {
    pub async fn start(channel: Channel) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let good = match channel {
            Channel::Telegram => r#"{"ok":true,"result":{"message_id":7}}"#,
            Channel::Slack => r#"{"ok":true,"ts":"1.1"}"#,
            Channel::Wechat | Channel::Wecom => {
                r#"{"errcode":0,"access_token":"t","expires_in":7200}"#
            }
            Channel::Dingtalk => r#"{"accessToken":"t","expireIn":7200,"processQueryKey":"q1"}"#,
            Channel::Feishu => r#"{"code":0,"tenant_access_token":"t","expire":7200}"#,
            Channel::WhatsApp => r#"{"messages":[{"id":"wamid.OUT"}]}"#,
            _ => "{}",
        };
        let shared = Shared {
            arrived: Some(arrived),
            good: Arc::new(Mutex::new(good.to_owned())),
            ..Shared::default()
        };
        let router = Router::new().fallback(receive).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            channel,
            base,
            polls: false,
            takes_over: false,
            servicer: None,
            says_who_speaks: false,
            shared,
            arrivals,
        }
    }

    pub fn plan(&self, plan: impl IntoIterator<Item = Does>) {
        let mut plan: Vec<Does> = plan.into_iter().collect();
        plan.reverse();
        *self.shared.plan.lock().unwrap() = plan;
    }

    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    /// What was said, request by request, wherever the platform has it.
    pub fn texts(&self) -> Vec<String> {
        let places = [
            "/text",
            "/text/body",
            "/interactive/body/text",
            "/message/text",
            "/messages/0/text",
            "/text/content",
            "/content",
            "/Body",
            "/data/text",
            "/msgParam/content",
            "/content/elements/0/text/content",
            "/msgmenu/head_content",
            "/TextBody",
        ];
        let said = |got: Got| {
            let found = places
                .iter()
                .find_map(|place| got.body.pointer(place)?.as_str().map(str::to_owned));
            found.unwrap_or_else(|| panic!("no text in {}", got.raw))
        };
        self.got().into_iter().map(said).collect()
    }

    /// What was said that begins so.
    pub fn texts_after(&self, begin: &str) -> Vec<String> {
        let said = self.got().into_iter().filter_map(|got| {
            let text = got.body.pointer("/content/text")?.as_str()?.to_owned();
            text.starts_with(begin).then_some(text)
        });
        said.collect()
    }

    pub fn account(&self) -> Account {
        Account {
            poll: self.polls,
            hands_over: self.takes_over,
            servicer: self.servicer.clone(),
            says_who_speaks: self.says_who_speaks,
            ..account(self.channel, &self.base)
        }
    }

    /// A sender for the account `shop`.
    pub fn sender(&self, app: &TestApp, allow: &[&str]) -> Sender {
        self.sender_of(app, self.account(), allow)
    }

    /// The same for an account that is a little different.
    pub fn sender_of(&self, app: &TestApp, account: Account, allow: &[&str]) -> Sender {
        let networks: Vec<_> = allow.iter().map(|net| net.parse().unwrap()).collect();
        let url = Url::parse(&self.base).unwrap();
        let live = app.app.desk.live().clone();
        let platform = Platform {
            account: Arc::new(account),
            allowed: Allowed::new(&url, &networks),
            timeout: Duration::from_millis(300),
            on_change: Arc::new(move |conversation| live.wake(conversation)),
            on_file: keeping(&app.app.desk),
            who_speaks: who_speaks(&app.app.desk),
            more_on_page: on_page(&app.app.desk),
            brief: brief_of(&app.app.desk),
            sent: Mutex::default(),
            quiet_until: Mutex::default(),
            token: Token::default(),
        };
        Sender::to_platform(app.store.clone(), app.clock.clone(), platform).unwrap()
    }
}

/// Gives the desk what was fetched.
fn keeping(desk: &Arc<Desk>) -> OnFile {
    let desk = Arc::clone(desk);
    Arc::new(move |outbox, wanted: ToFetch, bytes| {
        let desk = Arc::clone(&desk);
        Box::pin(async move {
            match desk.attach_from(&outbox, &wanted.user, bytes).await {
                Ok(_) => FileTaken::Kept,
                Err(error) => FileTaken::Refused(error.to_string()),
            }
        })
    })
}

/// That a program speaks.
fn who_speaks(desk: &Arc<Desk>) -> MoreOnPage {
    let desk = Arc::clone(desk);
    Arc::new(move |row, event| {
        let (desk, row, event) = (Arc::clone(&desk), row.clone(), event.clone());
        Box::pin(async move { desk.who_speaks(&row, &event).await.unwrap() })
    })
}

/// The link to what a platform cannot show.
fn on_page(desk: &Arc<Desk>) -> MoreOnPage {
    let desk = Arc::clone(desk);
    Arc::new(move |row, event| {
        let (desk, row, event) = (Arc::clone(&desk), row.clone(), event.clone());
        Box::pin(async move { desk.way_to_page(&row, &event).await.unwrap() })
    })
}

/// The brief of a hand-over.
fn brief_of(desk: &Arc<Desk>) -> BriefInWords {
    let desk = Arc::clone(desk);
    Arc::new(move |row, event| desk.brief_in_words(row, event))
}

/// A body as one value: JSON, a form, and JSON that stands within JSON.
fn read(raw: &str) -> Value {
    if let Some((_, letter)) = raw.split_once("\r\n\r\n") {
        let bytes = STANDARD.decode(letter.replace("\r\n", "")).unwrap();
        let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        return serde_json::json!({ "text": text });
    }
    let Ok(mut body) = serde_json::from_str::<Value>(raw) else {
        let pairs = raw.split('&').filter_map(|pair| pair.split_once('='));
        return pairs
            .map(|(name, value)| (name.to_owned(), Value::from(sealed::unescaped(value))))
            .collect();
    };
    let inside = body["content"]
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some(inside) = inside.filter(Value::is_object) {
        body["content"] = inside;
    }
    let inside = body["msgParam"].as_str();
    if let Some(inside) = inside.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        body["msgParam"] = inside;
    }
    body
}

async fn receive(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let raw = String::from_utf8(body.to_vec()).unwrap();
    shared.got.lock().unwrap().push(Got {
        method,
        path: uri.path().to_owned(),
        headers,
        body: read(&raw),
        raw,
    });
    let does = shared.plan.lock().unwrap().pop();
    if let Some(arrived) = &shared.arrived {
        let _ = arrived.send(());
    }
    match does {
        None => shared.good.lock().unwrap().clone().into_response(),
        Some(Does::Bytes(bytes)) => bytes.into_response(),
        Some(Does::Half(bytes)) => {
            let half = Bytes::copy_from_slice(&bytes[..bytes.len() / 2]);
            let half = stream::once(async { Ok::<_, Infallible>(half) });
            let whole = [("content-length", bytes.len().to_string())];
            (whole, Body::from_stream(half.chain(stream::pending()))).into_response()
        }
        Some(Does::Redirect(to)) => {
            let found = StatusCode::TEMPORARY_REDIRECT;
            (found, [("location", to)]).into_response()
        }
        Some(Does::Hang) => std::future::pending().await,
        Some(Does::Say(status, wait, body)) => {
            let status = StatusCode::from_u16(status).unwrap();
            let mut response = (status, body).into_response();
            if !wait.is_empty() {
                response
                    .headers_mut()
                    .insert("retry-after", wait.parse().unwrap());
            }
            response
        }
    }
}
