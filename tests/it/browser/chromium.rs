//! One Chromium for all tests, driven over WebDriver, one test at a time.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire;
use crate::support::free_port;

/// What Chromium is started with. The pipe makes it end when its driver does.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-search-engine-choice-screen",
    "--remote-debugging-pipe",
    "--window-size=1200,900",
];

/// A program that ends when the tests do, however they end: the shell around it waits for the end of its input.
pub struct Leashed {
    shell: Child,
    leash: ChildStdin,
}

impl Leashed {
    /// Runs a program, and removes a folder when it has ended.
    pub fn run(folder: &std::path::Path, program: &str, arguments: &[String]) -> Self {
        let script = "folder=$1; shift; \"$@\" & child=$!; echo $child > pid; read -r word; kill $child; [ \"$word\" ] || { sleep 1; rm -rf \"$folder\"; }";
        let mut shell = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(folder)
            .arg(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let leash = shell.stdin.take().unwrap();
        Self { shell, leash }
    }

    /// Ends it now, and leaves its folder.
    pub fn end(mut self) {
        let _ = self.leash.write_all(b"stay\n");
        let _ = self.shell.wait();
    }
}

/// The browser.
pub struct Chromium {
    address: String,
    session: String,
    first: String,
    _driver: Leashed,
}

static CHROMIUM: OnceLock<Mutex<Chromium>> = OnceLock::new();
static INSTALLED: LazyLock<bool> = LazyLock::new(is_installed);

/// Whether there is a browser. Where there is none it is said, and CI fails.
pub fn is_there() -> bool {
    let there = *INSTALLED;
    if !there {
        assert!(
            std::env::var_os("CI").is_none(),
            "there is no chromedriver: apt-get install chromium chromium-driver fonts-wqy-microhei"
        );
        eprintln!("SKIPPED: there is no chromedriver, so nothing was tested in a browser");
    }
    there
}

/// The browser, when it is this test's turn.
pub fn turn() -> Turn {
    let chromium = CHROMIUM.get_or_init(|| Mutex::new(Chromium::start()));
    let browser = chromium.lock().unwrap_or_else(PoisonError::into_inner);
    browser.call("GET", "/se/log/types", &Value::Null);
    let opened = browser.call("POST", "/window/new", &json!({"type": "window"}));
    let turn = Turn { browser };
    turn.switch(opened["handle"].as_str().unwrap());
    turn.console();
    turn
}

fn is_installed() -> bool {
    let asked = Command::new("chromedriver").arg("--version").output();
    asked.is_ok_and(|output| output.status.success())
}

impl Chromium {
    fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("browser")
            .tempdir()
            .unwrap()
            .keep();
        let address = format!("127.0.0.1:{}", free_port());
        let port = format!("--port={}", address.rsplit(':').next().unwrap());
        let driver = Leashed::run(
            &folder,
            "chromedriver",
            &[port, "--log-level=SEVERE".into()],
        );
        let deadline = Instant::now() + Duration::from_secs(30);
        while wire::ask(&address, "GET", "/status", &[], b"").is_none() {
            assert!(Instant::now() < deadline, "chromedriver does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        let profile = format!("--user-data-dir={}", folder.join("profile").display());
        let mut flags: Vec<&str> = FLAGS.to_vec();
        flags.push(&profile);
        let wanted = json!({"capabilities": {"alwaysMatch": {"browserName": "chrome", "pageLoadStrategy": "normal",
            "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": {"args": flags}}}});
        let opened = wire::json(&address, "POST", "/session", None, &wanted)
            .unwrap()
            .json();
        let session = opened["value"]["sessionId"].as_str();
        let session = session.unwrap_or_else(|| panic!("{opened}")).to_owned();
        let mut browser = Self {
            address,
            session,
            first: String::new(),
            _driver: driver,
        };
        browser.first = browser
            .call("GET", "/window", &Value::Null)
            .as_str()
            .unwrap()
            .to_owned();
        browser
    }

    fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let path = format!("/session/{}{path}", self.session);
        let body = if method == "GET" || method == "DELETE" {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let headers = [("content-type", "application/json")];
        let answer = wire::ask(&self.address, method, &path, &headers, &body);
        let answer = answer.unwrap_or_else(|| panic!("the browser is gone: {method} {path}"));
        let value = answer.json()["value"].clone();
        if answer.status == 200 {
            Ok(value)
        } else {
            Err(value)
        }
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|problem| {
            panic!(
                "{method} {path}: {}",
                problem["message"].as_str().unwrap_or_default()
            )
        })
    }
}

/// The browser while it is one test's, with the window that was opened for it. Its windows are closed when it ends.
pub struct Turn {
    browser: MutexGuard<'static, Chromium>,
}

impl Turn {
    /// Sends a command.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.browser.call(method, path, body)
    }

    /// Runs a script in the page; an error is a failure.
    pub fn run(&self, script: &str, values: &[Value]) -> Value {
        self.call(
            "POST",
            "/execute/sync",
            &json!({"script": script, "args": values}),
        )
    }

    /// Runs a script that may fail while the page is being replaced.
    pub fn try_run(&self, script: &str) -> Value {
        let body = json!({"script": script, "args": []});
        self.browser
            .try_call("POST", "/execute/sync", &body)
            .unwrap_or(Value::Null)
    }

    /// A command of the browser's own protocol.
    pub fn cdp(&self, command: &str, values: &Value) -> Value {
        self.call(
            "POST",
            "/goog/cdp/execute",
            &json!({"cmd": command, "params": values}),
        )
    }

    /// Makes another window or tab the one that is spoken to.
    pub fn switch(&self, handle: &str) {
        self.call("POST", "/window", &json!({"handle": handle}));
    }

    /// The window that is spoken to.
    pub fn window(&self) -> String {
        self.call("GET", "/window", &Value::Null)
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Opens one more tab and goes to it.
    pub fn tab(&self) -> String {
        let opened = self.call("POST", "/window/new", &json!({"type": "tab"}));
        let handle = opened["handle"].as_str().unwrap().to_owned();
        self.switch(&handle);
        handle
    }

    /// What the console said since it was last asked, as `LEVEL text`.
    pub fn console(&self) -> Vec<String> {
        let lines = self.call("POST", "/se/log", &json!({"type": "browser"}));
        let lines = lines.as_array().cloned().unwrap_or_default();
        let text = |line: &Value| {
            format!(
                "{} {}",
                line["level"].as_str().unwrap(),
                line["message"].as_str().unwrap()
            )
        };
        lines.iter().map(text).collect()
    }

    /// Presses keys one after another, as a person does.
    pub fn keys(&self, keys: &str) {
        let mut actions = Vec::new();
        for key in keys.chars() {
            actions.push(json!({"type": "keyDown", "value": key.to_string()}));
            actions.push(json!({"type": "keyUp", "value": key.to_string()}));
        }
        self.actions(&actions);
    }

    /// Presses a key while another is held.
    pub fn with(&self, held: char, key: char) {
        let press = |kind: &str, key: char| json!({"type": kind, "value": key.to_string()});
        let down = "keyDown";
        let up = "keyUp";
        self.actions(&[
            press(down, held),
            press(down, key),
            press(up, key),
            press(up, held),
        ]);
    }

    /// Presses a key while several are held.
    pub fn chord(&self, held: &[char], key: char) {
        let press = |kind: &str, key: char| json!({"type": kind, "value": key.to_string()});
        let down = held.iter().map(|key| press("keyDown", *key));
        let struck = [press("keyDown", key), press("keyUp", key)];
        let up = held.iter().rev().map(|key| press("keyUp", *key));
        let all: Vec<Value> = down.chain(struck).chain(up).collect();
        self.actions(&all);
    }

    fn actions(&self, actions: &[Value]) {
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.call("POST", "/actions", &json!({"actions": [keyboard]}));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let browser = &self.browser;
        let handles = browser
            .try_call("GET", "/window/handles", &Value::Null)
            .unwrap_or_default();
        for handle in handles
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if handle != browser.first {
                let _ = browser.try_call("POST", "/window", &json!({"handle": handle}));
                let _ = browser.try_call("DELETE", "/window", &Value::Null);
            }
        }
        let _ = browser.try_call("POST", "/window", &json!({"handle": browser.first}));
    }
}
