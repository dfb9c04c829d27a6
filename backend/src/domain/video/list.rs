//! Which videos a list holds.

use super::labels;
use super::query::Filter;
use super::sight::Sight;
use crate::domain::makers::Makers;
use crate::store::records::Video;

/// A video with what lists ask of it, worked out once.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// The video.
    pub video: Video,
    /// Who makes it.
    pub makers: Makers,
    /// Its name in lower case.
    pub folded_name: String,
    /// Its tags in lower case.
    pub folded_tags: Vec<String>,
    /// What is counted of it in rows of their own.
    pub counts: Counts,
}

/// What is counted of a video in rows of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Views of the last days.
    pub views_lately: u64,
    /// Comments that everybody sees.
    pub comments: u64,
}

/// Bit of `include`: videos that are not published, too.
pub const INCLUDE_UNPUBLISHED: u32 = 1;
/// Bit of `include`: videos that are blocked, too.
pub const INCLUDE_BLOCKED: u32 = 2;
/// Bit of `include`: videos of muted accounts, too.
pub const INCLUDE_MUTED: u32 = 4;
/// Bit of `include`: what each video is marked with.
pub const INCLUDE_AUTOMATIC_TAGS: u32 = 64;

impl Listed {
    /// A row for lists.
    #[must_use]
    pub fn new(video: Video, makers: Makers, counts: Counts) -> Listed {
        let folded_name = video.name.to_lowercase();
        let folded_tags = video.tags.iter().map(|tag| tag.to_lowercase()).collect();
        Listed { video, makers, folded_name, folded_tags, counts }
    }

    /// What decides who may see it.
    #[must_use]
    pub fn sight(&self) -> Sight {
        Sight::of(&self.video, self.makers.clone())
    }
}

impl Filter {
    /// Whether the list holds this video. Who may see it is another question.
    #[must_use]
    pub fn holds(&self, row: &Listed) -> bool {
        let video = &row.video;
        let is = |asked: Option<bool>, answer: bool| asked.is_none_or(|asked| asked == answer);
        let one_of = |asked: &[u32], answer: Option<u32>| {
            asked.is_empty() || answer.is_some_and(|answer| asked.contains(&answer))
        };
        let language = video.language.as_deref().unwrap_or("_unknown");
        // Ours are packaged as HLS alone.
        let (has_hls, has_web_videos, is_live) = match &video.remote {
            Some(remote) => (!remote.streams.is_empty(), !remote.files.is_empty(), remote.is_live),
            None => (
                video.playlist.as_ref().is_some_and(|playlist| !playlist.renditions.is_empty()),
                false,
                false,
            ),
        };
        is(self.is_local, video.remote.is_none())
            && self.host.as_deref().is_none_or(|host| video.host() == Some(host))
            && is(self.is_live, is_live)
            && self.channels.as_ref().is_none_or(|channels| channels.contains(&video.channel))
            && self.muted.binary_search(&row.makers.owner).is_err()
            && self.watched.binary_search(&video.id).is_err()
            && (video.blocked.is_none() || !self.needs_rights() || self.include & INCLUDE_BLOCKED != 0)
            && is(self.has_web_videos, has_web_videos)
            && is(self.has_hls, has_hls)
            && self.bears(video.nsfw, video.nsfw_flags)
            && one_of(&self.categories, video.category)
            && one_of(&self.licences, video.licence)
            && (self.languages.is_empty() || self.languages.iter().any(|asked| asked == language))
            && (self.tags_any.is_empty() || self.tags_any.iter().any(|tag| row.folded_tags.contains(tag)))
            && self.tags_all.iter().all(|tag| row.folded_tags.contains(tag))
            && self.words.iter().all(|word| row.folded_name.contains(word.as_str()))
            && (self.privacies.is_empty() || self.privacies.contains(&video.privacy))
            && (self.states.is_empty() || self.states.contains(&labels::state(video.state).0))
            && (self.automatic_tags.is_empty()
                || self.automatic_tags.iter().any(|tag| video.automatic_tags.contains(tag)))
    }

    /// Whether it holds what is not for all eyes for these reasons.
    #[must_use]
    pub fn bears(&self, nsfw: bool, flags: u32) -> bool {
        let is_held = match self.nsfw {
            None => true,
            Some(true) => nsfw,
            Some(false) => !nsfw || self.nsfw_flags_shown & flags != 0,
        };
        is_held && self.nsfw_flags_hidden & flags == 0
    }

    /// Whether it asks for more than everybody may see, which only who keeps order may.
    #[must_use]
    pub fn needs_rights(&self) -> bool {
        self.include != 0
            || !self.privacies.is_empty()
            || !self.states.is_empty()
            || !self.automatic_tags.is_empty()
    }

    /// Whether it asks for videos that are not published.
    #[must_use]
    pub fn wants_unpublished(&self) -> bool {
        self.include & INCLUDE_UNPUBLISHED != 0 || !self.states.is_empty()
    }

    /// Whether it holds everything there is, so that nothing needs to be looked at.
    #[must_use]
    pub fn holds_all(&self) -> bool {
        *self == Filter::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::order::{Order, Sort, sort};
    use crate::domain::video::tests::video;
    use crate::store::records::{Privacy, VideoState};
    use shared::id::AccountId;
    use shared::time::Timestamp;

    /// Video `id` as `change` makes it.
    fn row(id: u64, change: impl FnOnce(&mut Video)) -> Listed {
        let mut video = video(id);
        video.published_at = Timestamp(i64::try_from(id).unwrap());
        change(&mut video);
        Listed::new(video, Makers::alone(AccountId(1)), Counts::default())
    }

    fn held(filter: &Filter, change: impl FnOnce(&mut Video)) -> bool {
        filter.holds(&row(1, change))
    }

    #[test]
    fn an_empty_filter_holds_all() {
        assert!(Filter::default().holds_all() && held(&Filter::default(), |_| ()));
    }

    #[test]
    fn each_filter_holds_what_it_names_alone() {
        let categories = Filter { categories: vec![1, 2], ..Filter::default() };
        assert!(held(&categories, |video| video.category = Some(2)));
        assert!(!held(&categories, |video| video.category = Some(3)));
        assert!(!held(&categories, |_| ()));
        let licences = Filter { licences: vec![7], ..Filter::default() };
        assert!(held(&licences, |video| video.licence = Some(7)));
        assert!(!held(&licences, |_| ()));
        let languages = Filter { languages: vec!["fr".into(), "_unknown".into()], ..Filter::default() };
        assert!(held(&languages, |_| ()));
        assert!(held(&languages, |video| video.language = Some("fr".into())));
        assert!(!held(&languages, |video| video.language = Some("en".into())));
        let nsfw = Filter { nsfw: Some(false), ..Filter::default() };
        assert!(held(&nsfw, |_| ()) && !held(&nsfw, |video| video.nsfw = true));
        let violence = |video: &mut Video| (video.nsfw, video.nsfw_flags) = (true, 1);
        let but_violence = Filter { nsfw: Some(false), nsfw_flags_shown: 1, ..Filter::default() };
        assert!(held(&but_violence, violence) && !held(&but_violence, |video| video.nsfw = true));
        let no_violence = Filter { nsfw_flags_hidden: 1, ..Filter::default() };
        assert!(!held(&no_violence, violence) && held(&no_violence, |video| video.nsfw = true));
        let words = Filter { words: vec!["boat".into(), "a".into()], ..Filter::default() };
        assert!(held(&words, |video| video.name = "A BOAT".into()));
        assert!(!held(&words, |video| video.name = "boot".into()));
        assert!(!held(&Filter { is_local: Some(false), ..Filter::default() }, |_| ()));
        assert!(!held(&Filter { is_live: Some(true), ..Filter::default() }, |_| ()));
        assert!(!held(&Filter { has_hls: Some(true), ..Filter::default() }, |_| ()));
        let privacies = Filter { privacies: vec![Privacy::Private], ..Filter::default() };
        assert!(!held(&privacies, |_| ()) && held(&privacies, |video| video.privacy = Privacy::Private));
        assert!(privacies.needs_rights() && !Filter::default().needs_rights());
        let states = Filter { states: vec![7], ..Filter::default() };
        assert!(!held(&states, |_| ()) && held(&states, |video| video.state = VideoState::TranscodingFailed));
        assert!(states.needs_rights() && states.wants_unpublished() && !privacies.wants_unpublished());
        let marked = Filter { automatic_tags: vec!["external-link".into()], ..Filter::default() };
        assert!(!held(&marked, |_| ()));
        assert!(held(&marked, |video| video.automatic_tags = vec!["rude".into(), "external-link".into()]));
        assert!(marked.needs_rights() && !marked.wants_unpublished());
    }

    #[test]
    fn tags_match_without_regard_to_case() {
        let any = Filter { tags_any: vec!["sea".into(), "sky".into()], ..Filter::default() };
        let all = Filter { tags_all: vec!["sea".into(), "sky".into()], ..Filter::default() };
        let sea = |video: &mut Video| video.tags = vec!["Sea".into()];
        let both = |video: &mut Video| video.tags = vec!["Sea".into(), "SKY".into()];
        assert!(held(&any, sea) && held(&any, both) && !held(&any, |_| ()));
        assert!(!held(&all, sea) && held(&all, both));
    }

    fn sorted(rows: &[Listed], sort_by: Sort, descending: bool) -> Vec<u64> {
        let mut rows = rows.to_vec();
        sort(&mut rows, Order { sort: sort_by, descending }, |row| row);
        rows.iter().map(|row| row.video.id.0).collect()
    }

    #[test]
    fn each_sort_has_its_order() {
        let mut rows = vec![
            row(1, |video| (video.name, video.views, video.likes) = ("beta".into(), 5, 0)),
            row(2, |video| (video.name, video.views, video.likes) = ("Alpha".into(), 9, 1)),
            row(3, |video| (video.name, video.views, video.likes) = ("gamma".into(), 0, 7)),
        ];
        rows[0].video.originally_published_at = Some(Timestamp(9));
        rows[1].video.originally_published_at = Some(Timestamp(8));
        rows[0].counts.views_lately = 4;
        rows[1].counts.comments = 3;
        rows[0].video.facts.as_mut().unwrap().duration_ms = 99_999;
        for (sort, descending, expected) in [
            (Sort::Name, false, [2, 1, 3]),
            (Sort::Name, true, [3, 1, 2]),
            (Sort::Views, true, [2, 1, 3]),
            (Sort::Likes, true, [3, 2, 1]),
            (Sort::Comments, true, [2, 3, 1]),
            (Sort::Comments, false, [1, 3, 2]),
            (Sort::PublishedAt, true, [3, 2, 1]),
            (Sort::PublishedAt, false, [1, 2, 3]),
            (Sort::CreatedAt, true, [3, 2, 1]),
            (Sort::Duration, true, [1, 3, 2]),
            (Sort::Trending, true, [1, 3, 2]),
            (Sort::OriginallyPublishedAt, true, [1, 2, 3]),
            (Sort::OriginallyPublishedAt, false, [2, 1, 3]),
        ] {
            assert_eq!(sorted(&rows, sort, descending), expected, "{sort:?} {descending}");
        }
    }

    #[test]
    fn youth_and_applause_make_heat() {
        let day = 86_400_000;
        let rows = [
            row(1, |video| video.published_at = Timestamp(10 * day)),
            row(2, |video| (video.published_at, video.likes) = (Timestamp(10 * day), 10)),
            row(3, |video| video.published_at = Timestamp(12 * day)),
            row(4, |video| (video.published_at, video.dislikes) = (Timestamp(12 * day), 10)),
        ];
        assert_eq!(sorted(&rows, Sort::Hot, true), [4, 3, 2, 1]);
    }

    #[test]
    fn lists_hold_published_videos_for_whom_they_are_meant() {
        let sight = |privacy, state| row(1, |video| (video.privacy, video.state) = (privacy, state)).sight();
        assert!(sight(Privacy::Public, VideoState::Published).is_listed());
        assert!(!sight(Privacy::Public, VideoState::ToTranscode).is_listed());
        assert!(!sight(Privacy::Unlisted, VideoState::Published).is_listed());
    }
}
