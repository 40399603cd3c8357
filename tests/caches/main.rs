//! What caches do with a site that asks for consent (case J6): visitors of every kind walk over it at
//! random, each behind a browser's cache and all behind one that they share, which obeys RFC 9111 or
//! ignores `Vary: Cookie` as content networks do. Nobody ever sees what was made for another, and
//! `delivery = "shared"` costs the shared cache nothing.

mod cache;
mod directives;
mod message;
mod rules;
mod site;
mod visitor;
mod walk;
