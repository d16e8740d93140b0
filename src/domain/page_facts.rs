//! What a shop's page says about itself and its visitor's cart: hints for people, proof of nothing.

use serde::{Deserialize, Serialize};

use super::ids::OrderId;
use super::is_default;
use super::redact::{escape_hidden, redact};

/// Characters of a total.
const TOTAL: usize = 40;
/// Characters of an address.
const PAGE: usize = 300;

/// Characters of the name of a zone.
const ZONE: usize = 50;

/// Facts of a page. None of them is checked against anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    /// The order that it shows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: Option<OrderId>,
    /// What the cart comes to, as the page writes it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cart_total: Option<String>,
    /// Its address, without what follows `?` or `#`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: Option<String>,
    /// In which zone the customer's clock is, by its IANA name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub zone: Option<String>,
}

/// A fact that a page cannot have meant, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no {0} that can be kept: leave it out, or write it shorter")]
pub struct InvalidFact(pub &'static str);

impl PageFacts {
    /// Takes what a page says. Secrets are masked; an empty text says nothing.
    ///
    /// # Errors
    /// With the name of the first fact that cannot be kept.
    pub fn parse(
        order: Option<&str>,
        cart_total: Option<&str>,
        page: Option<&str>,
    ) -> Result<Self, InvalidFact> {
        let order = said(order).map(|text| OrderId::parse(&redact(text).text));
        let page = page.and_then(|page| page.split(['?', '#']).next());
        Ok(Self {
            order: order.transpose().map_err(|_| InvalidFact("order"))?,
            cart_total: kept(cart_total, TOTAL).ok_or(InvalidFact("cart_total"))?,
            page: kept(page, PAGE).ok_or(InvalidFact("page"))?,
            zone: None,
        })
    }

    /// The same, with the zone of the customer's clock.
    ///
    /// # Errors
    /// When it is no name of a zone.
    pub fn in_zone(self, zone: Option<&str>) -> Result<Self, InvalidFact> {
        let zone = said(zone);
        let is_name = |zone: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '+' | '-');
            zone.len() <= ZONE && zone.chars().all(fits)
        };
        if zone.is_some_and(|zone| !is_name(zone)) {
            return Err(InvalidFact("zone"));
        }
        let zone = zone.map(str::to_owned);
        Ok(Self { zone, ..self })
    }

    /// As a line for agents; nothing where nothing is known. `known` is the order that is talked about anyway.
    #[must_use]
    pub fn line(&self, known: Option<&OrderId>) -> Option<String> {
        let order = self.order.as_ref().filter(|order| Some(*order) != known);
        let parts = [
            order.map(|order| format!("page order {order}")),
            self.cart_total
                .as_ref()
                .map(|total| format!("cart {total}")),
            self.page.as_ref().map(|page| format!("page {page}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" \u{b7} "))
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn kept(text: Option<&str>, most: usize) -> Option<Option<String>> {
    match said(text) {
        Some(text) if text.chars().count() > most => None,
        text => Some(text.map(|text| escape_hidden(&redact(text).text).into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_says_is_kept_short_and_without_secrets() {
        let facts = PageFacts::parse(
            Some("#a-1001"),
            Some(" 64.00 GBP "),
            Some("https://shop.example/cart?token=secret#top"),
        )
        .unwrap();
        let line = facts.line(None).unwrap();
        assert_eq!(
            line,
            "page order A1001 \u{b7} cart 64.00 GBP \u{b7} page https://shop.example/cart"
        );
        let known = OrderId::parse("A1001").unwrap();
        assert!(!facts.line(Some(&known)).unwrap().contains("A1001"));
        let card = PageFacts::parse(None, Some("4111 1111 1111 1111"), Some("/\u{202e}x")).unwrap();
        let line = card.line(None).unwrap();
        assert!(
            !line.contains("4111 1111") && !line.contains('\u{202e}'),
            "{line}"
        );
    }

    #[test]
    fn a_zone_is_a_name_and_nothing_else() {
        let of = |zone| PageFacts::default().in_zone(Some(zone));
        let kept = of("Asia/Hong_Kong").unwrap();
        assert_eq!(kept.zone.as_deref(), Some("Asia/Hong_Kong"));
        assert_eq!(of(" ").unwrap().zone, None);
        for odd in ["<b>", "a b", "Asia/\u{4e0a}", &"x".repeat(51)] {
            assert_eq!(of(odd), Err(InvalidFact("zone")), "{odd}");
        }
    }

    #[test]
    fn what_is_no_fact_is_refused_by_name_and_nothing_is_nothing() {
        let parse = PageFacts::parse;
        assert_eq!(parse(Some("!!"), None, None), Err(InvalidFact("order")));
        let long = "9".repeat(TOTAL + 1);
        assert_eq!(
            parse(None, Some(&long), None),
            Err(InvalidFact("cart_total"))
        );
        let long = "x".repeat(PAGE + 1);
        assert_eq!(parse(None, None, Some(&long)), Err(InvalidFact("page")));
        let nothing = parse(Some(" "), Some(""), None).unwrap();
        assert_eq!((nothing.line(None), nothing), (None, PageFacts::default()));
    }
}
