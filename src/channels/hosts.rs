//! Where files may be fetched from. An address that somebody else wrote is followed to the platform's own hosts alone, whatever it looks like.

use super::account::Account;
use super::outgoing::Request;

/// An address as a request without any token, if it is on one of the platform's hosts, or where the account's requests go.
pub(super) fn bare_request(account: &Account, url: &str, hosts: &[&str]) -> Option<Request> {
    let is_own = is_on(url, hosts) || url.starts_with(&format!("{}/", account.base));
    is_own.then(|| Request {
        url: url.to_owned(),
        ..Request::get(account, "")
    })
}

/// Whether an address is on one of these hosts, over TLS and at the usual port. A host that begins with a dot stands for all names below
/// it; one with a slash for what is below that path.
pub(super) fn is_on(url: &str, hosts: &[&str]) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    // Nobody's log-in, no port, nothing that some read as a slash and others do not.
    let end = rest.find(|c: char| !is_of_host(c)).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    path.starts_with('/') && !path.contains("..") && hosts.iter().any(|own| fits(own, host, path))
}

const fn is_of_host(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.')
}

fn fits(own: &str, host: &str, path: &str) -> bool {
    match own.split_once('/') {
        Some((own, below)) => {
            let path = path.strip_prefix('/').and_then(|p| p.strip_prefix(below));
            own == host && path.is_some_and(|path| path.starts_with('/'))
        }
        None if own.starts_with('.') => host.len() > own.len() && host.ends_with(own),
        None => own == host,
    }
}

#[cfg(test)]
mod tests {
    use super::is_on;

    #[test]
    fn an_address_is_on_a_host_only_if_everybody_reads_it_so() {
        let hosts = [
            "files.example",
            ".cdn.example",
            "s3.example/media.shop.example",
        ];
        for good in [
            "https://files.example/a?b=c",
            "https://edge-1.xx.cdn.example/a",
            "https://s3.example/media.shop.example/a/b",
        ] {
            assert!(is_on(good, &hosts), "{good}");
        }
        for wrong in [
            "http://files.example/a",
            "https://files.example",
            "https://files.example:8443/a",
            "https://files.example@evil.example/a",
            "https://evil.example@files.example/a",
            "https://files.example.evil.example/a",
            "https://evil.example/files.example/",
            "https://evil.example#files.example/",
            "https://evil.example\\.cdn.example/a",
            "https://evilcdn.example/a",
            "https://.cdn.example/a",
            "https://FILES.example/a",
            "https://s3.example/other/a",
            "https://s3.example/media.shop.example.evil/a",
            "https://s3.example/media.shop.example/../other/a",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_on(wrong, &hosts), "{wrong}");
        }
    }
}
