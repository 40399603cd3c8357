//! The example gateway between real sockets: a site in this process, and visitors of every kind.

mod addresses;
mod arguments;
mod breaks;
mod connections;
mod consent;
mod failures;
mod framing;
mod http2_site;
mod http2_visitors;
mod lifetimes;
mod program;
mod raw_http2;
mod site;
mod streaming;
mod visitor;
mod websocket;
