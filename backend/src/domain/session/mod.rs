//! Sessions: who a token stands for, and who may have one.
//!
//! Owns the life of tokens and the bounds on guessing passwords. Never keeps a token or a password: rows are found by
//! SHA-256 of the token, and passwords are judged elsewhere, on threads where argon2's time is allowed.

mod token;
mod tries;

pub use token::{
    ACCESS_DURATION, NewTokens, REFRESH_DURATION, TokenHash, log_in, may_refresh, purge, refresh, revoke,
    revoke_all, whose,
};
pub use tries::{AddressBlock, TRIES_WINDOW, Tries, TriesLeft, TryOutcome};

#[cfg(test)]
mod tests;
