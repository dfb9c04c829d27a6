//! Which handler answers for which document.

use warp::path::FullPath;

use super::path::{Part, Place, VideoPart};
use super::{actor, collection, comment, heard, mirror, playlist, video};
use crate::http::comment::too_many;
use crate::http::extract::Ask;
use crate::http::respond::Outcome;

/// `GET` of any address that names one of our objects, for whoever asks for a document.
pub async fn document(place: Place, path: FullPath, ask: Ask) -> Outcome {
    if let Err(wait) = ask.app.document_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    heard::note(&path, &ask);
    match place {
        Place::Actor(whose, Part::Whole) => actor::show(&ask, whose).await,
        Place::Actor(whose, Part::Outbox) => collection::outbox(&ask, whose).await,
        Place::Actor(whose, Part::Followers) => collection::followers(&ask, whose).await,
        Place::Actor(whose, Part::Following) => collection::following(&ask, whose).await,
        Place::Actor(whose, Part::Playlists) => collection::playlists(&ask, whose).await,
        Place::Rate(account, opinion, id) => video::rate(&ask, account, opinion, id).await,
        Place::Video(name, VideoPart::Whole) => video::show(&ask, name).await,
        Place::Video(name, VideoPart::Activity) => video::activity(&ask, name).await,
        Place::Video(name, VideoPart::Announces) => collection::announces(&ask, name).await,
        Place::Video(name, VideoPart::Announce(number)) => video::announce(&ask, name, number).await,
        Place::Video(name, VideoPart::Rates(opinion)) => collection::rates(&ask, name, opinion).await,
        Place::Video(name, VideoPart::Comments) => collection::comments(&ask, name).await,
        Place::Video(name, VideoPart::Chapters) => video::chapters(&ask, name).await,
        Place::Comment(name, id, part) => comment::show(&ask, name, id, part).await,
        Place::Mirror(video) => mirror::show(&ask, video).await,
        Place::Playlist(name) => playlist::show(&ask, &name).await,
        Place::Element(name, element) => playlist::element(&ask, &name, element).await,
    }
}
