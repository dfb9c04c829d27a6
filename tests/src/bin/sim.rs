//! `sim [WORDS]`: many viewers of one film in virtual time; what they saw, and what it cost the origin.

use anyhow::Result;
use tests::sim::{Scenario, run};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let scenario = Scenario::read(&words)?;
    println!("{scenario:?}\n");
    println!("{}", run(&scenario));
    Ok(())
}
