//! On which sites a video may be shown in a frame, as its owner decides.
//!
//! The numbers are PeerTube 8.1's (`video-embed-privacy-policy.enum.ts`); its 3 is for videos of other instances.

use shared::id::VideoId;
use shared::time::Timestamp;

use super::edit::{EditError, own_video};
use crate::domain::viewer::Person;
use crate::store::Write;
use crate::store::records::Embed;
use crate::store::tables::VideoKey;

/// All sites.
pub const EVERYWHERE: u32 = 1;
/// Those its owner names.
pub const ON: u32 = 2;
/// As its own server decides.
pub const THEIRS: u32 = 3;
/// None.
pub const NOWHERE: u32 = 4;
/// More sites than anybody names one by one: all of them stand in the head of the video's page for frames.
pub const DOMAINS_MAX: usize = 50;

/// A policy's number on the wire and its name.
#[must_use]
pub fn label(embed: &Embed) -> (u32, &'static str) {
    match embed {
        Embed::Everywhere => (EVERYWHERE, "All domains"),
        Embed::On(_) => (ON, "Allowed domains"),
        Embed::Nowhere => (NOWHERE, "Disabled"),
        Embed::Theirs => (THEIRS, "Remote restrictions"),
    }
}

/// The sites that are named.
#[must_use]
pub fn domains(embed: &Embed) -> &[String] {
    match embed {
        Embed::On(domains) => domains,
        Embed::Everywhere | Embed::Nowhere | Embed::Theirs => &[],
    }
}

/// Whether a page of this host may frame the video; `ours` is the instance's own.
#[must_use]
pub fn allows(embed: &Embed, host: &str, ours: &str) -> bool {
    match embed {
        Embed::Everywhere => true,
        Embed::On(domains) => host == ours || domains.iter().any(|domain| domain == host),
        Embed::Nowhere => false,
        // Which sites may is between them and its server; here it is shown by this instance alone.
        Embed::Theirs => host == ours,
    }
}

/// Who may frame the video, in the words of CSP (Content Security Policy Level 3, section 6.4.2).
#[must_use]
pub fn ancestors(embed: &Embed) -> String {
    match embed {
        Embed::Everywhere => "*".to_owned(),
        Embed::On(domains) => {
            domains.iter().fold("'self'".to_owned(), |list, domain| format!("{list} {domain}"))
        }
        Embed::Nowhere => "'none'".to_owned(),
        Embed::Theirs => "'self'".to_owned(),
    }
}

/// Decides where a video may be shown.
///
/// # Errors
/// [`EditError`] when the video is gone or another's.
pub fn decide(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    embed: Embed,
) -> Result<(), EditError> {
    let (mut video, _) = own_video(write, video, who)?;
    video.embed = embed;
    video.updated_at = now;
    Ok(write.insert(&VideoKey { video: video.id }, &video)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_is_framed_where_its_owner_wants_it() {
        let some = Embed::On(vec!["blog.example".into(), "school.example:8443".into()]);
        for (embed, host, expected) in [
            (&Embed::Everywhere, "any.example", true),
            (&some, "blog.example", true),
            (&some, "school.example:8443", true),
            (&some, "school.example", false),
            (&some, "www.blog.example", false),
            (&some, "films.example", true),
            (&Embed::Nowhere, "films.example", false),
            (&Embed::Theirs, "films.example", true),
            (&Embed::Theirs, "blog.example", false),
        ] {
            assert_eq!(allows(embed, host, "films.example"), expected, "{embed:?} {host}");
        }
        assert_eq!(ancestors(&some), "'self' blog.example school.example:8443");
        assert_eq!(
            (ancestors(&Embed::Everywhere).as_str(), ancestors(&Embed::Nowhere).as_str()),
            ("*", "'none'")
        );
        assert_eq!((ancestors(&Embed::Theirs).as_str(), label(&Embed::Theirs).0), ("'self'", THEIRS));
        assert_eq!((domains(&some).len(), domains(&Embed::Nowhere).len()), (2, 0));
    }
}
