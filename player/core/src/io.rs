//! The whole protocol between the player and whatever hosts it: browser, load tool, simulator.
//!
//! Owns the two enums and the few words in them. Never holds media bytes: a body is a number, its bytes stay with the
//! shell from the moment they arrive until [`Output::Release`]. The surprise is that shells need no state of their
//! own beyond a queue: every output can be obeyed by itself, in the order given.
//!
//! The loop of a shell: `handle(now, input)`, then `poll()` until it says none and obey each, then arm one timer for
//! `deadline()`. What an obeyed output causes comes back as a later input, never from inside `poll()`.

use std::time::Duration;

use shared::hls::{ByteRange, Resolution};
use shared::id::{Digest, InfoHash, PeerId, Uuid};
use shared::swarm_name::Protocol;

use crate::fault::Fault;
use crate::swarm;

/// One fetch, numbered by the core, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FetchId(pub u64);

/// The bytes of one segment or init segment, numbered by the shell, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BodyId(pub u64);

/// One `SourceBuffer`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Track {
    /// The picture, with the sound when it is muxed in.
    Video,
    /// Sound of its own.
    Audio,
}

/// A stretch of media time, its end not included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    /// The first moment.
    pub start: Duration,
    /// The first moment after it.
    pub end: Duration,
}

/// One swarm this playback takes part in, numbered by the core, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SwarmId(pub u64);

/// How to take part in the swarms of a video.
#[derive(Clone, PartialEq, Debug)]
pub struct Sharing {
    /// What we call ourselves: [`PeerId::from_random`].
    pub me: PeerId,
    /// WebSocket addresses of the video's trackers; one at a time is spoken to.
    pub trackers: Vec<String>,
    /// How its swarms are named.
    pub family: Family,
    /// Serve others, too. Off on a connection that costs money.
    pub uploads: bool,
    /// All uploads together, bytes per second; none for no bound.
    pub upload_rate_max: Option<u64>,
    /// Bytes of segments kept to serve them, and to seek back to them; none for the usual.
    pub store_bytes_max: Option<u64>,
    /// SHA-256 of the certificate that the instance shows as a peer; none if it is no peer, or does not say.
    pub instance: Option<Digest>,
}

/// How the swarms of a video are named: what [`shared::swarm_name::SwarmName`] takes beside the stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Family {
    /// PeerTube 7.1 to 8.2.
    Place {
        /// The master playlist's address as the API of the video's instance gives it, without any token.
        playlist_url: String,
    },
    /// PeerTube's next.
    Resolution {
        /// Its protocol.
        protocol: Protocol,
        /// The video.
        video: Uuid,
    },
}

/// What to play and how to begin.
#[derive(Clone, PartialEq, Debug)]
pub struct Load {
    /// Absolute address of a multivariant or media playlist. Files of other kinds are played by the element alone.
    pub url: String,
    /// Absolute address of the digests. None: the publisher gives no digests, and segments are shown unverified.
    /// Some: nothing is shown that the list does not vouch for.
    pub digests: Option<String>,
    /// `videoFileToken` of a private video. The core puts it on every address of the playlist's own origin.
    pub token: Option<String>,
    /// Where to begin; loops begin here again.
    pub start: Duration,
    /// Where to pause, once (or to loop).
    pub stop: Option<Duration>,
    /// Begin again after the end.
    pub repeat: bool,
    /// The person's standing choice of quality.
    pub quality: Quality,
    /// What [`Output::Remember`] said last time, in bits per second.
    pub bandwidth: Option<u64>,
    /// Size of the player on the screen, in device pixels.
    pub viewport: Option<Resolution>,
}

/// A choice of quality.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quality {
    /// The best that the network carries and the screen can show.
    Auto,
    /// This height or, if there is none such, the nearest below.
    Height(u32),
}

/// What the core may be told.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// Play this. Comes once, first.
    Load(Load),
    /// The person asks to try again after [`Notice::Failed`].
    Retry,
    /// The player is going away: the core aborts its fetches and releases every body.
    Close,
    /// The moment of `deadline()` has come; `position` is the element's current time.
    Tick {
        /// Media time now.
        position: Duration,
    },

    /// The person wants to be elsewhere. (Seeks by others come as [`MediaEvent::Seeking`].)
    Seek {
        /// Media time wanted; the core keeps it inside the film.
        to: Duration,
    },
    /// The person chose a quality.
    Choose(Quality),
    /// The person turned repeating on or off: replaces [`Load::repeat`].
    Repeat(bool),
    /// The player was resized, in device pixels.
    Viewport(Resolution),
    /// Take part in the video's swarms from now on, or leave them. Without this there is no tracker and no peer. Only
    /// videos with digests are shared.
    Share(Option<Sharing>),
    /// The socket that [`Output::Dial`] asked for is open.
    TrackerUp,
    /// It closed, or did not open.
    TrackerDown,
    /// Something happened in a swarm.
    Swarm {
        /// In which.
        swarm: SwarmId,
        /// What.
        input: swarm::Input,
    },

    /// The browser says there is a network again.
    Online,
    /// The browser says there is none.
    Offline,

    /// A fetch goes on; `bytes` counts from its beginning and is 0 when the headers have come. One every 100 ms is
    /// enough, but a fetch of any kind that is silent for long is given up.
    Progress {
        /// Which.
        id: FetchId,
        /// Received so far.
        bytes: u64,
    },
    /// A fetch of [`Want::Playlist`] or [`Want::Digests`] is complete.
    Text {
        /// Which.
        id: FetchId,
        /// All of it, as UTF-8.
        text: String,
    },
    /// A fetch of [`Want::Init`] or [`Want::Segment`] is complete.
    Body {
        /// Which.
        id: FetchId,
        /// The handle of its bytes.
        body: BodyId,
        /// How many they are.
        bytes: u64,
    },
    /// What a fetch of [`Want::Segment`] brought before it broke off; comes before its [`Input::FetchFailed`]. A shell
    /// need not tell, but then those bytes come again. Only who shares can put them to use.
    Partial {
        /// Which.
        id: FetchId,
        /// The handle of its bytes, from the first asked for on.
        body: BodyId,
        /// How many they are.
        bytes: u64,
    },
    /// A fetch brought nothing, or not all. (One the core aborted need not be reported.)
    FetchFailed {
        /// Which.
        id: FetchId,
        /// Why.
        why: FetchFailure,
    },
    /// The answer to [`Output::Digest`].
    Digested {
        /// Which.
        body: BodyId,
        /// SHA-256 of its bytes.
        digest: Digest,
    },

    /// The answer to [`Output::AskSupport`]: those types of the question that the browser takes.
    Supported(Vec<String>),
    /// The answer to [`Output::Open`]: appends are taken.
    Opened,
    /// The answer to [`Output::Open`] when the browser refused.
    OpenFailed,
    /// The answer to [`Output::Append`].
    Appended {
        /// Which `SourceBuffer`.
        track: Track,
        /// All it holds now, in order.
        buffered: Vec<Span>,
    },
    /// The answer to [`Output::Append`] when it did not work.
    AppendFailed {
        /// Which `SourceBuffer`.
        track: Track,
        /// Why.
        why: AppendFailure,
    },
    /// The answer to [`Output::Remove`].
    Removed {
        /// Which `SourceBuffer`.
        track: Track,
        /// All it holds now, in order.
        buffered: Vec<Span>,
    },

    /// The browser took something out by itself, as a managed media source may at any moment.
    Evicted {
        /// Of which `SourceBuffer`.
        track: Track,
        /// All it holds now, in order.
        buffered: Vec<Span>,
    },
    /// The browser has enough for now, or wants more: a managed media source says so (`endstreaming`,
    /// `startstreaming`), to spare the radio of a phone.
    Enough(bool),

    /// Something about the element.
    Media {
        /// The element's current time at that moment.
        at: Duration,
        /// What happened.
        event: MediaEvent,
    },
}

/// What the media element says, named as its events.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum MediaEvent {
    /// `timeupdate`.
    Time,
    /// `loadeddata`: there is a picture to show, or sound to hear.
    Loaded,
    /// `play`: it wants to move.
    Play,
    /// `playing`: it moves.
    Playing,
    /// `pause`.
    Pause,
    /// `waiting`: it wants to move and has nothing to show.
    Waiting,
    /// `seeking`, whoever asked for it.
    Seeking,
    /// `seeked`.
    Seeked,
    /// `ended`.
    Ended,
    /// `ratechange`, with the new rate.
    Rate(f64),
    /// `error`.
    Failed,
}

/// Why a fetch brought nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FetchFailure {
    /// The server answered with this status.
    Status(u16),
    /// No answer, or it broke off, or the browser may not tell (CORS).
    Unreachable,
    /// More bytes than `bytes_max`, or fewer than the range asked for.
    Length,
}

/// Why an append did not work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppendFailure {
    /// The buffer is full (`QuotaExceededError`); the body is still good.
    Full,
    /// The browser could not read the bytes. The media source is of no use any more.
    Refused,
}

/// What the core may want done.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Fetch bytes. Answered by any number of [`Input::Progress`], then one of [`Input::Text`], [`Input::Body`] and
    /// [`Input::FetchFailed`].
    Fetch(Fetch),
    /// Stop a fetch. If its answer is already on the way the core lets the body go.
    Abort {
        /// Which.
        id: FetchId,
    },
    /// Compute the SHA-256 of a body.
    Digest {
        /// Which.
        body: BodyId,
    },
    /// The core is done with a body; the shell lets go of the bytes.
    Release {
        /// Which.
        body: BodyId,
    },

    /// Which of these does `MediaSource.isTypeSupported` accept?
    AskSupport {
        /// MIME types with codecs.
        types: Vec<String>,
    },
    /// Make a new `MediaSource` for the element, with these `SourceBuffer`s; an older one is thrown away with all
    /// work queued for it, of which no more is heard. Answered by [`Input::Opened`] or [`Input::OpenFailed`].
    Open {
        /// Type of each track.
        tracks: Vec<(Track, String)>,
    },
    /// Set `MediaSource.duration`, once no buffer is busy.
    SetDuration {
        /// Length of the film.
        duration: Duration,
    },
    /// Append a body. A track has at most one append or removal under way.
    Append {
        /// To which `SourceBuffer`.
        track: Track,
        /// What.
        body: BodyId,
        /// None: the timestamps in the body are right. Some: they start anew, and the body belongs here
        /// (`mode = "sequence"` with this `timestampOffset`).
        place: Option<Duration>,
    },
    /// Remove a stretch.
    Remove {
        /// From which `SourceBuffer`.
        track: Track,
        /// What.
        span: Span,
    },
    /// Everything was appended: `endOfStream()`, once no buffer is busy. A later append takes it back by itself.
    EndOfStream,
    /// Set the element's current time.
    SetPosition {
        /// Media time.
        to: Duration,
    },
    /// Call the element's `play()`.
    Play,
    /// Call the element's `pause()`.
    Pause,

    /// Open a WebSocket to a tracker; there is one at a time. Answered by [`Input::TrackerUp`] or
    /// [`Input::TrackerDown`].
    Dial {
        /// Its address.
        url: String,
    },
    /// Close it, and hear of it no more.
    HangUp,
    /// From now on there is this swarm; its outputs follow.
    JoinSwarm {
        /// What it is called here.
        swarm: SwarmId,
        /// What the tracker knows it by.
        info_hash: InfoHash,
        /// What we are called in it.
        me: PeerId,
    },
    /// The last of a swarm: no more is heard of it.
    LeaveSwarm {
        /// Which.
        swarm: SwarmId,
    },
    /// A swarm wants something done.
    Swarm {
        /// Which.
        swarm: SwarmId,
        /// What.
        output: swarm::Output,
    },

    /// The qualities there are to choose from, best first. Comes once the playlist is read, and again when a quality
    /// turned out not to work.
    Qualities(Vec<Offer>),
    /// The quality at the playhead changed.
    Showing(Offer),
    /// Something to tell the person, or nothing any more.
    Notice(Option<Notice>),
    /// Keep the measured bandwidth for the next video, in bits per second.
    Remember {
        /// For [`Load::bandwidth`].
        bandwidth: u64,
    },
}

/// One thing to fetch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetch {
    /// How the answers name it.
    pub id: FetchId,
    /// Absolute address, token included.
    pub url: String,
    /// The bytes wanted; none for the whole file. A server that answers 200 to a range sends more: cut it.
    pub range: Option<ByteRange>,
    /// What it is.
    pub want: Want,
    /// Do not take it from the browser's cache (`cache: "reload"`): what lies there proved wrong.
    pub fresh: bool,
    /// A longer answer is given up as [`FetchFailure::Length`].
    pub bytes_max: u64,
}

/// What kind of thing a fetch brings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Want {
    /// A playlist of either kind: answered as text.
    Playlist,
    /// The list of digests: answered as text.
    Digests,
    /// An init segment: answered as a body.
    Init,
    /// A segment: answered as a body.
    Segment,
}

/// One quality to choose from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Offer {
    /// Lines of the picture (its shorter side, so that upright films are named as others are); 0 for sound alone.
    pub height: u32,
    /// Pictures in a thousand seconds, 0 if unknown.
    pub frame_rate: u32,
    /// Peak bits per second, sound included; 0 if unknown.
    pub bandwidth: u64,
}

/// What a person should know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Playback waits for the network or the server, and the core keeps trying.
    Reconnecting,
    /// Playback stopped for good, unless [`Input::Retry`] helps.
    Failed(Fault),
}
