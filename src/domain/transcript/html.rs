//! A transcript as one page: no script, no address, nothing fetched; everything that was said is text.

use super::{Labels, Line, visible};

/// The page's only style. Its hash stands in the page's content security policy, so it changes together with [`STYLE_HASH`].
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
article{margin:0 0 1rem;padding:.5rem .75rem;border-inline-start:4px solid #8a939d;break-inside:avoid}\
.customer{border-color:#1558d6}.note{border-color:#b3261e;background:#fdf3f2}\
header{color:#59636e;font-size:.875rem}p{margin:.25rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}\
@media print{body{margin:0;max-width:none}}";

/// The SHA-256 of the page's style, as a content security policy names it.
pub const STYLE_HASH: &str = "sha256-kQSZDA/7agaz5PbqXK6qPaz8QARoff/dV8U2tyP9PFg=";

pub(super) fn write(lines: &[Line], labels: &Labels) -> String {
    let title = escape(&labels.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body>\n<h1>{title}</h1>\n",
        labels.language.tag()
    );
    for line in lines {
        out.push_str(&article(line));
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn article(line: &Line) -> String {
    format!(
        "<article class=\"{}\"><header><bdi>{}</bdi> <time datetime=\"{}\">{}</time></header><p dir=\"auto\">{}</p></article>\n",
        line.kind,
        escape(&line.who),
        line.at,
        line.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        escape(&line.text)
    )
}

/// Text as text: nothing in it can become markup, in an element or in an attribute.
pub(in crate::domain) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{STYLE, STYLE_HASH};

    #[test]
    fn the_policy_names_the_style_that_the_page_has() {
        assert_eq!(
            STYLE_HASH,
            format!("sha256-{}", base64(&Sha256::digest(STYLE.as_bytes())))
        );
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let bits = chunk
                .iter()
                .chain([0, 0].iter())
                .take(3)
                .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
            for at in 0..4 {
                if at <= chunk.len() {
                    let digit = bits >> (18 - 6 * at) & 63;
                    out.push(char::from(DIGITS[digit as usize]));
                } else {
                    out.push('=');
                }
            }
        }
        out
    }
}
