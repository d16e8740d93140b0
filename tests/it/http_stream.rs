//! Event streams: nothing missing, nothing twice, whatever happens to the connection.

use std::time::Duration;

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

/// What a stream sends in some time.
pub async fn read_from(app: &TestApp, visitor: &Visitor, query: &str, time: Duration) -> String {
    let mut stream = app
        .get(&format!("/v1/events{query}"))
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200);
    let mut all = Vec::new();
    let _ = tokio::time::timeout(time, async {
        while let Ok(Some(part)) = stream.chunk().await {
            all.extend_from_slice(&part);
        }
    })
    .await;
    String::from_utf8(all).unwrap()
}

/// What a stream sends from the beginning in some time.
pub async fn read_for(app: &TestApp, visitor: &Visitor, time: Duration) -> String {
    read_from(app, visitor, "", time).await
}

const SHORT: Duration = Duration::from_millis(250);

#[tokio::test]
async fn a_stream_shows_what_was_said_before_and_what_is_said_while_it_is_open() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.send(&visitor, "How long does a refund take?").await;
    let (stream, ()) = tokio::join!(
        read_for(&app, &visitor, Duration::from_millis(800)),
        async {
            tokio::time::sleep(SHORT).await;
            app.send(&visitor, "thank you").await;
        }
    );
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
    let (stream, ()) = tokio::join!(
        read_for(&app, &visitor, Duration::from_millis(800)),
        async {
            tokio::time::sleep(SHORT).await;
            app.send(&visitor, "hello").await;
        }
    );
    assert!(
        events(&stream)
            .iter()
            .any(|(_, event)| event["text"] == "hello"),
        "{stream}"
    );
}

#[tokio::test]
async fn a_stream_resumes_after_any_number_without_a_gap_and_without_a_double() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    for text in ["hello", "Where is my refund?", "How long does it take?"] {
        app.send(&visitor, text).await;
    }
    let whole = events(&read_for(&app, &visitor, SHORT).await);
    let last = whole.last().unwrap().0;
    for after in 0..=last {
        let expected: Vec<_> = whole
            .iter()
            .filter(|(seq, _)| *seq > after)
            .cloned()
            .collect();
        let by_query = events(
            &read_from(
                &app,
                &visitor,
                &format!("?after={after}"),
                Duration::from_millis(100),
            )
            .await,
        );
        assert_eq!(by_query, expected, "after {after}");
        let mut stream = app
            .get("/v1/events")
            .bearer_auth(&visitor.token)
            .header("last-event-id", after)
            .send()
            .await
            .unwrap();
        let mut text = String::new();
        let _ = tokio::time::timeout(Duration::from_millis(100), async {
            while let Ok(Some(part)) = stream.chunk().await {
                text.push_str(std::str::from_utf8(&part).unwrap());
            }
        })
        .await;
        assert_eq!(events(&text), expected, "Last-Event-ID {after}");
    }
}

#[tokio::test]
async fn many_streams_and_many_messages_at_once_lose_and_double_nothing() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.max_streams_per_caller = 50;
    })
    .await;
    let visitor = app.visitor().await;
    let readers = (0..20).map(|_| read_for(&app, &visitor, Duration::from_secs(4)));
    let readers = readers.collect::<Vec<_>>();
    let send = async {
        for n in 0..15 {
            app.send(&visitor, &format!("message number {n} about a refund"))
                .await;
        }
    };
    let (streams, ()) = tokio::join!(join_all(readers), send);
    let whole = events(&read_for(&app, &visitor, Duration::from_millis(500)).await);
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

async fn join_all<T>(all: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut done = Vec::new();
    let mut all: Vec<_> = all.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        let mut waits = Vec::new();
        for mut one in all.drain(..) {
            match one.as_mut().poll(cx) {
                std::task::Poll::Ready(value) => done.push(value),
                std::task::Poll::Pending => waits.push(one),
            }
        }
        all = waits;
        if all.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}

#[tokio::test]
async fn an_idle_stream_says_that_it_lives_and_a_stopping_desk_says_good_bye() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.ping_seconds = 1;
    })
    .await;
    let visitor = app.visitor().await;
    let stream = app
        .get("/v1/events")
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(app.stop().await, frontdesk::http::Served::Drained);
    let text = stream.text().await.unwrap();
    assert!(
        text.starts_with("retry: ")
            && text.contains(": ping\n\n")
            && text.ends_with(": closing\n\n"),
        "{text}"
    );
}

#[tokio::test]
async fn an_inbox_that_hears_nothing_else_hears_a_beat_that_its_page_can_count() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.ping_seconds = 1;
    })
    .await;
    let token = app.agent("mei", None).await;
    let stream = app.get("/v1/inbox/events").bearer_auth(&token);
    let stream = stream.send().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(app.stop().await, frontdesk::http::Served::Drained);
    let text = stream.text().await.unwrap();
    assert!(text.contains("event: beat\ndata: {}\n\n"), "{text}");
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
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(open().await.unwrap().status(), 200);
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
    let (stream, answer) = tokio::join!(
        read_for(&app, &visitor, Duration::from_millis(900)),
        async {
            tokio::time::sleep(SHORT).await;
            app.send(&visitor, "another question").await
        }
    );
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
    let resumed = events(&read_from(&app, &visitor, &old, SHORT).await);
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
    let whole = read_for(&app, &visitor, SHORT).await;
    let last = events(&whole).last().unwrap().0;
    let long = Duration::from_millis(800);
    let query = format!("?after={}", last + 1);
    let (stream, ()) = tokio::join!(read_from(&app, &visitor, &query, long), async {
        tokio::time::sleep(SHORT).await;
        app.send(&visitor, "Where is my refund?").await;
    });
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
    let resumed = read_from(
        &app,
        &visitor,
        &format!("?after={}", seen.last().unwrap().0),
        SHORT,
    )
    .await;
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
        let request = app
            .get(&path)
            .bearer_auth(&agent)
            .header("accept", "text/event-stream");
        let mut stream = request.send().await.unwrap();
        let mut text = String::new();
        let _ = tokio::time::timeout(SHORT, async {
            while let Ok(Some(part)) = stream.chunk().await {
                text.push_str(std::str::from_utf8(&part).unwrap());
            }
        })
        .await;
        text
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
    let open = |token: String| app.get("/v1/inbox/events").bearer_auth(token).send();
    let (mut ours, mut theirs) = (open(agent).await.unwrap(), open(stranger).await.unwrap());
    tokio::time::sleep(SHORT).await;
    app.waiting("linden").await;
    let read = async |stream: &mut reqwest::Response| {
        let mut text = String::new();
        let _ = tokio::time::timeout(SHORT, async {
            while let Ok(Some(part)) = stream.chunk().await {
                text.push_str(std::str::from_utf8(&part).unwrap());
            }
        })
        .await;
        text.matches("event: inbox").count()
    };
    assert!(
        read(&mut ours).await >= 2,
        "once at the beginning, once for the conversation"
    );
    assert_eq!(
        read(&mut theirs).await,
        1,
        "another merchant's activity is told"
    );
}
