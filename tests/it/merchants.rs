//! Merchants as people who ask: their own open claims, what is decided by their team, an order that they name.

use std::sync::Arc;

use frontdesk::desk::{ClaimMove, Visit};
use frontdesk::domain::account::Session;
use frontdesk::domain::claim::{Application, ClaimCause, ClaimId, OrderClaims};
use frontdesk::domain::conversation::{EventBody, Handoff, Identity, Role, Seq};
use frontdesk::domain::ids::{ConversationId, MerchantId, OrderId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::money::Money;
use frontdesk::domain::transcript::HandedOff;
use frontdesk::domain::verdict::{Decision, Verdict, VerdictReason};
use frontdesk::engine::Rules;
use frontdesk::store::Commit;

use crate::ruled::ruled_by;
use crate::shop::Shop;

/// Somebody whom the shop names as its merchant, signed in or not.
async fn merchant(shop: &Shop, language: Language, is_signed_in: bool) -> Session {
    let visit = Visit {
        site: SiteId::parse("linden").unwrap(),
        identity: is_signed_in.then(|| Identity {
            subject: "back-office".to_owned(),
            ..Identity::default()
        }),
        role: Role::Merchant,
        language: Some(language),
        page: Default::default(),
    };
    shop.desk.open_session(visit).await.unwrap().session
}

async fn asked(shop: &Shop, session: &Session, text: &str) -> (ConversationId, String) {
    let received = shop.send(session, text).await;
    let said = crate::shop::texts(&received.replies).join("\n");
    (received.conversation, said)
}

/// A claim of one unit on an order, which a person is to decide.
async fn claimed(shop: &Shop, merchant: &str, order: &str) {
    let merchant = MerchantId::parse(merchant).unwrap();
    let id = OrderId::parse(order).unwrap();
    let order = shop.store.order(&merchant, &id).await.unwrap().unwrap();
    let mut claims = OrderClaims::none(merchant, id);
    let wanted = Application {
        conversation: None,
        amount: Some(Money::parse("1.00", order.amount.currency.code()).unwrap()),
        items: Vec::new(),
        cause: ClaimCause::Damaged,
        note: None,
        evidence: Vec::new(),
    };
    let draft = claims.draft(&order, wanted, shop.clock.now()).unwrap();
    let verdict = Verdict {
        decision: Decision::Person,
        reason: VerdictReason::NoLimit,
        clause: "none".to_owned(),
        at: None,
    };
    claims.submit(&order, draft, verdict).unwrap();
    shop.store
        .commit(Commit::new().claims(claims))
        .await
        .unwrap();
}

async fn handed_over(shop: &Shop, id: &ConversationId) -> Handoff {
    let events = shop.store.events(id, Seq(0), 200).await.unwrap();
    let handed = events.into_iter().find_map(|event| match event.body {
        EventBody::HandedOff(handoff) => Some(*handoff),
        _ => None,
    });
    handed.expect("it is with a person")
}

const ASKED: [(Language, &str, &str, &str); 3] = [
    (
        Language::En,
        "which claims are open against me?",
        "No refund claim is open",
        "open on your shop's orders: 2",
    ),
    (
        Language::ZhHans,
        "我有哪些退款申请？",
        "没有待处理的退款申请",
        "2 笔退款申请还没办完",
    ),
    (
        Language::ZhHant,
        "我有哪些退款申請？",
        "沒有待處理的退款申請",
        "2 筆退款申請還沒辦完",
    ),
];

#[tokio::test]
async fn a_merchant_hears_of_their_own_open_claims_and_of_nobody_elses() {
    let shop = Shop::open().await;
    let linden = MerchantId::parse("m_linden").unwrap();
    let id = OrderId::parse("A1003").unwrap();
    let mut foreign = shop.store.order(&linden, &id).await.unwrap().unwrap();
    foreign.merchant = MerchantId::parse("m_other").unwrap();
    foreign.id = OrderId::parse("X9001").unwrap();
    shop.store
        .commit(Commit::new().order(foreign))
        .await
        .unwrap();
    claimed(&shop, "m_other", "X9001").await;
    for (language, question, none, _) in ASKED {
        let session = merchant(&shop, language, true).await;
        let (_, said) = asked(&shop, &session, question).await;
        assert!(said.contains(none) && !said.contains("X9001"), "{said}");
    }
    for order in ["A1003", "88412050"] {
        claimed(&shop, "m_linden", order).await;
    }
    for (language, question, _, some) in ASKED {
        let session = merchant(&shop, language, true).await;
        let (_, said) = asked(&shop, &session, question).await;
        for part in [some, "A1003-1", "88412050-1"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("X9001"), "{said}");
        // Who only says so, and who buys, hears of none.
        let stranger = merchant(&shop, language, false).await;
        let customer = shop.visit().await;
        for session in [stranger, customer] {
            let (_, said) = asked(&shop, &session, question).await;
            assert!(!said.contains("A1003") && !said.contains(some), "{said}");
        }
    }
}

#[tokio::test]
async fn a_long_list_is_counted_and_its_oldest_are_named() {
    let shop = Shop::open().await;
    for order in [
        "A1003", "A1031", "A1043", "A1051", "A1052", "A1053", "TW2050",
    ] {
        claimed(&shop, "m_linden", order).await;
        shop.wait(1);
    }
    let session = merchant(&shop, Language::En, true).await;
    let (_, said) = asked(&shop, &session, "how many refund requests do I have?").await;
    assert!(
        said.contains("At least 7") && said.contains("A1003-1"),
        "{said}"
    );
    assert!(!said.contains("TW2050-1"), "{said}");
}

#[tokio::test]
async fn an_order_that_a_merchant_names_goes_with_the_case_to_their_team_with_a_deadline() {
    let shop = Shop::open().await;
    let session = merchant(&shop, Language::En, true).await;
    let text = "I refunded order A1003 in the back office by mistake";
    let (id, said) = asked(&shop, &session, text).await;
    assert!(said.contains("A1003"), "{said}");
    let handed = handed_over(&shop, &id).await;
    assert_eq!(handed.team.as_deref(), Some("linden-merchant"));
    assert_eq!(handed.brief.order, OrderId::parse("A1003").ok());
    let lines = HandedOff::from(handed).lines;
    let due = lines.iter().find(|line| line.label.name() == "due");
    let due = &due.expect("a line of the brief").text;
    assert!(
        due.contains("linden-merchant") && due.contains("2026-11-24T18:00:00Z"),
        "{due}"
    );
}

/// The rules of this repository, and a policy of the shop's that takes no cards back.
fn rules_with_policy() -> Arc<Rules> {
    let policy = "merchant = \"m_linden\"\nlanguages = [\"en\"]\ncurrencies = [\"GBP\"]\noffers = [\"full\", \"partial\"]\n\
         [auto_accept]\nGBP = \"150.00\"\n[excluded.kettles]\nen = [\"kettle\", \"kettles\"]\n";
    ruled_by(policy)
}

#[tokio::test]
async fn an_exception_from_the_policy_goes_to_the_merchants_team() {
    let shop = Shop::open().await;
    shop.desk.set_rules(rules_with_policy());
    let identity = Identity {
        subject: "jo".to_owned(),
        email: Some("jo@example.com".to_owned()),
        ..Identity::default()
    };
    let session = shop.visit_as(Some(identity)).await.session;
    let mut last = None;
    for text in [
        "I want a refund for A1003",
        "1",
        "the lid was cracked when I opened the box",
    ] {
        last = Some(asked(&shop, &session, text).await);
    }
    let (id, said) = last.unwrap();
    let handed = handed_over(&shop, &id).await;
    assert_eq!(handed.reason.code(), "policy_exception", "{said}");
    assert_eq!(handed.team.as_deref(), Some("linden-merchant"));
    assert_eq!(
        handed.due_by.map(|at| at.to_string()).as_deref(),
        Some("2026-11-24T18:00:00Z")
    );
}

#[tokio::test]
async fn a_payment_that_fails_for_want_of_the_merchants_money_goes_to_their_team_with_a_deadline() {
    let shop = Shop::open().await;
    shop.desk.set_rules(rules_with_policy());
    let identity = Identity {
        subject: "una".to_owned(),
        email: Some("una@example.com".to_owned()),
        ..Identity::default()
    };
    let session = shop.visit_as(Some(identity)).await.session;
    let mut last = None;
    for text in [
        "I want a refund for A1053",
        "1",
        "the spout was broken off when I opened the box",
    ] {
        last = Some(asked(&shop, &session, text).await);
    }
    let (id, said) = last.unwrap();
    let key = shop.key("m_linden");
    let claim: ClaimId = "A1053-1".parse().unwrap_or_else(|_| panic!("{said}"));
    for to in [
        ClaimMove::Paying,
        ClaimMove::Failed("NOT_ENOUGH".to_owned(), None),
    ] {
        shop.desk.move_claim(&key, &claim, to).await.unwrap();
    }
    let handed = handed_over(&shop, &id).await;
    assert_eq!(handed.team.as_deref(), Some("linden-merchant"));
    let lines = HandedOff::from(handed).lines;
    let due = lines.iter().find(|line| line.label.name() == "due");
    assert!(
        due.unwrap().text.contains("2026-11-24T18:00:00Z"),
        "{due:?}"
    );
}
