//! Which letters belong together: what their headers call each other (RFC 5322, 3.6.4), and the names that we give.

use serde::{Deserialize, Serialize};

use crate::channels::outgoing::Way;
use crate::domain::is_default;
use crate::domain::redact::redact;

/// What our own names of letters end with, before the `@`.
pub(super) const OURS: &str = ".fd";
/// A longer subject is cut.
const SUBJECT: usize = 150;
/// So many letters of a thread are named.
const THREAD: usize = 8;
/// Where an answer belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Thread {
    /// The letter that is answered.
    pub(super) id: String,
    /// Those before it, the oldest first.
    before: Vec<String>,
    subject: String,
    /// We begin it: no letter is answered.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) ours: bool,
    /// What is signed in the name of our letter, by which an answer to it is known.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) token: String,
}

impl Thread {
    /// That of a letter, as its headers say.
    pub(super) fn of(id: &str, references: &str, in_reply_to: &str, subject: &str) -> Self {
        let mut before = names(references);
        let answered = names(in_reply_to).into_iter();
        before.extend(answered.filter(|one| !references.contains(one)));
        let surplus = before.len().saturating_sub(THREAD);
        Self {
            id: names(id).pop().unwrap_or_default(),
            before: before.split_off(surplus),
            // It is kept and written again, so that no card number may stand in it.
            subject: redact(&in_one_line(subject)).text,
            ours: false,
            token: String::new(),
        }
    }

    /// What we signed in the names of the letters that it answers, the latest first.
    pub(super) fn tokens(&self, own_address: &str) -> Vec<String> {
        let ours = |name: &&String| is_own_name(name, own_address);
        let tokens = self.before.iter().rev().filter(ours).filter_map(|name| {
            let (_, rest) = name.split_once('.')?;
            let end = rest.len().checked_sub(domain(own_address).len() + 2)?;
            Some(rest.get(..end)?.strip_suffix(OURS)?.to_owned())
        });
        tokens.collect()
    }

    /// One that we begin.
    pub(super) fn begun(subject: &str) -> Self {
        Self {
            subject: in_one_line(subject),
            ours: true,
            ..Self::default()
        }
    }

    /// As it is kept.
    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(way: &Way<'_>) -> Self {
        let kept = way.to.reply.as_deref().unwrap_or_default();
        serde_json::from_str(kept).unwrap_or_default()
    }

    /// What the letters of the thread are called. Whoever has not answered a letter of ours yet may have written under somebody else's
    /// address: no word of theirs goes there, or the desk would carry it to whomever they like. A thread that we begin is called as we say.
    pub(super) fn subject_for(&self, way: &Way<'_>) -> String {
        let own = way.account.sender.as_deref().unwrap_or_default();
        let is_ours = self.ours || self.before.iter().any(|name| is_own_name(name, own));
        match self.subject() {
            subject if is_ours && !subject.is_empty() => subject,
            _ => format!("Re: {own}"),
        }
    }

    pub(super) fn subject(&self) -> String {
        let is_answer = self
            .subject
            .get(..3)
            .is_some_and(|re| re.eq_ignore_ascii_case("re:"));
        if is_answer || self.ours || self.subject.is_empty() {
            self.subject.clone()
        } else {
            format!("Re: {}", self.subject)
        }
    }

    pub(super) fn references(&self) -> String {
        let own = Some(&self.id).filter(|id| !id.is_empty());
        let all: Vec<&str> = self.before.iter().chain(own).map(String::as_str).collect();
        all.join(" ")
    }
}

/// The names of letters in a header: what stands between angle brackets, without anything that could end a line.
fn names(header: &str) -> Vec<String> {
    let each = header.split('<').skip(1).filter_map(|rest| {
        let name = rest.split_once('>')?.0;
        let is_name = !name.is_empty()
            && name.len() < 250
            && name.bytes().all(|byte| byte.is_ascii_graphic());
        is_name.then(|| format!("<{name}>"))
    });
    each.collect()
}

/// What others wrote is one line of one letter.
fn in_one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SUBJECT)
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn domain(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}

/// The name that a letter of ours is known by: the one that it went out under, without what is signed in it.
pub(super) fn known_name(name: &str, own_address: &str) -> Option<String> {
    let (said, _) = name.split_once('.')?;
    is_own_name(name, own_address).then(|| format!("{said}{OURS}@{}>", domain(own_address)))
}

/// Whether it is a name that we give.
pub(super) fn is_own_name(name: &str, own_address: &str) -> bool {
    let end = format!("{OURS}@{}>", domain(own_address));
    name.to_lowercase().ends_with(&end.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_kept_without_the_card_number_in_it() {
        let kept = Thread::of("", "", "", "Re: card 4242 4242 4242 4242").written();
        assert!(kept.contains("Re: card") && !kept.contains("4242 4242 4242"));
    }

    #[test]
    fn only_names_are_taken_from_the_headers_of_a_thread() {
        assert_eq!(names("<a@x> <b@x>\r\n <c@x>"), ["<a@x>", "<b@x>", "<c@x>"]);
        assert!(names("a@x").is_empty() && names("<a b@x>").is_empty() && names("<>").is_empty());
        assert!(names("<a@x\r\nBcc: y>").is_empty());
    }

    #[test]
    fn our_own_letters_are_known_again() {
        assert!(is_own_name(
            "<evt_7.fd@linden.example>",
            "shop@Linden.example"
        ));
        assert!(!is_own_name(
            "<evt_7.fd@else.example>",
            "shop@linden.example"
        ));
        assert!(!is_own_name(
            "<evt_7@linden.example>",
            "shop@linden.example"
        ));
    }
}
