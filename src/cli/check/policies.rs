//! Policies held against the sites of the configuration: one for a merchant that has no site, a site whose merchant none is about.

use std::collections::BTreeSet;

use crate::config::SiteConfig;
use crate::domain::ids::MerchantId;
use crate::domain::policy::{Clause, Policies, Policy};
use crate::engine::rules::book::Place;
use crate::engine::rules::diagnostic::{Diagnostic, Report, code};
use crate::engine::rules::suggest;

/// What does not go together. Without a site there is nothing to compare: the folder may be somebody else's.
pub(super) fn compare(
    policies: &Policies,
    report: &Report,
    sites: &[SiteConfig],
) -> Vec<Diagnostic> {
    if sites.is_empty() {
        return Vec::new();
    }
    let sold_by: BTreeSet<&MerchantId> = sites.iter().map(|one| &one.site.merchant).collect();
    let strangers = policies
        .own()
        .filter(|(merchant, _)| !sold_by.contains(merchant))
        .map(|(merchant, policy)| for_nobody(merchant, place(report, policy), &sold_by));
    let without = sold_by.iter().filter(|merchant| {
        let has_own = policies.own().any(|(own, _)| own == **merchant);
        !has_own && policies.others().is_none()
    });
    strangers
        .chain(without.map(|merchant| missing(merchant)))
        .collect()
}

fn for_nobody(
    merchant: &MerchantId,
    at: Option<Place>,
    sold_by: &BTreeSet<&MerchantId>,
) -> Diagnostic {
    let message = format!("no site sells for `{merchant}`");
    let known = sold_by.iter().map(|merchant| merchant.as_str());
    let hint = suggest::did_you_mean(merchant.as_str(), known);
    let found = Diagnostic::new(code::POLICY_FOR_NOBODY, message);
    let found = match at {
        Some(at) => found.at(at, "in no site of the configuration"),
        None => found,
    };
    found.help(hint.unwrap_or_else(|| "write its `[[sites]]`, or take this file away".to_owned()))
}

fn missing(merchant: &MerchantId) -> Diagnostic {
    let message = format!(
        "no policy says when `{merchant}` gives money back: a person decides about every application"
    );
    let help =
        format!("write `policies/{merchant}.toml`, or one with `merchant = \"*\"` for all others");
    Diagnostic::new(code::SITE_WITHOUT_POLICY, message).help(help)
}

/// Where a policy says whose it is.
fn place(report: &Report, policy: &Policy) -> Option<Place> {
    let at = policy.place(&Clause::Policy)?;
    let file = report.files.iter().position(|file| *file.name == at.file)?;
    let text = &report.files.get(file)?.text;
    let before: usize = text
        .split_inclusive('\n')
        .take(usize::try_from(at.line).ok()?.checked_sub(1)?)
        .map(str::len)
        .sum();
    let line = text.get(before..)?.lines().next()?;
    let start = u32::try_from(before).ok()?;
    Some(Place {
        file: u16::try_from(file).ok()?,
        start,
        end: start + u32::try_from(line.trim_end().len()).ok()?,
        line: at.line,
    })
}
