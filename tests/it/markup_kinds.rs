//! Kinds of reference in pages that are rare, or act by being there: inert until allowed.

use crate::markup_gate::{check, holds, sent};

#[tokio::test]
async fn a_meta_element_asks_for_no_hints_until_the_header_may() {
    for name in ["accept-ch", "Delegate-CH"] {
        let markup = format!("<meta http-equiv={name} content=\"sec-ch-ua-model\">");
        let inert = format!("<meta data-consent-http-equiv={name} content=\"sec-ch-ua-model\">");
        check(&sent(&markup).await, &markup, &inert);
    }
    for content in [
        "sec-ch-prefers-color-scheme, dpr",
        "save-data https://a.example; sec-ch-width https://a.example",
        "x",
    ] {
        let markup = format!("<meta content=\"{content}\" http-equiv=delegate-ch>");
        let inert = format!("<meta content=\"{content}\" data-consent-http-equiv=delegate-ch>");
        check(&sent(&markup).await, &markup, &inert);
    }
    for markup in [
        "<meta http-equiv=origin-trial content=AAAA>",
        "<meta name=accept-ch content=sec-ch-ua-model>",
        "<meta http-equiv=accept-ch content='Sec-CH-Prefers-Color-Scheme, save-data'>",
        "<meta http-equiv=delegate-ch content='sec-ch-prefers-contrast https://a.example; sec-ch-ua https://a.example'>",
        "<meta http-equiv=accept-ch>",
    ] {
        check(&sent(markup).await, markup, markup);
    }
}

#[tokio::test]
async fn attributes_that_act_by_being_there_wait_and_their_elements_do_not() {
    for (markup, inert) in [
        ("<a href=/ attributionsrc>b</a>", "<a href=/ data-consent-attributionsrc>b</a>"),
        (
            "<img src=/own.png onload=x() attributionsrc=/own>",
            "<img src=/own.png onload=x() data-consent-attributionsrc=/own>",
        ),
        (
            "<script src=/own.js attributionsrc></script>",
            "<script src=/own.js data-consent-attributionsrc></script>",
        ),
        (
            "<iframe src=/own browsingtopics adAuctionHeaders sharedstoragewritable></iframe>",
            "<iframe src=/own data-consent-browsingtopics data-consent-adAuctionHeaders data-consent-sharedstoragewritable></iframe>",
        ),
        (
            "<img src=/own.png browsingtopics sharedstoragewritable>",
            "<img src=/own.png data-consent-browsingtopics data-consent-sharedstoragewritable>",
        ),
    ] {
        check(&sent(markup).await, markup, inert);
    }
    for markup in ["<p attributionsrc browsingtopics>", "<img src=/own.png adauctionheaders>"] {
        check(&sent(markup).await, markup, markup);
    }
}

#[tokio::test]
async fn rare_elements_and_animations_are_inert_where_they_lead_to_a_denied_origin() {
    for (markup, inert) in [
        (
            "<svg><image><animate attributeName=href values='/a; https://x.ads.example/b'></image></svg>",
            "<svg><image><animate attributeName=href data-consent-values='/a; https://x.ads.example/b'></image></svg>",
        ),
        (
            "<svg><image><set attributeName=xlink:href to=https://x.ads.example/b /></image></svg>",
            "<svg><image><set attributeName=xlink:href data-consent-to=https://x.ads.example/b /></image></svg>",
        ),
        (
            "<svg><a href=https://x.ads.example/ ping=https://x.ads.example/>t</a></svg>",
            "<svg><a href=https://x.ads.example/ data-consent-ping=https://x.ads.example/>t</a></svg>",
        ),
        (
            "<object><param name=Movie value=https://x.ads.example/b></object>",
            "<object><param name=Movie data-consent-value=https://x.ads.example/b></object>",
        ),
        (
            "<svg><p><img src=https://x.ads.example/b></p></svg>",
            "<svg><p><img data-consent-src=https://x.ads.example/b></p></svg>",
        ),
        (
            "<svg><img src=https://x.ads.example/b></svg>",
            "<svg><img data-consent-src=https://x.ads.example/b></svg>",
        ),
        // By these WebKit alone loads anything.
        (
            "<embed src=/own.svg code=https://x.ads.example/b type=text/html>",
            "<embed src=/own.svg data-consent-code=https://x.ads.example/b type=text/html>",
        ),
        (
            "<table><colgroup background=https://x.ads.example/b><col background=https://x.ads.example/b></table>",
            "<table><colgroup data-consent-background=https://x.ads.example/b><col data-consent-background=https://x.ads.example/b></table>",
        ),
        (
            "<svg><font-face><font-face-src><font-face-uri href=https://x.ads.example/b></svg>",
            "<svg><font-face><font-face-src><font-face-uri data-consent-href=https://x.ads.example/b></svg>",
        ),
        (
            "<object><param name=code value=https://x.ads.example/b></object>",
            "<object><param name=code data-consent-value=https://x.ads.example/b></object>",
        ),
        ("<bgsound src=https://x.ads.example/b>", "<bgsound data-consent-src=https://x.ads.example/b>"),
        (
            "<fencedframe src=https://x.ads.example/b></fencedframe>",
            "<fencedframe data-consent-src=https://x.ads.example/b></fencedframe>",
        ),
        (
            "<portal src=https://x.ads.example/b></portal>",
            "<portal data-consent-src=https://x.ads.example/b></portal>",
        ),
        (
            "<input type=Image src=https://x.ads.example/b formaction=https://x.ads.example/>",
            "<input type=Image data-consent-src=https://x.ads.example/b formaction=https://x.ads.example/>",
        ),
        ("<image src=https://x.ads.example/b>", "<image data-consent-src=https://x.ads.example/b>"),
        (
            "<video><source src=https://x.ads.example/b></video>",
            "<video><source data-consent-src=https://x.ads.example/b></video>",
        ),
        (
            "<p><link rel=stylesheet href=https://x.ads.example/b></p>",
            "<p><link rel=stylesheet data-consent-href=https://x.ads.example/b></p>",
        ),
        (
            "<script blocking=render src=https://x.ads.example/b></script>",
            "<script type=\"text/plain\" blocking=render data-consent-src=https://x.ads.example/b></script>",
        ),
        (
            "<div><template shadowrootmode=open><template><img src=https://x.ads.example/b></template></template></div>",
            "<div><template shadowrootmode=open><template><img data-consent-src=https://x.ads.example/b></template></template></div>",
        ),
    ] {
        check(&sent(markup).await, markup, inert);
    }
    for markup in [
        "<svg><image><animate attributeName=x values='https://x.ads.example/b'></image></svg>",
        "<object><param name=label value=https://x.ads.example/b></object>",
        "<animate attributeName=href to=https://x.ads.example/b>",
    ] {
        check(&sent(markup).await, markup, markup);
    }
}

#[tokio::test]
async fn a_second_attribute_of_a_name_does_not_take_the_place_of_an_inert_one() {
    for (markup, inert) in [
        (
            "<img src=https://x.ads.example/1 SRC=https://x.ads.example/2>",
            "<img data-consent-src=https://x.ads.example/1 data-consent-SRC=https://x.ads.example/2>",
        ),
        (
            "<script src=https://x.ads.example/1 src=/2></script>",
            "<script type=\"text/plain\" data-consent-src=https://x.ads.example/1 data-consent-src=/2></script>",
        ),
    ] {
        check(&sent(markup).await, markup, inert);
    }
    let markup = "<img src=/own.png src=https://x.ads.example/2>";
    check(&sent(markup).await, markup, markup);
}

#[tokio::test]
async fn a_page_keeps_its_load_handler_without_its_background() {
    let markup = "<table background=https://x.ads.example/n onload=x()></table>";
    let inert = "<table data-consent-background=https://x.ads.example/n onload=x()></table>";
    check(&sent(markup).await, markup, inert);
}

#[tokio::test]
async fn every_frame_that_is_inert_has_a_name_of_its_own_that_no_history_knows() {
    let markup = "<iframe src=https://x.ads.example/a></iframe>\
                  <iframe src=/own name=own></iframe>\
                  <iframe hidden name=player src=https://video.example/embed/1></iframe>";
    let inert = "<iframe name=\"consent-withheld-1\" data-consent-src=https://x.ads.example/a></iframe>\
                 <iframe src=/own name=own></iframe>\
                 <iframe name=\"consent-withheld-2\" hidden data-consent-name=player data-consent-src=https://video.example/embed/1></iframe>";
    check(&sent(markup).await, markup, inert);
}

#[tokio::test]
async fn a_document_in_an_attribute_is_inert_if_anything_in_it_would_be() {
    for document in [
        "<img src=https://x.ads.example/b>",
        "&lt;img src=&quot;https://x.ads.example/b&quot;&gt;",
        "<p data-consent=analytics><img src=/own.png>",
        "<base href=https://x.ads.example/><img src=b>",
        "<script>import(&#39;https://stats.example.net/a.js&#39;)</script>",
        "<iframe srcdoc='<img src=https://x.ads.example/b>'></iframe>",
        "<meta http-equiv=accept-ch content=sec-ch-ua-model>",
    ] {
        let markup = format!("<iframe title=t srcdoc=\"{document}\" src=/fallback></iframe>");
        let inert = format!(
            "<iframe name=\"consent-withheld-1\" title=t data-consent-srcdoc=\"{document}\" data-consent-src=/fallback></iframe>"
        );
        check(&sent(&markup).await, &markup, &inert);
    }
    for markup in [
        "<iframe srcdoc='<p>https://x.ads.example/</p><img src=/own.png>'></iframe>",
        "<iframe srcdoc></iframe>",
        "<p srcdoc='<img src=https://x.ads.example/b>'>",
    ] {
        check(&sent(markup).await, markup, markup);
    }
}

#[tokio::test]
async fn a_document_too_long_to_be_read_waits_for_a_yes_to_everything() {
    let markup = format!("<iframe srcdoc=\"{}\"></iframe>", "<p>text</p>".repeat(3000));
    let [undecided, yes, _] = sent(&markup).await;
    // An address that might still come has been forestalled.
    holds(&undecided, "<iframe src name=\"consent-withheld-1\" data-consent-srcdoc=\"<p>text</p>");
    holds(&yes, &markup);
}

#[tokio::test]
async fn scripts_that_import_from_a_denied_origin_are_inert_whole() {
    for (attributes, text) in [
        (" type=module", "import x from 'https://stats.example.net/a.js'; x()"),
        (" type=module", "export * from \"//STATS.example.net/a.js\""),
        ("", "setTimeout(() => import('https:\\/\\/stats.example.net/a.js'))"),
        (" type=importmap", "{\"imports\":{\"stats\":\"https://stats.example.net/a.js\"}}"),
        (" type=importmap", "{\"scopes\":{\"/a/\":{\"stats\":\"https:\\/\\/stats.example.net/a.js\"}}}"),
        (" type=speculationrules", "{\"prefetch\":[{\"urls\":[\"/own\",\"https://x.ads.example/p\"]}]}"),
        (
            " type=speculationrules",
            "{\"prerender\":[{\"where\":{\"and\":[{\"href_matches\":\"https://x.ads.example/*\"}]}}]}",
        ),
        (" type=speculationrules", "{\"prefetch\":[{\"where\":{\"href_matches\":[\"/*\",\"*://*/*\"]}}]}"),
        (
            " type=speculationrules",
            "{\"prefetch\":[{\"where\":{\"href_matches\":{\"hostname\":\"video.example\"}}}]}",
        ),
        (" type=webbundle", "{\"source\":\"https://x.ads.example/b\",\"resources\":[\"/a\"]}"),
        // Rules about links, which may lead anywhere.
        (" type=speculationrules", "{\"prefetch\":[{\"source\":\"document\",\"eagerness\":\"immediate\"}]}"),
        (" type=speculationrules", "{\"prerender\":[{\"where\":{\"not\":{\"href_matches\":\"/x\"}}}]}"),
        (" type=speculationrules", "{\"prefetch\":[{\"where\":{\"selector_matches\":\".next\"}}]}"),
        (
            " type=speculationrules",
            "{\"prefetch\":[{\"where\":{\"or\":[{\"href_matches\":\"/*\"},{\"selector_matches\":\"a\"}]}}]}",
        ),
    ] {
        let markup = format!("<script nonce=x{attributes}>{text}</script>");
        let renamed = attributes.replace(" type", " data-consent-type");
        let inert = format!("<script type=\"text/plain\" nonce=x{renamed}>{text}</script>");
        check(&sent(&markup).await, &markup, &inert);
    }
}

#[tokio::test]
async fn scripts_that_mention_a_denied_origin_elsewhere_run() {
    for markup in [
        "<script type=module>import x from '/own.js' // from 'https://stats.example.net/a.js'\n</script>",
        "<script>const help = \"write import('https://stats.example.net/a.js')\"; f(help)</script>",
        "<script type=module>import 'stats.example.net'</script>",
        "<script type=importmap>{\"imports\":{\"https://stats.example.net/a.js\":\"/own.js\"}}</script>",
        "<script type=importmap>{\"integrity\":{\"/own.js\":\"https://stats.example.net/\"}}</script>",
        "<script type=speculationrules>{\"tag\":\"https://x.ads.example/\",\"prefetch\":[{\"urls\":[\"/x.ads.example/\"]}]}</script>",
        "<script type=speculationrules>{\"prefetch\":[{\"where\":{\"href_matches\":\"/*\"}}]}</script>",
        "<script type=speculationrules>{\"prefetch\":[{\"source\":\"document\",\"where\":{\"and\":[{\"href_matches\":\"/*\"},\
         {\"not\":{\"selector_matches\":\".no\"}}]}}]}</script>",
        "<script type=webbundle>{\"source\":\"/own\",\"resources\":[\"https://x.ads.example/b\"]}</script>",
        "<script type=application/json>{\"urls\":[\"https://x.ads.example/\"]}</script>",
    ] {
        check(&sent(markup).await, markup, markup);
    }
}

#[tokio::test]
async fn speculation_rules_too_long_to_be_read_wait_for_a_yes_to_everything() {
    let urls = "\"/own\",".repeat(4000);
    let markup =
        format!("<script type=speculationrules>{{\"prefetch\":[{{\"urls\":[{urls}\"/\"]}}]}}</script>");
    let [undecided, yes, _] = sent(&markup).await;
    holds(&undecided, "<script type=\"text/plain\" data-consent-type=speculationrules>");
    holds(&yes, &markup);
}
