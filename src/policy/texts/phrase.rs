/// Declares texts together with the keys that language files give them.
macro_rules! phrases {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant,)+ }

        impl $name {
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub(in crate::policy) fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }
        }
    };
}

phrases! {
    /// A text.
    Phrase {
        BannerLabel = "banner-label",
        BannerTitle = "banner-title",
        BannerAsk = "banner-ask",
        BannerAskNew = "banner-ask-new",
        BannerUntil = "banner-until",
        BannerUntilNew = "banner-until-new",
        BannerOptOut = "banner-opt-out",
        BannerOptOutUntil = "banner-opt-out-until",
        BannerSignal = "banner-signal",
        Accept = "accept",
        Reject = "reject",
        OptOut = "opt-out",
        ReadMore = "read-more",
        PrivacyPolicy = "privacy-policy",
        AcceptAll = "accept-all",
        RejectAll = "reject-all",
        OptOutAll = "opt-out-all",
        Save = "save",
        Saved = "saved",
        Change = "change",
        Blocked = "blocked",
        Hide = "hide",
        SettingsLink = "settings-link",
        SettingsTitle = "settings-title",
        SettingsIntro = "settings-intro",
        SettingsIntroOptOut = "settings-intro-opt-out",
        SettingsContact = "settings-contact",
        SettingsLinkChoices = "settings-link-choices",
        SignalHonoured = "signal-honoured",
        StateUndecided = "state-undecided",
        StateUndecidedOptOut = "state-undecided-opt-out",
        StateDecided = "state-decided",
        StateNothing = "state-nothing",
        StateSignal = "state-signal",
        StateSignalOverruled = "state-signal-overruled",
        StateSignalOptIn = "state-signal-opt-in",
        StateMeasured = "state-measured",
        OnUntilObjected = "on-until-objected",
        ObjectionFree = "objection-free",
        BannerMeasured = "banner-measured",
        Allowed = "allowed",
        Refused = "refused",
        AlwaysActive = "always-active",
        NotChosen = "not-chosen",
        Allow = "allow",
        EmbedFrom = "embed-from",
        EmbedFromHost = "embed-from-host",
        EmbedOnce = "embed-once",
        EmbedAlways = "embed-always",
        Back = "back",
        Cookies = "cookies",
        CookieDuration = "cookie-duration",
        CookieProvider = "cookie-provider",
        Storage = "storage",
        Companies = "companies",
        LoadsFrom = "loads-from",
        SendsHeaders = "sends-headers",
        NothingDeclared = "nothing-declared",
        Unknown = "unknown",
        ListComma = "list-comma",
        Date = "date",
        FirstDay = "first-day",
        MonthNames = "month-names",
        Session = "session",
        UntilDeleted = "until-deleted",
        PurposeConsent = "purpose-consent",
    }
}

phrases! {
    /// A text that changes with a number: one for each plural category of the language.
    Counted {
        BannerPartners = "banner-partners",
        Seconds = "seconds",
        Minutes = "minutes",
        Hours = "hours",
        Days = "days",
        Weeks = "weeks",
        Months = "months",
        Years = "years",
    }
}
