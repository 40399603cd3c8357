//! A visit in a browser.

use std::{fs, path::Path, time::Duration};

use http::{HeaderValue, header};
use serde_json::json;

use crate::{
    banners::{BANNERS, Banner},
    chromium::{Browser, Script},
    site::Site,
    size::Size,
};

/// How long a page is watched after it has loaded.
const WATCHED: Duration = Duration::from_millis(700);

/// What the visitor is connected by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Network {
    /// 1.6 Mbit/s down, 750 kbit/s up, 150 ms for a round trip.
    Phone,
    Local,
}

/// What one visit came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) size: Size,
    pub(crate) requests: usize,
    /// Those that began before the first paint.
    pub(crate) early: usize,
    /// The sum of all layout shifts.
    pub(crate) moved: f64,
    /// First contentful paint, in milliseconds.
    pub(crate) first_paint: f64,
    /// How much later the banner could be seen and answered. None if it did not show.
    pub(crate) banner: Option<f64>,
    /// Bytes of cookies that the request for the page carried.
    pub(crate) cookie: usize,
}

/// The same browser for all visits.
pub(crate) struct Visitor {
    browser: Browser,
    /// How many milliseconds each request takes at least.
    latency: f64,
}

impl Visitor {
    pub(crate) async fn new() -> Self {
        // One of the banners hides from browsers that say they are driven; and nothing leaves this machine.
        let more = [
            "--disable-blink-features=AutomationControlled",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ];
        let browser = Browser::open_with(Script::On, 390, 844, &more.map(str::to_owned)).await;
        let all = |select: fn(&Banner) -> &str| BANNERS.iter().map(select).collect::<Vec<_>>().join(", ");
        let probe = include_str!("probe.js")
            .replace("ACCEPT", &json!(all(|banner| banner.accept)).to_string())
            .replace("REJECT", &json!(all(|banner| banner.reject)).to_string());
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": probe })).await;
        // Without it, what pages load would come as fast as ever.
        browser.command("Network.enable", json!({})).await;
        Self { browser, latency: 0.0 }
    }

    pub(crate) async fn connect(&mut self, network: Network) {
        let (latency, down, up) = match network {
            Network::Phone => (150.0, 1_600_000 / 8, 750_000 / 8),
            Network::Local => (0.0, -1, -1),
        };
        let conditions = json!({
            "offline": false, "latency": latency, "downloadThroughput": down, "uploadThroughput": up,
        });
        self.browser.command("Network.emulateNetworkConditions", conditions).await;
        self.latency = latency;
    }

    /// Comes for the first time, with nothing in caches and jars.
    pub(crate) async fn first(&self, site: &Site) -> Visit {
        self.browser.goto("about:blank").await.unwrap();
        self.browser.command("Network.clearBrowserCache", json!({})).await;
        self.browser.command("Network.clearBrowserCookies", json!({})).await;
        self.browser
            .command("Storage.clearDataForOrigin", json!({ "origin": site.address, "storageTypes": "all" }))
            .await;
        site.set_ahead(Duration::ZERO);
        let visit = self.visit(site, site.banner.is_some()).await;
        assert_eq!(visit.banner.is_some(), site.banner.is_some(), "whether {} asks", site.address);
        visit
    }

    /// Agrees, looks at one more page, and comes back the next day.
    pub(crate) async fn again(&self, site: &Site) -> Visit {
        if let Some(banner) = site.banner {
            self.browser.click(banner.accept).await;
            self.browser.wait_for(&format!("{} && !visit.isAsked()", banner.is_allowed)).await;
        }
        self.visit(site, false).await;
        site.set_ahead(Duration::from_secs(86_400));
        let visit = self.visit(site, false).await;
        assert_eq!(visit.banner, None, "{} asks again", site.address);
        if let Some(banner) = site.banner {
            self.browser.wait_for(banner.is_allowed).await;
        }
        visit
    }

    async fn visit(&self, site: &Site, is_asked: bool) -> Visit {
        self.browser.goto("about:blank").await.unwrap();
        site.take_asked();
        self.browser.goto(&site.address).await.unwrap();
        if is_asked {
            self.browser.wait_for("visit.seen").await;
        }
        tokio::time::sleep(WATCHED).await;
        let found = self.browser.run("return { ...visit }").await;
        let asked = site.take_asked();
        let (first_paint, requests) =
            (found["firstPaint"].as_f64().unwrap(), found["requests"].as_array().unwrap());
        let own =
            requests.iter().filter(|request| request["url"].as_str().unwrap().starts_with(&site.address));
        // The page itself is not among what it loads.
        assert_eq!(asked.len(), own.count() + 1, "{found} of {}", site.address);
        for request in requests {
            assert!(request["took"].as_f64().unwrap() >= self.latency, "{request} takes {} ms", self.latency);
        }
        let early = requests.iter().filter(|request| request["start"].as_f64().unwrap() < first_paint);
        let mut size = Size::default();
        for request in &asked {
            let (content_type, content) = site.content(request).await;
            size = size + Size::of(&content_type, content).await;
        }
        Visit {
            size,
            requests: requests.len() + 1,
            early: early.count() + 1,
            moved: found["moved"].as_f64().unwrap(),
            first_paint,
            // Nothing can be seen before the first paint, though the frame that shows it begins earlier.
            banner: found["seen"].as_f64().map(|seen| (seen - first_paint).max(0.0)),
            cookie: asked[0].headers.get(header::COOKIE).map_or(0, HeaderValue::len),
        }
    }

    pub(crate) async fn keep_picture(&self, path: &Path) {
        fs::write(path, self.browser.screenshot_as_png().await.unwrap()).unwrap();
    }
}
