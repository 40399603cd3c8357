//! Entity tags (RFC 9110, section 8.8.3), and what the layer adds to them.

use http::HeaderValue;

/// Stands between the app's tag and the name of the variant.
const MARK: &[u8] = b"-consent-";

/// The name of a variant has so many characters of base64url.
pub(super) const NAME_LEN: usize = 8;

/// One entity tag as it stands in a field, with `W/` and quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntityTag<'a>(&'a [u8]);

impl<'a> EntityTag<'a> {
    /// The only tag of an `ETag` field.
    pub(super) fn new(value: &'a HeaderValue) -> Option<Self> {
        let mut tags = Self::list(value.as_bytes());
        let tag = tags.next()?.ok()?;
        tags.next().is_none().then_some(tag)
    }

    /// The tags of a list such as `If-None-Match`; what is no tag ends it with an error.
    pub(super) fn list(line: &'a [u8]) -> impl Iterator<Item = Result<Self, Malformed>> {
        let mut rest = line;
        std::iter::from_fn(move || {
            let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b','))?;
            let from = &rest[start..];
            let open = if from.starts_with(b"W/\"") { 3 } else { 1 };
            let is_tag = open == 3 || from[0] == b'"';
            let Some(close) = memchr::memchr(b'"', &from[open..]).filter(|_| is_tag) else {
                rest = &[];
                return Some(Err(Malformed));
            };
            let end = open + close + 1;
            rest = &from[end..];
            Some(Ok(Self(&from[..end])))
        })
    }

    pub(super) fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The tag that names a variant of what this one names.
    pub(super) fn with_variant(self, name: &str) -> Vec<u8> {
        let open = &self.0[..self.0.len() - 1];
        [open, MARK, name.as_bytes(), b"\""].concat()
    }

    /// The tag of the app, and the name of the variant, in a tag that the layer has made.
    pub(super) fn without_variant(self) -> Option<(Vec<u8>, &'a [u8])> {
        let inside = &self.0[..self.0.len() - 1];
        let (rest, name) = inside.split_at_checked(inside.len().checked_sub(NAME_LEN)?)?;
        let open = rest.strip_suffix(MARK)?;
        let is_name = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let has_quote = open.contains(&b'"');
        (is_name && has_quote).then(|| ([open, b"\""].concat(), name))
    }
}

/// What is no entity tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::{EntityTag, Malformed};

    fn tags(line: &str) -> Vec<Result<&str, Malformed>> {
        let tags = EntityTag::list(line.as_bytes());
        tags.map(|tag| tag.map(|tag| std::str::from_utf8(tag.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn a_list_is_split_outside_of_quotes() {
        assert_eq!(tags("\"a\", W/\"b,c\" ,\"\""), [Ok("\"a\""), Ok("W/\"b,c\""), Ok("\"\"")]);
        assert_eq!(tags(",, \"a\"\t"), [Ok("\"a\"")]);
        assert_eq!(tags(""), []);
        for malformed in ["*", "a", "\"a", "W/", "w/\"a\"", "'a'"] {
            assert_eq!(tags(malformed), [Err(Malformed)], "{malformed}");
        }
        assert_eq!(tags("\"a\", b, \"c\""), [Ok("\"a\""), Err(Malformed)]);
    }

    #[test]
    fn a_field_with_one_tag_has_a_tag() {
        let tag = |text: &'static str| EntityTag::new(&HeaderValue::from_static(text)).is_some();
        assert!(tag("\"a\"") && tag("W/\"a\"") && tag("\"\""));
        assert!(!tag("a") && !tag("") && !tag("\"a\", \"b\"") && !tag("*"));
    }

    #[test]
    fn what_the_layer_did_not_make_has_no_variant() {
        for text in
            ["\"\"", "\"a\"", "\"-consent-\"", "\"a-consent-1234567\"", "\"a-consent-12345=78\"", "W/\"x\""]
        {
            let value = HeaderValue::from_static(text);
            assert_eq!(EntityTag::new(&value).unwrap().without_variant(), None, "{text}");
        }
        let value = HeaderValue::from_static("\"-consent-12345678\"");
        assert!(EntityTag::new(&value).unwrap().without_variant().is_some(), "an empty tag has variants too");
    }

    proptest! {
        #[test]
        fn the_variant_comes_off_again(tag in "(W/)?\"[!#-~]{0,20}\"", name in "[A-Za-z0-9_-]{8}") {
            let value = HeaderValue::from_str(&tag).unwrap();
            let made = EntityTag::new(&value).unwrap().with_variant(&name);
            let made = HeaderValue::from_bytes(&made).unwrap();
            let (app, variant) = EntityTag::new(&made).unwrap().without_variant().unwrap();
            prop_assert_eq!(app, tag.as_bytes());
            prop_assert_eq!(variant, name.as_bytes());
        }

        #[test]
        fn arbitrary_lines_are_split(line in proptest::collection::vec(any::<u8>(), 0..60)) {
            prop_assert!(EntityTag::list(&line).count() <= line.len());
        }
    }
}
