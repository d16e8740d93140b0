//! Questions about the rules of refunds: the piece of the guide that was asked for, rather than all of it.

use super::circumstances::{ASKS_WHAT_OF, HOW_LONG, KEPT, KEPT_ALL, REASON, UNSURE};
use super::items::named;
use super::matter::fresh;
use super::offers::after_answer;
use super::refund::{OTHER_CAUSE, obstacle};
use super::sentence::Sentence;
use super::speaker::Speaker;
use super::states::has_come;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Need, Outcome, Portion, Topic};
use crate::domain::guide::{GuideTopic, Piece};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::Order;
use crate::engine::guide::{heading, piece};
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;
use crate::engine::text::simplify;

/// The circumstance of a message that asks what would be.
const SUPPOSING: &str = "supposing";
/// The circumstances of what may be wrong with what came.
const FAULTS: [&str; 2] = ["damaged", "wrong_item"];
/// The circumstance of somebody who asks whether working days are meant.
const ASKS_WHICH_DAYS: &str = "asks_which_days";
/// The circumstance of somebody who asks what holds for another way to pay.
const ASKS_OF_METHOD: &str = "asks_of_method";
/// The circumstances of somebody who asks what has to be shown.
const WHAT_TO_SHOW: &str = "asks_what_to_show";
const IF_PHOTO: &str = "asks_if_photo";
/// The circumstance of somebody who only wanted to know.
const ONLY_WONDERS: &str = "only_wonders";
/// The circumstance of somebody who asks for a fee.
const ASKS_FEE: &str = "asks_fee";
/// What a question after the rules may be taken for, where it names no order.
const GOES_ON: [&str; 4] = [
    "refund_policy",
    "order_status",
    "refund_status",
    "delivery_problem",
];

/// In a message of at most so many characters, "and if it's broken?" goes on with the rules.
const SHORT: usize = 40;
/// The circumstance of somebody who asks who pays for sending it back.
const ASKS_POSTAGE: &str = "asks_postage";
/// What tells the rules.
const RULES: [&str; 2] = ["refund_policy", "refund_how_to"];

/// Who asks about more than so many things gets the short form of all.
const PIECES: usize = 2;

impl Speaker<'_> {
    /// Tells the pieces that a question about the rules named, as far as the policy has something to say about them. False where there
    /// is nothing of the kind, so that the intent's own reply is the answer.
    pub(super) fn tell_guide(&mut self, intent: &IntentId) -> bool {
        // Its pieces speak to buyers; a merchant hears that the rules are their own.
        if intent.as_str() != "refund_policy" || self.is_merchant() {
            return false;
        }
        if self.asks_only_of_exchange() {
            self.say(self.either(), None, Outcome::Answer);
            return true;
        }
        if self.tells(ASKS_FEE) && self.heard.reading.guide.is_empty() && self.tell_fee() {
            return true;
        }
        let told: Vec<Piece> = self
            .topics_asked()
            .into_iter()
            .filter_map(|topic| self.piece(topic))
            .collect();
        let few = !told.is_empty() && told.len() <= PIECES;
        if few {
            told.into_iter().for_each(|piece| self.tell(piece));
        }
        if !few && self.fills_refund() {
            // In the middle of a form all of the rules, and how one applies, are no answer.
            self.say(Say::PolicyNotNamed, None, Outcome::Answer);
            return true;
        }
        few
    }

    /// Whether goods are to be had for those that came, and nothing else is asked of the rules.
    fn asks_only_of_exchange(&self) -> bool {
        self.wants_only_exchange() && self.topics_asked().is_empty() && !self.fills_refund()
    }

    /// Whether a refund is being applied for, so that a question about the rules is about this one.
    fn fills_refund(&self) -> bool {
        let topic = self.memory.topic.as_ref();
        topic.is_some_and(|it| self.action(&it.intent) == Some(Action::StartRefund))
    }

    /// The pieces of the guide that the message asks about: by their words, by the name of what is not taken back, by how long.
    fn topics_asked(&self) -> Vec<GuideTopic> {
        let mut topics = self.heard.reading.guide.to_vec();
        let excluded = &self.facts.site.policy.excluded;
        // A policy in one script is asked about in the other, too.
        let simplified = simplify(self.heard.text);
        let names = |text: &str| excluded.iter().any(|kind| kind.covers(text));
        let names_excluded = names(self.heard.text) || names(&simplified);
        if names_excluded && !topics.contains(&GuideTopic::Excluded) {
            topics.push(GuideTopic::Excluded);
        }
        if topics.is_empty() && (self.tells(HOW_LONG) || self.tells(ASKS_WHICH_DAYS)) {
            topics.push(GuideTopic::Time);
        }
        if topics.is_empty() && self.supposes() && FAULTS.iter().any(|it| self.tells(it)) {
            topics.extend([GuideTopic::Window, GuideTopic::Evidence]);
        }
        topics
    }

    /// Whether the message asks what would be: "what if it's broken?", or after the rules "and if it's the wrong one?".
    fn supposes(&self) -> bool {
        self.tells(SUPPOSING)
            || self.tells(ASKS_WHAT_OF) && self.heard.text.chars().count() <= SHORT
    }

    /// After the rules were told: "and what if it's broken?", "do gift cards count?" go on about them. False: the message is about
    /// something else.
    pub(super) fn goes_on_about_rules(&mut self) -> bool {
        let before = &self.conversation.memory;
        let Ok(rules) = IntentId::parse("refund_policy") else {
            return false;
        };
        let last = before.answered.last();
        let after_rules = last.is_some_and(|it| RULES.contains(&it.as_str()));
        let told = after_rules && before.order.is_none();
        let mut found = self.heard.reading.intents.iter();
        let other = found.any(|scored| !GOES_ON.contains(&scored.intent.as_str()));
        let reports = self
            .heard
            .reading
            .intents
            .iter()
            .any(|scored| self.action(&scored.intent) == Some(Action::ReportDelivery));
        if told && !other && self.tells(ASKS_OF_METHOD) {
            self.memory.misunderstood = 0;
            self.note_acted(&rules);
            self.say(Say::PolicyAnyMethod, None, Outcome::Answer);
            return true;
        }
        if after_rules
            && !other
            && self.tells(ASKS_POSTAGE)
            && self.tells_piece(GuideTopic::Shipping)
        {
            self.memory.misunderstood = 0;
            self.note_acted(&rules);
            return true;
        }
        if told && !other && (self.tells(WHAT_TO_SHOW) || self.tells(IF_PHOTO)) {
            self.memory.misunderstood = 0;
            self.note_acted(&rules);
            if !self.tells_piece(GuideTopic::Evidence) {
                self.say(Say::AsidePhoto, None, Outcome::Answer);
            }
            self.offer_intents(after_answer(rules.as_str()));
            return true;
        }
        let unnamed = told && self.asks_of_what_is_not_named();
        if unnamed {
            self.memory.misunderstood = 0;
            self.note_acted(&rules);
            self.say(Say::PolicyNotNamed, None, Outcome::Answer);
            self.offer_intents(&["talk_to_human"]);
            return true;
        }
        if !told
            || other
            || reports && !self.supposes()
            || !self.named_orders().is_empty()
            || self.topics_asked().is_empty()
        {
            return false;
        }
        self.memory.misunderstood = 0;
        self.take_up_intent(&rules, None);
        true
    }

    /// "And sale items?", of which the rules have no piece, and which is nothing else.
    fn asks_of_what_is_not_named(&self) -> bool {
        let reading = self.heard.reading;
        reading.decision == Decision::None
            && reading.off_topic.is_none()
            && reading.acts.is_empty()
            && self.tells(ASKS_WHAT_OF)
            && self.topics_asked().is_empty()
            && self.named_orders().is_empty()
    }

    /// After how to apply: what this merchant wants to see.
    pub(super) fn tell_evidence(&mut self, intent: &IntentId) {
        let asked = intent.as_str() == "refund_how_to";
        if let Some(piece) = self.piece(GuideTopic::Evidence).filter(|_| asked) {
            self.tell(piece);
        }
    }

    /// Tells the pieces that the message asks about, as far as the policy has something to say about them. False: it has not.
    pub(super) fn tells_pieces_asked(&mut self) -> bool {
        let asked = self.topics_asked().into_iter();
        let mut told = false;
        for topic in asked.take(PIECES) {
            told |= self.tells_piece(topic);
        }
        told
    }

    /// Tells a piece of the guide. False: the policy says nothing about it.
    pub(super) fn tells_piece(&mut self, topic: GuideTopic) -> bool {
        let piece = self.piece(topic);
        let told = piece.is_some();
        piece.into_iter().for_each(|piece| self.tell(piece));
        told
    }

    /// The refund of an order that a question about the rules named and told the trouble with: "the sole of A1051 came off, can I send it
    /// back, and who pays?" None: it is asked what would be, or of no order.
    pub(super) fn wants_told_order_back(&mut self, intent: &IntentId) -> Option<IntentId> {
        let rules = intent.as_str() == "refund_policy" && !self.is_merchant();
        let alone = self.heard.reading.intents.len() < 2 && self.memory.topic.is_none();
        if !rules || !alone || self.supposes() {
            return None;
        }
        let named = self.named_orders().first().map(|slot| slot.value.clone());
        let told = named.filter(|_| self.states_cause());
        self.memory.order = Some(told.or_else(|| self.own_goods_asked_about())?);
        IntentId::parse(super::apply::MATTER).ok()
    }

    /// "Can I return the vase?", of an order of somebody signed in that may still be given back: that is more than a question about the
    /// rules. What was not followed just before may have named the goods: "my son bought this teapot", "can it go back?".
    fn own_goods_asked_about(&self) -> Option<OrderId> {
        let before = self.conversation.memory.unclear.as_deref();
        let order = self
            .only_with_item()
            .or_else(|| self.order_with_item(before?))?;
        let (facts, policy) = (self.facts, &self.facts.site.policy);
        let may = |it: &Order| has_come(it) && obstacle(it, policy, facts.now, false).is_none();
        let asks = self.heard.reading.guide.is_empty() && self.named_orders().is_empty();
        let found = facts.orders.get(&order).filter(|it| asks && may(it));
        found.map(|it| it.id.clone())
    }

    /// The cause of a refund of which it was just asked whether it is wanted: a yes to it. False: nothing of the kind was asked or told.
    pub(super) fn tells_why_asked(&mut self) -> bool {
        let reading = self.heard.reading;
        let starts = |it: &IntentId| self.action(it) == Some(Action::StartRefund);
        let asked = self.asked_whether().filter(starts);
        let order = self.memory.order.clone().filter(|it| self.is_theirs(it));
        let guessed = reading.decision != Decision::Answer || reading.by_likeness;
        let reports = |it: &Scored| {
            matches!(
                self.action(&it.intent),
                Some(Action::StartRefund | Action::ReportDelivery)
            )
        };
        let trouble = !guessed && reading.intents.iter().all(reports);
        // "Because my sister has one" may be why it is asked; goods that stay are wanted by somebody.
        let stays = [KEPT, KEPT_ALL, UNSURE].iter().any(|it| self.tells(it));
        let why = self.told_cause().is_some() || self.tells(REASON) && !stays;
        let (Some(asked), Some(order)) = (asked, order) else {
            return false;
        };
        let no = self.asks_at_all() || reading.does(Act::No) || !self.named_orders().is_empty();
        if no || !(guessed && why || trouble) {
            return false;
        }
        let portion = self.portion_asked_for(&order);
        let mut topic = Topic {
            need: Need::Cause,
            ..fresh(&asked, Some(order))
        };
        if self.says_nothing_of(&topic) {
            return false;
        }
        let cause = self.told_cause().map_or(OTHER_CAUSE, ClaimCause::number);
        // Nobody has said yes yet: it is said back before anything is handed in.
        topic.form = Form {
            cause: Some(cause),
            details: Some(self.heard.text.to_owned()),
            told: true,
            portion,
            ..Form::default()
        };
        self.memory.misunderstood = 0;
        self.note_acted(&asked);
        self.memory.note_answered(&asked);
        self.pursue(topic);
        true
    }

    /// How much of an order is wanted, where it was just asked whether it is: what the message says of it, or else what the question was
    /// about: "can I return the teapot?", "the lid is cracked".
    pub(super) fn portion_asked_for(&self, order: &OrderId) -> Option<Portion> {
        let order = self.facts.orders.get(order);
        let text = self.heard.without_orders();
        // A name's last character alone may be another word here: a lid is no plate.
        let names = order.is_some_and(|it| !named(self.rules, &text, &it.items, false).is_empty());
        let before = &self.conversation.memory;
        let asked = before.unclear.as_deref().or(before.asked.as_deref());
        if names || self.says_how_much() {
            return self.portion_said();
        }
        let asked = asked.filter(|asked| order.is_some_and(|it| self.names_item_of(it, asked)));
        match asked {
            Some(asked) => Some(Portion {
                said: Some(asked.to_owned()),
                ..Portion::default()
            }),
            None => self.portion_said(),
        }
    }

    /// "Just wondering", to the question whether it is wanted: it is not. False: nothing of the kind was asked or said.
    pub(super) fn only_wondered(&mut self) -> bool {
        let wonders = self.tells(ONLY_WONDERS) && self.asked_whether().is_some();
        if wonders {
            self.memory.misunderstood = 0;
            self.say(Say::AnythingElse, None, Outcome::Answer);
        }
        wonders
    }

    /// How long the money takes; the short form of all where the policy does not say.
    pub(super) fn tell_how_long(&mut self) {
        let Ok(policy) = IntentId::parse("refund_policy") else {
            return;
        };
        self.note_acted(&policy);
        match self.piece(GuideTopic::Time) {
            Some(piece) => self.tell(piece),
            None => self.reply(&policy, Outcome::Answer),
        }
    }

    fn piece(&self, topic: GuideTopic) -> Option<Piece> {
        piece(self.rules, &self.facts.site.policy, self.language, topic)
    }

    fn tell(&mut self, piece: Piece) {
        let said = format!("guide_{}", piece.topic.name());
        let values = self.values(None);
        let sentence = Sentence {
            name: said,
            at: self
                .rules
                .replies
                .place(heading(piece.topic), self.language),
            policy: piece.clauses,
        };
        self.push(piece.lines.join("\n"), sentence, &values, Outcome::Answer);
    }
}
