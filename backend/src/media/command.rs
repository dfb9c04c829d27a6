//! From a plan to the arguments of ffmpeg and ffprobe.
//!
//! Owns every argument. Pure: no process, no file. The surprise is the safety of inputs: a file called `.mp4` may be a
//! playlist that names other files or addresses, so no protocol but `file` is allowed and no format that can refer to
//! anything outside its own bytes.

use std::ffi::OsString;
use std::path::Path;

use super::run::Invocation;

/// The formats we read: those of the extensions we take. None of them can name another file; playlists (hls, dash,
/// concat, imf), picture sequences (image2), descriptions of streams (sdp, rtsp) and generators (lavfi) are not among
/// them, and mov's external references are off by default.
const FORMATS: &str = "aac,ac3,asf,avi,eac3,flac,flv,h264,hevc,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,\
                       mxf,nut,ogg,w64,wav";

/// What is asked of ffprobe: no tags but one, since they hold whatever the maker of the file liked to write.
const REPORT: &str = "format=format_name,start_time,duration,size,bit_rate:\
                      stream=index,codec_name,codec_type,profile,level,width,height,sample_aspect_ratio,pix_fmt,\
                      field_order,color_transfer,color_primaries,color_space,r_frame_rate,avg_frame_rate,start_time,\
                      duration,bit_rate,sample_rate,channels:\
                      stream_disposition=default,attached_pic,timed_thumbnails:\
                      stream_tags=rotate:stream_side_data=rotation";

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
