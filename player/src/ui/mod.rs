//! The controls: a pure [`state`] in the middle, and the parts that draw it and listen for it around.

mod captions;
mod dom;
mod ears;
mod icons;
mod keys;
mod menu;
mod panels;
mod state;
mod storyboard;
mod text;
mod tree;
mod view;
mod wish;

pub use captions::{Caption, Captions};
pub use dom::Dom;
pub use ears::{Ears, Heard};
pub use panels::{Row, code, sentence};
pub use state::{Can, Chapter, Media, Quality, Rule, Screen, Shared, Trouble};
pub use storyboard::Sheet;
pub use text::{bit_rate, bytes, decimal, percent, whole, within};
pub use tree::Part;
pub use view::{Look, View};
pub use wish::{Command, Place, Wish};
