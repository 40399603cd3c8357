//! Tells the tags that load nothing but what is the page's own from those that have to be ruled on. It costs
//! a fraction of that, and nearly all tags are such.

use super::{
    Markup,
    element::{Holds, candidates, is_relative, loads, stands_for},
    handler::is_handler,
    style::holds_style,
};
use crate::html::{ElementName as Name, StartTag};

/// Whether an attribute may load something, by what its name looks like.
pub(super) fn may_count(tag: &StartTag<'_>, name: &[u8]) -> bool {
    tag.is_foreign || tag.is_xml || tag.name.may_want(name)
}

impl Markup {
    /// Whether nothing would come of ruling on a tag. `false` says nothing.
    pub(super) fn is_harmless(&self, tag: &StartTag<'_>) -> bool {
        let is_plain = !matches!(tag.name, Name::Script | Name::Style | Name::Svg) && !tag.is_foreign;
        let effective = self.standing.effective;
        let mut covers = tag.covers.iter().filter_map(|cover| self.marks.get(*cover as usize));
        is_plain
            && !tag.is_cut
            && !tag.is_xml
            && (!self.standing.enforces || covers.all(|mark| mark.holds(effective)))
            && tag.attributes.iter().all(|attribute| {
                self.is_harmless_attribute(tag, tag.name_of(attribute), tag.value_of(attribute))
            })
    }

    fn is_harmless_attribute(&self, tag: &StartTag<'_>, name: &[u8], value: &[u8]) -> bool {
        if !may_count(tag, name) {
            return true;
        }
        if is_handler(name) {
            // Without these it calls nothing.
            return !value.iter().any(|byte| matches!(byte, b'(' | b'`' | b'&'));
        }
        let Ok(name) = str::from_utf8(name) else { return false };
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return false;
        }
        if name == "data-consent" || tag.name == Name::Meta && name == "http-equiv" {
            return false;
        }
        if holds_style(tag, name.as_bytes()) {
            // Without these there is no function in it, nor anything that stands for one.
            return !value.iter().any(|byte| matches!(byte, b'(' | b'\\' | b'&' | b'@'));
        }
        if stands_for(tag.name, tag.is_foreign, name).is_some() {
            return false;
        }
        let is_own = |address: &[u8]| self.skips_relative && is_relative(address);
        match loads(tag.name, tag.is_foreign, name) {
            None => true,
            Some(_) if value.contains(&b'&') => false,
            Some(Holds::Address) => is_own(value),
            Some(Holds::Candidates) => {
                str::from_utf8(value).is_ok_and(|value| candidates(value).all(|one| is_own(one.as_bytes())))
            }
            Some(Holds::Addresses | Holds::Frames | Holds::Document) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        gate::markup::element::{loads, stands_for},
        html::ElementName as Name,
    };

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
