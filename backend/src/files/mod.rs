//! Files beside the store: where they lie and how they get there.

pub mod layout;
