use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, request::Parts};

use super::{
    Route,
    form::{Act, Form},
    negotiate::prefers_json,
    record::{Decided, DecisionRecord},
    reply, sanitize, state, ui,
};
use crate::{
    banner::notice_revision,
    consent::{
        Answers, Choice, Circumstances, State, Stored, Visit, cookie_names, host, is_secure,
        remove_duplicates, single, write,
    },
    event::warn_once,
    gate::RemovalPlace,
    policy::{CategoryId, Host, Mask, Policy},
    site::Site,
};

/// What a choice leads to.
#[derive(Debug)]
pub(crate) struct Applied {
    /// What holds from now on.
    pub(crate) state: State,
    /// Seconds since the latest answer.
    pub(crate) age: Option<i64>,
    /// The `Set-Cookie` lines that make it so.
    pub(crate) cookies: Vec<HeaderValue>,
    /// Something was allowed before that is denied now.
    pub(crate) withdraws: bool,
    /// The browser's cache of this site is to be emptied.
    empties_cache: bool,
    /// Network reports were allowed, and are not any more.
    ends_network_reports: bool,
    pub(crate) record: DecisionRecord,
}

/// Works a choice out: the new state, the consent cookie, and the removal of what is denied now.
pub(crate) fn apply<'a>(
    site: &Site,
    visit: &Visit,
    choice: Choice,
    now: i64,
    origin: Option<&str>,
    place: RemovalPlace<'_>,
    sent: impl Iterator<Item = &'a str>,
) -> Applied {
    let policy = &site.policy;
    let earlier = visit.consent.state();
    let answers = Answers::decide(earlier.answers.as_ref(), policy, earlier.rules.lasting(), choice, now);
    let mut cookies = Vec::new();
    if let Some(answers) = &answers {
        let secure = is_secure(policy, origin, visit.seen);
        let is_plain = origin.is_some_and(|origin| origin.starts_with("http://"));
        if secure && is_plain && visit.seen.prefixed == 0 {
            warn_once!(
                "insecure-origin",
                "decision",
                "a decision comes over plain HTTP, where browsers keep no Secure cookie: the banner will return; \
                 serve the site over HTTPS, or set cookie.secure to \"never\""
            );
        }
        cookies.push(write(policy, answers, earlier.rules.kept_for(), secure));
        cookies.extend(remove_duplicates(&policy.declared().cookie, visit.seen, secure, place.host));
    }
    let circumstances = Circumstances {
        signal: earlier.signal,
        jurisdiction: earlier.rules.jurisdiction,
        now,
        ..Circumstances::default()
    };
    let state = match answers {
        Some(answers) => State::new(policy, Stored::Answers(answers), circumstances),
        // Nothing is decided, so nothing changes; an unusable cookie is still no first visit.
        None => earlier.clone(),
    };
    if choice.deny != 0 {
        cookies.extend(site.gate.removals(site.gate.to_remove(sent, state.effective), place));
    }
    let record = DecisionRecord {
        at: now,
        revision: policy.revision(),
        notice: None,
        granted: ids(policy, choice.grant),
        denied: ids(policy, choice.deny),
    };
    let withdraws = earlier.effective & !state.effective != 0;
    // Elsewhere browsers do not obey, and complain.
    let is_secure = origin.is_none_or(|origin| !origin.starts_with("http://")) || place.host.is_local();
    let ends_network_reports = withdraws
        && site.gate.withholds_header("nel", state.effective)
        && !site.gate.withholds_header("nel", earlier.effective);
    Applied {
        age: state.age(now),
        state,
        cookies,
        withdraws,
        empties_cache: withdraws && is_secure,
        ends_network_reports,
        record,
    }
}

impl Applied {
    /// Writes into a response what makes it so. A withdrawal also empties the browser's cache of this
    /// site, so that Back brings no page to life again that was made under the earlier answer
    /// (W3C Clear Site Data, section 3.1), and with it the client hints that were asked for. What the browser
    /// was told to report of the network it would go on reporting, so that is ended (Network Error Logging,
    /// section 4.1).
    pub(crate) fn write(&mut self, headers: &mut HeaderMap) {
        for line in self.cookies.drain(..) {
            headers.append(header::SET_COOKIE, line);
        }
        if self.empties_cache {
            headers.append(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
        }
        if self.ends_network_reports {
            headers.insert(NEL, HeaderValue::from_static("{\"max_age\":0}"));
        }
    }
}

const NEL: HeaderName = HeaderName::from_static("nel");
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

fn ids(policy: &Policy, mask: Mask) -> Vec<CategoryId> {
    policy.members(mask).map(|category| category.id.clone()).collect()
}

pub(super) fn by_form(
    site: &Site,
    visit: &Visit,
    parts: &Parts,
    route: Route,
    form: &Form,
    now: i64,
) -> Decided {
    let choice = choice(&site.policy, visit.consent.state(), form);
    let names = cookie_names(&parts.headers);
    // The page answered from is where scripts have put their cookies.
    let target = sanitize(&site.policy, form.return_to.as_deref().unwrap_or_default());
    let page = target.split('?').next().unwrap_or_default();
    let mut applied = apply(
        site,
        visit,
        choice,
        now,
        single(&parts.headers, "origin"),
        RemovalPlace { host: Host::new(host(&site.policy, parts)), path: page, turn: 0 },
        names.iter().map(String::as_str),
    );
    applied.record.notice.clone_from(&form.notice);
    let mut response = match route {
        // An older notice may have been no question any more: then the page is to ask anew.
        Route::Ui if applied.state.answers.is_some() => see_other(ui::location(site, parts)),
        Route::Ui => see_other(target),
        _ if prefers_json(&parts.headers) => {
            state::reply_after(&visit.consent, &applied.state, applied.withdraws)
        }
        _ => see_other(target),
    };
    applied.write(response.headers_mut());
    Decided { record: applied.record, response }
}

fn see_other(target: String) -> Response<Bytes> {
    let mut response = reply(StatusCode::SEE_OTHER, "", Bytes::new());
    let target = HeaderValue::try_from(target).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, target);
    response
}

/// What the form answers, category by category.
fn choice(policy: &Policy, state: &State, form: &Form) -> Choice {
    let asked = form.asked.unwrap_or(policy.optional());
    let choice = match form.act {
        Act::Accept => Choice::grant(asked),
        // Nobody who rejects what is asked for means to be measured.
        Act::Reject => Choice::deny(asked | state.rules.exempt & !state.granted),
        Act::Save => Choice {
            // A box that was ticked from the start is no consent (CJEU, C-673/17, Planet49).
            grant: form.categories & !state.measured(),
            deny: policy.optional() & !form.categories,
        },
        Act::Allow => Choice::grant(form.categories),
    };
    let is_current =
        form.notice.as_deref().is_none_or(|notice| notice_revision(notice) == Some(policy.revision()));
    if is_current {
        choice
    } else {
        // Nobody can agree to what an older notice did not say.
        Choice::deny(choice.deny)
    }
}
