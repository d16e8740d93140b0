//! Conversations held in memory: the same turns as the server's, on orders from a file and a clock of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::Timestamp;

use crate::desk::turn::{Message, Understood, hear, record, site_facts, take, understand};
use crate::domain::claim::{OpenClaims, OrderClaims};
use crate::domain::conversation::{
    Because, Choice, Conversation, EventBody, Heard, Identity, Opening, Outcome, Owner, Role,
};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{
    ClientId, ConversationId, IntentId, MerchantId, OrderId, SiteId, VisitorId,
};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::order_record;
use crate::domain::policy::{self, Policy};
use crate::domain::proof::ProofLevel;
use crate::domain::service::Levels;
use crate::domain::site::Site;
use crate::engine::Rules;
use crate::engine::dialogue::{Facts, Move, Needs, SiteFacts, needs, step};

/// So many turns of the bot, then a person.
const TURN_BUDGET: u16 = 30;
/// The merchant whose orders name none.
const NOBODY: &str = "shop";

/// All conversations of one run.
pub(super) struct Room {
    rules: Arc<Rules>,
    orders: Vec<Order>,
    /// Policies from elsewhere, which outdo those of the rule folder.
    policies: BTreeMap<MerchantId, Arc<Policy>>,
    claims: BTreeMap<OrderId, OrderClaims>,
    conversations: BTreeMap<String, Place>,
    /// The time of the last message; it never goes back.
    now: Timestamp,
    /// Whether the time was set, and so stands still between messages.
    set: bool,
    sent: u64,
}

/// A conversation and where it is held.
struct Place {
    site: Site,
    /// Without a site, orders of all merchants are looked up.
    any_merchant: bool,
    conversation: Conversation,
}

/// Who speaks and where, as far as the line says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Speaker {
    pub(super) site: Option<MerchantId>,
    pub(super) role: Role,
    pub(super) identity: Option<Identity>,
}

/// What the desk says to one message.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) replies: Vec<Reply>,
    pub(super) outcome: Outcome,
    pub(super) intents: Vec<IntentId>,
    pub(super) owner: Owner,
    /// Why a person has the conversation, while one has.
    pub(super) reason: Option<HandoffReason>,
    /// Why it was handed over by this very message.
    pub(super) handed_over_now: Option<HandoffReason>,
}

/// One reply.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) language: Language,
    pub(super) choices: Vec<Choice>,
    pub(super) because: Because,
}

impl Reply {
    /// The words as they stand where there are no buttons: with the numbered choices, if it asks to choose.
    pub(super) fn in_words(&self) -> String {
        let choices = self
            .choices
            .iter()
            .filter(|_| asks(self.because.outcome) && self.choices.len() > 1);
        let lines = choices.map(|choice| format!("{}. {}", choice.number, choice.label));
        [self.text.clone()]
            .into_iter()
            .chain(lines)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Room {
    /// A room with the orders and policies of two files.
    pub(super) fn new(
        rules: Arc<Rules>,
        orders: Option<&str>,
        policies: Option<&str>,
        at: Option<Timestamp>,
    ) -> anyhow::Result<Self> {
        let nobody = MerchantId::parse(NOBODY)?;
        let mut parsed = Vec::new();
        for row in order_record::parse_many(orders.unwrap_or("[]"), Some(&nobody)) {
            parsed.push(row.map_err(|refused| anyhow::anyhow!("the orders: {refused}"))?);
        }
        let policies = policies
            .map(policy::parse_many)
            .transpose()
            .context("the policies")?
            .unwrap_or_default();
        let policies = policies
            .into_iter()
            .map(|(merchant, policy)| (merchant, Arc::new(policy)))
            .collect();
        Ok(Self {
            rules,
            orders: parsed,
            policies,
            claims: BTreeMap::new(),
            conversations: BTreeMap::new(),
            now: at.unwrap_or_else(Timestamp::now),
            set: at.is_some(),
            sent: 0,
        })
    }

    /// Sets the clock; it never goes back.
    pub(super) fn set_time(&mut self, at: Timestamp) {
        self.set = true;
        self.now = self.now.max(at);
    }

    /// A message of somebody of whom nothing is known.
    pub(super) fn hear(&mut self, conversation: &str, text: &str) -> Said {
        match self.speak(conversation, text, Speaker::default()) {
            Ok(said) => said,
            Err(_) => Said {
                replies: Vec::new(),
                outcome: Outcome::Escalate,
                intents: Vec::new(),
                owner: Owner::Queue,
                reason: Some(HandoffReason::SystemFault),
                handed_over_now: Some(HandoffReason::SystemFault),
            },
        }
    }

    /// A message in a conversation.
    pub(super) fn speak(
        &mut self,
        name: &str,
        text: &str,
        speaker: Speaker,
    ) -> anyhow::Result<Said> {
        if !self.set {
            self.now = self.now.max(Timestamp::now());
        }
        let mut place = match self.conversations.remove(name) {
            Some(place) => place,
            None => self.open(&speaker)?,
        };
        if speaker.identity.is_some() {
            place.conversation.identity = speaker.identity;
        }
        let said = self.turn(&mut place, text);
        self.conversations.insert(name.to_owned(), place);
        said
    }

    fn open(&self, speaker: &Speaker) -> anyhow::Result<Place> {
        let only = self
            .policies
            .keys()
            .next()
            .filter(|_| self.policies.len() == 1)
            .cloned();
        let merchant = speaker
            .site
            .clone()
            .or(only)
            .map_or_else(|| MerchantId::parse(NOBODY), Ok)?;
        let known = self.policies.contains_key(&merchant)
            || self.orders.iter().any(|order| order.merchant == merchant);
        if speaker.site.is_some() && !known && !(self.policies.is_empty() && self.orders.is_empty())
        {
            bail!("`{merchant}` is the merchant of no order and of no policy");
        }
        let policy = self.policy_of(&merchant);
        let site = Site {
            id: SiteId::parse(merchant.as_str())?,
            merchant_name: policy.name.clone().unwrap_or_default(),
            origins: Vec::new(),
            language: policy.language.unwrap_or(Language::En),
            payment_hosts: Vec::new(),
            team: None,
            merchant_team: None,
            refund_proof: ProofLevel::Owner,
            calendar: Arc::default(),
            gives_out: false,
            service: Levels::default(),
            merchant,
        };
        let opening = Opening {
            id: ConversationId::parse(&format!("terminal-{}", self.conversations.len() + 1))?,
            site: site.id.clone(),
            merchant: site.merchant.clone(),
            channel: "terminal".to_owned(),
            visitor: VisitorId::parse("terminal")?,
            role: speaker.role,
            identity: speaker.identity.clone(),
            language: site.language,
            previous: None,
        };
        let conversation = Conversation::open(opening, self.now);
        Ok(Place {
            any_merchant: speaker.site.is_none() && speaker.role == Role::Customer,
            site,
            conversation,
        })
    }

    fn turn(&mut self, place: &mut Place, text: &str) -> anyhow::Result<Said> {
        let now = self.now;
        self.sent += 1;
        let redacted = crate::domain::redact::redact(text).text;
        let message = Message {
            client_id: ClientId::parse(&self.sent.to_string())?,
            text: redacted,
            choice: None,
        };
        if hear(&self.rules, &mut place.conversation, &message, now) == Heard::BeginsAnother {
            place.conversation = next(&place.conversation, self.sent, now)?;
        }
        let _event = record(&mut place.conversation, &message, now);
        let understood = understand(&self.rules, &place.conversation, &message, now);
        let wanted = needs(&place.conversation, &understood.heard());
        let mut facts = self.facts(place, &wanted);
        self.follow_order(place, &understood, &mut facts);
        let (turn, events) = take(&self.rules, &mut place.conversation, &understood, &facts)?;
        for done in &turn.moves {
            if let Move::Claim { claims, .. } = done {
                let mut claims = claims.as_ref().clone();
                claims.revision = claims.revision.next();
                self.claims.insert(claims.order.clone(), claims);
            }
        }
        let handed_over_now = events.iter().find_map(|event| match &event.body {
            EventBody::HandedOff(handoff) => Some(handoff.reason),
            _ => None,
        });
        let replies = turn.said.into_iter().map(|said| Reply {
            text: said.text,
            language: turn.language,
            because: said.because,
            choices: said.choices,
        });
        let owner = place.conversation.owner.clone();
        Ok(Said {
            replies: replies.collect(),
            outcome: turn.outcome,
            intents: turn.intents,
            reason: place.conversation.reason.filter(|_| owner != Owner::Bot),
            owner,
            handed_over_now,
        })
    }

    fn facts(&self, place: &Place, wanted: &Needs) -> Facts {
        let visible = |order: &&Order| place.any_merchant || order.merchant == place.site.merchant;
        let mut orders: BTreeMap<OrderId, Order> = self
            .orders
            .iter()
            .filter(visible)
            .filter(|order| {
                wanted.orders.contains(&order.id) || wanted.own_orders && self.is_own(place, order)
            })
            .map(|order| (order.id.clone(), order.clone()))
            .collect();
        let claims: BTreeMap<OrderId, OrderClaims> = orders
            .keys()
            .filter_map(|id| Some((id.clone(), self.claims.get(id)?.clone())))
            .collect();
        for (id, order) in &mut orders {
            if let Some(claims) = claims.get(id) {
                claims.show_in(order);
            }
        }
        let mut own: Vec<&Order> = orders
            .values()
            .filter(|order| wanted.own_orders && self.is_own(place, order))
            .collect();
        own.sort_by_key(|order| std::cmp::Reverse(order.created_at));
        Facts {
            now: self.now,
            site: site_facts(
                &place.site,
                self.policy_of(&place.site.merchant),
                TURN_BUDGET,
                self.now,
            ),
            own_orders: own.iter().map(|order| order.id.clone()).collect(),
            open_claims: wanted.open_claims.then(|| self.open_claims(place)),
            orders,
            claims,
            // Nobody claims in the terminal but whoever tries things out.
            histories: BTreeMap::new(),
            locked: BTreeSet::new(),
            address_locked: false,
        }
    }

    /// Without a site, what holds is what the merchant of the order at hand says. Which order that is, and whether it is theirs, shows
    /// when the turn has been thought through; of one that is not shown to be theirs nothing may be learned this way.
    fn follow_order(&self, place: &Place, understood: &Understood, facts: &mut Facts) {
        if !place.any_merchant {
            return;
        }
        let turn = step(&self.rules, &place.conversation, understood.heard(), facts);
        let theirs = |id: &&OrderId| {
            let level = turn.memory.proven.get(*id).copied().unwrap_or_default();
            level >= ProofLevel::Contact || facts.own_orders.contains(id)
        };
        let at_hand = turn.memory.order.as_ref();
        let order = at_hand.filter(theirs).and_then(|id| facts.orders.get(id));
        let Some(merchant) = order.map(|order| order.merchant.clone()) else {
            return;
        };
        facts.site = self.site_of(&place.site, merchant);
    }

    /// What holds for orders of a merchant who has no site here.
    fn site_of(&self, site: &Site, merchant: MerchantId) -> SiteFacts {
        let policy = self.policy_of(&merchant);
        let site = Site {
            merchant_name: policy.name.clone().unwrap_or_default(),
            merchant,
            ..site.clone()
        };
        site_facts(&site, policy, TURN_BUDGET, self.now)
    }

    fn open_claims(&self, place: &Place) -> OpenClaims {
        let mut open = OpenClaims::default();
        let own = |claims: &&OrderClaims| claims.merchant == place.site.merchant;
        for claims in self.claims.values().filter(own) {
            open.add(claims);
        }
        open
    }

    fn policy_of(&self, merchant: &MerchantId) -> Arc<Policy> {
        let given = self.policies.get(merchant).cloned();
        given.unwrap_or_else(|| self.rules.policies.of(merchant))
    }

    fn is_own(&self, place: &Place, order: &Order) -> bool {
        place
            .conversation
            .identity
            .as_ref()
            .is_some_and(|identity| crate::engine::dialogue::is_buyer(identity, &order.customer))
    }
}

/// The conversation that goes on from one that is over: the order and its proof are kept, the matter is new.
fn next(over: &Conversation, sent: u64, now: Timestamp) -> anyhow::Result<Conversation> {
    let opening = Opening {
        id: ConversationId::parse(&format!("{}-{sent}", over.id))?,
        site: over.site.clone(),
        merchant: over.merchant.clone(),
        channel: over.channel.clone(),
        visitor: over.visitor.clone(),
        role: over.role,
        identity: over.identity.clone(),
        language: over.language,
        previous: Some(over.id.clone()),
    };
    let mut conversation = Conversation::open(opening, now);
    conversation.memory = over.memory.carried();
    Ok(conversation)
}

/// Whether an outcome asks for a choice; under a plain answer, choices are only a short cut.
const fn asks(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::AskOrderId | Outcome::OpenRefundForm | Outcome::Clarify
    )
}
