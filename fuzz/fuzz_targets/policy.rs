//! The policy that the targets for cookies and forms go by.

use tower_consent::{Category, Policy, PolicyBuilder};

/// The optional categories, in the policy's order.
pub const OPTIONAL: [&str; 3] = ["analytics", "marketing", "news"];

pub fn builder() -> PolicyBuilder {
    let news = Category::new("news").title("News").description("Letters");
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::necessary().cookie("sid").cookie("_an_keep"))
        .category(Category::analytics().cookie("_an_*").vendor("google-analytics"))
        .category(Category::marketing().cookie("promo").cookie("*_ad"))
        .category(news.cookie("letter").cookie("_an_letter"))
}
