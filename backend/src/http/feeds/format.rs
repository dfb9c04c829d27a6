//! In which words a feed is told.

/// A format, by the ending of the feed's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// RSS 2.0, named as XML at large: PeerTube's first address.
    Xml,
    /// RSS 2.0.
    Rss,
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// The format of an ending.
    #[must_use]
    pub fn parse(ending: &str) -> Option<Format> {
        match ending {
            "xml" => Some(Format::Xml),
            "rss" | "rss2" => Some(Format::Rss),
            "atom" | "atom1" => Some(Format::Atom),
            "json" | "json1" => Some(Format::Json),
            _ => None,
        }
    }

    /// `Content-Type`, as PeerTube has it (captures `rest/feeds-*.http`).
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xml => "application/xml; charset=utf-8",
            Format::Rss => "application/rss+xml; charset=utf-8",
            Format::Atom => "application/atom+xml; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
        }
    }
}
