//! What the layer does, through the gateway.

use axum::http::{Request, StatusCode, header};

use crate::site::{EACH_WAY, start, start_with};

#[tokio::test]
async fn a_page_gets_the_banner_and_its_trackers_wait_for_a_yes() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let first = gateway.get("/", "").await;
        assert_eq!(first.status, StatusCode::OK);
        assert!(first.has_banner());
        assert!(!first.sets("_ga="));

        let cookie = gateway.answered("choice=accept").await;
        let later = gateway.get("/", &cookie).await;
        assert!(!later.has_banner());
        assert!(later.sets("_ga="));

        let cookie = gateway.answered("choice=reject").await;
        let later = gateway.get("/", &cookie).await;
        assert!(!later.has_banner());
        assert!(!later.sets("_ga="));
    }
}

#[tokio::test]
async fn the_site_is_told_what_the_visitor_agreed_to() {
    let gateway = start().await.gateway;
    for path in ["/head", "/excluded"] {
        let told = gateway.get(path, "").await.text;
        assert!(
            told.contains("\nconsent: necessary, analytics=?0;undecided, marketing=?0;undecided\n"),
            "{told}"
        );
        let cookie = gateway.answered("choice=save&category=analytics").await;
        let told = gateway.get(path, &cookie).await.text;
        assert!(told.contains("\nconsent: necessary, analytics, marketing=?0\n"), "{told}");
    }
}

#[tokio::test]
async fn a_forged_consent_header_does_not_reach_the_site() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        for path in ["/head", "/excluded"] {
            let request = Request::get(gateway.url(path))
                .header("consent", "necessary, analytics, marketing")
                .header("Consent", "forged")
                .header("connection", "consent");
            let told = gateway.send(request, "").await.text;
            assert_eq!(told.matches("\nconsent: ").count(), 1, "{told}");
            assert!(told.contains("\nconsent: necessary, analytics=?0;undecided"), "{told}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_depends_on_consent_stays_with_its_visitor() {
    let gateway = start().await.gateway;
    let reply = gateway.get("/varies", "").await;
    assert_eq!(reply.headers[header::CACHE_CONTROL], "private, no-cache");
    let vary = reply.headers.get_all(header::VARY).iter().map(|line| line.to_str().unwrap());
    assert!(vary.flat_map(|line| line.split(", ")).any(|member| member == "Cookie"));
}

#[tokio::test]
async fn an_answer_that_does_not_depend_on_consent_stays_cacheable() {
    let gateway = start().await.gateway;
    assert_eq!(gateway.get("/asset", "").await.headers[header::CACHE_CONTROL], "public, max-age=600");
}

#[tokio::test]
async fn what_is_taken_out_of_the_head_does_not_come_in_behind_the_body() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let answer = gateway
            .raw(
                "POST /request-trailer-names HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\
                 Transfer-Encoding: chunked\r\nTrailer: Consent, Cookie, X-Sum\r\n\r\n\
                 1\r\nx\r\n0\r\nConsent: necessary, analytics\r\nCookie: _ga=1\r\nX-Sum: 1\r\n\r\n",
            )
            .await;
        assert!(answer.ends_with("\r\n\r\nx-sum"), "{answer}");
    }
}
