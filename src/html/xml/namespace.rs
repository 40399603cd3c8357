//! What elements are called (Namespaces in XML 1.0).

use memchr::{memchr, memmem};

use super::text::is_space;
use crate::html::{
    attributes::Attributes,
    names::{Key, Name},
};

/// So many prefixes are told apart.
const LIMIT: usize = 1024;

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
            _ if memmem::find(value, b"xhtml").is_some() || value.contains(&b'&') => Self::Unknown,
            _ => Self::Foreign,
        }
    }
}

/// What prefixes of elements mean, from the outermost declaration in.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    declared: Vec<Declared>,
    /// There were more than are told apart, and none can be told any more.
    is_full: bool,
}

#[derive(Debug)]
struct Declared {
    prefix: Vec<u8>,
    namespace: Namespace,
    /// How many elements are open in the one that declares it, with that.
    depth: usize,
}

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
    /// Forgets what was declared deeper than in so many open elements.
    pub(super) fn forget(&mut self, depth: usize) {
        while self.declared.pop_if(|declared| declared.depth > depth).is_some() {}
    }

    /// Which element a tag begins where elements without a prefix are of this namespace, with the `depth` that
    /// it then has.
    pub(super) fn resolve<'a>(&mut self, tag: &'a [u8], around: Namespace, depth: usize) -> Element<'a> {
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
                Some(prefix) if self.declared.len() < LIMIT => {
                    self.declared.push(Declared { prefix: prefix.to_vec(), namespace, depth });
                }
                Some(_) => self.is_full = true,
                None => {}
            }
        }
        let known = self.declared.iter().rev().find(|declared| declared.prefix == prefix);
        let namespace = match prefix {
            b"" => default,
            _ => known.filter(|_| !self.is_full).map_or(Namespace::Unknown, |declared| declared.namespace),
        };
        let mut key = Key::default();
        key.read(local, |_| false);
        Element { name: key.name(), local, namespace, default }
    }
}
