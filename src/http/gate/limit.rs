//! How often what may be asked for. Each route names its limit where it is declared; each limit counts twice: per network, before
//! anything is looked up, and per caller once the token is known.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics::Counter;

use super::peer::{Client, Network};
use crate::http::code::Code;
use crate::http::error::{Problem, Result};

/// Which limit a route has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Opening sessions.
    Session,
    /// Sending a message.
    Message,
    /// Opening an event stream.
    Stream,
    /// An agent's work.
    Agent,
    /// A shop handing in or reading one order.
    Order,
    /// A shop handing in many orders at once.
    Batch,
    /// Asking how the desk is.
    Probe,
    /// A messaging platform telling what its customers write.
    Hook,
}

impl Limit {
    /// All limits.
    pub const ALL: [Self; 8] = [
        Self::Session,
        Self::Message,
        Self::Stream,
        Self::Agent,
        Self::Order,
        Self::Batch,
        Self::Probe,
        Self::Hook,
    ];

    /// The word in the log and the metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Message => "message",
            Self::Stream => "stream",
            Self::Agent => "agent",
            Self::Order => "order",
            Self::Batch => "batch",
            Self::Probe => "probe",
            Self::Hook => "hook",
        }
    }
}

/// So many in a minute, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many in a minute, over time.
    pub per_minute: NonZeroU32,
    /// How many at once.
    pub burst: NonZeroU32,
}

/// The rates of a limit: for a network and for one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// For all callers of one network.
    pub network: Rate,
    /// For one visitor, agent or shop.
    pub caller: Rate,
}

/// The rates of all limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitOptions {
    /// Opening sessions.
    pub session: Rates,
    /// Sending a message.
    pub message: Rates,
    /// Opening an event stream.
    pub stream: Rates,
    /// An agent's work.
    pub agent: Rates,
    /// A shop handing in or reading one order.
    pub order: Rates,
    /// A shop handing in many orders at once.
    pub batch: Rates,
    /// Asking how the desk is.
    pub probe: Rates,
    /// A messaging platform telling what its customers write: all of them come from a few networks.
    pub hook: Rates,
}

/// `network per minute, at once; caller per minute, at once`.
const fn rates(network: (u32, u32), caller: (u32, u32)) -> Rates {
    Rates {
        network: rate(network.0, network.1),
        caller: rate(caller.0, caller.1),
    }
}

/// So many in a minute, so many at once; zero counts as one.
#[must_use]
pub const fn rate(per_minute: u32, burst: u32) -> Rate {
    Rate {
        per_minute: non_zero(per_minute),
        burst: non_zero(burst),
    }
}

const fn non_zero(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Default for LimitOptions {
    /// Generous for people, also for many behind one address; tight for programs that hammer.
    fn default() -> Self {
        Self {
            session: rates((60, 30), (60, 30)),
            message: rates((600, 120), (30, 15)),
            stream: rates((600, 120), (60, 20)),
            agent: rates((3_000, 600), (900, 200)),
            order: rates((12_000, 2_000), (12_000, 2_000)),
            batch: rates((120, 30), (120, 30)),
            probe: rates((600, 120), (600, 120)),
            hook: rates((60_000, 6_000), (60_000, 6_000)),
        }
    }
}

impl LimitOptions {
    const fn of(&self, limit: Limit) -> Rates {
        match limit {
            Limit::Session => self.session,
            Limit::Message => self.message,
            Limit::Stream => self.stream,
            Limit::Agent => self.agent,
            Limit::Order => self.order,
            Limit::Batch => self.batch,
            Limit::Probe => self.probe,
            Limit::Hook => self.hook,
        }
    }
}

/// The counts of all limits.
#[derive(Debug)]
pub struct Limits {
    counts: [Counts; Limit::ALL.len()],
    clock: DefaultClock,
    hasher: RandomState,
}

#[derive(Debug)]
struct Counts {
    network: DefaultKeyedRateLimiter<Network>,
    caller: DefaultKeyedRateLimiter<u64>,
}

impl Limits {
    /// Begins to count.
    #[must_use]
    pub fn new(options: &LimitOptions) -> Self {
        Self {
            counts: Limit::ALL.map(|limit| Counts::new(options.of(limit))),
            clock: DefaultClock::default(),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request for its network.
    ///
    /// # Errors
    /// When the network has asked too often.
    pub fn count_network(&self, limit: Limit, client: Client) -> Result<()> {
        let counts = &self.counts[limit as usize];
        counts
            .network
            .check_key(&client.network())
            .map_err(|until| refuse(limit, until.wait_time_from(self.clock.now())))
    }

    /// Counts a request for its caller: a visitor of a site, an agent, a shop.
    ///
    /// # Errors
    /// When the caller has asked too often.
    pub fn count_caller(&self, limit: Limit, caller: impl Hash) -> Result<()> {
        let counts = &self.counts[limit as usize];
        counts
            .caller
            .check_key(&self.hasher.hash_one(caller))
            .map_err(|until| refuse(limit, until.wait_time_from(self.clock.now())))
    }

    /// Forgets those who have not asked for so long that nothing counts against them. Called every minute or so.
    pub fn forget_idle(&self) {
        for counts in &self.counts {
            counts.network.retain_recent();
            counts.caller.retain_recent();
            counts.network.shrink_to_fit();
            counts.caller.shrink_to_fit();
        }
    }
}

impl Counts {
    fn new(rates: Rates) -> Self {
        Self {
            network: RateLimiter::keyed(quota(rates.network)),
            caller: RateLimiter::keyed(quota(rates.caller)),
        }
    }
}

const fn quota(rate: Rate) -> Quota {
    Quota::per_minute(rate.per_minute).allow_burst(rate.burst)
}

/// How many requests were over a limit.
pub fn refused(limit: Limit) -> Counter {
    metrics::counter!("frontdesk_rate_limited_total", "limit" => limit.name())
}

fn refuse(limit: Limit, wait: Duration) -> Problem {
    refused(limit).increment(1);
    let detail =
        "too many requests: wait for the seconds in `retry_after`, then send the same again";
    Problem::new(Code::RateLimited, detail).retry_after(wait)
}

#[cfg(test)]
mod tests {
    use super::{Limit, LimitOptions, Limits};
    use crate::http::code::Code;
    use crate::http::gate::peer::Client;

    fn client(address: &str) -> Client {
        Client(address.parse().unwrap())
    }

    #[test]
    fn every_limit_has_its_own_counts() {
        for (at, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, at, "{}", limit.name());
        }
    }

    #[test]
    fn one_network_over_its_limit_is_told_when_to_come_back_and_others_are_not_touched() {
        let limits = Limits::new(&LimitOptions::default());
        for _ in 0..30 {
            assert!(
                limits
                    .count_network(Limit::Session, client("192.0.2.1"))
                    .is_ok()
            );
        }
        let refused = limits
            .count_network(Limit::Session, client("192.0.2.1"))
            .expect_err("the 31st");
        assert_eq!(refused.code(), Code::RateLimited);
        assert!(
            limits
                .count_network(Limit::Session, client("192.0.2.2"))
                .is_ok()
        );
        assert!(
            limits
                .count_network(Limit::Message, client("192.0.2.1"))
                .is_ok()
        );
    }

    #[test]
    fn one_visitor_over_the_limit_does_not_shut_out_another_of_the_same_site() {
        let limits = Limits::new(&LimitOptions::default());
        for _ in 0..15 {
            assert!(limits.count_caller(Limit::Message, ("shop", "v1")).is_ok());
        }
        assert!(limits.count_caller(Limit::Message, ("shop", "v1")).is_err());
        assert!(limits.count_caller(Limit::Message, ("shop", "v2")).is_ok());
    }
}
