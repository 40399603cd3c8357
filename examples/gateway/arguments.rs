//! What the command line says.

use std::time::Duration;

use hyper::{Uri, http::uri::Authority};

pub(crate) const HELP: &str = "\
Puts a consent banner and gate in front of a site.

Usage: gateway --upstream URL --policy FILE [--listen ADDRESS] [--upstream-http2]
               [--timeout-seconds N] [--idle-seconds N]

  --upstream URL        the site, such as http://127.0.0.1:8000; plain http only,
                        an https site needs a TLS proxy in between
  --policy FILE         the policy, in TOML
  --listen ADDRESS      where to accept connections [default: 127.0.0.1:8080];
                        with port 0 the system picks one
  --upstream-http2      speaks HTTP/2 to the site from the first byte on (prior
                        knowledge, h2c) instead of HTTP/1.1; upgrades such as
                        WebSockets still go to the same address over HTTP/1.1, and
                        are a 502 page where the site does not speak that
  --timeout-seconds N   how long the site may take to begin its answer, 1 to 86400
                        [default: 30]
  --idle-seconds N      how long a visitor's connection may rest between requests,
                        and the head of a request may take, 1 to 86400 [default: 30]
  --help                prints this
";

#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Serve(Arguments),
}

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) upstream: Authority,
    pub(crate) is_http2: bool,
    pub(crate) listen: String,
    pub(crate) policy: String,
    pub(crate) timeout: Duration,
    pub(crate) idle: Duration,
}

/// Reads the arguments, written as `--flag value` or `--flag=value`.
pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments;
    let (mut upstream, mut listen, mut policy) = (None, None, None);
    let (mut timeout, mut idle, mut is_http2) = (None, None, false);
    while let Some(argument) = arguments.next() {
        let (flag, inline) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let slot = match flag {
            "--help" | "-h" => return Ok(Command::Help),
            "--upstream-http2" => {
                if inline.is_some() {
                    return Err(format!("{flag} takes no value"));
                }
                is_http2 = true;
                continue;
            }
            "--upstream" => &mut upstream,
            "--listen" => &mut listen,
            "--policy" => &mut policy,
            "--timeout-seconds" => &mut timeout,
            "--idle-seconds" => &mut idle,
            _ => return Err(format!("unknown argument {argument}; --help lists those there are")),
        };
        let value = inline.or_else(|| arguments.next()).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| format!("{flag} needs a value; see --help"))?;
        if slot.replace(value).is_some() {
            return Err(format!("{flag} is given twice"));
        }
    }
    Ok(Command::Serve(Arguments {
        upstream: read_upstream(&upstream.ok_or("--upstream is missing; see --help")?)?,
        is_http2,
        listen: listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
        policy: policy.ok_or("--policy is missing; see --help")?,
        timeout: read_seconds("--timeout-seconds", timeout)?,
        idle: read_seconds("--idle-seconds", idle)?,
    }))
}

fn read_upstream(text: &str) -> Result<Authority, String> {
    let wrong = |why: &str| format!("--upstream {text}: {why}");
    let uri: Uri = text.parse().map_err(|error| wrong(&format!("{error}")))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => {
            return Err(wrong("https is not spoken to the site; put a TLS proxy in between and name that"));
        }
        _ => return Err(wrong("write it as http://host:port")),
    }
    if uri.path() != "/" || uri.query().is_some() {
        return Err(wrong("a path is not supported; paths reach the site as visitors ask for them"));
    }
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
    authority.cloned().ok_or_else(|| wrong("write it as http://host:port"))
}

/// Bounded, so that no sum of times overflows.
fn read_seconds(flag: &str, text: Option<String>) -> Result<Duration, String> {
    let Some(text) = text else { return Ok(Duration::from_secs(30)) };
    let seconds = text.parse().ok().filter(|seconds| (1..=86_400).contains(seconds));
    let seconds = seconds.ok_or_else(|| format!("{flag} {text}: write a whole number from 1 to 86400"))?;
    Ok(Duration::from_secs(seconds))
}
