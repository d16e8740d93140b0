//! The real desk as a process, on a folder of its own, with its log in a file.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use frontdesk::rules_folder::write_folder;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{client, free_port, rules_without_phrases};

/// The secret with which the shop signs.
pub const SECRET: &str = "canary-secret-0123456789abcdef0123456789";

/// The real server on a folder of its own, its log in a file. Killed when it is dropped.
pub struct Desk {
    process: Child,
    pub base: String,
    pub metrics: String,
    pub folder: tempfile::TempDir,
    pub http: reqwest::Client,
}

impl Desk {
    /// Starts it, with an agent and a key: their tokens come along.
    pub async fn start() -> (Self, String, String) {
        Self::with("").await
    }

    /// As [`Self::start`], with more in its configuration.
    pub async fn with(more: &str) -> (Self, String, String) {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let site = format!(
            "[log]\nformat = \"json\"\nlevel = \"debug\"\n[store]\nfree_space_mb = 16\n[dialogue]\nsettle_ms = 0\n[limits]\nmessages_per_minute = 100000\nsessions_per_minute = 100000\nrequests_per_minute = 100000\n\
             [[sites]]\nkey = \"linden\"\nmerchant = \"m_linden\"\norigins = [\"https://linden.example\"]\nsecret = \"{SECRET}\"\n{more}"
        );
        fs::write(at.join("frontdesk.toml"), site).unwrap();
        fs::create_dir(at.join("intents")).unwrap();
        write_folder(&at.join("intents"), &rules_without_phrases()).unwrap();
        let agent = run(at, &["agent", "add", "mei", "--name", "Mei"]);
        let key = run(at, &["token", "new", "--merchant", "m_linden"]);
        let token = |output: &Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let (public, internal) = (free_address(), free_address());
        let desk = Self {
            process: serve(at, &public, &internal),
            base: format!("http://{public}"),
            metrics: format!("http://{internal}"),
            folder,
            http: client(),
        };
        desk.ready().await;
        (desk, token(&agent), token(&key))
    }

    /// Kills it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again where it was.
    pub async fn start_again(&mut self) {
        let address = |base: &str| base.trim_start_matches("http://").to_owned();
        let (public, internal) = (address(&self.base), address(&self.metrics));
        self.process = serve(self.folder.path(), &public, &internal);
        self.ready().await;
    }

    async fn ready(&self) {
        let url = format!("{}/readyz", self.base);
        for _ in 0..9_000 {
            if self.http.get(&url).send().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not start: {}", self.log());
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Sends a request and gives the text of the answer, head and all.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Vec<u8>>,
    ) -> String {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(token);
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(body),
            None => request,
        };
        let response = request.send().await.unwrap();
        let head = format!("{} {:?}", response.status(), response.headers());
        format!("{head}\n{}", response.text().await.unwrap())
    }

    /// A session of the site.
    pub async fn session(&self, token: Option<&str>) -> String {
        let body = json!({"site": "linden", "token": token});
        let opened = self
            .http
            .post(format!("{}/v1/sessions", self.base))
            .json(&body);
        let opened: Value = opened.send().await.unwrap().json().await.unwrap();
        opened["session"]
            .as_str()
            .unwrap_or_else(|| panic!("{opened}"))
            .to_owned()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(at: &Path, public: &str, internal: &str) -> Child {
    let mut log = fs::File::options();
    let log = log.create(true).append(true).open(at.join("log")).unwrap();
    let mut command = command(at);
    command.args(["serve", "--intents", "intents"]);
    command.args(["--listen", public, "--metrics-listen", internal]);
    command.stderr(log).stdout(Stdio::null()).spawn().unwrap()
}

pub fn command(at: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.current_dir(at);
    command
}

pub fn run(at: &Path, args: &[&str]) -> Output {
    let output = command(at).args(args).output().unwrap();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn free_address() -> String {
    format!("127.0.0.1:{}", free_port())
}
