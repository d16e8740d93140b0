//! Orders in and out by the command line: what is kept, what is refused and how it is said.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The program with a data folder of its own.
pub struct Shop {
    folder: tempfile::TempDir,
}

/// What a command came to.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Shop {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command
            .current_dir(self.folder.path())
            .arg("orders")
            .args(args)
            .env_remove("FRONTDESK_DATA");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    pub fn import(&self, file: &Path, more: &[&str]) -> Ran {
        let mut args = vec!["import", file.to_str().unwrap(), "--merchant", "m_linden"];
        args.extend(more);
        self.run(&args)
    }

    pub fn export(&self, merchant: &str) -> Ran {
        self.run(&["export", "--merchant", merchant])
    }

    pub fn get(&self, id: &str) -> Option<Value> {
        let ran = self.run(&["get", id, "--merchant", "m_linden", "--json"]);
        (ran.code == Some(0)).then(|| serde_json::from_str(&ran.out).unwrap())
    }
}

pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/orders")
        .join(name)
}

pub fn record(id: &str) -> Value {
    json!({"id": id, "status": "shipped", "amount": "10.00", "currency": "GBP", "created_at": "2026-11-20T10:00:00Z", "unknown": {"kept": 1}})
}

#[test]
fn a_table_with_a_chinese_header_is_imported_and_found_however_the_number_is_typed() {
    let shop = Shop::new();
    let ran = shop.import(&data("good.csv"), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    assert!(
        ran.out.starts_with("2 rows: 2 imported, 0 refused"),
        "{}",
        ran.out
    );
    for typed in ["A-1042", "a1042", "#a 1042", "Ａ１０４２"] {
        let order = shop.get(typed).unwrap();
        assert_eq!(order["amount"], "64.00");
        assert_eq!(order["customer"]["email"], "jane@example.com");
        assert_eq!(order["items"], json!(["Kettle", "Towel"]));
        assert_eq!(order["note"], "gift, wrap it");
    }
    assert_eq!(shop.get("a1043").unwrap()["amount"], "1200");
    assert_eq!(shop.get("A1044"), None);
}

const HEADER: &str = "id,status,amount,currency,created_at,note\n";

#[test]
fn a_quote_that_nobody_closes_is_a_fault_and_not_the_end_of_the_file() {
    let shop = Shop::new();
    let row = |id: &str, note: &str| format!("{id},shipped,10.00,GBP,2026-11-20,{note}\n");
    let text = [
        HEADER,
        &row("E0", "\"a \"\"good\"\" one\""),
        &row("E1", "\"unclosed"),
        &row("E2", "x"),
    ]
    .concat();
    for more in [&["--dry-run"][..], &[]] {
        let ran = shop.import(&shop.write("open.csv", &text), more);
        assert_eq!(ran.code, Some(1), "{}", ran.out);
        let said = "row 3: the record has a quote that opens in line 3 and is not closed";
        assert!(ran.err.contains(said), "{}", ran.err);
        assert!(ran.out.starts_with("2 rows: 1 "), "{}", ran.out);
    }
    assert!(shop.get("E0").is_some() && shop.get("E1").is_none());
    // In the header nothing can be told apart any more.
    let ran = shop.import(&shop.write("head.csv", "id,\"status\nE1,shipped\n"), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("opens in line 1 is not closed"),
        "{}",
        ran.err
    );
}

#[test]
fn a_cell_of_several_lines_is_taken_and_told_of() {
    let shop = Shop::new();
    let row = "E1,shipped,10.00,GBP,2026-11-20,\"1 High Street\r\nFlat 2\nLondon\"\n";
    let ran = shop.import(&shop.write("long.csv", &[HEADER, row].concat()), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let said = "note: row 2 has a cell in quotes of 3 lines; 1 row in all";
    assert!(ran.err.starts_with(said), "{}", ran.err);
    assert!(shop.get("E1").is_some());
}

#[test]
fn an_order_that_stands_in_a_file_twice_is_named_and_its_first_row_is_the_one_that_counts() {
    let shop = Shop::new();
    let row = |id: &str, amount: &str| format!("{id},shipped,{amount},GBP,2026-11-20,\n");
    let text = [
        HEADER,
        &row("M1", "1.00"),
        &row("M2", "2.00"),
        &row("m-1", "3.00"),
    ]
    .concat();
    let file = shop.write("twice.csv", &text);
    let strict = shop.import(&file, &["--strict"]);
    assert_eq!(strict.code, Some(1));
    assert!(
        strict.out.contains("0 imported, 1 refused"),
        "{}",
        strict.out
    );
    assert!(shop.get("M2").is_none());
    let ran = shop.import(&file, &[]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.err,
        "row 4: id is the order of row 2 again: write one row for each order\n"
    );
    assert!(
        ran.out.starts_with("3 rows: 2 imported, 1 refused"),
        "{}",
        ran.out
    );
    assert_eq!(shop.get("M1").unwrap()["amount"], "1.00");
    // Another file may bring it again: what a shop has changed is handed in anew.
    let ran = shop.import(
        &shop.write("new.csv", &[HEADER, &row("M1", "4.00")].concat()),
        &[],
    );
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(shop.get("M1").unwrap()["amount"], "4.00");
}

#[test]
fn every_row_is_checked_and_named_and_the_good_ones_are_kept() {
    let shop = Shop::new();
    let ran = shop.import(&data("mixed.csv"), &["--json"]);
    assert_eq!(ran.code, Some(1));
    let tally: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&tally["rows"], &tally["imported"], &tally["refused"]),
        (&json!(5), &json!(2), &json!(3))
    );
    for line in [
        "row 3: status `shiped` is none of",
        "did you mean `shipped`?",
        "row 4: amount `12,50` is no amount",
        "row 4: created_at `yesterday` is no time",
        "row 4: customer.email `nobody` is no e-mail address",
        "row 5: the record has more cells than the header",
    ] {
        assert!(ran.err.contains(line), "{line}\n{}", ran.err);
    }
    assert!(shop.get("A1").is_some() && shop.get("A5").is_some());
    assert!(shop.get("A2").is_none() && shop.get("A3").is_none());
}

#[test]
fn a_dry_run_and_a_strict_run_with_a_wrong_row_keep_nothing() {
    let shop = Shop::new();
    let dry = shop.import(&data("good.csv"), &["--dry-run"]);
    assert_eq!(dry.code, Some(0));
    assert!(dry.out.contains("2 would be imported"), "{}", dry.out);
    assert!(!shop.path("data").exists());
    let strict = shop.import(&data("mixed.csv"), &["--strict"]);
    assert_eq!(strict.code, Some(1));
    assert!(
        strict.out.contains("0 imported, 3 refused"),
        "{}",
        strict.out
    );
    assert!(shop.get("A1").is_none());
}

#[test]
fn an_order_that_comes_again_is_replaced() {
    let shop = Shop::new();
    let mut order = record("A1");
    shop.import(&shop.write("one.jsonl", &order.to_string()), &[]);
    order["status"] = json!("refunded");
    order["id"] = json!("#a-1");
    shop.import(&shop.write("two.jsonl", &order.to_string()), &[]);
    assert_eq!(shop.get("A1").unwrap()["status"], "refunded");
    let all = shop.export("m_linden");
    assert_eq!(all.out.lines().count(), 1);
}

#[test]
fn lines_that_are_no_records_are_refused_one_by_one() {
    let shop = Shop::new();
    let mut text = record("A1").to_string().into_bytes();
    text.extend(b"\n{\"id\": \n\n\xff\xfe\n[]\n");
    text.extend(record("A2").to_string().into_bytes());
    fs::write(shop.path("orders.jsonl"), text).unwrap();
    let ran = shop.import(&shop.path("orders.jsonl"), &[]);
    for line in [
        "row 2: the record is no JSON",
        "row 4: the record is not UTF-8",
        "row 5: the record is no JSON object",
    ] {
        assert!(ran.err.contains(line), "{line}\n{}", ran.err);
    }
    assert!(
        ran.out.starts_with("5 rows: 2 imported, 3 refused"),
        "{}",
        ran.out
    );
}

#[test]
fn semicolons_tabs_and_another_encoding() {
    let shop = Shop::new();
    let rows = "id;status;amount;currency;created_at\nA1;shipped;1.00;GBP;2026-11-20\n";
    assert_eq!(
        shop.import(&shop.write("a.csv", rows), &["--dry-run"]).code,
        Some(0)
    );
    assert_eq!(
        shop.import(
            &shop.write("a.tsv", &rows.replace(';', "\t")),
            &["--dry-run"]
        )
        .code,
        Some(0)
    );
    fs::write(shop.path("gbk.csv"), b"id,\xb6\xa9\xb5\xa5\xba\xc5\nA1,x\n").unwrap();
    let ran = shop.import(&shop.path("gbk.csv"), &["--dry-run"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("save the file as \"CSV UTF-8\""),
        "{}",
        ran.err
    );
}

#[test]
fn usage_errors_say_what_to_do() {
    let shop = Shop::new();
    let ran = shop.run(&["import", "no-such-file.csv"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("cannot read no-such-file.csv"),
        "{}",
        ran.err
    );
    let ran = shop.run(&["import", "orders.xlsx"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("--format csv"),
        "{}",
        ran.err
    );
    let ran = shop.run(&["improt", "orders.csv"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("import"),
        "{}",
        ran.err
    );
    let ran = shop.import(&shop.write("a.csv", "name\nJane\n"), &[]);
    assert!(
        ran.code == Some(1) && ran.err.contains("one of them `id`"),
        "{}",
        ran.err
    );
    let help = shop.run(&["import", "--help"]).out;
    assert!(help.contains("Example: frontdesk orders import"), "{help}");
}

#[test]
fn the_data_folder_is_the_configurations_and_a_wrong_configuration_is_78() {
    let shop = Shop::new();
    shop.write("frontdesk.toml", "data = \"elsewhere\"\n");
    assert_eq!(shop.import(&data("good.csv"), &[]).code, Some(0));
    assert!(shop.path("elsewhere").exists() && !shop.path("data").exists());
    assert!(shop.get("A1042").is_some());
    shop.write("frontdesk.toml", "dta = \"elsewhere\"\n");
    let ran = shop.run(&["get", "A1042", "--merchant", "m_linden"]);
    assert!(
        ran.code == Some(78) && ran.err.contains("did you mean `data`"),
        "{}",
        ran.err
    );
    let ran = Shop::new().run(&["get", "A1042", "--merchant", "m_linden"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("no data folder"),
        "{}",
        ran.err
    );
}

#[test]
fn a_data_folder_in_use_points_to_the_running_desk() {
    let shop = Shop::new();
    let mut holder = shop
        .command(&["import", "-", "--format", "jsonl", "--merchant", "m_linden"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = holder.stdin.take().unwrap();
    writeln!(input, "{}", record("A1")).unwrap();
    input.flush().unwrap();
    // The holder has it as soon as its number stands there; a folder may be there before.
    let began = Instant::now();
    let holds = || fs::read_to_string(shop.path("data/LOCK")).is_ok_and(|pid| !pid.is_empty());
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody holds it");
        std::thread::sleep(Duration::from_millis(10));
    }
    let ran = shop.import(&shop.write("b.jsonl", &record("B1").to_string()), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("in use") && ran.err.contains("POST /v1/orders/batch"),
        "{}",
        ran.err
    );
    drop(input);
    assert!(holder.wait().unwrap().success());
    assert!(shop.get("A1").is_some() && shop.get("B1").is_none());
}
