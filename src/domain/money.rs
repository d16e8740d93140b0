//! Money: an exact decimal and a currency. Never a float.

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount of money, kept exactly as the shop stated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// How much, in the currency's main unit: `64.00` pounds, not pence.
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: Currency,
}

/// Why a text is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// The amount is no decimal number.
    #[error("`{0}` is no amount: write a decimal number such as \"64.00\"")]
    Amount(String),
    /// The currency is unknown.
    #[error("`{0}` is no ISO 4217 currency: write its three letters, such as \"CNY\"")]
    Currency(String),
    /// More decimal places than the currency has.
    #[error("{currency} has {allowed} decimal places, `{amount}` has more")]
    TooPrecise {
        /// The amount as given.
        amount: String,
        /// The currency's code.
        currency: &'static str,
        /// How many places the currency has.
        allowed: u32,
    },
    /// Below zero.
    #[error("`{0}` is below zero")]
    Negative(String),
}

impl Money {
    /// Takes amount and currency as texts.
    ///
    /// # Errors
    /// When the amount is no decimal, is negative or finer than the currency's smallest unit (ISO 4217), or the currency is unknown.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, InvalidMoney> {
        let currency = Currency::from_str(currency.trim().to_ascii_uppercase().as_str())
            .map_err(|_| InvalidMoney::Currency(currency.to_owned()))?;
        let value = Decimal::from_str_exact(amount.trim())
            .map_err(|_| InvalidMoney::Amount(amount.to_owned()))?;
        if value.is_sign_negative() && !value.is_zero() {
            return Err(InvalidMoney::Negative(amount.to_owned()));
        }
        let allowed = u32::from(currency.exponent().unwrap_or(4));
        if value.normalize().scale() > allowed {
            return Err(InvalidMoney::TooPrecise {
                amount: amount.to_owned(),
                currency: currency.code(),
                allowed,
            });
        }
        Ok(Self {
            amount: value,
            currency,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidMoney, Money};

    #[test]
    fn amounts_are_kept_exactly_and_checked_against_the_currency() {
        let table = [
            ("64.00", "GBP", Ok("64.00 GBP")),
            ("0.1", "cny", Ok("0.1 CNY")),
            ("1200", "JPY", Ok("1200 JPY")),
            ("1200.00", "JPY", Ok("1200.00 JPY")),
            ("1.234", "KWD", Ok("1.234 KWD")),
        ];
        for (amount, currency, expected) in table {
            assert_eq!(
                Money::parse(amount, currency).map(|m| m.to_string()),
                expected.map(str::to_owned)
            );
        }
    }

    #[test]
    fn what_is_no_money_is_refused() {
        assert!(matches!(
            Money::parse("12,50", "EUR"),
            Err(InvalidMoney::Amount(_))
        ));
        assert!(matches!(
            Money::parse("1e3", "EUR"),
            Err(InvalidMoney::Amount(_))
        ));
        assert!(matches!(
            Money::parse("1", "RMB"),
            Err(InvalidMoney::Currency(_))
        ));
        assert!(matches!(
            Money::parse("0.5", "JPY"),
            Err(InvalidMoney::TooPrecise { allowed: 0, .. })
        ));
        assert!(matches!(
            Money::parse("-1", "EUR"),
            Err(InvalidMoney::Negative(_))
        ));
    }
}
