//! Access that is taken away: at once, and from what is open already. RELIABILITY B rows 6, 14.

use std::time::{Duration, Instant};

use frontdesk::clock::token_hash;
use frontdesk::desk::accounts;
use frontdesk::domain::account::Agent;
use frontdesk::domain::ids::{AgentId, MerchantId};
use frontdesk::http::Options;
use frontdesk::store::Commit;
use reqwest::Response;
use secrecy::ExposeSecret as _;

use crate::attacks::{World, operations};
use crate::process::{Desk, command, run};
use crate::support::{TestApp, problem};

/// So long may a stream go on after its reader's access has ended, on a machine that does a hundred other things at that moment. It would look
/// whether its reader may go on only every five seconds in the inbox, and every twenty elsewhere: what ends before that was told to.
const SOON: Duration = Duration::from_secs(4);
/// So long those that go on are listened to.
const MOMENT: Duration = Duration::from_millis(300);

async fn with_the_default_pings() -> World {
    let app = TestApp::with(|options| {
        options.limits = crate::support::no_limits();
        options.ping_seconds = Options::default().ping_seconds;
    });
    World::on(app.await).await
}

/// A stream that is open and has shown what there was.
async fn stream(app: &TestApp, path: &str, token: &str) -> Response {
    let stream = app.get(path).bearer_auth(token);
    let stream = stream.header("accept", "text/event-stream");
    let mut stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), 200, "{path}");
    let wait = Duration::from_millis(100);
    while let Ok(part) = tokio::time::timeout(wait, stream.chunk()).await {
        assert!(part.unwrap().is_some(), "{path} ended by itself");
    }
    stream
}

/// The rest of a stream, which has to come before the deadline.
async fn ends_by(deadline: Instant, stream: Response) -> Option<String> {
    let rest = tokio::time::timeout_at(deadline.into(), stream.text());
    Some(rest.await.ok()?.unwrap())
}

/// Opens the three kinds of streams and takes their readers' access away: each has to end at once, with the reason.
#[tokio::test]
async fn row_6_and_14_with_the_default_settings_an_open_stream_ends_at_once_with_its_readers_access()
 {
    let world = with_the_default_pings().await;
    let app = &world.app;
    let one = format!("/v1/conversations/{}/events", world.conversation);
    let moved_agent = app.agent("li", Some("m_linden")).await;
    let inbox = stream(app, "/v1/inbox/events", &world.own_agent).await;
    let conversation = stream(app, &one, &world.own_agent).await;
    let visitor = stream(app, "/v1/events", &world.owner.token).await;
    let moved = stream(app, &one, &moved_agent).await;
    let (neighbour, other) = (
        stream(app, "/v1/events", &world.neighbour.token).await,
        stream(app, "/v1/inbox/events", &world.platform_agent).await,
    );
    let mei = AgentId::parse("mei").unwrap();
    accounts::disable_agent(&app.store, &mei).await.unwrap();
    let li = app.store.agent(&AgentId::parse("li").unwrap()).await;
    let merchant = Some(MerchantId::parse("m_other").unwrap());
    let elsewhere = Agent {
        merchant,
        ..li.unwrap().unwrap()
    };
    let ended = token_hash(&world.owner.token.clone().into());
    let commit = Commit::new().agent(elsewhere).end_session(ended);
    app.store.commit(commit).await.unwrap();
    let deadline = Instant::now() + SOON;
    for (who, stream, reason) in [
        ("inbox", inbox, "token_invalid"),
        ("conversation", conversation, "token_invalid"),
        ("visitor", visitor, "token_invalid"),
        ("another merchant's agent", moved, "not_found"),
    ] {
        let rest = ends_by(deadline, stream).await;
        let rest = rest.unwrap_or_else(|| panic!("the stream of the {who} goes on"));
        let told = rest.contains("event: end") && rest.contains(reason);
        assert!(told, "{who}: {rest}");
    }
    for (who, stream) in [("neighbour", neighbour), ("platform's agent", other)] {
        let goes_on = ends_by(Instant::now() + MOMENT, stream).await.is_none();
        assert!(goes_on, "the stream of the {who} ended, too");
    }
}

#[tokio::test]
async fn row_14_a_new_token_ends_the_old_one_at_once_on_every_route_and_stream() {
    let world = with_the_default_pings().await;
    let app = &world.app;
    let open = stream(app, "/v1/inbox/events", &world.own_agent).await;
    let mei = AgentId::parse("mei").unwrap();
    let (_, renewed) = accounts::renew_token(&app.store, &mei).await.unwrap();
    let rest = ends_by(Instant::now() + SOON, open).await;
    assert!(rest.is_some_and(|rest| rest.contains("token_invalid")));
    for operation in operations(app).await {
        if operation.tag != "agent" || !operation.guarded {
            continue;
        }
        let (status, text) = world.ask(&operation, &world.own_agent).await;
        assert_eq!(status, 401, "{}: {text}", operation.name());
        let (status, text) = world.ask(&operation, renewed.expose_secret()).await;
        assert_ne!(status, 401, "{}: {text}", operation.name());
    }
}

#[tokio::test]
async fn row_14_a_disabled_agent_an_ended_key_and_an_ended_session_open_no_route_any_more() {
    let world = World::begin().await;
    let app = &world.app;
    let key = token_hash(&world.own_key.clone().into());
    let key = app.store.api_key(&key).await.unwrap().unwrap();
    let mei = AgentId::parse("mei").unwrap();
    accounts::disable_agent(&app.store, &mei).await.unwrap();
    accounts::revoke_api_key(&app.store, &key.prefix)
        .await
        .unwrap();
    let session = token_hash(&world.owner.token.clone().into());
    let ended = Commit::new().end_session(session);
    app.store.commit(ended).await.unwrap();
    let gone = [
        ("agent", &world.own_agent),
        ("merchant", &world.own_key),
        ("visitor", &world.owner.token),
    ];
    for operation in operations(app).await {
        let Some((_, token)) = gone.iter().find(|(tag, _)| *tag == operation.tag) else {
            continue;
        };
        if !operation.guarded {
            continue;
        }
        let asked = operation.request(app, &world.conversation, &world.order);
        let refused = problem(asked.bearer_auth(token).send().await.unwrap()).await;
        let expected = (401, "token_invalid".to_owned());
        assert_eq!(refused, expected, "{}", operation.name());
    }
}

#[tokio::test]
async fn row_14_a_session_ends_a_month_after_it_began_also_for_a_stream_that_is_open() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let open = stream(&app, "/v1/events", &visitor.token).await;
    let later = app.clock.now() + jiff::SignedDuration::from_hours(24 * 31);
    app.clock.move_to(later);
    let rest = ends_by(Instant::now() + SOON, open).await;
    assert!(rest.is_some_and(|rest| rest.contains("token_invalid")));
}

/// The operator need not stop the desk to shut somebody out: the command asks the desk that runs.
#[tokio::test]
async fn row_14_the_operator_ends_access_under_a_running_desk_and_it_ends_at_once() {
    let (desk, agent, key) = Desk::start().await;
    let get = |path: &str, token: &str| {
        let asked = desk.http.get(format!("{}{path}", desk.base));
        asked.bearer_auth(token.to_owned()).send()
    };
    let open = get("/v1/inbox/events", &agent).await.unwrap();
    assert_eq!(open.status(), 200);
    let at = desk.folder.path();
    let renewed = run(at, &["agent", "token", "mei"]);
    let renewed = String::from_utf8(renewed.stdout).unwrap().trim().to_owned();
    let rest = ends_by(Instant::now() + SOON, open).await;
    assert!(rest.is_some_and(|rest| rest.contains("token_invalid")));
    assert_eq!(get("/v1/inbox", &agent).await.unwrap().status(), 401);
    let open = get("/v1/inbox/events", &renewed).await.unwrap();
    assert_eq!(open.status(), 200, "the new token does not work");
    run(at, &["agent", "disable", "mei"]);
    let rest = ends_by(Instant::now() + SOON, open).await;
    assert!(rest.is_some_and(|rest| rest.contains("token_invalid")));
    assert_eq!(get("/v1/orders/A1", &key).await.unwrap().status(), 404);
    run(at, &["token", "revoke", &key[..12], "--yes"]);
    assert_eq!(get("/v1/orders/A1", &key).await.unwrap().status(), 401);
    let unknown = command(at).args(["agent", "disable", "nobody"]).output();
    let unknown = unknown.unwrap();
    let why = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(
        !unknown.status.success() && why.contains("no agent"),
        "{why}"
    );
    let log = desk.log();
    for secret in [&agent, &renewed, &key] {
        assert!(!log.contains(secret), "a token is in the log: {log}");
    }
}
