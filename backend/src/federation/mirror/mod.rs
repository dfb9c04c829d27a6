//! Copies of videos of other servers on our disk: fetched, checked, given to viewers, given up.
//!
//! Owns the folder they lie in. What deserves a copy is `domain::mirror`'s to say; here it is fetched, piece by piece and
//! within the hour's budget, into a folder that nobody is shown, which becomes a copy when its last byte was right. The
//! surprise is the order: the folder takes its place before its row is written, and goes after its row. A folder without a
//! row is therefore always one that a crash left, and is taken up again or removed.

mod copy;
mod disk;
mod endings;
mod memory;
mod round;

pub use endings::run_endings;
pub use memory::Mirrors;
pub use round::run;
