//! Names of cookies and headers, with room for one wildcard.

use std::{borrow::Cow, error, fmt};

use super::CookiePrefix;

/// The longest name or pattern that is accepted, in bytes.
const MAX_LEN: usize = 256;

/// A cookie or header name in which one `*` stands for any run of characters,
/// also for none.
///
/// - The name is made of token characters (RFC 9110, section 5.6.2), as a
///   cookie name is in RFC 6265: ASCII letters, digits and `` !#$%&'+-.^_`|~ ``.
/// - One `*` may stand anywhere: `_ga_*`, `*_session`, `mp_*_mixpanel`, `*`.
/// - It is at most 256 bytes long.
///
/// What a pattern is compared with may be any text: browsers send cookie names
/// that no grammar allows, and `crisp-client*` matches `crisp-client/session`.
///
/// ```text
/// let pattern = NamePattern::parse("_ga_*")?;
/// assert!(pattern.matches("_ga_ABC123"));
/// assert!(!pattern.matches("_ga"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NamePattern {
    text: Box<str>,
    /// Where the wildcard stands in `text`; always the place of its only `*`.
    star: Option<usize>,
}

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// When the text is empty, longer than 256 bytes, holds a second `*`, or
    /// holds a character that no cookie or header name may have.
    pub(crate) fn parse(text: &str) -> Result<Self, PatternError> {
        Self::of(text, is_token)
    }

    /// Reads a pattern for keys of the browser's storage, which take any character: here all of ASCII that
    /// can be seen, and what else a key has the wildcard stands for.
    ///
    /// # Errors
    ///
    /// As of [`parse`](Self::parse).
    pub(crate) fn parse_key(text: &str) -> Result<Self, PatternError> {
        Self::of(text, |c| c.is_ascii_graphic()).map_err(|error| match error {
            PatternError::BadCharacter { pattern, found, at } => {
                PatternError::BadKeyCharacter { pattern, found, at }
            }
            other => other,
        })
    }

    fn of(text: &str, is_allowed: impl Fn(char) -> bool) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        if text.len() > MAX_LEN {
            return Err(PatternError::TooLong { len: text.len() });
        }
        let mut star = None;
        for (at, found) in text.char_indices() {
            match found {
                '*' if star.is_some() => {
                    return Err(PatternError::SecondWildcard { pattern: text.into() });
                }
                '*' => star = Some(at),
                _ if is_allowed(found) => {}
                _ => {
                    return Err(PatternError::BadCharacter { pattern: text.into(), found, at });
                }
            }
        }
        Ok(Self { text: text.into(), star })
    }

    /// The pattern that says most exactly what a cookie is called that is met: its name, with a wildcard for what no
    /// pattern may hold. None where nothing else is left.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let is_bad = |c: char| c == '*' || !is_token(c);
        let Some(first) = name.find(is_bad) else { return Self::parse(name).ok() };
        let last = name.rfind(is_bad)?;
        let behind = &name[last..].trim_start_matches(is_bad);
        let text = format!("{}*{behind}", &name[..first]);
        Self::parse(&text).ok().filter(|pattern| pattern.literal_len() > 0)
    }

    /// Whether `name` fits, upper and lower case told apart, as cookies do.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let name = name.as_bytes();
        let (prefix, suffix) = (self.prefix().as_bytes(), self.suffix().as_bytes());
        if self.is_exact() {
            return name == prefix;
        }
        name.strip_prefix(prefix).is_some_and(|rest| rest.ends_with(suffix))
    }

    /// Whether a cookie's name fits, with or without the prefixes that either has: apps add `__Host-` where
    /// they are served over TLS, and it stays the same cookie.
    pub(crate) fn matches_cookie(&self, name: &str) -> bool {
        self.matches(name) || self.without_cookie_prefix().matches(CookiePrefix::split(name).1)
    }

    /// The same without the prefix of a cookie's name. One that says nothing else keeps it.
    pub(crate) fn without_cookie_prefix(&self) -> Cow<'_, Self> {
        match CookiePrefix::split(&self.text) {
            (Some(_), rest) if !rest.starts_with('*') => Cow::Owned(Self {
                text: rest.into(),
                star: self.star.map(|star| star - (self.text.len() - rest.len())),
            }),
            _ => Cow::Borrowed(self),
        }
    }

    /// Whether some name fits both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        if self.is_exact() || other.is_exact() {
            let (exact, wide) = if self.is_exact() { (self, other) } else { (other, self) };
            return wide.matches(exact.as_str());
        }
        let starts = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let ends = |a: &str, b: &str| a.ends_with(b) || b.ends_with(a);
        starts(self.prefix(), other.prefix()) && ends(self.suffix(), other.suffix())
    }

    /// How many characters are given, the wildcard not counted: of two patterns
    /// that match, the one with more is the more particular.
    pub(crate) fn literal_len(&self) -> usize {
        self.text.len() - usize::from(self.star.is_some())
    }

    /// Of two patterns that match, the greater one says more exactly what is meant.
    pub(crate) fn exactness(&self) -> (bool, usize) {
        (self.is_exact(), self.literal_len())
    }

    /// Whether there is no wildcard.
    pub(crate) fn is_exact(&self) -> bool {
        self.star.is_none()
    }

    /// What stands before the wildcard; without one, the whole name.
    pub(crate) fn prefix(&self) -> &str {
        &self.text[..self.star.unwrap_or(self.text.len())]
    }

    /// What stands after the wildcard; without one, nothing.
    pub(crate) fn suffix(&self) -> &str {
        self.star.map_or("", |star| &self.text[star + 1..])
    }

    /// The pattern as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether a name may hold this character. The wildcard is one of them in the
/// RFC, and is looked for before.
fn is_token(found: char) -> bool {
    found.is_ascii_alphanumeric() || "!#$%&'+-.^_`|~".contains(found)
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NamePattern").field(&self.text).finish()
    }
}

/// Why a text is not a [`NamePattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PatternError {
    /// There is no text.
    Empty,
    /// The text is longer than 256 bytes.
    TooLong {
        /// How long it is, in bytes.
        len: usize,
    },
    /// There is more than one `*`.
    SecondWildcard {
        /// The text.
        pattern: Box<str>,
    },
    /// There is a character that no cookie or header name may have.
    BadCharacter {
        /// The text.
        pattern: Box<str>,
        /// The first such character.
        found: char,
        /// Where it stands, in bytes from the start.
        at: usize,
    },
    /// There is a character that no declared key of the browser's storage may have.
    BadKeyCharacter {
        /// The text.
        pattern: Box<str>,
        /// The first such character.
        found: char,
        /// Where it stands, in bytes from the start.
        at: usize,
    },
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the name is empty; write at least one character"),
            Self::TooLong { len } => write!(f, "the name is {len} bytes long; write at most {MAX_LEN}"),
            Self::SecondWildcard { pattern } => {
                write!(f, "the name {pattern:?} has more than one `*`; write one, anywhere")
            }
            Self::BadCharacter { pattern, found, at } => write!(
                f,
                "the name {pattern:?} has the character {found:?} at byte {at}; a name is made of \
                 ASCII letters, digits and !#$%&'+-.^_`|~, and `*` as a wildcard"
            ),
            Self::BadKeyCharacter { pattern, found, at } => write!(
                f,
                "the key {pattern:?} has the character {found:?} at byte {at}; write `*` for what is neither an \
                 ASCII letter, a digit nor an ASCII sign"
            ),
        }
    }
}

impl error::Error for PatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn pattern(text: &str) -> NamePattern {
        NamePattern::parse(text).unwrap()
    }

    #[track_caller]
    fn pattern_err(text: &str) -> String {
        NamePattern::parse(text).unwrap_err().to_string()
    }

    /// Every text of up to `max` characters over `alphabet`, the empty one too.
    fn texts(alphabet: &str, max: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..max {
            let to = all.len();
            for at in from..to {
                for c in alphabet.chars() {
                    let text = format!("{}{c}", all[at]);
                    all.push(text);
                }
            }
            from = to;
        }
        all
    }

    /// What the wildcard means, by trying every place where it could end.
    fn fits_slowly(pattern: &str, name: &str) -> bool {
        match pattern.split_once('*') {
            None => pattern == name,
            Some((prefix, suffix)) => (0..=name.len())
                .any(|from| (from..=name.len()).any(|to| &name[..from] == prefix && &name[to..] == suffix)),
        }
    }

    #[test]
    fn a_name_that_no_pattern_may_hold_is_declared_with_a_wildcard() {
        for (name, expected) in [
            ("cart", Some("cart")),
            ("cart id", Some("cart*id")),
            ("cart id[1]", Some("cart*")),
            ("(a;b)c", Some("*c")),
            ("star*star", Some("star*star")),
            ("é", None),
            ("", None),
        ] {
            let pattern = NamePattern::of_name(name);
            assert_eq!(pattern.as_ref().map(NamePattern::as_str), expected, "{name}");
            assert!(pattern.is_none_or(|pattern| pattern.matches(name)), "{name}");
        }
    }

    #[test]
    fn a_name_without_wildcard_matches_itself_only() {
        let ga = pattern("_ga");
        assert!(ga.is_exact());
        assert!(ga.matches("_ga"));
        assert!(!ga.matches("_ga_1") && !ga.matches("x_ga") && !ga.matches("_g"));
        assert!(!ga.matches("_GA"));
    }

    #[test]
    fn the_wildcard_stands_for_any_run_and_for_none() {
        assert!(pattern("_ga_*").matches("_ga_ABC"));
        assert!(pattern("_ga_*").matches("_ga_"));
        assert!(!pattern("_ga_*").matches("_ga"));
        assert!(pattern("*_session").matches("_session"));
        assert!(pattern("mp_*_mixpanel").matches("mp_1f_mixpanel"));
        assert!(pattern("*").matches("") && pattern("*").matches("é/"));
    }

    #[test]
    fn cookies_are_told_with_and_without_their_prefix() {
        for (written, name, fits) in [
            ("_an_*", "__Host-_an_1", true),
            ("_an_*", "__host-http-_an_1", true),
            ("__Secure-ads", "ads", true),
            ("__Secure-ads", "__Http-ads", true),
            ("__Secure-a*s", "__Host-as", true),
            ("__Secure-*", "__Secure-x", true),
            ("__Secure-*", "x", false),
            ("__Secure-*", "__Host-x", false),
            ("ads", "__Host-adsx", false),
            ("ads", "__Other-ads", false),
        ] {
            assert_eq!(pattern(written).matches_cookie(name), fits, "{written} {name}");
        }
    }

    #[test]
    fn prefix_and_suffix_do_not_share_characters() {
        assert!(!pattern("ab*ba").matches("aba"));
        assert!(pattern("ab*ba").matches("abba"));
        assert!(!pattern("mp_*_mixpanel").matches("mp_mixpanel"));
    }

    #[test]
    fn names_no_grammar_allows_are_compared_without_panic() {
        assert!(pattern("crisp-client*").matches("crisp-client/session/1"));
        assert!(!pattern("abc*").matches("é"));
        assert!(!pattern("a*b").matches("aé"));
        assert!(pattern("a*b").matches("aéb"));
    }

    #[test]
    fn keys_have_every_sign_and_no_blank() {
        assert!(
            NamePattern::parse_key("crisp-client/session:*").unwrap().matches("crisp-client/session:a b")
        );
        for (text, error) in [
            (
                "a b",
                "the key \"a b\" has the character ' ' at byte 1; write `*` for what is neither an ASCII letter, \
                     a digit nor an ASCII sign",
            ),
            ("", "the name is empty; write at least one character"),
        ] {
            assert_eq!(NamePattern::parse_key(text).unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn patterns_overlap_where_a_name_fits_both() {
        let names = texts("ab", 6);
        let patterns: Vec<_> =
            texts("ab*", 3).iter().filter_map(|text| NamePattern::parse(text).ok()).collect();
        for a in &patterns {
            for b in &patterns {
                let is_met = names.iter().any(|name| a.matches(name) && b.matches(name));
                assert_eq!(a.overlaps(b), is_met, "{a} {b}");
            }
        }
    }

    #[test]
    fn parts_are_what_was_written() {
        let p = pattern("mp_*_mixpanel");
        assert_eq!((p.prefix(), p.suffix()), ("mp_", "_mixpanel"));
        assert_eq!((p.literal_len(), p.is_exact()), (12, false));
        assert_eq!((p.as_str(), p.to_string()), ("mp_*_mixpanel", p.as_str().to_owned()));
        let p = pattern("_ga");
        assert_eq!((p.prefix(), p.suffix(), p.literal_len()), ("_ga", "", 3));
        assert_eq!(format!("{p:?}"), "NamePattern(\"_ga\")");
        assert_eq!(pattern("*").literal_len(), 0);
    }

    #[test]
    fn every_token_character_is_accepted_and_no_other() {
        for byte in 0..=127_u8 {
            let c = char::from(byte);
            let token = c.is_ascii_graphic() && !"\"(),/:;<=>?@[\\]{}".contains(c);
            assert_eq!(NamePattern::parse(&c.to_string()).is_ok(), token, "{c:?}");
        }
    }

    #[test]
    fn errors_are_sentences_that_name_what_is_wrong() {
        assert_eq!(pattern_err(""), "the name is empty; write at least one character");
        assert_eq!(pattern_err("a*b*"), "the name \"a*b*\" has more than one `*`; write one, anywhere");
        assert_eq!(
            pattern_err("né"),
            "the name \"né\" has the character 'é' at byte 1; a name is made of ASCII letters, \
             digits and !#$%&'+-.^_`|~, and `*` as a wildcard"
        );
        assert!(pattern_err("a b").contains("' ' at byte 1"));
        assert_eq!(pattern_err(&"a".repeat(257)), "the name is 257 bytes long; write at most 256");
        assert!(NamePattern::parse(&"a".repeat(256)).is_ok());
    }

    #[test]
    fn matching_agrees_with_trying_every_place() {
        let names = texts("ab", 5);
        for text in texts("ab*", 4) {
            let Ok(p) = NamePattern::parse(&text) else {
                continue;
            };
            for name in &names {
                assert_eq!(p.matches(name), fits_slowly(&text, name), "{text} {name}");
            }
        }
    }
}
