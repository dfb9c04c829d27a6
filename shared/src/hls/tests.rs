use std::time::Duration;

use super::*;

const MASTER: &str = include_str!("../../../tests/vectors/hls/peertube-6.3-master.m3u8");
const REINJECTED: &str =
    include_str!("../../../tests/vectors/hls/peertube-6.3-master-private-reinjected.m3u8");
const MEDIA: [&str; 3] = [
    include_str!("../../../tests/vectors/hls/peertube-6.3-media-240.m3u8"),
    include_str!("../../../tests/vectors/hls/peertube-6.3-media-480.m3u8"),
    include_str!("../../../tests/vectors/hls/peertube-6.3-media-720.m3u8"),
];

/// Xorshift: the dice of the property loops, from a seed that stands in the failure.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
        (self.roll(2) == 0).then(|| make(self))
    }

    fn name(&mut self) -> String {
        self.pick(&["a", "audio", "Français (Québec)", "x, y = z", "日本", "0-fragmented.mp4"]).to_owned()
    }

    fn uri(&mut self) -> String {
        self.pick(&["a-720.m3u8", "b.mp4?x=1&y=2", "../up.mp4", "https://x.test/é.mp4", "/abs/p.mp4"])
            .to_owned()
    }
}

#[test]
fn a_master_of_peertube_reads_as_written() {
    let master = parse_multivariant(MASTER).unwrap();
    assert_eq!(master.version, Some(3));
    let heights: Vec<_> =
        master.variants.iter().map(|variant| variant.resolution.map(|size| size.height)).collect();
    assert_eq!(heights, [Some(240), Some(480), Some(720)]);
    let last = master.variants.last().unwrap();
    assert_eq!(last.bandwidth, 2_777_746);
    assert_eq!(last.frame_rate, Some(FrameRate(30_000)));
    assert_eq!(last.codecs.as_deref(), Some("avc1.64001f,mp4a.40.2"));
    assert_eq!((last.audio.as_deref(), last.average_bandwidth), (None, None));
    assert_eq!(parse_multivariant(&master.to_string()), Ok(master));
}

#[test]
fn tokens_a_private_master_carries_stay_on_its_addresses() {
    let master = parse_multivariant(REINJECTED).unwrap();
    assert_eq!(
        master.variants[0].uri,
        "20dd6487-8299-42e5-9d3f-c8e0713b82fc-240.m3u8\
         ?videoFileToken=39b48e52-c562-421b-80d4-baaa52121cf0&reinjectVideoFileToken=true"
    );
}

#[test]
fn a_media_playlist_of_peertube_is_written_back_byte_for_byte() {
    for (text, duration_us) in MEDIA.into_iter().zip([30_033_333, 30_033_333, 30_000_000]) {
        let media = parse_media(text).unwrap();
        assert_eq!(media.to_string(), text);
        assert_eq!(media.duration(), Duration::from_micros(duration_us));
        assert!(media.ended && media.kind == Some(PlaylistKind::Vod));
        let first = &media.segments[0];
        assert_eq!(first.range.unwrap().offset(), first.init.as_ref().unwrap().range.unwrap().len());
    }
}

#[test]
fn ours_is_written_as_peertube_with_sound_apart() {
    let variant = Variant {
        uri: "u-720.m3u8".into(),
        bandwidth: 2_900_000,
        average_bandwidth: Some(2_500_000),
        resolution: Some(Resolution { width: 1280, height: 720 }),
        frame_rate: Some(FrameRate(29_970)),
        codecs: Some("avc1.64001f,mp4a.40.2".into()),
        audio: Some("audio".into()),
        subtitles: None,
    };
    let sound = Rendition {
        kind: RenditionKind::Audio,
        group: "audio".into(),
        name: "A \"name\"\n#EXT-X-ENDLIST".into(),
        language: None,
        uri: Some("u-0.m3u8".into()),
        default: true,
        autoselect: true,
        forced: false,
        channels: Some("2".into()),
    };
    let master = Multivariant {
        version: Some(7),
        independent_segments: true,
        renditions: vec![sound],
        variants: vec![variant],
    };
    expect_test::expect![[r##"
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="A 'name'#EXT-X-ENDLIST",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="u-0.m3u8"
        #EXT-X-STREAM-INF:BANDWIDTH=2900000,AVERAGE-BANDWIDTH=2500000,RESOLUTION=1280x720,FRAME-RATE=29.97,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"
        u-720.m3u8
    "##]]
    .assert_eq(&master.to_string());
}

#[test]
fn spelling_does_not_matter() {
    let text = "\u{feff}#EXTM3U\r\n\r\n# a comment\r\n#EXT-X-SESSION-DATA:DATA-ID=\"x\"\r\n#EXT-X-TARGETDURATION:4\r\n\
                #EXT-X-MAP:URI=\"f.mp4\",BYTERANGE=\"10\"\r\n#EXTINF:4\r\n#EXT-X-BYTERANGE:5@10\r\nf.mp4?t=1\r\n\
                #EXTINF:3.9999996, a title, with commas\r\n#EXT-X-BYTERANGE:7\r\n\r\nf.mp4?t=1\r\n\
                #EXT-X-DISCONTINUITY\r\n#EXTINF:.5,\r\nwhole.mp4";
    let media = parse_media(text).unwrap();
    let ranges: Vec<_> = media.segments.iter().map(|segment| segment.range).collect();
    assert_eq!(ranges, [ByteRange::new(10, 5), ByteRange::new(15, 7), None]);
    assert_eq!(media.segments[0].init.as_ref().unwrap().range, ByteRange::new(0, 10));
    let durations: Vec<_> = media.segments.iter().map(|segment| segment.duration.as_micros()).collect();
    assert_eq!(durations, [4_000_000, 4_000_000, 500_000]);
    assert!(media.segments[2].discontinuity && !media.ended);
}

#[test]
fn what_cannot_be_played_is_refused_with_its_line() {
    for (text, error) in [
        ("", ParseError::NotAPlaylist),
        ("<html>404</html>", ParseError::NotAPlaylist),
        ("#EXTM3U\n", ParseError::Empty),
        ("#EXTM3U\na.mp4\n", ParseError::BadDuration { line: 2 }),
        ("#EXTM3U\n#EXTINF:four,\na.mp4\n", ParseError::BadDuration { line: 2 }),
        ("#EXTM3U\n#EXTINF:-1,\na.mp4\n", ParseError::BadDuration { line: 2 }),
        ("#EXTM3U\n#EXTINF:1e9,\na.mp4\n", ParseError::BadDuration { line: 2 }),
        ("#EXTM3U\n#EXTINF:86401,\na.mp4\n", ParseError::BadDuration { line: 2 }),
        ("#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:5\na.mp4\n", ParseError::BadByteRange { line: 4 }),
        ("#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:0@1\na.mp4\n", ParseError::BadByteRange { line: 4 }),
        ("#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:x@1\na.mp4\n", ParseError::BadByteRange { line: 3 }),
        (
            "#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:2@18446744073709551615\na.mp4\n",
            ParseError::BadByteRange { line: 4 },
        ),
        ("#EXTM3U\n#EXT-X-MAP:BYTERANGE=\"1@0\"\n", ParseError::BadMap { line: 2 }),
        ("#EXTM3U\n#EXT-X-MAP:URI=\"a\",BYTERANGE=\"0@0\"\n", ParseError::BadMap { line: 2 }),
        (
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXTINF:4,\na.mp4\n",
            ParseError::Mixed { line: 5 },
        ),
    ] {
        assert_eq!(parse(text), Err(error), "{text}");
    }
    assert_eq!(parse_media(MASTER), Err(ParseError::WrongKind));
    assert_eq!(parse_multivariant(MEDIA[0]), Err(ParseError::WrongKind));
}

#[test]
fn every_limit_is_reached_and_refused() {
    let segments = format!("#EXTM3U\n{}", "#EXTINF:1,\na\n".repeat(SEGMENTS_MAX + 1));
    assert_eq!(parse(&segments), Err(ParseError::TooMany { line: 2 * SEGMENTS_MAX + 3 }));
    let variants = format!("#EXTM3U\n{}", "#EXT-X-STREAM-INF:X=1\na\n".repeat(VARIANTS_MAX + 1));
    assert_eq!(parse(&variants), Err(ParseError::TooMany { line: 2 * VARIANTS_MAX + 3 }));
    let renditions = format!("#EXTM3U\n{}", "#EXT-X-MEDIA:TYPE=AUDIO\n".repeat(VARIANTS_MAX + 1));
    assert_eq!(parse(&renditions), Err(ParseError::TooMany { line: VARIANTS_MAX + 2 }));
    let long = format!("#EXTM3U\n{}", "#".repeat(TEXT_BYTES_MAX));
    assert_eq!(parse(&long), Err(ParseError::TooLong));
}

#[test]
fn a_thousand_segments_of_one_file_share_its_name() {
    let media = parse_media(&format!("#EXTM3U\n{}", "#EXTINF:1,\nlong.mp4\n".repeat(1000))).unwrap();
    assert!(media.segments.windows(2).all(|pair| std::sync::Arc::ptr_eq(&pair[0].uri, &pair[1].uri)));
}

#[test]
fn whatever_is_written_reads_back_the_same() {
    for seed in 1..=500 {
        let mut dice = Dice(seed);
        let master = random_master(&mut dice);
        assert_eq!(parse_multivariant(&master.to_string()), Ok(master), "seed {seed}");
        let media = random_media(&mut dice);
        assert_eq!(parse_media(&media.to_string()), Ok(media), "seed {seed}");
    }
}

fn random_master(dice: &mut Dice) -> Multivariant {
    let rendition = |dice: &mut Dice| Rendition {
        kind: if dice.roll(2) == 0 { RenditionKind::Audio } else { RenditionKind::Subtitles },
        group: dice.name(),
        name: dice.name(),
        language: dice.maybe(Dice::name),
        uri: dice.maybe(Dice::uri),
        default: dice.roll(2) == 0,
        autoselect: dice.roll(2) == 0,
        forced: dice.roll(2) == 0,
        channels: dice.maybe(Dice::name),
    };
    let variant = |dice: &mut Dice| Variant {
        uri: dice.uri(),
        bandwidth: dice.roll(u64::MAX),
        average_bandwidth: dice.maybe(|dice| dice.roll(u64::MAX)),
        resolution: dice.maybe(|dice| Resolution {
            width: u32::try_from(dice.roll(10_000)).unwrap(),
            height: u32::try_from(dice.roll(10_000)).unwrap(),
        }),
        frame_rate: dice.maybe(|dice| FrameRate(u32::try_from(dice.roll(240_000)).unwrap())),
        codecs: dice.maybe(Dice::name),
        audio: dice.maybe(Dice::name),
        subtitles: dice.maybe(Dice::name),
    };
    Multivariant {
        version: dice.maybe(|dice| u32::try_from(dice.roll(12)).unwrap()),
        independent_segments: dice.roll(2) == 0,
        renditions: (0..dice.roll(4)).map(|_| rendition(dice)).collect(),
        variants: (0..=dice.roll(5)).map(|_| variant(dice)).collect(),
    }
}

fn random_media(dice: &mut Dice) -> MediaPlaylist {
    let range = |dice: &mut Dice| ByteRange::new(dice.roll(1 << 40), 1 + dice.roll(1 << 30)).unwrap();
    // Once a playlist has an init segment it can change it, but not take it back.
    let mut init = None;
    let mut segment = |dice: &mut Dice| {
        if dice.roll(3) == 0 {
            init = Some(Init { uri: dice.uri().into(), range: dice.maybe(range) });
        }
        Segment {
            uri: dice.uri().into(),
            range: dice.maybe(range),
            duration: Duration::from_micros(dice.roll(20_000_000)),
            init: init.clone(),
            discontinuity: dice.roll(9) == 0,
        }
    };
    MediaPlaylist {
        version: dice.maybe(|dice| u32::try_from(dice.roll(12)).unwrap()),
        target_duration: Duration::from_secs(dice.roll(20)),
        media_sequence: dice.roll(1 << 40),
        kind: dice.maybe(|dice| if dice.roll(2) == 0 { PlaylistKind::Vod } else { PlaylistKind::Event }),
        independent_segments: dice.roll(2) == 0,
        ended: dice.roll(2) == 0,
        segments: (0..dice.roll(20)).map(|_| segment(dice)).collect(),
    }
}

#[test]
fn no_text_makes_the_parser_panic_and_what_it_accepts_it_can_write() {
    for seed in 1..=3000 {
        let mut dice = Dice(seed);
        let source = dice.pick(&[MASTER, MEDIA[1], REINJECTED]);
        let mut text: Vec<char> = source.chars().collect();
        for _ in 0..=dice.roll(12) {
            let at = usize::try_from(dice.roll(text.len() as u64)).unwrap();
            match dice.roll(3) {
                0 => {
                    text[at] =
                        dice.pick(&["\"", ",", "=", "@", ":", "#", "\n", "9", "é"]).chars().next().unwrap()
                }
                1 => drop(text.remove(at)),
                _ => text.insert(at, dice.pick(&["\n", "\"", "-", "#", "x", "0"]).chars().next().unwrap()),
            }
        }
        let text: String = text.into_iter().collect();
        if let Ok(playlist) = parse(&text) {
            assert!(parse(&playlist.to_string()).is_ok(), "seed {seed}");
        }
    }
}

#[test]
fn addresses_join_as_rfc_3986_says() {
    // The examples of §5.4 that concern paths and queries.
    let base = "http://a/b/c/d;p?q";
    for (reference, expected) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"),
        ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("https://other/x?t=1", "https://other/x?t=1"),
    ] {
        assert_eq!(join_url(base, reference), expected, "{reference}");
    }
    assert_eq!(join_url("https://host", "g"), "https://host/g");
    assert_eq!(join_url("/static/hls/u-master.m3u8?token=1", "u-720.m3u8"), "/static/hls/u-720.m3u8");
    assert_eq!(join_url("u-master.m3u8", "u-720.m3u8"), "u-720.m3u8");
}

#[test]
fn a_token_is_added_once_and_only_its_own_origin_may_see_it() {
    assert_eq!(with_parameter("/a.mp4", "videoFileToken", "x-1"), "/a.mp4?videoFileToken=x-1");
    assert_eq!(with_parameter("/a.mp4?b=1#f", "t", "a b&"), "/a.mp4?b=1&t=a%20b%26#f");
    assert_eq!(with_parameter("/a.mp4?t=old&b=1", "t", "new"), "/a.mp4?t=old&b=1");
    assert!(is_same_origin("https://a.test/x", "HTTPS://A.test/y?z"));
    assert!(is_same_origin("/x", "/y"));
    assert!(!is_same_origin("https://a.test/x", "https://a.test:8443/x"));
    assert!(!is_same_origin("https://a.test/x", "http://a.test/x"));
}

#[test]
fn a_file_is_named_by_the_end_of_its_path() {
    assert_eq!(file_name("https://a.test/hls/u-720-fragmented.mp4?token=a/b#c"), "u-720-fragmented.mp4");
    assert_eq!(file_name("u.mp4"), "u.mp4");
    assert_eq!(file_name("https://a.test"), "");
}
