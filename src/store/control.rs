//! What another process asks of the one that serves a data folder: a socket in that folder, which only its owner may enter.
//!
//! One line in (`backup` and a path, or nothing for the data folder's own place; or what whoever listens understands beside), one line
//! out (`ok` and what was done, or `error` and why). The socket is reached through a handle of the folder, because a socket's path may
//! have 107 bytes only.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::store::disk::backup::{Backup, Contents};
use crate::store::error::StoreError;
use crate::store::local::Local;

const SOCKET: &str = "control.sock";
/// How long whoever asks may keep us waiting, for their request and for taking the answer. A backup itself may take as long as it takes.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long an answer may keep whoever asks waiting, where it is no backup.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// Answers other requests than those for a backup: what was done or why not, on one line; nothing to what it does not understand.
pub type Others = Box<dyn Fn(&str) -> Option<Result<String, String>> + Send + Sync>;

/// Answers requests until it is dropped.
#[derive(Debug)]
pub struct Control {
    root: PathBuf,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Control {
    /// Makes the socket and begins to answer.
    pub(crate) fn listen(local: Arc<Local>, others: Others) -> Result<Self, StoreError> {
        let root = local.root().to_owned();
        let fail = |e| StoreError::io("listen in", &root, e);
        let _ = fs::remove_file(root.join(SOCKET));
        let folder = File::open(&root).map_err(fail)?;
        let listener = UnixListener::bind(short(&folder)).map_err(fail)?;
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        let thread = std::thread::Builder::new()
            .name("store-control".to_owned())
            .spawn(move || answer_all(&local, &others, &listener, &end))
            .map_err(fail)?;
        Ok(Self {
            root,
            ending,
            thread: Some(thread),
        })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Release);
        // Wakes the thread, which then sees that it is over.
        let woken = File::open(&self.root).and_then(|folder| UnixStream::connect(short(&folder)));
        if let Some(thread) = self.thread.take().filter(|_| woken.is_ok()) {
            let _ = thread.join();
        }
        let _ = fs::remove_file(self.root.join(SOCKET));
    }
}

fn short(folder: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()))
}

/// Answers each on a thread of its own: who asks and then takes nothing must keep nobody else from taking somebody's access away. Returns
/// when all have their answer, or have let it wait for too long.
fn answer_all(local: &Local, others: &Others, listener: &UnixListener, ending: &AtomicBool) {
    std::thread::scope(|scope| {
        for stream in listener.incoming() {
            if ending.load(Ordering::Acquire) {
                return;
            }
            scope.spawn(move || {
                if let Err(e) = stream.and_then(|stream| answer(local, others, stream)) {
                    tracing::warn!(error = %e, "store.control.failed");
                }
            });
        }
    });
}

fn answer(local: &Local, others: &Others, mut stream: UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(io::Read::take(&stream, 8192)).read_line(&mut line)?;
    let request = line.trim_end_matches('\n');
    let Some(path) = request.strip_prefix("backup\t") else {
        return match others(request) {
            Some(Ok(done)) => writeln!(stream, "ok\t{done}"),
            Some(Err(why)) => writeln!(stream, "error\t{}", why.replace('\n', " ")),
            None => writeln!(stream, "error\tunknown request"),
        };
    };
    let own = local.backup_path();
    let path = if path.is_empty() {
        &own
    } else {
        Path::new(path)
    };
    match local.backup(path) {
        Ok(backup) => writeln!(
            stream,
            "ok\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            backup.covers,
            backup.bytes,
            backup.counts.pairs,
            backup.counts.records,
            backup.counts.files,
            backup.lacks,
            backup.path.display()
        ),
        Err(e) => writeln!(stream, "error\t{}", e.to_string().replace('\n', " ")),
    }
}

/// Asks the process that serves a data folder for a backup. None if no process answers there.
///
/// # Errors
/// When the backup failed there, or the answer makes no sense.
pub fn request_backup(folder: &Path, path: Option<&Path>) -> Result<Option<Backup>, StoreError> {
    let fail = |e| StoreError::io("ask for a backup in", folder, e);
    let path = path.map(std::path::absolute).transpose().map_err(fail)?;
    let path = path
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    let Some(answer) = ask(folder, &format!("backup\t{path}"), None)? else {
        return Ok(None);
    };
    let refused = |why: &str| StoreError::damaged(format!("no backup was taken: {why}"));
    let done = answer.map_err(|why| refused(&why))?;
    parse(&done).map(Some).ok_or_else(|| refused(&done))
}

/// Asks the process that serves a data folder for something, on one line: what was done, or why not. None if no process answers there.
///
/// # Errors
/// When the connection breaks, or no answer comes within a minute.
pub fn request(folder: &Path, line: &str) -> Result<Option<Result<String, String>>, StoreError> {
    ask(folder, line, Some(ANSWERED_WITHIN))
}

fn ask(
    folder: &Path,
    line: &str,
    within: Option<Duration>,
) -> Result<Option<Result<String, String>>, StoreError> {
    let connected = File::open(folder).and_then(|folder| UnixStream::connect(short(&folder)));
    let Ok(stream) = connected else {
        return Ok(None);
    };
    let fail = |e| StoreError::io("ask the desk in", folder, e);
    stream.set_read_timeout(within).map_err(fail)?;
    stream.set_write_timeout(within).map_err(fail)?;
    writeln!(&stream, "{line}").map_err(fail)?;
    let mut answer = String::new();
    BufReader::new(&stream)
        .read_line(&mut answer)
        .map_err(fail)?;
    let answer = answer.trim_end_matches('\n');
    Ok(Some(match answer.strip_prefix("ok\t") {
        Some(done) => Ok(done.to_owned()),
        None => Err(answer.trim_start_matches("error\t").to_owned()),
    }))
}

fn parse(line: &str) -> Option<Backup> {
    let mut fields = line.splitn(7, '\t');
    let mut number = || fields.next()?.parse().ok();
    Some(Backup {
        covers: number()?,
        bytes: number()?,
        counts: Contents {
            pairs: number()?,
            records: number()?,
            files: number()?,
        },
        lacks: number()?,
        path: PathBuf::from(fields.next()?),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;
    use std::thread;

    use jiff::Timestamp;

    use super::{Others, request};
    use crate::store::{Options, Store};

    #[test]
    fn who_is_slow_to_be_answered_keeps_nobody_else_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("data");
        let (begun, begins) = channel();
        let (end, ended) = channel::<()>();
        let ended = Mutex::new(ended);
        let others: Others = Box::new(move |line| {
            if line == "slow" {
                begun.send(()).unwrap();
                let _ = ended.lock().unwrap().recv();
            }
            Some(Ok(line.to_owned()))
        });
        let store = Store::open(&Options::new(&root, Timestamp::UNIX_EPOCH)).unwrap();
        let control = store.listen(others).unwrap();
        let asked = root.clone();
        let slow = thread::spawn(move || request(&asked, "slow").unwrap());
        begins.recv().unwrap();
        let quick = request(&root, "quick").unwrap();
        assert_eq!(quick, Some(Ok("quick".to_owned())));
        end.send(()).unwrap();
        assert_eq!(slow.join().unwrap(), Some(Ok("slow".to_owned())));
        drop(control);
        assert_eq!(request(&root, "gone").unwrap(), None);
    }
}
