//! A trouble that is known: whoever asks about it hears so, and hears once when it is over, whatever happens in between; the desk itself
//! only ever proposes one.

use std::collections::BTreeSet;
use std::time::Duration;

use frontdesk::desk::notices::{Register, declare, move_notice};
use frontdesk::desk::{Desk, Options};
use frontdesk::domain::account::Session;
use frontdesk::domain::conversation::{Actor, Event, EventBody, Identity, Owner, Seq};
use frontdesk::domain::ids::{ClientId, ConversationId, EndpointId, IntentId, MerchantId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::notice::{
    Affected, Declaration, DeclaredBy, Notice, NoticeMove, NoticeState,
};
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

const WORDS: &str = "Card payments have failed since 09:40.";

fn about(text: &str) -> Affected {
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

fn texts(text: &str) -> Texts {
    Texts::from([(Language::En, text.to_owned())])
}

fn said(name: &str, on: &str) -> Declaration {
    Declaration {
        name: ClientId::parse(name).unwrap(),
        affected: about(on),
        since: Some("2026-11-20T09:40:00Z".parse().unwrap()),
        texts: texts(WORDS),
    }
}

async fn declared(shop: &Shop, on: &str) -> Notice {
    let key = shop.key("m_linden");
    let declared = shop.desk.declare_notice(&key, said("n1", on)).await;
    declared.unwrap().0
}

async fn ended(shop: &Shop, notice: &Notice) {
    let to = NoticeMove::End {
        texts: texts("Cards work again."),
    };
    let key = shop.key("m_linden");
    shop.desk.move_notice(&key, &notice.id, &to).await.unwrap();
}

/// The notices of a shop, as somebody without its desk moves them.
fn register<'a>(shop: &'a Shop, told: &'a [Subscription]) -> Register<'a> {
    Register {
        store: &shop.store,
        clock: &shop.clock,
        told,
    }
}

async fn log(shop: &Shop, id: &ConversationId) -> Vec<Event> {
    shop.store.events(id, Seq(0), 200).await.unwrap()
}

/// What the desk itself told the customer.
async fn told(shop: &Shop, id: &ConversationId) -> Vec<String> {
    let events = log(shop, id).await.into_iter();
    let told = events.filter(|event| event.by == Actor::System);
    told.filter_map(|event| match event.body {
        EventBody::Reply { text, .. } => Some(text),
        _ => None,
    })
    .collect()
}

/// How often a conversation was linked to a notice, and how often that ended.
async fn links(shop: &Shop, id: &ConversationId) -> (usize, usize) {
    let events = log(shop, id).await;
    let count = |is: fn(&EventBody) -> bool| events.iter().filter(|e| is(&e.body)).count();
    (
        count(|body| matches!(body, EventBody::NoticeLinked { .. })),
        count(|body| matches!(body, EventBody::NoticeEnded { .. })),
    )
}

async fn ask(shop: &Shop, visitor: &Session, text: &str) -> (ConversationId, String) {
    let received = shop.send(visitor, text).await;
    let replies = received.replies.iter();
    let said = replies.filter_map(|event| match &event.body {
        EventBody::Reply { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let said = said.collect::<Vec<_>>().join("\n");
    (received.conversation, said)
}

const FAULT: &str = "your payment page shows an error";
const FAULT_HANS: &str = "支付页面报错，付不了款";
const FAULT_HANT: &str = "付款頁面一直顯示系統錯誤";

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
    let Shop {
        desk,
        store,
        folder,
        ..
    } = shop;
    store.close();
    drop((desk, store));
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

fn subscribe(desk: &Desk) -> EndpointId {
    let subscription = subscription();
    let endpoint = subscription.endpoint.clone();
    desk.set_subscriptions(vec![subscription]);
    endpoint
}

fn subscription() -> Subscription {
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

async fn told_programs(shop: &Shop, endpoint: &EndpointId) -> Vec<EventKind> {
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

#[tokio::test]
async fn over_the_api_a_notice_is_declared_once_seen_and_ended_by_its_own_merchant_alone() {
    let app = TestApp::start().await;
    let (own, foreign) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    let body = json!({"client_id": "n1", "intents": ["payment_system_fault"], "since": "2026-11-20T09:40:00Z",
        "texts": {"en": WORDS}});
    let declare = |body: Value| app.post("/v1/notices").bearer_auth(&own).json(&body).send();
    let first = declare(body.clone()).await.unwrap();
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let again = declare(body.clone()).await.unwrap();
    assert_eq!(again.status(), 200);
    assert_eq!(first, again.json::<Value>().await.unwrap());
    let at = format!("/v1/notices/{}", first["id"].as_str().unwrap());
    for (method, path) in [
        (Method::GET, at.clone()),
        (Method::DELETE, at.clone()),
        (Method::POST, format!("{at}/end")),
    ] {
        let refused = app.request(method, &path).bearer_auth(&foreign).send();
        assert_eq!(
            problem(refused.await.unwrap()).await,
            (404, "not_found".to_owned())
        );
    }
    let theirs = app.get("/v1/notices").bearer_auth(&foreign);
    let theirs: Value = theirs.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        theirs["notices"],
        json!([]),
        "another shop's are not listed"
    );
    for (field, bad, code) in [
        ("intents", json!([]), "invalid_value"),
        ("intents", json!(["no_such_matter"]), "invalid_value"),
        ("causes", json!(["bad luck"]), "invalid_value"),
        ("site", json!("other"), "invalid_value"),
        ("since", json!("2026-11-21T00:00:00Z"), "invalid_value"),
        ("texts", json!({"en": " "}), "invalid_value"),
        ("texts", json!({"fr": "non"}), "unknown_field"),
        ("merchant", json!("m_other"), "unknown_field"),
    ] {
        let mut body = body.clone();
        body["client_id"] = json!("n2");
        body[field] = bad;
        let refused = problem(declare(body.clone()).await.unwrap()).await;
        assert_eq!(refused, (422, code.to_owned()), "{body}");
    }
    assert!(app.say(FAULT).await[0].contains(WORDS));
    let confirm = app.post(&format!("{at}/confirm")).bearer_auth(&own);
    let confirm = confirm.json(&json!({"texts": {}})).send().await.unwrap();
    assert_eq!(confirm.status(), 200, "it is open already");
    let end = || async {
        let request = app.request(Method::DELETE, &at).bearer_auth(&own);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(end().await["state"], "ended");
    assert_eq!(end().await["state"], "ended");
    let confirm = app.post(&format!("{at}/confirm")).bearer_auth(&own);
    let confirm = confirm.json(&json!({"texts": {}})).send().await.unwrap();
    assert_eq!(problem(confirm).await, (409, "conflict".to_owned()));
    let list = app.get("/v1/notices?state=ended").bearer_auth(&own);
    let list: Value = list.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["notices"].as_array().unwrap().len(), 1, "{list}");
    let list = app.get("/v1/notices?state=open").bearer_auth(&own);
    let list: Value = list.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["notices"], json!([]));
}

#[tokio::test]
async fn a_signed_in_customer_of_the_bank_hears_it_and_one_of_another_bank_does_not() {
    let shop = Shop::open().await;
    declared(&shop, "intent=refund_status method=visa").await;
    for (id, method, expected) in [("A7101", "visa *0934", true), ("A7102", "amex *1", false)] {
        let email = format!("{}@example.org", id.to_lowercase());
        let record = json!({"id": id, "merchant": "m_linden", "status": "delivered", "amount": "5.00", "currency": "GBP",
            "created_at": "2026-11-10T09:45:00Z", "paid_at": "2026-11-10T09:45:00Z", "items": ["lamp"],
            "payment_method": method, "customer": {"email": email}});
        let order = frontdesk::domain::order_record::parse(&record, &Default::default()).unwrap();
        let commit = Commit::new().order(order);
        shop.store.commit(commit).await.unwrap();
        let identity = Identity {
            subject: id.to_owned(),
            email: Some(email.clone()),
            ..Identity::default()
        };
        let signed_in = shop.visit_as(Some(identity)).await.session;
        let question = format!("where is the refund for order {id}?");
        let (_, heard) = ask(&shop, &signed_in, &question).await;
        assert_eq!(heard.contains(WORDS), expected, "{id}: {heard}");
        // By contact data alone nobody hears how the order was paid, and so not by which bank.
        let guest = shop.visit().await;
        let question = format!("where is the refund for order {id}? {email}");
        let (_, heard) = ask(&shop, &guest, &question).await;
        assert!(!heard.contains(WORDS), "{id}: {heard}");
    }
}

/// The events of a conversation, as an agent of the real desk reads them.
async fn events(desk: &process::Desk, agent: &str, id: &str) -> Vec<Value> {
    let url = format!("{}/v1/conversations/{id}/events", desk.base);
    let read = desk.http.get(url).bearer_auth(agent).send().await.unwrap();
    let read: Value = read.json().await.unwrap();
    read["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_desk_that_is_killed_while_it_tells_that_it_is_over_tells_everybody_once() {
    let (mut desk, agent, key) = process::Desk::start().await;
    let send = |desk: &process::Desk, path: &str, token: &str, body: Value| {
        let request = desk
            .http
            .post(format!("{}{path}", desk.base))
            .bearer_auth(token);
        request.json(&body).send()
    };
    let body = json!({"client_id": "n1", "intents": ["payment_system_fault"]});
    let notice = send(&desk, "/v1/notices", &key, body).await.unwrap();
    let notice: Value = notice.json().await.unwrap();
    let mut asked = BTreeSet::new();
    for number in 0..40 {
        let session = desk.session(None).await;
        let body = json!({"client_id": number.to_string(), "text": FAULT});
        let answer = send(&desk, "/v1/messages", &session, body).await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        asked.insert(answer["conversation"].as_str().unwrap().to_owned());
    }
    let path = format!("/v1/notices/{}/end", notice["id"].as_str().unwrap());
    let end = send(&desk, &path, &key, json!({}));
    let kill = async {
        tokio::time::sleep(Duration::from_millis(15)).await;
        desk.kill();
    };
    let (_, ()) = tokio::join!(end, kill);
    desk.start_again().await;
    // Whether the call was taken or not, it may be made again.
    let again = send(&desk, &path, &key, json!({})).await.unwrap();
    assert_eq!(again.status(), 200);
    for id in &asked {
        let events = events(&desk, &agent, id).await;
        let over = |event: &&Value| event["state"] == "ended" && event["kind"] == "notice";
        assert_eq!(events.iter().filter(over).count(), 1, "{events:?}");
        let told = |event: &&Value| event["kind"] == "reply" && event["from"] == "system";
        assert_eq!(events.iter().filter(told).count(), 1, "{events:?}");
    }
}

#[tokio::test]
async fn what_a_program_is_told_of_a_notice_is_on_disk_with_the_notice_itself() {
    let shop = Shop::open().await;
    let told = [subscription()];
    let mut all = said("n1", "intent=payment_system_fault");
    all.affected.merchant = MerchantId::parse("m_linden").ok();
    let merchant = all.affected.merchant.clone();
    let by = DeclaredBy::Operator;
    let (notice, _) = declare(register(&shop, &told), by, all.clone())
        .await
        .unwrap();
    // Nobody has looked yet, and a second word changes nothing.
    let declared = [EventKind::NoticeDeclared];
    assert_eq!(told_programs(&shop, &told[0].endpoint).await, declared);
    declare(register(&shop, &told), by, all).await.unwrap();
    let to = NoticeMove::End {
        texts: texts("Over."),
    };
    for _ in 0..2 {
        let moved = move_notice(register(&shop, &told), merchant.as_ref(), &notice.id, &to).await;
        assert!(moved.unwrap().announced);
    }
    let shop = shop.restart(Duration::ZERO);
    let both = [EventKind::NoticeDeclared, EventKind::NoticeEnded];
    assert_eq!(told_programs(&shop, &told[0].endpoint).await, both);
    shop.desk.look_at_due().await.unwrap();
    assert_eq!(told_programs(&shop, &told[0].endpoint).await, both);
}

#[tokio::test]
async fn whoever_ends_a_notice_does_not_wait_until_everybody_is_told_and_the_next_pass_tells_the_rest()
 {
    let shop = Shop::open().await;
    let notice = declared(&shop, "intent=payment_system_fault").await;
    let mut asked = Vec::new();
    for _ in 0..60 {
        asked.push(ask(&shop, &shop.visit().await, FAULT).await.0);
    }
    ended(&shop, &notice).await;
    let told_now = async || {
        let mut count = 0;
        for id in &asked {
            count += told(&shop, id).await.len();
        }
        count
    };
    assert_eq!(told_now().await, 50);
    shop.desk.look_at_due().await.unwrap();
    assert_eq!(told_now().await, 60);
    let found = shop
        .store
        .notice(Some(&shop.key("m_linden").merchant), &notice.id)
        .await;
    assert!(found.unwrap().unwrap().settled);
}

#[tokio::test]
async fn an_operator_confirms_what_the_desk_proposes_and_programs_are_told() {
    let shop = Shop::open().await;
    for _ in 0..25 {
        ask(&shop, &shop.visit().await, FAULT).await;
    }
    let key = shop.key("m_linden");
    let (live, _) = shop.desk.notices(&key, None, 10).await.unwrap();
    let id = live[0].id.clone();
    shop.store.close();
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    crate::folders::copy_folder(&shop.folder.path().join("data"), &at.join("data"));
    let config = "[[webhooks]]\nkey = \"linden-hook\"\nmerchant = \"m_linden\"\nurl = \"https://linden.example/hook\"\nsecret = \"whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=\"\n";
    std::fs::write(at.join("frontdesk.toml"), config).unwrap();
    let text = format!("en={WORDS}");
    let confirm = |merchant: &str| {
        let args = [
            "notice",
            "confirm",
            id.as_str(),
            "--merchant",
            merchant,
            "--text",
            &text,
        ];
        crate::cli::run(at, &args)
    };
    // Another merchant's looks like one that does not exist, and a second word changes nothing.
    assert_eq!(confirm("m_other").2, 1);
    for _ in 0..2 {
        let (out, err, code) = confirm("m_linden");
        assert_eq!(code, 0, "{err}");
        let shown: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(shown["state"]["state"], "open", "{shown}");
        assert_eq!(shown["texts"]["en"], WORDS, "{shown}");
    }
    let options = store::Options::new(at.join("data"), shop.clock.now());
    let store = Store::open(&options).unwrap();
    let open = store.open_notices(&key.merchant).await.unwrap();
    assert_eq!(open.len(), 1);
    let endpoint = EndpointId::parse("linden-hook").unwrap();
    let told = store.waiting_deliveries(&endpoint, 0, 10).await.unwrap();
    let kinds: Vec<EventKind> = told.into_iter().map(|delivery| delivery.kind).collect();
    assert_eq!(kinds, [EventKind::NoticeDeclared]);
}

#[tokio::test]
async fn the_person_who_takes_over_reads_of_the_known_incident() {
    let shop = Shop::open().await;
    declared(&shop, "intent=payment_system_fault").await;
    let visitor = shop.visit().await;
    ask(&shop, &visitor, FAULT).await;
    let (id, _) = ask(&shop, &visitor, "I want to talk to a human").await;
    let unaware = shop.visit().await;
    let (other, _) = ask(&shop, &unaware, "I want to talk to a human").await;
    for (id, expected) in [(id, true), (other, false)] {
        let events = log(&shop, &id).await.into_iter();
        let mut handed = events.filter_map(|event| match event.body {
            EventBody::HandedOff(handoff) => Some(*handoff),
            _ => None,
        });
        let lines = HandedOff::from(handed.next().unwrap()).lines;
        let line = lines.iter().find(|line| line.label.name() == "incident");
        let told = line.map(|line| line.text.as_str());
        assert_eq!(told.is_some_and(|text| text.contains(WORDS)), expected);
        assert_eq!(told.is_some(), expected, "{told:?}");
    }
}
