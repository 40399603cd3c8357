//! A site with a banner of its own: the words and the looks are the site's, the rest is the layer's.
//!
//! `cargo run --example own_banner`, then <http://127.0.0.1:3000>.

use axum::{Router, response::Html, routing::get};
use tower_consent::{BannerContext, Category, ConsentLayer, Layout, Policy};

const STYLE: &str = "#cookie-consent { background: #fdf6e3; padding: 1rem; border-bottom: 2px solid #b58900 }
    #cookie-consent button { font: inherit; min-height: 44px; padding: 0 1rem; margin: .5rem .5rem 0 0 }";

fn banner(banner: &BannerContext<'_>) -> String {
    let mut html = format!(
        "<h2>Biscuits?</h2><p>{} <a data-consent-open href=\"{}\">{}</a></p>",
        banner.message(),
        banner.settings_href(),
        banner.settings_label()
    );
    for choice in banner.choices() {
        html += &format!("<button name=choice value={}>{}</button>", choice.value, choice.label);
    }
    html
}

async fn home() -> Html<String> {
    Html(format!(
        "<!DOCTYPE html><html lang=en><title>Bakery</title><style>{STYLE}</style><body><h1>Our bakery</h1></body></html>"
    ))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics"))
        .layout(Layout::Unstyled)
        .build()?;
    let app = Router::new().route("/", get(home)).layer(ConsentLayer::new(policy).banner(banner)?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
