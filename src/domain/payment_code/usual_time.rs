//! How long money on its way back usually takes, by the method that was paid with.

use serde::{Deserialize, Serialize};

use super::table::lines;

/// `words` that must all stand in the name of the method, and the time; the first line that fits decides.
pub(super) const TIMES: &str = include_str!("times.tsv");

/// How long a refund usually takes once it has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsualTime {
    /// To a balance: within minutes.
    Minutes,
    /// To a bank card in China: one to three working days.
    Days1To3,
    /// To a card of an international network: five to ten working days.
    Days5To10,
}

impl UsualTime {
    /// All times, the shortest first.
    pub const ALL: [Self; 3] = [Self::Minutes, Self::Days1To3, Self::Days5To10];

    /// The name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Days1To3 => "1_3_working_days",
            Self::Days5To10 => "5_10_working_days",
        }
    }

    /// The usual time for a method as a shop names it (`visa *0934`); none where the name does not tell.
    #[must_use]
    pub fn of(method: &str) -> Option<Self> {
        let method = method.to_lowercase();
        let fits = |words: &str| words.split(' ').all(|word| method.contains(word));
        let mut rows = lines(TIMES).filter_map(|line| line.split_once('\t'));
        let (_, time) = rows.find(|(words, _)| fits(words))?;
        Self::from_name(time)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|time| time.name() == name)
    }

    /// After so many working days it is late.
    #[must_use]
    pub const fn working_days(self) -> u32 {
        match self {
            Self::Minutes => 1,
            Self::Days1To3 => 3,
            Self::Days5To10 => 10,
        }
    }
}
