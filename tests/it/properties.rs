//! What holds for every policy, every page and every request.

mod gate;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use http_body::Frame;
use http_body_util::StreamBody;
use proptest::{collection::vec, prelude::*, sample::select};
use tower_consent::{Consent, Placement, Policy};

use crate::support::{
    FORM, PAGE, Reply, answered, app, declared, get, html, policy, post_form, request, send,
};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

// ---- The page stays the page.

const PIECES: [&str; 42] = [
    "<!DOCTYPE html>",
    "<html>",
    "<html lang=fr>",
    "<head>",
    "</head>",
    "<title>",
    "</title>",
    "<body>",
    "<BODY class='a>b'>",
    "</body>",
    "</html>",
    "<bodyguard>",
    "<header>",
    "text",
    " ",
    "\n",
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "\"</body>\"",
    "<!--",
    "-->",
    "</body",
    ">",
    "<",
    "</",
    "<textarea>",
    "</textarea>",
    "<template>",
    "</template>",
    "<svg><title>",
    "<table>",
    "<tr>",
    "<frameset>",
    "<style>",
    "</style>",
    "<noscript>",
    "<meta charset=utf-8>",
    "<plaintext>",
    "<![CDATA[",
    "<?xml version=\"1.0\"?>",
];

fn document() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..4),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A script in a drawing that has elements in it, of which not all can be read.
const UNREAD: &[u8] = b"<script type=\"text/plain\"";

/// The bytes without what the layer is known to insert.
fn without_insertions(page: &[u8]) -> (Vec<u8>, usize) {
    let ours: [(&[u8], &[u8]); 4] = [
        (b"<script data-consent-ui=\"\" data-consent-tell", b"</script>"),
        (b"<section id=\"cookie-consent\" data-consent-ui=\"\"", b"</section>"),
        (b"<div data-consent-ui=\"\" class=\"consent-line\"", b"</div>"),
        (b"<section data-consent-ui=\"\" class=\"consent-line\"", b"</section>"),
    ];
    let mut rest = page;
    let (mut out, mut count) = (Vec::new(), 0);
    while let Some(&first) = rest.first() {
        if let Some((_, end)) = ours.iter().find(|(start, _)| rest.starts_with(start)) {
            let stop = rest.windows(end.len()).position(|window| window == *end).expect("an end") + end.len();
            rest = &rest[stop..];
            count += 1;
        } else if let Some(behind) = rest.strip_prefix(UNREAD) {
            // What has elements in it is text of the script, too, and waits.
            out.extend_from_slice(b"<script");
            rest = behind;
        } else {
            out.push(first);
            rest = &rest[1..];
        }
    }
    (out, count)
}

fn chunked(document: &[u8], cuts: &[prop::sample::Index]) -> Vec<Bytes> {
    let mut at: Vec<usize> =
        cuts.iter().map(|cut| cut.index(document.len() + 1)).chain([0, document.len()]).collect();
    at.sort_unstable();
    at.windows(2).map(|pair| Bytes::copy_from_slice(&document[pair[0]..pair[1]])).collect()
}

fn streaming(policy: Policy, chunks: Vec<Bytes>) -> Router {
    app(policy, move |_| {
        let frames: Vec<_> =
            chunks.iter().cloned().map(|chunk| Ok::<_, std::io::Error>(Frame::data(chunk))).collect();
        let mut response = html(Body::new(StreamBody::new(tokio_stream::iter(frames))));
        response.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
        response
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn without_what_is_inserted_a_page_is_what_the_handler_wrote(
        document in document(),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
        at_end in any::<bool>(),
        choice in select(&["", "choice=accept", "choice=reject"][..]),
    ) {
        let placement = if at_end { Placement::End } else { Placement::Start };
        let policy = declared().placement(placement).build().unwrap();
        let visit = |chunks| {
            let app = streaming(policy.clone(), chunks);
            run(async move {
                let cookie = if choice.is_empty() { String::new() } else { answered(&app, choice).await };
                get(&app, "/", &[("cookie", &cookie)]).await
            })
        };
        let whole = visit(vec![Bytes::copy_from_slice(&document)]);
        let split = visit(chunked(&document, &cuts));
        let (rest, count) = without_insertions(&split.body);
        prop_assert_eq!(&rest, &document);
        prop_assert!(count <= 3);
        prop_assert_eq!(&split.body, &whole.body, "the same wherever it is cut");
    }
}

// ---- Nothing a visitor sends turns into a 5xx or into a consent.

/// An app that says in a header what it would be allowed.
fn guarded() -> Router {
    app(policy(), |request| {
        let consent = request.extensions().get::<Consent>().unwrap();
        let allowed = consent.allows("analytics") || consent.allows("marketing");
        let mut response = html(PAGE);
        response.headers_mut().insert("x-allowed", allowed.to_string().parse().unwrap());
        response
    })
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(prop_oneof![0x20u8..0x7f, 0x80u8..=0xff, Just(b'\t')], 0..80),
        "[a-z/:.*;=, \"]{0,40}".prop_map(String::into_bytes),
        select(
            &[
                "1",
                "true",
                "same-origin",
                "cross-site",
                "none",
                "document",
                "null",
                "http://localhost",
                "[::1",
                "//",
                "text/html",
                "application/json"
            ][..]
        )
        .prop_map(|v| v.as_bytes().to_vec()),
    ]
}

fn cookie_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(0x20u8..=0x7e, 0..40),
        vec(0x80u8..=0xff, 1..10),
        "[12]\\.[01]\\.[0-9a-zA-Z]{0,8}[.~;][AMPN-]{0,4}[.,~]?".prop_map(String::into_bytes),
        "1\\.[02-9]\\.t[0-9a-z]{5}\\.AM\\.".prop_map(String::into_bytes),
        "1\\.1\\.t[0-9a-z]{5}\\.AM\\.(A|M|AM)".prop_map(String::into_bytes),
        "1\\.1\\.z[0-9a-z]{6,13}\\.AM\\.".prop_map(String::into_bytes),
    ]
}

const NAMES: [&str; 20] = [
    "host",
    "origin",
    "referer",
    "accept",
    "accept-language",
    "sec-fetch-site",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-gpc",
    "consent",
    "content-length",
    "early-data",
    "hx-request",
    "hx-boosted",
    "turbo-frame",
    "range",
    "if-none-match",
    "x-forwarded-host",
    "x-device-id",
    "content-encoding",
];

async fn is_allowed(app: &Router, reply: &Reply) -> bool {
    let mut allowed = reply.header("x-allowed") == "true";
    for line in reply.consent_lines() {
        let cookie = line.split(';').next().unwrap().to_owned();
        let state =
            get(app, "/cookie-consent/state", &[("cookie", &cookie), ("host", "localhost")]).await.json();
        allowed |= state["categories"]["analytics"] == true || state["categories"]["marketing"] == true;
    }
    allowed
}

fn absurd(method: &str, path: &str, body: Vec<u8>, headers: &[(&str, Vec<u8>)]) -> Request<Body> {
    let mut request = request(method, path, body, &[]);
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers_mut().append(name, value);
        }
    }
    request
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]
    #[test]
    fn no_request_without_a_yes_is_a_5xx_or_a_consent(
        method in select(&["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"][..]),
        path in select(&["/", "/x?y=z", "/cookie-consent", "/cookie-consent?lang=%ff&return_to=%", "/cookie-consent/state", "/cookie-consent/x"][..]),
        headers in vec((select(&NAMES[..]), value()), 0..6),
        name in select(&["__Host-consent=", "consent=", "__Secure-consent=", ""][..]),
        cookies in vec(cookie_value(), 0..3),
        body in vec(any::<u8>(), 0..60),
    ) {
        let mut all = headers;
        for cookie in cookies {
            all.push(("cookie", [name.as_bytes(), &cookie].concat()));
        }
        all.push(("content-type", FORM.as_bytes().to_vec()));
        let app = guarded();
        let (status, allowed) = run(async {
            let reply = send(&app, absurd(method, path, body, &all)).await;
            (reply.status, is_allowed(&app, &reply).await)
        });
        prop_assert!(!status.is_server_error(), "{}", status);
        prop_assert!(!allowed);
    }

    #[test]
    fn a_form_grants_only_what_it_plainly_says(
        fields in vec((
            select(&["choice", "category", "categories", "Choice", "notice", "return_to", "asked", "choice[]", "x"][..]),
            select(&["accept", "reject", "save", "allow", "analytics", "marketing", "necessary", "1.x", "2.x", "", "Accept", "//e"][..]),
        ), 0..7),
        separator in select(&["&", "&&", ";", "&amp;"][..]),
    ) {
        let form: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let form = form.join(separator);
        let app = guarded();
        let (status, cookie) = run(async {
            let reply = post_form(&app, "/cookie-consent", &form, &[]).await;
            (reply.status.as_u16(), reply.consent_lines())
        });
        prop_assert!([303, 400].contains(&status));
        prop_assert!(cookie.len() <= usize::from(status == 303));
        let state = cookie.first().map(|line| line.split(';').next().unwrap().to_owned()).map(|cookie| {
            run(async { get(&app, "/cookie-consent/state", &[("cookie", &cookie)]).await.json() })
        });
        // What a reader of the form would say was granted.
        let pairs: Vec<_> = form.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let choices: Vec<_> = pairs.iter().filter(|(name, _)| *name == "choice").map(|(_, value)| *value).collect();
        let said = |id: &str| match choices[..] {
            ["accept"] => true,
            ["save" | "allow"] => pairs.contains(&("category", id)),
            _ => false,
        };
        for id in ["analytics", "marketing"] {
            let granted = state.as_ref().is_some_and(|state| state["categories"][id] == true);
            prop_assert!(!granted || said(id), "{} by {}", id, form);
        }
    }
}

// ---- What is no page and meets nothing gated is left alone.

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_response_that_meets_nothing_is_identical(
        status in select(&[200u16, 201, 301, 404, 500, 206][..]),
        kind in select(&["", "application/json", "image/png", "text/plain", "text/css", "text/htmlx", "text/event-stream", "\u{e9}"][..]),
        headers in vec((select(&["cache-control", "etag", "vary", "set-cookie", "x-a", "x-b", "content-language", "expires", "location", "content-encoding"][..]), "[a-z0-9=;, \"]{0,20}"), 0..8),
        chunks in vec(vec(any::<u8>(), 0..40), 0..5),
        choice in select(&["", "choice=accept", "choice=reject"][..]),
    ) {
        // A nameless cookie is beyond judging.
        let headers: Vec<_> = headers.into_iter().map(|(name, value)| if name == "set-cookie" { (name, format!("x={value}")) } else { (name, value) }).collect();
        let make = move || {
            let frames: Vec<_> = chunks.iter().map(|chunk| Ok::<_, std::io::Error>(Frame::data(Bytes::copy_from_slice(chunk)))).collect();
            let mut response = http::Response::new(Body::new(StreamBody::new(tokio_stream::iter(frames))));
            *response.status_mut() = status.try_into().unwrap();
            if !kind.is_empty() {
                response.headers_mut().insert("content-type", HeaderValue::from_bytes(kind.as_bytes()).unwrap());
            }
            for (name, value) in &headers {
                response.headers_mut().append(*name, value.parse().unwrap());
            }
            response
        };
        let handler = make.clone();
        let with_layer = app(policy(), move |_| handler());
        let without = Router::new().fallback(move || { let response = make(); async move { response } });
        let (ours, theirs) = run(async {
            let cookie = if choice.is_empty() { String::new() } else { answered(&with_layer, choice).await };
            let headers = [("cookie", cookie.as_str())];
            (get(&with_layer, "/", &headers).await, get(&without, "/", &headers).await)
        });
        prop_assert_eq!(ours.status, theirs.status);
        prop_assert_eq!(ours.headers, theirs.headers);
        prop_assert_eq!(ours.body, theirs.body);
    }
}
