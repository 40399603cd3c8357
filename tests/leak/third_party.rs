//! What a third party answers: whatever was asked for, and a cookie.

use axum::{
    body::Body,
    http::{Request, Response},
};

const IMAGE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>";

/// The kind of thing that the browser says it wants (Fetch Metadata, `Sec-Fetch-Dest`).
pub(crate) fn answer<B>(host: &str, request: &Request<B>) -> Response<Body> {
    let destination = request.headers().get("sec-fetch-dest").map_or("", |wanted| wanted.to_str().unwrap());
    let (media_type, body) = match destination {
        "script" | "worker" | "sharedworker" => ("text/javascript", ""),
        "style" => ("text/css", "i {}"),
        "image" => ("image/svg+xml", IMAGE),
        "iframe" | "frame" | "embed" | "object" | "document" => {
            ("text/html", "<!DOCTYPE html><title>T</title>")
        }
        "track" => ("text/vtt", "WEBVTT\n"),
        "speculationrules" => ("application/speculationrules+json", "{}"),
        _ if host.starts_with("eventsource.") => ("text/event-stream", ": nothing\n\n"),
        _ => ("application/json", "{}"),
    };
    let label = host.split('.').next().unwrap_or_default();
    Response::builder()
        .header("content-type", media_type)
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-headers", "*")
        .header("cache-control", "no-store")
        .header("connection", "close")
        .header("set-cookie", format!("{COOKIE}{label}=1; Path=/; Secure; SameSite=None; Partitioned"))
        .body(Body::from(body))
        .unwrap()
}

/// How the names of third parties' cookies begin.
pub(crate) const COOKIE: &str = "third-party-";
