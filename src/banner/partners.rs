use std::collections::HashSet;

use crate::policy::{Host, Mask, Origin, Policy, is_within};

/// How many third parties the categories of a mask bring in: the companies of vendors, and the hosts of declared
/// origins that are none of theirs, nor the site's own.
pub(crate) fn count(policy: &Policy, mask: Mask) -> usize {
    let companies: HashSet<&str> =
        policy.members(mask).flat_map(|c| &c.vendors).map(|vendor| vendor.company).collect();
    let of_vendors = policy.members(mask).flat_map(|category| &category.vendors);
    let of_vendors: Vec<Origin> = of_vendors
        .flat_map(|vendor| &vendor.origins)
        .filter_map(|origin| Origin::parse(origin).ok())
        .collect();
    let origins = policy.members(mask).flat_map(|category| &category.origins);
    let others = origins.filter(|origin| !of_vendors.iter().any(|vendor| vendor.has_host(&origin.host)));
    let hosts: HashSet<&str> =
        others.map(|origin| origin.host.as_str()).filter(|host| !is_own(policy, host)).collect();
    companies.len() + hosts.len()
}

/// Whether a host is the one that visitors see or stands above it, below it, or beside its `www`.
fn is_own(policy: &Policy, host: &str) -> bool {
    let Some(origin) = &policy.declared().public_origin else { return false };
    let own = Host::new(&origin.authority).as_str();
    is_within((host, own.strip_prefix("www.").unwrap_or(own)))
}

#[cfg(test)]
mod tests {
    use crate::policy::{Category, Policy};

    #[test]
    fn companies_and_hosts_of_others_count_once_each() {
        let policy = Policy::builder("Example SAS", "privacy@example.com")
            .category(
                Category::analytics()
                    .vendor("google-analytics")
                    .origin("https://stats.example.net")
                    .origin("https://stats.example.com")
                    .origin("https://*.cdn.example.com")
                    .origin("https://region1.google-analytics.com"),
            )
            .category(Category::marketing().vendor("google-ads").vendor("meta-pixel"))
            .public_origin("https://www.example.com")
            .build()
            .unwrap();
        assert_eq!(super::count(&policy, policy.optional()), 3);
        assert_eq!(super::count(&policy, 0b10), 2);
    }
}
