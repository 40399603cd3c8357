//! Which attributes of which elements load something (HTML standard; SVG 2).

use crate::html::ElementName as Name;

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Address,
    /// Addresses with descriptors, by commas.
    Candidates,
    /// Addresses by spaces.
    Addresses,
    /// Addresses by semicolons: what an animation sets one after the other.
    Frames,
    /// A whole document.
    Document,
}

/// What an attribute that loads something holds; nothing for one that does not.
pub(super) fn loads(element: Name, is_foreign: bool, attribute: &str) -> Option<Holds> {
    use Holds::{Address, Addresses, Candidates, Document, Frames};
    if is_foreign {
        return match (element, attribute) {
            (
                Name::Image | Name::Use | Name::FeImage | Name::FontFaceUri | Name::Script,
                "href" | "xlink:href",
            )
            | (Name::Animate | Name::Set, "from" | "to" | "by") => Some(Address),
            (Name::Animate, "values") => Some(Frames),
            (Name::A, "ping") => Some(Addresses),
            _ => None,
        };
    }
    match (element, attribute) {
        (
            Name::Script
            | Name::Img
            | Name::Image
            | Name::Source
            | Name::Iframe
            | Name::Frame
            | Name::Embed
            | Name::Track
            | Name::Audio
            | Name::Video
            | Name::Input
            | Name::Bgsound
            | Name::Fencedframe
            | Name::Portal,
            "src",
        )
        | (Name::Video, "poster")
        // They load where a script puts them into an SVG.
        | (Name::Image | Name::Use | Name::FeImage, "href" | "xlink:href")
        // WebKit takes this for the address of a plug-in's content, before `src`.
        | (Name::Embed, "code")
        | (Name::Object, "data")
        | (Name::Link, "href")
        // The names under which plug-ins were told what to load are in the element.
        | (Name::Param, "value")
        | (
            Name::Body
            | Name::Table
            | Name::Colgroup
            | Name::Col
            | Name::Thead
            | Name::Tbody
            | Name::Tfoot
            | Name::Tr
            | Name::Td
            | Name::Th,
            "background",
        ) => Some(Address),
        (Name::Img | Name::Image | Name::Source, "srcset") | (Name::Link, "imagesrcset") => Some(Candidates),
        (Name::A | Name::Area, "ping" | "attributionsrc")
        | (Name::Img | Name::Image | Name::Script, "attributionsrc") => Some(Addresses),
        (Name::Iframe, "srcdoc") => Some(Document),
        _ => None,
    }
}

/// The header that a response would need, to have the browser do what this attribute has it do by being
/// there (Attribution Reporting, Topics, Shared Storage, Protected Audience).
pub(super) fn stands_for(element: Name, is_foreign: bool, attribute: &str) -> Option<&'static str> {
    match (element, attribute) {
        _ if is_foreign => None,
        (Name::A | Name::Area | Name::Img | Name::Image | Name::Script, "attributionsrc") => {
            Some("attribution-reporting-register-source")
        }
        (Name::Iframe | Name::Img | Name::Image, "browsingtopics") => Some("observe-browsing-topics"),
        (Name::Iframe | Name::Img | Name::Image, "sharedstoragewritable") => Some("shared-storage-write"),
        (Name::Iframe, "adauctionheaders") => Some("ad-auction-signals"),
        _ => None,
    }
}

/// The addresses of a `srcset` (HTML standard, "parse a srcset attribute").
pub(super) fn candidates(srcset: &str) -> impl Iterator<Item = &str> {
    let is_space = |byte: u8| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ');
    let mut rest = srcset;
    std::iter::from_fn(move || {
        let start = rest.bytes().position(|byte| !is_space(byte) && byte != b',')?;
        rest = &rest[start..];
        let end = rest.bytes().position(is_space).unwrap_or(rest.len());
        let (address, behind) = rest.split_at(end);
        rest = if address.ends_with(',') { behind } else { behind_descriptors(behind) };
        Some(address.trim_end_matches(','))
    })
}

/// A comma in parentheses ends no candidate.
fn behind_descriptors(text: &str) -> &str {
    let mut is_inside = false;
    let end = text.bytes().position(|byte| {
        is_inside = byte == b'(' || is_inside && byte != b')';
        byte == b',' && !is_inside
    });
    end.map_or("", |end| &text[end..])
}

/// Whether an address certainly stays on the page's own origin: it has no scheme and no host.
pub(super) fn is_relative(address: &[u8]) -> bool {
    let mut bytes = address.iter().copied().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r'));
    let mut bytes = bytes.by_ref().skip_while(|byte| *byte <= b' ').peekable();
    if bytes.next_if(|byte| matches!(byte, b'/' | b'\\')).is_some() {
        return !matches!(bytes.next(), Some(b'/' | b'\\'));
    }
    bytes.find(|byte| matches!(byte, b':' | b'/' | b'\\' | b'?' | b'#')) != Some(b':')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::{candidates, is_relative};

    #[test]
    fn candidates_are_told_apart_as_browsers_do() {
        for (srcset, expected) in [
            ("a.png", &["a.png"][..]),
            (" a.png 1x, b.png 2x", &["a.png", "b.png"]),
            ("a.png,b.png", &["a.png,b.png"]),
            ("a.png, b.png", &["a.png", "b.png"]),
            ("a.png 1x (x,y) 2, b.png", &["a.png", "b.png"]),
            (",,a.png,, ,b.png", &["a.png", "b.png"]),
            ("data:,a 1x,//b.example/c 2x", &["data:,a", "//b.example/c"]),
            ("", &[]),
            (" , ", &[]),
        ] {
            assert_eq!(candidates(srcset).collect::<Vec<_>>(), expected, "{srcset}");
        }
    }

    #[test]
    fn what_names_a_host_or_scheme_is_not_relative() {
        for address in ["", "a", "/a", "a/b:c", "?x://y", "#:", "./a:b", "/\t a"] {
            assert!(is_relative(address.as_bytes()), "{address:?}");
        }
        for address in
            ["//a", "/\\a", "\\/a", "\\\\a", "http://a", "HTTPS:a", "data:x", "/\n/a", " //a", "h\nttp:a"]
        {
            assert!(!is_relative(address.as_bytes()), "{address:?}");
        }
    }

    proptest! {
        #[test]
        fn a_relative_address_stays_on_the_host(address in "[a-z:/\\\\?#@. \\t\\n\\x01]{0,12}") {
            let base = Url::parse("https://own.example/dir/page").unwrap();
            if is_relative(address.as_bytes()) && let Ok(url) = base.join(&address) {
                prop_assert_eq!(url.host_str(), Some("own.example"));
            }
        }
    }
}
