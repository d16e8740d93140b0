//! What the desk notices by itself, and what programs are told.

use super::*;

pub(super) fn subscribe(desk: &Desk) -> EndpointId {
    let subscription = subscription();
    let endpoint = subscription.endpoint.clone();
    desk.set_subscriptions(vec![subscription]);
    endpoint
}

pub(super) fn subscription() -> Subscription {
    Subscription {
        endpoint: EndpointId::parse("linden-hook").unwrap(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        events: vec![
            EventKind::NoticeProposed,
            EventKind::NoticeDeclared,
            EventKind::NoticeEnded,
        ],
    }
}

pub(super) async fn told_programs(shop: &Shop, endpoint: &EndpointId) -> Vec<EventKind> {
    let waiting = shop
        .store
        .waiting_deliveries(endpoint, 0, 200)
        .await
        .unwrap();
    waiting.into_iter().map(|delivery| delivery.kind).collect()
}

#[tokio::test]
async fn a_rise_far_above_the_usual_is_proposed_once_and_said_to_nobody_before_a_person_confirms() {
    let shop = Shop::open().await;
    let endpoint = subscribe(&shop.desk);
    let mut last = String::new();
    for _ in 0..25 {
        last = ask(&shop, &shop.visit().await, FAULT).await.1;
    }
    let key = shop.key("m_linden");
    let (live, _) = shop.desk.notices(&key, None, 10).await.unwrap();
    let [proposed] = live.as_slice() else {
        panic!("{live:?}")
    };
    assert!(proposed.is_proposed() && proposed.by == DeclaredBy::Desk);
    assert_eq!(
        proposed.affected.intents[0].as_str(),
        "payment_system_fault"
    );
    assert_eq!(
        told_programs(&shop, &endpoint).await,
        [EventKind::NoticeProposed]
    );
    assert!(!last.contains(WORDS));
    let confirm = NoticeMove::Confirm {
        since: None,
        texts: texts(WORDS),
    };
    shop.desk
        .move_notice(&key, &proposed.id, &confirm)
        .await
        .unwrap();
    let (_, heard) = ask(&shop, &shop.visit().await, FAULT).await;
    assert!(heard.contains(WORDS), "{heard}");
    ended(&shop, proposed).await;
    let kinds = [
        EventKind::NoticeProposed,
        EventKind::NoticeDeclared,
        EventKind::NoticeEnded,
    ];
    assert_eq!(told_programs(&shop, &endpoint).await, kinds);
}

#[tokio::test]
async fn what_was_counted_is_not_forgotten_when_the_desk_starts_again() {
    let shop = Shop::open().await;
    for _ in 0..9 {
        ask(&shop, &shop.visit().await, FAULT).await;
    }
    shop.desk.look_at_due().await.unwrap();
    let shop = shop.restart(Duration::ZERO);
    let key = shop.key("m_linden");
    assert!(
        shop.desk
            .notices(&key, None, 10)
            .await
            .unwrap()
            .0
            .is_empty()
    );
    ask(&shop, &shop.visit().await, FAULT).await;
    assert_eq!(shop.desk.notices(&key, None, 10).await.unwrap().0.len(), 1);
}
