use std::{sync::Arc, time::SystemTime};

use http::request::Parts;
use tower_layer::Layer;

use super::{ConsentEndpoint, ConsentService, hooks::Hooks, lint};
use crate::{
    banner::{BannerContext, Content},
    endpoint::DecisionRecord,
    event::warn_once,
    gate::Gated,
    policy::{Delivery, Jurisdiction, Policy, PolicyError},
    site::Site,
};

/// Asks for consent before the app tracks.
///
/// Put it on the outermost router, last: inside compression, outside sessions, CSRF protection and
/// authentication, so that it sees every cookie that is set and every page before it is encoded.
///
/// # When the banner is inserted
///
/// Into a response for which all of these hold:
///
/// 1. its path is neither excluded nor without banner, and [`banner_when`](Self::banner_when) agrees;
///    the policy has a category to ask for, and does more than observe;
/// 2. the request is for a page: not for a fragment (htmx, Turbo frames, Unpoly, PJAX,
///    `XMLHttpRequest`), a frame, a subresource or a plain `fetch`;
/// 3. the response is one: `text/html` or `application/xhtml+xml` in an encoding compatible with
///    ASCII, not partial, compressed, attached, redirecting, empty or `no-transform`; the feature
///    `decompression` undoes gzip, deflate, Brotli and Zstandard. Its status does not matter: whoever enters the
///    site by an error page is asked there. A handler that renders the banner itself, or wants none, says so
///    with [`BannerRendered`](crate::BannerRendered);
/// 4. the visitor has something left to answer.
///
/// The gate for cookies and headers works on every response, whatever the answer to these. Each reason
/// to leave a page alone is told once, as a `tracing` event. Of layers inside one another the outermost
/// writes into pages.
///
/// # Caches
///
/// A page that visitors see in several variants is `private, no-cache` and varies on `Cookie`, in every
/// state, and so is every response in which something gated was met or whose handler asked for the
/// visitor's consent. On all of these an `ETag` of the app gets the name of the variant, which is a
/// function of policy, decision and language, and `Last-Modified`, which has none, goes; a visitor who
/// has the current variant is told so by the app's `304`. What a browser knows of another variant, and
/// by date, is removed from requests for pages. Where pages have to stay in shared caches, see
/// [`Delivery`](crate::Delivery).
///
/// # Its own pages
///
/// | request | answer |
/// |---|---|
/// | `GET {prefix}`, with `lang` and `return_to` if wanted | the settings page; with `Accept: application/json` the state |
/// | `GET {prefix}/state` | `{"decided":true,"revision":1,"signal":false,"categories":{"necessary":true,"analytics":false}}` |
/// | `GET {prefix}/client.js` | the script of decided pages |
/// | `GET {prefix}/ui`, with `lang` and `return_to` | for that script: the state, and what takes the banner's place after an answer; `POST` takes the same form as `{prefix}`, and leads there |
/// | `GET {prefix}/report`, on local hosts | what was met there since the start, and the policy lines to paste for what is not declared; with `Accept: application/json` as JSON |
/// | `GET /.well-known/gpc.json` | that the site honours Global Privacy Control, with [`gpc_support`](crate::PolicyBuilder::gpc_support) |
/// | `POST {prefix}`, a form | the decision: `303` to `return_to` with the consent cookie; with `Accept: application/json` `200` with the state |
///
/// The form says `choice`: `accept`, `reject`, `save` (with `category` once for each that is granted)
/// or `allow` (adds `category` to what is granted). `return_to` is a path of this site, else its
/// front page. `notice` names the notice that was shown: one of an older revision grants nothing. The
/// banner for some categories alone names them by `asked`. What decides nothing gets, in this order:
/// `403` from another site, `425` as early data, `415` for what is no form, `413` over 16 KiB, `400`
/// for what is malformed, and changes nothing. Other paths below the prefix are the app's.
///
/// Whose form it is `Sec-Fetch-Site` says (W3C Fetch Metadata), and without it `Origin`, which browsers send with
/// every form. A request with neither passes: a program has sent it, and there is no visitor whose browser could
/// have been made to.
///
/// # Script
///
/// Nothing needs it. Where scripts run, pages that ask carry one in them, and decided pages name the same
/// as a file; its text is constant, and a Content-Security-Policy of the app gets its hash. With it
///
/// - an answer needs no new page, but for a yes on which something on this page waits, and for a no that
///   ends what runs already. A page on which something was typed stays, and a yes takes effect on the next;
/// - other tabs, and pages that were made or left before the answer, hear of it. Where something was typed in
///   one of them, it stays with what runs there, also after a no: to vendors that take a word
///   (`fbq("consent", "revoke")`) the site's own scripts can give it, on `consentchange`;
/// - a browser that keeps no cookies is told that nothing optional is used, instead of being asked for ever;
/// - elements with `data-consent-open` open the settings page, and the page's own scripts find
///   `window.towerConsent` with `state`, `open()` and `change(…)`, and hear `consentchange` on `document`:
///   see `types/tower-consent.d.ts`.
///
/// It asks the site by `XMLHttpRequest`; where a policy forbids that (`connect-src`), the form goes its way
/// as without script. Where that shows (`'none'`) it does not even try, so that no violation is reported.
/// Under [`Delivery::Shared`](crate::Delivery::Shared) pages carry other scripts instead.
///
/// # Example
///
/// ```
/// use axum::{Router, response::Html, routing::get};
/// use tower_consent::{Category, Consent, ConsentLayer, Policy};
///
/// async fn home(consent: Consent) -> Html<&'static str> {
///     match consent.allows(Category::ANALYTICS) {
///         true => Html("<body><h1>Home</h1><script src=/stats.js></script>"),
///         false => Html("<body><h1>Home</h1>"),
///     }
/// }
///
/// let policy = Policy::builder("Example SAS", "privacy@example.com")
///     .category(Category::analytics().vendor("google-analytics"))
///     .build()?;
/// let app: Router = Router::new().route("/", get(home)).layer(ConsentLayer::new(policy));
/// # Ok::<_, tower_consent::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is applied"]
pub struct ConsentLayer {
    site: Arc<Site>,
    hooks: Arc<Hooks>,
}

impl ConsentLayer {
    /// A layer for a policy.
    pub fn new(policy: Policy) -> Self {
        Self { site: Arc::new(Site::new(policy, Content::default())), hooks: Arc::default() }
    }

    /// Requests that the layer leaves alone, beside the policy's `exclude`. Its own pages cannot be
    /// excluded.
    ///
    /// Default: none.
    pub fn exclude_when(mut self, exclude: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).exclude_when = Some(Arc::new(exclude));
        self
    }

    /// Requests whose pages may carry the banner, beside what the policy says. The gate does not
    /// ask. It is settled before the app answers, since the app is asked for a page that can be written into;
    /// for what the status decides, see [`BannerRendered`](crate::BannerRendered).
    ///
    /// Default: all.
    pub fn banner_when(mut self, allow: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).banner_when = Some(Arc::new(allow));
        self
    }

    /// Says whose rules apply to the visitor of a request. `None` leaves it to the policy's
    /// [`jurisdiction_header`](crate::PolicyBuilder::jurisdiction_header), and without one to the strictest.
    /// Pages are then made for one visitor each: [`Delivery::Shared`] and [`Delivery::Auto`] become
    /// [`Delivery::Private`], with a warning.
    ///
    /// Default: the policy alone decides.
    ///
    /// # Example
    ///
    /// ```
    /// # use tower_consent::{ConsentLayer, Jurisdiction, Policy};
    /// # let policy = Policy::builder("Example SAS", "privacy@example.com").build()?;
    /// // All of the site's visitors are in France.
    /// let layer = ConsentLayer::new(policy).jurisdiction(|_| Some(Jurisdiction::Fr));
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn jurisdiction(
        mut self,
        find: impl Fn(&Parts) -> Option<Jurisdiction> + Send + Sync + 'static,
    ) -> Self {
        Arc::make_mut(&mut self.hooks).jurisdiction = Some(Arc::new(find));
        if self.site.policy.declared().delivery != Delivery::Private {
            warn_once!(
                "delivery",
                "jurisdiction",
                "pages that all visitors share cannot follow each visitor's rules: delivery is private"
            );
            let policy = self.site.policy.delivered_privately();
            self.site = Arc::new(Site::new(policy, self.site.banners.content().clone()));
        }
        self
    }

    /// Renders the site's own banner. The function returns what stands in the banner's form, and everything else stays
    /// as it is: the region around it with its name, language and direction, where the form goes and what it says
    /// besides the answer, the script, caching, and the settings page. It is called for every language now, and later
    /// for each question that differs, never for a visitor, so that what it returns must depend on nothing else.
    ///
    /// It has both choices, as buttons alike that stand side by side, and a link to the settings page; checkboxes for
    /// categories, with a button `save`, if it likes. It says who asks, by the controller's name, and for what, by
    /// the titles of the categories; [`message`](crate::BannerContext::message) has them. Each label says something
    /// else. Elements get
    /// `data-consent-ui`, and what is not ASCII becomes references, so that it can stand in any page. The built-in style for the
    /// [`Layout`](crate::Layout) applies to it, and sets buttons in a `div` behind another side by side, any others one
    /// below the other; [`Layout::Unstyled`](crate::Layout::Unstyled) leaves the looks to the site.
    ///
    /// Should it fail later, for a question that it was not asked here, the default banner stands in, and an event
    /// tells why.
    ///
    /// Default: headline, sentences, both choices, and links to the settings page and the privacy policy.
    ///
    /// # Errors
    ///
    /// In which language it lacks something, has what a banner may not have (what is ticked beforehand, takes the
    /// focus, or loads from elsewhere), or does not end the elements that it begins. The keys are `banner` and the
    /// language.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_consent::{Category, ConsentLayer, Policy};
    ///
    /// let policy = Policy::builder("Example SAS", "privacy@example.com").category(Category::analytics()).build()?;
    /// let layer = ConsentLayer::new(policy).banner(|banner| {
    ///     let mut html = format!(
    ///         "<div><p>{} <a data-consent-open href=\"{}\">{}</a></p></div><div>",
    ///         banner.message(), banner.settings_href(), banner.settings_label(),
    ///     );
    ///     for choice in banner.choices() {
    ///         html += &format!("<button name=choice value={}>{}</button>", choice.value, choice.label);
    ///     }
    ///     html + "</div>"
    /// })?;
    /// # let _ = layer;
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn banner(
        mut self,
        render: impl Fn(&BannerContext<'_>) -> String + Send + Sync + 'static,
    ) -> Result<Self, PolicyError> {
        let content = Content::own(&self.site.policy, render)?;
        self.site = Arc::new(Site::new(self.site.policy.clone(), content));
        Ok(self)
    }

    /// Is told of every decision, before the visitor is; not of a form that decides nothing. It runs
    /// where the request does, so it must not block.
    ///
    /// Default: nobody is.
    pub fn on_decision(mut self, told: impl Fn(&DecisionRecord) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).on_decision = Some(Arc::new(told));
        self
    }

    /// Is told of everything that is withheld, that would be if the policy were enforced, or that the
    /// policy does not declare, as often as it is met: on the request, on the response's headers, and at the
    /// end of a page for what the page loads. It is told names, never values, and no name that only a
    /// visitor's browser has made up. It runs where the request does, so it must not block.
    ///
    /// Default: nobody is.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use tower_consent::{ConsentLayer, Policy};
    ///
    /// let policy = Policy::builder("Example SAS", "privacy@example.com").build()?;
    /// let (undeclared, _) = mpsc::channel();
    /// let layer = ConsentLayer::new(policy).on_gated(move |item| {
    ///     if item.is_undeclared() {
    ///         let _ = undeclared.send(item.name().to_owned());
    ///     }
    /// });
    /// # let _ = layer;
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn on_gated(mut self, told: impl Fn(&Gated) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).on_gated = Some(Arc::new(told));
        self
    }

    /// The time by which answers are dated and lapse.
    ///
    /// Default: [`SystemTime::now`].
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).clock = Some(Arc::new(now));
        self
    }

    /// The layer's own pages as a service, for routers that show a layer matched paths only
    /// (`route_layer`, `merge`): add it as a route for the policy's prefix and for what is below.
    ///
    /// # Example
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use tower_consent::{ConsentLayer, Policy};
    /// # let policy = Policy::builder("Example SAS", "privacy@example.com").build()?;
    /// let layer = ConsentLayer::new(policy);
    /// let app: Router = Router::new()
    ///     .route("/", get(|| async { "Home" }))
    ///     .route_service("/cookie-consent", layer.endpoint())
    ///     .route_service("/cookie-consent/{*rest}", layer.endpoint())
    ///     .route_layer(layer);
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn endpoint(&self) -> ConsentEndpoint {
        lint::tell(&self.site, &self.hooks);
        ConsentEndpoint::new(self.site.clone(), self.hooks.clone())
    }
}

impl<S> Layer<S> for ConsentLayer {
    type Service = ConsentService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        lint::tell(&self.site, &self.hooks);
        ConsentService::new(inner, self.site.clone(), self.hooks.clone())
    }
}
