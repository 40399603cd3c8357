//! A kind of reference: how a page makes a browser turn to a third party, and how that is seen.

use std::collections::BTreeSet;

use crate::front::Contact;

/// Where a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plane {
    Markup,
    Header,
    /// A script of the site's own makes it.
    Script,
    /// A vendor's stock snippet makes it.
    Snippet,
}

impl Plane {
    pub(crate) const ALL: [Self; 4] = [Self::Markup, Self::Header, Self::Script, Self::Snippet];
}

/// How one finds out that a browser followed a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The third party is asked.
    Request,
    /// The third party is connected to, and maybe not asked.
    Connection,
    /// No server sees it, or headless Chromium does not follow it: the reference stands in the page, live.
    Attribute,
    /// The third party is asked, where scripts are off.
    RequestWithoutScript,
}

#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) plane: Plane,
    pub(crate) sign: Sign,
    pub(crate) host: String,
    pub(crate) path: String,
}

impl Kind {
    /// One whose host is named after it, so that a connection alone gives it away.
    pub(crate) fn new(name: &'static str, plane: Plane, sign: Sign) -> Self {
        Self { name, plane, sign, host: format!("{name}.tracker.example"), path: format!("/{name}") }
    }

    /// Whether the third party learns of the visitor.
    pub(crate) fn is_in(&self, seen: &Observed) -> bool {
        let is_connected = seen.contacts.contains(&Contact { host: self.host.clone(), path: None });
        let is_asked = || seen.contacts.iter().any(|contact| self.is_asked_by(contact));
        let is_live = || self.sign == Sign::Attribute && seen.live.contains(&self.host);
        match self.plane {
            // Several snippets may load from one host.
            Plane::Snippet => is_asked(),
            _ => is_connected || is_asked() || is_live(),
        }
    }

    /// Whether the third party is connected to, and never asked.
    pub(crate) fn is_connected_only(&self, seen: &Observed) -> bool {
        self.sign != Sign::Attribute
            && self.is_in(seen)
            && !seen.contacts.iter().any(|contact| self.is_asked_by(contact))
    }

    fn is_asked_by(&self, contact: &Contact) -> bool {
        contact.host == self.host && contact.path.as_ref().is_some_and(|path| path.starts_with(&self.path))
    }

    /// Whether everything has come that comes of this kind.
    pub(crate) fn has_arrived(&self, seen: &Observed) -> bool {
        let asked = Contact { host: self.host.clone(), path: Some(self.path.clone()) };
        match self.sign {
            Sign::Request | Sign::RequestWithoutScript => seen.contacts.contains(&asked),
            Sign::Connection | Sign::Attribute => self.is_in(seen),
        }
    }
}

/// What one look at a page has shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observed {
    pub(crate) contacts: BTreeSet<Contact>,
    /// The third parties' hosts that attributes name which are not inert.
    pub(crate) live: BTreeSet<String>,
}
