//! A layer for sites that must ask before they track.
//!
//! [`ConsentLayer`] puts a consent banner into every HTML page, keeps the visitor's answer in one
//! cookie, and withholds cookies, headers and what pages load that serve analytics or advertising until
//! the answer is yes. It works on any [`tower_service::Service`] over HTTP, with any body, and needs no
//! JavaScript.
//!
//! A [`Policy`] declares what the site would like to do; [`Consent`] is what one visitor has
//! decided, and [`GateReport`] what was met on one response.
//!
//! ```
//! use axum::{Router, response::Html, routing::get};
//! use tower_consent::{Category, Consent, ConsentLayer, Policy};
//!
//! async fn home(consent: Consent) -> Html<&'static str> {
//!     Html(if consent.allows(Category::ANALYTICS) { "Hello, measured" } else { "Hello" })
//! }
//!
//! let policy = Policy::builder("Example SAS", "privacy@example.com")
//!     .privacy_policy("/privacy")
//!     .category(Category::analytics().vendor("google-analytics"))
//!     .build()?;
//! let app: Router = Router::new().route("/", get(home)).layer(ConsentLayer::new(policy));
//! # Ok::<_, tower_consent::PolicyError>(())
//! ```
//!
//! # Where the layer goes
//!
//! On the outermost router, last: inside compression, outside sessions, CSRF protection and
//! authentication. [`ConsentLayer::endpoint`] is for routers that hide unmatched paths from layers.
//!
//! # Features
//!
//! - `axum` (default): [`Consent`] as an extractor, [`Decision`] as a part of responses. These
//!   implementations name types of axum-core and follow its versions.
//! - `tracing` (default): events for what is withheld, unknown or could not be placed.
//! - `decompression`: pages that arrive compressed are decompressed, so that they can carry the banner.
//! - `toml`: `Policy::from_toml`.
//!
//! # Scope
//!
//! The layer makes it possible to comply; the controller stays responsible. What scripts and styles load
//! by themselves is not gated in the markup: templates with such code must mark it or ask
//! [`Consent::allows`].

#![cfg_attr(docsrs, feature(doc_cfg))]

mod banner;
mod consent;
mod endpoint;
mod event;
#[cfg(feature = "axum")]
mod extract;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod html;
mod middleware;
mod policy;
mod site;

#[cfg(feature = "axum")]
pub use self::extract::MissingLayer;
pub use self::{
    banner::{BannerCategory, BannerChoice, BannerContext, BannerText},
    consent::{Answer, Consent, Decision},
    endpoint::DecisionRecord,
    gate::{GateReport, Gated, Plane},
    middleware::{
        BannerRendered, BodyError, ConsentEndpoint, ConsentLayer, ConsentService, EndpointBody,
        EndpointFuture, ResponseBody, ResponseFuture,
    },
    policy::{
        Basis, Category, CategoryId, Colors, ConsentMode, CookieDeclaration, Csp, Delivery, DoNotTrack,
        Enforcement, Finding, Jurisdiction, Layout, LintFinding, Model, Notice, Placement, Policy,
        PolicyBuilder, PolicyError, Secure, SettingsControl, Severity, StorageDeclaration, Text, Theme,
    },
};

/// The README's programs, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The programs of these pages, as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/lint.md")]
#[doc = include_str!("../docs/routers.md")]
struct Pages;
