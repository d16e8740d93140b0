//! Reading a file of orders takes no more memory for a long file than for a short one.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The most memory that checking so many orders takes, in KiB, and what it says.
fn checked(folder: &Path, rows: usize) -> (u64, String) {
    let path = folder.join(format!("{rows}.csv"));
    let mut file = BufWriter::new(File::create(&path).unwrap());
    writeln!(file, "id,status,amount,currency,created_at").unwrap();
    for row in 1..rows {
        writeln!(file, "A{row:07},shipped,1.00,GBP,2026-11-20").unwrap();
    }
    // The last one is the first one again.
    writeln!(file, "A0000001,shipped,1.00,GBP,2026-11-20").unwrap();
    file.into_inner().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .current_dir(folder)
        .args(["orders", "import", "--merchant", "m", "--dry-run"])
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(File::create(folder.join("said")).unwrap())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        most = number.unwrap_or(most);
        std::thread::sleep(Duration::from_millis(2));
    }
    (most, fs::read_to_string(folder.join("said")).unwrap())
}

#[test]
fn a_file_of_many_orders_is_checked_in_the_memory_of_a_short_one_and_a_second_row_of_one_is_found()
{
    let folder = tempfile::tempdir().unwrap();
    let (short, _) = checked(folder.path(), 20_000);
    let (long, said) = checked(folder.path(), 240_000);
    assert!(
        said.contains("row 240001: id is the order of row 2 again"),
        "{said}"
    );
    assert!(
        short > 0 && long < short + (6 << 10),
        "{short} and {long} KiB"
    );
}
