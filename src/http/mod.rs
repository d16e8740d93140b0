//! The web surface: requests in, answers and event streams out.
//!
//! A room for each kind of caller (`customer`, `agents`, `shops` for their programs, `platforms`, `pages` for browsers; `ops` for an operator's machines), and
//! `gate` for what stands before all of them. `routes` is every address in one place and `openapi` their description; `error` and `code` are what a refusal says,
//! `stream` and `streams` what goes out as it happens, `listen` and `stall` the sockets. Nothing here decides anything about a conversation: it
//! parses, asks the desk, and shows the answer to whom it belongs.

mod agents;
mod code;
mod customer;
mod error;
mod from_zero;
mod gate;
mod listen;
mod openapi;
mod ops;
mod options;
mod pages;
mod platforms;
mod routes;
mod shops;
mod stall;
mod stream;
mod streams;

use std::ops::Deref;
use std::sync::Arc;

pub use code::Code;
pub use customer::auth;
pub use error::{Problem, ProblemDetails};
pub use from_zero::count_from_zero;
pub use gate::limit::{Limit, LimitOptions, Limits, Rate, Rates, rate};
pub use gate::outage::Outage;
pub use gate::peer::{Client, Peer};
pub use gate::site::{SiteAccess, Sites};
pub use listen::{Served, serve};
pub use openapi::document;
pub use ops::{Check, Readiness};
pub use options::Options;
pub use pages::all::Pages;
pub use pages::packed::Packed;
pub use pages::shop::DemoShop;
pub use pages::widget::script_for;
pub use platforms::accounts::Accounts;
pub use platforms::hooks::take_all;
pub use routes::{Caller, Route, inventory, router};
pub use streams::Streams;

use crate::desk::Desk;

/// What every route can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Whole>);

struct Whole {
    parts: Parts,
    outage: Outage,
}

/// The parts of the desk that the web surface talks to.
pub struct Parts {
    /// The application.
    pub desk: Arc<Desk>,
    /// The storefronts, as the web needs to know them.
    pub sites: Sites,
    /// Sizes, times, proxies.
    pub options: Options,
    /// How often what may be asked for.
    pub limits: Limits,
    /// The event streams that are open.
    pub streams: Streams,
    /// Whether the desk can take work.
    pub readiness: Readiness,
    /// The widget and the pages that carry it.
    pub pages: Pages,
    /// The accounts at messaging platforms.
    pub accounts: Accounts,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Whole {
            parts,
            outage: Outage::default(),
        }))
    }

    /// What was refused because the store failed.
    #[must_use]
    pub fn outage(&self) -> &Outage {
        &self.0.outage
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}
