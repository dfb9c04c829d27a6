//! Sessions: who a token stands for, and who may have one.
//!
//! Owns the life of tokens and the bounds on guessing passwords. Never keeps a token or a password: rows are found by
//! SHA-256 of the token, and passwords are judged elsewhere, on threads where argon2's time is allowed.

mod device;
mod token;
pub mod totp;
mod tries;
pub mod two_factor;

pub use device::{device, network};
pub use token::{
    ACCESS_DURATION, NewTokens, Origin, REFRESH_DURATION, SESSIONS_PER_USER_MAX, TokenHash, adopt,
    end_session, log_in, log_in_from, may_refresh, purge, refresh, refresh_from, revoke, revoke_all,
    revoke_all_but, session_of, sessions, whose,
};
pub use tries::{AddressBlock, Allowance, TRIES_WINDOW, Tries, TriesLeft, TryOutcome};

#[cfg(test)]
mod tests;
