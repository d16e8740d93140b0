//! What the commands say of themselves.

use super::*;

/// All commands with their names, as typed.
fn commands(of: &clap::Command, name: &str) -> Vec<(String, clap::Command)> {
    let mut found = vec![(name.to_owned(), of.clone())];
    for inner in of.get_subcommands() {
        found.extend(commands(inner, &format!("{name} {}", inner.get_name())));
    }
    found
}

#[test]
fn every_command_says_what_it_does_and_shows_an_example_that_is_one() {
    let mut wrong = Vec::new();
    for (name, mut command) in commands(&Cli::command(), "frontdesk") {
        let help = command.render_long_help().to_string();
        let mut examples = help
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Example: "));
        match examples.next() {
            _ if command.get_about().is_none() => wrong.push(format!("{name}: says nothing")),
            None => wrong.push(format!("{name}: no example")),
            Some(example) => wrong.extend(mistake_in(example).map(|why| format!("{name}: {why}"))),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Why an example is none: what is typed after `frontdesk`, up to a pipe or the next command, must be taken.
fn mistake_in(example: &str) -> Option<String> {
    let typed = example.split_once("frontdesk")?.1;
    let end = typed.find(['>', '<', '|', '&']).unwrap_or(typed.len());
    let mut words = vec!["frontdesk"];
    for (index, part) in typed[..end].split('"').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace()),
            _ => words.push(part),
        }
    }
    let error = Cli::command().try_get_matches_from(words).err()?;
    Some(format!("{example}: {error}"))
}

#[test]
fn a_mistyped_command_is_answered_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    for (args, meant) in [
        (&["chekc"][..], "check"),
        (&["agent", "ad"], "add"),
        (&["config", "--marksdown"], "--markdown"),
        (
            &["config", "--limits.connection", "1"],
            "--limits.connections",
        ),
    ] {
        let (_, err, code) = run(folder.path(), args);
        assert_eq!(code, 2);
        assert!(err.contains(meant) && err.contains("tip"), "{err}");
    }
}

#[test]
fn completions_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = ok(folder.path(), &["completions", shell]);
        for command in Cli::command().get_subcommands() {
            assert!(
                script.contains(command.get_name()),
                "{shell}: {}",
                command.get_name()
            );
        }
    }
    assert_eq!(run(folder.path(), &["completions", "tcsh"]).2, 2);
}
