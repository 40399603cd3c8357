//! A visitor with a cookie jar, who sends what browsers send and submits forms as they stand.

use axum::{Router, body::Body};

use super::{Reply, dom::Element, request, send};

pub(crate) struct Browser {
    app: Router,
    scheme: &'static str,
    /// With the port.
    host: &'static str,
    jar: Vec<Stored>,
    pub(crate) extra: Vec<(&'static str, &'static str)>,
    /// Answers with `Set-Cookie` lines that this browser did not store.
    pub(crate) refused: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    name: String,
    value: String,
    domain: String,
    is_host_only: bool,
    path: String,
    is_secure: bool,
}

impl Browser {
    pub(crate) fn new(app: &Router) -> Self {
        Self::at(app, "https", "www.example.com")
    }

    pub(crate) fn at(app: &Router, scheme: &'static str, host: &'static str) -> Self {
        Self { app: app.clone(), scheme, host, jar: Vec::new(), extra: Vec::new(), refused: Vec::new() }
    }

    /// The same browser, after the site has been deployed anew.
    pub(crate) fn move_to(&mut self, app: &Router) {
        self.app = app.clone();
    }

    fn hostname(&self) -> &'static str {
        self.host.split(':').next().unwrap()
    }

    /// The names in the jar that are sent to `/`.
    pub(crate) fn cookies(&self) -> Vec<String> {
        self.matching("/").map(|cookie| cookie.name.clone()).collect()
    }

    fn matching<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Stored> {
        let path = path.split('?').next().unwrap();
        self.jar.iter().filter(move |cookie| {
            let domain = match cookie.is_host_only {
                true => cookie.domain == self.hostname(),
                false => domain_matches(self.hostname(), &cookie.domain),
            };
            let is_below = path.starts_with(&cookie.path)
                && (cookie.path.ends_with('/')
                    || path.len() == cookie.path.len()
                    || path[cookie.path.len()..].starts_with('/'));
            domain && is_below && (!cookie.is_secure || self.scheme == "https")
        })
    }

    /// Stores a `Set-Cookie` line, or does not (RFC 6265bis, section 5.7).
    pub(crate) fn store(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let mut cookie = Stored {
            name: name.into(),
            value: value.into(),
            domain: self.hostname().into(),
            is_host_only: true,
            path: "/".into(),
            is_secure: false,
        };
        let mut is_removal = false;
        let mut has_max_age = false;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => {
                    cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                    cookie.is_host_only = false;
                }
                "path" => value.clone_into(&mut cookie.path),
                "secure" => cookie.is_secure = true,
                "max-age" => {
                    has_max_age = true;
                    is_removal = value.parse::<i64>().unwrap() <= 0;
                }
                "expires" if !has_max_age => is_removal = value.contains("1970") || value.contains("202"),
                _ => {}
            }
        }
        let is_foreign = !cookie.is_host_only && !domain_matches(self.hostname(), &cookie.domain);
        let is_suffix =
            !cookie.is_host_only && !cookie.domain.contains('.') && cookie.domain != self.hostname();
        let is_insecure = cookie.is_secure && self.scheme != "https";
        let breaks_prefix = name.starts_with("__Secure-") && !cookie.is_secure
            || name.starts_with("__Host-")
                && !(cookie.is_secure && cookie.path == "/" && cookie.is_host_only);
        if is_foreign || is_suffix || is_insecure || breaks_prefix {
            self.refused.push(line.to_owned());
            return;
        }
        self.jar.retain(|known| {
            (&known.name, &known.domain, &known.path, known.is_host_only)
                != (&cookie.name, &cookie.domain, &cookie.path, cookie.is_host_only)
        });
        if !is_removal {
            self.jar.push(cookie);
        }
    }

    async fn go(&mut self, method: &str, path: &str, body: String, own: &[(&str, String)]) -> Reply {
        let cookies: Vec<String> =
            self.matching(path).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let cookies = cookies.join("; ");
        let mut headers =
            vec![("host", self.host), ("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        // Browsers send fetch metadata to trustworthy origins only.
        if self.scheme == "https" || self.hostname() == "localhost" {
            headers.extend([("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")]);
            headers.push(("sec-fetch-site", if method == "POST" { "same-origin" } else { "none" }));
        }
        headers.extend(own.iter().map(|(name, value)| (*name, value.as_str())));
        headers.extend(self.extra.iter().copied());
        let reply = send(&self.app, request(method, path, Body::from(body), &headers)).await;
        for line in reply.set_cookies() {
            self.store(&line);
        }
        reply
    }

    /// Opens a page.
    pub(crate) async fn visit(&mut self, path: &str) -> Reply {
        self.go("GET", path, String::new(), &[]).await
    }

    /// Presses a button of the page; answers with the response to the form and the page after it.
    pub(crate) async fn press(&mut self, page: &Reply, choice: &str) -> (Reply, Reply) {
        self.press_with(page, choice, None).await
    }

    /// Presses a button after ticking just these boxes.
    pub(crate) async fn press_with(
        &mut self,
        page: &Reply,
        choice: &str,
        ticked: Option<&[&str]>,
    ) -> (Reply, Reply) {
        let form = form_with(page, choice);
        assert_eq!(form.attr("method").unwrap().to_ascii_lowercase(), "post");
        let mut body = form_urlencoded::Serializer::new(String::new());
        for control in form.elements() {
            let (kind, name) = (control.attr("type"), control.attr("name"));
            let value = control.attr("value").unwrap_or_else(|| "on".to_owned());
            let Some(name) = name else { continue };
            let is_sent = match (control.name().as_str(), kind.as_deref()) {
                ("input", Some("checkbox")) => match ticked {
                    Some(ticked) => ticked.contains(&value.as_str()),
                    None => control.attr("checked").is_some(),
                },
                ("input", _) => true,
                ("button", _) => value == choice,
                _ => false,
            };
            if is_sent {
                body.append_pair(&name, &value);
            }
        }
        let action = form.attr("action").unwrap();
        let own = [
            ("origin", format!("{}://{}", self.scheme, self.host)),
            ("content-type", super::FORM.to_owned()),
        ];
        let reply = self.go("POST", &action, body.finish(), &own).await;
        assert_eq!(reply.status, 303, "{reply:?}");
        let next = self.visit(&reply.header("location")).await;
        (reply, next)
    }
}

/// The form that a button of the layer belongs to.
pub(crate) fn form_with(page: &Reply, choice: &str) -> Element {
    let forms = page.dom().by_name("form");
    let has_button = |form: &Element| {
        form.by_name("button").iter().any(|button| {
            button.attr("name").as_deref() == Some("choice")
                && button.attr("value").as_deref() == Some(choice)
        })
    };
    forms.into_iter().find(has_button).unwrap_or_else(|| panic!("no button {choice} in {}", page.text()))
}

fn domain_matches(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|head| head.ends_with('.'))
}
