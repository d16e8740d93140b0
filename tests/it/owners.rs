//! Who speaks: one owner at a time, the bot silent while people have a conversation, and nobody of another merchant.

use frontdesk::desk::DeskError;
use frontdesk::domain::conversation::{Owner, Seq};
use frontdesk::domain::ids::{ClientId, OrderId};

use crate::shop::Shop;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_agents_who_claim_at_once_one_wins_and_the_others_are_told() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "转人工").await.conversation;
    let mut claims = Vec::new();
    for number in 0..16 {
        let agent = shop.agent(&format!("agent{number}"), None).await;
        let (desk, id) = (shop.desk.clone(), id.clone());
        claims.push(tokio::spawn(
            async move { desk.claim(&agent, &id, None).await },
        ));
    }
    let mut won = 0;
    for claim in claims {
        match claim.await.unwrap() {
            Ok(conversation) => {
                assert!(matches!(conversation.owner, Owner::Agent(_)));
                won += 1;
            }
            Err(DeskError::NotAllowed(refused)) => {
                assert!(refused.to_string().contains("agent agent"), "{refused}")
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn the_bot_is_silent_from_handing_over_until_it_is_given_back() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop
        .send(&visitor, "I want to talk to a person")
        .await
        .conversation;
    assert!(
        shop.send(&visitor, "where is my order A1002")
            .await
            .replies
            .is_empty()
    );

    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    assert!(
        shop.send(&visitor, "hello? where is it")
            .await
            .replies
            .is_empty()
    );
    shop.desk
        .reply(
            &lee,
            &id,
            ClientId::parse("r1").unwrap(),
            "I am on it.".to_owned(),
            None,
        )
        .await
        .unwrap();

    shop.desk.give_back(&lee, &id, None).await.unwrap();
    assert!(
        !shop
            .send(&visitor, "where is my order A1002")
            .await
            .replies
            .is_empty()
    );
}

#[tokio::test]
async fn only_the_owner_speaks_and_a_repeated_reply_is_one_reply() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "agent please").await.conversation;
    let (lee, kim) = (shop.agent("lee", None).await, shop.agent("kim", None).await);
    let name = || ClientId::parse("r1").unwrap();
    let refused = shop
        .desk
        .reply(&lee, &id, name(), "too early".to_owned(), None)
        .await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))));
    let claimed = shop.desk.claim(&lee, &id, None).await.unwrap();
    let refused = shop
        .desk
        .reply(&kim, &id, name(), "not mine".to_owned(), None)
        .await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))));
    let first = shop
        .desk
        .reply(
            &lee,
            &id,
            name(),
            "Hello".to_owned(),
            Some(claimed.revision),
        )
        .await
        .unwrap();
    let again = shop
        .desk
        .reply(&lee, &id, name(), "Hello".to_owned(), None)
        .await
        .unwrap();
    assert_eq!(first, again);
    let stale = shop
        .desk
        .reply(
            &lee,
            &id,
            ClientId::parse("r2").unwrap(),
            "late".to_owned(),
            Some(claimed.revision),
        )
        .await;
    assert!(
        matches!(stale, Err(DeskError::Conflict { .. })),
        "{stale:?}"
    );
}

#[tokio::test]
async fn an_agent_of_one_merchant_sees_nothing_of_another() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "agent please").await.conversation;
    let stranger = shop.agent("stranger", Some("m_other")).await;
    let nothing = shop.desk.conversation(&stranger, &id).await;
    assert!(matches!(nothing, Err(DeskError::NotFound)));
    assert!(matches!(
        shop.desk.claim(&stranger, &id, None).await,
        Err(DeskError::NotFound)
    ));
    assert!(matches!(
        shop.desk.events(&stranger, &id, Seq(0), 10).await,
        Err(DeskError::NotFound)
    ));
    assert_eq!(
        shop.desk.inbox_counts(&stranger).await.unwrap().0.waiting,
        0
    );
    let key = shop.key("m_other");
    assert!(matches!(
        shop.desk
            .order(&key, &OrderId::parse("A1002").unwrap())
            .await,
        Err(DeskError::NotFound)
    ));
}
