//! A trouble that is known: whoever asks about it hears so, and hears once when it is over, whatever happens in between; the desk itself
//! only ever proposes one.

mod kept;
mod proposed;
mod read;
mod unwritten;

use std::collections::BTreeSet;
use std::time::Duration;

use frontdesk::desk::notices::{Register, declare, move_notice};
use frontdesk::desk::{ClaimMove, Desk, Options};
use frontdesk::domain::account::Session;
use frontdesk::domain::conversation::{Actor, Event, EventBody, Identity, Owner, Seq};
use frontdesk::domain::ids::{ClientId, ConversationId, EndpointId, IntentId, MerchantId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::notice::{
    Affected, Declaration, DeclaredBy, Notice, NoticeMove, NoticeState,
};
use frontdesk::domain::payment_link::{LinkId, LinkState};
use frontdesk::domain::transcript::HandedOff;
use frontdesk::domain::trouble::Cause;
use frontdesk::domain::webhook::{EventKind, Subscription};
use frontdesk::domain::wording::Texts;
use frontdesk::live::Live;
use frontdesk::store::{self, Commit, Store, verify};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process;
use crate::shop::{Shop, rules, site};
use crate::support::{TestApp, problem};

pub(super) const WORDS: &str = "Card payments have failed since 09:40.";

pub(super) fn about(text: &str) -> Affected {
    let mut affected = Affected::default();
    for part in text.split_whitespace() {
        match part.split_once('=').unwrap() {
            ("site", site) => affected.site = Some(SiteId::parse(site).unwrap()),
            ("method", method) => affected.methods.push(method.to_owned()),
            ("cause", name) => {
                let known = |cause: &Cause| cause.name() == name;
                affected.causes.extend(Cause::ALL.into_iter().find(known));
            }
            (_, intent) => affected.intents.push(IntentId::parse(intent).unwrap()),
        }
    }
    affected
}

pub(super) fn texts(text: &str) -> Texts {
    Texts::from([(Language::En, text.to_owned())])
}

pub(super) fn said(name: &str, on: &str) -> Declaration {
    Declaration {
        name: ClientId::parse(name).unwrap(),
        affected: about(on),
        since: Some("2026-11-20T09:40:00Z".parse().unwrap()),
        texts: texts(WORDS),
    }
}

pub(super) async fn declared(shop: &Shop, on: &str) -> Notice {
    let key = shop.key("m_linden");
    let declared = shop.desk.declare_notice(&key, said("n1", on)).await;
    declared.unwrap().0
}

pub(super) async fn ended(shop: &Shop, notice: &Notice) {
    let to = NoticeMove::End {
        texts: texts("Cards work again."),
    };
    let key = shop.key("m_linden");
    shop.desk.move_notice(&key, &notice.id, &to).await.unwrap();
}

/// The notices of a shop, as somebody without its desk moves them.
pub(super) fn register<'a>(shop: &'a Shop, told: &'a [Subscription]) -> Register<'a> {
    Register {
        store: &shop.store,
        clock: &shop.clock,
        told,
    }
}

pub(super) async fn log(shop: &Shop, id: &ConversationId) -> Vec<Event> {
    shop.store.events(id, Seq(0), 200).await.unwrap()
}

/// What the desk itself told the customer.
pub(super) async fn told(shop: &Shop, id: &ConversationId) -> Vec<String> {
    let events = log(shop, id).await.into_iter();
    let told = events.filter(|event| event.by == Actor::System);
    told.filter_map(|event| match event.body {
        EventBody::Reply { text, .. } => Some(text),
        _ => None,
    })
    .collect()
}

/// How often a conversation was linked to a notice, and how often that ended.
pub(super) async fn links(shop: &Shop, id: &ConversationId) -> (usize, usize) {
    let events = log(shop, id).await;
    let count = |is: fn(&EventBody) -> bool| events.iter().filter(|e| is(&e.body)).count();
    (
        count(|body| matches!(body, EventBody::NoticeLinked { .. })),
        count(|body| matches!(body, EventBody::NoticeEnded { .. })),
    )
}

pub(super) async fn ask(shop: &Shop, visitor: &Session, text: &str) -> (ConversationId, String) {
    let received = shop.send(visitor, text).await;
    let replies = received.replies.iter();
    let said = replies.filter_map(|event| match &event.body {
        EventBody::Reply { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let said = said.collect::<Vec<_>>().join("\n");
    (received.conversation, said)
}

pub(super) const FAULT: &str = "your payment page shows an error";
pub(super) const FAULT_HANS: &str = "支付页面报错，付不了款";
pub(super) const FAULT_HANT: &str = "付款頁面一直顯示系統錯誤";

#[tokio::test]
async fn whoever_asks_hears_of_it_in_their_language_and_once_when_it_is_over() {
    let shop = Shop::open().await;
    let before = shop.visit().await;
    let (unaware, plain) = ask(&shop, &before, FAULT).await;
    assert!(!plain.contains(WORDS), "{plain}");
    let notice = declared(&shop, "intent=payment_system_fault").await;
    let mut asked = Vec::new();
    for (text, open, over) in [
        (FAULT, WORDS, "Cards work again."),
        (FAULT_HANS, "这个问题我们已经知道了", "已经恢复"),
        (FAULT_HANT, "這個問題我們已經知道了", "已經恢復"),
    ] {
        let visitor = shop.visit().await;
        let (id, heard) = ask(&shop, &visitor, text).await;
        assert!(heard.contains(open), "{text}: {heard}");
        assert_eq!(links(&shop, &id).await, (1, 0), "{text}");
        let (_, again) = ask(&shop, &visitor, text).await;
        assert!(again.contains(open), "{again}");
        assert_eq!(links(&shop, &id).await, (1, 0), "asked again: {text}");
        asked.push((id, over));
    }
    let other = shop.visit().await;
    let (uninvolved, heard) = ask(&shop, &other, "what is your refund policy?").await;
    assert!(!heard.contains(WORDS), "{heard}");
    ended(&shop, &notice).await;
    for _ in 0..3 {
        shop.desk.look_at_due().await.unwrap();
    }
    for (id, over) in &asked {
        let told = told(&shop, id).await;
        assert!(told.len() == 1 && told[0].contains(over), "{told:?}");
        assert_eq!(links(&shop, id).await, (1, 1));
    }
    assert_eq!(told(&shop, &uninvolved).await, Vec::<String>::new());
    assert_eq!(told(&shop, &unaware).await, Vec::<String>::new());
    let (_, after) = ask(&shop, &shop.visit().await, FAULT).await;
    assert!(!after.contains(WORDS), "{after}");
    let folder = shop.closed();
    let found = verify(&folder.path().join("data")).unwrap();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

#[tokio::test]
async fn an_agent_who_has_the_conversation_is_told_and_not_their_customer() {
    let shop = Shop::open().await;
    let notice = declared(&shop, "intent=payment_system_fault").await;
    let (taken, _) = ask(&shop, &shop.visit().await, FAULT).await;
    let lee = shop.agent("lee", None).await;
    shop.desk.take_over(&lee, &taken, None).await.unwrap();
    let visitor = shop.visit().await;
    let (queued, _) = ask(&shop, &visitor, FAULT).await;
    ask(&shop, &visitor, "I want to talk to a human").await;
    let row = shop.store.conversation(&queued).await.unwrap().unwrap();
    assert_eq!(row.owner, Owner::Queue);
    ended(&shop, &notice).await;
    assert_eq!(links(&shop, &taken).await, (1, 1));
    assert_eq!(told(&shop, &taken).await, Vec::<String>::new());
    assert_eq!(told(&shop, &queued).await.len(), 1);
}

#[tokio::test]
async fn somebody_who_went_on_in_another_conversation_is_told_there_and_only_there() {
    let shop = Shop::open().await;
    let notice = declared(&shop, "intent=payment_system_fault").await;
    let visitor = shop.visit().await;
    let (first, _) = ask(&shop, &visitor, FAULT).await;
    ask(&shop, &visitor, "thanks, bye").await;
    shop.wait(100);
    let session = shop.store.session(&visitor.token).await.unwrap().unwrap();
    let (second, _) = ask(&shop, &session, FAULT).await;
    assert_ne!(first, second);
    ended(&shop, &notice).await;
    let (first, second) = (told(&shop, &first).await, told(&shop, &second).await);
    assert_eq!((first.len(), second.len()), (0, 1), "{first:?} {second:?}");
}

#[tokio::test]
async fn however_many_look_and_whenever_the_desk_stops_each_is_told_once() {
    let shop = Shop::open().await;
    let notice = declared(&shop, "intent=payment_system_fault").await;
    let mut asked = Vec::new();
    for _ in 0..12 {
        asked.push(ask(&shop, &shop.visit().await, FAULT).await.0);
    }
    // Ended on the disk alone, as by a desk that died at once.
    let merchant = notice.affected.merchant.as_ref();
    let to = NoticeMove::End {
        texts: texts("Over."),
    };
    move_notice(register(&shop, &[]), merchant, &notice.id, &to)
        .await
        .unwrap();
    let shop = shop.restart(Duration::ZERO);
    let other = Desk::new(
        shop.store.clone(),
        rules(),
        vec![site("linden", "m_linden")],
        shop.clock.clone(),
        Live::new(),
        Options::default(),
    );
    for _ in 0..2 {
        let (one, two) = tokio::join!(shop.desk.look_at_due(), other.look_at_due());
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    }
    for id in &asked {
        assert_eq!(told(&shop, id).await.len(), 1, "{id}");
        assert_eq!(links(&shop, id).await, (1, 1));
    }
    let found = shop
        .store
        .notice(merchant, &notice.id)
        .await
        .unwrap()
        .unwrap();
    assert!(found.settled && found.state == NoticeState::Ended);
}

#[tokio::test]
async fn a_notice_of_one_bank_is_for_those_who_are_known_to_have_paid_by_it() {
    let shop = Shop::open().await;
    declared(&shop, "intent=payment_system_fault method=visa").await;
    let (_, heard) = ask(&shop, &shop.visit().await, FAULT).await;
    assert!(!heard.contains(WORDS), "{heard}");
    let named = "my visa card: your payment page shows an error";
    let (_, heard) = ask(&shop, &shop.visit().await, named).await;
    assert!(heard.contains(WORDS), "{heard}");
}

#[tokio::test]
async fn a_notice_of_another_shop_or_site_is_nobodys_answer_here() {
    let shop = Shop::open().await;
    let other = shop.key("m_other");
    let elsewhere = said("a", "intent=payment_system_fault");
    shop.desk.declare_notice(&other, elsewhere).await.unwrap();
    let foreign = said("b", "intent=payment_system_fault site=other");
    let key = shop.key("m_linden");
    assert!(shop.desk.declare_notice(&key, foreign).await.is_err());
    let unknown = said("c", "intent=no_such_matter");
    assert!(shop.desk.declare_notice(&key, unknown).await.is_err());
    let (_, heard) = ask(&shop, &shop.visit().await, FAULT).await;
    assert!(!heard.contains(WORDS), "{heard}");
    // The operator's is for everybody.
    let all = said("d", "intent=payment_system_fault");
    let operator = DeclaredBy::Operator;
    declare(register(&shop, &[]), operator, all).await.unwrap();
    let (_, heard) = ask(&shop, &shop.visit().await, FAULT).await;
    assert!(heard.contains(WORDS), "{heard}");
}

#[tokio::test]
async fn the_cause_finder_knows_of_it_and_links_who_is_told_so() {
    let shop = Shop::open().await;
    let key = shop.key("m_linden");
    let notice = said("a", "cause=platform_fault");
    shop.desk.declare_notice(&key, notice).await.unwrap();
    let record = json!({"id": "A7001", "merchant": "m_linden", "status": "processing", "amount": "5.00", "currency": "GBP",
        "created_at": "2026-11-20T09:45:00Z", "items": ["lamp"], "customer": {"email": "n1@example.org"},
        "payments": [{"ref": "p1", "amount": "5.00", "status": "no_such_code", "at": "2026-11-20T09:50:00Z"}]});
    let order = frontdesk::domain::order_record::parse(&record, &Default::default()).unwrap();
    let commit = Commit::new().order(order);
    shop.store.commit(commit).await.unwrap();
    let (id, heard) = ask(
        &shop,
        &shop.visit().await,
        "what is the status of order A7001? my email is n1@example.org",
    )
    .await;
    assert!(heard.contains(WORDS), "{heard}");
    assert_eq!(links(&shop, &id).await, (1, 0));
}
