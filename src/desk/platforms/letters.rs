//! Letters to customers of a page who left an address: what people say to them is on its way by e-mail from the moment it is said, and is
//! taken back when they have read it on the page. An address that nobody has shown to be theirs is told that there is an answer, and no word of
//! it (`delivery::ready`). Whoever answers by letter (`answered`) gets the next ones sooner, and what the bot says.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::clock;
use crate::desk::draft::is_reply_of_bot;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Session;
use crate::domain::channel::AccountKey;
use crate::domain::conversation::{Conversation, Event, EventBody, Seq};
use crate::domain::ids::{ConversationId, EndpointId, SiteId};
use crate::domain::webhook::{Delivery, DeliveryId, Letter};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;
use crate::store::Commit;

/// Who has not read something on the page after so long is away.
const AWAY: SignedDuration = SignedDuration::from_mins(5);
/// To whoever wrote by letter last, what people say goes after so long, so that two sentences are one letter.
const TOGETHER: SignedDuration = SignedDuration::from_mins(1);

impl Desk {
    /// Puts others in place of the accounts from which the customers of sites are written to; the first of each site is taken.
    pub fn set_mailboxes(&self, accounts: impl IntoIterator<Item = (SiteId, AccountKey)>) {
        let mut first = BTreeMap::new();
        for (site, key) in accounts {
            if key.channel.is_mail() {
                first.entry(site).or_insert(key.outbox);
            }
        }
        self.mailboxes.store(Arc::new(first));
    }

    /// The outbox of the letters to a site's customers.
    pub(in crate::desk) fn mailbox_of(&self, site: &SiteId) -> Option<EndpointId> {
        self.mailboxes.load().get(site).cloned()
    }

    /// The outbox of the letters to the customer of a conversation; none while they cannot be written to.
    pub(in crate::desk) fn mailbox(&self, row: &Conversation) -> Option<EndpointId> {
        let is_reached = row.contact.is_some() && row.recipient.is_none();
        self.mailbox_of(&row.site).filter(|_| is_reached)
    }

    /// What was said in a commit and is to be a letter unless it is read before.
    pub(in crate::desk) fn letters(&self, row: &Conversation, events: &[&Event]) -> Vec<Delivery> {
        let Some(outbox) = self.mailbox(row) else {
            return Vec::new();
        };
        let wait = if row.by_letter.is_some() {
            TOGETHER
        } else {
            AWAY
        };
        let answers = answers(events);
        let begins =
            |event: &&&Event| event.is_said_by_people() || answers.first() == Some(&event.seq);
        let letters = events.iter().filter(begins).map(|event| {
            let name = clock::event_name();
            let delivery = Delivery::to_customer(row, &outbox, event, false, name);
            let (answers, wait) = match event.is_said_by_people() {
                true => (Vec::new(), wait),
                false => (answers.clone(), SignedDuration::ZERO),
            };
            let from = event.at.checked_add(wait).unwrap_or(event.at);
            let letter = self.letter_to(row, answers);
            delivery.by_letter(letter).not_before(from)
        });
        letters.collect()
    }

    fn letter_to(&self, row: &Conversation, answers: Vec<Seq>) -> Letter {
        let rules = self.rules.load();
        let site = self.site(&row.site);
        let shop = site.map_or("", |site| site.merchant_name.as_str());
        let values = Values::new().with(Placeholder::MerchantName, shop);
        let say = |say| rules.replies.say(say, row.language, &values);
        Letter {
            subject: say(Say::LetterSubject),
            foot: say(Say::LetterFoot),
            notice: say(Say::LetterNotice),
            answers,
            with: Vec::new(),
            is_notice: false,
        }
    }

    /// The customer has read on the page what was said up to a number: it is not to be a letter as well.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn has_read(&self, session: &Session, up_to: Seq) -> Result<(), DeskError> {
        let Some(row) = self.current(session).await? else {
            return Ok(());
        };
        let Some(outbox) = self.mailbox(&row) else {
            return Ok(());
        };
        let waiting = self.waiting_in(&outbox, &row.id).await?;
        let mut read = waiting
            .into_iter()
            .filter(|(_, seq)| *seq <= up_to)
            .peekable();
        if read.peek().is_none() {
            return Ok(());
        }
        let commit = read.fold(Commit::new(), |commit, (letter, _)| {
            commit.delivered(letter)
        });
        self.commit(commit).await
    }

    /// What waits in an outbox for the customer of a conversation.
    pub(in crate::desk) async fn waiting_in(
        &self,
        outbox: &EndpointId,
        id: &ConversationId,
    ) -> Result<Vec<(DeliveryId, Seq)>, DeskError> {
        let found = self.store.waiting_in(outbox, id).await?.into_iter();
        let found = found.filter_map(|delivery| Some((delivery.id, delivery.message?.message.seq)));
        Ok(found.collect())
    }
}

/// What the bot says in a commit to somebody who wrote by letter.
fn answers(events: &[&Event]) -> Vec<Seq> {
    let is_letter =
        |event: &&Event| matches!(event.body, EventBody::Message { by_letter, .. } if by_letter);
    if !events.iter().any(is_letter) {
        return Vec::new();
    }
    let said = events.iter().filter(|event| is_reply_of_bot(event));
    said.map(|event| event.seq).collect()
}
