//! The road of a request: consent, endpoint, gate, app, gate, page.

mod body;
mod body_error;
mod cache;
mod coding;
mod conditions;
mod eligibility;
mod endpoint;
mod entity_tag;
mod future;
mod hooks;
mod inbound;
mod insert;
mod json;
mod keeping;
mod layer;
mod lint;
mod outbound;
mod plan;
mod rendered;
mod role;
mod service;
mod variant;
mod watch;

pub use self::{
    body::ResponseBody,
    body_error::BodyError,
    endpoint::{ConsentEndpoint, EndpointBody, EndpointFuture},
    future::ResponseFuture,
    layer::ConsentLayer,
    rendered::BannerRendered,
    service::ConsentService,
};
