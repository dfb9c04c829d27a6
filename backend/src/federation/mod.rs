//! What servers say to each other, and how they know who said it.

pub mod sign;
