//! What the signed-in person published: `/my-library/videos`.

mod state;
mod view;

pub use view::Mine;
