use std::sync::{Arc, OnceLock};

use crate::policy::{CategoryId, Policy};

/// What needs consent on one request and its response: names, never values. What a page loads, and what
/// passes undeclared, is told to [`ConsentLayer::on_gated`](crate::ConsentLayer::on_gated).
///
/// Handlers find it in the request's extensions. It fills when the headers of the response are
/// gated, after the handler has returned: a body that is streamed later can show it.
///
/// # Example
///
/// ```
/// use tower_consent::GateReport;
///
/// fn summary(report: &GateReport) -> String {
///     let withheld = report.items().iter().filter(|item| item.was_withheld());
///     let names: Vec<_> = withheld.map(|item| item.name()).collect();
///     format!("withheld: {}", names.join(", "))
/// }
/// # assert_eq!(summary(&GateReport::default()), "withheld: ");
/// ```
#[derive(Clone, Debug, Default)]
pub struct GateReport(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    items: OnceLock<Vec<Gated>>,
    /// The policy of the layer that fills it; none where the layer leaves the path alone.
    policy: Option<Policy>,
}

impl GateReport {
    /// What was met, first on the request, then on the response. Empty until the headers of the
    /// response are gated.
    pub fn items(&self) -> &[Gated] {
        self.0.items.get().map_or(&[], Vec::as_slice)
    }

    /// Whether the report will change no more: the headers of the response have been gated, or the
    /// path is excluded, and the report stays empty.
    pub fn is_complete(&self) -> bool {
        self.0.items.get().is_some()
    }

    /// A report that a layer with this policy fills.
    pub(crate) fn of(policy: &Policy) -> Self {
        Self(Arc::new(Inner { policy: Some(policy.clone()), ..Inner::default() }))
    }

    /// That of a path which the layer leaves alone.
    pub(crate) fn excluded() -> Self {
        let report = Self::default();
        report.complete(Vec::new());
        report
    }

    /// The policy of the layer that has taken the request on.
    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.0.policy.as_ref()
    }

    pub(crate) fn complete(&self, items: Vec<Gated>) {
        // Set once. Where layers are nested, handlers see the innermost one's.
        let _ = self.0.items.set(items);
    }
}

/// One thing that needs consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gated {
    pub(super) plane: Plane,
    pub(super) name: String,
    pub(super) categories: Vec<CategoryId>,
    pub(super) vendor: Option<&'static str>,
    pub(super) was_withheld: bool,
    /// Neither the policy nor the catalogue knows it.
    pub(super) is_unknown: bool,
    /// One of the categories is enough.
    pub(super) is_one_enough: bool,
}

/// Where a gated thing was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Plane {
    /// A cookie that the browser sent.
    RequestCookie,
    /// A header that the browser sent.
    RequestHeader,
    /// A click identifier in the query.
    Query,
    /// A `Set-Cookie` of the app.
    ResponseCookie,
    /// A header of the app.
    ResponseHeader,
    /// An origin of others that a header of the app, or a page, has the browser use or allows it to.
    Origin,
    /// What elements of a page are marked with: the ids in `data-consent`.
    Mark,
}

impl Gated {
    /// Where it was met.
    pub fn plane(&self) -> Plane {
        self.plane
    }

    /// The name of the cookie, the header, the parameter or the origin, or the ids of the mark.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The categories that must all be allowed. Empty for what the policy does not declare.
    pub fn categories(&self) -> &[CategoryId] {
        &self.categories
    }

    /// Whether the policy does not declare it. Such a thing is withheld from everyone if the catalogue
    /// recognises it as a tracker, or under strict enforcement; else it passes.
    pub fn is_undeclared(&self) -> bool {
        self.categories.is_empty()
    }

    /// The vendor that the catalogue recognises in an undeclared cookie or origin.
    pub fn vendor(&self) -> Option<&str> {
        self.vendor
    }

    /// Whether it was withheld; else it passed.
    pub fn was_withheld(&self) -> bool {
        self.was_withheld
    }

    /// Whether it needs consent, or is withheld for another reason. What nobody knows passes for everyone
    /// alike.
    pub(crate) fn is_gated(&self) -> bool {
        self.was_withheld || !self.is_unknown
    }

    /// Whether only a browser has brought the name, which may be anything.
    pub(crate) fn is_made_up(&self) -> bool {
        self.is_unknown && matches!(self.plane, Plane::RequestCookie | Plane::RequestHeader | Plane::Query)
    }
}
