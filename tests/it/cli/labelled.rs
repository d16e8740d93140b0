//! `frontdesk test --labelled`, on sets that somebody wrote by hand.

use super::*;

/// Scores a set with the built-in rules.
fn score(set: &str, args: &[&str]) -> (String, String, i32) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("set.tsv"), set).unwrap();
    let mut all = vec!["test", "--labelled", "set.tsv"];
    all.extend(args);
    run(folder.path(), &all)
}

#[test]
fn every_row_that_cannot_be_scored_is_named_and_nothing_is_scored() {
    let set = "language\tintents\talso_acceptable\ttext\n\
        en\trefund_request\t\tplease refund me\n\
        bad row\n\
        en\trefund_reqest\t\tplease refund me\n\
        en\t\t\tplease refund me\n";
    let (out, err, code) = score(set, &[]);
    assert_eq!((out.as_str(), code), ("", 1), "{err}");
    assert!(err.contains("set.tsv:3: there are 1 cells"), "{err}");
    assert!(
        err.contains(
            "set.tsv:4: no intent is called `refund_reqest`, did you mean `refund_request`?"
        ),
        "{err}"
    );
    assert!(
        err.contains("set.tsv:5: it is not said what is expected"),
        "{err}"
    );
    assert!(!err.contains("set.tsv:2"), "{err}");

    let (_, err, code) = score("language\tintent\ttext\n", &[]);
    assert!(
        code == 1 && err.contains("set.tsv:1: there is no column `intents`"),
        "{err}"
    );
}

#[test]
fn what_was_acted_on_besides_and_what_was_lost_of_two_stands_beside_the_score() {
    let both = "please refund me, and please cancel order A1001";
    let row = |intents: &str, acceptable: &str| {
        let set = format!(
            "language\tintents\talso_acceptable\ttext\nen\t{intents}\t{acceptable}\t{both}\n"
        );
        let (out, err, code) = score(&set, &["--json"]);
        assert_eq!(code, 0, "{err}");
        let scores: Value = serde_json::from_str(&out).unwrap();
        let total = &scores["total"];
        ["right", "heard_more", "heard_half"].map(|name| total[name].as_u64().unwrap())
    };
    assert_eq!(row("refund_request+order_cancel", ""), [1, 0, 0]);
    assert_eq!(row("order_cancel", "refund_request"), [1, 0, 0]);
    assert_eq!(row("order_cancel", ""), [1, 1, 0]);
    assert_eq!(row("refund_request+order_cancel+invoice", ""), [1, 0, 1]);
}
