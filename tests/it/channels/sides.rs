//! The other side of a platform: the libraries that it gives to those who work with it, run by their own interpreter. `tests/run` installs
//! them; without them a test says that it was skipped, and fails where CI is set.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use frontdesk::channels::{Account, Outbound, Request, Way, render};
use frontdesk::domain::channel::{Channel, Recipient};
use serde_json::Value;

/// The name of the account at WeChat and WeCom.
pub const APP: &str = "wx2c2769f8efd9abc2";

/// An interpreter and what it is to run.
pub struct Side {
    interpreter: PathBuf,
    arguments: Vec<PathBuf>,
}

impl Side {
    /// The libraries in Python with a script of ours, if they are there.
    pub fn python(script: &str) -> Option<Self> {
        Self::of("official", script, |libraries| libraries.join("bin/python"))
    }

    /// The same in JavaScript.
    pub fn node(script: &str) -> Option<Self> {
        Self::of("official-node", script, |_| PathBuf::from("node"))
    }

    fn of(libraries: &str, script: &str, by: fn(&PathBuf) -> PathBuf) -> Option<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let libraries = root.join("target").join(libraries);
        if libraries.exists() {
            let script = root.join("tests/it/channels").join(script);
            return Some(Self {
                interpreter: by(&libraries),
                arguments: vec![script, libraries],
            });
        }
        assert!(
            std::env::var_os("CI").is_none(),
            "the platforms' libraries are not there: tests/run installs them"
        );
        eprintln!("skipped: the platforms' libraries are not there, tests/run installs them");
        None
    }

    /// Asks it: JSON in, JSON out.
    pub fn ask(&self, asked: &Value) -> Value {
        let mut child = Command::new(&self.interpreter)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(asked.to_string().as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// What we send to somebody, as its last request, at a second.
pub fn sent_to(account: &Account, second: i64, out: &Outbound) -> Request {
    let channel: Channel = account.key.channel;
    let to = serde_json::json!({"channel": channel, "outbox": account.key.outbox, "user": "1111", "place": "C1",
        "heard_at": "2026-11-20T10:00:00Z"});
    let to: Recipient = serde_json::from_value(to).unwrap();
    let way = Way {
        account,
        to: &to,
        name: "evt_1",
        token: "",
        second,
        answers: false,
        by_person: false,
    };
    render(&way, out).pop().unwrap()
}
