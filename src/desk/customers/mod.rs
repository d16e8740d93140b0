//! Customers speak: their messages, buttons, forms and files, and who may speak at all.
//!
//! `receive` takes a message (`parts` half sentences, `repeated` what comes again), `said` what is said by a button and no message, `apply`
//! a refund application that comes as a form, `evidence` files that are handed in; `sessions` says who may speak, `proofs` counts wrong
//! proofs, `cards` shows the orders that are theirs, `customer_types` tells that they are writing. How messages come
//! from platforms and go back there is the business of `platforms`, which calls this for what holds for all customers.

pub(in crate::desk) mod apply;
pub(in crate::desk) mod cards;
pub(in crate::desk) mod customer_types;
pub(in crate::desk) mod evidence;
pub(in crate::desk) mod parts;
pub(in crate::desk) mod proofs;
pub(in crate::desk) mod receive;
pub(in crate::desk) mod repeated;
pub(in crate::desk) mod said;
pub(in crate::desk) mod sessions;
