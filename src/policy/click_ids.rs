//! Query parameters that carry the identifier of a click, or of whom a mail was sent to.
//!
//! Platforms append them to the addresses of adverts and mails (EDPB Guidelines 2/2023, section 3.1).
//! `utm_*` name a campaign and nobody in particular, so they are none of them.

/// Such a parameter.
#[derive(Debug)]
pub(crate) struct ClickId {
    /// Its name; upper and lower case are told apart.
    pub(crate) name: &'static str,
    /// The id of the category whom it serves.
    pub(crate) category: &'static str,
}

const MARKETING: &str = "
    gclid gbraid wbraid dclid gclsrc gad_source gad_campaignid srsltid fbclid igshid igsh msclkid ttclid
    twclid li_fat_id epik ScCid rdt_cid yclid ysclid mc_eid mc_cid mkt_tok _hsenc _hsmi __hssc __hstc
    __hsfp hsCtaTracking vero_id oly_enc_id oly_anon_id s_cid irclickid cjevent wickedid
";

const ANALYTICS: &str = "_gl";

/// All of them.
pub(crate) fn click_ids() -> impl Iterator<Item = ClickId> {
    let of =
        |names: &'static str, category| names.split_whitespace().map(move |name| ClickId { name, category });
    of(MARKETING, "marketing").chain(of(ANALYTICS, "analytics"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::click_ids;

    #[test]
    fn names_are_unique_and_no_campaign_label() {
        let names: BTreeSet<_> = click_ids().map(|parameter| parameter.name).collect();
        assert_eq!(names.len(), click_ids().count());
        assert!(names.len() >= 36, "{}", names.len());
        assert!(names.iter().all(|name| !name.starts_with("utm_")));
    }
}
