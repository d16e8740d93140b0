//! Letters of programs that write a subject as they write their text, and do not say in what: GB18030 and Big5 as they are, where RFC 2047
//! wants them encoded.

use std::borrow::Cow;

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

/// So far into a letter it is looked for what it is written in.
const LOOKED_AT: usize = 64 * 1024;

/// The letter, with its headers in UTF-8 where they were not: read as its text is, by what stands there, and all of it where nothing does.
pub(super) fn readable(letter: &[u8]) -> Cow<'_, [u8]> {
    let (head, rest) = letter.split_at(end_of_head(letter));
    match said(letter) {
        Some(_) if str::from_utf8(head).is_ok() => Cow::Borrowed(letter),
        Some(charset) => {
            let (head, _) = charset.decode_without_bom_handling(head);
            Cow::Owned([head.as_bytes(), rest].concat())
        }
        None if str::from_utf8(letter).is_ok() => Cow::Borrowed(letter),
        None => {
            let read = |charset: &'static Encoding| {
                charset.decode_without_bom_handling_and_without_replacement(letter)
            };
            let all = [GB18030, BIG5].into_iter().filter_map(read);
            let likeliest = all.min_by_key(|text| odd(text));
            likeliest.map_or(Cow::Borrowed(letter), |text| {
                Cow::Owned(text.into_owned().into_bytes())
            })
        }
    }
}

/// How much of a text nobody writes in Chinese: of two ways to read it, the one that makes less of that is right.
fn odd(text: &str) -> usize {
    let is_usual = |c: char| {
        let is_han = ('\u{4e00}'..='\u{9fff}').contains(&c);
        let is_mark = matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{2026}');
        c.is_ascii() || is_han || is_mark
    };
    text.chars().filter(|c| !is_usual(*c)).count()
}

/// Where the headers end.
fn end_of_head(letter: &[u8]) -> usize {
    let end = |mark: &[u8]| letter.windows(mark.len()).position(|at| at == mark);
    let ends = [end(b"\r\n\r\n"), end(b"\n\n")];
    ends.into_iter().flatten().min().unwrap_or(letter.len())
}

/// What the letter, or the first part of it that says so, is written in. Headers of one in UTF-8 that are not are an old program's.
fn said(letter: &[u8]) -> Option<&'static Encoding> {
    let begin = &letter[..letter.len().min(LOOKED_AT)];
    let begin = String::from_utf8_lossy(begin).to_ascii_lowercase();
    let mut all = begin.split("charset=").skip(1).peekable();
    all.peek()?;
    let named = all.filter_map(|rest| {
        let rest = rest.trim_start_matches('"');
        let end = rest.find(|c: char| c == '"' || c == ';' || c.is_whitespace());
        Encoding::for_label_no_replacement(&rest.as_bytes()[..end.unwrap_or(rest.len())])
    });
    // One in which nothing can be read, or in which the names of the headers could not, says nothing of how they were written.
    let named = named.filter(|one| one.is_ascii_compatible());
    let mut named = named.filter(|one| *one != UTF_8);
    Some(named.next().unwrap_or(GB18030))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, WINDOWS_1252};

    use super::*;

    const REFUND: &str = "\u{9000}\u{6b3e}\u{7533}\u{8acb}";

    fn letter(kind: &str, charset: &'static Encoding) -> Vec<u8> {
        let text = format!("Subject: {REFUND}\r\n{kind}\r\n\r\n{REFUND}");
        charset.encode(&text).0.into_owned()
    }

    #[test]
    fn headers_are_read_in_what_the_letter_is_written_in() {
        for (charset, label) in [(GB18030, "GB18030"), (GBK, "\"gbk\""), (BIG5, "Big5")] {
            let kind = format!("Content-Type: text/plain; charset={label}");
            let whole = letter(&kind, charset);
            let read = readable(&whole).into_owned();
            let head = String::from_utf8_lossy(&read);
            assert!(
                head.starts_with(&format!("Subject: {REFUND}\r\n")),
                "{label}"
            );
            // The text is decoded by whoever reads the letter.
            let text = charset.encode(REFUND).0;
            assert!(read.ends_with(&text), "{label}");
        }
    }

    #[test]
    fn a_letter_that_says_nothing_is_read_whole_and_one_that_is_readable_stays_as_it_is() {
        // "I want to know of my order": so much is needed to tell the one from the other.
        let asked = "\u{6211}\u{60f3}\u{77e5}\u{9053}\u{8a02}\u{55ae}";
        for charset in [GB18030, BIG5] {
            let text = format!("Subject: {asked}\r\n\r\n{asked}");
            let whole = charset.encode(&text).0;
            let read = readable(&whole).into_owned();
            let read = String::from_utf8(read).unwrap();
            assert_eq!(read, text);
        }
        let french =
            b"Subject: r\xe9clamation\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nx";
        let read = readable(french).into_owned();
        assert!(read.starts_with("Subject: r\u{e9}clamation\r\n".as_bytes()));
        assert_eq!(said(french), Some(WINDOWS_1252));
        // What nobody writes headers in leaves them as they are.
        for label in ["iso-2022-kr", "replacement", "utf-16le", "utf-16"] {
            let kind = format!("Content-Type: text/plain; charset={label}");
            let read = readable(&letter(&kind, GB18030)).into_owned();
            let head = String::from_utf8_lossy(&read);
            assert!(
                head.starts_with(&format!("Subject: {REFUND}\r\n")),
                "{label}"
            );
        }
        let plain = b"Subject: refund\r\n\r\nplease".to_vec();
        assert_eq!(readable(&plain), plain);
        let broken = b"Subject: refund\r\n\r\n\xff\xff\xff".to_vec();
        assert_eq!(readable(&broken), broken);
    }
}
