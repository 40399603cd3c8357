//! The banners, each put into the page as its own documentation says.

/// One of them. All ask for the same two purposes, with a yes and a no side by side.
pub(crate) struct Banner {
    pub(crate) name: &'static str,
    /// What npm calls it. None for the layer, which puts itself into the page.
    pub(crate) package: Option<&'static str>,
    /// What stands at the end of `head`.
    pub(crate) head: &'static str,
    /// What stands at the end of `body`.
    pub(crate) body: &'static str,
    /// The one element that says yes.
    pub(crate) accept: &'static str,
    pub(crate) reject: &'static str,
    /// What its own interface says once everything is allowed.
    pub(crate) is_allowed: &'static str,
}

pub(crate) static BANNERS: [Banner; 5] = [
    Banner {
        name: "tower-consent",
        package: None,
        head: "",
        body: "",
        accept: "#cookie-consent button[value=accept]",
        reject: "#cookie-consent button[value=reject]",
        is_allowed: "towerConsent.state.decided && towerConsent.state.categories.analytics && \
            towerConsent.state.categories.marketing",
    },
    // https://cookieconsent.orestbida.com/essential/getting-started.html, "HTML"
    Banner {
        name: "vanilla-cookieconsent",
        package: Some("vanilla-cookieconsent"),
        head: "<link rel=\"stylesheet\" href=\"/npm/vanilla-cookieconsent/dist/cookieconsent.css\">\n",
        body: "<script type=\"module\" src=\"/others/vanilla-cookieconsent.js\"></script>\n",
        accept: "#cc-main .cm [data-role=all]",
        reject: "#cc-main .cm [data-role=necessary]",
        is_allowed: "CookieConsent.acceptedCategory('analytics') && CookieConsent.acceptedCategory('marketing')",
    },
    // "Getting started" in its README
    Banner {
        name: "Klaro",
        package: Some("klaro"),
        head: "<script defer src=\"/others/klaro.js\"></script>\n\
            <script defer src=\"/npm/klaro/dist/klaro.js\"></script>\n",
        body: "",
        accept: ".klaro .cookie-notice .cm-btn-success",
        reject: ".klaro .cookie-notice .cn-decline",
        is_allowed: "klaro.getManager().confirmed && klaro.getManager().getConsent('counter') && \
            klaro.getManager().getConsent('adverts')",
    },
    // "How to use" and "Create custom service" in its README
    Banner {
        name: "tarteaucitron",
        package: Some("tarteaucitronjs"),
        head: include_str!("others/tarteaucitron.html"),
        body: "",
        accept: "#tarteaucitronPersonalize2",
        reject: "#tarteaucitronAllDenied2",
        is_allowed: "tarteaucitron.state.counter && tarteaucitron.state.adverts",
    },
    // Its examples/example-5-opt-in.html. It has one answer for all purposes.
    Banner {
        name: "Osano",
        package: Some("cookieconsent"),
        head: "<link rel=\"stylesheet\" href=\"/npm/cookieconsent/build/cookieconsent.min.css\">\n",
        body: include_str!("others/osano.html"),
        accept: ".cc-window .cc-allow",
        reject: ".cc-window .cc-deny",
        is_allowed: "osanoConsent.getStatus() == 'allow'",
    },
];
