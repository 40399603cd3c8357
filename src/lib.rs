#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod banner;
mod consent;
mod endpoint;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod gate;
mod html;
mod middleware;
mod policy;
mod site;

#[cfg(feature = "axum")]
pub use self::extract::MissingLayer;
pub use self::{
    consent::{Answer, Consent, Decision},
    endpoint::DecisionRecord,
    gate::{GateReport, Gated, Plane},
    middleware::{
        ConsentEndpoint, ConsentLayer, ConsentService, EndpointBody, EndpointFuture, ResponseBody,
        ResponseFuture,
    },
    policy::{
        Category, CategoryId, CookieDeclaration, Enforcement, Finding, Model, Notice, Placement, Policy,
        PolicyBuilder, PolicyError, Secure, SettingsControl, Text,
    },
};
