//! Numbers in and out: settings from the environment, medians, percentiles.

use std::time::Duration;

/// A number from the environment, or the default.
pub fn setting(name: &str, default: usize) -> usize {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The middle of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// So many thousandths of some times are at most this long.
pub fn permille(times: &mut [Duration], permille: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * permille / 1000).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}
