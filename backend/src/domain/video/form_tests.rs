use super::*;

fn fields(pairs: &[(&str, Field)]) -> Fields {
    pairs.iter().map(|(name, field)| ((*name).to_owned(), field.clone())).collect()
}

fn said(text: impl Into<String>) -> Field {
    Field::Text(text.into())
}

/// The fields a video cannot do without, and one more.
fn with(name: &str, field: Field) -> Fields {
    let mut form = fields(&[("name", said("A boat")), ("channelId", said("4"))]);
    form.insert(name.to_owned(), field);
    form
}

/// What reading gives of one field, or the names of the wrong ones.
fn check<T>(name: &str, field: Field, get: impl Fn(NewVideo) -> T) -> Result<T, Vec<String>> {
    read_new(&with(name, field))
        .map(get)
        .map_err(|wrongs| wrongs.into_iter().map(|wrong| wrong.path).collect())
}

fn wrong<T>(name: &str) -> Result<T, Vec<String>> {
    Err(vec![name.to_owned()])
}

#[test]
fn a_new_video_needs_a_name_and_a_channel() {
    let wrongs = read_new(&Fields::new()).unwrap_err();
    let paths: Vec<&str> = wrongs.iter().map(|wrong| wrong.path.as_str()).collect();
    assert_eq!(paths, ["name", "channelId"]);
    assert_eq!(wrongs[0].message, "Should have a video name between 3 and 120 characters long");
    assert_eq!(read_change(&Fields::new()), Ok(NewVideo::default()));
}

#[test]
fn every_bound_of_a_text_holds_on_both_sides() {
    for (name, low, high) in [("description", 3, 10_000), ("support", 3, 1000)] {
        let read = |length: usize| {
            check(name, said("é".repeat(length)), |form| {
                if name == "support" { form.support } else { form.description }
            })
        };
        assert!(matches!(read(low), Ok(Some(Some(_)))), "{name}");
        assert!(matches!(read(high), Ok(Some(Some(_)))), "{name}");
        assert_eq!(read(low - 1), wrong(name));
        assert_eq!(read(high + 1), wrong(name));
        assert_eq!(read(0), Ok(Some(None)), "an empty {name} takes it back");
    }
    for (length, good) in [(2, false), (3, true), (120, true), (121, false)] {
        assert_eq!(check("name", said("x".repeat(length)), |_| ()).is_ok(), good, "name of {length}");
    }
    assert_eq!(check("name", said("  null "), |form| form.name), Ok(Some("null".into())));
    assert_eq!(check("name", said("two\nlines"), |_| ()), wrong("name"));
}

#[test]
fn tags_are_five_of_two_to_thirty_letters() {
    let list = |tags: &[&str]| Field::List(tags.iter().map(|tag| (*tag).to_owned()).collect());
    let read = |field: Field| check("tags", field, |form| form.tags.flatten());
    assert_eq!(read(list(&["ab", " ab ", "cd"])), Ok(Some(vec!["ab".into(), "cd".into()])));
    assert_eq!(read(said("alone")), Ok(Some(vec!["alone".into()])));
    assert_eq!(read(list(&["aa", "bb", "cc", "dd", "ee"])).unwrap().unwrap().len(), 5);
    assert_eq!(read(list(&["aa", "bb", "cc", "dd", "ee", "ff"])), wrong("tags"));
    assert_eq!(read(list(&["a"])), wrong("tags"));
    assert_eq!(read(list(&[&"x".repeat(30)])).unwrap().unwrap().len(), 1);
    assert_eq!(read(list(&[&"x".repeat(31)])), wrong("tags"));
    assert_eq!(read(Field::Null), Ok(None));
    assert_eq!(read(Field::Deep), wrong("tags"));
}

#[test]
fn numbers_come_from_their_lists() {
    for (name, good, bad) in [
        ("category", &["1", "18"][..], &["0", "19", "-1", "x", "1.5", "+1"][..]),
        ("licence", &["1", "7"], &["0", "8"]),
        ("privacy", &["1", "2", "3", "4"], &["0", "6"]),
        ("commentsPolicy", &["1", "2", "3"], &["0", "4"]),
        ("language", &["fr", "ase"], &["xx", "FR", "french"]),
        ("nsfw", &["true", "false", "0", "1"], &["yes", "2"]),
        ("waitTranscoding", &["true"], &["maybe"]),
        ("downloadEnabled", &["false"], &["maybe"]),
        ("originallyPublishedAt", &["2024-01-02T03:04:05.000Z", "2024-01-02"], &["yesterday"]),
        ("channelId", &["1"], &["0x1", "99999999999999999999"]),
    ] {
        for value in good {
            assert_eq!(check(name, said(*value), |_| ()), Ok(()), "{name} = {value}");
        }
        for value in bad {
            assert_eq!(check(name, said(*value), |_| ()), wrong(name), "{name} = {value}");
        }
    }
}

#[test]
fn null_takes_back_what_may_be_missing() {
    for nothing in [Field::Null, said(""), said("null")] {
        assert_eq!(check("category", nothing.clone(), |form| form.category), Ok(Some(None)));
        assert_eq!(check("licence", nothing.clone(), |form| form.licence), Ok(Some(None)));
        assert_eq!(check("language", nothing.clone(), |form| form.language), Ok(Some(None)));
        assert_eq!(
            check("originallyPublishedAt", nothing, |form| form.originally_published_at),
            Ok(Some(None))
        );
    }
    assert_eq!(check("category", said("3"), |form| form.category), Ok(Some(Some(3))));
}

#[test]
fn older_clients_say_whether_comments_are_enabled() {
    assert_eq!(check("commentsEnabled", said("false"), |form| form.comments_policy), Ok(Some(2)));
    assert_eq!(check("commentsEnabled", said("true"), |form| form.comments_policy), Ok(Some(1)));
}

#[test]
fn all_wrong_fields_are_named_at_once() {
    let form = fields(&[
        ("name", said("x")),
        ("privacy", said("9")),
        ("tags", Field::Deep),
        ("channelId", said("1")),
    ]);
    let paths: Vec<String> = read_new(&form).unwrap_err().into_iter().map(|wrong| wrong.path).collect();
    assert_eq!(paths, ["name", "privacy", "tags"]);
}

#[test]
fn a_schedule_has_a_date_and_perhaps_a_privacy() {
    let at: shared::time::Timestamp = "2030-01-01T12:00:00Z".parse().unwrap();
    let read = |pairs: &[(&str, &str)]| {
        let mut form = fields(&[("name", said("A boat")), ("channelId", said("4"))]);
        form.extend(pairs.iter().map(|(name, text)| ((*name).to_owned(), said(*text))));
        let names = |wrongs: Vec<Wrong>| wrongs.into_iter().map(|wrong| wrong.path).collect::<Vec<_>>();
        read_new(&form).map(|form| form.schedule_update).map_err(names)
    };
    let (date, privacy) = ("scheduleUpdate.updateAt", "scheduleUpdate.privacy");
    let planned = |privacy| Ok(Some(Some(ScheduledUpdate { update_at: at, privacy })));
    assert_eq!(read(&[(date, "2030-01-01T12:00:00Z")]), planned(None));
    assert_eq!(read(&[(date, "2030-01-01T12:00:00Z"), (privacy, "2")]), planned(Some(2)));
    assert_eq!(read(&[(date, "soon")]), wrong(date));
    assert_eq!(read(&[(privacy, "1")]), wrong(date));
    for refused in ["3", "5", "x"] {
        assert_eq!(read(&[(date, "2030-01-01T12:00:00Z"), (privacy, refused)]), wrong(privacy), "{refused}");
    }
    assert_eq!(check("scheduleUpdate", Field::Deep, |_| ()), wrong("scheduleUpdate"));
    assert_eq!(check("scheduleUpdate", said("now"), |_| ()), wrong("scheduleUpdate"));
    assert_eq!(check("scheduleUpdate", Field::Null, |form| form.schedule_update), Ok(Some(None)));
    assert_eq!(check("scheduleUpdate", said("null"), |form| form.schedule_update), Ok(Some(None)));
}

#[test]
fn a_video_behind_passwords_has_one_at_least() {
    assert_eq!(check("privacy", said("5"), |_| ()), wrong("videoPasswords"));
    let mut form = with("privacy", said("5"));
    form.insert("videoPasswords".to_owned(), Field::List(vec!["open sesame".into(), "12".into()]));
    let expected = Some(vec!["open sesame".to_owned(), "12".to_owned()]);
    assert_eq!(read_new(&form).unwrap().video_passwords, expected);
    for refused in [Field::Deep, Field::List(vec![]), said("x"), Field::List(vec!["ab".into(), "ab".into()])]
    {
        form.insert("videoPasswords".to_owned(), refused.clone());
        let wrongs = read_new(&form).unwrap_err();
        assert!(
            wrongs.iter().all(|wrong| wrong.path == "videoPasswords" && wrong.value.is_none()),
            "{refused:?}"
        );
        assert_eq!(wrongs.len(), 1, "{refused:?}");
    }
    assert_eq!(read_change(&fields(&[("privacy", said("5"))])).unwrap().privacy, Some(5), "it may have some");
}

#[test]
fn sensitive_content_says_why() {
    for (bits, good) in [("0", true), ("1", true), ("3", true), ("4", false), ("-1", false), ("x", false)] {
        assert_eq!(check("nsfwFlags", said(bits), |_| ()).is_ok(), good, "{bits}");
    }
    assert_eq!(check("nsfwSummary", said("blood"), |form| form.nsfw_summary), Ok(Some(Some("blood".into()))));
    assert_eq!(check("nsfwSummary", said("é".repeat(251)), |_| ()), wrong("nsfwSummary"));
    let mut form = with("nsfwFlags", said("1"));
    form.insert("nsfw".to_owned(), said("false"));
    assert_eq!(read_new(&form).unwrap_err()[0].path, "nsfwFlags");
}

#[test]
fn unknown_fields_are_let_be() {
    assert_eq!(
        check("generateTranscription", said("true"), |form| form.generate_transcription),
        Ok(Some(true))
    );
}
