//! The rules of RFC 9111 for one stored response.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, StatusCode};

use crate::{
    directives::Directives,
    message::{Answer, Ask, field, members},
};

/// Who uses a cache, and what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// By more than one visitor.
    pub(crate) is_shared: bool,
    /// Goes by the fields for content networks, and takes no notice of `Vary: Cookie`.
    pub(crate) is_network: bool,
    /// Guesses for how long something without a word about it stays fresh (section 4.2.2).
    pub(crate) guesses: bool,
}

impl Kind {
    pub(crate) const BROWSER: Self = Self { is_shared: false, is_network: false, guesses: true };

    /// Whether it may keep the answer (section 3).
    pub(crate) fn may_store(self, ask: &Ask, answer: &Answer) -> bool {
        let (says, is_targeted) = Directives::of(&answer.headers, self.is_network);
        let is_understood =
            matches!(answer.status.as_u16(), 200 | 203 | 204 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501);
        let has_freshness = says.max_age.is_some()
            || self.is_shared && says.s_maxage.is_some()
            || !is_targeted && answer.headers.contains_key("expires");
        // All of these statuses are cacheable by heuristics (RFC 9110, section 15.1).
        let is_forbidden = says.no_store
            || self.is_shared && says.is_private
            || field(&ask.headers, "cache-control").contains("no-store");
        is_understood
            && !is_forbidden
            && (says.is_public
                || says.is_private
                || has_freshness
                || has_validator(&answer.headers)
                || self.guesses)
            && members(&field(&answer.headers, "vary")).all(|member| member != "*")
    }

    /// For how long an answer is fresh (section 4.2.1), in seconds.
    fn lifetime(self, answer: &Answer) -> u64 {
        let (says, is_targeted) = Directives::of(&answer.headers, self.is_network);
        let shared = says.s_maxage.filter(|_| self.is_shared);
        if let Some(explicit) = shared.or(says.max_age) {
            return explicit;
        }
        let date = time(&answer.headers, "date").unwrap();
        if !is_targeted && answer.headers.contains_key("expires") {
            return time(&answer.headers, "expires").map_or(0, |expires| expires.saturating_sub(date));
        }
        match time(&answer.headers, "last-modified") {
            Some(modified) if self.guesses => (date.saturating_sub(modified) / 10).min(86_400),
            _ => 0,
        }
    }

    /// Whether an answer may be used without asking, so many seconds after it came (section 4).
    pub(crate) fn is_usable(self, answer: &Answer, resident: u64) -> bool {
        let (says, _) = Directives::of(&answer.headers, self.is_network);
        !says.no_cache && age(answer, resident) < self.lifetime(answer)
    }

    /// The request fields by which an answer was chosen (section 4.1).
    pub(crate) fn selecting(self, ask: &Ask, answer: &Answer) -> Vec<(String, String)> {
        let vary = field(&answer.headers, "vary").to_ascii_lowercase();
        let names = members(&vary).filter(|name| !(self.is_network && *name == "cookie"));
        names.map(|name| (name.to_owned(), field(&ask.headers, name))).collect()
    }
}

/// How old an answer is (section 4.2.3).
pub(crate) fn age(answer: &Answer, resident: u64) -> u64 {
    field(&answer.headers, "age").parse().unwrap_or(0) + resident
}

fn has_validator(headers: &HeaderMap) -> bool {
    headers.contains_key("etag") || headers.contains_key("last-modified")
}

/// A date, in seconds since 1970.
pub(crate) fn time(headers: &HeaderMap, name: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()?;
    Some(time.duration_since(UNIX_EPOCH).unwrap().as_secs())
}

pub(crate) fn date(seconds: u64) -> String {
    httpdate::fmt_http_date(at(seconds))
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Whether a client that sends these conditions has the answer already (RFC 9110, section 13.2.2).
pub(crate) fn is_known(ask: &HeaderMap, answer: &HeaderMap) -> bool {
    if ask.contains_key("if-none-match") {
        let tag = field(answer, "etag");
        return !tag.is_empty() && members(&field(ask, "if-none-match")).any(|known| is_same(known, &tag));
    }
    match (time(ask, "if-modified-since"), time(answer, "last-modified")) {
        (Some(since), Some(modified)) => modified <= since,
        _ => false,
    }
}

/// The weak comparison of tags (RFC 9110, section 8.8.3.2).
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one.trim_start_matches("W/") == other.trim_start_matches("W/")
}

/// What of an answer makes a `304` to a client (RFC 9110, section 15.4.5).
pub(crate) fn not_modified(answer: &Answer) -> Answer {
    let mut headers = HeaderMap::new();
    for name in
        ["etag", "last-modified", "vary", "cache-control", "cdn-cache-control", "expires", "date", "age"]
    {
        for line in answer.headers.get_all(name) {
            headers.append(name, line.clone());
        }
    }
    Answer { status: StatusCode::NOT_MODIFIED, headers, body: bytes::Bytes::new() }
}
