//! What an operator sees of a desk in trouble: a log that is not flooded, and metrics in which the first failure is a rise.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use crate::binary::{Binary, CONFIG};
use crate::disk_faults::SmallDisk;

/// An endpoint and an account, whose failures are counted each by itself.
const TOLD: &str = r#"
[[webhooks]]
key = "pay"
merchant = "m_linden"
url = "https://pay.example/hook"
secret = "whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk="

[[channels]]
kind = "telegram"
account = "shop"
site = "linden"
secret = "0123456789abcdef0123456789abcdef"
token = "1234567:0123456789abcdef0123456789abcdef"
"#;

/// Counters of what happens, and of nothing that goes wrong: what they count is told apart by what is said, which nobody can foretell.
const NO_FAILURES: [&str; 10] = [
    "frontdesk_attachments_total",
    "frontdesk_claims_total",
    "frontdesk_csat_total",
    "frontdesk_erased_total",
    "frontdesk_hooks_messages_total",
    "frontdesk_messages_total",
    "frontdesk_notices_total",
    "frontdesk_replies_total",
    "frontdesk_retention_pages_read_total",
    "frontdesk_turns_total",
];

/// The names of all counters in the source.
fn counters() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/src").into()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir::<std::path::PathBuf>(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(path).unwrap();
                let calls = text.split("counter!(").skip(1);
                let names = calls.filter_map(|call| call.split('"').nth(1));
                let ours = names.filter(|name| name.ends_with("_total"));
                found.extend(ours.map(str::to_owned));
            }
        }
    }
    found.remove("frontdesk_test_total");
    found
}

#[tokio::test]
async fn what_has_not_failed_yet_is_counted_as_nothing_from_the_start_so_that_the_first_time_is_a_rise()
 {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("frontdesk.toml"),
        format!("{CONFIG}{TOLD}"),
    )
    .unwrap();
    let desk = Binary::serve(folder.path(), &[]);
    let client = crate::support::client();
    let measured = client.get(&desk.metrics).send().await.unwrap();
    let measured = measured.text().await.unwrap();
    let counters = counters();
    assert!(counters.len() > 20, "{counters:?}");
    let is_there = |name: &str| {
        let lines = measured.lines();
        let mut own = lines.filter_map(|line| line.strip_prefix(name));
        own.any(|rest| rest.starts_with([' ', '{']) && rest.ends_with(" 0"))
    };
    let missing: Vec<_> = counters
        .iter()
        .filter(|name| !NO_FAILURES.contains(&name.as_str()) && !is_there(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of\n{measured}");
    for line in [
        "frontdesk_http_problems_total{code=\"stopped\"} 0",
        "frontdesk_deliveries_total{endpoint=\"pay\",outcome=\"given_up\"} 0",
        "frontdesk_deliveries_total{endpoint=\"telegram.shop\",outcome=\"gone\"} 0",
        "frontdesk_hooks_refused_total{channel=\"telegram\",account=\"telegram.shop\",reason=\"unsigned\"} 0",
        "frontdesk_rate_limited_total{limit=\"session\"} 0",
        "frontdesk_handoffs_total{reason=\"system_fault\"} 0",
    ] {
        assert!(measured.contains(line), "{line} is not in\n{measured}");
    }
}

#[tokio::test]
async fn a_full_disk_is_a_line_in_the_log_and_so_is_its_end_however_many_ask_meanwhile() {
    let Some(disk) = SmallDisk::new("400m") else {
        return;
    };
    let folder = disk.mounted.join("desk");
    fs::create_dir(&folder).unwrap();
    let desk = Binary::serve(&folder, &["--store.free-space-mb", "150"]);
    let visitor = desk.visitor().await;
    desk.send(&visitor, "m0", "hello").await.unwrap();
    let filler = disk.mounted.join("filler");
    fs::write(&filler, vec![1; 280 << 20]).unwrap();
    for n in 1..=20 {
        let taken = desk.send(&visitor, &format!("m{n}"), "hello").await;
        assert_eq!(taken, None, "there is no room");
    }
    let lines = |word: &str| {
        let log = desk.log();
        let found: Vec<String> = log
            .lines()
            .filter(|it| it.contains(word))
            .map(str::to_owned)
            .collect();
        found
    };
    let said = lines("refused a request");
    assert_eq!(said.len(), 1, "{}", desk.log());
    assert!(said[0].contains("nearly full"), "{said:?}");
    fs::remove_file(&filler).unwrap();
    desk.send(&visitor, "m1", "hello").await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(40);
    while lines("the store works again").is_empty() {
        assert!(Instant::now() < deadline, "{}", desk.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let over = lines("the store works again");
    assert!(
        over.len() == 1 && over[0].contains("refused=20"),
        "{over:?}"
    );
    let errors = lines("ERROR");
    assert!(errors.len() <= 2, "{errors:#?}");
}
