//! By which words a message steers a dialogue, tells a circumstance, is none of our business or shows a mood: for the explanation.

use super::own_words::{in_order, words};
use super::program::WordList;
use super::{Matcher, Scratch};
use crate::engine::reading::{Clue, RuleRef};

/// A list of words is as sure as can be.
const SURE: u8 = 100;

impl Matcher {
    /// What the message was read as beside intents, the most telling first: what the whole of it does, what it tells, what makes it none
    /// of our business, and its mood.
    pub(super) fn clues(&self, text: &str, scratch: &Scratch) -> Vec<Clue> {
        let lists = |whole: bool| {
            let lists = self.program.lists.iter();
            lists.filter(move |list| list.is_whole_message == whole)
        };
        let does = lists(true).filter(|list| self.is_whole_message(list.term, scratch));
        let shows = lists(false).filter(|list| scratch.seen.has(list.term));
        let off_topic = scratch.verdict.off_topic.as_ref();
        let mut clues: Vec<Clue> = does.map(|list| self.of_list(list, text, scratch)).collect();
        clues.extend(self.tellings(text, scratch));
        clues.extend(off_topic.map(|choice| Clue {
            name: format!("off_topic.{}", self.off_topic(choice).name),
            score: choice.score,
            rule: self.rule_ref(choice),
            matched: words(choice.evidence, text, scratch),
        }));
        clues.extend(shows.map(|list| self.of_list(list, text, scratch)));
        clues
    }

    fn tellings(&self, text: &str, scratch: &Scratch) -> Vec<Clue> {
        let told = self.told_by(scratch).into_iter();
        told.map(|(number, choice)| Clue {
            name: format!("circumstance.{}", self.names.circumstances[number]),
            score: choice.score,
            rule: self.rule_ref(&choice),
            matched: words(choice.evidence, text, scratch),
        })
        .collect()
    }

    fn of_list(&self, list: &WordList, text: &str, scratch: &Scratch) -> Clue {
        let file = self.names.files.get(usize::from(list.at.file));
        Clue {
            name: list.name.clone(),
            score: SURE,
            rule: RuleRef {
                file: file.cloned().unwrap_or_default(),
                line: list.at.line,
            },
            matched: in_order(scratch.seen.of(list.term).map(|it| it.span), text, scratch),
        }
    }
}
