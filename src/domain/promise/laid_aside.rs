//! Answers that were promised in what is called done: nobody waits for them any more, until that is taken back.

use jiff::Timestamp;

use super::{PromiseState, Promised, Promises};

impl Promises {
    /// The matter is done without an answer: nobody waits for one any more. Money that was promised still has to come.
    pub fn release_answers(&mut self, now: Timestamp) {
        self.lay_aside_answers(now);
        self.forget_aside();
    }

    /// As [`Self::release_answers`], until [`Self::bind_again`].
    pub fn lay_aside_answers(&mut self, now: Timestamp) {
        // What was laid aside before is not what is taken back next.
        self.forget_aside();
        for promise in self.0.iter_mut().filter(|promise| promise.binds()) {
            if matches!(promise.what, Promised::Answer { .. }) {
                promise.laid_aside = Some(promise.state);
                promise.state = PromiseState::Void { at: now };
            }
        }
    }

    /// The matter is not done: what was laid aside binds as it did.
    pub fn bind_again(&mut self) {
        for promise in &mut self.0 {
            promise.state = promise.laid_aside.take().unwrap_or(promise.state);
        }
    }

    fn forget_aside(&mut self) {
        self.0
            .iter_mut()
            .for_each(|promise| promise.laid_aside = None);
    }
}
