//! Addresses of the pages on which one keeps lists of videos, as PeerTube names them.

use std::fmt;

use crate::text::addresses::encode;

/// A page on which one keeps lists of videos. The studio draws all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Library {
    /// All lists of the signed-in person.
    Lists,
    /// Make one.
    New,
    /// Change what is said of one.
    Edit(String),
    /// Change what is in one.
    Videos(String),
    /// In which order those of a channel stand on its page.
    Order(String),
}

impl Library {
    /// Reads the parts of a path.
    pub fn parse(parts: &[&str]) -> Option<Library> {
        let rest = parts.strip_prefix(&["my-library", "video-playlists"])?;
        match *rest {
            [] => Some(Library::Lists),
            ["create"] => Some(Library::New),
            ["update", list] => Some(Library::Edit(list.to_owned())),
            ["order", channel] => Some(Library::Order(channel.to_owned())),
            [list] => Some(Library::Videos(list.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("/my-library/video-playlists")?;
        match self {
            Library::Lists => Ok(()),
            Library::New => f.write_str("/create"),
            Library::Edit(list) => write!(f, "/update/{}", encode(list)),
            Library::Videos(list) => write!(f, "/{}", encode(list)),
            Library::Order(channel) => write!(f, "/order/{}", encode(channel)),
        }
    }
}
