//! A notice in each of its states, and how often troubles come.

use super::{at, conversation};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ClientId, IntentId, MerchantId, NoticeId, SiteId};
use crate::domain::language::Language;
use crate::domain::notice::surge::{Kind, Rates, Surge, Trouble};
use crate::domain::notice::{Affected, Declaration, DeclaredBy, Notice, NoticeMove};
use crate::domain::trouble::Cause;
use crate::domain::wording::Texts;

fn texts(text: &str) -> Texts {
    Language::ALL
        .map(|language| (language, text.to_owned()))
        .into()
}

fn affected() -> Affected {
    Affected {
        merchant: MerchantId::parse("m_linden").ok(),
        site: SiteId::parse("linden").ok(),
        methods: vec!["visa".to_owned()],
        intents: vec![IntentId::parse("payment_system_fault").unwrap()],
        causes: vec![Cause::PlatformFault],
    }
}

pub(super) fn ended() -> Notice {
    let said = Declaration {
        name: ClientId::parse("n1").unwrap(),
        affected: affected(),
        since: Some(at(100)),
        texts: texts("Card payments fail."),
    };
    let open = Notice::declare(said, DeclaredBy::Merchant, at(200)).unwrap();
    let end = NoticeMove::End {
        texts: texts("Cards work again."),
    };
    let mut ended = open.moved(end, at(300)).unwrap();
    ended.announced = true;
    ended.settle().unwrap()
}

pub(super) fn proposed() -> Notice {
    let surge = Surge {
        kind: kind(),
        since: at(100),
        count: 12,
        usual: 0.5,
    };
    Notice::propose(affected(), &surge, at(200))
}

pub(super) fn rates() -> Rates {
    let mut rates = Rates::default();
    for who in 0..20 {
        let _surge = rates.note(&[kind()], who, at(100));
    }
    let _surge = rates.note(&[kind()], 21, at(10_000));
    rates
}

fn kind() -> Kind {
    Kind {
        trouble: Trouble::Cause(Cause::Network),
        method: Some("visa".to_owned()),
    }
}

/// A conversation whose customer asked about a known trouble.
pub(super) fn linked() -> Conversation {
    let mut row = conversation();
    row.notices.insert(NoticeId::parse("n1").unwrap());
    row
}
