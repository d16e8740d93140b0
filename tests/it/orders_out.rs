//! Orders out by the command line: what an export holds, and whose.

use serde_json::{Value, json};

use crate::orders::{Shop, data, record};

#[test]
fn an_export_is_an_import_again_in_both_formats() {
    let shop = Shop::new();
    let mut full: Value =
        serde_json::from_str(&std::fs::read_to_string(data("full.json")).unwrap()).unwrap();
    full["note"] = json!("=2+3 is no formula");
    let ran = shop.import(
        &shop.write(
            "orders.json",
            &json!({"orders": [full, record("B2")]}).to_string(),
        ),
        &[],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let original = shop.export("m_linden").out;
    assert_eq!(original.lines().count(), 2);
    for name in ["back.csv", "back.jsonl"] {
        assert_eq!(
            shop.run(&["export", name, "--merchant", "m_linden"]).code,
            Some(0)
        );
        let again = shop.run(&["export", name, "--merchant", "m_linden"]);
        assert!(
            again.code == Some(1) && again.err.contains("never replaces a file"),
            "{}",
            again.err
        );
        let other = Shop::new();
        let ran = other.import(&shop.path(name), &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(other.export("m_linden").out, original, "{name}");
    }
    let table = std::fs::read_to_string(shop.path("back.csv")).unwrap();
    assert!(
        table.contains("'=2+3"),
        "a spreadsheet would take it for a formula:\n{table}"
    );
}

#[test]
fn an_export_is_one_merchants_and_the_same_number_may_be_anothers_too() {
    let shop = Shop::new();
    let mut theirs = record("A1");
    theirs["merchant"] = json!("m_other");
    let file = shop.write("theirs.jsonl", &theirs.to_string());
    let refused = shop.import(&file, &[]);
    assert!(
        refused.code == Some(1) && refused.err.contains("row 1: merchant is `m_other`"),
        "{}",
        refused.err
    );
    shop.run(&["import", file.to_str().unwrap()]);
    shop.import(&shop.write("ours.jsonl", &record("A1").to_string()), &[]);
    for merchant in ["m_linden", "m_other"] {
        let orders = shop.export(merchant).out;
        assert!(
            orders.lines().count() == 1 && orders.contains(merchant),
            "{orders}"
        );
    }
}
