//! Tables and properties of `order_record`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::order::RefundState;

fn parsed(record: &Value) -> Result<Order, Vec<FieldProblem>> {
    parse(record, &Defaults::default())
}

fn full() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/orders/full.json")).unwrap()
}

#[test]
fn a_full_record_is_an_order_and_back_again() {
    let order = parsed(&full()).unwrap();
    assert_eq!(order.id.as_str(), "A1042");
    assert_eq!(order.written_id, "#A-1042");
    assert_eq!(order.status, OrderStatus::Refunding);
    assert_eq!(order.amount.to_string(), "64.00 GBP");
    assert_eq!(
        order.customer.email.as_deref(),
        Some("jane.doe@example.com")
    );
    assert_eq!(order.customer.phone.as_deref(), Some("+447700900123"));
    assert_eq!(order.payment_method.as_deref(), Some("visa **** 1111"));
    assert_eq!(order.refunds[0].state, RefundState::Paying);
    assert_eq!(order.refunds[0].amount.unwrap().to_string(), "12.50 GBP");
    assert_eq!(order.items, ["Kettle", "Tea towel"]);
    let written = to_json(&order);
    assert_eq!(written["loyalty"], json!({"points": 120}));
    assert_eq!(written["customer"]["tier"], "gold");
    assert_eq!(written["payments"][1]["fee"], json!("0.30"));
    assert_eq!(
        written["items"][1],
        json!({"name": "Tea towel", "sku": "TT-1"})
    );
    assert_eq!(parsed(&written).unwrap(), order);
}

#[test]
fn what_may_be_left_out_is_left_out() {
    let record = r#"{"id": 88412033, "merchant": "m", "status": " Shipped", "amount": 1.10, "currency": "cny",
        "created_at": "2026-11-20"}"#;
    let order = parsed(&serde_json::from_str(record).unwrap()).unwrap();
    assert_eq!(order.id.as_str(), "88412033");
    assert_eq!(order.amount.to_string(), "1.10 CNY");
    assert_eq!(order.created_at.to_string(), "2026-11-20T00:00:00Z");
    assert_eq!(order.extra, None);
}

#[test]
fn a_number_keeps_every_digit() {
    let record = r#"{"id":"A","merchant":"m","status":"shipped","amount":12345678901234567.89,"currency":"CNY","created_at":"2026-11-20"}"#;
    let order = parsed(&serde_json::from_str(record).unwrap()).unwrap();
    assert_eq!(order.amount.to_string(), "12345678901234567.89 CNY");
}

#[test]
fn every_fault_is_named_with_its_path_and_how_to_mend_it() {
    let problems = parsed(&json!({
        "id": "A/\u{202e}*", "merchant": "m linden", "status": "shiped", "amount": "12,50", "currency": "GBP",
        "created_at": "yesterday", "customer": {"email": "jane", "phone": "12", "vip": "maybe"},
        "shipping": "by sea", "items": [7, ""], "refund_history": [{"state": "gone"}, {"amount": "1"}, 4],
        "payments": [{"amount": "1.005"}], "note": "x".repeat(2001),
    }))
    .unwrap_err();
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        ("id ", "has the character"),
        ("merchant ", "' '"),
        ("status ", "did you mean `shipped`?"),
        ("amount ", "write a decimal number"),
        ("created_at ", "RFC 3339"),
        ("customer.email ", "no e-mail address"),
        ("customer.phone ", "no phone number"),
        ("customer.vip ", "true nor false"),
        ("items[0] ", "has no name"),
        ("items[1] ", "has no name"),
        ("shipping ", "is a text"),
        ("refund_history[0].state ", "none of requested"),
        ("refund_history[1].state ", "is missing"),
        ("refund_history[2] ", "is a number"),
        ("payments[0].amount ", "decimal places"),
        ("note ", "longer than 2000"),
    ];
    for (field, words) in expected {
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with(field) && line.contains(words)),
            "{field}{words}\n{lines:#?}"
        );
    }
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    assert!(!lines.concat().contains('\u{202e}'));
}

#[test]
fn an_empty_record_lacks_what_an_order_cannot_be_without() {
    let problems = parsed(&json!({})).unwrap_err();
    let fields: Vec<_> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(fields, ["id", "merchant", "status", "amount", "created_at"]);
    assert!(parsed(&json!("A1042")).is_err());
}

#[test]
fn a_merchant_cannot_write_another_ones_orders() {
    let own = Defaults {
        merchant: MerchantId::parse("m_own").ok(),
        ..Defaults::default()
    };
    let mut record = full();
    record["merchant"] = json!("m_other");
    assert!(
        parse(&record, &own).unwrap_err()[0]
            .problem
            .contains("`m_own`")
    );
    record["merchant"] = Value::Null;
    assert_eq!(parse(&record, &own).unwrap().merchant.as_str(), "m_own");
}

#[test]
fn times_without_an_offset_are_in_the_zone_of_the_import() {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let defaults = Defaults {
        zone,
        ..Defaults::default()
    };
    let mut record = full();
    record["created_at"] = json!("2026-11-20 10:00:00");
    assert_eq!(
        parse(&record, &defaults).unwrap().created_at.to_string(),
        "2026-11-20T02:00:00Z"
    );
}

#[test]
fn no_card_number_gets_in_by_any_field_that_people_write_into() {
    let card = "4111 1111 1111 1111";
    let mut record = full();
    for field in [
        "payment_method",
        "note",
        "reject_reason",
        "remark_of_the_shop",
    ] {
        record[field] = json!(format!("paid with {card}"));
    }
    record["card"] = serde_json::from_str("4111111111111111").unwrap();
    record["refund_history"][0]["reason"] = json!(card);
    let written = to_json(&parsed(&record).unwrap()).to_string();
    assert!(
        !written.contains(card) && !written.contains("4111111111111111"),
        "{written}"
    );
}

#[test]
fn many_records_come_as_array_object_or_lines() {
    let line = full().to_string();
    for (text, count) in [
        (format!("[{line},{line}]"), 2),
        (format!("{{\"orders\":[{line},{line}]}}"), 2),
        (line.clone(), 1),
        (format!("\u{feff}{line}\n\n{line}\n"), 2),
        (String::new(), 0),
    ] {
        let rows = parse_many(&text, None);
        assert_eq!(rows.len(), count);
        assert!(rows.iter().all(Result::is_ok));
    }
}

#[test]
fn a_refused_row_does_not_touch_the_others_and_says_its_number() {
    let line = full().to_string();
    let rows = parse_many(
        &format!("{line}\n{{\"id\": \n{{\"id\":\"A\"}}\n{line}"),
        None,
    );
    assert!(rows[0].is_ok() && rows[3].is_ok());
    assert!(
        rows[1]
            .as_ref()
            .unwrap_err()
            .to_string()
            .starts_with("row 2: the record is no JSON")
    );
    let missing = rows[2].as_ref().unwrap_err().to_string();
    assert!(
        missing.starts_with("row 3: merchant is missing")
            && missing.contains("; status is missing"),
        "{missing}"
    );
    assert!(parse_many("[{\"id\": \"A\"", None)[0].is_err());
}

#[test]
fn the_default_merchant_owns_what_names_nobody() {
    let mut nobodys = full();
    nobodys["merchant"] = Value::Null;
    let default = MerchantId::parse("m_default").unwrap();
    let rows = parse_many(&json!([nobodys, full()]).to_string(), Some(&default));
    let owners: Vec<_> = rows
        .iter()
        .map(|row| row.as_ref().unwrap().merchant.as_str())
        .collect();
    assert_eq!(owners, ["m_default", "m_linden"]);
}

#[test]
fn columns_are_found_whatever_they_are_called() {
    let table = include_str!("../../../tests/data/orders/headers.tsv");
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    while let (Some(header), Some(row)) = (lines.next(), lines.next()) {
        let columns = Columns::from_header(header).unwrap();
        let defaults = Defaults {
            merchant: MerchantId::parse("m").ok(),
            currency: Some("CNY".to_owned()),
            ..Defaults::default()
        };
        let order = parse(&columns.record(row).unwrap(), &defaults).unwrap();
        assert_eq!(order.id.as_str(), "A1042");
        assert_eq!(order.amount.to_string(), "64.00 CNY");
        assert_eq!(order.customer.email.as_deref(), Some("jane@example.com"));
        assert_eq!(order.refunds[0].state, RefundState::Approved);
        assert_eq!(order.items, ["Kettle", "Towel"]);
        assert!(order.extra.unwrap().contains("Paper Colour"));
    }
}

#[test]
fn a_table_without_order_numbers_or_with_a_column_twice_is_refused() {
    assert!(
        Columns::from_header(["status"]).unwrap_err()[0]
            .problem
            .contains("no column")
    );
    assert!(
        Columns::from_header(["id", "order_id"]).unwrap_err()[0]
            .problem
            .contains("second column")
    );
    let columns = Columns::from_header(["id"]).unwrap();
    assert!(
        columns.record(["A", "B"]).unwrap_err()[0]
            .problem
            .contains("more cells")
    );
    let columns = Columns::from_header(["id", "payments"]).unwrap();
    assert!(
        columns.record(["A", "[{"]).unwrap_err()[0]
            .problem
            .contains("no JSON")
    );
}

#[test]
fn an_exported_row_is_the_order_again_and_no_formula() {
    let mut record = full();
    record["note"] = json!("=HYPERLINK(\"x\")");
    let order = parsed(&record).unwrap();
    let row = export_row(&order);
    assert!(
        row.iter()
            .all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
        "{row:?}"
    );
    let header = EXPORT_COLUMNS.into_iter().chain(["extra"]);
    let columns = Columns::from_header(header).unwrap();
    let back = columns.record(row.iter().map(String::as_str)).unwrap();
    assert_eq!(parsed(&back).unwrap(), order);
}

fn orders() -> impl Strategy<Value = Value> {
    let text = "[a-z \u{4e00}-\u{4e20}'=+,\"]{0,12}";
    let time = (0_i64..4_000_000_000)
        .prop_map(|second| jiff::Timestamp::from_second(second).unwrap().to_string());
    let amount =
        (0_u64..100_000_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
    let state = prop::sample::select(vec![
        "requested",
        "approved",
        "paying",
        "paid",
        "rejected",
        "failed",
        "withdrawn",
    ]);
    let refund = (
        text,
        amount.clone(),
        time.clone(),
        state,
        prop::option::of(Just("EUR")),
    )
        .prop_map(|(reason, amount, at, state, currency)| {
            json!({"id": "R1", "reason": reason, "amount": amount,
            "approved_at": at, "state": state, "currency": currency, "more": reason})
        });
    let status = prop::sample::select(OrderStatus::ALL.map(OrderStatus::name).to_vec());
    ("[A-Z#-]{0,3}[0-9]{3,8}", text, amount, time, status, prop::collection::vec(refund, 0..3), prop::collection::vec("[a-z ]{1,9}x", 0..3), any::<bool>())
        .prop_map(|(id, text, amount, time, status, refunds, items, vip)| json!({
            "id": id, "merchant": "m", "status": status, "amount": amount, "currency": "GBP", "created_at": time,
            "customer": {"name": text, "vip": vip, "odd": vip}, "items": items, "refund_history": refunds,
            "shipping": vip.then(|| json!({"address": text})), "note": text, "x-unknown": [text, 1.50],
        }))
}

proptest! {
    #[test]
    fn an_order_is_the_same_after_json_and_after_csv(record in orders()) {
        let order = parsed(&record).unwrap();
        prop_assert_eq!(&parsed(&to_json(&order)).unwrap(), &order);
        prop_assert_eq!(&to_json(&order)["x-unknown"], &record["x-unknown"]);
        let columns = Columns::from_header(EXPORT_COLUMNS.into_iter().chain(["extra"])).unwrap();
        let row = export_row(&order);
        let back = columns.record(row.iter().map(String::as_str)).unwrap();
        let back = parsed(&back).unwrap();
        prop_assert_eq!(to_json(&back), to_json(&order));
    }

    #[test]
    fn no_text_breaks_the_reader(text in "(?s).{0,60}", value in prop::sample::select(vec!["null", "[]", "{}", "1", "\"x\"", "[[1]]"])) {
        let _ = parse_many(&text, None);
        let value: Value = serde_json::from_str(value).unwrap();
        let record: Object = known::ROOT.iter().map(|key| ((*key).to_owned(), value.clone())).collect();
        let _ = parsed(&Value::Object(record));
    }
}

#[test]
fn items_may_have_prices_in_the_currency_of_their_order() {
    let record = json!({"id": "A1042", "merchant": "m", "status": "shipped", "amount": "30.50", "currency": "GBP",
        "created_at": "2026-11-20", "items": [{"name": "Kettle", "price": "25.50", "sku": "K"}, "Mug", {"name": "Tea", "price": 5}]});
    let order = parsed(&record).unwrap();
    let prices: Vec<_> = (0..3)
        .map(|at| order.price(at).map(|it| it.to_string()))
        .collect();
    let gbp = |amount: &str| Some(format!("{amount} GBP"));
    assert_eq!(prices, [gbp("25.50"), None, gbp("5")]);
    assert_eq!(
        order.price_of(&["Tea".to_owned(), "Kettle".to_owned()]),
        Money::parse("30.50", "GBP").ok()
    );
    assert_eq!(order.price_of(&["Mug".to_owned()]), None);
    let written = to_json(&order);
    assert_eq!(
        written["items"],
        json!([{"name": "Kettle", "price": "25.50", "sku": "K"}, "Mug", {"name": "Tea", "price": "5"}])
    );
    assert_eq!(parsed(&written).unwrap(), order);
    let wrong = |item: Value| {
        let mut record = record.clone();
        record["items"][1] = item;
        parsed(&record).unwrap_err().remove(0).field
    };
    assert_eq!(
        wrong(json!({"name": "Mug", "price": "-1"})),
        "items[1].price"
    );
    assert_eq!(
        wrong(json!({"name": "Mug", "price": "1.005"})),
        "items[1].price"
    );
    assert_eq!(
        wrong(json!({"name": "Mug", "price": "1", "currency": "EUR"})),
        "items[1].currency"
    );
}
