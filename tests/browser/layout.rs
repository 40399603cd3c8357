use thirtyfour::{By, Key};

use crate::{
    chromium::{Browser, Script},
    site::ExampleServer,
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_banner_fits_the_screen_and_its_buttons_are_equal() {
    let server = ExampleServer::start();
    for (width, height) in [(320, 640), (768, 1024), (1440, 900)] {
        let browser = Browser::open(Script::On, width, height).await;
        for path in ["/?lang=en", "/?lang=fr", "/cookie-consent?lang=en", "/cookie-consent?lang=fr"] {
            browser.goto(format!("{}{path}", server.address)).await.unwrap();
            let overflow = browser
                .execute(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
                    vec![],
                )
                .await
                .unwrap();
            assert_eq!(overflow.json().as_i64(), Some(0), "{path} at {width}");
        }
        browser.goto(&server.address).await.unwrap();
        let mut looks = Vec::new();
        for value in ["accept", "reject"] {
            let selector = format!("#cookie-consent button[value={value}]");
            let button = browser.find(By::Css(&selector)).await.unwrap();
            assert!(button.is_displayed().await.unwrap());
            let area = button.rect().await.unwrap();
            assert!(area.height >= 44.0 && area.width >= 44.0, "{area:?}");
            assert!(area.y + area.height <= f64::from(height), "in sight at {width}: {area:?}");
            let mut look =
                vec![button.class_name().await.unwrap().unwrap_or_default(), area.height.to_string()];
            for property in ["color", "background-color", "border-color", "font-size", "font-weight"] {
                look.push(button.css_value(property).await.unwrap());
            }
            looks.push((area.width.round(), look));
        }
        assert_eq!(looks[0].1, looks[1].1);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_banner_comes_first_by_keyboard_and_takes_no_focus() {
    let server = ExampleServer::start();
    let browser = Browser::open(Script::On, 1280, 900).await;
    browser.goto(&server.address).await.unwrap();
    let focused = browser.active_element().await.unwrap();
    assert_eq!(focused.tag_name().await.unwrap(), "body");
    focused.send_keys(Key::Tab).await.unwrap();
    let first = browser.active_element().await.unwrap();
    assert_eq!(first.attr("value").await.unwrap().as_deref(), Some("accept"));
    first.send_keys(Key::Tab).await.unwrap();
    let second = browser.active_element().await.unwrap();
    assert_eq!(second.attr("value").await.unwrap().as_deref(), Some("reject"));
    second.send_keys(Key::Enter).await.unwrap();
    browser.leave(&second).await;
    assert_eq!(browser.count("#cookie-consent").await, 0);
    assert_eq!(browser.cookies().await, ["consent", "sid"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_banner_moves_nothing_when_it_appears() {
    let server = ExampleServer::start();
    let browser = Browser::open(Script::On, 1280, 900).await;
    browser.goto(&server.address).await.unwrap();
    let script = "return new Promise(resolve => new PerformanceObserver((list, observer) => {
        observer.disconnect();
        resolve(list.getEntries().reduce((sum, entry) => sum + entry.value, 0));
    }).observe({ type: 'layout-shift', buffered: true }) || setTimeout(() => resolve(0), 300))";
    let shift = browser.execute(script, vec![]).await.unwrap();
    assert_eq!(shift.json().as_f64(), Some(0.0));
}
