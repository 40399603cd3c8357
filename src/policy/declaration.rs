use std::fmt;

use url::Url;

use super::{Lifetime, NamePattern, Text};

/// A cookie that belongs to a category.
///
/// The name may hold one `*`, which stands for any characters. Purpose and
/// duration are what visitors must be told (CJEU C-673/17, Planet49).
///
/// Its `Domain` is not declared: a cookie that comes with a request has the request's host for one, or a parent
/// (draft-ietf-httpbis-rfc6265bis, section 5.1.3), and is removed from each of them. Where a proxy rewrites `Host`,
/// [`public_origin`](crate::PolicyBuilder::public_origin) says which host that is.
///
/// # Example
///
/// ```
/// use tower_consent::CookieDeclaration;
///
/// let cookie = CookieDeclaration::new("_an_*")
///     .purpose("Counts visits")
///     .duration("13 months");
/// # let _ = cookie;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a declaration does nothing until it is given to a category"]
pub struct CookieDeclaration {
    pub(crate) name: String,
    pub(crate) purpose: Option<Text>,
    pub(crate) duration: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) is_partitioned: bool,
}

impl CookieDeclaration {
    /// A cookie by its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            purpose: None,
            duration: None,
            provider: None,
            path: None,
            is_partitioned: false,
        }
    }

    /// What it is for, in one sentence.
    ///
    /// Default: visitors read that it is not stated.
    pub fn purpose(mut self, purpose: impl Into<Text>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// How long it lasts: `session`, or a number and a unit such as `13 months`.
    ///
    /// Default: visitors read that it is not stated.
    pub fn duration(mut self, duration: impl Into<String>) -> Self {
        self.duration = Some(duration.into());
        self
    }

    /// Who sets it.
    ///
    /// Default: the controller.
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    /// The `Path` it is set with, which its removal has to name.
    ///
    /// Default: `/`. Paths above the page on which a visitor still sends it are tried too.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Whether it is set `Partitioned`, which its removal has to say.
    ///
    /// Default: `false`.
    pub fn partitioned(mut self, is_partitioned: bool) -> Self {
        self.is_partitioned = is_partitioned;
        self
    }
}

impl From<&str> for CookieDeclaration {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// What scripts keep in the browser's `localStorage` or `sessionStorage` under a key that belongs to a category.
///
/// The key may hold one `*`, which stands for any characters. Visitors must be told of it, and asked, as of
/// cookies (Directive 2002/58/EC, Article 5(3)). Where they say no, pages remove it.
///
/// # Example
///
/// ```
/// use tower_consent::{Category, StorageDeclaration};
///
/// let queue = StorageDeclaration::new("stats:queue:*").purpose("Keeps visits until they are counted");
/// let analytics = Category::analytics().storage(queue);
/// # let _ = analytics;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a declaration does nothing until it is given to a category"]
pub struct StorageDeclaration {
    pub(crate) key: String,
    pub(crate) purpose: Option<Text>,
    pub(crate) duration: Option<String>,
    pub(crate) provider: Option<String>,
}

impl StorageDeclaration {
    /// What is kept under this key.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), purpose: None, duration: None, provider: None }
    }

    /// What it is for, in one sentence.
    ///
    /// Default: visitors read that it is not stated.
    pub fn purpose(mut self, purpose: impl Into<Text>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// How long it is kept: `session` for `sessionStorage`, or a number and a unit such as `30 days` where a script
    /// removes it.
    ///
    /// Default: visitors read that it stays until it is deleted.
    pub fn duration(mut self, duration: impl Into<String>) -> Self {
        self.duration = Some(duration.into());
        self
    }

    /// Who keeps it there.
    ///
    /// Default: the controller.
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self
    }
}

impl From<&str> for StorageDeclaration {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

/// A [`StorageDeclaration`] that has been checked.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredStorage {
    pub(crate) pattern: NamePattern,
    pub(crate) purpose: Option<Text>,
    /// None until it is deleted.
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) provider: Option<String>,
}

/// A [`CookieDeclaration`] that has been checked.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredCookie {
    pub(crate) pattern: NamePattern,
    pub(crate) purpose: Option<Text>,
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) provider: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) is_partitioned: bool,
}

/// An origin that pages load from, with an optional host wildcard and path prefix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub(crate) scheme: String,
    /// Without the leading `*.`.
    pub(crate) host: String,
    pub(crate) any_subdomain: bool,
    pub(crate) port: Option<u16>,
    /// Empty for all paths.
    pub(crate) path: String,
}

impl Origin {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "an origin is written as https://host or https://*.host, \
                            with a path prefix if need be";
        let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
        let any_subdomain = rest.starts_with("*.");
        let plain = format!("{scheme}://{}", rest.strip_prefix("*.").unwrap_or(rest));
        let url = Url::parse(&plain).map_err(|_| FORM)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FORM)?;
        if !matches!(url.scheme(), "https" | "http" | "wss" | "ws") {
            return Err("only https, http, wss and ws origins can be declared");
        }
        if host.contains('*') || !url.username().is_empty() || url.password().is_some() {
            return Err(FORM);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("an origin has no query and no fragment");
        }
        Ok(Self {
            scheme: url.scheme().to_owned(),
            host: host.to_owned(),
            any_subdomain,
            port: url.port(),
            path: match url.path() {
                "/" => String::new(),
                path => path.to_owned(),
            },
        })
    }
}

impl Origin {
    /// Whether a host is this origin's, or below it where any is.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        let below = || host.strip_suffix(self.host.as_str()).is_some_and(|rest| rest.ends_with('.'));
        host == self.host || self.any_subdomain && below()
    }

    /// Of two origins that an address comes from, the greater one says more exactly what is meant.
    pub(crate) fn exactness(&self) -> (bool, usize, usize) {
        (!self.any_subdomain, self.host.len(), self.path.len())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wildcard = if self.any_subdomain { "*." } else { "" };
        write!(f, "{}://{wildcard}{}", self.scheme, self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_prints_as_it_was_written() {
        for text in [
            "https://stats.example.net",
            "https://*.example.net",
            "http://localhost:8080",
            "wss://live.example.net/socket",
        ] {
            assert_eq!(Origin::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        for text in [
            "",
            "stats.example.net",
            "https://",
            "https://*",
            "https://a.*.net",
            "https://user@host.net",
            "https://host.net/?q",
            "ftp://host.net",
            "javascript:alert(1)",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }
}
