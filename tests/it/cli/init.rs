//! A folder made by `init` is a desk that works, and only its owner's.

use super::*;

#[test]
fn init_writes_a_desk_that_works_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let said = ok(folder.path(), &["init", "desk"]);
    assert_eq!(said.matches("created").count(), 3, "{said}");
    let desk = folder.path().join("desk");
    ok(&desk, &["config"]);
    ok(&desk, &["check"]);
    let read = || {
        ["frontdesk.toml", "demo.secret"]
            .map(|name| std::fs::read_to_string(desk.join(name)).unwrap())
    };
    assert!(desk.join("intents/policies/m_demo.toml").is_file());
    let before = read();
    std::fs::remove_file(desk.join("intents/thanks.toml")).unwrap();
    let said = ok(folder.path(), &["init", "desk"]);
    assert_eq!(said.matches("kept").count(), 3, "{said}");
    assert_eq!(read(), before);
    assert!(!desk.join("intents/thanks.toml").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.join("demo.secret"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn two_desks_do_not_share_a_secret() {
    let secret =
        |folder: &TempDir| std::fs::read_to_string(folder.path().join("demo.secret")).unwrap();
    assert_ne!(secret(&initialised()), secret(&initialised()));
}
