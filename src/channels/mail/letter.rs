//! A letter, whatever it came as.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::decoders::html::html_to_text;
use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::charset::readable;
use super::quoted::without_quotes;
use super::report::Report;
use super::thread::Thread;
use crate::channels::form;
use crate::channels::incoming::{File, Inbound};
use crate::channels::json::{list, or_nothing, text};

/// A longer name of a letter is not kept as it is.
const NAME: usize = 200;
/// So many files of a letter are named.
const FILES: usize = 10;

/// A letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Letter {
    /// Its headers as they came, by their names in lower case; of several the first.
    pub headers: BTreeMap<String, String>,
    /// The sender's address, which is who writes and who is answered. `Reply-To` is no part of that: whoever may write any address there would
    /// go on in another's conversation, or have the desk write to strangers.
    pub from: String,
    pub subject: String,
    /// What was written, with what it quotes.
    pub body: String,
    /// The same without it, where somebody else cut it off.
    pub stripped: String,
    /// The kinds of the files that came along.
    pub files: Vec<String>,
    /// Those of them that are pictures or documents.
    pub contents: Vec<Vec<u8>>,
    /// What to call it if it has no name of its own.
    pub fallback: String,
    /// What a mail server reports in it.
    pub report: Option<Report>,
}

impl Letter {
    /// A whole message, as RFC 822 has it.
    pub(super) fn whole(bytes: &[u8]) -> Option<Self> {
        let bytes = &readable(bytes)[..];
        let message = MessageParser::default().parse(bytes)?;
        let mut headers = BTreeMap::new();
        for (name, value) in message.headers_raw() {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            headers.entry(name.to_lowercase()).or_insert(value);
        }
        if headers.is_empty() {
            return None;
        }
        let from = message.from().and_then(Address::first);
        let from = from.and_then(|from| from.address());
        Some(Self {
            from: from.unwrap_or_default().to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            body: body_of(&message),
            files: files_of(&message),
            contents: contents_of(&message),
            fallback: format!("sha256:{}", hex(&Sha256::digest(bytes))),
            stripped: String::new(),
            report: Report::in_letter(&message),
            headers,
        })
    }

    /// What Postmark makes of one.
    pub(super) fn from_postmark(body: &Value) -> Self {
        let pairs = list(body, "/Headers").iter();
        let headers = pairs.filter_map(|one| Some((text(one, "/Name")?, text(one, "/Value")?)));
        let files = list(body, "/Attachments").iter();
        Self {
            headers: in_lower_case(headers),
            from: or_nothing(body, "/FromFull/Email"),
            subject: or_nothing(body, "/Subject"),
            body: text_of_postmark(body),
            stripped: or_nothing(body, "/StrippedTextReply"),
            files: files
                .filter_map(|file| text(file, "/ContentType"))
                .map(|kind| kind_of(&kind))
                .take(FILES)
                .collect(),
            contents: list(body, "/Attachments")
                .iter()
                .filter(|file| text(file, "/ContentType").is_some_and(|kind| is_evidence(&kind)))
                .filter_map(|file| STANDARD.decode(text(file, "/Content")?).ok())
                .take(FILES)
                .collect(),
            fallback: or_nothing(body, "/MessageID"),
            report: None,
        }
    }

    /// What Mailgun makes of one.
    pub(super) fn from_mailgun(fields: &Fields) -> Self {
        let pairs: Vec<(String, String)> =
            serde_json::from_str(fields.get("message-headers")).unwrap_or_default();
        let count: usize = fields.get("attachment-count").parse().unwrap_or(0);
        let mut headers = in_lower_case(pairs.into_iter());
        // Nothing is to come back to whoever handed it on: a machine says so of itself.
        if fields.bytes("sender").is_some_and(<[u8]>::is_empty) {
            headers.insert("return-path".to_owned(), "<>".to_owned());
        }
        Self {
            headers,
            from: mailbox(fields.get("from")).unwrap_or_else(|| fields.get("sender").to_owned()),
            subject: fields.get("subject").to_owned(),
            body: fields.get("body-plain").to_owned(),
            stripped: fields.get("stripped-text").to_owned(),
            files: vec!["file".to_owned(); count.min(FILES)],
            contents: (1..=count.min(FILES))
                .filter_map(|number| fields.bytes(&format!("attachment-{number}")))
                .map(<[u8]>::to_vec)
                .collect(),
            fallback: fields.get("token").to_owned(),
            report: None,
        }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The name that its sender gave it.
    pub(super) fn id(&self) -> &str {
        self.header("message-id").trim()
    }

    /// As a message of a customer; none without anybody to answer.
    pub(super) fn into_message(self, own_address: &str) -> Option<Inbound> {
        let user = self.from.trim().to_lowercase();
        if !user.contains('@') || user.bytes().any(|byte| !(b'!'..=b'~').contains(&byte)) {
            return None;
        }
        let id = match self.id() {
            "" => self.fallback.clone(),
            long if long.len() > NAME => hex(&Sha256::digest(long)),
            id => id.to_owned(),
        };
        let [references, answered] = ["references", "in-reply-to"].map(|name| self.header(name));
        let thread = Thread::of(self.id(), references, answered, &self.subject);
        let written = match self.stripped.trim() {
            "" => without_quotes(&self.body),
            stripped => stripped.to_owned(),
        };
        // The subject of a first letter is the first thing that is said; that of an answer was said before.
        let is_answer = !self.header("in-reply-to").is_empty();
        let subject = self.subject.trim();
        let said = match (is_answer || subject.is_empty(), written.is_empty()) {
            (true, _) => written,
            (false, true) => subject.to_owned(),
            (false, false) => format!("{subject}\n{written}"),
        };
        let files = self.files.into_iter().enumerate();
        Some(Inbound {
            files: files
                .map(|(number, kind)| File {
                    kind,
                    id: format!("{id}#{number}"),
                })
                .collect(),
            id,
            user,
            contents: self.contents,
            reply: Some(thread.written()),
            answers: thread.tokens(own_address),
            text: said,
            ..Inbound::default()
        })
    }
}

/// The address in the words of a header. It may differ from the one that a letter was handed on under, which is for what comes back.
fn mailbox(header: &str) -> Option<String> {
    let line = format!("from: {}\r\n\r\n", header.replace(['\r', '\n'], " "));
    let message = MessageParser::default().parse(line.as_bytes())?;
    let from = message.from().and_then(Address::first)?;
    Some(from.address()?.to_owned()).filter(|address| address.contains('@'))
}

/// What was written; of a letter that has only a page, its words: Postmark makes no text of one.
fn text_of_postmark(body: &Value) -> String {
    match or_nothing(body, "/TextBody") {
        text if text.trim().is_empty() => html_to_text(&or_nothing(body, "/HtmlBody")),
        text => text,
    }
}

fn in_lower_case(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for (name, value) in pairs {
        headers.entry(name.to_lowercase()).or_insert(value);
    }
    headers
}

/// The first text; of a letter that has only a page, its words.
fn body_of(message: &Message<'_>) -> String {
    let text = message.body_text(0);
    text.map(|text| text.replace("\r\n", "\n"))
        .unwrap_or_default()
}

fn files_of(message: &Message<'_>) -> Vec<String> {
    let kinds = message.attachments().map(|part| {
        let kind = part.content_type().map(|kind| kind.ctype().to_owned());
        kind_of(&kind.unwrap_or_default())
    });
    kinds.take(FILES).collect()
}

fn contents_of(message: &Message<'_>) -> Vec<Vec<u8>> {
    let parts = message.attachments().filter(|part| {
        let kind = part.content_type();
        kind.is_some_and(|kind| {
            let subtype = kind.subtype().unwrap_or_default();
            is_evidence(&format!("{}/{subtype}", kind.ctype()))
        })
    });
    parts
        .map(|part| part.contents().to_vec())
        .take(FILES)
        .collect()
}

/// Whether the desk would look at files of this kind.
fn is_evidence(media_type: &str) -> bool {
    let kind = media_type.to_lowercase();
    kind.starts_with("image/") || kind.starts_with("application/pdf")
}

/// `image` of `image/png`, in letters only.
fn kind_of(media_type: &str) -> String {
    let kind = media_type.split('/').next().unwrap_or_default();
    let kind: String = kind.chars().filter(char::is_ascii_alphabetic).collect();
    match kind.to_lowercase().as_str() {
        known @ ("image" | "audio" | "video" | "text") => known.to_owned(),
        _ => "file".to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of a form, be it written one way or the other.
pub(super) struct Fields(BTreeMap<String, Vec<u8>>);

impl Fields {
    pub(super) fn read(media_type: &str, body: &[u8]) -> Option<Self> {
        if media_type.starts_with("application/x-www-form-urlencoded") {
            let pairs = form::fields(body).into_iter();
            let pairs = pairs.map(|(name, value)| (name, value.into_bytes()));
            return Some(Self::first_of_each(pairs));
        }
        if !media_type.starts_with("multipart/form-data") || media_type.contains(['\r', '\n']) {
            return None;
        }
        // A form in parts is written as a letter is.
        let head = format!("content-type: {media_type}\r\n\r\n");
        let whole = [head.as_bytes(), body].concat();
        let message = MessageParser::default().parse(&whole)?;
        let named = message.parts.iter().filter_map(|part| {
            let name = part.content_disposition()?.attribute("name")?;
            Some((name.to_owned(), part.contents().to_vec()))
        });
        Some(Self::first_of_each(named))
    }

    fn first_of_each(pairs: impl Iterator<Item = (String, Vec<u8>)>) -> Self {
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name).or_insert(value);
        }
        Self(fields)
    }

    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// A field as a text; an empty one when it is not there, or is none.
    pub(super) fn get(&self, name: &str) -> &str {
        let bytes = self.bytes(name).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }
}
