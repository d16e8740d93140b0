//! Several matters in one message: what asks by itself, or is said to be another matter, is read by itself.
//!
//! Read as one piece, a message is about what asks loudest in it: "my card is blocked, also please send the invoice" asks for an invoice
//! and tells the rest. So it is cut before words that begin another matter (`[adds]`), and between clauses of which each asks. What such
//! a piece is surely about is heard beside what the whole is about. What only tells stays with what asks: a reason is no second request.

use std::ops::Range;

use super::Matcher;
use super::asking::bit;
use super::clauses::Place;
use super::decide::SURE_FROM;
use super::program::{ClauseRoles, OwnerId, Roles};
use super::scratch::Scratch;
use crate::engine::reading::{Decision, Reading, Scored};
use crate::engine::text::Span;

/// A longer message is read as one: it tells a story.
const LONGEST: usize = 600;
/// A shorter piece, in Chinese characters, only says again what the rest asks: "don't want it, refund".
const SHORTEST: u32 = 6;
/// What is quoted was said by somebody else, and cannot be told from what is asked.
const QUOTES: [char; 5] = ['"', '\u{201c}', '\u{201d}', '\u{300c}', '\u{300e}'];
/// So many pieces are looked at.
const MOST: usize = 5;

/// Where a message may be cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// Where the piece before ends.
    at: u32,
    /// Where the next piece begins, behind the words that only join or add.
    from: u32,
    adds: bool,
}

/// A piece of a message, in its normal form.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u32,
    end: u32,
    asks: bool,
    /// It was said to be another matter.
    is_added: bool,
    /// Where what was told after its last question begins.
    tail: u32,
}

/// An intent of a piece.
struct Heard {
    owner: OwnerId,
    scored: Scored,
    /// The number of the piece.
    piece: usize,
    asks: bool,
    is_apart: bool,
}

impl Matcher {
    /// A reading of a message that has been read as one, with what its pieces say beside.
    pub(super) fn report_each(&self, text: &str, scratch: &mut Scratch) -> Reading {
        let reading = self.report(text, scratch);
        if text.len() > LONGEST || reading.off_topic.is_some() || text.contains(QUOTES) {
            return reading;
        }
        let pieces = self.pieces(scratch);
        if !(2..=MOST).contains(&pieces.len()) {
            return reading;
        }
        let mut questions: Vec<Place> = Vec::new();
        self.clauses(scratch).questions(&mut questions);
        let mut heard: Vec<Heard> = Vec::new();
        for (nth, piece) in pieces.iter().enumerate() {
            let is_apart = piece.is_added || pieces.get(nth + 1).is_some_and(|it| it.is_added);
            let is_question = piece.is_question(&questions);
            let asks = piece.asks && scratch.text.length(piece.span()) >= SHORTEST;
            // What neither asks nor is another matter is not heard, whatever it is about.
            if !asks && !is_apart {
                continue;
            }
            for (owner, scored) in self.surely_in(text, piece.original(text, scratch)) {
                let asks = asks && asks_with(&scored, scratch);
                let is_known = heard.iter().any(|it| it.owner == owner);
                if !is_known && (asks || is_apart) {
                    heard.push(Heard {
                        owner,
                        scored,
                        piece: nth,
                        asks,
                        is_apart: is_apart || is_question,
                    });
                }
            }
        }
        self.let_yield(&mut heard);
        with_heard(reading, heard)
    }

    /// What a piece is surely about by itself, in the places of the whole message.
    fn surely_in(&self, text: &str, range: Range<usize>) -> Vec<(OwnerId, Scored)> {
        let piece = &text[range.clone()];
        let mut scratch = self.take_scratch();
        self.weigh(piece, &mut scratch);
        // Likeness may doubt what is sure by rules, and makes nothing sure: where nothing is, it need not be asked.
        let is_sure = |scratch: &Scratch| {
            let verdict = &scratch.verdict;
            let answers = verdict.decision == Decision::Answer && !verdict.by_likeness;
            answers && verdict.chosen.iter().any(|it| it.score >= SURE_FROM)
        };
        let mut found = Vec::new();
        if is_sure(&scratch) {
            self.look_again(&mut scratch);
            if is_sure(&scratch) {
                let chosen = scratch.verdict.chosen.iter();
                let sure = chosen.filter(|it| it.score >= SURE_FROM);
                found.extend(sure.map(|it| (it.owner, self.scored(it, piece, &scratch))));
            }
        }
        self.keep_scratch(scratch);
        for matched in found.iter_mut().flat_map(|(_, it)| &mut it.matched) {
            matched.start += range.start;
            matched.end += range.start;
        }
        found
    }

    /// Drops what yields to something that is asked in another piece, unless it is asked itself and said to be another matter.
    fn let_yield(&self, heard: &mut Vec<Heard>) {
        let owners: Vec<(OwnerId, bool)> = heard.iter().map(|it| (it.owner, it.is_apart)).collect();
        heard.retain(|it| {
            let yields = &self.program.yields[it.owner.0 as usize];
            let mut others = owners.iter().filter(|(owner, _)| *owner != it.owner);
            !others.any(|(other, is_apart)| {
                let is_other_matter = it.asks && (it.is_apart || *is_apart);
                let yields_to_it = yields.to.contains(other) || yields.to_near.contains(other);
                yields.to_all || yields_to_it && !is_other_matter
            })
        });
    }

    /// The message in pieces: each asks, or is said to be another matter.
    fn pieces(&self, scratch: &mut Scratch) -> Vec<Piece> {
        let can_be_cut = scratch.hits.has_role(ClauseRoles::ADD.all())
            || scratch.hits.has_role(Roles::JOIN)
            || scratch.verdict.asking.is_several();
        if !can_be_cut {
            return Vec::new();
        }
        let cuts = self.cuts(scratch);
        let asks = self.asks(scratch);
        let end = scratch.text.text().len() as u32;
        let ends = cuts.iter().skip(1).map(|cut| cut.at).chain([end]);
        let mut pieces: Vec<Piece> = Vec::new();
        for (cut, end) in cuts.iter().zip(ends) {
            // "And send me the invoice": what adds may be the whole of it.
            let behind = &scratch.text.text()[cut.from as usize..end as usize];
            let is_whole = cut.adds && !behind.contains(char::is_alphanumeric);
            let next = Piece {
                start: if is_whole { cut.at } else { cut.from },
                end,
                asks: asks.iter().any(|at| (cut.at..end).contains(at)),
                is_added: cut.adds,
                tail: end,
            };
            let next = match pieces.last_mut() {
                Some(last) if !cut.adds => last.go_on(next),
                _ => Some(next),
            };
            pieces.extend(next);
        }
        pieces
    }

    /// Where a message may be cut, its beginning first: at the ends of clauses, and where words join or add.
    fn cuts(&self, scratch: &Scratch) -> Vec<Cut> {
        let clauses = self.clauses(scratch);
        let mut adds: Vec<Place> = Vec::new();
        clauses.made_by(ClauseRoles::ADD, &mut adds);
        let adds = adds.into_iter().map(|(span, _)| (span, true));
        let joins = scratch.hits.with_role(&self.program, Roles::JOIN);
        let joins = joins.map(|hit| (hit.span, false));
        let starts = scratch
            .text
            .clauses()
            .map(|clause| (clause.start, clause.start, false));
        let words = adds
            .chain(joins)
            .map(|(span, adds)| (span.start, span.end, adds));
        let mut all: Vec<(u32, u32, bool)> = starts.chain(words).collect();
        all.sort_unstable();
        let mut cuts: Vec<Cut> = Vec::new();
        for (at, from, adds) in all {
            match cuts.last_mut().filter(|last| at <= last.from) {
                // "And also": one cut, behind both.
                Some(last) => {
                    last.from = last.from.max(from);
                    last.adds |= adds;
                }
                None => cuts.push(Cut { at, from, adds }),
            }
        }
        cuts
    }

    /// Where something is asked, wished or demanded.
    fn asks(&self, scratch: &Scratch) -> Vec<u32> {
        let clauses = self.clauses(scratch);
        let mut places: Vec<Place> = Vec::new();
        clauses.questions(&mut places);
        clauses.made_by(ClauseRoles::ASK, &mut places);
        places.into_iter().map(|(_, at)| at).collect()
    }
}

impl Piece {
    fn span(self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }

    /// Its bytes in the original text.
    fn original(self, text: &str, scratch: &Scratch) -> Range<usize> {
        let original = scratch.text.original(self.span(), text);
        original.start as usize..original.end as usize
    }

    /// Whether it has a question, by its mark or its words, which asks something whatever is wished beside it.
    fn is_question(self, questions: &[Place]) -> bool {
        let mut places = questions.iter().map(|(_, at)| at);
        places.any(|at| (self.start..self.end).contains(at))
    }

    /// Goes on with what comes next; gives it back where it is another piece, because both ask. What was told between the two belongs to
    /// the second.
    fn go_on(&mut self, next: Self) -> Option<Self> {
        match (self.asks, next.asks) {
            (true, true) => {
                let start = self.tail.min(next.start);
                self.end = self.tail;
                Some(Self { start, ..next })
            }
            (true, false) => {
                self.end = next.end;
                None
            }
            (false, _) => {
                *self = Self {
                    start: self.start,
                    is_added: self.is_added,
                    ..next
                };
                None
            }
        }
    }
}

/// Whether an intent was found by words of a clause that asks.
fn asks_with(scored: &Scored, scratch: &Scratch) -> bool {
    let mut words = scored.matched.iter();
    words.any(|word| {
        let original = Span {
            start: word.start as u32,
            end: word.end as u32,
        };
        let normal = scratch.text.normal(original);
        normal.is_some_and(|span| {
            scratch
                .verdict
                .asking
                .has_any(bit(span.start, &scratch.text))
        })
    })
}

/// A reading with the intents of its pieces, if they are several.
fn with_heard(reading: Reading, heard: Vec<Heard>) -> Reading {
    let is_several = |first: &Heard| heard.iter().any(|it| it.piece != first.piece);
    if !heard.first().is_some_and(is_several) {
        return reading;
    }
    let mut intents = match reading.decision {
        Decision::Answer => reading.intents,
        Decision::Clarify | Decision::None => Default::default(),
    };
    for Heard { scored, .. } in heard {
        if intents.iter().all(|it| it.intent != scored.intent) {
            intents.push(scored);
        }
    }
    Reading {
        decision: Decision::Answer,
        by_likeness: false,
        intents,
        ..reading
    }
}
