//! The words that the widget and the inbox say by themselves, by name and language, as `[widget.NAME]` and `[inbox.NAME]` in `intents/`
//! have them.

use std::collections::BTreeMap;

use super::language::Language;

/// A text in each language that has one.
pub type Texts = BTreeMap<Language, String>;
/// Texts by the name of what they say.
pub type Wording = BTreeMap<String, Texts>;

/// All names that the widget knows.
#[rustfmt::skip]
pub const WIDGET_NAMES: [&str; 122] = [
    "title", "title_of", "open", "open_unread", "close", "greeting", "greeting_more", "privacy", "log", "topics", "sound",
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
    "leave_email", "email_left", "agent_typing", "form_email", "form_email_why", "form_email_noted", "form_email_field",
    "form_csat_bot", "form_csat_agent", "form_score", "form_score_1", "form_score_2", "form_score_3",
    "form_score_4", "form_score_5", "form_score_text", "rated", "form_claim", "form_claim_why", "form_claim_order",
    "form_claim_cause", "form_claim_items", "form_claim_amount", "form_claim_note", "form_claim_evidence",
    "form_send", "fill_claim", "filed", "due_by", "discard", "not_filed", "choose_one",
];

/// The inbox's words are kept among the widget's under this and their name.
pub const INBOX: &str = "inbox.";

/// All names that the inbox knows.
#[rustfmt::skip]
pub const INBOX_NAMES: &[&str] = &[
    "title", "agent_id", "password", "log_in", "log_out", "wrong_password", "session_over", "language", "theme",
    "theme_auto", "theme_light", "theme_dark", "role_viewer", "role_agent", "role_lead", "role_admin", "gone",
    "not_reached", "refused", "slow_down", "not_allowed", "faster", "has_changed", "not_there", "loading",
    "conversations", "conversation", "view_waiting", "view_mine", "view_open", "view_pending", "view_done",
    "view_bot", "fresh", "none_waiting", "none_here", "none_more", "visitor", "us", "bot", "queue", "draft",
    "left_view", "overdue", "due_soon", "waits", "minutes", "hours", "days", "short_zh_hans", "short_zh_hant",
    "short_en", "priority_normal", "priority_urgent", "priority_high", "status_active", "status_waiting_customer",
    "status_waiting_third_party", "status_snoozed", "status_resolved", "status_closed", "reason_asked_for_human",
    "reason_not_understood", "reason_ambiguous", "reason_not_covered", "reason_missing_info",
    "reason_policy_exception", "reason_amount_over_limit", "reason_abuse_suspected", "reason_identity_not_verified",
    "reason_angry", "reason_order_not_found", "reason_system_fault", "reason_repeat_contact",
    "reason_legal_or_threat", "pick", "pick_more", "skip", "back", "claim", "takeover", "give_back", "resolve",
    "reopen", "undo", "snooze", "assign", "in_hour", "tomorrow", "resolved_toast", "brief", "note", "why",
    "why_intent", "why_rule", "why_words", "why_score", "why_said", "why_facts", "why_policy", "ev_started",
    "ev_proof", "ev_proof_failed", "ev_handed", "ev_claim", "ev_file", "ev_reused", "robot_handoff", "robot_test", "robot_event", "ev_undelivered", "ev_held", "ev_retried", "ev_sent_now", "send_again", "ev_notice", "ev_triaged", "ev_joined",
    "ev_given_back", "ev_queued", "ev_status", "write", "tab_reply", "tab_note", "reply_hint", "note_hint",
    "reply_goes_out", "note_is_inner", "send", "save_note", "send_anyway", "wrote_more", "unsent", "ready", "blank", "use",
    "claim_to_reply", "take_to_reply", "only_reads", "facts", "f_person", "f_email", "f_phone", "f_language",
    "f_site", "f_channel", "f_since", "f_sorted", "priority", "label", "label_off", "f_orders", "f_no_orders", "f_claims", "f_promises", "f_earlier",
    "proof_signed", "proof_none", "proof_level", "o_items", "o_payment", "o_placed", "o_paid", "o_carrier",
    "o_shipped", "o_delivered", "o_rejected", "o_customer", "o_refunds", "o_note", "c_cause", "c_items", "c_note",
    "c_verdict", "c_clause", "c_detail", "c_files", "file", "c_sum", "c_order", "c_payee", "c_number",
    "payee_unknown", "cause_damaged", "cause_wrong_item", "cause_not_arrived", "cause_changed_mind",
    "cause_paid_twice", "cause_other", "verdict_within_policy", "verdict_not_paid", "verdict_already_refunded",
    "verdict_window_ended", "verdict_final_sale", "verdict_evidence_missing", "verdict_abuse_review",
    "verdict_slowed_down", "verdict_over_limit", "verdict_no_limit", "verdict_not_covered", "signs",
    "sign_claims_in_month", "sign_claims_in_quarter", "sign_share_refunded", "sign_evidence_reused",
    "sign_accounts_behind_payment", "sign_accounts_behind_address", "sign_merchants", "promise_answer", "promise_payment",
    "promise_open", "promise_told_late", "promise_kept", "promise_raised", "promise_void", "transcript", "approve",
    "reject", "evidence", "approve_title", "reject_title", "evidence_title", "approve_yes", "reject_yes",
    "evidence_yes", "reject_words", "evidence_words", "claim_is", "cancel", "close", "keys", "keys_off", "key_next",
    "key_previous", "key_open", "key_urgent", "key_go", "key_take", "key_reply", "key_note", "key_resolve",
    "key_resolve_next", "key_snooze", "key_return", "key_label", "key_priority", "key_facts", "key_suggestion", "key_ready", "key_send", "key_send_resolve",
    "key_back", "key_help",
    "search", "search_hint", "found", "none_found", "none_found_more", "filter", "filter_off", "filter_agent",
    "filter_reason", "filter_any", "clear", "key_search",
    "goal_first_response", "goal_next_response", "goal_resolution", "owed", "owed_late", "ev_service_warned",
    "ev_service_breached", "late_soon", "late_open", 
    "code", "code_hint", "wrong_code", "log_out_everywhere",
    "availability", "is_online", "is_paused", "is_offline",
    "wrong", "wrong_title", "wrong_nothing", "wrong_note", "wrong_send", "wrong_said",
    "report", "report_days", "report_csv", "r_waiting", "r_longest", "r_first", "r_bot", "r_bot_of", "r_people",
    "r_began", "r_to_people", "r_reopened", "r_promises", "r_wrong", "r_late", "r_rated_bot", "r_rated_people",
    "r_per_day", "r_reasons", "r_by_language", "r_bot_alone", "r_none", "link_give", "link_copied", "with_notes",
    "pack",
    "why_runner_up", "why_slots", "slot_order", "slot_amount", "slot_date", "slot_phone", "slot_email",
    "slot_tail", "slot_number",
    "ready_how", "ready_none", "ready_new", "ready_name", "ready_keys", "ready_places", "save", "change",
    "remove",
    "bulk", "picked", "pick_row", "bulk_done", "bulk_undone", "bulk_failed", "bulk_not_yours", "later_today",
    "next_week", "next_message", "refund_moves", "looks", "writes", "ev_merged", "ev_merged_into", "view_it",
    "merge", "merge_title", "merge_what", "merge_more", "merged", "person", "person_show", "person_export",
    "person_goes", "person_events", "person_files", "person_sessions", "person_stays", "person_claims",
    "person_orders", "person_audit", "person_erase", "person_sure", "person_gone", "person_type",
    "person_erased", "notify", "notify_waiting", "notify_wrote", "key_pick", "key_pick_range", "key_pick_all",
    "key_undo",
    "put_right", "put_right_title", "put_right_sure", "put_right_more", "put_right_yes", "put_right_done",
    "put_right_nothing", "next_step", "detail", "detail_none", "detail_email", "detail_phone",
    "detail_address", "detail_recipient", "detail_now", "detail_value", "pay_again", "pay_again_row",
    "pay_again_link", "tell_merchant", "tell_merchant_words", "tell_merchant_yes", "merchant_is_told",
    "no_order_not_shown", "no_order_left", "no_order_not_unpaid", "no_no_payment_links",
    "no_link_asked_already", "no_nobody_listens", "ev_corrected", "ev_link_asked", "ev_link_given",
    "ev_link_refused", "ev_merchant_told", "ev_contact", "ev_rating_asked", "ev_rated", "rated_bot",
    "rated_agent", "promise_link", "promise_repair",
    "saved", "save_filter", "filter_name", "filter_saved", "filters_own", "filter_up", "filter_down",
    "palette", "palette_hint", "palette_search", "key_palette", "key_assign", "key_before", "key_after",
    "unread", "only_conversation", "rated_row", "rated_row_by", "put_back",
    "brief_proof_0", "brief_proof_1", "brief_proof_2", "brief_proof_3", "mood_calm", "mood_worried",
    "mood_angry",
];
