/// Says that a page carries a consent banner already: the handler puts it into the response's
/// extensions, and the layer inserts nothing. Caches are told what they are told of every page that
/// depends on its visitor.
///
/// # Example
///
/// ```
/// use axum::{Extension, response::{Html, IntoResponse}};
/// use tower_consent::{BannerRendered, Consent};
///
/// async fn page(consent: Consent) -> impl IntoResponse {
///     let banner = if consent.is_decided() { "" } else { "<form method=post action=/cookie-consent>…</form>" };
///     (Extension(BannerRendered), Html(format!("<body>{banner}<h1>Home</h1>")))
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BannerRendered;
