//! Whose the configuration and the secrets are that `channel` writes, and what is left where it could not.

use super::channel::add;
use super::*;

/// Who may do what with a file, and whose it is.
fn rights(path: &Path) -> (u32, u32, u32) {
    use std::os::unix::fs::MetadataExt as _;
    let about = std::fs::metadata(path).unwrap();
    (about.mode() & 0o7777, about.uid(), about.gid())
}

#[test]
fn a_configuration_that_is_changed_stays_its_owners_and_a_link_to_it_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
    let folder = initialised();
    let (link, real) = (
        folder.path().join("frontdesk.toml"),
        folder.path().join("kept").join("desk.toml"),
    );
    std::fs::create_dir(real.parent().unwrap()).unwrap();
    std::fs::rename(&link, &real).unwrap();
    // Only an administrator can give a file away; for all others it is their own.
    let _ = chown(&real, Some(12_345), Some(12_346));
    symlink(&real, &link).unwrap();
    let line = ["line", "shop", "--site", "demo"];
    for mode in [0o600, 0o640, 0o644] {
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(mode)).unwrap();
        let before = rights(&real);
        // What a command left that was killed is in nobody's way.
        let left = real.with_file_name("desk.toml.new");
        symlink(folder.path().join("elsewhere"), &left).unwrap();
        let typed = "0123456789abcdef0123\n0123456789abcdef0123\n";
        let (_, err, code) = add(folder.path(), &line, typed);
        assert_eq!(code, 0, "{err}");
        assert_eq!(rights(&real), before, "add, {mode:o}");
        ok(folder.path(), &["channel", "remove", "line", "shop"]);
        assert_eq!(rights(&real), before, "remove, {mode:o}");
        assert!(link.is_symlink() && !folder.path().join("elsewhere").exists());
        assert_eq!(
            std::fs::read_dir(real.parent().unwrap()).unwrap().count(),
            1
        );
        for name in ["secret", "token"] {
            std::fs::remove_file(folder.path().join(format!("line.shop.{name}"))).unwrap();
        }
    }
}

/// What a desk that runs as the owner of its configuration reads beside it.
const LINE: [&str; 2] = ["line.shop.secret", "line.shop.token"];
const TYPED: &str = "0123456789abcdef0123\n0123456789abcdef0123\n";

#[test]
fn the_secrets_that_an_administrator_adds_belong_to_whom_the_configuration_belongs_to() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let folder = initialised();
    let config = folder.path().join("frontdesk.toml");
    // Only an administrator can give a file away; for all others it is their own.
    let _ = chown(&config, Some(12_345), Some(12_346));
    let whose = std::fs::metadata(&config).unwrap();
    let (_, err, code) = add(folder.path(), &["line", "shop", "--site", "demo"], TYPED);
    assert_eq!(code, 0, "{err}");
    for name in LINE {
        let found = rights(&folder.path().join(name));
        assert_eq!(found, (0o600, whose.uid(), whose.gid()), "{name}");
    }
}

/// What `channel` does for one of the group that may change the configuration, without owning it; nothing where nobody can become another.
fn by_one_of_the_group(folder: &Path, args: &[&str]) -> Option<std::process::Output> {
    use std::os::unix::process::CommandExt as _;
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.current_dir(folder).uid(23_456).gid(12_346);
    command.arg("channel").args(args);
    command.stdin(std::process::Stdio::piped());
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().ok()?;
    let typed = child.stdin.take();
    // Who is asked for nothing may be gone before.
    let _ = std::io::Write::write_all(&mut typed.unwrap(), TYPED.as_bytes());
    Some(child.wait_with_output().unwrap())
}

#[test]
fn whoever_may_change_the_configuration_without_owning_it_may_add_an_account() {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let folder = initialised();
    let config = folder.path().join("frontdesk.toml");
    let kept = folder.path().join("demo.secret");
    for (path, mode) in [(folder.path(), 0o775), (&config, 0o664), (&kept, 0o640)] {
        let _ = chown(path, Some(12_345), Some(12_346));
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, rights).unwrap();
    }
    let before = std::fs::read_to_string(&config).unwrap();
    let add = ["add", "line", "shop", "--site", "demo"];
    let Some(output) = by_one_of_the_group(folder.path(), &add) else {
        eprintln!("skipped: only root can become another user");
        return;
    };
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{err}");
    // Whoever runs the desk reads it as its owner, and need not be one of the group.
    assert_eq!(rights(&config), (0o664, 12_345, 12_346));
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(
        text.contains("[[channels]]") && text.ends_with('\n'),
        "{text}"
    );
    assert!(!folder.path().join("frontdesk.toml.new").exists());
    for name in LINE {
        let (mode, _, group) = rights(&folder.path().join(name));
        assert_eq!(
            (mode, group),
            (0o640, 12_346),
            "{name}: whose desk it is reads it"
        );
        let given = format!("chown 12345 {}", folder.path().join(name).display());
        assert!(
            err.contains(&given) || err.contains(&format!("chown 12345 {name}")),
            "{err}"
        );
    }
    let removed = by_one_of_the_group(folder.path(), &["remove", "line", "shop"]).unwrap();
    assert!(removed.status.success(), "{removed:?}");
    let after = std::fs::read_to_string(&config).unwrap();
    assert_eq!(
        after.trim_end(),
        before.trim_end(),
        "and nothing is left of it"
    );
    assert_eq!(rights(&config), (0o664, 12_345, 12_346));
}

#[test]
fn nothing_stays_behind_of_an_account_that_could_not_be_added() {
    use std::os::unix::fs::symlink;
    let folder = initialised();
    let config = folder.path().join("frontdesk.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let args = ["line", "shop", "--site", "demo"];
    let nothing_stays = |what: &str| {
        for name in LINE {
            let path = folder.path().join(name);
            let is_there = std::fs::symlink_metadata(&path).is_ok_and(|about| about.is_file());
            assert!(!is_there, "{what}: {name}");
        }
        assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "{what}");
    };
    // The second secret cannot be written: a link that leads nowhere is in its place.
    let blocked = folder.path().join("line.shop.token");
    symlink(folder.path().join("nowhere").join("x"), &blocked).unwrap();
    let (_, err, code) = add(folder.path(), &args, TYPED);
    assert!(code != 0 && err.contains("cannot write"), "{err}");
    nothing_stays("keep");
    std::fs::remove_file(&blocked).unwrap();
    // The configuration cannot be replaced: a folder is in the way of what is to take its place.
    let beside = folder.path().join("frontdesk.toml.new");
    std::fs::create_dir_all(beside.join("x")).unwrap();
    let (_, err, code) = add(folder.path(), &args, TYPED);
    assert!(code != 0 && err.contains("cannot write"), "{err}");
    nothing_stays("replace");
    std::fs::remove_dir_all(&beside).unwrap();
    let (_, err, code) = add(folder.path(), &args, TYPED);
    assert_eq!(code, 0, "the next try is not in its own way: {err}");
}
