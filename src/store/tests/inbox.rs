//! The inbox: lists, their order, their pages and their counts follow from the conversations.

use proptest::prelude::*;

use super::*;
use crate::domain::conversation::{LeftFor, Priority};
use crate::store::disk::engine::Engine;
use crate::store::keys;

impl Desk {
    fn list(&self, view: &View) -> Vec<String> {
        let read = self.store.inbox(view.clone(), None, None, 200);
        let rows = self.runtime.block_on(read).unwrap().rows;
        let lines = self.store.inbox_rows(view.clone(), None, None, 200);
        let lines = self.runtime.block_on(lines).unwrap().rows;
        for (line, row) in lines.iter().zip(&rows) {
            assert_eq!(
                (&line.id, line.revision, &line.owner),
                (&row.id, row.revision, &row.owner)
            );
        }
        assert_eq!(lines.len(), rows.len());
        rows.into_iter().map(|row| row.id.to_string()).collect()
    }
}

#[test]
fn a_waiting_list_has_the_most_urgent_first_and_pages_by_cursor() {
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
        desk.write(conversation, vec![]).unwrap();
    }
    assert_eq!(desk.list(&View::Waiting), ["vip", "angry", "early", "late"]);
    let merchant = MerchantId::parse("m").unwrap();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let read = desk
            .store
            .inbox(View::Waiting, Some(&merchant), cursor.as_ref(), 3);
        let page = desk.runtime.block_on(read).unwrap();
        seen.extend(page.rows.iter().map(|row| row.id.to_string()));
        let Some(next) = page.next else { break };
        assert_eq!(next.to_string().parse(), Ok(next.clone()));
        cursor = Some(next);
    }
    assert_eq!(seen, ["vip", "angry", "early", "late"]);
    assert_eq!("no cursor".parse::<Cursor>(), Err(InvalidCursor));
    let other = MerchantId::parse("other").unwrap();
    let read = desk.store.inbox(View::Waiting, Some(&other), None, 3);
    assert_eq!(desk.runtime.block_on(read).unwrap().rows, []);
}

#[test]
fn a_line_shows_what_was_last_said_and_a_burst_waits_until_it_is_answered() {
    let desk = Desk::new();
    let mut conversation = open_conversation("c1");
    let event = say(&mut conversation, "1", "where is my parcel", T0);
    conversation.memory.unanswered = vec![event.seq];
    conversation.memory.heard_at = Some(T0);
    desk.write(conversation, vec![event]).unwrap();
    let bursts = || desk.runtime.block_on(desk.store.unanswered()).unwrap();
    assert_eq!(bursts(), [conversation_id("c1")]);
    let mut conversation = desk.conversation("c1").unwrap();
    conversation.memory.unanswered.clear();
    desk.write(conversation, vec![]).unwrap();
    assert_eq!(bursts(), []);
    let read = desk.store.inbox_rows(View::Bot, None, None, 10);
    let row = desk.runtime.block_on(read).unwrap().rows.remove(0);
    let snippet = row.snippet.unwrap();
    assert_eq!(
        (snippet.by.as_str(), snippet.text.as_str()),
        ("customer", "where is my parcel")
    );
    assert_eq!(row.revision, Revision(2));
}

#[test]
fn lists_of_an_earlier_layout_are_made_anew_at_the_next_start() {
    let desk = Desk::new();
    let mut waiting = open_conversation("waits");
    waiting.owner = Owner::Queue;
    waiting.memory.order = Some(OrderId::parse("A1").unwrap());
    let event = say(&mut waiting, "1", "a person please", T0);
    desk.write(waiting, vec![event]).unwrap();
    desk.write(open_conversation("bot"), vec![]).unwrap();
    desk.commit(Commit::new().order(order("A1", None, 10)))
        .unwrap();
    let options = desk.options.clone();

    drop(desk.store);
    let engine = Engine::open(&options.folder.join("sled"), 1 << 20).unwrap();
    let stale = [
        (b"i\0Bearlier".to_vec(), Some(vec![0, 7])),
        (b"Om\0A1\0waits\0".to_vec(), None),
        (b"Om\0A9\0nobody\0".to_vec(), Some(vec![])),
        (
            b"n\0B".to_vec(),
            Some([&[0][..], &7_u64.to_be_bytes()].concat()),
        ),
    ];
    engine
        .apply(stale, (keys::LAYOUT.to_vec(), Some(vec![1])))
        .unwrap();
    drop(engine);
    let store = Store::open(&options).unwrap();
    let read = |view| desk.runtime.block_on(store.inbox_rows(view, None, None, 9));
    let ids = |view| {
        let rows = read(view).unwrap().rows.into_iter();
        rows.map(|row| row.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(View::Bot), ["bot"]);
    assert_eq!(ids(View::Waiting), ["waits"]);
    let counts = desk.runtime.block_on(store.counts(None)).unwrap();
    assert_eq!((counts.bot, counts.waiting), (1, 1));
    let said = read(View::Waiting).unwrap().rows.remove(0).snippet.unwrap();
    assert_eq!(said.text, "a person please");
    drop(store);
    assert_eq!(verify(&options.folder).unwrap().problems, [""; 0]);
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
            2 => Status::Snoozed {
                until: at,
                left_for: LeftFor::Message,
            },
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
            let mut conversation = desk.conversation(&id).unwrap_or_else(|| {
                let mut conversation = open_conversation(&id);
                conversation.created_at = Timestamp::from_second(change.at).unwrap();
                conversation
            });
            change.apply(&mut conversation);
            desk.write(conversation, vec![]).unwrap();
        }
        let agent = |n| AgentId::parse(&format!("agent{n}")).unwrap();
        let views = [View::Waiting, View::Mine(agent(2)), View::Mine(agent(3)), View::Open, View::Pending, View::Bot, View::Done];
        let counts = desk.runtime.block_on(desk.store.counts(None)).unwrap();
        let listed = |view| desk.list(&view).len() as u64;
        prop_assert_eq!(
            [counts.waiting, counts.open, counts.bot, counts.done],
            [listed(View::Waiting), listed(View::Open), listed(View::Bot), listed(View::Done)]
        );
        for view in views {
            let mut expected: Vec<Conversation> = (0..5)
                .filter_map(|n| desk.conversation(&format!("c{n}")))
                .filter(|conversation| View::of(conversation).contains(&view))
                .collect();
            expected.sort_by(|a, b| match view {
                View::Waiting => (a.updated_at, a.id.as_str()).cmp(&(b.updated_at, b.id.as_str())),
                View::Bot => b.created_at.cmp(&a.created_at).then(a.id.cmp(&b.id)),
                _ => b.updated_at.cmp(&a.updated_at).then(a.id.cmp(&b.id)),
            });
            let expected: Vec<String> = expected.into_iter().map(|c| c.id.to_string()).collect();
            prop_assert_eq!(desk.list(&view), expected, "{:?}", view);
        }
    }
}
