//! Events on their way to a merchant's endpoint: written with what they tell of, signed, in order, tried again, and never lost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use frontdesk::clock::Clock;
use frontdesk::delivery::{self, Allowed, Endpoint, Progress, Sender};
use frontdesk::domain::ids::{EndpointId, MerchantId};
use frontdesk::domain::webhook::{
    Delivery, EventKind, SigningSecret, Subscription, Told, signatures,
};
use frontdesk::store::{self, Commit, Store, verify};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::process;
use crate::support::{BEGIN, TestApp, Visitor, problem};

const SECRET: &str = "whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=";
const OLD_SECRET: &str = "whsec_b2xkLWZyb250ZGVzay1zZWNyZXQtMDEyMzQ1Njc4OTA=";

/// What the receiver does with the next request.
#[derive(Clone, Copy)]
enum Answer {
    /// Answers with this head.
    Head(&'static str),
    /// Answers 200 with a body that never ends.
    Endless,
    /// Reads, and never answers.
    Hang,
    /// Reads, and breaks the connection.
    Reset,
}

const OK: Answer = Answer::Head("HTTP/1.1 200 OK");

/// One request as it was received.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    second: i64,
    signature: String,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// As a receiver verifies it.
    fn is_signed_with(&self, secret: &str) -> bool {
        let secret = SigningSecret::parse(secret).unwrap();
        let expected = signatures(&[secret], &self.id, self.second, &self.body);
        self.signature.split(' ').any(|one| one == expected)
    }
}

/// A merchant's endpoint that does what it is told; when it has nothing left to do, it answers 200.
struct Receiver {
    url: Url,
    answers: Arc<Mutex<Vec<Answer>>>,
    got: Arc<Mutex<Vec<Got>>>,
    arrivals: mpsc::UnboundedReceiver<()>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers: Arc<Mutex<Vec<Answer>>> = Arc::default();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let (plan, log) = (Arc::clone(&answers), Arc::clone(&got));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (plan, log, arrived) = (Arc::clone(&plan), Arc::clone(&log), arrived.clone());
                tokio::spawn(async move {
                    let (stream, request) = read(stream).await;
                    log.lock().unwrap().push(request);
                    let answer = plan.lock().unwrap().pop().unwrap_or(OK);
                    let _ = arrived.send(());
                    act(answer, stream).await;
                });
            }
        });
        Self {
            url: Url::parse(&format!("http://{address}/hook?key=s3cr3t")).unwrap(),
            answers,
            got,
            arrivals,
        }
    }

    fn plan(&self, answers: &[Answer]) {
        *self.answers.lock().unwrap() = answers.iter().rev().copied().collect();
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn kinds(&self) -> Vec<String> {
        self.got().iter().map(Got::kind).collect()
    }

    fn endpoint(&self, allow: &[&str]) -> Endpoint {
        let networks: Vec<_> = allow.iter().map(|net| net.parse().unwrap()).collect();
        Endpoint {
            id: key(),
            allowed: Allowed::new(&self.url, &networks),
            url: self.url.clone(),
            secrets: vec![SigningSecret::parse(SECRET).unwrap()],
            timeout: Duration::from_millis(300),
        }
    }

    fn sender(&self, store: &Store, clock: &Clock) -> Sender {
        let endpoint = self.endpoint(&["127.0.0.0/8"]);
        Sender::new(store.clone(), clock.clone(), endpoint).unwrap()
    }
}

/// Reads one request to its end.
async fn read(mut stream: TcpStream) -> (TcpStream, Got) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let header = |name: &str| {
                let lines = head.lines().filter_map(|line| line.split_once(": "));
                let mut values = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
                values.next().map(|(_, value)| value.to_owned()).unwrap()
            };
            if body.len() == header("content-length").parse::<usize>().unwrap() {
                let got = Got {
                    id: header("webhook-id"),
                    second: header("webhook-timestamp").parse().unwrap(),
                    signature: header("webhook-signature"),
                    body: body.to_owned(),
                };
                return (stream, got);
            }
        }
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
    }
}

async fn act(answer: Answer, mut stream: TcpStream) {
    match answer {
        Answer::Head(head) => {
            let answer = format!("{head}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        Answer::Endless => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head).await.unwrap();
            while stream.write_all(b"5\r\nxxxxx\r\n").await.is_ok() {}
        }
        Answer::Hang => std::future::pending().await,
        Answer::Reset => stream.set_zero_linger().unwrap(),
    }
}

fn key() -> EndpointId {
    EndpointId::parse("linden-pay").unwrap()
}

fn merchant() -> MerchantId {
    MerchantId::parse("m_linden").unwrap()
}

fn subscription(events: &[EventKind]) -> Subscription {
    Subscription {
        endpoint: key(),
        merchant: merchant(),
        events: events.to_vec(),
    }
}

/// Puts so many events into the outbox; the first is `{"type":"n1"}`.
async fn fill(store: &Store, clock: &Clock, count: usize) {
    for n in 1..=count {
        let told = Told {
            kind: EventKind::RefundPaid,
            body: json!({"type": format!("n{n}")}).to_string(),
        };
        let event = frontdesk::clock::event_name();
        let delivery = Delivery::new(&subscription(&[]), event, &told, clock.now());
        store.commit(Commit::new().send(delivery)).await.unwrap();
    }
}

/// A store in a folder of its own, and a clock.
struct Desk {
    folder: tempfile::TempDir,
    clock: Clock,
    store: Store,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(BEGIN.parse().unwrap());
        let store = open(&folder, &clock);
        Self {
            folder,
            clock,
            store,
        }
    }

    /// Goes down without a word, and comes up again.
    fn reopen(self) -> Self {
        drop(self.store);
        let store = open(&self.folder, &self.clock);
        Self { store, ..self }
    }

    /// Lets time pass until the next attempt, and returns how long that was.
    async fn wait(&self, sender: &Sender) -> i64 {
        let now = self.clock.now();
        let Progress::NotBefore(at) = sender.deliver_next(now).await.unwrap() else {
            panic!("nothing waits for its time")
        };
        self.clock.move_to(at);
        at.duration_since(now).as_secs()
    }

    async fn next(&self, sender: &Sender) -> Progress {
        sender.deliver_next(self.clock.now()).await.unwrap()
    }
}

fn open(folder: &tempfile::TempDir, clock: &Clock) -> Store {
    let options = store::Options {
        min_free: 0,
        ..store::Options::new(folder.path().join("data"), clock.now())
    };
    Store::open(&options).unwrap()
}

/// Delivers until nothing more is due.
async fn drain(sender: &Sender, clock: &Clock) -> Vec<Progress> {
    let mut all = Vec::new();
    loop {
        let progress = sender.deliver_next(clock.now()).await.unwrap();
        match progress {
            Progress::Idle | Progress::NotBefore(_) | Progress::Gone => return all,
            done => all.push(done),
        }
    }
}

async fn deliver_order(app: &TestApp, key: &str, id: &str, amount: &str) {
    let order = json!({"status": "delivered", "amount": amount, "currency": "GBP", "items": ["Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
    let put = app
        .request(Method::PUT, &format!("/v1/orders/{id}"))
        .bearer_auth(key)
        .json(&order);
    assert_eq!(put.send().await.unwrap().status(), 200);
}

async fn apply(app: &TestApp, order: &str, cause: &str) -> Visitor {
    let visitor = app
        .signed_in(&json!({"sub": "jo", "email": "jo@example.com"}))
        .await;
    app.say_as(&visitor, &format!("I want a refund for {order}"))
        .await;
    app.say_as(&visitor, cause).await;
    app.say_as(&visitor, "the lid was cracked when I opened the box")
        .await;
    visitor
}

async fn report(app: &TestApp, key: &str, path: &str, body: &Value) -> u16 {
    let request = app.post(&format!("/v1/refunds/{path}")).bearer_auth(key);
    request.json(body).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_claim_reaches_the_payment_system_signed_with_every_move_and_in_order() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    deliver_order(&app, &shop, "A1041", "40.00").await;
    deliver_order(&app, &shop, "A1042", "140.00").await;
    let visitor = apply(&app, "A1041", "4").await;
    apply(&app, "A1042", "1").await;
    app.say_as(&visitor, "please withdraw my refund request for A1041")
        .await;
    for (path, body) in [
        ("A1042-1/approve", json!({})),
        ("A1042-1/approve", json!({})),
        ("A1042-1/paying", json!({})),
        ("A1042-1/failed", json!({"code": "card_void"})),
        ("A1042-1/paying", json!({})),
        ("A1042-1/paid", json!({"reference": "tx-7"})),
        ("A1042-1/paid", json!({"reference": "tx-7"})),
    ] {
        assert_eq!(report(&app, &shop, path, &body).await, 200, "{path}");
    }
    let sender = receiver.sender(&app.store, &app.clock);
    drain(&sender, &app.clock).await;
    let expected = [
        "refund.accepted",
        "refund.submitted",
        "handoff.created",
        "refund.withdrawn",
        "refund.approved",
        "refund.failed",
        "refund.paid",
    ];
    assert_eq!(receiver.kinds(), expected);
    let got = receiver.got();
    assert!(got.iter().all(|got| got.is_signed_with(SECRET)));
    assert!(
        got.iter()
            .all(|got| !got.id.contains('.') && got.body.len() < 20_000)
    );
    let data = got[0].json()["data"].clone();
    assert_eq!(
        (
            &data["idempotency_key"],
            &data["amount"],
            &data["currency"],
            &data["order"],
            &data["cause"]
        ),
        (
            &json!("A1041:A1041-1"),
            &json!("40.00"),
            &json!("GBP"),
            &json!("A1041"),
            &json!("changed_mind")
        )
    );
    assert_eq!(got[5].json()["data"]["code"], "card_void");
    assert_eq!(got[6].json()["data"]["reference"], "tx-7");
    let bodies: String = got.iter().map(|got| got.body.as_str()).collect();
    assert!(
        !bodies.contains("lid") && !bodies.contains("jo@example.com"),
        "{bodies}"
    );
    assert_eq!(
        sender.deliver_next(app.clock.now()).await.unwrap(),
        Progress::Idle
    );
}

#[tokio::test]
async fn an_endpoint_is_told_what_it_asked_for_and_of_its_own_merchant_only() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let wanted = subscription(&[EventKind::HandoffCreated]);
    app.app.desk.set_subscriptions(vec![wanted]);
    let shop = app.api_key("m_linden").await;
    deliver_order(&app, &shop, "A1041", "40.00").await;
    apply(&app, "A1041", "4").await;
    app.waiting("other").await;
    let (_, conversation) = app.waiting("linden").await;
    drain(&receiver.sender(&app.store, &app.clock), &app.clock).await;
    assert_eq!(receiver.kinds(), ["handoff.created"]);
    let data = receiver.got()[0].json()["data"].clone();
    assert_eq!(data["conversation"], json!(conversation));
    assert_eq!(data["reason"], "asked_for_human");
}

#[tokio::test]
async fn whatever_the_receiver_does_the_same_event_comes_again_before_the_next() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    let sender = receiver.sender(&desk.store, &desk.clock);
    fill(&desk.store, &desk.clock, 2).await;
    let bad = [
        Answer::Head("HTTP/1.1 500 Internal Server Error"),
        Answer::Head("HTTP/1.1 301 Moved Permanently\r\nlocation: /elsewhere"),
        Answer::Head("HTTP/1.1 404 Not Found"),
        Answer::Head("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/"),
        Answer::Hang,
        Answer::Reset,
        Answer::Head("HTP/9 nonsense"),
    ];
    receiver.plan(&bad);
    for (n, _) in bad.iter().enumerate() {
        assert!(
            matches!(desk.next(&sender).await, Progress::Retrying(_)),
            "{n}"
        );
        let waited = desk.wait(&sender).await;
        assert!(waited >= 5, "{n}: {waited}");
    }
    assert_eq!(drain(&sender, &desk.clock).await.len(), 2);
    let got = receiver.got();
    let (last, tries) = got.split_last().unwrap();
    assert_eq!((tries.len(), last.kind()), (bad.len() + 1, "n2".to_owned()));
    for one in tries {
        assert_eq!((&one.id, &one.body), (&got[0].id, &got[0].body));
        assert!(one.is_signed_with(SECRET));
    }
    let seconds: Vec<i64> = tries.iter().map(|one| one.second).collect();
    assert!(
        seconds.is_sorted_by(|a, b| a < b),
        "signed afresh: {seconds:?}"
    );
    assert_ne!(last.id, got[0].id);
}

#[tokio::test]
async fn a_receiver_that_asks_for_patience_gets_it() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    let sender = receiver.sender(&desk.store, &desk.clock);
    fill(&desk.store, &desk.clock, 1).await;
    receiver.plan(&[
        Answer::Head("HTTP/1.1 429 Too Many Requests\r\nretry-after: 120"),
        Answer::Head(
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: Fri, 20 Nov 2026 11:00:00 GMT",
        ),
        Answer::Head("HTTP/1.1 500 Internal Server Error\r\nretry-after: 999999"),
        Answer::Head("HTTP/1.1 429 Too Many Requests\r\nretry-after: 99999999"),
    ]);
    let mut waits = Vec::new();
    for _ in 0..4 {
        desk.next(&sender).await;
        waits.push(desk.wait(&sender).await);
    }
    // As asked; until eleven; 500 says nothing of the kind; and nobody is waited for longer than a day.
    assert_eq!(waits[0], 120);
    assert_eq!(waits[1], 3600 - 120);
    assert!((1800..=2160).contains(&waits[2]), "{waits:?}");
    assert_eq!(waits[3], 24 * 3600);
    assert!(matches!(desk.next(&sender).await, Progress::Delivered(_)));
}

#[tokio::test]
async fn after_three_days_an_event_is_given_up_and_the_next_one_goes_out() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    let sender = receiver.sender(&desk.store, &desk.clock);
    fill(&desk.store, &desk.clock, 2).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 500 Internal Server Error"); 10]);
    let mut waited = 0;
    for _ in 0..9 {
        assert!(matches!(desk.next(&sender).await, Progress::Retrying(_)));
        waited += desk.wait(&sender).await;
    }
    assert!(matches!(desk.next(&sender).await, Progress::GivenUp(_)));
    assert!((75..=92).contains(&(waited / 3600)), "{waited} s");
    assert_eq!(drain(&sender, &desk.clock).await.len(), 1);
    assert_eq!(receiver.kinds().pop().unwrap(), "n2");
    let failed = desk.store.failed_deliveries(&key(), 0, 10).await.unwrap();
    assert_eq!((failed.len(), failed[0].attempts), (1, 10));
    assert_eq!(failed[0].failure.as_deref(), Some("it answered 500"));
}

#[tokio::test]
async fn nothing_is_sent_to_a_network_that_is_not_allowed_nor_read_without_end() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    fill(&desk.store, &desk.clock, 2).await;
    let mut named = receiver.url.clone();
    named.set_host(Some("localhost")).unwrap();
    for url in [receiver.url.clone(), named] {
        for allow in [&[][..], &["10.0.0.0/8"]] {
            let endpoint = Endpoint {
                allowed: Allowed::new(&url, &[]),
                url: url.clone(),
                ..receiver.endpoint(allow)
            };
            let sender = Sender::new(desk.store.clone(), desk.clock.clone(), endpoint).unwrap();
            assert!(matches!(desk.next(&sender).await, Progress::Retrying(_)));
            desk.wait(&sender).await;
        }
    }
    let waiting = desk.store.waiting_deliveries(&key(), 0, 1).await.unwrap();
    let why = waiting[0].failure.clone().unwrap();
    assert_eq!(why, "its address is in a network that is not allowed");
    assert!(receiver.got().is_empty(), "the desk connected all the same");
    receiver.plan(&[Answer::Endless]);
    let sender = receiver.sender(&desk.store, &desk.clock);
    assert_eq!(drain(&sender, &desk.clock).await.len(), 2);
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_left_alone_until_it_is_said_to_be_back() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let (shop, other) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    let sender = receiver.sender(&app.store, &app.clock);
    fill(&app.store, &app.clock, 2).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 410 Gone")]);
    for _ in 0..3 {
        assert_eq!(
            sender.deliver_next(app.clock.now()).await.unwrap(),
            Progress::Gone
        );
    }
    assert_eq!(receiver.got().len(), 1);
    let list = async |key: &str| {
        let asked = app.get("/v1/deliveries").bearer_auth(key).send();
        let answer: Value = asked.await.unwrap().json().await.unwrap();
        answer["deliveries"].as_array().unwrap().clone()
    };
    let listed = list(&shop).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["endpoint_gone"]),
        (&json!("linden-pay-1"), &json!(true))
    );
    assert!(
        !json!(listed).to_string().contains("s3cr3t"),
        "the address is shown"
    );
    assert!(list(&other).await.is_empty());
    let resend = |key: String, id: &str| {
        let path = format!("/v1/deliveries/{id}/resend");
        app.post(&path).bearer_auth(key).send()
    };
    for id in ["linden-pay-1", "linden-pay-9", "rubbish"] {
        let refused = resend(other.clone(), id).await.unwrap();
        assert_eq!(
            problem(refused).await,
            (404, "not_found".to_owned()),
            "{id}"
        );
    }
    assert_eq!(
        resend(shop.clone(), "linden-pay-1").await.unwrap().status(),
        200
    );
    assert_eq!(drain(&sender, &app.clock).await.len(), 2);
    assert_eq!(receiver.kinds(), ["n1", "n1", "n2"]);
    assert_eq!(
        resend(shop, "linden-pay-1").await.unwrap().status(),
        404,
        "it has arrived"
    );
}

#[tokio::test]
async fn what_was_given_up_is_sent_again_when_the_shop_asks() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    let sender = receiver.sender(&app.store, &app.clock);
    fill(&app.store, &app.clock, 1).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 500 Internal Server Error"); 10]);
    loop {
        match sender.deliver_next(app.clock.now()).await.unwrap() {
            Progress::GivenUp(_) => break,
            Progress::NotBefore(at) => app.clock.move_to(at),
            _ => {}
        }
    }
    let asked = app
        .post("/v1/deliveries/linden-pay-1/resend")
        .bearer_auth(&shop);
    let answer: Value = asked.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&answer["state"], &answer["attempts"]),
        (&json!("waiting"), &json!(0))
    );
    assert_eq!(drain(&sender, &app.clock).await.len(), 1);
    let got = receiver.got();
    assert!(got.iter().all(|one| one.id == got[0].id));
}

#[tokio::test]
async fn both_secrets_sign_while_one_is_changed() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    fill(&desk.store, &desk.clock, 1).await;
    let mut endpoint = receiver.endpoint(&["127.0.0.0/8"]);
    endpoint.secrets = [SECRET, OLD_SECRET]
        .map(|secret| SigningSecret::parse(secret).unwrap())
        .into();
    let sender = Sender::new(desk.store.clone(), desk.clock.clone(), endpoint).unwrap();
    desk.next(&sender).await;
    let got = receiver.got().remove(0);
    assert!(got.is_signed_with(SECRET) && got.is_signed_with(OLD_SECRET));
    assert!(!got.is_signed_with("whsec_bm9ib2R5cy1zZWNyZXQtMDEyMzQ1Njc4OTA="));
}

/// The worker is cut off at any moment, and the desk with it: before the request, while it is under way, and after the receiver has it but
/// before that is written down.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_dies_at_any_moment_loses_nothing_and_keeps_the_order() {
    const EVENTS: usize = 12;
    let mut desk = Desk::open();
    let mut receiver = Receiver::start().await;
    fill(&desk.store, &desk.clock, EVENTS).await;
    let mut deaths = 0;
    for round in 0.. {
        // The receiver takes some, then holds one back; that is when the desk dies.
        let plan: Vec<Answer> = (0..round % 3).map(|_| OK).chain([Answer::Hang]).collect();
        receiver.plan(&plan);
        let running = delivery::run(vec![receiver.sender(&desk.store, &desk.clock)]);
        let mut expected = plan.len();
        while expected > 0 {
            let waiting = desk.store.waiting_deliveries(&key(), 0, 1).await.unwrap();
            if waiting.is_empty() {
                break;
            }
            tokio::select! {
                _ = receiver.arrivals.recv() => expected -= 1,
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
        running.stop().await;
        deaths += 1;
        desk = desk.reopen();
        let waiting = desk.store.waiting_deliveries(&key(), 0, 1).await.unwrap();
        if waiting.is_empty() {
            break;
        }
    }
    assert!(deaths > 5, "{deaths}");
    let mut seen: Vec<(String, String)> = Vec::new();
    for got in receiver.got() {
        let one = (got.kind(), got.id.clone());
        if seen.last() != Some(&one) {
            seen.push(one);
        }
    }
    let kinds: Vec<&str> = seen.iter().map(|(kind, _)| kind.as_str()).collect();
    let expected: Vec<String> = (1..=EVENTS).map(|n| format!("n{n}")).collect();
    assert_eq!(
        kinds, expected,
        "in order, each under one name, repeated only in place"
    );
    let Desk { folder, store, .. } = desk;
    drop(store);
    let found = verify(&folder.path().join("data")).unwrap();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

#[tokio::test]
async fn a_working_desk_sends_by_itself_and_one_that_hangs_holds_up_no_other() {
    let app = TestApp::start().await;
    let (stuck, mut receiver) = (Receiver::start().await, Receiver::start().await);
    stuck.plan(&[Answer::Hang; 100]);
    let slow = Subscription {
        endpoint: EndpointId::parse("slow").unwrap(),
        ..subscription(&[])
    };
    let hanging = Endpoint {
        id: slow.endpoint.clone(),
        timeout: Duration::from_secs(600),
        ..stuck.endpoint(&["127.0.0.0/8"])
    };
    app.app
        .desk
        .set_subscriptions(vec![slow, subscription(&[])]);
    let senders = vec![
        Sender::new(app.store.clone(), app.clock.clone(), hanging).unwrap(),
        receiver.sender(&app.store, &app.clock),
    ];
    let _running = delivery::run(senders);
    for n in 1..=3 {
        app.waiting("linden").await;
        let arrived = tokio::time::timeout(Duration::from_secs(60), receiver.arrivals.recv());
        assert!(arrived.await.unwrap().is_some(), "{n}");
    }
    assert_eq!(receiver.kinds(), ["handoff.created"; 3]);
    let ids: Vec<String> = receiver.got().iter().map(|one| one.id.clone()).collect();
    assert_eq!(stuck.got()[0].id, ids[0], "one event has one name for all");
}

#[tokio::test]
async fn row_27_of_many_decisions_at_once_one_is_told_and_what_lost_leaves_nothing() {
    let app = TestApp::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    deliver_order(&app, &shop, "A1042", "140.00").await;
    apply(&app, "A1042", "1").await;
    let (yes, no) = (json!({}), json!({"reason": "worn"}));
    let asked = (0..24).map(|n| match n % 2 {
        0 => report(&app, &shop, "A1042-1/approve", &yes),
        _ => report(&app, &shop, "A1042-1/reject", &no),
    });
    let answers = futures_util::future::join_all(asked).await;
    assert!(answers.iter().all(|status| matches!(status, 200 | 409)));
    let waiting = app.store.waiting_deliveries(&key(), 0, 100).await.unwrap();
    let decided = waiting.iter().filter(|one| {
        matches!(
            one.kind,
            EventKind::RefundApproved | EventKind::RefundRejected
        )
    });
    assert_eq!(decided.count(), 1);
    let numbers: Vec<u64> = waiting.iter().map(|one| one.id.number).collect();
    let expected: Vec<u64> = (1..=waiting.len() as u64).collect();
    assert_eq!(numbers, expected, "numbered without a gap");
}

/// Looks until it is so.
async fn within_a_minute(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not happen");
}

#[tokio::test]
async fn the_real_desk_delivers_and_says_nothing_secret_about_it() {
    let mut receiver = Receiver::start().await;
    receiver.plan(&[Answer::Head("HTTP/1.1 410 Gone")]);
    let webhook = format!(
        "[[webhooks]]\nkey = \"linden-pay\"\nmerchant = \"m_linden\"\nurl = \"{}\"\nsecret = \"{SECRET}\"\nallow = [\"127.0.0.0/8\"]\n",
        receiver.url
    );
    let (desk, _, shop) = process::Desk::with(&webhook).await;
    let session = desk.session(None).await;
    let said = json!({"client_id": "1", "text": "I want to talk to a human"}).to_string();
    let said = Some(said.into_bytes());
    desk.ask(Method::POST, "/v1/messages", &session, said).await;
    let arrived = tokio::time::timeout(Duration::from_secs(60), receiver.arrivals.recv());
    arrived.await.unwrap().unwrap();
    let got = receiver.got().remove(0);
    assert!(got.is_signed_with(SECRET) && got.kind() == "handoff.created");
    let listed = async || desk.ask(Method::GET, "/v1/deliveries", &shop, None).await;
    within_a_minute(async || listed().await.contains("\"endpoint_gone\":true")).await;
    let metrics = desk.http.get(format!("{}/metrics", desk.metrics));
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    assert!(
        metrics.contains("frontdesk_endpoint_gone{endpoint=\"linden-pay\"} 1"),
        "{metrics}"
    );
    let again = "/v1/deliveries/linden-pay-1/resend";
    desk.ask(Method::POST, again, &shop, None).await;
    within_a_minute(async || !listed().await.contains("linden-pay-1")).await;
    assert_eq!(receiver.got().len(), 2);
    let log = desk.log();
    assert!(log.contains("delivery.endpoint_gone"), "{log}");
    for secret in [
        "s3cr3t",
        &SECRET[6..],
        "asked_for_human\\\"",
        &got.signature,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn what_the_shop_asks_for_while_an_attempt_is_under_way_holds() {
    let app = TestApp::start().await;
    let mut receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    fill(&app.store, &app.clock, 1).await;
    receiver.plan(&[Answer::Hang]);
    let sender = receiver.sender(&app.store, &app.clock);
    let meanwhile = async {
        receiver.arrivals.recv().await.unwrap();
        let again = app.post("/v1/deliveries/linden-pay-1/resend");
        let answer = again.bearer_auth(&shop).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    let (attempt, ()) = tokio::join!(sender.deliver_next(app.clock.now()), meanwhile);
    attempt.unwrap();
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::Delivered(_)), "{progress:?}");
}

#[tokio::test]
async fn a_backup_has_the_outbox_and_verify_finds_it_whole() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    fill(&desk.store, &desk.clock, 30).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 500 Internal Server Error"); 10]);
    let sender = receiver.sender(&desk.store, &desk.clock);
    while !matches!(desk.next(&sender).await, Progress::GivenUp(_)) {
        desk.wait(&sender).await;
    }
    desk.store.backup(None).unwrap();
    let Desk { folder, store, .. } = desk;
    drop((sender, store));
    let data = folder.path().join("data");
    let found = verify(&data).unwrap();
    assert_eq!(found.problems, Vec::<String>::new());
    // What a backup brings back is all that waited and all that was given up.
    let backup = std::fs::read_dir(data.join("backups")).unwrap().next();
    let backup = backup.unwrap().unwrap().path();
    let restored = folder.path().join("restored");
    store::restore(&backup, &restored, 1 << 20).unwrap();
    let options = store::Options {
        min_free: 0,
        ..store::Options::new(&restored, BEGIN.parse().unwrap())
    };
    let store = Store::open(&options).unwrap();
    let waiting = store.waiting_deliveries(&key(), 0, 100).await.unwrap();
    let failed = store.failed_deliveries(&key(), 0, 100).await.unwrap();
    assert_eq!((waiting.len(), failed.len()), (29, 1));
    assert_eq!(store.endpoint(&key()).await.unwrap().last, 30);
}
