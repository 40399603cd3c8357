//! What drawings hold beside references: scripts and style sheets, whose text browsers put together from
//! what stands in them, and animations.

use std::convert::Infallible;

use axum::{Router, body::Body};
use tower_consent::{Category, Policy};

use crate::support::{app, get, visitors, with};

/// A site whose page has this in it, and comes in pieces of this size.
fn site(body: &str, size: usize) -> Router {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .category(Category::marketing().vendor("meta-pixel").origin("https://*.ads.example"))
        .build()
        .unwrap();
    let page =
        format!("<!DOCTYPE html><html lang=en><head><title>T</title></head><body>{body}</body></html>");
    app(policy, move |_| {
        let pieces: Vec<_> =
            page.as_bytes().chunks(size).map(<[u8]>::to_vec).map(Ok::<_, Infallible>).collect();
        with(Body::from_stream(tokio_stream::iter(pieces)), &[("content-type", "text/html; charset=utf-8")])
    })
}

/// That it is this until it is allowed, however it is cut.
async fn check(markup: &str, inert: &str) {
    for size in [1, 7, usize::MAX] {
        let app = site(markup, size);
        let [undecided, yes, no] = visitors(&app).await;
        for (cookie, expected) in [(undecided, inert), (no, inert), (yes, markup)] {
            let page = get(&app, "/", &[("cookie", &cookie)]).await;
            assert!(page.text().contains(expected), "{expected}\nis not in\n{}", page.text());
        }
    }
}

#[tokio::test]
async fn a_script_in_a_drawing_waits_if_the_text_that_runs_is_a_loader() {
    for text in [
        "fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js'",
        "fbq(&#39;init&#39;); 'https:&sol;/connect.facebook.net/en_US/fbevents.js'",
        "<![CDATA[fbq('init', 1 < 2); 'https://connect.facebook.net/en_US/fbevents.js']]>",
        "fb<!-- > -->q('init'); 'https://connect.face<!---->book.net/en_<!-->US/fbev<!a>ents<?b>.js<!--->'",
        "fb<![CDATA[q('init'); 'https://connect.fa]]>cebook.net/en_US/fbevents.js'",
        "import 'https://x.ads.ex<!-- -->ample/a.js'",
        // Nobody knows what else is its text.
        "1<g></g>",
        "1<g/>",
    ] {
        let markup = format!("<svg><script>{text}</script></svg><p>t</p>");
        check(&markup, &markup.replacen("<script", "<script type=\"text/plain\"", 1)).await;
    }
    let script = "fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js'";
    check(
        &format!("<svg><SCRIPT type=module href='/a.js'>{script}</script></svg>"),
        &format!(
            "<svg><SCRIPT type=\"text/plain\" data-consent-type=module data-consent-href='/a.js'>{script}</script></svg>"
        ),
    )
    .await;
}

#[tokio::test]
async fn a_script_in_a_drawing_that_loads_nothing_denied_runs() {
    for markup in [
        "<svg><script>fbq('init'); '<!--https://connect.facebook.net/en_US/fbevents.js-->'</script></svg>",
        "<svg><script>&amp;lt; 1 < 2 <![CDATA[ ]] > </g> ]]></script><g/></svg>",
        "<svg><script href='/a.js'/><g>fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js'</g></svg>",
        "<svg><script type=text/x>fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js'</script></svg>",
        "<math><script>fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js'</script></math>",
    ] {
        check(markup, markup).await;
    }
}

/// Each place where something is inserted is marked with `|` or, where it takes a reference, `^`.
async fn check_marked(marked: &str) {
    let inert = marked.replace('|', "about:blank#").replace('^', "&#97;bout:blank#");
    check(&marked.replace(['|', '^'], ""), &inert).await;
}

#[tokio::test]
async fn a_style_sheet_in_a_drawing_is_read_as_browsers_put_it_together() {
    for marked in [
        "<svg><style>@im<!-- ' -->port '|https://x.ads<!---->.example/'; a{b:url(/own)}</style></svg>",
        "<svg><style><![CDATA[a{b:ur]]>l(|https://x.a<![CDATA[ds.example/&amp;)}]]>a{b:url(|//x.ads.example)}</style></svg>",
        "<svg><style>a{b:url(<!a>|https://x.ads.exa<?b>mple/)}<!-- a{b:url(//x.ads.example/)} --></style></svg>",
        "<svg><style>a{b:url(&#39^//x.ads.example/<!--'-->')}/*<!--*/-->url(//x.ads.example/)*/</style></svg>",
        "<svg><style>a{b:url(&#39<![CDATA[|//x.ads.example/]]>')}</style></svg>",
    ] {
        check_marked(marked).await;
    }
}

/// Where a sheet is cut is marked with `|`.
#[tokio::test]
async fn a_style_sheet_in_a_drawing_loads_nothing_behind_a_tag_in_it() {
    const CUT: &str = "</style><style type=\"text/plain\">";
    for marked in [
        "<svg><style>a{</x>|b:url(about:blank#/own)}</style></svg>",
        "<svg><style>a{b:u</html>|rl(//x.ads.example/)}</style></svg>",
        "<svg><style>a{b:url(//x.a</b >|ds.example/)}</style></svg>",
        "<svg><style>a{}|<g>x</g>b{c:url(//x.ads.example/)}</style></svg>",
        "<svg><style>a{}|<g/>b{c:url(//x.ads.example/)}</style></svg>",
        "<svg><style>a{}|<style>b{}</style>c{d:url(//x.ads.example/)}</style></svg>",
        "<svg><style>a{</x>|b{}|<g></g>c{d:url(//x.ads.example/)}</style></svg>",
        "<svg><style>a{</x>|b{}</y>|c{d:url(about:blank#//x.ads.example/)}</style></svg>",
        "<svg><style>a{}</svg><p>c{d:url(//x.ads.example/)}</p>",
        "<svg><style>a{}<p>c{d:url(//x.ads.example/)}</p>",
        "<div><svg><style>a{}</div>c{d:url(//x.ads.example/)}",
        "<svg><g><style>a{}</g>c{d:url(//x.ads.example/)}</svg>",
    ] {
        let sent = marked.replace(['|'], "").replace("about:blank#", "");
        check(&sent, &marked.replace('|', CUT)).await;
    }
}

#[tokio::test]
async fn a_style_sheet_in_a_drawing_is_read_on_behind_long_comments() {
    let comment = "<!-- -- a{b:url(https://x.ads.example/)} > -->".repeat(1000);
    let sheet = format!(
        "<svg><style>{comment}<![CDATA[{}a{{b:url(|//x.ads.example/)}}]]></style></svg>",
        "a{}".repeat(9000)
    );
    let inert = sheet.replace('|', "about:blank#");
    for size in [1000, usize::MAX] {
        let page = get(&site(&sheet.replace('|', ""), size), "/", &[]).await;
        assert!(page.text().contains(&inert), "in pieces of {size}");
    }
}

#[tokio::test]
async fn what_an_animation_draws_with_waits() {
    for marked in [
        "<svg><rect><set attributeName=filter to='url(|https://x.ads.example/f#a)'/></rect></svg>",
        "<svg><rect><animate attributeName=mask from='url(#a)' to='url(|//x.ads.example/m)' by=url(/own)></rect></svg>",
        "<svg><rect><animate attributeName=cursor values='url(/own); url(|https://stats.example.net/c)'/></rect></svg>",
    ] {
        check_marked(marked).await;
    }
}

#[tokio::test]
async fn a_long_address_in_a_drawing_is_judged_by_what_there_is_of_it() {
    let data = "A".repeat(20_000);
    for own in [
        format!("<svg><image xlink:href=\"data:image/png;base64,{data}\"/></svg>"),
        format!("<svg><image width=\"1\" xlink:href=\"/own?{data}\"/></svg>"),
    ] {
        check(&own, &own).await;
    }
    let denied = format!("<svg><image xlink:href=\"//x.ads.example/{data}\"/></svg>");
    check(&denied, &denied.replace("xlink", "data-consent-xlink")).await;
    // What it loads is still to come.
    let cut = format!("<svg><image id=\"{data}\" href=\"//x.ads.example/\"/></svg>");
    check(&cut, &cut.replace("<image", "<image href xlink:href")).await;
}
