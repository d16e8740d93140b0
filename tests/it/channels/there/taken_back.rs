//! What people at the platform had, and somebody here has taken over from them: the customer's words reach whoever has it, and people there
//! hear of it.

use super::wecom::{Wecom, state};
use super::*;

#[tokio::test]
async fn what_a_customer_writes_while_chatwoot_is_open_is_kept_and_reaches_whoever_takes_it_over_here()
 {
    let shop = handed_over().await;
    let spoken = shop.said().await.len();
    shop.write(2, "while people have it", "open").await;
    shop.later(60);
    shop.write(3, "still nobody?", "snoozed").await;
    assert_eq!(shop.owner().await, Owner::Platform);
    let mei = shop.taken_over().await;
    shop.reply(&mei, "Which order?").await;
    shop.drain().await;
    // The answer may be on its way before people there see that it is theirs no more.
    shop.write(4, "it is order A1042", "open").await;
    let written = shop.written().await;
    let expected = [
        PERSON,
        "while people have it",
        "still nobody?",
        "it is order A1042",
    ];
    assert_eq!(written, expected);
    assert_eq!(shop.said().await.len(), spoken + 1, "the bot is silent");
    let row = shop.row().await;
    assert!(matches!(row.owner, Owner::Agent(_)), "{row:?}");
    assert_eq!(row.unheard.len(), 1, "it waits for its agent");
}

#[tokio::test]
async fn a_choice_that_is_made_while_chatwoot_is_open_is_kept_too() {
    let shop = handed_over().await;
    let body = json!({"event": "message_updated", "id": 70, "content": "Which?", "message_type": "outgoing", "private": false,
        "content_attributes": {"submitted_values": [{"title": "Refund", "value": "1"}]}, "account": {"id": 2},
        "conversation": {"id": 9, "status": "open", "meta": {"sender": {"id": 5}}}});
    tell(&shop.app, shop.channel(), &json!({ "body": body })).await;
    assert_eq!(shop.written().await, [PERSON, "Refund"]);
    assert_eq!(shop.owner().await, Owner::Platform);
}

#[tokio::test]
async fn whoever_writes_for_the_first_time_while_people_at_chatwoot_have_it_is_left_to_them() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, "where is my refund?", "open").await;
    shop.drain().await;
    assert_eq!(shop.written().await, ["where is my refund?"]);
    assert_eq!(shop.owner().await, Owner::Platform);
    assert!(shop.said().await.is_empty() && shop.asked(0).is_empty());
    // Where people there take nothing over, what they have is none of the desk's business.
    let shop = Shop::start(Channel::Chatwoot, false).await;
    shop.write(1, "where is my refund?", "open").await;
    let all = shop.app.store.conversations(None, 9).await.unwrap();
    assert!(all.is_empty(), "{all:?}");
}

#[tokio::test]
async fn chatwoot_is_told_that_it_is_pending_again_when_somebody_here_has_taken_it_over() {
    let shop = handed_over().await;
    let before = shop.asked(0).len();
    let mei = shop.taken_over().await;
    shop.reply(&mei, "Which order?").await;
    shop.drain().await;
    let asked = shop.asked(before);
    let pending = ("toggle_status".to_owned(), json!({"status": "pending"}));
    assert_eq!(asked[0], pending);
    assert_eq!(
        (asked.len(), &asked[1].1["content"]),
        (2, &json!("Which order?"))
    );
    // Given back to the bot here, it is the bot's there.
    let path = format!("/v1/conversations/{}/return", shop.row().await.id);
    let given = shop.app.post(&path).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(given.status(), 200);
    let spoken = shop.said().await.len();
    shop.write(2, "where is my refund?", "pending").await;
    assert_eq!(shop.owner().await, Owner::Bot);
    assert!(shop.said().await.len() > spoken);
}

#[tokio::test]
async fn a_chatwoot_that_does_not_answer_holds_up_no_answer_and_is_told_again() {
    let shop = handed_over().await;
    let before = shop.asked(0).len();
    let mei = shop.taken_over().await;
    shop.reply(&mei, "Which order?").await;
    shop.platform.plan([Does::Say(500, "", String::new())]);
    shop.drain().await;
    assert_eq!(shop.asked(before)[1].1["content"], "Which order?");
    shop.later(10);
    shop.drain().await;
    let what: Vec<String> = shop
        .asked(before)
        .into_iter()
        .map(|(what, _)| what)
        .collect();
    assert_eq!(what, ["toggle_status", "messages", "toggle_status"]);
}

fn refused(code: i64) -> Does {
    says(&json!({"errcode": code, "errmsg": "session status invalid"}))
}

/// Handed over at WeCom, known there, and taken over here with a reply; the platform does this with what follows.
async fn taken_over_at_wecom(plan: Vec<Does>) -> (Wecom, usize) {
    let wecom = Wecom::handed_over(Some("zhangsan")).await;
    wecom.shop.drain().await;
    let before = wecom.shop.asked(0).len();
    let mei = wecom.shop.taken_over().await;
    wecom.shop.reply(&mei, "Which order?").await;
    wecom.shop.platform.plan(plan);
    wecom.shop.drain().await;
    (wecom, before)
}

#[tokio::test]
async fn a_wecom_session_is_ended_and_what_is_said_here_goes_out_when_its_customer_writes_next() {
    for code in [95_018, 95_013] {
        goes_out_when_its_customer_writes_next(code).await;
    }
}

async fn goes_out_when_its_customer_writes_next(code: i64) {
    let ended = says(&json!({"errcode": 0}));
    let (wecom, before) = taken_over_at_wecom(vec![ended, refused(code)]).await;
    let asked = wecom.shop.asked(before);
    let over = json!({"open_kfid": "wkA", "external_userid": "wmMia", "service_state": 4});
    assert_eq!(asked[0], ("trans".to_owned(), over));
    assert_eq!(asked[1].0, "send_msg");
    let log = log_of(&wecom.shop.app, Channel::Wecom, "wmMia").await;
    let (state, why) = fates(&log).pop().unwrap();
    assert_eq!(state, MessageState::Held);
    assert!(
        why.unwrap().contains("its customer writes"),
        "an agent sees why"
    );
    wecom.shop.later(60);
    let now = wecom.shop.app.clock.now();
    let before = wecom.shop.asked(0).len();
    wecom
        .brings("c2", &[item("m2", "hello?", now)], Vec::new())
        .await;
    wecom.shop.drain().await;
    let asked = wecom.shop.asked(before);
    let (what, body) = asked.last().unwrap();
    assert_eq!(
        (what.as_str(), &body["text"]["content"]),
        ("send_msg", &json!("Which order?"))
    );
    assert_eq!(wecom.shop.fates().await.last(), Some(&MessageState::Sent));
}

#[tokio::test]
async fn a_wecom_session_that_waits_in_the_pool_is_ended_once_it_can_be_and_one_that_is_over_is() {
    let pool = vec![refused(95_016), state(2), refused(95_018)];
    let (wecom, before) = taken_over_at_wecom(pool).await;
    wecom.shop.later(10);
    wecom.shop.platform.plan([says(&json!({"errcode": 0}))]);
    wecom.shop.drain().await;
    let what = |asked: Vec<(String, Value)>| -> Vec<String> {
        asked.into_iter().map(|(what, _)| what).collect()
    };
    let asked = what(wecom.shop.asked(before));
    assert_eq!(asked, ["trans", "get", "send_msg", "trans"]);
    for code in [95_016, 95_013] {
        let over = vec![refused(code), state(4), refused(95_018)];
        let (wecom, before) = taken_over_at_wecom(over).await;
        wecom.shop.later(3600);
        wecom.shop.drain().await;
        assert_eq!(what(wecom.shop.asked(before)), ["trans", "get", "send_msg"]);
    }
}
