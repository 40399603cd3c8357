mod answer;
mod shown;

use super::{
    Category, Colors, ConsentMode, Csp, Delivery, DoNotTrack, Enforcement, Finding, Jurisdiction, Key,
    Layout, Model, Notice, Placement, Policy, PolicyError, Secure, SettingsControl, Theme, validate,
};

/// Collects what a [`Policy`] declares; [`build`](Self::build) checks it.
///
/// Every setter says what holds without it.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct PolicyBuilder {
    pub(super) controller: String,
    pub(super) contact: String,
    pub(super) revision: u32,
    pub(super) model: Model,
    pub(super) jurisdiction_header: Option<String>,
    pub(super) jurisdiction_region_header: Option<String>,
    pub(super) places: Vec<(String, Jurisdiction)>,
    pub(super) enforcement: Enforcement,
    pub(super) observe_in_production: bool,
    pub(super) prefix: String,
    pub(super) mount: String,
    pub(super) privacy_policy: Option<String>,
    pub(super) public_origin: Option<String>,
    pub(super) placement: Placement,
    pub(super) layout: Layout,
    pub(super) theme: Theme,
    pub(super) light_colors: Colors,
    pub(super) dark_colors: Colors,
    pub(super) delivery: Delivery,
    pub(super) consent_mode: ConsentMode,
    pub(super) csp: Csp,
    pub(super) permissions_policy: bool,
    pub(super) advertising_features: Option<Vec<String>>,
    pub(super) notice: Notice,
    pub(super) settings_control: SettingsControl,
    pub(super) language: Option<String>,
    pub(super) texts: Vec<OwnText>,
    pub(super) consent_lifetime: Option<String>,
    pub(super) refusal_lifetime: Option<String>,
    pub(super) gpc_support: Option<String>,
    pub(super) dnt: DoNotTrack,
    pub(super) cookie_name: String,
    pub(super) cookie_secure: Secure,
    pub(super) cookie_domain: Option<String>,
    pub(super) cookie_key: Option<Key>,
    pub(super) exclude: Vec<String>,
    pub(super) no_banner: Vec<String>,
    pub(super) scrub_click_ids: bool,
    pub(super) categories: Vec<Category>,
    /// What was found wrong while the values were still in another form.
    pub(super) findings: Vec<Finding>,
}

/// A text of the site's own.
#[derive(Clone, Debug)]
pub(super) struct OwnText {
    /// BCP 47.
    pub(super) language: String,
    pub(super) key: String,
    pub(super) text: String,
}

impl PolicyBuilder {
    pub(super) fn new(controller: String, contact: String) -> Self {
        Self {
            controller,
            contact,
            revision: 1,
            model: Model::default(),
            jurisdiction_header: None,
            jurisdiction_region_header: None,
            places: Vec::new(),
            enforcement: Enforcement::default(),
            observe_in_production: false,
            prefix: "/cookie-consent".to_owned(),
            mount: String::new(),
            privacy_policy: None,
            public_origin: None,
            placement: Placement::default(),
            layout: Layout::default(),
            theme: Theme::default(),
            light_colors: Colors::new(),
            dark_colors: Colors::new(),
            delivery: Delivery::default(),
            consent_mode: ConsentMode::default(),
            csp: Csp::default(),
            permissions_policy: true,
            advertising_features: None,
            notice: Notice::default(),
            settings_control: SettingsControl::default(),
            language: None,
            texts: Vec::new(),
            consent_lifetime: None,
            refusal_lifetime: None,
            gpc_support: None,
            dnt: DoNotTrack::default(),
            cookie_name: "consent".to_owned(),
            cookie_secure: Secure::default(),
            cookie_domain: None,
            cookie_key: None,
            exclude: Vec::new(),
            no_banner: Vec::new(),
            scrub_click_ids: false,
            categories: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Adds a category. The order is the order in which visitors see them.
    ///
    /// Default: `necessary` alone, which is always there, and nobody is asked anything.
    pub fn category(mut self, category: Category) -> Self {
        self.categories.push(category);
        self
    }

    /// The number to raise when the notice changes in substance: everyone is then asked anew.
    ///
    /// Default: 1.
    pub fn revision(mut self, revision: u32) -> Self {
        self.revision = revision;
        self
    }

    /// What holds until a visitor has decided.
    ///
    /// Default: [`Model::OptIn`].
    pub fn model(mut self, model: Model) -> Self {
        self.model = model;
        self
    }

    /// The request header that names the visitor's country (ISO 3166-1), such as `cf-ipcountry`, maybe with
    /// a region (`US-CA`). It decides whose rules apply; where it is absent, unknown or given twice, the
    /// strictest do. Whatever stands in front of the app must set it and let none of the visitor's own
    /// through.
    ///
    /// Default: none, and [`model`](Self::model) stands for everybody. What else can tell, see
    /// [`ConsentLayer::jurisdiction`](crate::ConsentLayer::jurisdiction).
    pub fn jurisdiction_header(mut self, name: impl Into<String>) -> Self {
        self.jurisdiction_header = Some(name.into());
        self
    }

    /// The request header that names the region (ISO 3166-2, with or without the country), where the other
    /// does not.
    ///
    /// Default: none.
    pub fn jurisdiction_region_header(mut self, name: impl Into<String>) -> Self {
        self.jurisdiction_region_header = Some(name.into());
        self
    }

    /// The rules for a country (`US`), a region (`US-CA`) or every country that nothing else names (`*`).
    ///
    /// Default: those of the country for France, Italy, Spain, Germany, Ireland, the United Kingdom,
    /// Switzerland and the US, else the strictest.
    pub fn place(mut self, code: impl Into<String>, jurisdiction: Jurisdiction) -> Self {
        self.places.push((code.into(), jurisdiction));
        self
    }

    /// How much is withheld.
    ///
    /// Default: [`Enforcement::Declared`].
    pub fn enforcement(mut self, enforcement: Enforcement) -> Self {
        self.enforcement = enforcement;
        self
    }

    /// Lets [`Enforcement::Observe`] work on public hosts too: nothing is withheld from visitors
    /// who have not consented.
    ///
    /// Default: `false`.
    pub fn observe_in_production(mut self, observe: bool) -> Self {
        self.observe_in_production = observe;
        self
    }

    /// The path under which the layer's own pages live.
    ///
    /// Default: `/cookie-consent`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// What stands in front of every path the layer writes, where the app is nested: with
    /// `nest("/app", router)` and the layer on `router`, this is `/app`.
    ///
    /// Default: nothing.
    pub fn mount(mut self, mount: impl Into<String>) -> Self {
        self.mount = mount.into();
        self
    }

    /// Where the privacy policy is: a path or an http(s) URL.
    ///
    /// Default: none, and the banner has no such link.
    pub fn privacy_policy(mut self, url: impl Into<String>) -> Self {
        self.privacy_policy = Some(url.into());
        self
    }

    /// The origin that visitors see, such as `https://www.example.com`, for apps behind a proxy
    /// that rewrites `Host`.
    ///
    /// Default: what `Host` and `Origin` say.
    pub fn public_origin(mut self, origin: impl Into<String>) -> Self {
        self.public_origin = Some(origin.into());
        self
    }

    /// For whom the bytes of a page are made: for one visitor, or for all who share a cache.
    ///
    /// Default: [`Delivery::Private`].
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// Whether vendors are told by their own interfaces what the visitor has agreed to.
    ///
    /// Default: [`ConsentMode::Basic`].
    pub fn consent_mode(mut self, mode: ConsentMode) -> Self {
        self.consent_mode = mode;
        self
    }

    /// Whether the layer adds a Content-Security-Policy that lets pages load what is declared and allowed
    /// alone. Read what [`Csp`] says before turning it on.
    ///
    /// Default: [`Csp::App`], which only takes what is denied out of the app's own.
    pub fn csp(mut self, csp: Csp) -> Self {
        self.csp = csp;
        self
    }

    /// Whether pages turn off, by `Permissions-Policy`, what browsers have built in for advertising, until
    /// `marketing` is allowed. What the app says of other features stays.
    ///
    /// Default: `true`.
    pub fn permissions_policy(mut self, restricts: bool) -> Self {
        self.permissions_policy = restricts;
        self
    }

    /// The features that pages turn off by `Permissions-Policy` until `marketing` is allowed, in place of the
    /// built-in ones; names as in `browsing-topics`.
    ///
    /// Default: those of Topics, FLoC and Private State Tokens, which current browsers know; and those of Attribution
    /// Reporting, Protected Audience, Shared Storage and Private Aggregation, which earlier ones knew, on pages
    /// whose own `Permissions-Policy` or `Feature-Policy` names them.
    pub fn advertising_features<F: Into<String>>(mut self, features: impl IntoIterator<Item = F>) -> Self {
        let features = features.into_iter().map(Into::into);
        self.advertising_features.get_or_insert_default().extend(features);
        self
    }

    /// Says at `/.well-known/gpc.json` that the site honours Global Privacy Control, and since when, as
    /// `2026-01-01` (W3C Global Privacy Control, section 4.1). It is served at the root of the host: with a
    /// [`mount`](Self::mount), route that path to [`ConsentLayer::endpoint`](crate::ConsentLayer::endpoint).
    ///
    /// Default: the path is the app's.
    pub fn gpc_support(mut self, date: impl Into<String>) -> Self {
        self.gpc_support = Some(date.into());
        self
    }

    /// What `DNT: 1` means, which some browsers still send.
    ///
    /// Default: [`DoNotTrack::Refusal`].
    pub fn dnt(mut self, dnt: DoNotTrack) -> Self {
        self.dnt = dnt;
        self
    }

    /// Paths that the layer leaves alone: exact, or a prefix when they end in `*`. Nothing is
    /// withheld there and nothing inserted.
    ///
    /// Default: none.
    pub fn exclude<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.exclude.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Paths whose pages carry no banner, but are gated all the same.
    ///
    /// Default: none.
    pub fn no_banner<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.no_banner.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Hides click identifiers such as `gclid` and `fbclid` from handlers until their category is
    /// allowed: advertising, and for `_gl` analytics. They are taken out of the request's query,
    /// and a decision leads back to the page without them; the address in the visitor's browser
    /// stays. `utm_*` name campaigns and stay too.
    ///
    /// What reads the query before the layer keeps it: axum's `OriginalUri`, for one, where the layer is
    /// put on a router.
    ///
    /// Default: `false`.
    pub fn scrub_click_ids(mut self, scrub: bool) -> Self {
        self.scrub_click_ids = scrub;
        self
    }

    /// Checks everything and builds the policy.
    ///
    /// # Errors
    ///
    /// Every finding at once; see [`PolicyError`].
    pub fn build(self) -> Result<Policy, PolicyError> {
        validate::policy(self).map(Policy::new)
    }
}
