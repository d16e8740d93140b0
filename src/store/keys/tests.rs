//! That keys keep the order of what they name, and stay short.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn the_order_of_keys_is_the_order_of_times(a in -1_000_000_000_i64..4_000_000_000, b in -1_000_000_000_i64..4_000_000_000) {
        let (a, b) = (Timestamp::from_second(a).unwrap(), Timestamp::from_second(b).unwrap());
        let key = |at| Key::new(b't').time(at).done();
        let back = |at| Key::new(b't').time_back(at).done();
        prop_assert_eq!(a.cmp(&b), key(a).cmp(&key(b)));
        prop_assert_eq!(b.cmp(&a), back(a).cmp(&back(b)));
        prop_assert_eq!(time_of(&key(a)[1..]), Some(a));
    }
}

#[test]
fn what_follows_a_prefix_is_after_all_that_begin_with_it() {
    assert_eq!(after(b"ab"), b"ac");
    assert_eq!(after(b"a\xff"), b"b");
    assert!(after(b"e1\0") > b"e1\0\xff\xff\xff".to_vec());
}

#[test]
fn the_longest_keys_are_within_the_limit() {
    let id = "x".repeat(64);
    let conversation = ConversationId::parse(&id).unwrap();
    let client = ClientId::parse(&id).unwrap();
    let longest = sent(&conversation, &format!("agent:{id}"), &client);
    assert!(longest.len() + 3 <= crate::store::disk::engine::MAX_KEY);
}

/// Every kind of record has a first byte of its own: two that share one would be read as each other.
#[test]
fn no_two_kinds_of_record_share_a_letter() {
    let rows = include_str!("../keys.rs").lines();
    let letters = rows.filter_map(|row| row.strip_prefix("//! | `")?.split('`').next());
    let mut letters: Vec<&str> = letters.collect();
    assert!(letters.len() > 30, "the table is not found");
    letters.sort_unstable();
    let twice = letters.windows(2).find(|two| two[0] == two[1]);
    assert_eq!(twice, None);
}
