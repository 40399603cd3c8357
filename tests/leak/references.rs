//! Every kind of reference, as markup, as headers and as script.

use crate::kinds::{
    Kind, Plane,
    Sign::{self, Attribute, Connection, Request, RequestWithoutScript},
};

type Reference = (&'static str, Sign, &'static str);

/// `HERE` stands for the address.
const HEAD: &[Reference] = &[
    ("script", Request, "<script src=HERE></script>"),
    ("script-async", Request, "<script async src=HERE></script>"),
    ("script-module", Request, "<script type=module src=HERE></script>"),
    ("script-import", Request, "<script type=module>import 'HERE'</script>"),
    ("script-data", Request, "<script src=\"data:text/javascript,import('HERE')\"></script>"),
    (
        "import-map",
        Request,
        "<script type=importmap>{\"imports\":{\"x\":\"HERE\"}}</script><script type=module>import 'x'</script>",
    ),
    ("link-stylesheet", Request, "<link rel=stylesheet href=HERE>"),
    ("link-data", Request, "<link rel=stylesheet href=\"data:text/css,@import 'HERE'\">"),
    ("link-alternate-stylesheet", Request, "<link rel='alternate stylesheet' title=x href=HERE>"),
    ("link-preload", Request, "<link rel=preload as=image href=HERE>"),
    ("link-imagesrcset", Request, "<link rel=preload as=image imagesrcset='HERE 1x'>"),
    ("link-modulepreload", Request, "<link rel=modulepreload href=HERE>"),
    ("link-prefetch", Request, "<link rel=prefetch href=HERE>"),
    ("link-preconnect", Connection, "<link rel=preconnect href=HERE>"),
    ("link-dns-prefetch", Attribute, "<link rel=dns-prefetch href=HERE>"),
    ("link-prerender", Attribute, "<link rel=prerender href=HERE>"),
    ("link-icon", Attribute, "<link rel=icon href=HERE>"),
    ("link-manifest", Attribute, "<link rel=manifest href=HERE>"),
    ("meta-delegate-ch", Attribute, "<meta http-equiv=delegate-ch content='sec-ch-ua-model HERE'>"),
    ("style-import", Request, "<style>@import 'HERE';</style>"),
    ("style-import-url", Request, "<style>@import url(HERE);</style>"),
    ("style-url", Request, "<style>#a { background: url(HERE) }</style>"),
    ("style-image-set", Request, "<style>#b { background: image-set('HERE' 1x) }</style>"),
    (
        "style-font-face",
        Request,
        "<style>@font-face { font-family: f; src: url('HERE') } #c { font-family: f }</style>",
    ),
    (
        "speculation-rules",
        Request,
        "<script type=speculationrules>{\"prefetch\":[{\"source\":\"list\",\"urls\":[\"HERE\"],\"eagerness\":\"immediate\"}]}</script>",
    ),
];

const BODY: &[Reference] = &[
    ("img", Request, "<img alt src=HERE>"),
    ("img-srcset", Request, "<img alt srcset='HERE 1x'>"),
    ("picture-source", Request, "<picture><source srcset=HERE><img alt src=/own.svg></picture>"),
    ("iframe", Request, "<iframe src=HERE></iframe>"),
    ("iframe-srcdoc", Request, "<iframe srcdoc='<img alt src=HERE>'></iframe>"),
    ("iframe-srcdoc-script", Request, "<iframe srcdoc=\"&lt;script src=HERE>&lt;/script>\"></iframe>"),
    ("framed-refresh", Request, "<iframe src=/refresh></iframe>"),
    ("framed-img", Request, "<iframe src=/framed></iframe>"),
    ("framed-refresh-header", Request, "<iframe src=/refresh-header></iframe>"),
    ("framed-xhtml", Request, "<iframe src=/framed.xhtml></iframe>"),
    ("framed-svg-script", Request, "<iframe src=/drawing.xhtml></iframe>"),
    ("iframe-data", Request, "<iframe src=\"data:text/html,<img src=HERE>\"></iframe>"),
    ("iframe-javascript", Request, "<iframe src=\"javascript:'<img src=HERE>'\"></iframe>"),
    ("embed", Request, "<embed src=HERE>"),
    ("object", Request, "<object data=HERE></object>"),
    ("video", Request, "<video src=HERE preload=auto></video>"),
    ("video-poster", Request, "<video poster=HERE></video>"),
    ("video-source", Request, "<video preload=auto><source src=HERE></video>"),
    ("audio", Request, "<audio src=HERE preload=auto></audio>"),
    (
        "track",
        Request,
        "<video crossorigin=anonymous src=/own.webm><track default kind=captions srclang=en src=HERE></video>",
    ),
    ("input-image", Request, "<form action=/page><input type=image alt=x src=HERE></form>"),
    ("a-ping", Request, "<a class=ping href=#p ping=HERE>Ping</a>"),
    ("area-ping", Attribute, "<map name=m><area href=#p alt=x ping=HERE></map>"),
    ("a-attributionsrc", Attribute, "<a href=#p attributionsrc=HERE>Attribution</a>"),
    ("img-attributionsrc", Attribute, "<img alt src=/own.svg attributionsrc=HERE>"),
    ("table-background", Request, "<table background=HERE><tr><td>T</table>"),
    ("svg-image", Request, "<svg width=9 height=9><image width=9 height=9 href=HERE /></svg>"),
    ("svg-xlink", Request, "<svg width=9 height=9><image width=9 height=9 xlink:href=HERE /></svg>"),
    ("svg-use", Attribute, "<svg width=9 height=9><use href=HERE#x /></svg>"),
    (
        "svg-feimage",
        Request,
        "<svg width=9 height=9><filter id=f><feImage href=HERE /></filter><rect width=9 height=9 filter=url(#f) /></svg>",
    ),
    ("svg-script", Request, "<svg><script href=HERE></script></svg>"),
    ("svg-script-text", Request, "<svg><script>import('HERE')</script></svg>"),
    ("svg-style", Request, "<svg><style>@import 'HERE';</style></svg>"),
    (
        "svg-set",
        Request,
        "<svg width=9 height=9><image width=9 height=9><set attributeName=href to=HERE /></image></svg>",
    ),
    ("handler", Request, "<img alt src=/own.svg onload=\"import('HERE')\">"),
    ("style-attribute", Request, "<p style='background: url(HERE)'>Text</p>"),
    ("svg-mask", Request, "<svg width=9 height=9><rect width=9 height=9 mask='url(HERE#x)' /></svg>"),
    ("svg-cursor", Request, "<svg width=9 height=9 cursor='url(HERE), auto'><rect width=9 height=9 /></svg>"),
    ("template", Request, "<template class=cloned><img alt src=HERE></template>"),
    ("shadow-root", Request, "<div><template shadowrootmode=open><img alt src=HERE></template></div>"),
    (
        "shadow-style",
        Request,
        "<div><template shadowrootmode=open><style>i { background: url(HERE) }</style><i>x</i></template></div>",
    ),
    ("noscript-img", RequestWithoutScript, "<noscript><img alt src=HERE></noscript>"),
    ("noscript-iframe", RequestWithoutScript, "<noscript><iframe src=HERE></iframe></noscript>"),
    (
        "noscript-style",
        RequestWithoutScript,
        "<noscript><style>#d { background: url(HERE) }</style></noscript>",
    ),
];

/// In fields of the response; `HERE` as above.
const HEADERS: &[(&str, Sign, &str, &str)] = &[
    ("header-preload", Request, "link", "<HERE>; rel=preload; as=image"),
    ("header-modulepreload", Request, "link", "<HERE>; rel=modulepreload"),
    ("header-prefetch", Request, "link", "<HERE>; rel=prefetch"),
    ("header-preconnect", Connection, "link", "<HERE>; rel=preconnect"),
    ("header-speculation", Request, "speculation-rules", "\"HERE\""),
    (
        "header-csp-report",
        Request,
        "content-security-policy-report-only",
        "style-src 'none'; report-uri HERE",
    ),
    ("header-report-to", Request, "content-security-policy-report-only", "style-src 'none'; report-to group"),
    ("header-nel", Request, "nel", "{\"report_to\":\"nel\",\"max_age\":600,\"success_fraction\":1.0}"),
];

/// The endpoints that the last two of the headers name.
const ENDPOINTS: &[(&str, &str)] = &[
    (
        "report-to",
        "{\"group\":\"nel\",\"max_age\":600,\"endpoints\":[{\"url\":\"https://header-nel.tracker.example/header-nel\"}]}",
    ),
    ("reporting-endpoints", "group=\"https://header-report-to.tracker.example/header-report-to\""),
];

const SCRIPT: &[Reference] = &[
    ("js-img", Request, "const e = document.createElement('img'); e.src = 'HERE'; document.body.append(e)"),
    ("js-image", Request, "new Image().src = 'HERE'"),
    (
        "js-script",
        Request,
        "const e = document.createElement('script'); e.src = 'HERE'; document.head.append(e)",
    ),
    (
        "js-iframe",
        Request,
        "const e = document.createElement('iframe'); e.src = 'HERE'; document.body.append(e)",
    ),
    (
        "js-link",
        Request,
        "const e = document.createElement('link'); e.rel = 'stylesheet'; e.href = 'HERE'; document.head.append(e)",
    ),
    (
        "js-preconnect",
        Connection,
        "const e = document.createElement('link'); e.rel = 'preconnect'; e.href = 'HERE'; document.head.append(e)",
    ),
    (
        "js-prefetch",
        Request,
        "const e = document.createElement('link'); e.rel = 'prefetch'; e.href = 'HERE'; document.head.append(e)",
    ),
    ("js-html", Request, "const e = document.createElement('p'); e.innerHTML = '<img alt src=HERE>'"),
    ("js-audio", Request, "new Audio('HERE').load()"),
    ("js-style", Request, "document.querySelector('#e').style.backgroundImage = 'url(HERE)'"),
    (
        "js-rule",
        Request,
        "const e = document.createElement('style'); document.head.append(e); e.sheet.insertRule('#f { background: url(HERE) }')",
    ),
    ("js-font", Request, "new FontFace('g', 'url(HERE)').load().catch(() => 0)"),
    ("js-fetch", Request, "fetch('HERE').catch(() => 0)"),
    (
        "js-keepalive",
        Request,
        "fetch('HERE', { keepalive: true, method: 'POST', mode: 'no-cors' }).catch(() => 0)",
    ),
    ("js-xhr", Request, "const e = new XMLHttpRequest(); e.open('GET', 'HERE'); e.send()"),
    ("js-beacon", Request, "navigator.sendBeacon('HERE', 'x')"),
    ("js-websocket", Request, "new WebSocket('HERE'.replace('https', 'wss'))"),
    ("js-eventsource", Request, "new EventSource('HERE')"),
    ("js-import", Request, "import(['HERE'].join('')).catch(() => 0)"),
    (
        "js-worker",
        Request,
        "new Worker(URL.createObjectURL(new Blob(['importScripts(\"HERE\")'], { type: 'text/javascript' })))",
    ),
];

fn filled((name, _, text): &Reference) -> String {
    text.replace("HERE", &address(name)).replace(&format!("{}.create", address(name)), "HERE.create")
}

fn address(name: &str) -> String {
    format!("https://{name}.tracker.example/{name}")
}

pub(crate) fn head() -> String {
    HEAD.iter().map(|reference| filled(reference) + "\n").collect()
}

pub(crate) fn body() -> String {
    BODY.iter().map(|reference| filled(reference) + "\n").collect()
}

/// A page of the site's own that stands in a frame.
#[derive(Clone)]
pub(crate) struct Framed {
    pub(crate) path: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

pub(crate) fn frames() -> Vec<Framed> {
    let html =
        |path, body: String| Framed { path, headers: vec![("content-type", "text/html".into())], body };
    let xhtml = |path, inside: String| Framed {
        path,
        headers: vec![("content-type", "application/xhtml+xml".into())],
        body: format!(
            "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>T</title></head><body>{inside}</body></html>"
        ),
    };
    let refresh = |name| format!("0; url={}", address(name));
    let mut by_header = html("/refresh-header", "<p>T</p>".into());
    by_header.headers.push(("refresh", refresh("framed-refresh-header")));
    vec![
        html("/refresh", format!("<meta http-equiv=refresh content='{}'>", refresh("framed-refresh"))),
        by_header,
        html("/framed", format!("<img alt src={}>", address("framed-img"))),
        xhtml("/framed.xhtml", format!("<img alt='' src='{}'/>", address("framed-xhtml"))),
        xhtml(
            "/drawing.xhtml",
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg'><script>import('{}')</script></svg>",
                address("framed-svg-script")
            ),
        ),
    ]
}

pub(crate) fn headers() -> Vec<(&'static str, String)> {
    let headers =
        HEADERS.iter().map(|(name, _, field, value)| (*field, value.replace("HERE", &address(name))));
    headers.chain(ENDPOINTS.iter().map(|(field, value)| (*field, (*value).to_owned()))).collect()
}

/// A script for each, so that none is judged by another.
pub(crate) fn script() -> String {
    let clone = "document.querySelectorAll('.cloned').forEach((e) => document.body.append(e.content.cloneNode(true)));";
    let parts = SCRIPT.iter().map(|reference| format!("<script>{{ {} }}</script>\n", filled(reference)));
    format!("<script>{clone}</script>\n{}", parts.collect::<String>())
}

pub(crate) fn kinds() -> Vec<Kind> {
    let of = |references: &[Reference], plane| -> Vec<Kind> {
        references.iter().map(|(name, sign, _)| Kind::new(name, plane, *sign)).collect()
    };
    let headers = HEADERS.iter().map(|(name, sign, ..)| Kind::new(name, Plane::Header, *sign));
    let mut kinds = [of(HEAD, Plane::Markup), of(BODY, Plane::Markup)].concat();
    kinds.extend(headers);
    kinds.extend(of(SCRIPT, Plane::Script));
    kinds
}
