//! `kill -9` at any moment: everything that was acknowledged is there afterwards, once, in order, without a gap.
//!
//! 50 kills in the suite; `FRONTDESK_KILLS=1000 cargo test --test it crash` for a thousand.

use std::time::Duration;

use rand::RngExt as _;

use crate::ledger::Ledger;
use crate::load::{Load, check_folder, check_whole, number, scratch};

/// Kills on one folder before a new one is begun.
const LIVES: u32 = 25;

/// Kills a loaded store again and again; `longest` bounds how long each life may last, behind its start where that is not what is tried.
fn torture(kills: u32, longest: Duration, (backups, at_start): (bool, bool)) -> usize {
    let mut random = rand::rng();
    let mut acknowledged = 0;
    for begun in (0..kills).step_by(LIVES as usize) {
        let (_dir, folder) = scratch();
        let mut ledger = Ledger::default();
        for life in begun..kills.min(begun + LIVES) {
            let load = Load::start(&folder, &format!("l{life}"), backups);
            if !at_start {
                load.begin();
            }
            std::thread::sleep(longest.mul_f64(random.random::<f64>()));
            load.kill(&mut ledger);
            if life % 3 == 0 {
                drop(check_folder(&folder, &ledger).unwrap());
            }
        }
        drop(check_folder(&folder, &ledger).unwrap());
        check_whole(&folder);
        std::fs::remove_dir_all(folder.join("sled")).unwrap();
        let rebuilt = check_folder(&folder, &ledger).unwrap();
        assert!(rebuilt.report().rebuilt.is_some() || ledger.len() == 0);
        drop(rebuilt);
        check_whole(&folder);
        acknowledged += ledger.len();
    }
    acknowledged
}

#[test]
fn nothing_acknowledged_is_lost_by_kills_under_load() {
    let kills = number("FRONTDESK_KILLS", 50) / 2;
    let acknowledged = torture(kills, Duration::from_millis(400), (false, false));
    eprintln!("{kills} kills, {acknowledged} messages acknowledged, none lost");
    assert!(acknowledged > kills as usize, "the load was no load");
}

#[test]
fn nothing_acknowledged_is_lost_by_kills_at_start() {
    let kills = number("FRONTDESK_KILLS", 50) / 4;
    let acknowledged = torture(kills, Duration::from_millis(60), (false, true));
    eprintln!("{kills} kills at start, {acknowledged} messages acknowledged, none lost");
}

#[test]
fn nothing_acknowledged_is_lost_by_kills_during_backups_and_pruning() {
    let kills = number("FRONTDESK_KILLS", 50).div_ceil(4);
    let acknowledged = torture(kills, Duration::from_millis(500), (true, false));
    eprintln!("{kills} kills during backups, {acknowledged} messages acknowledged, none lost");
}
