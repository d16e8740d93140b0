//! What a messaging platform tells, as the desk takes it: by the account's outbox and the platform's names.

use jiff::Timestamp;

use crate::channels::{Account, Inbound, Person, Receipt, Renamed, Seen, is_fetched};
use crate::desk::{Arrival, Fate, FateOfAll, Renaming, SaidThere};
use crate::domain::channel::{PlatformId, Recipient};
use crate::domain::language::Language;

pub(in crate::http) fn said_there(
    account: &Account,
    message: &Inbound,
    person: &Person,
) -> SaidThere {
    let outbox = &account.key.outbox;
    SaidThere {
        outbox: outbox.clone(),
        id: PlatformId::incoming(outbox, &message.id),
        sent_as: PlatformId::outgoing(outbox, &message.id),
        user: message.user.clone(),
        place: message.place.clone(),
        name: person.name.clone(),
        text: said(message),
        is_note: person.is_note,
    }
}

pub(in crate::http) fn renaming(account: &Account, renamed: &Renamed) -> Renaming {
    let outbox = &account.key.outbox;
    Renaming {
        outbox: outbox.clone(),
        id: PlatformId::incoming(outbox, &renamed.id),
        user: renamed.user.clone(),
        named: renamed.named.clone(),
        number: renamed.number.clone(),
    }
}

pub(in crate::http) fn fate(account: &Account, receipt: &Receipt) -> Fate {
    Fate {
        id: PlatformId::outgoing(&account.key.outbox, &receipt.id),
        state: receipt.state,
        why: receipt.why.clone(),
        once: receipt
            .once
            .as_ref()
            .map(|once| PlatformId::signed(&account.key.outbox, once)),
    }
}

pub(in crate::http) fn fate_of_all(account: &Account, seen: &Seen) -> FateOfAll {
    FateOfAll {
        outbox: account.key.outbox.clone(),
        user: seen.user.clone(),
        state: seen.state,
        up_to: seen.up_to,
    }
}

pub(in crate::http) fn arrival(
    account: &Account,
    message: &Inbound,
    heard_at: Timestamp,
) -> Arrival {
    let outbox = &account.key.outbox;
    Arrival {
        id: PlatformId::incoming(outbox, &message.id),
        once: message
            .once
            .as_ref()
            .map(|once| PlatformId::signed(outbox, once)),
        site: account.site.clone(),
        recipient: Recipient {
            channel: account.key.channel,
            outbox: outbox.clone(),
            user: message.user.clone(),
            place: message.place.clone(),
            reply: message.reply.clone(),
            heard_at,
            answered: 0,
            spoken: Vec::new(),
            door: None,
        },
        formerly: message.formerly.clone(),
        answers: message.answers.clone(),
        with_people: message.with_people && account.hands_over,
        text: said(message),
        choice: message.choice,
        language: message.locale.as_deref().and_then(Language::from_locale),
        files: message
            .files
            .iter()
            .filter(|file| is_fetched(account.key.channel, &file.kind))
            .map(|file| file.id.clone())
            .collect(),
    }
}

/// The text, and what kinds of files came along: a message of files alone is not to look like silence.
fn said(message: &Inbound) -> String {
    let files = message.files.iter().map(|file| format!("[{}]", file.kind));
    let text = Some(message.text.clone()).filter(|text| !text.is_empty());
    let all: Vec<String> = text.into_iter().chain(files).collect();
    all.join("\n")
}
