//! What stands after `if`: placeholders that are there or not, with `not`, `and`, `or`.

use std::ops::Range;

use crate::engine::replies::mistake::{Mistake, MistakeKind};
use crate::engine::replies::placeholder::Placeholder;
use crate::engine::replies::values::Values;

/// A condition: any of its parts holds when all in it do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition(Vec<Vec<Is>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Set(Placeholder),
    Empty(Placeholder),
}

impl Condition {
    /// Reads a condition from its words, and notes what it speaks of.
    pub fn parse(
        words: &[(&str, Range<usize>)],
        at: Range<usize>,
        mentions: &mut Vec<(Placeholder, Range<usize>)>,
    ) -> Result<Self, Mistake> {
        let mut any = Vec::new();
        let mut all = Vec::new();
        let mut rest = words.iter();
        loop {
            let mut next = rest.next();
            let mut negated = false;
            while let Some(("not", _)) = next {
                negated = !negated;
                next = rest.next();
            }
            let Some((name, place)) = next else {
                return Err(Mistake::syntax("a placeholder is missing here", at));
            };
            let placeholder = placeholder(name, place.clone())?;
            mentions.push((placeholder, place.clone()));
            all.push(if negated {
                Is::Empty(placeholder)
            } else {
                Is::Set(placeholder)
            });
            match rest.next() {
                None => break,
                Some(("and", _)) => {}
                Some(("or", _)) => any.push(std::mem::take(&mut all)),
                Some((_, place)) => {
                    let what = "only `and`, `or` and `not` may stand between placeholders";
                    return Err(Mistake::syntax(what, place.clone()));
                }
            }
        }
        any.push(all);
        Ok(Self(any))
    }

    /// Whether it holds. A placeholder is there when it is not empty.
    pub fn holds(&self, values: &Values) -> bool {
        self.0.iter().any(|all| {
            all.iter().all(|is| match is {
                Is::Set(placeholder) => !values.get(*placeholder).is_empty(),
                Is::Empty(placeholder) => values.get(*placeholder).is_empty(),
            })
        })
    }
}

/// The placeholder with a name.
pub fn placeholder(name: &str, at: Range<usize>) -> Result<Placeholder, Mistake> {
    Placeholder::from_name(name).ok_or_else(|| Mistake {
        kind: MistakeKind::UnknownPlaceholder(name.to_owned()),
        at,
    })
}
