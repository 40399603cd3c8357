//! Who is told of what is met on a request, its response and in the page.

use std::sync::Arc;

use super::hooks::Hooks;
use crate::{
    gate::{Gated, Plane},
    policy::Mask,
    site::Site,
};

/// Those who are told, of one request.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    site: Arc<Site>,
    hooks: Arc<Hooks>,
    /// The request came to a local host, where whoever develops the site reads the report.
    collects: bool,
}

impl Watch {
    pub(super) fn new(site: &Arc<Site>, hooks: &Arc<Hooks>, is_local: bool) -> Self {
        Self { site: site.clone(), hooks: hooks.clone(), collects: is_local }
    }

    pub(super) fn is_active(&self) -> bool {
        self.collects || self.hooks.on_gated.is_some()
    }

    /// `effective` is what was allowed where the items were met.
    pub(super) fn tell(&self, items: &[Gated], effective: Mask) {
        if !self.is_active() {
            return;
        }
        for item in items {
            if item.is_made_up() {
                // On a local host whoever reads the report is the visitor, and scripts set cookies, too.
                if self.collects && item.plane() == Plane::RequestCookie {
                    self.site.collector.note(item, false);
                }
                continue;
            }
            let is_denied = self.site.gate.is_denied(item, effective);
            if self.collects {
                self.site.collector.note(item, is_denied);
            }
            if is_denied || item.is_undeclared() {
                self.hooks.gated(item);
            }
        }
    }
}
