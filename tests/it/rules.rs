//! Each mistake in rule files is found and shown, and its correction is not complained about.
//!
//! `tests/data/rules/bad` has a file (or a folder) per mistake, named by its code, with the expected rendering beside it; `good` has the
//! same without the mistake. `BLESS=1` writes the renderings anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use frontdesk::cli::diagnostics::Display;
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::engine::rules::check::check;
use frontdesk::engine::rules::diagnostic::Report;
use frontdesk::engine::say::Say;
use frontdesk::rules_folder::{built_in_rules, read_folder};
use unicode_width::UnicodeWidthStr as _;

/// Every fixture of a kind, by its name without ending.
fn fixtures(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/rules")
        .join(kind);
    let mut paths: Vec<PathBuf> = (fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|ending| ending == "toml"))
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// What is wrong with a fixture, beside the sentences that each folder must have.
fn report(path: &Path) -> Report {
    let mut files = if path.is_dir() {
        read_folder(path).unwrap()
    } else {
        let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        vec![(format!("{}.toml", name(path)), text)]
    };
    files.push(("~says.toml".to_owned(), all_sentences()));
    check(files).report
}

fn all_sentences() -> String {
    let says = Say::ALL.iter().map(|say| {
        let key = say.key();
        format!("[say.{key}]\nzh-Hans = \"a\"\nzh-Hant = \"b\"\nen = \"c\"\n")
    });
    says.collect()
}

fn display() -> Display<'static> {
    Display {
        folder: Path::new("intents"),
        colours: false,
    }
}

#[test]
fn each_mistake_is_found_and_shown_where_it_is() {
    for path in fixtures("bad") {
        let report = report(&path);
        let code = name(&path)[..4].to_ascii_uppercase();
        assert!(
            report.diagnostics.iter().any(|d| d.code == code),
            "{code} is not found in {}: {:#?}",
            path.display(),
            report.diagnostics,
        );
        let shown = display().text(&report);
        let expected = path.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &shown).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(shown, expected, "{}", path.display());
    }
}

#[test]
fn what_is_right_is_not_complained_about() {
    let bad: Vec<String> = fixtures("bad").iter().map(|path| name(path)).collect();
    let good: Vec<String> = fixtures("good").iter().map(|path| name(path)).collect();
    assert_eq!(bad, good, "each mistake has its correction");
    for path in fixtures("good") {
        assert_eq!(report(&path).diagnostics, [], "{}", path.display());
    }
}

/// A Chinese character is two columns wide: the underline must begin and end under the text it is about.
#[test]
fn underlines_stand_under_what_they_are_about() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules/bad/e012_tie.toml");
    let shown = display().text(&report(&path));
    let lines: Vec<&str> = shown.lines().collect();
    let carets = lines.iter().position(|line| line.contains('^')).unwrap();
    let word = "\"\u{591a}\u{4e45}\u{5230}\u{8d26}\"";
    let begins = lines[carets - 1].find(word).unwrap();
    assert_eq!(
        lines[carets - 1][..begins].width(),
        lines[carets].find('^').unwrap()
    );
    assert_eq!(word.width(), lines[carets].matches('^').count());
}

#[test]
fn a_check_tells_programs_and_github_the_same() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules/bad/e013_unknown_intent.toml");
    let report = report(&path);
    assert_eq!(
        display().github(&report),
        "::error file=intents/e013_unknown_intent.toml,line=4,col=14,title=E013::no intent is called `refund_reject`%0Anot \
         defined in any file%0Ahelp: did you mean `refund_rejected`?\n"
    );
    let json = display().json(&report);
    assert_eq!(json["errors"], 1);
    assert_eq!(json["diagnostics"][0]["code"], "E013");
    assert_eq!(json["diagnostics"][0]["places"][0]["line"], 4);
    assert_eq!(json["diagnostics"][0]["places"][0]["column"], 14);
}

fn run_check(path: &Path) -> assert_cmd::assert::Assert {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.arg("check").arg(path).assert()
}

#[test]
fn the_exit_code_says_whether_all_is_well() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("says.toml"), all_sentences()).unwrap();
    fs::write(
        folder.path().join("spare.toml"),
        "[concepts]\nspare = [\"xyz\"]\n",
    )
    .unwrap();
    let shown = run_check(folder.path()).code(0).get_output().stdout.clone();
    let shown = String::from_utf8(shown).unwrap();
    let last = shown.lines().last().unwrap();
    assert!(
        last.starts_with("0 intents, 0 rules, 0 tests  |  0 errors, 1 warning  |  "),
        "{last}"
    );

    fs::write(folder.path().join("broken.toml"), "[concepts\n").unwrap();
    run_check(folder.path()).code(1);
    // Of a single file only its own mistakes count, though it is read among the others.
    run_check(&folder.path().join("broken.toml")).code(1);
    run_check(&folder.path().join("spare.toml")).code(0);
    run_check(&folder.path().join("nowhere")).code(2);
}

/// Shares are told apart by their number, of which rule files may add any.
fn of_a_kind(name: &str) -> &str {
    if name.starts_with("share_") {
        "share_50"
    } else {
        name
    }
}

#[test]
fn the_manual_lists_every_circumstance_and_none_that_is_not_there() {
    let told: BTreeSet<String> = built_in_rules()
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.strip_prefix("[[circumstance."))
        .filter_map(|rest| rest.split('.').next())
        .map(|name| of_a_kind(name).to_owned())
        .collect();
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/intents/README.md");
    let manual = fs::read_to_string(manual).unwrap();
    let table = manual.split("| circumstance |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let listed: BTreeSet<String> = names
        .filter(|name| *name != "share_NUMBER")
        .map(str::to_owned)
        .collect();
    assert!(told.len() > 40, "only {} circumstances", told.len());
    assert_eq!(listed, told);
}

#[test]
fn the_manual_names_every_reason_of_a_hand_over() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/intents/README.md");
    let manual = fs::read_to_string(manual).unwrap();
    let (_, told) = manual
        .split_once("A hand-over's reason is one of ")
        .unwrap();
    let (told, _) = told.split_once(':').unwrap();
    let told: Vec<&str> = told.split('`').skip(1).step_by(2).collect();
    assert_eq!(told, HandoffReason::ALL.map(HandoffReason::code));
}
