//! How fast whole pages are gated: `cargo bench --bench gating`.
//!
//! Within one run, on the same pages: the layer as it rewrites the page of a visitor who was not asked yet,
//! lol_html with handlers for the same attributes, and how long it takes just to find every `<`. Times are
//! the least of several rounds; the ratios are what counts.

mod pages;

use std::{
    convert::Infallible,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use lol_html::{HtmlRewriter, Settings, element, html_content::Element};
use tower::{Layer, Service, service_fn};
use tower_consent::{Category, ConsentLayer, Policy};

const SIZE: usize = 1 << 20;
const ROUNDS: u32 = 60;

fn least(mut run: impl FnMut()) -> Duration {
    let round = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap()
}

/// What passes through the layer.
fn layered(page: &Bytes) -> Duration {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics"))
        .category(Category::marketing().vendor("meta-pixel"))
        .build()
        .unwrap();
    let page = page.clone();
    let site = service_fn(move |_: Request<Full<Bytes>>| {
        let response = Response::builder().header(header::CONTENT_TYPE, "text/html");
        std::future::ready(Ok::<_, Infallible>(response.body(Full::new(page.clone())).unwrap()))
    });
    let mut service = ConsentLayer::new(policy).layer(site);
    let mut context = Context::from_waker(Waker::noop());
    least(|| {
        let request = Request::get("/").header(header::HOST, "www.example.com");
        let request = request.header("sec-fetch-dest", "document").body(Full::default()).unwrap();
        let mut future = pin!(service.call(request));
        let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else {
            unreachable!("answers at once")
        };
        let mut body = pin!(response.into_body());
        while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
            black_box(frame);
        }
    })
}

/// The same attributes looked at, without regard to what is in scripts, styles, frames or `noscript`.
fn with_lol_html(page: &Bytes) -> Duration {
    const NAMES: [&str; 9] =
        ["src", "srcset", "href", "ping", "data", "poster", "background", "style", "attributionsrc"];
    fn is_denied(address: &str) -> bool {
        let Ok(url) = url::Url::parse(address) else { return false };
        url.host_str().is_some_and(|host| host == "www.facebook.com" || host == "www.googletagmanager.com")
    }
    fn judge(element: &mut Element<'_, '_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        for name in NAMES {
            if let Some(value) = element.get_attribute(name)
                && is_denied(&value)
            {
                element.set_attribute(&format!("data-consent-{name}"), &value)?;
                element.remove_attribute(name);
            }
        }
        Ok(())
    }
    fn withhold(element: &mut Element<'_, '_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        for name in NAMES {
            if let Some(value) = element.get_attribute(name) {
                element.set_attribute(&format!("data-consent-{name}"), &value)?;
                element.remove_attribute(name);
            }
        }
        Ok(())
    }
    least(|| {
        let settings = Settings::new()
            .append_element_content_handler(element!("[data-consent], [data-consent] *", withhold))
            .append_element_content_handler(element!(
                "script, img, source, iframe, frame, embed, object, video, audio, track, input, link, meta, \
                 [ping], [style], [background], [attributionsrc]",
                judge
            ));
        let mut rewriter = HtmlRewriter::new(settings, |bytes: &[u8]| {
            black_box(bytes);
        });
        rewriter.write(page).unwrap();
        rewriter.end().unwrap();
    })
}

fn main() {
    println!("{:<10} {:>10} {:>22} {:>22} {:>22}", "", "per tag", "find every <", "layer", "lol_html");
    for (name, page) in [
        ("article", pages::article(SIZE)),
        ("teasers", pages::teasers(SIZE)),
        ("pictures", pages::pictures(SIZE)),
        ("laden", pages::laden(SIZE)),
    ] {
        let tags = memchr::memchr_iter(b'<', &page).count();
        let find = least(|| {
            memchr::memchr_iter(b'<', black_box(&page)).for_each(|at| _ = black_box(at));
        });
        let (layer, lol) = (layered(&page), with_lol_html(&page));
        let speed = |time: Duration| {
            let speed = page.len() as f64 / time.as_nanos() as f64;
            format!("{:>8} us {speed:>5.2} GB/s", time.as_micros())
        };
        println!(
            "{name:<10} {:>8} B {:>22} {:>22} {:>22}   {:.1} times as fast",
            page.len() / tags,
            speed(find),
            speed(layer),
            speed(lol),
            lol.as_secs_f64() / layer.as_secs_f64()
        );
    }
}
