//! What is shown beside a video, and why.
//!
//! Owns the choice: videos that share tags, channel, category or language, the more of these the better, the newer the
//! better where that is alike; new ones where there are too few. Looks at the newest of each run and no more, so that it
//! costs the same however many videos there are. The same videos give the same choice: nothing is thrown, and nothing is
//! remembered of anybody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use shared::id::VideoId;

use super::Entry;
use super::feed::Run;
use super::orders::Scope;
use super::shelf::Shelf;
use crate::domain::video::list::Listed;
use crate::domain::video::query::Filter;

/// Why a video is shown beside another: the strongest of the reasons there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It has these tags too.
    Tags(Vec<String>),
    /// It is published in the same channel.
    Channel,
    /// It is of the same category.
    Category(u32),
    /// It is in the same language.
    Language(String),
    /// It is new.
    New,
}

/// The newest that are looked at for each thing two videos can share: several pages of them.
const LOOKED_AT: usize = 60;

/// What each thing in common is worth. Two tags weigh more than a channel, which weighs more than one.
const TAG: u32 = 4;
const CHANNEL: u32 = 5;
const CATEGORY: u32 = 2;
const LANGUAGE: u32 = 1;

/// Runs of videos by what they may share, newest first.
#[derive(Default)]
pub(super) struct Common {
    by_tag: HashMap<String, Run>,
    by_category: HashMap<u32, Run>,
    by_language: HashMap<String, Run>,
    all: Run,
}

impl Common {
    pub(super) fn insert(&mut self, listed: &Listed) {
        for tag in &listed.folded_tags {
            self.by_tag.entry(tag.clone()).or_default().insert(listed);
        }
        if let Some(category) = listed.video.category {
            self.by_category.entry(category).or_default().insert(listed);
        }
        if let Some(language) = &listed.video.language {
            self.by_language.entry(language.clone()).or_default().insert(listed);
        }
        self.all.insert(listed);
    }

    pub(super) fn remove(&mut self, listed: &Listed) {
        for tag in &listed.folded_tags {
            if let Some(run) = self.by_tag.get_mut(tag) {
                run.remove(listed);
                // Tags are anybody's words: those that nobody uses any more are forgotten.
                if run.is_empty() {
                    self.by_tag.remove(tag);
                }
            }
        }
        if let Some(run) = listed.video.category.and_then(|category| self.by_category.get_mut(&category)) {
            run.remove(listed);
        }
        if let Some(run) = listed.video.language.as_ref().and_then(|code| self.by_language.get_mut(code)) {
            run.remove(listed);
        }
        self.all.remove(listed);
    }
}

/// What a language is asked for by that finds those that say none.
const NO_LANGUAGE: &str = "_unknown";
/// Where this part of all videos or less can hold what is asked for, they are looked at and not the others.
const FEW: usize = 8;

impl Common {
    /// The videos among which are all that hold what a filter asks for; none where there may be many.
    pub(super) fn narrowed(&self, filter: &Filter) -> Option<BTreeSet<VideoId>> {
        let mut choices: Vec<Vec<&Run>> = Vec::new();
        if !filter.categories.is_empty() {
            choices.push(filter.categories.iter().filter_map(|id| self.by_category.get(id)).collect());
        }
        if !filter.languages.is_empty() && filter.languages.iter().all(|code| code != NO_LANGUAGE) {
            choices.push(filter.languages.iter().filter_map(|code| self.by_language.get(code)).collect());
        }
        if !filter.tags_any.is_empty() {
            choices.push(filter.tags_any.iter().filter_map(|tag| self.by_tag.get(tag)).collect());
        }
        choices.extend(filter.tags_all.iter().map(|tag| self.by_tag.get(tag).into_iter().collect()));
        let count = |runs: &Vec<&Run>| runs.iter().map(|run| run.len()).sum::<usize>();
        let fewest = choices.into_iter().min_by_key(count)?;
        (count(&fewest) <= self.all.len() / FEW).then(|| fewest.into_iter().flat_map(Run::newest).collect())
    }
}

/// Videos beside one, the best first, at most `count` of those that are `wanted`.
pub(super) fn beside(
    shelf: &Shelf,
    video: &Listed,
    scope: Scope,
    wanted: impl Fn(&Entry) -> bool,
    count: usize,
) -> Vec<(Arc<Entry>, Reason)> {
    let common = &shelf.common;
    let mut worth: BTreeMap<VideoId, u32> = BTreeMap::new();
    let mut look = |run: Option<&Run>, points: u32| {
        for other in run.into_iter().flat_map(Run::newest).take(LOOKED_AT) {
            *worth.entry(other).or_default() += points;
        }
    };
    for tag in &video.folded_tags {
        look(common.by_tag.get(tag), TAG);
    }
    look(shelf.runs.get(&video.video.channel), CHANNEL);
    look(video.video.category.and_then(|category| common.by_category.get(&category)), CATEGORY);
    look(video.video.language.as_ref().and_then(|code| common.by_language.get(code)), LANGUAGE);
    look(Some(&common.all), 0);
    let mut found: Vec<(u32, Arc<Entry>)> = worth
        .into_iter()
        .filter(|(other, _)| *other != video.video.id)
        .filter_map(|(other, points)| Some((points, shelf.videos.get(&other)?.clone())))
        .filter(|(_, entry)| scope.has(&entry.listed) && wanted(entry))
        .collect();
    found.sort_by_key(|(points, entry)| {
        let other = &entry.listed.video;
        Reverse((*points, other.published_at, other.id))
    });
    found.truncate(count);
    found.into_iter().map(|(_, entry)| (entry.clone(), reason(video, &entry.listed))).collect()
}

fn reason(video: &Listed, other: &Listed) -> Reason {
    let tags = other.folded_tags.iter().zip(&other.video.tags);
    let tags: Vec<String> =
        tags.filter(|(folded, _)| video.folded_tags.contains(folded)).map(|(_, tag)| tag.clone()).collect();
    let is_same_channel = video.video.channel == other.video.channel;
    if 1 < tags.len() || (!tags.is_empty() && !is_same_channel) {
        return Reason::Tags(tags);
    }
    if is_same_channel {
        return Reason::Channel;
    }
    match (other.video.category, &other.video.language) {
        (Some(category), _) if video.video.category == Some(category) => Reason::Category(category),
        (_, Some(language)) if video.video.language.as_ref() == Some(language) => {
            Reason::Language(language.clone())
        }
        _ => Reason::New,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::makers::Makers;
    use crate::domain::video::list::Counts;
    use crate::domain::video::tests::video;
    use shared::id::AccountId;

    #[test]
    fn the_strongest_reason_is_told() {
        let row = |id: u64, channel: u64, tags: &[&str], category: Option<u32>, language: Option<&str>| {
            let mut video = video(id);
            video.channel = shared::id::ChannelId(channel);
            video.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            (video.category, video.language) = (category, language.map(str::to_owned));
            Listed::new(video, Makers::alone(AccountId(1)), Counts::default())
        };
        let shown = row(1, 1, &["sea", "boat"], Some(2), Some("fr"));
        let tags = |tags: &[&str]| Reason::Tags(tags.iter().map(|tag| (*tag).to_owned()).collect());
        for (other, expected) in [
            (row(2, 1, &["Sea", "BOAT"], None, None), tags(&["Sea", "BOAT"])),
            (row(2, 1, &["Sea"], None, None), Reason::Channel),
            (row(2, 2, &["Sea", "x"], Some(2), None), tags(&["Sea"])),
            (row(2, 2, &[], Some(2), Some("fr")), Reason::Category(2)),
            (row(2, 2, &[], Some(3), Some("fr")), Reason::Language("fr".to_owned())),
            (row(2, 2, &[], None, None), Reason::New),
        ] {
            assert_eq!(reason(&shown, &other), expected, "{other:?}");
        }
    }
}
