//! What a merchant's policy says, in the customer's language: the pieces of its refund guide.

use std::collections::BTreeSet;

use super::Rules;
use super::dialogue::label_of;
use super::shop_words::in_words;
use crate::domain::guide::{Guide, GuideTopic, Piece};
use crate::domain::language::Language;
use crate::domain::policy::{
    AppliedClause, AutoAccept, Clause, Payer, Policy, ReturnShipping, WindowStart,
};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// What stands between the parts of a list.
pub(super) const fn comma(language: Language) -> &'static str {
    if language.is_chinese() {
        "\u{3001}"
    } else {
        ", "
    }
}

/// Who pays for sending things back: the merchant's own words, or who pays in which case.
pub(super) fn return_shipping(
    rules: &Rules,
    said: &ReturnShipping,
    language: Language,
) -> Option<String> {
    if let Some(words) = said.words.in_language(language) {
        return Some(in_words(rules, words, language));
    }
    let faulty = said.faulty.map(|payer| match payer {
        Payer::Shop => Say::ReturnFaultyShop,
        Payer::Customer => Say::ReturnFaultyCustomer,
    });
    let changed_mind = said.changed_mind.map(|payer| match payer {
        Payer::Shop => Say::ReturnChangedMindShop,
        Payer::Customer => Say::ReturnChangedMindCustomer,
    });
    let cases = [faulty, changed_mind].into_iter().flatten();
    let cases: Vec<String> = cases
        .map(|say| rules.replies.say(say, language, &Values::default()))
        .collect();
    let between = if language.is_chinese() {
        "\u{ff1b}"
    } else {
        "; "
    };
    (!cases.is_empty()).then(|| cases.join(between))
}

/// What is not taken back.
pub(super) fn excluded(rules: &Rules, policy: &Policy, language: Language) -> String {
    let kinds = policy.excluded_in(language).into_iter();
    let kinds: Vec<String> = kinds.map(|kind| in_words(rules, kind, language)).collect();
    kinds.join(comma(language))
}

/// How long the money takes.
pub(super) fn refund_time(rules: &Rules, policy: &Policy, language: Language) -> Option<String> {
    let said = policy.refund_time.in_language(language)?;
    Some(in_words(rules, said, language))
}

/// The guide of a merchant, whose name customers know.
#[must_use]
pub fn guide(rules: &Rules, policy: &Policy, merchant: &str, language: Language) -> Guide {
    let name = Values::new().with(Placeholder::MerchantName, merchant);
    let say = |say, language| rules.replies.say(say, language, &name);
    let pieces = GuideTopic::ALL.into_iter();
    let languages = Language::ALL.into_iter();
    Guide {
        language,
        title: say(Say::GuideTitle, language),
        pieces: pieces
            .filter_map(|topic| piece(rules, policy, language, topic))
            .collect(),
        otherwise: say(Say::GuideOtherwise, language),
        languages: languages
            .map(|language| (language, say(Say::GuideLanguage, language)))
            .collect(),
    }
}

/// One piece of the guide; none where the policy says nothing about it.
#[must_use]
pub fn piece(
    rules: &Rules,
    policy: &Policy,
    language: Language,
    topic: GuideTopic,
) -> Option<Piece> {
    let telling = Telling {
        rules,
        policy,
        language,
    };
    let (lines, clauses) = telling.lines(topic);
    (!lines.is_empty()).then(|| Piece {
        topic,
        heading: telling.say(heading(topic), &Values::new()),
        lines,
        clauses,
    })
}

/// What stands over a piece, and where it begins in the rule files.
pub(super) const fn heading(topic: GuideTopic) -> Say {
    match topic {
        GuideTopic::Window => Say::GuideWindow,
        GuideTopic::Excluded => Say::GuideExcluded,
        GuideTopic::Offers => Say::GuideOffers,
        GuideTopic::Apply => Say::GuideApply,
        GuideTopic::Evidence => Say::GuideEvidence,
        GuideTopic::Shipping => Say::GuideShipping,
        GuideTopic::Time => Say::GuideTime,
        GuideTopic::Note => Say::GuideNote,
    }
}

/// A policy being told in a language.
struct Telling<'a> {
    rules: &'a Rules,
    policy: &'a Policy,
    language: Language,
}

type Told = (Vec<String>, Vec<AppliedClause>);

impl Telling<'_> {
    fn lines(&self, topic: GuideTopic) -> Told {
        let told = match topic {
            GuideTopic::Window => self.window(),
            GuideTopic::Excluded => self.excluded(),
            GuideTopic::Offers => self.offers(),
            GuideTopic::Apply => return (vec![self.say(self.how(), &Values::new())], Vec::new()),
            GuideTopic::Evidence => return self.evidence(),
            GuideTopic::Shipping => self.shipping(),
            GuideTopic::Time => self.time(),
            GuideTopic::Note => self.note(),
        };
        let (line, clause, value) = match told {
            Some(told) => told,
            None => return Told::default(),
        };
        (vec![line], vec![self.applied(&clause, &value)])
    }

    fn say(&self, say: Say, values: &Values) -> String {
        self.rules.replies.say(say, self.language, values)
    }

    fn applied(&self, clause: &Clause, value: &str) -> AppliedClause {
        AppliedClause {
            clause: format!("{clause} = {value}"),
            at: self.policy.place(clause),
        }
    }

    /// A sentence with one value of the policy in it.
    fn with(&self, say: Say, placeholder: Placeholder, value: &str) -> String {
        self.say(say, &Values::new().with(placeholder, value))
    }

    fn window(&self) -> Option<(String, Clause, String)> {
        let days = self.policy.refund_window_days?.to_string();
        let say = match self.policy.window_starts {
            WindowStart::Delivered => Say::GuideWindowDelivered,
            WindowStart::Shipped => Say::GuideWindowShipped,
            WindowStart::Paid => Say::GuideWindowPaid,
            WindowStart::Created => Say::GuideWindowOrdered,
        };
        let line = self.with(say, Placeholder::PolicyWindowDays, &days);
        Some((line, Clause::Window, days))
    }

    fn excluded(&self) -> Option<(String, Clause, String)> {
        let first = self.policy.excluded.first()?;
        let kinds = excluded(self.rules, self.policy, self.language);
        let line = self.with(
            Say::GuideExcludedLine,
            Placeholder::PolicyNonRefundable,
            &kinds,
        );
        Some((line, Clause::Excluded(first.kind.clone()), kinds))
    }

    fn offers(&self) -> Option<(String, Clause, String)> {
        let kinds = refund_types(self.rules, self.policy, self.language)?;
        let line = self.with(Say::GuideOffersLine, Placeholder::PolicyRefundTypes, &kinds);
        Some((line, Clause::Offers, kinds))
    }

    /// Where a limit is set, most is decided at once; the amount is nobody's business, or everybody would ask for a penny less.
    fn how(&self) -> Say {
        let at_once = self.policy.auto_accept != AutoAccept::default();
        if at_once {
            Say::GuideApplyAtOnce
        } else {
            Say::GuideApplyPerson
        }
    }

    fn evidence(&self) -> Told {
        let causes = self.policy.evidence.iter();
        causes
            .filter_map(|(cause, words)| {
                let all = words.iter();
                let all: Vec<String> = all
                    .filter_map(|one| one.in_language(self.language))
                    .map(|one| in_words(self.rules, one, self.language))
                    .collect();
                let wanted = &all.join(comma(self.language));
                if all.is_empty() {
                    return None;
                }
                let label = self.say(label_of(*cause), &Values::new());
                let values = Values::new()
                    .with(Placeholder::PolicyCause, &label)
                    .with(Placeholder::PolicyEvidence, wanted);
                let line = self.say(Say::GuideEvidenceLine, &values);
                Some((line, self.applied(&Clause::Evidence(*cause), wanted)))
            })
            .unzip()
    }

    fn shipping(&self) -> Option<(String, Clause, String)> {
        let who = return_shipping(self.rules, &self.policy.return_shipping, self.language)?;
        let line = self.with(
            Say::GuideShippingLine,
            Placeholder::PolicyReturnShipping,
            &who,
        );
        Some((line, Clause::ReturnShipping, who))
    }

    fn time(&self) -> Option<(String, Clause, String)> {
        let time = refund_time(self.rules, self.policy, self.language)?;
        let line = self.with(Say::GuideTimeLine, Placeholder::PolicyRefundTime, &time);
        Some((line, Clause::RefundTime, time))
    }

    fn note(&self) -> Option<(String, Clause, String)> {
        let note = self.policy.note.in_language(self.language)?;
        Some((note.to_owned(), Clause::Note, note.to_owned()))
    }
}

/// Which refunds there are, in the customer's language as far as they are the common ones; else the merchant's own words.
pub(super) fn refund_types(rules: &Rules, policy: &Policy, language: Language) -> Option<String> {
    let word = |kind: &String| {
        let say = match kind.trim().to_ascii_lowercase().as_str() {
            "full" => Say::RefundTypeFull,
            "partial" => Say::RefundTypePartial,
            "exchange" | "replacement" => Say::RefundTypeExchange,
            "store_credit" | "store credit" | "credit" => Say::RefundTypeCredit,
            _ => return kind.clone(),
        };
        rules.replies.say(say, language, &Values::default())
    };
    let kinds: Vec<String> = policy.refund_types.iter().map(word).collect();
    (!kinds.is_empty()).then(|| kinds.join(comma(language)))
}

/// The clauses that a sentence told, from the placeholders in it.
pub(super) fn cited(
    policy: &Policy,
    used: &BTreeSet<Placeholder>,
    values: &Values,
) -> Vec<AppliedClause> {
    let told = used.iter().filter(|used| !values.get(**used).is_empty());
    let applied = |(placeholder, clause): (Placeholder, Clause)| AppliedClause {
        clause: format!("{clause} = {}", values.get(placeholder)),
        at: policy.place(&clause),
    };
    told.filter_map(|used| Some((*used, clause_of(*used, policy)?)))
        .map(applied)
        .collect()
}

/// The clause that a placeholder tells.
fn clause_of(placeholder: Placeholder, policy: &Policy) -> Option<Clause> {
    match placeholder {
        Placeholder::PolicyWindowDays => Some(Clause::Window),
        Placeholder::PolicyRefundTime => Some(Clause::RefundTime),
        Placeholder::PolicyReturnShipping => Some(Clause::ReturnShipping),
        Placeholder::PolicyRefundTypes => Some(Clause::Offers),
        // Of several kinds, the first: they stand one below the other.
        Placeholder::PolicyNonRefundable => {
            let first = policy.excluded.first()?;
            Some(Clause::Excluded(first.kind.clone()))
        }
        _ => None,
    }
}
