//! Who solved a conversation, as far as it has come, and what that adds to the day on which it began.
//!
//! A conversation counts where it began: on that day, in the language of its beginning, whenever and in whatever language it goes on. So
//! what a day's conversations came to adds up to those that began on it, and a lead who looks later sees what became of them by then.

use super::conversation::{Conversation, Owner, Status};
use super::report::Day;

/// Who solved a conversation, as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A person has it or had it, here or at the platform of its customer, or it waits for one.
    Person,
    /// The bot had it alone, and the customer said that it is solved.
    Confirmed,
    /// The bot has it alone: solved, it is assumed, unless something else happens.
    Bot,
}

impl Fate {
    /// Of a conversation as it stands. None once it is closed, which changes nothing about who solved it.
    #[must_use]
    pub fn of(row: &Conversation) -> Option<Self> {
        // Only people merge, and then the matter is theirs.
        let had_it = row.last_agent.is_some() || row.had_there;
        let people = row.owner != Owner::Bot || had_it;
        match row.status {
            _ if people || row.merged_into.is_some() => Some(Self::Person),
            Status::Closed => None,
            Status::Resolved { .. } if !row.parted => Some(Self::Confirmed),
            _ => Some(Self::Bot),
        }
    }
}

/// What a change of a conversation adds to the day on which it began. `before` is none for one that begins.
#[must_use]
pub fn turned(before: Option<&Conversation>, after: &Conversation) -> Day {
    let was = before.map_or(Some(Fate::Bot), Fate::of);
    let mut day = Day::default();
    let (Some(was), Some(is)) = (was, Fate::of(after)) else {
        return day;
    };
    if was == is {
        return day;
    }
    match was {
        Fate::Person => day.to_people_taken_back += 1,
        Fate::Confirmed => day.confirmed_taken_back += 1,
        Fate::Bot => {}
    }
    match is {
        Fate::Person => day.to_people += 1,
        Fate::Confirmed => day.resolved_by_bot += 1,
        Fate::Bot => {}
    }
    day
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::super::conversation::tests::{agent, conversation, handoff};
    use super::super::conversation::{Belongs, Hands, Seq};
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    type Step = fn(&mut Conversation);
    /// What happens, and what it comes to.
    type Row = (&'static [Step], (u64, u64, u64));

    fn hands_over(row: &mut Conversation) {
        row.hand_off(handoff(), NOW).unwrap();
    }
    fn takes_over(row: &mut Conversation) {
        row.take_over(agent(1)).unwrap();
    }
    fn gives_back(row: &mut Conversation) {
        row.give_back(&agent(1)).unwrap();
    }
    fn leaves_queue(row: &mut Conversation) {
        row.owner = Owner::Bot;
    }
    fn waits_there(row: &mut Conversation) {
        drop(row.hand_there(Seq(1), NOW));
    }
    fn knows_there(row: &mut Conversation) {
        drop(row.known_there(NOW));
    }
    fn takes_there(row: &mut Conversation) {
        drop(row.in_hands(Hands::People, NOW));
    }
    fn gives_back_there(row: &mut Conversation) {
        drop(row.in_hands(Hands::Desk, NOW + SignedDuration::from_mins(1)));
    }
    fn done_there(row: &mut Conversation) {
        drop(row.in_hands(Hands::Nobody, NOW));
    }
    fn is_refused_there(row: &mut Conversation) {
        drop(row.call_back(NOW));
    }
    fn says_solved(row: &mut Conversation) {
        row.resolve(None, NOW).unwrap();
    }
    fn says_goodbye(row: &mut Conversation) {
        row.part(NOW).unwrap();
    }
    fn resolves(row: &mut Conversation) {
        row.resolve(Some(&agent(1)), NOW).unwrap();
    }
    fn goes_on(row: &mut Conversation) {
        drop(row.hear(Belongs::Same, NOW));
    }
    fn speaks_another_language(row: &mut Conversation) {
        row.language = crate::domain::language::Language::ZhHant;
    }
    fn closes(row: &mut Conversation) {
        row.status = Status::Closed;
    }

    /// What a day comes to on which this one conversation began: to people, confirmed, assumed once the day is over.
    fn comes_to(steps: &[Step]) -> (u64, u64, u64) {
        let mut row = conversation();
        let mut day = Day {
            began: 1,
            ..turned(None, &row)
        };
        for step in steps {
            let before = row.clone();
            step(&mut row);
            day.add(&turned(Some(&before), &row));
        }
        (day.got_by_people(), day.confirmed(), day.assumed())
    }

    #[test]
    fn a_conversation_is_solved_by_one_whatever_happens_to_it_and_when() {
        let table: [Row; 21] = [
            (&[], (0, 0, 1)),
            (&[speaks_another_language], (0, 0, 1)),
            (&[says_solved], (0, 1, 0)),
            (&[says_solved, closes], (0, 1, 0)),
            // Who only takes their leave has not said that it is solved.
            (&[says_goodbye], (0, 0, 1)),
            (&[says_goodbye, closes], (0, 0, 1)),
            (&[says_goodbye, goes_on, says_solved], (0, 1, 0)),
            (&[closes], (0, 0, 1)),
            (&[says_solved, goes_on], (0, 0, 1)),
            (&[says_solved, goes_on, says_solved], (0, 1, 0)),
            (&[says_solved, goes_on, hands_over], (1, 0, 0)),
            (&[hands_over], (1, 0, 0)),
            // Twice in the queue is one conversation, and nobody had it who left the queue by themselves.
            (&[hands_over, leaves_queue], (0, 0, 1)),
            (&[hands_over, leaves_queue, hands_over], (1, 0, 0)),
            // People at the platform are people, too: it is theirs though they gave it back, or called it done.
            (&[hands_over, waits_there], (1, 0, 0)),
            (
                &[hands_over, waits_there, knows_there, gives_back_there],
                (1, 0, 0),
            ),
            (
                &[takes_there, gives_back_there, says_solved, closes],
                (1, 0, 0),
            ),
            (
                &[takes_there, done_there, gives_back_there, closes],
                (1, 0, 0),
            ),
            // The platform did not take it: nobody there had it.
            (
                &[hands_over, waits_there, is_refused_there, leaves_queue],
                (0, 0, 1),
            ),
            // What the customer says to the bot after a person had it is no merit of the bot's.
            (&[takes_over, gives_back, says_solved], (1, 0, 0)),
            (
                &[speaks_another_language, takes_over, resolves, closes],
                (1, 0, 0),
            ),
        ];
        for (number, (steps, expected)) in table.iter().enumerate() {
            let got = comes_to(steps);
            assert_eq!(got, *expected, "row {number}");
            assert_eq!(
                got.0 + got.1 + got.2,
                1,
                "row {number}: it is one conversation"
            );
        }
    }

    #[test]
    fn what_is_merged_is_with_people() {
        let mut row = conversation();
        let before = row.clone();
        row.status = Status::Closed;
        row.merged_into = Some(before.id.clone());
        assert_eq!(turned(Some(&before), &row).to_people, 1);
    }
}
