//! What pages load: inert until its category is allowed.

use axum::Router;
use tower_consent::{Category, Policy, PolicyBuilder};

use crate::support::{answered, app, get, visitors, with};

fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .category(Category::marketing().origin("https://*.ads.example"))
        .category(Category::embeds().origin("https://video.example/embed"))
}

fn site(policy: PolicyBuilder, body: &str) -> Router {
    let body = body.to_owned();
    app(policy.build().unwrap(), move |_| {
        let page: &'static str = Box::leak(
            format!("<!DOCTYPE html><html lang=en><head><title>T</title></head><body>{body}</body></html>")
                .into_boxed_str(),
        );
        with(page, &[("content-type", "text/html; charset=utf-8")])
    })
}

/// A site that is this page.
pub(crate) fn page(page: &'static str) -> Router {
    app(declared().build().unwrap(), move |_| with(page, &[("content-type", "text/html; charset=utf-8")]))
}

/// The markup as the undecided, the accepting and the refusing visitor get it.
pub(crate) async fn sent(body: &str) -> [String; 3] {
    let app = site(declared(), body);
    let [undecided, yes, no] = visitors(&app).await;
    let mut pages = Vec::new();
    for cookie in [undecided, yes, no] {
        pages.push(get(&app, "/", &[("cookie", &cookie)]).await.text().to_owned());
    }
    [0, 1, 2].map(|at| pages[at].clone())
}

#[track_caller]
pub(crate) fn holds(page: &str, markup: &str) {
    assert!(page.contains(markup), "{markup}\nis not in\n{page}");
}

/// Inert in the pages of those who have not agreed, and as it was written where they have.
#[track_caller]
pub(crate) fn check(pages: &[String; 3], markup: &str, inert: &str) {
    let [undecided, yes, no] = pages;
    holds(undecided, inert);
    holds(no, inert);
    holds(yes, markup);
}

/// What a formatting element covers goes on where browsers open it again (HTML standard, "reconstruct the active
/// formatting elements").
#[tokio::test]
async fn a_mark_holds_where_its_element_is_opened_again() {
    const IMG: &str = "<img src=/own.png>";
    const INERT: &str = "<img data-consent-src=/own.png>";
    for (markup, is_covered) in [
        ("<p><a data-consent=marketing href=/go><div>IMG</div></a></p>", true),
        ("<p><a data-consent=marketing href=/go>x<ul><li>IMG</ul></a>", true),
        ("<p><b data-consent=marketing>x</p><p>IMG</b></p>", true),
        ("<p><b data-consent=marketing>x</p><div></div>IMG", true),
        ("<p><b data-consent=marketing><i>x</p><p>IMG", true),
        ("<p><b data-consent=marketing>x</b></p>IMG", false),
        ("<p><b data-consent=marketing>x</p><p>y</b>IMG</p>", false),
        ("<p><b data-consent=marketing>x</p><table><td>IMG</td></table>", false),
        ("<p><span data-consent=marketing>x</p><p>IMG", false),
    ] {
        let (markup, inert) =
            (markup.replace("IMG", IMG), markup.replace("IMG", if is_covered { INERT } else { IMG }));
        check(&sent(&markup).await, &markup, &inert);
    }
    // It stands beside what is open again with the next text.
    let frame = "<p><b data-consent=marketing>x</p><iframe src=/own></iframe>";
    check(&sent(frame).await, frame, frame);
}

#[tokio::test]
async fn what_loads_from_a_denied_origin_is_inert_and_passes_unchanged_once_allowed() {
    for (markup, inert) in [
        (
            "<script src=\"https://stats.example.net/a.js\" async></script>",
            "<script type=\"text/plain\" data-consent-src=\"https://stats.example.net/a.js\" async></script>",
        ),
        (
            "<script type=module src=//STATS.example.net/a.js></script>",
            "<script type=\"text/plain\" data-consent-type=module data-consent-src=//STATS.example.net/a.js></script>",
        ),
        (
            "<img src='https://x.ads.example/p.gif' alt>",
            "<img data-consent-src='https://x.ads.example/p.gif' alt>",
        ),
        (
            "<img src=/own.png srcset=\"/own.png 1x, https://x.ads.example/2.png 2x\">",
            "<img src=/own.png data-consent-srcset=\"/own.png 1x, https://x.ads.example/2.png 2x\">",
        ),
        (
            "<img SRC=\"https:&#47;&sol;x.ads.example/p\">",
            "<img data-consent-SRC=\"https:&#47;&sol;x.ads.example/p\">",
        ),
        (
            "<img src=\" \thttps:\n//x.ads.example/p\">",
            "<img data-consent-src=\" \thttps:\n//x.ads.example/p\">",
        ),
        (
            "<iframe hidden src=https://video.example/embed/1></iframe>",
            "<iframe name=\"consent-withheld-1\" hidden data-consent-src=https://video.example/embed/1></iframe>",
        ),
        (
            "<link rel=\"x Preconnect\" href=https://stats.example.net>",
            "<link rel=\"x Preconnect\" data-consent-href=https://stats.example.net>",
        ),
        (
            "<video poster=https://x.ads.example/a src=/b></video>",
            "<video data-consent-poster=https://x.ads.example/a src=/b></video>",
        ),
        (
            "<object data=https://x.ads.example/a></object>",
            "<object data-consent-data=https://x.ads.example/a></object>",
        ),
        ("<embed src=https://x.ads.example/a>", "<embed data-consent-src=https://x.ads.example/a>"),
        (
            "<a href=https://x.ads.example/ ping=\"/p https://stats.example.net/p\">b</a>",
            "<a href=https://x.ads.example/ data-consent-ping=\"/p https://stats.example.net/p\">b</a>",
        ),
        (
            "<meta http-equiv=refresh content=\"9; URL='https://x.ads.example/'\">",
            "<meta data-consent-http-equiv=refresh content=\"9; URL='https://x.ads.example/'\">",
        ),
        (
            "<meta http-equiv=refresh content=\"0 //x.ads.example/\">",
            "<meta data-consent-http-equiv=refresh content=\"0 //x.ads.example/\">",
        ),
        ("<img src=\"///x.ads.example/p\">", "<img data-consent-src=\"///x.ads.example/p\">"),
        (
            "<svg><image xlink:href=https://x.ads.example/a /><use href=https://x.ads.example/b /></svg>",
            "<svg><image data-consent-xlink:href=https://x.ads.example/a /><use data-consent-href=https://x.ads.example/b /></svg>",
        ),
        (
            "<noscript><img src=https://x.ads.example/n></noscript>",
            "<noscript><img data-consent-src=https://x.ads.example/n></noscript>",
        ),
        (
            "<template><img src=https://x.ads.example/n></template>",
            "<template><img data-consent-src=https://x.ads.example/n></template>",
        ),
        (
            "<table background=https://x.ads.example/n></table>",
            "<table data-consent-background=https://x.ads.example/n></table>",
        ),
        (
            "<img onerror=x() src=https://x.ads.example/n>",
            "<img data-consent-onerror=x() data-consent-src=https://x.ads.example/n>",
        ),
    ] {
        let [undecided, yes, no] = sent(markup).await;
        holds(&undecided, inert);
        holds(&no, inert);
        holds(&yes, markup);
    }
}

#[tokio::test]
async fn what_does_not_load_or_is_nobodys_business_stays() {
    for markup in [
        "<a href=https://x.ads.example/>link</a>",
        "<img src=/own.png srcset=\"/own2.png 2x\">",
        "<img src=https://other.example/a.png>",
        "<script>var a = \"https://stats.example.net/a.js\";</script>",
        "<!-- <img src=https://x.ads.example/> -->",
        "<textarea><img src=https://x.ads.example/></textarea>",
        "<script type=application/ld+json src=https://x.ads.example/></script>",
        "<link rel=canonical href=https://x.ads.example/>",
        "<script type=text/typescript src=https://x.ads.example/></script>",
        "<meta http-equiv=refresh content=\"9; url='/own'//x.ads.example/\">",
        "<input type=text src=https://x.ads.example/>",
        "<iframe src=https://video.example/other></iframe>",
        "<p src=https://x.ads.example/>",
    ] {
        for page in sent(markup).await {
            holds(&page, markup);
        }
    }
}

#[tokio::test]
async fn marks_cover_what_is_inside_and_nothing_behind() {
    let markup =
        "<div data-consent=analytics><p><img src=/a.png><script>go()</script></p></div><img src=/b.png>";
    let [undecided, yes, _] = sent(markup).await;
    holds(
        &undecided,
        "<div data-consent=analytics><p><img data-consent-src=/a.png>\
         <script type=\"text/plain\">go()</script></p></div><img src=/b.png>",
    );
    holds(&yes, markup);
}

#[tokio::test]
async fn a_mark_needs_all_it_names_and_an_unknown_one_never_holds() {
    let app = site(
        declared(),
        "<img data-consent='analytics marketing' src=/1><img data-consent=marktng src=/2><img data-consent src=/3>",
    );
    let analytics = answered(&app, "choice=save&category=analytics").await;
    let page = get(&app, "/", &[("cookie", &analytics)]).await.text().to_owned();
    holds(&page, "<img data-consent='analytics marketing' data-consent-src=/1>");
    let [_, yes, _] = sent("<img data-consent='analytics marketing' src=/1><img data-consent=marktng src=/2><img data-consent src=/3>").await;
    holds(
        &yes,
        "<img data-consent='analytics marketing' src=/1><img data-consent=marktng data-consent-src=/2><img data-consent data-consent-src=/3>",
    );
}

#[tokio::test]
async fn what_stands_in_goes_once_it_is_not_needed() {
    let markup = "<p data-consent=!embeds>No video <img src=/still.png></p>";
    let [undecided, yes, no] = sent(markup).await;
    holds(&undecided, markup);
    holds(&no, markup);
    holds(&yes, "<p hidden=\"\" data-consent=!embeds>No video <img data-consent-src=/still.png></p>");
}

#[tokio::test]
async fn a_base_counts_once_it_has_been_met() {
    for (opening, closing) in [("<template>", "</template>"), ("<noscript>", "</noscript>")] {
        let page = |href: &str| format!("{opening}<base {href}=https://x.ads.example/>{closing}<img src=a>");
        check(&sent(&page("href")).await, &page("href"), &page("data-consent-href"));
    }
    let [undecided, ..] = sent("<img src=a><base href=https://x.ads.example/><base href=/><img src=b>").await;
    holds(
        &undecided,
        "<img src=a><base data-consent-href=https://x.ads.example/><base href=/><img data-consent-src=b>",
    );
}

#[tokio::test]
async fn recognised_trackers_wait_for_a_declaration() {
    let markup = "<script src=https://static.hotjar.com/c/x.js></script>";
    for page in sent(markup).await {
        holds(
            &page,
            "<script type=\"text/plain\" data-consent-src=https://static.hotjar.com/c/x.js></script>",
        );
    }
}

#[tokio::test]
async fn the_scripts_that_vendors_have_people_paste_wait_and_text_that_names_them_does_not() {
    let declared =
        || declared().category(Category::new("ads").title("Ads").description("Ads").vendor("meta-pixel"));
    for (script, is_declared) in [
        (
            "!function(f,b,e,v){f.fbq=function(){};e='https://connect.facebook.net/en_US/fbevents.js'}(window);fbq('init','1')",
            true,
        ),
        (
            "(function(w,l){w[l]=w[l]||[];w[l].push({'gtm.start':1});var u='https://www.googletagmanager.com/gtm.js?id='})(window,'dataLayer')",
            false,
        ),
        (
            "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date())",
            false,
        ),
        ("(function(h){h._hjSettings={hjid:1};var u='https://static.hotjar.com/c/hotjar-'})(window)", false),
        (
            "(function(w,d,t,u,o){w[u]=w[u]||[];n.src=\"https://bat.bing.net/bat.js?ti=\"+o.ti;o.q=w[u],w[u]=new UET(o)})(window,document,\"script\",\"uetq\",{ti:\"1\"})",
            false,
        ),
        (
            "(function(c,l,a){c[a]=function(){(c[a].q=[]).push(arguments)};u='https://www.clarity.ms/tag/'})(window,document,'clarity')",
            false,
        ),
        (
            "var analytics=[];analytics.load=function(){var u='https://cdn.segment.com/analytics.js/v1/'}",
            false,
        ),
        ("var _paq=window._paq=[];_paq.push(['setTrackerUrl','//m/matomo.php'])", false),
        ("!function(t,e){e.__SV||(e._i=[])}(document,window.posthog||[]);posthog.init('phc_1')", false),
        ("!function(w,t){w.TiktokAnalyticsObject=t;var ttq=w[t]=[]}(window,'ttq')", false),
        ("_linkedin_partner_id='1';window._linkedin_data_partner_ids=[]", false),
        (
            "(function(l){window.lintrk=l;var u='https://snap.licdn.com/li.lms-analytics/insight.min.js'})(window.lintrk)",
            false,
        ),
    ] {
        let page: &'static str = Box::leak(format!("<script nonce=x>{script}</script>").into_boxed_str());
        let app = site(declared(), page);
        let [undecided, yes, no] = visitors(&app).await;
        let inert = format!("<script type=\"text/plain\" nonce=x>{script}</script>");
        for (cookie, is_inert) in [(undecided, true), (yes, !is_declared), (no, true)] {
            let reply = get(&app, "/", &[("cookie", &cookie)]).await;
            holds(reply.text(), if is_inert { &inert } else { page });
        }
    }
    for script in [
        "var hosts=['connect.facebook.net/en_US/fbevents.js','www.googletagmanager.com/gtm.js']",
        "/* we do not use gtag() or _hjSettings */",
        "{\"text\":\"posthog.init is how it starts\"}",
    ] {
        let page: &'static str = Box::leak(format!("<script>{script}</script>").into_boxed_str());
        for page_sent in sent(page).await {
            holds(&page_sent, page);
        }
    }
}

#[tokio::test]
async fn a_script_that_loads_several_waits_for_all_of_them() {
    let script = "<script>!function(f){f.fbq=function(){};e='https://connect.facebook.net/en_US/fbevents.js'}(window);\
                  (function(h){h._hjSettings={hjid:1};var u='https://static.hotjar.com/c/hotjar-'})(window)</script>";
    let inert = script.replace("<script>", "<script type=\"text/plain\">");
    let marketing = || Category::marketing().vendor("meta-pixel");
    let policy = || Policy::builder("Example SAS", "privacy@example.com").category(marketing());
    let undeclared = site(policy(), script);
    let declared = site(policy().category(Category::analytics().vendor("hotjar")), script);

    let yes = answered(&undeclared, "choice=accept").await;
    holds(get(&undeclared, "/", &[("cookie", &yes)]).await.text(), &inert);
    let one = answered(&declared, "choice=save&category=marketing").await;
    holds(get(&declared, "/", &[("cookie", &one)]).await.text(), &inert);
    let both = answered(&declared, "choice=accept").await;
    holds(get(&declared, "/", &[("cookie", &both)]).await.text(), script);
}
