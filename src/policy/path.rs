/// A path of the site: exact, or a prefix when it ends in `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathPattern {
    literal: String,
    is_prefix: bool,
}

impl PathPattern {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let (literal, is_prefix) = match text.strip_suffix('*') {
            Some(literal) => (literal, true),
            None => (text, false),
        };
        if !literal.starts_with('/') {
            return Err("a path starts with /");
        }
        if literal.contains('*') {
            return Err("a path holds one *, at its end");
        }
        if literal.contains(['?', '#']) || literal.bytes().any(|b| b <= b' ' || b == 0x7f) {
            return Err("a path has no query, no fragment, no spaces and no control characters");
        }
        Ok(Self { literal: literal.to_owned(), is_prefix })
    }

    /// Whether it is `/*`.
    pub(crate) fn is_everything(&self) -> bool {
        self.is_prefix && self.literal == "/"
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        if self.is_prefix { path.starts_with(&self.literal) } else { path == self.literal }
    }
}

#[cfg(test)]
mod tests {
    use super::PathPattern;

    #[test]
    fn a_star_at_the_end_matches_all_that_follows() {
        let api = PathPattern::parse("/api/*").unwrap();
        assert!(api.matches("/api/") && api.matches("/api/v1/x"));
        assert!(!api.matches("/api") && !api.matches("/apis/x"));
        assert!(PathPattern::parse("/feed").unwrap().matches("/feed"));
        assert!(!PathPattern::parse("/feed").unwrap().matches("/feed/x"));
    }

    #[test]
    fn what_is_not_a_path_is_refused() {
        for text in ["", "api", "*", "/a/*/b", "/a?b", "/a#b", "/a b", "/a\n"] {
            assert!(PathPattern::parse(text).is_err(), "{text:?}");
        }
    }
}
