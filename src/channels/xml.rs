//! The small XML of one platform: elements with text below one root. Anything that could swell or look elsewhere is refused.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::incoming::Refusal;

/// So many pieces a document has, at most.
const PIECES: usize = 512;

/// The texts of the elements below the root, by name; of one that stands there twice, the first.
pub(super) fn fields(body: &[u8]) -> Result<BTreeMap<String, String>, Refusal> {
    let text = str::from_utf8(body).map_err(|_| Refusal::Unreadable)?;
    let mut reader = Reader::from_str(text);
    let (mut fields, mut open) = (BTreeMap::new(), Vec::<String>::new());
    for _ in 0..PIECES {
        match reader.read_event().map_err(|_| Refusal::Unreadable)? {
            Event::Start(start) => {
                let name = str::from_utf8(start.name().into_inner()).map(str::to_owned);
                open.push(name.map_err(|_| Refusal::Unreadable)?);
                if let [_, name] = open.as_slice() {
                    fields.entry(name.clone()).or_insert_with(String::new);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::CData(text) => {
                let text = str::from_utf8(&text).map_err(|_| Refusal::Unreadable)?;
                add(&mut fields, &open, text);
            }
            Event::Text(text) => {
                let text = str::from_utf8(&text).map_err(|_| Refusal::Unreadable)?;
                add(&mut fields, &open, text);
            }
            Event::GeneralRef(name) => {
                let text = named(&name).ok_or(Refusal::Unreadable)?;
                add(&mut fields, &open, text);
            }
            // A definition of anything, and what only documents for people have.
            Event::DocType(_) | Event::PI(_) => return Err(Refusal::Unreadable),
            Event::Eof if open.is_empty() && !fields.is_empty() => return Ok(fields),
            Event::Eof => return Err(Refusal::Unreadable),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) => {}
        }
    }
    Err(Refusal::Unreadable)
}

/// Adds text to the element that is open, if it stands directly below the root.
fn add(fields: &mut BTreeMap<String, String>, open: &[String], text: &str) {
    if let [_, name] = open {
        fields.entry(name.clone()).or_default().push_str(text);
    }
}

/// The five characters that have names of their own; nothing else has one here.
fn named(name: &[u8]) -> Option<&'static str> {
    match name {
        b"lt" => Some("<"),
        b"gt" => Some(">"),
        b"amp" => Some("&"),
        b"quot" => Some("\""),
        b"apos" => Some("'"),
        _ => None,
    }
}

/// A text as it stands in an element.
pub(super) fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_below_the_root_are_read_whatever_way_their_text_is_written() {
        let body = b"<xml><A><![CDATA[x<y]]></A><B>1 &lt; 2 &amp;</B><C/><D><E>no</E></D><A>again</A></xml>";
        let found = fields(body).unwrap();
        assert_eq!(
            (found["A"].as_str(), found["B"].as_str()),
            ("x<yagain", "1 < 2 &")
        );
        assert_eq!(found.get("E"), None);
        let back = format!("<xml><T>{}</T></xml>", cdata("a]]>b<c"));
        assert_eq!(fields(back.as_bytes()).unwrap()["T"], "a]]>b<c");
    }

    #[test]
    fn what_could_swell_or_look_elsewhere_is_refused() {
        for wrong in [
            &b""[..],
            b"{}",
            b"<xml>",
            b"<xml><A>x</xml>",
            b"<!DOCTYPE x [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>",
            b"<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><xml><A>1</A></xml>",
            b"<xml><A>&a;</A></xml>",
            b"<xml><A>&#x41;</A></xml>",
            b"<?xml-stylesheet href=\"x\"?><xml><A>1</A></xml>",
            b"<xml><A>\xff</A></xml>",
        ] {
            assert_eq!(
                fields(wrong),
                Err(Refusal::Unreadable),
                "{}",
                String::from_utf8_lossy(wrong)
            );
        }
        let many = format!("<xml>{}</xml>", "<A>1</A>".repeat(10_000));
        assert_eq!(fields(many.as_bytes()), Err(Refusal::Unreadable));
        let deep = format!("{}1{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
        assert_eq!(fields(deep.as_bytes()), Err(Refusal::Unreadable));
    }
}
