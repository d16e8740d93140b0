//! What was acknowledged, kept outside the process that is killed, and the check that all of it is there afterwards.
//!
//! Knows neither the store nor HTTP: whoever drives a desk notes each acknowledgement here, and after the crash hands in the logs as
//! they are read back.

use std::collections::{BTreeMap, BTreeSet};

/// The acknowledgements so far: in which conversation, under which number, which name of the sender.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    acknowledged: BTreeMap<String, BTreeMap<u64, String>>,
}

/// One event as it was read back: its number and, if it was sent, the sender's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub seq: u64,
    pub name: Option<String>,
}

impl Ledger {
    /// Notes that a message was acknowledged.
    pub fn note(&mut self, conversation: &str, seq: u64, name: &str) {
        let log = self
            .acknowledged
            .entry(conversation.to_owned())
            .or_default();
        let before = log.insert(seq, name.to_owned());
        assert!(
            before.as_deref().is_none_or(|before| before == name),
            "{conversation}: event {seq} was acknowledged as {before:?} and as {name}"
        );
    }

    /// Notes a line `ack CONVERSATION SEQ NAME`. Other lines are somebody else's.
    pub fn note_line(&mut self, line: &str) {
        let mut words = line.split(' ');
        if words.next() == Some("ack")
            && let (Some(conversation), Some(seq), Some(name), None) =
                (words.next(), words.next(), words.next(), words.next())
        {
            self.note(conversation, seq.parse().unwrap(), name);
        }
    }

    /// How many were acknowledged.
    pub fn len(&self) -> usize {
        self.acknowledged.values().map(BTreeMap::len).sum()
    }

    /// Compares with what is there: every acknowledged message once, under its number, and no log with a gap.
    ///
    /// A message that is there and was not acknowledged is allowed: its sender does not know, and would send it again.
    pub fn check(&self, mut read: impl FnMut(&str) -> Vec<Seen>) {
        for (conversation, acknowledged) in &self.acknowledged {
            let log = read(conversation);
            for (seen, expected) in log.iter().zip(1..) {
                assert_eq!(seen.seq, expected, "{conversation}: the log has a gap");
            }
            let mut names = BTreeSet::new();
            for seen in &log {
                if let Some(name) = &seen.name {
                    assert!(names.insert(name), "{conversation}: {name} is there twice");
                }
            }
            for (seq, name) in acknowledged {
                let found = log.iter().find(|seen| seen.seq == *seq);
                assert_eq!(
                    found.and_then(|seen| seen.name.as_ref()),
                    Some(name),
                    "{conversation}: event {seq} was acknowledged; the log has {} events",
                    log.len()
                );
            }
        }
    }
}

#[test]
#[should_panic(expected = "was acknowledged")]
fn the_check_sees_a_lost_message() {
    let mut ledger = Ledger::default();
    ledger.note_line("ack c 1 a");
    ledger.check(|_| Vec::new());
}

#[test]
#[should_panic(expected = "gap")]
fn the_check_sees_a_gap() {
    let mut ledger = Ledger::default();
    ledger.note_line("ack c 2 a");
    ledger.check(|_| vec![seen(2, "a")]);
}

#[test]
#[should_panic(expected = "twice")]
fn the_check_sees_a_message_that_is_there_twice() {
    let mut ledger = Ledger::default();
    ledger.note_line("ack c 1 a");
    ledger.check(|_| vec![seen(1, "a"), seen(2, "a")]);
}

#[cfg(test)]
fn seen(seq: u64, name: &str) -> Seen {
    Seen {
        seq,
        name: Some(name.to_owned()),
    }
}
