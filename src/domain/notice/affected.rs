//! What a notice is about, and which questions it answers: a table at heart.

use serde::{Deserialize, Serialize};

use super::{InvalidNotice, Notice};
use crate::domain::ids::{IntentId, MerchantId, SiteId};
use crate::domain::is_default;
use crate::domain::policy::has_word;
use crate::domain::trouble::{Cause, Incident, Subject};

/// A notice names so many of each, at most.
const MOST: usize = 20;
/// No name of a payment method is longer, in characters.
const LONGEST_METHOD: usize = 40;

/// What a notice is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// Whose customers; none means everybody's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merchant: Option<MerchantId>,
    /// On which storefront of the merchant's; none means all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub site: Option<SiteId>,
    /// With which payment methods or banks, as orders and customers call them; none means all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub methods: Vec<String>,
    /// What people come with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub intents: Vec<IntentId>,
    /// What is found to be the cause.
    #[serde(default, skip_serializing_if = "is_default")]
    pub causes: Vec<Cause>,
}

/// Something that was asked, as far as it bears on notices.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The matter.
    pub intent: &'a IntentId,
    /// The cause that the facts show, where one was looked for.
    pub cause: Option<Cause>,
    /// How the order was paid, as far as the customer may hear it.
    pub method: Option<&'a str>,
    /// What was written.
    pub words: &'a str,
}

impl Affected {
    /// The same with its words folded, if it can be.
    ///
    /// # Errors
    /// When it is about nothing, or names too many or too long things.
    pub fn checked(mut self) -> Result<Self, InvalidNotice> {
        if self.intents.is_empty() && self.causes.is_empty() {
            return Err(InvalidNotice::AboutNothing);
        }
        let longest = self.methods.len().max(self.intents.len());
        if longest.max(self.causes.len()) > MOST {
            return Err(InvalidNotice::TooMany(MOST));
        }
        for method in &mut self.methods {
            *method = method.trim().to_lowercase();
            let length = method.chars().count();
            if length == 0 || length > LONGEST_METHOD || method.contains(char::is_control) {
                return Err(InvalidNotice::Method(LONGEST_METHOD));
            }
        }
        Ok(self)
    }

    /// Whether it is about the customers of this storefront.
    #[must_use]
    pub fn covers(&self, merchant: &MerchantId, site: &SiteId) -> bool {
        self.merchant.as_ref().is_none_or(|own| own == merchant)
            && self.site.as_ref().is_none_or(|own| own == site)
    }

    /// Whether one of its payment methods is named in a text.
    fn names_method(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.methods.iter().any(|method| has_word(&text, method))
    }

    fn is_about(&self, subject: Subject) -> bool {
        let of_all = |cause: &Cause| matches!(cause, Cause::PlatformFault | Cause::Network);
        let intents = self.intents.iter();
        intents.filter_map(subject_of).any(|own| own == subject) || self.causes.iter().any(of_all)
    }
}

impl Notice {
    /// Whether it answers a question. What a notice says of certain payment methods is not said to somebody of whom it is not known
    /// that they used one.
    #[must_use]
    pub fn answers(&self, question: &Question<'_>) -> bool {
        let Affected {
            methods,
            intents,
            causes,
            ..
        } = &self.affected;
        let asked = intents.contains(question.intent)
            || question.cause.is_some_and(|cause| causes.contains(&cause));
        let used = || {
            question
                .method
                .is_some_and(|own| self.affected.names_method(own))
        };
        self.is_open()
            && asked
            && (methods.is_empty() || used() || self.affected.names_method(question.words))
    }

    /// The trouble as it bears on why a payment or a refund hangs; none where it has nothing to do with it.
    #[must_use]
    pub fn incident(&self, subject: Subject, method: Option<&str>) -> Option<Incident> {
        let is_its_method = self.affected.methods.is_empty()
            || method.is_some_and(|method| self.affected.names_method(method));
        let bears = self.is_open() && is_its_method && self.affected.is_about(subject);
        bears.then(|| Incident {
            notice: self.id.clone(),
            since: self.since,
        })
    }
}

/// What a matter is about, where it is about money on its way.
fn subject_of(intent: &IntentId) -> Option<Subject> {
    match intent.as_str() {
        "payment_system_fault"
        | "payment_network"
        | "payment_frozen"
        | "payment_resubmit"
        | "double_charge" => Some(Subject::Payment),
        "refund_status" => Some(Subject::Refund),
        _ => None,
    }
}
