//! What a shop's own programs ask for, by an API key: `merchant` orders, `refunds` applications and what became of them, `links` to pay by,
//! `notices` of what does not work, `deliveries` of events to their endpoints.

pub(in crate::http) mod deliveries;
pub(in crate::http) mod links;
pub(in crate::http) mod merchant;
pub(in crate::http) mod notices;
pub(in crate::http) mod refunds;
