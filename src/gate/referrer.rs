//! `Referrer-Policy` while anything is denied: the address of a page, with what campaigns and search terms
//! say of its visitor, is nothing to send to others.

use http::{HeaderMap, HeaderValue, header::REFERRER_POLICY};

/// What browsers do without the field (Referrer Policy, section 3.6).
const DEFAULT: &str = "strict-origin-when-cross-origin";

/// Tightens a policy that says more to others than browsers do by themselves. A stricter one stays.
pub(super) fn tighten(headers: &mut HeaderMap) {
    let mut in_force = "";
    for line in headers.get_all(REFERRER_POLICY) {
        let mut tokens = line.to_str().unwrap_or_default().split(',').map(str::trim);
        // The last that a browser knows counts (section 4.1).
        in_force = tokens.rfind(|token| is_known(token)).unwrap_or(in_force);
    }
    let is = |policy: &str| in_force.eq_ignore_ascii_case(policy);
    let tightened =
        if ["unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin"].into_iter().any(is) {
            DEFAULT
        } else if is("origin") {
            "strict-origin"
        } else {
            return;
        };
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(tightened));
}

fn is_known(token: &str) -> bool {
    const POLICIES: [&str; 8] = [
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        DEFAULT,
        "unsafe-url",
    ];
    POLICIES.iter().any(|policy| token.eq_ignore_ascii_case(policy))
}
