//! A storefront: whose it is, whom it answers, by which calendar.

use std::sync::Arc;

use super::calendar::Calendar;
use super::ids::{MerchantId, SiteId};
use super::language::Language;
use super::proof::ProofLevel;
use super::service::Levels;

/// One storefront.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its public key, which stands in the page.
    pub id: SiteId,
    /// Whose orders it may show.
    pub merchant: MerchantId,
    /// The merchant's name as customers know it.
    pub merchant_name: String,
    /// The origins whose pages may talk to the desk in its name.
    pub origins: Vec<String>,
    /// The language until a page or a message shows another.
    pub language: Language,
    /// The hosts to which a merchant's payment links may lead; without one, none is asked for.
    pub payment_hosts: Vec<String>,
    /// The team that takes handed-over conversations.
    pub team: Option<String>,
    /// The merchant's own team, for what only the merchant can decide; without one, the team takes that, too.
    pub merchant_team: Option<String>,
    /// The level that a refund application needs.
    pub refund_proof: ProofLevel,
    /// When people work. Every turn has it at hand, and none copies its holidays.
    pub calendar: Arc<Calendar>,
    /// Whether what waits is given to agents without anybody claiming it.
    pub gives_out: bool,
    /// How soon people answer.
    pub service: Levels,
}
