//! Slots: order numbers, amounts, dates, phones, e-mails and card tails in a message.
//!
//! A hand-written scanner that looks at nothing but the places where a digit, an `@` or a Chinese numeral stands. Knows nothing
//! about rules and intents.

mod values;

pub use values::{Amount, SaidDate, Slot, Slots};
