//! yt-dlp, which knows the pages of the web that show films: what it is told, and what it says.
//!
//! Owns its command line and how its words are read. It has no way out but the door it is given, writes into the folder it
//! is given and nowhere else, and reads no settings of whoever runs the server.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use shared::api::NewVideo;
use shared::limits::{VIDEO_DESCRIPTION_LENGTH, VIDEO_NAME_LENGTH, VIDEO_TAG_LENGTH, VIDEO_TAGS_MAX};
use shared::time::Timestamp;

use super::guard::web_host;
use crate::domain::sync::Listed;
use crate::domain::upload::extension_of;
use crate::domain::video::form::URL_LENGTH_MAX;
use crate::domain::video::labels::language_name;
use crate::media::command::FORMATS;
use crate::media::run::Invocation;

/// What it writes down of a page with hundreds of formats is a megabyte.
const TOLD_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// How the names of its files begin.
const STEM: &str = "film";
/// What begins a line that tells how far it is.
const PROGRESS: &str = "shoal-percent:";

/// What begins a line that tells how long the film will be, in bytes: as it knows, and as it estimates.
const LENGTH: &str = "shoal-length:";
/// What it says before the length of a file that is longer than it may be.
const TOO_LONG: &str = "larger than max-filesize (";

/// Where it is, and what it uses.
pub struct Programs<'p> {
    /// yt-dlp itself.
    pub program: &'p Path,
    /// What puts pictures and sound together that come apart.
    pub ffmpeg: &'p Path,
    /// The only way out.
    pub proxy: &'p str,
    /// Where its files go.
    pub folder: &'p Path,
    /// The tallest picture that is worth taking.
    pub height_max: u32,
    /// The longest file.
    pub bytes_max: u64,
}

/// What is run to take the film that a page shows.
#[must_use]
pub fn invocation(programs: &Programs<'_>, url: &str) -> Invocation {
    let height = programs.height_max;
    // What players show as it is, if there is that; else the best there is, which is encoded.
    let wanted = format!(
        "bv*[vcodec^=avc1][height<={height}]+ba[ext=m4a]/b[vcodec^=avc1][height<={height}]/\
         bv*[height<={height}]+ba/b[height<={height}]/b"
    );
    let texts = [
        "--ignore-config",
        "--no-playlist",
        "--playlist-items",
        "1",
        "--no-cache-dir",
        "--no-part",
        "--no-mtime",
        "--no-exec",
        "--no-warnings",
        "--no-write-comments",
        "--write-info-json",
        "--newline",
        "--progress",
        "--progress-template",
        &format!("download:{PROGRESS}%(progress._percent_str)s"),
        // What is printed would make it silent about all else.
        "--no-quiet",
        "--print",
        &format!("before_dl:{LENGTH}%(filesize)s/%(filesize_approx)s"),
        "--socket-timeout",
        "30",
        "--retries",
        "3",
        // Fragments are taken by itself, through the door, and never by ffmpeg, which would go its own way.
        "--downloader",
        "native",
        "--hls-prefer-native",
        "--merge-output-format",
        "mp4/mkv",
        "--postprocessor-args",
        // A file of that page may be a list that names other files of this machine.
        &format!("Merger+ffmpeg_i:-protocol_whitelist file,pipe -format_whitelist {FORMATS}"),
        "--fixup",
        "never",
        "--format",
        &wanted,
        "--max-filesize",
        &programs.bytes_max.to_string(),
        "--proxy",
        programs.proxy,
    ]
    .map(OsString::from);
    let mut arguments: Vec<OsString> = texts.into();
    let mut output = programs.folder.join(STEM).into_os_string();
    output.push(".%(ext)s");
    // A bare name is looked for where programs are, as it does by itself; it takes what it is told for a path.
    if 1 < programs.ffmpeg.components().count() {
        arguments.extend(["--ffmpeg-location".into(), programs.ffmpeg.into()]);
    }
    arguments.extend(["--output".into(), output]);
    // Behind the two lines nothing is read as an option.
    arguments.push("--".into());
    arguments.push(url.into());
    Invocation { program: programs.program.to_owned(), arguments }
}

/// What is run to list the newest `count` videos of a page that lists some.
#[must_use]
pub fn listing(program: &Path, door: &str, url: &str, count: usize) -> Invocation {
    let texts = [
        "--ignore-config",
        "--flat-playlist",
        "--dump-single-json",
        "--playlist-items",
        &format!("1:{count}"),
        "--no-cache-dir",
        "--no-exec",
        "--no-warnings",
        "--socket-timeout",
        "30",
        "--retries",
        "3",
        "--proxy",
        door,
        // Behind the two lines nothing is read as an option.
        "--",
        url,
    ];
    Invocation { program: program.to_owned(), arguments: texts.map(OsString::from).into() }
}

/// A page as it is listed: a video, or a list of pages.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "_type")]
    kind: Option<String>,
    entries: Option<Vec<Option<Entry>>>,
    url: Option<String>,
    webpage_url: Option<String>,
    timestamp: Option<serde_json::Number>,
}

/// The first `count` videos of a list that it wrote, newest first where the place keeps them so; none where it wrote no
/// list. Lists in lists, as the parts of a channel are, are one list.
#[must_use]
pub fn listed(said: &[u8], count: usize) -> Option<Vec<Listed>> {
    let page: Entry = serde_json::from_slice(said).ok()?;
    let (mut found, mut waiting) = (Vec::new(), vec![page]);
    while let Some(entry) = waiting.pop() {
        if count <= found.len() {
            break;
        }
        if let Some(entries) = entry.entries {
            waiting.extend(entries.into_iter().rev().flatten());
            continue;
        }
        // A video that was looked at has its file there, whose address is often good for an hour.
        let is_link = entry.kind.as_deref().is_some_and(|kind| kind.starts_with("url"));
        let (first, second) =
            if is_link { (entry.url, entry.webpage_url) } else { (entry.webpage_url, entry.url) };
        let is_fit = |url: &String| {
            let is_web = url.parse().is_ok_and(|address| web_host(&address).is_ok());
            is_web && url.chars().count() <= URL_LENGTH_MAX
        };
        let Some(url) = first.filter(is_fit).or(second.filter(is_fit)) else { continue };
        let seconds = entry.timestamp.and_then(|number| number.as_i64());
        let published = seconds.map(|seconds| Timestamp(seconds.saturating_mul(1000)));
        found.push(Listed { url, published });
    }
    Some(found)
}

/// How far it is, out of a piece of what it says; none where the piece does not tell.
#[must_use]
pub fn percent(said: &[u8]) -> Option<u8> {
    let text = String::from_utf8_lossy(said);
    let last = text.lines().rev().find_map(|line| line.strip_prefix(PROGRESS))?;
    let whole = last.trim().split(['.', '%']).next()?;
    whole.parse().ok().filter(|percent| *percent <= 100)
}

/// What it knows of a film's length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// So many bytes.
    Exactly(u64),
    /// About so many, reckoned from bitrates.
    About(u64),
}

/// How long the film is, out of a piece of what it says; none where the piece does not tell.
#[must_use]
pub fn length(said: &[u8]) -> Option<Length> {
    let text = String::from_utf8_lossy(said);
    let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    whole.rev().find_map(|line| {
        if let Some((_, rest)) = line.split_once(TOO_LONG) {
            return Some(Length::Exactly(rest.split(' ').next()?.parse().ok()?));
        }
        let (exact, estimate) = line.strip_prefix(LENGTH)?.split_once('/')?;
        let estimate = || estimate.split('.').next()?.parse().ok().map(Length::About);
        exact.parse().ok().map(Length::Exactly).or_else(estimate)
    })
}

/// How much of the film lies in its folder: its parts, or what is put together of them, whichever is more. What cannot be
/// read now is looked at again in a moment.
#[must_use]
pub fn bytes_taken(folder: &Path) -> u64 {
    let (mut parts, mut whole) = (0u64, 0u64);
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let bytes = file.metadata().map_or(0, |file| file.len());
        // film.f137.mp4 is a part; film.temp.mp4 and film.mp4 are the whole, the one until it becomes the other.
        let is_part = name.starts_with(&format!("{STEM}.f"));
        let all = if is_part { &mut parts } else { &mut whole };
        *all = all.saturating_add(bytes);
    }
    parts.max(whole)
}

/// Why it took nothing, in its own words.
#[must_use]
pub fn reason(complaint: &str) -> String {
    let last = complaint.lines().rev().find_map(|line| line.strip_prefix("ERROR: "));
    last.or(complaint.lines().next_back()).unwrap_or_default().trim().to_owned()
}

/// The film among what it wrote; none where there is none.
///
/// # Errors
/// What the system says.
pub fn film(folder: &Path) -> std::io::Result<Option<(PathBuf, String)>> {
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        // Parts of a film have something between the stem and the ending: film.f137.mp4.
        let is_whole = name.matches('.').count() == 1 && name.starts_with(STEM);
        if is_whole && extension_of(&name).is_some() && file.file_type()?.is_file() {
            return Ok(Some((file.path(), name)));
        }
    }
    Ok(None)
}

/// What a page says of its film.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Told {
    title: Option<String>,
    description: Option<String>,
    tags: Option<Vec<String>>,
    language: Option<String>,
    age_limit: Option<u32>,
}

/// What it wrote down of the page; nothing where that cannot be read.
#[must_use]
pub fn told(folder: &Path) -> Told {
    let path = folder.join(format!("{STEM}.info.json"));
    let read = || {
        let mut bytes = Vec::new();
        std::fs::File::open(path).ok()?.take(TOLD_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    read().unwrap_or_default()
}

impl Told {
    /// Fills in what was not said of a video.
    pub fn complete(self, form: &mut NewVideo) {
        let cut = |text: String, most: usize| text.trim().chars().take(most).collect::<String>();
        let fits = |text: &String, least: usize| least <= text.chars().count();
        if form.name.is_none() {
            let title = self.title.map(|title| cut(title, *VIDEO_NAME_LENGTH.end()));
            form.name = title.filter(|title| fits(title, *VIDEO_NAME_LENGTH.start()));
        }
        if form.description.is_none() {
            let text = self.description.map(|text| cut(text, *VIDEO_DESCRIPTION_LENGTH.end()));
            form.description = text.filter(|text| fits(text, *VIDEO_DESCRIPTION_LENGTH.start())).map(Some);
        }
        if form.tags.is_none() {
            let mut tags: Vec<String> = Vec::new();
            for tag in self.tags.unwrap_or_default() {
                let tag = tag.trim().to_owned();
                if VIDEO_TAG_LENGTH.contains(&tag.chars().count()) && !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            tags.truncate(VIDEO_TAGS_MAX);
            form.tags = Some(tags).filter(|tags| !tags.is_empty()).map(Some);
        }
        if form.language.is_none() {
            let code = self.language.map(|code| code.split('-').next().unwrap_or_default().to_owned());
            form.language = code.filter(|code| language_name(code).is_some()).map(Some);
        }
        if form.nsfw.is_none() && self.age_limit.is_some_and(|years| 18 <= years) {
            form.nsfw = Some(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_asked_for_can_be_an_option() {
        let programs = Programs {
            program: Path::new("yt-dlp"),
            ffmpeg: Path::new("ffmpeg"),
            proxy: "http://shoal:key@127.0.0.1:1",
            folder: Path::new("/tmp/x"),
            height_max: 1080,
            bytes_max: 1000,
        };
        let arguments = invocation(&programs, "--exec=rm").arguments;
        assert_eq!(arguments.iter().rev().take(2).collect::<Vec<_>>(), ["--exec=rm", "--"]);
        let proxy = arguments.iter().position(|argument| argument == "--proxy").unwrap();
        assert_eq!(arguments[proxy + 1], "http://shoal:key@127.0.0.1:1");
    }

    #[test]
    fn lists_in_lists_are_one_list_of_addresses_of_the_web() {
        let said = br#"{"_type":"playlist","webpage_url":"https://a.example/c","entries":[
            {"_type":"playlist","entries":[
                {"_type":"url","url":"https://a.example/1","timestamp":1795341600},
                null,
                {"_type":"url_transparent","url":"file:///etc/passwd","webpage_url":"https://a.example/2"},
                {"_type":"url","url":"abc"}]},
            {"_type":"video","url":"https://files.a.example/x.mp4","webpage_url":"https://a.example/3","timestamp":1.5},
            {"_type":"url","url":"https://a.example/4"}]}"#;
        let all = listed(said, 10).unwrap();
        let urls: Vec<_> = all.iter().map(|one| one.url.as_str()).collect();
        assert_eq!(
            urls,
            ["https://a.example/1", "https://a.example/2", "https://a.example/3", "https://a.example/4"]
        );
        let dates: Vec<_> = all.iter().map(|one| one.published).collect();
        assert_eq!(dates, [Some(Timestamp(1_795_341_600_000)), None, None, None]);
        assert_eq!(listed(said, 2).unwrap().len(), 2);
        let alone = listed(br#"{"webpage_url":"https://a.example/5"}"#, 2).unwrap();
        assert_eq!(alone, [Listed { url: "https://a.example/5".to_owned(), published: None }]);
        assert_eq!((listed(b"null", 2), listed(b"", 2)), (None, None));
        let told = listing(Path::new("yt-dlp"), "http://shoal:key@127.0.0.1:1", "--exec=rm", 10).arguments;
        assert_eq!(told.iter().rev().take(2).collect::<Vec<_>>(), ["--exec=rm", "--"]);
        assert!(told.iter().any(|word| word == "1:10"));
    }

    #[test]
    fn what_it_says_is_understood() {
        assert_eq!(percent(b"[x]\nshoal-percent:  4.2%\nshoal-percent: 57.0%\n"), Some(57));
        assert_eq!((percent(b"shoal-percent:N/A"), percent(b"[download] 3%")), (None, None));
        assert_eq!(length(b"shoal-length:300000/NA\n[download]"), Some(Length::Exactly(300_000)));
        assert_eq!(length(b"[info] x\nshoal-length:NA/4000.5\n"), Some(Length::About(4000)));
        assert_eq!((length(b"shoal-length:NA/NA\n"), length(b"shoal-length:30/N")), (None, None));
        let aborted = b"[download] File is larger than max-filesize (300000 bytes > 1000 bytes). Aborting.\n";
        assert_eq!(length(aborted), Some(Length::Exactly(300_000)));
        assert_eq!(reason("WARNING: a\nERROR: [generic] Unsupported URL\nmore"), "[generic] Unsupported URL");
        assert_eq!(reason("no module"), "no module");
    }

    #[test]
    fn parts_and_the_whole_are_not_counted_twice() {
        let folder = tempfile::tempdir().unwrap();
        let put =
            |name: &str, bytes: usize| std::fs::write(folder.path().join(name), vec![0; bytes]).unwrap();
        assert_eq!(bytes_taken(folder.path()), 0);
        put("film.f1.mp4", 300);
        put("film.f2.m4a", 30);
        assert_eq!(bytes_taken(folder.path()), 330);
        put("film.temp.mp4", 325);
        assert_eq!(bytes_taken(folder.path()), 330);
        put("film.info.json", 10);
        assert_eq!(bytes_taken(folder.path()), 335);
    }

    #[test]
    fn what_a_page_says_fills_in_what_nobody_said() {
        let told = || Told {
            title: Some("x".repeat(200)),
            description: Some(String::new()),
            tags: Some(["a", "sea", "sea", "b c", "dd", "ee", "ff", "gg"].map(str::to_owned).to_vec()),
            language: Some("fr-FR".into()),
            age_limit: Some(18),
        };
        let mut form = NewVideo::default();
        told().complete(&mut form);
        assert_eq!((form.name.unwrap().len(), form.description, form.nsfw), (120, None, Some(true)));
        let tags = ["sea", "b c", "dd", "ee", "ff"].map(str::to_owned).to_vec();
        assert_eq!((form.tags, form.language), (Some(Some(tags)), Some(Some("fr".into()))));
        let said = NewVideo { name: Some("My name".into()), nsfw: Some(false), ..NewVideo::default() };
        let mut form = said.clone();
        told().complete(&mut form);
        assert_eq!((form.name, form.nsfw), (said.name, said.nsfw));
    }
}
