//! The review list: where an agent said that the bot was wrong, with what would have been right, for whoever writes the rules.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::conversation::Seq;
use super::ids::{AgentId, ConversationId, IntentId, MerchantId};
use super::is_default;
use super::language::Language;

/// One wrong answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Where.
    pub conversation: ConversationId,
    /// Which answer of the bot.
    pub reply: Seq,
    /// Whose customer.
    pub merchant: MerchantId,
    /// When it was said to be wrong.
    pub at: Timestamp,
    /// Who said so.
    pub by: AgentId,
    /// What the customer had written, secrets masked; several messages in a row are lines.
    pub message: String,
    /// In which language.
    pub language: Language,
    /// What the bot took it for; none where it understood nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub took_for: Option<IntentId>,
    /// `file:line` of the rule that fired.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rule: Option<String>,
    /// The words that made it fire.
    #[serde(default, skip_serializing_if = "is_default")]
    pub matched: Vec<String>,
    /// What it was; none if the bot should have left it to a person.
    #[serde(default, skip_serializing_if = "is_default")]
    pub right: Option<IntentId>,
    /// What else the agent has to say.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: Option<String>,
    /// When somebody was done with it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub done: Option<Timestamp>,
}

impl Review {
    /// A test case, as it goes into the examples of a rule file: the message must be taken for what is right, and must not be taken for what
    /// it was taken for.
    #[must_use]
    pub fn test_case(&self) -> String {
        test_cases(std::slice::from_ref(self))
    }

    /// What it was taken for, unless that is right.
    fn wrong(&self) -> Option<&IntentId> {
        let wrong = self.took_for.as_ref();
        wrong.filter(|wrong| Some(*wrong) != self.right.as_ref())
    }

    /// Where it was, what fired, and what the agent has to say, as comments.
    fn remarks(&self) -> String {
        let mut out = format!(
            "# {} {} by {}, {}: {}\n",
            self.conversation,
            self.reply.0,
            self.by,
            self.language.tag(),
            self.rule.as_deref().unwrap_or("no rule fired")
        );
        if let Some(note) = &self.note {
            out += &format!("# {}\n", note.replace(char::is_control, " "));
        }
        out
    }
}

/// Test cases for the examples of a rule file: each intent once, with all that it must match and all that it must not.
#[must_use]
pub fn test_cases(reviews: &[Review]) -> String {
    let mut out = String::new();
    let mut intents: BTreeMap<&IntentId, [Vec<String>; 2]> = BTreeMap::new();
    for review in reviews {
        out += &review.remarks();
        let message = quoted(&review.message);
        if review.right.is_none() && review.wrong().is_none() {
            // What it is nobody said, and it was taken for nothing: whoever reads it decides.
            out += &format!("# {message}\n");
        }
        for (intent, nth) in [(review.right.as_ref(), 0), (review.wrong(), 1)] {
            if let Some(intent) = intent {
                let [matching, not] = intents.entry(intent).or_default();
                let list = if nth == 0 { matching } else { not };
                if !list.contains(&message) {
                    list.push(message.clone());
                }
            }
        }
    }
    for (intent, lists) in intents {
        out += &format!("[intent.{intent}.examples]\n");
        for (key, list) in ["match =", "not   ="].iter().zip(lists) {
            match list.as_slice() {
                [] => {}
                [one] => out += &format!("{key} [{one}]\n"),
                all => out += &format!("{key} [\n  {},\n]\n", all.join(",\n  ")),
            }
        }
    }
    out
}

/// As a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out += &format!("\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review() -> Review {
        Review {
            conversation: ConversationId::parse("c1").unwrap(),
            reply: Seq(4),
            merchant: MerchantId::parse("m").unwrap(),
            at: Timestamp::UNIX_EPOCH,
            by: AgentId::parse("mei").unwrap(),
            message: "say \"where\"\nis it \\ now".to_owned(),
            language: Language::En,
            took_for: IntentId::parse("order_status").ok(),
            rule: Some("order_status.toml:31".to_owned()),
            matched: vec!["where".to_owned()],
            right: IntentId::parse("refund_status").ok(),
            note: Some("they mean\nthe money".to_owned()),
            done: None,
        }
    }

    #[test]
    fn a_test_case_goes_into_a_rule_file_as_it_is() {
        let case = review().test_case();
        assert!(
            case.starts_with("# c1 4 by mei, en: order_status.toml:31\n# they mean the money\n"),
            "{case}"
        );
        let read: toml::Table = toml::from_str(&case).unwrap();
        let message = review().message;
        let examples = |intent: &str| read["intent"][intent]["examples"].clone();
        assert_eq!(
            examples("refund_status")["match"][0].as_str(),
            Some(message.as_str())
        );
        assert_eq!(
            examples("order_status")["not"][0].as_str(),
            Some(message.as_str())
        );
        let silent = Review {
            took_for: None,
            rule: None,
            right: None,
            ..review()
        };
        let case = silent.test_case();
        assert!(!case.contains("[intent"), "{case}");
        assert!(
            case.contains("# \"say \\\"where\\\"\\nis it"),
            "there is something to work with: {case}"
        );
    }

    #[test]
    fn an_intent_stands_once_in_the_test_cases_of_several() {
        let said = |message: &str, right: &str, took_for: &str| Review {
            message: message.to_owned(),
            right: IntentId::parse(right).ok(),
            took_for: IntentId::parse(took_for).ok(),
            ..review()
        };
        let cases = test_cases(&[
            said("one", "invoice", "order_status"),
            said("two", "invoice", "refund_status"),
            said("two", "invoice", "refund_status"),
            said("three", "order_status", "invoice"),
        ]);
        let read: toml::Table = toml::from_str(&cases).unwrap_or_else(|e| panic!("{e}: {cases}"));
        let list = |intent: &str, key: &str| read["intent"][intent]["examples"][key].to_string();
        assert_eq!(list("invoice", "match"), r#"["one", "two"]"#);
        assert_eq!(list("invoice", "not"), r#"["three"]"#);
        assert_eq!(list("order_status", "match"), r#"["three"]"#);
        assert_eq!(cases.matches("# c1 4 by mei").count(), 4, "{cases}");
    }
}
