//! What style sheets in pages load, and styles of elements: blank until its category is allowed.

use axum::Router;
use tower_consent::{Category, Policy};

use crate::support::{app, get, visitors, with};

fn site(body: &str) -> Router {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .category(Category::marketing().origin("https://*.ads.example"))
        .build()
        .unwrap();
    let page: &'static str =
        format!("<!DOCTYPE html><html lang=en><head><title>T</title></head><body>{body}</body></html>")
            .leak();
    app(policy, move |_| with(page, &[("content-type", "text/html; charset=utf-8")]))
}

#[track_caller]
fn holds(page: &str, markup: &str) {
    assert!(page.contains(markup), "{markup}\nis not in\n{page}");
}

/// Each place where something is inserted is marked with `|` or, where it takes a reference, `^`.
async fn check(marked: &str) {
    let markup = marked.replace(['|', '^'], "");
    let inert = marked.replace('|', "about:blank#").replace('^', "&#97;bout:blank#");
    let app = site(&markup);
    let [undecided, yes, no] = visitors(&app).await;
    for (cookie, expected) in [(undecided, &inert), (no, &inert), (yes, &markup)] {
        holds(get(&app, "/", &[("cookie", &cookie)]).await.text(), expected);
    }
}

#[tokio::test]
async fn an_address_of_a_denied_origin_is_blank_in_a_style_sheet() {
    for marked in [
        "<style>a{background:url(|https://x.ads.example/a.png) , url(/own.png)}</style>",
        "<style>@import '|//x.ads.example/a.css' screen;@import url( \"|https://stats.example.net/\" )</style>",
        "<style>a{b:u\\72l(|https:\\2f/x.ads.example/a)}</style>",
        "<style>a{b:image-set('|https://x.ads.example/1' 1x, 'own.png' 2x)}</style>",
        "<style>@font-face{src:url('|https://x.ads.example/f.woff2')format('woff2')}</style>",
        "<style>a{b:url(|https://x.ads.example/",
        "<style media=print type=text/x>@import \"|https://x.ads.example/\"</style>",
        "<noscript><style>a{b:url(|https://x.ads.example/)}</style></noscript>",
        "<div><template shadowrootmode=open><style>a{b:url(|https://x.ads.example/)}</style></template></div>",
        "<svg><style>a{b:url(|https://x.ads.example/?a&amp;b)}</style></svg>",
        "<svg><style>@import &quot;|https:&#47;/x.ads.example/&quot;; a{b:url(&#39^//x.ads.example/')}</style></svg>",
        "<svg><style><![CDATA[a{b:url(|https://x.ads.example/)}]]></style></svg>",
    ] {
        check(marked).await;
    }
}

#[tokio::test]
async fn an_address_of_a_denied_origin_is_blank_in_the_style_of_an_element() {
    for marked in [
        "<p style=\"background:url(|https://x.ads.example/a) , url(b)\">t</p>",
        "<p STYLE=background:url(|//x.ads.example/a)>t</p>",
        "<p style=\"background:url(&quot;|https://x.ads.example/a&quot;)\">t</p>",
        "<p style=\"background:url(&quot^//x.ads.example/a&quot)\">t</p>",
        "<p style=\"background:url(&#x27^&#104;ttps://x.ads.example/')\">t</p>",
        "<p style=\"background:&#117;rl(|&#104;ttps&colon;//x.ads.example/)\">t</p>",
        "<img src=/a.png style='background:url(|https://x.ads.example/a)'>",
        "<svg><rect fill=\"url(|https://x.ads.example/a#b)\" filter='url(#own)' mask=\"url(|//x.ads.example/m)\"/></svg>",
        "<svg style='cursor:url(|https://stats.example.net/c),auto'></svg>",
        "<svg cursor='url(|https://stats.example.net/c),auto'></svg>",
    ] {
        check(marked).await;
    }
}

#[tokio::test]
async fn what_loads_nothing_denied_stays() {
    for markup in [
        "<style>/* url(https://x.ads.example/) */a{content:\"url(https://x.ads.example/)\"}</style>",
        "<style>@namespace url(https://x.ads.example/);@namespace s 'https://x.ads.example/';</style>",
        "<style>a[href*='https://x.ads.example/']{b:url(/own)}</style>",
        "<style>a{b:url(#x) url(data:,https://x.ads.example/) url(https://other.example/)}</style>",
        "<p title='url(https://x.ads.example/)' style='color:red'>url(https://x.ads.example/)</p>",
        "<p fill='url(https://x.ads.example/)'></p>",
    ] {
        check(markup).await;
    }
}

#[tokio::test]
async fn a_mark_covers_style_sheets_and_styles() {
    let markup = "<style data-consent=analytics type=text/css>a{b:url(/a)}</style>\
                  <p data-consent=analytics style='background:url(/b)'><b style='fill:url(#c)'>t</b></p>\
                  <style>a{b:url(/d)}</style>";
    let app = site(markup);
    let [undecided, yes, no] = visitors(&app).await;
    for cookie in [undecided, no] {
        holds(
            get(&app, "/", &[("cookie", &cookie)]).await.text(),
            "<style type=\"text/plain\" data-consent=analytics data-consent-type=text/css>\
             a{b:url(about:blank#/a)}</style>\
             <p data-consent=analytics style='background:url(about:blank#/b)'><b style='fill:url(#c)'>t</b></p>\
             <style>a{b:url(/d)}</style>",
        );
    }
    holds(get(&app, "/", &[("cookie", &yes)]).await.text(), markup);
}
