//! One value of each kind of record, with every field filled: what version 1 wrote.

mod claims;
mod events;
mod log_ins;
mod notices;
mod promises;
mod said;
mod team;

use events::{attached, events, reused};
use std::collections::BTreeMap;

use super::{Sample, sample};
use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::brief::{Brief, Mood};
use crate::domain::conversation::{
    Actor, Because, Choice, Conversation, Event, EventBody, Form, Given, Handoff, Identity,
    LeftFor, Memory, Need, Offer, Opening, Outcome, Owner, Portion, Priority, Revision, Role, Seq,
    Status, Topic,
};
use crate::domain::correction::{Correction, Detail};
use crate::domain::evidence::{Attachment, EvidenceHash, EvidenceKind, Likeness, Look, Reuse};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{
    AgentId, ClientId, ConversationId, EndpointId, IntentId, MerchantId, NoticeId, OrderId, SiteId,
    VisitorId,
};
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::order::{Contact, Order, OrderStatus, Payment, Refund, RefundState, Shipping};
use crate::domain::page_facts::PageFacts;
use crate::domain::proof::ProofLevel;
use crate::domain::tally::{Tally, TallyKey};
use crate::domain::webhook::{
    Delivery, DeliveryId, DeliveryState, Disabled, EndpointRecord, EventKind, Failing, Try,
};

/// One record of each kind, with every field filled.
pub(super) fn all() -> BTreeMap<String, Sample> {
    let mut samples: BTreeMap<String, Sample> = [
        ("conversation", sample(&conversation())),
        ("conversation-promises", sample(&promises::promising())),
        ("conversation-repair", sample(&promises::repairing())),
        ("conversation-take-up", sample(&promises::taking_up())),
        ("order", sample(&order())),
        ("session", sample(&session())),
        ("session-page", sample(&said::on_page())),
        ("conversation-said", sample(&said::conversation_said())),
        ("conversation-parted", sample(&said::conversation_parted())),
        ("agent", sample(&agent())),
        ("agent-rights", sample(&agent())),
        (
            "agent-totp",
            sample(&Agent {
                rights: log_ins::rights_with_code(),
                ..agent()
            }),
        ),
        ("login", sample(&log_ins::log_in())),
        ("audit", sample(&log_ins::audit())),
        ("key", sample(&key())),
        ("delivery-waiting", sample(&delivery(true))),
        ("delivery-failed", sample(&delivery(false))),
        ("delivery-tried", sample(&delivery(true))),
        ("endpoint", sample(&endpoint())),
        ("endpoint-disabled", sample(&endpoint())),
        ("notice-ended", sample(&notices::ended())),
        ("notice-proposed", sample(&notices::proposed())),
        ("rates", sample(&notices::rates())),
        ("conversation-linked", sample(&notices::linked())),
        ("conversation-owing", sample(&log_ins::owing())),
        ("draft", sample(&log_ins::draft())),
        ("day", sample(&log_ins::day())),
        ("review", sample(&log_ins::review())),
        ("indexed", sample(&log_ins::indexed())),
        ("tally-order", sample(&tally(order_tally()))),
        (
            "tally-address",
            sample(&tally(TallyKey::Address("192.0.2.1".to_owned()))),
        ),
    ]
    .into_iter()
    .map(|(name, sample)| (name.to_owned(), sample))
    .collect();
    samples.extend(team::records());
    for (number, event) in events().iter().enumerate() {
        samples.insert(format!("event-{number:02}"), sample(event));
    }
    for since in [false, true] {
        let name = if since { "claims-placed" } else { "claims" };
        samples.insert(name.to_owned(), sample(&claims::claims(since)));
    }
    samples.insert("claims-decided".to_owned(), sample(&claims::decided()));
    samples.insert("policy".to_owned(), sample(&claims::policy()));
    let notice = || NoticeId::parse("n1").unwrap();
    let more = [
        ("attached", attached()),
        ("reused", reused()),
        ("claim", claims::moved(false)),
        ("claim-placed", claims::moved(true)),
        ("told", claims::told()),
        ("notice", EventBody::NoticeLinked { notice: notice() }),
        ("contact", said::contact()),
        ("rating-asked", said::asked()),
        ("rated", said::rated()),
        ("over", EventBody::NoticeEnded { notice: notice() }),
        ("triaged", log_ins::triaged()),
        ("service", log_ins::service_level()),
        ("merchant-told", said::merchant_told()),
        ("approved-once", said::approved_once()),
    ];
    for (name, body) in more.into_iter().chain(team::events()) {
        let event = Event {
            body,
            ..events().remove(0)
        };
        samples.insert(format!("event-{name}"), sample(&event));
    }
    samples
}

fn at(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn intent(id: &str) -> IntentId {
    IntentId::parse(id).unwrap()
}

fn order_id() -> OrderId {
    OrderId::parse("A1042").unwrap()
}

fn conversation_id() -> ConversationId {
    ConversationId::parse("0198a1b2").unwrap()
}

fn agent_id() -> AgentId {
    AgentId::parse("li").unwrap()
}

fn identity() -> Identity {
    Identity {
        subject: "42".to_owned(),
        name: Some("Ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        phone: Some("+442079460018".to_owned()),
        vip: true,
    }
}

fn topic() -> Topic {
    Topic {
        intent: intent("refund_request"),
        order: Some(order_id()),
        need: Need::Cause,
        tries: 1,
        form: Form {
            cause: Some(2),
            details: Some("it is broken".to_owned()),
            told: false,
            offered: false,
            portion: Some(Portion {
                items: vec!["Kettle".to_owned()],
                amount: Some("20.00".to_owned()),
                currency: Some("GBP".to_owned()),
                agreed: true,
                ..Portion::default()
            }),
            prices: Vec::new(),
            corrections: vec![Correction {
                detail: Detail::Phone,
                value: Some("+442079460019".to_owned()),
            }],
        },
        rule: Some("refund.toml:12".to_owned()),
    }
}

fn memory() -> Memory {
    Memory {
        topic: Some(topic()),
        parked: vec![topic()],
        order: Some(order_id()),
        proven: [(order_id(), ProofLevel::Owner)].into(),
        given: Given {
            emails: vec!["ada@example.com".to_owned()],
            ..Given::default()
        },
        tried: [order_id()].into(),
        failed_proofs: 1,
        misunderstood: 1,
        angry: 1,
        turns: 7,
        unclear: Some("hm".to_owned()),
        offered: vec![
            Offer::Intent(intent("order_status")),
            Offer::Order(order_id()),
            Offer::Cause(1),
            Offer::Item("Kettle".to_owned()),
            Offer::Whole,
            Offer::Else,
        ],
        last_said: vec!["hello".to_owned()],
        last_outcome: Some(Outcome::Clarify),
        answered: vec![intent("order_status")],
        same_again: 1,
        promised: vec![("refund".to_owned(), at(900))],
        unanswered: vec![Seq(3)],
        heard_at: Some(at(5)),
        greeted: true,
        ..Memory::default()
    }
}

fn conversation() -> Conversation {
    let mut row = Conversation::open(
        Opening {
            id: conversation_id(),
            site: SiteId::parse("shop").unwrap(),
            merchant: MerchantId::parse("m_linden").unwrap(),
            channel: "widget".to_owned(),
            visitor: VisitorId::parse("v1").unwrap(),
            role: Role::Merchant,
            identity: Some(identity()),
            language: Language::ZhHant,
            previous: Some(ConversationId::parse("0198a000").unwrap()),
        },
        at(0),
    );
    row.owner = Owner::Agent(agent_id());
    row.status = Status::Snoozed {
        until: at(3600),
        left_for: LeftFor::Anything,
    };
    row.last_seq = Seq(9);
    row.waiting_since = Some(at(6));
    row.reason = Some(HandoffReason::LegalOrThreat);
    row.priority = Priority::Urgent;
    row.team = Some("payments".to_owned());
    row.memory = memory();
    row
}

fn order() -> Order {
    let money = || Money::parse("64.00", "GBP").unwrap();
    Order {
        id: order_id(),
        written_id: "#A-1042".to_owned(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        customer: Contact {
            name: Some("Ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            phone: Some("+442079460018".to_owned()),
            language: Some(Language::En),
            vip: true,
        },
        status: OrderStatus::Refunding,
        amount: money(),
        payment_method: Some("visa *0934".to_owned()),
        created_at: at(0),
        paid_at: Some(at(1)),
        items: vec!["lamp".to_owned()],
        shipping: Some(Shipping {
            carrier: Some("DHL".to_owned()),
            tracking: Some("T1".to_owned()),
            address: Some("1 Road".to_owned()),
            amount: None,
            shipped_at: Some(at(2)),
            delivered_at: Some(at(3)),
        }),
        reject_reason: Some("limit".to_owned()),
        refunds: vec![Refund {
            id: "r1".to_owned(),
            amount: Some(money()),
            reason: Some("broken".to_owned()),
            requested_at: Some(at(4)),
            approved_at: Some(at(5)),
            expected_by: Some(at(6)),
            state: RefundState::Paying,
        }],
        payments: vec![Payment {
            reference: "p1".to_owned(),
            amount: Some(money()),
            status: Some("ok".to_owned()),
            at: Some(at(1)),
        }],
        note: Some("careful".to_owned()),
        prices: Vec::new(),
        extra: Some("{\"gift\":true}".to_owned()),
    }
}

fn session() -> Session {
    Session {
        token: TokenHash([7; 32]),
        visitor: VisitorId::parse("v1").unwrap(),
        site: SiteId::parse("shop").unwrap(),
        conversation: Some(conversation_id()),
        role: Role::Customer,
        identity: Some(identity()),
        language: Some(Language::ZhHans),
        page: PageFacts::default(),
        created_at: at(0),
        expires_at: at(86_400),
    }
}

fn agent() -> Agent {
    Agent {
        id: agent_id(),
        name: "Li".to_owned(),
        merchant: Some(MerchantId::parse("m_linden").unwrap()),
        token: TokenHash([8; 32]),
        disabled: true,
        created_at: at(0),
        rights: log_ins::rights(),
    }
}

fn key() -> ApiKey {
    ApiKey {
        prefix: "fd_live_ab".to_owned(),
        token: TokenHash([9; 32]),
        merchant: MerchantId::parse("m_linden").unwrap(),
        created_at: at(0),
    }
}

fn delivery(waits: bool) -> Delivery {
    Delivery {
        id: DeliveryId {
            endpoint: EndpointId::parse("linden-pay").unwrap(),
            number: 17,
        },
        revision: Revision(3),
        merchant: MerchantId::parse("m_linden").unwrap(),
        event: "evt_0198c0a1b2c37d4e8f90a1b2c3d4e5f6".to_owned(),
        kind: EventKind::RefundAccepted,
        message: None,
        fetch: None,
        at: at(1),
        about: "A1".to_owned(),
        body: "{\"type\":\"refund.accepted\"}".to_owned(),
        attempts: 2,
        failure: Some("it answered 500".to_owned()),
        tries: vec![Try {
            at: at(1),
            outcome: "it answered 500".to_owned(),
        }],
        state: if waits {
            DeliveryState::Waiting { from: at(2) }
        } else {
            DeliveryState::Failed { at: at(3) }
        },
    }
}

fn endpoint() -> EndpointRecord {
    EndpointRecord {
        last: 17,
        gone: Some("00ff".to_owned()),
        taken_at: Some(at(2)),
        failing: Some(Failing {
            since: at(3),
            times: 2,
            until: at(4),
        }),
        disabled: Some(Disabled {
            at: at(4),
            why: "it answered 410".to_owned(),
        }),
        ..EndpointRecord::default()
    }
}

fn order_tally() -> TallyKey {
    TallyKey::Order(MerchantId::parse("m_linden").unwrap(), order_id())
}

fn tally(key: TallyKey) -> Tally {
    Tally {
        key,
        count: 3,
        since: at(0),
    }
}
