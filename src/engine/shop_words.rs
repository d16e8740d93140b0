//! What a merchant says in one language, for somebody who reads another: of what shops commonly say there are phrases in each language;
//! anything else stands as it is written, and is named as the shop's own words.

use super::Rules;
use crate::domain::language::Language;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// What shops commonly write, by the circumstance that knows it.
const KNOWN: [(&str, Say); 11] = [
    ("shop_says_gift_cards", Say::ShopGiftCards),
    ("shop_says_sale_items", Say::ShopSaleItems),
    ("shop_says_underwear", Say::ShopUnderwear),
    ("shop_says_food", Say::ShopFood),
    ("shop_says_digital", Say::ShopDigital),
    ("shop_says_custom_made", Say::ShopCustomMade),
    ("shop_says_cosmetics", Say::ShopCosmetics),
    ("shop_says_opened", Say::ShopOpened),
    ("shop_says_it_pays_faulty", Say::ShopPaysFaulty),
    ("shop_says_it_pays", Say::ShopPays),
    ("shop_says_customer_pays", Say::ShopCustomerPays),
];
/// What it counts times in.
const UNITS: [(&str, Say); 3] = [
    ("shop_says_working_days", Say::ShopWorkingDays),
    ("shop_says_days", Say::ShopDays),
    ("shop_says_weeks", Say::ShopWeeks),
];

/// The words for somebody who reads this language.
pub(super) fn in_words(rules: &Rules, text: &str, language: Language) -> String {
    if is_read_by(text, language) {
        return text.to_owned();
    }
    let say = |say, value: &str| {
        let values = Values::new().with(Placeholder::PolicyRefundTime, value);
        rules.replies.say(say, language, &values)
    };
    if let Some(known) = known(rules, text, &KNOWN) {
        return say(known, text);
    }
    let (number, unit) = text.split_at(end_of_number(text));
    let counted = known(rules, unit, &UNITS).filter(|_| !number.trim().is_empty());
    match counted {
        Some(unit) => say(unit, number.trim()),
        None => say(Say::ShopOwnWords, text),
    }
}

fn known(rules: &Rules, text: &str, table: &[(&str, Say)]) -> Option<Say> {
    let reading = rules.matcher.read(text);
    let mut table = table.iter();
    table
        .find(|(circumstance, _)| reading.tells(circumstance))
        .map(|(_, say)| *say)
}

/// Whether somebody who reads the language can read the text: by its script, for both Chinese ones are read by most.
fn is_read_by(text: &str, language: Language) -> bool {
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let other = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    match language.is_chinese() {
        true => other || !latin,
        false => !other,
    }
}

/// Where the number ends that a text begins with: `5`, `5-10`.
fn end_of_number(text: &str) -> usize {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '~' | '\u{2013}');
    text.find(|c| !of_number(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::domain::language::Language;
    use crate::engine::Rules;
    use crate::engine::rules::check::accept;
    use crate::rules_folder::built_in_rules;

    /// Rows of the table: the language that is read, what the shop wrote, what is told.
    #[test]
    fn what_a_shop_says_in_another_language_is_told_or_named_as_its_words() {
        let accepted = accept(built_in_rules()).unwrap();
        let rules = Rules::new(&accepted.book, accepted.replies);
        let rows = include_str!("../../tests/data/readings/shop_words.tsv").lines();
        let mut wrong = Vec::new();
        for row in rows.filter(|line| !line.starts_with("# ")) {
            let [language, text, expected] = row.splitn(3, '\t').collect::<Vec<_>>()[..] else {
                panic!("{row}");
            };
            let language: Language = language.parse().unwrap();
            let told = in_words(&rules, text, language);
            if told != expected {
                wrong.push(format!("{row}: {told}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
