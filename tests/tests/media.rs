//! From a file to streams, with the real ffmpeg: what is made of every kind of file, and what none of them can do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use backend::clock::Clock;
use backend::config::Config;
use backend::files::layout;
use backend::media::Tools;
use backend::media::ladder::{self, Plan};
use backend::media::make::{Made, MakeError, Order, make};
use backend::media::package;
use backend::media::probe::{Probe, ProbeError};
use backend::store::records::{Playlist, Stem};
use shared::hls::{ByteRange, MediaPlaylist, parse_media, parse_multivariant};
use shared::id::{FileId, Uuid};
use tests::rig::file_of;
use tokio_util::sync::CancellationToken;

const VIDEO: Uuid = Uuid::from_random(7);

fn config() -> Config {
    let mut config = Config::new(Path::new("unused"));
    config.transcoding.niceness = 0;
    config
}

fn tools() -> Tools {
    Tools::new(&config(), &Clock::default())
}

/// A file that ffmpeg makes of these arguments, which stand between its inputs' beginning and the output's name.
fn made_by(name: &str, arguments: &str) -> Result<PathBuf> {
    file_of(&format!("media-{name}"), |target| {
        let format = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
            Some("mkv") => "matroska",
            Some("mpg") => "vob",
            Some("m4a") => "ipod",
            Some("ts") => "mpegts",
            Some(other) => other,
            None => "mp4",
        };
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y"])
            .args(arguments.split_whitespace())
            .args(["-f", format])
            .arg(target)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "ffmpeg could not make {name}");
        Ok(())
    })
}

const H264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

fn pictures(size: &str, rate: &str, seconds: &str) -> String {
    format!("-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds}")
}

fn tone(seconds: &str) -> String {
    format!("-f lavfi -i sine=440:d={seconds}:r=48000")
}

fn plain() -> Result<PathBuf> {
    let (pictures, tone) = (pictures("854x480", "25", "13"), tone("13"));
    made_by("plain.mp4", &format!("{pictures} {tone} {H264} -preset veryfast -g 50 -c:a aac -ac 2"))
}

/// All that was made of one file, in a folder as the server has it.
struct Package {
    folder: tempfile::TempDir,
    plan: Plan,
    probe: Probe,
    made: Vec<Made>,
    /// Whether the first pictures are the source's own.
    remuxed: bool,
}

/// Both steps of the pipeline, without its queue.
fn package(source: &Path) -> Result<Package> {
    let tools = tools();
    let stop = CancellationToken::new();
    let probe = tools.probe(source, &stop)?;
    let mut plan = ladder::plan(&probe, &ladder::Options::new(&config()));
    let folder = tempfile::tempdir()?;
    let mut scratches = 0;
    let mut run = |order: Order<'_>| -> Result<Vec<Made>, MakeError> {
        let scratch = folder.path().join(format!("scratch{scratches}"));
        scratches += 1;
        fs::create_dir(&scratch)?;
        make(&tools, &order, &scratch, &stop, |_| {})
    };
    let order = |plan: &Plan| Order {
        video: VIDEO,
        source,
        probe: &probe,
        clean: plan.clean,
        remux: plan.remux.clone(),
        rungs: Vec::new(),
        sound: plan.sound,
        cuts: None,
        threads: 0,
    };
    let mut made = match run(order(&plan)) {
        Err(MakeError::TooFarApart(_)) => {
            plan = plan.without_remux();
            Vec::new()
        }
        outcome => {
            if plan.remux.is_some() || plan.rungs.is_empty() {
                outcome?
            } else {
                Vec::new()
            }
        }
    };
    let remuxed = plan.remux.is_some();
    if made.is_empty() {
        let rungs = plan.quick_rung().cloned().into_iter().collect();
        made = run(Order { rungs, remux: None, ..order(&plan) })?;
    }
    let rungs: Vec<_> = plan
        .rungs
        .iter()
        .filter(|rung| made.iter().all(|made| made.resolution != rung.resolution))
        .cloned()
        .collect();
    if !rungs.is_empty() {
        let cuts = made.first().map(|made| made.starts.clone());
        made.extend(run(Order { rungs, remux: None, sound: None, cuts, ..order(&plan) })?);
    }
    let package = Package { folder, plan, probe, made, remuxed };
    package.lay_out()?;
    Ok(package)
}

impl Package {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lay_out(&self) -> Result<()> {
        for made in &self.made {
            let name = layout::rendition_name(VIDEO, made.resolution);
            fs::rename(&made.file, self.path(&name))?;
            let playlist = made.cut.playlist(&name).to_string();
            fs::write(self.path(&layout::playlist_name(VIDEO, made.resolution)), playlist)?;
        }
        let playlist = Playlist {
            id: 1,
            master: layout::master_name(VIDEO),
            digests: layout::digests_name(VIDEO),
            renditions: self.made.iter().map(|made| made.rendition(Stem::new(VIDEO, 0), FileId(1))).collect(),
        };
        Ok(fs::write(self.path(&playlist.master), package::master(&playlist, &[]).to_string())?)
    }

    fn media(&self, resolution: u32) -> Result<MediaPlaylist> {
        let text = fs::read_to_string(self.path(&layout::playlist_name(VIDEO, resolution)))?;
        Ok(parse_media(&text)?)
    }

    fn find(&self, resolution: u32) -> &Made {
        self.made.iter().find(|made| made.resolution == resolution).expect("it was made")
    }

    fn resolutions(&self) -> Vec<u32> {
        self.made.iter().map(|made| made.resolution).collect()
    }

    /// Everything that must be true of whatever was made.
    fn check(&self) -> Result<()> {
        let master = fs::read_to_string(self.path(&layout::master_name(VIDEO)))?;
        let parsed = parse_multivariant(&master)?;
        ensure!(!parsed.variants.is_empty() && parsed.independent_segments, "{master}");
        let frame = self.longest_frame();
        let first = &self.made.first().context("something was made")?.starts;
        for made in &self.made {
            self.check_rendition(made)?;
            // Sound is cut at its own packets, and may end elsewhere.
            let same = made.starts.iter().zip(first).all(|(a, b)| a.abs_diff(*b) <= frame);
            let count = made.resolution == 0 || made.starts.len() == first.len();
            ensure!(same && count, "{}p is cut at {:?}, not at {first:?}", made.resolution, made.starts);
        }
        self.plays(&master)
    }

    fn longest_frame(&self) -> Duration {
        let slowest = self.made.iter().map(|made| made.fps).filter(|fps| *fps != 0).min().unwrap_or(50);
        Duration::from_secs(1) / slowest + Duration::from_millis(25)
    }

    fn check_rendition(&self, made: &Made) -> Result<()> {
        let name = layout::rendition_name(VIDEO, made.resolution);
        let bytes = fs::read(self.path(&name))?;
        let media = self.media(made.resolution)?;
        let slice = |range: ByteRange| -> Result<&[u8]> {
            let (start, end) = (usize::try_from(range.offset())?, usize::try_from(range.end())?);
            bytes.get(start..end).context("the range lies in the file")
        };
        let longest = media.segments.iter().map(|segment| segment.duration).max().unwrap_or_default();
        ensure!(longest <= media.target_duration, "no segment is longer than the target");
        let codec_width = made.width.is_multiple_of(2) || self.remuxed;
        ensure!(codec_width, "sides are even");
        // Digests are those of the bytes.
        for (range, digest) in &made.digests {
            use sha2::Digest as _;
            let found: [u8; 32] = sha2::Sha256::digest(slice(*range)?).into();
            ensure!(found == digest.0, "the digest of {range:?} of {name}");
        }
        ensure!(made.digests.len() == media.segments.len() + 1, "the header and each segment have a digest");
        // Whoever reads with ffmpeg sees the first picture when everybody else does.
        let begins: f64 =
            ffprobe(&["-show_entries", "stream=start_time"], &self.path(&name))?.trim().parse()?;
        let first = made.starts.first().context("there is a segment")?.as_secs_f64();
        ensure!((begins - first).abs() < 0.002, "ffmpeg reads {name} from {begins} s on, not from {first} s");
        // Every segment can be decoded from its first frame, with nothing but the header before it.
        for segment in &media.segments {
            let init = segment.init.as_ref().and_then(|init| init.range).context("there is a header")?;
            let alone = [slice(init)?, slice(segment.range.context("there is a range")?)?].concat();
            let path = self.path("alone.mp4");
            fs::write(&path, alone)?;
            let said =
                ffmpeg(&["-v", "warning", "-xerror", "-i", &path.to_string_lossy(), "-f", "null", "-"])?;
            // A stretch from the middle of a file has no edit list, and none is needed.
            ensure!(said.is_empty(), "a segment of {name} alone: {said}");
            let flags = ffprobe(&["-read_intervals", "%+#1", "-show_entries", "packet=flags"], &path)?;
            ensure!(flags.trim().starts_with('K'), "a segment of {name} begins with {flags:?}");
        }
        Ok(())
    }

    /// ffmpeg plays the master from the disk, to its end.
    fn plays(&self, master: &str) -> Result<()> {
        let path = self.path(&layout::master_name(VIDEO));
        let path = path.to_string_lossy();
        let streams = if self.probe.video.is_some() { "0:v:0" } else { "0:a:0" };
        let allowed =
            ["-v", "warning", "-allowed_extensions", "ALL", "-i", &path, "-map", streams, "-f", "null", "-"];
        let said = ffmpeg(&allowed)?;
        ensure!(said.is_empty(), "{master}\n{said}");
        let all: f64 = ffprobe(
            &["-allowed_extensions", "ALL", "-show_entries", "format=duration"],
            &path.as_ref().into(),
        )?
        .trim()
        .parse()?;
        let first = self.made.first().context("something was made")?.cut.duration().as_secs_f64();
        ensure!((all - first).abs() < 0.2, "it plays {all} s, of {first} s");
        Ok(())
    }
}

fn ffmpeg(arguments: &[&str]) -> Result<String> {
    let output = Command::new("ffmpeg").args(["-nostdin", "-hide_banner"]).args(arguments).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stderr)?)
}

fn ffprobe(arguments: &[&str], path: &PathBuf) -> Result<String> {
    let output =
        Command::new("ffprobe").args(["-v", "error", "-of", "csv=p=0"]).args(arguments).arg(path).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn an_ordinary_file_is_remuxed_and_gets_its_rungs() -> Result<()> {
    let source = made_by(
        "plain.mp4",
        &format!(
            "{} {} {H264} -preset veryfast -g 50 -c:a aac -ac 2",
            pictures("854x480", "25", "13"),
            tone("13")
        ),
    )?;
    let package = package(&source)?;
    package.check()?;
    assert!(package.remuxed);
    assert_eq!(package.resolutions(), [480, 0, 360, 240]);
    assert_eq!(package.find(480).starts, [0, 4, 8, 12].map(Duration::from_secs));
    assert_eq!(package.find(0).channels, 2);
    Ok(())
}

#[test]
fn what_browsers_cannot_show_is_encoded() -> Result<()> {
    let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p";
    let source =
        made_by("odd.webm", &format!("{} {} {vp9} -c:a libopus", pictures("853x480", "25", "6"), tone("6")))?;
    let package = package(&source)?;
    package.check()?;
    assert!(!package.remuxed);
    assert_eq!(package.resolutions(), [360, 0, 480, 240]);
    assert_eq!(package.find(480).starts, [0, 4].map(Duration::from_secs));
    assert_eq!(package.find(0).channels, 1);

    let source = made_by(
        "odd-444.mkv",
        &format!(
            "{} -vf crop=641:361:0:0:exact=1 -c:v libx264 -preset ultrafast -pix_fmt yuv444p",
            pictures("704x396", "25", "3")
        ),
    )?;
    let package = self::package(&source)?;
    package.check()?;
    assert_eq!((package.find(360).width, package.find(360).height), (640, 360));
    Ok(())
}

#[test]
fn a_turned_film_becomes_an_upright_one() -> Result<()> {
    let flat = made_by("flat.mp4", &format!("{} {H264} -g 25", pictures("640x360", "25", "3")))?;
    let source = made_by("turned.mov", &format!("-i {} -c copy -metadata:s:v rotate=90", flat.display()))?;
    let package = package(&source)?;
    package.check()?;
    assert!(!package.remuxed);
    assert_eq!((package.find(360).width, package.find(360).height), (360, 640));
    let shown = ffprobe(
        &["-show_entries", "stream=width,height"],
        &package.path(&layout::rendition_name(VIDEO, 240)),
    )?;
    assert_eq!(shown.trim(), "240,426");
    Ok(())
}

#[test]
fn uneven_frames_keep_their_times() -> Result<()> {
    let source = made_by(
        "uneven.mp4",
        &format!(
            "{} -vf select='not(mod(n\\,3))+not(mod(n\\,7))' -fps_mode vfr {H264} -g 40",
            pictures("640x360", "60", "12")
        ),
    )?;
    let package = package(&source)?;
    package.check()?;
    assert!(package.remuxed);
    Ok(())
}

#[test]
fn fast_frames_are_thinned_without_moving_a_cut() -> Result<()> {
    let source = made_by("fast.mp4", &format!("{} {H264} -g 61 -bf 2", pictures("640x360", "60", "13")))?;
    let package = package(&source)?;
    package.check()?;
    assert_eq!((package.find(360).fps, package.find(240).fps), (60, 30));
    Ok(())
}

#[test]
fn sound_comes_in_all_shapes() -> Result<()> {
    let flat = pictures("320x180", "25", "9");
    let package_of = |name: &str, sound: &str| -> Result<Package> {
        let package = package(&made_by(name, &format!("{flat} {sound} {H264} -g 50"))?)?;
        package.check()?;
        Ok(package)
    };
    assert_eq!(package_of("silent.mp4", "")?.resolutions(), [180]);
    let mono = package_of("mono.mp4", "-f lavfi -i sine=440:d=9:r=44100 -c:a aac -ac 1")?;
    assert_eq!((mono.find(0).channels, mono.find(0).codecs.as_str()), (1, "mp4a.40.2"));
    let six = "-f lavfi -i anoisesrc=d=9:r=48000:a=0.1 -filter_complex [1:a]pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0[a] -map 0:v -map [a] -c:a ac3";
    assert_eq!(package_of("six.mp4", six)?.find(0).channels, 2);
    // Sound that begins later than the pictures is silent until then.
    let late = package_of("late.mkv", "-itsoffset 1.5 -f lavfi -i sine=440:d=7:r=48000 -c:a aac")?;
    let first =
        ffprobe(&["-show_entries", "stream=start_time"], &late.path(&layout::rendition_name(VIDEO, 0)))?;
    assert!(first.trim().parse::<f64>()? < 0.03, "{first}");
    Ok(())
}

#[test]
fn pictures_that_begin_later_than_the_sound_begin_with_it() -> Result<()> {
    let source = made_by(
        "late-pictures.mkv",
        &format!(
            "{} -itsoffset 1.5 {} -map 1:v -map 0:a {H264} -c:a aac",
            tone("8"),
            pictures("320x180", "25", "6")
        ),
    )?;
    let package = package(&source)?;
    package.check()?;
    assert!(!package.remuxed);
    assert_eq!(package.find(180).starts.first(), Some(&Duration::ZERO));
    let length = package.find(180).cut.duration().as_secs_f64();
    assert!((length - 7.5).abs() < 0.1, "{length}");
    Ok(())
}

#[test]
fn sound_alone_is_cut_evenly() -> Result<()> {
    for (name, arguments) in [
        ("tone.mp3", format!("{} -c:a libmp3lame", tone("13"))),
        ("tone.flac", format!("{} -c:a flac", tone("13"))),
        ("tone.m4a", format!("{} -c:a aac", tone("13"))),
        (
            "cover.m4a",
            format!(
                "{} {} -map 0 -map 1 -c:a aac -c:v mjpeg -frames:v 1 -disposition:v attached_pic",
                tone("13"),
                pictures("300x300", "1", "1")
            ),
        ),
    ] {
        let package = package(&made_by(name, &arguments)?)?;
        package.check()?;
        assert_eq!(package.resolutions(), [0], "{name}");
        let starts = &package.find(0).starts;
        assert_eq!(starts.len(), 4, "{name}");
        for (start, wanted) in starts.iter().zip([0, 4, 8, 12]) {
            assert!(
                start.abs_diff(Duration::from_secs(wanted)) < Duration::from_millis(30),
                "{name}: {starts:?}"
            );
        }
        let master = fs::read_to_string(package.path(&layout::master_name(VIDEO)))?;
        assert!(!master.contains("EXT-X-MEDIA:") && master.contains("mp4a.40.2"), "{master}");
    }
    Ok(())
}

#[test]
fn high_dynamic_range_becomes_what_every_screen_shows() -> Result<()> {
    let tags = "-color_primaries bt2020 -colorspace bt2020nc";
    for (name, transfer) in [("hdr10.mp4", "smpte2084"), ("hlg.mkv", "arib-std-b67")] {
        let source = made_by(
            name,
            &format!(
                "{} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le {tags} -color_trc {transfer} -x265-params \
                 log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc",
                pictures("640x360", "24", "2")
            ),
        )?;
        let package = package(&source)?;
        package.check()?;
        let file = package.path(&layout::rendition_name(VIDEO, 360));
        let entries = "stream=pix_fmt,color_transfer,color_primaries,color_space";
        let found = ffprobe(&["-show_entries", entries], &file)?;
        assert_eq!(found.trim(), "yuv420p,bt709,bt709,bt709", "{name}");
    }
    Ok(())
}

#[test]
fn fields_become_frames() -> Result<()> {
    let source = made_by(
        "fields.mpg",
        &format!(
            "{} -vf interlace -c:v mpeg2video -flags +ildct+ilme -top 1 -b:v 2M {} -c:a mp2",
            pictures("720x576", "50", "5"),
            ""
        ),
    )?;
    let package = package(&source)?;
    package.check()?;
    let file = package.path(&layout::rendition_name(VIDEO, 576));
    assert_eq!(ffprobe(&["-show_entries", "stream=field_order"], &file)?.trim(), "progressive");
    assert_eq!(package.find(576).fps, 25);
    Ok(())
}

#[test]
fn key_frames_too_far_apart_are_made_anew() -> Result<()> {
    let source =
        made_by("far.mp4", &format!("{} {H264} -g 900 -sc_threshold 0", pictures("320x180", "25", "30")))?;
    let package = package(&source)?;
    package.check()?;
    assert!(!package.remuxed && package.plan.remux.is_none());
    assert_eq!(package.find(180).starts.len(), 8);
    Ok(())
}

#[test]
fn open_groups_are_cut_at_idr_pictures_only() -> Result<()> {
    let open = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -x264-params open-gop=1:keyint=50:scenecut=0:bframes=3";
    let source = made_by("open.mp4", &format!("{} {open}", pictures("320x180", "25", "20")))?;
    // Its later key frames are recovery points, which a player cannot begin at.
    let package = package(&source)?;
    package.check()?;
    assert!(!package.remuxed);
    Ok(())
}

#[test]
fn every_picture_a_key_frame_is_no_segment_each() -> Result<()> {
    let source = made_by("intra.mp4", &format!("{} {H264} -g 1 -crf 40", pictures("320x180", "25", "13")))?;
    let package = package(&source)?;
    package.check()?;
    assert!(package.remuxed);
    assert_eq!(package.find(180).starts.len(), 3);
    Ok(())
}

#[test]
fn one_frame_is_a_video() -> Result<()> {
    let source = made_by("one.mp4", &format!("{} -frames:v 1 {H264}", pictures("640x360", "30", "1")))?;
    let package = package(&source)?;
    package.check()?;
    assert_eq!(package.resolutions(), [360, 240]);
    Ok(())
}

#[test]
fn a_broadcast_with_clocks_of_its_own_starts_at_zero() -> Result<()> {
    let source = made_by(
        "broadcast.ts",
        &format!(
            "{} {} {H264} -g 50 -c:a aac -ac 2 -output_ts_offset 9000",
            pictures("320x180", "25", "9"),
            tone("9")
        ),
    )?;
    let package = package(&source)?;
    package.check()?;
    let length = package.find(180).cut.duration().as_secs_f64();
    assert!((length - 9.0).abs() < 0.2, "{length}");
    Ok(())
}

#[test]
fn what_is_no_video_is_refused_at_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let probe = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("the folder is there");
        tools().probe(&path, &CancellationToken::new())
    };
    let whole = fs::read(plain()?)?;
    for (name, content) in [
        ("text.mp4", &b"this is not a video at all"[..]),
        ("empty.mp4", b""),
        ("noise.mkv", &[0xa5; 100_000]),
        ("half.mp4", whole.get(..whole.len() / 2).unwrap_or_default()),
        ("page.webm", b"<!doctype html><video src=/etc/passwd></video>"),
        ("picture.mp4", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
    ] {
        let error = probe(name, content).expect_err(name);
        assert!(error.is_about_the_file(), "{name}: {error:?}");
    }
    // With its index in front a truncated file plays for a while, and its end would be missing for ever.
    let quick =
        made_by("quickstart.mp4", &format!("-i {} -c copy -movflags +faststart", plain()?.display()))?;
    let quick = fs::read(quick)?;
    let outcome = probe("quick-half.mp4", quick.get(..quick.len() / 2).unwrap_or_default());
    assert!(matches!(outcome, Err(ProbeError::Truncated)), "{outcome:?}");
    Ok(())
}

#[test]
fn no_file_makes_ffmpeg_open_another_or_an_address() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}/", listener.local_addr()?);
    // A real video as bait: whoever opens it gets something to play.
    let secret = folder.path().join("secret.mp4");
    fs::copy(made_by("flat.mp4", &format!("{} {H264} -g 25", pictures("640x360", "25", "3")))?, &secret)?;
    let secret = secret.display();
    let playlist =
        |target: &str| format!("#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{target}\n#EXT-X-ENDLIST\n");
    let disguises = [
        playlist(&format!("file://{secret}")),
        playlist(&secret.to_string()),
        playlist(&url),
        playlist(&format!("concat:{secret}|{secret}")),
        playlist(&format!("subfile,,start,0,end,1000,,:{secret}")),
        format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}x.m3u8\n"),
        format!("ffconcat version 1.0\nfile {secret}\nfile {url}\n"),
        format!(
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=control:{url}\n"
        ),
        format!(
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" \
             mediaPresentationDuration=\"PT3S\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation \
             id=\"1\" bandwidth=\"1\"><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>"
        ),
        format!(
            "<?xml version=\"1.0\"?><AssetMap xmlns=\"http://www.smpte-ra.org/schemas/429-9/2007/AM\"><Path>{url}</Path></AssetMap>"
        ),
        format!("RTSPtext\n{url}\n"),
        format!(";FFMETADATA1\ntitle={secret}\n"),
    ];
    for extension in ["mp4", "mkv", "avi", "ts", "mov", "mp3", "m3u8"] {
        for (number, content) in disguises.iter().enumerate() {
            let path = folder.path().join(format!("disguise{number}.{extension}"));
            fs::write(&path, content)?;
            let outcome = tools().probe(&path, &CancellationToken::new());
            assert!(outcome.is_err(), "disguise {number} as {extension}: {outcome:?}");
        }
    }
    let nobody = listener.accept().map(|_| ());
    assert_eq!(nobody.unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody may come");
    Ok(())
}
