use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};

use super::{Answered, Asked, Reason, banner, gate, is_navigation};

fn asked(headers: &[(&str, &str)]) -> Result<(), Reason> {
    let builder = Request::get("/");
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    Asked::new(&builder.body(()).unwrap().into_parts().0).page
}

fn answered(status: u16, headers: &[(&'static str, &'static str)]) -> Result<(), Reason> {
    let headers =
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    Answered::new(StatusCode::from_u16(status).unwrap(), &headers.collect(), true, false, false).page
}

#[test]
fn pages_are_asked_for_by_navigation_or_by_those_who_do_not_say() {
    for headers in [
        &[][..],
        &[("sec-fetch-dest", "document")],
        &[("sec-fetch-dest", "Document")],
        &[("sec-fetch-dest", "")],
        &[("hx-request", "true"), ("hx-boosted", "true"), ("sec-fetch-dest", "empty")],
        &[("hx-request", "true"), ("hx-history-restore-request", "true")],
        &[("sec-fetch-dest", "empty"), ("x-turbo-request-id", "1")],
        &[("sec-fetch-dest", "empty"), ("x-requested-with", "swup")],
        &[("sec-fetch-dest", "empty"), ("sec-fetch-mode", "navigate")],
        &[("sec-fetch-dest", "empty"), ("x-up-target", "body, .x")],
        // Turbo Drive before version 8 says nothing but this.
        &[("sec-fetch-dest", "empty"), ("accept", "text/html, application/xhtml+xml")],
    ] {
        assert_eq!(asked(headers), Ok(()), "{headers:?}");
    }
}

#[test]
fn fragments_frames_subresources_and_fetches_are_no_pages() {
    for (headers, reason) in [
        (&[("hx-request", "true")][..], Reason::Fragment),
        (&[("turbo-frame", "x")], Reason::Fragment),
        (&[("turbo-frame", "x"), ("x-turbo-request-id", "1")], Reason::Fragment),
        (&[("turbo-frame", "x"), ("accept", "text/html, application/xhtml+xml")], Reason::Fragment),
        (&[("sec-fetch-dest", "empty"), ("accept", "text/html")], Reason::Fetch),
        (&[("sec-fetch-dest", "empty"), ("accept", "*/*")], Reason::Fetch),
        (&[("x-pjax", "true")], Reason::Fragment),
        (&[("x-up-target", "main")], Reason::Fragment),
        (&[("sec-fetch-dest", "empty"), ("sec-fetch-mode", "cors")], Reason::Fetch),
        (&[("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate")], Reason::Framed),
        (&[("x-requested-with", "XMLHttpRequest")], Reason::Fragment),
        (&[("sec-fetch-dest", "iframe")], Reason::Framed),
        (&[("sec-fetch-dest", "object")], Reason::Framed),
        (&[("sec-fetch-dest", "script")], Reason::Subresource),
        (&[("sec-fetch-dest", "serviceworker")], Reason::Subresource),
        (&[("sec-fetch-dest", "empty")], Reason::Fetch),
    ] {
        assert_eq!(asked(headers), Err(reason), "{headers:?}");
    }
}

fn both(
    headers: &[(&str, &str)],
    answered: &Answered,
    is_shared: bool,
) -> (Result<(), Reason>, Result<(), Reason>) {
    let builder =
        headers.iter().fold(Request::get("/"), |builder, (name, value)| builder.header(*name, *value));
    let asked = Asked::new(&builder.body(()).unwrap().into_parts().0);
    (banner(&asked, answered, is_shared), gate(&asked, answered))
}

fn page_with(headers: &[(&'static str, &'static str)], is_rendered: bool) -> Answered {
    let html = [("content-type", "text/html")];
    // Of two lines the last counts.
    let headers = html.iter().chain(headers);
    let headers =
        headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    Answered::new(StatusCode::OK, &headers.collect(), true, false, is_rendered)
}

#[test]
fn to_skip_the_banner_is_not_to_skip_the_gate() {
    let page = page_with(&[], false);
    for (headers, reason) in [
        (&[("hx-request", "true")][..], Reason::Fragment),
        (&[("sec-fetch-dest", "iframe")], Reason::Framed),
        (&[("sec-fetch-dest", "empty")], Reason::Fetch),
        (&[("sec-fetch-dest", "script")], Reason::Subresource),
    ] {
        assert_eq!(both(headers, &page, false), (Err(reason), Ok(())), "{headers:?}");
    }
    assert_eq!(both(&[], &page, false), (Ok(()), Ok(())));
    assert_eq!(both(&[], &page_with(&[], true), false), (Err(Reason::Rendered), Ok(())));
}

#[test]
fn what_cannot_be_written_into_is_beyond_both() {
    for (header, reason) in [
        (("content-encoding", "compress"), Reason::Encoded),
        (("cache-control", "no-transform"), Reason::NoTransform),
        (("content-type", "text/html; charset=utf-16"), Reason::Charset),
        (("content-disposition", "attachment"), Reason::Attachment),
    ] {
        let page = page_with(&[header], false);
        assert_eq!(both(&[], &page, false), (Err(reason), Err(reason)));
        assert_eq!(both(&[("sec-fetch-dest", "empty")], &page, false), (Err(Reason::Fetch), Err(reason)));
    }
}

#[test]
fn who_asks_first_does_not_matter_where_all_get_the_same() {
    let page = page_with(&[], false);
    for destination in ["iframe", "empty", "image", "document"] {
        assert_eq!(both(&[("sec-fetch-dest", destination)], &page, true).0, Ok(()), "{destination}");
    }
    assert_eq!(both(&[("hx-request", "true")], &page, true).0, Err(Reason::Fragment));
}

#[test]
fn html_of_every_spelling_is_a_page() {
    for content_type in [
        "text/html",
        "Text/HTML; Charset=UTF-8",
        "text/html;charset=iso-8859-1",
        "text/html charset=utf-8",
        "text/html; charset=\"windows-1252\"",
        "application/xhtml+xml",
    ] {
        for status in [200, 201, 404, 422, 500] {
            assert_eq!(answered(status, &[("content-type", content_type)]), Ok(()), "{content_type}");
        }
    }
}

#[test]
fn what_is_not_html_is_no_page() {
    for content_type in
        ["application/json", "text/html-patch+json", "text/htmlx", "text/plain", "image/png", ""]
    {
        assert_eq!(answered(200, &[("content-type", content_type)]), Err(Reason::NotHtml), "{content_type}");
    }
    assert_eq!(answered(200, &[]), Err(Reason::NotHtml));
}

#[test]
fn xml_is_gated_where_a_browser_opens_it() {
    let read = |kind: &'static str, is_opened| {
        let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        Answered::new(StatusCode::OK, &headers, is_opened, false, false)
    };
    for kind in ["text/xml", "Application/XML; charset=utf-8", "application/rss+xml"] {
        let opened = read(kind, true);
        assert_eq!(
            (opened.page, opened.markup, opened.is_xml),
            (Err(Reason::NotHtml), Ok(()), true),
            "{kind}"
        );
        let other = read(kind, false);
        assert_eq!((other.markup, other.is_markup), (Err(Reason::NotHtml), false), "{kind}");
    }
    for is_opened in [true, false] {
        let stream = read("text/vnd.turbo-stream.html; charset=utf-8", is_opened);
        assert_eq!((stream.page, stream.markup, stream.is_part), (Err(Reason::NotHtml), Ok(()), true));
    }
}

#[test]
fn pages_whose_bytes_are_final_or_foreign_are_left_alone() {
    let html = ("content-type", "text/html");
    for (status, header, reason) in [
        (304, ("x-a", "b"), Reason::Status),
        (204, ("x-a", "b"), Reason::Status),
        (205, ("x-a", "b"), Reason::Status),
        (302, ("x-a", "b"), Reason::Status),
        (101, ("x-a", "b"), Reason::Status),
        (206, ("x-a", "b"), Reason::Partial),
        (416, ("content-range", "bytes */9"), Reason::Partial),
        (200, ("content-encoding", "compress"), Reason::Encoded),
        (200, ("content-encoding", "gzip, br"), Reason::Encoded),
        (200, ("content-disposition", "attachment; filename=x.html"), Reason::Attachment),
        (200, ("content-disposition", "Attachment"), Reason::Attachment),
        (200, ("cache-control", "public, No-Transform"), Reason::NoTransform),
    ] {
        assert_eq!(answered(status, &[html, header]), Err(reason), "{status} {header:?}");
    }
    for header in
        [("content-encoding", "identity"), ("content-disposition", "inline"), ("cache-control", "public")]
    {
        assert_eq!(answered(200, &[html, header]), Ok(()), "{header:?}");
    }
}

#[test]
fn encodings_in_which_ascii_is_not_ascii_are_left_alone() {
    for content_type in [
        "text/html; charset=utf-16",
        "text/html; charset=UTF-16LE",
        "text/html; charset=iso-2022-jp",
        "text/html; charset=unicode",
        "text/html; charset=hz-gb-2312",
    ] {
        assert_eq!(answered(200, &[("content-type", content_type)]), Err(Reason::Charset), "{content_type}");
    }
    for charset in
        ["shift_jis", "gb18030", "big5", "euc-kr", "koi8-r", "unicode-1-1-utf-8", "utf-7", "utf-32"]
    {
        let headers = HeaderMap::from_iter([(
            http::header::CONTENT_TYPE,
            HeaderValue::try_from(format!("text/html; charset={charset}")).unwrap(),
        )]);
        assert_eq!(Answered::new(StatusCode::OK, &headers, true, false, false).page, Ok(()), "{charset}");
    }
}

#[test]
fn an_empty_body_is_no_page() {
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
    assert_eq!(Answered::new(StatusCode::OK, &headers, true, true, false).page, Err(Reason::Empty));
}

#[test]
fn only_browsers_that_open_a_page_lose_their_conditions() {
    for (name, value, expected) in [
        ("accept", "text/html,application/xhtml+xml,*/*;q=0.8", true),
        ("sec-fetch-dest", "document", true),
        ("accept", "application/json", false),
        ("accept", "image/avif,image/webp,*/*;q=0.8", false),
        ("accept", "text/css,*/*;q=0.1", false),
        ("accept", "*/*", false),
    ] {
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))]);
        assert_eq!(is_navigation(&headers), expected, "{value}");
    }
}

#[test]
fn of_several_content_types_the_last_that_is_one_counts() {
    for (lines, expected) in [
        (&["text/html; profile=\"a,b\""][..], Ok(())),
        (&["text/html;charset=\"utf-8\","], Ok(())),
        (&["text/html", ""], Ok(())),
        (&["text/html", "*/*"], Ok(())),
        (&["text/html, junk"], Ok(())),
        (&["text/html,text/html"], Ok(())),
        (&["application/json, text/html"], Ok(())),
        (&["text/html", "application/json"], Err(Reason::NotHtml)),
        (&["text/html; charset=utf-16, text/html"], Err(Reason::Charset)),
        (&["text/html; charset=utf-16, text/html; charset=utf-8"], Ok(())),
        (&["/, text"], Err(Reason::NotHtml)),
    ] {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(http::header::CONTENT_TYPE, HeaderValue::from_str(line).unwrap());
        }
        assert_eq!(Answered::new(StatusCode::OK, &headers, true, false, false).page, expected, "{lines:?}");
    }
}
