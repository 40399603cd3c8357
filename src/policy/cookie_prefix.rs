//! The prefixes by which a cookie's name says what browsers hold it to.

/// A prefix of cookie names. Browsers tell them in any letter case (draft-ietf-httpbis-rfc6265bis, section
/// 4.1.3; draft-ietf-httpbis-layered-cookies for the two that ask for `HttpOnly`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookiePrefix {
    Secure,
    Host,
    Http,
    HostHttp,
}

impl CookiePrefix {
    /// The longer before those they begin with.
    const ALL: [(&str, Self); 4] = [
        ("__Host-Http-", Self::HostHttp),
        ("__Host-", Self::Host),
        ("__Secure-", Self::Secure),
        ("__Http-", Self::Http),
    ];

    /// The prefix of a name, and the rest of it, which is never empty.
    pub(crate) fn split(name: &str) -> (Option<Self>, &str) {
        if !name.starts_with("__") {
            return (None, name);
        }
        let found = Self::ALL.iter().find_map(|(text, prefix)| {
            let (start, rest) = name.split_at_checked(text.len())?;
            (start.eq_ignore_ascii_case(text) && !rest.is_empty()).then_some((Some(*prefix), rest))
        });
        found.unwrap_or((None, name))
    }

    /// Whether browsers take it with `Path=/` and without `Domain` alone.
    pub(crate) fn is_host_only(self) -> bool {
        matches!(self, Self::Host | Self::HostHttp)
    }

    /// Whether browsers take it with `HttpOnly` alone. All of them ask for `Secure`.
    pub(crate) fn is_http_only(self) -> bool {
        matches!(self, Self::Http | Self::HostHttp)
    }
}

#[cfg(test)]
mod tests {
    use super::CookiePrefix::{self, Host, HostHttp, Http, Secure};

    #[test]
    fn a_name_is_split_behind_its_longest_prefix() {
        for (name, expected) in [
            ("__Host-Http-a", (Some(HostHttp), "a")),
            ("__Host-a", (Some(Host), "a")),
            ("__sEcure-a", (Some(Secure), "a")),
            ("__Http-__Host-a", (Some(Http), "__Host-a")),
            ("__Host-Http-", (Some(Host), "Http-")),
            ("__Host-", (None, "__Host-")),
            ("__Hos\u{e9}t-a", (None, "__Hos\u{e9}t-a")),
            ("_Host-a", (None, "_Host-a")),
            ("", (None, "")),
        ] {
            assert_eq!(CookiePrefix::split(name), expected, "{name}");
        }
    }
}
