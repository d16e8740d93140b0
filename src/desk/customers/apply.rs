//! An application with all its fields at once: checked whole, answered like one that was filled in question by question, taken once
//! however often it is sent.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::receive::Received;
use crate::desk::draft::Draft;
use crate::desk::turn::{Message, record, write_down};
use crate::desk::{ATTEMPTS, CUSTOMER, Desk, DeskError};
use crate::domain::account::Session;
use crate::domain::claim::{Application, Claim, ClaimForm, OrderClaims};
use crate::domain::conversation::{Conversation, EventBody, Seq};
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::{ClientId, ConversationId, OrderId};
use crate::domain::order::Order;
use crate::domain::promise::{PromiseState, Promised};
use crate::domain::proof::ProofLevel;
use crate::domain::redact::redact;
use crate::domain::verdict::Verdict;
use crate::engine::dialogue::{
    Facts, Heard, Move, Needs, apply, fault_in_words, form_in_words, is_buyer,
};

/// What belongs to one form comes to so many events, at most.
const EVENTS: usize = 64;

/// A form as it came in.
#[derive(Clone, Debug)]
pub struct SentForm {
    /// The sender's own name for it: sent again, it is the same form.
    pub client_id: ClientId,
    /// The order's number as it was typed.
    pub order: String,
    /// The other fields.
    pub form: ClaimForm,
}

/// What became of a form.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Where it was written down, and what the bot said to it.
    pub received: Received,
    /// The claim, as it stands; none where the policy rules it out.
    pub claim: Option<Claim>,
    /// What the policy said to a claim that it rules out.
    pub refused: Option<Verdict>,
    /// By when the customer was told to have an answer or the money.
    pub due_by: Option<Timestamp>,
}

/// A field that cannot be taken, and why: in words for whoever filled it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadField {
    /// Where: `items[1]`.
    pub path: String,
    /// What is wrong and what to do.
    pub words: String,
}

impl Desk {
    /// Takes an application whole. When this returns, it and its answer are on disk.
    ///
    /// # Errors
    /// [`DeskError::Form`] with every mistake in it; otherwise as for a message.
    pub async fn apply(&self, session: &Session, sent: &SentForm) -> Result<Applied, DeskError> {
        for attempt in 0..ATTEMPTS {
            match self.apply_once(session, attempt == 0, sent).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    async fn apply_once(
        &self,
        session: &Session,
        is_first: bool,
        sent: &SentForm,
    ) -> Result<Applied, DeskError> {
        let _lane = self.visitors.enter(session.visitor.as_str()).await;
        let session = self.as_it_is(session, is_first).await?;
        let now = self.clock.now();
        let current = self.current(&session).await?;
        if let Some(row) = &current
            && let Some(seq) = self.store.sent(&row.id, CUSTOMER, &sent.client_id).await?
        {
            return self.first_applied(row, seq).await;
        }
        let mut draft = Draft::begin_with_file(self, &session, current, now)?;
        let (facts, order) = self
            .looked_up(&draft.conversation, &sent.order, now)
            .await?;
        let order = order.as_ref();
        let asked = self
            .application(&draft.conversation, sent, order, &facts)
            .await?;
        let Some((order, application)) = order.zip(asked) else {
            return Err(DeskError::NotFound);
        };
        let seq = self.write(&mut draft, sent, &facts, (order, application))?;
        let refused = seq.1;
        let claim = draft
            .claims
            .last()
            .and_then(|claims| claims.latest())
            .cloned();
        let received = Received {
            conversation: draft.conversation.id.clone(),
            seq: seq.0,
            replies: draft.replies(),
            repeated: false,
        };
        let promised = due(&draft.conversation, &order.id);
        self.finish(draft).await?;
        let refused = refused.filter(|_| claim.is_none());
        let due_by = claim.as_ref().and(promised);
        Ok(Applied {
            received,
            claim,
            refused,
            due_by,
        })
    }

    /// The order, if this conversation has shown that it is theirs. One that is not there takes the same path.
    async fn looked_up(
        &self,
        row: &Conversation,
        typed: &str,
        now: Timestamp,
    ) -> Result<(Facts, Option<Order>), DeskError> {
        let id = OrderId::parse(typed).ok();
        let needs = Needs {
            orders: id.iter().cloned().collect(),
            ..Needs::default()
        };
        let mut facts = self.facts(row, &needs, None, now).await?;
        let enough = facts.site.refund_proof;
        let order = id.and_then(|id| facts.orders.get(&id).cloned());
        let order = order.filter(|order| shown(row, order) >= enough);
        if let Some(order) = &order {
            let history = self.history(order, now).await?;
            facts.histories.insert(order.id.clone(), history);
        }
        Ok((facts, order))
    }

    /// The application, or every mistake in it.
    async fn application(
        &self,
        row: &Conversation,
        sent: &SentForm,
        order: Option<&Order>,
        facts: &Facts,
    ) -> Result<Option<Application>, DeskError> {
        let files = self.handed_in(row, &sent.form.evidence).await?;
        let claims = order.map(|order| {
            let known = facts.claims.get(&order.id).cloned();
            known.unwrap_or_else(|| OrderClaims::none(order.merchant.clone(), order.id.clone()))
        });
        let form = ClaimForm {
            note: sent.form.note.as_deref().map(|note| redact(note).text),
            ..sent.form.clone()
        };
        let checked = form.check(order.zip(claims.as_ref()), &files);
        let rules = self.rules();
        let conversation = Some(row.id.clone());
        let application = checked.map(|application| Application {
            conversation,
            ..application
        });
        application.map(Some).map_err(|faults| {
            let bad = faults.into_iter().map(|(field, fault)| BadField {
                path: field.path(),
                words: fault_in_words(&rules, fault, row.language),
            });
            DeskError::Form(bad.collect())
        })
    }

    /// Those of the files that were handed in in this conversation.
    async fn handed_in(
        &self,
        row: &Conversation,
        named: &[String],
    ) -> Result<BTreeSet<String>, DeskError> {
        let mut files = BTreeSet::new();
        // One more than a claim can have is enough to say that there are too many.
        for name in named.iter().take(crate::domain::claim::MAX_EVIDENCE + 1) {
            let Ok(hash) = EvidenceHash::try_from(name.clone()) else {
                continue;
            };
            if self.store.attached(&row.id, &hash).await?.is_some() {
                files.insert(name.clone());
            }
        }
        Ok(files)
    }

    /// Writes the form and its answer into the draft; gives the form's number and what the policy said.
    fn write(
        &self,
        draft: &mut Draft,
        sent: &SentForm,
        facts: &Facts,
        (order, application): (&Order, Application),
    ) -> Result<(Seq, Option<Verdict>), DeskError> {
        let rules = self.rules();
        let language = draft.conversation.language;
        let message = Message {
            client_id: sent.client_id.clone(),
            text: form_in_words(&rules, order, &application, language),
            choice: None,
        };
        draft.conversation.on_page = draft.conversation.recipient.is_some();
        let event = record(&mut draft.conversation, &message, facts.now);
        let seq = event.seq;
        draft.events.push(event);
        let note = application.note.clone().unwrap_or_default();
        let reading = rules.matcher.read(&note);
        let heard = Heard {
            text: &note,
            reading: &reading,
            choice: None,
        };
        let row = &draft.conversation;
        let (turn, verdict) = apply(&rules, row, heard, facts, (order, application));
        let events = write_down(&mut draft.conversation, &turn, facts.now)?;
        draft.events.extend(events);
        self.promise(&mut draft.conversation, &turn, facts.now)?;
        let claims = turn.moves.into_iter().filter_map(|done| match done {
            Move::Claim { claims, .. } => Some(*claims),
            _ => None,
        });
        draft.claims.extend(claims);
        Ok((seq, verdict))
    }

    /// What was answered when the form came the first time, and where the claim stands now.
    async fn first_applied(&self, row: &Conversation, seq: Seq) -> Result<Applied, DeskError> {
        let events = self.store.events(&row.id, seq, EVENTS).await?;
        let until_next = events
            .into_iter()
            .take_while(|event| !matches!(event.body, EventBody::Message { .. }));
        let events: Vec<_> = until_next.collect();
        let filed = events.iter().find_map(|event| match &event.body {
            EventBody::ClaimMoved { claim, .. } => Some(claim.clone()),
            _ => None,
        });
        let claim = match &filed {
            Some(id) => {
                let claims = self.store.claims(&row.merchant, id.order()).await?;
                claims.and_then(|claims| claims.get(id).cloned())
            }
            None => None,
        };
        let replies = events
            .into_iter()
            .filter(crate::desk::draft::is_reply_of_bot);
        Ok(Applied {
            received: received(&row.id, seq, replies.collect()),
            due_by: filed.as_ref().and_then(|id| due(row, id.order())),
            claim,
            refused: None,
        })
    }
}

fn received(
    conversation: &ConversationId,
    seq: Seq,
    replies: Vec<crate::domain::conversation::Event>,
) -> Received {
    Received {
        conversation: conversation.clone(),
        seq,
        replies,
        repeated: true,
    }
}

/// By when something is promised about a claim on this order; the first that is still to come.
fn due(row: &Conversation, order: &OrderId) -> Option<Timestamp> {
    let concerns = |what: &Promised| match what {
        Promised::Answer { claim } => claim.as_ref().is_some_and(|claim| claim.order() == order),
        Promised::Repair { claim } | Promised::TakeUp { claim } => claim.order() == order,
        Promised::Payment { order: of, .. } => of == order,
        Promised::Link { .. } => false,
    };
    let open = |state| matches!(state, PromiseState::Open | PromiseState::ToldLate { .. });
    let promises = row.promises.iter();
    promises
        .filter(|promise| open(promise.state) && concerns(&promise.what))
        .map(|promise| promise.by)
        .min()
}

/// How far the conversation has shown that an order is theirs.
pub(in crate::desk) fn shown(row: &Conversation, order: &Order) -> ProofLevel {
    let buys = |identity| is_buyer(identity, &order.customer);
    if row.identity.as_ref().is_some_and(buys) {
        return ProofLevel::Owner;
    }
    row.memory
        .proven
        .get(&order.id)
        .copied()
        .unwrap_or_default()
}
