//! The limits of what measures the audience without consent.

use http::{HeaderMap, HeaderValue, header::SET_COOKIE};

use super::{
    Gate, RequestFindings, Standing, Verdict,
    set_cookie::{self, Span},
};
use crate::policy::MEASUREMENT_AT_MOST;

impl Gate {
    /// Keeps cookies that are set without a yes to 13 months in all: what would last longer is cut, and what
    /// the browser has already is not set anew (CNIL, deliberation 2020-092, article 5).
    pub(crate) fn limit_measurement(
        &self,
        headers: &mut HeaderMap,
        standing: Standing,
        findings: &RequestFindings,
    ) {
        let measures = |line: &HeaderValue| {
            let verdict = self.cookie(set_cookie::name(line.as_bytes()));
            matches!(verdict, Verdict::Needs(mask) if mask & standing.measured != 0)
        };
        let lines = || headers.get_all(SET_COOKIE).iter();
        if !standing.enforces || standing.measured == 0 || !lines().any(measures) {
            return;
        }
        let is_there = |line: &HeaderValue| {
            let name = String::from_utf8_lossy(set_cookie::name(line.as_bytes()));
            findings.cookies().any(|sent| sent == name)
        };
        let limit = |line: &HeaderValue| {
            if measures(line) { limited(line, is_there(line)) } else { Some(line.clone()) }
        };
        let kept: Vec<HeaderValue> = lines().filter_map(limit).collect();
        headers.remove(SET_COOKIE);
        for line in kept {
            headers.append(SET_COOKIE, line);
        }
    }
}

/// The line as it may be sent. One that ends with the browser's session, or removes, prolongs nothing.
fn limited(line: &HeaderValue, is_there: bool) -> Option<HeaderValue> {
    let bytes = line.as_bytes();
    let span = set_cookie::span(bytes, MEASUREMENT_AT_MOST);
    let without_end = || set_cookie::without_end(bytes);
    match span {
        Span::Over => Some(line.clone()),
        _ if is_there => None,
        Span::Within => Some(line.clone()),
        Span::Unreadable => HeaderValue::from_bytes(&without_end()).ok(),
        Span::Beyond => {
            let end = format!("; Max-Age={}", MEASUREMENT_AT_MOST.as_secs());
            HeaderValue::from_bytes(&[&without_end(), end.as_bytes()].concat()).ok()
        }
    }
}
