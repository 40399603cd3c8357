//! The declarations for TypeScript say what is there.

use std::{path::Path, process::Command};

use serde_json::json;

use crate::{
    chromium::{Browser, Script},
    shapes,
};

#[test]
#[ignore = "needs packages from npm"]
fn a_script_that_uses_all_that_is_declared_compiles() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/web");
    let arguments = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "api.ts"];
    let compiler = Command::new(web.join("node_modules/.bin/tsc")).args(arguments).current_dir(&web).output();
    let output = compiler.expect("npm ci --prefix tests/browser/web");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn what_is_there_is_declared() {
    let address = shapes::start(|policy| policy).await;
    let browser = Browser::open(Script::On, 1280, 900).await;
    browser.goto(format!("{address}/plain")).await.unwrap();
    let members = "return [Object.keys(towerConsent).sort(), Object.keys(towerConsent.state).sort()]";
    let members = browser.execute(members, vec![]).await.unwrap();
    assert_eq!(
        *members.json(),
        json!([["change", "open", "state"], ["categories", "decided", "revision"]]),
        "types/tower-consent.d.ts and tests/browser/web/api.ts have these"
    );
}
