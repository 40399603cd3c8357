//! The report for people.

use super::{PLANES, Suggestion, reach, shell, undeclared};
use crate::{
    banner::{attribute, text},
    endpoint::home,
    gate::{Collected, Entry, Plane},
    policy::{CategoryId, Enforcement, vendors},
    site::Site,
};

const TITLE: &str = "Consent report";

pub(super) fn render(site: &Site, collected: &Collected, suggestion: &Suggestion) -> String {
    let mut out = String::with_capacity(16 * 1024);
    shell::open(&mut out, site, "en", "ltr", TITLE);
    out.push_str("<p class=\"back\"><a href=\"");
    attribute(&mut out, home(&site.policy));
    out.push_str("\">Back to the site</a></p><h1>");
    out.push_str(TITLE);
    out.push_str(
        "</h1><p>What was met on this host since the start: names, never values. Click through the site, come \
         back, and write into the policy what it does not declare yet. Only local hosts have this page.</p>",
    );
    state(&mut out, site, collected);
    reach::render(&mut out, site);
    for (plane, _, title) in PLANES {
        one_plane(&mut out, plane, title, collected);
    }
    to_declare(&mut out, collected, suggestion);
    shell::close(&mut out, reach::script(site));
    out
}

fn state(out: &mut String, site: &Site, collected: &Collected) {
    out.push_str("<div class=\"state\"><p>");
    out.push_str(match site.policy.declared().enforcement {
        Enforcement::Observe => {
            "The policy observes: nothing is withheld here, and the report says what would be."
        }
        Enforcement::Declared => "The policy is enforced for what it declares and for known trackers.",
        Enforcement::Strict => {
            "The policy is enforced strictly: cookies and hosts that it does not declare are withheld."
        }
    });
    out.push_str("</p><p>");
    match (collected.entries.len(), undeclared(collected)) {
        (0, _) => out.push_str("Nothing was met yet."),
        (_, 0) => out.push_str("All that was met is declared."),
        (all, some) => {
            let verb = if some == 1 { "is" } else { "are" };
            out.push_str(&format!(
                "Of {all} names {some} {verb} not declared: <a href=\"#declare\">lines to paste</a>."
            ));
        }
    }
    out.push_str("</p>");
    if collected.is_full {
        out.push_str(
            "<p>The report is full: more was met than is listed here. Declare what is, and start again.</p>",
        );
    }
    out.push_str("</div>");
}

fn one_plane(out: &mut String, plane: Plane, title: &str, collected: &Collected) {
    let entries = || collected.entries.iter().filter(|((of, _), _)| *of == plane);
    if entries().next().is_none() {
        return;
    }
    out.push_str(&format!("<section><h2>{title}</h2><ul>"));
    for ((_, name), entry) in entries() {
        out.push_str("<li><div class=\"head\"><code>");
        text(out, if name.is_empty() { "(no name)" } else { name });
        out.push_str("</code><span class=\"mark\">");
        out.push_str(outcome(entry));
        out.push_str("</span></div><dl><dt>Category</dt><dd>");
        let categories: Vec<&str> = entry.categories.iter().map(CategoryId::as_str).collect();
        text(out, if categories.is_empty() { "not declared" } else { "" });
        text(out, &categories.join(", "));
        out.push_str("</dd>");
        if let Some(vendor) = vendors().iter().find(|vendor| entry.vendor == Some(vendor.id)) {
            out.push_str("<dt>Vendor</dt><dd>");
            text(out, vendor.name);
            out.push_str(" (<code>");
            text(out, vendor.id);
            out.push_str("</code>)</dd>");
        }
        out.push_str("</dl></li>");
    }
    out.push_str("</ul></section>");
}

fn outcome(entry: &Entry) -> &'static str {
    match (entry.was_withheld, entry.was_spared, entry.has_passed) {
        (true, false, false) => "withheld",
        (true, ..) => "withheld, and passed",
        (false, true, false) => "passed; would be withheld",
        (false, true, true) => "passed; would be withheld from some",
        (false, false, _) => "passed",
    }
}

fn to_declare(out: &mut String, collected: &Collected, suggestion: &Suggestion) {
    if undeclared(collected) == 0 {
        return;
    }
    out.push_str("<section id=\"declare\"><h2>To declare</h2>");
    if suggestion.is_empty() {
        out.push_str(
            "<p>None of the undeclared names can stand in a policy: give these cookies other names.</p>",
        );
    }
    if !suggestion.new.is_empty() {
        out.push_str("<p>At the end of the policy file:</p>");
        lines(out, &suggestion.new);
    }
    for (id, addition) in &suggestion.additions {
        out.push_str("<p>In the category <code>");
        text(out, id);
        out.push_str("</code>; where it has such a list already, add to that:</p>");
        lines(out, addition);
    }
    out.push_str("</section>");
}

fn lines(out: &mut String, lines: &str) {
    // Long lines scroll, by keyboard too.
    out.push_str("<pre tabindex=\"0\">");
    text(out, lines);
    out.push_str("</pre>");
}
