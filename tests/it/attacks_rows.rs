//! Which tests hold which row of RELIABILITY B, so that nobody has to search. A row without a test, or a test that is not there, fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

/// The rows about what is built.
const BUILT: RangeInclusive<u8> = 1..=51;

/// Row, attack, and the tests against it as `file::name`.
#[rustfmt::skip] // a test a line
const ROWS: &[(u8, &str, &[&str])] = &[
    (1, "order numbers are tried one after the other", &[
        "attacks_orders::row_1_ten_thousand_guesses_from_a_hundred_addresses_hear_one_answer_and_no_fact",
        "attacks_orders::row_1_the_same_over_http_from_forged_addresses_and_by_a_signed_in_stranger",
        "attacks_orders::row_1_many_proofs_in_one_message_prove_nothing",
        "attacks_orders::row_1_who_tries_all_last_digits_of_a_phone_number_is_not_told_when_they_are_right",
        "attacks_races::row_1_and_27_guesses_at_the_same_moment_are_all_counted_and_the_right_one_among_them_is_late",
        "attacks_races::row_1_and_27_whole_phone_numbers_guessed_at_the_same_moment_are_all_counted",
    ]),
    (2, "an answer tells whether there is such an order", &[
        "attacks_orders::row_2_an_order_of_nobody_of_another_shop_and_of_somebody_else_answer_alike_in_every_language",
        "attacks_timing::row_2_the_time_of_an_answer_does_not_tell_whether_there_is_such_an_order",
    ]),
    (3, "an order or a conversation of another shop", &[
        "attacks_access::row_3_and_4_each_route_answers_its_own_kind_of_caller_about_their_own_things_and_nobody_else",
        "attacks_access::row_3_and_4_a_foreign_conversation_and_one_that_does_not_exist_answer_alike_and_nothing_is_changed",
        "attacks_access::row_3_a_shops_key_reaches_its_own_orders_only_and_cannot_write_into_anothers",
        "claims::row_3_a_claim_of_another_shop_is_not_there",
        "attacks_scope::row_3_every_route_asks_for_a_caller_but_the_ten_that_are_for_anybody",
        "attacks_scope::row_3_any_id_of_one_shop_is_not_found_with_the_token_of_another_on_every_route",
        "search::row_3_nobody_finds_what_was_said_to_another_merchant_whatever_they_ask_for",
        "reports::row_3_a_lead_reads_their_own_merchants_figures_and_an_agent_none",
        "canned::row_3_a_merchants_answers_are_seen_and_changed_by_nobody_of_another_merchant",
        "merging::row_3_two_people_stay_two_and_so_do_the_conversations_of_two_merchants",
    ]),
    (4, "somebody else's conversation by its id", &[
        "attacks_access::row_3_and_4_each_route_answers_its_own_kind_of_caller_about_their_own_things_and_nobody_else",
        "attacks_access::row_3_and_4_a_foreign_conversation_and_one_that_does_not_exist_answer_alike_and_nothing_is_changed",
        "packs::row_4_and_32_a_link_opens_the_customers_view_of_one_conversation_for_its_time_and_no_longer",
        "merging::row_4_conversations_in_which_orders_of_different_people_were_proven_stay_two",
        "bulk::row_4_taking_back_gives_no_right_that_the_change_did_not_have",
        "undo::row_4_nobody_takes_back_what_another_did_what_is_long_ago_or_what_something_has_happened_to",
    ]),
    (5, "a file of somebody else's conversation", &[
        "attacks_evidence::row_5_a_file_opens_with_no_other_file_conversation_or_person_in_its_place",
        "attacks_scope::row_5_a_transcript_opens_with_no_other_conversation_form_or_reader_in_its_place",
    ]),
    (6, "an event stream that checks less than a plain request", &[
        "log_ins::row_6_and_14_a_stream_that_a_log_in_opened_ends_with_it",
        "attacks_identity::row_6_a_stream_shows_nobody_elses_conversation_whatever_its_query_says",
        "attacks_revoked::row_6_and_14_with_the_default_settings_an_open_stream_ends_at_once_with_its_readers_access",
    ]),
    (7, "a page of another site listens", &[
        "attacks_pages::row_7_a_stream_is_refused_to_foreign_pages_like_everything_else",
    ]),
    (8, "a token in an address", &[
        "attacks_access::row_8_and_45_a_secret_in_an_address_is_refused_on_every_route",
        "browser::identity::row_8_no_token_is_in_an_address_a_cookie_or_what_the_page_is_told",
    ]),
    (9, "an answer shows a token", &[
        "attacks_access::row_9_13_and_45_no_answer_shows_a_token_and_the_disk_has_none",
    ]),
    (10, "no token, or a senseless one, is taken for somebody", &[
        "attacks_access::row_10_no_token_an_empty_one_or_a_senseless_one_opens_no_route",
        "attacks_identity::row_10_a_token_in_the_body_as_list_object_number_or_nothing_names_nobody",
    ]),
    (11, "bodies of the wrong types", &[
        "attacks_inputs::row_11_and_36_rubbish_is_refused_by_every_route_with_a_problem_and_nothing_breaks",
    ]),
    (12, "a shop's token that the shop did not sign", &[
        "attacks_identity::row_12_a_token_that_the_shop_did_not_sign_for_this_site_now_is_refused",
        "attacks_identity::row_12_an_unsigned_visitor_never_gets_the_history_of_somebody_known",
        "browser::identity::row_12_a_word_that_ends_while_the_page_is_open_is_asked_for_again_when_it_is_needed",
        "waiting::row_12_a_session_is_said_to_be_its_customers_only_when_the_shop_says_so",
        "browser::identity::row_12_a_token_that_has_ended_is_asked_for_again_and_a_bad_one_gets_nothing",
    ]),
    (13, "the time of a comparison tells a secret", &[
        "attacks_access::row_9_13_and_45_no_answer_shows_a_token_and_the_disk_has_none",
        "attacks_secrets::row_13_no_secret_is_compared_but_in_constant_time",
        "attacks_secrets::row_13_hashes_of_tokens_and_contact_data_have_no_comparison_of_their_own",
        "attacks_timing::row_13_the_time_of_a_comparison_does_not_tell_where_two_secrets_differ",
    ]),
    (14, "a session or a token that outlives its end", &[
        "log_ins::row_14_a_page_that_asks_by_itself_keeps_nobodys_log_in_alive",
        "log_ins::row_14_a_log_in_ends_half_an_hour_after_the_last_touch_and_no_sooner",
        "log_ins::row_14_a_touch_that_comes_after_the_end_of_a_log_in_does_not_begin_it_again",
        "log_ins::row_14_a_log_in_begins_anew_each_time_and_ends_with_the_password_the_role_and_the_time",
        "log_ins::row_6_and_14_a_stream_that_a_log_in_opened_ends_with_it",
        "attacks_identity::row_14_a_session_is_new_at_every_sign_in_and_none_can_be_brought_along",
        "attacks_revoked::row_6_and_14_with_the_default_settings_an_open_stream_ends_at_once_with_its_readers_access",
        "attacks_revoked::row_14_a_new_token_ends_the_old_one_at_once_on_every_route_and_stream",
        "attacks_revoked::row_14_a_disabled_agent_an_ended_key_and_an_ended_session_open_no_route_any_more",
        "attacks_revoked::row_14_the_operator_ends_access_under_a_running_desk_and_it_ends_at_once",
        "attacks_revoked::row_14_a_session_ends_a_month_after_it_began_also_for_a_stream_that_is_open",
    ]),
    (15, "a foreign page acts for somebody who is logged in", &[
        "attacks_pages::row_15_a_form_or_a_script_of_another_page_cannot_act_for_somebody_who_is_logged_in",
        "attacks_pages::row_15_even_with_a_good_token_nothing_but_json_is_taken_and_no_foreign_page_reads_the_answer",
        "attacks_pages::row_15_and_16_no_preflight_lets_a_page_call_what_is_not_for_pages",
        "attacks_secrets::row_15_the_one_cookie_is_read_and_set_in_one_file_and_no_visitor_has_any",
        "log_ins::row_15_a_change_with_the_cookie_is_taken_from_the_desks_own_page_only",
    ]),
    (16, "a foreign page reads answers", &[
        "attacks_pages::row_16_only_the_sites_own_pages_may_ask",
        "attacks_pages::row_16_preflights_are_answered_for_known_pages_alone_and_agents_have_no_cors_at_all",
        "attacks_pages::row_15_and_16_no_preflight_lets_a_page_call_what_is_not_for_pages",
        "browser::pages::row_16_a_page_that_is_not_the_sites_own_is_told_so_in_one_sentence_and_gets_nothing",
    ]),
    (17, "markup in a message runs in a page", &[
        "browser::inbox_page::row_17_and_18_whatever_customers_and_shops_write_stays_text_in_the_inbox",
        "attacks_markup::row_17_and_18_no_markup_of_a_visitor_a_shop_or_an_agent_becomes_part_of_a_page",
        "attacks_markup::row_17_and_18_every_answer_with_somebodys_markup_says_what_it_is_and_lets_nothing_run",
        "browser::markup::row_17_and_18_whatever_is_written_stays_text_on_both_sides",
    ]),
    (18, "markup in names and headers runs in a page", &[
        "browser::inbox_page::row_17_and_18_whatever_customers_and_shops_write_stays_text_in_the_inbox",
        "attacks_markup::row_17_and_18_no_markup_of_a_visitor_a_shop_or_an_agent_becomes_part_of_a_page",
        "attacks_markup::row_17_and_18_every_answer_with_somebodys_markup_says_what_it_is_and_lets_nothing_run",
        "attacks_markup::row_18_what_a_browser_says_of_itself_is_not_kept_and_shown_to_nobody",
        "attacks_markup::row_18_and_49_no_word_of_a_message_passes_for_a_line_of_the_transcript",
        "browser::markup::row_17_and_18_whatever_is_written_stays_text_on_both_sides",
        "browser::markup::row_18_a_name_with_markup_is_shown_as_text",
    ]),
    (19, "a file that runs in a browser, or tells more than it shows", &[
        "attacks_evidence::row_19_what_is_no_picture_and_no_document_is_refused_whatever_it_is_called",
        "attacks_evidence::row_19_what_is_served_is_what_its_bytes_say_and_nothing_that_a_browser_would_run",
        "attacks_evidence::row_19_a_photo_is_kept_without_the_place_where_it_was_taken",
        "browser::files::row_19_what_is_no_picture_or_document_is_refused_in_words_and_never_sent_or_never_kept",
    ]),
    (20, "a template in a message is run", &[
        "attacks_inputs::row_20_templates_in_a_message_are_words_like_any_others_and_come_back_as_they_were",
        "attacks_orders::row_20_templates_in_an_order_come_back_as_the_shop_wrote_them_and_are_not_run",
    ]),
    (21, "the desk is made to call its own house", &[
        "channels::files::row_21_a_file_is_fetched_from_nowhere_but_its_platform",
        "delivery::attempts::row_21_nothing_is_sent_to_a_network_that_is_not_allowed_nor_read_without_end",
        "channels::config::row_21_strangers_are_called_over_https_at_its_own_ports_alone",
        "channels::rows::row_21_nothing_is_sent_to_a_platform_in_a_network_that_is_not_allowed_and_no_redirect_is_followed",
    ]),
    (22, "a platform's request that the platform did not sign", &[
        "channels::config::row_22_an_account_without_a_secret_is_off_and_an_empty_or_guessable_one_is_refused",
        "channels::rows::row_22_what_a_platform_did_not_sign_is_refused_on_every_channel_and_changes_nothing",
        "channels::rows::row_22_while_a_secret_is_changed_both_are_good_and_afterwards_the_old_one_is_not",
    ]),
    (23, "a signed request about something else", &[
        "channels::rows::row_23_a_signed_request_about_another_account_is_taken_and_changes_nothing",
    ]),
    (24, "a platform's request comes again", &[
        "channels::rows::row_24_a_request_that_was_signed_with_its_time_is_good_for_five_minutes_and_done_once",
    ]),
    (25, "what goes out is not signed", &[
        "delivery::endpoints::row_25_both_secrets_sign_while_one_is_changed",
        "channels::rows::row_25_what_goes_out_to_a_program_is_signed_under_both_secrets_while_one_is_changed",
    ]),
    (26, "the same evidence for many refunds", &[
        "evidence::row_26_a_file_or_a_look_that_served_another_order_or_account_is_shown_to_agents_alone",
    ]),
    (27, "the same thing is done twice at the same moment", &[
        "delivery::desk::row_27_of_many_decisions_at_once_one_is_told_and_what_lost_leaves_nothing",
        "claims::row_27_sixty_four_decisions_and_reports_at_once_make_one_refund",
        "attacks_races::row_27_sixty_four_tabs_and_as_many_agents_at_once_write_each_thing_once_and_leave_one_owner",
        "attacks_races::row_1_and_27_guesses_at_the_same_moment_are_all_counted_and_the_right_one_among_them_is_late",
        "attacks_races::row_1_and_27_whole_phone_numbers_guessed_at_the_same_moment_are_all_counted",
    ]),
    (28, "amounts that are no amounts, of another currency, or rounded up", &[
        "attacks_money::row_28_no_amount_is_taken_that_is_too_large_below_zero_too_fine_or_in_another_currency",
        "attacks_money::row_28_each_currency_has_its_own_smallest_unit_and_a_share_never_rounds_up",
    ]),
    (29, "floods", &[
        "attacks_limits::row_29_every_route_has_a_limit_and_says_when_to_come_back",
        "attacks_limits::row_29_one_visitor_is_limited_wherever_they_come_from",
    ]),
    (30, "forged addresses of the caller", &[
        "attacks_limits::row_30_a_forwarded_address_from_nobody_we_trust_changes_nothing",
        "attacks_limits::row_30_behind_a_proxy_of_ours_the_address_that_it_saw_counts_and_not_what_it_was_told",
        "channels::rows::row_30_a_platform_is_known_by_its_signature_and_not_by_where_it_says_it_comes_from",
        "attacks_orders::row_30_wrong_proofs_count_for_the_address_that_really_asked",
    ]),
    (31, "the desk carries mail for others", &[
        "channels::mail::row_31_no_letter_goes_where_somebody_says_and_none_carries_their_words",
        "channels::senders::row_31_whoever_wants_answers_sent_to_somebody_else_is_not_them_and_has_none_sent_there",
        "channels::letters::row_31_an_address_that_nobody_has_shown_to_be_theirs_hears_no_word_and_seldom",
    ]),
    (32, "notes and log-ins in the customer's transcript", &[
        "attacks_access::row_32_a_customers_transcript_and_stream_have_no_note_no_log_in_and_no_reason",
        "browser::inbox_work::row_32_and_i4_a_note_and_who_wrote_it_never_reach_the_customer",
        "packs::row_4_and_32_a_link_opens_the_customers_view_of_one_conversation_for_its_time_and_no_longer",
    ]),
    (33, "card numbers and other secrets are kept", &[
        "attacks_cards::row_33_of_five_thousand_messages_every_card_is_masked_and_next_to_nothing_else",
        "attacks_cards::row_33_no_card_of_the_corpus_that_was_sent_to_the_desk_is_on_the_disk",
        "attacks_logs::row_33_and_50_no_card_code_password_or_identity_number_reaches_the_disk_the_log_or_an_answer",
        "http_binary::row_49_and_33_nothing_that_a_caller_wrote_gets_into_the_log",
    ]),
    (34, "a cell of a table that a spreadsheet takes for a formula", &[
        "packs::row_34_no_cell_of_a_table_that_leaves_the_desk_is_a_formula",
    ]),
    (35, "what was erased is still there", &[
        "erasure::row_35_an_erased_person_is_gone_from_the_desk_at_once_and_nobody_else_is",
        "erasure::row_35_compacting_leaves_no_byte_of_what_was_erased",
        "erasure::row_35_what_an_agent_writes_at_the_moment_of_the_erasure_does_not_stay_behind_it",
        "erased::row_35_of_an_erased_person_no_field_is_left_anywhere_in_the_data",
        "channels::erased::row_35_of_a_letter_no_name_and_no_subject_outlives_its_writer",
        "channels::erased::row_35_a_file_that_was_still_to_be_fetched_is_not_fetched_for_whoever_was_erased",
    ]),
    (36, "rubbish breaks the desk", &[
        "attacks_http::row_36_what_is_no_http_closes_its_own_connection_and_no_other",
        "attacks_inputs::row_11_and_36_rubbish_is_refused_by_every_route_with_a_problem_and_nothing_breaks",
    ]),
    (37, "clients that are slow or do not read", &[
        "attacks_http::row_37_a_head_that_does_not_come_and_a_body_that_does_not_end_are_given_up",
        "attacks_http::row_37_who_does_not_read_is_cut_off_and_others_are_not_kept_waiting",
        "attacks_http::row_37_one_network_has_so_many_connections",
        "attacks_slow::row_37_a_hundred_connections_that_trickle_do_not_keep_a_good_client_waiting",
        "attacks_slow::row_37_a_stream_that_nobody_reads_is_given_up_and_holds_no_queue",
    ]),
    (38, "bombs: packed, deep, long, or slow to read", &[
        "attacks_evidence::row_38_a_form_that_is_too_large_broken_or_of_other_parts_is_refused",
        "attacks_limits::row_38_a_message_of_nothing_but_sums_names_or_clauses_is_answered_while_a_form_waits",
        "attacks_limits::row_38_bodies_over_the_limit_packed_or_deep_are_refused_before_they_are_read",
        "attacks_limits::row_38_ten_thousand_characters_of_any_kind_cost_as_many_steps_as_they_have_characters",
        "channels::rows::row_38_bodies_that_are_bombs_broken_or_no_text_are_refused_and_nothing_breaks",
        "attacks_limits::row_38_orders_that_are_bombs_are_refused_and_cost_nothing",
    ]),
    (39, "XML that swells or looks elsewhere, and a cipher that tells what was wrong in it", &[
        "channels::wechat::row_39_entities_and_definitions_are_refused_at_once_and_nothing_tells_what_was_wrong_inside",
    ]),
    (40, "a request hidden in another", &[
        "attacks_http::row_40_requests_that_two_readers_would_split_differently_are_refused",
        "attacks_http::row_40_requests_in_a_row_on_one_connection_are_each_answered_for_their_own_token",
    ]),
    (41, "a foreign host name is repeated", &[
        "attacks_pages::row_41_a_foreign_host_is_never_repeated_and_nothing_is_cached",
    ]),
    (42, "a stranger's page puts ours into a frame", &[
        "browser::budget::row_42_only_the_shops_own_pages_may_frame_the_chat_and_nobody_anything_else",
    ]),
    (43, "a page around the chat listens, or speaks in its name", &[
        "browser::pages::row_43_a_page_around_the_chat_hears_nothing_and_is_not_heard",
    ]),
    (44, "passwords are guessed, and names tried", &[
        "guesses::row_44_a_wrong_password_takes_as_long_for_a_name_that_nobody_has",
        "guesses::row_44_a_thousand_passwords_are_not_tried_and_no_answer_tells_who_is_there",
        "second_factor::row_44_a_second_factor_is_asked_for_opens_once_and_wrong_codes_count_like_wrong_passwords",
        "guesses::row_44_guesses_at_many_names_from_one_network_end_too",
    ]),
    (45, "keys that open too much, or stand in an address", &[
        "attacks_access::row_8_and_45_a_secret_in_an_address_is_refused_on_every_route",
        "attacks_access::row_9_13_and_45_no_answer_shows_a_token_and_the_disk_has_none",
        "attacks_scope::row_45_a_secret_in_an_address_is_logged_as_leaked_and_without_its_value",
        "attacks_scope::row_45_the_sites_public_key_opens_a_session_and_nothing_else",
    ]),
    (46, "a body assigns what it is not asked for", &[
        "attacks_inputs::row_46_no_body_assigns_what_it_is_not_asked_for",
        "log_ins::row_46_nobody_gives_themselves_a_role_and_a_viewer_changes_nothing",
        "attacks_scope::row_46_what_a_shop_hands_in_names_no_other_shop_and_no_right_of_anybody",
    ]),
    (47, "a customer's words become the bot's promise", &[
        "attacks_words::row_47_whatever_is_written_the_bot_says_only_what_the_rule_files_can_say_and_no_word_of_the_trick",
    ]),
    (48, "rule files that are bombs", &[
        "attacks_operator::row_48_a_bomb_saved_under_the_running_desk_is_refused_while_the_old_rules_go_on_answering",
        "attacks_operator::row_48_a_rule_file_that_is_a_bomb_is_refused_soon_and_says_little",
        "attacks_operator::row_48_after_a_bomb_the_old_rules_still_answer",
    ]),
    (49, "forged lines in logs and transcripts", &[
        "attacks_logs::row_49_nothing_that_comes_in_breaks_forges_or_colours_a_line_of_the_log",
        "attacks_markup::row_18_and_49_no_word_of_a_message_passes_for_a_line_of_the_transcript",
        "http_binary::row_49_and_33_nothing_that_a_caller_wrote_gets_into_the_log",
    ]),
    (50, "metrics on the public port", &[
        "attacks_logs::row_33_and_50_no_card_code_password_or_identity_number_reaches_the_disk_the_log_or_an_answer",
        "attacks_operator::row_50_metrics_stay_on_this_machine_unless_somebody_asks_for_more",
        "attacks_operator::row_50_the_public_port_knows_no_metrics_and_the_metrics_port_nothing_else",
        "http_binary::row_50_metrics_are_on_a_door_of_their_own_and_name_what_happens",
    ]),
    (51, "others read the data folder, a backup or a secret", &[
        "attacks_operator::row_51_a_data_folder_that_others_can_enter_is_refused_with_the_cure",
        "attacks_operator::row_51_nobody_else_on_the_machine_reads_the_data_a_backup_or_a_secret",
        "attacks_operator::row_51_a_secret_that_is_refused_is_not_repeated",
    ]),
];

fn text_of(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let path = folder.join(file.replace("::", "/")).with_extension("rs");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files with tests: those that `main` names, and in the place of a folder those that its `mod` names.
fn files() -> Vec<String> {
    let named = |text: &str| {
        let lines = text.lines();
        let names = lines.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut found = Vec::new();
    for file in named(&text_of("main")) {
        if here.join(&file).is_dir() {
            let inside = named(&text_of(&format!("{file}::mod")));
            found.extend(inside.iter().map(|one| format!("{file}::{one}")));
        } else {
            found.push(file);
        }
    }
    found
}

/// The names of the tests in a file that run whenever the tests do.
fn tests_in(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let (mut is_test, mut is_ignored) = (false, false);
    for line in text.lines() {
        match line {
            _ if line.starts_with("#[test]") || line.starts_with("#[tokio::test") => is_test = true,
            _ if line.starts_with("#[ignore") || line.starts_with("#[cfg") => is_ignored = true,
            _ if line.starts_with("#[") || line.starts_with("//") => {}
            _ => {
                let function = line.trim_start_matches("async ").strip_prefix("fn ");
                let name = function.and_then(|rest| rest.split('(').next());
                found.extend(name.filter(|_| is_test && !is_ignored));
                (is_test, is_ignored) = (false, false);
            }
        }
    }
    found
}

/// The rows that a test names: `row_3_and_4_each_…`.
fn rows_of(test: &str) -> BTreeSet<u8> {
    let words = test.strip_prefix("row_").unwrap_or("").split('_');
    let numbers = words.map_while(|word| match word {
        "and" => Some(None),
        word => word.parse().ok().map(Some),
    });
    numbers.flatten().collect()
}

#[test]
fn every_row_has_a_test_and_every_test_of_a_row_is_there_and_runs() {
    let files = files();
    for (row, attack, tests) in ROWS {
        assert!(!tests.is_empty(), "row {row}, {attack}: no test");
        for test in *tests {
            let (file, name) = test.rsplit_once("::").unwrap();
            assert!(
                files.iter().any(|known| known == file),
                "row {row}, {attack}: `{file}` is not part of the tests"
            );
            let text = text_of(file);
            let runs = tests_in(&text).contains(name);
            assert!(runs, "row {row}, {attack}: there is no test `{test}`");
            let named = rows_of(name);
            assert!(
                named.contains(row),
                "`{name}` is about {named:?}, not about {row}"
            );
        }
    }
    let rows: BTreeSet<u8> = ROWS.iter().map(|(row, ..)| *row).collect();
    assert_eq!(rows.len(), ROWS.len(), "a row stands in the table twice");
    let missing: Vec<u8> = BUILT.filter(|row| !rows.contains(row)).collect();
    assert!(missing.is_empty(), "rows without a test: {missing:?}");
}

#[test]
fn every_test_that_names_a_row_is_in_the_table() {
    let mut table: BTreeMap<&str, BTreeSet<u8>> = BTreeMap::new();
    for (row, _, tests) in ROWS {
        for test in *tests {
            table.entry(test).or_default().insert(*row);
        }
    }
    for file in files() {
        for name in tests_in(&text_of(&file))
            .iter()
            .filter(|name| name.starts_with("row_"))
        {
            let test = format!("{file}::{name}");
            let found = table.get(test.as_str()).cloned().unwrap_or_default();
            assert_eq!(
                found,
                rows_of(name),
                "`{test}` is not under its rows in the table"
            );
        }
    }
}

#[test]
fn the_table_of_rows_sees_a_test_that_is_not_there_does_not_run_or_is_about_something_else() {
    let text = "#[test]\nfn one() {}\n#[tokio::test(flavor = \"x\")]\n// why\nasync fn two()\n{}\n#[test]\n#[ignore = \"slow\"]\nfn three() {}\nfn four() {}\n";
    assert_eq!(tests_in(text), ["one", "two"].into());
    assert_eq!(rows_of("row_3_and_4_each_route"), [3, 4].into());
    assert_eq!(rows_of("row_9_13_and_45_no_answer"), [9, 13, 45].into());
    assert_eq!(rows_of("row_of_3"), BTreeSet::new());
}
