//! The words that the widget says by itself, by name and language, as `[widget.NAME]` in `intents/` has them.

use std::collections::BTreeMap;

use super::language::Language;

/// A text in each language that has one.
pub type Texts = BTreeMap<Language, String>;
/// Texts by the name of what they say.
pub type Wording = BTreeMap<String, Texts>;

/// All names that the widget knows.
#[rustfmt::skip]
pub const WIDGET_NAMES: [&str; 119] = [
    "title", "title_of", "open", "open_unread", "close", "greeting", "greeting_more", "privacy", "log", "topics",
    "new_messages", "placeholder", "your_message", "send", "sending", "not_sent", "retry", "refused", "outbox_full",
    "topic_of_order", "you", "bot", "agent", "typing", "status_bot", "status_queue", "status_agent", "queued",
    "waiting", "joined", "given_back", "resolved", "reopened", "offline", "reconnecting", "slow_down", "not_here",
    "guest", "card_found", "card_send", "card_edit", "code_found", "code_words", "send_anyway", "attach",
    "file_hint", "file_kind", "file_large", "file_many", "file_failed", "file_remove", "file_picture",
    "file_document", "claim", "claim_submitted", "claim_needs_evidence", "claim_accepted", "claim_approved",
    "claim_rejected", "claim_paying", "claim_paid", "claim_failed", "claim_withdrawn", "evidence_add", "order",
    "order_processing", "order_processed", "order_shipped", "order_delivered", "order_completed", "order_rejected",
    "order_refunding", "order_refunded", "order_cancelled", "step_placed", "step_paid", "step_shipped",
    "step_delivered", "step_refund_requested", "step_refund_approved", "step_refund_expected",
    "ahead", "ahead_none", "ahead_many", "minutes", "people_away", "people_closed", "leave_queue", "left_queue",
    "leave_email", "email_left", "agent_typing", "form_email", "form_email_why", "form_email_field",
    "form_csat_bot", "form_csat_agent", "form_score", "form_score_1", "form_score_2", "form_score_3",
    "form_score_4", "form_score_5", "form_score_text", "rated", "form_claim", "form_claim_why", "form_claim_order",
    "form_claim_cause", "form_claim_items", "form_claim_amount", "form_claim_note", "form_claim_evidence",
    "form_send", "fill_claim", "filed", "due_by", "not_filed", "choose_one",
];
