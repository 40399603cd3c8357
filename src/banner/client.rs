//! The script that pages carry, and what it has to know of each.
//!
//! Without it everything works; with it an answer takes no new page, other tabs and pages that come back
//! hear of it, and the page's own scripts can ask (`window.towerConsent`). Its text never varies, so that
//! one hash allows it. It holds no `<` and no `&`, which XHTML would read.
//!
//! Where a library swaps pages in, it runs again on each, which has `state` see whether the page says what was
//! known last (`d`), and ask if not. A no that takes no new page, lest what was typed is lost or a form sent again,
//! makes nothing known (`0`), so that the next page is loaded anew.
//!
//! Its names are short for the wire's sake, and those that make it shortest once it is compressed: `S` the
//! attributes below, `i` the banner, `A` an address of the layer's that leads back here, `_` whether the page has to
//! stay (it answers a form, or something was typed: into what was marked by the property `towerConsent` then, or before
//! the script ran), `f` whether one set of categories has what another has not, `q` sends an answer, or only asks what
//! holds, and makes of the page what the reply says, `u` asks. Their first parameter tells why: 2 for an answer given on
//! this page, 1 (or an event) where the visitor has just come (back) to it, none for an answer given in another tab.
//! Where an answer does not get through (`l`), the form goes its way without script, once the browser is done with the
//! click that failed, or with the next where something was typed; but for a browser that knows that it has no network.
//! Of two answers the later one counts: it ends the request `k` that carries the earlier, or, by the form, the page that
//! the earlier has loaded anew.
//!
//! `b` tells other tabs what holds, over the channel `w`, and again, ever more rarely, for a minute: for those whose
//! page was on its way from before the answer. Pages do not tell as they come, since each message takes what the browser
//! keeps whole out of its back/forward cache.
//!
//! Scripts of the site's own that do something with every form hear nothing of this one. Where the page is
//! still arriving, nobody knows yet what on it waits for a yes. Firefox would bring back in frames what they
//! showed before, empty or not, unless the page is loaded anew past its caches, for which it takes an argument
//! (`length` is the number of frames); others have none.
//!
//! A page that comes back, from whatever cache (`back_forward`), or that was fetched ahead (`navigational-prefetch`),
//! asks: no other entry of the page's timing says a `-` or `_` (Resource Timing, `deliveryType`; Navigation Timing,
//! `type`).
//!
//! Browsers announce what changes, not what stands on a page from the start: `j` takes the words out of the
//! confirmation and puts them back. An answer leaves whoever points where they were, while whoever types is
//! shown what has the focus.

use std::fmt::Write as _;

use super::{attribute, inline::CLIENT};
use crate::{
    consent::State,
    policy::{Language, Policy},
};

/// What the script has to know of its page.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageFacts {
    /// What its visitor has allowed, as JSON.
    pub(crate) state: String,
    /// Something in the head of the response, or what the handler has asked for, waits for a yes.
    pub(crate) is_withheld: bool,
    /// The page answers a form, and could not be loaded anew without sending it again.
    pub(crate) is_posted: bool,
    /// Its visitor has just answered.
    pub(crate) is_fresh: bool,
    /// The page's policy lets no script ask anyone for anything, this site included.
    pub(crate) is_mute: bool,
    /// The page's policy lets scripts in the page run, and no file of this site's.
    pub(crate) needs_text: bool,
}

/// The script by itself, on pages that ask: nothing is fetched for it.
pub(super) fn inline(policy: &Policy, language: &Language, facts: &PageFacts) -> String {
    let mut out = String::with_capacity(CLIENT.text.len() + 320);
    out.push_str("<script data-consent-ui=\"\"");
    say(&mut out, policy, language, facts);
    out.push('>');
    out.push_str(&CLIENT.text);
    out.push_str("</script>");
    out
}

/// The same for all other pages: as a file, which browsers keep, where that may load.
pub(super) fn linked(policy: &Policy, language: &Language, facts: &PageFacts) -> String {
    if facts.needs_text {
        return inline(policy, language, facts);
    }
    let mut out = format!(
        "<script data-consent-ui=\"\" defer=\"\" src=\"{}/client.js?{}\" integrity=\"{}\"",
        policy.settings_path(),
        CLIENT.version(),
        CLIENT.integrity
    );
    say(&mut out, policy, language, facts);
    out.push_str("></script>");
    out
}

fn say(out: &mut String, policy: &Policy, language: &Language, facts: &PageFacts) {
    let path = policy.settings_path();
    let query = format!("?lang={}&amp;return_to=", language.tag());
    // An address that leads nowhere, whatever comes behind it: there asking fails as it does for want of a
    // network, and without the violation of a policy that the site would be told of.
    let ui = if facts.is_mute { "//".to_owned() } else { format!("{path}/ui{query}") };
    // A page of one visitor's is not kept in the browser by htmx, to be shown again after a withdrawal.
    let _ = write!(out, " hx-history=\"false\" data-at=\"{path}{query}\" data-ui=\"{ui}\" data-state=\"");
    attribute(out, &facts.state);
    out.push('"');
    // The first looks like what waits in the page itself, for which the script searches.
    let words =
        [(facts.is_withheld, "consent-withheld"), (facts.is_posted, "posted"), (facts.is_fresh, "fresh")];
    for (_, word) in words.iter().filter(|(is_so, _)| *is_so) {
        let _ = write!(out, " data-{word}=\"yes\"");
    }
}

/// What a visitor has allowed, as scripts read it.
pub(crate) fn state_json(policy: &Policy, state: &State) -> String {
    let mut json =
        format!("{{\"decided\":{},\"revision\":{},\"categories\":", state.is_decided(), policy.revision());
    state.write_categories(policy, &mut json);
    json.push('}');
    json
}
