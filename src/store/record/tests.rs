//! Records of every version that was ever written are read, and nothing that stands in them is lost.
//!
//! `tests/data/records/v1` holds, for each kind of record, its bytes as version 1 wrote them and the same value as JSON. Samples are
//! never rewritten; a new kind or a new version adds some: `FRONTDESK_WRITE_SAMPLES=1 cargo test --lib record` writes those that miss.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::domain::account::{Agent, ApiKey, LogIn, Session};
use crate::domain::audit::AuditEntry;
use crate::domain::availability::Chosen;
use crate::domain::canned::OwnCanned;
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Conversation, Event};
use crate::domain::ids::AgentId;
use crate::domain::notice::Notice;
use crate::domain::notice::surge::Rates;
use crate::domain::order::Order;
use crate::domain::policy::PolicyText;
use crate::domain::report::Day;
use crate::domain::review::Review;
use crate::domain::saved_filter::SavedFilters;
use crate::domain::tally::Tally;
use crate::domain::webhook::{Delivery, EndpointRecord};
use crate::domain::written_draft::WrittenDraft;
use crate::store::records::search::Indexed;

mod samples;

/// A record's bytes and the value as JSON.
type Sample = (Vec<u8>, Value);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/records/v1")
}

fn sample<T: Serialize>(value: &T) -> Sample {
    (encode(value).unwrap(), serde_json::to_value(value).unwrap())
}

/// A value of a kind from the bytes of a sample, as JSON.
fn read(kind: &str, bytes: &[u8]) -> Value {
    fn json<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Value {
        let value: T = decode(bytes).unwrap();
        let again: T = decode(&encode(&value).unwrap()).unwrap();
        let json = serde_json::to_value(&value).unwrap();
        assert_eq!(json, serde_json::to_value(&again).unwrap());
        json
    }
    match kind.split('-').next().unwrap() {
        "conversation" => json::<Conversation>(bytes),
        "event" => json::<Event>(bytes),
        "order" => json::<Order>(bytes),
        "claims" => json::<OrderClaims>(bytes),
        "session" => json::<Session>(bytes),
        "agent" => json::<Agent>(bytes),
        "login" => json::<LogIn>(bytes),
        "audit" => json::<AuditEntry>(bytes),
        "key" => json::<ApiKey>(bytes),
        "tally" => json::<Tally>(bytes),
        "delivery" => json::<Delivery>(bytes),
        "notice" => json::<Notice>(bytes),
        "rates" => json::<Rates>(bytes),
        "draft" => json::<WrittenDraft>(bytes),
        "filters" => json::<SavedFilters>(bytes),
        "policy" => json::<PolicyText>(bytes),
        "chosen" => json::<Chosen>(bytes),
        "canned" => json::<OwnCanned>(bytes),
        "day" => json::<Day>(bytes),
        "review" => json::<Review>(bytes),
        "indexed" => json::<Indexed>(bytes),
        "endpoint" => json::<EndpointRecord>(bytes),
        other => panic!("no such kind: {other}"),
    }
}

/// Everything that stands in `old` stands in `new`, which may have more fields.
fn assert_kept(old: &Value, new: &Value, at: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (field, value) in old {
                let at = format!("{at}.{field}");
                match new.get(field) {
                    Some(kept) => assert_kept(value, kept, &at),
                    // What there could be one of, and may be several of now.
                    None if new.contains_key(&format!("{field}s")) => {
                        assert_kept(value, &new[&format!("{field}s")][0], &at);
                    }
                    // What says nothing is no longer written.
                    None => assert!(says_nothing(value), "{at} is lost"),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            assert_eq!(old.len(), new.len(), "{at}");
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                assert_kept(old, new, &format!("{at}[{index}]"));
            }
        }
        _ => assert_eq!(old, new, "{at}"),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.values().all(says_nothing),
        Value::Bool(true) => false,
    }
}

#[test]
fn records_of_version_1_are_read_and_keep_all_that_stands_in_them() {
    if std::env::var_os("FRONTDESK_WRITE_SAMPLES").is_some() {
        write_missing();
    }
    let mut found = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rec") {
            continue;
        }
        let kind = path.file_stem().unwrap().to_string_lossy().into_owned();
        let now = read(&kind, &fs::read(&path).unwrap());
        let then = fs::read(path.with_extension("json")).unwrap();
        assert_kept(&serde_json::from_slice(&then).unwrap(), &now, &kind);
        found += 1;
    }
    assert!(
        found >= samples::all().len(),
        "samples are missing: {found}"
    );
}

#[test]
fn a_record_of_a_later_version_is_refused_as_such() {
    assert!(matches!(
        decode::<AgentId>(&[VERSION + 1, 0xc0]),
        Err(StoreError::FromTheFuture { found: 2, known: 1 })
    ));
    assert!(decode::<AgentId>(&[]).is_err());
    assert!(decode::<AgentId>(&[VERSION, 0xff]).is_err());
}

fn write_missing() {
    fs::create_dir_all(folder()).unwrap();
    for (name, (bytes, json)) in samples::all() {
        let path = folder().join(format!("{name}.rec"));
        if !path.exists() {
            fs::write(&path, bytes).unwrap();
            let text = serde_json::to_string_pretty(&json).unwrap();
            fs::write(path.with_extension("json"), text).unwrap();
        }
    }
}
