//! What is counted of failures begins at nothing when the desk opens its doors. What was never counted is in no metric, so that its first
//! time would be no rise, and nobody who watches rates would be told of it.

use super::code::Code;
use super::gate::limit::Limit;
use super::gate::{limit, observe};
use super::platforms::hooks;
use super::{App, listen};

/// Begins at nothing all that the web surface counts of what it refuses, and of its own faults.
pub fn count_from_zero(app: &App) {
    Code::ALL
        .iter()
        .map(|code| observe::problems(*code))
        .chain(Limit::ALL.map(limit::refused))
        .chain([observe::panics(), listen::refused_connections()])
        .for_each(|counter| counter.increment(0));
    hooks::count_from_zero(&app.accounts);
}
