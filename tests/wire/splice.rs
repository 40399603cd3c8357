//! Section G: where in a page, and what is put there.

use tower_consent::Policy;

use crate::harness::{
    Ask, Canned, Gateway, NAVIGATION, POLICY, Visitors, canned, everywhere, inserted, outline, own,
    policy_with, shown, text_of,
};

/// Pages that lead astray who looks for tags as for words, with the case that each shows.
pub(crate) const DOCUMENTS: &[(&str, &str)] = &[
    ("G1", "<!DOCTYPE html><title>T</title><body><script>var end='</body>';</script><p>y</body></html>"),
    ("G1", "<body><p>x<script>document.write(\"<body>x</body>\")</script></body>"),
    ("G1", "<body><textarea></body></textarea><style>a{content:'</body>'}</style>y</body>"),
    ("G1", "<title><body></title><body a='</body>'>y</body>"),
    ("G1", "<head><script><!-- <script></body></script> --></script></head><body>y</body>"),
    ("G2", "<!DOCTYPE html><!-- <body></body> --><html><body>y</body></html>"),
    ("G2", "<body>y</body><!-- </body> --></html><!-- </body></html> -->"),
    ("G2", "<body><!-- > --!><p>y</p><!----></body><!--"),
    ("G4", "<HTML><HEAD></HEAD><BODY CLASS=\"a>b\">y</BODY></HTML>"),
    ("G4", "<body\n\tid='>'\n>y</body ></html >"),
    ("G4", "<body>y</body\n></html\n>"),
    ("G4", "<BoDy/>y</bOdY a=b>"),
    ("G5", "<!DOCTYPE html><title>T</title><header>y</header>"),
    ("G5", "<bodyguard>y</bodyguard><body-x>z</body-x>"),
    ("G5", "<head></head><body-x></body-x><body>y</bodyx></body>"),
    ("G6", "<!DOCTYPE html><title>T</title><p>y"),
    ("G6", "<html><body><div></div><p>y"),
    ("G6", "<body>y<"),
    ("G6", "<!DOCTYPE html>"),
    ("G7", "<body>y</body></html>\n<p>after</p>"),
    ("G7", "<body>y</body><body class=z>again</body></html></html>"),
    ("G7", "<html><body>y</html><script>1</script></body> "),
];

// G1, G2, G4, G5, G6, G7
#[tokio::test]
async fn everyone_gets_what_is_theirs_where_it_is_a_child_of_body() {
    let bodies = || DOCUMENTS.iter().map(|(_, body)| Canned::html(*body));
    // Whether the length is known must not matter.
    let site = canned(bodies().chain(bodies().map(Canned::with_length)).collect());
    for policy in [POLICY.to_owned(), policy_with("placement = \"end\"")] {
        let visitors = Visitors::of(&policy).await;
        everywhere(&policy, site.clone(), async |way| {
            for (number, (case, body)) in DOCUMENTS.iter().chain(DOCUMENTS).enumerate() {
                let path = format!("/{number}");
                for (cookie, id) in visitors.all().into_iter().zip(IDS) {
                    let reply = way.send(&Ask::get(&path).with_all(&NAVIGATION).cookie(cookie)).await;
                    assert!(reply.body.len() > body.len(), "{case} {id} {body}");
                    reply.assert_carries(id, body.as_bytes());
                }
            }
        })
        .await;
    }
}

// G6
#[tokio::test]
async fn a_page_that_ends_with_an_element_open_has_its_notice_in_body_or_nowhere() {
    let body = "<html><body><div><article>y";
    let site = canned(vec![Canned::html(body)]);
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, site.clone(), async |way| {
        way.get("/0", &NAVIGATION).await.assert_banner(body.as_bytes());
        for cookie in visitors.decided() {
            // The way back may stand in there, where it is found and used all the same.
            let reply = way.get("/0", &[("cookie", cookie)]).await;
            inserted(body.as_bytes(), &reply.body);
            let ids: Vec<_> = outline(&reply.body).own.into_iter().flat_map(|(ids, _)| ids).collect();
            assert_eq!(ids, ["cookie-consent-settings"]);
        }
    })
    .await;
    everywhere(&policy_with("placement = \"end\""), site, async |way| {
        way.get("/0", &NAVIGATION).await.assert_nothing_inserted(body.as_bytes());
    })
    .await;
}

/// What the undecided, the accepting and the refusing visitor find in a page.
const IDS: [&str; 3] = ["cookie-consent", "cookie-consent-settings", "cookie-consent-settings"];

/// What programs replace or interpret where they paste text together.
const PATTERNS: &str = "$1 $& $$ \\\\1 \\\\d %s %d {} {{x}} ${y} \\\\0 </body>";

// G10
#[tokio::test]
async fn the_sites_words_arrive_letter_by_letter() {
    let words = PATTERNS.replace("\\\\", "\\");
    let policy = POLICY.replace("Example SAS", PATTERNS).replace(
        "id = \"marketing\"",
        &format!("id = \"marketing\"\ntitle = \"T {PATTERNS}\"\ndescription = \"D {PATTERNS}\""),
    );
    let body = "<body>y</body>";
    everywhere(&policy, canned(vec![Canned::html(body)]), async |way| {
        let reply = way.get("/0", &NAVIGATION).await;
        reply.assert_banner(body.as_bytes());
        let text = shown(&reply.body);
        assert!(text.contains(&words) && text.contains(&format!("T {words}")), "{text}");
        let settings = way.get("/cookie-consent", &NAVIGATION).await;
        let settings = text_of(&settings.body);
        assert!(settings.contains(&format!("D {words}")), "{settings}");
    })
    .await;
}

// G11
#[tokio::test]
async fn the_sites_words_are_text_and_never_markup() {
    let hostile = "<script>alert(1)</script>&amp;'\\\"><b x='";
    let words = hostile.replace("\\\"", "\"");
    let policy = POLICY
        .replace("Example SAS", hostile)
        .replace("\"/privacy\"", "\"/privacy?a='1'&b=%22>&lt=<b>\"")
        .replace("id = \"marketing\"", &format!("id = \"marketing\"\ntitle = \"{hostile}\""));
    let Ok(_) = Policy::from_toml(&policy) else {
        panic!("the file is read: {:?}", Policy::from_toml(&policy).err());
    };
    let body = "<body>y</body>";
    everywhere(&policy, canned(vec![Canned::html(body)]), async |way| {
        // The address that is asked for is text too.
        let path = "/0?q=%22'&amp;x=%3Cb%3E";
        let reply = way.get(path, &NAVIGATION).await;
        reply.assert_banner(body.as_bytes());
        let elements = own(&reply.body);
        assert_eq!(elements.iter().filter(|(name, _)| name == "script").count(), 1, "{elements:?}");
        assert!(shown(&reply.body).contains(&words));
        let return_to = format!("name=\"return_to\" value=\"{path}\"");
        assert!(elements.iter().any(|(_, attrs)| attrs.contains(&return_to)), "{elements:?}");
        let links: Vec<_> = elements.iter().filter(|(name, _)| name == "a").collect();
        assert!(
            links.iter().any(|(_, attrs)| attrs.contains("href=\"/privacy?a='1'&b=%22>&lt=<b>\"")),
            "{links:?}"
        );
    })
    .await;
}

// G11
#[tokio::test]
async fn a_policy_whose_links_run_script_is_refused() {
    for url in
        ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", " javascript:x", "java\\nscript:x"]
    {
        let policy = POLICY.replace("\"/privacy\"", &format!("\"{url}\""));
        let error = Policy::from_toml(&policy).expect_err(url);
        assert_eq!(error.findings()[0].key(), "privacy-policy");
        let output = Gateway::refuse(&policy);
        assert_eq!(output.status.code(), Some(1), "{url}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("privacy-policy"), "{url}");
    }
}

/// Pages that are not text in UTF-8.
const BYTES: &[(&str, &[u8])] = &[
    ("text/html; charset=windows-1252", b"<!doctype html><body>\xff\xfe\0 caf\xe9 \x80</body>\x93"),
    ("text/html", b"<!doctype html><title>\xc3\x28\xf0\x9f</title><body class='\xff'>\0\xed\xa0\x80</body>"),
    ("text/html; charset=utf-8", b"<!doctype html>\r\n<body>\r\r\n\t\xef\xbf\xbe<p>\x0c\x1b\x7f</body>\r\n"),
    ("text/html; charset=shift_jis", b"<!doctype html><body><p title='\x83\x5c'>\x95\x5c</p></body>"),
    ("text/html; charset=gbk", b"<!doctype html><body><p>\xc4\xe3\xba\xc3</p></body>"),
    ("text/html; charset=iso-8859-1", b"<!doctype html><body><!-- \xa0\xad --><p>\xfc</p></body>"),
];

// G13, G14
#[tokio::test]
async fn every_byte_of_the_page_stands_and_what_is_put_in_is_ascii() {
    let policy = POLICY.replace("Example SAS", "Caf\u{e9} \u{1f36a}");
    let visitors = Visitors::of(&policy).await;
    let pages = BYTES.iter().map(|(kind, body)| Canned::new(*body).with("content-type", kind));
    everywhere(&policy, canned(pages.collect()), async |way| {
        for (number, (kind, body)) in BYTES.iter().enumerate() {
            for cookie in visitors.all() {
                let ask = Ask::get(&format!("/{number}")).with_all(&NAVIGATION).cookie(cookie);
                // In a language whose words are not ASCII.
                let reply = way.send(&ask.with("accept-language", "el")).await;
                let inserted = inserted(body, &reply.body);
                assert!(inserted.bytes.len() > 100, "{kind}");
                assert!(inserted.bytes.is_ascii(), "{kind}: {}", inserted.text());
                assert_eq!(reply.header("content-type"), *kind);
            }
            let banner = way.send(&Ask::get(&format!("/{number}")).with("accept-language", "el")).await;
            assert!(shown(&banner.body).contains("Caf\u{e9} \u{1f36a}"), "{kind}");
        }
    })
    .await;
}

// G14
#[tokio::test]
async fn a_page_in_which_ascii_is_not_ascii_stays_as_it_is() {
    let utf16: Vec<u8> = "<body>y</body>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let kinds = ["utf-16", "UTF-16LE", "utf-16be", "\"utf-16\"", "iso-2022-jp"];
    let pages = kinds
        .map(|kind| Canned::new(utf16.clone()).with("content-type", &format!("text/html; charset={kind}")));
    everywhere(POLICY, canned(pages.to_vec()), async |way| {
        for number in 0..kinds.len() {
            way.get(&format!("/{number}"), &NAVIGATION).await.assert_nothing_inserted(&utf16);
        }
    })
    .await;
}

// G14
#[tokio::test]
async fn a_page_that_begins_as_utf_16_stays_as_it_is_whatever_its_head_says() {
    let with_mark = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        [mark, &"<body>y</body>".encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat()
    };
    let pages = [with_mark(b"\xff\xfe", u16::to_le_bytes), with_mark(b"\xfe\xff", u16::to_be_bytes)];
    let site = canned(pages.iter().map(|page| Canned::html(page.clone())).collect());
    everywhere(POLICY, site, async |way| {
        for (number, page) in pages.iter().enumerate() {
            way.get(&format!("/{number}"), &NAVIGATION).await.assert_nothing_inserted(page);
        }
    })
    .await;
}

#[test]
fn the_outline_of_a_page_shows_where_something_stands() {
    let outline = outline(b"<body><p>x<i data-consent-ui id=a></i>y</body>");
    assert!(outline.tree.contains("\"xy\""), "{}", outline.tree);
    assert_eq!(outline.own, [(vec!["a".to_owned()], "p".to_owned())]);
}
