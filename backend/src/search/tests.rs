//! Stories of the index in a folder of its own.

use std::path::Path;

use super::best::LOOKED_AT_MAX;
use super::document::{Document, Key, Kind, tag};
use super::index::{FOUND_MAX, Pen, open};
use super::words::Words;

fn put(pen: &mut Pen, id: u64, name: &str, text: &str, facets: &[&str]) {
    let document = Document {
        name: name.to_owned(),
        text: text.to_owned(),
        facets: facets.iter().map(|name| tag(name)).collect(),
    };
    pen.put(Key::new(Kind::Video, id), Kind::Video, Some(&document)).unwrap();
}

fn find(pen: &Pen, question: &str) -> Vec<u64> {
    pen.eye().find(Kind::Video, &Words::of(question), &[]).unwrap()
}

fn library(folder: &Path) -> Pen {
    let mut pen = open(folder).unwrap();
    put(&mut pen, 1, "L'été à la mer", "Un film", &["sea"]);
    put(&mut pen, 2, "Documentary about boats", "They sail on the sea", &["boat", "sea"]);
    put(&mut pen, 3, "Sea", "Nothing but waves", &["waves"]);
    put(&mut pen, 4, "Model 4096", "", &[]);
    pen.commit().unwrap();
    pen
}

#[test]
fn words_meet_whole_words_beginnings_accents_and_typos() {
    let folder = tempfile::tempdir().unwrap();
    let pen = library(folder.path());
    for (question, expected) in [
        ("ete ", &[1][..]),
        ("ÉTÉ", &[1]),
        ("docu", &[2]),
        ("docu ", &[]),
        ("documantery ", &[2]),
        ("documantery", &[2]),
        ("baots ", &[2]),
        ("boats sea", &[2]),
        ("boats waves", &[]),
        ("sea ", &[3, 2]),
        ("model 4096", &[4]),
        ("model 4097", &[]),
        ("xyz", &[]),
    ] {
        assert_eq!(find(&pen, question), expected, "{question}");
    }
    let with = |tags: &[&str]| {
        let groups: Vec<Vec<String>> = tags.iter().map(|name| vec![tag(name)]).collect();
        pen.eye().find(Kind::Video, &Words::of("sea"), &groups).unwrap()
    };
    assert_eq!((with(&["boat"]), with(&["boat", "sea"]), with(&["x"])), (vec![2], vec![2], vec![]));
    assert!(pen.eye().find(Kind::Channel, &Words::of("sea"), &[]).unwrap().is_empty());
}

#[test]
fn what_is_put_again_is_replaced_and_what_is_removed_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut pen = library(folder.path());
    put(&mut pen, 3, "Ocean", "Nothing but waves", &[]);
    pen.put(Key::new(Kind::Video, 2), Kind::Video, None).unwrap();
    assert_eq!(find(&pen, "sea "), [3, 2], "shown when it is written");
    pen.commit().unwrap();
    assert!(find(&pen, "sea ").is_empty() && find(&pen, "boats").is_empty());
    assert_eq!(find(&pen, "ocean"), [3]);
    let stamps = pen.stamps().unwrap();
    assert_eq!(stamps.len(), 3);
    drop(pen);
    let pen = open(folder.path()).unwrap();
    assert_eq!(pen.stamps().unwrap(), stamps, "all of it is on the disk");
}

#[test]
fn a_damaged_index_is_made_anew_and_one_of_another_version_goes() {
    let folder = tempfile::tempdir().unwrap();
    drop(library(folder.path()));
    std::fs::create_dir(folder.path().join("v0")).unwrap();
    for damage in ["meta", "segment"] {
        for file in std::fs::read_dir(folder.path().join("v1")).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let is_meant = match damage {
                "meta" => name == "meta.json",
                _ => name.ends_with(".term") || name.ends_with(".idx"),
            };
            if is_meant {
                let mut bytes = std::fs::read(&path).unwrap();
                bytes.iter_mut().take(20).for_each(|byte| *byte ^= 0x55);
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, bytes).unwrap();
            }
        }
        let mut pen = open(folder.path()).unwrap();
        assert!(pen.stamps().unwrap().is_empty(), "{damage}");
        put(&mut pen, 1, "Sea", "", &[]);
        pen.commit().unwrap();
        assert_eq!(find(&pen, "sea"), [1]);
    }
    assert!(!folder.path().join("v0").exists());
}

#[test]
fn where_very_many_match_the_named_and_the_newest_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut pen = open(folder.path()).unwrap();
    let looked_at = u64::try_from(LOOKED_AT_MAX).unwrap();
    let (count, segment) = (3 * looked_at, looked_at * 17 / 10);
    put(&mut pen, 1, "A lecture on the sea", "", &[]);
    for id in 2..=count {
        put(&mut pen, id, "Evening", &format!("Lecture of day {id}"), &[]);
        // Segments of many sizes, as they become in time.
        if id % segment == 0 {
            pen.commit().unwrap();
        }
    }
    pen.commit().unwrap();
    for question in ["lecture ", "lect", "lectrue ", "evning lect", "l"] {
        let found = find(&pen, question);
        assert!(LOOKED_AT_MAX <= found.len() && found.len() <= FOUND_MAX, "{question}: {}", found.len());
        let different: std::collections::BTreeSet<u64> = found.iter().copied().collect();
        assert_eq!(different.len(), found.len(), "{question}: one was found twice");
        assert!(
            found.iter().take(50).any(|id| count - segment < *id),
            "{question}: no new one is near the top"
        );
    }
    for question in ["lecture ", "lect"] {
        assert_eq!(find(&pen, question).first(), Some(&1), "{question}: the one that is named so");
    }
    assert_eq!(find(&pen, "lecture 1001 "), [1001], "few match: all are looked at");
}

#[test]
fn a_letter_means_the_words_that_stand_in_most_documents() {
    let folder = tempfile::tempdir().unwrap();
    let mut pen = open(folder.path()).unwrap();
    let letters = || ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("s{a}{b}")));
    for (id, word) in (1..).zip(letters()) {
        put(&mut pen, id, &word, "", &[]);
    }
    put(&mut pen, 1_000, "sea", "", &[]);
    pen.commit().unwrap();
    let found = find(&pen, "s");
    assert!(found.contains(&1_000) && found.len() < 100, "{}", found.len());
    assert_eq!(find(&pen, "szz"), [676]);
}
