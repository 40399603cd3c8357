use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

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

    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether the host can only be reached from this machine or this network: loopback, private
    /// and link-local addresses, single-label names, `.test`, `.local` and `.localhost`
    /// (RFC 1918, RFC 4193, RFC 6761, RFC 6762).
    pub(crate) fn is_local(self) -> bool {
        let Self(host) = self;
        if let Ok(v4) = host.parse::<Ipv4Addr>() {
            return is_local_v4(v4);
        }
        if let Ok(v6) = host.parse::<Ipv6Addr>() {
            return is_local_v6(v6);
        }
        let last = host.rsplit('.').next().unwrap_or_default();
        !host.is_empty()
            && (!host.contains('.')
                || ["test", "local", "localhost"].iter().any(|local| last.eq_ignore_ascii_case(local)))
    }

    /// Whether this is the address of such a host, with or without a port; no name counts.
    pub(crate) fn is_local_address(text: &str) -> bool {
        let address =
            text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
        match address {
            Ok(IpAddr::V4(v4)) => is_local_v4(v4),
            Ok(IpAddr::V6(v6)) => is_local_v6(v6),
            Err(_) => false,
        }
    }

    /// The domains under which a cookie for this host can have been set: the host itself, then
    /// each parent of two labels or more, without those under which nobody can. Of the other public
    /// suffixes only the browser knows, which then ignores the line. Empty for addresses and single-label names.
    pub(crate) fn cookie_domains(self) -> impl Iterator<Item = &'a str> {
        let Self(host) = self;
        let is_name = host.parse::<Ipv4Addr>().is_err()
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            });
        let first = Some(host).filter(|_| is_name);
        std::iter::successors(first, |domain| domain.split_once('.').map(|(_, parent)| parent))
            .filter(|domain| domain.contains('.') && !is_registry(domain))
    }
}

/// Whether one of two hosts is the other, or stands below it.
pub(crate) fn is_within((one, other): (&str, &str)) -> bool {
    let is_below = |host: &str, parent: &str| {
        host.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    is_below(one, other) || is_below(other, one)
}

/// Whether registries let names under this one, which is of two labels: then no browser takes it for a cookie's
/// domain (draft-ietf-httpbis-rfc6265bis, section 5.7). The largest, since all of them are a list of 200 KiB that
/// is stale by the week.
fn is_registry(domain: &str) -> bool {
    const SECOND_LEVELS: [(&str, &str); 9] = [
        ("co", "at id il in jp ke kr nz th uk za"),
        ("com", "ar au br cn co cy eg gr hk mt mx my ng pe pg ph pk pl pt ro sa sg tr tw ua uy ve vn"),
        ("net", "au br cn in nz pl tr tw"),
        ("org", "au br cn in nz pl tr tw uk za"),
        ("gov", "au br cn in it tr tw uk za"),
        ("edu", "au br cn it pl sg tr tw"),
        ("ac", "at id il in jp ke kr nz th uk za"),
        ("or", "at id jp ke kr th"),
        ("ne", "jp ke kr"),
    ];
    let Some((second, top)) = domain.split_once('.') else { return false };
    let is = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    SECOND_LEVELS.iter().any(|(label, tops)| is(label, second) && tops.split(' ').any(|known| is(known, top)))
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified()
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn only_addresses_of_this_network_are_local_addresses() {
        for text in ["127.0.0.1", "10.0.0.1:4711", "::1", "[fd00::1]:80"] {
            assert!(Host::is_local_address(text), "{text}");
        }
        for text in ["203.0.113.9", "2001:db8::1", "[2001:db8::1]:80", "unknown", "localhost", "", "_hidden"]
        {
            assert!(!Host::is_local_address(text), "{text}");
        }
    }

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
        assert_eq!(domains("www.shop.co.uk"), ["www.shop.co.uk", "shop.co.uk"]);
        assert_eq!(domains("a.example.COM.au"), ["a.example.COM.au", "example.COM.au"]);
        assert_eq!(domains("www.co.de"), ["www.co.de", "co.de"], "a site like others");
        for host in ["localhost", "127.0.0.1", "[::1]:80", "", "a..b", "a b.com"] {
            assert!(domains(host).is_empty(), "{host}");
        }
    }
}
