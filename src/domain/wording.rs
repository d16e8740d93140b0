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
    "topic_of_order", "you", "bot", "agent", "typing", "status_bot", "status_queue", "status_agent", "owner_queue",
    "waiting", "owner_agent", "owner_bot", "resolved", "reopened", "offline", "reconnecting", "slow_down", "not_here",
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
    "view_bot", "fresh", "none_waiting", "none_here", "none_more", "visitor", "us", "bot", "queue", "platform", "draft",
    "left_view", "overdue", "due_soon", "waits", "minutes", "hours", "days", "short_zh_hans", "short_zh_hant",
    "short_en", "priority_normal", "priority_urgent", "priority_high", "status_active", "status_waiting_customer",
    "status_waiting_third_party", "status_snoozed", "status_resolved", "status_closed", "reason_asked_for_human",
    "reason_not_understood", "reason_ambiguous", "reason_not_covered", "reason_missing_info",
    "reason_policy_exception", "reason_amount_over_limit", "reason_abuse_suspected", "reason_identity_not_verified",
    "reason_angry", "reason_order_not_found", "reason_system_fault", "reason_repeat_contact",
    "reason_legal_or_threat", "pick", "pick_more", "skip", "back", "claim", "takeover", "give_back", "resolve",
    "reopen", "undo", "snooze", "assign", "in_hour", "tomorrow", "resolved_toast", "brief", "note", "why",
    "why_intent", "why_rule", "why_words", "why_score", "why_said", "why_facts", "why_policy", "ev_started",
    "ev_proof", "ev_proof_failed", "ev_handed", "ev_claim", "ev_reused", "robot_handoff", "robot_waits", "robot_test", "robot_event",
    "robot_refund_submitted", "robot_refund_accepted", "robot_refund_approved", "robot_refund_rejected",
    "robot_refund_withdrawn", "robot_refund_paid", "robot_refund_failed", "robot_order_corrected",
    "robot_payment_link_requested", "robot_merchant_told", "robot_conversation_created",
    "robot_conversation_resolved", "robot_conversation_reopened", "robot_message_received", "robot_message_sent",
    "robot_handoff_claimed", "robot_handoff_resolved", "robot_promise_made", "robot_promise_kept",
    "robot_promise_late", "robot_promise_raised", "robot_promise_void", "robot_notice_proposed",
    "robot_notice_declared", "robot_notice_ended", "robot_webhook_endpoint_disabled",
    "endpoint_off", "ev_undelivered", "ev_held", "ev_dropped", "ev_noticed", "ev_retried", "ev_sent_now", "send_again", "ev_notice", "ev_triaged", "ev_joined",
    "ev_given_back", "ev_queued", "ev_platform", "ev_status", "write", "tab_reply", "tab_note", "reply_hint", "note_hint",
    "reply_goes_out", "unreached_never", "unreached_off", "unreached_held", "note_is_inner", "send", "save_note", "send_anyway", "wrote_more", "unsent", "unsent_changed", "unsent_left", "not_sent", "sending", "lacks", "moved_to", "with_customer", "channel_widget", "ready", "blank", "use",
    "claim_to_reply", "take_to_reply", "reopen_to_reply", "claim_requested", "only_reads", "facts", "f_person", "f_email", "f_phone", "f_language",
    "f_site", "f_channel", "f_since", "f_sorted", "priority", "label", "label_off", "f_orders", "f_no_orders", "f_claims", "f_promises", "f_earlier", "are_more",
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
    "availability", "is_online", "is_paused", "is_offline", "went_online", "went_paused", "went_offline",
    "slow_down_long", "no_not_found", "old_password", "old_password_wrong", "new_password", "new_password_how", "password_changed",
    "wrong", "wrong_title", "wrong_nothing", "wrong_note", "wrong_said",
    "report", "report_days", "report_csv", "r_waiting", "r_longest", "r_first", "r_bot", "r_bot_of", "r_people",
    "r_began", "r_to_people", "r_reopened", "r_promises", "r_wrong", "r_late", "r_rated_bot", "r_rated_people",
    "r_per_day", "r_reasons", "r_by_language", "r_bot_alone", "r_figure", "r_confirmed", "r_assumed", "r_kept", "r_broken", "r_none", "link_give", "link_copied", "with_notes",
    "pack",
    "why_prompt", "prompt_form", "prompt_claim", "prompt_promise", "prompt_link", "prompt_notice", "why_asked", "why_asks",
    "why_chose", "why_follows", "why_read_as", "why_no_rule", "why_likeness", "why_needs", "why_needs_none", "need_order", "need_proof",
    "need_sign_in", "need_cause", "need_details", "need_portion", "need_confirm", "why_runner_up", "why_slots", "slot_order", "slot_amount", "slot_date", "slot_phone", "slot_email",
    "slot_tail", "slot_number",
    "ready_how", "ready_none", "ready_new", "ready_name", "ready_keys", "ready_places", "save", "change",
    "remove",
    "bulk", "picked", "pick_row", "bulk_done", "bulk_undone", "bulk_failed", "bulk_not_yours", "later_today",
    "next_week", "next_message", "refund_moves", "looks", "writes", "ev_merged", "ev_merged_into", "view_it",
    "merge", "merge_title", "merge_what", "merge_more", "merged", "person", "person_show", "person_export",
    "person_goes", "person_events", "person_files", "person_sessions", "person_told", "person_drafts", "person_reviews", "person_filters", "person_stays", "person_claims",
    "person_orders", "person_audit", "person_erase", "person_sure", "person_gone", "person_type",
    "person_erased", "notify", "notify_waiting", "notify_wrote", "key_pick", "key_pick_range", "key_pick_all",
    "key_undo",
    "put_right", "put_right_title", "put_right_sure", "put_right_more", "put_right_yes", "put_right_done",
    "put_right_nothing", "next_step", "detail", "detail_none", "detail_email", "detail_phone",
    "detail_address", "detail_recipient", "detail_now", "detail_value", "pay_again", "pay_again_row",
    "pay_again_link", "tell_merchant", "tell_merchant_words", "tell_merchant_yes", "merchant_is_told",
    "no_order_not_shown", "no_order_left", "no_order_not_unpaid", "no_no_payment_links",
    "no_link_asked_already", "no_nobody_listens", "ev_corrected", "ev_link_asked", "ev_link_given",
    "ev_link_refused", "ev_merchant_told", "ev_contact", "by_letter", "ev_rating_asked", "ev_rated", "rated_bot",
    "rated_agent", "promise_link", "promise_repair", "promise_take_up",
    "saved", "save_filter", "filter_name", "filter_saved", "filters_own", "filter_up", "filter_down",
    "palette", "palette_hint", "palette_search", "key_palette", "key_assign", "key_before", "key_after",
    "unread", "only_conversation", "rated_row", "rated_row_by", "put_back",
    "brief_proof_0", "brief_proof_1", "brief_proof_2", "brief_proof_3", "mood_calm", "mood_worried",
    "mood_angry",
    "sort_by", "sort_own_waiting", "sort_own", "sort_urgent", "sort_newest", "sort_oldest", "sort_amount", "sort_amount_each", "density",
    "filter_intent", "filter_order", "filter_overdue", "filter_overdue_true", "filter_at_least", "filter_at_most", "filter_currency",
    "unread_n", "none_so_far", "look_further",
    "late_soon_one", "slow_down_one", "sign_claims_in_month_one", "sign_claims_in_quarter_one",
    "sign_evidence_reused_one", "sign_accounts_behind_payment_one", "sign_accounts_behind_address_one",
    "sign_merchants_one", "outcome_answer", "outcome_ask_order_id", "outcome_ask_verification",
    "outcome_give_order_status", "outcome_open_refund_form", "outcome_apologise_answer", "outcome_clarify",
    "outcome_escalate", "outcome_end", "brief_page_order", "brief_cart", "brief_page", "brief_since",
    "f_page", "f_page_order", "f_cart", "f_local_time", "f_finding", "found_cause", "found_actor", "found_next",
    "found_for", "found_against", "trouble_platform_fault", "trouble_merchant_error", "trouble_wrong_details",
    "trouble_method_restricted", "trouble_policy", "trouble_network", "trouble_not_stuck", "acts_customer",
    "acts_merchant", "acts_platform", "acts_bank", "acts_nobody", "next_wait_for_repair", "next_merchant_decides",
    "next_merchant_sends", "next_merchant_tops_up", "next_merchant_corrects", "next_merchant_handles",
    "next_correct_and_pay_again", "next_complete_details", "next_use_other_method", "next_give_other_account",
    "next_pay_back_other_way", "next_ask_for_exception", "next_show_evidence", "next_try_again",
    "next_wait_for_retry", "next_wait", "fact_payment_code", "fact_refund_code", "fact_payment_not_booked",
    "fact_refusal_words", "fact_gap_no_contact", "fact_gap_invalid_phone", "fact_gap_no_address",
    "fact_gap_invalid_address", "fact_day_passed", "fact_waited", "fact_usual_minutes", "fact_usual_days1_to3",
    "fact_usual_days5_to10", "fact_verdict", "fact_evidence_asked", "fact_incident", "needs_two", "approved_once",
    "approved_once_yours", "approve_first", "ev_approved_once", "needs_lead", "no_lead_needed",
    "no_agent_away", "at_cap", "over_cap", "draft_elsewhere", "take_draft", "take_back", "ready_manage",
    "customer_types",
    "file_add", "file_add_hint", "file_off", "file_unfit", "file_sending", "file_failed", "file_look", "file_save",
    "file_before", "file_after", "copy_link",
    "volume", "bulk_under_way",
    "names_other", "will_mask", "enter_sends", "faster_ago", "copy_transcript", "copied", "unsent_there",
    "late_now", "late_now_one",
    "r_suggested", "r_suggested_of",
    "did_take", "did_return", "did_assign", "did_snooze", "did_sort", "undo_late", "no_too_late_to_undo", "held",
    "hold", "hold_off", "hold_letters", "hold_all", "fact_waited_one", "fact_waited_today", "fact_waited_today_one",
    "reviews", "reviews_none", "review_done", "review_copy", "review_took", "review_right", "review_by", "review_case",
    "audit", "audit_from", "audit_to", "audit_agent", "audit_searched", "audit_at", "audit_what", "audit_about", "audit_network",
    "did_logged_in", "did_log_in_refused", "did_logged_out", "did_logged_out_everywhere", "did_password_changed",
    "did_listed", "did_searched", "did_read", "did_exported", "did_link_given", "did_link_opened", "did_file_opened",
    "did_changed", "did_decided", "did_put_right", "did_merchant_told", "did_bot_was_wrong", "did_erased",
    "did_audit_read", "did_drafts_read", "did_draft_kept", "did_reviews_read", "did_review_done", "did_review_put_back",
    "did_second_factor_on", "did_second_factor_off", "did_agent_added", "did_agent_disabled", "did_token_renewed",
    "did_password_set", "did_rights_changed", "did_load_changed", "did_key_made",
    "did_key_ended", "did_order_read", "did_orders_written", "did_claims_read", "factor", "factor_on", "factor_off", "factor_how",
    "factor_off_how", "factor_is_on", "factor_is_off",
];

/// A word as the rules have it, or as the program brings it along.
#[must_use]
pub fn word<'a>(
    words: &'a Wording,
    fallback: &'a Wording,
    name: &str,
    language: Language,
) -> &'a str {
    let of = |words: &'a Wording| words.get(name).and_then(|texts| texts.get(&language));
    of(words)
        .or_else(|| of(fallback))
        .map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str, language: Language, text: &str) -> Wording {
        let texts = Texts::from([(language, text.to_owned())]);
        Wording::from([(name.to_owned(), texts)])
    }

    #[test]
    fn a_word_that_the_rules_lack_in_a_language_is_the_programs_own() {
        let ours = words("close", Language::En, "Shut");
        let fallback = words("close", Language::ZhHant, "b");
        let say = |name, language| word(&ours, &fallback, name, language);
        assert_eq!(say("close", Language::En), "Shut");
        assert_eq!(say("close", Language::ZhHant), "b");
        assert_eq!(say("send", Language::En), "");
    }
}
