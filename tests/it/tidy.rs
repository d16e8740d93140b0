//! The rules of the house that no compiler checks: who may import whom, how large things may be, where Chinese may stand.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Which top-level modules each one may use. Whoever is not listed may use everything.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("engine", &["domain"]),
    ("channels", &["domain"]),
    ("store", &["domain"]),
    ("clock", &["domain"]),
    ("live", &["domain"]),
    ("desk", &["domain", "engine", "clock", "store", "live"]),
    ("delivery", &["domain", "clock", "channels", "store"]),
    (
        "http",
        &["domain", "clock", "channels", "store", "live", "desk"],
    ),
];

/// Lines of a file, its tests included.
const FILE_LINES: usize = 400;
/// Half of all files are at most this long, in lines.
const FILE_MEDIAN: usize = 150;
/// Lines of a function.
const FUNCTION_LINES: usize = 60;
/// Half of all functions are at most this long, in lines.
const FUNCTION_MEDIAN: usize = 10;

/// One source file: its path below `src` and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// The top-level module it belongs to.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Its lines without comments and without its unit tests, numbered from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self
            .text
            .find("#[cfg(test)]\nmod ")
            .unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate();
        lines
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    let below = |path: &PathBuf| {
        path.strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    found
        .iter()
        .map(|path| Source {
            path: below(path),
            text: fs::read_to_string(path).unwrap(),
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The top-level modules of this crate that a line names after `crate::`.
fn imports(line: &str) -> Vec<String> {
    let after = line.split("crate::").skip(1);
    after
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split(',').map(str::to_owned).collect::<Vec<_>>(),
            None => vec![rest.to_owned()],
        })
        .map(|name| {
            name.trim_start()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn nobody_imports_from_above() {
    let mut wrong = String::new();
    for source in sources() {
        let module = source.module().to_owned();
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        for (number, line) in source.code() {
            for name in imports(line)
                .into_iter()
                .filter(|name| MAY_IMPORT.iter().any(|(known, _)| known == name) || is_upper(name))
            {
                if name != module && !allowed.contains(&name.as_str()) {
                    writeln!(
                        wrong,
                        "src/{}:{number}: `{module}` must not use `{name}`",
                        source.path
                    )
                    .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn is_upper(name: &str) -> bool {
    matches!(name, "config" | "cli" | "telemetry" | "web")
}

#[test]
fn the_import_check_sees_an_import_that_goes_up() {
    assert_eq!(imports("use crate::desk::Desk;"), ["desk"]);
    assert_eq!(
        imports("use crate::{domain::ids, http};"),
        ["domain", "http"]
    );
    assert_eq!(
        imports("let x: crate::engine::Rules = todo(crate::store::Store);"),
        ["engine", "store"]
    );
}

#[test]
fn domain_and_engine_know_no_world_outside() {
    let world = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "tokio",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "rand::",
        "reqwest",
        "println!",
        "eprintln!",
    ];
    let mut wrong = String::new();
    for source in sources()
        .iter()
        .filter(|source| matches!(source.module(), "domain" | "engine" | "channels"))
    {
        for (number, line) in source.code() {
            for word in world.iter().filter(|word| line.contains(**word)) {
                writeln!(wrong, "src/{}:{number}: {word}", source.path).unwrap();
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "pure modules do no I/O and know no time:\n{wrong}"
    );
}

#[test]
fn only_the_clock_knows_the_time() {
    let mut wrong = String::new();
    for source in sources()
        .iter()
        .filter(|source| !matches!(source.module(), "clock" | "cli" | "telemetry"))
    {
        for (number, line) in source.code() {
            if ["Timestamp::now", "Zoned::now", "SystemTime::now"]
                .iter()
                .any(|word| line.contains(word))
            {
                writeln!(wrong, "src/{}:{number}: {}", source.path, line.trim()).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "take the time from `clock`:\n{wrong}");
}

#[test]
fn only_the_desk_and_delivery_write() {
    let mut wrong = String::new();
    for source in sources()
        .iter()
        .filter(|source| !matches!(source.module(), "store" | "desk" | "delivery"))
    {
        for (number, line) in source.code() {
            if line.contains("Commit::")
                || line.contains("store.commit(")
                || line.contains("store().commit(")
            {
                writeln!(wrong, "src/{}:{number}: {}", source.path, line.trim()).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "writes go through the desk:\n{wrong}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert!(
        silent.is_empty(),
        "these files do not begin with `//!`: {silent:?}"
    );
}

#[test]
fn no_chinese_stands_in_the_code() {
    let is_han = |c: char| matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let mut wrong = String::new();
    for source in sources() {
        for (index, line) in source
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.chars().any(is_han))
        {
            writeln!(wrong, "src/{}:{}: {}", source.path, index + 1, line.trim()).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "what customers read and write belongs into intents/ and tests/data/:\n{wrong}"
    );
}

#[test]
fn files_stay_small_enough_to_read_at_one_go() {
    let mut lengths: Vec<(usize, String)> = sources()
        .into_iter()
        .map(|source| (source.text.lines().count(), source.path))
        .collect();
    lengths.sort();
    let long: Vec<_> = lengths
        .iter()
        .filter(|(lines, _)| *lines > FILE_LINES)
        .collect();
    assert!(long.is_empty(), "over {FILE_LINES} lines: {long:?}");
    let median = lengths[lengths.len() / 2].0;
    assert!(
        median <= FILE_MEDIAN,
        "the median file has {median} lines, more than {FILE_MEDIAN}"
    );
}

#[test]
fn functions_stay_small_enough_to_hold_in_mind() {
    let mut lengths = Vec::new();
    let tables_of_tests = |path: &str| path.ends_with("tests.rs") || path.contains("/tests/");
    for source in sources() {
        if tables_of_tests(&source.path) {
            continue;
        }
        lengths.extend(
            functions(&source.text)
                .into_iter()
                .map(|(line, lines)| (lines, format!("src/{}:{line}", source.path))),
        );
    }
    lengths.sort();
    let long: Vec<_> = lengths
        .iter()
        .filter(|(lines, _)| *lines > FUNCTION_LINES)
        .collect();
    assert!(long.is_empty(), "over {FUNCTION_LINES} lines: {long:?}");
    let median = lengths[lengths.len() / 2].0;
    assert!(
        median <= FUNCTION_MEDIAN,
        "the median function has {median} lines, more than {FUNCTION_MEDIAN}"
    );
}

/// First line and length of each function that has a body (a declaration in a trait has none), told by the indentation that rustfmt gives.
fn functions(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let begins = [
            "fn ",
            "pub fn ",
            "async fn ",
            "pub async fn ",
            "const fn ",
            "pub const fn ",
        ];
        let begins = begins.iter().any(|word| code.starts_with(word))
            || (code.starts_with("pub(") && code.contains(") fn ") || code.contains(") async fn "));
        if !begins {
            continue;
        }
        let body = lines[start..]
            .iter()
            .find(|line| line.ends_with([';', '{', '}']));
        if body.is_none_or(|line| line.ends_with(';')) {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let closing = format!("{indent}}}");
        let one_line = line.ends_with('}');
        let end = if one_line {
            Some(start)
        } else {
            (start..lines.len()).find(|index| lines[*index] == closing)
        };
        if let Some(end) = end {
            found.push((start + 1, end - start + 1));
        }
    }
    found
}

#[test]
fn the_length_check_counts_a_function_to_its_closing_brace() {
    assert_eq!(
        functions(
            "fn a() {\n    b();\n}\n\nimpl X {\n    pub(super) fn c(\n        d: u8,\n    ) {\n        e();\n    }\n}\n"
        ),
        [(1, 3), (6, 5)]
    );
}

#[test]
fn the_top_level_holds_only_what_a_project_needs() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "intents",
        "tests",
        "benches",
        "README.md",
        "README.zh-CN.md",
        "LICENSE",
        ".ci",
        ".gitignore",
        ".git",
        "target",
        "proptest-regressions",
        "data",
        "frontdesk.toml",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let extra: Vec<String> = names
        .filter(|name| !allowed.contains(&name.as_str()))
        .collect();
    assert!(
        extra.is_empty(),
        "beside what the top level may hold: {extra:?}"
    );
}
