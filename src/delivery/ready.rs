//! A message as it is to be sent now: what it says is read from the log, and where its customer is reached from the row as it is then.
//!
//! To the customer of a page who left an address it goes as a letter, together with all that was said to them since; one who wrote again
//! meanwhile has seen it. An address that nobody has shown to be theirs is only told that there is an answer, once an hour at most. What people at a platform are told is the hand-over with its brief, to them and not to the customer.

use jiff::{SignedDuration, Timestamp};

use super::Sender;
use super::platform::Platform;
use crate::channels::{Outbound, Request, Way, by_letter, hand_over, render};
use crate::domain::channel::{MessageRef, MessageState, Recipient};
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Owner, Seq};
use crate::domain::letter_token::LetterToken;
use crate::domain::webhook::{Delivery, Letter, ToCustomer};
use crate::store::StoreError;

/// An answer to the last message may go out as such for so long.
const ANSWERS_WITHIN: SignedDuration = SignedDuration::from_secs(50);
/// So many of the events after the first are looked at for what else a letter says, and of those before it for the last letter.
const LETTER: usize = 200;
/// An address that nobody has shown to be theirs is told of answers so often at most: it may be somebody's who wants none of it.
const ONCE_IN: SignedDuration = SignedDuration::from_hours(1);

/// Who said something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// The bot, in answer to what its customer wrote.
    Bot,
    /// A person, in their own words.
    Person,
    /// The desk, because of what people decided or what came about.
    Desk,
}

impl Says {
    fn of(event: &Event) -> Self {
        match (&event.by, &event.body) {
            (Actor::Bot, _) => Self::Bot,
            (Actor::Agent(_), EventBody::Reply { .. }) => Self::Person,
            _ => Self::Desk,
        }
    }
}

/// A message as it is to be sent now.
pub(super) struct Ready {
    pub(super) row: Conversation,
    pub(super) requests: Vec<Request>,
    /// Who says it.
    pub(super) says: Says,
    /// What is said to whom; of a letter, with what else stands in it.
    pub(super) to: ToCustomer,
}

impl Sender {
    /// The message as it is to be sent now; none when there is nothing to say, or nobody to say it to.
    pub(super) async fn ready(
        &self,
        platform: &Platform,
        delivery: &Delivery,
        to: &ToCustomer,
        (token, now): (&str, Timestamp),
    ) -> Result<Option<Ready>, StoreError> {
        let MessageRef { conversation, seq } = &to.message;
        let before = Seq(seq.0.saturating_sub(1));
        let most = if to.letter.is_some() { LETTER } else { 1 };
        let events = self.store.events(conversation, before, most).await?;
        let row = self.store.conversation(conversation).await?;
        let Some(mut row) = row else {
            return Ok(None);
        };
        row.recipient = self.reached(&row).await?;
        if to.hands_over {
            let (told, at) = ((delivery, to), (token, now));
            return Ok(self.handing_over(platform, told, row, events.first(), at));
        }
        if self.is_asked_too_late(&row, events.first(), now).await? {
            return Ok(None);
        }
        let written = self.written(platform, (delivery, to), &row, &events);
        let Some((written, recipient)) = written.await? else {
            return Ok(None);
        };
        let mut said = written.said;
        if let (None, Some(event)) = (&to.letter, events.first()) {
            said.text = platform
                .with_what_stands_around(&row, event, said.text)
                .await;
        }
        let says = events.first().map_or(Says::Desk, Says::of);
        let is_fresh = now.duration_since(recipient.heard_at) < ANSWERS_WITHIN;
        let way = Way {
            account: &platform.account,
            to: &recipient,
            name: &delivery.event,
            token,
            second: now.as_second(),
            answers: to.answers && is_fresh && delivery.attempts == 0 && to.taken == 0,
            by_person: says == Says::Person,
        };
        let requests = render(&way, &said);
        let mut to = to.clone();
        if let Some(letter) = &mut to.letter {
            letter.with = written.with;
            letter.is_notice = written.is_notice;
        }
        Ok(Some(Ready {
            row,
            requests,
            says,
            to,
        }))
    }
}

impl Sender {
    /// From when on a letter may go to an address that nobody has shown to be its customer's; the same time for everything else.
    pub(super) async fn noticed_from(
        &self,
        to: &ToCustomer,
        from: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let MessageRef { conversation, seq } = &to.message;
        let row = match &to.letter {
            Some(_) => self.store.conversation(conversation).await?,
            None => None,
        };
        let Some(row) = row else {
            return Ok(from);
        };
        if self.store.is_contact_theirs(&row).await? {
            return Ok(from);
        }
        let before = u64::try_from(LETTER).unwrap_or_default();
        let since = Seq(seq.0.saturating_sub(before));
        let events = self.store.events(conversation, since, usize::MAX).await?;
        let is_letter = |event: &&Event| {
            let gone = [MessageState::Sent, MessageState::Noticed];
            matches!(event.body, EventBody::MessageMoved { state, .. } if gone.contains(&state))
        };
        let last = events.iter().rfind(is_letter).map(|event| event.at);
        let next = last.and_then(|at| at.checked_add(ONCE_IN).ok());
        Ok(next.map_or(from, |next| next.max(from)))
    }

    /// What is said in a message or a letter, with what else stands in it, and where its customer is reached.
    async fn written(
        &self,
        platform: &Platform,
        (delivery, to): (&Delivery, &ToCustomer),
        row: &Conversation,
        events: &[Event],
    ) -> Result<Option<(Written, Recipient)>, StoreError> {
        let seq = to.message.seq;
        Ok(match &to.letter {
            None => said(events, seq).zip(row.recipient.clone()),
            Some(letter) => {
                let written = written(events, seq, letter);
                let said_at = events.first().map_or(delivery.at, |event| event.at);
                if !self.store.is_contact_theirs(row).await? {
                    // Whoever reads there may be anybody: no word of it, nothing to go on with, and into no thread.
                    let written = written.filter(|_| !letter.notice.is_empty());
                    let told = written.map(|written| written.only_that(letter));
                    return Ok(told.zip(address(platform, row, letter, (said_at, None))));
                }
                let key = self.store.link_key().await?;
                written.zip(address(platform, row, letter, (said_at, key)))
            }
        })
    }

    /// Whether it asks how the help was in a matter that has gone on since: nobody is asked in the middle of another one.
    async fn is_asked_too_late(
        &self,
        row: &Conversation,
        event: Option<&Event>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(question) = event.filter(|event| event.asks_for_score()) else {
            return Ok(false);
        };
        let behind = self.store.events(&row.id, question.seq, usize::MAX).await?;
        Ok(!row.may_ask_for_score(&behind, now))
    }

    /// A hand-over as it is told to people at the platform; none when somebody here answers meanwhile, or it was given back.
    fn handing_over(
        &self,
        platform: &Platform,
        (delivery, to): (&Delivery, &ToCustomer),
        row: Conversation,
        event: Option<&Event>,
        (token, now): (&str, Timestamp),
    ) -> Option<Ready> {
        let waits = matches!(row.owner, Owner::Queue | Owner::Platform) && !row.status.is_done();
        let recipient = row.recipient.as_ref().filter(|_| waits)?;
        let event = event.filter(|event| event.seq == to.message.seq)?;
        let way = Way {
            account: &platform.account,
            to: recipient,
            name: &delivery.event,
            token,
            second: now.as_second(),
            answers: false,
            by_person: false,
        };
        let requests = hand_over(&way, &(platform.brief)(&row, event));
        Some(Ready {
            requests,
            says: Says::Desk,
            to: to.clone(),
            row,
        })
    }
}

impl Platform {
    /// What is said, with what goes before and behind it.
    async fn with_what_stands_around(
        &self,
        row: &Conversation,
        event: &Event,
        said: String,
    ) -> String {
        let who = match (Says::of(event), self.account.says_who_speaks) {
            (Says::Bot, true) => (self.who_speaks)(row, event).await,
            _ => None,
        };
        let more = (self.more_on_page)(row, event).await;
        let all: Vec<String> = who.into_iter().chain([said]).chain(more).collect();
        all.join("\n\n")
    }
}

/// What is said.
struct Written {
    said: Outbound,
    /// Under which numbers what else of it stands.
    with: Vec<Seq>,
    /// Whether it says no more than that there is an answer.
    is_notice: bool,
}

impl Written {
    /// That there is an answer, instead.
    fn only_that(self, letter: &Letter) -> Self {
        let said = Outbound {
            text: letter.notice.clone(),
            choices: Vec::new(),
        };
        Self {
            said,
            is_notice: true,
            ..self
        }
    }
}

/// What was said under a number.
fn said(events: &[Event], seq: Seq) -> Option<Written> {
    let event = events.first().filter(|event| event.seq == seq)?;
    let (text, choices) = event.said()?;
    let said = Outbound {
        text: text.to_owned(),
        choices: choices.to_vec(),
    };
    Some(Written {
        said,
        with: Vec::new(),
        is_notice: false,
    })
}

/// What people have said from a number on, and what the bot answers to a letter, in one letter; none when that has gone out with an earlier
/// one, or its customer is back on the page.
fn written(events: &[Event], seq: Seq, letter: &Letter) -> Option<Written> {
    let settles = |event: &Event| match &event.body {
        EventBody::Message { by_letter, .. } => event.by == Actor::Customer && !by_letter,
        EventBody::MessageMoved { message, state, .. } => {
            let is_gone = matches!(state, MessageState::Sent | MessageState::Noticed);
            *message == seq && is_gone
        }
        _ => false,
    };
    if events.iter().any(settles) {
        return None;
    }
    let is_in = |event: &&Event| event.is_said_by_people() || letter.answers.contains(&event.seq);
    let texts = events.iter().filter(is_in).filter_map(|event| {
        let (text, choices) = event.said()?;
        let out = Outbound {
            text: text.to_owned(),
            choices: choices.to_vec(),
        };
        Some((event.seq, out.numbered()))
    });
    let texts: Vec<(Seq, String)> = texts.collect();
    let (first, rest) = texts.split_first().filter(|((one, _), _)| *one == seq)?;
    let all = std::iter::once(first).chain(rest);
    let all = all.map(|(_, text)| text.as_str());
    let lines: Vec<&str> = all.chain([letter.foot.as_str()]).collect();
    let said = Outbound {
        text: lines.join("\n\n"),
        choices: Vec::new(),
    };
    Some(Written {
        said,
        with: rest.iter().map(|(seq, _)| *seq).collect(),
        is_notice: false,
    })
}

/// The letter's name is signed, so that it can be answered, where there is a key.
fn address(
    platform: &Platform,
    row: &Conversation,
    letter: &Letter,
    (said_at, key): (Timestamp, Option<[u8; 32]>),
) -> Option<Recipient> {
    let to = row.contact.as_ref()?;
    let token = LetterToken::of(&row.id, said_at);
    let token = key.and_then(|key| token.signed(to, &key));
    let answered = row.by_letter.as_deref().filter(|_| key.is_some());
    let thread = (letter.subject.as_str(), answered);
    let account = &platform.account;
    Some(by_letter(account, to, thread, token, row.updated_at))
}
