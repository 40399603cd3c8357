//! The gate, against a model that knows nothing of the crate.

use std::collections::BTreeSet;

use http::header::SET_COOKIE;
use proptest::{collection::vec, prelude::*, sample::select};
use tower_consent::{Category, Enforcement, Policy};

use super::run;
use crate::support::{PAGE, answered, app, get, html};

/// Declared patterns: necessary, analytics, marketing.
type Declared = [BTreeSet<String>; 3];

fn pattern() -> impl Strategy<Value = String> {
    // Letters that no tracker of the catalogue starts with.
    ("[xq0]{0,3}", any::<Option<bool>>(), "[xq0]{0,2}").prop_map(|(head, star, tail)| match star {
        Some(true) => format!("{head}*{tail}"),
        _ if head.is_empty() => "q".to_owned(),
        _ => head,
    })
}

fn declarations() -> impl Strategy<Value = Declared> {
    let set = || proptest::collection::btree_set(pattern(), 0..4);
    (set(), set(), set()).prop_map(|(necessary, analytics, marketing)| {
        let others = [analytics, marketing].map(|set| &set - &necessary);
        let [analytics, marketing] = others;
        [necessary, analytics, marketing]
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => {
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
    }
}

/// Exact names before patterns, then the longer.
fn weight(pattern: &str) -> (bool, usize) {
    (!pattern.contains('*'), pattern.replace('*', "").len())
}

/// Whether a cookie may be set, by the words of the design.
fn may_be_set(declared: &Declared, granted: [bool; 2], is_strict: bool, name: &str) -> bool {
    let exempt = claims(&declared[0], name);
    let gated = [claims(&declared[1], name), claims(&declared[2], name)];
    let needs = gated.iter().max().unwrap();
    match (exempt, needs) {
        (None, None) => !is_strict,
        (exempt, needs) if exempt > *needs => true,
        _ => gated.iter().zip(granted).all(|(claim, granted)| claim.is_none() || granted),
    }
}

fn claims(patterns: &BTreeSet<String>, name: &str) -> Option<(bool, usize)> {
    patterns.iter().filter(|pattern| matches(pattern, name)).map(|pattern| weight(pattern)).max()
}

fn build(declared: &Declared, is_strict: bool) -> Policy {
    let [necessary, analytics, marketing] = declared;
    let fill = |category: Category, names: &BTreeSet<String>| {
        names.iter().fold(category, |c, name| c.cookie(name.as_str()))
    };
    Policy::builder("E", "e@example.com")
        .enforcement(if is_strict { Enforcement::Strict } else { Enforcement::Declared })
        .category(fill(Category::necessary(), necessary))
        .category(fill(Category::analytics(), analytics))
        .category(fill(Category::marketing(), marketing))
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn the_gate_drops_no_necessary_cookie_and_passes_no_denied_one(
        declared in declarations(),
        lines in vec(("[xq0]{1,5}", select(&["", "; Path=/", "; Secure; HttpOnly", "; Max-Age=60", "; Max-Age=0", "; X=Max-Age=0"][..])), 0..8),
        sent in vec("[xq0]{1,5}", 0..6),
        granted in any::<Option<[bool; 2]>>(),
        is_strict in any::<bool>(),
    ) {
        let set: Vec<String> = lines.iter().map(|(name, rest)| format!("{name}=1{rest}")).collect();
        let given = set.clone();
        let app = app(build(&declared, is_strict), move |request| {
            let seen: Vec<_> = request.headers().get_all("cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect();
            let mut response = html(PAGE);
            for line in &given {
                response.headers_mut().append(SET_COOKIE, line.parse().unwrap());
            }
            response.headers_mut().insert("x-seen", seen.join("; ").parse().unwrap());
            response
        });
        let reply = run(async {
            let mut cookie = String::new();
            if let Some([analytics, marketing]) = granted {
                let mut form = "choice=save".to_owned();
                form.push_str(if analytics { "&category=analytics" } else { "" });
                form.push_str(if marketing { "&category=marketing" } else { "" });
                cookie = answered(&app, &form).await;
            }
            let all: Vec<_> = sent.iter().map(|name| format!("{name}=1")).chain(Some(cookie).filter(|c| !c.is_empty())).collect();
            get(&app, "/", &[("cookie", &all.join("; "))]).await
        });
        let granted = granted.unwrap_or_default();
        let may = |name: &str| may_be_set(&declared, granted, is_strict, name);
        let expected: Vec<_> = lines.iter().zip(&set).filter(|((name, rest), _)| may(name) || *rest == "; Max-Age=0").map(|(_, line)| line.clone()).collect();
        // What is left from before a no is removed behind that.
        let (own, leftovers) = reply.set_cookies().into_iter().partition::<Vec<_>, _>(|line| !line.contains("; Expires="));
        prop_assert_eq!(own, expected);
        for line in leftovers {
            let name = line.split('=').next().unwrap().to_owned();
            prop_assert!(sent.contains(&name) && !may(&name), "{}", line);
        }
        let seen: Vec<_> = reply.header("x-seen").split("; ").filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty() && !name.starts_with("__")).map(str::to_owned).collect();
        let expected: Vec<_> = sent.into_iter().filter(|name| may(name)).collect();
        prop_assert_eq!(seen, expected);
    }
}
