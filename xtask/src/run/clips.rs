//! The clips of `--demo`: what they show, and how ffmpeg makes them.
//!
//! Owns three recipes one can judge by eye and ear: pictures that move all the time and carry their time, and sound in
//! which a gap or a shift is heard at once. Made once and kept in `target/demo`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use crate::shop::{Program, Progress, Root, seconds};

/// One clip.
pub struct Clip {
    /// Title on the page; also how we know it is there already.
    pub title: &'static str,
    /// Markdown.
    pub description: &'static str,
    /// At most five.
    pub tags: &'static [&'static str],
    /// PeerTube's number.
    pub category: u32,
    seconds: u32,
    /// Bits a second of the pictures, at most.
    rate: &'static str,
    pictures: &'static str,
    sound: &'static str,
}

/// All of them, shortest first.
pub const CLIPS: &[Clip] = &[
    Clip {
        title: "Test card with a clock and a beep",
        description: "A moving test card. The counter runs in frames, and **each second begins with a beep**: \
                      if picture and sound drift apart, it is seen and heard here first.",
        tags: &["test", "clock", "sync"],
        category: 15,
        seconds: 20,
        rate: "1M",
        pictures: "testsrc2=size=640x360:rate=30",
        sound: "sine=frequency=220:beep_factor=4:sample_rate=48000",
    },
    Clip {
        title: "Into the Mandelbrot set",
        description: "A slow dive towards the edge of the [Mandelbrot set](https://en.wikipedia.org/wiki/Mandelbrot_set), \
                      over a chord that swells and fades. Fine detail everywhere: a low quality shows.",
        tags: &["mathematics", "fractal", "chord"],
        category: 13,
        seconds: 30,
        rate: "2400k",
        pictures: "mandelbrot=size=1280x720:rate=25:end_pts=750:end_scale=0.004",
        sound: "aevalsrc='(0.5+0.4*sin(2*PI*t/9))*(0.2*sin(2*PI*220*t)+0.15*sin(2*PI*277.18*t)+0.15*sin(2*PI*329.63*t))\
                |(0.5+0.4*cos(2*PI*t/9))*(0.2*sin(2*PI*110*t)+0.15*sin(2*PI*329.63*t)+0.15*sin(2*PI*440*t))':s=48000",
    },
    Clip {
        title: "A game of life at dusk",
        description: "Conway's game of life over slow colours, in full HD. The left side hears a tone that rises, \
                      the right side one that falls; they cross half way.\n\n- large and calm: good for seeing a change of quality\n\
                      - long enough to look for a place in it",
        tags: &["life", "automaton", "sweep"],
        category: 4,
        seconds: 60,
        rate: "1300k",
        pictures: "gradients=size=480x270:rate=25:speed=0.006:n=4:seed=7:c0=0x0b3d5c:c1=0x1f7a8c:c2=0xe1a95f:c3=0x264653,\
                   scale=960:540,format=yuv420p[dusk];\
                   life=size=240x135:rate=25:ratio=0.2:mold=20:seed=3:life_color=#ffffff:death_color=#101820:mold_color=#406080,\
                   scale=960:540:flags=neighbor,format=yuv420p[life];\
                   [dusk][life]blend=all_mode=screen:all_opacity=0.45,scale=1920:1080:flags=bilinear",
        sound: "aevalsrc='0.25*sin(2*PI*(110*t+2.7*t*t))|0.25*sin(2*PI*(434*t-2.7*t*t))':s=48000",
    },
];

/// Fonts that carry the time, where one of them is installed.
const FONTS: &[&str] = &[
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansMono-Regular.ttf",
    "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
];

/// Where the clip lies, made now if it was not yet.
///
/// # Errors
/// When ffmpeg refuses.
pub fn make(root: &Root, clip: &Clip) -> Result<PathBuf> {
    let folder = root.target("demo");
    fs::create_dir_all(&folder)?;
    let name: String = clip.title.chars().map(|letter| if letter == ' ' { '-' } else { letter }).collect();
    let file = folder.join(format!("{}.mp4", name.to_lowercase()));
    if file.is_file() {
        return Ok(file);
    }
    let mut progress = Progress::new(format!("{} ({} s)", clip.title, clip.seconds));
    let begun = Instant::now();
    let partial = folder.join("partial.mp4");
    let font = FONTS.iter().copied().find(|font| Path::new(font).is_file());
    Program::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1", "-y", "-filter_complex"])
        .arg(graph(clip, font))
        .args(["-map", "[pictures]", "-map", "[sound]", "-t", &clip.seconds.to_string()])
        .args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-pix_fmt", "yuv420p"])
        // The three together stay below 25 MB.
        .args(["-maxrate", clip.rate, "-bufsize", clip.rate])
        // A key frame every two seconds, so that the server can use the pictures as they are.
        .args(["-force_key_frames", "expr:gte(t,n_forced*2)"])
        .args(["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart"])
        .arg(&partial)
        .run_hearing(|line| {
            if let Some(made) = made_seconds(line) {
                progress.at(made * 100 / u64::from(clip.seconds));
            }
        })?;
    fs::rename(partial, &file)?;
    progress.done(&format!("made in {}", seconds(begun.elapsed())));
    Ok(file)
}

/// Of ffmpeg's report (`out_time_us=1234567`): how much is made.
fn made_seconds(line: &str) -> Option<u64> {
    // Before the first picture it says `N/A`.
    line.strip_prefix("out_time_us=")?.parse::<u64>().ok().map(|microseconds| microseconds / 1_000_000)
}

fn graph(clip: &Clip, font: Option<&str>) -> String {
    let time = font.map_or(String::new(), |font| {
        format!(
            ",drawtext=fontfile={font}:text='%{{pts\\:hms}}':fontsize=h/15:fontcolor=white:box=1:boxcolor=black@0.5\
             :boxborderw=12:x=w-tw-h/20:y=h-th-h/20"
        )
    });
    format!("{}{time}[pictures];{}[sound]", clip.pictures, clip.sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_without_a_font_has_no_time_on_it() {
        let clip = CLIPS.first().unwrap();
        assert!(!graph(clip, None).contains("drawtext"));
        assert!(graph(clip, Some("/a.ttf")).contains("drawtext=fontfile=/a.ttf"));
    }

    #[test]
    fn ffmpegs_report_tells_how_far_it_is() {
        assert_eq!(made_seconds("out_time_us=12345678"), Some(12));
        assert_eq!(made_seconds("out_time_us=N/A"), None);
        assert_eq!(made_seconds("frame=12"), None);
    }

    #[test]
    fn titles_and_tags_are_ones_the_server_takes() {
        for clip in CLIPS {
            assert!((3..=120).contains(&clip.title.len()) && clip.tags.len() <= 5, "{}", clip.title);
            assert!(clip.tags.iter().all(|tag| (2..=30).contains(&tag.len())), "{}", clip.title);
        }
    }
}
