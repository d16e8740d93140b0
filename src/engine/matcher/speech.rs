//! What the clauses of a message do: some ask, the others tell what happened.
//!
//! Whoever tells a story names many matters on the way to the one that they want something about: "the parcel came broken, the
//! courier was rude, I just want my money back". So what was asked for goes before what was only told, however sure the rules are of
//! the latter. A wish that says nothing of its matter ("can you help me?") has no rule that holds; then the tale speaks for it.

use smallvec::SmallVec;

use super::decide::{Choice, Found, SURE_FROM, Verdict};

impl Verdict {
    /// Drops what was only told, where something else was asked for. What is asked for yields to what is told where the rule files
    /// say that the one yields to the other: whoever wants the money back that has been on its way for weeks asks where it is.
    pub(super) fn let_tales_yield(&mut self, found: &Found<'_>) {
        self.asking = found.asking;
        let relations = |it: &Choice| &found.program.yields[it.owner.0 as usize];
        let is_asked = |it: &Choice| found.asking.has_any(it.clauses(found));
        let asked: SmallVec<[Choice; 8]> = (self.ranked.iter().copied())
            .filter(|it| !relations(it).to_all && is_asked(it))
            .collect();
        let wins = |it: &Choice, told: &Choice| {
            it.score >= told.score.min(SURE_FROM)
                && !relations(it).to.contains(&told.owner)
                && !relations(told).told_beside.contains(&it.owner)
        };
        let told = &mut self.told;
        self.ranked.retain(|it| {
            let counts = is_asked(it) || !asked.iter().any(|asked| wins(asked, it));
            told.extend((!counts).then_some(*it));
            counts
        });
    }
}
