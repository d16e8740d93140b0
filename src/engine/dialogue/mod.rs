//! The dialogue: what the bot does about a message, given what it remembers and what was looked up.
//!
//! Two pure functions. [`needs`] says what must be looked up; [`step`] decides, with those facts in hand. A stored conversation, a
//! message and its facts therefore always give the same turn, which is what trying new rules on old conversations stands on.
//! In reading order: `facts` (what comes in), `turn` (what goes out), `step` (the order of decisions), `waiting` (an answer to a
//! question of ours), `matter` (what each intent does), `proof`, `states` (which sentence fits an order), `brief`.

mod brief;
mod facts;
mod matter;
mod proof;
mod refund;
mod speaker;
mod states;
mod step;
mod turn;
mod values;
mod waiting;

pub use facts::{Facts, Needs, SiteFacts, needs};
pub use proof::is_buyer;
pub use step::step;
pub use turn::{Heard, Move, Said, Turn};

use super::Rules;
