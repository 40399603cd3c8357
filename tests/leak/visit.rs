//! One visitor, from the first page to the way back after a withdrawal.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::json;

use crate::{
    chromium::{Browser, Script},
    front::Front,
    kinds::{Kind, Observed, Sign},
    site::Setting,
};

/// What the visitor has said, and what is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Undecided,
    Refused,
    Accepted,
    Withdrawn,
    /// The page from before the withdrawal, come back to.
    Back,
}

impl Step {
    pub(crate) const DENIED: [Self; 4] = [Self::Undecided, Self::Refused, Self::Withdrawn, Self::Back];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn, next page",
            Self::Back => "withdrawn, Back",
        }
    }
}

/// No reference is followed later than this after the one before.
const QUIET: Duration = Duration::from_secs(2);

/// Everything seen at one step.
#[derive(Debug, Default)]
pub(crate) struct Look {
    pub(crate) seen: Observed,
    /// The cookies of the site.
    pub(crate) own_cookies: BTreeSet<String>,
    /// The cookies of everybody else.
    pub(crate) foreign_cookies: BTreeSet<String>,
}

pub(crate) struct Visitor<'a> {
    pub(crate) browser: Browser,
    front: &'a Front,
    script: Script,
    /// What is to be seen where everything is allowed.
    kinds: &'a [Kind],
}

impl<'a> Visitor<'a> {
    pub(crate) async fn new(front: &'a Front, script: Script, kinds: &'a [Kind]) -> Self {
        let browser = Browser::open_with(script, 1280, 900, &front.arguments()).await;
        Self { browser, front, script, kinds }
    }

    /// Where there is no layer there is one step.
    pub(crate) async fn walk(&self, setting: Setting) -> BTreeMap<Step, Look> {
        let home = format!("https://{}", setting.host());
        let mut looks = BTreeMap::new();
        self.front.forget();
        self.browser.goto(format!("{home}/page")).await.unwrap();
        looks.insert(Step::Undecided, self.look(setting, setting == Setting::Bare).await);
        if setting == Setting::Bare {
            return looks;
        }
        for (choice, step) in
            [("reject", Step::Refused), ("accept", Step::Accepted), ("reject", Step::Withdrawn)]
        {
            let settings = format!("{home}/cookie-consent?return_to=/page");
            self.browser.goto(settings).await.unwrap();
            // What is still on its way comes of the step before.
            self.front.contacts(QUIET).await;
            self.front.forget();
            self.browser.follow(&format!("button[name=choice][value={choice}]")).await;
            assert_eq!(self.browser.path().await, "/page");
            looks.insert(step, self.look(setting, step == Step::Accepted).await);
        }
        self.front.forget();
        for path in ["/cookie-consent?return_to=/page", "/page"] {
            self.back_to(path).await;
        }
        looks.insert(Step::Back, self.look(setting, false).await);
        looks
    }

    /// Fragments and frames have entries of their own in the history.
    async fn back_to(&self, path: &str) {
        for _ in 0..10 {
            self.browser.back().await.unwrap();
            if self.browser.path().await == path {
                return;
            }
        }
        panic!("no way back to {path}");
    }

    /// Waits until the page has done all it does, and clicks what sends pings.
    async fn look(&self, setting: Setting, is_allowed: bool) -> Look {
        let mut look = Look::default();
        if self.script == Script::On {
            self.browser.execute("document.querySelector('.ping').click()", []).await.unwrap();
        }
        // Reports leave in the browser's own time: whoever is to come is waited for.
        for _ in 0..6 {
            look.seen.contacts = self.front.contacts(QUIET).await;
            let has_come = |kind: &Kind| kind.sign == Sign::Attribute || kind.has_arrived(&look.seen);
            if !is_allowed || self.kinds.iter().all(has_come) {
                break;
            }
        }
        // Where markup may not be touched, what it says is no sign of anything.
        if self.script == Script::On && setting != Setting::Csp {
            let live = self.browser.execute(LIVE, []).await.unwrap();
            look.seen.live = serde_json::from_value(live.json().clone()).unwrap();
        }
        let cookies = self.browser.cdp().send_raw("Network.getAllCookies", json!({})).await.unwrap();
        for cookie in cookies["cookies"].as_array().unwrap() {
            let (domain, name) = (cookie["domain"].as_str().unwrap(), cookie["name"].as_str().unwrap());
            let is_own = domain.trim_start_matches('.') == setting.host();
            let jar = if is_own { &mut look.own_cookies } else { &mut look.foreign_cookies };
            jar.insert(name.to_owned());
        }
        look
    }

    pub(crate) async fn clear_cookies(&self) {
        self.browser.cdp().send_raw("Network.clearBrowserCookies", json!({})).await.unwrap();
    }
}

/// The hosts of third parties that stand in attributes which are not inert.
const LIVE: &str = "
const hosts = new Set();
for (const element of document.querySelectorAll('*')) {
  if (element.localName === 'meta' && !element.hasAttribute('http-equiv')) continue;
  for (const { name, value } of element.attributes) {
    if (name.startsWith('data-consent-')) continue;
    for (const [, host] of value.matchAll(/https:\\/\\/([a-z0-9.-]+)/g)) hosts.add(host);
  }
}
return [...hosts];";
