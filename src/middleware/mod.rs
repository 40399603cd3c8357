//! The road of a request: consent, endpoint, gate, app, gate, page.

mod body;
mod cache;
mod eligibility;
mod endpoint;
mod future;
mod hooks;
mod inbound;
mod insert;
mod layer;
mod service;

pub use self::{
    body::ResponseBody,
    endpoint::{ConsentEndpoint, EndpointBody, EndpointFuture},
    future::ResponseFuture,
    layer::ConsentLayer,
    service::ConsentService,
};
