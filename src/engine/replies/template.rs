//! A reply with placeholders and conditions, read once when rules are loaded; after that, rendering cannot fail.
//!
//! The language is the part of Jinja that replies need: `{{ order.id }}`, `{% if order.tracking %}…{% elif … %}…{% else %}…{% endif %}` with
//! `not`, `and`, `or`, and `{# notes #}`. There are no loops, calls, filters or includes, so that a reply can neither run long nor reach
//! for anything but the values it is given.

use std::ops::Range;

use crate::engine::replies::condition::{self, Condition};
use crate::engine::replies::placeholder::Placeholder;
use crate::engine::replies::tokens::{Piece, Token, pieces};
use crate::engine::replies::values::Values;

/// A reply that can be rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    nodes: Vec<Node>,
    /// What it speaks of, and where in the text.
    pub mentions: Vec<(Placeholder, Range<usize>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Text(String),
    Value(Placeholder),
    /// The first branch whose condition holds; `else` has none.
    Choice(Vec<(Option<Condition>, Vec<Node>)>),
}

/// What is wrong with a template, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub kind: MistakeKind,
    /// Where.
    pub at: Range<usize>,
}

/// What can be wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// It is not written as templates are.
    Syntax(&'static str),
    /// It speaks of something that does not exist.
    UnknownPlaceholder(String),
}

impl Mistake {
    /// A mistake in how it is written.
    pub(super) fn syntax(what: &'static str, at: Range<usize>) -> Self {
        Self {
            kind: MistakeKind::Syntax(what),
            at,
        }
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mut parser = Parser {
            pieces: pieces(text)?.into_iter().peekable(),
            mentions: Vec::new(),
        };
        let nodes = parser.nodes()?;
        match parser.pieces.next() {
            Some(piece) => Err(Mistake::syntax("there is no `if` before this", piece.at)),
            None => Ok(Self {
                nodes,
                mentions: parser.mentions,
            }),
        }
    }

    /// The text with values in it.
    #[must_use]
    pub fn render(&self, values: &Values) -> String {
        let mut text = String::new();
        render(&self.nodes, values, &mut text);
        text
    }
}

fn render(nodes: &[Node], values: &Values, text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(literal) => text.push_str(literal),
            Node::Value(placeholder) => text.push_str(values.get(*placeholder)),
            Node::Choice(branches) => {
                let chosen = branches.iter().find(|(condition, _)| {
                    condition
                        .as_ref()
                        .is_none_or(|condition| condition.holds(values))
                });
                if let Some((_, nodes)) = chosen {
                    render(nodes, values, text);
                }
            }
        }
    }
}

struct Parser<'t, I: Iterator<Item = Piece<'t>>> {
    pieces: std::iter::Peekable<I>,
    mentions: Vec<(Placeholder, Range<usize>)>,
}

impl<'t, I: Iterator<Item = Piece<'t>>> Parser<'t, I> {
    /// Up to the end, or to an `elif`, `else` or `endif`, which is left for the caller.
    fn nodes(&mut self) -> Result<Vec<Node>, Mistake> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next_if(|piece| !piece.token.ends_branch()) {
            nodes.push(match piece.token {
                Token::Text(literal) => Node::Text(literal.to_owned()),
                Token::Value(words) => Node::Value(self.value(&words, piece.at)?),
                Token::If(words) => self.choice(&words, piece.at)?,
                Token::Elif(_) | Token::Else | Token::EndIf => break,
            });
        }
        Ok(nodes)
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

    fn condition(
        &mut self,
        words: &[(&'t str, Range<usize>)],
        at: Range<usize>,
    ) -> Result<Condition, Mistake> {
        Condition::parse(words, at, &mut self.mentions)
    }

    fn choice(
        &mut self,
        words: &[(&'t str, Range<usize>)],
        opened: Range<usize>,
    ) -> Result<Node, Mistake> {
        let mut condition = Some(self.condition(words, opened.clone())?);
        let mut branches = Vec::new();
        loop {
            let after_else = condition.is_none();
            branches.push((condition, self.nodes()?));
            let Some(piece) = self.pieces.next() else {
                return Err(Mistake::syntax("this `if` has no `{% endif %}`", opened));
            };
            condition = match piece.token {
                Token::Elif(words) if !after_else => Some(self.condition(&words, piece.at)?),
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
