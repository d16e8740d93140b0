//! The own words of the widget and of the inbox: `[widget.NAME]` and `[inbox.NAME]` with the three languages.

use crate::domain::language::Language;
use crate::domain::wording::{self, INBOX_NAMES, Texts, WIDGET_NAMES};
use crate::engine::rules::book::Located;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{Entry, Fields};
use crate::engine::rules::source::Source;
use crate::engine::rules::suggest;

/// A page that says something by itself.
#[derive(Clone, Copy, Debug)]
pub struct Speaker {
    /// The table that its words stand in, which is also what it is called.
    pub table: &'static str,
    /// What its words are kept under.
    prefix: &'static str,
    /// All that it ever says.
    names: &'static [&'static str],
}

/// The chat on a storefront.
pub const WIDGET: Speaker = Speaker {
    table: "widget",
    prefix: "",
    names: &WIDGET_NAMES,
};
/// The agents' page.
pub const INBOX: Speaker = Speaker {
    table: "inbox",
    prefix: wording::INBOX,
    names: INBOX_NAMES,
};

/// Reads one entry. Mistakes go into the source.
pub fn read(
    source: &mut Source<'_>,
    speaker: Speaker,
    (name, value): Entry<'_, '_>,
) -> Option<(Located<String>, Texts)> {
    let Speaker { table, .. } = speaker;
    let what = format!("`{table}.{}`", name.value);
    let said = source.as_table(&what, value)?;
    let at = source.place(value.span());
    let tags = Language::ALL.map(Language::tag);
    let fields = Fields::new(source, &what, said, at, &tags);
    if !speaker.names.contains(&name.value.as_str()) {
        let hint = suggest::did_you_mean(&name.value, speaker.names.iter().copied());
        source.complain(
            Diagnostic::new(
                code::UNKNOWN_NAME,
                format!("the {table} never says `{}`", name.value),
            )
            .at(name.at, "no such word")
            .maybe_help(hint),
        );
        return None;
    }
    let why = format!("the {table} says everything in all three languages");
    let texts = fields.all_languages(source, (&what, name.at), &why);
    let texts = texts.into_iter().map(|(tag, text)| (tag, text.value));
    let name = Located {
        value: format!("{}{}", speaker.prefix, name.value),
        ..name
    };
    Some((name, texts.collect()))
}

#[cfg(test)]
mod tests {
    use crate::engine::rules::diagnostic::code;
    use crate::engine::rules::load::load;

    fn codes(text: &str) -> Vec<&'static str> {
        let loaded = load(vec![("widget.toml".to_owned(), text.to_owned())]);
        let found = loaded.report.diagnostics.iter();
        found.map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn a_word_has_a_name_that_the_widget_knows_and_all_languages() {
        let whole = "[widget.close]\nzh-Hans = \"a\"\nzh-Hant = \"b\"\nen = \"c\"\n";
        assert_eq!(codes(whole), Vec::<&str>::new());
        assert_eq!(
            codes(&whole.replace("close", "clsoe")),
            [code::UNKNOWN_NAME]
        );
        let without = whole.replace("zh-Hant = \"b\"\n", "");
        assert_eq!(codes(&without), [code::MISSING_LANGUAGE]);
        let twice = format!(
            "{whole}{}",
            whole.replace("[widget.close]", "[widget.open]")
        );
        assert_eq!(codes(&twice), Vec::<&str>::new());
    }
}
