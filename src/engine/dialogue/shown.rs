//! What a policy wants to see before anybody decides: the bot waits for it, and hears what is said of it without the thing itself ("here's the
//! photo", "I don't have one").

use super::circumstances::ABOUT_PHOTO;
use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::claim::{Claim, ClaimCause, ClaimState};
use crate::domain::conversation::{Form, Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::order::Order;
use crate::domain::promise::Promised;
use crate::engine::reading::Decision;
use crate::engine::rules::book::Act;
use crate::engine::say::Say;

/// The circumstance of somebody who has nothing to show.
const NOTHING_TO_SHOW: &str = "nothing_to_show";
/// The same, where it was just asked for and is not named: "I don't have that".
const HAS_NONE: &str = "has_none";
/// The circumstance of somebody who asks what it is.
const ASKS_WHAT_TO_SHOW: &str = "asks_what_to_show";
/// The circumstance of somebody who sends later what was asked for.
const SHOWS_LATER: &str = "shows_later";

impl Speaker<'_> {
    /// Of an application that waits for something to be shown: what it is, once more; who has nothing to show gets a person, who may do
    /// without. Of another one, that it needs nothing. False: the message is about something else, or nothing was applied for.
    pub(super) fn tells_what_to_show(&mut self) -> bool {
        let names_it = self.tells(ABOUT_PHOTO) || self.tells(NOTHING_TO_SHOW);
        let later = self.tells(SHOWS_LATER) && (!names_it || self.waits_to_be_shown());
        let answers = later || self.tells(ASKS_WHAT_TO_SHOW) || self.has_none();
        let is_about_it = names_it || answers && self.waits_to_be_shown();
        if !is_about_it {
            return false;
        }
        let facts = self.facts;
        let order = self.memory.order.as_ref();
        let Some(order) = order.and_then(|id| facts.orders.get(id)) else {
            return false;
        };
        let claims = self.claims_of(order);
        let open = claims.claims.iter().rev().find(|it| it.state.is_open());
        let Some(claim) = open else { return false };
        self.memory.misunderstood = 0;
        match later {
            true => self.say(Say::TakeYourTime, None, Outcome::Answer),
            false => self.say_what_to_show(claim, order),
        }
        true
    }

    fn say_what_to_show(&mut self, claim: &Claim, order: &Order) {
        match wants_to_see(claim) {
            true if self.has_nothing_to_show() => self.leave_unshown(claim, order),
            true => self.say_of_claim(Say::RefundNeedsEvidence, claim, order),
            false => self.say(Say::NothingToDo, Some(order), Outcome::GiveOrderStatus),
        }
    }

    /// The application is handed in, and the bot waits for what the policy wants to see: until it comes, until the customer says that they
    /// have none, and at most until the time that was named, at which a person takes it up.
    pub(super) fn wait_to_be_shown(&mut self, claim: &Claim, order: &Order) {
        self.memory.topic = None;
        self.say_of_claim(Say::RefundNeedsEvidence, claim, order);
        let claim = claim.id.clone();
        self.moves.push(Move::Promise {
            what: Promised::TakeUp { claim },
            by: self.facts.site.due_by,
        });
    }

    /// Whether the policy wants to see something for the reason that is known; where none is, it may for one that is to come.
    pub(super) fn may_have_to_show(&self, topic: &Topic) -> bool {
        let cause = topic.form.cause.and_then(ClaimCause::from_number);
        cause.is_none_or(|it| self.facts.site.policy.evidence.contains_key(&it))
    }

    fn has_nothing_to_show(&self) -> bool {
        self.tells(NOTHING_TO_SHOW) || self.has_none()
    }

    /// "I don't have that", and no other matter; a bare "no" means what was just asked for.
    fn has_none(&self) -> bool {
        let reading = self.heard.reading;
        let lacks = self.tells(HAS_NONE) && reading.decision != Decision::Answer;
        let last_said = &self.conversation.memory.last_said;
        let was_asked = |what: &str| last_said.iter().any(|said| said.contains(what));
        lacks || reading.does(Act::No) && self.wanted_here().iter().any(|it| was_asked(it))
    }

    fn waits_to_be_shown(&self) -> bool {
        !self.wanted_here().is_empty()
    }

    /// What the applications for the order that is talked about wait to be shown.
    fn wanted_here(&self) -> Vec<String> {
        let order = self.memory.order.as_ref();
        let claims = order.and_then(|id| self.facts.claims.get(id));
        let claims = claims.iter().flat_map(|claims| &claims.claims);
        claims.filter_map(wanted).map(str::to_owned).collect()
    }

    /// A person decides whether to do without, with the application before them.
    fn leave_unshown(&mut self, claim: &Claim, order: &Order) {
        let Ok(intent) = IntentId::parse(super::apply::MATTER) else {
            return;
        };
        self.memory.topic = Some(Topic {
            intent,
            order: Some(order.id.clone()),
            need: Need::Details,
            tries: 0,
            form: Form {
                cause: Some(claim.cause.number()),
                details: claim.note.clone(),
                ..Form::default()
            },
            rule: None,
        });
        self.hand_over(HandoffReason::PolicyException, Say::RefundFiled);
    }
}

/// What an application waits to be shown.
fn wanted(claim: &Claim) -> Option<&str> {
    match &claim.state {
        ClaimState::NeedsEvidence { what } => Some(what),
        _ => None,
    }
}

fn wants_to_see(claim: &Claim) -> bool {
    wanted(claim).is_some()
}
