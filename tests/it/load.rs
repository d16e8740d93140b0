//! Load on a store, in a process of its own that can be killed at any moment: this test binary, started again.
//!
//! The child prints a line for each acknowledgement; whoever started it keeps them in a [`Ledger`] and checks the folder afterwards.

use std::io::{BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use frontdesk::domain::conversation::{
    Actor, Conversation, Event, EventBody, Opening, Owner, Role, Seq, Status,
};
use frontdesk::domain::ids::{ClientId, ConversationId, MerchantId, SiteId, VisitorId};
use frontdesk::domain::language::Language;
use frontdesk::store::{Commit, Options, Store, StoreError};
use jiff::Timestamp;

use crate::ledger::{Ledger, Seen};

/// Says where the child's data folder is. Without it the child's test does nothing.
const FOLDER: &str = "FRONTDESK_LOAD_FOLDER";
/// Tells the lives of a child apart, so that no two messages have one name.
const LIFE: &str = "FRONTDESK_LOAD_LIFE";
/// Whether the child also takes backups and prunes the journal.
const BACKUPS: &str = "FRONTDESK_LOAD_BACKUPS";
/// How many write at once.
const WRITERS: u64 = 6;

/// Small segments, so that many are begun; a disk that may be filled to the last byte.
pub fn options(folder: &Path) -> Options {
    Options {
        segment: 128 << 10,
        min_free: 0,
        cache: 8 << 20,
        ..Options::new(folder, Timestamp::UNIX_EPOCH)
    }
}

/// A runtime for one thread.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A conversation before its first event.
pub fn open_conversation(id: &str) -> Conversation {
    let now = Timestamp::UNIX_EPOCH;
    Conversation::open(
        Opening {
            id: ConversationId::parse(id).unwrap(),
            site: SiteId::parse("shop").unwrap(),
            merchant: MerchantId::parse("m").unwrap(),
            channel: "widget".to_owned(),
            visitor: VisitorId::parse("v").unwrap(),
            role: Role::Customer,
            identity: None,
            language: Language::En,
            previous: None,
        },
        now,
    )
}

/// A turn: a message, an answer, and now and then a hand-over or its end.
pub fn turn(row: &mut Conversation, name: &str, number: u64) -> Vec<Event> {
    let now = Timestamp::from_millisecond(number.cast_signed()).unwrap();
    let text = if number.is_multiple_of(7) {
        "\u{6211}".repeat(10_000)
    } else {
        format!("message {number}")
    };
    let said = EventBody::Message {
        client_id: ClientId::parse(name).unwrap(),
        text: text.clone(),
        choice: None,
        by_letter: false,
    };
    let mut events = vec![row.next_event(Actor::Customer, said, now)];
    let answer = EventBody::Reply {
        text,
        language: Language::En,
        choices: vec![],
        because: None,
        client_id: None,
    };
    events.push(row.next_event(Actor::Bot, answer, now));
    if number.is_multiple_of(3) {
        let from = row.owner.clone();
        let to = match from {
            Owner::Bot => Owner::Queue,
            _ => Owner::Bot,
        };
        row.owner = to.clone();
        row.waiting_since = (to == Owner::Queue).then_some(now);
        row.status = Status::Active;
        let moved = EventBody::OwnerChanged {
            from,
            to,
            taken_back: false,
        };
        events.push(row.next_event(Actor::System, moved, now));
    }
    events
}

/// The commit of a turn on a row as it was read.
pub fn commit(row: Conversation, events: Vec<Event>) -> Commit {
    Commit::new()
        .expecting(&row.id, row.revision)
        .events(events)
        .conversation(row)
}

/// All events of a conversation, as the ledger compares them.
pub fn read_log(store: &Store, id: &str) -> Vec<Seen> {
    let id = ConversationId::parse(id).unwrap();
    let runtime = runtime();
    let mut log = Vec::new();
    loop {
        let after = Seq(log.last().map_or(0, |seen: &Seen| seen.seq));
        let page = runtime.block_on(store.events(&id, after, 200)).unwrap();
        if page.is_empty() {
            return log;
        }
        log.extend(page.into_iter().map(|event| Seen {
            seq: event.seq.0,
            name: event.sent_as().map(|(_, name)| name.to_string()),
        }));
    }
}

/// The child: not a test by itself.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let life = std::env::var(LIFE).unwrap_or_default();
    let mut options = options(Path::new(&folder));
    options.on_stop = Some(Arc::new(|_| std::process::exit(70)));
    let store = match Store::open(&options) {
        Ok(store) => store,
        Err(error) => {
            eprintln!("the store was refused: {error}");
            std::process::exit(78);
        }
    };
    println!("\nopen");
    if std::env::var_os(BACKUPS).is_some() {
        let store = store.clone();
        thread::spawn(move || back_up(&store));
    }
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, life) = (store.clone(), life.clone());
            thread::spawn(move || write(&store, writer, &life))
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

fn write(store: &Store, writer: u64, life: &str) {
    let runtime = runtime();
    let id = format!("c{writer}");
    let key = ConversationId::parse(&id).unwrap();
    for number in 1.. {
        let row = runtime.block_on(store.conversation(&key)).unwrap();
        let mut row = row.unwrap_or_else(|| open_conversation(&id));
        let name = format!("{life}-{number}");
        let events = turn(&mut row, &name, number);
        let seq = events[0].seq.0;
        match runtime.block_on(store.commit(commit(row, events))) {
            Ok(()) => acknowledge(&id, seq, &name),
            Err(error) => {
                eprintln!("not committed: {error}");
                std::process::exit(70);
            }
        }
    }
}

/// One line in one write, so that a kill leaves it whole or away.
fn acknowledge(id: &str, seq: u64, name: &str) {
    let line = format!("ack {id} {seq} {name}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

fn back_up(store: &Store) {
    loop {
        if let Err(error) = store.backup(None).and_then(|_| store.prune_journal()) {
            eprintln!("no backup: {error}");
            std::process::exit(71);
        }
        thread::sleep(Duration::from_millis(30));
    }
}

/// A child under load.
pub struct Load {
    child: Child,
    lines: thread::JoinHandle<Vec<String>>,
    said: Arc<AtomicUsize>,
    errors: thread::JoinHandle<String>,
}

impl Load {
    /// Starts a child on a data folder.
    pub fn start(folder: &Path, life: &str, backups: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "load::child", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder)
            .env(LIFE, life)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if backups {
            command.env(BACKUPS, "1");
        }
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut err = child.stderr.take().unwrap();
        let said = Arc::new(AtomicUsize::new(0));
        let count = said.clone();
        Self {
            child,
            lines: thread::spawn(move || whole_lines(out, &count)),
            said,
            errors: thread::spawn(move || {
                let mut text = String::new();
                let _ = err.read_to_string(&mut text);
                text
            }),
        }
    }

    /// Waits until it has acknowledged something, for a minute: a kill before that tries only the start.
    pub fn begin(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.said.load(Ordering::Relaxed) == 0 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Kills it with SIGKILL and notes what it had acknowledged. It must not have ended by itself.
    pub fn kill(mut self, ledger: &mut Ledger) {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        let errors = self.errors.join().unwrap();
        assert_eq!(
            status.signal(),
            Some(9),
            "ended by itself: {status}\n{errors}"
        );
        for line in self.lines.join().unwrap() {
            ledger.note_line(&line);
        }
    }
}

/// The lines that were written to their end.
fn whole_lines(mut out: impl std::io::BufRead, acknowledged: &AtomicUsize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    while out.read_line(&mut line).is_ok_and(|read| read > 0) {
        if let Some(whole) = line.strip_suffix('\n') {
            let is_one = whole.starts_with("ack ");
            acknowledged.fetch_add(usize::from(is_one), Ordering::Relaxed);
            lines.push(whole.to_owned());
        }
        line.clear();
    }
    lines
}

/// Opens the folder again and compares it with the ledger.
pub fn check_folder(folder: &Path, ledger: &Ledger) -> Result<Store, StoreError> {
    let store = Store::open(&options(folder))?;
    ledger.check(|id| read_log(&store, id));
    Ok(store)
}

/// Says what is wrong with a folder that nobody uses, if anything is.
pub fn check_whole(folder: &Path) {
    let found = frontdesk::store::verify(folder).unwrap();
    assert!(found.is_whole(), "{:#?}", found.problems);
}

/// A number from the environment.
pub fn number(name: &str, otherwise: u32) -> u32 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// A data folder of its own, below a folder that goes away with the value.
pub fn scratch() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    (dir, folder)
}
