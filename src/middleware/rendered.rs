/// Says that a page carries a consent banner already, or is to carry none: the handler, or a layer inside of the
/// consent layer, puts it into the response's extensions, and the layer inserts nothing. What the page loads is
/// gated all the same, and caches are told what they are told of every page that depends on its visitor.
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
///
/// Error pages without a banner:
///
/// ```
/// use axum::{Router, middleware::map_response, response::Response};
/// use tower_consent::{BannerRendered, ConsentLayer, Policy};
///
/// async fn spare_errors(mut response: Response) -> Response {
///     if !response.status().is_success() {
///         response.extensions_mut().insert(BannerRendered);
///     }
///     response
/// }
///
/// let policy = Policy::builder("Example SAS", "privacy@example.com").build()?;
/// let app: Router = Router::new().layer(map_response(spare_errors)).layer(ConsentLayer::new(policy));
/// # Ok::<_, tower_consent::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BannerRendered;
