//! Limits: amounts in the currencies that a merchant uses.

use std::str::FromStr as _;

use iso_currency::Currency;
use toml::de::DeValue;

use crate::domain::money::Money;
use crate::engine::rules::book::Located;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{Entry, Fields};
use crate::engine::rules::source::Source;
use crate::engine::rules::suggest;

/// The currencies that the merchant sells in; none where it does not say.
pub fn currencies(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Vec<Located<Currency>> {
    let named = fields.texts(source, "currencies");
    let named = named.into_iter();
    named
        .filter_map(|name| {
            let value = currency(source, &name, &[])?;
            Some(Located { value, at: name.at })
        })
        .collect()
}

/// `GBP = "50.00"`.
pub fn limit(
    source: &mut Source<'_>,
    (name, value): Entry<'_, '_>,
    used: &[Located<Currency>],
) -> Option<Money> {
    let known = currency(source, &name, used)?;
    if !used.is_empty() && !used.iter().any(|one| one.value == known) {
        let message = format!("the merchant does not use {}", known.code());
        let mut unused = Diagnostic::new(code::UNUSED_CURRENCY, message).at(name.at, "");
        if let Some(first) = used.first() {
            unused = unused.at(first.at, "it sells in these");
        }
        let help = "add the currency to `currencies`, or take the limit out";
        source.complain(unused.help(help));
    }
    let amount = match value.get_ref() {
        DeValue::Integer(whole) => whole.as_str().to_owned(),
        DeValue::String(text) => text.clone().into_owned(),
        _ => String::new(),
    };
    Money::parse(&amount, known.code())
        .map_err(|error| {
            let at = source.place(value.span());
            let message = match amount.as_str() {
                "" => {
                    "a limit is an amount: a text such as \"50.00\", or a whole number".to_owned()
                }
                _ => error.to_string(),
            };
            source.complain(Diagnostic::new(code::BAD_AMOUNT, message).at(at, "no amount"));
        })
        .ok()
}

fn currency(
    source: &mut Source<'_>,
    name: &Located<String>,
    used: &[Located<Currency>],
) -> Option<Currency> {
    let found = Currency::from_str(&name.value).ok();
    if found.is_none() {
        let upper = name.value.to_ascii_uppercase();
        let hint = match Currency::from_str(&upper) {
            Ok(_) => Some(format!("write it in capital letters: `{upper}`")),
            Err(_) => suggest::did_you_mean(&upper, used.iter().map(|one| one.value.code())),
        };
        let hint = hint.unwrap_or_else(|| "write its three letters, such as `CNY`".to_owned());
        source.complain(
            Diagnostic::new(
                code::UNKNOWN_NAME,
                format!("`{}` is no currency", name.value),
            )
            .at(name.at, "not in ISO 4217")
            .help(hint),
        );
    }
    found
}
