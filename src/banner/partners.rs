use std::collections::HashSet;

use crate::policy::{Mask, Origin, Policy};

/// How many third parties the categories of a mask bring in: vendors, and the hosts of declared
/// origins that are none of theirs.
pub(crate) fn count(policy: &Policy, mask: Mask) -> usize {
    let vendors: HashSet<&str> =
        policy.members(mask).flat_map(|c| &c.vendors).map(|vendor| vendor.id).collect();
    let of_vendors = policy.members(mask).flat_map(|category| &category.vendors);
    let of_vendors: Vec<Origin> = of_vendors
        .flat_map(|vendor| &vendor.origins)
        .filter_map(|origin| Origin::parse(origin).ok())
        .collect();
    let origins = policy.members(mask).flat_map(|category| &category.origins);
    let others = origins.filter(|origin| !of_vendors.iter().any(|vendor| vendor.has_host(&origin.host)));
    let hosts: HashSet<&str> = others.map(|origin| origin.host.as_str()).collect();
    vendors.len() + hosts.len()
}

#[cfg(test)]
mod tests {
    use crate::policy::{Category, Policy};

    #[test]
    fn a_vendor_in_two_categories_counts_once() {
        let policy = Policy::builder("Example SAS", "privacy@example.com")
            .category(
                Category::analytics()
                    .vendor("google-analytics")
                    .origin("https://stats.example.net")
                    .origin("https://region1.google-analytics.com"),
            )
            .category(Category::marketing().vendor("google-analytics").vendor("meta-pixel"))
            .build()
            .unwrap();
        assert_eq!(super::count(&policy, policy.optional()), 3);
        assert_eq!(super::count(&policy, 0b10), 2);
    }
}
