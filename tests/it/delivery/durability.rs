//! Nothing is lost and nothing overtakes, whatever dies when.

use super::*;

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

/// Looks until it is so.
pub(super) async fn within_a_minute(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not happen");
}

/// Whether the operator's metrics say so of the endpoint.
async fn is_gone(desk: &process::Desk, gone: u8) -> bool {
    let metrics = desk.http.get(format!("{}/metrics", desk.metrics));
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    metrics.contains(&format!(
        "frontdesk_endpoint_gone{{endpoint=\"linden-pay\"}} {gone}\n"
    ))
}

#[tokio::test]
async fn the_real_desk_delivers_and_says_nothing_secret_about_it() {
    let mut receiver = Receiver::start().await;
    receiver.plan(&[Answer::Head("HTTP/1.1 410 Gone")]);
    let webhook = format!(
        "[[webhooks]]\nkey = \"linden-pay\"\nmerchant = \"m_linden\"\nurl = \"{}\"\nevents = [\"handoff.created\"]\nsecret = \"{SECRET}\"\nallow = [\"127.0.0.0/8\"]\n",
        receiver.url
    );
    let (mut desk, _, shop) = process::Desk::with(&webhook).await;
    let session = desk.session(None).await;
    let said = json!({"client_id": "1", "text": "I want to talk to a human"}).to_string();
    let said = Some(said.into_bytes());
    desk.ask(Method::POST, "/v1/messages", &session, said).await;
    let arrived = tokio::time::timeout(Duration::from_secs(60), receiver.arrivals.recv());
    arrived.await.unwrap().unwrap();
    let got = receiver.got().remove(0);
    assert!(got.is_signed_with(SECRET) && got.kind() == "handoff.created");
    within_a_minute(async || is_gone(&desk, 1).await).await;
    let listed =
        async |desk: &process::Desk| desk.ask(Method::GET, "/v1/deliveries", &shop, None).await;
    assert!(listed(&desk).await.contains("\"endpoint_gone\":true"));
    // Nothing is tried any more: whoever watches learns of it all the same after a new start.
    desk.kill();
    desk.start_again().await;
    within_a_minute(async || is_gone(&desk, 1).await).await;
    let again = "/v1/deliveries/linden-pay-1/resend";
    desk.ask(Method::POST, again, &shop, None).await;
    within_a_minute(async || !listed(&desk).await.contains("linden-pay-1")).await;
    within_a_minute(async || is_gone(&desk, 0).await).await;
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
