//! Who of the agents takes new conversations, and who gets which. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::AgentId;
use super::language::Language;

/// Whether an agent takes new conversations.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Takes new ones.
    Online,
    /// Keeps their own and takes no new ones.
    Paused,
    /// Is not there: customers of theirs who wait go back into the queue.
    #[default]
    Offline,
}

impl Availability {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Paused => "paused",
            Self::Offline => "offline",
        }
    }
}

/// What an agent chose to be last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Who.
    pub agent: AgentId,
    /// What.
    pub is: Availability,
    /// When.
    pub at: Timestamp,
}

/// An agent who may be given a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// Whether they take new ones.
    pub availability: Availability,
    /// The team that they belong to.
    pub team: Option<String>,
    /// The languages that they answer in; none said is all.
    pub languages: Vec<Language>,
    /// How many conversations they have that are not done.
    pub has: u64,
    /// They get no more than so many.
    pub cap: Option<u16>,
}

/// What a conversation needs of its agent.
#[derive(Clone, Copy, Debug)]
pub struct Needed<'a> {
    /// The team that it waits for.
    pub team: Option<&'a str>,
    /// The language to answer in.
    pub language: Language,
    /// Who had the customer last time.
    pub last: Option<&'a AgentId>,
}

impl Candidate {
    /// Whether they may get one more.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.cap.is_none_or(|cap| self.has < u64::from(cap))
    }

    fn fits(&self, needed: &Needed<'_>) -> bool {
        let speaks = self.languages.is_empty() || self.languages.contains(&needed.language);
        let is_of_team = needed.team.is_none() || self.team.as_deref() == needed.team;
        self.availability == Availability::Online && self.has_room() && speaks && is_of_team
    }
}

/// Who gets a conversation: whoever had the customer last time, or else who has least, of those who take new ones, speak the language,
/// are of the team and have room.
#[must_use]
pub fn choose<'c>(needed: &Needed<'_>, all: &'c [Candidate]) -> Option<&'c Candidate> {
    let fit = || all.iter().filter(|one| one.fits(needed));
    let last = fit().find(|one| Some(&one.agent) == needed.last);
    last.or_else(|| fit().min_by(|a, b| (a.has, &a.agent).cmp(&(b.has, &b.agent))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(id: &str, has: u64) -> Candidate {
        Candidate {
            agent: AgentId::parse(id).unwrap(),
            availability: Availability::Online,
            team: None,
            languages: Vec::new(),
            has,
            cap: None,
        }
    }

    fn chosen(
        team: Option<&str>,
        language: Language,
        last: Option<&str>,
        all: &[Candidate],
    ) -> Option<String> {
        let last = last.map(|last| AgentId::parse(last).unwrap());
        let needed = Needed {
            team,
            language,
            last: last.as_ref(),
        };
        choose(&needed, all).map(|one| one.agent.to_string())
    }

    #[test]
    fn who_has_least_gets_it_unless_somebody_knows_the_customer() {
        let all = [agent("a", 3), agent("b", 1), agent("c", 1)];
        let is = |name: &str| Some(name.to_owned());
        assert_eq!(chosen(None, Language::En, None, &all), is("b"));
        assert_eq!(chosen(None, Language::En, Some("a"), &all), is("a"));
        assert_eq!(chosen(None, Language::En, Some("gone"), &all), is("b"));
        assert_eq!(chosen(None, Language::En, None, &[]), None);
    }

    #[test]
    fn nobody_gets_what_they_cannot_take() {
        let mut all = [
            agent("away", 0),
            agent("pause", 0),
            agent("full", 2),
            agent("french", 0),
            agent("fits", 9),
        ];
        all[0].availability = Availability::Offline;
        all[1].availability = Availability::Paused;
        all[2].cap = Some(2);
        all[3].languages = vec![Language::En];
        let hans = Language::ZhHans;
        for last in ["away", "pause", "full", "french"] {
            assert_eq!(
                chosen(None, hans, Some(last), &all),
                Some("fits".to_owned()),
                "{last}"
            );
        }
        assert_eq!(chosen(Some("money"), hans, None, &all), None);
        all[4].team = Some("money".to_owned());
        assert_eq!(
            chosen(Some("money"), hans, None, &all),
            Some("fits".to_owned())
        );
    }
}
