//! Answers that agents have ready: `[canned.NAME]` with the three languages, and `keys` by which it is found beside its name.

use crate::domain::canned::{Canned, VARIABLES, variables_in};
use crate::domain::language::Language;
use crate::engine::rules::book::Located;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{Entry, Fields};
use crate::engine::rules::source::Source;
use crate::engine::rules::suggest;

/// Reads one entry. Mistakes go into the source.
pub fn read(source: &mut Source<'_>, (name, value): Entry<'_, '_>) -> Option<Located<Canned>> {
    let what = format!("`canned.{}`", name.value);
    let table = source.as_table(&what, value)?;
    let at = source.place(value.span());
    let known: Vec<&str> = Language::ALL
        .map(Language::tag)
        .into_iter()
        .chain(["keys"])
        .collect();
    let fields = Fields::new(source, &what, table, at, &known);
    let keys = fields.texts(source, "keys");
    let why = "an agent answers in the customer's language, whichever it is";
    let texts = fields.all_languages(source, (&what, name.at), why);
    for text in texts.values() {
        check_variables(source, text);
    }
    Some(Located {
        at: name.at,
        value: Canned {
            name: name.value,
            keys: keys.into_iter().map(|key| key.value).collect(),
            texts: texts
                .into_iter()
                .map(|(language, text)| (language, text.value))
                .collect(),
        },
    })
}

fn check_variables(source: &mut Source<'_>, text: &Located<String>) {
    for variable in variables_in(&text.value) {
        if VARIABLES.contains(&variable) {
            continue;
        }
        let hint = suggest::did_you_mean(variable, VARIABLES);
        source.complain(
            Diagnostic::new(
                code::UNKNOWN_PLACEHOLDER,
                format!("nothing is known by the name `{variable}`"),
            )
            .at(text.at, "")
            .maybe_help(hint),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::rules::diagnostic::code;
    use crate::engine::rules::load::load;

    fn codes(text: &str) -> Vec<&'static str> {
        let loaded = load(vec![("canned.toml".to_owned(), text.to_owned())]);
        let found = loaded.report.diagnostics.iter();
        found.map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn an_answer_has_all_languages_and_only_places_that_can_be_filled() {
        let whole = "[canned.late]\nkeys = [\"yc\"]\nzh-Hans = \"a {order.id}\"\nzh-Hant = \"b\"\nen = \"c\"\n";
        assert_eq!(codes(whole), Vec::<&str>::new());
        assert_eq!(
            codes(&whole.replace("order.id", "order.ammount")),
            [code::UNKNOWN_PLACEHOLDER]
        );
        assert_eq!(
            codes(&whole.replace("en = \"c\"\n", "")),
            [code::MISSING_LANGUAGE]
        );
        assert_eq!(codes(&whole.replace("keys", "kyes")), [code::UNKNOWN_KEY]);
    }
}
