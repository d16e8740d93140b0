//! The real program: how it starts, stops, refuses to start, survives being killed, and what it does not write to its log.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::binary::{Binary, CONFIG};
use crate::http_stream::events;

/// A folder to serve from.
pub fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("desk").tempdir().unwrap()
}

/// What was acknowledged: who sent it, under which name, and the whole answer.
type Acknowledged = Arc<Mutex<Vec<(String, String, Value)>>>;

/// Sends messages from several visitors until told to stop, and notes what was acknowledged.
async fn load(
    binary: Arc<Binary>,
    acknowledged: Acknowledged,
    enough: Arc<AtomicBool>,
    life: usize,
) {
    let senders = (0..4).map(|sender| {
        let (binary, acknowledged, enough) = (binary.clone(), acknowledged.clone(), enough.clone());
        tokio::spawn(async move {
            let token = binary.visitor().await;
            for n in 0.. {
                if enough.load(Ordering::SeqCst) {
                    return;
                }
                let name = format!("m-{life}-{sender}-{n}");
                let Some(answer) = binary.send(&token, &name, text_of(&name)).await else {
                    return;
                };
                acknowledged
                    .lock()
                    .unwrap()
                    .push((token.clone(), name, answer));
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        let _ = sender.await;
    }
}

/// What is said under a name.
fn text_of(name: &str) -> &'static str {
    let number: usize = name.rsplit('-').next().unwrap().parse().unwrap();
    ["Where is my refund?", "hello", "How long does it take?"][number % 3]
}

/// Every acknowledged message and reply is in its visitor's stream, once, in order.
async fn check(binary: &Binary, acknowledged: &Acknowledged) {
    let all = acknowledged.lock().unwrap().clone();
    let mut tokens: Vec<&String> = all.iter().map(|(token, ..)| token).collect();
    tokens.sort();
    tokens.dedup();
    for token in tokens {
        let own = all.iter().filter(|(of, ..)| of == token);
        let last = own.flat_map(|(_, _, answer)| {
            let replies = answer["replies"].as_array().unwrap().iter();
            let all = replies.chain([answer]).map(|one| one["seq"].as_u64());
            all.collect::<Vec<_>>()
        });
        let last = format!("id: {}\n", last.max().flatten().unwrap());
        let seen = events(
            &binary
                .stream_until(token, |said| said.contains(&last))
                .await,
        );
        assert!(
            seen.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "out of order"
        );
        for (_, name, answer) in all.iter().filter(|(of, ..)| of == token) {
            let found: Vec<_> = seen
                .iter()
                .filter(|(_, event)| event["client_id"] == name.as_str())
                .collect();
            assert_eq!(
                found.len(),
                1,
                "{name} was acknowledged and is there {} times",
                found.len()
            );
            assert_eq!(Some(found[0].0), answer["seq"].as_u64());
            for reply in answer["replies"].as_array().unwrap() {
                assert!(
                    seen.iter().any(|(_, event)| event == reply),
                    "a reply to {name} is lost: {reply}"
                );
            }
        }
    }
    if let Some((token, name, answer)) = all.last() {
        let again = binary.send(token, name, text_of(name)).await.unwrap();
        assert_eq!(
            &again, answer,
            "sent again, it is not answered as the first time"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_after_the_program_was_killed_again_and_again() {
    let kills = crate::load::number("FRONTDESK_HTTP_KILLS", 5);
    let folder = folder();
    let acknowledged = Acknowledged::default();
    for life in 0..kills as usize {
        let binary = Arc::new(Binary::serve(folder.path(), &[]));
        check(&binary, &acknowledged).await;
        acknowledged.lock().unwrap().clear();
        let enough = Arc::new(AtomicBool::new(false));
        let loading = tokio::spawn(load(
            binary.clone(),
            acknowledged.clone(),
            enough.clone(),
            life,
        ));
        // A kill before anything was acknowledged tries nothing.
        while acknowledged.lock().unwrap().is_empty() && !loading.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(300 + 97 * life as u64 % 400)).await;
        let pid = binary.pid().to_string();
        assert!(
            Command::new("kill")
                .args(["-KILL", &pid])
                .status()
                .unwrap()
                .success()
        );
        loading.await.unwrap();
        assert!(!acknowledged.lock().unwrap().is_empty(), "nothing was sent");
    }
    let binary = Binary::serve(folder.path(), &[]);
    check(&binary, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_finishes_what_it_accepted_and_ends_well() {
    let folder = folder();
    let binary = Arc::new(Binary::serve(folder.path(), &[]));
    let acknowledged = Acknowledged::default();
    let enough = Arc::new(AtomicBool::new(false));
    let loading = tokio::spawn(load(binary.clone(), acknowledged.clone(), enough, 0));
    let token = binary.visitor().await;
    let (opened, is_open) = tokio::sync::oneshot::channel();
    let listener = {
        let (binary, mut opened) = (binary.clone(), Some(opened));
        let heard = move |_: &str| {
            let _ = opened.take().map(|opened| opened.send(()));
            false
        };
        tokio::spawn(async move { binary.stream_until(&token, heard).await })
    };
    is_open.await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    binary.terminate();
    assert!(
        listener.await.unwrap().ends_with(": closing\n\n"),
        "the stream was cut off"
    );
    loading.await.unwrap();
    let binary = Arc::into_inner(binary).unwrap();
    let (status, log) = binary.wait(Duration::from_secs(60));
    assert!(status.success(), "{status}\n{log}");
    let binary = Binary::serve(folder.path(), &[]);
    check(&binary, &acknowledged).await;
}

#[tokio::test]
async fn row_50_metrics_are_on_a_door_of_their_own_and_name_what_happens() {
    let folder = folder();
    let binary = Binary::serve(folder.path(), &[]);
    let token = binary.visitor().await;
    binary
        .send(&token, "m1", "I want to talk to a human")
        .await
        .unwrap();
    assert_eq!(
        binary
            .request(Method::GET, "/metrics")
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    assert!(binary.metrics.starts_with("http://127.0.0.1:"));
    let text = reqwest::get(&binary.metrics)
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for name in [
        "frontdesk_messages_total",
        "frontdesk_replies_total",
        "frontdesk_handoffs_total{reason=\"asked_for_human\"}",
        "frontdesk_promises_total{outcome=\"made\"} 1",
        "frontdesk_http_request_seconds_bucket",
        "frontdesk_store_writable 1",
    ] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert!(
        !text.contains("/v1/conversations/0"),
        "a path as it was sent became a label"
    );
}

#[tokio::test]
async fn row_49_and_33_nothing_that_a_caller_wrote_gets_into_the_log() {
    let folder = folder();
    let binary = Binary::serve(folder.path(), &["--log.level", "debug"]);
    let token = binary.visitor().await;
    let nasty = "CANARY-TEXT 4111 1111 1111 1111 \u{1b}[31m\r\nERROR forged \u{202e}evil\u{0}";
    binary.send(&token, "m1", nasty).await.unwrap();
    let request = binary
        .request(Method::GET, "/CANARY-PATH?x=CANARY-QUERY")
        .header("user-agent", "CANARY-AGENT")
        .header("referer", "CANARY-REFERER");
    let _ = request.bearer_auth("CANARY-TOKEN").send().await.unwrap();
    let _ = binary
        .request(Method::GET, "/v1/inbox?token=CANARY-LEAK")
        .send()
        .await
        .unwrap();
    let _ = binary
        .request(Method::from_bytes(b"CANARYMETHOD").unwrap(), "/v1/inbox")
        .send()
        .await
        .unwrap();
    let body = format!("{{\"site\": \"linden\", \"token\": \"{}\"}}", "CANARY-JWT");
    let _ = binary
        .request(Method::POST, "/v1/sessions")
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    binary.terminate();
    let (_, log) = binary.wait(Duration::from_secs(60));
    assert!(
        log.contains("answered"),
        "there is no request in the log:\n{log}"
    );
    for secret in [
        "CANARY",
        "4111",
        &token,
        "ERROR forged",
        "\u{1b}",
        "\u{202e}",
    ] {
        assert!(!log.contains(secret), "{secret:?} is in the log:\n{log}");
    }
}

/// Runs `serve` where it must not start: its exit code and what it said.
fn refused(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut all = vec![
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--metrics-listen",
        "127.0.0.1:0",
        "--data",
        "data",
    ];
    all.extend(arguments);
    let output = Binary::command(folder, &all).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

#[test]
fn what_is_wrong_at_the_start_is_said_plainly_with_the_right_exit_code() {
    let busy = folder();
    let first = Binary::serve(busy.path(), &[]);
    let address = first.base.trim_start_matches("http://").to_owned();
    let (code, said) = refused(busy.path(), &[]);
    assert!(
        code == Some(1) && said.contains("in use by process"),
        "{code:?} {said}"
    );
    let here = folder();
    let port = Binary::command(
        here.path(),
        &[
            "serve",
            "--listen",
            &address,
            "--metrics-listen",
            "127.0.0.1:0",
            "--data",
            "data",
        ],
    )
    .output()
    .unwrap();
    let said = String::from_utf8_lossy(&port.stderr).into_owned();
    assert!(
        port.status.code() == Some(1) && said.contains("cannot listen on"),
        "{said}"
    );
    let demo = format!("demo --listen 127.0.0.1:0 --metrics-listen {address}");
    let demo: Vec<&str> = demo.split(' ').collect();
    let metrics = Binary::command(here.path(), &demo).output().unwrap();
    let said = String::from_utf8_lossy(&metrics.stderr).into_owned();
    assert!(
        metrics.status.code() == Some(1) && said.contains("`--metrics-listen` takes another"),
        "{said}"
    );
    assert_eq!(
        String::from_utf8_lossy(&metrics.stdout),
        "",
        "log-ins of a desk that is not there"
    );
    let (code, said) = refused(here.path(), &["--intents", "nowhere"]);
    assert!(
        code == Some(78) && said.contains("nowhere"),
        "{code:?} {said}"
    );
    let broken = here.path().join("broken");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("x.toml"), "this is no rule [").unwrap();
    let (code, said) = refused(here.path(), &["--intents", "broken"]);
    assert!(
        code == Some(78) && said.contains("x.toml"),
        "{code:?} {said}"
    );
    let (code, said) = refused(here.path(), &["--config", "missing.toml"]);
    assert!(
        code == Some(78) && said.contains("missing.toml"),
        "{code:?} {said}"
    );
    std::fs::write(
        here.path().join("odd.toml"),
        format!("{CONFIG}\n[http]\nnonsense = 1\n"),
    )
    .unwrap();
    let (code, said) = refused(here.path(), &["--config", "odd.toml"]);
    assert_eq!(code, Some(78), "{said}");
    let open = Binary::command(
        here.path(),
        &["serve", "--listen", "0.0.0.0:0", "--data", "data"],
    )
    .output()
    .unwrap();
    let said = String::from_utf8_lossy(&open.stderr).into_owned();
    assert!(
        open.status.code() == Some(78) && said.contains("public_url"),
        "{said}"
    );
}
