//! What browsers load: files that are part of the program, and pages that are put together from the rules in force.
//!
//! `all` which there are and where, `page` with what headers, `packed` as browsers get them; `widget`, `chat` its panel as a page, `continued` the page of a link,
//! `guide` the refund guide, `inbox` the agents' page with its `script`, `shop` the demo's storefront. They ask for no data: that is for their scripts.

pub(in crate::http) mod all;
pub(in crate::http) mod chat;
pub(in crate::http) mod continued;
pub(in crate::http) mod guide;
pub(in crate::http) mod inbox;
pub(in crate::http) mod packed;
pub(in crate::http) mod page;
pub(in crate::http) mod script;
pub(in crate::http) mod shop;
pub(in crate::http) mod widget;
