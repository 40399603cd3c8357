//! `docs/lint.md` explains every rule as it is.

use super::Rule;

const DOCUMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lint.md"));

#[test]
fn each_rule_is_explained_with_its_severity_and_source() {
    let mut sections = DOCUMENT.split("\n## ").skip(1);
    for rule in Rule::ALL {
        let section = sections.next().unwrap_or_else(|| panic!("docs/lint.md lacks {}", rule.id()));
        let severity = rule.severity().to_string();
        let (first, rest) = severity.split_at(1);
        let head = format!("{}\n\n*{}{rest}. {}.*\n\n", rule.id(), first.to_uppercase(), rule.source());
        let told = section.strip_prefix(&head).unwrap_or_else(|| panic!("docs/lint.md lacks\n\n## {head}"));
        assert!(told.trim().len() > 80, "docs/lint.md explains {}", rule.id());
    }
    assert_eq!(sections.next(), None, "there is no such rule");
}
