//! Which attributes of which elements are worth a look, at a glance: most tags have none.

use super::names::Name;

/// The bit that stands for attributes whose names have this length, begin with this letter and end with that,
/// in either case. Names share bits, so that a bit says "maybe"; all that begin with an "o", as handlers of
/// events do, have one.
#[inline]
pub(super) const fn bit(first: u8, last: u8, len: usize) -> u64 {
    let (first, last) = (first | 0x20, last | 0x20);
    // Factors by which no common name shares a bit with those that count anywhere.
    let rest = len.wrapping_mul(4).wrapping_add(last as usize * 10);
    let rest = if first == b'o' { 0 } else { rest };
    1 << ((first as usize).wrapping_add(rest) & 63)
}

/// The bit of a name; all of them for none.
const fn bit_of(name: &[u8]) -> u64 {
    match name {
        [first, .., last] => bit(*first, *last, name.len()),
        [only] => bit(*only, *only, 1),
        [] => u64::MAX,
    }
}

const fn bits(names: &[&str]) -> u64 {
    let (mut bits, mut at) = (0, 0);
    while at < names.len() {
        bits |= bit_of(names[at].as_bytes());
        at += 1;
    }
    bits
}

/// Attributes that count on every element, with handlers, which may have a whole script in them.
const ANYWHERE: u64 = bits(&["background", "style", "data-consent", "onload"]);

/// Attributes that count on an element of HTML.
const fn wanted(name: Name) -> u64 {
    let more: &[&str] = match name {
        Name::A | Name::Area => &["ping", "attributionsrc"],
        Name::Img => &["src", "srcset", "attributionsrc", "browsingtopics", "sharedstoragewritable"],
        Name::Iframe => &["src", "srcdoc", "browsingtopics", "sharedstoragewritable", "adauctionheaders"],
        Name::Script => &["src", "attributionsrc"],
        Name::Source => &["src", "srcset"],
        Name::Video => &["src", "poster"],
        Name::Embed => &["src", "code"],
        Name::Frame | Name::Track | Name::Audio | Name::Input => &["src"],
        Name::Bgsound | Name::Fencedframe | Name::Portal => &["src"],
        Name::Object => &["data"],
        Name::Link => &["href", "imagesrcset"],
        Name::Base => &["href"],
        Name::Meta => &["http-equiv"],
        Name::Param => &["value"],
        // What begins a drawing is presented by attributes.
        Name::Svg | Name::Use | Name::Image | Name::FeImage => return u64::MAX,
        _ => &[],
    };
    ANYWHERE | bits(more)
}

const WANTED: [u64; Name::ALL.len()] = {
    let mut all = [0; Name::ALL.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = wanted(Name::ALL[at]);
        at += 1;
    }
    all
};

impl Name {
    /// The attributes that count on this element of HTML.
    #[inline]
    pub(super) fn wanted(self) -> u64 {
        WANTED[self as usize]
    }

    /// Whether an attribute may count on this element of HTML.
    #[inline]
    pub(crate) fn may_want(self, attribute: &[u8]) -> bool {
        self.wanted() & bit_of(attribute) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::{ANYWHERE, Name, bit_of};

    #[test]
    fn common_attributes_are_told_from_those_that_count_anywhere() {
        for name in ["style", "background", "data-consent", "onload", "onpointerrawupdate"] {
            assert_ne!(bit_of(name.as_bytes()) & ANYWHERE, 0, "{name}");
            assert_eq!(bit_of(name.as_bytes()), bit_of(name.to_uppercase().as_bytes()), "{name}");
        }
        for name in [
            "class",
            "id",
            "href",
            "title",
            "alt",
            "src",
            "lang",
            "role",
            "type",
            "name",
            "value",
            "width",
            "height",
            "target",
            "rel",
            "for",
            "tabindex",
            "loading",
            "sizes",
            "srcset",
            "hidden",
            "content",
            "aria-label",
            "aria-hidden",
            "aria-expanded",
            "data-id",
            "data-src",
            "data-kind",
            "data-target",
        ] {
            assert_eq!(bit_of(name.as_bytes()) & ANYWHERE, 0, "{name}");
        }
    }

    #[test]
    fn links_and_images_of_the_common_kind_are_told_from_those_that_tell_others() {
        for (element, common) in [
            (Name::A, &["href", "class", "title", "rel", "target", "id"][..]),
            (Name::Img, &["class", "alt", "width", "height", "loading", "decoding", "sizes", "id"]),
            (Name::Meta, &["name", "content", "charset", "property"]),
        ] {
            for name in common {
                assert!(!element.may_want(name.as_bytes()), "{element:?} {name}");
            }
        }
    }
}
