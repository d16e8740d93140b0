//! What goes to endpoints and platforms stands where it belongs, and what platforms call messages is forgotten in time.

use super::records::{Check, Outcome};
use crate::domain::channel::Known;
use crate::domain::webhook::{Delivery, EndpointRecord};
use crate::store::keys;
use crate::store::records::known;

impl Check<'_, '_> {
    /// Every delivery stands where its state says, and not beyond the last number of its endpoint.
    pub(super) fn outbox(&mut self) -> Outcome {
        self.each::<EndpointRecord>(b'u', "endpoint", |_, _| Ok(()))?;
        for kind in [b'w', b'g', b'D'] {
            self.each(kind, "delivery", |check, delivery: Delivery| {
                let endpoint = keys::endpoint(&delivery.id.endpoint);
                let endpoint = check.record::<EndpointRecord>(&endpoint)?;
                let last = endpoint.map_or(0, |endpoint| endpoint.last);
                if keys::delivery(&delivery)[0] != kind {
                    let state = delivery.state.name();
                    check.found.problem(format!(
                        "delivery {} is {state}, but does not stand there",
                        delivery.id
                    ));
                }
                if let Some(place) = keys::place_in(&delivery) {
                    check.expect(&place, &format!("delivery {}", delivery.id))?;
                }
                if delivery.id.number > last {
                    check.found.problem(format!(
                        "delivery {} is beyond the last number {last}",
                        delivery.id
                    ));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Every name has its time.
    pub(super) fn known(&mut self) -> Outcome {
        self.each(b'p', "message of a platform", |check, known: Known| {
            let key = known::forgotten(known.until, &known.id);
            check.expect(&key, "a message of a platform").map(drop)
        })
    }
}
