//! Addresses that hold what is loaded, `data:` and `javascript:`: judged by what they hold.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::markup_gate::{check, holds, sent};

const IMAGE: &str = "<img src=https://x.ads.example/b>";

#[tokio::test]
async fn a_document_in_an_address_is_inert_if_anything_in_it_would_be() {
    let html = STANDARD.encode(IMAGE);
    for address in [
        "data:text/html,<img src=https://x.ads.example/b>".to_owned(),
        "DATA:TEXT/HTML;charset=utf-8,%3Cimg%20src=https://x.ads.example/b%3E".to_owned(),
        format!("data:text/html;base64,{html}"),
        format!(" da\nta:text/html;x=y; Base64,{}", html.trim_end_matches('=')),
        "data:application/xhtml+xml,<html xmlns='http://www.w3.org/1999/xhtml'><img src='https://x.ads.example/b'/></html>".to_owned(),
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script href='https://x.ads.example/b'/></svg>".to_owned(),
        "data:text/html,<base href=https://x.ads.example/><img src=b>".to_owned(),
        "data:text/html,<p data-consent=analytics><img src=https://own.example/>".to_owned(),
        "data:text/html,<iframe src='data:text/html,<img src=https://x.ads.example/b>'></iframe>".to_owned(),
        // Nobody here can read it.
        "data:text/html;charset=utf-16be,%00%3C%00p".to_owned(),
    ] {
        for (name, attribute) in [("iframe", "src"), ("object", "data"), ("embed", "src")] {
            let frame = if name == "iframe" { " name=\"consent-withheld-1\"" } else { "" };
            let markup = format!("<{name} {attribute}=\"{address}\"></{name}>");
            let inert = format!("<{name}{frame} data-consent-{attribute}=\"{address}\"></{name}>");
            check(&sent(&markup).await, &markup, &inert);
        }
    }
}

#[tokio::test]
async fn what_an_address_holds_and_does_not_load_stays() {
    for markup in [
        "<iframe src=\"data:text/html,<p>https://x.ads.example/</p>\"></iframe>",
        "<iframe src=\"data:text/plain,<img src=https://x.ads.example/b>\"></iframe>",
        "<iframe src=\"data:,<img src=https://x.ads.example/b>\"></iframe>",
        // Nothing that is relative can be found from there.
        "<iframe src=\"data:text/html,<img src=//x.ads.example/b>\"></iframe>",
        "<iframe src=\"data:text/html;base64,!\"></iframe>",
        "<iframe src=\"data:text/html\"></iframe>",
        // An image loads nothing (SVG Integration, "secure static mode").
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='https://x.ads.example/b'/></svg>\">",
        "<script src=\"data:text/javascript,go('https://x.ads.example/')\"></script>",
        "<iframe src=\"javascript:go(1)\"></iframe>",
        "<a href=\"javascript:location='https://x.ads.example/'\">a link</a>",
        "<link rel=stylesheet href=\"data:text/css,p{color:red}\">",
    ] {
        for page in sent(markup).await {
            holds(&page, markup);
        }
    }
}

#[tokio::test]
async fn a_script_in_an_address_is_judged_as_one_in_the_page() {
    let code = STANDARD.encode("import('https://stats.example.net/a.js')");
    for address in [
        "data:text/javascript,import('https://stats.example.net/a.js')".to_owned(),
        "data:,import(%22https://stats.example.net/a.js%22)".to_owned(),
        format!("data:application/javascript;base64,{code}"),
        "data:text/javascript,import('data:text/javascript,import(%2522https://stats.example.net/a.js%2522)')".to_owned(),
    ] {
        let markup = format!("<script src=\"{address}\"></script>");
        let inert = format!("<script type=\"text/plain\" data-consent-src=\"{address}\"></script>");
        check(&sent(&markup).await, &markup, &inert);
    }
    let text = "import 'data:text/javascript,import(%22https://stats.example.net/a.js%22)'";
    let markup = format!("<script type=module>{text}</script>");
    let inert = format!("<script type=\"text/plain\" data-consent-type=module>{text}</script>");
    check(&sent(&markup).await, &markup, &inert);
}

#[tokio::test]
async fn a_frame_that_a_script_fills_is_inert_if_that_names_what_is_denied() {
    for code in [
        "'<img src=https://x.ads.example/b>'",
        "location.replace('https://x.ads.example/')",
        "void(location='//x.ads.example/')",
        "import('https://stats.example.net/a.js')",
        "%22%3Cimg src='https://x.ads.example/b'>%22",
    ] {
        let markup = format!("<iframe src=\"javascript:{code}\"></iframe>");
        let inert =
            format!("<iframe name=\"consent-withheld-1\" data-consent-src=\"javascript:{code}\"></iframe>");
        check(&sent(&markup).await, &markup, &inert);
    }
}

#[tokio::test]
async fn a_style_sheet_in_an_address_is_judged_as_one_in_the_page() {
    for sheet in ["@import 'https://x.ads.example/a.css'", "p{background:url(https://x.ads.example/p)}"] {
        // In quirks mode browsers take any type.
        for kind in ["text/css", "", "text/plain"] {
            let markup = format!("<link rel=stylesheet href=\"data:{kind},{sheet}\">");
            let inert = format!("<link rel=stylesheet data-consent-href=\"data:{kind},{sheet}\">");
            check(&sent(&markup).await, &markup, &inert);
        }
    }
}

#[tokio::test]
async fn an_address_too_long_to_be_read_waits_for_a_yes_to_everything() {
    let markup = format!("<iframe src=\"data:text/html,{}\"></iframe>", "<p>text</p>".repeat(3000));
    let [undecided, yes, _] = sent(&markup).await;
    holds(
        &undecided,
        "<iframe srcdoc name=\"consent-withheld-1\" data-consent-src=\"data:text/html,<p>text</p>",
    );
    holds(&yes, &markup);
}
