//! A merchant asks which claims are open against them: how many there are, and which have waited longest.

use super::circumstances::CLAIMS_AGAINST_ME;
use super::speaker::Speaker;
use super::states::refund_word;
use crate::domain::claim::{Claim, OpenClaims};
use crate::domain::conversation::Outcome;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

impl Speaker<'_> {
    /// Answers a merchant whom the shop signed in with their own claims. False: nobody asked for them, or no merchant did.
    pub(super) fn tells_claims(&mut self) -> bool {
        if !self.is_merchant() || !self.tells(CLAIMS_AGAINST_ME) {
            return false;
        }
        self.memory.misunderstood = 0;
        let facts = self.facts;
        match &facts.open_claims {
            None => self.say(Say::MerchantSignIn, None, Outcome::AskVerification),
            Some(open) if open.count == 0 && !open.more => {
                self.say(Say::MerchantClaimsNone, None, Outcome::Answer);
            }
            Some(open) => self.list_claims(open),
        }
        true
    }

    fn list_claims(&mut self, open: &OpenClaims) {
        let mut values = self.values(None);
        values.set(Placeholder::ClaimsOpen, &open.count.to_string());
        let lines = open.oldest.iter().map(|claim| self.claim_line(claim));
        let listed: Vec<String> = lines.collect();
        values.set(Placeholder::ClaimsListed, &listed.join("\n"));
        let say = match open.more || open.count > open.oldest.len() {
            true => Say::MerchantClaimsMany,
            false => Say::MerchantClaims,
        };
        self.say_with(say, &values, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
    }

    fn claim_line(&self, claim: &Claim) -> String {
        let word = self.plain(refund_word(claim.state.as_refund()));
        let values = Values::new()
            .with(Placeholder::ClaimId, &claim.id.to_string())
            .with(Placeholder::ClaimAmount, &claim.amount.to_string())
            .with(Placeholder::RefundState, &word);
        let say = Say::MerchantClaimLine;
        self.rules.replies.say(say, self.language, &values)
    }
}
