//! What stands in the banner's form: by the site's own function, or as it is by default.

mod check;
mod classic;
mod markup;

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{Ask, BannerContext};
use crate::{
    event::warn_once,
    policy::{Finding, Notice, Policy, PolicyError},
};

type Render = dyn Fn(&BannerContext<'_>) -> String + Send + Sync;

/// Makes the content of banners.
#[derive(Clone, Default)]
pub(crate) struct Content(Option<Arc<Render>>);

impl Content {
    /// A site's own, once it holds in every language of the policy.
    ///
    /// # Errors
    ///
    /// What a banner may not lack, or may not have.
    pub(crate) fn own(
        policy: &Policy,
        render: impl Fn(&BannerContext<'_>) -> String + Send + Sync + 'static,
    ) -> Result<Self, PolicyError> {
        let mut findings = Vec::new();
        for language in policy.languages().iter() {
            let ask = Ask::first(policy);
            let context =
                BannerContext { policy, language, opened_in: language.tag(), ask, is_shared: false };
            if let Err(fault) = own(&render, &context) {
                findings.push(Finding::new(format!("banner.{}", language.tag()), fault.value, fault.remedy));
            }
        }
        match findings.is_empty() {
            true => Ok(Self(Some(Arc::new(render)))),
            false => Err(PolicyError::new(findings)),
        }
    }

    /// The site has its own.
    pub(crate) fn is_own(&self) -> bool {
        self.0.is_some()
    }

    /// The content for what is asked, in ASCII, every element with `data-consent-ui`, and well-formed in HTML as in
    /// XHTML. `&` in it begins references that both know.
    pub(super) fn render(&self, context: &BannerContext<'_>) -> String {
        if let Some(render) = &self.0 {
            match own(render.as_ref(), context) {
                Ok(markup) => return markup,
                Err(fault) => warn_once!(
                    "banner",
                    fault.value.as_str(),
                    remedy = fault.remedy,
                    "the site's own banner cannot be shown; the default one is"
                ),
            }
        }
        let markup = match context.notice() {
            Notice::Classic => classic::content(context),
            Notice::Standard => by_default(context),
        };
        markup::clean(&markup).unwrap_or_default()
    }
}

/// What is wrong with a banner of a site's own.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    value: String,
    remedy: &'static str,
}

impl Fault {
    fn new(value: impl Into<String>, remedy: &'static str) -> Self {
        Self { value: value.into(), remedy }
    }
}

fn own(render: &Render, context: &BannerContext<'_>) -> Result<String, Fault> {
    // Nothing that a site's function does may take the page down.
    let markup = catch_unwind(AssertUnwindSafe(|| render(context)))
        .map_err(|_| Fault::new("", "the function panicked: give it something to say for every language"))?;
    let pieces = markup::pieces(&markup)?;
    check::check(&pieces, context)?;
    Ok(markup::write(&pieces))
}

fn by_default(banner: &BannerContext<'_>) -> String {
    let mut out = format!("<div><h2>{}</h2><p>{}</p></div><div>", banner.title(), banner.message());
    for choice in banner.choices() {
        out += &format!(
            "<button class=\"consent-choice\" name=\"choice\" value=\"{}\">{}</button>",
            choice.value, choice.label
        );
    }
    out += &format!(
        "<p><a data-consent-open href=\"{}\">{}</a>",
        banner.settings_href(),
        banner.settings_label()
    );
    if let Some(url) = banner.privacy_policy() {
        out += &format!(" <a href=\"{url}\">{}</a>", banner.privacy_policy_label());
    }
    out + "</p></div>"
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_own() { "Content(<fn>)" } else { "Content" })
    }
}
