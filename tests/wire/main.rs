//! Acceptance tests over real sockets: sections F to J of the cases, each through every way in which a
//! visitor can reach a site with the layer. A letter and a number in a comment name the case that a test
//! shows: F which responses are pages, G where in a page, H metadata, I streams, J caches.

mod caching;
mod cases;
mod codings;
mod delivery;
mod digests;
mod eligibility;
mod exclusions;
mod fragments;
mod harness;
mod large;
mod metadata;
mod splice;
mod splits;
mod streams;
mod upgrades;
mod validators;
