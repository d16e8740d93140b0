//! Letters that machines wrote: lists, bulk, out-of-office notes, reports of failed delivery, and our own. Whoever answers them talks to
//! a machine that answers back (RFC 3834).

use super::letter::Letter;
use super::thread::is_own_name;

/// Whose letters nobody is to answer, by what stands before the `@`.
const NOBODY: [&str; 8] = [
    "mailer-daemon",
    "postmaster",
    "no-reply",
    "noreply",
    "do-not-reply",
    "donotreply",
    "bounce",
    "bounces",
];
/// Headers that machines alone write, whatever they say. `Feedback-ID` is none: some services put it on every letter that they carry, those of
/// people among them.
const MARKS: [&str; 2] = ["x-autoreply", "x-autorespond"];
/// What wants no answer of a machine says so with these; receipts alone are another matter ([MS-OXCMAIL], 2.1.3.2.20).
const SUPPRESSES: [&str; 3] = ["all", "oof", "autoreply"];

/// Whether a machine wrote it.
pub(super) fn wrote(letter: &Letter, own_address: &str) -> bool {
    let of = |name: &str| letter.header(name).trim().to_lowercase();
    let submitted = of("auto-submitted");
    let is_automatic = !submitted.is_empty() && !submitted.starts_with("no");
    let is_bulk = matches!(
        of("precedence").as_str(),
        "bulk" | "list" | "junk" | "auto_reply"
    );
    let is_list = letter.headers.keys().any(|name| name.starts_with("list-"));
    let is_marked = MARKS.iter().any(|name| letter.headers.contains_key(*name));
    let is_report = of("content-type").starts_with("multipart/report");
    let has_no_sender = of("return-path") == "<>";
    let suppressed = of("x-auto-response-suppress");
    let wants_none = suppressed
        .split(',')
        .any(|one| SUPPRESSES.contains(&one.trim()));
    let from = letter.from.trim().to_lowercase();
    let local = from.split('@').next().unwrap_or_default();
    let is_nobody = NOBODY.contains(&local);
    let is_own = from == own_address.to_lowercase() || is_own_name(letter.id(), own_address);
    is_automatic
        || is_bulk
        || is_list
        || is_marked
        || wants_none
        || is_report
        || has_no_sender
        || is_nobody
        || is_own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(header: &str) -> Letter {
        let from = if header.starts_with("From:") {
            ""
        } else {
            "From: Ann <ann@example.com>\r\n"
        };
        let whole = format!("{from}{header}\r\nMessage-ID: <1@x>\r\n\r\nwhere is my refund\r\n");
        Letter::whole(whole.as_bytes()).unwrap()
    }

    #[test]
    fn what_a_machine_wrote_is_known_by_any_of_its_marks() {
        for header in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated (rejected)",
            "Precedence: bulk",
            "Precedence: List",
            "Precedence: junk",
            "List-Id: <news.example.com>",
            "List-Unsubscribe: <mailto:x@example.com>",
            "X-Auto-Response-Suppress: OOF",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            "Return-Path: <>",
            "From: Mail Delivery <MAILER-DAEMON@mx.example.com>",
            "From: shop@linden.example",
            "From: no-reply@bank.example",
            // Somebody who may write any address there is not whom it names.
            "From: no-reply@forms.example\r\nReply-To: ann@example.com",
            "X-Auto-Response-Suppress: DR, AutoReply",
        ] {
            assert!(wrote(&letter(header), "shop@linden.example"), "{header}");
        }
    }

    #[test]
    fn what_a_person_wrote_is_not_taken_for_a_machines() {
        for header in [
            "Auto-Submitted: no",
            "Precedence: first-class",
            "Return-Path: <ann@example.com>",
            "From: Ann <ann.bounce@example.com>",
            "Content-Type: text/plain; charset=utf-8",
            "X-Auto-Response-Suppress: DR, NDR, RN, NRN",
            "Feedback-ID: 1.eu-west-1.x:AmazonSES",
        ] {
            assert!(!wrote(&letter(header), "shop@linden.example"), "{header}");
        }
    }
}
