//! What customers say by a button or a form, and what their page shows.

use super::*;
use crate::domain::claim::ClaimId;
use crate::domain::email::Email;
use crate::domain::rating::{Helper, Score};

fn email() -> Email {
    Email::parse("ada@example.com").unwrap()
}

fn client_id() -> ClientId {
    ClientId::parse("c-2").unwrap()
}

fn page() -> PageFacts {
    PageFacts::parse(Some("A1001"), Some("64.00 GBP"), Some("/cart")).unwrap()
}

pub(super) fn on_page() -> Session {
    Session {
        page: page(),
        ..session()
    }
}

pub(super) fn conversation_said() -> Conversation {
    Conversation {
        contact: Some(email()),
        asked_about: Some(Helper::Agent),
        page: page(),
        ..conversation()
    }
}

/// People at the platform had it, and its customer took their leave on a page.
pub(super) fn conversation_parted() -> Conversation {
    Conversation {
        had_there: true,
        on_page: true,
        parted: true,
        ..conversation()
    }
}

pub(super) fn contact() -> EventBody {
    EventBody::ContactLeft {
        client_id: client_id(),
        email: email(),
    }
}

pub(super) fn asked() -> EventBody {
    EventBody::RatingAsked {
        of: Helper::Bot,
        language: None,
    }
}

pub(super) fn rated() -> EventBody {
    EventBody::Rated {
        client_id: client_id(),
        of: Helper::Bot,
        score: Score::try_from(4).unwrap(),
        text: Some("fine".to_owned()),
    }
}

pub(super) fn approved_once() -> EventBody {
    EventBody::ApprovedOnce {
        claim: ClaimId::new(order_id(), 1),
        amount: Money::parse("5000.01", "GBP").unwrap(),
    }
}

pub(super) fn merchant_told() -> EventBody {
    EventBody::MerchantTold {
        order: Some(order_id()),
        text: "Please send the parcel again.".to_owned(),
    }
}
