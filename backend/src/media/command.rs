//! From a plan to the arguments of ffmpeg and ffprobe.
//!
//! Owns every argument. Pure: no process, no file. The surprise is the safety of inputs: a file called `.mp4` may be a
//! playlist that names other files or addresses, so no protocol but `file` is allowed and no format that can refer to
//! anything outside its own bytes.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ladder::{Clean, Rung, START_MAX_MS, Sound};
use super::probe::{Light, Probe, Rate, Video};
use super::run::Invocation;
use super::stills::Grid;
use crate::files::picture::Size;

/// The formats we read: those of the extensions we take. None of them can name another file; playlists (hls, dash,
/// concat, imf), picture sequences (image2), descriptions of streams (sdp, rtsp) and generators (lavfi) are not among
/// them, and mov's external references are off by default.
pub(crate) const FORMATS: &str = "aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,\
                       mxf,nut,ogg,w64,wav";

/// What is asked of ffprobe: no tags but two, since they hold whatever the maker of the file liked to write.
const REPORT: &str = "format=format_name,start_time,duration,size,bit_rate:\
                      stream=index,codec_name,codec_type,profile,level,width,height,sample_aspect_ratio,pix_fmt,\
                      field_order,color_transfer,color_primaries,color_space,r_frame_rate,avg_frame_rate,start_time,\
                      duration,bit_rate,sample_rate,channels:\
                      stream_disposition=default,attached_pic,timed_thumbnails:\
                      stream_tags=rotate:stream_side_data=rotation:\
                      chapter=start_time:chapter_tags=title";

/// Arguments in the making.
#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn add(mut self, arguments: &[&str]) -> Arguments {
        self.0.extend(arguments.iter().map(OsString::from));
        self
    }

    /// `file:` keeps every other protocol out, whatever the path looks like.
    fn file(mut self, path: &Path) -> Arguments {
        let mut argument = OsString::from("file:");
        argument.push(path);
        self.0.push(argument);
        self
    }

    /// The options that keep an input from reaching out.
    fn guarded(self) -> Arguments {
        self.add(&["-protocol_whitelist", "file", "-format_whitelist", FORMATS])
    }
}

/// Asks ffprobe what a file is.
#[must_use]
pub fn probe(ffprobe: &Path, path: &Path) -> Invocation {
    let arguments = Arguments::default()
        .add(&["-hide_banner", "-loglevel", "error"])
        .guarded()
        .add(&["-print_format", "json=compact=1", "-show_entries", REPORT])
        .file(path);
    Invocation { program: ffprobe.to_owned(), arguments: arguments.0 }
}

/// How long a stretch of packets is looked at: a little longer than key frames may lie apart.
const STRETCH_SECONDS: u32 = 12;

/// Asks ffprobe when the packets of a stream are shown, and which are key frames, from some moments on.
#[must_use]
pub fn packets(ffprobe: &Path, path: &Path, stream: u32, moments: &[Duration]) -> Invocation {
    let stretches: Vec<String> =
        moments.iter().map(|moment| format!("{}%+{STRETCH_SECONDS}", Seconds(*moment))).collect();
    let arguments = Arguments::default()
        .add(&["-hide_banner", "-loglevel", "error"])
        .guarded()
        .add(&["-select_streams", &stream.to_string(), "-read_intervals", &stretches.join(",")])
        .add(&["-print_format", "csv=print_section=0", "-show_entries", "packet=pts_time,flags"])
        .file(path);
    Invocation { program: ffprobe.to_owned(), arguments: arguments.0 }
}

/// What one ffmpeg process is asked for. It reads the source once.
#[derive(Clone, PartialEq, Debug)]
pub struct Work<'w> {
    /// The file.
    pub source: &'w Path,
    /// What it is.
    pub probe: &'w Probe,
    /// Where its own pictures go, unchanged.
    pub remux: Option<PathBuf>,
    /// What is encoded of its pictures and where it goes, tallest first.
    pub rungs: Vec<(Rung, PathBuf)>,
    /// What is done to the pictures first.
    pub clean: Clean,
    /// What becomes of the sound, and where it goes.
    pub sound: Option<(Sound, PathBuf)>,
    /// Where segments may begin.
    pub keys: Keys<'w>,
    /// Threads of the decoder and of each encoder; 0 for as many as there are processors.
    pub threads: u32,
}

/// Where an encoder sets key frames, which is where segments begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys<'k> {
    /// At even distances.
    Every(Duration),
    /// At even distances, but for one more in the middle of the first, so that something is complete sooner.
    Soon(Duration),
    /// At these times, where another rendition has them.
    At(&'k [Duration]),
}

/// x264's own default; a step up costs twice the time for a tenth of the bits.
const PRESET: &str = "veryfast";
/// x264's own default.
const QUALITY: &str = "23";
/// No key frame but those asked for. Above half of it x264 sets plain intra pictures at scene cuts, which no segment
/// may begin with and none needs to.
const KEY_DISTANCE: &str = "100000";
/// Times of key frames are asked for this much early: ffmpeg takes the first frame at or after them, and a time that
/// is rounded up would miss its own frame.
const KEY_EARLINESS: Duration = Duration::from_millis(2);
/// A source of key frames alone would otherwise get a fragment, with its overhead, for each.
const FRAGMENT_US_MIN: &str = "500000";
/// Sound is cut anew where the pictures are cut; this bounds how much of it is held meanwhile, and where somebody waits
/// for it, how long.
const SOUND_FRAGMENT_US: &str = "4000000";
const SOUND_FRAGMENT_US_SOON: &str = "500000";

/// AAC out of a stream of its own has a header on each packet, which MP4 has not. And what an encoder sets before the
/// first sample to warm a decoder up lies before zero, which a fragment cannot say.
const PACKETS: &str = "aac_adtstoasc,noise=drop=lt(pts\\,0)";

/// Composition offsets are not negative, as they would be in CMAF (`+cmaf`), and an edit list takes back by how much
/// they are late: ffmpeg, and whatever is built on it, reads negative ones as that much later, so that the sound would
/// come two frames before the pictures. The header waits for the first fragment, since it says by how much.
const PICTURES: &str = "+frag_keyframe+frag_discont+default_base_moof+delay_moov";

/// ffmpeg's arguments for one piece of work.
#[must_use]
pub fn work(work: &Work<'_>) -> Vec<OsString> {
    let threads = work.threads.to_string();
    let mut arguments = Arguments::default()
        .add(&["-hide_banner", "-nostdin", "-loglevel", "error", "-y"])
        .add(&["-nostats", "-stats_period", "0.5", "-progress", "pipe:1"])
        .guarded()
        .add(&["-fflags", "+genpts", "-threads", &threads, "-i"])
        .file(work.source);
    let (sound_fragment, flush): (_, &[&str]) = match work.keys {
        // A fragment is followed as soon as it is written.
        Keys::Soon(_) => (SOUND_FRAGMENT_US_SOON, &["-flush_packets", "1"]),
        Keys::Every(_) | Keys::At(_) => (SOUND_FRAGMENT_US, &[]),
    };
    if let Some(video) = &work.probe.video {
        if !work.rungs.is_empty() {
            arguments = arguments.add(&["-filter_complex", &graph(video, work)]);
        }
        if let Some(path) = &work.remux {
            arguments = arguments
                .add(&["-map", &format!("0:{}", video.index), "-c:v", "copy"])
                .add(&["-min_frag_duration", FRAGMENT_US_MIN])
                .output(PICTURES, path);
        }
        for (number, (rung, path)) in work.rungs.iter().enumerate() {
            arguments = arguments
                .add(&["-map", &format!("[out{number}]")])
                .encoder(video, rung, &work.keys, &threads)
                .add(flush)
                .output(PICTURES, path);
        }
    }
    if let (Some(audio), Some((sound, path))) = (&work.probe.audio, &work.sound) {
        arguments = arguments
            .add(&["-map", &format!("0:{}", audio.index)])
            .sound(*sound)
            .add(&["-bsf:a", PACKETS, "-frag_duration", sound_fragment])
            .add(flush)
            // A packet's own header, where it has one, says what the file's header must, so that waits for it.
            .output("+cmaf+frag_discont+delay_moov", path);
    }
    arguments.0
}

impl Arguments {
    /// Fragments that carry the source's own times, whatever the first of them is, so that the files of one video
    /// share a clock. Nothing of what the maker of the file wrote into it is passed on, such as where it was filmed.
    fn output(self, flags: &str, path: &Path) -> Arguments {
        self.add(&["-map_metadata", "-1", "-map_chapters", "-1", "-movflags", flags, "-f", "mp4"]).file(path)
    }

    fn encoder(self, video: &Video, rung: &Rung, keys: &Keys<'_>, threads: &str) -> Arguments {
        let half = KEY_DISTANCE.parse::<u32>().map_or(1, |distance| distance / 2).to_string();
        let encoder = self
            .add(&["-c:v", "libx264", "-preset", PRESET, "-profile:v", "high", "-crf", QUALITY])
            .add(&["-maxrate", &rung.bit_rate_max.to_string()])
            .add(&["-bufsize", &(rung.bit_rate_max * 2).to_string()])
            .add(&["-g", KEY_DISTANCE, "-keyint_min", &half, "-forced-idr", "1"])
            .add(&["-force_key_frames", &key_times(keys), "-threads", threads, "-fps_mode", "vfr"]);
        if video.frame_rate_varies && rung.rate.is_none() {
            // By default times are rounded to multiples of the mean rate.
            encoder.add(&["-enc_time_base", "1:90000"])
        } else {
            encoder
        }
    }

    fn sound(self, sound: Sound) -> Arguments {
        match sound {
            Sound::Keep => self.add(&["-c:a", "copy"]),
            Sound::Encode { channels, sample_rate, bit_rate } => self
                // Fills holes and a late start with silence, so that sound and pictures stay together.
                .add(&["-af", &format!("aresample={sample_rate}:async=1:first_pts=0")])
                .add(&["-c:a", "aac", "-ac", &channels.to_string(), "-b:a", &bit_rate.to_string()]),
        }
    }
}

/// One frame as raw RGB on the standard output: the key frame before `at`, or the first behind it.
#[must_use]
pub fn still(source: &Path, video: &Video, clean: Clean, at: Duration, size: Size) -> Vec<OsString> {
    let mut filters = Vec::new();
    if clean.deinterlace {
        filters.push("bwdif=mode=send_frame:deint=interlaced".to_owned());
    }
    filters.push(format!("scale={}:{}:flags=bicubic", size.width, size.height));
    filters.extend(tone(clean.light).map(ToOwned::to_owned));
    filters.push("format=rgb24".to_owned());
    Arguments::default()
        .add(&["-hide_banner", "-nostdin", "-loglevel", "error"])
        .guarded()
        .add(&["-noaccurate_seek", "-ss", &Seconds(at).to_string(), "-i"])
        .file(source)
        .add(&["-map", &format!("0:{}", video.index), "-vf", &filters.join(",")])
        .add(&["-frames:v", "1", "-f", "rawvideo", "pipe:1"])
        .0
}

/// The cover of a sound file as raw RGB of this size on the standard output.
#[must_use]
pub fn cover(source: &Path, stream: u32, size: Size) -> Vec<OsString> {
    // As much as fits, on black: covers are square and hold writing up to their edges.
    let Size { width, height } = size;
    let filters = format!(
        "scale={width}:{height}:force_original_aspect_ratio=decrease:flags=bicubic,setsar=1,\
         pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,format=rgb24"
    );
    Arguments::default()
        .add(&["-hide_banner", "-nostdin", "-loglevel", "error"])
        .guarded()
        .add(&["-i"])
        .file(source)
        .add(&["-map", &format!("0:{stream}"), "-vf", &filters, "-frames:v", "1", "-f", "rawvideo", "pipe:1"])
        .0
}

/// A grid of small pictures as JPEG on the standard output.
#[must_use]
pub fn storyboard(rendition: &Path, grid: &Grid) -> Vec<OsString> {
    let Grid { sprite, columns, rows, every_seconds, key_frames_only } = *grid;
    let filters = format!(
        "fps=1/{every_seconds},scale={}:{}:flags=bicubic,tile={columns}x{rows}",
        sprite.width, sprite.height
    );
    let skip: &[&str] = if key_frames_only { &["-skip_frame", "nokey"] } else { &[] };
    Arguments::default()
        .add(&["-hide_banner", "-nostdin", "-loglevel", "error"])
        .guarded()
        .add(skip)
        .add(&["-i"])
        .file(rendition)
        .add(&["-map", "0:v:0", "-vf", &filters, "-frames:v", "1"])
        .add(&["-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "pipe:1"])
        .0
}

/// The sound of a file as programs that listen want it: one channel, 16 kHz, as WAV.
#[must_use]
pub fn speech(rendition: &Path, wav: &Path) -> Vec<OsString> {
    Arguments::default()
        .add(&["-hide_banner", "-nostdin", "-loglevel", "error"])
        .guarded()
        .add(&["-i"])
        .file(rendition)
        .add(&["-map", "0:a:0", "-vn", "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", "-f", "wav", "-y"])
        .file(wav)
        .0
}

fn key_times(keys: &Keys<'_>) -> String {
    match keys {
        Keys::Every(distance) => format!("expr:gte(t,n_forced*{})", Seconds(*distance)),
        Keys::Soon(distance) => {
            let (half, whole) = (Seconds(*distance / 2), Seconds(*distance));
            format!("expr:gte(t,if(lt(n_forced,2),n_forced*{half},(n_forced-1)*{whole}))")
        }
        Keys::At(times) => {
            let mut out = String::new();
            for time in *times {
                let separator = if out.is_empty() { "" } else { "," };
                let _ = write!(out, "{separator}{}", Seconds(time.saturating_sub(KEY_EARLINESS)));
            }
            out
        }
    }
}

/// `12.345`, without zeros at the end: a list of thousands must fit into one argument.
struct Seconds(Duration);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.as_secs())?;
        match self.0.subsec_millis() {
            0 => Ok(()),
            millis => write!(f, ".{}", format!("{millis:03}").trim_end_matches('0')),
        }
    }
}

/// One decoder, many sizes: each is scaled from the one above it, which costs a fraction of scaling each from the
/// source and looks the same.
fn graph(video: &Video, work: &Work<'_>) -> String {
    let mut graph = format!("[0:{}]", video.index);
    let mut filters = Vec::new();
    let fills = START_MAX_MS < u128::from(work.clean.fill_start_ms);
    if work.clean.deinterlace {
        filters.push("bwdif=mode=send_frame:deint=interlaced".to_owned());
    }
    let mut rate = None;
    if fills {
        // Repeats the first frame back to the start.
        let fixed = work.rungs.first().and_then(|(rung, _)| rung.rate).or(video.frame_rate);
        let fixed = fixed.unwrap_or(Rate { numerator: 30, denominator: 1 });
        filters.push(format!("fps={fixed}:start_time=0"));
        rate = Some(fixed);
    }
    for (number, (rung, _)) in work.rungs.iter().enumerate() {
        if let Some(wanted) = rung.rate.filter(|wanted| rate != Some(*wanted)) {
            filters.push(format!("fps={wanted}"));
            rate = Some(wanted);
        }
        filters.push(format!("scale={}:{}:flags=bicubic", rung.width, rung.height));
        if number == 0 {
            filters.extend(tone(work.clean.light).map(ToOwned::to_owned));
            filters.push("format=yuv420p,setsar=1".to_owned());
        }
        let is_last = number + 1 == work.rungs.len();
        if is_last {
            let _ = write!(graph, "{}[out{number}]", filters.join(","));
        } else {
            let _ = write!(graph, "{},split=2[out{number}][next{number}];[next{number}]", filters.join(","));
        }
        filters.clear();
    }
    graph
}

/// Filters that [`tone`] needs and not every ffmpeg has.
pub const TONE_FILTERS: &[&str] = &["zscale", "tonemap"];

/// High dynamic range on a standard screen: to linear light, to the smaller gamut, bright parts bent instead of
/// clipped, and back to gamma. The source's own names are given, since zscale refuses what is not tagged.
fn tone(light: Light) -> Option<&'static str> {
    match light {
        Light::Standard => None,
        Light::Pq => Some(concat!(
            "zscale=tin=smpte2084:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,",
            "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv"
        )),
        Light::Hlg => Some(concat!(
            "zscale=tin=arib-std-b67:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,",
            "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv"
        )),
    }
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
