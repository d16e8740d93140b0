//! Taking a customer's message: written once whatever is sent twice, answered in the same commit, or together with the next one
//! when it is half a sentence.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::desk::draft::Draft;
use crate::desk::platforms::arrival::Arrival;
use crate::desk::platforms::aside::Shown;
use crate::desk::queue::availability::whose_customer_waits;
use crate::desk::queue::line;
use crate::desk::troubles::surges::Seen;
use crate::desk::turn::{Message, Understood, is_part, record, take, understand};
use crate::desk::{ATTEMPTS, CUSTOMER, Desk, DeskError, counted, lanes};
use crate::domain::account::Session;
use crate::domain::conversation::{Conversation, Event, EventBody, Owner, Seq};
use crate::domain::ids::{ClientId, ConversationId};
use crate::domain::redact::redact;
use crate::engine::dialogue::{Move, Turn, needs};
use crate::store::Commit;

/// Replies that belong to one message, at most.
pub(in crate::desk) const REPLIES: usize = 64;

/// A message as it came in.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// The sender's own name for it: sent again, it is the same message.
    pub client_id: ClientId,
    /// What was written.
    pub text: String,
    /// The button that was pressed, from 1.
    pub choice: Option<u8>,
    /// The sender's network address, as far as it is known.
    pub address: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Received {
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: Seq,
    /// What the bot answered; empty while a person has the conversation, or when the answer comes with the next message.
    pub replies: Vec<Event>,
    /// Whether this message had been received before.
    pub repeated: bool,
}

/// Where a message comes from.
#[derive(Clone, Copy, Default)]
pub(in crate::desk) struct Source<'a> {
    /// The sender's network address.
    pub address: Option<&'a str>,
    /// The platform's message, if it came over one.
    pub arrival: Option<&'a Arrival>,
    /// It answers a letter to the customer of a page.
    pub by_letter: bool,
}

/// What one attempt came to.
pub(in crate::desk) enum Attempt {
    Done(Received),
    /// The message is on disk and waits for the next one until the settle time is over.
    Waits(Received),
}

impl Desk {
    /// Takes a message. When this returns, the message and its answer are on disk.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for a text that is too long; [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written.
    pub async fn receive(
        &self,
        session: &Session,
        inbound: Inbound,
    ) -> Result<Received, DeskError> {
        let length = inbound.text.chars().count();
        if length > self.options.text_chars {
            return Err(DeskError::Invalid(format!(
                "the text has {length} characters, at most {} are taken",
                self.options.text_chars
            )));
        }
        let message = Message {
            client_id: inbound.client_id,
            text: redact(&inbound.text).text,
            choice: inbound.choice,
        };
        let source = Source {
            address: inbound.address.as_deref(),
            ..Source::default()
        };
        match self.take_in(session, &message, source).await? {
            Attempt::Done(received) => Ok(received),
            Attempt::Waits(received) => self.settle(received, source.address).await,
        }
    }

    /// Takes a message until it is on disk.
    pub(in crate::desk) async fn take_in(
        &self,
        session: &Session,
        message: &Message,
        source: Source<'_>,
    ) -> Result<Attempt, DeskError> {
        for attempt in 0..ATTEMPTS {
            match self.attempt(session, attempt == 0, message, source).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    /// Goes on where the desk last stopped, before anybody is served: answers what was left half answered, and expects those back who had
    /// customers.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn resume(&self) -> Result<usize, DeskError> {
        let waiting = self.store.unanswered().await?;
        for id in &waiting {
            self.answer_parts(id, None, None).await?;
        }
        self.expect_who_was_here().await?;
        Ok(waiting.len())
    }

    /// Takes the message once. While the conversation goes on, the first attempt relies on the session as the caller has just read it
    /// and on the store to refuse a message that it has: nearly always both are right, and the next attempt looks again.
    async fn attempt(
        &self,
        session: &Session,
        is_first: bool,
        message: &Message,
        source: Source<'_>,
    ) -> Result<Attempt, DeskError> {
        let _lane = self.visitors.enter(session.visitor.as_str()).await;
        if let Some(arrival) = source.arrival
            && let Some(received) = self.arrived_before(arrival).await?
        {
            return Ok(Attempt::Done(received));
        }
        let mut session = Cow::Borrowed(session);
        let mut current = self.current(&session).await?;
        if !is_first || current.as_ref().is_some_and(|c| c.status.is_done()) {
            let found = self.store.session(&session.token).await?;
            session = Cow::Owned(found.ok_or(DeskError::Unauthorized)?);
            current = self.current(&session).await?;
            if let Some(current) = &current
                && let Some(seq) = self
                    .store
                    .sent(&current.id, CUSTOMER, &message.client_id)
                    .await?
            {
                if source.arrival.is_none() {
                    self.is_the_same(&current.id, seq, message).await?;
                }
                return self.first_answer(&current.id, seq).await.map(Attempt::Done);
            }
        }
        let now = self.clock.now();
        let score = match &current {
            Some(row) => self.score_in(row, message, now).await?,
            None => None,
        };
        if let (Some(score), Some(row)) = (score, &current) {
            return self
                .take_score(row.clone(), (message, score), source, now)
                .await;
        }
        let draft = Draft::begin(self, &session, current, message, now)?;
        self.take_turn(draft, message, source, now).await
    }

    /// The conversation of a session.
    pub(in crate::desk) async fn current(
        &self,
        session: &Session,
    ) -> Result<Option<Conversation>, DeskError> {
        match &session.conversation {
            Some(id) => Ok(self.store.conversation(id).await?),
            None => Ok(None),
        }
    }

    /// Writes the message and, unless it is half a sentence, the answer.
    pub(in crate::desk) async fn take_turn(
        &self,
        mut draft: Draft,
        message: &Message,
        source: Source<'_>,
        now: Timestamp,
    ) -> Result<Attempt, DeskError> {
        let event = record(&mut draft.conversation, message, now);
        let seq = event.seq;
        draft.events.push(event);
        draft.came_by(source, seq, now);
        let rules = self.rules();
        let together = self.with_parts(&draft.conversation, message).await?;
        let understood = understand(&rules, &draft.conversation, &together, now);
        let is_part = is_part(&draft.conversation, &understood) && !source.by_letter;
        let waits = is_part && !self.options.settle.is_zero();
        let mut _held = Vec::new();
        if waits {
            draft.conversation.memory.unanswered.push(seq);
            draft.conversation.memory.unanswered_on_page = source.arrival.is_none();
            draft.conversation.memory.heard_at = Some(now);
        } else {
            let shown = Shown::aside(&mut draft.conversation, source.by_letter);
            _held = self
                .answer(&mut draft, &understood, source.address, now)
                .await?;
            shown.put_back(&mut draft.conversation);
        }
        let received = Received {
            conversation: draft.conversation.id.clone(),
            seq,
            replies: draft.replies(),
            repeated: false,
        };
        self.finish(draft).await?;
        Ok(if waits {
            Attempt::Waits(received)
        } else {
            Attempt::Done(received)
        })
    }

    /// Answers, in the draft. What it gives is to be held until the draft is on disk.
    pub(in crate::desk) async fn answer(
        &self,
        draft: &mut Draft,
        understood: &Understood,
        address: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<lanes::Turn<'_>>, DeskError> {
        let rules = self.rules();
        let heard = understood.heard();
        let wanted = needs(&draft.conversation, &heard);
        let mut held = self.prove_alone(&draft.conversation, &heard, &wanted).await;
        let facts = self
            .facts(&draft.conversation, &wanted, address, now)
            .await?;
        draft.conversation.memory.unanswered.clear();
        let (turn, events) = take(&rules, &mut draft.conversation, understood, &facts)?;
        draft.events.extend(events);
        let order = draft.conversation.memory.order.as_ref();
        let order = order.and_then(|id| facts.orders.get(id));
        draft.paid_by = order.and_then(|order| order.payment_method.clone());
        self.promise(&mut draft.conversation, &turn, now)?;
        draft
            .claims
            .extend(turn.moves.iter().filter_map(|done| match done {
                Move::Claim { claims, .. } => Some(claims.as_ref().clone()),
                _ => None,
            }));
        let (tallies, alone) = self
            .more_wrong_proofs(&draft.conversation, &turn, address, now)
            .await?;
        draft.tallies = tallies;
        held.extend(alone);
        count(&turn);
        Ok(held)
    }

    /// The message with those before it that wait for an answer.
    async fn with_parts(
        &self,
        conversation: &Conversation,
        message: &Message,
    ) -> Result<Message, DeskError> {
        let Some(first) = conversation.memory.unanswered.first() else {
            return Ok(message.clone());
        };
        let mut text = self.parts(&conversation.id, *first).await?;
        text.push(message.text.clone());
        Ok(Message {
            text: text.join("\n"),
            ..message.clone()
        })
    }

    /// The customer's texts from an event on.
    pub(in crate::desk) async fn parts(
        &self,
        id: &ConversationId,
        first: Seq,
    ) -> Result<Vec<String>, DeskError> {
        let events = self
            .store
            .events(id, Seq(first.0.saturating_sub(1)), REPLIES)
            .await?;
        Ok(events
            .into_iter()
            .filter_map(|event| match event.body {
                EventBody::Message { text, .. } => Some(text),
                _ => None,
            })
            .collect())
    }

    pub(in crate::desk) async fn finish(&self, draft: Draft) -> Result<(), DeskError> {
        let (id, visitor) = (
            draft.conversation.id.clone(),
            draft.conversation.visitor.clone(),
        );
        // Whoever waits for a person, or has one, is in a list that agents look at.
        let is_theirs = draft.conversation.owner != Owner::Bot;
        let waits = is_theirs.then(|| draft.conversation.merchant.clone());
        let began = draft.session.is_some();
        let outcomes = draft.conversation.promises.outcomes_since(&draft.promised);
        let seen = Seen::in_draft(&draft);
        let has = whose_customer_waits(&draft.conversation);
        self.commit(self.tell_merchant(draft)).await?;
        self.promised.count(&outcomes);
        self.customers_write.sent(&id);
        self.live.wake(&id);
        if began {
            self.live.wake_visitor(&visitor);
        }
        if let Some(merchant) = waits {
            self.live.wake_inbox(&merchant);
        }
        self.watch_troubles(seen).await;
        // Asked after it is written down: whoever goes from now on finds it among what they have.
        if let Some(agent) = has.filter(|agent| self.has_left(agent)) {
            self.hand_back(&agent, &id).await;
        }
        Ok(())
    }

    /// The one way to the store's write door.
    pub(in crate::desk) async fn commit(&self, commit: Commit) -> Result<(), DeskError> {
        let lines = line::changed_by(&commit);
        self.write_down(commit).await?;
        if !lines.is_empty() {
            // What is given out is written by `write_down`: nothing here ends in itself.
            self.give_out(lines).await;
        }
        Ok(())
    }

    /// Writes a commit, and tells those who stand in line that it has moved.
    pub(in crate::desk) async fn write_down(&self, commit: Commit) -> Result<(), DeskError> {
        let lines = line::changed_by(&commit);
        let (commit, told) = self.hand_there(self.ask_there(commit));
        let commit = self.count_day(self.keep_time(commit)).await?;
        let commit = self.to_customers(commit);
        let commit = told.into_iter().fold(commit, Commit::send);
        let commit = self.keep_policies(self.to_programs(commit));
        self.store.commit(commit).await?;
        self.lines_changed(lines);
        Ok(())
    }
}

fn count(turn: &Turn) {
    metrics::counter!("frontdesk_turns_total", "language" => turn.language.tag()).increment(1);
    for said in &turn.said {
        metrics::counter!("frontdesk_replies_total", "said" => said.because.said.clone())
            .increment(1);
    }
    for done in &turn.moves {
        if let Move::HandOff(handoff) = done {
            counted::handoffs(handoff.reason).increment(1);
        }
    }
}
