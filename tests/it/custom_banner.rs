//! Sites that render their own banner.

use axum::Router;
use tower_consent::{
    BannerContext, Category, ConsentLayer, Delivery, Layout, Model, Notice, Policy, PolicyBuilder,
    PolicyError,
};

use crate::support::{PAGE, answered, app_with, get, html, policy, post_form};

const OWN_STYLE: &str = include_str!("../../src/banner/look/own.css").trim_ascii_end();

/// A banner with a checkbox for each category.
fn own(banner: &BannerContext<'_>) -> String {
    let mut out = format!("<h2 class=\"own\">Caf\u{e9}</h2><p>{}", banner.message());
    for category in banner.categories() {
        out += &format!(
            "<label><input type=checkbox name=category value={}> {}</label>",
            category.id, category.title
        );
    }
    out += "</p>";
    for choice in banner.choices() {
        out += &format!("<button name=choice value={}>{}</button>", choice.value, choice.label);
    }
    out += &format!("<button name=choice value=save>{}</button>", banner.text("save").unwrap());
    out + &format!("<a href=\"{}\">{}</a>", banner.settings_href(), banner.settings_label())
}

fn layer(settings: impl FnOnce(PolicyBuilder) -> PolicyBuilder) -> ConsentLayer {
    let policy = Policy::builder("Example & Sons", "privacy@example.com")
        .category(Category::analytics().cookie("_an"))
        .category(Category::marketing());
    ConsentLayer::new(settings(policy).build().unwrap())
}

fn site(layer: ConsentLayer) -> Router {
    app_with(layer, |_| html(PAGE))
}

#[tokio::test]
async fn a_site_renders_what_stands_in_the_form_and_the_rest_stays() {
    let app = site(layer(|policy| policy).banner(own).unwrap());
    let page = get(&app, "/a?b=c", &[]).await;
    assert!(page.text().is_ascii() && page.text().contains("Caf&#233;"), "{}", page.text());
    let dom = page.dom();
    let banner = dom.by_id("cookie-consent").unwrap();
    let inside = page
        .text()
        .split_once("<section id=\"cookie-consent\"")
        .unwrap()
        .1
        .split_once("</section>")
        .unwrap()
        .0;
    assert!(banner.attrs().contains(&("lang".into(), "en".into())));
    for part in [
        "<form data-consent-ui=\"\" method=\"post\" action=\"/cookie-consent\"",
        "name=\"return_to\" value=\"/a?b=c\"",
        "<h2 data-consent-ui=\"\" class=\"own\">",
        "<bdi data-consent-ui=\"\">Example &amp; Sons</bdi>",
        "<input data-consent-ui=\"\" type=\"checkbox\" name=\"category\" value=\"marketing\"/>",
        "<button data-consent-ui=\"\" name=\"choice\" value=\"reject\">Reject</button>",
        "href=\"/cookie-consent?lang=en&amp;return_to=/a%3Fb%3Dc\"",
    ] {
        assert!(inside.contains(part), "{part}\n{inside}");
    }
    assert_eq!(
        inside.matches('<').count() - inside.matches("</").count(),
        inside.matches("data-consent-ui=\"\"").count() - 1
    );
    let notice = inside.split_once("name=\"notice\" value=\"").unwrap().1.split('"').next().unwrap();
    let answer = format!("choice=save&category=analytics&notice={notice}&return_to=/a");
    let reply = post_form(&app, "/cookie-consent", &answer, &[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/a".into()));
    let cookie = reply.consent_cookie();
    assert!(!get(&app, "/", &[("cookie", &cookie)]).await.has_banner());
}

#[tokio::test]
async fn another_banner_is_another_notice_and_another_variant_of_the_page() {
    let with_tag = |layer| {
        app_with(layer, |_| crate::support::with(PAGE, &[("content-type", "text/html"), ("etag", "\"1\"")]))
    };
    let (by_default, own) =
        (with_tag(layer(|policy| policy)), with_tag(layer(|policy| policy).banner(own).unwrap()));
    let (by_default, own) = (get(&by_default, "/", &[]).await, get(&own, "/", &[]).await);
    assert_ne!(by_default.header("etag"), own.header("etag"));
    let notice = |page: &str| page.split_once("name=\"notice\" value=\"").unwrap().1[..10].to_owned();
    assert_ne!(notice(by_default.text()), notice(own.text()));
}

#[tokio::test]
async fn the_default_banner_could_be_a_sites_own() {
    fn by_default(banner: &BannerContext<'_>) -> String {
        let mut out = format!("<div><h2>{}</h2><p>{}</p></div><div>", banner.title(), banner.message());
        for choice in banner.choices() {
            out += &format!(
                "<button class=consent-choice name=choice value={}>{}</button>",
                choice.value, choice.label
            );
        }
        out += &format!(
            "<p><a data-consent-open href=\"{}\">{}</a>",
            banner.settings_href(),
            banner.settings_label()
        );
        if let Some(url) = banner.privacy_policy() {
            out += &format!(" <a href=\"{url}\">{}</a>", banner.privacy_policy_label());
        }
        out + "</p></div>"
    }
    let own = site(ConsentLayer::new(policy()).banner(by_default).unwrap());
    let default = site(ConsentLayer::new(policy()));
    for (path, header) in [("/", ("accept-language", "en")), ("/x?y", ("sec-gpc", "1"))] {
        let page = get(&own, path, &[header]).await.text().to_owned();
        // The style for buttons that stand otherwise than by default.
        let (before, behind) = page.split_once(OWN_STYLE).unwrap();
        assert_eq!([before, behind].concat(), get(&default, path, &[header]).await.text());
    }
}

fn error(
    settings: impl FnOnce(PolicyBuilder) -> PolicyBuilder,
    markup: impl Into<String>,
) -> Option<PolicyError> {
    let markup = markup.into();
    let render = move |banner: &BannerContext<'_>| {
        let link = format!("<a href=\"{}\">More</a>", banner.settings_href());
        markup.replace("{settings}", &link).replace("{message}", &banner.message())
    };
    layer(settings).banner(render).err()
}

#[test]
fn a_banner_that_misleads_or_breaks_is_refused() {
    const BOTH: &str =
        "<button name=choice value=accept>Yes</button><button name=choice value=reject>No</button>";
    assert_eq!(error(|policy| policy, ["{message}", BOTH, "{settings}"].concat()), None);
    // In HTML a slash ends nothing.
    let slashed = BOTH.replace("accept>", "accept />").replace("reject>", "reject />");
    let drawn = "<svg><g><path d='M0'/></g></svg><div/>{message}</div>{settings}";
    assert_eq!(error(|policy| policy, [drawn, &slashed].concat()), None);
    for (markup, value, remedy) in [
        ("{settings}<button name=choice value=accept>Yes</button>", "reject", "choices()"),
        ("{settings}<button name=choice value=reject>No</button>", "accept", "choices()"),
        ("{both}", "", "settings_href()"),
        (
            "{settings}<a name=choice value=accept>Yes</a><button name=choice value=reject>No</button>",
            "accept",
            "choices()",
        ),
        (
            "{settings}<button class=big name=choice value=accept>Y</button><button name=choice value=reject>N</button>",
            "class",
            "easier",
        ),
        ("{settings}{both}<button name=choice value=accept>Yes</button>", "accept", "once"),
        ("{settings}{both}<button name=choice value=allow>Yes</button>", "allow", "accept, reject or save"),
        (
            "{settings}{both}<input type=checkbox name=category value=analytics checked>",
            "checked",
            "beforehand",
        ),
        ("{settings}{both}<input type=checkbox name=category value=others>", "<input>", "id of a category"),
        ("{settings}{both}<input type=hidden name=notice value=0>", "<input>", "inputs"),
        ("{settings}{both}<img src=https://ads.example/x.gif>", "src", "of this site"),
        ("{settings}{both}<img src=//ads.example/x.gif>", "src", "of this site"),
        ("{settings}{both}<img src=/\\ads.example/x.gif>", "src", "of this site"),
        ("{settings}{both}<img srcset=//ads.example/x.gif>", "srcset", "loads nothing"),
        ("{settings}{both}<p style='background:image-set(\"//ads.example\")'></p>", "style", "style sheet"),
        ("{settings}<p style='display:none'>{both}</p>", "style", "style sheet"),
        ("{settings}{both}<svg><path filter='url(//ads.example/f#a)'/></svg>", "filter", "in drawings"),
        ("{settings}<div popover>{both}</div>", "popover", "from the start"),
        ("{settings}<details>{both}</details>", "<details>", "consists of"),
        ("{settings}{both}", "Example & Sons", "say who asks"),
        ("{settings}{both}<p>Example &amp; Sons</p>", "Audience measurement", "each category asked for"),
        (
            "{settings}{both}<p>Example &amp; Sons: audience measurement</p>",
            "Advertising",
            "each category asked for",
        ),
        (
            "{settings}<button name=choice value=accept>Reject all trackers</button>\
             <button name=choice value=reject>Accept all trackers</button>",
            "reject",
            "say what it does",
        ),
        (
            "{settings}<button name=choice value=accept>Yes</button><br><br><button name=choice value=reject>No</button>",
            "<button>",
            "nothing but buttons between",
        ),
        (
            "{settings}<button name=choice value=reject>No</button><h2>Details</h2><button name=choice value=accept>Yes</button>",
            "<button>",
            "nothing but buttons between",
        ),
        (
            "{settings}<label><input type=checkbox name=category value=analytics>{both}</label>",
            "<button>",
            "outside of it",
        ),
        (
            "{settings}{both}<input type=checkbox name=category value=analytics required>",
            "required",
            "sending a no",
        ),
        (
            "{settings}<h2><button name=choice value=accept>Yes</button></h2><button name=choice value=reject>No</button>",
            "<button>",
            "side by side",
        ),
        (
            "{settings}<button name=choice value=accept><b>Yes</b></button><button name=choice value=reject>No</button>",
            "<button>",
            "side by side",
        ),
        (
            "{settings}<button name=choice value=accept>Reject</button><button name=choice value=reject>No</button>",
            "reject",
            "say what it does",
        ),
        (
            "{settings}<button name=choice value=accept>OK</button><button name=choice value=reject>Ok.</button>",
            "reject",
            "say what it does",
        ),
        (
            "{settings}<button name=choice value=accept>Yes</button><button name=choice value=reject>\u{200b}</button>",
            "reject",
            "what it does",
        ),
        (
            "{settings}<button aria-label=Yes name=choice value=accept>Yes</button>\
             <button aria-label=Yes name=choice value=reject>No</button>",
            "aria-label",
            "what it is called",
        ),
        (
            "{settings}<button id=big name=choice value=accept>Yes</button><button id=tiny name=choice value=reject>No</button>",
            "id",
            "same class",
        ),
        ("{settings}{both}<p data-state='{}'>x</p>", "data-state", "its own"),
        ("{settings}{both}<p data-consent=analytics>x</p>", "data-consent", "marks"),
        ("{settings}{both}<button>Go on</button>", "<button>", "let buttons answer"),
        ("{settings}{both}<a href=' java\tscript:x()'>x</a>", "href", "nothing but"),
        (
            "{settings}<button name=choice value=accept>Yes</button><button name=choice value=reject> </button>",
            "reject",
            "what it does",
        ),
        ("{settings}<div autofocus>{both}</div>", "autofocus", "focus"),
        ("{settings}<div id=cookie-consent>{both}</div>", "id", "take another"),
        ("{settings}<div hidden>{both}</div>", "hidden", "from the start"),
        ("{settings}<div onclick=x()>{both}</div>", "onclick", "script of the page"),
        ("{settings}<form>{both}</form>", "<form>", "the form is there"),
        ("{settings}{both}<script>x()</script>", "<script>", "scripts"),
        ("{settings}{both}<p>", "<p>", "end this element"),
        (
            "{settings}<button name=choice value=accept>Yes</button> Think twice! <button name=choice value=reject>No</button>",
            "<button>",
            "nothing but buttons",
        ),
        (
            "{settings}<label><input type=checkbox name=category value=analytics>A</label>{both}",
            "<input>",
            "saves what is ticked",
        ),
        (
            "{settings}<input type=checkbox name=category value=analytics>{both}",
            "<input>",
            "<label> around it",
        ),
        (
            "{settings}<label for=b>B</label><input id=a type=checkbox name=category value=analytics>{both}",
            "<input>",
            "<label> around it",
        ),
        (
            "{settings}<button role=img name=choice value=accept>Yes</button>\
             <button role=img name=choice value=reject>No</button>",
            "role",
            "can be pressed",
        ),
        (
            "{settings}{both}<button name=choice value=save>A</button><button name=choice value=save>B</button>",
            "save",
            "once",
        ),
        ("{settings}{both}<button name=choice value=save>Reject</button>", "save", "no other button does"),
        ("{settings}{both}<button name=choice value=save>no</button>", "save", "no other button does"),
        ("{settings}<div role=AlertDialog>{both}</div>", "role", "dialog"),
        ("{settings}<div aria-modal=true>{both}</div>", "aria-modal", "stays operable"),
        ("{settings}{both}</section>", "</section>", "reverse"),
        ("{settings}{both}<!-- x -->", "<!-- x -->", "text alone"),
    ] {
        let error =
            error(|policy| policy, markup.replace("{both}", BOTH)).unwrap_or_else(|| panic!("{markup}"));
        let finding = error.findings().iter().find(|finding| finding.key() == "banner.en").unwrap();
        assert_eq!(finding.value(), value, "{markup}");
        assert!(finding.remedy().contains(remedy), "{markup}: {}", finding.remedy());
    }
}

#[test]
fn the_classic_notice_alone_may_leave_the_opt_out_to_the_settings() {
    const ONE: &str = "{settings}<button name=choice value=accept>Got it</button>";
    assert!(error(|policy| policy.model(Model::OptOut), ONE).is_some());
    assert_eq!(error(|policy| policy.model(Model::OptOut).notice(Notice::Classic), ONE), None);
}

#[tokio::test]
async fn a_function_that_fails_later_gives_way_to_the_default() {
    let policy = |categories: &[Category]| {
        let builder = Policy::builder("Example SAS", "privacy@example.com");
        categories.iter().cloned().fold(builder, PolicyBuilder::category).build().unwrap()
    };
    let before = site(ConsentLayer::new(policy(&[Category::analytics()])));
    let cookie = answered(&before, "choice=accept").await;
    let layer = ConsentLayer::new(policy(&[Category::analytics(), Category::marketing()]));
    let layer = layer.banner(|banner| {
        assert_eq!(banner.categories().count(), 2, "asked of others than all");
        own(banner)
    });
    let after = site(layer.unwrap());
    assert!(get(&after, "/", &[]).await.text().contains("class=\"own\""));
    let page = get(&after, "/", &[("cookie", &cookie)]).await;
    assert!(page.has_banner() && !page.text().contains("class=\"own\""), "{}", page.text());
}

#[tokio::test]
async fn shared_pages_carry_it_without_a_path() {
    let app = site(layer(|policy| policy.delivery(Delivery::Shared)).banner(own).unwrap());
    let page = get(&app, "/a?b=c", &[]).await;
    assert!(page.text().contains("class=\"own\"") && !page.text().contains("b%3Dc"), "{}", page.text());
    assert!(page.text().contains("href=\"/cookie-consent?lang=en\""), "{}", page.text());
}

#[tokio::test]
async fn without_style_the_looks_are_the_sites() {
    let app = site(layer(|policy| policy.layout(Layout::Unstyled)));
    let page = get(&app, "/", &[]).await;
    let style =
        page.text().split_once("<style data-consent-ui=\"\">").unwrap().1.split_once("</style>").unwrap().0;
    assert_eq!(
        style,
        "#cookie-consent[data-consent-ui][hidden]{display:none!important}@media print{#cookie-consent[data-consent-ui]{display:none!important}}"
    );
}
