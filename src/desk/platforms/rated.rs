//! How satisfied the customers of messaging platforms are: asked there in words with the answers to choose from, and taken from what they
//! choose or write. On pages, a card does both.

use jiff::Timestamp;

use crate::clock::client_id;
use crate::desk::customers::receive::{Attempt, Received, Source};
use crate::desk::draft::Draft;
use crate::desk::turn::{Message, record};
use crate::desk::{Desk, DeskError};
use crate::domain::channel::Recipient;
use crate::domain::conversation::{
    Actor, Because, Choice, Conversation, Event, EventBody, Outcome, Seq, question_about,
};
use crate::domain::language::Language;
use crate::domain::rating::{Helper, Score};
use crate::store::Commit;

/// The scores, as they are counted.
const SCORES: [u8; 5] = [1, 2, 3, 4, 5];
/// The question stands among so many of the last events.
const ASKED_WITHIN: u64 = 50;
/// What belongs to a number that somebody writes as a score.
const AROUND: [char; 8] = [
    '.', '!', ' ', '\u{3002}', '\u{ff01}', '\u{5206}', '\u{2b50}', '\u{fe0f}',
];

impl Desk {
    /// The commit, with the question how the help was on its way to customers who read it on a platform.
    pub(in crate::desk) fn ask_there(&self, mut commit: Commit) -> Commit {
        let now = self.clock.now();
        let mut asked = Vec::new();
        for (row, events) in commit.happening_mut() {
            let is_there = row.recipient.as_ref().is_some_and(Recipient::is_private);
            // Where they write now, the page asks by its card.
            let is_there = is_there && !row.on_page;
            let asks = |event: &&&Event| matches!(event.body, EventBody::RatingAsked { .. });
            if let Some(Event { body, .. }) = events.iter().find(asks).filter(|_| is_there)
                && let EventBody::RatingAsked { of, .. } = body
                && let Some(body) = self.question(&question_about(*of), row.language)
            {
                asked.push(row.next_event(Actor::System, body, now));
            }
        }
        commit.events(asked)
    }

    /// The question with its answers; none where the rules have no words for it.
    fn question(&self, name: &str, language: Language) -> Option<EventBody> {
        let choices: Option<Vec<Choice>> = SCORES
            .map(|score| self.choice(score, language))
            .into_iter()
            .collect();
        self.words_of(name, choices?, language)
    }

    fn choice(&self, score: u8, language: Language) -> Option<Choice> {
        let label = self.widget_word(&format!("form_score_{score}"), language)?;
        Some(Choice {
            number: score,
            label,
        })
    }

    fn words_of(&self, name: &str, choices: Vec<Choice>, language: Language) -> Option<EventBody> {
        Some(EventBody::Reply {
            text: self.widget_word(name, language)?,
            language,
            choices,
            because: Some(Because {
                outcome: Outcome::End,
                said: name.to_owned(),
                ..Because::default()
            }),
            client_id: None,
        })
    }

    fn widget_word(&self, name: &str, language: Language) -> Option<String> {
        let (words, _) = self.widget_words();
        words.get(name)?.get(&language).cloned()
    }

    /// The score that a message gives, where its customer has been asked for one on a platform: a choice, its number, or its words. Whatever
    /// else reads like one means something else.
    pub(in crate::desk) async fn score_in(
        &self,
        row: &Conversation,
        message: &Message,
        now: Timestamp,
    ) -> Result<Option<Score>, DeskError> {
        let is_there = row.recipient.as_ref().is_some_and(Recipient::is_private);
        let score = self.score_of(message).filter(|_| is_there);
        if score.is_none() || row.asked_about.is_none() {
            return Ok(None);
        }
        let before = Seq(row.last_seq.0.saturating_sub(ASKED_WITHIN));
        let latest = self.store.events(&row.id, before, usize::MAX).await?;
        Ok(score.filter(|_| row.awaits_score(&latest, now)))
    }

    fn score_of(&self, message: &Message) -> Option<Score> {
        let text = message.text.trim();
        let number = number_in(text);
        let in_words = SCORES.into_iter().find(|score| {
            let languages = Language::ALL.into_iter();
            let mut labels = languages.filter_map(|language| self.choice(*score, language));
            labels.any(|choice| choice.label.to_lowercase() == text.to_lowercase())
        });
        Score::try_from(number.or(in_words)?).ok()
    }

    /// Takes a message that is a score: what was done stays done.
    pub(in crate::desk) async fn take_score(
        &self,
        row: Conversation,
        (message, score): (&Message, Score),
        source: Source<'_>,
        now: Timestamp,
    ) -> Result<Attempt, DeskError> {
        let mut draft = Draft::go_on(row);
        let event = record(&mut draft.conversation, message, now);
        let seq = event.seq;
        draft.events.push(event);
        draft.came_by(source, seq, now);
        let of = draft.conversation.rate(score)?;
        let rated = EventBody::Rated {
            client_id: client_id(),
            of,
            score,
            text: None,
        };
        let language = draft.conversation.language;
        let thanks = self.words_of("rated", Vec::new(), language);
        for (by, body) in [(Actor::Customer, Some(rated)), (Actor::System, thanks)] {
            if let Some(body) = body {
                let event = draft.conversation.next_event(by, body, now);
                draft.events.push(event);
            }
        }
        let received = Received {
            conversation: draft.conversation.id.clone(),
            seq,
            replies: Vec::new(),
            repeated: false,
        };
        self.finish(draft).await?;
        count(of, score);
        Ok(Attempt::Done(received))
    }
}

/// Counts a score for the operator.
pub(in crate::desk) fn count(of: Helper, score: Score) {
    let score = u8::from(score).to_string();
    metrics::counter!("frontdesk_csat_total", "of" => of.name(), "score" => score).increment(1);
}

/// The number that somebody wrote as a score, or so many stars.
fn number_in(text: &str) -> Option<u8> {
    let stars = text.chars().filter(|c| *c == '\u{2b50}').count();
    let bare = text.trim_matches(AROUND);
    let only = bare.chars().next().filter(|_| bare.chars().count() == 1);
    match only {
        Some(one @ '1'..='5') => u8::try_from(one.to_digit(10)?).ok(),
        // As a Chinese keyboard writes it.
        Some(one @ '\u{ff11}'..='\u{ff15}') => u8::try_from(u32::from(one) - 0xff10).ok(),
        None if bare.is_empty() && stars > 0 => u8::try_from(stars).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::number_in;

    #[test]
    fn a_number_by_itself_is_a_score_and_one_in_a_sentence_is_none() {
        for (text, score) in [
            ("4", Some(4)),
            ("5!", Some(5)),
            ("3\u{5206}", Some(3)),
            ("\u{ff12}", Some(2)),
            ("\u{2b50}\u{2b50}\u{2b50}", Some(3)),
            ("5 stars for you", None),
            ("6", None),
            ("45", None),
            ("", None),
            ("A1001", None),
        ] {
            assert_eq!(number_in(text), score, "{text}");
        }
    }
}
