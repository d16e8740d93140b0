//! Where an account's settings stand in the file.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

/// Where the settings of one account stand, and where all of it begins.
pub(super) struct Places {
    whole: Range<usize>,
    settings: BTreeMap<String, Range<usize>>,
}

impl Places {
    /// Those of a table.
    pub(super) fn of(table: &Spanned<DeValue<'_>>) -> Self {
        let mut settings = BTreeMap::new();
        if let DeValue::Table(all) = table.get_ref() {
            let places = all
                .keys()
                .map(|key| (key.get_ref().to_string(), key.span()));
            settings.extend(places);
        }
        Self {
            whole: table.span(),
            settings,
        }
    }

    /// Whether a setting stands there, or the name of the file that holds it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.settings.contains_key(name) || self.settings.contains_key(&format!("{name}_file"))
    }

    /// Where a setting stands, or the name of the file that holds it; the whole where it does not stand at all.
    pub(super) fn of_setting(&self, name: &str) -> &Range<usize> {
        let here = self.settings.get(name);
        let in_file = || self.settings.get(&format!("{name}_file"));
        here.or_else(in_file).unwrap_or(&self.whole)
    }
}
