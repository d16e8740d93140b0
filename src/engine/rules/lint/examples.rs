//! Examples: missing, or the same sentence asked of two intents.

use std::collections::BTreeMap;

use crate::engine::rules::book::{Book, Examples, Located, Place};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::meaning::fold;

/// Looks at the examples of all intents and off-topic matters.
pub fn lint(book: &Book) -> Vec<Diagnostic> {
    let intents = book.intents.iter().map(|intent| {
        let name = format!("`{}`", intent.id.value);
        (name, intent.id.at, &intent.examples)
    });
    let off_topic = book.off_topic.iter().map(|matter| {
        let name = format!("off-topic matter `{}`", matter.name.value);
        (name, matter.name.at, &matter.examples)
    });
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, (Place, String)> = BTreeMap::new();
    for (owner, at, examples) in intents.chain(off_topic) {
        found.extend(untested(&owner, at, examples));
        found.extend(contradictions(&owner, examples));
        for example in &examples.matching {
            found.extend(shared(&mut seen, &owner, example));
        }
    }
    // A sentence tells circumstances beside what it asks, so theirs may stand among others' examples.
    for it in &book.circumstances {
        let owner = format!("circumstance `{}`", it.name.value);
        found.extend(untested(&owner, it.name.at, &it.examples));
        found.extend(contradictions(&owner, &it.examples));
    }
    found
}

fn untested(owner: &str, at: Place, examples: &Examples) -> Option<Diagnostic> {
    examples.matching.is_empty().then(|| {
        Diagnostic::new(code::NO_EXAMPLES, format!("{owner} has no examples"))
            .at(at, "nothing tests it")
            .help("add `examples` with `match = [...]`; `frontdesk test` runs them")
    })
}

fn contradictions(owner: &str, examples: &Examples) -> Vec<Diagnostic> {
    let must: BTreeMap<String, Place> = (examples.matching.iter())
        .map(|example| (fold(&example.value), example.at))
        .collect();
    examples
        .not
        .iter()
        .filter_map(|example| {
            let first = must.get(&fold(&example.value))?;
            Some(
                Diagnostic::new(
                    code::EXAMPLE_CONTRADICTS,
                    format!("the same sentence must and must not match {owner}"),
                )
                .at(example.at, "must not")
                .at(*first, "must"),
            )
        })
        .collect()
}

fn shared(
    seen: &mut BTreeMap<String, (Place, String)>,
    owner: &str,
    example: &Located<String>,
) -> Option<Diagnostic> {
    let folded = fold(&example.value);
    let Some((first, whose)) = seen.get(&folded) else {
        seen.insert(folded, (example.at, owner.to_owned()));
        return None;
    };
    let message = if whose == owner {
        "the same example twice"
    } else {
        "the same example in two intents"
    };
    Some(
        Diagnostic::new(code::SHARED_EXAMPLE, message)
            .at(example.at, format!("of {owner}"))
            .at(*first, format!("of {whose}"))
            .help("decide which of them it means, and make it a `not` of the other"),
    )
}
