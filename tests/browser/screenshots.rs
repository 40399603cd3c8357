//! Pictures to look at: `SCREENSHOTS=target/screenshots cargo test --test browser screenshots -- --ignored`.

use std::{env, fs, path::PathBuf};

use tower_consent::{Layout, Theme};

use crate::{
    chromium::{Browser, Script},
    shapes,
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn screenshots() {
    // Nothing to prove: without a folder, nobody wants to look.
    let Some(folder) = env::var_os("SCREENSHOTS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let browser = Browser::open_resizable(Script::On).await;
    for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
        for theme in [Theme::Light, Theme::Dark] {
            let address = shapes::start(|policy| policy.layout(layout).theme(theme)).await;
            for (width, height, zoom) in [(320, 640, 1), (768, 1024, 1), (1440, 900, 1), (320, 256, 4)] {
                browser.resize(width, height, zoom).await;
                for language in ["en", "ar", "he"] {
                    let name = format!("{layout:?}-{theme:?}-{width}x{height}-{language}.png").to_lowercase();
                    let keep = |what: &str| folder.join(format!("{what}-{name}"));
                    browser.delete_all_cookies().await.unwrap();
                    browser.goto(format!("{address}/film?{language}")).await.unwrap();
                    browser.screenshot(&keep("banner")).await.unwrap();
                    if zoom == 1 {
                        browser.prefer("", &[("forced-colors", "active")]).await;
                        browser.screenshot(&keep("forced")).await.unwrap();
                        browser.prefer("", &[]).await;
                    }
                    if layout != Layout::Top {
                        continue;
                    }
                    browser.goto(format!("{address}/cookie-consent?lang={language}")).await.unwrap();
                    browser.screenshot(&keep("settings")).await.unwrap();
                    browser.goto(format!("{address}/film?{language}")).await.unwrap();
                    browser.click("#cookie-consent button[value=reject]").await;
                    browser.wait_for_none("#cookie-consent").await;
                    browser.screenshot(&keep("confirmation")).await.unwrap();
                    browser.run("document.getElementById('cookie-consent-settings').scrollIntoView()").await;
                    browser.screenshot(&keep("link")).await.unwrap();
                }
            }
        }
    }
}
