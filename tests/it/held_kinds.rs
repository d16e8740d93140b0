//! That no kind of record is forgotten when a person is shown, taken along or erased: whoever adds one to the store says here what becomes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use frontdesk::desk::{FateOfKind, HeldKind};

/// What an erasure does about a kind of key.
enum Erased {
    /// It is of this kind of the one list.
    Held(HeldKind),
    /// It follows from other records, and goes with them.
    Follows,
    /// It says nothing of a person, or nothing that leads to one: why not.
    Stays(&'static str),
}

use Erased::{Follows, Held, Stays};

/// Every kind of key in `src/store/keys.rs`.
const KINDS: [(&str, Erased); 48] = [
    (r"\0", Stays("the store itself")),
    ("a", Stays("who works here")),
    ("A", Stays("who works here")),
    ("b", Follows),
    ("B", Stays("what agents have ready for everybody")),
    ("c", Held(HeldKind::Conversations)),
    ("C", Follows),
    ("D", Held(HeldKind::Told)),
    ("d", Follows),
    ("e", Held(HeldKind::Events)),
    ("f", Held(HeldKind::Files)),
    ("F", Held(HeldKind::Files)),
    ("g", Held(HeldKind::Told)),
    ("G", Held(HeldKind::Drafts)),
    ("h", Stays("troubles that many have")),
    ("H", Stays("troubles that many have")),
    ("i", Follows),
    ("I", Follows),
    (
        "j",
        Stays("what agents did, by the ids of what is gone and marks of words"),
    ),
    ("k", Stays("the shop's")),
    ("K", Stays("the desk's own key")),
    ("l", Follows),
    ("L", Follows),
    ("m", Follows),
    ("M", Follows),
    ("n", Follows),
    ("N", Follows),
    ("o", Held(HeldKind::Orders)),
    ("O", Follows),
    ("W", Follows),
    (
        "p",
        Stays(
            "that a message came: what comes twice is done once, also after its sender is gone; a hash, and a number in a log that is gone",
        ),
    ),
    ("P", Stays("what agents chose")),
    ("q", Stays("how often troubles come")),
    ("Q", Stays("a number")),
    ("r", Held(HeldKind::Claims)),
    ("R", Stays("what a day added up to")),
    ("S", Held(HeldKind::Filters)),
    ("s", Held(HeldKind::Sessions)),
    ("T", Stays("the shop's policies")),
    ("t", Follows),
    ("u", Stays("the shop's endpoints")),
    ("v", Stays("who works here")),
    ("V", Held(HeldKind::Reviews)),
    ("w", Held(HeldKind::Told)),
    ("x", Follows),
    (
        "y",
        Stays("wrong guesses, by order number, network or log-in, for a day"),
    ),
    ("z", Follows),
    ("~", Follows),
];

#[test]
fn every_kind_of_record_is_shown_taken_along_and_erased_or_it_is_said_why_not() {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/keys.rs");
    let keys = fs::read_to_string(keys).unwrap();
    let listed = keys.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let listed: Vec<&str> = listed
        .filter_map(|line| Some(line.split_once('`')?.0))
        .collect();
    assert!(listed.len() > 40, "{listed:?}");
    let known: BTreeMap<&str, &Erased> = KINDS.iter().map(|(kind, what)| (*kind, what)).collect();
    for kind in &listed {
        assert!(
            known.contains_key(kind),
            "`{kind}` is a new kind of record: is it a person's? Then it belongs into `desk::holdings`, and here in any case"
        );
    }
    for (kind, what) in &KINDS {
        assert!(listed.contains(kind), "there is no `{kind}`");
        if let Stays(why) = what {
            assert!(!why.is_empty(), "{kind}");
        }
    }
    for kind in HeldKind::ALL {
        let has = |what: &Erased| matches!(what, Held(held) if *held == kind);
        assert!(
            KINDS.iter().any(|(_, what)| has(what)),
            "{kind:?} is kept nowhere"
        );
        let stays = kind.field().ends_with("_kept");
        assert_eq!(stays, kind.fate() == FateOfKind::Stays, "{kind:?}");
    }
}
