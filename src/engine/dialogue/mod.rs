//! The dialogue: what the bot does about a message, given what it remembers and what was looked up.
//!
//! Two pure functions. [`needs()`] says what must be looked up; [`step()`] decides, with those facts in hand. A stored conversation, a
//! message and its facts therefore always give the same turn, which is what trying new rules on old conversations stands on.
//! In reading order:
//!
//! - `facts` (what comes in), `turn` (what goes out), `step` (the order of decisions), `steer` (stop, again, who are you).
//! - **What is meant**: `start` (nothing waits), `request` (what is asked for, and of which order), `unclear` (what is meant?), `waiting` (an answer to a question of ours), `signing_in` (while they are to sign in), `courtesy` (what is none), `asked_back` (questions about the talk itself), `left_over` (a question that the answers pass over), `stance` (yes, not yet, only if), `bare` (answers
//!   that say nothing by themselves), `named` (which order belongs to which request), `pointed` (an order without its number), `tracked` (by its parcel's), `at_once` (several orders without theirs), `parts`
//!   (requests that are joined in one sentence), `belongs` (whether a message goes on with what was resolved), `settled` (news that all is well, and "I see"), `fails`
//!   (what was advised did not help).
//! - **What is done**: `matter` (what each intent does), `proof`, `proven` (with an order that is proven; `put_upon` does to it what is asked), `repair` (goods to be mended), `recorded` (what is asked of it by name), `refused` (what is asked of what hangs), `follow_up` (what goes on with the order at hand), `invoice`, `correct` (details of an order,
//!   and a link to pay by; `said_details` reads which a message gives, `amended` what becomes of those that wait), `link`, `guide` (what the rules of refunds are).
//! - **Refunds**: `reported` (one that is offered), `refund`, `form` (while one is being filled in), `stated` (which cause is told), `slip` (what goes before the story), `apart` (what is said of each of several orders), `told_back` (once it was said back), `exchange` (when that is wanted instead), `denied` (what was never asked for), `supposed` (a cancelling that is only asked about), `aside` (what is said beside it), `apply` (one that comes as a form), `portion` (how much of the order, in
//!   the customer's words; `how_much` reads them, `sum_said` which number is a sum, `sum_anew` takes another one than was said back, `items` finds what is named, `alone` what is called by one character, `switched` what is meant instead, `mentioned` what is only spoken of, `kept` what is left, by the words `beside` a place), `claims`, `comes_to` (what one would bring), `regretted` (second thoughts about one), `shown` (what is to be shown first), `told`.
//! - **What is said**: `states` (which sentence fits an order), `causes` (why it hangs), `because` (why a sentence is said), `spoken_in` (in which language), `notices` (what
//!   is known already), `brief`, `trade` (what merchants bring), `signs` (what an unusual history looks like, for agents), `late` (what is said without being asked), `told_here` (what of it they ask to be told).

mod against;
mod alone;
mod amended;
mod apart;
mod apply;
mod aside;
mod asked;
mod asked_back;
mod at_large;
mod at_once;
mod bare;
mod because;
mod belongs;
mod beside;
mod brief;
mod by_when;
mod causes;
mod circumstances;
mod claims;
mod comes_to;
mod correct;
mod corrected;
mod courtesy;
mod denied;
mod exchange;
mod facts;
mod fails;
mod follow_up;
mod form;
mod guide;
mod how_much;
mod invoice;
mod items;
mod kept;
mod lacks;
mod late;
mod left_over;
mod link;
mod matter;
mod mentioned;
mod named;
mod notices;
mod offers;
mod once_proven;
mod parts;
mod pointed;
mod portion;
mod priced;
mod proof;
mod proven;
mod put_upon;
mod recorded;
mod refund;
mod refused;
mod regretted;
mod remarked;
mod repair;
mod reported;
mod request;
mod said_details;
mod sentence;
mod settled;
mod shown;
mod signing_in;
mod signs;
mod slip;
mod speaker;
mod spoken_in;
mod stance;
mod start;
mod stated;
mod states;
mod steer;
mod step;
mod sum_anew;
mod sum_said;
mod sums;
mod supposed;
mod switched;
mod tellings;
mod told;
mod told_back;
mod told_here;
mod tracked;
mod trade;
mod turn;
mod unclear;
mod unpaid;
mod values;
mod waiting;
mod which_order;

pub use apply::{apply, cause_in_words, fault_in_words, form_in_words};
pub use belongs::belongs;
pub use corrected::told_corrected;
pub use facts::{Facts, Needs, SiteFacts, needs};
pub use late::told_late;
pub use link::told_link;
pub use notices::{known_incident, told_over};
pub use proof::is_buyer;
pub(super) use refund::label_of;
pub use step::step;
pub use told::{rejection, told, told_taken_up};
pub use turn::{Heard, Move, Said, Turn};

use super::Rules;
