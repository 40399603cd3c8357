use std::net::{Ipv4Addr, Ipv6Addr};

/// A host name as `Host`, `:authority` or `Origin` carry it, without the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host<'a>(&'a str);

impl<'a> Host<'a> {
    /// Takes `host`, `host:port` or `[v6]:port`.
    pub(crate) fn new(authority: &'a str) -> Self {
        let host = match authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or(rest),
            None => authority.split(':').next().unwrap_or(authority),
        };
        Self(host.strip_suffix('.').unwrap_or(host))
    }

    /// Whether the host can only be reached from this machine or this network: loopback, private
    /// and link-local addresses, single-label names, `.test`, `.local` and `.localhost`
    /// (RFC 1918, RFC 4193, RFC 6761, RFC 6762).
    pub(crate) fn is_local(self) -> bool {
        let Self(host) = self;
        if let Ok(v4) = host.parse::<Ipv4Addr>() {
            return v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified();
        }
        if let Ok(v6) = host.parse::<Ipv6Addr>() {
            return v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local();
        }
        let last = host.rsplit('.').next().unwrap_or_default();
        !host.is_empty()
            && (!host.contains('.')
                || ["test", "local", "localhost"].iter().any(|local| last.eq_ignore_ascii_case(local)))
    }

    /// The domains under which a cookie for this host can have been set: the host itself, then
    /// each parent of two labels or more. Which of them is a public suffix is for the browser to
    /// know, which then ignores the line. Empty for addresses and single-label names.
    pub(crate) fn cookie_domains(self) -> impl Iterator<Item = &'a str> {
        let Self(host) = self;
        let is_name = host.parse::<Ipv4Addr>().is_err()
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            });
        let first = Some(host).filter(|_| is_name);
        std::iter::successors(first, |domain| domain.split_once('.').map(|(_, parent)| parent))
            .filter(|domain| domain.contains('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn local_hosts_are_those_no_stranger_can_reach() {
        for host in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:3000",
            "127.8.9.1",
            "[::1]:3000",
            "10.1.2.3",
            "192.168.1.10",
            "172.16.0.1",
            "169.254.1.1",
            "[fd00::1]",
            "0.0.0.0:3000",
            "devbox",
            "shop.test",
            "printer.local",
            "app.localhost",
            "APP.TEST",
            "shop.test.",
        ] {
            assert!(Host::new(host).is_local(), "{host}");
        }
        for host in [
            "",
            "example.com",
            "example.com:8080",
            "8.8.8.8",
            "[2001:db8::1]",
            "172.32.0.1",
            "test.com",
            "localhost.evil.com",
            "evil-local.com",
        ] {
            assert!(!Host::new(host).is_local(), "{host}");
        }
    }

    #[test]
    fn cookie_domains_are_the_host_and_its_parents() {
        let domains = |host| Host::new(host).cookie_domains().collect::<Vec<_>>();
        assert_eq!(
            domains("www.shop.example.com:443"),
            ["www.shop.example.com", "shop.example.com", "example.com"]
        );
        for host in ["localhost", "127.0.0.1", "[::1]:80", "", "a..b", "a b.com"] {
            assert!(domains(host).is_empty(), "{host}");
        }
    }
}
