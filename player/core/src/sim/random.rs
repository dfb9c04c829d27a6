//! Random runs: every seed another film, network, browser, person and set of faults.
//!
//! Safety holds in every step (the world sees to it). Liveness: a while after the last fault, whoever presses play sees
//! the end. A run is repeated by its seed: `SHOAL_SEEDS=45..46 cargo test -p player-core whatever`; more runs than in
//! every test likewise.

use std::time::Duration;

use super::film::Film;
use super::network::{Fault, Wrong};
use super::world::{Act, Setup, World};
use crate::dice::Dice;
use crate::io::Quality;

const SEEDS: std::ops::Range<u64> = 0..60;
/// After this nothing goes wrong any more.
const FAULTS_UNTIL: u64 = 60;
/// And after this playback must go on to the end.
const CALM: f64 = 80.0;

/// Names the seed of a run that panics.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the run of seed {} failed", self.0);
        }
    }
}

impl Dice {
    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.roll(to - from + 1)
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn seconds(&mut self, from: u64, to: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "minutes, in milliseconds")]
        let milliseconds = self.between(from * 1000, to * 1000) as f64;
        milliseconds / 1000.0
    }
}

fn film(dice: &mut Dice) -> Film {
    let all = [(1080, 5_000_000), (720, 2_500_000), (480, 1_200_000), (360, 700_000), (240, 400_000)];
    let mut qualities: Vec<(u32, u64)> = all.into_iter().filter(|_| dice.one_in(2)).collect();
    qualities.push((144, 200_000));
    let is_upside_down = dice.one_in(2);
    if is_upside_down {
        qualities.reverse();
    }
    Film {
        qualities,
        has_sound_apart: dice.one_in(2),
        segments: usize::try_from(dice.between(1, 30)).unwrap(),
        segment: Duration::from_millis(dice.between(500, 8000)),
        last_segment: Duration::from_millis(dice.between(20, 4000)),
        shift: Duration::from_millis(if dice.one_in(2) { dice.roll(200) } else { 0 }),
        names_codecs: !dice.one_in(4),
        has_many_inits: dice.one_in(8),
        discontinuity: dice.one_in(8).then(|| usize::try_from(dice.roll(20)).unwrap()),
        ..Film::usual()
    }
}

fn faults(dice: &mut Dice) -> Vec<Fault> {
    let fault = |dice: &mut Dice| {
        let from = dice.roll(FAULTS_UNTIL);
        let wrong = match dice.roll(8) {
            0 => Wrong::Status([404, 403, 500, 503, 429][usize::try_from(dice.roll(5)).unwrap()]),
            1 => Wrong::Refuse,
            2 => Wrong::Hang,
            3 => Wrong::Break,
            4 | 5 => Wrong::Forge,
            6 => Wrong::Truncate,
            _ => Wrong::Late(Duration::from_millis(dice.roll(15_000))),
        };
        let names = ["", "#", "init", "sound", "m3u8", "sha256", "144", "720#1", "master", "#0"];
        Fault {
            from: Duration::from_secs(from),
            until: Duration::from_secs(dice.between(from, FAULTS_UNTIL)),
            what: names[usize::try_from(dice.roll(names.len() as u64)).unwrap()].to_owned(),
            wrong,
            percent: dice.between(5, 100),
            is_in_cache: dice.one_in(4),
        }
    };
    (0..dice.roll(6)).map(|_| fault(dice)).collect()
}

fn act(dice: &mut Dice) -> Act {
    match dice.roll(12) {
        0..=3 => Act::Seek(dice.seconds(0, 120)),
        4 => Act::Pause,
        5 | 6 => Act::Play,
        7 => Act::Choose(Quality::Auto),
        8 => Act::Choose(Quality::Height(u32::try_from(dice.roll(1200)).unwrap())),
        9 => Act::Rate([0.5, 1.0, 1.5, 2.0][usize::try_from(dice.roll(4)).unwrap()]),
        10 => Act::Online(dice.one_in(2)),
        _ => Act::Viewport(u32::try_from(dice.between(100, 2000)).unwrap(), 500),
    }
}

fn run(seed: u64) {
    let _named = Named(seed);
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let mut rates = vec![(Duration::ZERO, dice.between(300_000, 30_000_000))];
    for second in 1..FAULTS_UNTIL {
        if dice.one_in(10) {
            rates.push((Duration::from_secs(second), dice.between(50_000, 30_000_000)));
        }
    }
    rates.push((Duration::from_secs(FAULTS_UNTIL), dice.between(1_500_000, 30_000_000)));
    let mut load = Setup::default().load;
    load.start = Duration::from_millis(if dice.one_in(4) { dice.roll(60_000) } else { 0 });
    load.bandwidth = dice.one_in(2).then(|| dice.between(100_000, 50_000_000));
    let film = film(dice);
    let latency = Duration::from_millis(dice.between(1, 400));
    let has_digests = !dice.one_in(4);
    let setup = Setup { film, has_digests, rates, latency, faults: faults(dice), load, seed };
    let mut world = World::new(setup);
    if dice.one_in(4) {
        world.browser.quota = dice.between(12_000_000, 30_000_000);
    }
    world.browser.sulks_at = dice.one_in(4).then(|| Duration::from_millis(dice.roll(60_000)));
    world.browser.dies_at = dice.one_in(4).then(|| Duration::from_millis(dice.roll(60_000)));
    world.at(dice.seconds(0, 5), Act::Play);
    for _ in 0..dice.roll(10) {
        let second = dice.seconds(0, FAULTS_UNTIL);
        world.at(second, act(dice));
    }
    world.run_to(CALM);
    for act in [Act::Online(true), Act::Retry, Act::Rate(1.0), Act::Play] {
        world.at(CALM, act);
    }
    let is_over = world.run_to_end(CALM + 30.0 * 8.0 + 60.0);
    let position = world.browser.position;
    assert!(is_over, "playback stands at {position:?}");
    world.close();
}

#[test]
fn whatever_happens_nothing_forged_is_shown_and_in_the_end_the_film_is() {
    let asked = std::env::var("SHOAL_SEEDS").ok();
    let seeds = asked.map_or(SEEDS, |range| {
        let (from, to) = range.split_once("..").unwrap();
        from.parse().unwrap()..to.parse().unwrap()
    });
    seeds.for_each(run);
}
