//! Lets the layer's own styles and scripts through a Content-Security-Policy of the app, and what its script asks the
//! site for, and nothing else.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::latin;

const HEADERS: [HeaderName; 2] =
    [http::header::CONTENT_SECURITY_POLICY, http::header::CONTENT_SECURITY_POLICY_REPORT_ONLY];

/// What of the layer's own a policy may block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// Styles in the page.
    Style,
    /// Scripts in the page.
    Script,
    /// What a script asks the site for.
    Asking,
}

impl Own {
    /// The directive that decides, and the one it falls back on before `default-src` (CSP 3, section 6.8.3).
    fn directives(self) -> [&'static str; 2] {
        match self {
            Self::Style => ["style-src-elem", "style-src"],
            Self::Script => ["script-src-elem", "script-src"],
            Self::Asking => ["connect-src", "connect-src"],
        }
    }

    /// Whether a list lets it through without being told.
    fn passes(self, sources: &[&str]) -> bool {
        match self {
            Self::Style | Self::Script => allows_any_inline(sources, self),
            Self::Asking => sources.iter().any(is_own),
        }
    }
}

/// Adds sources, such as a hash `'sha256-…'`, to every policy that would block what they name.
pub(crate) fn allow(headers: &mut HeaderMap, own: Own, sources: impl Fn() -> String) {
    for name in HEADERS {
        if !headers.contains_key(&name) {
            continue;
        }
        let sources = &sources();
        let lines: Vec<HeaderValue> = headers.get_all(&name).iter().cloned().collect();
        let changed: Vec<HeaderValue> = lines.iter().map(|line| line_with(line, own, sources)).collect();
        if changed != lines {
            headers.remove(&name);
            for line in changed {
                headers.append(&name, line);
            }
        }
    }
}

/// Whether a policy lets no style or script of the layer's pass that it does not name.
#[cfg(feature = "tracing")]
pub(super) fn forbids_ours(policy: &str) -> bool {
    [Own::Style, Own::Script].iter().any(|own| policy_with(policy, *own, "").is_some())
}

/// Whether a policy lets no form be sent anywhere (CSP 3, sections 6.3.2 and 6.4.1).
pub(crate) fn forbids_forms(headers: &HeaderMap) -> bool {
    enforced(headers).iter().any(|policy| {
        let is = |word: &'static str| move |source: &str| source.eq_ignore_ascii_case(word);
        words_of(policy, "form-action").is_some_and(|mut sources| sources.all(is("'none'")))
            || words_of(policy, "sandbox").is_some_and(|mut flags| !flags.any(is("allow-forms")))
    })
}

/// Whether a policy lets inline scripts run but no script of this site load, which no hash can mend: it
/// would switch `'unsafe-inline'` off.
pub(crate) fn forbids_own_scripts(headers: &HeaderMap) -> bool {
    enforced(headers).iter().any(|policy| {
        let mut found = ["script-src-elem", "script-src", "default-src"].into_iter();
        let sources = found.find_map(|name| words_of(policy, name));
        sources.is_some_and(|sources| {
            let sources: Vec<&str> = sources.collect();
            allows_any_inline(&sources, Own::Script) && !sources.iter().any(is_own)
        })
    })
}

/// Whether a policy lets no page of this site be framed in its pages.
pub(crate) fn forbids_own_frames(headers: &HeaderMap) -> bool {
    enforced(headers).iter().any(|policy| {
        let mut found = ["frame-src", "child-src", "default-src"].into_iter();
        let sources = found.find_map(|name| words_of(policy, name));
        sources.is_some_and(|mut sources| !sources.any(|source| is_own(&source)))
    })
}

/// Whether a policy lets scripts ask nobody for anything (CSP 3, section 6.1.2).
pub(crate) fn forbids_asking(headers: &HeaderMap) -> bool {
    enforced(headers).iter().any(|policy| {
        let sources = ["connect-src", "default-src"].into_iter().find_map(|name| words_of(policy, name));
        sources.is_some_and(|mut sources| sources.all(|source| source.eq_ignore_ascii_case("'none'")))
    })
}

/// Whether a source lets this site's own files through, as far as that shows.
fn is_own(source: &&str) -> bool {
    ["'self'", "*", "https:", "http:"].iter().any(|own| source.eq_ignore_ascii_case(own))
}

/// The policies that browsers enforce.
pub(super) fn enforced(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(http::header::CONTENT_SECURITY_POLICY).into_iter().map(latin::text);
    lines.flat_map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// What stands behind the name of a directive; of several with one name the first counts.
pub(super) fn words_of<'a>(policy: &'a str, name: &str) -> Option<impl Iterator<Item = &'a str>> {
    policy.split(';').find_map(|directive| {
        let mut words = directive.split_ascii_whitespace();
        words.next()?.eq_ignore_ascii_case(name).then_some(words)
    })
}

/// One field line may hold several policies, which all apply.
fn line_with(line: &HeaderValue, own: Own, added: &str) -> HeaderValue {
    let text = latin::text(line);
    let policies =
        text.split(',').map(|policy| policy_with(policy, own, added).unwrap_or_else(|| policy.to_owned()));
    let text = policies.collect::<Vec<_>>().join(",");
    latin::value(&text).unwrap_or_else(|| line.clone())
}

/// A policy with more sources where it decides about such things (CSP 3, section 6.8.4). `None` where
/// nothing has to change: no such directive, or one that lets them through; among them are those that rely on
/// `'unsafe-inline'`, which a hash would switch off.
fn policy_with(policy: &str, own: Own, added: &str) -> Option<String> {
    let find = |wanted: &str| {
        // Of several directives with one name the first counts.
        policy.split(';').enumerate().find_map(|(index, directive)| {
            let mut words = directive.split_ascii_whitespace();
            let name = words.next()?;
            name.eq_ignore_ascii_case(wanted).then(|| (index, words.collect::<Vec<_>>()))
        })
    };
    let [closest, general] = own.directives();
    let found = find(closest).or_else(|| find(general));
    let (index, sources) = match &found {
        Some((index, sources)) => (Some(*index), sources.clone()),
        None => (None, find("default-src")?.1),
    };
    if own.passes(&sources) {
        return None;
    }
    let is_none = |source: &&str| source.eq_ignore_ascii_case("'none'");
    match index {
        Some(index) => {
            let mut directives: Vec<String> = policy.split(';').map(str::to_owned).collect();
            let directive = &directives[index];
            directives[index] = if sources.iter().any(is_none) {
                // Beside others `'none'` means nothing (CSP 3, section 6.7.2.1), and with them it would.
                let words = directive.split_ascii_whitespace().filter(|word| !is_none(word));
                // At the start of a field a blank is malformed (RFC 9113, section 8.2.1).
                let blank = if index == 0 { "" } else { " " };
                format!("{blank}{} {added}", words.collect::<Vec<_>>().join(" "))
            } else {
                format!("{} {added}", directive.trim_end())
            };
            Some(directives.join(";"))
        }
        None => {
            let inherited: Vec<&str> = sources.into_iter().filter(|source| !is_none(source)).collect();
            let inherited = inherited.join(" ");
            let gap = if inherited.is_empty() { "" } else { " " };
            let policy = policy.trim_end().trim_end_matches(';');
            Some(format!("{policy}; {closest} {inherited}{gap}{added}"))
        }
    }
}

/// Whether a list relies on `'unsafe-inline'` (CSP 3, section 6.7.3.2).
fn allows_any_inline(sources: &[&str], own: Own) -> bool {
    let has = |wanted: &str| sources.iter().any(|source| source.eq_ignore_ascii_case(wanted));
    let starts = |source: &&str, prefix: &str| {
        source.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let switches_off = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"];
    has("'unsafe-inline'")
        && !(own == Own::Script && has("'strict-dynamic'"))
        && !sources.iter().any(|source| switches_off.iter().any(|prefix| starts(source, prefix)))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::CONTENT_SECURITY_POLICY};

    use super::{Own, allow};

    fn with_hash(policies: &[&str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for policy in policies {
            headers.append(CONTENT_SECURITY_POLICY, HeaderValue::from_str(policy).unwrap());
        }
        allow(&mut headers, Own::Style, || "'sha256-x'".to_owned());
        let lines = headers.get_all(CONTENT_SECURITY_POLICY).iter();
        lines.map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_hash_goes_where_the_policy_decides_about_style_elements() {
        for (policy, expected) in [
            ("style-src 'self'", "style-src 'self' 'sha256-x'"),
            (
                "default-src 'self'; style-src a.com; img-src *",
                "default-src 'self'; style-src a.com 'sha256-x'; img-src *",
            ),
            ("style-src 'self'; style-src-elem b.com", "style-src 'self'; style-src-elem b.com 'sha256-x'"),
            ("STYLE-SRC 'NONE'; x", "STYLE-SRC 'sha256-x'; x"),
            ("default-src 'none'", "default-src 'none'; style-src-elem 'sha256-x'"),
            ("default-src 'self' a.com;", "default-src 'self' a.com; style-src-elem 'self' a.com 'sha256-x'"),
            ("style-src 'nonce-1' 'unsafe-inline'", "style-src 'nonce-1' 'unsafe-inline' 'sha256-x'"),
            ("style-src 'self'; style-src *", "style-src 'self' 'sha256-x'; style-src *"),
            ("style-src", "style-src 'sha256-x'"),
        ] {
            assert_eq!(with_hash(&[policy]), [expected], "{policy}");
        }
    }

    #[test]
    fn a_policy_that_lets_the_style_pass_stays_as_it_is() {
        for policy in
            ["img-src 'self'", "style-src 'unsafe-inline'", "default-src 'self' 'Unsafe-Inline'", "", ";;"]
        {
            assert_eq!(with_hash(&[policy]), [policy], "{policy}");
        }
    }

    #[test]
    fn scripts_have_directives_of_their_own() {
        for (policy, expected) in [
            ("script-src 'self'", "script-src 'self' 'sha256-x'"),
            ("script-src 'nonce-1' 'strict-dynamic'", "script-src 'nonce-1' 'strict-dynamic' 'sha256-x'"),
            ("default-src 'none'", "default-src 'none'; script-src-elem 'sha256-x'"),
            ("style-src 'none'", "style-src 'none'"),
            ("script-src 'unsafe-inline' 'self'", "script-src 'unsafe-inline' 'self'"),
            (
                "script-src 'strict-dynamic' 'unsafe-inline'",
                "script-src 'strict-dynamic' 'unsafe-inline' 'sha256-x'",
            ),
            ("script-src 'none' https://app.example", "script-src https://app.example 'sha256-x'"),
        ] {
            let mut headers =
                HeaderMap::from_iter([(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))]);
            allow(&mut headers, Own::Script, || "'sha256-x'".to_owned());
            assert_eq!(headers[CONTENT_SECURITY_POLICY], expected, "{policy}");
        }
    }

    #[test]
    fn a_policy_that_forbids_forms_is_noticed() {
        for (policy, expected) in [
            ("form-action 'none'", true),
            ("img-src *, Form-Action", true),
            ("default-src 'none'; form-action 'self'", false),
            ("form-action 'self'; form-action 'none'", false),
            ("default-src 'none'", false),
            ("sandbox allow-scripts", true),
            ("sandbox allow-forms", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))]);
            assert_eq!(super::forbids_forms(&headers), expected, "{policy}");
        }
    }

    #[test]
    fn a_policy_under_which_no_script_of_the_site_loads_is_noticed() {
        for (policy, expected) in [
            ("script-src 'unsafe-inline' https://cdn.example", true),
            ("default-src 'unsafe-inline'", true),
            ("script-src 'unsafe-inline' 'self'", false),
            ("script-src 'unsafe-inline' https:", false),
            ("script-src 'nonce-x'", false),
            ("img-src 'none'", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))]);
            assert_eq!(super::forbids_own_scripts(&headers), expected, "{policy}");
        }
    }

    #[test]
    fn every_policy_of_every_line_gets_the_hash() {
        assert_eq!(
            with_hash(&["style-src a, style-src b", "default-src 'none'"]),
            [
                "style-src a 'sha256-x', style-src b 'sha256-x'",
                "default-src 'none'; style-src-elem 'sha256-x'"
            ]
        );
    }
}
