//! Who may use the desk beside customers, and what is written down of them.
//!
//! `accounts` agents and API keys, `roll` as the store has them, `log_ins` how agents come in (`touches` for how long, `second_factor` with
//! what besides), `audit` what is written down of them (`searched` of what they looked for).

pub mod accounts;
pub(in crate::desk) mod audit;
pub(in crate::desk) mod log_ins;
pub(in crate::desk) mod roll;
pub(in crate::desk) mod searched;
pub(in crate::desk) mod second_factor;
pub(in crate::desk) mod touches;
