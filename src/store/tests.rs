//! The typed store: what is committed is read, what is stale is refused, what is listed is what is there.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::conversation::{Actor, EventBody, Opening, Owner, Revision, Role, Status};
use crate::domain::ids::{SiteId, VisitorId};
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::order::{Contact, OrderStatus};

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

    fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
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

    fn list(&self, view: &View) -> Vec<String> {
        let read = self.store.inbox(&Scope::All, view, None, 200);
        let rows = self.runtime.block_on(read).unwrap().rows;
        let count = self.store.inbox_count(&Scope::All, view);
        assert_eq!(
            self.runtime.block_on(count).unwrap(),
            rows.len() as u64,
            "the count of {view:?}"
        );
        rows.into_iter().map(|row| row.id.to_string()).collect()
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

fn say(conversation: &mut Conversation, name: &str, text: &str, at: Timestamp) -> Event {
    let body = EventBody::Message {
        client_id: ClientId::parse(name).unwrap(),
        text: text.to_owned(),
        choice: None,
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
    desk.commit(Commit::new().conversation(conversation.clone(), events.clone()))
        .unwrap();
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
    desk.commit(Commit::new().conversation(open_conversation("c1"), vec![]))
        .unwrap();
    let stale = desk.conversation("c1").unwrap();
    let mut faster = stale.clone();
    faster.owner = Owner::Agent(AgentId::parse("li").unwrap());
    desk.commit(Commit::new().conversation(faster, vec![]))
        .unwrap();
    let refused = desk
        .commit(Commit::new().conversation(stale, vec![]))
        .unwrap_err();
    let CommitError::Conflict(Conflict::Conversation {
        owner, revision, ..
    }) = refused
    else {
        panic!("{refused}");
    };
    assert_eq!(owner, Owner::Agent(AgentId::parse("li").unwrap()));
    assert_eq!(revision, Revision(2));
    let again = desk.commit(Commit::new().conversation(open_conversation("c1"), vec![]));
    assert!(matches!(again, Err(CommitError::Conflict(_))));
}

#[test]
fn a_message_sent_again_is_answered_with_the_first_one() {
    let desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let first = say(&mut conversation, "n1", "hello", T0);
    desk.commit(Commit::new().conversation(conversation, vec![first.clone()]))
        .unwrap();
    let mut conversation = desk.conversation("c1").unwrap();
    let again = say(&mut conversation, "n1", "hello", T0);
    let refused = desk
        .commit(Commit::new().conversation(conversation, vec![again]))
        .unwrap_err();
    assert!(matches!(refused, CommitError::Repeated { seq: Seq(1), .. }));
    let name = ClientId::parse("n1").unwrap();
    let found = desk
        .store
        .message_by_client_id(&first.conversation, "customer", &name);
    assert_eq!(desk.runtime.block_on(found).unwrap(), Some(first));
    assert_eq!(desk.events("c1", 0, 200).len(), 1);
}

#[test]
fn events_that_do_not_follow_the_log_are_refused() {
    let desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let mut event = say(&mut conversation, "1", "hello", T0);
    event.seq = Seq(2);
    let gap = Commit::new().conversation(conversation.clone(), vec![event]);
    assert!(matches!(desk.commit(gap), Err(CommitError::Store(_))));
    let missing = Commit::new().conversation(conversation, vec![]);
    assert!(matches!(desk.commit(missing), Err(CommitError::Store(_))));
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
        created_at: T0,
        expires_at: T0 + SignedDuration::from_hours(1),
    };
    desk.commit(Commit::new().session(session.clone())).unwrap();
    let begin = |id: &str| {
        Commit::new()
            .session_unchanged(token, None)
            .session(Session {
                conversation: Some(conversation_id(id)),
                ..session.clone()
            })
            .conversation(open_conversation(id), vec![])
    };
    desk.commit(begin("c1")).unwrap();
    let Err(CommitError::Conflict(Conflict::Session { session: found })) = desk.commit(begin("c2"))
    else {
        panic!("both began");
    };
    assert_eq!(found.unwrap().conversation, Some(conversation_id("c1")));
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
    let find = |address| {
        let read = desk.store.orders_of_contact(&merchant, address, 10);
        let orders = desk.runtime.block_on(read).unwrap();
        orders.iter().map(|o| o.id.to_string()).collect::<Vec<_>>()
    };
    for (id, at) in [("A1", 10), ("A2", 30), ("A3", 20)] {
        desk.commit(Commit::new().order(order(id, Some("a@example.com"), at)))
            .unwrap();
    }
    assert_eq!(find(Address::Email(" A@Example.com ")), ["A2", "A3", "A1"]);
    assert_eq!(find(Address::Phone("+442079460018")).len(), 3);
    desk.commit(Commit::new().order(order("A2", Some("b@example.com"), 30)))
        .unwrap();
    assert_eq!(find(Address::Email("a@example.com")), ["A3", "A1"]);
    assert_eq!(find(Address::Email("b@example.com")), ["A2"]);
    let first = OrderId::parse("A1").unwrap();
    let read = desk.store.orders(&merchant, Some(&first), 10);
    assert_eq!(desk.runtime.block_on(read).unwrap().len(), 2);
}

#[test]
fn an_import_writes_every_order_and_tells_how_far_it_is() {
    let desk = Desk::new();
    let orders = (0..2500).map(|n| order(&format!("A{n}"), None, n));
    let mut told = Vec::new();
    let written = desk.store.import_orders(orders, |n| told.push(n)).unwrap();
    assert_eq!(written, 2500);
    assert_eq!(told, [1000, 2000, 2500]);
    let merchant = MerchantId::parse("m").unwrap();
    let last = OrderId::parse("A2499").unwrap();
    let last = desk.store.order(&merchant, &last);
    assert!(desk.runtime.block_on(last).unwrap().is_some());
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
    };
    desk.commit(Commit::new().new_agent(agent(1))).unwrap();
    assert!(matches!(
        desk.commit(Commit::new().new_agent(agent(2))),
        Err(CommitError::Conflict(Conflict::AgentExists(_)))
    ));
    desk.commit(Commit::new().agent(agent(3))).unwrap();
    let by = |token| {
        let token = TokenHash([token; 32]);
        let read = desk.store.agent_by_token(&token);
        desk.runtime.block_on(read).unwrap()
    };
    assert_eq!(by(1), None);
    assert_eq!(by(3), Some(agent(3)));
}

#[test]
fn a_waiting_list_has_the_most_urgent_first_and_pages_by_cursor() {
    use crate::domain::conversation::Priority;
    let desk = Desk::new();
    let table = [
        ("late", Priority::Normal, 30),
        ("early", Priority::Normal, 10),
        ("vip", Priority::Urgent, 50),
        ("angry", Priority::High, 20),
    ];
    for (id, priority, since) in table {
        let mut conversation = open_conversation(id);
        conversation.owner = Owner::Queue;
        conversation.priority = priority;
        conversation.waiting_since = Some(Timestamp::from_second(since).unwrap());
        desk.commit(Commit::new().conversation(conversation, vec![]))
            .unwrap();
    }
    assert_eq!(desk.list(&View::Waiting), ["vip", "angry", "early", "late"]);
    let scope = Scope::Merchant(MerchantId::parse("m").unwrap());
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let read = desk.store.inbox(&scope, &View::Waiting, cursor.as_ref(), 3);
        let page = desk.runtime.block_on(read).unwrap();
        seen.extend(page.rows.iter().map(|row| row.id.to_string()));
        let Some(next) = page.next else { break };
        assert_eq!(Cursor::parse(&next.as_text()), Some(next.clone()));
        cursor = Some(next);
    }
    assert_eq!(seen, ["vip", "angry", "early", "late"]);
    let other = Scope::Merchant(MerchantId::parse("other").unwrap());
    let read = desk.store.inbox(&other, &View::Waiting, None, 3);
    assert_eq!(desk.runtime.block_on(read).unwrap().rows, []);
}

#[test]
fn a_line_shows_what_was_last_said_and_a_burst_waits_until_it_is_answered() {
    let desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let event = say(&mut conversation, "1", "where is my parcel", T0);
    conversation.memory.unanswered = vec![event.seq];
    conversation.memory.heard_at = Some(T0);
    desk.commit(Commit::new().conversation(conversation, vec![event]))
        .unwrap();
    let bursts = || {
        desk.runtime
            .block_on(desk.store.pending_bursts(10))
            .unwrap()
    };
    assert_eq!(bursts(), [(T0, conversation_id("c1"))]);
    let mut conversation = desk.conversation("c1").unwrap();
    conversation.memory.unanswered.clear();
    desk.commit(Commit::new().conversation(conversation, vec![]))
        .unwrap();
    assert_eq!(bursts(), []);
    let read = desk.store.inbox(&Scope::All, &View::Bot, None, 10);
    let row = desk.runtime.block_on(read).unwrap().rows.remove(0);
    let snippet = row.snippet.unwrap();
    assert_eq!(
        (snippet.by.as_str(), snippet.text.as_str()),
        ("customer", "where is my parcel")
    );
    assert_eq!(row.revision, Revision(2));
}

/// One change of a conversation, in terms of the lists it is in.
#[derive(Clone, Debug)]
struct Change {
    id: u8,
    owner: u8,
    status: u8,
    at: i64,
}

impl Change {
    fn apply(&self, conversation: &mut Conversation) {
        let at = Timestamp::from_second(self.at).unwrap();
        conversation.updated_at = at;
        conversation.owner = match self.owner {
            0 => Owner::Bot,
            1 => Owner::Queue,
            n => Owner::Agent(AgentId::parse(&format!("agent{n}")).unwrap()),
        };
        conversation.status = match self.status {
            0 => Status::Active,
            1 => Status::WaitingCustomer,
            2 => Status::Snoozed { until: at },
            3 => Status::Resolved { at },
            _ => Status::Closed,
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn lists_and_counts_are_what_the_conversations_say(changes in prop::collection::vec(
        (0..5_u8, 0..4_u8, 0..5_u8, 0..1000_i64).prop_map(|(id, owner, status, at)| Change { id, owner, status, at }),
        1..40,
    )) {
        let desk = Desk::new();
        for change in &changes {
            let id = format!("c{}", change.id);
            let mut conversation = desk.conversation(&id).unwrap_or_else(|| open_conversation(&id));
            change.apply(&mut conversation);
            desk.commit(Commit::new().conversation(conversation, vec![])).unwrap();
        }
        let agent = |n| AgentId::parse(&format!("agent{n}")).unwrap();
        let views = [View::Waiting, View::Mine(agent(2)), View::Mine(agent(3)), View::Open, View::Pending, View::Bot, View::Done];
        for view in views {
            let mut expected: Vec<Conversation> = (0..5)
                .filter_map(|n| desk.conversation(&format!("c{n}")))
                .filter(|conversation| View::of(conversation).contains(&view))
                .collect();
            expected.sort_by(|a, b| match view {
                View::Waiting => (a.updated_at, a.id.as_str()).cmp(&(b.updated_at, b.id.as_str())),
                _ => b.updated_at.cmp(&a.updated_at).then(a.id.cmp(&b.id)),
            });
            let expected: Vec<String> = expected.into_iter().map(|c| c.id.to_string()).collect();
            prop_assert_eq!(desk.list(&view), expected, "{:?}", view);
        }
    }
}
