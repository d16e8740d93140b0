//! The brief: at most ten lines that tell an agent all that the customer already told the bot. Facts only, no free invention.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{IntentId, OrderId};
use super::is_default;
use super::language::Language;
use super::order::OrderStatus;
use super::proof::ProofLevel;

/// What an agent reads first. A field that is empty is left out, never filled with a guess.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// Who it is, as far as is known: a name from the shop's token, or nothing.
    pub who: Option<String>,
    /// How far they have proven that the order is theirs.
    pub proof: ProofLevel,
    /// What they want, the latest last.
    pub wants: Vec<IntentId>,
    /// Their own last words on it, secrets masked.
    pub in_their_words: Option<String>,
    /// The cause they chose on a refund application.
    pub cause: Option<String>,
    /// The order they speak of.
    pub order: Option<OrderId>,
    /// Others that they named.
    #[serde(default, skip_serializing_if = "is_default")]
    pub other_orders: Vec<OrderId>,
    /// Its state.
    pub order_status: Option<OrderStatus>,
    /// Why it probably hangs, as a sentence of the rules.
    pub likely_cause: Option<String>,
    /// The trouble that is known and bears on it, since when, in the operator's words.
    #[serde(default, skip_serializing_if = "is_default")]
    pub incident: Option<String>,
    /// What the shop's page says of itself and the cart; nobody has checked it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: Option<String>,
    /// What the bot said last.
    pub bot_said: Option<String>,
    /// What the bot promised, and by when.
    pub promised: Vec<(String, Timestamp)>,
    /// What has been tried: intents the bot already answered.
    pub tried: Vec<IntentId>,
    /// What the bot asked for and did not get.
    pub missing: Vec<String>,
    /// Their mood: `calm`, `worried`, `angry`.
    pub mood: Mood,
    /// The language to answer in.
    pub language: Option<Language>,
    /// A reply to begin with, in that language.
    pub suggested_reply: Option<String>,
}

/// How somebody feels, as far as words show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// Nothing shows.
    #[default]
    Calm,
    /// Worried or in distress.
    Worried,
    /// Angry.
    Angry,
}

/// What a line of the brief is about, in the order in which it is read. The names are keys: whoever shows them has the words.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BriefLabel {
    /// Who it is and how far proven.
    Who,
    /// What they want.
    Wants,
    /// Their own words.
    Words,
    /// The order, its state, why it probably hangs.
    Order,
    /// The known trouble that bears on it.
    Incident,
    /// Whose team it goes to, and by when they have answered.
    Due,
    /// What the bot said last.
    Said,
    /// What was promised, and by when.
    Promised,
    /// What was answered already.
    Tried,
    /// What was asked for and not given.
    Missing,
    /// How they feel, and the language to answer in.
    Mood,
    /// A reply to begin with.
    Reply,
}

impl BriefLabel {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 12] = [
        Self::Who,
        Self::Wants,
        Self::Words,
        Self::Order,
        Self::Incident,
        Self::Due,
        Self::Said,
        Self::Promised,
        Self::Tried,
        Self::Missing,
        Self::Mood,
        Self::Reply,
    ];

    /// The key, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Who => "who",
            Self::Wants => "wants",
            Self::Words => "words",
            Self::Order => "order",
            Self::Incident => "incident",
            Self::Due => "due",
            Self::Said => "said",
            Self::Promised => "promised",
            Self::Tried => "tried",
            Self::Missing => "missing",
            Self::Mood => "mood",
            Self::Reply => "reply",
        }
    }
}

/// A line of the brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BriefLine {
    /// What it is about.
    pub label: BriefLabel,
    /// What it says, on one line.
    pub text: String,
}

/// So many characters of a line are shown; the rest is in the transcript.
const LINE: usize = 320;
/// A brief is so many lines long. What has more goes without the lines that the transcript says as well.
const LINES: usize = 10;
const IN_TRANSCRIPT: [BriefLabel; 2] = [BriefLabel::Tried, BriefLabel::Said];

impl Brief {
    /// The brief as at most ten lines, each with a key for its label; among them `due`, if somebody has to have answered by a time. A
    /// line that would be empty is left out.
    #[must_use]
    pub fn lines(&self, team: Option<&str>, due_by: Option<Timestamp>) -> Vec<BriefLine> {
        let due = due_by.map(|by| format!("\u{2264} {by}"));
        let due = listed(
            team.filter(|_| due.is_some())
                .into_iter()
                .chain(due.as_deref()),
        );
        let texts = [
            (BriefLabel::Who, self.who_line()),
            (BriefLabel::Wants, self.wants_line()),
            (BriefLabel::Words, self.in_their_words.clone()),
            (BriefLabel::Order, self.order_line()),
            (BriefLabel::Incident, self.incident.clone()),
            (BriefLabel::Due, due),
            (BriefLabel::Said, self.bot_said.clone()),
            (BriefLabel::Promised, self.promised_line()),
            (
                BriefLabel::Tried,
                listed(self.tried.iter().map(IntentId::as_str)),
            ),
            (
                BriefLabel::Missing,
                listed(self.missing.iter().map(String::as_str)),
            ),
            (BriefLabel::Mood, Some(self.mood_line())),
            (BriefLabel::Reply, self.suggested_reply.clone()),
        ];
        let lines = texts.into_iter().filter_map(|(label, text)| {
            let text = one_line(&text?);
            (!text.is_empty()).then_some(BriefLine { label, text })
        });
        let mut lines: Vec<BriefLine> = lines.collect();
        for label in IN_TRANSCRIPT {
            if lines.len() > LINES {
                lines.retain(|line| line.label != label);
            }
        }
        lines
    }

    fn who_line(&self) -> Option<String> {
        let proof = format!("proof {}", u8::from(self.proof));
        listed(self.who.as_deref().into_iter().chain([proof.as_str()]))
    }

    fn wants_line(&self) -> Option<String> {
        let wants = self.wants.iter().map(IntentId::as_str);
        listed(wants.chain(self.cause.as_deref()))
    }

    fn order_line(&self) -> Option<String> {
        let order = self.order.as_ref().map(OrderId::as_str);
        let status = self.order_status.map(OrderStatus::name);
        listed(
            order
                .into_iter()
                .chain(status)
                .chain(self.other_orders.iter().map(OrderId::as_str))
                .chain(self.likely_cause.as_deref())
                .chain(self.page.as_deref()),
        )
    }

    fn promised_line(&self) -> Option<String> {
        let promised: Vec<String> = self
            .promised
            .iter()
            .rev()
            .take(2)
            .map(|(what, by)| format!("{what} \u{2264} {by}"))
            .collect();
        listed(promised.iter().map(String::as_str))
    }

    fn mood_line(&self) -> String {
        let language = self.language.map(Language::tag);
        listed([self.mood.name()].into_iter().chain(language)).unwrap_or_default()
    }
}

impl Mood {
    /// The word in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Worried => "worried",
            Self::Angry => "angry",
        }
    }
}

/// The parts with dots between; nothing if there is none.
fn listed<'a>(parts: impl Iterator<Item = &'a str>) -> Option<String> {
    let parts: Vec<&str> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" \u{b7} "))
}

/// Without line breaks and other control characters, cut where a line ends.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    if line.chars().count() <= LINE {
        return line;
    }
    line.chars().take(LINE).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Brief, BriefLabel, Mood};
    use crate::domain::ids::{IntentId, OrderId};

    fn briefs() -> impl Strategy<Value = Brief> {
        let text = || proptest::option::of(any::<String>());
        let intents = || proptest::collection::vec("[a-z_]{1,12}", 0..30);
        (
            text(),
            text(),
            text(),
            text(),
            intents(),
            intents(),
            any::<Vec<String>>(),
            text(),
        )
            .prop_map(
                |(who, words, said, reply, wants, tried, missing, incident)| {
                    let ids = |names: Vec<String>| {
                        names
                            .iter()
                            .filter_map(|name| IntentId::parse(name).ok())
                            .collect()
                    };
                    Brief {
                        who,
                        in_their_words: words,
                        bot_said: said,
                        suggested_reply: reply,
                        wants: ids(wants),
                        tried: ids(tried),
                        missing,
                        incident,
                        order: OrderId::parse("A1001").ok(),
                        mood: Mood::Angry,
                        ..Brief::default()
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn a_brief_has_at_most_ten_lines_in_their_order(brief in briefs(), due in any::<bool>()) {
            let due = due.then_some(jiff::Timestamp::UNIX_EPOCH);
            let lines = brief.lines(Some("merchants"), due);
            let says_when = lines.iter().any(|line| line.label == BriefLabel::Due);
            prop_assert_eq!(says_when, due.is_some());
            prop_assert!((2..=10).contains(&lines.len()));
            prop_assert!(lines.is_sorted_by_key(|line| line.label));
            for line in &lines {
                prop_assert!(!line.text.is_empty());
                prop_assert!(!line.text.contains(['\n', '\r']));
                prop_assert!(line.text.chars().count() <= super::LINE + 1);
            }
        }
    }
}
