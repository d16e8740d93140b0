//! Promises whenever the desk stops, however many look, and whatever else is due.

use super::*;

#[tokio::test]
async fn two_desks_that_look_at_once_tell_the_customer_once() {
    let shop = Shop::open().await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(handed_over(&shop, "I want to talk to a human").await.1);
    }
    let other = || {
        let sites = vec![site("linden", "m_linden"), site("other", "m_other")];
        let clock: Clock = shop.clock.clone();
        let (live, options) = (Live::new(), Options::default());
        Desk::new(shop.store.clone(), rules(), sites, clock, live, options)
    };
    let desks = [other(), other(), other()];
    for at in [LOOK, LATER] {
        move_to(&shop, at);
        let passes = desks.iter().map(|desk| desk.look_at_due());
        for pass in futures_util::future::join_all(passes).await {
            pass.unwrap();
        }
    }
    for id in &ids {
        assert_eq!(told(&shop, id).await.len(), 1);
        let raised = |event: &&Event| matches!(&event.body, EventBody::HandedOff(handoff) if handoff.reason == HandoffReason::RepeatContact);
        assert_eq!(log(&shop, id).await.iter().filter(raised).count(), 1);
    }
}

#[tokio::test]
async fn a_desk_that_stops_at_any_moment_of_a_pass_tells_each_customer_once() {
    let mut shop = Shop::open().await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(handed_over(&shop, "I want to talk to a human").await.1);
    }
    move_to(&shop, LOOK);
    for steps in 0..40 {
        let desk = shop.desk.clone();
        let mut pass = Box::pin(async move { desk.look_at_due().await });
        // As a kill: the pass is dropped wherever it is.
        for _ in 0..steps {
            let polled = poll_fn(|cx| Poll::Ready(pass.as_mut().poll(cx).is_ready()));
            if polled.await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(pass);
        if steps % 8 == 7 {
            shop = shop.restart(Duration::ZERO);
        }
    }
    shop = shop.restart(Duration::ZERO);
    shop.desk.look_at_due().await.unwrap();
    for id in &ids {
        assert_eq!(told(&shop, id).await.len(), 1);
        assert_eq!(states(&shop, id).await, ["told_late"]);
    }
}

#[tokio::test]
async fn a_desk_that_was_down_when_a_promise_lapsed_tells_a_time_that_is_still_to_come() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let shop = shop.restart(Duration::ZERO);
    look(&shop, "2026-12-01T12:00:00Z").await;
    let said = told(&shop, &id).await;
    assert!(said[0].contains("2 December"), "{said:?}");
}

#[tokio::test]
async fn a_snoozed_conversation_comes_back_at_its_time() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    reply(&shop, &lee, &id).await;
    let until = "2026-11-23T09:00:00Z";
    let left = Left {
        until: Some(until.parse().unwrap()),
        ..Left::default()
    };
    shop.desk.snooze(&lee, &id, left, None).await.unwrap();
    assert_eq!(look(&shop, "2026-11-23T08:59:59Z").await, 0);
    assert_eq!(look(&shop, until).await, 1);
    let back = row(&shop, &id).await;
    assert_eq!(
        (back.status, back.owner),
        (Status::Active, Owner::Agent(lee.id))
    );
    assert_eq!(look(&shop, LATER).await, 0);
}

#[tokio::test]
async fn sessions_that_have_ended_go_and_hide_nothing_that_is_due_after_them() {
    let shop = Shop::open().await;
    for _ in 0..300 {
        shop.visit().await;
    }
    shop.wait(24 * 31);
    let (visitor, id) = handed_over(&shop, "I want to talk to a human").await;
    shop.wait(24 * 7);
    shop.desk.look_at_due().await.unwrap();
    assert_eq!(told(&shop, &id).await.len(), 1);
    assert!(shop.store.session(&visitor.token).await.unwrap().is_some());
    let left = shop.store.due(shop.clock.now(), 10).await.unwrap();
    assert!(
        !left.iter().any(|(_, due)| matches!(due, Due::Session(_))),
        "{left:?}"
    );
}

#[tokio::test]
async fn what_is_promised_kept_and_late_is_measured() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let shop = Shop::open().await;
    let lee = shop.agent("lee", None).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(handed_over(&shop, "I want to talk to a human").await.1);
    }
    for id in &ids[..3] {
        shop.desk.claim(&lee, id, None).await.unwrap();
    }
    reply(&shop, &lee, &ids[0]).await;
    shop.desk.resolve(&lee, &ids[1], None).await.unwrap();
    look(&shop, LOOK).await;
    // Told that it would be late, and then it was.
    move_to(&shop, "2026-11-25T10:00:00Z");
    reply(&shop, &lee, &ids[2]).await;
    look(&shop, LATER).await;
    let text = metrics.render();
    for (outcome, count) in [
        ("made", 4),
        ("kept", 1),
        ("void", 1),
        ("told_late", 2),
        ("late", 1),
        ("raised", 1),
    ] {
        let line = format!("frontdesk_promises_total{{outcome=\"{outcome}\"}} {count}");
        assert!(text.contains(&line), "{line} is not in\n{text}");
    }
    assert!(
        text.contains("frontdesk_promises_kept_share 0.333"),
        "{text}"
    );
}

#[tokio::test]
async fn the_index_is_what_the_promises_make_it() {
    let shop = Shop::open().await;
    let (_, id) = handed_over(&shop, "I want to talk to a human").await;
    let all = "2100-01-01T00:00:00Z".parse().unwrap();
    let places = async || {
        let due = shop.store.due(all, 100).await.unwrap();
        let promises = due
            .into_iter()
            .filter(|(_, due)| *due == Due::Promise(id.clone()));
        promises.map(|(at, _)| at.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(places().await, [LOOK]);
    look(&shop, LOOK).await;
    assert_eq!(places().await, [LATER]);
    look(&shop, LATER).await;
    assert_eq!(places().await, Vec::<String>::new());
}
