//! The demo's storefront: its orders, and its customers' log-ins, which are signed as a shop's server would.

use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{SITE, orders};
use crate::clock::Clock;
use crate::domain::conversation::Identity;
use crate::http::DemoShop;

/// A log-in lasts so long.
const SIGNED_IN: SignedDuration = SignedDuration::from_hours(1);
/// Customers who can log in, by the name in the page, with the e-mail address of their orders.
const CUSTOMERS: [(&str, &str, &str); 3] = [
    ("mia", "Mia Holt", "mia@example.com"),
    ("jo", "Jo Field", "jo@example.com"),
    ("lina", "Li Na", "lina@example.com"),
];

/// The shop, with the secret that it shares with the desk.
pub(super) fn open(secret: &SecretString, clock: Clock) -> DemoShop {
    let orders = orders::as_of(clock.now()).map(|orders| orders.to_string());
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    DemoShop::new(orders.unwrap_or_default(), move |customer| {
        let found = CUSTOMERS.iter().find(|(name, ..)| *name == customer)?;
        let claims = claims(found, clock.now());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).ok()
    })
}

/// Whom the shop would sign in under a name.
pub(super) fn identity(customer: &str) -> Option<Identity> {
    let (name, full, email) = CUSTOMERS.iter().find(|(name, ..)| *name == customer)?;
    Some(Identity {
        subject: (*name).to_owned(),
        name: Some((*full).to_owned()),
        email: Some((*email).to_owned()),
        ..Identity::default()
    })
}

fn claims((customer, name, email): &(&str, &str, &str), now: jiff::Timestamp) -> Value {
    let ends = now.as_second() + SIGNED_IN.as_secs();
    json!({"sub": customer, "aud": SITE, "exp": ends, "name": name, "email": email})
}
