//! What is known already: whoever asks about a trouble that somebody has declared gets the notice instead of a diagnosis, and is told
//! when it is over.

use jiff::tz::TimeZone;

use super::because::unasked;
use super::speaker::Speaker;
use super::turn::Move;
use super::values::notice_values;
use crate::domain::conversation::{Because, Outcome, Prompt};
use crate::domain::ids::{IntentId, NoticeId};
use crate::domain::language::Language;
use crate::domain::notice::{Notice, Question};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::domain::trouble::{Cause, Evidence, Finding, Incident, Subject};
use crate::engine::Rules;
use crate::engine::replies::Placeholder;
use crate::engine::say::Say;

impl Speaker<'_> {
    /// Answers with the notice that is about the matter. False: there is none.
    pub(super) fn tell_notice(&mut self, intent: &IntentId, order: Option<&Order>) -> bool {
        let found = self.notice_for(intent, None, order).cloned();
        found.is_some_and(|notice| self.say_notice(&notice))
    }

    /// Answers with the notice that is about the cause that the facts show. False: there is none.
    pub(super) fn tell_notice_of(&mut self, cause: Option<Cause>, order: &Order) -> bool {
        let Some(intent) = self.acted.last().filter(|_| cause.is_some()).cloned() else {
            return false;
        };
        let found = self.notice_for(&intent, cause, Some(order)).cloned();
        found.is_some_and(|notice| self.say_notice(&notice))
    }

    /// The notice that answers. How an order was paid is used only as far as the customer may hear it.
    fn notice_for(
        &self,
        intent: &IntentId,
        cause: Option<Cause>,
        order: Option<&Order>,
    ) -> Option<&Notice> {
        let own = order.filter(|order| self.level(&order.id) >= ProofLevel::Owner);
        let question = Question {
            intent,
            cause,
            method: own.and_then(|order| order.payment_method.as_deref()),
            words: self.heard.text,
        };
        let mut notices = self.facts.site.notices.iter();
        notices.find(|notice| notice.answers(&question))
    }

    /// The known trouble that this conversation asked about, for the brief.
    pub(super) fn known_incident(&self) -> Option<String> {
        let linked = self.moves.iter().filter_map(|done| match done {
            Move::Link(notice) => Some(notice),
            _ => None,
        });
        let linked: Vec<&NoticeId> = linked.chain(&self.conversation.notices).collect();
        let site = &self.facts.site;
        known_incident(
            self.rules,
            &site.notices,
            &linked,
            (self.language, &site.zone),
        )
    }

    fn say_notice(&mut self, notice: &Notice) -> bool {
        let values = notice_values(
            self.rules,
            self.language,
            &self.facts.site.zone,
            notice.text(self.language),
            notice.since,
        );
        let said = Say::NoticeOpen;
        let text = self.rules.replies.say(said, self.language, &values);
        // Two requests in one message may be about the same trouble.
        if self.said.iter().any(|said| said.text.ends_with(&text)) {
            return true;
        }
        let before = &self.conversation.memory.last_said;
        if before.iter().any(|last| last.ends_with(&text)) {
            self.lead_with(self.plain(Say::StillSo));
        }
        let sentence = self.sentence(said, &values);
        self.push(text, sentence, &values, Outcome::Answer);
        self.moves.push(Move::Link(notice.id.clone()));
        self.offer_intents(&["talk_to_human"]);
        true
    }

    /// The known trouble that bears on why an order's money hangs.
    pub(super) fn incident(&self, subject: Subject, order: &Order) -> Option<Incident> {
        let mut notices = self.facts.site.notices.iter();
        notices.find_map(|notice| notice.incident(subject, order.payment_method.as_deref()))
    }

    /// Whoever is told that a known trouble is the cause is told when it is over.
    pub(super) fn link_incident(&mut self, found: &Finding) {
        let known = found.speaks_for.iter().find_map(|fact| match fact {
            Evidence::Incident(incident) => Some(incident.notice.clone()),
            _ => None,
        });
        self.moves.extend(known.map(Move::Link));
    }
}

/// The open notice among those that a conversation asked about, for the brief.
#[must_use]
pub fn known_incident(
    rules: &Rules,
    open: &[Notice],
    asked_about: &[&NoticeId],
    (language, zone): (Language, &TimeZone),
) -> Option<String> {
    let mut open = open.iter();
    let notice = open.find(|notice| asked_about.contains(&&notice.id))?;
    let text = notice.text(language);
    let values = notice_values(rules, language, zone, text, notice.since);
    Some(
        rules
            .replies
            .say(Say::BriefIncidentSince, language, &values),
    )
}

/// The sentence that a trouble is over, for somebody who asked about it, and why it is said.
#[must_use]
pub fn told_over(
    rules: &Rules,
    notice: &Notice,
    (language, zone): (Language, &TimeZone),
) -> (String, Because) {
    let text = notice.end_text(language);
    let values = notice_values(rules, language, zone, text, notice.since);
    let why = (Prompt::Notice, Outcome::Answer);
    let (said, mut because) = unasked(rules, Say::NoticeEnded, language, &values, why);
    because.facts = vec![Placeholder::NoticeSince.name().to_owned()];
    (said, because)
}
