//! What agents have put right at the merchant's: a detail of an order, a fresh link to pay by, or whatever only the merchant can do. The
//! merchant's programs are told by the commit that writes it down.

use jiff::Timestamp;

use crate::desk::agents::handling::Moved;
use crate::desk::customers::apply::shown;
use crate::desk::turn::answered_by;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{Conversation, EventBody, Revision};
use crate::domain::correction::{Corrected, Detail, NotDone};
use crate::domain::ids::{ConversationId, OrderId};
use crate::domain::order::Order;
use crate::domain::promise::Promised;
use crate::domain::proof::ProofLevel;
use crate::domain::redact::redact;
use crate::domain::site::Site;
use crate::domain::webhook::EventKind;
use crate::engine::dialogue::told_corrected;

/// What merchants are told has at most so many characters.
const WORDS: usize = 1_000;

/// What is to be put right about an order.
#[derive(Clone, Debug)]
pub struct PutRight {
    /// Which order.
    pub order: OrderId,
    /// Which detail, and what is right, as it was typed.
    pub detail: Option<(Detail, String)>,
    /// Whether the merchant is asked for a fresh link to pay by.
    pub pay_again: bool,
}

impl Desk {
    /// Has a detail of an order corrected, a fresh link to pay by asked for, or both; the customer is told in the same commit.
    ///
    /// # Errors
    /// [`DeskError::NotDone`] when it cannot be; [`DeskError::Invalid`] for a value that cannot be such a detail, or when nothing is asked
    /// for; [`DeskError::NotAllowed`] when the conversation is not the agent's; [`DeskError::NotFound`] for an order of nobody's here.
    pub async fn put_right(
        &self,
        agent: &Agent,
        id: &ConversationId,
        asked: &PutRight,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        let row = self.conversation(agent, id).await?;
        let order = self.store.order(&row.merchant, &asked.order).await?;
        let order = order.ok_or(DeskError::NotFound)?;
        let site = self.site(&row.site)?;
        let corrected = asked.checked()?;
        self.may_put_right(&row, (&order, site), asked)?;
        let about = Some(format!("{id} {}", order.id));
        let as_what = (Audited::PutRight, about);
        self.change_as(agent, id, based_on, as_what, |row, now| {
            self.put_right_in(row, agent, (&order, site), (corrected.as_ref(), asked), now)
        })
        .await
    }

    fn may_put_right(
        &self,
        row: &Conversation,
        (order, site): (&Order, &Site),
        asked: &PutRight,
    ) -> Result<(), DeskError> {
        if shown(row, order) < ProofLevel::Contact {
            return Err(NotDone::NotShown.into());
        }
        if asked.detail.is_some() && !order.is_here_still() {
            return Err(NotDone::Left.into());
        }
        if asked.detail.is_some() {
            self.is_heard(row, EventKind::OrderCorrected)?;
        }
        if !asked.pay_again {
            return Ok(());
        }
        if !order.is_unpaid() {
            return Err(NotDone::NotUnpaid.into());
        }
        if site.payment_hosts.is_empty() {
            return Err(NotDone::NoLinks.into());
        }
        let now = self.clock.now();
        if row.links.waiting(&order.id).is_some() || row.links.given(&order.id, now).is_some() {
            return Err(NotDone::AskedAlready.into());
        }
        self.is_heard(row, EventKind::PaymentLinkRequested)
    }

    /// Whether a program of the merchant's is told of it: what nobody hears is not promised to customers.
    fn is_heard(&self, row: &Conversation, kind: EventKind) -> Result<(), DeskError> {
        let subscriptions = self.subscriptions.load();
        let heard = subscriptions
            .iter()
            .any(|one| one.wants(&row.merchant, kind));
        heard
            .then_some(())
            .ok_or_else(|| NotDone::NobodyListens.into())
    }

    fn put_right_in(
        &self,
        row: &mut Conversation,
        agent: &Agent,
        (order, site): (&Order, &Site),
        (corrected, asked): (Option<&Corrected>, &PutRight),
        now: Timestamp,
    ) -> Moved {
        let mut bodies: Vec<EventBody> = Vec::new();
        bodies.extend(corrected.cloned().map(EventBody::OrderCorrected));
        let by = answered_by(&site.calendar, now);
        let number = asked.pay_again.then(|| row.links.ask(&order.id, now));
        if let Some(link) = number.flatten().and_then(|number| row.links.get(number)) {
            bodies.push(EventBody::PaymentLink(link.into()));
            let (number, order) = (link.number, order.id.clone());
            let what = Promised::Link { number, order };
            self.promise_by(row, what, (by, &site.calendar), now);
        }
        let reader = (row.language, site.calendar.zone());
        let link_by = asked.pay_again.then_some(by);
        bodies.push(EventBody::Reply {
            text: told_corrected(&self.rules(), &order.id, corrected, link_by, reader),
            language: row.language,
            choices: Vec::new(),
            because: None,
            client_id: None,
        });
        row.speak(&agent.id, bodies, now)
    }

    /// Tells the merchant's programs what only the merchant can do, in the agent's words. Customers do not see it.
    ///
    /// # Errors
    /// [`DeskError::NotDone`] when none of them is told; [`DeskError::Invalid`] for a text that is empty or too long;
    /// [`DeskError::NotAllowed`] when the conversation is closed or somebody else's.
    pub async fn tell_merchant_of(
        &self,
        agent: &Agent,
        id: &ConversationId,
        (order, text): (Option<OrderId>, &str),
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        let text = redact(text.trim()).text;
        if text.is_empty() || text.chars().count() > WORDS {
            let detail = format!("what the merchant is told has 1 to {WORDS} characters");
            return Err(DeskError::Invalid(detail));
        }
        let row = self.conversation(agent, id).await?;
        if let Some(order) = &order {
            let known = self.store.order(&row.merchant, order).await?;
            known.ok_or(DeskError::NotFound)?;
        }
        self.is_heard(&row, EventKind::MerchantTold)?;
        let as_what = (Audited::MerchantTold, Some(id.to_string()));
        self.change_as(agent, id, based_on, as_what, |row, _| {
            let (order, text) = (order.clone(), text.clone());
            row.ask_third_party(&agent.id, EventBody::MerchantTold { order, text })
        })
        .await
    }
}

impl PutRight {
    /// The correction with its value as orders have it.
    fn checked(&self) -> Result<Option<Corrected>, DeskError> {
        let Some((detail, typed)) = &self.detail else {
            let nothing = || DeskError::Invalid("there is nothing to be put right".to_owned());
            return self.pay_again.then_some(None).ok_or_else(nothing);
        };
        let value = detail.read(typed);
        let wrong =
            || DeskError::Invalid(format!("this cannot be the {} of an order", detail.name()));
        Ok(Some(Corrected {
            order: self.order.clone(),
            detail: *detail,
            value: value.ok_or_else(wrong)?,
        }))
    }
}
