use crate::banner::BannerContext;

/// The historic bar, word for word.
const WORDS: &str = "This website uses cookies to improve your experience. \
     We'll assume you're ok with this, but you can opt-out if you wish.";

/// Its opt-out is on the page that "Read More" opens.
pub(super) fn content(banner: &BannerContext<'_>) -> String {
    let signal = banner.signal_sentence().map(|sentence| format!(" {sentence}")).unwrap_or_default();
    format!(
        "<div><p>{WORDS}{signal}</p></div><div>\
         <button class=\"consent-choice\" name=\"choice\" value=\"accept\">Accept</button>\
         <p><a data-consent-open href=\"{}\">Read More</a></p></div>",
        banner.settings_href()
    )
}
