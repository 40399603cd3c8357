//! What a newspaper's pages set to follow their readers. Nothing here knows of consent.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use cookie::{Cookie, SameSite, time::Duration};

const TWO_YEARS: Duration = Duration::days(730);
const NINETY_DAYS: Duration = Duration::days(90);
const DEVICE_HINTS: &str = "Sec-CH-UA-Model, Sec-CH-UA-Platform-Version";

/// The middleware: every page sets everything.
pub(crate) async fn track(request: Request, next: Next) -> Response {
    let sent = request.headers().clone();
    let mut response = next.run(request).await;
    if is_page(response.headers()) {
        set_all(response.headers_mut(), &sent);
    }
    response
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn set_all(headers: &mut HeaderMap, sent: &HeaderMap) {
    let cookies = [
        session(sent),
        analytics_visitor(sent),
        kept("_ga_NEWS01", sent, new_visit).max_age(TWO_YEARS).into(),
        kept("_fbp", sent, new_advertising_id).max_age(NINETY_DAYS).into(),
    ];
    for cookie in cookies {
        set_cookie(headers, &cookie);
    }
    let analytics_id = format!("{:016x}", random());
    insert(headers, HeaderName::from_static("x-analytics-id"), &analytics_id);
    insert(headers, HeaderName::from_static("accept-ch"), DEVICE_HINTS);
}

/// The one cookie that the paper needs.
fn session(sent: &HeaderMap) -> Cookie<'static> {
    kept("sid", sent, || format!("{:016x}{:016x}", random(), random())).http_only(true).into()
}

/// The cookie by which the analytics service tells readers apart.
pub(crate) fn analytics_visitor(sent: &HeaderMap) -> Cookie<'static> {
    kept("_ga", sent, new_visitor).max_age(TWO_YEARS).into()
}

pub(crate) fn set_cookie(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    if let Ok(line) = HeaderValue::try_from(cookie.to_string()) {
        headers.append(header::SET_COOKIE, line);
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A cookie with the value that the browser has, so that its time starts over, or with a new one.
/// Not `Secure`, since this example speaks plain HTTP.
fn kept(
    name: &'static str,
    sent: &HeaderMap,
    new_value: impl FnOnce() -> String,
) -> cookie::CookieBuilder<'static> {
    let lines = sent.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).flatten();
    let known = cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned());
    Cookie::build((name, known.unwrap_or_else(new_value))).path("/").same_site(SameSite::Lax)
}

/// `GA1.1.1290483726.1764000000`: a random number and the first visit.
fn new_visitor() -> String {
    format!("GA1.1.{}.{}", random_below(1 << 31), now().as_secs())
}

/// `GS2.1.s1764000000$o1$g0$t1764000000$j60$l0$h0`: the visit and its counters.
fn new_visit() -> String {
    let now = now().as_secs();
    format!("GS2.1.s{now}$o1$g0$t{now}$j60$l0$h0")
}

/// `fb.1.1764000000000.482907159384620175`: the first visit and a random number.
fn new_advertising_id() -> String {
    format!("fb.1.{}.{}", now().as_millis(), random_below(1_000_000_000_000_000_000))
}

fn now() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Good enough to look right. Where a session protects something, take its id from the operating
/// system's random source.
fn random() -> u64 {
    RandomState::new().hash_one(now())
}

fn random_below(limit: u64) -> u64 {
    random() % limit
}
