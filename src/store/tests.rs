//! The typed store: what is committed is read, what is stale is refused, what is listed is what is there.

use super::*;
use crate::domain::account::{Agent, Session, TokenHash};
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::{AgentId, ClientId, ConversationId, MerchantId, OrderId};
use crate::domain::order::Order;
use crate::domain::rights::Rights;
use jiff::{SignedDuration, Timestamp};

mod agreement;
mod beside;
mod inbox;
mod log;
mod waiting;
use crate::domain::conversation::{Actor, EventBody, Opening, Owner, Revision, Role, Status};
use crate::domain::ids::{SiteId, VisitorId};
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::order::{Contact, OrderStatus};
use crate::domain::page_facts::PageFacts;

const T0: Timestamp = Timestamp::UNIX_EPOCH;

/// A store in a folder of its own, and a way to wait for its answers.
struct Desk {
    store: Store,
    options: Options,
    runtime: tokio::runtime::Runtime,
    _dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            segment: 1 << 16,
            min_free: 0,
            ..Options::new(dir.path().join("data"), T0)
        };
        Self {
            store: Store::open(&options).unwrap(),
            options,
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
            _dir: dir,
        }
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.runtime.block_on(self.store.commit(commit))
    }

    fn conversation(&self, id: &str) -> Option<Conversation> {
        let id = conversation_id(id);
        let read = self.store.conversation(&id);
        self.runtime.block_on(read).unwrap()
    }

    fn events(&self, id: &str, after: u64, limit: usize) -> Vec<Event> {
        let id = conversation_id(id);
        let read = self.store.events(&id, Seq(after), limit);
        self.runtime.block_on(read).unwrap()
    }

    /// Writes a row, as read, with its new events.
    fn write(&self, row: Conversation, events: Vec<Event>) -> Result<(), CommitError> {
        self.commit(change(row, events))
    }

    fn reopen(self) -> Self {
        drop(self.store);
        Self {
            store: Store::open(&self.options).unwrap(),
            ..self
        }
    }
}

fn conversation_id(id: &str) -> ConversationId {
    ConversationId::parse(id).unwrap()
}

fn open_conversation(id: &str) -> Conversation {
    Conversation::open(
        Opening {
            id: conversation_id(id),
            site: SiteId::parse("shop").unwrap(),
            merchant: MerchantId::parse("m").unwrap(),
            channel: "widget".to_owned(),
            visitor: VisitorId::parse("v").unwrap(),
            role: Role::Customer,
            identity: None,
            language: Language::En,
            previous: None,
        },
        T0,
    )
}

fn change(row: Conversation, events: Vec<Event>) -> Commit {
    let commit = Commit::new().expecting(&row.id, row.revision);
    commit.conversation(row).events(events)
}

fn say(conversation: &mut Conversation, name: &str, text: &str, at: Timestamp) -> Event {
    let body = EventBody::Message {
        client_id: ClientId::parse(name).unwrap(),
        text: text.to_owned(),
        choice: None,
        by_letter: false,
    };
    conversation.next_event(Actor::Customer, body, at)
}

fn order(id: &str, email: Option<&str>, at: i64) -> Order {
    Order {
        id: OrderId::parse(id).unwrap(),
        written_id: id.to_owned(),
        merchant: MerchantId::parse("m").unwrap(),
        customer: Contact {
            email: email.map(str::to_owned),
            phone: Some("+44 20 7946 0018".to_owned()),
            ..Contact::default()
        },
        status: OrderStatus::Shipped,
        amount: Money::parse("64.00", "GBP").unwrap(),
        payment_method: None,
        created_at: Timestamp::from_second(at).unwrap(),
        paid_at: None,
        items: vec!["lamp".to_owned()],
        shipping: None,
        reject_reason: None,
        refunds: vec![],
        payments: vec![],
        note: None,
        prices: Vec::new(),
        extra: None,
    }
}

#[test]
fn a_conversation_and_its_events_are_there_after_a_restart() {
    let mut desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let long = "\u{9000}".repeat(10_000);
    let events = vec![
        say(&mut conversation, "1", "hello", T0),
        say(&mut conversation, "2", &long, T0),
    ];
    desk.write(conversation.clone(), events.clone()).unwrap();
    conversation.revision = Revision(1);
    for _ in 0..2 {
        assert_eq!(desk.conversation("c1"), Some(conversation.clone()));
        assert_eq!(desk.events("c1", 0, 200), events);
        assert_eq!(desk.events("c1", 1, 200), events[1..]);
        assert_eq!(desk.events("c1", 0, 1), events[..1]);
        desk = desk.reopen();
    }
}

#[test]
fn a_stale_change_is_refused_and_told_who_was_faster() {
    let desk = Desk::new();
    desk.write(open_conversation("c1"), vec![]).unwrap();
    let stale = desk.conversation("c1").unwrap();
    let mut faster = stale.clone();
    faster.owner = Owner::Agent(AgentId::parse("li").unwrap());
    desk.write(faster, vec![]).unwrap();
    let CommitError::Conflict(Some(now)) = desk.write(stale, vec![]).unwrap_err() else {
        panic!("a stale change was taken");
    };
    assert_eq!(now.owner, Owner::Agent(AgentId::parse("li").unwrap()));
    assert_eq!(now.revision, Revision(2));
    let again = desk.write(open_conversation("c1"), vec![]);
    assert!(matches!(again, Err(CommitError::Conflict(Some(_)))));
    let missing = ConversationId::parse("c2").unwrap();
    let missing = desk.commit(Commit::new().expecting(&missing, Revision(3)));
    assert!(matches!(missing, Err(CommitError::Conflict(None))));
    let careless = desk.commit(Commit::new().conversation(open_conversation("c3")));
    assert!(matches!(
        careless,
        Err(CommitError::Store(StoreError::Misused { .. }))
    ));
}

#[test]
fn a_message_sent_again_is_answered_with_the_first_one() {
    let desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let first = say(&mut conversation, "n1", "hello", T0);
    desk.write(conversation, vec![first.clone()]).unwrap();
    let mut conversation = desk.conversation("c1").unwrap();
    let again = say(&mut conversation, "n1", "hello", T0);
    let refused = desk.write(conversation, vec![again]).unwrap_err();
    assert!(matches!(refused, CommitError::Conflict(Some(_))));
    let name = ClientId::parse("n1").unwrap();
    let found = desk.store.sent(&first.conversation, "customer", &name);
    assert_eq!(desk.runtime.block_on(found).unwrap(), Some(Seq(1)));
    assert_eq!(desk.events("c1", 0, 200).len(), 1);
}

#[test]
fn events_that_do_not_follow_the_log_are_refused() {
    let desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let mut event = say(&mut conversation, "1", "hello", T0);
    event.seq = Seq(2);
    let gap = desk.write(conversation.clone(), vec![event.clone()]);
    assert!(matches!(
        gap,
        Err(CommitError::Store(StoreError::Misused { .. }))
    ));
    let missing = desk.write(conversation, vec![]);
    assert!(matches!(missing, Err(CommitError::Store(_))));
    let alone = desk.commit(Commit::new().event(event));
    assert!(matches!(alone, Err(CommitError::Store(_))));
    assert_eq!(desk.conversation("c1"), None);
}

#[test]
fn of_two_first_messages_at_once_one_begins_the_conversation() {
    let desk = Desk::new();
    let token = TokenHash([7; 32]);
    let session = Session {
        token,
        visitor: VisitorId::parse("v").unwrap(),
        site: SiteId::parse("shop").unwrap(),
        conversation: None,
        role: Role::Customer,
        identity: None,
        language: None,
        page: PageFacts::default(),
        created_at: T0,
        expires_at: T0 + SignedDuration::from_hours(1),
    };
    desk.commit(Commit::new().session(session.clone())).unwrap();
    let begin = |id: &str| {
        change(open_conversation(id), vec![])
            .expecting_session(token, None)
            .session(Session {
                conversation: Some(conversation_id(id)),
                ..session.clone()
            })
    };
    desk.commit(begin("c1")).unwrap();
    let Err(CommitError::Conflict(Some(found))) = desk.commit(begin("c2")) else {
        panic!("both began");
    };
    assert_eq!(found.id, conversation_id("c1"));
    assert_eq!(desk.conversation("c2"), None);
    let until = |hours| T0 + SignedDuration::from_hours(hours);
    let due = |hours| {
        desk.runtime
            .block_on(desk.store.due(until(hours), 10))
            .unwrap()
    };
    assert_eq!(due(0), []);
    assert_eq!(due(1), [(until(1), Due::Session(token))]);
    desk.commit(Commit::new().end_session(token)).unwrap();
    assert_eq!(due(1), []);
}

#[test]
fn the_orders_of_a_contact_follow_every_change_of_the_order() {
    let desk = Desk::new();
    let merchant = MerchantId::parse("m").unwrap();
    let find = |email, phone| {
        let read = desk.store.orders_of(&merchant, email, phone, 10);
        let orders = desk.runtime.block_on(read).unwrap();
        orders.iter().map(|o| o.id.to_string()).collect::<Vec<_>>()
    };
    for (id, at) in [("A1", 10), ("A2", 30), ("A3", 20)] {
        desk.commit(Commit::new().order(order(id, Some("a@example.com"), at)))
            .unwrap();
    }
    assert_eq!(find(Some(" A@Example.com "), None), ["A2", "A3", "A1"]);
    for phone in ["+442079460018", "020 7946 0018", "79460018"] {
        assert_eq!(find(None, Some(phone)), ["A2", "A3", "A1"], "{phone}");
        assert_eq!(find(Some("a@example.com"), Some(phone)).len(), 3);
    }
    assert_eq!(find(None, Some("18")), [""; 0]);
    desk.commit(Commit::new().order(order("A2", Some("b@example.com"), 30)))
        .unwrap();
    assert_eq!(find(Some("a@example.com"), None), ["A3", "A1"]);
    assert_eq!(find(Some("b@example.com"), None), ["A2"]);
    let first = OrderId::parse("A1").unwrap();
    let read = desk.store.orders(&merchant, Some(&first), 10);
    assert_eq!(desk.runtime.block_on(read).unwrap().len(), 2);
}

#[test]
fn how_many_orders_somebody_placed_since_a_time_is_counted_however_many_these_are() {
    let desk = Desk::new();
    let orders = (0..300).map(|n| order(&format!("A{n}"), Some("a@example.com"), n));
    desk.store.import_orders(orders, |_| {}).unwrap();
    let merchant = MerchantId::parse("m").unwrap();
    let count = |email, phone, since| {
        let since = Timestamp::from_second(since).unwrap();
        let read = desk.store.placed_since(&merchant, email, phone, since, 999);
        let placed = desk.runtime.block_on(read).unwrap();
        assert!(placed.iter().all(|at| *at >= since));
        placed.len()
    };
    let (email, phone) = (Some("A@example.com"), Some("79460018"));
    assert_eq!(count(email, None, 0), 300);
    assert_eq!(count(email, phone, 50), 250, "each once");
    assert_eq!(count(Some("b@example.com"), None, 0), 0);
}

#[test]
fn an_import_writes_every_order_and_tells_how_far_it_is() {
    let desk = Desk::new();
    let orders = (0..2500).map(|n| order(&format!("A{n}"), None, n));
    let mut told = Vec::new();
    let written = desk.store.import_orders(orders, |n| told.push(n)).unwrap();
    assert_eq!(written, 2500);
    assert_eq!(told.len(), 2501);
    assert!(told.is_sorted() && told.contains(&0) && told.ends_with(&[2500]));
    let merchant = MerchantId::parse("m").unwrap();
    let last = OrderId::parse("A2499").unwrap();
    let last = desk.store.order(&merchant, &last);
    assert!(desk.runtime.block_on(last).unwrap().is_some());
}

#[test]
fn an_import_replaces_what_is_there_and_the_last_of_two_rows_stands() {
    let desk = Desk::new();
    let merchant = MerchantId::parse("m").unwrap();
    let email = |n: i64| format!("c{n}@example.com");
    let new = |n: i64| order(&format!("A{n:03}"), Some(&email(n)), n);
    let old = (0..100).filter(|n| n % 3 == 0).map(new);
    desk.store.import_orders(old, |_| {}).unwrap();
    let mut rows: Vec<Order> = (0..100).rev().map(new).collect();
    rows.push(order("A007", Some("second@example.com"), 7));
    rows.push(order("A009", Some("third@example.com"), 9));
    assert_eq!(desk.store.import_orders(rows, |_| {}).unwrap(), 102);
    let all = desk.store.orders(&merchant, None, 200);
    assert_eq!(desk.runtime.block_on(all).unwrap().len(), 100);
    let find = |email: &str| {
        let read = desk.store.orders_of(&merchant, Some(email), None, 10);
        let orders = desk.runtime.block_on(read).unwrap();
        orders.iter().map(|o| o.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(find("second@example.com"), ["A007"]);
    assert_eq!(find("third@example.com"), ["A009"]);
    assert_eq!((find(&email(7)), find(&email(9))), (vec![], vec![]));
    for n in (0..100).filter(|n| ![7, 9].contains(n)) {
        assert_eq!(find(&email(n)), [format!("A{n:03}")]);
    }
}

#[test]
fn an_order_that_has_not_changed_is_not_written_again() {
    let desk = Desk::new();
    let orders = || (0..50).map(|n| order(&format!("A{n}"), None, n));
    desk.store.import_orders(orders(), |_| {}).unwrap();
    let before = desk.store.report().applied;
    assert_eq!(desk.store.import_orders(orders(), |_| {}).unwrap(), 50);
    assert_eq!(desk.store.report().applied, before);
}

#[test]
fn an_import_of_orders_as_large_as_they_may_be_is_taken() {
    let desk = Desk::new();
    let orders = (0..20).map(|n| Order {
        items: vec!["x".repeat(200); 4000],
        ..order(&format!("A{n}"), None, n)
    });
    assert_eq!(desk.store.import_orders(orders, |_| {}).unwrap(), 20);
}

#[test]
fn agents_are_found_by_id_and_by_the_token_they_hold_now() {
    let desk = Desk::new();
    let agent = |token| Agent {
        id: AgentId::parse("li").unwrap(),
        name: "Li".to_owned(),
        merchant: None,
        token: TokenHash([token; 32]),
        disabled: false,
        created_at: T0,
        rights: Rights::default(),
    };
    desk.commit(Commit::new().agent(agent(1))).unwrap();
    desk.commit(Commit::new().agent(agent(3))).unwrap();
    let by = |token| {
        let token = TokenHash([token; 32]);
        let read = desk.store.agent_of(&token);
        desk.runtime.block_on(read).unwrap()
    };
    assert_eq!(by(1), None);
    assert_eq!(by(3), Some(agent(3)));
}
