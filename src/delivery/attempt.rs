//! One request to an endpoint: signed, to an address that was checked, never redirected, and with an end in sight.

use std::error::Error;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};

use super::address::{Allowed, Checked, Refused};
use super::answer::{ANSWER, masked, whole};
use super::receiver::{Endpoint, GroupRobot};
use crate::channels::{Judgement, Responded};
use crate::domain::webhook::{Delivery, Outcome, retry_after, signatures};

/// So long a connection may take, of the time that the whole attempt has.
const CONNECT: Duration = Duration::from_secs(10);

/// The HTTP client of one endpoint. A connection is not used twice, so that every attempt looks at the address.
#[derive(Clone, Debug)]
pub(super) struct Client(pub(super) reqwest::Client);

impl Client {
    pub(super) fn new(allowed: &Allowed, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("frontdesk/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Checked::new(allowed.clone()))
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT.min(timeout))
            .timeout(timeout)
            .build()?;
        Ok(Self(client))
    }

    /// Makes the request. Of the answer only its head is read, so that its size is the other side's trouble alone.
    pub(super) async fn attempt(
        &self,
        endpoint: &Endpoint,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Outcome {
        // An address that is written in numbers is never looked up, so it is checked here.
        if endpoint.allowed.check_host(&endpoint.url).is_err() {
            return Outcome::Failed(Refused.to_string(), None);
        }
        let second = now.as_second();
        if let Some(robot) = &endpoint.robot {
            return self
                .say(endpoint, robot, &delivery.body, (second, now))
                .await;
        }
        let signed = signatures(&endpoint.secrets, &delivery.event, second, &delivery.body);
        let request = self.0.post(endpoint.url.clone());
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &delivery.event)
            .header("webhook-timestamp", second)
            .header("webhook-signature", signed)
            .body(delivery.body.clone());
        match request.send().await {
            Ok(response) => answered(&response, now),
            Err(error) => Outcome::Failed(in_words(&error, endpoint.timeout), None),
        }
    }
}

impl Client {
    /// Says an event to a group. Robots tell in their answer's body whether they did.
    async fn say(
        &self,
        endpoint: &Endpoint,
        group: &GroupRobot,
        event: &str,
        (second, now): (i64, Timestamp),
    ) -> Outcome {
        let words = (group.in_words)(event);
        let (query, body) = group.robot.render(group.secret.as_ref(), &words, second);
        let mut url = endpoint.url.clone();
        if !query.is_empty() {
            let before = url.query().map(|query| format!("{query}&"));
            url.set_query(Some(&(before.unwrap_or_default() + &query)));
        }
        let request = self.0.post(url).header(CONTENT_TYPE, "application/json");
        let response = match request.body(body).send().await {
            Ok(response) => response,
            Err(error) => return Outcome::Failed(in_words(&error, endpoint.timeout), None),
        };
        let asked = patience(&response, now);
        let status = response.status().as_u16();
        let body = match whole(response, ANSWER).await {
            Ok(body) => body,
            Err(broke_off) => return Outcome::Failed(broke_off.in_words(), None),
        };
        let responded = Responded {
            status,
            body: &body,
        };
        match group.robot.judge(&responded) {
            Judgement::Sent(_) => Outcome::Delivered,
            Judgement::Never(why) => Outcome::Unwanted(masked(&why)),
            Judgement::Later(why, wait) => Outcome::Failed(masked(&why), wait.or(asked)),
            Judgement::Account(why) | Judgement::Renew(why) | Judgement::Closed(why) => {
                Outcome::Failed(masked(&why), None)
            }
        }
    }
}

/// For how long whoever answers asks not to be asked again.
pub(super) fn patience(response: &Response, now: Timestamp) -> Option<SignedDuration> {
    let header = response.headers().get(RETRY_AFTER);
    let asked = header.and_then(|value| value.to_str().ok());
    asked.and_then(|value| retry_after(value, now))
}

fn answered(response: &Response, now: Timestamp) -> Outcome {
    let status = response.status();
    if status.is_success() {
        return Outcome::Delivered;
    }
    if status == StatusCode::GONE {
        return Outcome::Gone;
    }
    // It is there and understands: it is this one event that it will not have.
    let is_refused = status.is_client_error() && !matches!(status.as_u16(), 408 | 425 | 429);
    if is_refused {
        return Outcome::Refused(format!("it answered {}", status.as_u16()));
    }
    let slows_down = matches!(status.as_u16(), 429 | 502 | 503 | 504);
    let patience = patience(response, now).filter(|_| slows_down);
    let more = if status.is_redirection() {
        ": redirects are not followed"
    } else {
        ""
    };
    Outcome::Failed(format!("it answered {}{more}", status.as_u16()), patience)
}

/// Why a request failed, without its address, which may hold a secret.
pub(super) fn in_words(error: &reqwest::Error, timeout: Duration) -> String {
    if was_refused(error) {
        return Refused.to_string();
    }
    if error.is_timeout() {
        return format!("it did not answer within {} s", timeout.as_secs_f32());
    }
    if error.is_connect() {
        return "it could not be connected to".to_owned();
    }
    "the connection broke before it answered".to_owned()
}

/// Whether somewhere among the causes stands that the address is not allowed.
fn was_refused(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Refused>() {
            return true;
        }
        cause = error.source();
    }
    false
}
