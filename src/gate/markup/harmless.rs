//! Tells the tags that load nothing but what is the page's own from those that have to be ruled on. It costs
//! a fraction of that, and nearly all tags are such.

use super::{
    Gate, Markup,
    element::{Holds, candidates, is_relative, loads, stands_for},
    handler::is_handler,
};
use crate::{
    html::{ElementName as Name, StartTag},
    policy::Enforcement,
};

/// Whether an attribute may load something, by what its name looks like.
pub(super) fn may_count(tag: &StartTag<'_>, name: &[u8]) -> bool {
    tag.is_foreign || tag.is_xml || tag.name.may_want(name)
}

impl Gate {
    /// Whether nothing would come of ruling on a tag. `false` says nothing.
    pub(super) fn is_harmless(&self, page: &mut Markup, tag: &StartTag<'_>) -> bool {
        let is_plain = !matches!(tag.name, Name::Script | Name::Style | Name::Svg) && !tag.is_foreign;
        let effective = page.standing.effective;
        let mut covers = tag.covers.iter().filter_map(|cover| page.marks.get(*cover as usize));
        is_plain
            && !tag.is_cut
            && !tag.is_xml
            && (!page.standing.enforces || covers.all(|mark| mark.holds(effective)))
            && tag.attributes.iter().all(|attribute| {
                let name = tag.name_of(attribute);
                !tag.name.may_want(name)
                    || self.is_harmless_attribute(page, tag.name, name, tag.value_of(attribute))
            })
    }

    fn is_harmless_attribute(&self, page: &mut Markup, element: Name, name: &[u8], value: &[u8]) -> bool {
        if is_handler(name) {
            // Without these it calls nothing, and names no other host.
            let calls = value.iter().any(|byte| matches!(byte, b'(' | b'`' | b'&' | b'\\'));
            return !calls && !value.windows(2).any(|pair| pair == b"//");
        }
        if name == b"style" {
            // Without these there is no function in it, nor anything that stands for one.
            return !value.iter().any(|byte| matches!(byte, b'(' | b'\\' | b'&' | b'@'));
        }
        let Ok(name) = str::from_utf8(name) else { return false };
        let is_spelled_otherwise = name.bytes().any(|byte| byte.is_ascii_uppercase());
        let is_ruled_on = name == "data-consent" || element == Name::Meta && name == "http-equiv";
        if is_spelled_otherwise || is_ruled_on || stands_for(element, false, name).is_some() {
            return false;
        }
        let skips_relative = page.skips_relative;
        let is_own = |address: &[u8]| skips_relative && is_relative(address);
        match loads(element, false, name) {
            None => true,
            // What stands behind a host does not change it.
            Some(Holds::Address) => {
                is_own(value) && !value.contains(&b'&') || self.is_of_free_host(page, value)
            }
            Some(Holds::Candidates) if value.contains(&b'&') => false,
            Some(Holds::Candidates) => str::from_utf8(value).is_ok_and(|value| {
                candidates(value).map(str::as_bytes).all(|one| is_own(one) || self.is_of_free_host(page, one))
            }),
            Some(Holds::Addresses | Holds::Frames | Holds::Document) => false,
        }
    }

    /// Whether an address leads to a host from which everything passes for everybody, and nobody is told of it.
    /// `false` says nothing.
    fn is_of_free_host(&self, page: &mut Markup, address: &[u8]) -> bool {
        let rest = address.strip_prefix(b"https://").or_else(|| address.strip_prefix(b"http://"));
        let Some(rest) = rest else { return false };
        // Pages have many things in a row from one host.
        let last = page.free_host.as_bytes();
        if !last.is_empty() && rest.strip_prefix(last).is_some_and(ends_host) {
            return true;
        }
        let Some(host) = plain_host(rest).filter(|host| self.is_free_host(page, host)) else { return false };
        host.clone_into(&mut page.free_host);
        true
    }

    /// Whether a host is necessary, or neither the policy nor the catalogue knows it where such hosts pass
    /// untold.
    fn is_free_host(&self, page: &Markup, host: &str) -> bool {
        let is_strict = self.policy.declared().enforcement == Enforcement::Strict;
        let passes_unknown = !page.standing.is_watched && !is_strict;
        self.origins.exempts_host(host) || passes_unknown && !self.origins.claims_host(host)
    }
}

/// The host of an address of the most common spelling, for which it need not be parsed: from behind the slashes.
fn plain_host(rest: &[u8]) -> Option<&str> {
    let is_plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    let len = rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
    let (host, behind) = rest.split_at(len);
    let host = str::from_utf8(host).ok()?;
    // Of those that end in a number some are addresses in disguise, of those with "--" some are no hosts.
    let is_name = host.rsplit('.').next()?.starts_with(|first: char| first.is_ascii_lowercase());
    (ends_host(behind) && is_name && !host.contains("--")).then_some(host)
}

fn ends_host(behind: &[u8]) -> bool {
    matches!(behind.first(), None | Some(b'/' | b'?' | b'#'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::plain_host;
    use crate::{
        gate::markup::element::{loads, stands_for},
        html::ElementName as Name,
    };

    #[test]
    fn only_plain_hosts_are_told_at_a_glance() {
        for (rest, host) in
            [("t.test/a?b=c", "t.test"), ("img-1.t.test", "img-1.t.test"), ("t.test#a", "t.test")]
        {
            assert_eq!(plain_host(rest.as_bytes()), Some(host), "{rest}");
        }
        for rest in [
            "",
            "/t.test",
            "T.test/",
            "t.test:80/",
            "own.test@t.test/",
            "t.test\\@own.test",
            "t.test./",
            "127.1/",
            "t.0x7f/",
            "xn--e-1ga.test/",
            "t&#46;test/",
            "t\t.test/",
        ] {
            assert_eq!(plain_host(rest.as_bytes()), None, "{rest}");
        }
    }

    proptest! {
        #[test]
        fn a_host_that_is_told_at_a_glance_is_the_one_that_is_parsed(rest in "[a-z0-9.:/?#@x-]{0,16}") {
            if let Some(host) = plain_host(rest.as_bytes()) {
                let url = Url::parse(&format!("https://{rest}")).unwrap();
                prop_assert_eq!(url.host_str(), Some(host));
            }
        }
    }

    #[test]
    fn what_loads_is_looked_at() {
        let source = include_str!("element.rs");
        let (rules, _) = source.split_once("pub(super) fn candidates").unwrap();
        let names: Vec<&str> = rules.split('"').skip(1).step_by(2).collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            for element in Name::ALL {
                let loads = loads(*element, false, name).is_some();
                let counts = loads || stands_for(*element, false, name).is_some();
                assert!(!counts || element.may_want(name.as_bytes()), "{element:?} {name}");
            }
        }
    }
}
