//! The web surface: requests in, answers and event streams out.
//!
//! A file for each kind of caller (`visitor`, `hooks` for messaging platforms with `arriving` and `accounts`, `inbox` and `conversation` for agents, `merchant`, `refunds`, `deliveries`, `ops`; `widget`, `chat_page`, `continued` and `shop` for browsers), and a file for each thing
//! that holds for all: `routes` (every address of the API), `page` (what browsers load), `around` (what happens around each), `bearer` and `staff` (who asks), `cookie` and `log_in` (agents' log-ins), `auth` (the shop's word
//! for its customer), `origin` (which pages may ask), `limit`, `body`, `error`, `stream`, `listen`. Nothing here decides anything
//! about a conversation: it parses, asks the desk, and shows the answer to whom it belongs.

mod accounts;
mod again;
mod around;
mod arriving;
mod attachments;
mod audit;
pub mod auth;
mod bearer;
mod beside;
mod body;
mod bulk;
mod canned;
mod chat_page;
mod claims;
mod code;
mod colleagues;
mod continued;
mod conversation;
mod cookie;
mod corrections;
mod deliveries;
mod drafts;
mod error;
mod facts;
mod follower;
mod forms;
mod from_zero;
mod guide;
mod hooks;
mod inbox;
mod inbox_page;
mod limit;
mod links;
mod listen;
mod log_in;
mod look_over;
mod looking;
mod merchant;
mod misread;
mod moving;
mod notices;
mod observe;
mod openapi;
mod ops;
mod options;
mod origin;
mod outage;
mod outline;
mod owed;
mod own_orders;
mod packed;
mod page;
mod pages;
mod peer;
mod people;
mod rated;
mod refunds;
mod reports;
mod reviews;
mod routes;
mod row;
mod said;
mod saved_filters;
mod script;
mod second_factor;
mod shared;
mod shop;
mod site;
mod staff;
mod stall;
mod stream;
mod streams;
mod transcript;
mod view;
mod visitor;
mod widget;

use std::ops::Deref;
use std::sync::Arc;

pub use accounts::Accounts;
pub use code::Code;
pub use error::{Problem, ProblemDetails};
pub use from_zero::count_from_zero;
pub use hooks::take_all;
pub use limit::{Limit, LimitOptions, Limits, Rate, Rates, rate};
pub use listen::{Served, serve};
pub use openapi::document;
pub use ops::{Check, Readiness};
pub use options::Options;
pub use outage::Outage;
pub use packed::Packed;
pub use pages::Pages;
pub use peer::{Client, Peer};
pub use routes::{Caller, Route, inventory, router};
pub use shop::DemoShop;
pub use site::{SiteAccess, Sites};
pub use streams::Streams;
pub use widget::script_for;

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
