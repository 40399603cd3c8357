//! Random pages, of what loads and what surrounds it.

use proptest::{collection::vec, prelude::*, sample::select};

const ADDRESSES: [&str; 27] = [
    "/own.png",
    "a.png",
    "",
    "//stats.example.net/a",
    "https://x.ads.example/p",
    "https://video.example/embed/1",
    "https://video.example/embedded",
    "https://video.example/other",
    "HTTPS://STATS.Example.NET:443/a",
    "https:/\\x.ads.example/q",
    "\\\\x.ads.example/q",
    " \thttps://stats.example.net/x\n",
    "ht\ntps://stats.example.net/x",
    "data:,x",
    "https:&#47;/x.ads.example/e",
    "&#x68;ttps://stats.example.net",
    "h&Tab;ttps://stats.example.net/",
    "https://stats&period;example.net/",
    "&#104ttps://x.ads.example/",
    "https://other.example/?a=https://stats.example.net/",
    "https://stats.example.net.evil.example/",
    "https://user:pw@stats.example.net/",
    "https://stats.example.net./",
    "https://%73tats.example.net/",
    "https://video.example/x/../embed/2",
    "javascript:0",
    "#https://stats.example.net/",
];

const LISTS: [&str; 6] = [
    "/own.png 1x, https://x.ads.example/2 2x",
    "/own.png",
    "//stats.example.net/1 100w",
    "a.png 1x,https://stats.example.net/ 2x",
    "a.png,&#32;https://video.example/embed 2x",
    "",
];

const DOCUMENTS: [&str; 8] = [
    "<img src=https://x.ads.example/1>",
    "&lt;img src=//stats.example.net/&gt;",
    "<p>https://x.ads.example/",
    "<div data-consent=analytics><img src=a></div>",
    "<base href=https://x.ads.example/><img src=a>",
    "<script>import(&#39;https://stats.example.net/a.js&#39;)</script>",
    "<!-- <img src=https://x.ads.example/1> -->",
    "<iframe srcdoc='<img src=https://x.ads.example/1>'></iframe>",
];

/// Scripts, with what they load.
pub(super) const SCRIPTS: [(&str, Option<&str>); 6] = [
    ("import('https://stats.example.net/a.js')", Some("https://stats.example.net/a.js")),
    ("f(`${import(\"//x.ads.example/b.js\")}`)", Some("//x.ads.example/b.js")),
    ("/* from 'https://stats.example.net/a.js' */", None),
    ("var a = \"<img src=https://x.ads.example/>\"", None),
    ("go()", None),
    ("", None),
];

const MARKS: [&str; 8] =
    ["analytics", "marketing", "embeds", "analytics marketing", "!embeds", "necessary", "marktng", ""];

/// Elements with the attributes that mean something on them.
const ELEMENTS: [(&str, &[&str]); 24] = [
    ("img", &["src", "srcset", "attributionsrc", "browsingtopics", "onload", "alt", "Src"]),
    ("iframe", &["src", "srcdoc", "name", "onload", "adauctionheaders", "sharedstoragewritable"]),
    ("script", &["src", "type", "attributionsrc", "onload", "async"]),
    ("link", &["rel", "href", "imagesrcset", "onload"]),
    ("source", &["src", "srcset"]),
    ("video", &["src", "poster"]),
    ("audio", &["src", "title"]),
    ("track", &["src"]),
    ("embed", &["src"]),
    ("object", &["data", "onerror"]),
    ("input", &["src", "type"]),
    ("a", &["href", "ping", "attributionsrc", "onclick"]),
    ("area", &["href", "ping"]),
    ("table", &["background", "onload"]),
    ("td", &["background"]),
    ("meta", &["http-equiv", "content"]),
    ("svg", &["src", "href"]),
    ("image", &["href", "xlink:href", "src"]),
    ("use", &["href", "XLINK:HREF"]),
    ("feImage", &["href", "onerror"]),
    ("animate", &["attributeName", "values", "to"]),
    ("set", &["attributename", "to"]),
    ("p", &["src", "href", "data", "onload", "onclick"]),
    ("div", &["background", "srcdoc", "onerror"]),
];

const AROUND: [&str; 50] = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "</a>",
    "<ul><li>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<svg>",
    "</svg>",
    "<g>",
    "</g>",
    "<foreignObject>",
    "</foreignObject>",
    "<math>",
    "<mi>",
    "</math>",
    "<template>",
    "<template shadowrootmode=open>",
    "</template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "</noscript>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "text",
    "&amp;",
    "<",
    "</iframe>",
    "</script>",
    "</video>",
    "</object>",
    "<h2>x</h2>",
];

/// Those of them that may be inside what covers.
const CALM: [&str; 20] = [
    "<div>",
    "</div>",
    "<template>",
    "<template shadowrootmode=open>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "text",
    "&amp;",
    "</iframe>",
    "</video>",
    "</object>",
];

/// What the standard closes, moves or copies: there the tree says otherwise than the page what is in what.
const MOVING: [&str; 5] = ["a", "table", "td", "p", "svg"];

/// One attribute, with white space before it.
fn attribute(name: &'static str) -> impl Strategy<Value = String> {
    let value = match name.to_ascii_lowercase().as_str() {
        "srcset" | "imagesrcset" => select(&LISTS[..]).boxed(),
        "srcdoc" => select(&DOCUMENTS[..]).boxed(),
        "type" => select(vec!["module", "", "text/javascript", "application/json", "IMAGE", "image", "text"])
            .boxed(),
        "rel" => select(vec!["stylesheet", "preload", "x Icon", "canonical", "PRECONNECT"]).boxed(),
        "http-equiv" => {
            select(vec!["refresh", "Accept-CH", "delegate-ch", "origin-trial", "REFRESH"]).boxed()
        }
        "content" => {
            select(vec!["0;url=https://x.ads.example/", "9;url=/own", "sec-ch-ua-model", "5"]).boxed()
        }
        "attributename" => select(vec!["href", "xlink:href", "x"]).boxed(),
        "values" => select(vec!["/a;https://x.ads.example/b", "1;2"]).boxed(),
        "onload" | "onerror" | "onclick" => select(vec!["x", "", SCRIPTS[0].0]).boxed(),
        "name" | "alt" | "title" | "async" => select(vec!["x", ""]).boxed(),
        _ => select(&ADDRESSES[..]).boxed(),
    };
    let spelling =
        select(vec![("=\"", "\""), ("='", "'"), (" = \"", "\""), ("\n=\t'", "'"), ("=", ""), ("", "-")]);
    (value, spelling, select(vec![" ", "\n", "/", " / ", "\t"])).prop_map(move |(value, spelling, space)| {
        match spelling {
            ("", _) => format!("{space}{name}"),
            ("=", _) if value.is_empty() || value.contains(['\t', '\n', ' ', '>', '"', '\'']) => {
                let quote = if value.contains('\'') { '"' } else { '\'' };
                format!("{space}{name}={quote}{value}{quote}")
            }
            (_, "'") if value.contains('\'') => format!("{space}{name}=\"{value}\""),
            (open, close) => format!("{space}{name}{open}{value}{close}"),
        }
    })
}

fn element(is_covering: bool) -> impl Strategy<Value = String> {
    let elements: Vec<_> =
        ELEMENTS.into_iter().filter(|(name, _)| !is_covering || !MOVING.contains(name)).collect();
    select(elements).prop_flat_map(move |(name, attributes)| {
        let attributes = vec(select(attributes).prop_flat_map(attribute), 0..4);
        let mark = prop_oneof![9 => Just(None), 1 => select(&MARKS[..]).prop_map(Some)];
        (attributes, mark, select(vec!["", " ", " /"]), select(&SCRIPTS[..])).prop_map(
            move |(attributes, mark, end, (script, _))| {
                let mark = mark.filter(|_| is_covering);
                let mark = mark.map(|mark| format!(" data-consent='{mark}'")).unwrap_or_default();
                let tag = format!("<{name}{mark}{}{end}>", attributes.concat());
                match name {
                    "script" => format!("{tag}{script}</script>"),
                    "iframe" => format!("{tag}</iframe>"),
                    _ => tag,
                }
            },
        )
    })
}

/// What follows the head. Elements that cover others keep away from what moves.
fn body(is_covering: bool) -> impl Strategy<Value = Vec<String>> {
    let covered =
        (select(&["div", "section"][..]), select(&MARKS[..])).prop_map(
            move |(name, mark)| match is_covering {
                true => format!("<{name} data-consent=\"{mark}\">"),
                false => "<div>".to_owned(),
            },
        );
    let around: Vec<_> = AROUND.into_iter().filter(|around| !is_covering || CALM.contains(around)).collect();
    let part = prop_oneof![
        6 => element(is_covering),
        4 => select(around).prop_map(str::to_owned),
        2 => covered,
    ];
    vec(part, 0..14)
}

/// A page, and where it is cut.
pub(super) fn document() -> impl Strategy<Value = (String, Vec<usize>)> {
    let base = select(vec![
        "",
        "",
        "<base>",
        "<base href=/dir/>",
        "<base href=https://x.ads.example/><base href=/>",
        "<base href=//stats&period;example.net/dir/>",
    ]);
    let cuts = vec(0usize..2000, 0..6);
    (base, any::<bool>().prop_flat_map(body), cuts).prop_map(|(base, parts, mut cuts)| {
        let page = format!(
            "<!DOCTYPE html><html lang=en><head>{base}<title>T</title></head><body>{}",
            parts.concat()
        );
        cuts.retain(|cut| *cut < page.len());
        cuts.sort_unstable();
        (page, cuts)
    })
}
