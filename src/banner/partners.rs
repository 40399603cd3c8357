use std::collections::HashSet;

use crate::policy::{Mask, Policy};

/// How many third parties the categories of a mask bring in: vendors, and the hosts of declared
/// origins that belong to none of them.
pub(crate) fn count(policy: &Policy, mask: Mask) -> usize {
    let vendors: HashSet<&str> =
        policy.members(mask).flat_map(|c| &c.vendors).map(|vendor| vendor.id).collect();
    let origins = policy.members(mask).flat_map(|category| &category.origins);
    let hosts: HashSet<&str> = origins.map(|origin| origin.host.as_str()).collect();
    vendors.len() + hosts.len()
}

#[cfg(test)]
mod tests {
    use crate::policy::{Category, Policy};

    #[test]
    fn a_vendor_in_two_categories_counts_once() {
        let policy = Policy::builder("Example SAS", "privacy@example.com")
            .category(Category::analytics().vendor("google-analytics").origin("https://stats.example.net"))
            .category(Category::marketing().vendor("google-analytics").vendor("meta-pixel"))
            .build()
            .unwrap();
        assert_eq!(super::count(&policy, policy.optional()), 3);
        assert_eq!(super::count(&policy, 0b10), 2);
    }
}
