//! The operator's commands, driven as an operator would: the real program in a folder of its own.

mod access;
mod channel;
mod channel_files;
mod channel_words;
mod init;
mod labelled;
mod manual;
mod running;
mod settings;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;

use assert_cmd::Command;
use clap::CommandFactory as _;
use frontdesk::cli::Cli;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A program that starts in a folder, with nothing of ours in its environment.
fn frontdesk(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("frontdesk").unwrap();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FRONTDESK_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).args(args);
    command
}

/// What a command printed on stdout and stderr, and its exit code.
pub fn run(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let output = frontdesk(folder, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().unwrap(),
    )
}

/// What a command printed that must succeed.
pub fn ok(folder: &Path, args: &[&str]) -> String {
    let (out, err, code) = run(folder, args);
    assert_eq!(code, 0, "{args:?}\n{out}{err}");
    out
}

fn initialised() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    ok(folder.path(), &["init"]);
    folder
}

/// Programs that sent something else than UTF-8 find the words again in what they sent.
#[test]
fn what_is_read_in_a_line_that_is_no_utf8_has_its_places_in_that_line() {
    let folder = tempfile::tempdir().unwrap();
    let sent = b"\xff\xfe where is A1042 \xf0\x9f my refund\n";
    let mut command = frontdesk(folder.path(), &["read", "--json"]);
    let output = command.write_stdin(&sent[..]).output().unwrap();
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let place = |found: &Value| {
        let at = |key: &str| usize::try_from(found[key].as_u64().unwrap()).unwrap();
        std::str::from_utf8(&sent[at("start")..at("end")])
            .unwrap()
            .to_owned()
    };
    let matched = read["intents"][0]["matched"].as_array().unwrap();
    assert!(!matched.is_empty(), "{read}");
    for words in matched {
        assert_eq!(words["text"], place(words), "{read}");
    }
    assert_eq!(place(&read["slots"]["orders"][0]), "A1042");
}
