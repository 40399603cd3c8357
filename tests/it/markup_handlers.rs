//! Event handlers in attributes: scripts that stand in a tag, inert until their category is allowed.

use crate::markup_gate::{check, holds, sent};

const LOADER: &str = "(function(h){h._hjSettings={};var u='https://static.hotjar.com/c/hotjar-'})(window)";

#[tokio::test]
async fn handlers_that_run_by_themselves_wait_inside_a_mark() {
    for (inside, inert) in [
        ("<img src=/x onload=\"track()\">", "<img data-consent-src=/x data-consent-onload=\"track()\">"),
        (
            "<input autofocus onfocus=\"new Image().src='https://x.ads.example/f'\">",
            "<input autofocus data-consent-onfocus=\"new Image().src='https://x.ads.example/f'\">",
        ),
        ("<img onerror=track()>", "<img data-consent-onerror=track()>"),
        ("<p><i ONAnimationStart=track()>x</i></p>", "<p><i data-consent-ONAnimationStart=track()>x</i></p>"),
        (
            "<video onloadstart=a() onplay=b()></video>",
            "<video data-consent-onloadstart=a() data-consent-onplay=b()></video>",
        ),
        (
            "<svg onload=a()><set onbegin=b() /></svg>",
            "<svg data-consent-onload=a()><set data-consent-onbegin=b() /></svg>",
        ),
        ("<math onload=a()></math>", "<math data-consent-onload=a()></math>"),
        ("<img onload=a() onload=b()>", "<img data-consent-onload=a() data-consent-onload=b()>"),
        (
            "<noscript><b onload=a()></b></noscript><template><b onload=a()></b></template>",
            "<noscript><b data-consent-onload=a()></b></noscript><template><b data-consent-onload=a()></b></template>",
        ),
    ] {
        let markup = format!("<div data-consent=analytics>{inside}</div><b onload=a()></b>");
        let inert = format!("<div data-consent=analytics>{inert}</div><b onload=a()></b>");
        check(&sent(&markup).await, &markup, &inert);
    }
}

// What asks, plays or closes something works, also where what surrounds it waits.
#[tokio::test]
async fn handlers_of_what_a_visitor_does_stay_unless_their_own_element_is_marked() {
    for inside in [
        "<button onclick=\"ask()\">Play</button>",
        "<form onsubmit=\"return ok(this)\" oninput=a() onreset=b()><input onchange=c() onkeydown=d()></form>",
        "<a href=/own onmouseover=a() onfocus=b() ontouchstart=c() onpointerdown=d()>b</a>",
    ] {
        let markup = format!("<div data-consent=analytics>{inside}</div>");
        for page in sent(&markup).await {
            holds(&page, &markup);
        }
    }
    let markup = "<a href=/own data-consent=analytics onclick=\"track()\" onmouseover=track()>b</a>";
    let inert = "<a href=/own data-consent=analytics data-consent-onclick=\"track()\" data-consent-onmouseover=track()>b</a>";
    check(&sent(markup).await, markup, inert);
}

#[tokio::test]
async fn handlers_that_are_a_loader_or_import_from_a_denied_origin_wait_unmarked() {
    let quoted = LOADER.replace('\'', "&#39;");
    for (markup, inert, is_declared) in [
        (format!("<b onload=\"{LOADER}\"></b>"), format!("<b data-consent-onload=\"{LOADER}\"></b>"), false),
        (
            format!("<img src=/own onerror='{quoted}'>"),
            format!("<img src=/own data-consent-onerror='{quoted}'>"),
            false,
        ),
        (
            format!("<p ontransitionend=\"{LOADER}\" onkeyup=\"{LOADER}\">x</p>"),
            format!("<p data-consent-ontransitionend=\"{LOADER}\" data-consent-onkeyup=\"{LOADER}\">x</p>"),
            false,
        ),
        (
            format!("<button onclick=\"{LOADER}\">x</button>"),
            format!("<button data-consent-onclick=\"{LOADER}\">x</button>"),
            false,
        ),
        (
            format!("<iframe src=/own onload=\"{LOADER}\"></iframe>"),
            format!("<iframe src=/own data-consent-onload=\"{LOADER}\"></iframe>"),
            false,
        ),
        (
            format!("<script src=/own.js onload=\"{LOADER}\"></script>"),
            format!("<script src=/own.js data-consent-onload=\"{LOADER}\"></script>"),
            false,
        ),
        (
            "<svg onload=\"import('https://stats.example.net/a.js')\"></svg>".to_owned(),
            "<svg data-consent-onload=\"import('https://stats.example.net/a.js')\"></svg>".to_owned(),
            true,
        ),
        (
            "<img src=/own onerror=\"this.src='https://stats.example.net/a.gif'\">".to_owned(),
            "<img src=/own data-consent-onerror=\"this.src='https://stats.example.net/a.gif'\">".to_owned(),
            true,
        ),
        (
            "<body onload=\"new Image().src='//stats.example.net/a'\">".to_owned(),
            "<body data-consent-onload=\"new Image().src='//stats.example.net/a'\">".to_owned(),
            true,
        ),
        (
            "<details open ontoggle=\"fill('<img src=https://stats.example.net/a>')\"></details>".to_owned(),
            "<details open data-consent-ontoggle=\"fill('<img src=https://stats.example.net/a>')\"></details>"
                .to_owned(),
            true,
        ),
        (
            "<b onload=\"go('https://static.hotjar.com/c/hotjar-')\"></b>".to_owned(),
            "<b data-consent-onload=\"go('https://static.hotjar.com/c/hotjar-')\"></b>".to_owned(),
            false,
        ),
    ] {
        let pages = sent(&markup).await;
        check(&pages, if is_declared { &markup } else { &inert }, &inert);
    }
    for markup in [
        "<b onclick=\"go('https://static.hotjar.com/c/hotjar-')\"></b>",
        "<a onclick=\"open('https://stats.example.net/share')\">x</a>",
        "<img src=/own onerror=\"this.src='/own//https:'\">",
        "<a title=\"import('https://stats.example.net/a.js')\">x</a>",
        "<script type=application/json onload=\"import('https://stats.example.net/a.js')\"></script>",
    ] {
        for page in sent(markup).await {
            holds(&page, markup);
        }
    }
}

#[tokio::test]
async fn the_handlers_of_a_page_wait_as_others_do() {
    let app = crate::markup_gate::page(
        "<html data-consent=analytics><body onload=\"track()\" onclick=\"go()\"><h1>T</h1></body></html>",
    );
    let page = crate::support::get(&app, "/", &[]).await.text().to_owned();
    holds(&page, "<html data-consent=analytics><body data-consent-onload=\"track()\" onclick=\"go()\">");
    let app = crate::markup_gate::page(format!("<body onpageshow=\"{LOADER}\"><h1>T</h1></body>").leak());
    let page = crate::support::get(&app, "/", &[]).await.text().to_owned();
    holds(&page, &format!("<body data-consent-onpageshow=\"{LOADER}\">"));
}
