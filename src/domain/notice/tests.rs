//! Which questions a notice answers, as a table; how it moves; what can be none.

use jiff::{SignedDuration, Timestamp};

use super::surge::{Kind, Surge, Trouble};
use super::*;
use crate::domain::ids::{IntentId, SiteId};
use crate::domain::trouble::{Cause, Subject};

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn intent(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

fn merchant(name: &str) -> MerchantId {
    MerchantId::parse(name).unwrap()
}

fn affected(text: &str) -> Affected {
    let mut affected = Affected::default();
    for part in text.split_whitespace() {
        let (name, value) = part.split_once('=').unwrap();
        match name {
            "merchant" => affected.merchant = Some(merchant(value)),
            "site" => affected.site = Some(SiteId::parse(value).unwrap()),
            "method" => affected.methods.push(value.to_owned()),
            "intent" => affected.intents.push(intent(value)),
            "cause" => {
                let known = |cause: &Cause| cause.name() == value;
                affected.causes.extend(Cause::ALL.into_iter().find(known));
            }
            other => panic!("{other}"),
        }
    }
    affected
}

fn declared(about: &str) -> Result<Notice, InvalidNotice> {
    let said = Declaration {
        name: ClientId::parse("n1").unwrap(),
        affected: affected(about),
        since: None,
        texts: Texts::from([(Language::En, "Card payments fail.".to_owned())]),
    };
    Notice::declare(said, DeclaredBy::Merchant, now())
}

/// The notice; the matter, the cause, how it was paid, what was written; whether it answers.
type Row<'a> = (
    &'a str,
    &'a str,
    Option<Cause>,
    Option<&'a str>,
    &'a str,
    bool,
);

#[test]
fn a_notice_answers_those_who_ask_about_it_and_nobody_else() {
    let fault = "intent=payment_system_fault";
    let bank = "intent=payment_system_fault method=Visa method=\u{5de5}\u{884c}";
    let cause = "cause=platform_fault";
    let platform = Some(Cause::PlatformFault);
    let table: &[Row<'_>] = &[
        (fault, "payment_system_fault", None, None, "it fails", true),
        (fault, "refund_status", None, None, "where is it", false),
        (fault, "order_status", platform, None, "where is it", false),
        (cause, "order_status", platform, None, "where is it", true),
        (cause, "order_status", None, None, "where is it", false),
        (cause, "order_status", Some(Cause::Network), None, "", false),
        // A certain payment method: only who is known to have used it.
        (bank, "payment_system_fault", None, None, "it fails", false),
        (
            bank,
            "payment_system_fault",
            None,
            Some("visa *0934"),
            "",
            true,
        ),
        (bank, "payment_system_fault", None, Some("VISA"), "", true),
        (
            bank,
            "payment_system_fault",
            None,
            Some("visage"),
            "",
            false,
        ),
        (
            bank,
            "payment_system_fault",
            None,
            Some("amex *1"),
            "",
            false,
        ),
        (
            bank,
            "payment_system_fault",
            None,
            None,
            "my Visa card fails",
            true,
        ),
        (
            bank,
            "payment_system_fault",
            None,
            None,
            "\u{6211}\u{7684}\u{5de5}\u{884c}\u{5361}",
            true,
        ),
        (bank, "refund_status", None, Some("visa"), "visa", false),
    ];
    for row in table {
        let (about, matter, cause, method, words, expected) = *row;
        let notice = declared(about).unwrap();
        let matter = intent(matter);
        let question = Question {
            intent: &matter,
            cause,
            method,
            words,
        };
        assert_eq!(notice.answers(&question), expected, "{row:?}");
        let ended = notice
            .moved(
                NoticeMove::End {
                    texts: Texts::new(),
                },
                now(),
            )
            .unwrap();
        assert!(!ended.answers(&question), "one that is over answers nobody");
    }
}

#[test]
fn a_notice_covers_its_own_storefronts() {
    let table = [
        ("", "m_a", "one", true),
        ("merchant=m_a", "m_a", "one", true),
        ("merchant=m_a", "m_b", "one", false),
        ("merchant=m_a site=one", "m_a", "one", true),
        ("merchant=m_a site=one", "m_a", "two", false),
    ];
    for (about, of, site, expected) in table {
        let site = SiteId::parse(site).unwrap();
        assert_eq!(
            affected(about).covers(&merchant(of), &site),
            expected,
            "{about} {of}"
        );
    }
}

#[test]
fn a_notice_bears_on_why_money_hangs_where_it_is_about_that_way_of_it() {
    let table = [
        ("intent=payment_system_fault", Subject::Payment, None, true),
        ("intent=payment_system_fault", Subject::Refund, None, false),
        ("intent=refund_status", Subject::Refund, None, true),
        ("intent=delivery_problem", Subject::Payment, None, false),
        ("cause=platform_fault", Subject::Refund, None, true),
        ("cause=policy", Subject::Refund, None, false),
        (
            "intent=refund_status method=visa",
            Subject::Refund,
            None,
            false,
        ),
        (
            "intent=refund_status method=visa",
            Subject::Refund,
            Some("visa *1"),
            true,
        ),
    ];
    for (about, subject, method, expected) in table {
        let incident = declared(about).unwrap().incident(subject, method);
        assert_eq!(
            incident.is_some(),
            expected,
            "{about} {subject:?} {method:?}"
        );
    }
}

#[test]
fn what_can_be_no_notice_is_refused_with_the_reason() {
    let many: String = (0..21).map(|n| format!("intent=i{n} ")).collect();
    let long = format!("intent=a method={}", "x".repeat(41));
    let table = [
        ("method=visa", InvalidNotice::AboutNothing),
        (many.as_str(), InvalidNotice::TooMany(20)),
        (long.as_str(), InvalidNotice::Method(40)),
    ];
    for (about, why) in table {
        assert_eq!(declared(about), Err(why), "{about}");
    }
    for text in ["", " ", "a\u{202e}b", "a\nb", &"x".repeat(501)] {
        let said = Declaration {
            name: ClientId::parse("n1").unwrap(),
            affected: affected("intent=refund_status"),
            since: None,
            texts: Texts::from([(Language::En, text.to_owned())]),
        };
        let declared = Notice::declare(said, DeclaredBy::Operator, now());
        assert_eq!(declared, Err(InvalidNotice::Text), "{text:?}");
    }
}

fn surge(kind: Kind) -> Surge {
    Surge {
        kind,
        since: now(),
        count: 12,
        usual: 0.5,
    }
}

fn of_intent(name: &str, method: Option<&str>) -> Kind {
    Kind {
        trouble: Trouble::Intent(intent(name)),
        method: method.map(str::to_owned),
    }
}

fn proposed() -> Notice {
    let kind = of_intent("refund_status", None);
    Notice::propose(
        affected("merchant=m_a intent=refund_status"),
        &surge(kind),
        now(),
    )
}

#[test]
fn a_proposal_is_nothing_to_customers_until_a_person_confirms_it() {
    let confirm = |since| NoticeMove::Confirm {
        since,
        texts: Texts::from([(Language::En, "Refunds are late.".to_owned())]),
    };
    let end = || NoticeMove::End {
        texts: Texts::new(),
    };
    let matter = intent("refund_status");
    let question = Question {
        intent: &matter,
        cause: None,
        method: None,
        words: "",
    };
    assert!(!proposed().answers(&question));
    let open = proposed().moved(confirm(None), now()).unwrap();
    assert!(open.answers(&question) && !open.announced);
    assert_eq!(open.text(Language::En), Some("Refunds are late."));
    assert_eq!(open.text(Language::ZhHant), None);
    let later = now() + SignedDuration::from_secs(1);
    let early = proposed().moved(confirm(Some(later)), now());
    assert_eq!(early, Err(InvalidNotice::Future));
    let refused = |attempt, state| Err(InvalidNotice::Refused { attempt, state });
    assert_eq!(
        open.clone().moved(confirm(None), now()),
        refused("confirm", "open")
    );
    let dismissed = proposed().moved(end(), now()).unwrap();
    assert_eq!(dismissed.state, NoticeState::Dismissed);
    let ended = open.clone().moved(end(), now()).unwrap();
    assert_eq!(ended.state, NoticeState::Ended);
    assert_eq!(ended.clone().moved(end(), now()), refused("end", "ended"));
    assert_eq!(
        dismissed.clone().moved(confirm(None), now()),
        refused("confirm", "dismissed")
    );
    assert!(end().holds(&ended) && end().holds(&dismissed) && !end().holds(&open));
    assert!(open.settle().is_err() && ended.clone().settle().is_err());
    let told = Notice {
        announced: true,
        ..ended
    };
    assert!(told.settle().unwrap().settled);
}

#[test]
fn the_same_name_of_the_same_merchant_is_the_same_notice() {
    let (a, b) = (merchant("m_a"), merchant("m_b"));
    assert_eq!(
        NoticeId::named(Some(&a), "n"),
        NoticeId::named(Some(&a), "n")
    );
    let ids = [
        (Some(&a), "n"),
        (Some(&b), "n"),
        (None, "n"),
        (Some(&a), "o"),
    ];
    let mut ids = ids
        .map(|(merchant, name)| NoticeId::named(merchant, name))
        .to_vec();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
