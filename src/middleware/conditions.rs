//! What a conditional or a range request means where pages come in variants
//! (RFC 9110, sections 13 and 14).

use std::{cell::LazyCell, time::SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::{entity_tag::EntityTag, variant::Variant};

/// What is known of a request with conditions.
pub(super) struct Conditional<'a> {
    pub(super) method: &'a Method,
    /// The client opens a page, or asks for a part of one.
    pub(super) is_navigation: bool,
    /// The client does not say whether it opens a page: a program, or a cache on behalf of others.
    pub(super) may_open_page: bool,
    /// The HTML that answers is written into. What a client that opens it knows without a variant's name
    /// is then of no use, and its parts have no fixed place.
    pub(super) is_rewritten: bool,
    /// What this client may be sent, and have stored. Asked for only where there is a name to compare.
    pub(super) variants: &'a dyn Fn() -> Vec<Variant>,
    /// What is no page, whose bytes nothing changes, so that its parts stay where they are.
    pub(super) head: &'a dyn Fn() -> Variant,
    /// Dates are of use from here on: pages that all share are no older than the layer.
    pub(super) dates_from: Option<SystemTime>,
}

/// What is left of the conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// The variants that a `304` may confirm.
    pub(super) confirms: Vec<Variant>,
    /// A part was asked for of what is no page, by the name of its variant.
    pub(super) is_part_of_head: bool,
    /// A client that opens a page has brought some.
    pub(super) is_navigation: bool,
    /// A date was of use.
    pub(super) has_date: bool,
}

impl Conditional<'_> {
    /// Makes the conditions speak of what the app knows: the names of this client's variants are
    /// taken off, what belongs to others is removed.
    pub(super) fn translate(&self, headers: &mut HeaderMap) -> Kept {
        let is_safe = self.method.is_safe();
        let confirms = self.translate_tags(headers, header::IF_NONE_MATCH);
        let had_guard = headers.contains_key(header::IF_MATCH);
        let guards = self.translate_tags(headers, header::IF_MATCH);
        if is_safe && had_guard && !headers.contains_key(header::IF_MATCH) {
            // A part was asked for of what the client does not have any more.
            headers.remove(header::RANGE);
            headers.remove(header::IF_RANGE);
        }
        // A variant's name takes a hash, and few requests bring a guard.
        let guards_head = !guards.is_empty() && guards.contains(&(self.head)());
        let of_head = self.translate_range(headers) || guards_head;
        let is_part_of_head = of_head && headers.contains_key(header::RANGE);
        let mut kept = Kept { confirms, is_part_of_head, is_navigation: self.is_navigation, has_date: false };
        let is_useful = |value: &HeaderValue| {
            let date = value.to_str().ok().and_then(|date| httpdate::parse_http_date(date).ok());
            self.dates_from.is_some_and(|from| date.is_some_and(|date| date >= from))
        };
        let date = headers.get(header::IF_MODIFIED_SINCE);
        if is_safe
            && self.may_open_page
            && self.dates_from.is_some()
            && date.is_some_and(|date| !is_useful(date))
        {
            headers.remove(header::IF_MODIFIED_SINCE);
        }
        if self.opens_page() && is_safe {
            kept.has_date = headers.get(header::IF_MODIFIED_SINCE).is_some_and(is_useful);
            if !kept.has_date {
                headers.remove(header::IF_MODIFIED_SINCE);
            }
            headers.remove(header::IF_UNMODIFIED_SINCE);
        }
        kept
    }

    fn opens_page(&self) -> bool {
        self.is_navigation && self.is_rewritten
    }

    /// A list of tags. On a request that changes something the tags guard what is changed, whatever
    /// its form: there a name is taken off, and no tag is lost. Returns the variants that were named.
    fn translate_tags(&self, headers: &mut HeaderMap, name: HeaderName) -> Vec<Variant> {
        let mut confirms = Vec::new();
        if !headers.contains_key(&name) {
            return confirms;
        }
        let is_safe = self.method.is_safe();
        let mut has_changed = false;
        let mut kept: Vec<Vec<u8>> = Vec::new();
        let variants = LazyCell::new(self.variants);
        for line in headers.get_all(&name) {
            for tag in EntityTag::list(line.as_bytes()) {
                let Ok(tag) = tag else {
                    // `*`, or what nobody can read, to its end.
                    if is_safe && self.opens_page() {
                        has_changed = true;
                        continue;
                    }
                    return Vec::new();
                };
                match tag.without_variant() {
                    Some((app, named)) => {
                        has_changed = true;
                        let current = variants.iter().find(|variant| variant.is_named(named));
                        if current.is_some() || !is_safe {
                            kept.push(app);
                        }
                        confirms.extend(current.cloned());
                    }
                    None if is_safe && self.opens_page() => has_changed = true,
                    None => kept.push(tag.as_bytes().to_vec()),
                }
            }
        }
        if has_changed {
            headers.remove(&name);
            let list = HeaderValue::from_bytes(&kept.join(&b", "[..]));
            headers.extend(list.ok().filter(|list| !list.is_empty()).map(|list| (name, list)));
        }
        confirms
    }

    /// A part of a page that is written into has no place in the app's. Returns whether one is asked for
    /// of what is no page, by its name.
    fn translate_range(&self, headers: &mut HeaderMap) -> bool {
        if !self.method.is_safe() {
            return false;
        }
        let validator = headers.get(header::IF_RANGE).and_then(EntityTag::new);
        let named = validator.and_then(EntityTag::without_variant);
        let of_head = named.as_ref().filter(|(_, name)| (self.head)().is_named(name));
        let of_head = of_head.and_then(|(app, _)| HeaderValue::from_bytes(app).ok());
        let is_moot = named.is_some() && of_head.is_none() || self.opens_page();
        if let Some(app) = of_head.filter(|_| !is_moot) {
            headers.insert(header::IF_RANGE, app);
            return true;
        }
        if is_moot {
            headers.remove(header::RANGE);
            headers.remove(header::IF_RANGE);
        }
        false
    }
}
