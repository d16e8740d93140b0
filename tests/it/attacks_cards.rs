//! A corpus of five thousand messages, half of them with a card number: what is masked, and what is left alone. RELIABILITY B row 33.

use std::collections::BTreeMap;
use std::sync::Arc;

use frontdesk::domain::redact::{Kind, redact};
use frontdesk::engine::rules::check::accept;
use frontdesk::rules_folder::built_in_rules;
use serde_json::json;
use tokio::task::JoinSet;

use crate::attacks::{Dice, files_below};
use crate::support::{TestApp, fresh_id};

/// How cards begin and how many digits they have, from the public lists of the networks.
const CARDS: [(&str, usize); 22] = [
    ("4", 16),
    ("4", 13),
    ("4", 19),
    ("51", 16),
    ("52", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("644", 16),
    ("65", 16),
    ("3528", 16),
    ("3589", 16),
    ("300", 14),
    ("36", 14),
    ("6222", 19),
    ("6217", 19),
    ("6259", 16),
    ("621700", 18),
    ("9558", 19),
];

/// How people speak of a card; `@` stands for its number.
const SENTENCES: [&str; 24] = [
    "@",
    "my card is @ and the refund is not there",
    "I paid with @",
    "you charged @ twice!!",
    "pls refund to visa @ asap",
    "Card: @, name Ann Lee",
    "the number is @.",
    "(@) is my new card",
    "hi, @ , declined again",
    "it says declined for @ but money is gone",
    "does @ work?",
    "refund to @ not to paypal",
    "我的卡号是@",
    "卡号@被冻结了",
    "用@付的款，钱没退回来",
    "退到@这张卡上",
    "请查一下@有没有扣款",
    "银行卡：@",
    "信用卡號 @ 被重複扣款",
    "我用 @ 刷卡失敗",
    "退款請退到@",
    "@這張卡付不了款",
    "付款卡@，金額64.00",
    "你好 我的卡@ 显示失败",
];

/// A number with the check digit that makes it pass (Luhn).
fn card(dice: &mut Dice, prefix: &str, length: usize) -> String {
    let mut digits: Vec<u32> = prefix.chars().map(|c| c.to_digit(10).unwrap()).collect();
    while digits.len() < length - 1 {
        digits.push(u32::try_from(dice.below(10)).unwrap());
    }
    let doubled = |(place, digit): (usize, &u32)| match (place % 2, *digit) {
        (0, digit) if digit > 4 => digit * 2 - 9,
        (0, digit) => digit * 2,
        (_, digit) => digit,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    digits.push((10 - sum % 10) % 10);
    digits
        .iter()
        .map(|digit| char::from_digit(*digit, 10).unwrap())
        .collect()
}

/// The same digits as people type them.
fn typed(dice: &mut Dice, card: &str) -> String {
    let groups = |separator: &str| {
        let groups = card.as_bytes().chunks(4).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join(separator)
    };
    match dice.below(6) {
        0 => groups(" "),
        1 => groups("-"),
        2 => groups("\u{a0}"),
        3 => (card
            .chars()
            .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()))
        .collect(),
        4 => (card.chars().flat_map(|c| [c, '\u{200b}'])).collect(),
        _ => card.to_owned(),
    }
}

/// Two and a half thousand messages with a card, and its number.
fn with_cards(dice: &mut Dice) -> Vec<(String, String)> {
    let mut messages = Vec::new();
    for n in 0..2_500 {
        let (prefix, length) = CARDS[n % CARDS.len()];
        let card = card(dice, prefix, length);
        let typed = typed(dice, &card);
        let sentence = dice.pick(&SENTENCES);
        messages.push((sentence.replace('@', &typed), card));
    }
    messages
}

/// What customers write without a card in it: the sentences of the rule files, with and without numbers that are none.
fn without_cards(dice: &mut Dice) -> Vec<String> {
    let Ok(accepted) = accept(built_in_rules()) else {
        panic!("the built-in rules have mistakes")
    };
    let book = &accepted.book;
    let intents = book.intents.iter().map(|one| &one.examples);
    let examples = intents.chain(book.off_topic.iter().map(|one| &one.examples));
    let sentences: Vec<String> = examples
        .flat_map(|of| of.matching.iter().chain(&of.not))
        .map(|example| example.value.to_string())
        .collect();
    let mut digits = |prefix: &str, length: usize| {
        let mut text = prefix.to_owned();
        while text.len() < length {
            text.push(char::from_digit(u32::try_from(dice.below(10)).unwrap(), 10).unwrap());
        }
        text
    };
    let mut messages = Vec::new();
    // A number of a card's length right behind the word "card" may well be one.
    let of_cards = |sentence: &&String| sentence.contains("card") || sentence.contains('卡');
    let sentences: Vec<&String> = sentences.iter().filter(|one| !of_cards(one)).collect();
    for (n, sentence) in sentences.iter().cycle().take(2_500).enumerate() {
        let number = match n % 10 {
            0 => format!("order {}", digits("2026", 16)),
            1 => format!("订单号{}", digits("", 12)),
            2 => format!("SF{}", digits("", 13)),
            3 => digits("+44", 12),
            4 => digits("138", 11),
            5 => format!("#{}", digits("4", 16)),
            6 => format!("{}.00", digits("1", 4)),
            7 => "2026-11-20 10:00".to_owned(),
            8 => format!("單號 {}", digits("1Z", 18)),
            _ => String::new(),
        };
        messages.push(format!("{sentence} {number}"));
    }
    messages
}

fn only_digits(text: &str) -> String {
    let ascii = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(c as u32 - 0xfee0).unwrap(),
        other => other,
    };
    text.chars()
        .map(ascii)
        .filter(char::is_ascii_digit)
        .collect()
}

#[test]
fn row_33_of_five_thousand_messages_every_card_is_masked_and_next_to_nothing_else() {
    let mut dice = Dice::new(33);
    let mut missed = Vec::new();
    for (message, card) in with_cards(&mut dice) {
        let kept = redact(&message);
        let whole = only_digits(&kept.text).contains(&card[..card.len() - 4]);
        if whole || !kept.found.contains(&Kind::Card) {
            missed.push(format!("{message} -> {}", kept.text));
        }
    }
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
    let mut wrongly: BTreeMap<String, String> = BTreeMap::new();
    let messages = without_cards(&mut dice);
    for message in &messages {
        let kept = redact(message);
        if kept.found.contains(&Kind::Card) {
            wrongly.insert(message.clone(), kept.text);
        }
    }
    let share = wrongly.len() as f64 / messages.len() as f64;
    assert!(
        share < 0.001,
        "{} wrongly masked: {wrongly:#?}",
        wrongly.len()
    );
}

/// A part of the corpus, with cards of every kind, through the door of the desk: none of the cards is on the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_33_no_card_of_the_corpus_that_was_sent_to_the_desk_is_on_the_disk() {
    let app = Arc::new(TestApp::start().await);
    let mut dice = Dice::new(34);
    let messages: Vec<_> = with_cards(&mut dice).into_iter().step_by(9).collect();
    let visitor = app.visitor().await;
    let (mut sending, mut answers) = (JoinSet::new(), Vec::new());
    for (message, _) in messages.clone() {
        if sending.len() >= 32 {
            answers.push(sending.join_next().await.unwrap().unwrap());
        }
        let (app, visitor) = (app.clone(), visitor.clone());
        sending.spawn(async move {
            let body = json!({"client_id": fresh_id(), "text": format!("{message} KEPT-WORD")});
            let sent = app.post("/v1/messages").bearer_auth(&visitor.token);
            let answer = sent.json(&body).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        });
    }
    answers.extend(sending.join_all().await);
    let refused = answers.iter().find(|(status, _)| *status != 200);
    assert!(refused.is_none(), "{refused:?}");
    let answers: String = answers.into_iter().map(|(_, text)| text).collect();
    let files = files_below(&app.data());
    let on_disk = |text: &str| {
        let found = |bytes: &[u8]| memchr::memmem::find(bytes, text.as_bytes()).is_some();
        files.iter().any(|(_, bytes)| found(bytes))
    };
    assert!(on_disk("KEPT-WORD"), "the search finds nothing at all");
    for (message, card) in messages {
        let typed = message.trim_matches(|c: char| !c.is_ascii_digit());
        assert!(!on_disk(&card) && !answers.contains(&card), "{message}");
        assert!(typed.len() < 13 || !on_disk(typed), "{message}");
    }
}
