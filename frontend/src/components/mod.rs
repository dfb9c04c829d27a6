//! Leaves that draw what they are given: no fetching, no context but the locale.
//!
//! Owns what pages share. The exceptions say so in their heads.

mod alert;
mod avatar;
mod card;
mod copy;
mod dialog;
mod empty;
mod heading;
mod icon;
mod loading;
mod markdown;
mod menu;

pub use alert::{Alert, Tone};
pub use avatar::Avatar;
pub use card::handle;
pub use card::{Card, SkeletonCard};
pub use copy::CopyField;
pub use dialog::Dialog;
pub use empty::Empty;
pub use heading::ARRIVING;
pub use heading::Heading;
pub use icon::{Glyph, Icon, Logo};
pub use loading::{Failed, Loading, REACHED, use_loaded};
pub use markdown::Markdown;
pub use menu::Menu;
