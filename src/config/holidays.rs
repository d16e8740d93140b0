//! iCalendar files of public holidays, beside the configuration.

use std::path::Path;

use crate::domain::calendar::{PublicDay, public_days};

/// The days of a file; otherwise what is wrong, with file and line.
pub(super) fn read(path: &Path) -> Result<Vec<PublicDay>, String> {
    let name = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    public_days(&text).map_err(|error| format!("{name}:{}: {}", error.line, error.why))
}
