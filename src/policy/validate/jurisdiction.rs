use http::{HeaderName, header};

use super::Findings;
use crate::policy::{
    Delivery, Jurisdiction,
    jurisdiction::{Jurisdictions, is_place},
};

pub(super) fn check(
    found: &mut Findings,
    header: Option<&str>,
    region_header: Option<&str>,
    places: Vec<(String, Jurisdiction)>,
    delivery: Delivery,
) -> Option<Jurisdictions> {
    for (code, _) in &places {
        if !is_place(code) {
            let remedy = "write a country as US (ISO 3166-1), a region as US-CA (ISO 3166-2), or * for all that have no rules of their own";
            found.push(format!("jurisdiction.places.{code}"), code, remedy);
        }
    }
    let region = region_header.and_then(|name| field(found, "jurisdiction.region-header", name));
    let Some(name) = header else {
        if let Some(text) = region_header.or(places.first().map(|(code, _)| code.as_str())) {
            let remedy = "nothing says where a visitor is; name the trusted header, such as cf-ipcountry";
            found.push("jurisdiction.header", text, remedy);
        }
        return None;
    };
    if delivery != Delivery::Private {
        let remedy = "pages that all visitors share cannot follow each visitor's rules; \
                      write delivery = \"private\", or leave the jurisdiction out";
        found.push("jurisdiction.header", name, remedy);
    }
    let header = field(found, "jurisdiction.header", name)?;
    Some(Jurisdictions { header, region_header: region, places: places.into_iter().collect() })
}

/// A header that a proxy sets, and not one with a meaning of its own.
fn field(found: &mut Findings, key: &str, name: &str) -> Option<HeaderName> {
    let field = HeaderName::try_from(name).ok();
    let field = field.filter(|field| *field != header::COOKIE && *field != header::ACCEPT_LANGUAGE);
    if field.is_none() {
        found.push(key, name, "write the name of the header that your proxy sets, such as cf-ipcountry");
    }
    field
}
