//! Measuring beside a rival, in the same run, on the same machine, with the same bytes.

mod api;
mod downloads;
mod embed;
mod federation;
mod first_frame;
mod list;
mod load;
mod nginx;
mod p2p;
mod pipeline;
mod processes;
mod ranges;
mod scale;
mod seed;
mod tracker;
mod trial;

pub use list::{BENCHES, Bench};
pub use processes::{Usage, listening_on, load_average};
pub use trial::{Figure, Trial};
