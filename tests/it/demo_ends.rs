//! "Gone when you stop it": however and whenever a demo is ended, its folder goes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::free_port;

/// A demo with its temporary folder in this one.
fn demo(temporary: &Path) -> Child {
    let address = || format!("127.0.0.1:{}", free_port());
    // Whoever runs the tests may have closed their terminal.
    Command::new("env")
        .args([
            "--default-signal=HUP",
            env!("CARGO_BIN_EXE_frontdesk"),
            "demo",
            "--listen",
        ])
        .args([&address(), "--metrics-listen", &address()])
        .current_dir(temporary)
        .env("TMPDIR", temporary)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn left(temporary: &Path) -> usize {
    std::fs::read_dir(temporary).unwrap().count()
}

fn signal(demo: &Child, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &demo.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn ended(demo: &mut Child) -> Option<i32> {
    // A demo that fills itself ends what it has begun, and it shares the processors with all other tests.
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        if let Some(status) = demo.try_wait().unwrap() {
            return status.code();
        }
        assert!(Instant::now() < deadline, "it goes on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_demo_that_is_ended_before_it_is_ready_leaves_nothing() {
    for (name, code) in [("HUP", 129), ("INT", 130), ("TERM", 143)] {
        let temporary = tempfile::tempdir().unwrap();
        let mut demo = demo(temporary.path());
        let deadline = Instant::now() + Duration::from_secs(60);
        while left(temporary.path()) == 0 {
            assert!(Instant::now() < deadline, "it makes no folder");
            std::thread::sleep(Duration::from_millis(1));
        }
        signal(&demo, name);
        assert_eq!(ended(&mut demo), Some(code), "{name}");
        assert_eq!(left(temporary.path()), 0, "{name}");
    }
}

#[test]
fn a_demo_whose_terminal_is_closed_stops_and_leaves_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = demo(temporary.path());
    let mut said = BufReader::new(demo.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().starts_with("inbox ")));
    signal(&demo, "HUP");
    assert_eq!(ended(&mut demo), Some(0));
    assert_eq!(left(temporary.path()), 0);
}
