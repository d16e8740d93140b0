//! Orders and what is claimed on them: handed in, decided, paid, promised.
//!
//! `orders` that shops hand in, `case_facts` that people need to know (`history` of the same person), `outcome` of claims (`policies` by
//! which they were decided, `two_people` where one may not decide alone), `take_up` of those that waited for something to be shown,
//! `corrections` at the merchant's, `links` to pay by, `promises` and what is looked at when their time comes. It does not know where a
//! customer writes from.

pub(in crate::desk) mod case_facts;
pub(in crate::desk) mod corrections;
pub(in crate::desk) mod history;
pub(in crate::desk) mod links;
pub(in crate::desk) mod orders;
pub(in crate::desk) mod outcome;
pub(in crate::desk) mod policies;
pub(in crate::desk) mod promises;
pub(in crate::desk) mod take_up;
pub(in crate::desk) mod two_people;
