//! Many viewers at once, with fixed seeds. Safety is asserted in every step of every run (see `tests::sim`); here stands
//! what they must see in the end. A run is repeated with `cargo xtask sim` and the words of its scenario.

use std::time::Duration;

use tests::sim::{Report, Scenario, run};

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Everyone who stayed saw the end, and nobody saw more standstills than without peers.
fn check(scenario: &Scenario) -> Report {
    let report = run(scenario);
    for (place, seen) in report.seen.iter().enumerate() {
        assert!(
            seen.has_ended || seen.has_left,
            "viewer {place} did not see the end: {scenario:?}\n{report}"
        );
    }
    let alone = run(&Scenario { sharing: false, liars: 0, stallers: 0, flooders: 0, ..scenario.clone() });
    assert_eq!(alone.share(), 0.0);
    assert!(report.stalls() <= alone.stalls(), "{scenario:?}\n{report}");
    report
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

#[test]
fn a_run_is_its_seed() {
    let scenario =
        Scenario { viewers: 5, film: minutes(1), loss_percent: 3, nat_percent: 20, ..Scenario::default() };
    assert_eq!(run(&scenario), run(&scenario));
    assert_ne!(run(&scenario), run(&Scenario { seed: 9, ..scenario.clone() }));
}
