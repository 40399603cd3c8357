//! Forms are read as the URL standard says, and a form that does not say one thing is refused.

#![no_main]

mod policy;

use std::sync::LazyLock;

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use libfuzzer_sys::fuzz_target;
use tower_consent::CategoryId;
use tower_consent::fuzzing::{Decided, Site, Stored};

use policy::{OPTIONAL, builder};

static SITE: LazyLock<Site> = LazyLock::new(|| Site::new(builder().build().expect("a policy")));

const NOW: i64 = 1_763_864_897;

fuzz_target!(|body: &[u8]| {
    let decided = SITE.decide(&HeaderMap::new(), body, NOW);
    match (expected(body), decided) {
        (None, None) => {}
        (Some(expected), Some(decided)) => check(&expected, &decided),
        (expected, decided) => panic!("{expected:?}, not {decided:?}"),
    }
});

/// What a form says.
#[derive(Debug)]
struct Expected {
    granted: Vec<&'static str>,
    denied: Vec<&'static str>,
    notice: Option<String>,
    return_to: Option<String>,
}

fn expected(body: &[u8]) -> Option<Expected> {
    if !is_well_formed(body) {
        return None;
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let all = |name: &'static str| {
        fields.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.clone())
    };
    let known = |name: &'static str| {
        let values: Vec<_> = all(name).collect();
        let is_named = |id: &str| values.iter().any(|value| value.split(',').any(|named| named == id));
        OPTIONAL.into_iter().filter(|id| is_named(id)).collect::<Vec<_>>()
    };
    let mut choices = all("choice");
    let (choice, None) = (choices.next()?, choices.next()) else { return None };
    let asked = if all("asked").next().is_some() { known("asked") } else { OPTIONAL.to_vec() };
    let ticked = known("category");
    let unticked = OPTIONAL.into_iter().filter(|id| !ticked.contains(id)).collect();
    let (mut granted, denied) = match &*choice {
        "accept" => (asked, vec![]),
        "reject" => (vec![], asked),
        "save" => (ticked, unticked),
        "allow" => (ticked, vec![]),
        _ => return None,
    };
    let notice = all("notice").next_back();
    let revision = notice.as_deref().map(|notice| notice.split('.').next().unwrap_or_default());
    // Names of notices start with the revision they were shown under; the policy's is 1.
    if revision.is_some_and(|revision| revision.parse() != Ok(1_u32)) {
        granted.clear();
    }
    Some(Expected { granted, denied, notice, return_to: all("return_to").next_back() })
}

/// Every percent sign stands before two digits, and all is UTF-8 once they are decoded.
fn is_well_formed(body: &[u8]) -> bool {
    let mut behind = body.split(|byte| *byte == b'%').skip(1);
    let digits = |rest: &[u8]| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit);
    behind.all(digits) && percent_encoding::percent_decode(body).decode_utf8().is_ok()
}

fn ids<'a>(ids: impl IntoIterator<Item = &'a CategoryId>) -> Vec<&'a str> {
    ids.into_iter().map(CategoryId::as_str).collect()
}

fn check(expected: &Expected, decided: &Decided) {
    let record = &decided.record;
    assert_eq!(ids(record.granted()), expected.granted, "granted");
    assert_eq!(ids(record.denied()), expected.denied, "denied");
    assert_eq!(record.notice(), expected.notice.as_deref());

    let headers = decided.response.headers();
    assert_eq!(decided.response.status(), StatusCode::SEE_OTHER);
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    check_target(&headers[header::LOCATION], expected.return_to.as_deref());

    // The cookie says what was decided, and there is none where nothing was.
    let lines: Vec<&HeaderValue> = headers.get_all(header::SET_COOKIE).iter().collect();
    let is_decided = !expected.granted.is_empty() || !expected.denied.is_empty();
    assert_eq!(lines.len(), usize::from(is_decided), "{lines:?}");
    for line in lines {
        let cookie = Cookie::parse(line.to_str().expect("a line of ASCII")).expect("a cookie");
        let sent = HeaderValue::try_from(format!("{}={}", cookie.name(), cookie.value())).expect("a header");
        let sent = HeaderMap::from_iter([(header::COOKIE, sent)]);
        let Stored::Answers(answers) = SITE.read(&sent, false) else { panic!("{cookie} cannot be read") };
        assert_eq!(ids(SITE.granted(&answers)), expected.granted, "{cookie}");
        assert!(cookie.name().len() + cookie.value().len() <= 64, "{cookie}");
    }
}

/// The visitor is led back to a path of this site, whatever the form says.
fn check_target(target: &HeaderValue, return_to: Option<&str>) {
    let target = target.to_str().expect("a path of ASCII");
    let is_path = target.starts_with('/') && !target.starts_with("//") && !target.starts_with("/\\");
    assert!(is_path && !target.contains(['\\', '\t', '\r', '\n', '#', ' ', '<', '"']), "{target:?}");
    if return_to.is_none() {
        assert_eq!(target, "/");
    }
}
