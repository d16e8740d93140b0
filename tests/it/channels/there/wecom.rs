//! The same on WeCom, where a session is moved and asked for, and there are no notes.

use super::*;

pub(super) struct Wecom {
    pub(super) shop: Shop,
    pub(super) puller: Puller,
}

impl Wecom {
    pub(super) async fn start(servicer: Option<&str>) -> Self {
        let mut shop = Shop::start(Channel::Wecom, true).await;
        shop.platform.servicer = servicer.map(str::to_owned);
        shop.sender = shop.platform.sender(&shop.app, &HOME);
        let fails = Arc::new(AtomicBool::new(false));
        let puller = Puller::new(shop.sender.clone(), taking(&shop.app, &fails));
        Self { shop, puller }
    }

    /// The platform has these items; other requests are answered by the plan behind.
    pub(super) async fn brings(&self, cursor: &str, items: &[Value], then: Vec<Does>) -> Asked {
        let outbox = EndpointId::parse("wecom.shop").unwrap();
        let news = self.shop.app.app.desk.note_news(&outbox, "wkA", cursor);
        news.await.unwrap();
        let first = [page(cursor, 0, items)];
        self.shop.platform.plan(first.into_iter().chain(then));
        let now = self.shop.app.clock.now();
        self.puller.ask_next(now, false).await.unwrap()
    }

    pub(super) async fn handed_over(servicer: Option<&str>) -> Self {
        let wecom = Self::start(servicer).await;
        let now = wecom.shop.app.clock.now();
        let outbox = EndpointId::parse("wecom.shop").unwrap();
        let news = wecom.shop.app.app.desk.note_news(&outbox, "wkA", "h");
        news.await.unwrap();
        let first = page("c1", 0, &[item("m1", PERSON, now)]);
        wecom.shop.platform.plan([token(), first]);
        let asked = wecom.puller.ask_next(now, false).await.unwrap();
        assert_eq!(asked, Asked::Took(1));
        wecom
    }
}

pub(super) fn state(number: u8) -> Does {
    says(&json!({"errcode": 0, "service_state": number}))
}

pub(super) fn moved(id: &str, change: u8) -> Value {
    json!({"msgid": id, "origin": 4, "msgtype": "event", "event": {"event_type": "session_status_change",
        "open_kfid": "wkA", "external_userid": "wmMia", "change_type": change}})
}

#[tokio::test]
async fn wecom_is_told_to_move_the_session_into_the_pool_or_to_one_person() {
    for (servicer, expected) in [
        (
            None,
            json!({"open_kfid": "wkA", "external_userid": "wmMia", "service_state": 2}),
        ),
        (
            Some("zhangsan"),
            json!({"open_kfid": "wkA", "external_userid": "wmMia", "service_state": 3,
            "servicer_userid": "zhangsan"}),
        ),
    ] {
        let wecom = Wecom::handed_over(servicer).await;
        assert_eq!(wecom.shop.owner().await, Owner::Platform);
        let before = wecom.shop.platform.got().len();
        wecom.shop.drain().await;
        let asked = wecom.shop.asked(before);
        let what: Vec<&str> = asked.iter().map(|(what, _)| what.as_str()).collect();
        let spoken = wecom.shop.said().await.len();
        assert_eq!(what.len(), spoken + 1, "{what:?}");
        assert!(
            what[..spoken].iter().all(|what| *what == "send_msg"),
            "{what:?}"
        );
        let path = &wecom.shop.platform.got().last().unwrap().path.clone();
        assert_eq!(path, "/cgi-bin/kf/service_state/trans");
        assert_eq!(asked.last().unwrap().1, expected);
        assert_eq!(wecom.shop.fates().await.last(), Some(&MessageState::Sent));
    }
}

#[tokio::test]
async fn a_wecom_session_that_moved_already_was_handed_over_and_one_that_is_over_waits_for_people_here()
 {
    for (with, owner) in [
        (2, Owner::Platform),
        (3, Owner::Platform),
        (4, Owner::Queue),
    ] {
        let wecom = Wecom::handed_over(None).await;
        let spoken = wecom.shop.said().await.len();
        let fine = std::iter::repeat_with(|| says(&json!({"errcode": 0}))).take(spoken);
        let stays = says(&json!({"errcode": 95_016, "errmsg": "no"}));
        wecom.shop.platform.plan(fine.chain([stays, state(with)]));
        wecom.shop.drain().await;
        assert_eq!(wecom.shop.owner().await, owner, "{with}");
        let (what, _) = wecom.shop.asked(0).pop().unwrap();
        assert_eq!(what, "get", "{with}");
        let fate = wecom.shop.fates().await.pop();
        let expected = match owner {
            Owner::Platform => MessageState::Sent,
            _ => MessageState::Failed,
        };
        assert_eq!(fate, Some(expected), "{with}");
    }
}

#[tokio::test]
async fn a_wecom_session_that_could_not_be_moved_is_tried_again() {
    for (code, is_done) in [(95_014, false), (95_018, false), (-1, false)] {
        let wecom = Wecom::handed_over(None).await;
        let spoken = wecom.shop.said().await.len();
        let fine = std::iter::repeat_with(|| says(&json!({"errcode": 0}))).take(spoken);
        let answer = says(&json!({"errcode": code, "errmsg": "no"}));
        wecom.shop.platform.plan(fine.chain([answer]));
        let last = wecom.shop.drain().await.pop().unwrap();
        assert_eq!(
            matches!(last, Progress::Delivered(_)),
            is_done,
            "{code}: {last:?}"
        );
        assert_eq!(
            matches!(last, Progress::Retrying(_)),
            !is_done,
            "{code}: {last:?}"
        );
    }
}

#[tokio::test]
async fn a_customer_on_wecom_is_answered_by_the_bot_when_the_session_is_not_with_people() {
    let wecom = Wecom::handed_over(None).await;
    wecom.shop.drain().await;
    wecom.shop.later(60);
    let spoken = wecom.shop.said().await;
    let now = wecom.shop.app.clock.now();
    for (cursor, with) in [("c2", 2), ("c3", 3)] {
        let items = [item(&format!("m{cursor}"), "hello?", now)];
        assert_eq!(
            wecom.brings(cursor, &items, vec![state(with)]).await,
            Asked::Took(1)
        );
        assert_eq!(wecom.shop.said().await, spoken, "{with}");
        assert_eq!(wecom.shop.owner().await, Owner::Platform, "{with}");
    }
    let asked = wecom.shop.platform.got().pop().unwrap();
    assert_eq!(asked.path, "/cgi-bin/kf/service_state/get");
    assert_eq!(
        asked.body,
        json!({"open_kfid": "wkA", "external_userid": "wmMia"})
    );
    // A session that ended without a word is a new one.
    let items = [item("m9", "where is my refund?", now)];
    assert_eq!(
        wecom.brings("c4", &items, vec![state(0)]).await,
        Asked::Took(1)
    );
    assert_eq!(wecom.shop.owner().await, Owner::Bot);
    assert!(wecom.shop.said().await.len() > spoken.len());
    // Nobody is asked about those whom the bot has.
    let before = wecom.shop.platform.got().len();
    wecom
        .brings("c5", &[item("m10", "hello", now)], Vec::new())
        .await;
    assert_eq!(wecom.shop.asked(before).len(), 1);
}

#[tokio::test]
async fn where_it_cannot_be_known_who_has_a_customer_on_wecom_nothing_is_taken_yet() {
    let wecom = Wecom::handed_over(None).await;
    wecom.shop.drain().await;
    wecom.shop.later(60);
    let now = wecom.shop.app.clock.now();
    let items = [item("m2", "where is my refund?", now)];
    let busy = says(&json!({"errcode": -1, "errmsg": "system busy"}));
    let asked = wecom.brings("c2", &items, vec![busy]).await;
    assert!(matches!(asked, Asked::Failed(_)), "{asked:?}");
    let asked = wecom.brings("c2", &items, vec![state(1)]).await;
    assert_eq!(asked, Asked::Took(1), "it was not lost");
    assert_eq!(wecom.shop.owner().await, Owner::Bot);
}

#[tokio::test]
async fn a_wecom_that_never_says_who_has_a_customer_keeps_no_message_back() {
    let wecom = Wecom::handed_over(None).await;
    wecom.shop.drain().await;
    wecom.shop.later(60);
    let spoken = wecom.shop.said().await;
    let now = wecom.shop.app.clock.now();
    let items = [item("m2", "where is my refund?", now)];
    let refused = says(&json!({"errcode": 60_011, "errmsg": "no privilege"}));
    let asked = wecom.brings("c2", &items, vec![refused]).await;
    assert_eq!(asked, Asked::Took(1));
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    assert_eq!(wecom.shop.said().await, spoken);
}

#[tokio::test]
async fn what_people_move_on_wecom_is_followed() {
    let wecom = Wecom::start(None).await;
    let now = wecom.shop.app.clock.now();
    let outbox = EndpointId::parse("wecom.shop").unwrap();
    let news = wecom.shop.app.app.desk.note_news(&outbox, "wkA", "h");
    news.await.unwrap();
    let first = page("c1", 0, &[item("m1", "hello", now)]);
    wecom.shop.platform.plan([token(), first]);
    wecom.puller.ask_next(now, false).await.unwrap();
    assert_eq!(wecom.shop.owner().await, Owner::Bot);
    for (cursor, change) in [("c2", 4), ("c3", 1), ("c4", 2)] {
        wecom
            .brings(cursor, &[moved(cursor, change)], Vec::new())
            .await;
        assert_eq!(wecom.shop.owner().await, Owner::Platform, "{change}");
    }
    wecom.brings("c5", &[moved("e5", 3)], Vec::new()).await;
    let row = wecom.shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
}
