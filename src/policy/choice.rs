/// Declares an enum of settings together with the words a policy file uses for them.
macro_rules! keywords {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            pub(crate) const WORDS: &'static [&'static str] = &[$($word),+];

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

keywords! {
    /// What holds until a visitor has decided.
    Model {
        /// Denied until the visitor says yes (Directive 2002/58/EC, Article 5(3)).
        #[default]
        OptIn = "opt-in",
        /// Allowed until the visitor says no. Not lawful for visitors from the EU and the UK.
        OptOut = "opt-out",
    }
}

keywords! {
    /// Whose rules apply to a visitor. They decide the [`Model`] and bound how long answers hold.
    Jurisdiction {
        /// The European Union and the European Economic Area, and whoever is not known to be elsewhere: opt-in
        /// (Directive 2002/58/EC, Article 5(3)).
        #[default]
        Eu = "eu",
        /// France: opt-in (CNIL, deliberation 2020-091).
        Fr = "fr",
        /// Italy: opt-in, and a button at the top right closes the banner, which is a no (Garante, 10 June 2021).
        It = "it",
        /// Spain: opt-in (AEPD, cookie guide of July 2023).
        Es = "es",
        /// Germany: opt-in (TDDDG, section 25).
        De = "de",
        /// Ireland: opt-in, and a yes holds for 181 days at most (DPC, guidance of 6 April 2020).
        Ie = "ie",
        /// The United Kingdom: opt-in (PECR, regulation 6).
        Uk = "uk",
        /// Switzerland: opt-in, by way of caution (FDPIC, guidelines of 22 January 2025).
        Ch = "ch",
        /// The states of the US that let visitors opt out, and have Global Privacy Control honoured whatever
        /// visitors answer (California: CCPA Regulations, section 7025).
        UsOptOut = "us-optout",
        /// No rules: nobody is asked. An earlier no and Global Privacy Control are respected all the same.
        Off = "off",
    }
}

keywords! {
    /// What `DNT: 1` (Do Not Track) means. The header is passed on to the app either way, and never answered.
    DoNotTrack {
        /// The same as Global Privacy Control: a no for whoever has not said yes, and under
        /// [`Model::OptOut`] for everybody. A German court has held it to be a valid objection (LG Berlin,
        /// 24 August 2023, 16 O 420/19; GDPR, Article 21(5)).
        #[default]
        Refusal = "refusal",
        /// Nothing.
        Ignore = "ignore",
    }
}

keywords! {
    /// What lets a category be used.
    Basis {
        /// The visitor's yes.
        #[default]
        Consent = "consent",
        /// Measuring the audience of this site, for itself alone: used until the visitor objects, under those
        /// [jurisdictions](Jurisdiction) that ask for no consent to that (France, Italy, Spain and the United
        /// Kingdom), and after a yes elsewhere. Reject, Global Privacy Control and Do Not Track are
        /// objections. The cookies that responses set last 393 days at most (13 months) and are not set anew
        /// while the browser has them.
        ///
        /// The site answers for the conditions that no layer can see: statistics alone, nothing combined with
        /// other data or followed across sites, no use by the provider for itself, and what authorities ask of
        /// the provider's settings (CNIL, deliberation 2020-091, article 5; Garante, 10 June 2021; AEPD, guide of
        /// January 2024; PECR, Schedule A1, paragraph 5). Cookies that scripts set are limited in the vendor's
        /// own settings.
        AudienceMeasurement = "audience-measurement",
    }
}

keywords! {
    /// How much is withheld.
    Enforcement {
        /// Passes everything and reports. Shows no banner, and works on loopback and private
        /// hosts only unless the policy says `observe-in-production`; elsewhere it is `Declared`.
        Observe = "observe",
        /// Withholds what is declared and what the catalogue recognises.
        #[default]
        Declared = "declared",
        /// Withholds also every cookie that is not declared, and what pages load from hosts that are neither
        /// declared nor the site's own (its host, and what stands above or below it); what the site needs is
        /// declared as necessary.
        Strict = "strict",
    }
}

keywords! {
    /// Where in the page the banner stands.
    Placement {
        /// Directly after the body starts: first in reading and tab order.
        #[default]
        Start = "start",
        /// At the end of the body, for pages that hydrate from the first child of `body`, as Leptos does, or
        /// as a whole, as Next.js (App Router), Remix and React Router do: React takes what it does not
        /// know out of the start of a page, the banner with it.
        End = "end",
    }
}

keywords! {
    /// Where on the screen the banner stands.
    ///
    /// `Top` is part of the page and covers nothing of it. It cannot succeed where `body` lays out its children
    /// in a row or in the named areas of a grid, or is exactly as high as the screen and does not scroll or centres what it holds, as pages
    /// to sign in on do: take `Bottom` there. The others stand over the page, fixed to the screen unless
    /// `html` or `body` has a `transform`, `filter`, `perspective` or `contain`: take `Top` there. The page gets
    /// room behind its end, so that nothing stays covered but in pages that scroll in a box of their own.
    Layout {
        /// In the flow of the page, across its whole width.
        #[default]
        Top = "top",
        /// A bar at the lower edge of the screen.
        Bottom = "bottom",
        /// A box in the lower corner at the end of the line: on the right where one reads from the left.
        Corner = "corner",
        /// In the middle of the screen; the page waits behind it. Where no scripts run, which are what keeps
        /// the focus in it, it is as `Top`.
        Modal = "modal",
        /// In the flow of the page, without any style of the layer's: the site's own style sheets say how it
        /// looks. Both buttons have the class `consent-choice`; see to it that they look alike.
        Unstyled = "unstyled",
    }
}

keywords! {
    /// Whether the banner and the layer's own pages are light or dark.
    Theme {
        /// As the visitor prefers.
        #[default]
        Auto = "auto",
        /// Light for everyone.
        Light = "light",
        /// Dark for everyone.
        Dark = "dark",
    }
}

keywords! {
    /// For whom the bytes of a page are made.
    ///
    /// Pages that differ from visitor to visitor must not be kept for others, so under
    /// [`Private`](Self::Private) no shared cache keeps one. The other two keep shared caches useful, at
    /// a price. One barrier is gone: what waits for a yes is in the page, inert, and is released by a
    /// script of the layer in the visitor's browser, and a Content-Security-Policy has to allow for all
    /// what one visitor may have agreed to. Visitors without script stay without it, and find a link to
    /// the settings page. Handlers do not learn what the visitor agreed to, the language does not follow
    /// the browser, and scripts can read the consent cookie.
    ///
    /// What pages load is made inert as for a visitor who has agreed to nothing. Templates may also write
    /// that form themselves: scripts as `<script type="text/plain" data-consent="analytics">`, and whatever
    /// loads something with `data-consent-` in front of the attribute, as in
    /// `<img data-consent="marketing" data-consent-src="https://ads.example/x.gif">`.
    ///
    /// What else to know: the layer's two scripts are allowed by hash in the app's
    /// Content-Security-Policy header, not in a `<meta>` that holds one; a policy that relies on
    /// `'unsafe-inline'` has to allow `'self'` too; one that lists `trusted-types` has to list
    /// `tower-consent 'allow-duplicates'`. A site that answers with parts of a page at the page's own
    /// address has to say so in `Vary`, as with every shared cache. Shared caches are to be purged when
    /// the layer is added, and when pages become private again. Answers that were given under `Private`
    /// cannot be read by scripts, so that their visitors are asked once more on shared pages.
    Delivery {
        /// For one visitor. The page is `private, no-cache` and varies on `Cookie`.
        #[default]
        Private = "private",
        /// For all visitors alike: what needs consent is withheld from everyone, markup in its inert form,
        /// and the banner is there but hidden until a script has seen that it is needed. What the app says
        /// to caches stays, and handlers see a visitor who is undecided.
        Shared = "shared",
        /// As `Shared` where the app marks a page for shared caches (RFC 9111, section 3) and has not
        /// asked for the visitor's consent, as `Private` elsewhere.
        Auto = "auto",
    }
}

keywords! {
    /// Whether vendors are told by their own interfaces what the visitor has agreed to: Google (consent mode,
    /// version 2), Microsoft Advertising, Clarity and Matomo, those of them that the policy declares.
    ConsentMode {
        /// By a small script before the page's first. Whatever serves a denied category stays inert all the
        /// same, so that nothing reaches a vendor before its visitor has agreed ("basic" consent mode).
        #[default]
        Basic = "basic",
        /// Not at all: the site does it itself, or does not need it.
        Off = "off",
    }
}

keywords! {
    /// The wording of the banner under [`Model::OptOut`].
    Notice {
        /// Accept, Opt out and Read more.
        #[default]
        Standard = "standard",
        /// The historic bar, word for word: Accept and Read More. One opts out on the page that
        /// Read More opens. Not lawful where consent is needed first.
        Classic = "classic",
    }
}

keywords! {
    /// What becomes of Content-Security-Policy headers.
    ///
    /// Where an app has policies that list origins, browsers themselves keep away what no markup names: a
    /// policy of the app loses what is denied under each of these. The other two guard as well what the app's
    /// policies leave open, by one of the layer's own.
    ///
    /// **Under [`Enforce`](Self::Enforce) nothing loads from another host unless it is declared**: not from a
    /// CDN, a font service or a subdomain of the site, which is another origin too. What a site needs from there
    /// goes into the origins of `necessary`. Try it with [`ReportOnly`](Self::ReportOnly) first: browsers then
    /// write into their consoles what would not load.
    ///
    /// The policy is one `default-src`: the site itself, `data:` and `blob:`, inline styles and scripts and
    /// `eval`, which an app without a policy relies on, and the declared origins of what is allowed to this
    /// visitor. A kind of load that the app's own policies keep to a list of hosts is left to
    /// them, unless something that is declared and not allowed can be reached through it: by a host of which one path
    /// is declared, or by `'strict-dynamic'`. Forms, frame ancestors and base addresses are not restricted. It is sent with all that runs script: pages,
    /// frames, worker scripts, and SVG and XML that are opened by themselves, where these two become
    /// `private, no-cache`. An image that a browser has kept as one and opens later has none.
    ///
    /// A Content-Security-Policy cannot except: one host of a wildcard that another category claims too makes
    /// the wildcard wait for both. Pages that are the same for all visitors (see [`Delivery`]) have to allow
    /// for all that one may have agreed to, so that there it keeps out what is not declared and no more.
    Csp {
        /// The app's policies are edited, and none is added.
        #[default]
        App = "app",
        /// Adds `Content-Security-Policy-Report-Only`, which blocks nothing and reports to the console alone.
        ReportOnly = "report-only",
        /// Adds `Content-Security-Policy`.
        Enforce = "enforce",
    }
}

keywords! {
    /// The link to the settings page on decided pages.
    SettingsControl {
        /// A link at the end of `body`. Where the page scrolls in a box of its own, or something stands over the
        /// whole of it, nobody gets there: render one of the site's own.
        #[default]
        Link = "link",
        /// None: the site renders its own, marked `data-consent-open`. As a link to the settings page it
        /// works without script too.
        None = "none",
    }
}

keywords! {
    /// When the consent cookie carries `Secure` and the prefix `__Host-`.
    Secure {
        /// Always, except where a decision comes from an `http:` origin on a loopback, private or
        /// local host.
        #[default]
        Auto = "auto",
        /// Always.
        Always = "always",
        /// Never. Anyone on the network or on a sibling host can then forge an answer.
        Never = "never",
    }
}

#[cfg(test)]
mod tests {
    use super::{Enforcement, Model};

    #[test]
    fn every_word_means_something() {
        for word in Model::WORDS {
            assert!(Model::from_word(word).is_some());
        }
        assert_eq!(Enforcement::from_word("Strict"), None);
        assert_eq!(Model::default(), Model::OptIn);
    }
}
