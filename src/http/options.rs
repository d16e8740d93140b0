//! The settings of the web surface. Each has a default that is right for one shop behind a proxy.

use std::time::Duration;

use super::gate::limit::LimitOptions;
use ipnet::IpNet;

/// Sizes, times and limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers come by HTTPS: a log-in is then for that alone.
    pub https: bool,
    /// The origin of the desk's own pages as browsers know it, where that is configured.
    pub own_origin: Option<String>,
    /// The largest body, in bytes.
    pub max_body: usize,
    /// The largest body with many orders, in bytes.
    pub max_batch: usize,
    /// The longest message, in characters.
    pub max_characters: usize,
    /// How many event streams one visitor or agent may have open at once.
    pub max_streams_per_caller: usize,
    /// How many connections at once.
    pub max_connections: usize,
    /// How many connections at once from one network; proxies that are trusted are not counted.
    pub max_connections_per_network: usize,
    /// A request's head, or the next request on a connection, must have come in so many seconds.
    pub head_seconds: u16,
    /// A request's body must have come in so many seconds.
    pub body_seconds: u16,
    /// An answer that the other side does not read is given up after so many seconds.
    pub write_seconds: u16,
    /// An answer must have begun in so many seconds.
    pub answer_seconds: u16,
    /// An idle event stream says that it lives every so many seconds.
    pub ping_seconds: u16,
    /// When the desk stops, what was accepted has so many seconds to finish.
    pub drain_seconds: u16,
    /// How often what may be asked for.
    pub limits: LimitOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            https: false,
            own_origin: None,
            max_body: 128 * 1024,
            max_batch: 8 * 1024 * 1024,
            max_characters: 10_000,
            max_streams_per_caller: 20,
            max_connections: 20_000,
            max_connections_per_network: 200,
            head_seconds: 15,
            body_seconds: 15,
            write_seconds: 30,
            answer_seconds: 20,
            ping_seconds: 20,
            drain_seconds: 5,
            limits: LimitOptions::default(),
        }
    }
}

/// A setting in seconds as a duration.
#[must_use]
pub fn seconds(setting: u16) -> Duration {
    Duration::from_secs(u64::from(setting))
}
