//! A template in pieces: text, values, and the words of conditions.

use std::ops::Range;

use crate::engine::replies::mistake::Mistake;

/// A part of a template and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// What it is.
    pub token: Token<'t>,
    /// Where it stands.
    pub at: Range<usize>,
}

/// Words and where they stand.
pub type Words<'t> = Vec<(&'t str, Range<usize>)>;

/// What a part of a template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// Said as it is.
    Text(&'t str),
    /// `{{ … }}`
    Value(Words<'t>),
    /// `{% if … %}`
    If(Words<'t>),
    /// `{% elif … %}`
    Elif(Words<'t>),
    /// `{% else %}`
    Else,
    /// `{% endif %}`
    EndIf,
    /// A statement that is none: a mistake has been noted.
    Broken,
}

impl Token<'_> {
    /// Whether a branch ends before it.
    pub fn ends_branch(&self) -> bool {
        matches!(self, Self::Elif(_) | Self::Else | Self::EndIf)
    }
}

/// Takes a template apart, and notes what cannot be read; what follows it is read all the same.
pub fn pieces<'t>(text: &'t str, mistakes: &mut Vec<Mistake>) -> Vec<Piece<'t>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut trim = false;
    while let Some((open, close)) = next_tag(text, from) {
        let Some((inside, end)) = inside(text, open, close) else {
            mistakes.push(Mistake::syntax("this is not closed", open..open + 2));
            return found;
        };
        let tag = text.get(inside.clone()).unwrap_or_default();
        push_text(&mut found, text, from..open, trim, tag.starts_with('-'));
        trim = tag.ends_with('-');
        let words = words(text, inside);
        let token = match close {
            "#}" => None,
            "}}" => Some(Token::Value(words)),
            _ => Some(statement(words, open..end).unwrap_or_else(|mistake| {
                mistakes.push(mistake);
                Token::Broken
            })),
        };
        found.extend(token.map(|token| Piece {
            token,
            at: open..end,
        }));
        from = end;
    }
    push_text(&mut found, text, from..text.len(), trim, false);
    found
}

/// Where the next tag begins, and what closes it.
fn next_tag(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let rest = text.get(from..)?;
    rest.char_indices().find_map(|(at, _)| {
        let rest = rest.get(at..)?;
        let close = match rest.get(..2)? {
            "{{" => "}}",
            "{%" => "%}",
            "{#" => "#}",
            _ => return None,
        };
        Some((from + at, close))
    })
}

/// What stands inside a tag, and where the tag ends.
fn inside(text: &str, open: usize, close: &str) -> Option<(Range<usize>, usize)> {
    let start = open + 2;
    let length = text.get(start..)?.find(close)?;
    Some((start..start + length, start + length + 2))
}

/// Text between tags. A `-` at a tag takes away the white space on its side.
fn push_text<'t>(
    found: &mut Vec<Piece<'t>>,
    text: &'t str,
    at: Range<usize>,
    trim_start: bool,
    trim_end: bool,
) {
    let mut literal = text.get(at.clone()).unwrap_or_default();
    if trim_start {
        literal = literal.trim_start();
    }
    if trim_end {
        literal = literal.trim_end();
    }
    if !literal.is_empty() {
        let token = Token::Text(literal);
        found.push(Piece { token, at });
    }
}

fn words(text: &str, inside: Range<usize>) -> Words<'_> {
    let start = inside.start;
    let content = text.get(inside).unwrap_or_default();
    let bare = content.strip_prefix('-').unwrap_or(content);
    let start = start + content.len() - bare.len();
    let bare = bare.strip_suffix('-').unwrap_or(bare);
    let mut words = Vec::new();
    let mut at = 0;
    for part in bare.split_inclusive(char::is_whitespace) {
        let word = part.trim();
        if !word.is_empty() {
            words.push((word, start + at..start + at + word.len()));
        }
        at += part.len();
    }
    words
}

fn statement(mut words: Words<'_>, at: Range<usize>) -> Result<Token<'_>, Mistake> {
    let wrong = "replies know `if`, `elif`, `else` and `endif`";
    if words.is_empty() {
        return Err(Mistake::syntax(wrong, at));
    }
    let (keyword, place) = words.remove(0);
    match (keyword, words.first()) {
        ("if", _) => Ok(Token::If(words)),
        ("elif", _) => Ok(Token::Elif(words)),
        ("else", None) => Ok(Token::Else),
        ("endif", None) => Ok(Token::EndIf),
        ("else" | "endif", Some((_, extra))) => {
            Err(Mistake::syntax("nothing may follow here", extra.clone()))
        }
        _ => Err(Mistake::syntax(wrong, place)),
    }
}
