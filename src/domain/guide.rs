//! The refund guide of a merchant in one language: what its policy says, piece by piece, and all of it as a page.
//!
//! Its words come from the rule files and the policy; here is only the order of things, and how a page is built.

use super::language::Language;
use super::policy::AppliedClause;
use super::transcript::escape;

/// What a piece of the guide is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuideTopic {
    /// In which time somebody may change their mind.
    Window,
    /// What is not taken back.
    Excluded,
    /// Money, a part of it, an exchange.
    Offers,
    /// How to apply, and who decides.
    Apply,
    /// What has to be shown.
    Evidence,
    /// Who pays for sending back.
    Shipping,
    /// How long the money takes.
    Time,
    /// What else the merchant wants to be known.
    Note,
}

impl GuideTopic {
    /// All topics, in the order of the guide.
    pub const ALL: [Self; 8] = [
        Self::Window,
        Self::Excluded,
        Self::Offers,
        Self::Apply,
        Self::Evidence,
        Self::Shipping,
        Self::Time,
        Self::Note,
    ];

    /// The name in rule files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Excluded => "excluded",
            Self::Offers => "offers",
            Self::Apply => "apply",
            Self::Evidence => "evidence",
            Self::Shipping => "shipping",
            Self::Time => "time",
            Self::Note => "note",
        }
    }
}

/// One piece of the guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is about.
    pub topic: GuideTopic,
    /// The same in words.
    pub heading: String,
    /// What is said about it, each line a sentence that stands by itself.
    pub lines: Vec<String>,
    /// The clauses of the policy that say so.
    pub clauses: Vec<AppliedClause>,
}

/// A merchant's guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// In which language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its pieces; none about what the policy does not say.
    pub pieces: Vec<Piece>,
    /// What to do where nothing of it fits.
    pub otherwise: String,
    /// The languages that it is there in, each called by its own name.
    pub languages: Vec<(Language, String)>,
}

/// The page's only style. Its hash stands in the page's content security policy, so it changes together with [`STYLE_HASH`].
const STYLE: &str = ":root{color-scheme:light dark}\
body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1.5rem 1rem}\
h1{font-size:1.5rem}h2{font-size:1.125rem;margin:1.5rem 0 .25rem}p{margin:.25rem 0;overflow-wrap:anywhere}\
nav ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;margin:0;padding:0}\
a{display:inline-block;padding:.25rem 0}a:focus-visible{outline:3px solid;outline-offset:2px}\
@media print{nav{display:none}}";

/// The SHA-256 of the page's style, as a content security policy names it.
pub const STYLE_HASH: &str = "sha256-RHXfddDxwXGfHocrLXt5aC3oSVIYj6wBi7Vy9mlgS50=";

impl Guide {
    /// The guide as a page: no script, nothing fetched; readable without the style, by a screen reader and on paper.
    #[must_use]
    pub fn page(&self) -> String {
        let (tag, title) = (self.language.tag(), escape(&self.title));
        let pieces: String = self.pieces.iter().map(section).collect();
        let links: String = self.languages.iter().map(|one| self.link(one)).collect();
        let otherwise = escape(&self.otherwise);
        format!(
            "<!doctype html>\n<html lang=\"{tag}\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{STYLE}</style></head>\n\
             <body>\n<nav><ul>{links}</ul></nav>\n<main>\n<h1>{title}</h1>\n{pieces}<p>{otherwise}</p>\n</main>\n</body>\n</html>\n"
        )
    }

    fn link(&self, (language, name): &(Language, String)) -> String {
        let (tag, name) = (language.tag(), escape(name));
        let current = match *language == self.language {
            true => " aria-current=\"page\"",
            false => "",
        };
        format!(
            "<li><a href=\"?lang={tag}\" lang=\"{tag}\" hreflang=\"{tag}\"{current}>{name}</a></li>"
        )
    }
}

fn section(piece: &Piece) -> String {
    let (id, heading) = (piece.topic.name(), escape(&piece.heading));
    let lines = piece.lines.iter();
    let lines: String = lines
        .map(|line| format!("<p>{}</p>\n", escape(line)))
        .collect();
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{heading}</h2>\n{lines}</section>\n"
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};

    use super::{Guide, GuideTopic, Piece, STYLE, STYLE_HASH};
    use crate::domain::language::Language;

    #[test]
    fn the_policy_names_the_style_that_the_page_has() {
        let hash = base64::prelude::BASE64_STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(STYLE_HASH, format!("sha256-{hash}"));
    }

    /// A merchant writes its policy itself; its customers' browsers are not the merchant's.
    #[test]
    fn what_a_merchant_writes_is_text_on_the_page() {
        let mark = "<script>alert(1)</script>\"'";
        let guide = Guide {
            language: Language::En,
            title: mark.to_owned(),
            pieces: vec![Piece {
                topic: GuideTopic::Note,
                heading: mark.to_owned(),
                lines: vec![mark.to_owned()],
                clauses: Vec::new(),
            }],
            otherwise: mark.to_owned(),
            languages: vec![(Language::En, mark.to_owned())],
        };
        let page = guide.page();
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 6, "{page}");
    }
}
