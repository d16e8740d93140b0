//! What agents write beside a conversation is kept only while there is one, and what is found without one is a fault.

use super::*;
use crate::domain::review::Review;
use crate::domain::written_draft::WrittenDraft;
use crate::store::disk::engine::Engine;
use crate::store::disk::values;
use crate::store::records::{drafts, reviews};

fn draft(of: &str) -> WrittenDraft {
    WrittenDraft {
        conversation: conversation_id(of),
        agent: AgentId::parse("mei").unwrap(),
        at: T0,
        browser: String::new(),
        reply: "Dear Mia".to_owned(),
        note: String::new(),
    }
}

fn review(of: &str) -> Review {
    Review {
        conversation: conversation_id(of),
        reply: Seq(2),
        merchant: MerchantId::parse("m").unwrap(),
        at: T0,
        by: AgentId::parse("mei").unwrap(),
        message: "hello".to_owned(),
        language: Language::En,
        took_for: None,
        rule: None,
        matched: Vec::new(),
        right: None,
        note: None,
        done: None,
    }
}

/// A record as the engine has it.
fn kept<T: serde::Serialize>(record: &T) -> Option<Vec<u8>> {
    let bytes = record::encode(record).unwrap();
    values::split(&bytes).pop()
}

#[test]
fn drafts_and_reviews_are_written_beside_a_conversation_that_is_there_and_no_other() {
    let desk = Desk::new();
    desk.write(open_conversation("c1"), vec![]).unwrap();
    desk.commit(Commit::new().draft(draft("c1")).review(review("c1")))
        .unwrap();
    for gone in [
        Commit::new().draft(draft("c2")),
        Commit::new().review(review("c2")),
    ] {
        let refused = desk.commit(gone);
        assert!(matches!(refused, Err(CommitError::Conflict(None))));
    }
    let mei = AgentId::parse("mei").unwrap();
    let drafts = desk.runtime.block_on(desk.store.drafts(&mei)).unwrap();
    assert_eq!(drafts, [draft("c1")]);
    desk.store.close();
    let root = desk.options.folder.clone();
    drop(desk.store);
    assert_eq!(verify(&root).unwrap().problems, Vec::<String>::new());
    // As an older desk may have left them.
    let engine = Engine::open(&root.join("sled"), 1 << 20).unwrap();
    let left = [(
        reviews::key(&conversation_id("c2"), Seq(2)),
        kept(&review("c2")),
    )];
    let last = (
        [&drafts::of(&conversation_id("c2"))[..], b"mei\0"].concat(),
        kept(&draft("c2")),
    );
    engine.apply(left, last).unwrap();
    engine.flush().unwrap();
    drop(engine);
    let problems = verify(&root).unwrap().problems;
    assert_eq!(
        problems,
        [
            "a draft is of conversation c2, which is not there",
            "a review is of conversation c2, which is not there"
        ]
    );
}
