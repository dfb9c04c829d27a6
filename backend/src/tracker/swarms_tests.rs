//! Stories of a tracker, in virtual time. A line of a script is a time, who, and what they do; a line of the outcome is
//! a time and what somebody was told.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use expect_test::{Expect, expect};
use shared::id::{AccountId, OfferId, PeerId};
use shared::tracker::{Description, Offer};

use super::super::meeting::Promise;
use super::*;

const SETTINGS: Settings = Settings { interval: Duration::from_secs(120), messages_per_second_max: 5 };

/// A swarm by its nickname.
fn swarm(name: &str) -> InfoHash {
    let mut hash = [b'.'; 20];
    hash.iter_mut().zip(name.bytes()).for_each(|(place, letter)| *place = letter);
    InfoHash(hash)
}

/// What holds for a video of account 1.
fn rule(meeting: Meeting) -> Rule {
    Rule { meeting, owner: AccountId(1) }
}

fn promised(maker: &str, is_for_all: bool, at: i64) -> Standing {
    let by = AccountId(maker.parse().unwrap());
    Standing::AdmittedBy(Promise { by, is_for_all, made_at: Timestamp(at) })
}

fn peer(name: &str) -> PeerId {
    PeerId(swarm(name).0)
}

fn nickname(bytes: [u8; 20]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap().trim_end_matches('.').to_owned()
}

/// A tracker, and clients by name.
struct World {
    swarms: Swarms,
    sockets: BTreeMap<String, SocketId>,
    told: String,
    now: Instant,
    offers: u8,
}

impl World {
    fn new(meeting: Meeting) -> World {
        let mut world = World {
            swarms: Swarms::new(SETTINGS, 1),
            sockets: BTreeMap::new(),
            told: String::new(),
            now: Instant::ZERO,
            offers: 0,
        };
        let info_hashes = ["film", "song", "play"].map(swarm).to_vec();
        world.give(Input::Allow { info_hashes, rule: rule(meeting) });
        world
    }

    /// Lets time pass, with all the ticks that are due on the way.
    fn wait_until(&mut self, seconds: u64) {
        let until = Instant(seconds * 1_000_000);
        while let Some(deadline) = self.swarms.deadline().filter(|deadline| *deadline <= until) {
            self.now = deadline;
            self.give(Input::Tick);
        }
        self.now = until;
    }

    fn give(&mut self, input: Input<'_>) {
        self.swarms.handle(self.now, input);
        let time = format!("{}s", self.now.0 / 1_000_000);
        while let Some(output) = self.swarms.poll() {
            let (to, what) = match output {
                Output::Send { to, text } => (to, tell(text)),
                Output::Resident { text } => {
                    writeln!(self.told, "{time:<5}-> the instance  {}", tell(text)).unwrap();
                    continue;
                }
                // Everybody is asked all the time.
                Output::Ping { .. } => continue,
                Output::Close { to, why } => (to, format!("closed: {why:?}")),
            };
            let name = self.sockets.iter().find(|(_, socket)| **socket == to).map(|(name, _)| name.as_str());
            writeln!(self.told, "{time:<5}-> {}  {what}", name.unwrap_or("nobody")).unwrap();
        }
    }

    fn say(&mut self, name: &str, text: &str) {
        let socket = self.sockets[name];
        self.give(Input::Said { socket, text });
    }

    /// One line of a script.
    fn act(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (time, words) = words.split_first().unwrap();
        self.wait_until(time.strip_suffix('s').unwrap().parse().unwrap());
        match words {
            ["wait"] => {}
            ["the", "instance", "resides"] => self.give(Input::Resides),
            ["the", "instance", "answers", other, "in", film] => {
                let json = Description::answer("an answer");
                let answer = Answer {
                    info_hash: swarm(film),
                    peer_id: peer("it"),
                    to: peer(other),
                    offer_id: OfferId([b'x'; 20]),
                    description: Description::parse(&json).unwrap(),
                };
                self.give(Input::Answered { answer });
            }
            ["forbid", name] => self.give(Input::Forbid { info_hashes: vec![swarm(name)] }),
            [name, "opens"] => self.open(name, Standing::Viewer),
            [name, "opens", "cautiously"] => self.open(name, Standing::Cautious),
            [name, "opens", "for", maker] => self.open(name, promised(maker, false, 0)),
            [name, "opens", "for", "all", "by", maker, "at", at] => {
                self.open(name, promised(maker, true, at.parse().unwrap()));
            }
            [maker, "takes", "back", "before", since] => {
                let (by, since) = (AccountId(maker.parse().unwrap()), Timestamp(since.parse().unwrap()));
                self.give(Input::TakenBack { by, since });
            }
            [name, "opens", "as", "seeder"] => self.open(name, Standing::Admitted),
            [name, "closes"] => {
                let socket = self.sockets[*name];
                self.give(Input::Closed { socket });
                self.sockets.remove(*name);
            }
            [name, "stirs"] => {
                let socket = self.sockets[*name];
                self.give(Input::Stirred { socket });
            }
            [name, "scrapes", names @ ..] => {
                let mut text = String::new();
                FromClient::Scrape(names.iter().copied().map(swarm).collect()).encode(&mut text);
                self.say(name, &text);
            }
            [name, "answers", other, "in", film] => {
                let json = Description::answer("an answer");
                let mut text = String::new();
                FromClient::Answer(Answer {
                    info_hash: swarm(film),
                    peer_id: peer(name),
                    to: peer(other),
                    offer_id: OfferId([b'x'; 20]),
                    description: Description::parse(&json).unwrap(),
                })
                .encode(&mut text);
                self.say(name, &text);
            }
            [name, verb, film, rest @ ..] => self.announce(name, verb, film, rest),
            _ => panic!("what is {line:?}?"),
        }
    }

    fn open(&mut self, name: &str, standing: Standing) {
        let socket = (0..).map(SocketId).find(|id| !self.sockets.values().any(|used| used == id)).unwrap();
        self.sockets.insert(name.to_owned(), socket);
        self.give(Input::Opened { socket, standing });
    }

    fn announce(&mut self, name: &str, verb: &str, film: &str, rest: &[&str]) {
        let (mut offers, mut called) = (0, name);
        for pair in rest.chunks(2) {
            match pair {
                ["offering", count] => offers = count.parse().unwrap(),
                ["as", other] => called = other,
                _ => panic!("what is {pair:?}?"),
            }
        }
        let json = Description::offer("an offer");
        let event = match verb {
            "joins" => Event::Started,
            "stays" => Event::Update,
            "completes" => Event::Completed,
            "leaves" => Event::Stopped,
            _ => panic!("what is {verb:?}?"),
        };
        let offers = (0..offers).map(|_| {
            self.offers = self.offers.wrapping_add(1);
            Offer { offer_id: OfferId([self.offers; 20]), description: Description::parse(&json).unwrap() }
        });
        let announce = Announce {
            info_hash: swarm(film),
            peer_id: peer(called),
            event,
            is_complete: false,
            offers: offers.collect(),
        };
        let mut text = String::new();
        FromClient::Announce(announce).encode(&mut text);
        self.say(name, &text);
    }
}

fn tell(text: &str) -> String {
    match FromTracker::decode(text).unwrap() {
        FromTracker::Announced(Announced { info_hash, counts, .. }) => {
            format!("{}: {} complete, {} not", nickname(info_hash.0), counts.complete, counts.incomplete)
        }
        FromTracker::Offer { info_hash, peer_id, .. } => {
            format!("{}: offer from {}", nickname(info_hash.0), nickname(peer_id.0))
        }
        FromTracker::Answer { info_hash, peer_id, .. } => {
            format!("{}: answer from {}", nickname(info_hash.0), nickname(peer_id.0))
        }
        FromTracker::Scraped { files, .. } => {
            let counts = files.iter().map(|(hash, counts)| {
                format!("{} {}/{}", nickname(hash.0), counts.complete, counts.incomplete)
            });
            format!("scraped: {}", counts.collect::<Vec<_>>().join(", "))
        }
        FromTracker::Failure { info_hash, reason } => {
            format!("{}: refused: {reason}", info_hash.map_or("?".to_owned(), |hash| nickname(hash.0)))
        }
    }
}

fn check_in(meeting: Meeting, script: &str, expected: Expect) -> World {
    let mut world = World::new(meeting);
    script.lines().filter(|line| !line.trim().is_empty()).for_each(|line| world.act(line));
    expected.assert_eq(&world.told);
    world
}

fn check(script: &str, expected: Expect) -> World {
    check_in(Meeting::On, script, expected)
}

#[test]
fn two_viewers_are_brought_together() {
    check(
        "
        0s A opens
        0s A joins film offering 5
        1s B opens
        1s B joins film offering 5
        2s A answers B in film
        3s A completes film
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            1s   -> B  film: 0 complete, 2 not
            1s   -> A  film: offer from B
            2s   -> B  film: answer from A
            3s   -> A  film: 1 complete, 1 not
        "#]],
    );
}

#[test]
fn nobody_is_offered_to_itself_whatever_it_calls_itself() {
    check(
        "
        0s A opens
        0s A joins film
        0s A joins film offering 2 as A2
        1s A answers A2 in film
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> A  film: 0 complete, 2 not
        "#]],
    );
}

#[test]
fn all_names_of_a_connection_leave_with_it() {
    let world = check(
        "
        0s A opens
        0s A joins film as Amain
        0s A joins song as Asound
        1s B opens
        1s B joins film
        2s A closes
        3s B stays film offering 5
        3s B scrapes film song play
        4s B closes
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> A  song: 0 complete, 1 not
            1s   -> B  film: 0 complete, 2 not
            3s   -> B  film: 0 complete, 1 not
            3s   -> B  scraped: film 0/1, song 0/0, play 0/0
        "#]],
    );
    let figures = world.swarms.figures();
    assert_eq!((figures.sockets, figures.swarms, figures.members), (0, 0, 0));
}

#[test]
fn who_stops_is_counted_no_more_and_still_answered() {
    check(
        "
        0s A opens
        0s A joins film
        0s B opens
        0s B joins film
        1s A leaves film
        2s B stays film offering 1
        3s A leaves film
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> B  film: 0 complete, 2 not
            1s   -> A  film: 0 complete, 1 not
            2s   -> B  film: 0 complete, 1 not
            3s   -> A  film: 0 complete, 1 not
        "#]],
    );
}

#[test]
fn who_goes_silent_in_one_swarm_leaves_it_and_keeps_the_other() {
    check(
        "
        0s A opens
        0s A joins film
        0s A joins song
        120s A stays song
        240s A stays song
        360s A stays song
        400s A scrapes film song
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> A  song: 0 complete, 1 not
            120s -> A  song: 0 complete, 1 not
            240s -> A  song: 0 complete, 1 not
            360s -> A  song: 0 complete, 1 not
            400s -> A  scraped: film 0/0, song 0/1
        "#]],
    );
}

#[test]
fn who_gives_no_sign_of_life_is_let_go() {
    check(
        "
        0s A opens
        0s A joins film
        0s B opens
        100s B joins film
        200s B stirs
        310s B stays film offering 1
        400s B stirs
        600s wait
        800s wait
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            100s -> B  film: 0 complete, 2 not
            300s -> A  closed: Silent
            310s -> B  film: 0 complete, 1 not
            720s -> B  closed: Silent
        "#]],
    );
}

#[test]
fn what_is_not_ours_is_refused_and_the_rest_goes_on() {
    check(
        "
        0s A opens
        0s A joins secret
        0s A joins film
        1s A scrapes
        2s forbid film
        3s A stays film
        3s A joins song
        4s A scrapes film song secret
        ",
        expect![[r#"
            0s   -> A  secret: refused: Unknown infoHash 7365637265742e2e2e2e2e2e2e2e2e2e2e2e2e2e
            0s   -> A  film: 0 complete, 1 not
            1s   -> A  ?: refused: a scrape names its swarms
            3s   -> A  film: refused: Unknown infoHash 66696c6d2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
            3s   -> A  song: 0 complete, 1 not
            4s   -> A  scraped: film 0/0, song 0/1, secret 0/0
        "#]],
    );
}

#[test]
fn a_connection_is_in_a_few_swarms_only() {
    let mut world = World::new(Meeting::On);
    let names: Vec<String> = (0..20).map(|number| format!("many{number}")).collect();
    let info_hashes = names.iter().map(|name| swarm(name)).collect();
    world.give(Input::Allow { info_hashes, rule: rule(Meeting::On) });
    world.act("0s A opens");
    names.iter().for_each(|name| world.act(&format!("0s A joins {name}")));
    assert_eq!(world.told.lines().filter(|line| line.contains("0 complete, 1 not")).count(), 16);
    assert_eq!(world.told.lines().filter(|line| line.contains("16 swarms at most")).count(), 4);
    assert_eq!(world.swarms.figures().swarms, 16);
}

#[test]
fn broken_words_are_told_apart_and_hurt_nobody() {
    let mut world = World::new(Meeting::On);
    world.act("0s A opens");
    for text in [
        "not json",
        "{}",
        r#"{"action":"hello"}"#,
        r#"{"action":"announce","info_hash":"film................","peer_id":"short"}"#,
        r#"{"action":"announce","info_hash":"film................","peer_id":"A...................","event":"bogus"}"#,
    ] {
        world.say("A", text);
    }
    world.act("1s A joins film");
    expect![[r#"
        0s   -> A  ?: refused: not a JSON object
        0s   -> A  ?: refused: invalid action in WS request
        0s   -> A  ?: refused: invalid action in WS request
        0s   -> A  film: refused: invalid peer_id
        0s   -> A  film: refused: invalid event
        1s   -> A  film: 0 complete, 1 not
    "#]]
    .assert_eq(&world.told);
}

#[test]
fn in_a_swarm_of_seeders_viewers_never_meet() {
    check_in(
        Meeting::Seeders,
        "
        0s A opens
        0s A joins film offering 5
        0s B opens
        0s B joins film offering 5
        1s A answers B in film
        2s S opens as seeder
        2s S joins film offering 5
        3s A answers S in film
        4s B stays film offering 5
        5s S answers B in film
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> B  film: 0 complete, 2 not
            2s   -> S  film: 0 complete, 3 not
            2s   -> A  film: offer from S
            2s   -> B  film: offer from S
            3s   -> S  film: answer from A
            4s   -> B  film: 0 complete, 3 not
            4s   -> S  film: offer from B
            5s   -> B  film: answer from S
        "#]],
    );
}

#[test]
fn a_maker_s_seeder_is_admitted_to_the_maker_s_videos() {
    check_in(
        Meeting::Seeders,
        "
        0s A opens
        0s A joins film offering 5
        1s S opens for 1
        1s S joins film offering 5
        2s T opens for 2
        2s T joins film offering 5
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            1s   -> S  film: 0 complete, 2 not
            1s   -> A  film: offer from S
            2s   -> T  film: 0 complete, 3 not
            2s   -> S  film: offer from T
        "#]],
    );
}

#[test]
fn who_is_vouched_for_no_more_meets_nobody_new() {
    check_in(
        Meeting::Seeders,
        "
        0s R opens for 1
        0s R joins film offering 5
        1s S opens for all by 2 at 10
        1s S joins film offering 5
        2s T opens for all by 2 at 20
        2s T joins film offering 5
        3s 2 takes back before 20
        4s A opens
        4s A joins film offering 5
        5s S stays film offering 5
        ",
        expect![[r#"
            0s   -> R  film: 0 complete, 1 not
            1s   -> S  film: 0 complete, 2 not
            1s   -> R  film: offer from S
            2s   -> T  film: 0 complete, 3 not
            2s   -> S  film: offer from T
            2s   -> R  film: offer from T
            4s   -> A  film: 0 complete, 4 not
            4s   -> T  film: offer from A
            4s   -> R  film: offer from A
            5s   -> S  film: 0 complete, 4 not
            5s   -> T  film: offer from S
            5s   -> R  film: offer from S
        "#]],
    );
}

#[test]
fn a_cautious_viewer_meets_seeders_alone() {
    check_in(
        Meeting::On,
        "
        0s A opens
        0s A joins film offering 5
        1s C opens cautiously
        1s C joins film offering 5
        2s B opens
        2s B joins film offering 5
        3s A answers C in film
        3s C answers B in film
        4s S opens as seeder
        4s S joins film offering 5
        5s C answers S in film
        6s C stays film offering 5
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            1s   -> C  film: 0 complete, 2 not
            2s   -> B  film: 0 complete, 3 not
            2s   -> A  film: offer from B
            4s   -> S  film: 0 complete, 4 not
            4s   -> C  film: offer from S
            4s   -> B  film: offer from S
            4s   -> A  film: offer from S
            5s   -> S  film: answer from C
            6s   -> C  film: 0 complete, 4 not
            6s   -> S  film: offer from C
        "#]],
    );
}

#[test]
fn a_video_s_rule_may_change_while_it_is_watched() {
    let mut world = check_in(
        Meeting::On,
        "
        0s A opens
        0s A joins film offering 5
        0s B opens
        0s B joins film offering 5
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> B  film: 0 complete, 2 not
            0s   -> A  film: offer from B
        "#]],
    );
    world.give(Input::Allow { info_hashes: vec![swarm("film")], rule: rule(Meeting::Seeders) });
    world.told.clear();
    ["1s A answers B in film", "2s B stays film offering 5"].iter().for_each(|line| world.act(line));
    expect![[r#"
        2s   -> B  film: 0 complete, 2 not
    "#]]
    .assert_eq(&world.told);
}

#[test]
fn the_instance_is_there_for_who_finds_nobody_else() {
    check_in(
        Meeting::Seeders,
        "
        0s the instance resides
        1s A opens
        1s A joins film offering 2
        2s the instance answers A in film
        2s the instance answers B in film
        2s the instance answers A in song
        ",
        expect![[r#"
            1s   -> A  film: 0 complete, 1 not
            1s   -> the instance  film: offer from A
            2s   -> A  film: answer from it
        "#]],
    );
    check(
        "
        0s the instance resides
        1s A opens
        1s A joins film offering 2
        2s B opens
        2s B joins film offering 2
        3s B stays film offering 1
        ",
        expect![[r#"
            1s   -> A  film: 0 complete, 1 not
            1s   -> the instance  film: offer from A
            2s   -> B  film: 0 complete, 2 not
            2s   -> A  film: offer from B
            2s   -> the instance  film: offer from B
            3s   -> B  film: 0 complete, 2 not
            3s   -> A  film: offer from B
        "#]],
    );
}

#[test]
fn viewers_meet_once_there_are_enough() {
    check_in(
        Meeting::Threshold(3),
        "
        0s A opens
        0s A joins film offering 5
        0s B opens
        0s B joins film offering 5
        1s C opens
        1s C joins film offering 5
        2s B closes
        3s A stays film offering 5
        ",
        expect![[r#"
            0s   -> A  film: 0 complete, 1 not
            0s   -> B  film: 0 complete, 2 not
            1s   -> C  film: 0 complete, 3 not
            1s   -> A  film: offer from C
            1s   -> B  film: offer from C
            3s   -> A  film: 0 complete, 2 not
        "#]],
    );
}

#[test]
fn an_instance_that_shares_nothing_says_so() {
    check_in(
        Meeting::Off,
        "
        0s A opens
        0s A joins film offering 5
        ",
        expect![[r#"
            0s   -> A  film: refused: Tracker is disabled on this instance.
        "#]],
    );
}

#[test]
fn a_viewer_that_came_back_is_the_one_that_answers_are_for() {
    check(
        "
        0s old opens
        0s old joins film as A
        1s new opens
        1s new joins film as A
        2s B opens
        2s B joins film
        2s B answers A in film
        3s new closes
        4s B answers A in film
        ",
        expect![[r#"
            0s   -> old  film: 0 complete, 1 not
            1s   -> new  film: 0 complete, 2 not
            2s   -> B  film: 0 complete, 3 not
            2s   -> new  film: answer from B
        "#]],
    );
}

#[test]
fn a_flood_is_left_unread_then_shown_the_door() {
    let mut world = World::new(Meeting::On);
    world.act("0s A opens");
    (0..40).for_each(|_| world.act("0s A scrapes film"));
    assert_eq!(world.told.lines().filter(|line| line.contains("scraped")).count(), 30);
    assert_eq!(world.told.lines().filter(|line| line.contains("too many messages")).count(), 1);
    // Half of the burst is there again after half of its time.
    world.told.clear();
    (0..40).for_each(|_| world.act("3s A scrapes film"));
    assert_eq!(world.told.lines().filter(|line| line.contains("scraped")).count(), 15);
    world.told.clear();
    (0..1001).for_each(|_| world.act("3s A scrapes film"));
    expect![[r#"
        3s   -> A  closed: Flooding
    "#]]
    .assert_eq(&world.told);
    assert_eq!(world.swarms.figures().sockets, 0);
}

/// Joins many viewers to one swarm, each on a socket of its own.
fn crowd(viewers: u32) -> World {
    let mut world = World::new(Meeting::On);
    for number in 0..viewers {
        let name = format!("v{number}");
        world.sockets.insert(name.clone(), SocketId(number));
        world.give(Input::Opened { socket: SocketId(number), standing: Standing::Viewer });
        world.announce(&name, "joins", "film", &[]);
    }
    world.told.clear();
    world
}

/// How many offers each viewer was given.
fn offered(world: &World) -> Vec<usize> {
    let mut of = BTreeMap::new();
    for line in world.told.lines().filter(|line| line.contains("offer from")) {
        *of.entry(line.split_whitespace().nth(2).unwrap().to_owned()).or_insert(0) += 1;
    }
    let count = world.sockets.keys().map(|name| of.get(name).copied().unwrap_or(0));
    count.collect()
}

#[test]
fn each_offer_of_an_announce_goes_to_somebody_else() {
    let mut world = crowd(100);
    for _ in 0..50 {
        world.told.clear();
        world.announce("v0", "stays", "film", &["offering", "10"]);
        let offered = offered(&world);
        assert_eq!((offered.iter().sum::<usize>(), offered.iter().max(), offered[0]), (10, Some(&1), 0));
        world.wait_until(world.now.0 / 1_000_000 + 1);
    }
    let mut few = crowd(8);
    few.announce("v0", "stays", "film", &["offering", "10"]);
    assert_eq!(offered(&few), [0, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn offers_are_spread_evenly() {
    let mut world = crowd(100);
    for number in 0..100 {
        world.announce(&format!("v{number}"), "stays", "film", &["offering", "5"]);
    }
    let offered = offered(&world);
    // Five each on average; by chance alone the luckiest of a hundred would have twelve.
    assert_eq!(offered.iter().sum::<usize>(), 500);
    assert!(*offered.iter().max().unwrap() <= 9, "{offered:?}");
    assert!(2 <= *offered.iter().min().unwrap(), "{offered:?}");
}

#[test]
fn the_same_seed_is_the_same_story() {
    let story = || {
        let mut world = crowd(50);
        (0..50).for_each(|number| world.announce(&format!("v{number}"), "stays", "film", &["offering", "5"]));
        world.told
    };
    assert_eq!(story(), story());
}

/// Random comings, goings and announces; after each, every book agrees with every other.
#[test]
fn members_seats_and_names_always_agree() {
    let mut world = World::new(Meeting::On);
    let mut chance = Chance::new(5);
    for step in 0..20_000 {
        let name = format!("v{}", chance.below(30));
        let film = ["film", "song", "play"][chance.below(3)];
        let called = format!("p{}", chance.below(6));
        let is_open = world.sockets.contains_key(&name);
        match chance.below(10) {
            0 if is_open => world.act(&format!("{}s {name} closes", step / 10)),
            1..=6 if is_open => {
                let verb = ["joins", "stays", "completes", "leaves"][chance.below(4)];
                world.act(&format!(
                    "{}s {name} {verb} {film} as {called} offering {}",
                    step / 10,
                    chance.below(11)
                ));
            }
            7 if is_open => world.act(&format!("{}s {name} answers {called} in {film}", step / 10)),
            8 => {
                world.act(&format!("{}s forbid {film}", step / 10));
                world.give(Input::Allow { info_hashes: vec![swarm(film)], rule: rule(Meeting::On) });
            }
            _ if !is_open => world.act(&format!("{}s {name} opens", step / 10)),
            _ => {}
        }
        world.told.clear();
        agree(&world.swarms);
    }
    for name in world.sockets.keys().cloned().collect::<Vec<_>>() {
        world.act(&format!("9999s {name} closes"));
    }
    let figures = world.swarms.figures();
    assert_eq!((figures.sockets, figures.swarms, figures.members), (0, 0, 0));
    assert!(world.swarms.peopled.is_empty());
}

fn agree(swarms: &Swarms) {
    let mut seats = 0;
    for (at, socket) in swarms.sockets.iter().enumerate() {
        for seat in socket.iter().flat_map(|socket| &socket.seats) {
            let member = swarms.swarm(seat.swarm).unwrap().member(seat.place).unwrap();
            assert_eq!(member.socket.0 as usize, at);
            seats += 1;
        }
    }
    let mut members = 0;
    for (slot, swarm) in swarms.swarms.iter().enumerate() {
        let Some(swarm) = swarm else { continue };
        members += swarm.members().len();
        let complete = swarm.members().iter().filter(|member| member.is_complete).count();
        assert_eq!(swarm.counts().complete as usize, complete);
        assert_eq!(swarms.peopled[&swarm.info_hash], u32::try_from(slot).unwrap());
        for member in swarm.members() {
            if let Some(named) = swarm.named(&member.peer_id) {
                assert_eq!(named.peer_id, member.peer_id);
            }
        }
    }
    assert_eq!(seats, members);
}

#[test]
fn peers_over_http_meet_each_other_and_are_forgotten() {
    let mut world = World::new(Meeting::On);
    let announce = |port: u16, event| TcpAnnounce {
        info_hash: swarm("film"),
        peer_id: peer("tcp"),
        address: ([192, 0, 2, 1], port).into(),
        event,
        is_complete: port == 1,
        wanted: 50,
        is_compact: true,
    };
    let ask = |world: &mut World, port, event| {
        let told = world.swarms.announce_tcp(world.now, &announce(port, event)).unwrap();
        let ports: Vec<u16> = told.peers.iter().map(|peer| peer.address.port()).collect();
        (told.counts.complete, told.counts.incomplete, ports)
    };
    assert_eq!(ask(&mut world, 1, Event::Started), (1, 0, vec![]));
    assert_eq!(ask(&mut world, 2, Event::Started), (1, 1, vec![1]));
    world.wait_until(200);
    assert_eq!(ask(&mut world, 2, Event::Update), (1, 1, vec![1]));
    world.wait_until(500);
    assert_eq!(ask(&mut world, 2, Event::Update), (0, 1, vec![]), "the first one said nothing for too long");
    assert_eq!(ask(&mut world, 2, Event::Stopped), (0, 0, vec![]));
    assert_eq!(world.swarms.figures().swarms, 0);
    ask(&mut world, 3, Event::Started);
    world.wait_until(2000);
    assert_eq!((world.swarms.figures().swarms, world.swarms.deadline()), (0, None));
    let secret = TcpAnnounce { info_hash: swarm("secret"), ..announce(1, Event::Started) };
    assert!(world.swarms.announce_tcp(world.now, &secret).unwrap_err().starts_with("Unknown infoHash"));
}
