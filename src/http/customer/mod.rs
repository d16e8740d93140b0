//! What a customer's page asks for, on the storefront or on the page of a link: their session and what they say in it.
//!
//! `visitor` opens a session, takes messages and streams what follows, `beside` what that stream tells beside the log; `said` what is said by
//! a button, `forms` and `claims` a refund application as a form, `attachments` evidence, `own_orders` the orders that are shown to be
//! theirs, `auth` the shop's word for who they are. Nothing here knows of agents.

pub(in crate::http) mod attachments;
pub mod auth;
pub(in crate::http) mod beside;
pub(in crate::http) mod claims;
pub(in crate::http) mod forms;
pub(in crate::http) mod own_orders;
pub(in crate::http) mod said;
pub(in crate::http) mod visitor;
