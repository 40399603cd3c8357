//! Whether visitors can reach the banner, and the page behind it: no policy tells, since that is for the page's own
//! styles to say. Where a banner in the page's flow cannot be had, the report says what to write instead.

use std::sync::LazyLock;

use crate::{
    banner::{Inline, attribute},
    endpoint::home,
    policy::{Enforcement, Layout},
    site::Site,
};

/// Opens a page in a window, and looks.
static SCRIPT: LazyLock<Inline> = LazyLock::new(|| Inline::new(include_str!("reach.js")));

/// What looks, where there is something to be seen.
pub(super) fn script(site: &Site) -> Option<&'static Inline> {
    (site.policy.declared().enforcement != Enforcement::Observe).then_some(&*SCRIPT)
}

pub(super) fn render(out: &mut String, site: &Site) {
    out.push_str("<section id=\"reach\"><h2>The banner on the page</h2>");
    if script(site).is_none() {
        out.push_str("<p>A policy that observes shows no banner.</p></section>");
        return;
    }
    out.push_str(
        "<p>Whether it can be seen and used on a phone and on a desktop, and the page behind it: opens the page \
         in a window, and looks. Needs scripts.</p><form hidden><label>Page <input name=\"page\" value=\"",
    );
    attribute(out, home(&site.policy));
    out.push_str("\"></label><div class=\"save\"><button>Look</button></div></form><div role=\"status\"><ul></ul></div>");
    out.push_str("<p data-advice hidden>");
    out.push_str(advice(site.policy.declared().layout));
    out.push_str("</p><p data-control hidden>");
    out.push_str(CONTROL);
    out.push_str("</p></section>");
}

/// What helps where the page lays out its own children, and the link to the settings with them.
const CONTROL: &str = "Pages carry that link once there is an answer. Write <code>settings-control = \"none\"</code> into the \
                       policy, and have a link with <code>data-consent-open</code> on every page.";

/// What helps where a layout does not.
fn advice(layout: Layout) -> &'static str {
    match layout {
        Layout::Top => {
            "This banner is part of the page, which leaves it no room here. Write \
             <code>layout = \"bottom\"</code> into the policy."
        }
        Layout::Bottom | Layout::Corner => {
            "This banner lies over the lower edge of the page. Write <code>layout = \"top\"</code> into the policy, \
             or <code>\"modal\"</code> where that has no room."
        }
        Layout::Modal => {
            "Something of the page lies over the banner, or holds it: look for the highest <code>z-index</code>."
        }
        Layout::Unstyled => "The banner looks as the site has it: its styles have to make room for it.",
    }
}
