//! Which rules apply to a visitor, as data.

use std::{collections::BTreeMap, time::Duration};

use http::{HeaderMap, HeaderName};

use super::{Jurisdiction, Mask, Model, Policy};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a cookie lasts at most that measures without consent: 13 months, of which 393 days are the
/// shortest (CNIL, deliberation 2020-092, article 5).
pub(crate) const MEASUREMENT_AT_MOST: Duration = DAY.saturating_mul(393);

/// What a jurisdiction asks of everyone.
#[derive(Debug)]
struct Profile {
    model: Model,
    /// A yes holds no longer.
    consent_at_most: Duration,
    /// A no holds no shorter.
    refusal_at_least: Duration,
    /// Measuring the site's audience for itself needs no consent.
    exempts_measurement: bool,
    /// The banner has a button that closes it, and so refuses.
    closes: bool,
}

/// Directive 2002/58/EC, Article 5(3); six months before asking again: Garante, 10 June 2021, 6.2.
const OPT_IN: Profile = Profile {
    model: Model::OptIn,
    consent_at_most: Duration::MAX,
    refusal_at_least: DAY.saturating_mul(184),
    exempts_measurement: false,
    closes: false,
};

impl Jurisdiction {
    fn profile(self) -> Profile {
        match self {
            // National law for the same directive; for Switzerland by way of caution (FDPIC guidelines on
            // cookies, 22 January 2025), since Article 45c of its Telecommunications Act asks for less.
            Self::Eu | Self::De | Self::Ch => OPT_IN,
            // CNIL, deliberation 2020-091, article 5; Garante, 10 June 2021; AEPD, guide on audience measurement
            // of January 2024; PECR, Schedule A1, paragraph 5.
            Self::Fr | Self::Es | Self::Uk => Profile { exempts_measurement: true, ..OPT_IN },
            // Garante, 10 June 2021, section 7.1: an X at the top right, with which all stays as it is.
            Self::It => Profile { exempts_measurement: true, closes: true, ..OPT_IN },
            // Data Protection Commission, guidance of 6 April 2020: no longer than six months.
            Self::Ie => Profile { consent_at_most: 181 * DAY, ..OPT_IN },
            // Cal. Civ. Code 1798.135(c)(4): twelve months before asking again.
            Self::UsOptOut | Self::Off => Profile {
                model: Model::OptOut,
                consent_at_most: Duration::MAX,
                refusal_at_least: 366 * DAY,
                exempts_measurement: false,
                closes: false,
            },
        }
    }

    /// The rules of a country (ISO 3166-1) or of one of its regions (ISO 3166-2), if any are known.
    pub(super) fn of_place(code: &str) -> Option<Self> {
        Some(match code {
            "FR" => Self::Fr,
            // The outermost regions and Saint-Martin are of the Union (TFEU, Articles 349 and 355(1)). Elsewhere
            // overseas Article 82 of the French act of 6 January 1978 stands by the act itself (Title V;
            // ordinance 2018-1125), and the CNIL supervises it.
            "GF" | "GP" | "MQ" | "RE" | "YT" | "MF" | "BL" | "PM" | "NC" | "PF" | "WF" | "TF" => Self::Fr,
            "IT" => Self::It,
            // With what ISO 3166 reserves for Ceuta and Melilla, and for the Canaries.
            "ES" | "EA" | "IC" => Self::Es,
            "DE" => Self::De,
            "IE" => Self::Ie,
            // Reserved at the request of the country, and used by networks.
            "GB" | "UK" => Self::Uk,
            "CH" => Self::Ch,
            // Some states ask for nothing, but which one a visitor is in is seldom certain.
            "US" => Self::UsOptOut,
            // Of the Union with Finland (TFEU, Article 355(4); Protocol 2 to the Act of Accession of 1994).
            "AX" => Self::Eu,
            // Laws of their own after the same Regulation and Directive: Gibraltar's Communications (Personal
            // Data and Privacy) Regulations 2006; the data protection laws of Guernsey (2017), Jersey (2018) and
            // the Isle of Man (2018), by way of caution. None of them exempts measurement.
            "GI" | "GG" | "JE" | "IM" => Self::Eu,
            // The other members of the European Economic Area.
            "AT" | "BE" | "BG" | "CY" | "CZ" | "DK" | "EE" | "FI" | "GR" | "HR" | "HU" | "IS" | "LI"
            | "LT" | "LU" | "LV" | "MT" | "NL" | "NO" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" => Self::Eu,
            _ => return None,
        })
    }
}

/// The officially assigned codes (ISO 3166-1, alpha-2).
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM \
    FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO \
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA \
    SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US \
    UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// How a policy finds the jurisdiction of a request.
#[derive(Clone, Debug)]
pub(crate) struct Jurisdictions {
    pub(crate) header: HeaderName,
    pub(crate) region_header: Option<HeaderName>,
    /// By country, region or `*`.
    pub(crate) places: BTreeMap<String, Jurisdiction>,
}

impl Jurisdictions {
    /// The jurisdiction that the trusted headers name; the strictest where they name none.
    pub(crate) fn find(&self, headers: &HeaderMap) -> Jurisdiction {
        self.place(headers).and_then(|place| self.of(&place)).unwrap_or_default()
    }

    /// `US` or `US-CA`, in capitals.
    fn place(&self, headers: &HeaderMap) -> Option<String> {
        let mut place = single(headers, &self.header)?.to_ascii_uppercase();
        if let Some(region) = self.region_header.as_ref().and_then(|name| single(headers, name)) {
            let region = region.to_ascii_uppercase();
            match region.starts_with(&format!("{place}-")) {
                true => place = region,
                false => place = format!("{place}-{region}"),
            }
        }
        Some(place)
    }

    fn of(&self, place: &str) -> Option<Jurisdiction> {
        let country = place.split('-').next().unwrap_or_default();
        let declared = self.places.get(place).or_else(|| self.places.get(country)).copied();
        // What networks say of visitors of whom they know nothing, or only the continent, is no country.
        let is_country = || COUNTRIES.split(' ').any(|code| code == country);
        let elsewhere = || self.places.get("*").copied().filter(|_| is_country());
        declared.or_else(|| Jurisdiction::of_place(country)).or_else(elsewhere)
    }

    /// All rules that may apply to somebody: of the countries that have their own, and of the policy's places.
    pub(super) fn in_use(&self) -> impl Iterator<Item = Jurisdiction> {
        let countries = ["FR", "IT", "ES", "DE", "IE", "GB", "CH", "US"].into_iter();
        countries.filter_map(|code| self.of(code)).chain(self.places.values().copied())
    }

    /// The headers on which every answer depends.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.header).chain(&self.region_header).map(HeaderName::as_str)
    }
}

/// Whether a text can be the key of a place: a country, a region of one, or `*` for all others.
pub(super) fn is_place(code: &str) -> bool {
    let (country, region) =
        code.split_once('-').map_or((code, None), |(country, region)| (country, Some(region)));
    let is_region = |region: &str| {
        (1..=3).contains(&region.len())
            && region.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    code == "*"
        || country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && region.is_none_or(is_region)
}

/// A field that was given twice was not set by the network that is trusted.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next()?;
    if lines.next().is_some() { None } else { line.to_str().ok().map(str::trim) }
}

/// The rules for one visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) model: Model,
    pub(crate) consent_lifetime: Duration,
    pub(crate) refusal_lifetime: Duration,
    /// The categories that may be used until the visitor objects, though others need a yes.
    pub(crate) exempt: Mask,
    /// Where these come from; nothing where the policy's own model stands.
    pub(crate) jurisdiction: Option<Jurisdiction>,
}

impl Rules {
    pub(super) fn new(policy: &Policy, jurisdiction: Option<Jurisdiction>) -> Self {
        let declared = policy.declared();
        let (consent_lifetime, refusal_lifetime) = (declared.consent_lifetime, declared.refusal_lifetime);
        let Some(profile) = jurisdiction.map(Jurisdiction::profile) else {
            return Self {
                model: declared.model,
                consent_lifetime,
                refusal_lifetime,
                exempt: 0,
                jurisdiction,
            };
        };
        Self {
            model: profile.model,
            consent_lifetime: consent_lifetime.min(profile.consent_at_most),
            refusal_lifetime: refusal_lifetime.max(profile.refusal_at_least),
            exempt: if profile.exempts_measurement { policy.measurement() } else { 0 },
            jurisdiction,
        }
    }

    /// How long an answer is remembered at most.
    pub(crate) fn memory(&self) -> Duration {
        self.consent_lifetime.max(self.refusal_lifetime)
    }

    /// How long the browser keeps the answers: an objection as long as what it is about could have lasted.
    pub(crate) fn kept_for(&self) -> Duration {
        let objection = if self.exempt == 0 { Duration::ZERO } else { MEASUREMENT_AT_MOST };
        self.memory().max(objection)
    }

    /// The categories to which a no outlives the revision it was given under: nobody is asked again there.
    pub(crate) fn lasting(&self) -> Mask {
        match self.model {
            Model::OptIn => self.exempt,
            Model::OptOut => Mask::MAX,
        }
    }

    /// Whether visitors must see that their browser's signal was honoured, and find the link to their choices
    /// on every page (California: CCPA Regulations, sections 7025(c)(6) and 7015).
    pub(crate) fn shows_choices(&self) -> bool {
        self.jurisdiction == Some(Jurisdiction::UsOptOut)
    }

    /// Whether the banner can be closed, which refuses.
    pub(crate) fn closes(&self) -> bool {
        self.jurisdiction.is_some_and(|jurisdiction| jurisdiction.profile().closes)
    }

    /// Whether visitors are asked anything.
    pub(crate) fn asks(&self) -> bool {
        self.jurisdiction != Some(Jurisdiction::Off)
    }
}
