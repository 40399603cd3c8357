//! The lines that remove cookies from browsers.

use cookie::Cookie;
use http::HeaderValue;

use super::Gate;
use crate::{
    event::debug_once,
    policy::{CookiePrefix, Host},
};

/// So many bytes of removals go into one response: proxies often keep 4 KiB for all its headers. What is
/// still sent after that is removed with later responses.
const BUDGET: usize = 3 * 1024;

/// Where the lines are for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) host: Host<'a>,
    /// The path of the request that had the cookies with it: theirs is at most as long.
    pub(crate) path: &'a str,
    /// What turns, so that cookies which cannot be removed keep no others from it, nor keys under which one is not
    /// stored those under which it is; 0 with the answer itself, which tries what is likely.
    pub(crate) turn: usize,
}

/// Under what a cookie is stored beside its name and domain.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    path: String,
    is_partitioned: bool,
}

impl Gate {
    /// The lines that remove cookies, which takes the exact key they are stored under: host-only, and for
    /// the host's domain and every parent, where scripts put theirs
    /// (draft-ietf-httpbis-rfc6265bis, section 5.7), for all declared paths and those above the page. What
    /// is still sent after that is looked for in the partition of the site, too.
    pub(crate) fn removals<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        place: Place<'_>,
    ) -> Vec<HeaderValue> {
        let mut names: Vec<&str> = names.into_iter().collect();
        if !names.is_empty() {
            let turn = place.turn / 4 % names.len();
            names.rotate_left(turn);
        }
        // Hardly a cookie is stored under the later ones, which have their turn, too.
        let rounds: &[Round] = match place.turn {
            0 => &[Round::Usual, Round::OfPage],
            turn if turn % 4 == 1 => &[Round::OfPage, Round::Partitioned, Round::Usual],
            turn if turn % 4 == 2 => &[Round::Partitioned, Round::Usual, Round::OfPage],
            _ => &[Round::Usual, Round::OfPage, Round::Partitioned],
        };
        let all = rounds.iter().flat_map(|round| names.iter().map(move |name| (*name, *round)));
        let mut lines = Vec::new();
        let mut size = 0;
        for (name, round) in all {
            let keys = match round {
                Round::Usual => self.keys(name),
                Round::OfPage => keys_of_page(name, place.path),
                Round::Partitioned => self.keys_in_partition(name),
            };
            let mut of_one: Vec<String> = keys.iter().flat_map(|key| of_key(name, key, place.host)).collect();
            if of_one.len() > MOST {
                let turn = place.turn / 4 % of_one.len();
                of_one.rotate_left(turn);
                of_one.truncate(MOST);
            }
            size += of_one.iter().map(String::len).sum::<usize>();
            // One by itself goes out however long it is.
            if size > BUDGET && !lines.is_empty() {
                debug_once!(
                    "postponed",
                    "removals",
                    "more cookies are to be removed than fit into one response; the others go with later ones"
                );
                break;
            }
            lines.extend(of_one.into_iter().filter_map(|line| HeaderValue::try_from(line).ok()));
        }
        lines
    }

    /// The keys for the whole site and for declared paths.
    fn keys(&self, name: &str) -> Vec<Key> {
        let declared = self.policy.declared().categories.iter().flat_map(|category| &category.cookies);
        let declared = declared.filter(|cookie| cookie.pattern.matches_cookie(name));
        let is_host_only = CookiePrefix::split(name).0.is_some_and(CookiePrefix::is_host_only);
        let mut keys = vec![Key { path: "/".to_owned(), is_partitioned: false }];
        let mut add = |key| {
            if !keys.contains(&key) {
                keys.push(key);
            }
        };
        for cookie in declared {
            let path = cookie.path.as_deref().filter(|_| !is_host_only).unwrap_or("/").to_owned();
            add(Key { path, is_partitioned: cookie.is_partitioned });
        }
        keys
    }

    /// The same in the site's own partition, unless they are declared to be there.
    fn keys_in_partition(&self, name: &str) -> Vec<Key> {
        let usual = self.keys(name);
        let partitioned = usual.iter().map(|key| Key { is_partitioned: true, ..key.clone() });
        partitioned.filter(|key| !usual.contains(key)).collect()
    }
}

/// What keys are tried together.
#[derive(Clone, Copy, Debug)]
enum Round {
    Usual,
    OfPage,
    Partitioned,
}

/// The keys for the paths above a page.
fn keys_of_page(name: &str, path: &str) -> Vec<Key> {
    let is_host_only = CookiePrefix::split(name).0.is_some_and(CookiePrefix::is_host_only);
    let paths = above(path).take(if is_host_only { 0 } else { DEEPEST });
    paths.map(|path| Key { path, is_partitioned: false }).collect()
}

/// So many of the keys that a cookie may be stored under are tried with one response.
const MOST: usize = 24;

/// Cookies of paths below this are rare.
const DEEPEST: usize = 4;

/// The paths below which a page stands, as a cookie of its own may have them: with and without the slash at
/// the end (draft-ietf-httpbis-rfc6265bis, section 5.1.4).
fn above(path: &str) -> impl Iterator<Item = String> {
    let is_plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b';');
    let path = if is_plain { path } else { "" };
    let slashes = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
    slashes.flat_map(|at| [path[..at].to_owned(), path[..=at].to_owned()])
}

fn of_key(name: &str, key: &Key, host: Host<'_>) -> Vec<String> {
    let prefix = CookiePrefix::split(name).0;
    let is_host_only = prefix.is_some_and(CookiePrefix::is_host_only);
    let is_http_only = prefix.is_some_and(CookiePrefix::is_http_only);
    let is_secure = prefix.is_some() || key.is_partitioned;
    let parents = host.cookie_domains().filter(|_| !is_host_only).map(Some);
    let line = |domain: Option<&str>| {
        let mut removal = Cookie::build((name, "")).path(key.path.as_str()).removal();
        if is_secure {
            removal = removal.secure(true);
        }
        if is_http_only {
            removal = removal.http_only(true);
        }
        if key.is_partitioned {
            removal = removal.partitioned(true);
        }
        if let Some(domain) = domain {
            removal = removal.domain(domain);
        }
        removal.build().to_string()
    };
    std::iter::once(None).chain(parents).map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use http::HeaderValue;

    use super::{BUDGET, Place};
    use crate::{
        gate::Gate,
        policy::{Category, CookieDeclaration, Host, Policy},
    };

    fn gate() -> Gate {
        let shop = CookieDeclaration::new("_shop").path("/shop");
        let apart = CookieDeclaration::new("_apart").partitioned(true);
        let analytics = Category::analytics().cookie(shop).cookie(apart);
        Gate::new(&Policy::builder("Example SAS", "privacy@example.com").category(analytics).build().unwrap())
    }

    fn place<'a>(host: &'a str, path: &'a str) -> Place<'a> {
        Place { host: Host::new(host), path, turn: 0 }
    }

    fn keys(name: &str, host: &str, path: &str) -> Vec<String> {
        let lines = gate().removals([name], place(host, path));
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
            keys("_ga", "www.example.com:8443", "/"),
            ["_ga=; Path=/", "_ga=; Path=/; Domain=www.example.com", "_ga=; Path=/; Domain=example.com"]
        );
        assert_eq!(keys("_ga", "localhost:3000", "/"), ["_ga=; Path=/"]);
    }

    #[test]
    fn prefixed_cookies_are_removed_as_their_prefix_asks() {
        assert_eq!(keys("__Host-id", "www.example.com", "/a/b"), ["__Host-id=; Secure; Path=/"]);
        assert_eq!(keys("__host-id", "example.com", "/"), ["__host-id=; Secure; Path=/"]);
        assert_eq!(
            keys("__Secure-id", "example.com", "/"),
            ["__Secure-id=; Secure; Path=/", "__Secure-id=; Secure; Path=/; Domain=example.com"]
        );
        assert_eq!(keys("__Http-id", "localhost", "/"), ["__Http-id=; HttpOnly; Secure; Path=/"]);
        assert_eq!(keys("__Host-_shop", "localhost", "/a/b"), ["__Host-_shop=; Secure; Path=/"]);
        assert_eq!(keys("__Host-Http-id", "a.example", "/"), ["__Host-Http-id=; HttpOnly; Secure; Path=/"]);
    }

    #[test]
    fn a_cookie_is_removed_from_declared_paths_those_above_the_page_and_its_partition() {
        assert_eq!(keys("_shop", "localhost", "/"), ["_shop=; Path=/", "_shop=; Path=/shop"]);
        assert_eq!(
            keys("_ga", "localhost", "/a/b/c.html"),
            ["_ga=; Path=/", "_ga=; Path=/a", "_ga=; Path=/a/", "_ga=; Path=/a/b", "_ga=; Path=/a/b/"]
        );
        assert_eq!(keys("_ga", "localhost", "/a;b/c"), ["_ga=; Path=/"]);
        assert_eq!(
            keys("_apart", "localhost", "/"),
            ["_apart=; Path=/", "_apart=; Partitioned; Secure; Path=/"]
        );
    }

    #[test]
    fn however_deep_page_and_host_are_every_key_has_its_turn() {
        let (host, path) = ("a.b.c.d.example.com", "/1/2/3");
        let mut tried = BTreeSet::new();
        for turn in 0..240 {
            let lines = gate().removals(["_ga"], Place { turn, ..place(host, path) });
            assert!(lines.iter().map(HeaderValue::len).sum::<usize>() <= BUDGET);
            tried.extend(lines.iter().map(|line| line.to_str().unwrap().replace("; Max-Age=0", "")));
        }
        let tried: BTreeSet<&str> =
            tried.iter().map(|line| line.split_once("; Expires=").unwrap().0).collect();
        for path in ["/", "/1", "/1/", "/1/2", "/1/2/"] {
            assert!(tried.contains(&*format!("_ga=; Path={path}")), "{path}: {tried:?}");
            for domain in Host::new(host).cookie_domains() {
                let line = format!("_ga=; Path={path}; Domain={domain}");
                assert!(tried.contains(&*line), "{line}: {tried:?}");
            }
        }
        assert!(tried.contains("_ga=; Partitioned; Secure; Path=/; Domain=example.com"), "{tried:?}");
    }

    #[test]
    fn what_cookies_usually_are_stored_under_goes_first_on_deep_pages() {
        let names =
            ["_ga", "_ga_X", "_gid", "_fbp", "_fbc", "_gcl_au", "_hjSessionUser_1", "_hjSession_1", "_an_x"];
        let lines = gate().removals(names, place("www.example.com", "/news/2026/11/a-title"));
        let has = |line: &str| lines.iter().any(|found| found.to_str().unwrap().starts_with(line));
        for name in names {
            assert!(has(&format!("{name}=; Path=/; Max-Age=0; ")), "{name}: {lines:?}");
            assert!(has(&format!("{name}=; Path=/; Domain=example.com; ")), "{name}: {lines:?}");
        }
    }

    #[test]
    fn removals_stay_within_what_servers_take_and_each_name_has_its_turn() {
        let names: Vec<String> = (0..1000).map(|i| format!("_ga_{i}")).collect();
        let lines = |turn| {
            let place = Place { turn, ..place("example.com", "/") };
            gate().removals(names.iter().map(String::as_str), place)
        };
        let first = lines(0);
        assert!(first.iter().map(HeaderValue::len).sum::<usize>() <= BUDGET);
        assert!(first.len() > 20);
        assert!(first[0].to_str().unwrap().starts_with("_ga_0="));
        assert!(lines(4 * 1007)[0].to_str().unwrap().starts_with("_ga_7="));
        assert!(gate().removals([], place("example.com", "/")).is_empty());
    }
}
