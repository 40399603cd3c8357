//! Headers by which a browser stores or sends something about its visitor, and
//! that no page needs to be shown.
//!
//! `Set-Cookie` is judged cookie by cookie and not listed. Nor is
//! `Document-Policy`: it tracks by some of its values only.

/// A header that is withheld until its category is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TrackingHeader {
    /// In lower case; a `*` at the end stands for any characters.
    pub(crate) name: &'static str,
    /// The id of the category that must be allowed.
    pub(crate) category: &'static str,
    /// What it is for.
    pub(crate) purpose: HeaderPurpose,
    /// Why it needs consent, in one sentence.
    pub(crate) reason: &'static str,
}

/// What a tracking header is for. The words that visitors read are with the other texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderPurpose {
    /// Obtains details of the device.
    Device,
    /// Obtains details of the connection.
    Connection,
    /// Records which links are followed.
    Links,
    /// Chooses adverts and measures what they achieve.
    Ads,
}

impl HeaderPurpose {
    /// Every purpose.
    pub(crate) const ALL: [Self; 4] = [Self::Device, Self::Connection, Self::Links, Self::Ads];

    /// The key of what visitors read of it.
    pub(crate) const fn phrase_key(self) -> &'static str {
        match self {
            Self::Device => "purpose-device",
            Self::Connection => "purpose-connection",
            Self::Links => "purpose-links",
            Self::Ads => "purpose-ads",
        }
    }
}

const fn device(name: &'static str, reason: &'static str) -> TrackingHeader {
    TrackingHeader { name, category: "analytics", purpose: HeaderPurpose::Device, reason }
}

const fn connection(name: &'static str, reason: &'static str) -> TrackingHeader {
    TrackingHeader { name, category: "analytics", purpose: HeaderPurpose::Connection, reason }
}

const fn links(name: &'static str, reason: &'static str) -> TrackingHeader {
    TrackingHeader { name, category: "analytics", purpose: HeaderPurpose::Links, reason }
}

const fn marketing(name: &'static str, reason: &'static str) -> TrackingHeader {
    TrackingHeader { name, category: "marketing", purpose: HeaderPurpose::Ads, reason }
}

const HINTS: &str = "Stores a preference in the browser and has it send device details with \
                     every request (RFC 8942; EDPB Guidelines 2/2023, paras 36 and 43).";
const DETAILS: &str = "Tells details of the device, by which it can be recognised \
                       (RFC 8942, section 4.1; EDPB Guidelines 2/2023, paras 42 and 43).";
const NETWORK: &str = "Tells how the visitor is connected \
                       (Network Information; EDPB Guidelines 2/2023, paras 42 and 43).";
const PING: &str = "Tells which link of which page the visitor has followed \
                    (HTML standard, hyperlink auditing; EDPB Guidelines 2/2023, para 36).";
const ATTRIBUTION: &str = "Stores an advert or a purchase in the browser, to match the two later \
                           (Attribution Reporting; EDPB Guidelines 2/2023, para 36).";
const AUCTION: &str = "Takes part in an advert auction run on interests the browser has stored \
                       (Protected Audience; EDPB Guidelines 2/2023, para 36).";
const SHARED_STORAGE: &str = "Opens storage that is shared between sites \
                              (Shared Storage; ePrivacy Directive, Article 5(3)).";
const TRUST_TOKEN: &str = "Stores a token in the browser that other sites can redeem \
                           (Private State Tokens; ePrivacy Directive, Article 5(3)).";

/// The request headers that are hidden from handlers, in the order of their names.
///
/// Browsers send most of them only where a response has asked for it, maybe on an earlier day. What
/// helps to draw a page and says little (`Sec-CH-UA`, `-Mobile`, `-Platform`, `Sec-CH-Prefers-*`,
/// `Save-Data`) stays.
pub(crate) const TRACKING_REQUEST_HEADERS: &[TrackingHeader] = &[
    marketing("attribution-reporting-eligible", ATTRIBUTION),
    marketing("attribution-reporting-support", ATTRIBUTION),
    device("device-memory", DETAILS),
    connection("downlink", NETWORK),
    device("dpr", DETAILS),
    connection("ect", NETWORK),
    links("ping-from", PING),
    links("ping-to", PING),
    connection("rtt", NETWORK),
    marketing("sec-ad-auction-fetch", AUCTION),
    marketing(
        "sec-browsing-topics",
        "Tells the interests that the browser derives from its history \
         (Topics; EDPB Guidelines 2/2023, para 36).",
    ),
    device("sec-ch-device-memory", DETAILS),
    device("sec-ch-dpr", DETAILS),
    device("sec-ch-ua-arch", DETAILS),
    device("sec-ch-ua-bitness", DETAILS),
    device("sec-ch-ua-form-factors", DETAILS),
    device("sec-ch-ua-full-version*", DETAILS),
    device("sec-ch-ua-model", DETAILS),
    device("sec-ch-ua-platform-version", DETAILS),
    device("sec-ch-ua-wow64", DETAILS),
    device("sec-ch-viewport-height", DETAILS),
    device("sec-ch-viewport-width", DETAILS),
    device("sec-ch-width", DETAILS),
    marketing("sec-private-state-token*", TRUST_TOKEN),
    marketing("sec-shared-storage-writable", SHARED_STORAGE),
    device("viewport-width", DETAILS),
    device("width", DETAILS),
];

/// The response headers that are withheld, in the order of their names.
pub(crate) const TRACKING_HEADERS: &[TrackingHeader] = &[
    device("accept-ch", HINTS),
    device("accept-ch-lifetime", HINTS),
    marketing("ad-auction-additional-bid", AUCTION),
    marketing("ad-auction-allowed", AUCTION),
    marketing("ad-auction-result", AUCTION),
    marketing("ad-auction-signals", AUCTION),
    marketing("attribution-reporting-info", ATTRIBUTION),
    marketing("attribution-reporting-register-*", ATTRIBUTION),
    device(
        "critical-ch",
        "Has the browser repeat the request at once with the device details named \
         (Client Hints Infrastructure; EDPB Guidelines 2/2023, paras 36 and 43).",
    ),
    connection(
        "nel",
        "Stores a policy by which the browser later reports on its network connections \
         (W3C Network Error Logging; EDPB Guidelines 2/2023, para 36).",
    ),
    marketing(
        "observe-browsing-topics",
        "Adds the page to the interests the browser derives from its history \
         (Topics; EDPB Guidelines 2/2023, para 36).",
    ),
    marketing("sec-private-state-token*", TRUST_TOKEN),
    marketing("sec-redemption-record", TRUST_TOKEN),
    marketing(
        "set-cookie2",
        "Stores a cookie in a form that is obsolete since 2011 and no site needs \
         (RFC 6265, section 9.4; ePrivacy Directive, Article 5(3)).",
    ),
    marketing("shared-storage-cross-origin-worklet-allowed", SHARED_STORAGE),
    marketing("shared-storage-write", SHARED_STORAGE),
    marketing("x-allow-fledge", AUCTION),
    marketing("x-protected-audience-*", AUCTION),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::NamePattern;

    const TABLES: [&[TrackingHeader]; 2] = [TRACKING_HEADERS, TRACKING_REQUEST_HEADERS];

    fn patterns_of(
        table: &'static [TrackingHeader],
    ) -> impl Iterator<Item = (&'static TrackingHeader, NamePattern)> {
        table.iter().map(|header| (header, NamePattern::parse(header.name).unwrap()))
    }

    fn patterns() -> impl Iterator<Item = (&'static TrackingHeader, NamePattern)> {
        TABLES.into_iter().flat_map(patterns_of)
    }

    #[test]
    fn names_are_lower_case_tokens_with_a_wildcard_at_the_end_at_most() {
        for (header, pattern) in patterns() {
            assert_eq!(header.name, header.name.to_ascii_lowercase());
            assert_eq!(pattern.suffix(), "", "{pattern}");
            assert!(pattern.literal_len() >= 3, "{pattern}");
        }
    }

    #[test]
    fn no_two_names_mean_the_same_header_and_all_are_in_order() {
        for table in TABLES {
            assert!(table.is_sorted_by(|a, b| a.name < b.name));
            for (at, (_, a)) in patterns_of(table).enumerate() {
                for (_, b) in patterns_of(table).skip(at + 1) {
                    assert!(!a.matches(b.as_str()) && !b.matches(a.as_str()), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn every_reason_is_one_sentence_with_its_source() {
        for (header, _) in patterns() {
            let reason = header.reason;
            assert!(reason.ends_with(").") && reason.contains(" ("), "{reason}");
            assert!(!reason.contains("  ") && !reason.contains('\n'), "{reason}");
        }
    }

    #[test]
    fn every_category_is_built_in_and_optional() {
        for (header, _) in patterns() {
            assert!(matches!(header.category, "analytics" | "marketing"));
        }
    }

    #[test]
    fn the_documentation_lists_every_row_with_its_reason() {
        let text = include_str!("../../docs/headers.md");
        for (title, table) in [("## Responses", TRACKING_HEADERS), ("## Requests", TRACKING_REQUEST_HEADERS)]
        {
            let section = text.split(title).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
            let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
            let expected: Vec<String> = table
                .iter()
                .map(|row| format!("| `{}` | `{}` | {} |", row.name, row.category, row.reason))
                .collect();
            assert_eq!(rows, expected, "the table is to read\n{}", expected.join("\n"));
        }
    }

    #[test]
    fn headers_that_sites_need_are_not_withheld() {
        for name in [
            "set-cookie",
            "content-type",
            "content-security-policy",
            "strict-transport-security",
            "permissions-policy",
            "document-policy",
            "referrer-policy",
            "report-to",
            "reporting-endpoints",
            "link",
            "speculation-rules",
            "server-timing",
            "timing-allow-origin",
            "origin-trial",
            "activate-storage-access",
            "alt-svc",
            "etag",
            "clear-site-data",
            "accept-ranges",
            "x-request-id",
            "x-frame-options",
            "sec-ch-ua",
            "sec-ch-ua-mobile",
            "sec-ch-ua-platform",
            "sec-ch-prefers-color-scheme",
            "sec-fetch-dest",
            "sec-gpc",
            "save-data",
            "user-agent",
            "referer",
            "dnt",
        ] {
            assert!(patterns().all(|(_, pattern)| !pattern.matches(&name.to_ascii_lowercase())), "{name}");
        }
    }
}
