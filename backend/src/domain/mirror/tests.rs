//! What is copied, what is given up, and that nothing forged stays.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use shared::hls::ByteRange;
use shared::id::{Digest, MirrorId, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::store::records::MirrorStrategy::{self, Manual, MostViews, RecentlyAdded, Trending};

const HOUR: Duration = Duration::from_secs(60 * 60);
const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn rule(strategy: MirrorStrategy, bytes_max: u64) -> Rule {
    Rule { strategy, bytes_max, lifetime_min: HOUR * 48, views_min: 0 }
}

fn candidate(video: u64, bytes: u64, views: u64) -> Candidate {
    let published_at = Timestamp(NOW.0 - 1000 * i64::try_from(video).unwrap());
    Candidate { video: VideoId(video), bytes, views, views_lately: 100 - views, published_at }
}

/// A copy that was made so many hours ago and ends in so many.
fn copy(video: u64, bytes: u64, strategy: MirrorStrategy, (age, left): (u32, i64)) -> Standing {
    Standing {
        id: MirrorId(video + 100),
        video: VideoId(video),
        strategy,
        bytes,
        made_at: Timestamp(NOW.0 - i64::from(age) * 3_600_000),
        expires_at: Some(Timestamp(NOW.0 + left * 3_600_000)),
        is_right: true,
    }
}

fn made(plan: &Plan) -> Vec<u64> {
    plan.make.iter().map(|make| make.video.0).collect()
}

fn given_up(plan: &Plan) -> Vec<u64> {
    plan.give_up.iter().map(|id| id.0 - 100).collect()
}

#[test]
fn each_strategy_fills_its_room_with_what_deserves_it_most() {
    let videos = [candidate(1, 40, 10), candidate(2, 40, 30), candidate(3, 50, 20), candidate(4, 10, 5)];
    for (strategy, expected) in
        [(MostViews, [2, 3, 4].as_slice()), (Trending, &[4, 1, 3]), (RecentlyAdded, &[1, 2, 4])]
    {
        let plan = plan(NOW, &[rule(strategy, 100)], &videos, &[]);
        assert_eq!(made(&plan), expected, "{strategy}");
        assert!(plan.make.iter().all(|make| make.lifetime == Some(HOUR * 48)));
    }
    let asked = Rule { views_min: 20, ..rule(RecentlyAdded, 100) };
    assert_eq!(made(&plan(NOW, &[asked], &videos, &[])), [2, 3]);
    assert_eq!(plan(NOW, &[], &videos, &[]), Plan::default());
    assert_eq!(plan(NOW, &[rule(MostViews, 9)], &videos, &[]), Plan::default());
}

#[test]
fn a_video_is_copied_once_and_one_strategy_has_one_room() {
    let videos = [candidate(1, 40, 10), candidate(2, 40, 30)];
    let two = [rule(MostViews, 40), rule(RecentlyAdded, 100), rule(MostViews, 1000)];
    let plan = plan(NOW, &two, &videos, &[]);
    assert_eq!(made(&plan), [2, 1]);
    let strategies: Vec<_> = plan.make.iter().map(|make| make.strategy).collect();
    assert_eq!(strategies, [MostViews, RecentlyAdded]);
}

#[test]
fn a_copy_stays_as_long_as_it_deserves_its_place() {
    let videos = [candidate(1, 40, 10), candidate(2, 40, 30)];
    let rules = [rule(MostViews, 80)];
    let fresh = plan(NOW, &rules, &videos, &[copy(2, 40, MostViews, (1, 47))]);
    assert_eq!((made(&fresh), fresh.lengthen.len()), (vec![1], 0));
    let old = plan(NOW, &rules, &videos, &[copy(2, 40, MostViews, (40, 8))]);
    assert_eq!(old.lengthen, [(MirrorId(102), NOW.after(HOUR * 48))]);
    let late = plan(NOW, &rules, &videos, &[copy(2, 40, MostViews, (90, -1))]);
    assert_eq!((given_up(&late), late.lengthen.len()), (vec![], 1));
}

#[test]
fn what_had_its_time_makes_room_for_what_deserves_it_more() {
    let videos = [candidate(1, 40, 1), candidate(2, 40, 2), candidate(3, 40, 30), candidate(4, 40, 20)];
    let rules = [rule(MostViews, 80)];
    let young = [copy(1, 40, MostViews, (1, 47)), copy(2, 40, MostViews, (1, 47))];
    assert_eq!(plan(NOW, &rules, &videos, &young), Plan::default(), "others were told that it stays");
    let old = [copy(1, 40, MostViews, (50, 20)), copy(2, 40, MostViews, (1, 47))];
    let moved = plan(NOW, &rules, &videos, &old);
    assert_eq!((given_up(&moved), made(&moved)), (vec![1], vec![3]));
    let over = [copy(1, 40, MostViews, (50, -1)), copy(2, 40, MostViews, (50, 3))];
    let moved = plan(NOW, &rules, &videos, &over);
    assert_eq!((given_up(&moved), made(&moved)), (vec![1, 2], vec![3, 4]));
    let smaller = plan(NOW, &[rule(MostViews, 40)], &videos, &young);
    assert_eq!(given_up(&smaller), [1], "the room itself became smaller");
}

#[test]
fn what_lost_its_reason_goes_at_once() {
    let wrong = Standing { is_right: false, ..copy(1, 40, MostViews, (1, 47)) };
    let asked = Standing { expires_at: None, ..copy(2, 40, Manual, (1000, 0)) };
    let wrong_asked = Standing { is_right: false, ..copy(3, 40, Manual, (1, 0)) };
    let unruled = copy(4, 40, Trending, (1, 1));
    let unruled_over = copy(5, 40, Trending, (1, -1));
    let rules = [rule(MostViews, 80)];
    let plan = plan(NOW, &rules, &[candidate(2, 40, 5)], &[wrong, asked, wrong_asked, unruled, unruled_over]);
    assert_eq!(given_up(&plan), [1, 3, 5]);
    assert!(plan.make.is_empty(), "what somebody asked for is there");
}

const NAME: &str = "u-720-fragmented.mp4";

fn body(number: u64) -> Vec<u8> {
    vec![u8::try_from(number).unwrap(); 100]
}

/// A head of ten bytes and three segments of a hundred; `vouched` have digests.
fn texts(vouched: &[u64]) -> (String, String) {
    let mut playlist = format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI=\"{NAME}\",BYTERANGE=\"10@0\"\n"
    );
    let mut digests = shared::digests::Digests::default();
    for number in 0..3 {
        let at = 10 + number * 100;
        write!(playlist, "#EXTINF:4.0,\n#EXT-X-BYTERANGE:100@{at}\n{NAME}\n").unwrap();
        if vouched.contains(&number) {
            let digest = Digest(Sha256::digest(body(number)).into());
            digests.insert(NAME, ByteRange::new(at, 100).unwrap(), digest);
        }
    }
    playlist.push_str("#EXT-X-ENDLIST\n");
    (playlist, digests.to_string())
}

fn read_films(playlist: String, digests: &str, bytes_max: u64) -> Result<Vec<Film>, Flaw> {
    films(&[("u-720.m3u8".to_owned(), playlist)], digests, bytes_max)
}

#[test]
fn a_stream_is_copied_where_all_of_it_is_vouched_for() {
    let (playlist, digests) = texts(&[0, 1, 2]);
    let films = read_films(playlist.clone(), &digests, 310).unwrap();
    assert_eq!((films[0].name.as_str(), films[0].bytes(), films[0].pieces.len()), (NAME, 310, 4));
    assert_eq!(read_films(playlist.clone(), &digests, 309), Err(Flaw::TooLong));
    assert_eq!(read_films(playlist.clone(), "[]", 400), Err(Flaw::Digests));
    let (_, fewer) = texts(&[0, 2]);
    assert_eq!(read_films(playlist.clone(), &fewer, 400), Err(Flaw::Unvouched(NAME.to_owned())));
    for (from, to) in [
        ("#EXT-X-ENDLIST\n", ""),
        ("10@0", "9@0"),
        ("10@0", "10@5"),
        ("100@110", "100@115"),
        (NAME, "../u.mp4"),
        (NAME, "https://elsewhere.example/u.mp4"),
        (NAME, "u.m3u8"),
        ("#EXTM3U", "<html>"),
    ] {
        assert!(read_films(playlist.replace(from, to), &digests, 400).is_err(), "{from} → {to}");
    }
}

#[test]
fn a_master_leads_to_playlists_beside_it() {
    let master = |uri: &str| {
        format!(
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n{uri}\n#EXT-X-STREAM-INF:BANDWIDTH=2000\nb.m3u8\n"
        )
    };
    assert_eq!(playlists(&master("a.m3u8")), Ok(vec!["a.m3u8".to_owned(), "b.m3u8".to_owned()]));
    assert_eq!(playlists(&master("b.m3u8")), Ok(vec!["b.m3u8".to_owned()]));
    for uri in ["../a.m3u8", "/a.m3u8", "https://b.example/a.m3u8", "a.mp4", ".m3u8", "a b.m3u8", "a%2f.m3u8"]
    {
        assert!(playlists(&master(uri)).is_err(), "{uri}");
    }
}

#[test]
fn bytes_are_compared_however_they_come_and_a_forged_part_is_forgotten() {
    let (playlist, digests) = texts(&[0, 1, 2]);
    let film = Arc::new(read_films(playlist, &digests, 400).unwrap().remove(0));
    let whole: Vec<u8> = [vec![7; 10], body(0), body(1), body(2)].concat();
    for length in [1, 7, 100, 310, 1000] {
        let mut checker = Checker::new(film.clone());
        for part in whole.chunks(length) {
            assert_eq!(checker.read(part), Ok(()));
        }
        assert!(checker.is_done(), "{length}");
        assert_eq!(checker.read(b"more"), Err(Forged));
        assert_eq!(checker.go_back(), 310);
    }
    let mut forged = whole.clone();
    forged[150] ^= 1;
    let mut checker = Checker::new(film.clone());
    assert_eq!(checker.read(&forged), Err(Forged));
    assert_eq!(checker.go_back(), 110, "what came before it was right");
    assert_eq!(checker.read(&whole[110..]), Ok(()));
    assert!(checker.is_done());

    let mut half = Checker::new(film);
    half.read(&whole[..150]).unwrap();
    assert_eq!((half.at(), half.go_back(), half.at(), half.is_done()), (150, 110, 110, false));
}
