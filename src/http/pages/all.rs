//! All pages and scripts that the desk serves, by their addresses, and what they need beside the desk itself.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::Router;
use axum::routing::get;

use super::packed::Packed;
use super::shop::DemoShop;
use super::{chat, continued, inbox, shop, widget};
use crate::domain::wording::Wording;
use crate::http::App;

/// What the pages need beside the desk itself.
#[derive(Debug, Default)]
pub struct Pages {
    /// The widget's own words where the rules in force lack them.
    words: Wording,
    /// The widget's files as they were last served.
    packed: Mutex<BTreeMap<&'static str, Packed>>,
    /// The demo's storefront.
    shop: Option<DemoShop>,
}

impl Pages {
    /// Pages that fall back to these words.
    #[must_use]
    pub const fn new(words: Wording, shop: Option<DemoShop>) -> Self {
        Self {
            words,
            packed: Mutex::new(BTreeMap::new()),
            shop,
        }
    }

    /// The words to fall back to.
    pub(in crate::http) const fn words(&self) -> &Wording {
        &self.words
    }

    /// The widget's files as they were last served.
    pub(in crate::http) const fn packed(&self) -> &Mutex<BTreeMap<&'static str, Packed>> {
        &self.packed
    }

    /// The demo's storefront.
    pub(in crate::http) const fn shop(&self) -> Option<&DemoShop> {
        self.shop.as_ref()
    }
}

/// All pages.
pub(in crate::http) fn routes(app: &App) -> Router<App> {
    let pages = Router::new()
        .route("/widget.js", get(widget::serve))
        .route("/widget/{words}", get(widget::serve_words))
        .route("/chat", get(chat::serve))
        .route("/continue", get(continued::serve))
        .route("/continue.js", get(continued::script))
        .route("/inbox", get(inbox::serve))
        .route("/inbox/{file}", get(inbox::file));
    match app.pages.shop() {
        None => pages,
        Some(_) => pages.merge(shop::routes()),
    }
}
