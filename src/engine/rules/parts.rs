//! What intents, circumstances, off-topic matters and sentences have alike: a name, examples, a proof.

use crate::domain::ids::IntentId;
use crate::domain::proof::ProofLevel;
use crate::engine::rules::book::{Examples, Located};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::source::Source;

/// What is said of a message in which no intent was found, as in labelled sets and lists of phrases.
pub const NONE: &str = "none";

/// The name of an intent or a circumstance.
pub fn id(source: &mut Source<'_>, name: &Located<String>) -> Option<Located<IntentId>> {
    if name.value == NONE {
        source.complain(
            Diagnostic::new(
                code::BAD_NAME,
                "`none` is what a message without an intent is called",
            )
            .at(name.at, "taken")
            .help("choose another name"),
        );
        return None;
    }
    match IntentId::parse(&name.value) {
        Ok(value) => Some(Located { value, at: name.at }),
        Err(invalid) => {
            source.complain(Diagnostic::new(code::BAD_NAME, invalid.to_string()).at(name.at, ""));
            None
        }
    }
}

/// The `examples` of an intent or an off-topic matter.
pub fn examples(source: &mut Source<'_>, owner: &Fields<'_, '_>) -> Examples {
    let Some((table, at)) = owner.table(source, "examples") else {
        return Examples::default();
    };
    let fields = Fields::new(source, "`examples`", table, at, &["match", "not"]);
    Examples {
        matching: fields.texts(source, "match"),
        not: fields.texts(source, "not"),
    }
}

/// The `proof` of an intent or a sentence.
pub fn proof(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> ProofLevel {
    proof_up_to(ProofLevel::Owner, source, fields)
}

/// The same, for sentences: some are for agents alone.
pub fn proof_up_to(
    most: ProofLevel,
    source: &mut Source<'_>,
    fields: &Fields<'_, '_>,
) -> ProofLevel {
    fields
        .number(source, "proof", 0..=u8::from(most).into())
        .and_then(|level| u8::try_from(level).ok())
        .and_then(|level| ProofLevel::try_from(level).ok())
        .unwrap_or_default()
}
