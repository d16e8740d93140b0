//! The number of a delivery: the endpoint and how many were for it before, written `linden-pay-17`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{EndpointId, InvalidId};

/// Which delivery.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeliveryId {
    /// To which endpoint.
    pub endpoint: EndpointId,
    /// Its number there, from 1, in the order in which they are sent.
    pub number: u64,
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.endpoint, self.number)
    }
}

impl FromStr for DeliveryId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let kind = "a delivery";
        let (endpoint, number) = text.rsplit_once('-').ok_or(InvalidId::Empty { kind })?;
        let number = number.parse().map_err(|_| InvalidId::Empty { kind })?;
        Ok(Self {
            endpoint: EndpointId::parse(endpoint)?,
            number,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryId;

    #[test]
    fn a_delivery_is_read_as_it_is_written() {
        let id: DeliveryId = "linden-pay-17".parse().unwrap();
        assert_eq!((id.endpoint.as_str(), id.number), ("linden-pay", 17));
        assert_eq!(id.to_string(), "linden-pay-17");
        for wrong in [
            "",
            "17",
            "linden-",
            "-17",
            "linden-x",
            "a/b-1",
            "linden-99999999999999999999",
        ] {
            assert!(wrong.parse::<DeliveryId>().is_err(), "{wrong}");
        }
    }
}
