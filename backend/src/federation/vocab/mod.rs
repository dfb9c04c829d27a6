//! What others of the network write, as far as it is understood here.
//!
//! Owns the leniency. Everything a rule reads of somebody else's document comes through here, bounded and of one shape;
//! what a document lacks that its kind must have is a [`Flaw`]. Nothing here says whether to believe it.

mod activity;
mod actor;
#[cfg(test)]
mod chaos_tests;
mod collection;
mod note;
mod playlist;
mod read;
#[cfg(test)]
mod tests;
mod video;

pub use activity::{Activity, Deed, Reply, Report, Seen, Undone, Wish, activities};
pub use actor::{Actor, ActorKind, Key, Picture};
pub use collection::{Collection, CollectionPage};
pub use note::{Grave, Note};
pub use playlist::{Element, Playlist};
pub use read::{
    Elsewhere, Flaw, LIST_MAX, PUBLIC, Thing, URL_LENGTH_MAX, host_of, is_same_host, is_secure, is_url,
    url_of,
};
pub use video::{Caption, File, Format, Part, Storyboard, Stream, Video, parts, seconds};
