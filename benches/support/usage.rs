//! What a process has used, as Linux tells it.

use std::time::Duration;

use anyhow::{Context as _, Result};

/// The processor time of a process so far, in all its threads.
pub fn processor_time(process: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit_once(')').context("no stat")?.1;
    let ticks: Vec<u64> = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    // Ticks are hundredths of a second on every Linux.
    Ok(Duration::from_millis(10 * ticks.iter().sum::<u64>()))
}

/// The resident memory of a process, in bytes.
pub fn resident(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(1024 * kib.context("no VmRSS")?.trim().parse::<u64>()?)
}
