//! Event streams: nothing missing, nothing twice, whatever happens to the connection.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, no_limits, problem};

/// The events of a stream's text: number and data.
pub fn events(text: &str) -> Vec<(u64, Value)> {
    let blocks = text
        .split("\n\n")
        .filter(|block| block.contains("event: event"));
    blocks
        .map(|block| {
            let field = |name: &str| {
                block
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .unwrap()
            };
            (
                field("id: ").parse().unwrap(),
                serde_json::from_str(field("data: ")).unwrap(),
            )
        })
        .collect()
}

/// How long what has to come is waited for: only what never comes takes so long, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a stream says after it has looked, and nothing was new: of a visitor or a conversation, and of the inbox.
const BEATS: [&str; 2] = [": ping\n\n", "event: beat\ndata: {}\n\n"];

/// A stream that is open, and what it has said so far.
pub struct Listener {
    stream: Response,
    /// The beginning of a character whose rest has not come yet.
    half: Vec<u8>,
    pub said: String,
}

impl Listener {
    /// Opens a stream, and reads on until it has said all that there was.
    pub async fn open(request: RequestBuilder) -> Self {
        let stream = request.header("accept", "text/event-stream").send();
        let stream = stream.await.unwrap();
        assert_eq!(stream.status(), 200);
        let mut listener = Self {
            stream,
            half: Vec::new(),
            said: String::new(),
        };
        listener.until(beaten).await;
        listener
    }

    /// A visitor's.
    pub async fn of(app: &TestApp, visitor: &Visitor) -> Self {
        Self::open(app.get("/v1/events").bearer_auth(&visitor.token)).await
    }

    /// Reads on until all of what was said is as it is waited for.
    pub async fn until(&mut self, is_there: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_there(&self.said) {
            let part = tokio::time::timeout_at(deadline.into(), self.stream.chunk()).await;
            let part = part.unwrap_or_else(|_| panic!("it does not come: {}", self.said));
            let part = part.unwrap();
            let part = part.unwrap_or_else(|| panic!("the stream has ended: {}", self.said));
            self.half.extend_from_slice(&part);
            let whole = match std::str::from_utf8(&self.half) {
                Ok(_) => self.half.len(),
                // A part may end in the middle of a character.
                Err(error) => error.valid_up_to(),
            };
            let rest = self.half.split_off(whole);
            let whole = std::mem::replace(&mut self.half, rest);
            self.said.push_str(&String::from_utf8(whole).unwrap());
        }
    }

    /// Reads on until it has looked at least once from now on, and nothing was new. The next beat may have been on its way already.
    pub async fn all(mut self) -> String {
        let beats = |said: &str| {
            BEATS
                .map(|beat| said.matches(beat).count())
                .iter()
                .sum::<usize>()
        };
        let before = beats(&self.said);
        self.until(|said| beats(said) >= before + 2).await;
        self.said
    }

    /// Reads on to the end of the stream.
    pub async fn till_it_ends(mut self) -> String {
        let rest = tokio::time::timeout(PATIENCE, self.stream.bytes()).await;
        self.half
            .extend_from_slice(&rest.expect("the stream goes on").unwrap());
        self.said + std::str::from_utf8(&self.half).unwrap()
    }
}

fn beaten(said: &str) -> bool {
    BEATS.iter().any(|beat| said.contains(beat))
}

/// All that a stream has to say.
pub async fn read_from(app: &TestApp, visitor: &Visitor, query: &str) -> String {
    let path = format!("/v1/events{query}");
    let request = app.get(&path).bearer_auth(&visitor.token);
    Listener::open(request).await.said
}

/// All that a stream has to say from the beginning.
pub async fn read_whole(app: &TestApp, visitor: &Visitor) -> String {
    read_from(app, visitor, "").await
}

/// Whether a stream has shown an event with this text.
fn shows(text: &str) -> impl Fn(&str) -> bool {
    let shown = format!("\"text\":{}", json!(text));
    move |said| said.contains(&shown)
}

#[tokio::test]
async fn a_stream_shows_what_was_said_before_and_what_is_said_while_it_is_open() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.send(&visitor, "How long does a refund take?").await;
    let mut stream = Listener::of(&app, &visitor).await;
    app.send(&visitor, "thank you").await;
    stream.until(shows("thank you")).await;
    let stream = stream.all().await;
    let seen = events(&stream);
    let texts: Vec<&str> = seen
        .iter()
        .filter(|(_, event)| event["kind"] == "message")
        .map(|(_, event)| event["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["How long does a refund take?", "thank you"]);
    assert!(
        seen.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "out of order: {stream}"
    );
}

#[tokio::test]
async fn a_stream_that_is_open_before_the_first_message_shows_it() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let mut stream = Listener::of(&app, &visitor).await;
    app.send(&visitor, "hello").await;
    stream.until(shows("hello")).await;
}

#[tokio::test]
async fn a_stream_resumes_after_any_number_without_a_gap_and_without_a_double() {
    let app = of_many_streams().await;
    let visitor = app.visitor().await;
    for text in ["hello", "Where is my refund?", "How long does it take?"] {
        app.send(&visitor, text).await;
    }
    let whole = events(&read_whole(&app, &visitor).await);
    let last = whole.last().unwrap().0;
    assert!((3..40).contains(&last), "{last} events");
    let by_query = (0..=last).map(|after| format!("?after={after}"));
    let by_query: Vec<String> = by_query.collect();
    let by_query = by_query.iter();
    let by_query = by_query.map(|query| read_from(&app, &visitor, query));
    let by_query = join_all(by_query).await;
    let by_header = (0..=last).map(|after| {
        let request = app.get("/v1/events").bearer_auth(&visitor.token);
        Listener::open(request.header("last-event-id", after))
    });
    let by_header = join_all(by_header).await;
    for (after, (one, other)) in (0..=last).zip(by_query.iter().zip(&by_header)) {
        let expected = whole.iter().filter(|(seq, _)| *seq > after);
        let expected: Vec<_> = expected.cloned().collect();
        assert_eq!(events(one), expected, "after {after}");
        assert_eq!(events(&other.said), expected, "Last-Event-ID {after}");
    }
}

#[tokio::test]
async fn many_streams_and_many_messages_at_once_lose_and_double_nothing() {
    let app = of_many_streams().await;
    let visitor = app.visitor().await;
    let readers = (0..20).map(|_| Listener::of(&app, &visitor));
    let readers = readers.collect::<Vec<_>>();
    let send = async {
        for n in 0..15 {
            app.send(&visitor, &format!("message number {n} about a refund"))
                .await;
        }
    };
    let (streams, ()) = tokio::join!(join_all(readers), send);
    let streams = streams.into_iter().map(Listener::all);
    let streams = join_all(streams).await;
    let whole = events(&read_whole(&app, &visitor).await);
    assert_eq!(
        whole
            .iter()
            .filter(|(_, event)| event["kind"] == "message")
            .count(),
        15
    );
    for stream in streams {
        assert_eq!(events(&stream), whole);
    }
}

async fn of_many_streams() -> TestApp {
    TestApp::with(|options| {
        options.limits = no_limits();
        options.max_streams_per_caller = 50;
    })
    .await
}

#[tokio::test]
async fn an_idle_stream_says_that_it_lives_and_a_stopping_desk_says_good_bye() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let stream = Listener::of(&app, &visitor).await;
    let (stopped, text) = tokio::join!(app.stop(), stream.till_it_ends());
    assert_eq!(stopped, frontdesk::http::Served::Drained);
    assert!(
        text.starts_with("retry: ")
            && text.contains(": ping\n\n")
            && text.ends_with(": closing\n\n"),
        "{text}"
    );
}

#[tokio::test]
async fn an_inbox_that_hears_nothing_else_hears_a_beat_that_its_page_can_count() {
    let app = TestApp::start().await;
    let token = app.agent("mei", None).await;
    let stream = app.get("/v1/inbox/events").bearer_auth(&token);
    let stream = Listener::open(stream).await;
    assert!(stream.said.contains("event: beat\ndata: {}\n\n"));
    let (stopped, text) = tokio::join!(app.stop(), stream.till_it_ends());
    assert_eq!(stopped, frontdesk::http::Served::Drained);
    assert!(!text.contains(": ping"), "{text}");
}

#[tokio::test]
async fn a_visitor_has_so_many_streams() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.max_streams_per_caller = 2;
    })
    .await;
    let visitor = app.visitor().await;
    let open = || app.get("/v1/events").bearer_auth(&visitor.token).send();
    let (first, second) = (open().await.unwrap(), open().await.unwrap());
    assert_eq!(
        problem(open().await.unwrap()).await,
        (429, "rate_limited".to_owned())
    );
    drop(first);
    // The desk sees that it is gone when it writes to it next.
    let deadline = Instant::now() + PATIENCE;
    while open().await.unwrap().status() != 200 {
        assert!(Instant::now() < deadline, "one that is gone is counted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(second);
}

#[tokio::test]
async fn a_stream_goes_on_with_the_conversation_that_follows_and_begins_it_from_its_first_event() {
    let app = TestApp::start().await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    for verb in ["claim", "resolve"] {
        let done = app
            .post(&format!("/v1/conversations/{conversation}/{verb}"))
            .bearer_auth(&agent)
            .send()
            .await
            .unwrap();
        assert_eq!(done.status(), 200, "{verb}");
    }
    app.clock.move_to("2026-11-25T10:00:00Z".parse().unwrap());
    let mut stream = Listener::of(&app, &visitor).await;
    let answer = app.send(&visitor, "another question").await;
    stream.until(shows("another question")).await;
    let stream = stream.all().await;
    assert_ne!(
        answer["conversation"],
        json!(conversation),
        "it should be another conversation"
    );
    let seen = events(&stream);
    let new = seen
        .iter()
        .find(|(_, event)| event["text"] == "another question");
    assert_eq!(new.map(|(seq, _)| *seq), answer["seq"].as_u64(), "{stream}");
    let old = format!("?conversation={conversation}&after=99");
    let resumed = events(&read_from(&app, &visitor, &old).await);
    assert!(
        resumed
            .iter()
            .any(|(_, event)| event["text"] == "another question"),
        "a number of the old conversation hid the new one"
    );
}

/// A restored desk has fewer events than a page has seen of it.
#[tokio::test]
async fn a_number_that_is_not_there_any_more_begins_the_log_anew_and_what_comes_is_heard() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.send(&visitor, "hello").await;
    let whole = read_whole(&app, &visitor).await;
    let last = events(&whole).last().unwrap().0;
    let request = app.get(&format!("/v1/events?after={}", last + 1));
    let mut stream = Listener::open(request.bearer_auth(&visitor.token)).await;
    app.send(&visitor, "Where is my refund?").await;
    stream.until(shows("Where is my refund?")).await;
    let stream = stream.all().await;
    let begun = "event: conversation\ndata: {\"id\":null}\n\nevent: conversation\ndata: {\"id\":\"";
    assert!(stream.contains(begun), "{stream}");
    let seen = events(&stream);
    assert_eq!(seen[..events(&whole).len()], events(&whole));
    assert!(
        seen.iter()
            .any(|(_, event)| event["text"] == "Where is my refund?"),
        "{stream}"
    );
    // The last number itself is there: nothing is said twice.
    let query = format!("?after={}", seen.last().unwrap().0);
    let resumed = read_from(&app, &visitor, &query).await;
    assert!(
        events(&resumed).is_empty() && !resumed.contains("null"),
        "{resumed}"
    );
}

#[tokio::test]
async fn an_agents_stream_begins_anew_after_a_number_that_is_not_there_any_more() {
    let app = TestApp::start().await;
    let agent = app.agent("li", Some("m_linden")).await;
    let (_, id) = app.waiting("linden").await;
    let read = async |after: u64| {
        let path = format!("/v1/conversations/{id}/events?after={after}");
        Listener::open(app.get(&path).bearer_auth(&agent))
            .await
            .said
    };
    let whole = events(&read(0).await);
    assert!(!whole.is_empty());
    let anew = read(5000).await;
    assert!(
        anew.contains("event: conversation\ndata: {\"id\":null}"),
        "{anew}"
    );
    assert_eq!(events(&anew), whole);
    let resumed = read(whole.last().unwrap().0).await;
    assert!(!resumed.contains("event: "), "{resumed}");
}

#[tokio::test]
async fn the_inbox_stream_says_when_to_look() {
    let app = TestApp::start().await;
    let agent = app.agent("li", Some("m_linden")).await;
    let stranger = app.agent("wu", Some("m_other")).await;
    let open = |token: &str| Listener::open(app.get("/v1/inbox/events").bearer_auth(token));
    let (mut ours, theirs) = tokio::join!(open(&agent), open(&stranger));
    app.waiting("linden").await;
    let looks = |said: &str| said.matches("event: inbox").count();
    // Once at the beginning, once for the conversation.
    ours.until(|said| looks(said) >= 2).await;
    assert_eq!(
        looks(&theirs.all().await),
        1,
        "another merchant's activity is told"
    );
}
