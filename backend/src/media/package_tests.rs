use super::*;
use crate::media::boxes::{Fragment, Sample, Track};
use crate::media::index::Place;
use expect_test::expect;
use shared::id::FileId;

/// A file of pictures: fragments of so many bytes that begin at these seconds.
fn index(fragments: &[(f64, u64, bool)], end: f64) -> Index {
    let mut offset = 800;
    let ends = fragments.iter().skip(1).map(|(start, ..)| *start).chain(std::iter::once(end));
    let places = fragments
        .iter()
        .zip(ends)
        .map(|(&(start, bytes, independent), end)| {
            let place = Place {
                offset,
                bytes,
                media: offset + 100,
                start: Duration::from_secs_f64(start),
                end: Duration::from_secs_f64(end),
                independent,
                fragment: Fragment {
                    base: 0,
                    independent,
                    samples: vec![Sample { duration: 1, bytes: 1, composition: 0 }; 25],
                },
            };
            offset += bytes;
            place
        })
        .collect();
    let kind = TrackKind::Video { nal_length_bytes: 4 };
    let track = Track { timescale: 1000, lead: 0, codecs: "avc1.64001f".to_owned(), kind };
    Index { track, init_bytes: 800, fragments: places, bytes: offset + 43 }
}

fn seconds(starts: &[f64]) -> Vec<Duration> {
    starts.iter().copied().map(Duration::from_secs_f64).collect()
}

#[test]
fn fragments_between_two_cuts_are_one_segment() {
    let fragments =
        [(0.08, 1000, true), (1., 1000, true), (4., 2000, true), (5., 500, false), (8.3, 600, true)];
    let cut = cut(&index(&fragments, 9.8), &seconds(&[0.08, 4., 8.3])).unwrap();
    expect![[r#"
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-TARGETDURATION:5
        #EXT-X-MEDIA-SEQUENCE:0
        #EXT-X-PLAYLIST-TYPE:VOD
        #EXT-X-MAP:URI="a-720-fragmented.mp4",BYTERANGE="800@0"
        #EXTINF:4.000000,
        #EXT-X-BYTERANGE:2000@800
        a-720-fragmented.mp4
        #EXTINF:4.300000,
        #EXT-X-BYTERANGE:2500@2800
        a-720-fragmented.mp4
        #EXTINF:1.500000,
        #EXT-X-BYTERANGE:600@5300
        a-720-fragmented.mp4
        #EXT-X-ENDLIST
    "#]]
    .assert_eq(&cut.playlist("a-720-fragmented.mp4").to_string());
}

#[test]
fn players_come_back_to_a_list_that_grows() {
    let cut = cut(&index(&[(0., 1000, true)], 2.), &seconds(&[0.])).unwrap();
    expect![[r#"
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-TARGETDURATION:4
        #EXT-X-MEDIA-SEQUENCE:0
        #EXT-X-PLAYLIST-TYPE:EVENT
        #EXT-X-START:TIME-OFFSET=0
        #EXT-X-MAP:URI="a-360-fragmented.mp4",BYTERANGE="800@0"
        #EXTINF:2.000000,
        #EXT-X-BYTERANGE:1000@800
        a-360-fragmented.mp4
    "#]]
    .assert_eq(&cut.playlist_so_far("a-360-fragmented.mp4").to_string());
}

#[test]
fn the_ranges_cover_the_file_without_holes() {
    let fragments = [(0., 10, false), (1., 20, true), (6., 30, true)];
    let cut = cut(&index(&fragments, 10.), &seconds(&[1., 6.])).unwrap();
    let mut at = 0;
    for range in cut.ranges() {
        assert_eq!(range.offset(), at);
        at = range.end();
    }
    assert_eq!(at, 860);
    assert_eq!(cut.duration(), Duration::from_secs(10));
}

#[test]
fn a_file_without_media_cannot_be_cut() {
    assert!(matches!(cut(&index(&[], 0.), &[]), Err(IndexError::Empty)));
}

#[test]
fn the_peak_is_that_of_a_stretch_and_not_of_a_scrap() {
    let piece = |offset, bytes, seconds: f64| Piece {
        range: ByteRange::new(offset, bytes).unwrap(),
        duration: Duration::from_secs_f64(seconds),
    };
    let cut = Cut {
        init: ByteRange::new(0, 10).unwrap(),
        // A last segment of a tenth of a second is a key frame and little else.
        pieces: vec![piece(10, 4000, 4.), piece(4010, 8000, 4.), piece(12_010, 2000, 0.1)],
    };
    assert_eq!(cut.average(), 14_000 * 8 * 10 / 81);
    assert_eq!(cut.peak(), 10_000 * 8 * 10 / 41, "the second with the third, 4.1 s");
}

fn rendition(resolution: u32, codecs: &str) -> Rendition {
    Rendition {
        file: FileId(1),
        playlist_name: format!("u-{resolution}.m3u8"),
        file_name: format!("u-{resolution}-fragmented.mp4"),
        width: resolution * 16 / 9,
        height: resolution,
        fps: if resolution == 0 { 0 } else { 30 },
        bytes: 1,
        bandwidth: 1000 * u64::from(resolution) + 150_000,
        bandwidth_average: 900 * u64::from(resolution) + 128_000,
        codecs: codecs.to_owned(),
        channels: if resolution == 0 { 2 } else { 0 },
        has_audio: resolution == 0,
        has_video: resolution != 0,
        torrent: None,
    }
}

fn master_of(renditions: Vec<Rendition>) -> String {
    let (master, digests) = ("u-master.m3u8".to_owned(), "u-segments-sha256.json".to_owned());
    super::master(&Playlist { id: 1, master, digests, renditions }, &[]).to_string()
}

#[test]
fn variants_keep_the_order_of_the_record() {
    let renditions =
        vec![rendition(720, "avc1.64001f"), rendition(0, "mp4a.40.2"), rendition(240, "avc1.640015")];
    expect![[r##"
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="u-0.m3u8"
        #EXT-X-STREAM-INF:BANDWIDTH=1020000,AVERAGE-BANDWIDTH=904000,RESOLUTION=1280x720,FRAME-RATE=30,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"
        u-720.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=540000,AVERAGE-BANDWIDTH=472000,RESOLUTION=426x240,FRAME-RATE=30,CODECS="avc1.640015,mp4a.40.2",AUDIO="audio"
        u-240.m3u8
    "##]].assert_eq(&master_of(renditions.clone()));
    let places = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.ends_with(".m3u8")).map(ToOwned::to_owned).collect()
    };
    let mut more = renditions.clone();
    more.push(rendition(480, "avc1.64001e"));
    assert!(places(&master_of(more)).starts_with(&places(&master_of(renditions))));
}

#[test]
fn pictures_and_sound_may_be_alone() {
    expect![[r##"
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-STREAM-INF:BANDWIDTH=390000,AVERAGE-BANDWIDTH=344000,RESOLUTION=426x240,FRAME-RATE=30,CODECS="avc1.640015"
        u-240.m3u8
    "##]].assert_eq(&master_of(vec![rendition(240, "avc1.640015")]));
    expect![[r##"
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-STREAM-INF:BANDWIDTH=150000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"
        u-0.m3u8
    "##]]
    .assert_eq(&master_of(vec![rendition(0, "mp4a.40.2")]));
}

#[test]
fn each_range_has_the_digest_of_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let bytes: Vec<u8> = (0..700_000u32).map(|n| n.to_le_bytes()[0]).collect();
    std::fs::write(&path, &bytes).unwrap();
    let range = |offset, length| ByteRange::new(offset, length).unwrap();
    let piece = |offset, length| Piece { range: range(offset, length), duration: Duration::from_secs(4) };
    let cut = Cut { init: range(0, 7), pieces: vec![piece(7, 600_000), piece(600_007, 5)] };
    let file = File::open(&path).unwrap();
    let found = digests(&file, &cut).unwrap();
    let mut by_and_by = Vec::new();
    for count in 0..=2 {
        let so_far = Cut { pieces: cut.pieces.iter().take(count).copied().collect(), ..cut.clone() };
        extend_digests(&file, &so_far, &mut by_and_by).unwrap();
        assert_eq!(by_and_by, found[..=count]);
    }
    for (range, digest) in &found {
        let (start, end) = (usize::try_from(range.offset()).unwrap(), usize::try_from(range.end()).unwrap());
        assert_eq!(digest.0, <[u8; 32]>::from(Sha256::digest(&bytes[start..end])));
    }
    assert_eq!(found.len(), 3);
    let too_long = Cut { pieces: vec![piece(7, 1_000_000)], ..cut };
    assert!(digests(&file, &too_long).is_err());
}

#[test]
fn captions_are_a_group_of_every_variant() {
    let words = |language: &str, name: &str| Words {
        language: language.to_owned(),
        name: name.to_owned(),
        playlist_name: format!("u-00-{language}.m3u8"),
        uri: format!("/lazy-static/video-captions/u-00-{language}.vtt"),
    };
    let captions = [words("en", "English"), words("fr", "French")];
    let renditions = vec![rendition(720, "avc1.64001f"), rendition(0, "mp4a.40.2")];
    let (master, digests) = ("u-master.m3u8".to_owned(), "u-segments-sha256.json".to_owned());
    let master = super::master(&Playlist { id: 1, master, digests, renditions }, &captions).to_string();
    let groups: Vec<&str> = master.lines().filter(|line| line.contains("TYPE=SUBTITLES")).collect();
    assert_eq!(
        groups,
        [
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,URI=\"u-00-en.m3u8\"",
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"French\",LANGUAGE=\"fr\",DEFAULT=NO,AUTOSELECT=YES,URI=\"u-00-fr.m3u8\"",
        ]
    );
    assert!(master.contains("SUBTITLES=\"subtitles\""));
    let playlist = caption_playlist(&captions[1], Duration::from_millis(20_480)).to_string();
    for line in [
        "#EXT-X-TARGETDURATION:21",
        "#EXTINF:20.48",
        "/lazy-static/video-captions/u-00-fr.vtt",
        "#EXT-X-ENDLIST",
    ] {
        assert!(playlist.contains(line), "{line} in {playlist}");
    }
}
