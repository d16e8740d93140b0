//! What was last said in a conversation, as a line of a list shows it.
//!
//! Of one that people have, it is what the customer or an agent said: that the bot has passed it on stands under every other line as well, and
//! tells nobody which of them is which.

use serde::{Deserialize, Serialize};

use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Owner, Seq};

/// Most characters of the last message in a line.
const SNIPPET: usize = 120;
/// The last thing that was said is among so many events, or is not shown.
const LOOK_BACK: u64 = 16;

/// What was last said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// `customer`, `bot` or `agent`.
    pub by: String,
    /// The beginning of it.
    pub text: String,
}

/// What was last said, looking back from an event at most so far. `event` reads one by its number.
pub(crate) fn last_said<E>(
    conversation: &Conversation,
    event: impl Fn(Seq) -> Result<Option<Event>, E>,
) -> Result<Option<Snippet>, E> {
    let last = conversation.last_seq.0;
    let mut by_bot = None;
    for seq in (last.saturating_sub(LOOK_BACK) + 1..=last).rev() {
        let Some(event) = event(Seq(seq))? else {
            continue;
        };
        let said = snippet(&event);
        let is_passed_over = conversation.owner != Owner::Bot && is_answer_of_bot(&event);
        match said {
            Some(said) if is_passed_over => {
                by_bot.get_or_insert(said);
            }
            Some(said) => return Ok(Some(said)),
            None => {}
        }
    }
    Ok(by_bot)
}

fn is_answer_of_bot(event: &Event) -> bool {
    event.by == Actor::Bot && matches!(event.body, EventBody::Reply { .. })
}

fn snippet(event: &Event) -> Option<Snippet> {
    match &event.body {
        EventBody::Message { text, .. } | EventBody::Reply { text, .. } => Some(Snippet {
            by: event.by.name().to_owned(),
            text: shorten(text, SNIPPET),
        }),
        EventBody::ClaimMoved {
            text: Some(text), ..
        } => Some(Snippet {
            // What a payment becomes is told by nobody in particular, as the bot tells things.
            by: match event.by {
                Actor::System => Actor::Bot.name().to_owned(),
                _ => event.by.name().to_owned(),
            },
            text: shorten(text, SNIPPET),
        }),
        EventBody::Attached { file, .. } => Some(Snippet {
            by: event.by.name().to_owned(),
            text: format!("\u{25a3} {}", file.kind.extension().to_uppercase()),
        }),
        _ => None,
    }
}

pub(crate) fn shorten(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
