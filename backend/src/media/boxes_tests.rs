use super::*;

/// A box around its content.
pub(crate) fn wrap(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let mut out = u32::try_from(content.len() + 8).unwrap().to_be_bytes().to_vec();
    out.extend(kind);
    out.extend(content);
    out
}

fn words(fields: &[u32]) -> Vec<u8> {
    fields.iter().flat_map(|field| field.to_be_bytes()).collect()
}

/// The content of a `moov` with one track.
fn moov(timescale: u32, entry: &[u8]) -> Vec<u8> {
    let mdhd = wrap(b"mdhd", &[&words(&[0, 0, 0, timescale, 0, 0])]);
    let stsd = wrap(b"stsd", &[&words(&[0, 1]), entry]);
    let mdia = wrap(b"mdia", &[&mdhd, &wrap(b"minf", &[&wrap(b"stbl", &[&stsd])])]);
    [wrap(b"mvhd", &[&[0; 100]]), wrap(b"trak", &[&wrap(b"tkhd", &[&[0; 84]]), &mdia])].concat()
}

pub(crate) fn video_moov(timescale: u32) -> Vec<u8> {
    let avcc = wrap(b"avcC", &[&[1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 0]]);
    moov(timescale, &wrap(b"avc1", &[&[0; 78], &avcc]))
}

/// `config` is an AudioSpecificConfig.
pub(crate) fn audio_moov(timescale: u32, config: &[u8]) -> Vec<u8> {
    let length = u8::try_from(config.len()).unwrap();
    // Lengths may be one byte or, as ffmpeg writes them, four.
    let specific = [&[5, 0x80, 0x80, 0x80, length][..], config].concat();
    let decoder = [&[4, 13 + 5 + length][..], &[0; 13], &specific].concat();
    let es = [&[3, u8::try_from(decoder.len()).unwrap() + 3, 0, 1, 0][..], &decoder].concat();
    // The entry claims two channels, as every file does.
    let mut fixed = [0; 28];
    fixed[17] = 2;
    moov(timescale, &wrap(b"mp4a", &[&fixed, &wrap(b"esds", &[&[0; 4], &es])]))
}

#[test]
fn headers_have_three_forms() {
    let short = header(&wrap(b"free", &[&[1, 2]])).unwrap();
    assert_eq!((short.kind, short.head_bytes, short.bytes), (*b"free", 8, Some(10)));
    let long = [&words(&[1])[..], b"mdat", &(1u64 << 33).to_be_bytes()].concat();
    assert_eq!(header(&long).unwrap().bytes, Some(1 << 33));
    let open = [&words(&[0])[..], b"mdat"].concat();
    assert_eq!(header(&open).unwrap().bytes, None);
    for bad in [&[][..], &[0, 0, 0, 8], &words(&[7, 0]), &words(&[1, 0, 0, 15])] {
        assert_eq!(header(bad), None, "{bad:?}");
    }
}

#[test]
fn tracks_say_their_codecs() {
    let video = track(&video_moov(15_360)).unwrap();
    assert_eq!((video.timescale, video.codecs.as_str()), (15_360, "avc1.64001f"));
    assert_eq!(video.kind, TrackKind::Video { nal_length_bytes: 4 });
    for (config, codecs, channels) in [
        // AAC-LC 48 kHz stereo, 44.1 kHz mono; HE-AAC 24 kHz stereo; 5.1; a rate written out; xHE-AAC.
        (&[0x11, 0x90][..], "mp4a.40.2", 2),
        (&[0x12, 0x08], "mp4a.40.2", 1),
        (&[0x2b, 0x11, 0x88, 0x00], "mp4a.40.5", 2),
        (&[0x11, 0xb0], "mp4a.40.2", 6),
        (&[0x17, 0x80, 0x5d, 0xc0, 0x08], "mp4a.40.2", 1),
        (&[0xf9, 0x46, 0x40], "mp4a.40.42", 2),
    ] {
        let sound = track(&audio_moov(48_000, config)).unwrap();
        assert_eq!(
            (sound.codecs.as_str(), sound.kind),
            (codecs, TrackKind::Audio { channels }),
            "{config:02x?}"
        );
    }
}

#[test]
fn an_edit_list_says_how_late_the_pictures_are() {
    let with = |elst: &[u8]| {
        let edits = wrap(b"edts", &[&wrap(b"elst", &[elst])]);
        let plain = video_moov(12_800);
        let mut trak = Cursor(&plain).find(b"trak").unwrap().0.to_vec();
        trak.extend(edits);
        track(&wrap(b"trak", &[&trak])).map(|track| track.lead)
    };
    assert_eq!(track(&video_moov(12_800)).unwrap().lead, 0);
    assert_eq!(with(&words(&[0, 1, 0, 1024, 0x1_0000])), Some(1024));
    assert_eq!(with(&words(&[0, 2, 1300, u32::MAX, 0x1_0000, 0, 512, 0x1_0000])), Some(512), "an empty one");
    assert_eq!(with(&words(&[0x0100_0000, 1, 0, 0, 1, 7, 0x1_0000])), Some((1 << 32) + 7));
    assert_eq!(with(&words(&[0, 0])), Some(0));
    assert_eq!(with(&words(&[0, u32::MAX, 0, 5])), None, "cut off");
}

#[test]
fn what_is_no_track_of_ours_is_none() {
    assert_eq!(track(&[]), None);
    assert_eq!(track(&moov(48_000, &wrap(b"ac-3", &[&[0; 40]]))), None);
    assert_eq!(track(&moov(0, &wrap(b"avc1", &[&[0; 78]]))), None);
    assert_eq!(track(&audio_moov(48_000, &[0x11])), None, "a config cut off");
}

/// The content of a `moof` as ffmpeg writes it for pictures: defaults in `tfhd`, the first sample's flags apart.
fn moof(base: u64, rows: &[(u32, i32)]) -> Vec<u8> {
    let tfhd = wrap(b"tfhd", &[&words(&[0x02_003a, 1, 1, 512, 9, 0x0101_0000])]);
    let tfdt = wrap(b"tfdt", &[&words(&[0x0100_0000]), &base.to_be_bytes()]);
    let mut run = words(&[0x0100_0a05, u32::try_from(rows.len()).unwrap(), 100, 0x0200_0000]);
    for (bytes, composition) in rows {
        run.extend(bytes.to_be_bytes());
        run.extend(composition.to_be_bytes());
    }
    let traf = wrap(b"traf", &[&tfhd, &tfdt, &wrap(b"trun", &[&run])]);
    [wrap(b"mfhd", &[&[0; 8]]), traf].concat()
}

#[test]
fn a_fragment_lasts_from_its_first_to_its_last_shown_frame() {
    // Decoded I P B B, shown I B B P.
    let fragment = fragment(&moof(30_720, &[(900, 0), (300, 1024), (80, -512), (70, -512)])).unwrap();
    assert!(fragment.independent);
    assert_eq!((fragment.start(), fragment.end(), fragment.bytes()), (30_720, 32_768, 1350));
    assert_eq!(fragment.samples.len(), 4);
}

#[test]
fn a_fragment_of_nothing_is_none() {
    assert_eq!(fragment(&moof(0, &[])), None);
    assert_eq!(fragment(&[]), None);
}

#[test]
fn idr_pictures_are_told_from_other_key_frames() {
    let nal = |kind: u8, bytes: usize| {
        let mut out = u32::try_from(bytes).unwrap().to_be_bytes().to_vec();
        out.push(kind);
        out.resize(4 + bytes, 0);
        out
    };
    let (delimiter, words, idr, slice) = (nal(9, 2), nal(6, 700), nal(0x65, 5000), nal(0x41, 5000));
    assert!(is_idr(&[delimiter.clone(), words.clone(), idr.clone()].concat(), 4));
    assert!(!is_idr(&[delimiter.clone(), words.clone(), slice].concat(), 4));
    assert!(is_idr(&[delimiter.clone(), idr].concat()[..20], 4), "the slice may be cut off");
    assert!(!is_idr(&[delimiter, words].concat(), 4), "no slice at all");
    assert!(!is_idr(&[], 4));
}

#[test]
fn no_bytes_make_a_reader_panic() {
    let mut seed = 11u64;
    let mut roll = |sides: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % sides
    };
    let sources =
        [video_moov(1000), audio_moov(48_000, &[0x11, 0x90]), moof(7, &[(9, 0), (8, 1024), (7, -512)])];
    for _ in 0..60_000 {
        let mut bytes = sources[roll(sources.len())].clone();
        for _ in 0..=roll(4) {
            let at = roll(bytes.len());
            bytes[at] = [0, 1, 0x7f, 0x80, 0xff][roll(5)];
        }
        bytes.truncate(bytes.len() - roll(3) * roll(bytes.len()) / 2);
        let _ = track(&bytes);
        if let Some(fragment) = fragment(&bytes) {
            let _ = (fragment.start(), fragment.end(), fragment.bytes());
        }
        let _ = is_idr(&bytes, 4);
    }
}
