//! A disk that is full, read-only, or returns other bytes than were written: nothing is acknowledged wrongly, and what was is found
//! again or its loss is said aloud.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use frontdesk::domain::ids::ConversationId;
use frontdesk::store::{CommitError, Options, Store, StoreError, verify};
use rand::RngExt as _;

use crate::ledger::Ledger;
use crate::load::{
    check_folder, check_whole, commit, open_conversation, options, read_log, runtime, scratch, turn,
};

/// Writes turns until it has written `most` or is refused.
fn fill(store: &Store, ledger: &mut Ledger, most: u64) -> Result<(), CommitError> {
    let runtime = runtime();
    let id = ConversationId::parse("c").unwrap();
    let first = runtime.block_on(store.conversation(&id)).unwrap();
    let first = first.map_or(0, |row| row.last_seq.0);
    for number in 0..most {
        let row = runtime.block_on(store.conversation(&id))?;
        let mut row = row.unwrap_or_else(|| open_conversation("c"));
        let name = format!("n{first}-{number}");
        let events = turn(&mut row, &name, number + 1);
        let seq = events[0].seq.0;
        runtime.block_on(store.commit(commit(row, events)))?;
        ledger.note("c", seq, &name);
    }
    Ok(())
}

/// A small file system in memory; none without the right to mount one.
pub struct SmallDisk {
    pub mounted: PathBuf,
    _dir: tempfile::TempDir,
}

impl SmallDisk {
    pub fn new(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = dir.path().join("disk");
        fs::create_dir(&mounted).unwrap();
        let made = mount(
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
            &mounted,
        );
        if !made {
            eprintln!("SKIPPED: no small disk can be mounted here");
            return None;
        }
        Some(Self { mounted, _dir: dir })
    }

    fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,{how}")], &self.mounted));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.mounted).status();
    }
}

fn mount(arguments: &[&str], on: &Path) -> bool {
    let output = Command::new("mount").args(arguments).arg(on).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_disk_stops_the_store_and_costs_nothing_that_was_acknowledged() {
    let Some(disk) = SmallDisk::new("12m") else {
        return;
    };
    let folder = disk.mounted.join("data");
    let mut ledger = Ledger::default();
    let told = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&told);
    let store = Store::open(&Options {
        on_stop: Some(Arc::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        })),
        ..options(&folder)
    })
    .unwrap();
    let refused = fill(&store, &mut ledger, 100_000).unwrap_err();
    assert!(
        matches!(refused, CommitError::Store(StoreError::Stopped { .. })),
        "{refused}"
    );
    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert!(!store.is_writable());
    let again = fill(&store, &mut ledger, 1).unwrap_err();
    assert!(matches!(
        again,
        CommitError::Store(StoreError::Stopped { .. })
    ));
    drop(store);
    if let Err(refused) = check_folder(&folder, &ledger) {
        assert!(
            refused.to_string().contains("space"),
            "a full disk is no damage: {refused}"
        );
    }
    disk.remount("size=200m");
    drop(check_folder(&folder, &ledger).unwrap());
    check_whole(&folder);
    assert!(ledger.len() > 10);
}

#[test]
fn a_folder_on_a_disk_that_is_only_read_is_verified_looked_into_and_backed_up() {
    let Some(disk) = SmallDisk::new("200m") else {
        return;
    };
    let folder = disk.mounted.join("data");
    drop(closed(&folder));
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("one.fdbackup");
    let settings = "[store]\nfree_space_mb = 0\n";
    fs::write(elsewhere.path().join("frontdesk.toml"), settings).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command.current_dir(elsewhere.path()).args(arguments);
        let output = command
            .args(["--data", folder.to_str().unwrap()])
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    let order = r#"{"id": "A1", "merchant": "m", "status": "shipped", "amount": "1.00", "currency": "GBP", "created_at": "2026-11-20"}"#;
    fs::write(elsewhere.path().join("orders.jsonl"), order).unwrap();
    assert!(run(&["orders", "import", "orders.jsonl"]).0);
    disk.remount("ro");
    for arguments in [
        &["verify"][..],
        &["orders", "get", "A1", "--merchant", "m"],
        &["orders", "export", "--merchant", "m"],
        &["backup", "--to", file.to_str().unwrap()],
    ] {
        let (done, said) = run(arguments);
        assert!(done, "{arguments:?}: {said}");
    }
    assert!(frontdesk::store::verify_backup(&file).unwrap().covers > 60);
    let (done, said) = run(&["backup"]);
    assert!(!done && said.contains("--to"), "{said}");
    let (done, said) = run(&["orders", "import", "orders.jsonl"]);
    assert!(!done && said.contains("Read-only"), "{said}");
    disk.remount("rw");
    check_whole(&folder);
}

#[test]
fn below_the_free_space_that_is_kept_commits_are_refused_and_taken_again_later() {
    let Some(disk) = SmallDisk::new("16m") else {
        return;
    };
    let folder = disk.mounted.join("data");
    let store = Store::open(&Options {
        min_free: 8 << 20,
        ..options(&folder)
    })
    .unwrap();
    let mut ledger = Ledger::default();
    let refused = fill(&store, &mut ledger, 100_000).unwrap_err();
    assert!(
        matches!(refused, CommitError::Store(StoreError::DiskFull { .. })),
        "{refused}"
    );
    assert!(!store.is_writable());
    disk.remount("size=200m");
    assert!(store.is_writable());
    fill(&store, &mut ledger, 5).unwrap();
    drop(store);
    drop(check_folder(&folder, &ledger).unwrap());
    check_whole(&folder);
}

#[test]
fn a_read_only_disk_is_refused_and_nothing_is_moved_aside() {
    let Some(disk) = SmallDisk::new("64m") else {
        return;
    };
    let folder = disk.mounted.join("data");
    let mut ledger = Ledger::default();
    fill(&Store::open(&options(&folder)).unwrap(), &mut ledger, 20).unwrap();
    disk.remount("ro");
    let refused = check_folder(&folder, &ledger).unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused}");
    disk.remount("rw");
    let store = check_folder(&folder, &ledger).unwrap();
    assert_eq!(store.report().rebuilt, None);
}

/// A closed store with some acknowledged turns.
fn closed(folder: &Path) -> Ledger {
    let mut ledger = Ledger::default();
    let store = Store::open(&options(folder)).unwrap();
    fill(&store, &mut ledger, 60).unwrap();
    ledger
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-r").arg(from).arg(to).status();
    assert!(status.unwrap().success());
}

fn flip(file: &Path, at: u64) {
    let handle = fs::File::options()
        .read(true)
        .write(true)
        .open(file)
        .unwrap();
    let mut byte = [0];
    handle.read_exact_at(&mut byte, at).unwrap();
    handle.write_all_at(&[byte[0] ^ 0x20], at).unwrap();
}

fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .filter(|entry| entry.metadata().unwrap().is_file())
        .map(|entry| (entry.path(), entry.metadata().unwrap().len()))
        .filter(|(_, len)| *len > 0)
        .collect();
    files.sort();
    files
}

#[test]
fn a_flipped_byte_in_the_engine_costs_nothing() {
    let (dir, folder) = scratch();
    let ledger = closed(&folder);
    let mut random = rand::rng();
    let mut rebuilt = 0;
    for round in 0..40 {
        let damaged = dir.path().join(format!("damaged{round}"));
        copy(&folder, &damaged);
        let files = files(&damaged.join("sled"));
        let (file, len) = &files[random.random_range(0..files.len())];
        let at = random.random_range(0..*len);
        flip(file, at);
        // Damage that is met while serving stops the store; the start after it rebuilds.
        let store = (0..3)
            .find_map(|_| {
                let store = Store::open(&options(&damaged)).unwrap();
                let id = ConversationId::parse("c").unwrap();
                let read = runtime().block_on(store.events(&id, Default::default(), 200));
                read.is_ok().then_some(store)
            })
            .unwrap_or_else(|| panic!("{} at {at}: never came back", file.display()));
        ledger.check(|id| read_log(&store, id));
        rebuilt += u32::from(store.report().rebuilt.is_some());
        drop(store);
        // Damage that shows only when the files are read anew is met, and mended, by the next start.
        if !verify(&damaged).unwrap().is_whole() {
            let store = Store::open(&options(&damaged)).unwrap();
            ledger.check(|id| read_log(&store, id));
        }
        check_whole(&damaged);
    }
    eprintln!("40 flipped bytes in the engine, {rebuilt} of them made it anew, nothing lost");
}

#[test]
fn a_flipped_byte_in_the_journal_costs_nothing_that_the_engine_has() {
    let (dir, folder) = scratch();
    let ledger = closed(&folder);
    let mut random = rand::rng();
    for round in 0..30 {
        let damaged = dir.path().join(format!("damaged{round}"));
        copy(&folder, &damaged);
        let segments = files(&damaged.join("journal"));
        let segments: Vec<_> = segments
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|e| e == "seg"))
            .collect();
        let (file, len) = segments[random.random_range(0..segments.len())];
        let at = random.random_range(0..*len);
        flip(file, at);
        let before = verify(&damaged).unwrap();
        assert!(
            !before.is_whole() || !before.remarks.is_empty(),
            "{} at {at}: not noticed",
            file.display()
        );
        let store = check_folder(&damaged, &ledger).unwrap();
        let last = segments.last().is_some_and(|(path, _)| path == file);
        let report = store.report();
        assert_eq!(
            last,
            report.healed.is_some() || report.torn_tail.is_some(),
            "{} at {at}: {report:?}",
            file.display()
        );
    }
}

#[test]
fn a_journal_that_is_damaged_where_it_is_needed_keeps_the_store_closed_and_says_where() {
    let (_dir, folder) = scratch();
    let ledger = closed(&folder);
    fs::remove_dir_all(folder.join("sled")).unwrap();
    let first = folder.join("journal/00000000000000000001.seg");
    flip(&first, 200);
    let refused = check_folder(&folder, &ledger).unwrap_err();
    assert!(
        matches!(&refused, StoreError::JournalDamaged { seq: 1, segment, .. } if *segment == first),
        "{refused}"
    );
    assert!(
        refused.to_string().contains("frontdesk restore"),
        "{refused}"
    );
    flip(&first, 200);
    drop(check_folder(&folder, &ledger).unwrap());
}

#[test]
fn what_a_kill_during_an_open_leaves_behind_does_not_keep_the_store_closed() {
    let (_dir, folder) = scratch();
    let ledger = closed(&folder);
    fs::write(
        folder.join("sled/snap.0000000000FFFFFF.generating"),
        b"half",
    )
    .unwrap();
    let store = check_folder(&folder, &ledger).unwrap();
    assert_eq!(store.report().rebuilt, None);
}

#[test]
fn a_store_that_dies_at_every_start_is_rebuilt() {
    let (_dir, folder) = scratch();
    let ledger = closed(&folder);
    fs::write(folder.join("OPENING"), "3\n").unwrap();
    let store = check_folder(&folder, &ledger).unwrap();
    let rebuilt = store.report().rebuilt.unwrap();
    assert!(rebuilt.why.contains("3 starts"), "{}", rebuilt.why);
    assert!(rebuilt.quarantine.is_some_and(|path| path.exists()));
    drop(store);
    assert_eq!(
        check_folder(&folder, &ledger).unwrap().report().rebuilt,
        None
    );
}
