//! `sim [WORDS]`: many viewers of one film in virtual time; what they saw, what it cost the origin, and whether anybody
//! waited who would not have waited alone. `sim --runs N` does that for one mix of plagues after another.

use anyhow::{Context, Result, bail, ensure};
use tests::sim::{Scenario, WORDS, judge};

const HELP: &str = "\
  --runs N           N mixes of all these, by the seeds from S on, of 2 to --viewers viewers; those that fail are told with
                     the words that repeat them
";

fn main() -> Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        println!("{WORDS}{HELP}");
        return Ok(());
    }
    let Some(at) = words.iter().position(|word| word == "--runs") else {
        return one(&Scenario::read(&words)?);
    };
    let mut taken = words.drain(at..(at + 2).min(words.len())).skip(1);
    let runs: u64 = taken.next().context("--runs needs a number")?.parse().context("--runs")?;
    drop(taken);
    many(runs, &Scenario::read(&words)?)
}

fn one(scenario: &Scenario) -> Result<()> {
    println!("{scenario:?}\n");
    let verdict = judge(scenario);
    if let Some(report) = &verdict.report {
        println!("{report}");
    }
    ensure!(verdict.faults.is_empty(), "{}", verdict.faults.join("\n"));
    Ok(())
}

fn many(runs: u64, base: &Scenario) -> Result<()> {
    ensure!(2 <= base.viewers, "a swarm needs two");
    let mut failed = 0;
    for seed in base.seed..base.seed.saturating_add(runs) {
        let scenario = Scenario::mixed(seed, 2..=base.viewers);
        let verdict = judge(&scenario);
        let share = verdict.report.map_or(0.0, |report| report.share());
        println!("{seed}: {} viewers, {share:.1} % from peers", scenario.viewers);
        if !verdict.faults.is_empty() {
            failed += 1;
            println!("  FAILED: {}\n  {}", scenario.words(), verdict.faults.join("\n  "));
        }
    }
    println!("{runs} runs, {failed} failed");
    if 0 < failed {
        bail!("{failed} of {runs} runs failed");
    }
    Ok(())
}
