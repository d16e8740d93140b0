//! What may be shown of an address or a number, and texts made safe for a log line.

use std::borrow::Cow;
use std::fmt::Write as _;

/// An e-mail address as it may be spoken back: `j***@example.com`.
#[must_use]
pub fn mask_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, host)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}***@{host}")
        }
        None => "***".to_owned(),
    }
}

/// A phone number as it may be spoken back: `***23`. Two digits, not four: four are what a customer proves an order with.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.as_slice() {
        [_, .., a, b] if digits.len() >= 7 => format!("***{a}{b}"),
        _ => "***".to_owned(),
    }
}

/// A text that cannot break or disguise a line of a log or a terminal: control, direction and invisible characters are written out
/// as `\u{202e}`.
#[must_use]
pub fn escape_hidden(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
