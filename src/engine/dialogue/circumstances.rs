//! The circumstances that more than one part of the dialogue asks for, by the names that they have in the rule files; what a single part
//! asks for stands in that part. It must not know what follows from any of them.

/// It asks something, however it is worded.
pub(super) const ASKS_ASIDE: &str = "asks_aside";
/// It is put as a question.
pub(super) const QUESTION: &str = "question";
/// It asks how long something takes.
pub(super) const HOW_LONG: &str = "how_long";
/// It asks what to do.
pub(super) const WHAT_TO_DO: &str = "what_to_do";
/// The number of an order is not to hand.
pub(super) const NO_NUMBER: &str = "no_order_number";
/// It asks what holds for something.
pub(super) const ASKS_WHAT_OF: &str = "asks_what_of";
/// It asks whether a payment has come through.
pub(super) const ASKS_IF_PAID: &str = "asks_if_paid";
/// It asks whether to pay, or to pay again, rather than how.
pub(super) const ASKS_WHETHER_TO_PAY: &str = "asks_whether_to_pay";
/// It is feared that a payment is charged twice.
pub(super) const FEARS_TWICE: &str = "fears_twice";
/// It asks why an order was cancelled.
pub(super) const WHY_CANCELLED: &str = "asks_why_cancelled";
/// A merchant asks which applications there are against them.
pub(super) const CLAIMS_AGAINST_ME: &str = "claims_against_me";
/// A courtesy that says nothing.
pub(super) const SAYS_NOTHING: &str = "says_nothing";
/// Nothing is decided yet.
pub(super) const UNSURE: &str = "unsure_yet";
/// It wonders whether to cancel, or leaves it to what the shop has.
pub(super) const CANCELS_PERHAPS: &str = "cancels_perhaps";
/// It asks what would follow from cancelling.
pub(super) const CANCEL_SUPPOSED: &str = "cancel_supposed";
/// It asks how an order is cancelled.
pub(super) const ASKS_HOW_TO_CANCEL: &str = "asks_how_to_cancel";
/// A parcel is not to be taken in, or to be turned back on its way.
pub(super) const REFUSES_PARCEL: &str = "refuses_parcel";
/// A merchant speaks.
pub(super) const MERCHANT: &str = "merchant";
/// It says no more than that something is called off after all: no story, whatever the cause.
pub(super) const CALLS_OFF: &str = "calls_off";
/// It gives up the request itself.
pub(super) const GIVES_UP: &str = "gives_up_request";
/// It only says why.
pub(super) const REASON: &str = "bare_reason";
/// It says no more than that a photo was sent, or that there is none.
pub(super) const ABOUT_PHOTO: &str = "about_photo";
/// It says into what something is to be changed.
pub(super) const NEW_DETAILS: &str = "new_details";
/// It says what whoever brings the parcel is to do.
pub(super) const DELIVERY_NOTE: &str = "delivery_note";
/// Nothing is to be changed after all.
pub(super) const LEAVES_AS_IS: &str = "leaves_as_is";
/// A detail comes to another one.
pub(super) const ADDS_DETAIL: &str = "adds_detail";
/// It has words that make a clause, and stand in no name.
pub(super) const IN_A_CLAUSE: &str = "in_a_clause";
/// It means an order beside the one that is talked about.
pub(super) const OTHER_ORDER: &str = "other_order";
/// Less than all is wanted back.
pub(super) const A_PART: &str = "a_part";
/// The circumstance of somebody who wants money back.
pub(super) const MONEY_BACK: &str = "money_back";
/// All is wanted back.
pub(super) const ALL_OF_IT: &str = "all_of_it";
/// All but what is named is wanted back.
pub(super) const ALL_BUT: &str = "all_but";
/// The other one is meant.
pub(super) const THE_OTHER_ONE: &str = "the_other_one";
/// What is left is meant.
pub(super) const THE_REST: &str = "the_rest";
/// Another part is wanted back than the one of before.
pub(super) const ANOTHER_PART: &str = "another_part";
/// What is named is wanted back besides.
pub(super) const THIS_TOO: &str = "this_too";
/// The postage is wanted back besides.
pub(super) const POSTAGE_TOO: &str = "postage_too";
/// What is wanted is a part and no sum, and is called by a name that may be none of the order's.
pub(super) const ONLY_THAT: &str = "only_that";
/// What is named is kept, up to the next wish.
pub(super) const KEPT: &str = "kept";
/// What is named is fine, or not meant.
pub(super) const NOT_THIS: &str = "not_this";
/// All of it is kept.
pub(super) const KEPT_ALL: &str = "kept_all";
/// A yes is asked for or wondered about, and none given: "ok?", "is it in?"
pub(super) const ASKS_FOR_YES: &str = "asks_for_yes";
/// Half a yes.
pub(super) const WEAK_YES: &str = "weak_yes";
/// A yes with what was asked about in it: "yes, cancel it".
pub(super) const YES_TO_CANCEL: &str = "yes_to_cancel";
