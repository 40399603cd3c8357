//! Pages that make it hard to be seen in them, or to leave them as they are.

use axum::{
    Router,
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Html,
    routing::get,
};
use tower_consent::{Category, ConsentLayer, Policy, PolicyBuilder};

use crate::web::package;

/// Names and style sheets.
pub(crate) fn shapes() -> Vec<(&'static str, String)> {
    let written = [
        ("plain", ""),
        ("unset", "* { all: unset } body { display: block }"),
        (
            "important",
            "* { font-size: 3px; line-height: 0; color: red; background: blue; text-align: right }",
        ),
        ("small-rem", "html { font-size: 62.5% }"),
        // Lengths in fractions of the window's width.
        ("big-rem", "html { font-size: 100px } body { font-size: .16rem }"),
        ("grid", "body { display: grid; grid-template: auto 1fr auto / 5rem 1fr; min-height: 100vh }"),
        ("row", "body { display: flex }"),
        ("column", "body { display: flex; flex-direction: column; min-height: 100vh } main { flex: 1 }"),
        (
            "fixed-header",
            "header { position: fixed; inset: 0 0 auto; z-index: 1000; background: #ddd } main { padding-top: 4rem }",
        ),
        ("shell", "html, body { margin: 0; overflow: hidden } main { height: 100vh; overflow: auto }"),
        (
            "overlays",
            "section { position: relative } section::before { content: ''; position: absolute; inset: 0; background: #0008 } \
             section button::after { content: ''; position: absolute; inset: -9rem } section * { position: relative } \
             h2::before, section a::after { content: 'more ' } p::first-letter { font-size: 3em; float: left }",
        ),
        (
            "ids",
            "#home p { color: #ccc } #home h2 { color: #eee; font-size: 50px } #home section { position: absolute; left: -999px } \
             #home button { text-transform: uppercase; margin: 40px } #home a { color: #eee; display: none }\
             #home main a { display: inline !important }",
        ),
        (
            "marked-important",
            "button { background: #eee !important; color: #fff !important } p, h2, a { color: #fff !important }",
        ),
        (
            "dark-shell",
            "body { margin: 0; color: #eee } header, main { background: #111 } main a, header a { color: #9cf }",
        ),
        (
            "snap",
            "html { scroll-snap-type: y mandatory } main { scroll-snap-align: start; min-height: 100vh }",
        ),
        (
            "inherited",
            "body { -webkit-text-fill-color: transparent; pointer-events: none; font-style: italic; word-spacing: 2em } \
             main { pointer-events: auto }",
        ),
        ("tabs", "section, div { display: none } section.active { display: block }"),
        ("screens", "section { height: 100vh; background: #222; overflow: hidden }"),
        ("floats", "header, main { float: left; width: 100% }"),
        ("absolute", "main { position: absolute; inset: 0; z-index: 10; background: #fff }"),
    ];
    let written = written.into_iter().map(|(name, css)| (name, css.to_owned()));
    let packaged = [
        ("tailwind", "tailwindcss/preflight.css"),
        ("bootstrap", "bootstrap/dist/css/bootstrap.min.css"),
        ("pico", "@picocss/pico/css/pico.min.css"),
    ];
    written.chain(packaged.map(|(name, path)| (name, package(path)))).collect()
}

/// Styles that leave a banner no room: over what would be under it.
const CROWDED: [(&str, &str); 7] = [
    ("over-top", "header { position: absolute; inset: 0 0 auto } main { padding-top: 4rem }"),
    ("tab-bar", "header { position: fixed; inset: auto 0 0; background: #ddd }"),
    (
        "areas",
        "body { display: grid; grid-template-areas: 'head' 'main' } header { grid-area: head } main { grid-area: main }",
    ),
    ("columns", "body { columns: 2 }"),
    ("rows", "body { display: grid; grid-template-rows: 60px 40px 1fr }"),
    (
        "above-all",
        "header { position: fixed; inset: 0 0 auto; height: 9rem; z-index: 2147483647; background: #ddd }",
    ),
    (
        "body-scrolls",
        "html { height: 100%; overflow: hidden } body { margin: 0; height: 100%; overflow: auto }",
    ),
];

/// Serves them by name, in the language that the query names, and without the layer under `/bare`.
pub(crate) async fn start(settings: impl FnOnce(PolicyBuilder) -> PolicyBuilder) -> String {
    start_with(settings, |layer| layer).await
}

/// The same, with more said of the layer.
pub(crate) async fn start_with(
    settings: impl FnOnce(PolicyBuilder) -> PolicyBuilder,
    layered: impl FnOnce(ConsentLayer) -> ConsentLayer,
) -> String {
    let builder = Policy::builder("Example SAS", "privacy@example.com")
        .privacy_policy("/privacy")
        .exclude(["/bare/*"])
        .category(Category::analytics().vendor("google-analytics"))
        .category(Category::marketing().vendor("meta-pixel"))
        .category(Category::new("media").title("Videos").description("Videos of others.").vendor("youtube"));
    let page = |Path(name): Path<String>, RawQuery(language): RawQuery| async move {
        let language = language.unwrap_or_else(|| "en".to_owned());
        let css = CROWDED.map(|(known, css)| (known, css.to_owned())).into_iter().chain(shapes());
        let css = css.into_iter().find(|(known, _)| *known == name).map(|(_, css)| css).unwrap_or_default();
        let direction = if ["ar", "he"].contains(&language.as_str()) { "rtl" } else { "ltr" };
        let film = |title: &str| {
            format!(
                "<iframe title={title} width=300 height=220 src=https://www.youtube-nocookie.com/embed/x></iframe>"
            )
        };
        let film = match name.as_str() {
            "film" => film("Film"),
            "films" => [film("Film"), film("Sequel")].concat(),
            _ => String::new(),
        };
        let policy = match name.as_str() {
            "meta-policy" => "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">",
            _ => "",
        };
        let script = match name.as_str() {
            "hydrates" => {
                "<script>setTimeout(() => document.getElementById('cookie-consent').remove(), 300)</script>"
            }
            "dialog" => "<dialog id=d>Hello</dialog><script>d.showModal()</script>",
            _ => "",
        };
        let paragraph = "<p>The harbour was quiet that morning, and nobody walked along the quay.</p>";
        Html(format!(
            "<!DOCTYPE html><html lang={language} dir={direction}><head><meta charset=utf-8>{policy}<title>{name}</title>\
             <meta name=viewport content=\"width=device-width, initial-scale=1\"><style>{css}</style></head>\
             <body id=home><header><a href=/plain>Home</a></header><main><h1>A page</h1>{film}{}<form><input aria-label=Name><button \
             type=button>Send</button></form><p><a id=last href=/plain>The last link</a></p></main>{script}</body></html>",
            paragraph.repeat(30)
        ))
    };
    let app = Router::new().route("/{name}", get(page)).route("/bare/{name}", get(page));
    let app = app.fallback(|| async { (StatusCode::NOT_FOUND, "There is no such page.") });
    let app = app.layer(layered(ConsentLayer::new(settings(builder).build().unwrap())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}
