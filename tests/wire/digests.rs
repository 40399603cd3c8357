//! Cases H1 and I3: digests are of the bytes that come, or are not sent (RFC 9530).

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::harness::{Ask, Canned, HTML, NAVIGATION, PAGE, POLICY, Visitors, canned, everywhere, writing};

const DIGESTS: [(&str, &str); 4] = [
    ("content-digest", "sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:"),
    ("repr-digest", "sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:"),
    ("digest", "sha-256=d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk="),
    ("content-md5", "Q2hlY2sgSW50ZWdyaXR5IQ=="),
];

// H1, H3
#[tokio::test]
async fn digests_in_the_head_go_with_the_bytes_they_were_of_and_stay_elsewhere() {
    let site = canned(vec![
        Canned::html(PAGE).with_all(&DIGESTS),
        Canned::new(PAGE).with("content-type", "text/plain").with_all(&DIGESTS),
    ]);
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, site, async |way| {
        for cookie in visitors.all() {
            let page = way.send(&Ask::get("/0").with_all(&NAVIGATION).cookie(cookie)).await;
            let text = way.send(&Ask::get("/1").with_all(&NAVIGATION).cookie(cookie)).await;
            for (name, value) in DIGESTS {
                assert!(page.lines(name).is_empty(), "{name}");
                assert_eq!(text.lines(name), [value]);
            }
        }
    })
    .await;
}

// I3
#[tokio::test]
async fn digests_in_trailers_go_with_the_bytes_they_were_of_and_other_trailers_stay() {
    const NAMES: &str = "Content-Digest, Repr-Digest, Digest, Content-MD5";
    let visitors = Visitors::of(POLICY).await;
    for kind in [HTML, "text/plain"] {
        let headers: &[_] = match kind {
            HTML => &[("content-type", HTML), ("trailer", NAMES)],
            _ => &[("content-type", "text/plain"), ("trailer", NAMES)],
        };
        let (site, writers) = writing(headers);
        everywhere(POLICY, site, async |way| {
            for cookie in visitors.all() {
                let ask = Ask::get("/").with_all(&NAVIGATION).cookie(cookie).with("te", "trailers");
                let ask = if way.is_http2() { ask } else { ask.with("connection", "te") };
                let answer = way.begin(&ask).await;
                let writer = writers.next().await;
                writer.write("<body>y</body>");
                let trailers = DIGESTS.into_iter().chain([("x-sum", "42")]);
                let trailers = trailers
                    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
                writer.trail(HeaderMap::from_iter(trailers));
                let (reply, _) = answer.finish().await;
                let trailers = reply.trailers.unwrap();
                assert_eq!(trailers["x-sum"], "42");
                for (name, _) in DIGESTS {
                    assert_eq!(trailers.contains_key(name), kind != HTML, "{name}");
                }
            }
        })
        .await;
    }
}
