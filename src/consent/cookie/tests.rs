use std::time::Duration;

use http::{HeaderMap, HeaderValue, header::COOKIE};

use super::{Seen, Stored, is_secure, read, remove_duplicates, write};
use crate::{
    consent::answers::{Answers, Group},
    policy::{Category, Host, Policy, PolicyBuilder, Secure},
};

const MEMORY: Duration = Duration::from_secs(184 * 24 * 60 * 60);
const VALUE: &str = "1.1.t65qv5.A.";

fn builder() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com").category(Category::analytics())
}

fn shared() -> Policy {
    builder().cookie_domain("example.com", [7; 32]).build().unwrap()
}

fn request(cookie: &str) -> HeaderMap {
    HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookie).unwrap())])
}

fn answers() -> Answers {
    let group = Group { at: 1_763_864_897, granted: 0b10, denied: 0 };
    Answers::from_groups(1, [group]).unwrap()
}

fn is_read(policy: &Policy, cookie: &str, is_local: bool) -> bool {
    match read(policy, &request(cookie), || is_local).0 {
        Stored::Answers(found) => found == answers(),
        _ => false,
    }
}

#[test]
fn the_prefixed_cookie_wins_and_the_bare_one_counts_on_local_hosts_alone() {
    let policy = builder().build().unwrap();
    let prefixed = format!("__Host-consent={VALUE}");
    let bare = format!("consent={VALUE}");
    for is_local in [true, false] {
        assert!(is_read(&policy, &prefixed, is_local));
        assert!(is_read(&policy, &format!("consent=1.1.t65qv5..A; {prefixed}"), is_local));
    }
    assert!(is_read(&policy, &bare, true));
    assert!(!is_read(&policy, &bare, false));
    assert!(!is_read(&policy, &format!("__host-consent={VALUE}"), true));
}

#[test]
fn secure_always_and_never_read_one_name_each() {
    let always = builder().cookie_secure(Secure::Always).build().unwrap();
    let never = builder().cookie_secure(Secure::Never).build().unwrap();
    assert!(!is_read(&always, &format!("consent={VALUE}"), true));
    assert!(is_read(&never, &format!("consent={VALUE}"), false));
    assert!(!is_read(&never, &format!("__Host-consent={VALUE}"), false));
}

#[test]
fn a_cookie_that_comes_twice_is_unusable() {
    let policy = builder().build().unwrap();
    let twice = format!("consent={VALUE}; consent={VALUE}");
    assert_eq!(read(&policy, &request(&twice), || true), (Stored::Unusable, Seen { prefixed: 0, bare: 2 }));
}

#[test]
fn the_second_cookie_line_is_read_too() {
    let policy = builder().build().unwrap();
    let mut headers = request("a=1");
    headers.append(COOKIE, HeaderValue::from_str(&format!("__Host-consent={VALUE}")).unwrap());
    assert!(matches!(read(&policy, &headers, || false).0, Stored::Answers(_)));
}

#[test]
fn a_host_cookie_has_every_attribute_its_prefix_asks_for() {
    let line = write(&builder().build().unwrap(), &answers(), MEMORY, true);
    assert_eq!(
        line.to_str().unwrap(),
        format!("__Host-consent={VALUE}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=15897600")
    );
}

#[test]
fn a_shared_cookie_is_signed_and_forgeries_are_not_believed() {
    let policy = shared();
    let line = write(&policy, &answers(), MEMORY, true);
    let line = line.to_str().unwrap();
    assert!(line.starts_with("__Secure-consent=1.1.t65qv5.A.~"), "{line}");
    assert!(line.contains("; Domain=example.com;"), "{line}");
    let pair = line.split(';').next().unwrap();
    assert!(is_read(&policy, pair, false));
    assert!("__Secure-consent".len() + pair.len() - "__Secure-consent=".len() <= 64);
    let tag = pair.split('~').next_back().unwrap();
    for forged in [
        format!("__Secure-consent={VALUE}"),
        format!("__Secure-consent={VALUE}~"),
        format!("__Secure-consent=1.1.t65qv6.A.~{tag}"),
        format!("__Secure-consent={VALUE}~{}", &tag[1..]),
        format!("__Secure-consent={VALUE}~{tag}A"),
        format!("__Secure-consent={VALUE}~AAAAAAAAAAAA"),
        format!("__Host-consent={VALUE}~{tag}"),
    ] {
        assert!(!is_read(&policy, &forged, false), "{forged}");
    }
    let other = builder().cookie_domain("example.com", [8; 32]).build().unwrap();
    assert!(!is_read(&other, pair, false));
}

#[test]
fn secure_is_dropped_for_http_on_local_hosts_alone() {
    let policy = builder().build().unwrap();
    for (origin, secure) in [
        (None, true),
        (Some("https://www.example.com"), true),
        (Some("https://localhost"), true),
        (Some("http://www.example.com"), true),
        (Some("http://localhost:3000"), false),
        (Some("http://192.168.1.5"), false),
        (Some("http://[::1]:3000"), false),
        (Some("http://shop.test"), false),
        (Some("null"), true),
        (Some(""), true),
    ] {
        assert_eq!(is_secure(&policy, origin, Seen::default()), secure, "{origin:?}");
    }
    let seen = Seen { prefixed: 1, bare: 0 };
    assert!(is_secure(&policy, Some("http://localhost:3000"), seen));
    let behind_a_proxy = builder().public_origin("http://shop.test").build().unwrap();
    assert!(!is_secure(&behind_a_proxy, None, Seen::default()));
}

#[test]
fn what_came_twice_is_removed_from_parent_domains() {
    let policy = builder().build().unwrap();
    let lines = |policy: &Policy, seen, secure| {
        remove_duplicates(&policy.declared().cookie, seen, secure, Host::new("www.example.com"))
            .map(|line| line.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let twice = Seen { prefixed: 2, bare: 2 };
    assert_eq!(
        lines(&policy, twice, false),
        [
            "consent=; HttpOnly; SameSite=Lax; Path=/; Domain=www.example.com; Max-Age=0",
            "consent=; HttpOnly; SameSite=Lax; Path=/; Domain=example.com; Max-Age=0",
        ]
    );
    assert!(lines(&policy, twice, true).is_empty(), "__Host- cookies have no Domain");
    assert!(lines(&policy, Seen { prefixed: 1, bare: 1 }, false).is_empty());
    let shared = lines(&shared(), twice, true);
    assert_eq!(shared.len(), 2);
    assert!(!shared[0].contains("Domain"), "host-only: {shared:?}");
    assert!(shared[1].contains("Domain=www.example.com"), "{shared:?}");
}
