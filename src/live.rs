//! Wake-ups: "look again", never data.
//!
//! Whoever shows a conversation live waits here and then reads the log from the last number it saw. A wake-up carries nothing, so
//! there is no second truth to keep consistent: a lost or doubled one costs a look, never a message. A topic exists while somebody
//! waits for it; waking what nobody waits for leaves nothing behind.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hash, RandomState};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::ids::{ConversationId, MerchantId, VisitorId};

/// Locks are split by topic, so that ten thousand waiting pages do not stand in one line.
const SHARDS: usize = 64;

/// What one can wait for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Topic {
    Conversation(ConversationId),
    Visitor(VisitorId),
    Inbox(Option<MerchantId>),
    Line(MerchantId),
}

/// One topic as its waiters share it.
#[derive(Debug, Default)]
struct Bell {
    rung: AtomicU64,
    notify: Notify,
}

/// A bell and how many wait for it.
#[derive(Debug, Default)]
struct Waited {
    bell: Arc<Bell>,
    waiters: usize,
}

type Topics = HashMap<Topic, Waited>;
type Shard = Mutex<Topics>;

/// All topics that somebody waits for. Cheap to clone: every clone rings the same bells.
#[derive(Clone, Debug)]
pub struct Live {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shards: [Shard; SHARDS],
    hasher: RandomState,
    closing: AtomicBool,
}

/// What a wait came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something may have happened: read what follows the last number seen.
    Look,
    /// The desk is stopping: say good-bye.
    Closing,
}

/// Somebody's wait for one topic, or for two. Dropping it leaves them.
#[derive(Debug)]
pub struct Wakes {
    live: Live,
    topic: Topic,
    bell: Arc<Bell>,
    seen: u64,
    also: Option<Box<Wakes>>,
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl Live {
    /// Nobody waits yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                shards: std::array::from_fn(|_| Shard::default()),
                hasher: RandomState::new(),
                closing: AtomicBool::new(false),
            }),
        }
    }

    /// Something was written to this conversation.
    pub fn wake(&self, conversation: &ConversationId) {
        self.ring(&Topic::Conversation(conversation.clone()));
    }

    /// This visitor's session changed, for instance to another conversation.
    pub fn wake_visitor(&self, visitor: &VisitorId) {
        self.ring(&Topic::Visitor(visitor.clone()));
    }

    /// Something changed in the inbox of this merchant's team, and so in the inbox of those who see all merchants.
    pub fn wake_inbox(&self, merchant: &MerchantId) {
        self.ring(&Topic::Inbox(Some(merchant.clone())));
        self.ring(&Topic::Inbox(None));
    }

    /// Somebody came into the line before this merchant's people, or left it.
    pub fn wake_line(&self, merchant: &MerchantId) {
        self.ring(&Topic::Line(merchant.clone()));
    }

    /// Waits for changes of the line before a merchant's people.
    #[must_use]
    pub fn subscribe_line(&self, merchant: &MerchantId) -> Wakes {
        self.join(Topic::Line(merchant.clone()))
    }

    /// Waits for a conversation. What was written before this call is not announced: read it first after subscribing.
    #[must_use]
    pub fn subscribe(&self, conversation: &ConversationId) -> Wakes {
        self.join(Topic::Conversation(conversation.clone()))
    }

    /// Waits for changes of a visitor's session.
    #[must_use]
    pub fn subscribe_visitor(&self, visitor: &VisitorId) -> Wakes {
        self.join(Topic::Visitor(visitor.clone()))
    }

    /// Waits for changes of one merchant's inbox, or of everybody's.
    #[must_use]
    pub fn subscribe_inbox(&self, merchant: Option<&MerchantId>) -> Wakes {
        self.join(Topic::Inbox(merchant.cloned()))
    }

    /// The desk stops: every waiter, now and later, hears [`Wake::Closing`].
    pub fn close(&self) {
        self.inner.closing.store(true, Ordering::SeqCst);
        for shard in &self.inner.shards {
            for waited in lock(shard).values() {
                waited.bell.ring();
            }
        }
    }

    /// How many topics somebody waits for.
    #[must_use]
    pub fn topics(&self) -> usize {
        self.inner
            .shards
            .iter()
            .map(|shard| lock(shard).len())
            .sum()
    }

    fn ring(&self, topic: &Topic) {
        if let Some(waited) = lock(self.shard(topic)).get(topic) {
            waited.bell.ring();
        }
    }

    fn join(&self, topic: Topic) -> Wakes {
        let bell = {
            let mut topics = lock(self.shard(&topic));
            let waited = topics.entry(topic.clone()).or_default();
            waited.waiters += 1;
            Arc::clone(&waited.bell)
        };
        let seen = bell.rung.load(Ordering::SeqCst);
        Wakes {
            live: self.clone(),
            topic,
            bell,
            seen,
            also: None,
        }
    }

    fn shard(&self, topic: &Topic) -> &Shard {
        let hash = self.inner.hasher.hash_one(topic);
        let at = usize::try_from(hash % SHARDS as u64).unwrap_or(0);
        &self.inner.shards[at]
    }

    fn is_closing(&self) -> bool {
        self.inner.closing.load(Ordering::SeqCst)
    }
}

impl Bell {
    fn ring(&self) {
        self.rung.fetch_add(1, Ordering::SeqCst);
        self.notify.notify_waiters();
    }
}

impl Wakes {
    /// Waits for another topic as well, in place of any second one.
    pub fn also(&mut self, other: Option<Self>) {
        self.also = other.map(Box::new);
    }

    /// Waits until there is reason to look. Several wake-ups since the last look are one. Safe to drop and call again.
    pub async fn next(&mut self) -> Wake {
        let first = heard(&self.live, &self.bell, &mut self.seen);
        match &mut self.also {
            None => first.await,
            Some(other) => tokio::select! {
                wake = first => wake,
                wake = heard(&other.live, &other.bell, &mut other.seen) => wake,
            },
        }
    }
}

/// Waits for a ring after those that have been heard.
async fn heard(live: &Live, bell: &Bell, seen: &mut u64) -> Wake {
    loop {
        // Registered before the counter is read, so that a ring between the two is not missed.
        let mut notified = pin!(bell.notify.notified());
        notified.as_mut().enable();
        if live.is_closing() {
            return Wake::Closing;
        }
        let rung = bell.rung.load(Ordering::SeqCst);
        if rung != *seen {
            *seen = rung;
            return Wake::Look;
        }
        notified.await;
    }
}

impl Drop for Wakes {
    fn drop(&mut self) {
        let mut topics = lock(self.live.shard(&self.topic));
        if let Entry::Occupied(mut entry) = topics.entry(self.topic.clone()) {
            entry.get_mut().waiters -= 1;
            if entry.get().waiters == 0 {
                entry.remove();
            }
        }
    }
}

/// A panic while a shard was locked cannot leave it half changed: each change is one map operation.
fn lock(shard: &Shard) -> MutexGuard<'_, Topics> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::{Live, Wake};
    use crate::domain::ids::{ConversationId, MerchantId};

    fn conversation(id: &str) -> ConversationId {
        ConversationId::parse(id).unwrap()
    }

    #[tokio::test]
    async fn a_wake_between_two_looks_is_not_missed_and_several_are_one() {
        let live = Live::new();
        let mut wakes = live.subscribe(&conversation("c1"));
        live.wake(&conversation("c1"));
        live.wake(&conversation("c1"));
        assert_eq!(wakes.next().await, Wake::Look);
        let idle = timeout(Duration::from_millis(20), wakes.next()).await;
        assert!(idle.is_err(), "nothing more happened");
    }

    #[tokio::test]
    async fn another_conversation_wakes_nobody_here() {
        let live = Live::new();
        let mut wakes = live.subscribe(&conversation("c1"));
        live.wake(&conversation("c2"));
        let idle = timeout(Duration::from_millis(20), wakes.next()).await;
        assert!(idle.is_err());
    }

    #[tokio::test]
    async fn those_who_see_all_merchants_hear_each_of_them() {
        let live = Live::new();
        let (ours, theirs) = (
            MerchantId::parse("m1").unwrap(),
            MerchantId::parse("m2").unwrap(),
        );
        let (mut one, mut all) = (
            live.subscribe_inbox(Some(&ours)),
            live.subscribe_inbox(None),
        );
        live.wake_inbox(&theirs);
        assert_eq!(all.next().await, Wake::Look);
        let idle = timeout(Duration::from_millis(20), one.next()).await;
        assert!(idle.is_err(), "another merchant's activity is not told");
    }

    #[tokio::test]
    async fn who_waits_for_two_things_hears_either_also_after_a_wait_that_was_given_up() {
        let live = Live::new();
        let ours = MerchantId::parse("m1").unwrap();
        let mut wakes = live.subscribe(&conversation("c1"));
        wakes.also(Some(live.subscribe_line(&ours)));
        let idle = timeout(Duration::from_millis(20), wakes.next()).await;
        assert!(idle.is_err());
        live.wake_line(&ours);
        assert_eq!(wakes.next().await, Wake::Look);
        live.wake(&conversation("c1"));
        assert_eq!(wakes.next().await, Wake::Look);
        wakes.also(None);
        live.wake_line(&ours);
        let idle = timeout(Duration::from_millis(20), wakes.next()).await;
        assert!(idle.is_err(), "the line is nothing to this one any more");
    }

    #[tokio::test]
    async fn nothing_is_left_when_nobody_waits() {
        let live = Live::new();
        let (first, second) = (
            live.subscribe(&conversation("c1")),
            live.subscribe(&conversation("c1")),
        );
        assert_eq!(live.topics(), 1);
        drop(first);
        assert_eq!(live.topics(), 1, "somebody still waits");
        drop(second);
        for n in 0..1_000 {
            live.wake(&conversation(&format!("c{n}")));
        }
        assert_eq!(live.topics(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_waiter_hears_the_last_of_many_rings() {
        let live = Live::new();
        let waiters: Vec<_> = (0..50)
            .map(|_| {
                let mut wakes = live.subscribe(&conversation("c1"));
                tokio::spawn(async move { while wakes.next().await != Wake::Closing {} })
            })
            .collect();
        for _ in 0..1_000 {
            live.wake(&conversation("c1"));
        }
        live.close();
        for waiter in waiters {
            timeout(Duration::from_secs(60), waiter)
                .await
                .expect("a waiter slept through the closing")
                .unwrap();
        }
        assert_eq!(live.topics(), 0);
    }
}
