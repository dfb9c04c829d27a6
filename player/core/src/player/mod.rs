//! The player itself: the door, and the rounds it makes through the rooms after every input.
//!
//! Owns the state no room owns: what the element does, what was told to the shell. Never holds a policy: each file asks
//! the rooms and obeys. The surprise is that there are no transitions to follow: each round looks at how things are.

mod abort;
mod answers;
mod door;
mod element;
mod feed;
mod fetch;
mod peers;
mod share;
mod tell;

pub use door::Player;
