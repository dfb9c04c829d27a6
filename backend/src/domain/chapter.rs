//! Chapters: where the parts of a video begin, said by its owner, or found in its description or its file.

use std::time::Duration;

use shared::api::ChapterList;
use shared::id::VideoId;
use shared::limits::{CHAPTER_TITLE_LENGTH, CHAPTERS_MAX};
use shared::time::Timestamp;

use super::activity;
use super::video::edit::{EditError, own_video};
use super::viewer::Person;
use super::wrong::Wrong;
use crate::store::Write;
use crate::store::records::{Chapter, Deed, Video};
use crate::store::tables::VideoKey;

/// Everything wrong with a list of chapters.
#[must_use]
pub fn wrongs(list: &ChapterList) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    if CHAPTERS_MAX < list.chapters.len() {
        wrongs.push(Wrong::body("chapters", None, format!("Should be at most {CHAPTERS_MAX} chapters")));
    }
    let (shortest, longest) = CHAPTER_TITLE_LENGTH.into_inner();
    for (at, chapter) in list.chapters.iter().enumerate() {
        if !CHAPTER_TITLE_LENGTH.contains(&chapter.title.chars().count()) {
            let message = format!("Should have {shortest} to {longest} letters");
            wrongs.push(Wrong::body(&format!("chapters[{at}].title"), Some(&chapter.title), message));
        }
    }
    let mut times: Vec<u64> = list.chapters.iter().map(|chapter| chapter.timecode).collect();
    times.sort_unstable();
    let twice = times.iter().zip(times.iter().skip(1)).find(|(one, other)| one == other);
    if let Some((time, _)) = twice {
        let message = "Should not have two chapters that begin at the same second";
        wrongs.push(Wrong::body("chapters", Some(&time.to_string()), message));
    }
    wrongs
}

/// Replaces a video's chapters.
///
/// # Errors
/// [`EditError`] when the video cannot be changed.
pub fn replace(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    list: ChapterList,
) -> Result<(), EditError> {
    let (mut video, _) = own_video(write, video, who)?;
    let chapters = list.chapters.into_iter();
    video.chapters =
        chapters.map(|chapter| Chapter { timecode: chapter.timecode, title: chapter.title }).collect();
    video.chapters.sort_by_key(|chapter| chapter.timecode);
    video.updated_at = now;
    write.insert(&VideoKey { video: video.id }, &video)?;
    activity::note_video(write, now, who, &video, Deed::Chapters)?;
    Ok(())
}

/// Lets the chapters follow a description that changed, unless somebody said others by hand.
pub fn follow_description(video: &mut Video, before: Option<&str>) {
    let of = |text: Option<&str>| text.map(in_description).unwrap_or_default();
    let (old, new) = (of(before), of(video.description.as_deref()));
    if video.chapters == old && old != new {
        video.chapters = new;
    }
}

/// Takes the chapters of a new video's description before those of its file: its maker wrote them for this video.
pub fn prefer_description(video: &mut Video) {
    let described = video.description.as_deref().map(in_description).unwrap_or_default();
    if !described.is_empty() {
        video.chapters = described;
    }
}

/// The chapters a description lists: at least two lines that begin with a time, as `00:00 Beginning`.
#[must_use]
pub fn in_description(text: &str) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = text.lines().filter_map(chapter_of).take(CHAPTERS_MAX).collect();
    chapters.sort_by_key(|chapter| chapter.timecode);
    chapters.dedup_by_key(|chapter| chapter.timecode);
    if chapters.len() < 2 { Vec::new() } else { chapters }
}

/// The chapters a file names, of which each has a second and a title of its own.
#[must_use]
pub fn in_file(parts: impl Iterator<Item = (Duration, String)>) -> Vec<Chapter> {
    let chapter = |(start, title): (Duration, String)| {
        Some(Chapter { timecode: start.as_secs(), title: title_of(&title)? })
    };
    let mut chapters: Vec<Chapter> = parts.filter_map(chapter).take(CHAPTERS_MAX).collect();
    chapters.sort_by_key(|chapter| chapter.timecode);
    chapters.dedup_by_key(|chapter| chapter.timecode);
    chapters
}

/// Brings a title that others wrote within its bounds; none where nothing is left.
fn title_of(text: &str) -> Option<String> {
    let title: String = text.trim().chars().take(*CHAPTER_TITLE_LENGTH.end()).collect();
    let title = title.trim_end();
    (!title.is_empty()).then(|| title.to_owned())
}

fn chapter_of(line: &str) -> Option<Chapter> {
    let line = line.trim().trim_start_matches(['-', '*', '•']).trim_start().trim_start_matches(['(', '[']);
    let end = line.find(|letter: char| !letter.is_ascii_digit() && letter != ':')?;
    let (time, rest) = line.split_at(end);
    let timecode = seconds(time)?;
    let rest = rest.trim_start_matches([')', ']']);
    let parts = |letter: char| letter.is_whitespace() || "-:|–—".contains(letter);
    // "1:23am" is no chapter.
    let title = rest.strip_prefix(parts)?.trim_start_matches(parts);
    Some(Chapter { timecode, title: title_of(title)? })
}

/// `1:02:03` or `62:03`.
fn seconds(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>, max: u64| {
        part.parse().ok().filter(|number: &u64| *number <= max && digits.contains(&part.len()))
    };
    match parts.as_slice() {
        [minutes, seconds] => Some(number(minutes, 1..=4, 9999)? * 60 + number(seconds, 2..=2, 59)?),
        [hours, minutes, seconds] => {
            let minutes = number(hours, 1..=3, 999)? * 60 + number(minutes, 1..=2, 59)?;
            Some(minutes * 60 + number(seconds, 2..=2, 59)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::api::ChapterEntry;

    use super::*;

    fn found(text: &str) -> Vec<(u64, String)> {
        in_description(text).into_iter().map(|chapter| (chapter.timecode, chapter.title)).collect()
    }

    #[test]
    fn a_description_may_list_them_in_several_ways() {
        let text = "A film.\n\n00:00 Beginning\n- 1:05 – The middle\n[01:00:05] The end\n(2:00) Once\n2:00 Twice\n1:5 none\n\
            10:61 none\n3:00pm none\nsee 4:00 none\n5:00";
        let expected = [(0, "Beginning"), (65, "The middle"), (120, "Once"), (3605, "The end")];
        assert_eq!(found(text), expected.map(|(at, title)| (at, title.to_owned())));
    }

    #[test]
    fn one_time_alone_is_no_list() {
        assert_eq!(found("0:30 is where it gets good"), []);
        assert_eq!(found(""), []);
    }

    #[test]
    fn a_list_says_what_is_wrong_with_it() {
        let entry = |(timecode, title): &(u64, &str)| ChapterEntry {
            timecode: *timecode,
            title: (*title).to_owned(),
        };
        let list = |chapters: &[(u64, &str)]| ChapterList { chapters: chapters.iter().map(entry).collect() };
        let paths = |list: &ChapterList| wrongs(list).into_iter().map(|wrong| wrong.path).collect::<Vec<_>>();
        assert_eq!(paths(&list(&[(0, "a"), (9, &"x".repeat(100))])), [""; 0]);
        let lengths = list(&[(0, ""), (9, &"x".repeat(101))]);
        assert_eq!(paths(&lengths), ["chapters[0].title", "chapters[1].title"]);
        assert_eq!(paths(&list(&[(9, "a"), (0, "b"), (9, "c")])), ["chapters"]);
        let many: Vec<_> = (0..=u64::try_from(CHAPTERS_MAX).unwrap()).map(|at| (at, "a")).collect();
        assert_eq!(paths(&list(&many)), ["chapters"]);
    }
}
