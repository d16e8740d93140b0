//! The tables are whole and do not contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{TABLES, find, fold, lines, row};
use super::usual_time::TIMES;
use super::{Actor, Direction, Meaning, PaymentCode, UsualTime};
use Direction::{Payment, Refund};

/// The states and codes that each platform publishes for refunds, written down apart from the tables.
const PUBLISHED: [(&str, Direction, &[&str]); 7] = [
    (
        "wechat",
        Refund,
        &["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"],
    ),
    (
        "wechat",
        Refund,
        &[
            "SYSTEM_ERROR",
            "USER_ACCOUNT_ABNORMAL",
            "NOT_ENOUGH",
            "PARAM_ERROR",
            "MCH_NOT_EXISTS",
            "RESOURCE_NOT_EXISTS",
            "SIGN_ERROR",
            "FREQUENCY_LIMITED",
            "INVALID_REQUEST",
            "NO_AUTH",
        ],
    ),
    (
        "wechat",
        Payment,
        &[
            "SUCCESS",
            "REFUND",
            "NOTPAY",
            "CLOSED",
            "REVOKED",
            "USERPAYING",
            "PAYERROR",
        ],
    ),
    (
        "alipay",
        Refund,
        &[
            "ACQ.SELLER_BALANCE_NOT_ENOUGH",
            "ACQ.TRADE_HAS_FINISHED",
            "ACQ.BUYER_NOT_EXIST",
            "ACQ.BUYER_ERROR",
            "ACQ.SYSTEM_ERROR",
            "ACQ.TRADE_NOT_EXIST",
            "ACQ.DISCORDANT_REPEAT_REQUEST",
        ],
    ),
    (
        "antom",
        Refund,
        &[
            "SUCCESS",
            "FAIL",
            "REFUND_IN_PROCESS",
            "REFUND_WINDOW_EXCEED",
            "REFUND_AMOUNT_EXCEED",
            "ORDER_STATUS_INVALID",
            "CURRENCY_NOT_SUPPORT",
            "MERCHANT_BALANCE_NOT_ENOUGH",
            "REFUND_NOT_SUPPORTED",
            "PARTIAL_REFUND_NOT_SUPPORTED",
            "ACCESS_DENIED",
        ],
    ),
    (
        "stripe",
        Refund,
        &[
            "pending",
            "requires_action",
            "succeeded",
            "failed",
            "canceled",
            "lost_or_stolen_card",
            "expired_or_canceled_card",
            "charge_for_pending_refund_disputed",
            "insufficient_funds",
            "declined",
            "merchant_request",
            "unknown",
        ],
    ),
    (
        "stripe",
        Payment,
        &[
            "requires_payment_method",
            "requires_confirmation",
            "requires_action",
            "processing",
            "requires_capture",
            "canceled",
            "succeeded",
            "authentication_required",
            "approve_with_id",
            "call_issuer",
            "card_not_supported",
            "card_velocity_exceeded",
            "currency_not_supported",
            "do_not_honor",
            "do_not_try_again",
            "duplicate_transaction",
            "expired_card",
            "fraudulent",
            "generic_decline",
            "incorrect_cvc",
            "incorrect_number",
            "incorrect_pin",
            "incorrect_zip",
            "insufficient_funds",
            "invalid_account",
            "invalid_amount",
            "invalid_cvc",
            "invalid_expiry_month",
            "invalid_expiry_year",
            "invalid_number",
            "invalid_pin",
            "issuer_not_available",
            "lost_card",
            "merchant_blacklist",
            "new_account_information_available",
            "no_action_taken",
            "not_permitted",
            "offline_pin_required",
            "online_or_offline_pin_required",
            "pickup_card",
            "pin_try_exceeded",
            "processing_error",
            "reenter_transaction",
            "restricted_card",
            "revocation_of_all_authorizations",
            "revocation_of_authorization",
            "security_violation",
            "service_not_allowed",
            "stolen_card",
            "stop_payment_order",
            "testmode_decline",
            "transaction_not_allowed",
            "try_again_later",
            "withdrawal_count_limit_exceeded",
        ],
    ),
];

#[test]
fn every_line_is_a_row() {
    for (table, text) in TABLES {
        for line in lines(text) {
            assert!(row(line).is_some(), "{table}.tsv: {line}");
        }
    }
    for line in lines(TIMES) {
        let (_, time) = line.split_once('\t').unwrap();
        assert!(UsualTime::from_name(time).is_some(), "times.tsv: {line}");
    }
}

#[test]
fn every_published_code_stands_in_the_table_of_its_platform() {
    for (platform, direction, codes) in PUBLISHED {
        let (_, text) = TABLES.iter().find(|(name, _)| *name == platform).unwrap();
        let rows: Vec<_> = lines(text).flat_map(row).collect();
        for code in codes {
            let there = rows
                .iter()
                .any(|row| row.code == *code && row.directions.contains(&direction));
            assert!(there, "{platform}: {code} ({direction:?})");
        }
    }
}

/// A report names a code and not the platform, so that a code that several platforms have must mean the same.
#[test]
fn no_code_means_two_things_in_one_direction() {
    let mut seen: BTreeMap<(Direction, String), (&str, Meaning, Actor)> = BTreeMap::new();
    for (table, text) in TABLES {
        for row in lines(text).flat_map(row) {
            for direction in row.directions {
                let said = (table, row.meaning, row.actor);
                let first = *seen.entry((*direction, fold(row.code))).or_insert(said);
                assert_eq!(
                    (first.1, first.2),
                    (row.meaning, row.actor),
                    "{} in {table} and {}",
                    row.code,
                    first.0
                );
            }
        }
    }
}

#[test]
fn every_meaning_is_that_of_some_code_and_has_somebody_to_act() {
    let rows = || {
        TABLES
            .iter()
            .flat_map(|(_, text)| lines(text))
            .flat_map(row)
    };
    let meanings: BTreeSet<Meaning> = rows().map(|row| row.meaning).collect();
    assert_eq!(meanings, BTreeSet::from(Meaning::ALL));
    let idle: Vec<&str> = rows()
        .filter(|row| row.actor == Actor::Nobody)
        .filter(|row| !matches!(row.meaning, Meaning::Succeeded | Meaning::Closed))
        .map(|row| row.code)
        .collect();
    assert!(idle.is_empty(), "nobody would act on {idle:?}");
}

#[test]
fn a_code_is_read_in_its_direction_and_however_it_is_written() {
    let read = |code, direction| {
        let code = PaymentCode::read(code, direction);
        (code.meaning, code.actor)
    };
    use Meaning::*;
    let table = [
        ("NOT_ENOUGH", Refund, (BalanceShort, Actor::Merchant)),
        (" not_enough\n", Refund, (BalanceShort, Actor::Merchant)),
        (
            "insufficient_funds",
            Refund,
            (BalanceShort, Actor::Merchant),
        ),
        (
            "insufficient_funds",
            Payment,
            (BalanceShort, Actor::Customer),
        ),
        (
            "ABNORMAL",
            Refund,
            (CardVoidNeedsOtherAccount, Actor::Customer),
        ),
        ("ABNORMAL", Payment, (Unknown, Actor::Platform)),
        ("succeeded", Payment, (Succeeded, Actor::Nobody)),
        ("ACQ.TRADE_HAS_FINISHED", Refund, (Closed, Actor::Merchant)),
        ("lost_card", Payment, (MethodRestricted, Actor::Customer)),
        ("E4711", Refund, (Unknown, Actor::Platform)),
        ("", Payment, (Unknown, Actor::Platform)),
    ];
    for (code, direction, expected) in table {
        assert_eq!(read(code, direction), expected, "{code:?} {direction:?}");
    }
    assert!(find("E4711", Refund).is_none());
    assert_eq!(PaymentCode::read(" E4711 ", Refund).code, "E4711");
}

#[test]
fn the_usual_time_follows_the_method_and_is_not_guessed() {
    let table = [
        ("visa *0934", Some(UsualTime::Days5To10)),
        ("Mastercard 4410", Some(UsualTime::Days5To10)),
        ("WeChat Pay (balance)", Some(UsualTime::Minutes)),
        ("wechat, bank card *2210", Some(UsualTime::Days1To3)),
        ("alipay balance", Some(UsualTime::Minutes)),
        ("wechat", None),
        ("alipay", None),
        ("cash on delivery", None),
        ("", None),
    ];
    for (method, expected) in table {
        assert_eq!(UsualTime::of(method), expected, "{method:?}");
    }
    assert!(UsualTime::ALL.is_sorted_by_key(|time| time.working_days()));
}
