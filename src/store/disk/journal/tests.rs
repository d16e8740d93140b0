//! The journal as a whole: what is appended is read back after any ending, and damage is never taken for the end.

use std::io::Write as _;

use proptest::prelude::*;

use super::segment::FRAME;
use super::*;

const STORE: u128 = 42;

fn open(dir: &Path) -> (Journal, Option<TornTail>) {
    let newest = Newest::load(dir, STORE).unwrap();
    Journal::open(dir, STORE, 4096, 1, newest.as_ref()).unwrap()
}

fn read(dir: &Path, from: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    Reader::open(dir, STORE, from, u64::MAX)?
        .map(|record| record.map(|r| (r.seq, r.payload)))
        .collect()
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_appended_is_read_across_segments_and_restarts(
        runs in prop::collection::vec(prop::collection::vec(1..3000_usize, 1..8), 1..4),
        from in any::<prop::sample::Index>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut written = Vec::new();
        for run in &runs {
            let (mut journal, torn) = open(dir.path());
            prop_assert!(torn.is_none());
            for len in run {
                let payload = vec![(written.len() % 251) as u8; *len];
                let seq = journal.append(&payload).unwrap();
                written.push((seq, payload));
            }
        }
        let from = from.index(written.len());
        prop_assert_eq!(read(dir.path(), from as u64 + 1).unwrap(), written[from..].to_vec());
    }
}

#[test]
fn a_torn_tail_is_kept_aside_and_the_journal_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    for payload in [b"one", b"two", b"six"] {
        journal.append(payload).unwrap();
    }
    let path = journal.current.as_ref().unwrap().path.clone();
    let end = journal.current.as_ref().unwrap().at;
    drop(journal);
    flip(&path, end - 1);
    let (mut journal, torn) = open(dir.path());
    let torn = torn.unwrap();
    assert_eq!(torn.seq, 3);
    assert_eq!(fs::read(torn.kept_in).unwrap().len(), FRAME + 3);
    assert_eq!(journal.append(b"three").unwrap(), 3);
    drop(journal);
    let all = read(dir.path(), 1).unwrap();
    assert_eq!(all[2], (3, b"three".to_vec()));
    assert!(open(dir.path()).1.is_none());
}

#[test]
fn damage_before_a_whole_record_is_an_error_that_names_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    for _ in 0..3 {
        journal.append(b"payload").unwrap();
    }
    let path = journal.current.as_ref().unwrap().path.clone();
    drop(journal);
    flip(&path, HEADER + FRAME + 2);
    let error = read(dir.path(), 1).unwrap_err();
    assert!(
        matches!(
            &error,
            StoreError::JournalDamaged {
                seq: 1,
                offset: 64,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(
        read(dir.path(), 2).unwrap().len(),
        2,
        "later records can still be read"
    );
}

#[test]
fn a_missing_segment_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    for _ in 0..6 {
        journal.append(&[7; 3000]).unwrap();
    }
    drop(journal);
    let segments = list(dir.path()).unwrap();
    assert_eq!(segments.len(), 6);
    fs::remove_file(&segments[2].path).unwrap();
    assert!(matches!(
        read(dir.path(), 1).unwrap_err(),
        StoreError::JournalDamaged { seq: 3, .. }
    ));
    fs::remove_file(&segments[0].path).unwrap();
    assert!(matches!(
        read(dir.path(), 1).unwrap_err(),
        StoreError::Gap {
            journal_from: 2,
            ..
        }
    ));
}

#[test]
fn pruning_keeps_everything_after_what_is_covered() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    for _ in 0..10 {
        journal.append(&[1; 1500]).unwrap();
    }
    let whole = read(dir.path(), 1).unwrap();
    for covered in [0, 1, 4, 7, 10] {
        journal.prune(covered).unwrap();
        let from = usize::try_from(covered).unwrap();
        assert_eq!(read(dir.path(), covered + 1).unwrap(), whole[from..]);
    }
    assert_eq!(list(dir.path()).unwrap().len(), 1, "the open segment stays");
}

#[test]
fn after_an_error_nothing_more_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("journal");
    fs::create_dir(&folder).unwrap();
    let (mut journal, _) = open(&folder);
    journal.append(b"first").unwrap();
    if let Some(spare) = journal.spare.take() {
        spare.join().unwrap().unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(
        journal.append(&[0; 5000]),
        Err(StoreError::Io { .. })
    ));
    assert!(matches!(
        journal.append(b"small"),
        Err(StoreError::Stopped { .. })
    ));
}

#[test]
fn a_foreign_file_in_the_folder_is_ignored_and_a_damaged_header_costs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    journal.append(b"first").unwrap();
    drop(journal);
    File::create(dir.path().join("README"))
        .unwrap()
        .write_all(b"hello")
        .unwrap();
    assert_eq!(read(dir.path(), 1).unwrap().len(), 1);
    let path = dir.path().join("00000000000000000001.seg");
    flip(&path, 20);
    assert_eq!(store_of(&path), None);
    assert_eq!(read(dir.path(), 1).unwrap().len(), 1);
}

#[test]
fn the_journal_of_another_store_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    journal.append(b"first").unwrap();
    drop(journal);
    assert!(matches!(
        Newest::load(dir.path(), STORE + 1),
        Err(StoreError::Damaged { .. })
    ));
}
