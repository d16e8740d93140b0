//! Where a request may go: to addresses of the public internet, and to the networks that an endpoint's configuration allows.
//!
//! An address of an endpoint is what a merchant wrote, and a name leads wherever its owner says, at any moment. So it is the address
//! that is checked, when the connection is made, and the connection goes to the very address that was checked.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// An address that nothing may be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its address is in a network that is not allowed")]
pub struct Refused;

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// What is not the public internet: this machine, private networks, providers' own, links, examples, tests, groups, and the rest.
const NOT_PUBLIC_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(168, 63, 129, 16, 32), // a cloud's own service, at an address that looks public
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// All that is public of IPv6 is here, but for what follows.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);
/// Protocols' own, examples, and addresses that carry an IPv4 address within them.
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),
    v6(0x2001, 0xdb8, 32),
    v6(0x2002, 0, 16),
    v6(0x3fff, 0, 20),
];

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(&v4)),
        IpAddr::V6(v6) => {
            GLOBAL_V6.contains(&v6) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&v6))
        }
    }
}

/// Where an endpoint may be.
#[derive(Clone, Debug)]
pub struct Allowed {
    networks: Arc<[IpNet]>,
    /// Whether the public internet is among it.
    public: bool,
}

/// Where those who are to be asked over the public internet listen. At any other port there may be something that was not made to be asked by
/// strangers, and that takes what it gets for words of its own.
const PORTS: [u16; 2] = [443, 8443];

/// Why an address leads nowhere on the public internet, whatever its host is: it is not encrypted, or at a port that is not for that.
#[must_use]
pub fn not_for_public(url: &Url) -> Option<&'static str> {
    let at_port = |port| PORTS.contains(&port);
    match url.scheme() {
        "https" if url.port_or_known_default().is_some_and(at_port) => None,
        "https" => Some(
            "ports other than 443 and 8443 are for networks of your own: write allow = [\"10.0.0.7/32\"] for where it is",
        ),
        _ => Some("http is for networks of your own: write https, or allow = [\"10.0.0.7/32\"]"),
    }
}

impl Allowed {
    /// The public internet, for an address that may lead there, and these networks, at any port.
    #[must_use]
    pub fn new(url: &Url, networks: &[IpNet]) -> Self {
        Self {
            networks: networks.into(),
            public: not_for_public(url).is_none(),
        }
    }

    /// Whether a connection may be made to this address.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(&self, address: IpAddr) -> Result<(), Refused> {
        let address = address.to_canonical();
        let named = self.networks.iter().any(|net| net.contains(&address));
        if named || (self.public && is_public(address)) {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// Whether the host of a URL may be connected to, as far as it is written in numbers; a name is checked when it has been looked up.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check_host(&self, url: &Url) -> Result<(), Refused> {
        let host = url.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => self.check(address),
            Err(_) if host.is_empty() => Err(Refused),
            Err(_) => Ok(()),
        }
    }
}

/// Looks a name up.
type Lookup = fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Looks names up and gives only the addresses that may be connected to.
#[derive(Debug)]
pub(super) struct Checked {
    allowed: Allowed,
    lookup: Lookup,
}

impl Checked {
    pub(super) fn new(allowed: Allowed) -> Arc<Self> {
        let lookup = |name: String| -> Pin<Box<dyn Future<Output = _> + Send>> {
            Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
        };
        Arc::new(Self { allowed, lookup })
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, lookup) = (self.allowed.clone(), self.lookup);
        Box::pin(async move {
            let found = lookup(name.as_str().to_owned()).await?;
            let fit: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| allowed.check(address.ip()).is_ok())
                .collect();
            if fit.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(fit.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, networks: &[&str]) -> bool {
        let Ok(url) = Url::parse(url) else {
            return false;
        };
        let networks: Vec<IpNet> = networks.iter().map(|net| net.parse().unwrap()).collect();
        Allowed::new(&url, &networks).check_host(&url).is_ok()
    }

    /// Hosts that lead into the desk's own house, in every form that a URL takes.
    const INSIDE: [&str; 48] = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "127.255.255.254",
        "0.0.0.0",
        "0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "012.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.1",
        "3232235777",
        "100.64.0.1",
        "100.127.255.255",
        "100.100.100.200",
        "169.254.169.254",
        "169.254.1",
        "0xa9fea9fe",
        "2852039166",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[::127.0.0.1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "[2002:7f00:1::]",
        "[64:ff9b::7f00:1]",
        "[2001:0:53aa:64c:0:0:80ff:fffe]",
        "[ff02::1]",
        "[2001:db8::1]",
    ];

    const OUTSIDE: [&str; 11] = [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.255.255",
        "[2606:4700::1111]",
        "[2a00:1450:4001::5]",
        "[::ffff:1.1.1.1]",
    ];

    #[test]
    fn addresses_inside_the_house_are_refused_in_every_form() {
        for host in INSIDE {
            assert!(!allowed(&format!("https://{host}/hook"), &[]), "{host}");
            assert!(
                !allowed(&format!("https://{host}:8443/hook"), &[]),
                "{host}"
            );
        }
        for host in [
            "\u{ff11}\u{ff12}\u{ff17}.0.0.1",
            "\u{2460}\u{2461}\u{2466}.0.0.1",
            "127\u{3002}0\u{3002}0\u{3002}1",
        ] {
            assert!(!allowed(&format!("https://{host}/"), &[]), "{host}");
        }
    }

    #[test]
    fn public_addresses_are_allowed_encrypted_and_refused_in_the_open() {
        for host in OUTSIDE {
            assert!(allowed(&format!("https://{host}/"), &[]), "{host}");
            assert!(!allowed(&format!("http://{host}/"), &[]), "{host}");
        }
    }

    #[test]
    fn public_addresses_are_allowed_at_the_ports_of_encrypted_http_alone() {
        for host in OUTSIDE {
            for port in [443, 8443] {
                assert!(
                    allowed(&format!("https://{host}:{port}/"), &[]),
                    "{host}:{port}"
                );
            }
            for port in [22, 25, 80, 2375, 6379, 8080, 9200] {
                assert!(
                    !allowed(&format!("https://{host}:{port}/"), &[]),
                    "{host}:{port}"
                );
            }
        }
        // One that is named is allowed as it stands.
        assert!(allowed("https://1.1.1.1:9443/", &["1.1.1.1/32"]));
        assert!(!allowed("https://1.1.1.2:9443/", &["1.1.1.1/32"]));
    }

    #[test]
    fn an_allowed_network_is_allowed_in_every_form_and_no_other_with_it() {
        let home = ["127.0.0.0/8"];
        for host in ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"] {
            assert!(allowed(&format!("http://{host}:8080/"), &home), "{host}");
            assert!(allowed(&format!("https://{host}/"), &home), "{host}");
        }
        for host in ["[::1]", "10.0.0.1", "169.254.169.254"] {
            assert!(!allowed(&format!("https://{host}/"), &home), "{host}");
        }
        assert!(allowed("http://[fd00:1::7]/", &["fd00:1::/32"]));
    }

    #[tokio::test]
    async fn a_name_that_leads_elsewhere_each_time_is_checked_each_time() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static LOOKS: AtomicUsize = AtomicUsize::new(0);
        let rebinds: Lookup = |_| {
            let found = match LOOKS.fetch_add(1, Ordering::Relaxed) {
                0 => vec!["1.1.1.1:0"],
                1 => vec!["169.254.169.254:0"],
                2 => vec!["127.0.0.1:0", "[::ffff:10.0.0.1]:0", "1.0.0.1:0"],
                _ => vec!["[::1]:0"],
            };
            let found = found.into_iter().map(|one| one.parse().unwrap()).collect();
            Box::pin(async move { Ok(found) })
        };
        let url = Url::parse("https://hook.example/").unwrap();
        let checked = Arc::new(Checked {
            allowed: Allowed::new(&url, &[]),
            lookup: rebinds,
        });
        let mut led = Vec::new();
        for _ in 0..4 {
            let found = checked.resolve("hook.example".parse().unwrap()).await;
            led.push(found.map_or(Vec::new(), |all| {
                all.map(|one| one.ip().to_string()).collect()
            }));
        }
        assert_eq!(led, [vec!["1.1.1.1"], vec![], vec!["1.0.0.1"], vec![]]);
    }

    #[tokio::test]
    async fn a_name_is_checked_by_where_it_leads() {
        let url = Url::parse("https://localhost/").unwrap();
        let lookup = |networks: &[IpNet]| {
            let checked = Checked::new(Allowed::new(&url, networks));
            async move { checked.resolve("localhost".parse().unwrap()).await }
        };
        let refused = lookup(&[]).await.err().unwrap();
        assert!(refused.is::<Refused>(), "{refused}");
        let found = lookup(&["127.0.0.0/8".parse().unwrap()]).await.unwrap();
        let found: Vec<SocketAddr> = found.collect();
        assert!(!found.is_empty() && found.iter().all(|address| address.is_ipv4()));
    }
}
