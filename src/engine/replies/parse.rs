//! From the pieces of a template to what is rendered: values, and branches with their conditions.

use std::ops::Range;

use crate::engine::replies::condition::{self, Condition};
use crate::engine::replies::mistake::Mistake;
use crate::engine::replies::placeholder::Placeholder;
use crate::engine::replies::tokens::{Piece, Token, pieces};

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Said as it is.
    Text(String),
    /// A value.
    Value(Placeholder),
    /// The first branch whose condition holds; `else` has none.
    Choice(Vec<(Option<Condition>, Vec<Node>)>),
}

/// What a template speaks of, and where in its text.
type Mentions = Vec<(Placeholder, Range<usize>)>;

/// Reads a template, and all that is wrong in it.
pub(super) fn nodes(text: &str) -> (Vec<Node>, Mentions, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let pieces = pieces(text, &mut mistakes);
    // Which `if` an `endif` belongs to is not known where one of the two cannot be read.
    let is_whole = mistakes.is_empty();
    let mut parser = Parser {
        pieces: pieces.into_iter().peekable(),
        mentions: Vec::new(),
        mistakes,
    };
    let mut nodes = Vec::new();
    loop {
        let structure = parser.nodes(&mut nodes);
        let open = parser.pieces.next();
        match (structure, open) {
            (Err(mistake), _) if is_whole => parser.mistakes.push(mistake),
            (Ok(()), Some(piece)) if is_whole => {
                let what = "there is no `if` before this";
                parser.mistakes.push(Mistake::syntax(what, piece.at));
            }
            (Err(_), _) | (Ok(()), Some(_)) => continue,
            (Ok(()), None) => {}
        }
        break;
    }
    let Parser {
        mentions,
        mut mistakes,
        ..
    } = parser;
    mistakes.sort_by_key(|mistake| mistake.at.start);
    (nodes, mentions, mistakes)
}

struct Parser<'t, I: Iterator<Item = Piece<'t>>> {
    pieces: std::iter::Peekable<I>,
    mentions: Mentions,
    /// What is wrong inside tags. A tag that stands where it cannot is an error, and ends the reading.
    mistakes: Vec<Mistake>,
}

impl<'t, I: Iterator<Item = Piece<'t>>> Parser<'t, I> {
    /// Up to the end, or to an `elif`, `else` or `endif`, which is left for the caller.
    fn nodes(&mut self, nodes: &mut Vec<Node>) -> Result<(), Mistake> {
        while let Some(piece) = self.pieces.next_if(|piece| !piece.token.ends_branch()) {
            match piece.token {
                Token::Text(literal) => nodes.push(Node::Text(literal.to_owned())),
                Token::Value(words) => {
                    let value = self.value(&words, piece.at);
                    nodes.extend(self.noted(value).map(Node::Value));
                }
                Token::If(words) => nodes.push(self.choice(&words, piece.at)?),
                Token::Elif(_) | Token::Else | Token::EndIf | Token::Broken => {}
            }
        }
        Ok(())
    }

    /// What was read, or none, and the mistake is noted.
    fn noted<T>(&mut self, read: Result<T, Mistake>) -> Option<T> {
        read.map_err(|mistake| self.mistakes.push(mistake)).ok()
    }

    fn value(
        &mut self,
        words: &[(&'t str, Range<usize>)],
        at: Range<usize>,
    ) -> Result<Placeholder, Mistake> {
        let [(name, at)] = words else {
            let what = "write one placeholder between the braces, such as {{ order.id }}";
            return Err(Mistake::syntax(what, at));
        };
        let placeholder = condition::placeholder(name, at.clone())?;
        self.mentions.push((placeholder, at.clone()));
        Ok(placeholder)
    }

    /// A condition that cannot be read holds never.
    fn condition(&mut self, words: &[(&'t str, Range<usize>)], at: Range<usize>) -> Condition {
        let read = Condition::parse(words, at, &mut self.mentions);
        self.noted(read).unwrap_or_default()
    }

    fn choice(
        &mut self,
        words: &[(&'t str, Range<usize>)],
        opened: Range<usize>,
    ) -> Result<Node, Mistake> {
        let mut condition = Some(self.condition(words, opened.clone()));
        let mut branches = Vec::new();
        loop {
            let after_else = condition.is_none();
            let mut nodes = Vec::new();
            self.nodes(&mut nodes)?;
            branches.push((condition, nodes));
            let Some(piece) = self.pieces.next() else {
                return Err(Mistake::syntax("this `if` has no `{% endif %}`", opened));
            };
            condition = match piece.token {
                Token::Elif(words) if !after_else => Some(self.condition(&words, piece.at)),
                Token::Else if !after_else => None,
                Token::EndIf => return Ok(Node::Choice(branches)),
                _ => {
                    return Err(Mistake::syntax(
                        "only `{% endif %}` may follow `else`",
                        piece.at,
                    ));
                }
            };
        }
    }
}
