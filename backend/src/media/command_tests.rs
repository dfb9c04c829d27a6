use super::*;
use crate::media::ladder::{Options, Plan, plan};
use crate::media::probe::parse;
use expect_test::{Expect, expect};

fn check(arguments: &[OsString], expect: Expect) {
    let mut out = String::new();
    for argument in arguments {
        let argument = argument.to_str().unwrap();
        // One option a line, its value behind it.
        let is_option = argument.starts_with('-') && !argument.starts_with("-1");
        out += if out.is_empty() {
            ""
        } else if is_option {
            "\n"
        } else {
            " "
        };
        out += argument;
    }
    out.push('\n');
    expect.assert_eq(&out);
}

macro_rules! vector {
    ($name:literal) => {
        parse(include_str!(concat!("../../../tests/vectors/ffprobe/", $name, ".json")).as_bytes()).unwrap()
    };
}

fn planned(probe: &Probe, heights: &[u32]) -> Plan {
    plan(probe, &Options { heights: heights.to_vec(), keep_height: true, fps_max: 60 })
}

fn encode(probe: &Probe, plan: &Plan, keys: Keys<'_>) -> Vec<OsString> {
    let rungs = plan.rungs.iter().map(|rung| (rung.clone(), format!("{}.mp4", rung.resolution).into()));
    work(&Work {
        source: Path::new("in.mp4"),
        probe,
        remux: None,
        rungs: rungs.collect(),
        clean: plan.clean,
        sound: plan.sound.map(|sound| (sound, "0.mp4".into())),
        keys,
        threads: 2,
    })
}

fn graph_of(probe: &Probe, heights: &[u32]) -> String {
    let arguments =
        encode(probe, &planned(probe, heights).without_remux(), Keys::Every(Duration::from_secs(4)));
    let at = arguments.iter().position(|argument| argument == "-filter_complex").unwrap();
    arguments[at + 1].to_str().unwrap().replace(';', ";\n") + "\n"
}

#[test]
fn ffprobe_is_kept_inside_the_file() {
    let invocation = probe(Path::new("ffprobe"), Path::new("-o http://x.mp4"));
    check(
        &invocation.arguments,
        expect![[r#"
        -hide_banner
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -print_format json=compact=1
        -show_entries format=format_name,start_time,duration,size,bit_rate:stream=index,codec_name,codec_type,profile,level,width,height,sample_aspect_ratio,pix_fmt,field_order,color_transfer,color_primaries,color_space,r_frame_rate,avg_frame_rate,start_time,duration,bit_rate,sample_rate,channels:stream_disposition=default,attached_pic,timed_thumbnails:stream_tags=rotate:stream_side_data=rotation:chapter=start_time:chapter_tags=title file:-o http://x.mp4
    "#]],
    );
}

#[test]
fn no_format_that_can_name_another_file_is_read() {
    for format in [
        "hls",
        "dash",
        "concat",
        "image2",
        "image2pipe",
        "sdp",
        "rtsp",
        "rtp",
        "lavfi",
        "imf",
        "webm_dash_manifest",
        "ffmetadata",
        "vapoursynth",
        "libgme",
        "tty",
        "applehttp",
        "concatf",
        "subfile",
        "vobsub",
        "xbm_pipe",
    ] {
        assert!(!FORMATS.split(',').any(|known| known == format), "{format}");
    }
}

#[test]
fn a_remux_copies_pictures_and_sound() {
    let probe = vector!("plain.mp4");
    let plan = planned(&probe, &[240]);
    let arguments = work(&Work {
        source: Path::new("/data/sources/in.mp4"),
        probe: &probe,
        remux: Some("/data/tmp/360.mp4".into()),
        rungs: Vec::new(),
        clean: plan.clean,
        sound: plan.sound.map(|sound| (sound, "/data/tmp/0.mp4".into())),
        keys: Keys::At(&[]),
        threads: 0,
    });
    check(
        &arguments,
        expect![[r#"
            -hide_banner
            -nostdin
            -loglevel error
            -y
            -nostats
            -stats_period 0.5
            -progress pipe:1
            -protocol_whitelist file
            -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
            -fflags +genpts
            -threads 0
            -i file:/data/sources/in.mp4
            -map 0:0
            -c:v copy
            -min_frag_duration 500000
            -map_metadata -1
            -map_chapters -1
            -movflags +frag_keyframe+frag_discont+default_base_moof+delay_moov
            -f mp4 file:/data/tmp/360.mp4
            -map 0:1
            -c:a copy
            -bsf:a aac_adtstoasc,noise=drop=lt(pts\,0)
            -frag_duration 4000000
            -map_metadata -1
            -map_chapters -1
            -movflags +cmaf+frag_discont+delay_moov
            -f mp4 file:/data/tmp/0.mp4
        "#]],
    );
}

#[test]
fn all_rungs_come_from_one_decoder() {
    let probe = vector!("vp9.webm");
    let plan = planned(&probe, &[240]);
    let cuts = [4_000_000, 8_033_333, 61_500_000].map(Duration::from_micros);
    check(
        &encode(&probe, &plan, Keys::At(&cuts)),
        expect![[r#"
            -hide_banner
            -nostdin
            -loglevel error
            -y
            -nostats
            -stats_period 0.5
            -progress pipe:1
            -protocol_whitelist file
            -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
            -fflags +genpts
            -threads 2
            -i file:in.mp4
            -filter_complex [0:0]scale=640:360:flags=bicubic,format=yuv420p,setsar=1,split=2[out0][next0];[next0]scale=426:240:flags=bicubic[out1]
            -map [out0]
            -c:v libx264
            -preset veryfast
            -profile:v high
            -crf 23
            -maxrate 500000
            -bufsize 1000000
            -g 100000
            -keyint_min 50000
            -forced-idr 1
            -force_key_frames 3.998,8.031,61.498
            -threads 2
            -fps_mode vfr
            -map_metadata -1
            -map_chapters -1
            -movflags +frag_keyframe+frag_discont+default_base_moof+delay_moov
            -f mp4 file:360.mp4
            -map [out1]
            -c:v libx264
            -preset veryfast
            -profile:v high
            -crf 23
            -maxrate 300000
            -bufsize 600000
            -g 100000
            -keyint_min 50000
            -forced-idr 1
            -force_key_frames 3.998,8.031,61.498
            -threads 2
            -fps_mode vfr
            -map_metadata -1
            -map_chapters -1
            -movflags +frag_keyframe+frag_discont+default_base_moof+delay_moov
            -f mp4 file:240.mp4
            -map 0:1
            -af aresample=48000:async=1:first_pts=0
            -c:a aac
            -ac 1
            -b:a 80000
            -bsf:a aac_adtstoasc,noise=drop=lt(pts\,0)
            -frag_duration 4000000
            -map_metadata -1
            -map_chapters -1
            -movflags +cmaf+frag_discont+delay_moov
            -f mp4 file:0.mp4
        "#]],
    );
}

#[test]
fn pictures_are_cleaned_once_and_scaled_step_by_step() {
    expect![[r#"
        [0:0]bwdif=mode=send_frame:deint=interlaced,scale=1046:576:flags=bicubic,format=yuv420p,setsar=1,split=2[out0][next0];
        [next0]scale=654:360:flags=bicubic,split=2[out1][next1];
        [next1]scale=436:240:flags=bicubic[out2]
    "#]].assert_eq(&graph_of(&vector!("interlaced.mp4"), &[240, 360]));
    expect![[r#"
        [0:0]scale=640:360:flags=bicubic,zscale=tin=smpte2084:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv,format=yuv420p,setsar=1,split=2[out0][next0];
        [next0]scale=426:240:flags=bicubic[out1]
    "#]].assert_eq(&graph_of(&vector!("hdr10.mp4"), &[240]));
    expect![[r#"
        [0:0]scale=640:360:flags=bicubic,zscale=tin=arib-std-b67:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv,format=yuv420p,setsar=1[out0]
    "#]].assert_eq(&graph_of(&vector!("hlg.mkv"), &[]));
}

#[test]
fn frames_are_thinned_where_the_rate_changes() {
    let mut probe = vector!("fast.mp4");
    let video = probe.video.as_mut().unwrap();
    (video.width, video.height) = (1920, 1080);
    expect![[r#"
        [0:0]fps=60,scale=1920:1080:flags=bicubic,format=yuv420p,setsar=1,split=2[out0][next0];
        [next0]scale=1280:720:flags=bicubic,split=2[out1][next1];
        [next1]fps=30,scale=854:480:flags=bicubic,split=2[out2][next2];
        [next2]scale=640:360:flags=bicubic[out3]
    "#]]
    .assert_eq(&graph_of(&probe, &[360, 480, 720]));
}

#[test]
fn a_late_start_is_filled_with_the_first_frame() {
    let mut probe = vector!("vp9.webm");
    probe.video.as_mut().unwrap().start = Duration::from_millis(800);
    expect![[r#"
        [0:0]fps=30:start_time=0,scale=640:360:flags=bicubic,format=yuv420p,setsar=1[out0]
    "#]]
    .assert_eq(&graph_of(&probe, &[]));
}

#[test]
fn the_times_of_a_day_fit_into_one_argument() {
    // Linux takes 128 KiB for one argument; the planner of cuts keeps to this many.
    const ARGUMENT_BYTES_MAX: usize = 128 * 1024;
    let cuts: Vec<Duration> = (1..=u64::from(crate::media::cuts::CUTS_MAX))
        .map(|n| Duration::from_micros(n * 34_560_123))
        .collect();
    assert!(key_times(&Keys::At(&cuts)).len() < ARGUMENT_BYTES_MAX);
}

#[test]
fn packets_are_looked_at_from_some_moments_on() {
    let moments = [Duration::ZERO, Duration::from_millis(3_600_500)];
    let invocation = packets(Path::new("ffprobe"), Path::new("in.mp4"), 1, &moments);
    check(
        &invocation.arguments,
        expect![[r#"
        -hide_banner
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -select_streams 1
        -read_intervals 0%+12,3600.5%+12
        -print_format csv=print_section=0
        -show_entries packet=pts_time,flags file:in.mp4
    "#]],
    );
}

#[test]
fn something_is_complete_after_half_a_segment() {
    let keys = key_times(&Keys::Soon(Duration::from_secs(4)));
    assert_eq!(keys, "expr:gte(t,if(lt(n_forced,2),n_forced*2,(n_forced-1)*4))");
    let probe = vector!("vp9.webm");
    let mut plan = planned(&probe, &[]);
    plan.rungs.truncate(1);
    let arguments = encode(&probe, &plan, Keys::Soon(Duration::from_secs(4)));
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let flushes = words.windows(2).filter(|pair| *pair == ["-flush_packets", "1"]).count();
    assert_eq!(flushes, 2, "pictures and sound are followed");
    assert!(words.windows(2).any(|pair| pair == ["-frag_duration", "500000"]));
}

#[test]
fn a_still_is_one_key_frame_cleaned_and_scaled() {
    let probe = vector!("interlaced.mp4");
    let video = probe.video.as_ref().unwrap();
    let size = Size { width: 872, height: 480 };
    let clean = planned(&probe, &[]).clean;
    check(
        &still(Path::new("in.mp4"), video, clean, Duration::from_millis(2500), size),
        expect![[r#"
        -hide_banner
        -nostdin
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -noaccurate_seek
        -ss 2.5
        -i file:in.mp4
        -map 0:0
        -vf bwdif=mode=send_frame:deint=interlaced,scale=872:480:flags=bicubic,format=rgb24
        -frames:v 1
        -f rawvideo pipe:1
    "#]],
    );
    let probe = vector!("hdr10.mp4");
    let video = probe.video.as_ref().unwrap();
    let clean = planned(&probe, &[]).clean;
    check(
        &still(Path::new("in.mp4"), video, clean, Duration::ZERO, size),
        expect![[r#"
        -hide_banner
        -nostdin
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -noaccurate_seek
        -ss 0
        -i file:in.mp4
        -map 0:0
        -vf scale=872:480:flags=bicubic,zscale=tin=smpte2084:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv,format=rgb24
        -frames:v 1
        -f rawvideo pipe:1
    "#]],
    );
}

#[test]
fn a_cover_is_shown_whole() {
    check(
        &cover(Path::new("in.m4a"), 1, Size { width: 850, height: 480 }),
        expect![[r#"
        -hide_banner
        -nostdin
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -i file:in.m4a
        -map 0:1
        -vf scale=850:480:force_original_aspect_ratio=decrease:flags=bicubic,setsar=1,pad=850:480:(ow-iw)/2:(oh-ih)/2,format=rgb24
        -frames:v 1
        -f rawvideo pipe:1
    "#]],
    );
}

#[test]
fn a_storyboard_takes_all_frames_of_a_short_film_and_key_frames_of_a_long_one() {
    let grid = |seconds| Grid::plan(Duration::from_secs(seconds), 1280, 720);
    check(
        &storyboard(Path::new("in.mp4"), &grid(30)),
        expect![[r#"
        -hide_banner
        -nostdin
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -i file:in.mp4
        -map 0:v:0
        -vf fps=1/1,scale=192:108:flags=bicubic,tile=10x3
        -frames:v 1
        -c:v mjpeg
        -q:v 5
        -pix_fmt yuvj420p
        -f image2pipe pipe:1
    "#]],
    );
    check(
        &storyboard(Path::new("in.mp4"), &grid(7200)),
        expect![[r#"
        -hide_banner
        -nostdin
        -loglevel error
        -protocol_whitelist file
        -format_whitelist aac,ac3,asf,avi,eac3,flac,flv,m4v,matroska,webm,mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,w64,wav
        -skip_frame nokey
        -i file:in.mp4
        -map 0:v:0
        -vf fps=1/60,scale=192:108:flags=bicubic,tile=11x11
        -frames:v 1
        -c:v mjpeg
        -q:v 5
        -pix_fmt yuvj420p
        -f image2pipe pipe:1
    "#]],
    );
}
