use std::time::{Duration, SystemTime};

use axum::{Router, body::Body};
use http::{Request, header};
use tower::ServiceExt;
use tower_consent::{ConsentLayer, Policy};

/// The three visitors that most rules tell apart, as their `Cookie` lines; who has not decided has
/// none. The others have decided yesterday, so that nothing is confirmed to them any more.
pub(crate) struct Visitors {
    pub(crate) undecided: String,
    pub(crate) accepting: String,
    pub(crate) refusing: String,
}

impl Visitors {
    pub(crate) async fn of(policy: &str) -> Self {
        Self {
            undecided: String::new(),
            accepting: aged(policy, "choice=accept").await,
            refusing: aged(policy, "choice=reject").await,
        }
    }

    pub(crate) fn all(&self) -> [&str; 3] {
        [&self.undecided, &self.accepting, &self.refusing]
    }

    pub(crate) fn decided(&self) -> [&str; 2] {
        [&self.accepting, &self.refusing]
    }
}

/// The cookie of a visitor who sent this form a day ago.
pub(crate) async fn aged(policy: &str, form: &str) -> String {
    let yesterday = SystemTime::now() - Duration::from_secs(86_400);
    let layer = ConsentLayer::new(Policy::from_toml(policy).unwrap()).clock(move || yesterday);
    let request = Request::post("/cookie-consent")
        .header(header::HOST, "www.example.com")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    let response = Router::new().layer(layer).oneshot(request).await.unwrap();
    let line = response.headers()[header::SET_COOKIE].to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}
