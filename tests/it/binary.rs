//! The real program on a port of its own, in a folder of its own. Dropping it kills it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{client, folder_without_phrases};

/// A configuration with one storefront.
pub const CONFIG: &str = r#"
[[sites]]
key = "linden"
merchant = "m_linden"
origins = ["https://linden.example"]
secret = "linden-secret-0123456789abcdef0123"

[limits]
messages_per_minute = 100000
sessions_per_minute = 100000

[dialogue]
settle_ms = 0
"#;

/// A running program.
pub struct Binary {
    child: Child,
    pub base: String,
    pub metrics: String,
    log: Arc<Mutex<String>>,
    client: reqwest::Client,
}

impl Binary {
    /// A command in a folder, which gets the configuration if it has none.
    pub fn command(folder: &Path, arguments: &[&str]) -> Command {
        let config = folder.join("frontdesk.toml");
        if !config.exists() {
            std::fs::write(&config, CONFIG).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command.current_dir(folder).env_clear().args(arguments);
        command
    }

    /// Serves in a folder; returns when it says where. Where no rules are named, it has the built-in ones without their phrases.
    pub fn serve(folder: &Path, more: &[&str]) -> Self {
        if more.contains(&"--intents") {
            return Self::serve_with(folder, more);
        }
        let rules = ["--intents", folder_without_phrases()];
        Self::serve_with(folder, &[&rules[..], more].concat())
    }

    /// Serves with the built-in rules as they are.
    pub fn serve_built_in(folder: &Path) -> Self {
        Self::serve_with(folder, &[])
    }

    fn serve_with(folder: &Path, more: &[&str]) -> Self {
        let mut arguments = vec![
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--metrics-listen",
            "127.0.0.1:0",
        ];
        if !more.contains(&"--store.free-space-mb") {
            arguments.extend(["--store.free-space-mb", "0"]);
        }
        arguments.extend(["--data", "data"]);
        arguments.extend(more);
        let mut child = Self::command(folder, &arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut binary = Self {
            child,
            base: String::new(),
            metrics: String::new(),
            log,
            client: client(),
        };
        binary.base = binary.said_after("  desk ");
        binary.metrics = binary.said_after("  metrics ");
        binary
    }

    fn said_after(&mut self, name: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let log = self.log();
            if let Some(line) = log.lines().find_map(|line| line.strip_prefix(name)) {
                return line.trim().to_owned();
            }
            let gone = self.child.try_wait().unwrap();
            assert!(
                gone.is_none() && Instant::now() < deadline,
                "it did not start: {gone:?}\n{log}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has written to stderr.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// A new visitor's token.
    pub async fn visitor(&self) -> String {
        let sent = self
            .request(Method::POST, "/v1/sessions")
            .json(&json!({"site": "linden"}));
        let body: Value = sent.send().await.unwrap().json().await.unwrap();
        body["session"].as_str().unwrap().to_owned()
    }

    /// Sends a message; the answer if it was accepted.
    pub async fn send(&self, token: &str, client_id: &str, text: &str) -> Option<Value> {
        let body = json!({"client_id": client_id, "text": text});
        let sent = self
            .request(Method::POST, "/v1/messages")
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .ok()?;
        if sent.status() != 200 {
            return None;
        }
        sent.json().await.ok()
    }

    /// The visitor's stream to its end, or until it has said what is waited for.
    pub async fn stream_until(
        &self,
        token: &str,
        mut is_there: impl FnMut(&str) -> bool,
    ) -> String {
        let Ok(mut stream) = self
            .request(Method::GET, "/v1/events")
            .bearer_auth(token)
            .send()
            .await
        else {
            return String::new();
        };
        let mut all = String::new();
        let patience = Duration::from_secs(60);
        let _ = tokio::time::timeout(patience, async {
            while let Ok(Some(part)) = stream.chunk().await {
                all.push_str(&String::from_utf8_lossy(&part));
                if is_there(&all) {
                    break;
                }
            }
        })
        .await;
        all
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let (signal, pid) = (format!("-{name}"), self.child.id().to_string());
        let sent = Command::new("kill").args([&signal, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has stopped by itself.
    pub fn wait(mut self, most: Duration) -> (ExitStatus, String) {
        let deadline = Instant::now() + most;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, self.log());
            }
            assert!(
                Instant::now() < deadline,
                "it does not stop:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
