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
    for (width, height) in [(320, 640), (768, 1024), (1440, 900)] {
        let browser = Browser::open(Script::On, width, height).await;
        for theme in [Theme::Light, Theme::Dark] {
            for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
                let address = shapes::start(|policy| policy.layout(layout).theme(theme)).await;
                browser.goto(format!("{address}/film")).await.unwrap();
                let name = format!("{layout:?}-{theme:?}-{width}").to_lowercase();
                browser.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
                if layout == Layout::Top {
                    browser.goto(format!("{address}/cookie-consent")).await.unwrap();
                    browser.screenshot(&folder.join(format!("settings-{name}.png"))).await.unwrap();
                }
            }
        }
    }
}
