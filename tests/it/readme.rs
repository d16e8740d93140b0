//! What the README files tell people to type is typed: commands run in a folder of their own against the real program, rules and
//! configurations are loaded by the real loader. A command that fails, or a problem document as an answer, fails the test.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use frontdesk::config::{Config, ConfigFile, Sources, is_configuration};
use frontdesk::engine::rules::check::check;
use frontdesk::engine::rules::diagnostic::Severity;
use frontdesk::engine::say::Say;
use frontdesk::rules_folder::{built_in_rules, write_folder};

use crate::support::free_port;

/// What is typed in place of a build.
const BUILT: (&str, &str) = ("cargo run --release --", "frontdesk");
/// Typed by itself it would run this test, too.
const ALL_TESTS: &str = "tests/run";
/// Where the README's desk listens.
const ADDRESS: &str = "127.0.0.1:8787";

/// A fenced block of a Markdown file.
struct Block {
    language: String,
    text: String,
    /// `README.md:12`.
    place: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn blocks(name: &str, language: &str) -> Vec<Block> {
    let text = fs::read_to_string(root().join(name)).unwrap();
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, line) in (1..).zip(text.lines()) {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                found.push(Block {
                    language: language.to_owned(),
                    text: String::new(),
                    place: format!("{name}:{number}"),
                });
            }
            None if inside => {
                let block = found.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    found.retain(|block| block.language == language);
    found
}

/// A folder as a reader has it: a checkout, an order, a table of orders; and the demo desk, as soon as a block starts it.
struct Reader {
    folder: tempfile::TempDir,
    desk: Option<Child>,
    variables: BTreeMap<&'static str, String>,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        for name in ["src", "intents", "tests"] {
            symlink(root().join(name), at.join(name)).unwrap();
        }
        fs::create_dir(at.join("bin")).unwrap();
        symlink(env!("CARGO_BIN_EXE_frontdesk"), at.join("bin/frontdesk")).unwrap();
        fs::write(at.join("bin/curl"), CURL).unwrap();
        let runnable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(at.join("bin/curl"), runnable).unwrap();
        let order = fs::read_to_string(root().join("tests/data/orders/full.json")).unwrap();
        fs::write(at.join("order.json"), order.replace("m_linden", "m_demo")).unwrap();
        let table = root().join("tests/data/orders/good.csv");
        fs::copy(table, at.join("orders.csv")).unwrap();
        Self {
            folder,
            desk: None,
            variables: BTreeMap::new(),
        }
    }

    fn command(&self, program: &str) -> Command {
        let at = self.folder.path();
        let paths = std::env::var_os("PATH").unwrap();
        let paths = std::env::split_paths(&paths);
        let paths: Vec<PathBuf> = std::iter::once(at.join("bin")).chain(paths).collect();
        let mut command = Command::new(program);
        command.current_dir(at).stdin(Stdio::null()).env_clear();
        command.env("PATH", std::env::join_paths(&paths[..]).unwrap());
        command.env("OTHERS", std::env::join_paths(&paths[1..]).unwrap());
        command.env("FAILED", at.join("failed"));
        command.envs(&self.variables);
        command
    }

    /// Types a block.
    fn follow(&mut self, block: &Block) {
        let mut script = String::new();
        for line in block.text.replace(BUILT.0, BUILT.1).lines() {
            match line.split('#').next().unwrap_or_default().trim() {
                ALL_TESTS => assert!(root().join(ALL_TESTS).is_file()),
                "frontdesk demo" => self.start_demo(),
                _ => script += &format!("{line}\n"),
            }
        }
        if let Some(address) = self.variables.get("ADDRESS") {
            script = script.replace(ADDRESS, address);
        }
        let output = self.command("sh").args(["-euc", &script]).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let place = &block.place;
        assert!(output.status.success(), "{place}\n{script}\n{said}");
        let failed = fs::read_to_string(self.folder.path().join("failed")).unwrap_or_default();
        assert_eq!(failed, "", "{place}: an answer is a problem\n{said}");
    }

    fn start_demo(&mut self) {
        let (public, internal) = (free_address(), free_address());
        let log = fs::File::create(self.folder.path().join("demo")).unwrap();
        let mut command = self.command("frontdesk");
        command.args(["demo", "--listen", &public, "--metrics-listen", &internal]);
        let desk = command.stdout(log.try_clone().unwrap()).stderr(log).spawn();
        self.desk = Some(desk.unwrap());
        self.variables.insert("BASE", format!("http://{public}"));
        self.variables.insert("ADDRESS", public);
        self.wait_for("ready in");
        let said = self.demo_said();
        let word = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{name}: {said}"))
                .trim()
                .to_owned()
        };
        self.variables.insert("AGENT", word("agent's token"));
        self.variables.insert("API_KEY", word("shop's key"));
        let waiting = self.command("sh").args(["-euc", WAITING]).output().unwrap();
        let id = String::from_utf8(waiting.stdout).unwrap();
        assert!(!id.trim().is_empty(), "nobody waits in the demo");
        self.variables.insert("ID", id.trim().to_owned());
    }

    fn demo_said(&self) -> String {
        fs::read_to_string(self.folder.path().join("demo")).unwrap()
    }

    fn wait_for(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(120);
        while !self.demo_said().contains(words) {
            assert!(Instant::now() < deadline, "{}", self.demo_said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(desk) = &mut self.desk {
            let pid = desk.id().to_string();
            let _ = Command::new("kill").arg(&pid).status();
            let _ = desk.wait();
        }
    }
}

/// The real curl; an answer that is no success is written down, for a pipe or a function may hide it.
const CURL: &str = "#!/bin/sh\nPATH=$OTHERS\ncurl --fail-with-body \"$@\" || { code=$?; echo \"curl $*\" >>\"$FAILED\"; exit $code; }\n";

/// The id of a conversation that waits for an agent.
const WAITING: &str = "curl -s \"$BASE/v1/inbox?view=waiting\" -H \"authorization: Bearer $AGENT\" | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/'";

fn free_address() -> String {
    format!("127.0.0.1:{}", free_port())
}

#[test]
fn every_command_in_the_readme_files_works_as_it_stands() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl; tests/run installs it");
        return;
    }
    let mut reader = Reader::new();
    let mut commands = blocks("README.md", "sh");
    commands.extend(blocks("intents/README.md", "sh"));
    assert!(commands.len() >= 6, "the blocks are not found");
    for block in &commands {
        reader.follow(block);
    }
    assert!(reader.desk.is_some(), "no block starts the demo");
}

/// The rules that a reader is told to save beside the shipped ones, and what they are called.
/// A heading as links name it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let kept: String = kept.flat_map(char::to_lowercase).collect();
    kept.replace(' ', "-")
}

#[test]
fn every_part_of_the_readme_is_in_its_contents_and_every_link_within_it_leads_somewhere() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let (contents, rest) = text.split_once("\n## ").unwrap();
    let rest = format!("\n## {rest}");
    let headings = rest.split("\n## ").skip(1);
    let anchors: Vec<String> = headings
        .map(|it| anchor(it.lines().next().unwrap()))
        .collect();
    let links = |text: &str| -> Vec<String> {
        let links = text.split("](#").skip(1);
        links
            .map(|it| it.split(')').next().unwrap().to_owned())
            .collect()
    };
    let mut listed = links(contents);
    for link in listed.iter().chain(&links(&rest)) {
        assert!(anchors.contains(link), "#{link} leads nowhere");
    }
    let mut all = anchors.clone();
    listed.sort();
    all.sort();
    assert_eq!(listed, all, "the contents and the headings");
}

#[test]
fn the_rules_that_are_to_be_saved_beside_the_others_work_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &built_in_rules()).unwrap();
    let said = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        let ran = command
            .env_clear()
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&ran.stdout)
        );
        String::from_utf8(ran.stdout).unwrap()
    };
    for (readme, name) in [
        ("README.md", "gift_wrapping.toml"),
        ("intents/README.md", "size_advice.toml"),
    ] {
        let mut examples = blocks(readme, "toml").into_iter();
        let intent = format!("[intent.{}]", name.trim_end_matches(".toml"));
        let block = examples.find(|block| block.text.contains(&intent)).unwrap();
        fs::write(folder.path().join(name), block.text).unwrap();
    }
    let checked = said(&["check", "."]);
    assert!(checked.contains("|  0 errors, 0 warnings"), "{checked}");
    assert!(said(&["test", "."]).contains(" 0 failed"));
    let guide = fs::read_to_string(root().join("intents/README.md")).unwrap();
    let (_, told) = guide.split_once("`frontdesk read \"").unwrap();
    let (message, told) = told.split_once("\"` then prints `").unwrap();
    let told: Vec<&str> = told.split('`').step_by(2).take(3).collect();
    let read = said(&["read", message, "--intents", "."]);
    let line = read.lines().last().unwrap();
    assert!(
        told.iter().all(|word| line.contains(word)),
        "{told:?}\n{read}"
    );
}

/// All words of the shipped rules that a block does not define itself, and the desk's own sentences: what stands beside it in a folder.
fn beside(block: &toml::Table) -> String {
    let own = |name: &str| {
        block
            .get("concepts")
            .and_then(|own| own.get(name))
            .is_some()
    };
    let mut concepts = toml::Table::new();
    for (_, text) in built_in_rules() {
        let file: toml::Table = text.parse().unwrap();
        let known = file
            .get("concepts")
            .and_then(toml::Value::as_table)
            .cloned();
        concepts.extend(known.into_iter().flatten().filter(|(name, _)| !own(name)));
    }
    let mut file = toml::Table::new();
    file.insert("concepts".to_owned(), concepts.into());
    let mut text = file.to_string();
    for say in Say::ALL {
        let key = say.key();
        text += &format!("[say.{key}]\nzh-Hans = \"a\"\nzh-Hant = \"b\"\nen = \"c\"\n");
    }
    // An intent of which a block shows the phrases has its rules elsewhere.
    let phrases = block.get("phrases").and_then(toml::Value::as_table);
    for name in phrases
        .into_iter()
        .flat_map(toml::Table::keys)
        .filter(|it| *it != "none")
    {
        text += &format!(
            "[intent.{name}]\nabout = \"a\"\naction = \"answer\"\n[[intent.{name}.rule]]\nany = [\"b\"]\nweight = 60\n"
        );
        for part in ["label", "reply.calm"] {
            text +=
                &format!("[intent.{name}.{part}]\nzh-Hans = \"a\"\nzh-Hant = \"b\"\nen = \"c\"\n");
        }
    }
    text
}

#[test]
fn every_rule_and_setting_in_the_readme_files_is_taken_by_the_loader() {
    let mut examples = blocks("README.md", "toml");
    examples.extend(blocks("intents/README.md", "toml"));
    assert!(examples.len() >= 4, "the blocks are not found");
    for Block { text, place, .. } in examples {
        let file = ConfigFile {
            path: "example.toml".into(),
            text: text.clone(),
        };
        if is_configuration(&file) {
            let sources = Sources {
                file: Some(file),
                ..Sources::default()
            };
            Config::load(&sources).unwrap_or_else(|error| panic!("{place}\n{error}"));
            continue;
        }
        let rest = beside(&text.parse().unwrap());
        let name = match text.starts_with("merchant") {
            true => "policies/example.toml",
            false => "example.toml",
        };
        let files = vec![(name.to_owned(), text), ("rest.toml".to_owned(), rest)];
        let report = check(files).report;
        let errors = report
            .diagnostics
            .iter()
            .filter(|found| found.severity() == Severity::Error);
        let errors: Vec<String> = errors
            .map(|found| {
                let at = found
                    .place()
                    .map(|at| report.position(at))
                    .unwrap_or_default();
                format!("{at}: {} {}", found.code, found.message)
            })
            .collect();
        assert!(errors.is_empty(), "{place}\n{}", errors.join("\n"));
    }
}
