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
mod tests;
