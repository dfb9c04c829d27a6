//! What is found by words: `/search`.
//!
//! `wish` reads the address and says what to ask the instance, `view` draws what was found, `filters` what narrows it.
//! All that is chosen stands in the address, so that Back undoes a choice and an address can be handed on.

mod filters;
mod view;
mod wish;

pub use view::Search;
