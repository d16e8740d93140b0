//! A store with many conversations, written as the desk writes them.

use anyhow::{Context as _, Result};
use frontdesk::clock::{conversation_id, visitor_id};
use frontdesk::domain::conversation::{Conversation, EventBody, Opening, Role};
use frontdesk::domain::ids::{ClientId, MerchantId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::store::{Commit, Store};
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::desk::{SITE, order_id};

/// Commits under way at once while the store is filled.
const AT_ONCE: usize = 512;

/// A conversation that has just begun, and the question that it begins with.
pub fn asked(number: usize, now: Timestamp) -> Result<(Conversation, EventBody)> {
    let opening = Opening {
        id: conversation_id(),
        site: SiteId::parse(SITE)?,
        merchant: MerchantId::parse("m_linden")?,
        channel: "widget".to_owned(),
        visitor: visitor_id(),
        role: Role::Customer,
        identity: None,
        language: Language::En,
        previous: None,
    };
    let question = EventBody::Message {
        client_id: ClientId::parse(&format!("message-{number}"))?,
        text: format!("Where is my refund for order {}?", order_id(number)),
        choice: None,
        by_letter: false,
    };
    Ok((Conversation::open(opening, now), question))
}

/// Writes all of them, many at once.
pub async fn write_all(
    store: &Store,
    commits: impl IntoIterator<Item = Result<Commit>>,
) -> Result<()> {
    let mut writing = JoinSet::new();
    for commit in commits {
        if writing.len() == AT_ONCE {
            let written = writing.join_next().await;
            written.context("nothing was written")???;
        }
        let (store, commit) = (store.clone(), commit?);
        writing.spawn(async move { anyhow::Ok(store.commit(commit).await?) });
    }
    while let Some(written) = writing.join_next().await {
        written??;
    }
    Ok(())
}
