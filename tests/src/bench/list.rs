//! Every bench there is, by name.

use std::pin::Pin;

use anyhow::Result;

use super::{api, downloads, embed, federation, first_frame, p2p, pipeline, ranges, seed, tracker};

/// A measurement under way.
type Measuring = Pin<Box<dyn Future<Output = Result<()>>>>;

/// One bench.
pub struct Bench {
    /// What people type.
    pub name: &'static str,
    /// What is measured beside what.
    pub about: &'static str,
    /// Measures and prints.
    pub run: fn() -> Measuring,
}

/// All of them.
pub const BENCHES: &[Bench] = &[
    Bench {
        name: "ranges",
        about: "files over 64 connections, beside nginx with sendfile",
        run: || Box::pin(ranges::run()),
    },
    Bench {
        name: "api",
        about: "a page of 1,000 videos and one video, beside nginx with the same bytes in files; then 100,000 beside 1,000",
        run: || Box::pin(api::run()),
    },
    Bench {
        name: "pipeline",
        about: "from upload to playable and to all renditions, beside the bare ffmpeg commands",
        run: || Box::pin(pipeline::run()),
    },
    Bench {
        name: "seed",
        about: "segments over WebRTC from the instance's peer, beside Chromium to Chromium",
        run: || Box::pin(seed::run()),
    },
    Bench {
        name: "firstframe",
        about: "from navigation to the first frame in Chromium, beside hls.js on the same files",
        run: || Box::pin(first_frame::run()),
    },
    Bench {
        name: "embed",
        about: "a frame watched for half a minute, beside hls.js with p2p-media-loader on the same files",
        run: || Box::pin(embed::run()),
    },
    Bench {
        name: "p2p",
        about: "viewers who share a film, beside p2p-media-loader on the same files",
        run: || Box::pin(p2p::run()),
    },
    Bench {
        name: "tracker",
        about: "a thousand viewers who offer and answer, beside npm's bittorrent-tracker",
        run: || Box::pin(tracker::run()),
    },
    Bench {
        name: "downloads",
        about: "one film put together out of a stream's files, beside ffmpeg; two hundred at once",
        run: || Box::pin(downloads::run()),
    },
    Bench {
        name: "federation",
        about: "signatures beside the bare library; two thousand servers, a third of them dead or slow",
        run: || Box::pin(federation::run()),
    },
];
