//! What a response says to a cache (RFC 9111, section 5.2.2; RFC 9213).

use http::HeaderMap;

use crate::message::{field, members};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directives {
    pub(crate) is_public: bool,
    /// For all fields: one who names some is safe, and few caches tell them apart.
    pub(crate) is_private: bool,
    pub(crate) no_store: bool,
    pub(crate) no_cache: bool,
    pub(crate) must_revalidate: bool,
    pub(crate) max_age: Option<u64>,
    pub(crate) s_maxage: Option<u64>,
}

impl Directives {
    fn parse(list: &str) -> Self {
        let mut directives = Self::default();
        for member in members(list) {
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            // What is no number is stale (section 4.2.1).
            let seconds = || Some(value.trim_matches('"').parse().unwrap_or(0));
            match name.to_ascii_lowercase().as_str() {
                "public" => directives.is_public = true,
                "private" => directives.is_private = true,
                "no-store" => directives.no_store = true,
                "no-cache" => directives.no_cache = true,
                "must-revalidate" | "proxy-revalidate" => directives.must_revalidate = true,
                "max-age" => directives.max_age = seconds(),
                "s-maxage" => directives.s_maxage = seconds(),
                _ => {}
            }
        }
        directives
    }

    /// What a cache goes by: a content network by the field that is meant for it, if there is one.
    pub(crate) fn of(headers: &HeaderMap, is_network: bool) -> (Self, bool) {
        let targeted = ["cdn-cache-control", "surrogate-control"];
        let name = targeted.into_iter().find(|name| is_network && headers.contains_key(*name));
        (Self::parse(&field(headers, name.unwrap_or("cache-control"))), name.is_some())
    }
}

#[test]
fn directives_are_read_as_the_rfc_says() {
    let read = Directives::parse("Public, max-age=\"60\", S-MaxAge=5,no-cache=\"set-cookie\"");
    let expected = Directives {
        is_public: true,
        no_cache: true,
        max_age: Some(60),
        s_maxage: Some(5),
        ..Directives::default()
    };
    assert_eq!(read, expected);
    assert_eq!(Directives::parse("max-age=soon").max_age, Some(0));
}
