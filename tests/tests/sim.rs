//! Many viewers at once, with fixed seeds. Safety is asserted in every step of every run (see `tests::sim`); here stands
//! what they must see in the end. A run is repeated with `cargo xtask sim` and the words of its scenario.

use std::time::Duration;

use tests::sim::{Report, Scenario, judge, run};

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Everyone who stayed saw the end, and nobody waited who would not have waited alone.
fn check(scenario: &Scenario) -> Report {
    let verdict = judge(scenario);
    let words = scenario.words();
    let report = verdict.report.unwrap_or_else(|| panic!("{words}: {:?}", verdict.faults));
    assert!(verdict.faults.is_empty(), "{words}: {:?}\n{report}", verdict.faults);
    for (place, seen) in report.seen.iter().enumerate() {
        assert!(seen.has_ended || seen.has_left, "viewer {place} did not see the end: {words}\n{report}");
    }
    report
}

fn check_words(words: &str) -> Report {
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    check(&Scenario::read(&words).expect("words of a scenario"))
}

#[test]
fn who_comes_later_is_given_nearly_everything_by_who_came_before() {
    let scenario =
        Scenario { viewers: 2, stagger: Duration::from_secs(30), film: minutes(3), ..Scenario::default() };
    let report = check(&scenario);
    assert!(95.0 <= report.seen[1].share(), "{report}");
}

#[test]
fn who_comes_together_shares_the_origin_s_work_fairly() {
    for seed in 1..=3 {
        let report = check(&Scenario { film: minutes(10), seed, ..Scenario::default() });
        // Each byte leaves the origin about once: the limit for four is 75.
        assert!(73.0 <= report.share(), "{report}");
        assert!(0.97 <= report.fairness(), "{report}");
    }
}

#[test]
fn a_slow_origin_is_relieved_and_nobody_waits_for_it() {
    let origin_rate = 8_000_000;
    let scenario = Scenario { viewers: 8, origin_rate, film: minutes(2), ..Scenario::default() };
    let report = check(&scenario);
    assert!(75.0 <= report.share(), "{report}");
}

#[test]
fn an_origin_that_fails_for_good_is_made_up_for_by_who_has_the_film() {
    let scenario = Scenario {
        viewers: 2,
        film: Duration::from_secs(40),
        stagger: Duration::from_secs(30),
        outage: Some((Duration::from_secs(29), Duration::MAX)),
        ..Scenario::default()
    };
    let report = run(&scenario);
    assert!(report.seen.iter().all(|seen| seen.has_ended), "{report}");
    assert!(100.0 <= report.seen[1].share(), "{report}");
}

#[test]
fn who_shares_waits_for_an_origin_longer_than_who_is_alone() {
    let outage = Some((Duration::from_secs(40), Duration::from_secs(160)));
    let scenario = Scenario { viewers: 2, film: minutes(4), outage, ..Scenario::default() };
    let report = run(&scenario);
    assert!(report.seen.iter().all(|seen| seen.has_ended), "{report}");
}

#[test]
fn liars_are_found_out_and_nobody_sees_a_byte_of_theirs() {
    for seed in 1..=2 {
        let report = check(&Scenario { viewers: 6, liars: 2, film: minutes(2), seed, ..Scenario::default() });
        let forged: u64 = report.seen.iter().map(|seen| seen.stats.bodies_forged).sum();
        let shunned: u64 = report.seen.iter().map(|seen| seen.stats.peers_shunned).sum();
        assert!(0 < forged && 0 < shunned, "{report}");
        assert!(50.0 <= report.share(), "{report}");
    }
}

#[test]
fn stallers_and_flooders_cost_little() {
    let report = check(&Scenario { viewers: 5, stallers: 2, film: minutes(2), ..Scenario::default() });
    assert!(60.0 <= report.share(), "{report}");
    let report = check(&Scenario { viewers: 3, flooders: 1, film: minutes(1), ..Scenario::default() });
    assert!(40.0 <= report.share(), "{report}");
}

#[test]
fn loss_deaf_pairs_and_people_who_leave_do_not_stop_anyone() {
    for seed in 1..=2 {
        let scenario = Scenario {
            viewers: 10,
            stagger: Duration::from_secs(4),
            film: minutes(2),
            loss_percent: 5,
            nat_percent: 30,
            churn_percent: 40,
            seed,
            ..Scenario::default()
        };
        let report = check(&scenario);
        assert!(60.0 <= report.share(), "{report}");
    }
}

const FIVE: &str = "--heights 240:300000,360:600000,480:1200000,720:2500000,1080:5000000";

/// The quality given up was taken again at once, since peers were at it: for ever, and from the first byte each time.
#[test]
fn a_quality_that_is_given_up_is_given_up_by_peers_too() {
    check_words(&format!(
        "--viewers 5 --seed 1007 --minutes 2 --stagger 1 --breaks 5 --liars 5 --stallers 2 --flooders 1 --give 1 {FIVE}"
    ));
}

/// All plagues at once, with an origin that has plenty and with one that has hardly enough.
#[test]
fn no_plague_makes_anybody_wait_longer_than_without_peers() {
    let plagues = "--loss --nat --churn --liars 2 --stallers 2 --flooders 1";
    check_words(&format!("--viewers 10 --seed 21 --stagger 4 --minutes 2 {plagues}"));
    check_words(&format!("--viewers 10 --seed 24 --stagger 4 --minutes 2 {plagues} --slow-origin"));
}

/// The origin was busy with what comes later when peers failed, was asked too late when a stranger had brought a part, and
/// what it had brought of an answer that broke off was thrown away.
#[test]
fn a_slow_origin_is_in_time_whoever_fails() {
    check_words(
        "--viewers 3 --seed 2021 --minutes 2 --stagger 1 --breaks 5 --flooders 1 --origin 6 --give 3",
    );
    check_words(&format!(
        "--viewers 7 --seed 3023 --minutes 1 --stagger 1 --breaks 5 --liars 2 --flooders 1 --give 3 {FIVE}"
    ));
}

/// Every plague alone and together, in small crowds; `cargo xtask sim --runs N` goes on with other seeds.
#[test]
fn whatever_the_mix_nobody_waits_who_would_not_have_waited_alone() {
    for seed in 1..=12 {
        check(&Scenario::mixed(seed, 2..=8));
    }
}

#[test]
fn a_mix_is_told_in_words_that_repeat_it() {
    for seed in 0..200 {
        let scenario = Scenario::mixed(seed, 2..=200);
        let words: Vec<String> = scenario.words().split(' ').map(str::to_owned).collect();
        assert_eq!(Scenario::read(&words).expect("words of a scenario"), scenario);
    }
}

#[test]
fn a_run_is_its_seed() {
    let scenario =
        Scenario { viewers: 5, film: minutes(1), loss_percent: 3, nat_percent: 20, ..Scenario::default() };
    assert_eq!(run(&scenario), run(&scenario));
    assert_ne!(run(&scenario), run(&Scenario { seed: 9, ..scenario.clone() }));
}
