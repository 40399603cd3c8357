//! What elements are called (Namespaces in XML 1.0).

use memchr::{memchr, memmem};

use super::{DEPTH, text::is_space};
use crate::html::{
    attributes::Attributes,
    names::{Key, Name},
};

const XHTML: &[u8] = b"http://www.w3.org/1999/xhtml";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Namespace {
    /// None that is declared, or none that can be told: what it holds may load as if it were XHTML.
    #[default]
    Unknown,
    Xhtml,
    /// One like SVG or MathML.
    Foreign,
}

impl Namespace {
    fn new(value: &[u8]) -> Self {
        match value {
            XHTML => Self::Xhtml,
            _ if memmem::find(value, b"xhtml").is_some() => Self::Unknown,
            _ => Self::Foreign,
        }
    }
}

/// What prefixes of elements mean.
#[derive(Debug, Default)]
pub(super) struct Prefixes(Vec<(Vec<u8>, Namespace)>);

/// What a tag says of its element.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub(super) name: Name,
    /// The name as it is written, without its prefix.
    pub(super) local: &'a [u8],
    pub(super) namespace: Namespace,
    /// That of elements in it that have no prefix.
    pub(super) default: Namespace,
}

impl Element<'_> {
    /// Whether it is this one of XHTML, and elements without a prefix in it are of XHTML too. What names no
    /// namespace at all is taken for what its media type says.
    pub(super) fn is_xhtml(&self, local: &[u8]) -> bool {
        let is_same = self.namespace == self.default && self.namespace != Namespace::Foreign;
        self.local == local && is_same
    }
}

impl Prefixes {
    /// Which element a tag begins where elements without a prefix are of this namespace.
    pub(super) fn resolve<'a>(&mut self, tag: &'a [u8], around: Namespace) -> Element<'a> {
        let name = tag[1..].iter().take_while(|byte| !is_space(byte) && !matches!(byte, b'/' | b'>'));
        let name = &tag[1..1 + name.count()];
        let (prefix, local) = match memchr(b':', name) {
            Some(at) => (&name[..at], &name[at + 1..]),
            None => (&name[..0], name),
        };
        let mut default = around;
        for attribute in Attributes::new(tag) {
            let Some(declared) = tag[attribute.name.clone()].strip_prefix(b"xmlns") else { continue };
            let namespace = Namespace::new(&tag[attribute.value]);
            match declared.strip_prefix(b":") {
                None if declared.is_empty() => default = namespace,
                Some(declared) => {
                    self.0.retain(|(known, _)| known != declared);
                    if self.0.len() < DEPTH {
                        self.0.push((declared.to_vec(), namespace));
                    }
                }
                None => {}
            }
        }
        let known = self.0.iter().find(|(known, _)| known == prefix);
        let namespace = match prefix {
            b"" => default,
            _ => known.map_or(Namespace::Unknown, |(_, namespace)| *namespace),
        };
        let mut key = Key::default();
        key.read(local, |_| false);
        Element { name: key.name(), local, namespace, default }
    }
}
