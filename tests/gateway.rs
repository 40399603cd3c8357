//! The example gateway between real sockets: a site in this process, and visitors of every kind.

use std::{
    convert::Infallible,
    env, fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header},
    response::{Html, IntoResponse, Response},
    routing::{any, get},
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioIo},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_stream::{StreamExt, wrappers::UnboundedReceiverStream};

/// Longer than anything here takes, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(10);

const POLICY: &str = r#"
privacy-policy = "/privacy"
exclude = ["/excluded"]
[controller]
name = "Example SAS"
contact = "privacy@example.com"
[[category]]
id = "analytics"
vendors = ["google-analytics"]
[[category]]
id = "marketing"
vendors = ["meta-pixel"]
"#;

const PAGE: &str = "<!DOCTYPE html><html lang=en><title>News</title><body><h1>News</h1></body></html>";

/// The program, and a policy for it in a file of its own.
struct Program {
    path: PathBuf,
    policy: PathBuf,
}

impl Program {
    fn new(policy: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        // Cargo builds examples beside the tests that it runs.
        let test = env::current_exe().unwrap();
        let target = test.parent().and_then(|deps| deps.parent()).unwrap();
        let name = format!("gateway-{}-{}.toml", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let file = env::temp_dir().join(name);
        fs::write(&file, policy).unwrap();
        Self { path: target.join("examples").join("gateway"), policy: file }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["--listen", "127.0.0.1:0", "--policy"]).arg(&self.policy);
        command
    }

    /// Runs it to its end, which is near where something is wrong.
    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.policy);
    }
}

/// A gateway that ends with the test.
struct Gateway {
    address: String,
    child: Child,
    _program: Program,
}

impl Gateway {
    fn start(upstream: &str, more: &[&str]) -> Self {
        let program = Program::new(POLICY);
        let mut command = program.command();
        command.args(["--upstream", upstream]).args(more).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("the gateway says {line:?}")).to_owned();
        Self { address, child, _program: program }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A connection on which a test speaks for itself.
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }

    /// Sends bytes and reads until the gateway hangs up.
    async fn raw(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        String::from_utf8(answer).unwrap()
    }

    async fn send(&self, request: axum::http::request::Builder, body: &'static str) -> Reply {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = client.request(request.body(Full::<Bytes>::from(body)).unwrap());
        Reply::read(timeout(PATIENCE, response).await.unwrap().unwrap()).await
    }

    async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(Request::get(self.url(path)).header(header::COOKIE, cookie), "").await
    }

    /// The cookie of a visitor who has given this answer.
    async fn answered(&self, form: &'static str) -> String {
        let request = Request::post(self.url("/cookie-consent"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let reply = self.send(request, form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Reply {
    status: StatusCode,
    version: Version,
    headers: HeaderMap,
    text: String,
    trailers: Option<HeaderMap>,
}

impl Reply {
    async fn read(response: hyper::Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        let body = timeout(PATIENCE, body.collect()).await.unwrap().unwrap();
        let trailers = body.trailers().cloned();
        let text = String::from_utf8(body.to_bytes().to_vec()).unwrap();
        Self { status: parts.status, version: parts.version, headers: parts.headers, text, trailers }
    }

    fn has_banner(&self) -> bool {
        self.text.contains("<section id=\"cookie-consent\"")
    }

    fn sets(&self, cookie: &str) -> bool {
        let mut lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines.any(|line| line.to_str().unwrap().starts_with(cookie))
    }
}

/// What a test feeds into streams, and what it learns of them.
#[derive(Clone)]
struct Streams {
    bodies: mpsc::UnboundedSender<mpsc::UnboundedSender<&'static str>>,
}

/// Answers with a body that the test writes.
fn streamed(streams: &Streams, content_type: &'static str) -> Response {
    let (pieces, body) = mpsc::unbounded_channel();
    streams.bodies.send(pieces).unwrap();
    let body = UnboundedReceiverStream::new(body).map(Ok::<_, Infallible>);
    ([(header::CONTENT_TYPE, content_type)], Body::from_stream(body)).into_response()
}

/// The request's head, as the site got it.
async fn head(request: Request) -> String {
    let mut lines = vec![format!("{} {}", request.method(), request.uri())];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", value.to_str().unwrap()));
    }
    lines.push(String::new());
    lines.join("\n")
}

async fn with_trailers() -> Response {
    let trailers = HeaderMap::from_iter([("x-sum".try_into().unwrap(), HeaderValue::from_static("42"))]);
    let frames = [Frame::data(Bytes::from("data")), Frame::trailers(trailers)];
    let body = StreamBody::new(tokio_stream::iter(frames.map(Ok::<_, Infallible>)));
    ([(header::TRAILER, "x-sum")], Body::new(body)).into_response()
}

/// Echoes over an upgraded connection, first and last in its own words.
async fn echo(mut request: Request) -> Response {
    if request.headers().get(header::UPGRADE).is_none_or(|protocol| protocol != "echo") {
        return (StatusCode::OK, "no upgrade").into_response();
    }
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        stream.write_all(b"hello ").await.unwrap();
        let (mut reader, mut writer) = tokio::io::split(stream);
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.write_all(b" bye").await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let switch = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "echo")];
    (StatusCode::SWITCHING_PROTOCOLS, switch).into_response()
}

async fn home() -> impl IntoResponse {
    ([(header::SET_COOKIE, "_ga=GA1.1.1.1; Path=/; Max-Age=63072000")], Html(PAGE))
}

async fn hop_by_hop() -> impl IntoResponse {
    let headers =
        [("connection", "x-hop"), ("x-hop", "1"), ("keep-alive", "timeout=5"), ("proxy-connection", "close")];
    (headers, [("x-end", "1")], "")
}

/// Starts the site; the other value receives the writing end of each streamed body.
async fn site() -> (String, mpsc::UnboundedReceiver<mpsc::UnboundedSender<&'static str>>) {
    let (bodies, streams) = mpsc::unbounded_channel();
    let router = Router::new()
        .route("/", get(home))
        .route("/head", any(head))
        .route("/excluded", any(head))
        .route("/page", get(async |State(streams): State<Streams>| streamed(&streams, "text/html")))
        .route("/events", get(async |State(streams): State<Streams>| streamed(&streams, "text/event-stream")))
        .route("/trailers", get(with_trailers))
        .route("/upload", any(async |body: Body| Body::new(body)))
        .route("/echo", any(echo))
        .route("/hop", get(hop_by_hop))
        .route("/asset", get(async || ([(header::CACHE_CONTROL, "public, max-age=600")], "asset")))
        .route("/varies", get(async || [("cache-control", "public, max-age=600"), ("vary", "Consent")]))
        .route("/slow", get(async || sleep(PATIENCE * 6).await))
        .with_state(Streams { bodies });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, streams)
}

async fn start() -> (Gateway, mpsc::UnboundedReceiver<mpsc::UnboundedSender<&'static str>>) {
    let (address, streams) = site().await;
    (Gateway::start(&address, &[]), streams)
}

/// Reads until what has come ends in these words.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !read.ends_with(end.as_bytes()) {
            assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "{}", String::from_utf8_lossy(&read));
        }
    };
    let is_in_time = timeout(PATIENCE, reading).await.is_ok();
    let read = String::from_utf8(read).unwrap();
    assert!(is_in_time, "no {end:?} in {read:?}");
    read
}

#[tokio::test]
async fn a_page_gets_the_banner_and_its_trackers_wait_for_a_yes() {
    let (gateway, _streams) = start().await;
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

#[tokio::test]
async fn the_site_is_told_what_the_visitor_agreed_to() {
    let (gateway, _streams) = start().await;
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
    let (gateway, _streams) = start().await;
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

#[tokio::test]
async fn the_site_sees_the_public_host_and_who_asks() {
    let (gateway, _streams) = start().await;
    let request = Request::get(gateway.url("/head?a=%2F&b")).header(header::HOST, "news.example");
    let told = gateway.send(request, "").await.text;
    assert!(told.starts_with("GET /head?a=%2F&b\n"), "{told}");
    for line in [
        "host: news.example",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: news.example",
    ] {
        assert!(told.contains(&format!("\n{line}\n")), "{line} is not in {told}");
    }
}

#[tokio::test]
async fn what_proxies_in_front_have_said_is_kept() {
    let (gateway, _streams) = start().await;
    let request = Request::get(gateway.url("/head"))
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-forwarded-for", "192.0.2.2")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "news.example");
    let told = gateway.send(request, "").await.text;
    for line in [
        "x-forwarded-for: 192.0.2.1, 192.0.2.2, 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: news.example",
    ] {
        assert!(told.contains(&format!("\n{line}\n")), "{line} is not in {told}");
    }
}

#[tokio::test]
async fn what_concerns_one_connection_does_not_cross() {
    let (gateway, _streams) = start().await;
    let told = gateway
        .raw(
            "GET /head HTTP/1.1\r\nHost: a.example\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\
             Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip, trailers\r\nX-End: 1\r\n\r\n",
        )
        .await;
    let (_, told) = told.split_once("\r\n\r\n").unwrap();
    for gone in ["\nx-hop:", "\nkeep-alive:", "\nproxy-connection:", "gzip", "close"] {
        assert!(!told.contains(gone), "{gone} is in {told}");
    }
    assert!(told.contains("\nx-end: 1\n") && told.contains("\nte: trailers\n"), "{told}");

    let reply = gateway.get("/hop", "").await;
    assert!(reply.headers.contains_key("x-end"));
    for gone in ["connection", "x-hop", "keep-alive", "proxy-connection"] {
        assert!(!reply.headers.contains_key(gone), "{gone}");
    }
}

#[tokio::test]
async fn a_request_with_two_hosts_is_refused() {
    let (gateway, _streams) = start().await;
    let answer = gateway
        .raw("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\nConnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn a_target_with_a_host_counts_for_more_than_the_header() {
    let (gateway, _streams) = start().await;
    let told = gateway
        .raw("GET http://a.example/head HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n\r\n")
        .await;
    assert!(told.contains("GET /head\n") && told.contains("\nhost: a.example\n"), "{told}");
}

#[tokio::test]
async fn a_tunnel_to_anywhere_is_refused() {
    let (gateway, _streams) = start().await;
    let answer = gateway
        .raw("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nConnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
}

#[tokio::test]
async fn the_first_piece_of_a_page_arrives_before_the_second_exists() {
    let (gateway, mut streams) = start().await;
    let mut visitor = gateway.connect().await;
    visitor.write_all(b"GET /page HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let pieces = streams.recv().await.unwrap();
    pieces.send("<!DOCTYPE html><title>T</title><body><p>first</p>").unwrap();
    let first = read_until(&mut visitor, "<p>first</p>\r\n").await;
    assert!(first.contains("<section id=\"cookie-consent\""), "{first}");
    pieces.send("<p>second</p>").unwrap();
    read_until(&mut visitor, "<p>second</p>\r\n").await;
    drop(pieces);
    read_until(&mut visitor, "0\r\n\r\n").await;
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    let (gateway, mut streams) = start().await;
    let mut visitor = gateway.connect().await;
    visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let pieces = streams.recv().await.unwrap();
    // The head arrives before there is any event.
    let head = read_until(&mut visitor, "\r\n\r\n").await;
    assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        pieces.send(event).unwrap();
        read_until(&mut visitor, &format!("{event}\r\n")).await;
    }
}

#[tokio::test]
async fn trailers_reach_visitors_who_take_them() {
    let (gateway, _streams) = start().await;
    for is_http2 in [false, true] {
        let client = Client::builder(TokioExecutor::new()).http2_only(is_http2).build_http();
        let request = Request::get(gateway.url("/trailers")).header(header::TE, "trailers");
        let reply = client.request(request.body(Full::<Bytes>::default()).unwrap()).await.unwrap();
        let reply = Reply::read(reply).await;
        assert_eq!(reply.text, "data");
        assert_eq!(reply.headers[header::TRAILER], "x-sum");
        assert_eq!(reply.trailers.unwrap()["x-sum"], "42");
    }
}

#[tokio::test]
async fn an_upload_is_passed_on_piece_by_piece() {
    let (gateway, _streams) = start().await;
    let mut visitor = gateway.connect().await;
    let head = b"POST /upload HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
    visitor.write_all(head).await.unwrap();
    read_until(&mut visitor, "\r\n\r\n").await;
    for piece in ["one", "two"] {
        visitor.write_all(format!("3\r\n{piece}\r\n").as_bytes()).await.unwrap();
        read_until(&mut visitor, &format!("{piece}\r\n")).await;
    }
    visitor.write_all(b"0\r\n\r\n").await.unwrap();
    read_until(&mut visitor, "0\r\n\r\n").await;
}

#[tokio::test]
async fn an_upgraded_connection_carries_both_ways_to_its_end() {
    let (gateway, _streams) = start().await;
    let mut visitor = gateway.connect().await;
    let head = b"GET /echo HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
    visitor.write_all(head).await.unwrap();
    let answer = read_until(&mut visitor, "hello ").await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(answer.contains("upgrade: echo\r\n") && answer.contains("connection: upgrade\r\n"), "{answer}");
    visitor.write_all(b"ping").await.unwrap();
    read_until(&mut visitor, "ping").await;
    // The visitor is done speaking, not listening.
    visitor.shutdown().await.unwrap();
    let mut rest = String::new();
    timeout(PATIENCE, visitor.read_to_string(&mut rest)).await.unwrap().unwrap();
    assert_eq!(rest, " bye");
}

#[tokio::test]
async fn no_upgrade_leads_to_http_behind_the_layers_back() {
    let (gateway, _streams) = start().await;
    for protocol in ["h2c", "TLS/1.0", "HTTP/2.0", "echo, h2c"] {
        let told = gateway
            .raw(&format!(
                "GET /head HTTP/1.1\r\nHost: a.example\r\nConnection: close, Upgrade, HTTP2-Settings\r\n\
                 Upgrade: {protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"
            ))
            .await;
        assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
        assert!(!told.contains("\nupgrade:") && !told.contains("\nhttp2-settings:"), "{told}");
    }
}

#[tokio::test]
async fn http2_visitors_get_pages_and_their_split_cookies_are_joined() {
    let (gateway, _streams) = start().await;
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let get = async |path: &str| {
        let request = Request::get(gateway.url(path)).header("cookie", "sid=1").header("cookie", "b=2");
        Reply::read(client.request(request.body(Full::<Bytes>::default()).unwrap()).await.unwrap()).await
    };
    let page = get("/").await;
    assert_eq!((page.status, page.version), (StatusCode::OK, Version::HTTP_2));
    assert!(page.has_banner() && !page.sets("_ga="));

    let told = get("/head").await.text;
    assert!(told.contains("\ncookie: sid=1; b=2\n"), "{told}");
    assert!(told.contains(&format!("\nhost: {}\n", gateway.address)), "{told}");
}

#[tokio::test]
async fn a_site_that_is_down_is_a_502_page_with_the_banner() {
    // Bound and let go, so that nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let gateway = Gateway::start(&address, &[]);
    let reply = gateway.get("/", "").await;
    assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
    assert!(reply.text.contains("<h1>The site cannot be reached</h1>"));
    assert!(reply.has_banner());
}

#[tokio::test]
async fn a_site_that_talks_nonsense_is_a_502_page() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = Gateway::start(&format!("http://{}", listener.local_addr().unwrap()), &[]);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"SSH-2.0-nonsense\r\n").await;
        }
    });
    assert_eq!(gateway.get("/", "").await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_site_that_hangs_up_on_an_idle_connection_is_asked_again_where_that_is_safe() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = Gateway::start(&format!("http://{}", listener.local_addr().unwrap()), &[]);
    tokio::spawn(async move {
        // Promises to go on, and hangs up on the next request.
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                read_until(&mut stream, "\r\n\r\n").await;
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
                let _ = stream.read_u8().await;
            });
        }
    });
    for _ in 0..2 {
        let reply = gateway.get("/", "").await;
        assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, "ok"));
    }
    // Whether it has been done already, nobody knows.
    assert_eq!(gateway.send(Request::post(gateway.url("/")), "").await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_site_that_does_not_answer_in_time_is_a_504_page() {
    let (address, _streams) = site().await;
    let gateway = Gateway::start(&address, &["--timeout-seconds", "1"]);
    let reply = gateway.get("/slow", "").await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(reply.text.contains("<h1>The site takes too long to answer</h1>"));
}

#[tokio::test]
async fn an_answer_may_take_longer_than_its_head() {
    let (address, mut streams) = site().await;
    let gateway = Gateway::start(&address, &["--timeout-seconds", "1"]);
    let mut visitor = gateway.connect().await;
    visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let pieces = streams.recv().await.unwrap();
    read_until(&mut visitor, "\r\n\r\n").await;
    sleep(Duration::from_millis(1500)).await;
    pieces.send("late").unwrap();
    read_until(&mut visitor, "late\r\n").await;
}

#[tokio::test]
async fn head_gets_the_head_of_get_and_no_body() {
    let (gateway, _streams) = start().await;
    for path in ["/", "/asset"] {
        let request = Request::builder().method(Method::HEAD).uri(gateway.url(path));
        let head = gateway.send(request, "").await;
        let get = gateway.get(path, "").await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""));
        for name in [header::CONTENT_TYPE, header::CACHE_CONTROL, header::VARY] {
            assert_eq!(head.headers.get(&name), get.headers.get(&name), "{path} {name}");
        }
    }
    let request = Request::builder().method(Method::HEAD).uri(gateway.url("/asset"));
    assert_eq!(gateway.send(request, "").await.headers[header::CONTENT_LENGTH], "5");
}

#[tokio::test]
async fn a_visitor_who_leaves_ends_the_sites_stream() {
    let (gateway, mut streams) = start().await;
    let mut visitor = gateway.connect().await;
    visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let pieces = streams.recv().await.unwrap();
    pieces.send("data: 1\n\n").unwrap();
    read_until(&mut visitor, "data: 1\n\n\r\n").await;
    drop(visitor);
    timeout(PATIENCE, pieces.closed()).await.expect("the site still streams");
}

#[tokio::test]
async fn an_answer_that_depends_on_consent_stays_with_its_visitor() {
    let (gateway, _streams) = start().await;
    let reply = gateway.get("/varies", "").await;
    assert_eq!(reply.headers[header::CACHE_CONTROL], "private, no-cache");
    let vary = reply.headers.get_all(header::VARY).iter().map(|line| line.to_str().unwrap());
    assert!(vary.flat_map(|line| line.split(", ")).any(|member| member == "Cookie"));
}

#[tokio::test]
async fn an_answer_that_does_not_depend_on_consent_stays_cacheable() {
    let (gateway, _streams) = start().await;
    assert_eq!(gateway.get("/asset", "").await.headers[header::CACHE_CONTROL], "public, max-age=600");
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_gateway_finishes_what_is_under_way() {
    let (mut gateway, mut streams) = start().await;
    let mut visitor = gateway.connect().await;
    visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let pieces = streams.recv().await.unwrap();
    read_until(&mut visitor, "\r\n\r\n").await;
    let interrupt = Command::new("kill").args(["-INT", &gateway.child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    sleep(Duration::from_millis(300)).await;
    pieces.send("last").unwrap();
    drop(pieces);
    read_until(&mut visitor, "last\r\n0\r\n\r\n").await;
    let exit = timeout(PATIENCE, async {
        loop {
            match gateway.child.try_wait().unwrap() {
                Some(status) => return status,
                None => sleep(Duration::from_millis(20)).await,
            }
        }
    });
    assert!(exit.await.unwrap().success());
    let mut rest = String::new();
    gateway.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn what_is_wrong_with_the_arguments_or_the_policy_is_said() {
    let program = Program::new("revision = 0\nmodel = \"maybe\"\n");
    let upstream = "http://127.0.0.1:1";
    let table: [(&[&str], &[&str]); 7] = [
        (&[], &["--upstream is missing"]),
        (&["--upstream"], &["--upstream needs a value"]),
        (&["--upstream", "https://a.example"], &["TLS proxy"]),
        (&["--upstream", "http://a.example/app"], &["a path is not supported"]),
        (&["--upstream", upstream, "--timeout-seconds=0"], &["whole number from 1"]),
        (&["--upstream", upstream, "--colour"], &["unknown argument --colour"]),
        // Every finding, not the first alone.
        (&["--upstream", upstream], &["model", "maybe", "controller"]),
    ];
    for (arguments, words) in table {
        let output = program.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    }
    let help = program.run(&["--help"]);
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--upstream URL"));
}
