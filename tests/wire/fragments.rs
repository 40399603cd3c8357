//! Section F: requests for parts of pages, by what browsers and page routers say.

use crate::harness::{Canned, PAGE, POLICY, canned, everywhere};

/// Asks for one thing with each of these, and tells whether the answer is a page.
async fn assert_pages(table: &'static [(&'static [(&'static str, &'static str)], bool)]) {
    let fragment = "<div>hi</div>";
    let site = canned(vec![
        Canned::html(PAGE).with_all(&[("vary", "HX-Request"), ("set-cookie", "_ga=1")]),
        Canned::html(fragment).with_all(&[("vary", "HX-Request"), ("set-cookie", "_ga=1")]),
    ]);
    everywhere(POLICY, site, async |way| {
        for (asked, is_page) in table {
            for (path, body) in [("/0", PAGE), ("/1", fragment)] {
                let reply = way.get(path, asked).await;
                if *is_page {
                    reply.assert_banner(body.as_bytes());
                } else {
                    reply.assert_nothing_inserted(body.as_bytes());
                }
                assert!(reply.varies_on("hx-request"), "{asked:?}");
                assert!(reply.sets().is_empty(), "{asked:?}: a part is gated like a page");
            }
        }
    })
    .await;
}

// F8, F9
#[tokio::test]
async fn htmx_gets_parts_as_they_are_and_whole_pages_with_the_banner() {
    assert_pages(&[
        (&[("HX-Request", "true")], false),
        (&[("HX-Request", "true"), ("HX-Boosted", "true")], true),
        (&[("HX-Request", "true"), ("HX-History-Restore-Request", "true")], true),
        (&[("HX-Request", "true"), ("HX-Boosted", "true"), ("Sec-Fetch-Dest", "empty")], true),
        (&[("HX-Request", "true"), ("Sec-Fetch-Dest", "empty")], false),
        (&[("HX-Request", "false")], true),
    ])
    .await;
}

// F10
#[tokio::test]
async fn other_page_routers_get_parts_as_they_are() {
    assert_pages(&[
        (&[("Turbo-Frame", "messages")], false),
        (&[("X-PJAX", "true")], false),
        (&[("X-Up-Target", "main")], false),
        (&[("X-Requested-With", "XMLHttpRequest")], false),
        (&[("x-requested-with", "xmlhttprequest")], false),
    ])
    .await;
}

// F11
#[tokio::test]
async fn what_a_browser_does_not_show_as_a_page_stays_as_it_is() {
    assert_pages(&[
        (&[("Sec-Fetch-Dest", "iframe")], false),
        (&[("Sec-Fetch-Dest", "frame")], false),
        (&[("Sec-Fetch-Dest", "embed")], false),
        (&[("Sec-Fetch-Dest", "object")], false),
        (&[("Sec-Fetch-Dest", "script")], false),
        (&[("Sec-Fetch-Dest", "serviceworker")], false),
        (&[("Sec-Fetch-Dest", "empty")], false),
        (&[("Sec-Fetch-Dest", "document")], true),
        (&[("Sec-Fetch-Dest", "Document")], true),
        (&[("Sec-Fetch-Dest", "")], true),
        (&[], true),
    ])
    .await;
}
