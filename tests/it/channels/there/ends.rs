//! A session on WeCom that ends without a word: 48 hours after its customer's last, the desk asks who has it.

use super::late::news;
use super::wecom::{Wecom, moved, state};
use super::*;
use frontdesk::store::Commit;

const HOUR: u64 = 3600;

/// Handed over there, and known there.
async fn known_there() -> Wecom {
    let wecom = Wecom::handed_over(None).await;
    wecom.shop.drain().await;
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    wecom
}

impl Wecom {
    /// The platform will say this when it is asked who has the customer; its token has run out by then.
    fn will_say(&self, answer: Does) {
        self.shop.platform.plan([token(), answer]);
    }

    /// How often it has been asked who has the customer.
    fn asked_who(&self) -> usize {
        let got = self.shop.platform.got().into_iter();
        got.filter(|got| got.path == "/cgi-bin/kf/service_state/get")
            .count()
    }

    /// Somebody at the company answers in WeCom itself.
    async fn answers(&self, cursor: &str, text: &str) {
        let mut said = item(&format!("s{cursor}"), text, self.shop.app.clock.now());
        said["origin"] = json!(5);
        said["servicer_userid"] = json!("zhangsan");
        self.brings(cursor, &[said], Vec::new()).await;
    }
}

#[tokio::test]
async fn a_session_that_nobody_answered_waits_for_people_here_when_it_has_ended() {
    let wecom = known_there().await;
    let asked = wecom.shop.app.clock.now();
    wecom.shop.later(48 * HOUR - 1);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 0, "not while people there can have it");
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    wecom.shop.later(1);
    wecom.will_say(state(4));
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 1);
    let row = wecom.shop.row().await;
    assert_eq!((row.owner, row.status), (Owner::Queue, Status::Active));
    assert_eq!(row.waiting_since, Some(asked), "they keep their place");
    // It is asked no more.
    wecom.shop.later(100 * HOUR);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 1);
}

#[tokio::test]
async fn a_session_that_was_answered_is_done_when_it_has_ended() {
    let wecom = known_there().await;
    wecom.shop.later(60);
    wecom.answers("c2", "It went out today").await;
    let said = wecom.shop.said().await;
    assert_eq!(said.last().unwrap(), "It went out today");
    wecom.shop.later(48 * HOUR);
    wecom.will_say(state(4));
    wecom.shop.drain().await;
    let row = wecom.shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
}

#[tokio::test]
async fn news_that_came_while_people_had_the_session_is_told_when_it_has_ended() {
    let wecom = known_there().await;
    wecom.shop.later(60);
    wecom.answers("c2", "It went out today").await;
    news(&wecom.shop).await;
    let before = wecom.shop.platform.got().len();
    wecom.shop.drain().await;
    assert_eq!(wecom.shop.platform.got().len(), before, "it is held");
    // They call it done.
    wecom.shop.later(60);
    let mut row = wecom.shop.row().await;
    let (id, revision) = (row.id.clone(), row.revision);
    row.status = Status::Resolved {
        at: wecom.shop.app.clock.now(),
    };
    let commit = Commit::new().expecting(&id, revision).conversation(row);
    wecom.shop.app.store.commit(commit).await.unwrap();
    wecom.shop.drain().await;
    let asked = wecom.shop.asked(before);
    let told = asked.iter().filter(|(what, _)| what == "send_msg");
    let told: Vec<&Value> = told.map(|(_, body)| &body["text"]["content"]).collect();
    assert_eq!(told, ["The money is on its way."]);
}

#[tokio::test]
async fn a_customer_who_wrote_behind_the_last_answer_was_not_answered() {
    let wecom = known_there().await;
    wecom.answers("c2", "It went out today").await;
    let wrote = wecom.shop.app.clock.now();
    let with = state(3);
    wecom
        .brings("c3", &[item("m3", "and the invoice?", wrote)], vec![with])
        .await;
    wecom.shop.later(48 * HOUR);
    wecom.will_say(state(4));
    wecom.shop.drain().await;
    assert_eq!(wecom.shop.owner().await, Owner::Queue);
}

#[tokio::test]
async fn the_time_runs_from_the_customers_last_word() {
    let wecom = known_there().await;
    wecom.shop.later(40 * HOUR);
    let now = wecom.shop.app.clock.now();
    let outbox = EndpointId::parse("wecom.shop").unwrap();
    let news = wecom.shop.app.app.desk.note_news(&outbox, "wkA", "c2");
    news.await.unwrap();
    let page = page("c2", 0, &[item("m2", "hello?", now)]);
    wecom.shop.platform.plan([token(), page, state(3)]);
    wecom.puller.ask_next(now, false).await.unwrap();
    let before = wecom.asked_who();
    wecom.shop.later(40 * HOUR);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), before);
    wecom.shop.later(8 * HOUR);
    wecom.will_say(state(4));
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), before + 1);
    assert_eq!(wecom.shop.owner().await, Owner::Queue);
}

#[tokio::test]
async fn people_who_still_have_it_are_asked_about_again_and_the_bot_has_what_it_was_given() {
    let wecom = known_there().await;
    wecom.shop.later(48 * HOUR);
    wecom.will_say(state(3));
    wecom.shop.drain().await;
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    wecom.shop.later(6 * HOUR - 1);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 1);
    wecom.shop.later(1);
    wecom.will_say(state(1));
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 2);
    assert_eq!(wecom.shop.owner().await, Owner::Bot);
}

#[tokio::test]
async fn a_platform_that_is_busy_is_asked_again_and_one_that_will_not_say_has_nobody() {
    let wecom = known_there().await;
    wecom.shop.later(48 * HOUR);
    wecom.will_say(says(&json!({"errcode": -1, "errmsg": "system busy"})));
    wecom.shop.drain().await;
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    wecom.shop.later(10);
    let refused = says(&json!({"errcode": 60_011, "errmsg": "no privilege"}));
    wecom.shop.platform.plan([refused]);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 2);
    assert_eq!(wecom.shop.owner().await, Owner::Queue);
}

#[tokio::test]
async fn the_question_holds_nothing_up_and_is_not_asked_of_what_somebody_here_took_over() {
    let wecom = known_there().await;
    wecom.shop.later(60);
    let mei = wecom.shop.app.agent_as("mei", None, AgentRole::Lead).await;
    let id = wecom.shop.row().await.id;
    let at = |verb: &str| {
        let asked = wecom
            .shop
            .app
            .post(&format!("/v1/conversations/{id}/{verb}"));
        asked.bearer_auth(&mei)
    };
    assert_eq!(at("takeover").send().await.unwrap().status(), 200);
    wecom.shop.drain().await;
    let before = wecom.shop.platform.got().len();
    let reply = json!({"client_id": "r1", "text": "The parcel is found"});
    let said = at("messages").json(&reply).send().await.unwrap();
    assert_eq!(said.status(), 201);
    wecom.shop.drain().await;
    let asked = wecom.shop.asked(before);
    assert_eq!(asked[0].1["text"]["content"], "The parcel is found");
    wecom.shop.later(48 * HOUR);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 0);
    assert!(matches!(wecom.shop.owner().await, Owner::Agent(_)));
}

#[tokio::test]
async fn an_account_that_is_switched_back_gives_it_to_people_here_without_asking() {
    let mut wecom = known_there().await;
    wecom.shop.platform.takes_over = false;
    wecom.shop.sender = wecom.shop.platform.sender(&wecom.shop.app, &HOME);
    wecom.shop.later(48 * HOUR);
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), 0);
    assert_eq!(wecom.shop.owner().await, Owner::Queue);
}

impl Shop {
    /// Chatwoot answers so when it is asked how the conversation stands.
    fn will_say(&self, answer: Does) {
        self.platform.plan([answer]);
    }

    fn asked_how_it_stands(&self) -> usize {
        let got = self.platform.got().into_iter();
        got.filter(|got| got.path == "/api/v1/accounts/2/conversations/9")
            .count()
    }
}

#[tokio::test]
async fn a_word_of_chatwoot_that_was_lost_is_asked_after() {
    for (status, owner, is_done) in [
        ("resolved", Owner::Platform, true),
        ("pending", Owner::Bot, false),
        ("open", Owner::Platform, false),
        ("snoozed", Owner::Platform, false),
    ] {
        let shop = handed_over().await;
        shop.later(72 * HOUR - 60);
        shop.drain().await;
        assert_eq!(shop.asked_how_it_stands(), 0, "{status}");
        shop.later(61);
        shop.will_say(says(&json!({"id": 9, "status": status})));
        shop.drain().await;
        assert_eq!(shop.asked_how_it_stands(), 1, "{status}");
        let got = shop.platform.got().pop().unwrap();
        assert_eq!(
            (got.method.as_str(), got.header("api_access_token")),
            ("GET", TOKEN)
        );
        let row = shop.row().await;
        assert_eq!(
            (row.owner, row.status.is_done()),
            (owner, is_done),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_chatwoot_that_answers_no_bots_gives_back_by_time_what_nobody_answered() {
    let refused = json!({"error": "Access to this endpoint is not authorized for bots"});
    let refuses = || Does::Say(401, "", refused.to_string());
    let shop = handed_over().await;
    shop.later(72 * HOUR);
    shop.will_say(refuses());
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Queue);
    // It is the question that is refused, and not the account.
    shop.write(2, "anybody?", "pending").await;
    let before = shop.platform.got().len();
    shop.drain().await;
    assert_eq!(shop.asked_how_it_stands(), 1);
    assert!(shop.platform.got().len() >= before);
}

#[tokio::test]
async fn what_was_done_there_and_brought_back_by_its_customer_is_asked_after_in_its_own_time() {
    let wecom = known_there().await;
    wecom.answers("c2", "It went out today").await;
    wecom.brings("c3", &[moved("e3", 3)], Vec::new()).await;
    wecom.shop.drain().await;
    wecom.shop.later(48 * HOUR);
    wecom.shop.drain().await;
    // Not before three days it would have been looked at again; its customer writes, and people have it.
    wecom.shop.later(60);
    let wrote = wecom.shop.app.clock.now();
    let outbox = EndpointId::parse("wecom.shop").unwrap();
    let news = wecom.shop.app.app.desk.note_news(&outbox, "wkA", "c4");
    news.await.unwrap();
    let page = page("c4", 0, &[item("m4", "and the invoice?", wrote)]);
    wecom.shop.platform.plan([token(), page, state(3)]);
    wecom.puller.ask_next(wrote, false).await.unwrap();
    assert_eq!(wecom.shop.owner().await, Owner::Platform);
    let before = wecom.asked_who();
    wecom.shop.later(48 * HOUR);
    wecom.will_say(state(4));
    wecom.shop.drain().await;
    assert_eq!(wecom.asked_who(), before + 1);
    assert_eq!(wecom.shop.owner().await, Owner::Queue);
}
