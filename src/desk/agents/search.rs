//! What conversations are found by: what customers and agents said in them, names, addresses, order numbers. What the bot said is the same
//! everywhere and finds nothing.
//!
//! A turn only marks its conversation. What is marked is read when the desk looks at what is due, and before every search, so far as
//! that goes; whoever searches while thousands of conversations wait to be read finds the last seconds of them a little later.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use super::handling::{scope, sees};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, Event, EventBody, Seq};
use crate::domain::ids::{ConversationId, MerchantId, OrderId};
use crate::domain::search::{Asked, Term, Words, add_words};
use crate::engine::text::{is_invisible, simplify};
use crate::store::{Commit, Cursor, Filter, InboxRow, Indexing, Page, Snippet};

/// So many conversations are read for one change of the index.
const AT_ONCE: usize = 128;
/// So many are read in one look at what is due.
pub(in crate::desk) const PER_PASS: usize = 8_192;
/// So many are read before a search.
const BEFORE_SEARCH: usize = 256;
/// So many events are read at a time.
const EVENTS: usize = 200;
/// So many conversations are looked at for one page.
const LOOKED_AT: usize = 400;
/// So many of them at a time.
pub(in crate::desk) const STEP: usize = 64;
/// So many digits at the end of a phone number are what people give as theirs: without the country's prefix, or less of it.
const KNOWN_ENDS: RangeInclusive<usize> = 8..=11;
/// So much of what was said is shown, in characters, and so much of it before the words that were looked for.
const SHOWN: usize = 120;
const BEFORE: usize = 30;

/// A text as it is compared: one width, one case, one script.
pub(in crate::desk) fn fold(text: &str) -> String {
    let seen = text.nfkc().filter(|c| !is_invisible(*c));
    simplify(&seen.collect::<String>().to_lowercase())
}

/// By this word everybody's conversations of a merchant are found. Nobody can type it.
fn merchant_word(merchant: &MerchantId) -> String {
    format!("\u{1}{merchant}")
}

/// By these all conversations of whoever speaks in one are found. Nobody can type them.
pub(in crate::desk) fn person_words(row: &Conversation) -> Vec<String> {
    let visitor = format!("\u{2}{}", row.visitor);
    let subject = row.identity.as_ref().map(|one| {
        let hash = Sha256::digest(format!("{}\0{}", row.merchant, one.subject));
        let hash = hash.iter().take(12).fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        });
        format!("\u{3}{hash}")
    });
    std::iter::once(visitor).chain(subject).collect()
}

impl Desk {
    /// Conversations of whoever speaks in one, the latest first, as far as they can be found already.
    pub(in crate::desk) async fn found_of(
        &self,
        row: &Conversation,
        most: usize,
    ) -> Result<Vec<ConversationId>, DeskError> {
        let mut found = Vec::new();
        for word in person_words(row) {
            let page = self.store.find(&[Term::Word(word)], None, most).await?;
            found.extend(page.into_iter().map(|(_, id)| id));
        }
        Ok(found)
    }

    /// All that a conversation is found by, and its log. Whoever calls this holds the index.
    pub(in crate::desk) async fn all_words(
        &self,
        row: &Conversation,
    ) -> Result<(Words, Vec<Event>), DeskError> {
        let read = self.words_after(row, Seq::default()).await?;
        let mut events: Vec<Event> = Vec::new();
        loop {
            let after = events.last().map_or(Seq::default(), |event| event.seq);
            let page = self.store.events(&row.id, after, EVENTS).await?;
            if page.is_empty() {
                return Ok((read.words, events));
            }
            events.extend(page);
        }
    }

    /// Reads up to so many conversations in which something was said, and makes them found by it. Tells how many it read.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(in crate::desk) async fn read_for_words(&self, most: usize) -> Result<usize, DeskError> {
        let _one = self.indexing.lock().await;
        let mut read = 0;
        while read < most {
            let marked = self.store.to_index(AT_ONCE).await?;
            let (mut batch, mut gone) = (Vec::new(), Vec::new());
            for id in &marked {
                match self.store.conversation(id).await? {
                    Some(row) => batch.push(self.new_words(&row).await?),
                    None => gone.push(id.clone()),
                }
            }
            if marked.is_empty() {
                break;
            }
            read += marked.len();
            let change = self.store.index(batch, gone).await?;
            self.commit(Commit::new().indexed(change)).await?;
            if marked.len() < AT_ONCE {
                break;
            }
        }
        Ok(read)
    }

    /// What was said since a conversation was last read, and what else it is found by.
    async fn new_words(&self, row: &Conversation) -> Result<Indexing, DeskError> {
        let known = self.store.indexed(&row.id).await?;
        self.words_after(row, known.map_or(Seq::default(), |known| known.seq))
            .await
    }

    /// What was said after an event, and what else a conversation is found by.
    async fn words_after(&self, row: &Conversation, after: Seq) -> Result<Indexing, DeskError> {
        let mut words = row_words(row);
        let mut last = after;
        loop {
            let page = self.store.events(&row.id, last, EVENTS).await?;
            for event in &page {
                said(event)
                    .into_iter()
                    .for_each(|text| add_words(&fold(&text), &mut words));
            }
            match page.last() {
                Some(event) => last = event.seq,
                None => break,
            }
            for name in self.names_proven(&row.merchant, &page).await? {
                add_words(&fold(&name), &mut words);
            }
        }
        Ok(Indexing {
            conversation: row.id.clone(),
            seq: last,
            words,
        })
    }

    /// On whose name the orders are that were proven in some events.
    async fn names_proven(
        &self,
        merchant: &MerchantId,
        events: &[Event],
    ) -> Result<Vec<String>, DeskError> {
        let mut names = Vec::new();
        for order in events.iter().filter_map(proven) {
            let found = self.store.order(merchant, order).await?;
            names.extend(found.and_then(|order| order.customer.name));
        }
        Ok(names)
    }

    /// A page of the conversations that have all the words of a text, the last begun first, as far as the agent may see, in all lists.
    ///
    /// # Errors
    /// When the store cannot be read, or what is marked cannot be read for its words.
    pub async fn search(
        &self,
        agent: &Agent,
        text: &str,
        filter: &Filter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, DeskError> {
        let (Some(mut asked), Ok(merchant)) = (Asked::parse(&fold(text)), scope(agent, filter))
        else {
            return Ok(Page::empty());
        };
        if let Some(merchant) = merchant {
            asked.terms.push(Term::Word(merchant_word(merchant)));
        }
        self.read_for_words(BEFORE_SEARCH).await?;
        let mut before = cursor.and_then(Cursor::number);
        let mut rows = Vec::new();
        for _ in 0..LOOKED_AT.div_ceil(STEP) {
            let found = self.store.find(&asked.terms, before, STEP).await?;
            let is_last = found.len() < STEP;
            for (number, id) in found {
                if rows.len() == limit {
                    let next = before.map(Cursor::at);
                    return Ok(Page { rows, next });
                }
                before = Some(number);
                let row = self.store.conversation(&id).await?;
                if let Some(row) = row.filter(|row| sees(agent, row))
                    && filter.fits(&row, self.order_at_hand(&row).await?.as_ref())
                {
                    rows.extend(self.shown(&row, &asked).await?);
                }
            }
            if is_last {
                return Ok(Page { rows, next: None });
            }
        }
        let next = before.map(Cursor::at);
        Ok(Page { rows, next })
    }

    /// The line of a conversation with the last thing in it that shows most of what was looked for; none if its words stand apart.
    async fn shown(
        &self,
        row: &Conversation,
        asked: &Asked,
    ) -> Result<Option<InboxRow>, DeskError> {
        let mut texts: Vec<String> = row_texts(row).iter().map(|text| fold(text)).collect();
        let mut best: (usize, Option<Snippet>) = (0, None);
        let mut after = Seq::default();
        loop {
            let page = self.store.events(&row.id, after, EVENTS).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for event in &page {
                let Some(text) = said(event).into_iter().next() else {
                    continue;
                };
                let folded = fold(&text);
                let shows = asked.shown_in(&folded);
                if shows > 0 && shows >= best.0 {
                    best = (shows, Some(snippet(event, &text, &folded, asked)));
                }
                texts.push(folded);
            }
            let names = self.names_proven(&row.merchant, &page).await?;
            texts.extend(names.iter().map(|name| fold(name)));
        }
        let stands = asked.stands_in(&texts);
        Ok(stands.then(|| InboxRow::of(row, best.1)))
    }
}

/// The part of a text in which the words stand.
fn snippet(event: &Event, text: &str, folded: &str, asked: &Asked) -> Snippet {
    let at = asked.first_in(folded).unwrap_or(0);
    let skipped = match at {
        at if at + BEFORE < SHOWN => 0,
        at => at - BEFORE,
    };
    let shown: String = text.chars().skip(skipped).take(SHOWN).collect();
    Snippet {
        by: event.by.name().to_owned(),
        text: match skipped {
            0 => shown,
            _ => format!("\u{2026}{shown}"),
        },
    }
}

/// What an event is found by.
fn said(event: &Event) -> Vec<String> {
    match &event.body {
        EventBody::Message { text, .. } | EventBody::Note { text, .. } => vec![text.clone()],
        EventBody::Reply { text, .. } if event.by.is_person() => vec![text.clone()],
        EventBody::ContactLeft { email, .. } => vec![String::from(email.clone())],
        EventBody::Rated { text, .. } => text.iter().cloned().collect(),
        EventBody::ClaimMoved { claim, .. } => vec![claim.to_string(), claim.order().to_string()],
        EventBody::ProofGained { order, .. } => vec![order.to_string()],
        EventBody::Attached { order, .. } => order.iter().map(OrderId::to_string).collect(),
        EventBody::MerchantTold { text, .. } => vec![text.clone()],
        EventBody::OrderCorrected(corrected) => vec![corrected.order.to_string()],
        _ => Vec::new(),
    }
}

fn proven(event: &Event) -> Option<&OrderId> {
    match &event.body {
        EventBody::ProofGained { order, .. } => Some(order),
        _ => None,
    }
}

/// Who speaks, and about what.
fn row_texts(row: &Conversation) -> Vec<String> {
    let identity = row.identity.iter();
    let own = identity.flat_map(|one| [&one.name, &one.email, &one.phone].map(Clone::clone));
    let contact = row.contact.clone().map(String::from);
    let order = row.memory.order.as_ref().map(OrderId::to_string);
    let all = own.chain([contact, order, Some(row.id.to_string())]);
    all.flatten().collect()
}

fn row_words(row: &Conversation) -> Words {
    let mut words: Words = BTreeSet::from([merchant_word(&row.merchant)]);
    words.extend(person_words(row));
    for text in row_texts(row) {
        add_words(&fold(&text), &mut words);
    }
    if let Some(phone) = row.identity.as_ref().and_then(|one| one.phone.as_deref()) {
        // People know the end of a number, with or without the country's prefix.
        let ends = KNOWN_ENDS.filter_map(|length| phone.get(phone.len().checked_sub(length)?..));
        words.extend(ends.map(str::to_owned));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_in_one_case_width_and_script() {
        assert_eq!(fold("\u{ff21}1001 Refund\u{200b}s"), "a1001 refunds");
        assert_eq!(fold("\u{9000}\u{8cbb}"), fold("\u{9000}\u{8d39}"));
    }
}
