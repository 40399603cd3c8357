//! What is withheld until the visitor says yes, in both directions.

mod address;
mod collector;
mod csp_enforce;
mod csp_inline;
mod csp_lint;
mod csp_sources;
mod css;
mod expiry;
mod hints;
mod latin;
mod link;
mod markup;
mod measurement;
mod origin;
mod permissions;
mod query;
mod referrer;
mod refresh;
mod report;
mod request;
mod response;
mod server_timing;
mod set_cookie;
mod table;
mod tell;

pub use self::report::{GateReport, Gated, Plane};
#[cfg(fuzzing)]
pub(crate) use self::set_cookie::is_removal;
pub(crate) use self::{
    collector::{Collected, Collector, Entry},
    csp_inline::{
        Own, allow as allow_own, forbids_asking, forbids_forms, forbids_own_frames, forbids_own_scripts,
    },
    expiry::Place as RemovalPlace,
    markup::{CARRIED, Embed, Markup, with_forms},
    request::RequestFindings,
    response::Setting,
    set_cookie::name as set_cookie_name,
    table::Verdict,
};
use self::{
    csp_enforce::OwnPolicy,
    markup::Loaders,
    origin::OriginTable,
    permissions::Features,
    table::{NameTable, TableBuilder},
};
use crate::policy::{
    self, CategoryId, Enforcement, Mask, NECESSARY, NamePattern, Policy, TRACKING_HEADERS,
    TRACKING_REQUEST_HEADERS, vendors,
};

/// A policy's declarations and the catalogue, compiled for looking names up.
#[derive(Debug)]
pub(crate) struct Gate {
    policy: Policy,
    cookies: NameTable,
    request_headers: NameTable,
    response_headers: NameTable,
    click_ids: NameTable,
    origins: OriginTable,
    loaders: Loaders,
    own_policy: Option<OwnPolicy>,
    features: Option<Features>,
}

/// What the gate goes by on one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// The categories that are allowed.
    pub(crate) effective: Mask,
    /// Those of them that are allowed without a yes, to measure the audience.
    pub(crate) measured: Mask,
    /// Whether anything is withheld at all; under `observe` it is only reported.
    pub(crate) enforces: bool,
    /// Somebody wants to know of what passes undeclared, too.
    pub(crate) is_watched: bool,
}

/// Whether something passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    Passes,
    /// It passes because the policy only observes.
    Observed,
    Withheld,
}

impl Ruling {
    fn passes(self) -> bool {
        self != Self::Withheld
    }
}

impl Gate {
    pub(crate) fn new(policy: &Policy) -> Self {
        let mut cookies = TableBuilder::of_cookies();
        let mut request_headers = TableBuilder::default();
        let mut response_headers = TableBuilder::default();
        let mut click_ids = TableBuilder::default();
        let mut origins = OriginTable::default();
        let declared = &policy.declared().categories;
        for (bit, category) in declared.iter().enumerate() {
            let mask: Mask = 1 << bit;
            for cookie in &category.cookies {
                cookies.declare(cookie.pattern.clone(), mask);
            }
            let by_vendors = category.vendors.iter().flat_map(|vendor| &vendor.cookies);
            for cookie in by_vendors.filter(|cookie| cookie.host.is_none()) {
                let needed = if cookie.outlives_no() { NECESSARY } else { mask };
                cookies.declare(cookie.pattern.clone(), needed);
            }
            for origin in &category.origins {
                origins.declare(origin, mask);
            }
            for vendor in &category.vendors {
                for origin in vendor.parsed_origins() {
                    if policy.tells(vendor) {
                        origins.declare_told(&origin, mask);
                    } else {
                        origins.declare(&origin, mask);
                    }
                }
            }
            for pattern in &category.request_headers {
                request_headers.declare(pattern.clone(), mask);
            }
            for pattern in &category.response_headers {
                response_headers.declare(pattern.clone(), mask);
            }
        }
        for vendor in vendors() {
            let recognised =
                vendor.cookies.iter().filter(|cookie| cookie.distinctive && cookie.host.is_none());
            for cookie in recognised {
                cookies.recognise(cookie.pattern.clone(), Verdict::Recognised(vendor));
            }
            // Players, maps and the like are what a page is about, and nobody's secret.
            for origin in vendor.parsed_origins().filter(|_| vendor.is_tracker()) {
                origins.recognise(&origin, vendor);
            }
        }
        let tracking =
            [(TRACKING_HEADERS, &mut response_headers), (TRACKING_REQUEST_HEADERS, &mut request_headers)];
        for (headers, table) in tracking {
            for header in headers {
                let verdict = needs(policy, header.category);
                if let Ok(pattern) = NamePattern::parse(header.name) {
                    table.recognise(pattern, verdict);
                }
            }
        }
        for parameter in policy::click_ids() {
            if let Ok(pattern) = NamePattern::parse(parameter.name) {
                click_ids.recognise(pattern, needs(policy, parameter.category));
            }
        }
        Self {
            policy: policy.clone(),
            cookies: cookies.build(),
            request_headers: request_headers.build(),
            response_headers: response_headers.build(),
            click_ids: click_ids.build(),
            own_policy: OwnPolicy::new(policy.declared().csp, &origins, policy.optional() | NECESSARY),
            origins,
            loaders: Loaders::new(policy),
            features: Features::new(policy),
        }
    }

    /// What a verdict means for a visitor.
    fn rule(&self, verdict: Verdict, standing: Standing) -> Ruling {
        let is_allowed = match verdict {
            Verdict::Exempt => true,
            Verdict::Needs(mask) => mask & !standing.effective == 0,
            Verdict::NeedsAny(mask) => mask & standing.effective != 0,
            // Nobody was told of it, so nobody has agreed to it.
            Verdict::Recognised(_) | Verdict::Tracking => false,
            Verdict::Unknown => self.policy.declared().enforcement != Enforcement::Strict,
        };
        match standing.enforces {
            _ if is_allowed => Ruling::Passes,
            true => Ruling::Withheld,
            false => Ruling::Observed,
        }
    }

    /// Whether anything is withheld at all on this host.
    pub(crate) fn enforces(&self, is_local: impl Fn() -> bool) -> bool {
        let declared = self.policy.declared();
        declared.enforcement != Enforcement::Observe || !(declared.observe_in_production || is_local())
    }

    /// Whether a response header is withheld from those who allow so much.
    pub(crate) fn withholds_header(&self, name: &str, effective: Mask) -> bool {
        let standing = Standing { effective, measured: 0, enforces: true, is_watched: false };
        let verdict = self.response_headers.look_up(name);
        !matches!(verdict, Verdict::Unknown) && self.rule(verdict, standing) == Ruling::Withheld
    }

    /// Those of the cookies a browser sent that are to be removed now that a visitor has said no.
    pub(crate) fn to_remove<'a>(
        &self,
        sent: impl Iterator<Item = &'a str>,
        effective: Mask,
    ) -> std::collections::BTreeSet<&'a str> {
        let is_denied = |name: &&str| match self.cookie(name.as_bytes()) {
            Verdict::Needs(mask) => mask & !effective != 0,
            verdict => matches!(verdict, Verdict::Recognised(_)),
        };
        sent.filter(is_denied).collect()
    }

    /// The verdict on a cookie name as it stands on the wire.
    fn cookie(&self, name: &[u8]) -> Verdict {
        // What is not text fits the wildcard of a pattern, and no name.
        self.cookies.look_up(&String::from_utf8_lossy(name))
    }

    /// Whether something needs what its visitor has not allowed, so that it is withheld where the policy is
    /// enforced.
    pub(crate) fn is_denied(&self, item: &Gated, effective: Mask) -> bool {
        let is_allowed =
            |id: &CategoryId| self.policy.position(id.as_str()).is_some_and(|bit| effective >> bit & 1 == 1);
        match item.categories.as_slice() {
            [] => item.was_withheld || !item.is_unknown,
            categories if item.is_one_enough => !categories.iter().any(is_allowed),
            categories => !categories.iter().all(is_allowed),
        }
    }

    /// An entry of the report.
    fn gated(&self, plane: Plane, name: &str, verdict: Verdict, ruling: Ruling) -> Gated {
        let mask = match verdict {
            Verdict::Needs(mask) | Verdict::NeedsAny(mask) => mask,
            _ => 0,
        };
        Gated {
            plane,
            name: name.to_owned(),
            categories: self.policy.members(mask).map(|category| category.id.clone()).collect(),
            vendor: match verdict {
                Verdict::Recognised(vendor) => Some(vendor.id),
                _ => None,
            },
            was_withheld: ruling == Ruling::Withheld,
            is_unknown: matches!(verdict, Verdict::Unknown),
            is_one_enough: matches!(verdict, Verdict::NeedsAny(_)),
        }
    }
}

/// What serves a category that the policy may have or not. Measuring the audience without consent takes
/// none of what is undeclared.
fn needs(policy: &Policy, category: &str) -> Verdict {
    let mask = policy.position(category).map_or(0, |bit| 1 << bit) & !policy.measurement();
    if mask == 0 { Verdict::Tracking } else { Verdict::Needs(mask) }
}
