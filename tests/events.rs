//! What operators are told: each thing once, with its reason, however often it happens (L7). Events are
//! told once for each process, so this is one test in a program of its own.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Body, http::Request, response::IntoResponse, routing::any};
use tower::ServiceExt;
use tower_consent::{Category, ConsentLayer, DoNotTrack, Enforcement, Model, Policy};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    /// The lines that hold all of these words.
    fn lines(&self, words: &[&str]) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().filter(|line| words.iter().all(|word| line.contains(word)));
        lines.map(str::to_owned).collect()
    }
}

/// Answers with the fields that the query names.
async fn page(request: Request<Body>) -> impl IntoResponse {
    let meta = "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\"><body>Page";
    let body = if request.uri().path() == "/meta" { meta } else { "<body>Page" };
    let mut response = body.into_response();
    response.headers_mut().insert("content-type", "text/html".parse().unwrap());
    let query = request.uri().query().unwrap_or_default();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = value.replace("%3C", "<").replace("%3E", ">").replace("%20", " ");
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

#[tokio::test]
async fn each_thing_is_told_once_with_its_reason() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone());
    subscriber.with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG).init();
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().cookie("_an").origin("https://stats.example.net"))
        .exclude(["/api/*"])
        .dnt(DoNotTrack::Ignore)
        .build()
        .unwrap();
    // The same policy in two layers is still one policy.
    let _ = ConsentLayer::new(policy.clone()).endpoint();
    // Here each visitor's place decides, and the model about nobody.
    let by_place = Policy::builder("Example SAS", "privacy@example.com").model(Model::OptOut);
    let by_place = by_place.category(Category::embeds().vendor("youtube")).build().unwrap();
    let _ = ConsentLayer::new(by_place).jurisdiction(|_| None).endpoint();
    let app = Router::new().fallback(any(page)).layer(ConsentLayer::new(policy));
    let send = async |path: &str, headers: &[(&str, &str)]| {
        let request =
            headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    };

    for _ in 0..3 {
        send("/?cache-control=public,max-age=60", &[]).await;
        send("/", &[("hx-request", "true")]).await;
        send("/api/x", &[]).await;
        send("/", &[("sec-fetch-dest", "iframe")]).await;
        send("/", &[("sec-fetch-dest", "empty")]).await;
        send("/?content-encoding=compress", &[]).await;
        send("/?cache-control=no-transform", &[]).await;
        send("/?content-type=text/html;charset=utf-16", &[]).await;
        send("/?content-disposition=attachment", &[]).await;
        send("/?set-cookie=_an=secret-value", &[]).await;
        send("/?set-cookie=_hjid=secret-value", &[("cookie", "_hjid=secret-value")]).await;
        send("/?set-cookie=other=secret-value", &[]).await;
        send("/?nel=secret-value", &[]).await;
        send(
            "/?content-security-policy=img-src%20*;script-src%20'strict-dynamic'%20'nonce-secret-value'",
            &[],
        )
        .await;
        send("/?content-security-policy=sandbox", &[]).await;
        send("/meta", &[]).await;
        send("/?link=%3Chttps://stats.example.net/secret-value%3E;rel=preload", &[]).await;
    }
    // B25, of which an event tells all but the page: an address may say who asks, and for what.
    let observed = Policy::builder("Example SAS", "privacy@example.com")
        .category(
            Category::analytics()
                .cookie("_seen")
                .response_header("x-seen")
                .origin("https://seen.example.net"),
        )
        .category(Category::marketing().cookie("_gone"))
        .enforcement(Enforcement::Observe)
        .build()
        .unwrap();
    let observed = Router::new().fallback(any(page)).layer(ConsentLayer::new(observed));
    for _ in 0..3 {
        let query = "/secret-value?set-cookie=_seen=secret-value&x-seen=secret-value\
                     &link=%3Chttps://seen.example.net/secret-value%3E;rel=preload";
        let request = Request::get(query).header("host", "localhost").body(Body::empty()).unwrap();
        let response = observed.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["set-cookie"], "_seen=secret-value");
        // A removal passes where the policy is enforced, too.
        let query = "/?set-cookie=_gone=;%20Max-Age=0";
        let request = Request::get(query).header("host", "localhost").body(Body::empty()).unwrap();
        observed.clone().oneshot(request).await.unwrap();
    }
    for (level, words) in [
        ("INFO", &["become private", "delivery"][..]),
        ("DEBUG", &["left as it is", "fragment"]),
        ("DEBUG", &["a path is excluded"]),
        ("DEBUG", &["left as it is", "framed"]),
        ("DEBUG", &["left as it is", "\"fetch\""]),
        ("DEBUG", &["left as it is", "attachment"]),
        ("WARN", &["cannot carry the banner", "encoded", "outside of the consent layer"]),
        ("WARN", &["carries no banner", "no-transform"]),
        ("WARN", &["carries no banner", "charset"]),
        ("DEBUG", &["withheld without consent", "_an"]),
        ("WARN", &["does not declare this tracker", "_hjid", "hotjar"]),
        ("WARN", &["does not declare passes", "other"]),
        ("DEBUG", &["withheld without consent", "nel"]),
        ("WARN", &["img-src lets every host through", "list the hosts"]),
        ("WARN", &["script-src has 'strict-dynamic'"]),
        ("WARN", &["no such directive and no default-src", "connect-src", "enforce"]),
        ("WARN", &["no such directive and no default-src", "frame-src"]),
        ("WARN", &["visitors cannot answer", "allow 'self' in form-action", "allow-forms"]),
        ("WARN", &["in a <meta> forbids the banner's style or script", "as a header instead"]),
        ("DEBUG", &["withheld without consent", "https://stats.example.net"]),
        ("WARN", &["privacy-policy = \"\"", "missing-privacy-policy", "GDPR, Articles 12(1) and 13"]),
        ("WARN", &["category.analytics.cookies[0].duration = \"\"", "_an", "missing-duration"]),
        ("INFO", &["dnt = \"ignore\"", "do-not-track-ignored"]),
        ("INFO", &["\"_seen\"", "analytics", "only observes", "withheld without consent"]),
        ("INFO", &["\"x-seen\"", "analytics", "only observes"]),
        ("INFO", &["\"https://seen.example.net\"", "analytics", "only observes"]),
    ] {
        let words = [&[level], words].concat();
        assert_eq!(log.lines(&words).len(), 1, "{words:?} in\n{}", log.lines(&[]).join("\n"));
    }
    assert!(log.lines(&["_gone", "only observes"]).is_empty(), "to remove a cookie needs no consent");
    assert!(log.lines(&["implied-consent"]).is_empty(), "nobody's consent is implied");
    assert!(log.lines(&["secret-value"]).is_empty(), "names, never values");
}
