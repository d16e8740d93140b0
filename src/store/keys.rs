//! Where everything is: the keys of the one sorted map. The first byte is the kind; ids end with a zero byte, which no id contains;
//! numbers and times are big-endian, so that the order of bytes is the order of values.
//!
//! | kind | key | value |
//! |---|---|---|
//! | `\0` | what the store says about itself | |
//! | `a` | agent | the agent |
//! | `A` | hash of a token | agent id |
//! | `b` | time of the last message, conversation | nothing: messages wait for an answer |
//! | `B` | merchant or nothing, name | an answer that agents have ready (`canned`) |
//! | `c` | conversation | its row |
//! | `C` | merchant, key of a customer, time (newest first), order | nothing: a claim of theirs (`claimants`) |
//! | `D` | endpoint, number | a delivery that has arrived, one of the last |
//! | `d` | conversation, sender, client id | number of the event that was sent so |
//! | `e` | conversation, number | the events of one commit, under the number of the last (`log`) |
//! | `f` | conversation, hash of a file, number | nothing: an event with the file |
//! | `F` | hash of a file, merchant, conversation, number | nothing: the same, by the file |
//! | `g` | endpoint, number | a delivery that was given up |
//! | `G` | conversation, agent | what the agent has begun to write (`drafts`) |
//! | `h` | merchant or nothing, notice | a notice about which something is left to be done |
//! | `H` | merchant or nothing, notice | a notice that is over, and all have been told |
//! | `i` | scope, view, sort, conversation | the line of an inbox list; nothing in that of the bot |
//! | `I` | scope, view, facet or order, sort, conversation | nothing: it is in the list and has this facet, or stands there in another order (`facets`, `sorting`) |
//! | `j` | time, agent, what | a line of the audit log |
//! | `k` | hash of a key | an API key |
//! | `K` | | the key that links to transcripts are signed by |
//! | `l` | notice, conversation | nothing: its customer is told when the notice ends |
//! | `L` | merchant, band of a look, look, conversation, number | nothing: the same, by what the picture looks like |
//! | `m` | conversation | how far it can be found by its words (`search`) |
//! | `M` | number | the conversation that has it in the index of words |
//! | `n` | scope, view | how many conversations are in the view |
//! | `N` | conversation | nothing: something was said that cannot be found by its words yet |
//! | `o` | merchant, order | an order |
//! | `O` | merchant, order, conversation | nothing: people have or had the conversation, and it is about the order (`facets`) |
//! | `p` | outbox, hash of a platform's name for a message | which message it is with us (`known`) |
//! | `P` | agent | what they chose to be: there, pausing or not there (`choices`) |
//! | `q` | merchant | how often troubles come |
//! | `Q` | | how many conversations are numbered in the index of words |
//! | `r` | merchant, order | the claims of an order |
//! | `R` | merchant, day, language | what the day added up to (`reports`) |
//! | `S` | agent | what they narrow their lists by again and again (`saved_filters`) |
//! | `s` | hash of a token | a session |
//! | `T` | version | a policy as it was worded (`policies`) |
//! | `t` | time, what | nothing: something is due |
//! | `u` | endpoint | what is known of it |
//! | `v` | hash of a token | an agent's log-in |
//! | `V` | conversation, number of an answer | what an agent said of it (`reviews`) |
//! | `w` | endpoint, number | a delivery that waits |
//! | `W` | outbox, conversation, number | nothing: a delivery that waits is said in it |
//! | `x` | merchant, hash of an address, time (newest first), order | nothing: an order of a contact |
//! | `y` | hash of what is counted | a tally |
//! | `z` | word, range (newest first) | which of 4096 conversations have the word |
//! | `~` | key, number | a further part of a long value (`values`) |

mod contact;
mod due;
pub(crate) mod files;
mod notices;
mod waiting;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

pub(crate) use contact::{contact, contact_order, contact_since, order_at, placed_at};
pub(crate) use due::{burst, expiry, log_in_end, promise, service, snoozed};
pub(crate) use notices::{
    all_live_notices, linked, linked_to, live_notices, notice, notice_places, settled_notices,
};
pub(crate) use waiting::{
    conversation_at, number_at, place_in, waited_for, waiting_in, waiting_number,
};

use crate::domain::account::TokenHash;
use crate::domain::audit::AuditEntry;
use crate::domain::conversation::Seq;
use crate::domain::ids::{AgentId, ClientId, ConversationId, EndpointId, MerchantId, OrderId};
use crate::domain::tally::TallyKey;
use crate::domain::webhook::{Delivery, DeliveryId, DeliveryState};
use crate::store::batch::Change;

/// The last journal sequence that is in the engine.
pub(crate) const APPLIED: &[u8] = b"\0applied";
/// The store's id: the journal and the engine belong together.
pub(crate) const STORE_ID: &[u8] = b"\0store";
/// The version of the layout of keys.
pub(crate) const LAYOUT: &[u8] = b"\0layout";
/// The layout this program writes. 2: the inbox list of the bot is by when a conversation began, and keeps no lines. 3: a record of a
/// log may hold several events; those of one event stay as they are. 4: inbox lists by what conversations have (`I`), and the index of words.
/// 5: inbox lists by intents and by the state of the order, in other orders, and the conversations about an order (`O`).
/// 6: inbox lists by currency, amounts in the order of each currency, and the bot's list from its other end. 7: what an agent owes an answer
/// to is by that in the most urgent order, where nothing is promised by a time. 8: what waits to be said in a conversation (`W`).
pub(crate) const LAYOUT_VERSION: u8 = 8;
/// No record's key is smaller.
pub(crate) const FIRST_RECORD: &[u8] = &[1];
/// No key is as large.
pub(crate) const END: &[u8] = &[0xff];

/// Says up to where the journal has been applied.
pub(crate) fn applied(seq: u64) -> Change {
    (APPLIED.to_vec(), Some(seq.to_be_bytes().to_vec()))
}

/// Says which store this is.
pub(crate) fn store_id(id: u128) -> Change {
    (STORE_ID.to_vec(), Some(id.to_be_bytes().to_vec()))
}

/// Says that keys are laid out as this program does it.
pub(crate) fn layout() -> Change {
    (LAYOUT.to_vec(), Some(vec![LAYOUT_VERSION]))
}

/// Says that some keys may be laid out as an earlier program did it: what came from a backup or a journal.
pub(crate) fn layout_unsure() -> Change {
    (LAYOUT.to_vec(), Some(vec![0]))
}

/// A key in the making.
#[derive(Clone, Debug)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// Goes on from what others begin with.
    pub(crate) fn from(prefix: &[u8]) -> Self {
        Self(prefix.to_vec())
    }

    /// Begins with a kind.
    pub(crate) fn new(kind: u8) -> Self {
        let mut bytes = Vec::with_capacity(96);
        bytes.push(kind);
        Self(bytes)
    }

    /// Adds an id and its end.
    pub(crate) fn id(mut self, id: &str) -> Self {
        self.0.extend_from_slice(id.as_bytes());
        self.0.push(0);
        self
    }

    /// Adds bytes of a fixed length.
    pub(crate) fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds a time; earlier ones come first.
    pub(crate) fn time(self, at: Timestamp) -> Self {
        self.fixed(&time_bits(at).to_be_bytes())
    }

    /// Adds a time; later ones come first.
    pub(crate) fn time_back(self, at: Timestamp) -> Self {
        self.fixed(&(!time_bits(at)).to_be_bytes())
    }

    /// The key.
    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

fn time_bits(at: Timestamp) -> u64 {
    at.as_microsecond().cast_unsigned() ^ (1 << 63)
}

/// The time that stands in eight bytes of a key.
pub(crate) fn time_of(bytes: &[u8]) -> Option<Timestamp> {
    let bits = u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
    Timestamp::from_microsecond((bits ^ (1 << 63)).cast_signed()).ok()
}

/// The id that begins a piece of a key, and what follows it.
pub(crate) fn id_of(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

/// The first key after all that begin with `prefix`.
pub(crate) fn after(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            break;
        }
    }
    end
}

pub(crate) fn conversation(id: &ConversationId) -> Vec<u8> {
    Key::new(b'c').id(id.as_str()).done()
}

/// Where the events of a commit stand whose last one has this number; the record of any other of them is the next one from there on.
pub(crate) fn event(conversation: &ConversationId, seq: Seq) -> Vec<u8> {
    let key = Key::new(b'e').id(conversation.as_str());
    key.fixed(&seq.0.to_be_bytes()).done()
}

/// The first key after the log of a conversation.
pub(crate) fn log_end(conversation: &ConversationId) -> Vec<u8> {
    after(&Key::new(b'e').id(conversation.as_str()).done())
}

pub(crate) fn sent(conversation: &ConversationId, sender: &str, name: &ClientId) -> Vec<u8> {
    let key = Key::new(b'd').id(conversation.as_str());
    key.id(sender).id(name.as_str()).done()
}

pub(crate) fn orders(merchant: &MerchantId) -> Vec<u8> {
    Key::new(b'o').id(merchant.as_str()).done()
}

pub(crate) fn order(merchant: &MerchantId, id: &OrderId) -> Vec<u8> {
    let key = Key::new(b'o').id(merchant.as_str());
    key.id(id.as_str()).done()
}

/// The conversations that people have or had about an order, whose key this is.
pub(crate) fn talked_about(order: &[u8]) -> Vec<u8> {
    [b"O", &order[1..]].concat()
}

pub(crate) fn claims_of(merchant: &MerchantId) -> Vec<u8> {
    Key::new(b'r').id(merchant.as_str()).done()
}

pub(crate) fn claims(merchant: &MerchantId, order: &OrderId) -> Vec<u8> {
    let key = Key::new(b'r').id(merchant.as_str());
    key.id(order.as_str()).done()
}

pub(crate) fn endpoint(id: &EndpointId) -> Vec<u8> {
    Key::new(b'u').id(id.as_str()).done()
}

/// Where all endpoints stand.
pub(crate) fn endpoints() -> (Vec<u8>, Vec<u8>) {
    (vec![b'u'], after(b"u"))
}

/// The endpoint that a key stands for.
pub(crate) fn endpoint_of(key: &[u8]) -> Option<EndpointId> {
    let (id, _) = id_of(key.get(1..)?)?;
    EndpointId::parse(id).ok()
}

/// The deliveries of an endpoint that wait, in the order in which they are sent.
pub(crate) fn waiting_at(endpoint: &EndpointId) -> Vec<u8> {
    Key::new(b'w').id(endpoint.as_str()).done()
}

/// The deliveries of an endpoint that were given up.
pub(crate) fn failed_at(endpoint: &EndpointId) -> Vec<u8> {
    Key::new(b'g').id(endpoint.as_str()).done()
}

/// The deliveries of an endpoint that have arrived, as far as they are kept.
pub(crate) fn delivered_at(endpoint: &EndpointId) -> Vec<u8> {
    Key::new(b'D').id(endpoint.as_str()).done()
}

/// Where a delivery may stand: among those that wait, those that were given up, and those that have arrived.
pub(crate) fn deliveries(id: &DeliveryId) -> [Vec<u8>; 3] {
    let number = id.number.to_be_bytes();
    let endpoint = &id.endpoint;
    let all = [
        waiting_at(endpoint),
        failed_at(endpoint),
        delivered_at(endpoint),
    ];
    all.map(|all| Key(all).fixed(&number).done())
}

/// Where a delivery stands.
pub(crate) fn delivery(delivery: &Delivery) -> Vec<u8> {
    let [waiting, failed, delivered] = deliveries(&delivery.id);
    match delivery.state {
        DeliveryState::Waiting { .. } => waiting,
        DeliveryState::Failed { .. } => failed,
        DeliveryState::Delivered { .. } => delivered,
    }
}

pub(crate) fn rates(merchant: &MerchantId) -> Vec<u8> {
    Key::new(b'q').id(merchant.as_str()).done()
}

pub(crate) fn session(token: &TokenHash) -> Vec<u8> {
    Key::new(b's').fixed(&token.0).done()
}

pub(crate) fn log_in(token: &TokenHash) -> Vec<u8> {
    Key::new(b'v').fixed(&token.0).done()
}

/// Two entries of one agent about the same thing at the same moment, from the same place, are one.
pub(crate) fn audit(entry: &AuditEntry) -> Vec<u8> {
    let about = entry.about.as_deref().unwrap_or_default();
    let about = about.get(..about.len().min(64)).unwrap_or_default();
    let key = audit_since(entry.at).id(entry.agent.as_str());
    let key = key.id(entry.what.name()).id(about);
    match &entry.from {
        Some(from) => key.id(from).done(),
        None => key.done(),
    }
}

/// The audit log from a time on.
pub(crate) fn audit_since(at: Timestamp) -> Key {
    Key::new(b'j').time(at)
}

pub(crate) fn agent(id: &AgentId) -> Vec<u8> {
    Key::new(b'a').id(id.as_str()).done()
}

pub(crate) fn agent_token(token: &TokenHash) -> Vec<u8> {
    Key::new(b'A').fixed(&token.0).done()
}

pub(crate) fn api_key(token: &TokenHash) -> Vec<u8> {
    Key::new(b'k').fixed(&token.0).done()
}

pub(crate) fn tally(key: &TallyKey) -> Vec<u8> {
    let text = match key {
        TallyKey::Order(merchant, order) => format!("order\0{merchant}\0{order}"),
        TallyKey::Address(address) => format!("address\0{address}"),
        TallyKey::Code(agent) => format!("code\0{agent}"),
        TallyKey::LogIn(agent) => format!("login\0{agent}"),
        TallyKey::LogInFrom(network) => format!("login-from\0{network}"),
    };
    Key::new(b'y').fixed(&Sha256::digest(text)).done()
}

#[cfg(test)]
mod tests;
