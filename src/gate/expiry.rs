use cookie::Cookie;
use http::HeaderValue;

use crate::policy::Host;

/// So many bytes of removals go into one response: proxies often keep 4 KiB for all its headers.
const BUDGET: usize = 3 * 1024;

/// The lines that remove cookies, which takes the exact key they are stored under: host-only, and
/// for the host's domain and every parent, where scripts put theirs
/// (draft-ietf-httpbis-rfc6265bis, section 5.7).
pub(crate) fn removals<'a>(names: impl IntoIterator<Item = &'a str>, host: Host<'_>) -> Vec<HeaderValue> {
    let mut lines = Vec::new();
    let mut size = 0;
    for name in names {
        let is_host_only = starts_with(name, "__Host-");
        let is_secure = is_host_only || starts_with(name, "__Secure-");
        let parents = host.cookie_domains().filter(|_| !is_host_only).map(Some);
        for domain in std::iter::once(None).chain(parents) {
            let mut removal = Cookie::build((name, "")).path("/").secure(is_secure).removal();
            if let Some(domain) = domain {
                removal = removal.domain(domain);
            }
            let line = removal.build().to_string();
            size += line.len();
            if size > BUDGET {
                return lines;
            }
            lines.extend(HeaderValue::try_from(line));
        }
    }
    lines
}

/// Browsers match the prefixes without regard to case.
fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{BUDGET, removals};
    use crate::policy::Host;

    fn keys(name: &str, host: &str) -> Vec<String> {
        let lines = removals([name], Host::new(host));
        let lines = lines.iter().map(|line| line.to_str().unwrap());
        lines
            .map(|line| {
                assert!(
                    line.contains("Max-Age=0") && line.contains("Expires=") && line.contains("Path=/"),
                    "{line}"
                );
                let parts = line
                    .split("; ")
                    .filter(|part| !part.starts_with("Max-Age") && !part.starts_with("Expires"));
                parts.collect::<Vec<_>>().join("; ")
            })
            .collect()
    }

    #[test]
    fn a_cookie_is_removed_host_only_and_from_every_parent_domain() {
        assert_eq!(
            keys("_ga", "www.example.com:8443"),
            ["_ga=; Path=/", "_ga=; Path=/; Domain=www.example.com", "_ga=; Path=/; Domain=example.com"]
        );
        assert_eq!(keys("_ga", "localhost:3000"), ["_ga=; Path=/"]);
    }

    #[test]
    fn prefixed_cookies_are_removed_as_their_prefix_asks() {
        assert_eq!(keys("__Host-id", "www.example.com"), ["__Host-id=; Secure; Path=/"]);
        assert_eq!(keys("__host-id", "example.com"), ["__host-id=; Secure; Path=/"]);
        assert_eq!(
            keys("__Secure-id", "example.com"),
            ["__Secure-id=; Secure; Path=/", "__Secure-id=; Secure; Path=/; Domain=example.com"]
        );
    }

    #[test]
    fn removals_stay_within_what_servers_take() {
        let names: Vec<String> = (0..1000).map(|i| format!("_ga_{i}")).collect();
        let lines = removals(names.iter().map(String::as_str), Host::new("example.com"));
        assert!(lines.iter().map(HeaderValue::len).sum::<usize>() <= BUDGET);
        assert!(lines.len() > 20);
    }
}
