//! What goes by itself when its days are over, and what is kept until nobody needs it any more.

use frontdesk::domain::ids::ConversationId;
use jiff::SignedDuration;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;

use crate::saved_filters::{keeps, names};
use crate::support::TestApp;

#[tokio::test]
async fn what_is_over_is_erased_when_its_days_are_over_and_nothing_else() {
    let app = TestApp::keeping(30).await;
    let mei = app.agent("mei", None).await;
    let (_, done) = app.waiting("linden").await;
    for what in ["claim", "resolve"] {
        let path = format!("/v1/conversations/{done}/{what}");
        assert_eq!(
            app.post(&path)
                .bearer_auth(&mei)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
    }
    // One whose customer had an answer and said nothing more, one that is left for later, and one in which the customer still waits.
    let [(_, answered), (_, left), (_, waits)] = [
        app.waiting("linden").await,
        app.waiting("linden").await,
        app.waiting("linden").await,
    ];
    for (id, what, body) in [
        (&answered, "claim", json!({})),
        (
            &answered,
            "messages",
            json!({"client_id": "m1", "text": "It was sent today."}),
        ),
        (&left, "claim", json!({})),
        (&left, "snooze", json!({"until": "2027-06-01T00:00:00Z"})),
        (&waits, "claim", json!({})),
    ] {
        app.does(&mei, &format!("/v1/conversations/{id}/{what}"), body)
            .await;
    }
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_hours(24 * 20));
    let (_, young) = app.waiting("linden").await;
    let is_there = async |id: &str| {
        let id = ConversationId::parse(id).unwrap();
        app.store.conversation(&id).await.unwrap().is_some()
    };
    app.app.desk.look_at_due().await.unwrap();
    assert!(is_there(&done).await && is_there(&young).await);
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_hours(24 * 11));
    app.app.desk.look_at_due().await.unwrap();
    assert!(!is_there(&done).await && is_there(&young).await);
    assert!(!is_there(&answered).await, "nobody came back");
    assert!(is_there(&left).await && is_there(&waits).await);
}

#[tokio::test]
async fn what_was_shown_for_a_claim_is_kept_until_nobody_needs_it_any_more() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let app = TestApp::keeping(30).await;
    let (mei, key) = (app.agent("mei", None).await, app.api_key("m_linden").await);
    let (id, _) = crate::two_people::claimed(&app, "5000.00").await;
    let act = async |what: &str| {
        let path = format!("/v1/conversations/{id}/{what}");
        let done = app.post(&path).bearer_auth(&mei).json(&json!({}));
        assert_eq!(done.send().await.unwrap().status(), 200, "{what}");
    };
    act("claim").await;
    act("resolve").await;
    let is_there_in = async |days: i64| {
        let then = app.clock.now() + SignedDuration::from_hours(24 * days);
        app.clock.move_to(then);
        app.app.desk.look_at_due().await.unwrap();
        let id = ConversationId::parse(&id).unwrap();
        app.store.conversation(&id).await.unwrap().is_some()
    };
    assert!(is_there_in(31).await, "nobody has decided");
    let is_read_once = || {
        let line = "frontdesk_retention_pages_read_total 1\n";
        assert!(metrics.render().contains(line), "{}", metrics.render());
    };
    is_read_once();
    assert!(is_there_in(1).await && is_there_in(1).await);
    is_read_once();
    let reject = app.post("/v1/refunds/A1-1/reject").bearer_auth(&key);
    let reject = reject.json(&json!({"reason": "worn"})).send().await;
    assert_eq!(reject.unwrap().status(), 200);
    assert!(is_there_in(29).await);
    assert!(!is_there_in(2).await);
}

/// A name and an address are to go with the days of the desk, too. What still finds somebody stays.
#[tokio::test]
async fn what_agents_look_for_goes_with_the_last_conversation_that_it_finds_and_not_before() {
    let app = TestApp::keeping(30).await;
    let mei = app.agent("mei", None).await;
    let of_linden = app.agent("lin", Some("m_linden")).await;
    let elsewhere = app.agent("ann", Some("m_other")).await;
    let who =
        |sub: &str, name: &str, email: &str| json!({"sub": sub, "name": name, "email": email});
    let mia = who("u1", "Mia Field", "mia@example.org");
    let done = async |who: &serde_json::Value, text: &str| {
        let visitor = app.signed_in(who).await;
        let said = app
            .send(&visitor, &format!("I want to talk to a human: {text}"))
            .await;
        let id = said["conversation"].as_str().unwrap().to_owned();
        for what in ["claim", "resolve"] {
            app.does(&mei, &format!("/v1/conversations/{id}/{what}"), json!({}))
                .await;
        }
        id
    };
    let first = done(&mia, "the lamp is late").await;
    done(&who("u2", "Jo Rose", "jo@example.org"), "it is late, too").await;
    done(&who("u3", "Ann Lee", "lee@example.org"), "the vase").await;
    let both = [
        ("Mia", json!({"q": "mia@example.org"})),
        ("her name", json!({"q": "late mia field"})),
        ("Jo Rose", json!({"q": "late"})),
        ("late", json!({"q": "late"})),
        ("Rose", json!({"q": "rose"})),
        ("Lee", json!({"q": "lee@example.org"})),
    ];
    keeps(&app, &of_linden, &both).await;
    keeps(&app, &elsewhere, &both[..1]).await;
    let days = async |days: i64| {
        app.clock
            .move_to(app.clock.now() + SignedDuration::from_hours(24 * days));
        app.app.desk.look_at_due().await.unwrap();
    };
    days(20).await;
    // Mia writes again, so late that it is another conversation; somebody else asks for a rose; and of Ann another one is there.
    let second = done(&mia, "and now the shade").await;
    assert_ne!(first, second);
    done(&who("u4", "Kim Ash", "kim@example.org"), "I ordered a rose").await;
    days(11).await;
    let id = |id: &str| ConversationId::parse(id).unwrap();
    assert!(app.store.conversation(&id(&first)).await.unwrap().is_none());
    assert_eq!(
        names(&app, &of_linden).await,
        ["Mia", "her name", "late", "Rose"]
    );
    days(20).await;
    assert!(
        app.store
            .conversation(&id(&second))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(names(&app, &of_linden).await, ["late", "Rose"]);
    assert_eq!(
        names(&app, &elsewhere).await,
        ["Mia"],
        "she was never theirs"
    );
}
