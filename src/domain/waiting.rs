//! The line before people: who is ahead of whom, how long it may take, whether anybody is there. Pure; the time comes in.

use jiff::{SignedDuration, Timestamp};

use super::ids::{ConversationId, SiteId};

/// Fewer customers than these who were taken lately are no ground for a figure.
const ENOUGH: usize = 3;
/// A longer wait is not told in minutes: it would be a guess.
const MOST: SignedDuration = SignedDuration::from_hours(2);

/// Where one stands in line: before a team or, where no team was named, before those who answer for a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A team's.
    Team(String),
    /// A site's.
    Site(SiteId),
}

impl Lane {
    /// The lane of a conversation.
    #[must_use]
    pub fn of(team: Option<&str>, site: &SiteId) -> Self {
        match team {
            Some(team) => Self::Team(team.to_owned()),
            None => Self::Site(site.clone()),
        }
    }
}

/// One who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InLine {
    /// Whose conversation.
    pub conversation: ConversationId,
    /// In which lane.
    pub lane: Lane,
}

/// A customer whom somebody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// When.
    pub at: Timestamp,
    /// From which lane.
    pub lane: Lane,
    /// How long they had waited.
    pub waited: SignedDuration,
}

/// Whether anybody is there to take a conversation up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In working hours, and somebody is at work.
    Here,
    /// In working hours, and nobody is.
    Away,
    /// Outside working hours.
    Closed,
}

impl Presence {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Away => "away",
            Self::Closed => "closed",
        }
    }
}

/// How a customer's wait stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// How many are before them; none where the line is longer than is looked at.
    pub ahead: Option<usize>,
    /// In about how many minutes; none where there is no ground for a figure.
    pub minutes: Option<u32>,
    /// Whether anybody is there.
    pub presence: Presence,
    /// From when somebody is there; none while somebody is, or where nobody can say.
    pub back_at: Option<Timestamp>,
    /// Whether the bot may have the matter back.
    pub may_leave: bool,
    /// The address that they left, masked.
    pub email: Option<String>,
    /// Whether what people say to them when they have gone is sent to the address that they leave.
    pub by_letter: bool,
}

/// How many stand before somebody in their lane; none for who is not in the line.
#[must_use]
pub fn ahead(line: &[InLine], who: &ConversationId) -> Option<usize> {
    let at = line.iter().position(|one| one.conversation == *who)?;
    let (before, rest) = line.split_at(at);
    let lane = &rest.first()?.lane;
    Some(before.iter().filter(|one| one.lane == *lane).count())
}

/// In about how many minutes somebody takes up who has waited so long: of those who were taken lately after waiting at least as long,
/// half had to wait so much longer. Nothing where too few were taken, or hardly any of them had waited so long.
#[must_use]
pub fn expected(taken: &[Taken], lane: &Lane, waited: SignedDuration) -> Option<u32> {
    let lately: Vec<SignedDuration> = taken
        .iter()
        .filter(|one| one.lane == *lane)
        .map(|one| one.waited)
        .collect();
    let mut longer: Vec<SignedDuration> = lately
        .iter()
        .filter(|one| **one > waited)
        .map(|one| *one - waited)
        .collect();
    longer.sort_unstable();
    if lately.len() < ENOUGH || longer.len() < 2 {
        return None;
    }
    let left = *longer.get(longer.len() / 2)?;
    let minutes = (left.as_secs() + 59) / 60;
    (left <= MOST).then(|| u32::try_from(minutes).unwrap_or(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ConversationId {
        ConversationId::parse(text).unwrap()
    }

    fn site(text: &str) -> SiteId {
        SiteId::parse(text).unwrap()
    }

    fn line() -> Vec<InLine> {
        let of = |who, team: Option<&str>, at| InLine {
            conversation: id(who),
            lane: Lane::of(team, &site(at)),
        };
        vec![
            of("a", Some("money"), "shop"),
            of("b", None, "shop"),
            of("c", Some("money"), "other"),
            of("d", None, "other"),
            of("e", Some("money"), "shop"),
            of("f", None, "shop"),
        ]
    }

    #[test]
    fn only_those_of_the_same_team_or_site_are_ahead() {
        let places: Vec<_> = ["a", "b", "c", "d", "e", "f", "x"]
            .iter()
            .map(|who| ahead(&line(), &id(who)))
            .collect();
        let expected = [Some(0), Some(0), Some(1), Some(0), Some(2), Some(1), None];
        assert_eq!(places, expected);
    }

    fn taken(minutes: &[i64]) -> Vec<Taken> {
        let one = |minutes: &i64| Taken {
            at: Timestamp::UNIX_EPOCH,
            lane: Lane::Team("money".to_owned()),
            waited: SignedDuration::from_mins(*minutes),
        };
        minutes.iter().map(one).collect()
    }

    #[test]
    fn a_wait_is_told_only_where_others_have_waited() {
        let lane = Lane::Team("money".to_owned());
        let wait = |minutes: &[i64], waited| {
            expected(&taken(minutes), &lane, SignedDuration::from_mins(waited))
        };
        assert_eq!(wait(&[], 0), None);
        assert_eq!(wait(&[5, 5], 0), None, "two are no ground");
        assert_eq!(wait(&[4, 5, 9], 0), Some(5));
        assert_eq!(wait(&[4, 6, 9], 3), Some(3), "what is left, not the whole");
        assert_eq!(wait(&[4, 6, 9], 7), None, "one is no ground");
        assert_eq!(wait(&[4, 6, 9], 30), None, "nobody has waited so long");
        assert_eq!(wait(&[0, 0, 1], 0), None);
        assert_eq!(wait(&[300, 300, 300], 0), None, "a guess");
        let elsewhere = Lane::Team("parcels".to_owned());
        let none = expected(&taken(&[4, 5, 9]), &elsewhere, SignedDuration::ZERO);
        assert_eq!(none, None, "another team's pace says nothing");
    }
}
