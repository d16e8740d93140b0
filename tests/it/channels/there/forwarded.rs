//! The same on WeChat, where the answer to a request gives a message to people in the platform's own desk, and nothing else does.

use super::super::wechat::{ask, inside, text};
use super::*;

/// What is answered to a message, as WeChat reads it.
async fn answered(shop: &Shop, id: u64, words: &str) -> String {
    let (status, answer) = ask(&shop.app, &sealed::wechat(&text(id, words))).await;
    assert_eq!(status, 200);
    match answer.as_str() {
        "success" => answer,
        sealed => sealed::wechat_opened(inside(sealed, "Encrypt")),
    }
}

/// People there do something with the customer.
async fn did(shop: &Shop, what: &str) {
    let event = format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>open_1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>{what}</Event><KfAccount>test1@test</KfAccount></xml>"
    );
    let (status, answer) = ask(&shop.app, &sealed::wechat(&event)).await;
    assert_eq!((status, answer.as_str()), (200, "success"));
}

fn is_forwarded(answer: &str) -> bool {
    answer != "success" && inside(answer, "MsgType") == "transfer_customer_service"
}

#[tokio::test]
async fn what_is_handed_over_on_wechat_goes_to_people_in_its_own_desk_until_they_end_it() {
    let shop = Shop::start(Channel::Wechat, true).await;
    assert!(!is_forwarded(&answered(&shop, 1, "hello").await));
    let handed = answered(&shop, 2, PERSON).await;
    assert!(is_forwarded(&handed), "{handed}");
    assert_eq!(
        (
            inside(&handed, "ToUserName"),
            inside(&handed, "FromUserName")
        ),
        ("open_1", "gh_1")
    );
    assert!(!handed.contains("KfAccount"));
    assert!(is_forwarded(&answered(&shop, 2, PERSON).await), "once more");
    assert_eq!(shop.owner().await, Owner::Platform);
    // What the bot said goes after it, and nobody here waits for the conversation.
    shop.later(10);
    shop.drain().await;
    let said = shop.said().await;
    let sent = shop.platform.got().into_iter();
    let sent: Vec<String> = sent
        .filter(|got| got.path.ends_with("/custom/send"))
        .map(|got| got.raw)
        .collect();
    assert!(!sent.is_empty(), "{said:?}");
    assert_eq!(shop.owner().await, Owner::Platform);
    // Until one of them takes it, and when they are silent for half an hour, what is written comes here.
    assert!(is_forwarded(&answered(&shop, 3, "anybody?").await));
    did(&shop, "kf_create_session").await;
    assert!(is_forwarded(&answered(&shop, 4, "hello?").await));
    assert_eq!(shop.said().await, said, "the bot is silent");
    shop.later(60);
    did(&shop, "kf_close_session").await;
    let row = shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
    let again = answered(&shop, 5, "where is my refund?").await;
    assert!(!is_forwarded(&again), "{again}");
    assert_eq!(inside(&again, "MsgType"), "text");
}

#[tokio::test]
async fn one_person_may_be_named_who_gets_it() {
    let mut shop = Shop::start(Channel::Wechat, true).await;
    shop.platform.servicer = Some("test1@test".to_owned());
    let account = shop.platform.account();
    shop.app.app.accounts.set(vec![Arc::new(account)]);
    let handed = answered(&shop, 1, PERSON).await;
    assert_eq!(inside(&handed, "KfAccount"), "test1@test");
}

#[tokio::test]
async fn what_no_answer_could_give_to_people_there_waits_for_people_here() {
    let shop = Shop::start(Channel::Wechat, true).await;
    // The account is being switched back: its hand-over is on its way, and no answer says so.
    let mut account = shop.platform.account();
    account.hands_over = false;
    shop.app.app.accounts.set(vec![Arc::new(account)]);
    assert!(!is_forwarded(&answered(&shop, 1, PERSON).await));
    assert_eq!(shop.owner().await, Owner::Platform);
    shop.later(10);
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Queue);
}

#[tokio::test]
async fn whoever_takes_it_over_here_answers_and_nothing_is_forwarded_any_more() {
    let shop = Shop::start(Channel::Wechat, true).await;
    assert!(is_forwarded(&answered(&shop, 1, PERSON).await));
    let mei = shop.taken_over().await;
    shop.reply(&mei, "The parcel is found").await;
    shop.later(10);
    shop.drain().await;
    let last = shop.platform.got().pop().unwrap();
    assert_eq!(last.body["text"]["content"], "The parcel is found");
    assert_eq!(answered(&shop, 2, "thanks").await, "success");
    assert!(matches!(shop.owner().await, Owner::Agent(_)));
}
