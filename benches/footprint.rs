//! How much the program takes: the size of the binary as it is given away, and the resident memory of a desk that serves 10,000 rules
//! and has nothing to do.
//!
//! `cargo bench --bench footprint`. Builds the `dist` profile first, which takes minutes the first time.

#[path = "support/rules.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod rules;
#[path = "support/usage.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod usage;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use frontdesk::rules_folder::{built_in_rules, write_folder};

const MEGABYTE: f64 = 1e6;
/// What a start has used for a moment is given back by then.
const IDLE: Duration = Duration::from_secs(15);

fn main() -> Result<()> {
    // Something else that runs all targets, such as `cargo test --all-targets`, has no time for this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let program = build()?;
    let size = fs::metadata(&program)?.len() as f64 / MEGABYTE;
    println!(
        "binary of the dist profile, MB                       {size:>8.1}  (budget: at most 20)"
    );
    let folder = tempfile::tempdir()?;
    let intents = folder.path().join("intents");
    fs::create_dir(&intents)?;
    write_folder(&intents, &built_in_rules())?;
    let few = idle(&program, folder.path())? as f64 / MEGABYTE;
    println!("resident memory, idle, the shipped rules, MB         {few:>8.1}");
    for (number, (name, text)) in rules::rule_files().into_iter().enumerate() {
        fs::write(intents.join(name), text + &reply(number))?;
    }
    let many = idle(&program, folder.path())? as f64 / MEGABYTE;
    println!(
        "resident memory, idle, 10,000 rules besides, MB      {many:>8.1}  (budget: at most 40)"
    );
    Ok(())
}

/// What an intent says, for a desk does not serve one that says nothing.
fn reply(number: usize) -> String {
    let says = ["zh-Hans", "zh-Hant", "en"].map(|tag| format!("{tag} = \"x\"\n"));
    let says = says.concat();
    format!("[intent.i{number}.label]\n{says}[intent.i{number}.reply.calm]\n{says}")
}

/// The program as it is given away.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--locked", "--profile", "dist"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    ensure!(built.success(), "the program cannot be built");
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(3).context("no target folder")?;
    Ok(target.join("dist/frontdesk"))
}

/// The resident memory of a desk some time after it has started.
fn idle(program: &Path, folder: &Path) -> Result<u64> {
    let desk = Command::new(program)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--metrics-listen",
            "127.0.0.1:0",
        ])
        .current_dir(folder)
        .stderr(Stdio::piped())
        .spawn()?;
    let mut desk = Desk(desk);
    let lines = BufReader::new(desk.0.stderr.take().context("no log")?).lines();
    let mut said = String::new();
    for line in lines {
        said += &line?;
        if said.contains("ready in") {
            sleep(IDLE);
            return usage::resident(desk.0.id());
        }
    }
    anyhow::bail!("the desk does not start: {said}")
}

/// Ends with the bench.
struct Desk(Child);

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
