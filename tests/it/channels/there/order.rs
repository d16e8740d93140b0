//! What WeCom tells at once came about one thing behind the other: what people there had answered by then is not answered again.

use super::wecom::{Wecom, moved, state};
use super::*;
use frontdesk::domain::conversation::Actor;

fn answered(id: &str, text: &str, at: Timestamp) -> Value {
    let mut said = item(id, text, at);
    said["origin"] = json!(5);
    said["servicer_userid"] = json!("zhangsan");
    said
}

impl Wecom {
    /// The first that the platform ever tells: nothing was taken from it before.
    async fn brings_first(&self, items: &[Value]) {
        let outbox = EndpointId::parse("wecom.shop").unwrap();
        let news = self.shop.app.app.desk.note_news(&outbox, "wkA", "h");
        news.await.unwrap();
        self.shop.platform.plan([token(), page("c1", 0, items)]);
        let now = self.shop.app.clock.now();
        self.puller.ask_next(now, false).await.unwrap();
    }

    /// The same on several pages.
    async fn brings_pages(&self, pages: &[&[Value]]) -> Asked {
        let outbox = EndpointId::parse("wecom.shop").unwrap();
        let news = self.shop.app.app.desk.note_news(&outbox, "wkA", "h");
        news.await.unwrap();
        let more = |at: usize| u8::from(at + 1 < pages.len());
        let pages = pages.iter().enumerate();
        let pages = pages.map(|(at, items)| page(&format!("p{at}"), more(at), items));
        self.shop.platform.plan([token()].into_iter().chain(pages));
        let now = self.shop.app.clock.now();
        self.puller.ask_next(now, false).await.unwrap()
    }

    /// What stands in the log behind the hand-over: who, and what.
    async fn behind(&self, seq: usize) -> Vec<(String, String)> {
        let log = log_of(&self.shop.app, Channel::Wecom, "wmMia").await;
        let said = log.into_iter().filter_map(|event| {
            let who = match &event.by {
                Actor::Customer => "customer".to_owned(),
                Actor::There(name) => name.clone(),
                _ => "desk".to_owned(),
            };
            match event.body {
                EventBody::Message { text, .. } | EventBody::Reply { text, .. } => {
                    Some((who, text))
                }
                _ => None,
            }
        });
        said.skip(seq).collect()
    }
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(who, text): &(&str, &str)| ((*who).to_owned(), (*text).to_owned());
    all.iter().map(owned).collect()
}

#[tokio::test]
async fn what_people_on_wecom_answered_and_ended_is_written_down_in_order_and_not_answered() {
    let wecom = Wecom::handed_over(None).await;
    wecom.shop.drain().await;
    wecom.shop.later(60);
    let (now, known) = (wecom.shop.app.clock.now(), wecom.behind(0).await.len());
    let before = wecom.shop.asked(0).len();
    let items = [
        item("m2", "where is my refund?", now),
        answered("s1", "It went out today", now),
        item("m3", "thanks", now),
        moved("e1", 3),
    ];
    let asked = wecom.brings("c2", &items, vec![state(4)]).await;
    assert_eq!(asked, Asked::Took(2));
    wecom.shop.drain().await;
    let said = [
        ("customer", "where is my refund?"),
        ("zhangsan", "It went out today"),
        ("customer", "thanks"),
    ];
    assert_eq!(wecom.behind(known).await, pairs(&said), "the bot is silent");
    let row = wecom.shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
    assert_eq!(
        wecom.shop.asked(before).len(),
        1,
        "nobody is asked who has what is over"
    );
}

#[tokio::test]
async fn a_session_that_people_took_and_ended_between_two_looks_is_left_with_nobody() {
    let wecom = Wecom::start(None).await;
    let now = wecom.shop.app.clock.now();
    let items = [
        moved("e1", 1),
        item("m1", "where is my refund?", now),
        moved("e2", 3),
    ];
    wecom.brings_first(&items).await;
    let row = wecom.shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
    assert!(
        wecom.shop.said().await.is_empty(),
        "it was for people there"
    );
    // What comes next is the bot's.
    wecom.shop.later(60);
    let now = wecom.shop.app.clock.now();
    wecom
        .brings(
            "c2",
            &[item("m2", "where is my refund?", now)],
            vec![state(0)],
        )
        .await;
    assert_eq!(wecom.shop.owner().await, Owner::Bot);
    assert!(!wecom.shop.said().await.is_empty());
}

#[tokio::test]
async fn what_is_written_behind_the_end_of_a_session_is_a_new_one_and_the_bots() {
    let wecom = Wecom::handed_over(None).await;
    wecom.shop.drain().await;
    wecom.shop.later(60);
    let (now, known) = (wecom.shop.app.clock.now(), wecom.behind(0).await.len());
    let items = [
        item("m2", "anybody?", now),
        answered("s1", "It went out today", now),
        moved("e1", 3),
        item("m3", "where is my refund?", now),
        item("m4", "it is A1001", now),
    ];
    wecom.brings("c2", &items, vec![state(0)]).await;
    let said = wecom.behind(known).await;
    assert_eq!(
        said[..3],
        pairs(&[
            ("customer", "anybody?"),
            ("zhangsan", "It went out today"),
            ("customer", "where is my refund?"),
        ])
    );
    assert_eq!(said[3].0, "desk", "{said:?}");
    assert_eq!(wecom.shop.owner().await, Owner::Bot);
    let got = wecom.shop.platform.got();
    let asked = got
        .iter()
        .filter(|got| got.path.ends_with("service_state/get"));
    assert_eq!(asked.count(), 1);
}

#[tokio::test]
async fn what_people_on_wecom_answered_pages_later_is_not_answered_by_the_bot_either() {
    let wecom = Wecom::start(None).await;
    let now = wecom.shop.app.clock.now();
    let asked = wecom
        .brings_pages(&[
            &[item("m1", "where is my refund?", now)],
            &[item("m2", "hello?", now)],
            &[answered("s1", "It went out today", now), moved("e1", 3)],
        ])
        .await;
    assert_eq!(asked, Asked::Took(2));
    let said = [
        ("customer", "where is my refund?"),
        ("customer", "hello?"),
        ("zhangsan", "It went out today"),
    ];
    assert_eq!(wecom.behind(0).await, pairs(&said));
    let row = wecom.shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
    // What its customer writes behind all that is the bot's, and it is read on from the last page.
    wecom.shop.later(60);
    let now = wecom.shop.app.clock.now();
    wecom
        .brings(
            "p3",
            &[item("m3", "where is my refund?", now)],
            vec![state(0)],
        )
        .await;
    assert!(wecom.behind(0).await.len() > said.len() + 1);
    let got = wecom.shop.platform.got();
    let cursors = got.iter().filter(|got| got.path.ends_with("sync_msg"));
    let cursors: Vec<&Value> = cursors.map(|got| &got.body["cursor"]).collect();
    assert_eq!(cursors, ["", "p0", "p1", "p2"]);
}

#[tokio::test]
async fn whoever_on_wecom_answers_what_the_bot_had_not_read_yet_has_the_session() {
    let wecom = Wecom::start(None).await;
    let now = wecom.shop.app.clock.now();
    let items = [
        item("m1", "where is my refund?", now),
        answered("s1", "It went out today", now),
    ];
    wecom.brings_first(&items).await;
    let said = [
        ("customer", "where is my refund?"),
        ("zhangsan", "It went out today"),
    ];
    assert_eq!(wecom.behind(0).await, pairs(&said));
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    // Should it end without a word, it is asked about as any other.
    wecom.shop.later(49 * 3600);
    wecom.shop.platform.plan([token(), state(4)]);
    wecom.shop.drain().await;
    let row = wecom.shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
}
