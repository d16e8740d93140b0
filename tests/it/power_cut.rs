//! A power cut: what was not synced is gone. Everything that was acknowledged is there afterwards.
//!
//! A real ext4 file system on a loop device is shut down without writing out its page cache or its own journal. That takes root, a loop
//! device and python3 (for one ioctl); elsewhere the test says that it was skipped. 20 cuts in the suite; `FRONTDESK_CUTS=500` for more.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rand::RngExt as _;

use crate::ledger::Ledger;
use crate::load::{Load, check_folder, check_whole, number};

/// Cuts on one file system before a new one is made.
const LIVES: u32 = 10;
/// `EXT4_IOC_SHUTDOWN` without a flush of the log.
const SHUTDOWN: &str = "import fcntl,os,struct,sys\n\
    fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";

/// A disk in a file, mounted.
struct Disk {
    device: String,
    mounted: PathBuf,
    _dir: tempfile::TempDir,
}

impl Disk {
    /// Makes one, or says what is missing.
    fn new() -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        let image = dir.path().join("image");
        let mounted = dir.path().join("disk");
        std::fs::create_dir(&mounted).map_err(|e| e.to_string())?;
        run("truncate", &["-s", "256M", &text(&image)])?;
        run("mkfs.ext4", &["-q", "-F", &text(&image)])?;
        let device = run("losetup", &["--find", "--show", &text(&image)])?;
        let disk = Self {
            device: device.trim().to_owned(),
            mounted,
            _dir: dir,
        };
        disk.mount()?;
        Ok(disk)
    }

    fn mount(&self) -> Result<(), String> {
        run("mount", &[&self.device, &text(&self.mounted)]).map(drop)
    }

    fn unmount(&self) -> Result<(), String> {
        run("umount", &[&text(&self.mounted)]).map(drop)
    }

    /// Cuts the power and turns it on again.
    fn cut(&self) -> Result<(), String> {
        run("python3", &["-c", SHUTDOWN, &text(&self.mounted)])?;
        self.unmount()?;
        self.mount()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.unmount();
        let _ = run("losetup", &["--detach", &self.device]);
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|e| format!("{program}: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} {arguments:?}: {}", errors.trim()))
}

/// Whether power can be cut here; if not, why.
fn possible() -> Result<(), String> {
    Disk::new()?.cut()
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut() {
    if let Err(missing) = possible() {
        eprintln!("SKIPPED: no power can be cut here: {missing}");
        return;
    }
    let cuts = number("FRONTDESK_CUTS", 20);
    let mut random = rand::rng();
    let mut acknowledged = 0;
    for begun in (0..cuts).step_by(LIVES as usize) {
        let disk = Disk::new().unwrap();
        let folder = disk.mounted.join("data");
        let mut ledger = Ledger::default();
        for life in begun..cuts.min(begun + LIVES) {
            let load = Load::start(&folder, &format!("l{life}"), life % 4 == 3);
            std::thread::sleep(Duration::from_millis(random.random_range(5..400)));
            load.kill(&mut ledger);
            disk.cut().unwrap();
            if life % 2 == 1 {
                drop(check_folder(&folder, &ledger).unwrap());
                disk.cut().unwrap();
            }
        }
        drop(check_folder(&folder, &ledger).unwrap());
        check_whole(&folder);
        acknowledged += ledger.len();
    }
    eprintln!("{cuts} power cuts, {acknowledged} messages acknowledged, none lost");
    assert!(acknowledged > 0, "the load was no load");
}
