//! Policies: `policies/*.toml` below the rule folder, one file for each merchant and one for all the others.
//!
//! `clauses` takes the parts of a file; what is allowed and probably not meant is said here, because a place is known only while reading.

mod alone;
mod clauses;
mod money;

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::domain::ids::MerchantId;
use crate::domain::language::Language;
use crate::domain::policy::{Clause, Policy, Written};
use crate::engine::rules::book::{Located, Place};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::file;
use crate::engine::rules::source::Source;

use clauses::Clauses;

/// The folder below the rule folder.
pub const FOLDER: &str = "policies";
/// Stands for all merchants that have no file of their own.
pub const OTHERS: &str = "*";
/// So much of a file's SHA-256 tells its versions apart.
const VERSION_BYTES: usize = 6;

/// What a policy file may say.
const KEYS: [&str; 14] = [
    "merchant",
    "languages",
    "currencies",
    "offers",
    "window",
    "excluded",
    "auto_accept",
    "two_people",
    "alone",
    "return_shipping",
    "refund_time",
    "evidence",
    "note",
    "review",
];

/// Whose policy it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// One merchant's.
    Merchant(MerchantId),
    /// That of all who have no file of their own.
    Others,
}

/// A policy that was read.
pub struct PolicyFile {
    /// Whose it is, and where that is said.
    pub whose: Located<Whose>,
    /// What it says.
    pub policy: Policy,
}

/// Whether a file of the rule folder is a policy.
pub fn is_policy(name: &str) -> bool {
    name.strip_prefix(FOLDER)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Reads a policy file. Mistakes go into the source.
pub fn read(source: &mut Source<'_>, name: &Arc<str>) -> Option<PolicyFile> {
    let root = file::parse(source)?;
    let start = source.place(0..0);
    let fields = Fields::new(source, "a policy", root.get_ref(), start, &KEYS);
    let whose = whose(source, &fields);
    let mut clauses = Clauses::new(languages(source, &fields));
    let policy = clauses.read(source, &fields);
    lint(source, &policy, &clauses.lines);
    let whose = whose?;
    let written = Written {
        file: Arc::clone(name),
        version: version(source.text),
        lines: lines(clauses.lines, whose.at),
    };
    let policy = Policy {
        written: Some(written),
        ..policy
    };
    Some(PolicyFile { whose, policy })
}

fn lines(clauses: BTreeMap<Clause, Place>, whose: Place) -> BTreeMap<Clause, u32> {
    let clauses = clauses.into_iter().map(|(clause, at)| (clause, at.line));
    clauses.chain([(Clause::Policy, whose.line)]).collect()
}

/// What tells this text from every other, short enough to read out.
fn version(text: &str) -> Arc<str> {
    let hash = Sha256::digest(text);
    let hash = hash.iter().take(VERSION_BYTES);
    hash.map(|byte| format!("{byte:02x}"))
        .collect::<String>()
        .into()
}

fn whose(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Option<Located<Whose>> {
    if fields.get("merchant").is_none() {
        let help = "write whose it is above all tables: `merchant = \"m_linden\"`, or `merchant = \"*\"` for all that have no file of their own";
        source.missing("merchant", "the policy", fields.at, help);
        return None;
    }
    let said = fields.text(source, "merchant")?;
    let value = match said.value.as_str() {
        OTHERS => Some(Whose::Others),
        name => MerchantId::parse(name).ok().map(Whose::Merchant),
    };
    if value.is_none() {
        let message = format!("`{}` is no merchant", said.value);
        source.complain(
            Diagnostic::new(code::BAD_NAME, message)
                .at(said.at, "")
                .help("write the merchant as in `frontdesk.toml` and in the orders, or \"*\" for all others"),
        );
    }
    Some(Located {
        value: value?,
        at: said.at,
    })
}

/// The languages that the merchant's customers are written to in: all, unless the file names some.
fn languages(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Vec<Language> {
    let choices = Language::ALL.map(|language| (language.tag(), language));
    let named = fields.texts(source, "languages");
    let named = named.iter();
    let languages: Vec<Language> = named
        .filter_map(|name| source.one_of("language", name, &choices))
        .collect();
    match languages.as_slice() {
        [] => Language::ALL.to_vec(),
        _ => languages,
    }
}

/// What can be and is probably not meant.
fn lint(source: &mut Source<'_>, policy: &Policy, places: &BTreeMap<Clause, Place>) {
    let at = |clause: &Clause| places.get(clause).copied().unwrap_or_default();
    if policy.refund_window_days == Some(0) {
        source.complain(
            Diagnostic::new(code::EMPTY_WINDOW, "nobody can apply within 0 days")
                .at(at(&Clause::Window), "")
                .help("write the days in which somebody may change their mind, or leave `[window]` out: then a person decides"),
        );
    }
    let limits = policy.auto_accept.limits.iter();
    for limit in limits.filter(|limit| limit.amount.is_zero()) {
        let message = "a limit of 0 accepts nothing";
        source.complain(
            Diagnostic::new(code::EMPTY_LIMIT, message)
                .at(at(&Clause::AutoAccept(limit.currency.code())), "")
                .help("write an amount, or leave the line out: then a person decides"),
        );
    }
}
