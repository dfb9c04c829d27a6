//! Tools every command uses: where things lie, how programs are run, what is installed, how steps are told.

mod fingerprint;
mod install;
mod paths;
mod program;
mod progress;
mod steps;

pub use fingerprint::{Fingerprint, digest_hex, integrity};
pub use install::{Package, need};
pub use paths::Root;
pub use program::{Program, find_on_path};
pub use progress::Progress;
pub use steps::{Steps, seconds};
