//! The rules, as data.

use super::Severity;

/// Declares the rules: name, severity, and where each comes from.
macro_rules! rules {
    ($($name:ident = $id:literal, $severity:ident, $source:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Rule { $($name,)+ }

        impl Rule {
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),+];

            pub(super) const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            pub(super) const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            pub(super) const fn source(self) -> &'static str {
                match self { $(Self::$name => $source,)+ }
            }
        }
    };
}

rules! {
    ImpliedConsent = "implied-consent", Warning,
        "Directive 2002/58/EC, Article 5(3); CJEU C-673/17 (Planet49), paras 52 to 63; PECR, regulation 6";
    ClassicNotice = "classic-notice", Warning,
        "CCPA Regulations, section 7004(a)(2); EDPB Cookie Banner Taskforce report, para 8";
    ConsentOverSixMonths = "consent-over-six-months", Notice,
        "CNIL, deliberation 2020-092, paras 38 and 39; DPC, guidance of 6 April 2020";
    ConsentOverAYear = "consent-over-a-year", Warning,
        "EDPB Guidelines 05/2020, paras 110 and 111";
    MissingPrivacyPolicy = "missing-privacy-policy", Warning,
        "GDPR, Articles 12(1) and 13";
    SettingsControlOff = "settings-control-off", Notice,
        "GDPR, Article 7(3); EDPB Cookie Banner Taskforce report, paras 32 to 35";
    BannerAtTheEnd = "banner-at-the-end", Notice,
        "GDPR, Articles 7(2) and 12(1)";
    ObserveInProduction = "observe-in-production", Warning,
        "Directive 2002/58/EC, Article 5(3)";
    ConsentModeOff = "consent-mode-off", Notice,
        "Google, EU user consent policy; Microsoft Advertising, consent requirement of 5 May 2025";
    PermissionsPolicyOff = "permissions-policy-off", Notice,
        "EDPB Guidelines 2/2023, para 36";
    InsecureConsentCookie = "insecure-consent-cookie", Warning,
        "GDPR, Article 7(1); RFC 6265, section 8.6";
    DoNotTrackIgnored = "do-not-track-ignored", Notice,
        "GDPR, Article 21(5); LG Berlin, 24 August 2023, 16 O 420/19";
    EverythingExcluded = "everything-excluded", Warning,
        "Directive 2002/58/EC, Article 5(3)";
    TrackerAsNecessary = "tracker-as-necessary", Warning,
        "Directive 2002/58/EC, Article 5(3); WP29 Opinion 04/2012";
    ServiceAsNecessary = "service-as-necessary", Notice,
        "Directive 2002/58/EC, Article 5(3); CJEU C-40/17 (Fashion ID)";
    TrackingHeaderAsNecessary = "tracking-header-as-necessary", Notice,
        "EDPB Guidelines 2/2023, paras 36, 42 and 43";
    EmptyCategory = "empty-category", Warning,
        "GDPR, Article 4(11); EDPB Guidelines 05/2020, para 64";
    VendorForAnotherPurpose = "vendor-for-another-purpose", Warning,
        "GDPR, Article 4(11); EDPB Guidelines 05/2020, section 3.2";
    MissingPurpose = "missing-purpose", Warning,
        "Directive 2002/58/EC, Article 5(3); GDPR, Article 13(1)(c)";
    MissingDuration = "missing-duration", Warning,
        "CJEU C-673/17 (Planet49), paras 75 to 81";
    CookieLifetime = "cookie-lifetime", Notice,
        "GDPR, Article 5(1)(e); WP29 Opinion 04/2012; draft-ietf-httpbis-rfc6265bis, section 5.5";
    DurationMismatch = "duration-mismatch", Notice,
        "CJEU C-673/17 (Planet49), paras 75 to 81";
    MeasurementLifetime = "measurement-lifetime", Warning,
        "CNIL, deliberation 2020-092, article 5";
    MeasurementWithoutJurisdiction = "measurement-without-jurisdiction", Notice,
        "CNIL, deliberation 2020-091, article 5; Garante, 10 June 2021; PECR, Schedule A1, paragraph 5";
    MeasurementNotExempt = "measurement-not-exempt", Warning,
        "Directive 2002/58/EC, Article 5(3); TDDDG, section 25(2)";
    MissingTranslation = "missing-translation", Notice,
        "GDPR, Article 12(1); EDPB Guidelines 03/2022";
    UnevenAnswers = "uneven-answers", Warning,
        "CNIL, deliberation 2020-092, para 34; EDPB Guidelines 03/2022";
}
