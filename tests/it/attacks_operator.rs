//! What the operator's own files and folders can do, and who else may look into them. RELIABILITY B rows 48, 50, 51.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use frontdesk::config::{Config, Sources};
use frontdesk::engine;
use frontdesk::engine::rules::check::accept;
use frontdesk::rules_folder::{Known, Learned, Reload, keep_loaded, write_folder};
use reqwest::Method;
use serde_json::{Value, json};

use crate::attacks::files_below;
use crate::process::{Desk, SECRET, command, run};
use crate::support::{TestApp, book_in_force, files_in_force, rules_without_phrases};

#[tokio::test]
async fn row_50_the_public_port_knows_no_metrics_and_the_metrics_port_nothing_else() {
    let (desk, agent, _) = Desk::start().await;
    for path in [
        "/metrics",
        "/metrics/",
        "//metrics",
        "/%6detrics",
        "/Metrics",
        "/debug",
        "/debug/vars",
        "/healthz/../metrics",
        "/.git/config",
    ] {
        let answer = desk.ask(Method::GET, path, &agent, None).await;
        assert!(answer.starts_with("404"), "{path}: {answer}");
    }
    for path in [
        "/",
        "/v1/inbox",
        "/v1/sessions",
        "/healthz",
        "/openapi.json",
        "/debug",
        "/metrics/x",
    ] {
        let answer = desk
            .http
            .get(format!("{}{path}", desk.metrics))
            .bearer_auth(&agent)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    let metrics = desk
        .http
        .get(format!("{}/metrics", desk.metrics))
        .send()
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(
        metrics.contains("frontdesk_http_request_seconds")
            && metrics.contains("frontdesk_panics_total 0"),
        "{metrics}"
    );
}

/// What others on the machine may do with a path and with the folders above it, below a root.
fn open_to_others(path: &Path, root: &Path) -> bool {
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    let above = path
        .ancestors()
        .skip(1)
        .take_while(|above| above.starts_with(root));
    mode(path) != 0 && above.into_iter().all(|above| mode(above) != 0)
}

#[tokio::test]
async fn row_51_nobody_else_on_the_machine_reads_the_data_a_backup_or_a_secret() {
    let (desk, ..) = Desk::start().await;
    let data = desk.folder.path().join("data");
    desk.session(None).await;
    for (path, _) in files_below(&data) {
        assert!(!open_to_others(&path, &data), "{path:?}");
        let ours = !path.starts_with(data.join("sled"));
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert!(!ours || mode == 0o600, "{path:?}: {mode:o}");
    }
    let app = TestApp::start().await;
    let elsewhere = desk.folder.path().join("copy.backup");
    for backup in [
        app.store.backup(None).unwrap(),
        app.store.backup(Some(&elsewhere)).unwrap(),
    ] {
        let mode = fs::metadata(&backup.path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", backup.path);
    }
    let folder = desk.folder.path().to_owned();
    for args in [
        vec!["config"],
        vec!["config", "--json"],
        vec!["config", "--markdown"],
    ] {
        let shown = run(&folder, &args);
        let shown = format!(
            "{}{}",
            String::from_utf8_lossy(&shown.stdout),
            String::from_utf8_lossy(&shown.stderr)
        );
        assert!(
            !shown.contains(SECRET)
                && (args.contains(&"--markdown") || shown.contains("[REDACTED]")),
            "{shown}"
        );
    }
    assert!(!desk.log().contains(SECRET));
}

#[test]
fn row_51_a_data_folder_that_others_can_enter_is_refused_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    run(at, &["agent", "add", "mei", "--name", "Mei"]);
    let data = at.join("data");
    for mode in [0o755, 0o701, 0o704, 0o706, 0o777] {
        fs::set_permissions(&data, fs::Permissions::from_mode(mode)).unwrap();
        let refused = command(at).args(["agent", "list"]).output().unwrap();
        let why = String::from_utf8_lossy(&refused.stderr);
        let cured = why.contains("chmod 700");
        assert!(!refused.status.success() && cured, "{mode:o}: {why}");
    }
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    run(at, &["agent", "list"]);
}

#[test]
fn row_50_metrics_stay_on_this_machine_unless_somebody_asks_for_more() {
    let config = Config::load(&Sources::default()).unwrap();
    assert!(config.metrics_listen.ip().is_loopback());
    assert_ne!(config.metrics_listen.port(), config.listen.port());
}

#[test]
fn row_51_a_secret_that_is_refused_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in [
        "secret = \"canary77\"\n",
        "secret = \"canary77canary77canary77canary77canary77\"\nnonsense = 1\n",
        "secret = [\"canary77\"]\n",
        "secret = canary77\n",
    ] {
        let text = format!("[[sites]]\nkey = \"linden\"\nmerchant = \"m\"\n{wrong}");
        fs::write(folder.path().join("frontdesk.toml"), text).unwrap();
        let shown = command(folder.path()).arg("config").output().unwrap();
        let shown = format!(
            "{}{}",
            String::from_utf8_lossy(&shown.stdout),
            String::from_utf8_lossy(&shown.stderr)
        );
        assert!(!shown.contains("canary77"), "{wrong}: {shown}");
    }
}

/// Rule files that want to take the desk's time, memory or stack.
fn bombs() -> Vec<(&'static str, String)> {
    let many = |n: usize, one: &dyn Fn(usize) -> String| (0..n).map(one).collect::<String>();
    let head = "[intent.bomb]\naction = 'answer'\n[[intent.bomb.rule]]\nweight = 70\n";
    let layers = |n: usize| {
        let one = |i: usize| {
            format!(
                "[concept.c{i}]\nwords = ['@c{0}', '@c{0}', 'w{i}']\n",
                i + 1
            )
        };
        format!(
            "{}[concept.c{n}]\nwords = ['end']\n{head}any = ['@c0']\n",
            many(n, &one)
        )
    };
    vec![
        ("ten megabytes", "# x\n".repeat(2_621_440)),
        (
            "a hundred thousand patterns",
            format!(
                "{head}patterns = [{}]\n",
                many(100_000, &|i| format!("'refund{i}.*now',"))
            ),
        ),
        (
            "a pattern that grows",
            format!("{head}patterns = ['refund(((((a{{100}}){{100}}){{100}}){{100}}){{100}})']\n"),
        ),
        (
            "a long pattern",
            format!("{head}patterns = ['refund{}']\n", "(a|b)".repeat(10_000)),
        ),
        ("deep brackets", format!("a = {}", "[".repeat(200_000))),
        ("deep tables", format!("a = {}", "{a=".repeat(200_000))),
        (
            "a long dotted key",
            format!("{}b = 1", "a.".repeat(100_000)),
        ),
        (
            "a hundred thousand mistakes",
            many(100_000, &|i| format!("[nonsense.n{i}]\nx = 1\n")),
        ),
        ("layers that double", layers(60)),
        (
            "a ring",
            "[concept.a]\nwords = ['@b']\n[concept.b]\nwords = ['@a']\n".to_owned()
                + head
                + "any = ['@a']\n",
        ),
        (
            "deep conditions",
            format!(
                "{head}any = ['bomb']\n[intent.bomb.reply.calm]\nen = '{}'\n",
                "{% if order.id %}".repeat(230)
            ),
        ),
        (
            "a long text",
            format!(
                "{head}any = ['bomb']\n[intent.bomb.reply.calm]\nen = '{}'\n",
                "a".repeat(1_000_000)
            ),
        ),
        (
            "a long word",
            format!("{head}any = ['{}']\n", "a".repeat(1_000_000)),
        ),
        (
            "a gap of ten thousand",
            format!("{head}any = ['{}']\n", "a ... ".repeat(10_000)),
        ),
    ]
}

#[tokio::test]
async fn row_48_a_bomb_saved_under_the_running_desk_is_refused_while_the_old_rules_go_on_answering()
{
    let (desk, ..) = Desk::start().await;
    let ask = async || {
        let visitor = desk.session(None).await;
        let body = json!({"client_id": "c", "text": "How long does a refund take?"});
        let body = Some(body.to_string().into_bytes());
        let answer = desk.ask(Method::POST, "/v1/messages", &visitor, body).await;
        let (_, answer) = answer.split_once('\n').unwrap();
        let answer: Value = serde_json::from_str(answer).unwrap();
        answer["replies"][0]["text"].as_str().unwrap().to_owned()
    };
    let before = ask().await;
    let refused = || desk.log().matches("the old rules stay in force").count();
    let pid = desk.id();
    let rules = desk.folder.path().join("intents");
    for (n, (what, text)) in bombs().into_iter().take(2).enumerate() {
        let memory = resident_kb(pid);
        fs::write(rules.join("zz.toml"), &text).unwrap();
        let saved = Instant::now();
        // About a second is what it takes; a busy machine is given much more.
        while refused() <= n {
            assert!(
                saved.elapsed() < Duration::from_secs(90),
                "{what}: not refused"
            );
            assert_eq!(
                ask().await,
                before,
                "{what}: another answer while it is looked at"
            );
        }
        assert_eq!(ask().await, before, "{what}");
        let grown = resident_kb(pid).saturating_sub(memory);
        assert!(grown < 200 << 10, "{what}: {grown} KiB more");
    }
    fs::remove_file(rules.join("zz.toml")).unwrap();
    let line = |log: &str| log.lines().map(str::len).max().unwrap_or(0);
    assert!(line(&desk.log()) < 4_096, "a bomb is repeated in the log");
}

/// What a process holds in memory.
fn resident_kb(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

/// Runs something that must not take long, on a thread with an ordinary stack.
fn in_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (tell, done) = mpsc::channel();
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let thread = thread.spawn(move || tell.send(work())).unwrap();
    let result = done.recv_timeout(Duration::from_secs(90));
    let result = result.unwrap_or_else(|_| panic!("{what} takes for ever, or fell over"));
    thread.join().unwrap().unwrap();
    result
}

#[test]
fn row_48_a_rule_file_that_is_a_bomb_is_refused_soon_and_says_little() {
    for (what, text) in bombs() {
        let refused = in_time(what, move || {
            let mut files = rules_without_phrases();
            files.push(("zz.toml".to_owned(), text));
            // What is taken must also be quick to get ready.
            accept(files).map(|accepted| drop(engine::Rules::new(&accepted.book, accepted.replies)))
        });
        match refused {
            Ok(()) => assert_eq!(what, "layers that double", "{what} was taken"),
            Err(report) => assert!((1..=200).contains(&report.diagnostics.len()), "{what}"),
        }
    }
}

#[tokio::test]
async fn row_48_after_a_bomb_the_old_rules_still_answer() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &files_in_force()).unwrap();
    let (tell, reloads) = mpsc::channel();
    let data = tempfile::tempdir().unwrap();
    let known = Known::of(book_in_force(), Learned::beside(data.path()));
    let desk = app.app.desk.clone();
    let _watch = keep_loaded(folder.path(), known, move |reload| {
        let taken = match reload {
            Reload::Accepted(rules) => {
                desk.set_rules(*rules);
                true
            }
            Reload::Broken(_) | Reload::Unreadable => false,
        };
        let _ = tell.send(taken);
    });
    let before = app
        .say_as(
            &app.visitor_of("linden").await,
            "How long does a refund take?",
        )
        .await;
    for (_, text) in bombs().into_iter().take(2) {
        fs::write(folder.path().join("zz.toml"), text).unwrap();
        assert!(
            !reloads.recv_timeout(Duration::from_secs(90)).unwrap(),
            "a bomb was taken"
        );
        let after = app
            .say_as(
                &app.visitor_of("linden").await,
                "How long does a refund take?",
            )
            .await;
        assert_eq!(before, after);
    }
}
