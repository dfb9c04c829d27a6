//! Caption files as people have them.

use expect_test::expect;

use super::read;

fn fault(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn webvtt_stays_what_it_is() {
    let text = "WEBVTT - by hand\n\nSTYLE\n::cue { color: red }\n\nNOTE nothing\n\nfirst\n00:00:00.000 --> 00:00:04.000 line:85%\n\
        <i>Hello</i>, you &amp; me\n\n00:04.500 --> 00:09.000\non two\nlines\n";
    expect![[r#"
        WEBVTT - by hand

        STYLE
        ::cue { color: red }

        NOTE nothing

        first
        00:00:00.000 --> 00:00:04.000 line:85%
        <i>Hello</i>, you &amp; me

        00:00:04.500 --> 00:00:09.000
        on two
        lines
    "#]]
    .assert_eq(&read(text).unwrap());
}

#[test]
fn lines_end_as_they_like() {
    let text = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nA\n\n00:00:01.000 --> 00:00:02.000\nB\n";
    for ending in ["\n", "\r\n", "\r"] {
        assert_eq!(read(&text.replace('\n', ending)).unwrap(), text, "{ending:?}");
    }
    assert_eq!(read(&format!("\u{feff}{text}")).unwrap(), text);
}

#[test]
fn subrip_becomes_webvtt() {
    let text = "\u{feff}1\r\n00:00:00,000 --> 00:00:04,000\r\nBonjour, <font color=\"#fff\">premier</font> <B>sous-titre</B>\r\n\r\n\
        2\r\n0:0:5,5 --> 00:00:08,000 X1:1 X2:2\r\n{\\an8}Q&A <3 {sic}\r\n&amp; deux\r\n3\r\n00:00:09,000 --> 00:00:10,000\r\nfin";
    expect![[r#"
        WEBVTT

        00:00:00.000 --> 00:00:04.000
        Bonjour, premier <b>sous-titre</b>

        00:00:05.500 --> 00:00:08.000
        Q&amp;A &lt;3 {sic}
        &amp; deux
        3

        00:00:09.000 --> 00:00:10.000
        fin
    "#]]
    .assert_eq(&read(text).unwrap());
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, expected) in [
        ("WEBVTT\n\n00:00:01.000 --> 00:00:00.500\nA", "line 3: the caption ends before it begins"),
        ("WEBVTT\n\n00:61:00.000 --> 01:00:00.000\nA", "line 3: the times should read like"),
        ("WEBVTT\n\na\nb\n00:00:00.000 --> 00:00:01.000\nA", "line 5: a caption should begin with its times"),
        (
            "WEBVTT\n\n00:00.000 --> 00:01.000\nA\n00:01.000 --> 00:02.000\nB",
            "line 5: a caption should begin",
        ),
        ("1\n00:00:01,000 -> 00:00:02,000\nA", "line 2: this is neither WebVTT nor SubRip"),
        ("1\n00:00:01,000 --> 00:00:02,000\nA\n\nB", "line 5: a caption should begin with its times"),
        ("", "line 1: this is neither"),
        ("WEBVTTX\n", "line 1: this is neither"),
        ("{\"type\": \"Person\"}", "line 1: this is neither"),
    ] {
        assert!(fault(text).starts_with(expected), "{text:?}: {}", fault(text));
    }
}

#[test]
fn nothing_a_stranger_writes_trips_it() {
    let pieces = [
        "WEBVTT",
        "\n",
        "\r",
        "-->",
        "00:00:01.000",
        " ",
        "<",
        ">",
        "&",
        "{\\",
        "}",
        "é",
        "9999999999999999999",
        ":",
        ",",
    ];
    let mut seed = 7_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[usize::try_from(seed >> 33).unwrap() % pieces.len()]);
        }
        if let Ok(once) = read(&text) {
            assert_eq!(read(&once).as_ref(), Ok(&once), "{text:?}");
        }
    }
}

#[test]
fn a_line_of_openings_without_an_end_is_read_once() {
    for opening in ["<a", "{\\", "&", "<"] {
        let text = format!("1\n00:00:00,000 --> 00:00:01,000\n{}\n", opening.repeat(500_000));
        assert!(text.len() <= read(&text).unwrap().len() + 2, "{opening}");
    }
}
