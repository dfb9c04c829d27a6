//! Signing in: `/login`.

mod state;
mod view;

pub use view::Login;
