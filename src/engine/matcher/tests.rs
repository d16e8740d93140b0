//! The matcher against the tables in `tests/data/readings`, and what holds for any text.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Matcher, Scratch};
use crate::engine::reading::{Decision, Reading, Scored};
use crate::engine::rules::book::{Act, Book, Located, Signal};
use crate::engine::rules::load::load;
use crate::rules_folder::built_in_rules;

const PHRASES: &str = include_str!("../../../tests/data/readings/phrases.toml");
const RULES: &str = include_str!("../../../tests/data/readings/rules.toml");

fn book(files: &[(&str, &str)]) -> Book {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let loaded = load(files.collect());
    assert_eq!(loaded.report.diagnostics, []);
    loaded.book.unwrap()
}

fn matcher() -> Matcher {
    Matcher::build(&book(&[("rules.toml", RULES)]))
}

fn in_short(reading: &Reading) -> String {
    let one = |it: &Scored| {
        let words: Vec<&str> = it.matched.iter().map(|it| it.text.as_str()).collect();
        format!("{}[{}]", it.intent, words.join("|"))
    };
    let intents: Vec<String> = reading.intents.iter().map(one).collect();
    match reading.decision {
        Decision::Answer => format!("answer {}", intents.join("+")),
        Decision::Clarify => format!("clarify {}", intents.join(", ")),
        Decision::None => "none".to_owned(),
    }
}

#[test]
fn messages_are_read_as_the_table_says() {
    let matcher = matcher();
    let rows = include_str!("../../../tests/data/readings/readings.tsv")
        .lines()
        .filter(|line| !line.starts_with("# "));
    let mut wrong = Vec::new();
    for row in rows {
        let [what, text, expected] = row.splitn(3, '\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let text = text.replace("\\n", "\n");
        let found = in_short(&matcher.read(&text)).replace('\n', "\\n");
        if found != expected {
            wrong.push(format!("{what}: {text}: {found}, not {expected}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// People who tell what happened before they say what they want, each with the one thing that they want.
#[test]
fn a_story_is_read_by_what_it_asks_for() {
    let rows = include_str!("../../../tests/data/readings/stories.tsv");
    assert_eq!(read_wrong(rows), Vec::<String>::new());
}

/// Sentences that share their words and differ in what decides: what is acted on, or that nothing is.
#[test]
fn what_sounds_alike_is_told_apart() {
    let rows = include_str!("../../../tests/data/readings/apart.tsv");
    assert_eq!(read_wrong(rows), Vec::<String>::new());
}

/// The same in Chinese, written by what decides: who did it, whose it is, what was paid for.
#[test]
fn what_sounds_alike_in_chinese_is_told_apart() {
    let rows = include_str!("../../../tests/data/readings/apart_zh.tsv");
    assert_eq!(read_wrong(rows), Vec::<String>::new());
}

/// What English speakers of many countries write: names and wares that look like faults, refusals, and what is denied.
#[test]
fn english_is_read_by_what_it_means_and_not_by_what_it_looks_like() {
    let rows = include_str!("../../../tests/data/readings/english.tsv");
    assert_eq!(read_wrong(rows), Vec::<String>::new());
}

/// Spain is no stain and Stoke not stolen, in small letters too.
#[test]
fn a_place_or_a_person_is_no_typing_mistake() {
    let names = include_str!("../../../tests/data/readings/names.txt").split_whitespace();
    let row = |name| format!("order_status\twhen will my parcel to {name} arrive");
    let rows: Vec<String> = names.map(row).collect();
    assert!(rows.len() > 800);
    assert_eq!(read_wrong(&rows.join("\n")), Vec::<String>::new());
}

/// A refund that nobody wanted, and a cancelling that is only threatened or thought of.
#[test]
fn what_is_named_and_not_asked_for_is_not_begun() {
    let rows = include_str!("../../../tests/data/readings/denied.tsv");
    assert_eq!(read_wrong(rows), Vec::<String>::new());
}

/// The rows that the built-in rules read otherwise than they say: what is acted on (`-`: nothing; `?`: it is asked about; `a|b`: either),
/// and the message.
fn read_wrong(rows: &str) -> Vec<String> {
    // Learning takes seconds: all tables are read by the same one.
    static MATCHER: LazyLock<Matcher> =
        LazyLock::new(|| Matcher::build(&load(built_in_rules()).book.unwrap()));
    let mut wrong = Vec::new();
    for row in rows.lines().filter(|line| !line.starts_with("# ")) {
        let (expected, text) = row.split_once('\t').unwrap();
        let reading = MATCHER.read(text);
        let acted = reading.intents.iter().map(|it| it.intent.as_str());
        let found = match reading.decision {
            Decision::Answer => acted.collect::<Vec<_>>().join("+"),
            Decision::Clarify => "?".to_owned(),
            Decision::None => "-".to_owned(),
        };
        if !expected.split('|').any(|one_of| one_of == found) {
            wrong.push(format!("{text}: {}, not {expected}", in_short(&reading)));
        }
    }
    wrong
}

/// How somebody feels, beside what they ask: who is in danger or swears, and who only sounds so.
#[test]
fn moods_are_heard_as_the_table_says() {
    let loaded = load(built_in_rules());
    let matcher = Matcher::build(&loaded.book.unwrap());
    let rows = include_str!("../../../tests/data/readings/moods.tsv").lines();
    let mut wrong = Vec::new();
    for row in rows.filter(|line| !line.starts_with("# ")) {
        let (expected, text) = row.split_once('\t').unwrap();
        let (mood, signal) = match expected.trim_start_matches("no ") {
            "crisis" => ("crisis", Signal::Crisis),
            "angry" => ("angry", Signal::Angry),
            other => panic!("{other}: {text}"),
        };
        if matcher.read(text).shows(signal) != (expected == mood) {
            wrong.push(format!("not {expected}: {text}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The rules with phrases: each two of a list are one.
fn matcher_with_phrases() -> Matcher {
    let mut both = book(&[("phrases/all.toml", PHRASES), ("rules.toml", RULES)]);
    for list in &mut both.phrases {
        let halves = list.sentences.clone();
        let pairs = halves
            .iter()
            .flat_map(|one| halves.iter().map(move |other| (one, other)));
        list.sentences = pairs
            .map(|(one, other)| Located {
                value: format!("{}, {}", one.value, other.value),
                at: one.at,
            })
            .collect();
    }
    Matcher::build(&both)
}

#[test]
fn likeness_answers_where_rules_are_silent_and_doubts_what_is_unlike_its_phrases() {
    let (rules, both) = (matcher(), matcher_with_phrases());
    let table = [
        // No rule knows it; the phrases do.
        (
            "still no money landed on it",
            "none",
            "answer refund_status",
        ),
        (
            "useless, nothing like the picture",
            "none",
            "answer refund_request",
        ),
        // The words of a rule, in a message like none of its intent.
        (
            "what a fine day to want a film about a refund",
            "answer refund_request",
            "clarify refund_request",
        ),
        // A clause like its intent, in a story that is not.
        (
            "a fine day, a film, hot soup. it broke and i want a refund of it",
            "answer refund_request",
            "answer refund_request",
        ),
        // The words of a rule, in a message that is like another intent and nothing else.
        (
            "where it broke take it back i am not happy with it this is useless to me refund it nothing like the picture",
            "answer refund_status",
            "answer refund_request",
        ),
        // Neither knows it, or it is too short to be like anything.
        ("the soup is fine", "none", "none"),
        ("so useless", "none", "none"),
    ];
    for (text, alone, with_phrases) in table {
        assert!(in_short(&rules.read(text)).starts_with(alone), "{text}");
        let reading = both.read(text);
        let found = in_short(&reading);
        assert!(found.starts_with(with_phrases), "{text}: {found}");
        assert_eq!(reading.by_likeness, alone != with_phrases, "{text}");
    }
}

#[test]
fn what_is_read_by_likeness_names_the_list_and_the_words() {
    let reading = matcher_with_phrases().read("still no money landed on it");
    let best = reading.best().unwrap();
    assert_eq!(best.rule.to_string(), "phrases/all.toml:4");
    let words: Vec<&str> = best.matched.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(words, ["money"]);
    assert!((50..64).contains(&best.score), "{}", best.score);
}

#[test]
fn an_explanation_says_what_was_asked_and_what_was_only_told() {
    let text = "I track it. Hoping you give me back my money!";
    let explained = matcher().explain(text);
    let asked: Vec<&str> = explained.asked.iter().map(|it| it.text.trim()).collect();
    assert_eq!(asked, ["Hoping you give me back my money!"]);
    let told: Vec<&str> = explained.told.iter().map(|it| it.intent.as_str()).collect();
    assert_eq!(told, ["order_status"]);
    let plain = matcher().explain("Hoping you give me back my money!");
    assert_eq!((plain.asked, plain.told), (Vec::new(), Vec::new()));
}

#[test]
fn a_reading_names_the_rule_and_the_bytes_of_the_text() {
    let reading = matcher().read("Hi, where is my REFUND?");
    let best = reading.best().unwrap();
    let line = RULES
        .lines()
        .position(|it| it == "[[intent.refund_status.rule]]");
    assert_eq!(
        best.rule.to_string(),
        format!("rules.toml:{}", line.unwrap() + 1)
    );
    let at: Vec<(usize, usize)> = best.matched.iter().map(|it| (it.start, it.end)).collect();
    assert_eq!(at, [(4, 9), (16, 22)]);
}

#[test]
fn moods_and_acts_are_told_from_the_words() {
    let matcher = matcher();
    let reading = matcher.read("RIDICULOUS! My lawyers will call. I am worried");
    assert_eq!(
        reading.signals[..],
        [Signal::Angry, Signal::Worried, Signal::Legal]
    );
    let acts = |text: &str| matcher.read(text).acts.to_vec();
    assert_eq!(acts("ok"), [Act::Yes]);
    assert_eq!(acts("Yes, please!"), [Act::Yes]);
    assert_eq!(acts("no"), [Act::No]);
    assert_eq!(acts("no refund"), []);
    assert_eq!(acts("please"), []);
}

#[test]
fn the_runner_up_and_what_is_off_topic_are_kept() {
    let matcher = matcher();
    let reading = matcher.read("the page is stuck");
    assert_eq!(
        reading.runner_up.unwrap().intent.as_str(),
        "payment_network"
    );
    let reading = matcher.read("\u{9000}\u{4f11}");
    assert_eq!(reading.off_topic.unwrap().name, "retirement");
}

#[test]
fn a_message_without_words_is_wordless() {
    let matcher = matcher();
    for text in ["", "  ", "?!", "\u{1f600}\u{1f600}", "\u{200b}", "\n"] {
        assert!(matcher.read(text).wordless, "{text:?}");
    }
    for text in ["2", "a", "\u{9000}"] {
        assert!(!matcher.read(text).wordless, "{text:?}");
    }
}

#[test]
fn an_empty_book_reads_nothing() {
    let reading = Matcher::build(&Book::default()).read("where is my refund");
    assert_eq!(reading.decision, Decision::None);
}

#[test]
fn ten_thousand_characters_are_read_like_few() {
    let matcher = matcher();
    let long = format!(
        "{}where is my refund",
        "so I waited and waited. ".repeat(450)
    );
    assert_eq!(
        matcher.read(&long).best().unwrap().intent.as_str(),
        "refund_status"
    );
    for word in [
        "refund where ",
        "not ",
        "\u{4e0d}\u{9000}\u{6b3e}",
        "order cancel parcel lost,",
    ] {
        let _ = matcher.read(&word.repeat(10_000 / word.len()));
    }
}

/// Texts as people and attackers write them: pieces of the rules among anything at all.
fn texts() -> impl Strategy<Value = String> {
    let words: Vec<&str> = include_str!("../../../tests/data/readings/readings.tsv")
        .split(['\t', ' ', '\n', '|', '[', ']'])
        .collect();
    let piece = prop_oneof![
        4 => proptest::sample::select(words).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => ".{0,3}",
        1 => "[\u{4e00}-\u{9fff}]{0,4}",
        1 => "[ ,.!?\u{3002}\u{ff0c}-]{1,2}",
        1 => "[a-z#]{0,2}[0-9]{1,12}",
        1 => "[\u{300}-\u{310}\u{200b}-\u{200f}\u{ff10}-\u{ff5a}]{1,3}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Another intent whose words are in no other rule and in no text above.
const UNRELATED: &str = r#"
[concepts]
gardening = ["wheelbarrow*", "compost heap", "\u7a20\u5bc6 ... \u704c\u6728"]
[intent.invoice]
about = "something else"
action = "answer"
[[intent.invoice.rule]]
all = ["@gardening", "quincunx"]
weight = 99
[intent.invoice.examples]
match = ["wheelbarrow quincunx"]
"#;

proptest! {
    #[test]
    fn any_text_can_be_read_and_its_words_are_parts_of_it(text in texts()) {
        thread_local!(static MATCHER: Matcher = matcher());
        let reading = MATCHER.with(|matcher| matcher.read(&text));
        for it in reading.intents.iter().flat_map(|it| &it.matched) {
            prop_assert_eq!(text.get(it.start..it.end), Some(it.text.as_str()));
            prop_assert!(it.start < it.end);
        }
        let slots = &reading.slots;
        let places = (slots.orders.iter().map(|it| (it.start, it.end)))
            .chain(slots.numbers.iter().map(|it| (it.start, it.end)))
            .chain(slots.dates.iter().map(|it| (it.start, it.end)))
            .chain(slots.amounts.iter().map(|it| (it.start, it.end)));
        for (start, end) in places {
            prop_assert!(text.get(start..end).is_some_and(|it| !it.is_empty()));
        }
        prop_assert_eq!(reading.decision == Decision::None, reading.intents.is_empty());
    }

    #[test]
    fn a_used_scratch_reads_like_a_fresh_one(before in texts(), text in texts()) {
        thread_local!(static MATCHER: Matcher = matcher_with_phrases());
        MATCHER.with(|matcher| {
            let mut used = Scratch::default();
            matcher.read_with(&before, &mut used);
            matcher.read_with(&text, &mut used);
            let mut fresh = Scratch::default();
            matcher.read_with(&text, &mut fresh);
            prop_assert_eq!(matcher.report(&text, &used), matcher.report(&text, &fresh));
            Ok(())
        })?;
    }

    #[test]
    fn rules_about_something_else_change_nothing(text in texts()) {
        thread_local!(static BOTH: (Matcher, Matcher) = {
            let more = book(&[("rules.toml", RULES), ("more.toml", UNRELATED)]);
            (matcher(), Matcher::build(&more))
        });
        BOTH.with(|(few, more)| {
            prop_assert_eq!(few.read(&text), more.read(&text));
            Ok(())
        })?;
    }
}
