use std::{
    io::{BufRead, BufReader},
    ops::Deref,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, TypingData, WebDriver, WebElement};

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    On,
    Off,
}

impl Script {
    fn preferences(self) -> Value {
        match self {
            Self::On => json!({}),
            Self::Off => json!({ "profile.managed_default_content_settings.javascript": 2 }),
        }
    }
}

/// A process that ends with the test.
pub(crate) struct Process(Child);

impl Process {
    /// Starts a program and returns what follows `mark` on the first line of output that has it.
    pub(crate) fn start(command: &mut Command, mark: &str) -> (Self, String) {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let found = lines.find_map(|line| line.split_once(mark).map(|(_, rest)| rest.trim().to_owned()));
        // Whoever writes to a closed pipe dies of it.
        std::thread::spawn(move || lines.for_each(drop));
        (Self(child), found.unwrap_or_else(|| panic!("{command:?} never says {mark:?}")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A browser of its own, with an empty jar.
pub(crate) struct Browser {
    driver: WebDriver,
    _process: Process,
}

impl Browser {
    /// Opens a window whose page area is so many CSS pixels.
    pub(crate) async fn open(script: Script, width: u32, height: u32) -> Self {
        Self::open_with(script, width, height, &[]).await
    }

    /// Opens a window whose page area can change: see [`resize`](Self::resize).
    pub(crate) async fn open_resizable(script: Script) -> Self {
        Self::start(script.preferences(), None, &["--hide-scrollbars".to_owned()]).await
    }

    /// The same, with more arguments for the program.
    pub(crate) async fn open_with(script: Script, width: u32, height: u32, more: &[String]) -> Self {
        Self::start(script.preferences(), Some((width, height)), more).await
    }

    /// Opens a window of a browser that keeps no cookies.
    pub(crate) async fn open_without_cookies() -> Self {
        Self::start(json!({ "profile.default_content_setting_values.cookies": 2 }), Some((1280, 900)), &[])
            .await
    }

    /// A visitor who has made all text twice as large (WCAG 2.2, 1.4.4).
    pub(crate) async fn open_with_large_text(width: u32, height: u32) -> Self {
        Self::start(json!({ "webkit.webprefs.default_font_size": 32 }), Some((width, height)), &[]).await
    }

    /// A browser that is open already, with its driver.
    pub(crate) fn of(driver: WebDriver, process: Process) -> Self {
        Self { driver, _process: process }
    }

    async fn start(preferences: Value, screen: Option<(u32, u32)>, more: &[String]) -> Self {
        let (process, port) =
            Process::start(Command::new("chromedriver").arg("--port=0"), "was started successfully on port ");
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--lang=en-US",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        for argument in more {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.add_experimental_option("prefs", preferences).unwrap();
        if let Some((width, height)) = screen {
            // The window cannot be as narrow as a phone, the emulated screen can.
            let screen = json!({ "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "touch": false } });
            capabilities.add_experimental_option("mobileEmulation", screen).unwrap();
        }
        let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        let driver = WebDriver::new(&address, capabilities).await.unwrap();
        driver.set_implicit_wait_timeout(Duration::from_secs(0)).await.unwrap();
        Self { driver, _process: process }
    }

    /// Makes the page area of a resizable window so many CSS pixels, each so many of the screen's wide.
    pub(crate) async fn resize(&self, width: u32, height: u32, zoom: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": zoom, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Makes the visitor prefer something, by media features and their values, or use another medium.
    pub(crate) async fn prefer(&self, medium: &str, features: &[(&str, &str)]) {
        let features: Vec<_> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let media = json!({ "media": medium, "features": features });
        self.command("Emulation.setEmulatedMedia", media).await;
    }

    /// Tells the browser something by its DevTools protocol, and returns what it answers.
    pub(crate) async fn command(&self, name: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(name, parameters).await.unwrap()
    }

    /// Presses a key where the focus is, wherever that is, in a frame too.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) {
        self.driver
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
            .send_keys(keys)
            .perform()
            .await
            .unwrap();
    }

    /// The names of the cookies this page's host has set.
    pub(crate) async fn cookies(&self) -> Vec<String> {
        let cookies = self.driver.get_all_cookies().await.unwrap();
        let mut names: Vec<_> = cookies.into_iter().map(|cookie| cookie.name).collect();
        names.sort();
        names
    }

    /// Clicks the one element that matches.
    pub(crate) async fn click(&self, selector: &str) -> WebElement {
        let mut found = self.driver.find_all(By::Css(selector)).await.unwrap();
        assert_eq!(found.len(), 1, "{selector} on {}", self.driver.current_url().await.unwrap());
        found[0].click().await.unwrap();
        found.remove(0)
    }

    /// Clicks the one element that matches, and waits for the page it leads to.
    pub(crate) async fn follow(&self, selector: &str) {
        let clicked = self.click(selector).await;
        self.leave(&clicked).await;
    }

    /// Waits until the page that holds an element is gone.
    pub(crate) async fn leave(&self, element: &WebElement) {
        for _ in 0..300 {
            if element.tag_name().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("still on {}", self.driver.current_url().await.unwrap());
    }

    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.driver.find_all(By::Css(selector)).await.unwrap().len()
    }

    /// Waits until nothing matches.
    pub(crate) async fn wait_for_none(&self, selector: &str) {
        for _ in 0..100 {
            if self.count(selector).await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{selector} stays on {}", self.path().await);
    }

    /// Runs a script in the page and returns what it does.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.driver.execute(script, []).await.unwrap().json().clone()
    }

    /// Waits until an expression is true on the page.
    pub(crate) async fn wait_for(&self, expression: &str) {
        for _ in 0..100 {
            let found = self.driver.execute(format!("return !!({expression})"), []).await;
            if found.is_ok_and(|found| found.json() == &json!(true)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{expression} stays false on {}", self.path().await);
    }

    /// The path and query of the page that is open.
    pub(crate) async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}
