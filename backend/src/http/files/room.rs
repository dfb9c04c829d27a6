//! The file room: one answer to every request for a file, whichever wall sends it.
//!
//! Owns the order of questions: what does the address name, may the asker have it, is it there. Never sends.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use shared::id::{Uuid, VideoRef};
use shared::time::{Instant, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use super::address::{Address, Album, film, is_file_path, parse_address};
use super::answer::{Answer, Cache, Terms, answer_with};
use super::ask::Ask;
use super::disposition::write_attachment;
use super::films::FilmError;
use super::gate::{Gate, gate_of};
use super::playlist::hand_on_token;
use super::refusal::Refusal;
use super::shelf::{Content, Held, Place, Shelf};
use crate::app::App;
use crate::domain::session::{self, TokenHash};
use crate::domain::video::sight::{Address as Knows, Sight};
use crate::domain::viewer::{Person, Viewer};
use crate::files::layout::original_name;
use crate::http::assets::encoding::{Encoding, choose_encoding};
use crate::logins::Guess;
use crate::media::mux::{Source, choose_tracks};
use crate::store::records::{Playlist, Rendition, Video};

/// The room of one instance.
pub struct FileRoom {
    app: App,
    shelf: Shelf,
}

/// What an asker is to get.
enum Found<'a> {
    /// This file.
    File(Wanted<'a>),
    /// Renditions side by side.
    Film(Play),
    /// A built file, which is in memory.
    Asset(Arc<Held>, Terms),
    /// A refusal.
    Refused(Refusal),
    /// That cannot be said without reading the store.
    Unread,
}

struct Wanted<'a> {
    place: Place,
    name: Cow<'a, str>,
    terms: Terms,
    /// A token that the playlist is to hand on.
    hand_on: Option<&'a str>,
}

/// A film that somebody may have.
struct Play {
    video: Uuid,
    sources: Vec<Source>,
    terms: Terms,
}

/// Whether the store may be read to answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Memory,
    Disk,
}

impl FileRoom {
    /// A room over an instance's folder.
    #[must_use]
    pub fn new(app: App) -> FileRoom {
        FileRoom { app, shelf: Shelf::default() }
    }

    /// Whether a path is of this room.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        is_file_path(path)
            || is_asset_path(path)
            // Every built file has an extension, and hardly any route of the API.
            || (path.contains('.') && self.app.assets().table().get(path).is_some())
    }

    /// The date.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.app.clock().now()
    }

    /// The answer, if it can be given without waiting for the disk.
    #[must_use]
    pub fn answer_at_hand(&self, ask: &Ask<'_>) -> Option<Answer> {
        match self.find(ask, Reach::Memory) {
            Found::File(wanted) => {
                let held = self.shelf.recall(wanted.place, &wanted.name, self.instant())?;
                let answer = fit(ask, held, wanted);
                // A file may have grown since it was looked at, and a list that names more of it may be newer.
                (answer.status != 416).then_some(answer)
            }
            Found::Film(_) | Found::Unread => None,
            Found::Asset(held, terms) => Some(answer_with(ask, held, terms)),
            Found::Refused(refusal) => Some(refusal.answer(ask)),
        }
    }

    /// The answer. May wait for the disk.
    #[must_use]
    pub fn answer(&self, ask: &Ask<'_>) -> Answer {
        match self.find(ask, Reach::Disk) {
            Found::File(wanted) => match self.take(wanted.place, &wanted.name) {
                Ok(held) => fit(ask, held, wanted),
                Err(refusal) => refusal.answer(ask),
            },
            Found::Film(play) => match self.prepare(&play) {
                Ok(held) => answer_with(ask, held, play.terms),
                Err(refusal) => refusal.answer(ask),
            },
            Found::Asset(held, terms) => answer_with(ask, held, terms),
            Found::Refused(refusal) => refusal.answer(ask),
            Found::Unread => Refusal::Unreadable.answer(ask),
        }
    }

    /// Lets go of files nobody asks for, and notices a new build of the pages. Call it every few seconds, where
    /// waiting for the disk is allowed.
    pub fn sweep(&self) {
        self.shelf.sweep(self.instant());
        self.app.films().sweep(self.instant());
        self.app.assets().refresh();
    }

    /// Whether an answer takes longer to prepare than to open a file.
    #[must_use]
    pub fn is_slow(&self, ask: &Ask<'_>) -> bool {
        let (video, height) = match parse_address(ask.path) {
            Some(Address::Film { video, height }) => (video, height),
            Some(Address::Original { name, to_keep: false, .. }) => match film(name.as_str()) {
                Some(quality) => quality,
                None => return false,
            },
            Some(
                Address::Original { .. }
                | Address::Stream { .. }
                | Address::Mirror { .. }
                | Address::Download { .. }
                | Address::Picture { .. }
                | Address::Caption { .. }
                | Address::Nothing,
            )
            | None => return false,
        };
        // Whoever may not have it is told so over there.
        let Some((entry, _)) = self.app.catalogue().find(VideoRef::Uuid(video)) else { return false };
        let Some(sources) = sources_of(&entry.listed.video, height) else { return false };
        let folder = self.app.layout().hls(video);
        matches!(self.app.films().recall(&folder, &sources, self.instant()), Ok(None))
    }

    /// A turn at preparing what [is slow](FileRoom::is_slow), waited for without a thread.
    ///
    /// # Errors
    /// [`Refusal::Busy`].
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.app.films().turn().await.map_err(|_| Refusal::Busy)
    }

    fn prepare(&self, play: &Play) -> Result<Arc<Held>, Refusal> {
        let folder = self.app.layout().hls(play.video);
        self.app.films().fetch(&folder, &play.sources, self.instant()).map_err(|error| match error {
            FilmError::Absent => Refusal::NotFound,
            FilmError::Busy => Refusal::Busy,
            FilmError::Mux(error) => {
                tracing::error!(%error, video = %play.video, "a film could not be put together");
                Refusal::Unreadable
            }
        })
    }

    fn instant(&self) -> Instant {
        self.app.clock().instant()
    }

    fn take(&self, place: Place, name: &str) -> Result<Arc<Held>, Refusal> {
        let now = self.instant();
        let layout = self.app.layout();
        let path = match place {
            Place::Streams(video) => layout.hls(video).join(name),
            Place::Mirrors(video) => layout.mirror(video).join(name),
            Place::Originals => layout.sources().join(name),
            Place::Captions(video) => layout.captions(video).join(name),
            Place::Album(Album::Thumbnails) => layout.thumbnail(name),
            Place::Album(Album::Previews) => layout.preview(name),
            Place::Album(Album::Storyboards) => layout.storyboard(name),
            Place::Album(Album::Avatars) => layout.avatar(name),
            Place::Album(Album::Banners) => layout.banner(name),
        };
        match self.shelf.fetch(place, name, &path, now) {
            Ok(Some(held)) => Ok(held),
            Ok(None) => Err(Refusal::NotFound),
            Err(error) => {
                tracing::error!(%error, path = %path.display(), "a file could not be opened");
                Err(Refusal::Unreadable)
            }
        }
    }

    fn find<'a>(&self, ask: &Ask<'a>, reach: Reach) -> Found<'a> {
        match parse_address(ask.path) {
            Some(Address::Stream { video, hidden, name }) => {
                let name = name.into_text();
                match gate_of(self.app.catalogue().visibility(&video), hidden) {
                    Gate::Absent => Found::Refused(Refusal::NotFound),
                    Gate::Open => Found::File(Wanted {
                        place: Place::Streams(video),
                        terms: Terms { cache: self.stream_cache(&video, &name), ..Terms::default() },
                        name,
                        hand_on: None,
                    }),
                    Gate::Guarded(sight) => match self.admit(ask, video, &sight, reach) {
                        Admitted::Yes => Found::File(Wanted {
                            place: Place::Streams(video),
                            terms: Terms { cache: Cache::Private, ..Terms::default() },
                            hand_on: token_to_hand_on(ask, &name),
                            name,
                        }),
                        Admitted::No(refusal) => Found::Refused(refusal),
                        Admitted::Unread => Found::Unread,
                    },
                }
            }
            Some(Address::Mirror { video, name }) => self.find_mirror(video, name.into_text()),
            Some(Address::Download { video, height }) => self.find_download(ask, video, height, reach),
            Some(Address::Film { video, height }) => self.find_film(ask, (video, height), false, reach),
            Some(Address::Original { video, name, to_keep }) => {
                let found = self.find_original(ask, video, name.as_str(), to_keep, reach);
                match (&found, film(name.as_str())) {
                    // Whoever may not have what was uploaded may still have what is made of it.
                    (Found::Refused(_), Some(quality)) if !to_keep => {
                        let film = self.find_film(ask, quality, true, reach);
                        // Nothing is made of it yet: what was uploaded is there, and why it is not given is known.
                        if matches!(film, Found::Refused(Refusal::NotFound)) { found } else { film }
                    }
                    (_, _) => found,
                }
            }
            Some(Address::Picture { album, name }) => Found::File(Wanted {
                place: Place::Album(album),
                name: name.into_text(),
                terms: Terms { cache: Cache::Days, embeddable: true, ..Terms::default() },
                hand_on: None,
            }),
            Some(Address::Caption { video, name }) => Found::File(Wanted {
                place: Place::Captions(video),
                name: name.into_text(),
                terms: Terms { cache: Cache::Days, embeddable: true, ..Terms::default() },
                hand_on: None,
            }),
            Some(Address::Nothing) => Found::Refused(Refusal::NotFound),
            None => match self.app.assets().table().get(ask.path) {
                Some(asset) => {
                    let (held, terms) = asset.choose(ask.accept_encoding);
                    Found::Asset(held, terms)
                }
                None => Found::Refused(Refusal::NotFound),
            },
        }
    }

    /// Renditions never change under their name once they are whole; playlists and digests do while renditions are
    /// added.
    fn stream_cache(&self, video: &Uuid, name: &str) -> Cache {
        let is_whole = name.ends_with(".mp4") && !self.app.catalogue().is_growing(video);
        if is_whole { Cache::Immutable } else { Cache::Revalidate }
    }

    /// A copy is given as long as there is a row of it and its video is for everybody.
    fn find_mirror<'a>(&self, video: Uuid, name: Cow<'a, str>) -> Found<'a> {
        let is_open = gate_of(self.app.catalogue().visibility(&video), false) == Gate::Open;
        if !is_open || !self.app.mirrors().has(video) {
            return Found::Refused(Refusal::NotFound);
        }
        let cache = if name.ends_with(".mp4") { Cache::Immutable } else { Cache::Revalidate };
        Found::File(Wanted {
            place: Place::Mirrors(video),
            name,
            terms: Terms { cache, ..Terms::default() },
            hand_on: None,
        })
    }

    fn find_download<'a>(&self, ask: &Ask<'a>, video: Uuid, height: u32, reach: Reach) -> Found<'a> {
        let Some((entry, _)) = self.app.catalogue().find(VideoRef::Uuid(video)) else {
            return Found::Refused(Refusal::NotFound);
        };
        let record = &entry.listed.video;
        let renditions = record.playlist.iter().flat_map(Playlist::whole_files);
        let mut named = renditions.filter(|rendition| rendition.resolution() == height);
        let Some(name) = named.next().map(|rendition| rendition.file_name.clone()) else {
            return Found::Refused(Refusal::NotFound);
        };
        let sight = entry.listed.sight();
        let cache = match gate_of(Some(sight), true) {
            Gate::Absent => return Found::Refused(Refusal::NotFound),
            Gate::Open => Cache::Revalidate,
            Gate::Guarded(sight) => match self.admit(ask, video, &sight, reach) {
                Admitted::Yes => Cache::Private,
                Admitted::No(refusal) => return Found::Refused(refusal),
                Admitted::Unread => return Found::Unread,
            },
        };
        if !record.download_enabled {
            return Found::Refused(Refusal::NotOffered);
        }
        let quality = if height == 0 { "-audio-hls.mp4".to_owned() } else { format!("-{height}p-hls.mp4") };
        let disposition = Some(write_attachment(&record.name, &quality));
        Found::File(Wanted {
            place: Place::Streams(video),
            name: Cow::Owned(name),
            terms: Terms { cache, disposition, ..Terms::default() },
            hand_on: None,
        })
    }

    /// A quality with its sound, as one file. Its address stays when its video gets another source, so it is asked for
    /// anew each time.
    fn find_film<'a>(
        &self,
        ask: &Ask<'a>,
        (video, height): (Uuid, u32),
        hidden: bool,
        reach: Reach,
    ) -> Found<'a> {
        let Some((entry, _)) = self.app.catalogue().find(VideoRef::Uuid(video)) else {
            return Found::Refused(Refusal::NotFound);
        };
        let cache = match gate_of(Some(entry.listed.sight()), hidden) {
            Gate::Absent => return Found::Refused(Refusal::NotFound),
            Gate::Open => Cache::Revalidate,
            Gate::Guarded(sight) => match self.admit(ask, video, &sight, reach) {
                Admitted::Yes => Cache::Private,
                Admitted::No(refusal) => return Found::Refused(refusal),
                Admitted::Unread => return Found::Unread,
            },
        };
        let Some(sources) = sources_of(&entry.listed.video, height) else {
            return Found::Refused(Refusal::NotFound);
        };
        Found::Film(Play { video, sources, terms: Terms { cache, ..Terms::default() } })
    }

    /// Keys to a video's files open what viewers see. The uploaded file may say more, such as where it was filmed: it has
    /// a key of its own.
    fn find_original<'a>(
        &self,
        ask: &Ask<'a>,
        video: Uuid,
        name: &str,
        to_keep: bool,
        reach: Reach,
    ) -> Found<'a> {
        let Some((entry, _)) = self.app.catalogue().find(VideoRef::Uuid(video)) else {
            return Found::Refused(Refusal::NotFound);
        };
        let record = &entry.listed.video;
        let resolution = record.facts.as_ref().map_or(0, |facts| facts.width.min(facts.height));
        let extension = &record.source.extension;
        if record.source.file.is_none() || original_name(record.stem(), resolution, extension) != name {
            return Found::Refused(Refusal::NotFound);
        }
        let sight = entry.listed.sight();
        let key = ask.parameter("videoFileToken");
        let admitted = match (ask.authorization, reach) {
            _ if key.is_some_and(|key| self.app.file_tokens().opens_source(key, video, self.now())) => {
                Admitted::Yes
            }
            (None, _) => Admitted::No(Refusal::NoToken),
            (Some(_), Reach::Memory) => Admitted::Unread,
            (Some(_), Reach::Disk) => self.admit_bearer(ask.bearer(), |person| sight.may_change(person)),
        };
        match admitted {
            Admitted::Yes => {}
            Admitted::No(refusal) => return Found::Refused(refusal),
            Admitted::Unread => return Found::Unread,
        }
        let disposition =
            to_keep.then(|| write_attachment(&record.name, &format!("-{resolution}p{extension}")));
        let place = self.app.layout().source(record.stem(), extension);
        let Some(name) = place.file_name().and_then(|name| name.to_str()) else {
            return Found::Refused(Refusal::NotFound);
        };
        Found::File(Wanted {
            place: Place::Originals,
            name: Cow::Owned(name.to_owned()),
            terms: Terms { cache: Cache::Private, disposition, ..Terms::default() },
            hand_on: None,
        })
    }

    /// Whether a request's token opens a guarded video.
    fn admit(&self, ask: &Ask<'_>, video: Uuid, sight: &Sight, reach: Reach) -> Admitted {
        let file_token = ask.parameter("videoFileToken");
        if file_token.is_some_and(|token| self.app.file_tokens().check(token, video, self.now())) {
            return Admitted::Yes;
        }
        if let Some(said) = ask.video_password.filter(|_| sight.asks_password()) {
            return self.judge(video, said);
        }
        match (ask.authorization, reach) {
            (None, _) if file_token.is_none() => Admitted::No(Refusal::NoToken),
            (None, _) => Admitted::No(Refusal::NotForYou),
            (Some(_), Reach::Memory) => Admitted::Unread,
            (Some(_), Reach::Disk) => self.admit_bearer(ask.bearer(), |person| {
                sight.opens_to(&Viewer::Person(*person), Knows::Uuid).is_ok()
            }),
        }
    }

    fn judge(&self, video: Uuid, said: &str) -> Admitted {
        let Some((entry, _)) = self.app.catalogue().find(VideoRef::Uuid(video)) else {
            return Admitted::No(Refusal::NotFound);
        };
        match self.app.logins().guess_at_files(self.instant(), &entry, said) {
            Guess::Right => Admitted::Yes,
            Guess::Wrong => Admitted::No(Refusal::WrongPassword),
            Guess::TooMany => Admitted::No(Refusal::TooManyGuesses),
        }
    }

    fn admit_bearer(&self, token: Option<&str>, is_welcome: impl FnOnce(&Person) -> bool) -> Admitted {
        let Some(token) = token.map(TokenHash::of) else { return Admitted::No(Refusal::WrongToken) };
        match session::whose(self.app.store(), self.now(), &token) {
            Ok(Some(person)) if is_welcome(&person) => Admitted::Yes,
            Ok(Some(_)) => Admitted::No(Refusal::NotForYou),
            Ok(None) => Admitted::No(Refusal::WrongToken),
            Err(error) => {
                tracing::error!(%error, "a session could not be read");
                Admitted::No(Refusal::Unreadable)
            }
        }
    }
}

/// Folders that hold built files alone: what is not among them does not exist, rather than being a page.
fn is_asset_path(path: &str) -> bool {
    ["/assets/", "/player/", "/icons/"].iter().any(|folder| path.starts_with(folder))
}

/// The files that a quality and its sound lie in.
#[must_use]
pub fn sources_of(video: &Video, height: u32) -> Option<Vec<Source>> {
    let is_wanted = |rendition: &&Rendition| {
        rendition.resolution() == height || (rendition.has_audio && !rendition.has_video)
    };
    let chosen: Vec<&Rendition> =
        video.playlist.iter().flat_map(Playlist::whole_files).filter(is_wanted).collect();
    let is_there = chosen.iter().any(|rendition| rendition.resolution() == height);
    is_there.then(|| choose_tracks(&chosen).sources())
}

/// Whether a guarded file is given.
enum Admitted {
    Yes,
    No(Refusal),
    Unread,
}

/// The token of a playlist's address, if everything the playlist names is to carry it. Only what looks like a token of
/// ours gets into a playlist: a bearer opens the gate whatever stands in the query.
fn token_to_hand_on<'a>(ask: &Ask<'a>, name: &str) -> Option<&'a str> {
    let wanted = name.ends_with(".m3u8") && ask.parameter("reinjectVideoFileToken") == Some("true");
    let token = ask.parameter("videoFileToken").filter(|token| token.parse::<Uuid>().is_ok());
    wanted.then_some(token).flatten()
}

fn fit(ask: &Ask<'_>, held: Arc<Held>, wanted: Wanted<'_>) -> Answer {
    match (wanted.hand_on, &held.content) {
        (Some(token), Content::Memory(bytes)) => {
            let playlist = hand_on_token(&String::from_utf8_lossy(bytes), token);
            Answer::made(ask, Bytes::from(playlist), held.media_type)
        }
        // A playlist too long for memory names thousands of segments; it is given as it is.
        (Some(_) | None, Content::Memory(_) | Content::Disk(_) | Content::Film(_)) => {
            let Some(packed) = &held.packed else { return answer_with(ask, held, wanted.terms) };
            // Positions in a range are those of the plain form.
            let takes_it = choose_encoding(ask.accept_encoding, &[Encoding::Gzip]).is_some();
            let chosen = if takes_it && ask.range.is_none() { packed } else { &held };
            answer_with(ask, Arc::clone(chosen), Terms { varies: true, ..wanted.terms })
        }
    }
}
