//! Fragmented files made by hand, put together and read again the way a player does.

use std::fs::File;

use super::*;
use crate::media::boxes::Cursor;
use crate::media::boxes::tests::wrap;

fn words(fields: &[u32]) -> Vec<u8> {
    fields.iter().flat_map(|field| field.to_be_bytes()).collect()
}

/// A track of a header made by hand.
struct Made {
    id: u32,
    kind: &'static [u8; 4],
    timescale: u32,
    /// The content of its `elst`.
    edits: Vec<u32>,
}

const PICTURES: Made = Made { id: 1, kind: b"vide", timescale: 12_800, edits: Vec::new() };
const SOUND: Made = Made { id: 2, kind: b"soun", timescale: 48_000, edits: Vec::new() };

/// Samples of track 2 that say nothing themselves have 1024 ticks and 7 bytes.
fn init(tracks: &[Made]) -> Vec<u8> {
    let mut content = wrap(b"mvhd", &[&words(&[0, 0, 0, 1000, 0]), &[0; 80]]);
    let mut extends = Vec::new();
    for track in tracks {
        let tkhd = wrap(b"tkhd", &[&words(&[3, 0, 0, track.id, 0, 0]), &[track.kind[0]; 60]]);
        let elst = wrap(b"edts", &[&wrap(b"elst", &[&words(&track.edits)])]);
        let mdhd = wrap(b"mdhd", &[&words(&[0, 0, 0, track.timescale, 0]), &[0x55, 0xc4, 0, 0]]);
        let hdlr = wrap(b"hdlr", &[&[0; 8], track.kind, &[0; 13]]);
        let stsd = wrap(b"stsd", &[&words(&[0, 1]), &wrap(b"abcd", &[&[track.kind[0]; 16]])]);
        let minf = wrap(b"minf", &[&wrap(b"stbl", &[&stsd])]);
        let mdia = wrap(b"mdia", &[&mdhd, &hdlr, &minf]);
        let edits: &[u8] = if track.edits.is_empty() { &[] } else { &elst };
        content.extend(wrap(b"trak", &[&tkhd, edits, &mdia]));
        extends.extend(wrap(b"trex", &[&words(&[0, track.id, 1, 1024, 7, 0])]));
    }
    content.extend(wrap(b"mvex", &[&extends]));
    [wrap(b"ftyp", &[b"iso6"]), wrap(b"moov", &[&content])].concat()
}

/// Duration, bytes, composition offset, and whether it can be decoded alone.
type Row = (u32, u32, i32, bool);

/// A `traf` of one run, everything said for each sample, its data at `offset` from the `moof`.
fn traf(id: u32, base: u64, rows: &[Row], offset: u32) -> Vec<u8> {
    let tfhd = wrap(b"tfhd", &[&words(&[0x02_0000, id])]);
    let tfdt = wrap(b"tfdt", &[&words(&[0x0100_0000]), &base.to_be_bytes()]);
    let mut run = words(&[0x0100_0f01, u32::try_from(rows.len()).unwrap(), offset]);
    for (duration, bytes, composition, sync) in rows {
        let flags = if *sync { 0 } else { 0x1_0000 };
        run.extend(words(&[*duration, *bytes, flags, composition.cast_unsigned()]));
    }
    wrap(b"traf", &[&tfhd, &tfdt, &wrap(b"trun", &[&run])])
}

/// A `moof` of several tracks and the `mdat` behind it, filled with what `fill` gives.
fn fragment(tracks: &[(u32, u64, Vec<Row>)], fill: &mut impl FnMut() -> u8) -> Vec<u8> {
    let bytes = |rows: &[Row]| rows.iter().map(|row| row.1).sum::<u32>();
    let make = |moof_bytes: u32| {
        let mut offset = moof_bytes + 8;
        let mut content = wrap(b"mfhd", &[&[0; 8]]);
        for (id, base, rows) in tracks {
            content.extend(traf(*id, *base, rows, offset));
            offset += bytes(rows);
        }
        wrap(b"moof", &[&content])
    };
    let moof = make(u32::try_from(make(0).len()).unwrap());
    let media: u32 = tracks.iter().map(|(_, _, rows)| bytes(rows)).sum();
    let data: Vec<u8> = (0..media).map(|_| fill()).collect();
    [wrap(b"styp", &[b"msdh"]), moof, wrap(b"mdat", &[&data])].concat()
}

fn counter() -> impl FnMut() -> u8 {
    let mut next = 0u8;
    move || {
        next = next.wrapping_mul(5).wrapping_add(37);
        next
    }
}

/// A file of two pictures.
pub fn pictures() -> Vec<u8> {
    let rows = vec![(512, 40, 0, true), (512, 10, 0, false)];
    [init(&[PICTURES]), fragment(&[(1, 0, rows)], &mut counter())].concat()
}

fn open(files: &[(&[u8], &[Kind])]) -> Result<Film, MuxError> {
    let folder = tempfile::tempdir().unwrap();
    let sources = files.iter().enumerate().map(|(number, (bytes, kinds))| {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, bytes).unwrap();
        (File::open(path).unwrap(), kinds.to_vec())
    });
    Film::open(sources.collect())
}

fn whole(film: &Film) -> Vec<u8> {
    film.read(0, film.plan().bytes()).unwrap().to_vec()
}

/// A track as a player reads it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    timescale: u32,
    /// Duration and media time of each edit.
    edits: Vec<(u32, i32)>,
    /// Decode time, composition offset, whether it can be decoded alone, and its bytes.
    samples: Vec<(u64, u32, bool, Vec<u8>)>,
}

fn table(stbl: Cursor<'_>, kind: &[u8; 4], columns: usize) -> Option<Vec<Vec<u32>>> {
    let mut fields = stbl.find(kind)?;
    fields.u32().unwrap();
    let rows = fields.u32().unwrap();
    Some((0..rows).map(|_| (0..columns).map(|_| fields.u32().unwrap()).collect()).collect())
}

fn spread(rows: &[Vec<u32>]) -> Vec<u32> {
    rows.iter().flat_map(|row| std::iter::repeat_n(row[1], usize::try_from(row[0]).unwrap())).collect()
}

fn see(film: &[u8]) -> Vec<Seen> {
    let kinds: Vec<[u8; 4]> = Cursor(film).boxes().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [*b"ftyp", *b"moov", *b"mdat"], "the head comes first");
    let moov = Cursor(film).find(b"moov").unwrap();
    let tracks = moov.boxes().filter(|(kind, _)| kind == b"trak");
    tracks.map(|(_, track)| see_track(film, Cursor(track))).collect()
}

fn see_track(film: &[u8], track: Cursor<'_>) -> Seen {
    let mdia = track.find(b"mdia").unwrap();
    let mut mdhd = mdia.find(b"mdhd").unwrap();
    mdhd.skip(12).unwrap();
    let timescale = mdhd.u32().unwrap();
    let length = u64::from(mdhd.u32().unwrap());
    let edits = track.find(b"edts").and_then(|edts| table(edts, b"elst", 3)).unwrap_or_default();
    let edits = edits.iter().map(|row| (row[0], row[1].cast_signed())).collect();
    let stbl = mdia.find(b"minf").unwrap().find(b"stbl").unwrap();
    let durations = spread(&table(stbl, b"stts", 2).unwrap());
    let mut stsz = stbl.find(b"stsz").unwrap();
    stsz.skip(4).unwrap();
    let (all, count) = (stsz.u32().unwrap(), usize::try_from(stsz.u32().unwrap()).unwrap());
    let sizes: Vec<u32> = (0..count).map(|_| if all == 0 { stsz.u32().unwrap() } else { all }).collect();
    let compositions = table(stbl, b"ctts", 2).map_or(vec![0; count], |rows| spread(&rows));
    let syncs = table(stbl, b"stss", 1);
    let places = table(stbl, b"stco", 1).unwrap();
    let groups = table(stbl, b"stsc", 3).unwrap();
    assert_eq!((durations.len(), compositions.len()), (count, count));
    let (mut samples, mut time) = (Vec::new(), 0u64);
    for (number, place) in (1u32..).zip(&places) {
        let group = groups.iter().rev().find(|row| row[0] <= number).unwrap();
        let mut at = usize::try_from(place[0]).unwrap();
        for _ in 0..group[1] {
            let index = samples.len();
            let end = at + usize::try_from(sizes[index]).unwrap();
            let number = u32::try_from(index + 1).unwrap();
            let sync = syncs.as_ref().is_none_or(|rows| rows.contains(&vec![number]));
            samples.push((time, compositions[index], sync, film[at..end].to_vec()));
            time += u64::from(durations[index]);
            at = end;
        }
    }
    assert_eq!((samples.len(), time), (count, length));
    Seen { timescale, edits, samples }
}

#[test]
fn two_files_become_one_with_their_samples_in_turns() {
    let mut fill = counter();
    // Decoded I P B, each shown 512 ticks late, which the edit list takes back.
    let rows = vec![(512, 90, 512, true), (512, 30, 1024, false), (512, 20, 0, false)];
    let film = [
        init(&[Made { edits: vec![0, 1, 0, 512, 0x1_0000], ..PICTURES }]),
        fragment(&[(1, 0, rows.clone())], &mut fill),
        fragment(&[(1, 1536, rows)], &mut fill),
    ]
    .concat();
    let packets = vec![(1024, 11, 0, true); 5];
    let sound = [
        init(&[SOUND]),
        fragment(&[(2, 0, packets.clone())], &mut fill),
        fragment(&[(2, 5120, packets)], &mut fill),
    ]
    .concat();
    let made = open(&[(&film, &[Kind::Pictures]), (&sound, &[Kind::Sound])]).unwrap();
    let bytes = whole(&made);
    let [pictures, sound] = &see(&bytes)[..] else { panic!("two tracks") };
    assert_eq!((pictures.timescale, sound.timescale), (12_800, 48_000));
    assert_eq!(pictures.edits, [(21_600, 512)], "both begin at once");
    assert!(sound.edits.is_empty());
    let times = pictures.samples.iter().map(|(time, shown, sync, data)| (*time, *shown, *sync, data.len()));
    let times: Vec<_> = times.collect();
    assert_eq!(times[..3], [(0, 512, true, 90), (512, 1024, false, 30), (1024, 0, false, 20)]);
    assert_eq!(times[3], (1536, 512, true, 90));
    assert!(sound.samples.iter().all(|(_, shown, sync, data)| (*shown, *sync, data.len()) == (0, true, 11)));
    assert_eq!(sound.samples[9].0, 9 * 1024);
    assert_eq!(
        whole(&open(&[(&film, &[Kind::Pictures])]).unwrap()),
        whole(&open(&[(&film, &[Kind::Pictures])]).unwrap())
    );
}

#[test]
fn one_file_gives_both_tracks() {
    let rows = vec![(512, 40, 0, true), (512, 10, 0, true)];
    let packets = vec![(1024, 9, 0, true); 3];
    let file = [
        init(&[PICTURES, SOUND]),
        fragment(&[(1, 0, rows.clone()), (2, 0, packets.clone())], &mut counter()),
        fragment(&[(1, 1024, rows), (2, 3072, packets)], &mut counter()),
    ]
    .concat();
    let both = see(&whole(&open(&[(&file, &[Kind::Pictures, Kind::Sound])]).unwrap()));
    assert_eq!((both[0].samples.len(), both[1].samples.len()), (4, 6));
    let alone = see(&whole(&open(&[(&file, &[Kind::Sound])]).unwrap()));
    assert_eq!(alone.len(), 1);
    assert_eq!(alone[0].samples, both[1].samples);
    assert!(matches!(open(&[(&file, &[])]), Err(MuxError::NoTrack)));
}

/// Edits of pictures and sound with these begins, edit lists and offsets.
fn edits(pictures: (u64, &[u32], i32), sound: (u64, &[u32])) -> [Vec<(u32, i32)>; 2] {
    let row = (12_800, 1, pictures.2, true);
    let film = [
        init(&[Made { edits: pictures.1.to_vec(), ..PICTURES }]),
        fragment(&[(1, pictures.0, vec![row; 2])], &mut counter()),
    ]
    .concat();
    let heard = [
        init(&[Made { edits: sound.1.to_vec(), ..SOUND }]),
        fragment(&[(2, sound.0, vec![(48_000, 1, 0, true); 2])], &mut counter()),
    ]
    .concat();
    let made = open(&[(&film, &[Kind::Pictures]), (&heard, &[Kind::Sound])]).unwrap();
    let seen = see(&whole(&made));
    [seen[0].edits.clone(), seen[1].edits.clone()]
}

#[test]
fn tracks_begin_as_far_apart_as_they_did() {
    let lead = |ticks: u32| [0, 1, 0, ticks, 0x1_0000];
    for (pictures, sound, expected) in [
        ((0, &[][..], 0), (0, &[][..]), [vec![], vec![]]),
        // Both late by ten seconds: nobody waits for that.
        ((128_000, &[], 0), (480_000, &[]), [vec![], vec![]]),
        // Half a second between them.
        ((6400, &[], 0), (0, &[]), [vec![(45_000, -1), (180_000, 0)], vec![]]),
        ((0, &[], 0), (24_000, &[]), [vec![], vec![(45_000, -1), (180_000, 0)]]),
        // A pause of half a second in the source's own list, in its thousandths.
        (
            (0, &[0, 2, 500, u32::MAX, 0x1_0000, 0, 0, 0x1_0000], 0),
            (0, &[]),
            [vec![(45_000, -1), (180_000, 0)], vec![]],
        ),
        // What an encoder set before the first sound is not heard.
        ((0, &[], 0), (0, &lead(4800)), [vec![], vec![(171_000, 4800)]]),
        // Late offsets that a list takes back, and negative ones that need none.
        ((0, &lead(1280), 1280), (0, &[]), [vec![(180_000, 1280)], vec![]]),
        ((1280, &[], -1280), (0, &[]), [vec![], vec![]]),
    ] {
        assert_eq!(edits(pictures, sound), expected, "{pictures:?} {sound:?}");
    }
}

#[test]
fn a_beginning_beyond_all_times_has_its_samples_all_the_same() {
    let rows = vec![(2, 5, 0, true); 3];
    let late = [init(&[Made { timescale: 1, ..PICTURES }]), fragment(&[(1, 1 << 48, rows)], &mut counter())];
    let packets = vec![(1024, 5, 0, true); 3];
    let sound = [init(&[SOUND]), fragment(&[(2, 0, packets)], &mut counter())].concat();
    let made = open(&[(&late.concat(), &[Kind::Pictures]), (&sound, &[Kind::Sound])]).unwrap();
    assert_eq!(u64::try_from(whole(&made).len()).unwrap(), made.plan().bytes());
}

#[test]
fn gaps_and_overlaps_between_fragments_keep_their_times() {
    let file = |second: u64| {
        let rows = vec![(1024, 5, 0, true); 2];
        let fragments = [
            fragment(&[(2, 0, rows.clone())], &mut counter()),
            fragment(&[(2, second, rows)], &mut counter()),
        ];
        [init(&[SOUND]), fragments.concat()].concat()
    };
    for second in [1024, 2047, 2048, 90_000] {
        let seen = see(&whole(&open(&[(&file(second), &[Kind::Sound])]).unwrap()));
        let times: Vec<u64> = seen[0].samples.iter().map(|sample| sample.0).collect();
        assert_eq!(times, [0, 1024, second, second + 1024]);
    }
    for second in [0, 1023, u64::MAX, 1 << 40] {
        assert!(matches!(open(&[(&file(second), &[Kind::Sound])]), Err(MuxError::Disordered)), "{second}");
    }
}

#[test]
fn runs_lie_where_their_fragment_says() {
    let defaults = [Defaults { track: 2, description: 3, duration: 1024, bytes: 7, flags: 0x1_0000 }];
    let tfhd = |fields: &[u32]| wrap(b"tfhd", &[&words(fields)]);
    let trun = |fields: &[u32]| wrap(b"trun", &[&words(fields)]);
    let read = |trafs: &[Vec<u8>]| {
        let trafs: Vec<u8> = trafs.iter().flat_map(|traf| wrap(b"traf", &[traf])).collect();
        read_moof(&trafs, 1000, &defaults).map(|runs| {
            let told = runs.iter().map(|run| (run.offset, run.bytes(), run.description, run.samples.len()));
            told.collect::<Vec<_>>()
        })
    };
    let in_turn = [tfhd(&[0, 2]), trun(&[1, 2, 100]), trun(&[0, 1])].concat();
    let behind = [tfhd(&[0x10, 2, 9]), trun(&[0, 1])].concat();
    let expected = vec![(1100, 14, 3, 2), (1114, 7, 3, 1), (1121, 9, 3, 1)];
    assert_eq!(read(&[in_turn.clone(), behind.clone()]), Some(expected), "one behind the other");
    let from_moof = [tfhd(&[0x02_0010, 2, 9]), trun(&[1, 1, 8])].concat();
    assert_eq!(read(&[in_turn, from_moof]).unwrap()[2], (1008, 9, 3, 1));
    let far = [tfhd(&[0x3, 2, 1, 5, 4]), trun(&[1, 1, u32::MAX])].concat();
    assert_eq!(read(&[far]), Some(vec![((1 << 32) + 4, 7, 4, 1)]), "64 bits, and back by one");
    let first = read_moof(&wrap(b"traf", &[&tfhd(&[0, 2]), &trun(&[0x4, 2, 0])]), 0, &defaults);
    let syncs: Vec<bool> = first.unwrap()[0].samples.iter().map(|sample| sample.sync).collect();
    assert_eq!(syncs, [true, false], "the first sample's flags stand apart");
    assert_eq!(read(&[[tfhd(&[0, 2]), trun(&[0, u32::MAX])].concat()]), None, "more than there can be");
    assert_eq!(read(&[[tfhd(&[0, 2]), trun(&[0x100, 2, 5])].concat()]), None, "cut off");
    assert_eq!(read(&[[tfhd(&[0, 2]), trun(&[1, 1, 0x8000_0000])].concat()]), None, "before the file");
}

#[test]
fn what_lies_beyond_the_file_is_refused() {
    let rows = vec![(1024, 50, 0, true); 4];
    let file = [init(&[SOUND]), fragment(&[(2, 0, rows)], &mut counter())].concat();
    assert!(open(&[(&file, &[Kind::Sound])]).is_ok());
    for cut in [file.len() - 1, file.len() - 210, 40, 0] {
        assert!(open(&[(&file[..cut], &[Kind::Sound])]).is_err(), "{cut}");
    }
    assert!(matches!(open(&[(&file, &[Kind::Pictures])]), Err(MuxError::NoTrack)));
    // One run, told a hundred times.
    let mut many = file.clone();
    let moof = fragment(&[(2, 0, vec![(1024, 400, 0, true)])], &mut counter());
    many.extend(&moof);
    for base in 1..100 {
        let again = fragment(&[(2, base * 1024, vec![(1024, 400, 0, true)])], &mut counter());
        // Its `moof` alone: its data would be what follows.
        let media = again.len() - 408;
        many.extend(&again[..media]);
    }
    many.extend(wrap(b"free", &[&[0; 500]]));
    assert!(open(&[(&many, &[Kind::Sound])]).is_err());
}

fn rolls() -> impl FnMut(usize) -> usize {
    let mut seed = 11u64;
    move |sides| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % sides
    }
}

/// A film of some fragments with numbers by the dice, and its samples' bytes.
fn rolled(track: Made, roll: &mut impl FnMut(usize) -> usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (id, timescale) = (track.id, track.timescale);
    let mut file = init(&[track]);
    let mut samples = Vec::new();
    let mut time = 0u64;
    for _ in 0..=roll(6) {
        let rows: Vec<Row> = (0..=roll(30))
            .map(|_| {
                let small =
                    |sides: usize, roll: &mut dyn FnMut(usize) -> usize| u32::try_from(roll(sides)).unwrap();
                let duration = 1 + small(usize::try_from(timescale).unwrap() / 5, roll);
                let composition = i32::try_from(roll(2000)).unwrap() - 1000;
                (duration, small(300, roll), composition, roll(4) == 0)
            })
            .collect();
        let made = fragment(&[(id, time, rows.clone())], &mut || u8::try_from(roll(256)).unwrap());
        let media: u32 = rows.iter().map(|row| row.1).sum();
        let mut at = made.len() - usize::try_from(media).unwrap();
        for row in &rows {
            let end = at + usize::try_from(row.1).unwrap();
            samples.push(made[at..end].to_vec());
            at = end;
            time += u64::from(row.0);
        }
        file.extend(made);
    }
    (file, samples)
}

#[test]
fn every_sample_arrives_and_every_range_is_a_slice_of_the_whole() {
    let mut roll = rolls();
    for _ in 0..60 {
        let (film, frames) = rolled(PICTURES, &mut roll);
        let (sound, packets) = rolled(SOUND, &mut roll);
        let made = open(&[(&film, &[Kind::Pictures]), (&sound, &[Kind::Sound])]).unwrap();
        let bytes = whole(&made);
        let seen = see(&bytes);
        for (track, samples) in seen.iter().zip([frames, packets]) {
            assert!(track.samples.iter().map(|sample| &sample.3).eq(&samples));
        }
        let length = bytes.len();
        assert_eq!(u64::try_from(length).unwrap(), made.plan().bytes());
        for _ in 0..200 {
            let first = roll(length);
            let count = roll(length - first + 1);
            let part = made.read(u64::try_from(first).unwrap(), u64::try_from(count).unwrap()).unwrap();
            assert!(part == bytes[first..first + count], "{count} from {first} of {length}");
        }
        assert!(made.read(u64::try_from(length).unwrap(), 10).unwrap().is_empty());
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut roll = rolls();
    let (film, _) = rolled(Made { edits: vec![0, 1, 0, 512, 0x1_0000], ..PICTURES }, &mut roll);
    for _ in 0..3000 {
        let mut bytes = film.clone();
        for _ in 0..=roll(4) {
            let at = roll(bytes.len());
            bytes[at] = [0, 1, 0x7f, 0x80, 0xff][roll(5)];
        }
        if let Ok(made) = open(&[(&bytes, &[Kind::Pictures])]) {
            assert!(made.plan().bytes() < 1 << 30);
            let _ = whole(&made);
        }
    }
}
