//! Rounds in which contenders take turns, and the table that sums them up.
//!
//! Owns fairness: in each round everybody has one turn, and the order changes from round to round, so that a machine that
//! slows down slows down for all. A ratio is of medians; beside it stands in how many rounds it pointed the same way.

use std::fmt::Write as _;
use std::fs;

use anyhow::Result;
use serde_json::json;

use super::processes::load_average;
use crate::rig::in_checkout;

/// Something that is measured, and in what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Figure {
    /// Such as "first frame".
    pub name: &'static str,
    /// Such as "ms".
    pub unit: &'static str,
    /// Whether more of it is better.
    pub more_is_better: bool,
}

impl Figure {
    /// Something there should be little of.
    #[must_use]
    pub const fn cost(name: &'static str, unit: &'static str) -> Figure {
        Figure { name, unit, more_is_better: false }
    }

    /// Something there should be much of.
    #[must_use]
    pub const fn yield_of(name: &'static str, unit: &'static str) -> Figure {
        Figure { name, unit, more_is_better: true }
    }
}

/// One comparison.
pub struct Trial {
    title: &'static str,
    contenders: Vec<&'static str>,
    rounds: usize,
    notes: Vec<Note>,
    load_before: String,
}

struct Note {
    round: usize,
    who: usize,
    figure: Figure,
    value: f64,
}

impl Trial {
    /// Between contenders, the first of whom is ours and the second the rival that ratios are told against.
    #[must_use]
    pub fn new(title: &'static str, contenders: &[&'static str], rounds: usize) -> Trial {
        Trial {
            title,
            contenders: contenders.to_vec(),
            rounds,
            notes: Vec::new(),
            load_before: load_average(),
        }
    }

    /// Whose turn it is, from the first to the last: (round, contender).
    #[must_use]
    pub fn turns(&self) -> Vec<(usize, usize)> {
        let count = self.contenders.len();
        (0..self.rounds)
            .flat_map(|round| (0..count).map(move |turn| (round, (turn + round) % count)))
            .collect()
    }

    /// Notes what a turn gave.
    pub fn note(&mut self, (round, who): (usize, usize), figure: Figure, value: f64) {
        eprintln!(
            "  round {} of {}, {}: {} {} {}",
            round + 1,
            self.rounds,
            self.contenders.get(who).copied().unwrap_or_default(),
            figure.name,
            written(value),
            figure.unit
        );
        self.notes.push(Note { round, who, figure, value });
    }

    /// Prints the table, and keeps every single figure in `target/bench`.
    ///
    /// # Errors
    /// When the figures cannot be kept.
    pub fn finish(&self) -> Result<()> {
        println!("{}", self.table());
        println!("load average before: {}   after: {}\n", self.load_before, load_average());
        let folder = in_checkout("target/bench");
        fs::create_dir_all(&folder)?;
        let name: String =
            self.title.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
        let rows = self.notes.iter().map(|note| {
            let row = json!({
                "round": note.round,
                "who": self.contenders.get(note.who),
                "figure": note.figure.name,
                "unit": note.figure.unit,
                "value": note.value,
            });
            format!("{row}\n")
        });
        Ok(fs::write(folder.join(format!("{name}.jsonl")), rows.collect::<String>())?)
    }

    /// One line a figure and contender: least, median, and what it is of the rival's median.
    #[must_use]
    pub fn table(&self) -> String {
        let rival = self.contenders.get(1).copied().unwrap_or_default();
        let mut out = format!("{} ({} rounds; ratio to {rival})\n", self.title, self.rounds);
        for figure in self.figures() {
            let _ = writeln!(out, "  {} in {}", figure.name, figure.unit);
            for (who, name) in self.contenders.iter().enumerate() {
                let values = self.values(who, figure);
                let Some(middle) = median(&values) else { continue };
                let least = values.iter().copied().fold(f64::INFINITY, f64::min);
                let verdict = if who == 1 { String::new() } else { self.verdict(who, figure, middle) };
                let _ = writeln!(
                    out,
                    "    {name:34} min {:>10}  median {:>10}{verdict}",
                    written(least),
                    written(middle)
                );
            }
        }
        out
    }

    fn verdict(&self, who: usize, figure: Figure, middle: f64) -> String {
        let Some(rival) = median(&self.values(1, figure)).filter(|rival| *rival != 0.0) else {
            return String::new();
        };
        let (mut better, mut of) = (0, 0);
        for round in 0..self.rounds {
            let value = |who| {
                self.notes.iter().find(|note| (note.round, note.who, note.figure) == (round, who, figure))
            };
            if let (Some(own), Some(other)) = (value(who), value(1)) {
                of += 1;
                better += usize::from((own.value < other.value) != figure.more_is_better);
            }
        }
        format!("   {:>6.2} x, better in {better} of {of}", middle / rival)
    }

    fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for note in &self.notes {
            if !figures.contains(&note.figure) {
                figures.push(note.figure);
            }
        }
        figures
    }

    fn values(&self, who: usize, figure: Figure) -> Vec<f64> {
        self.notes
            .iter()
            .filter(|note| note.who == who && note.figure == figure)
            .map(|note| note.value)
            .collect()
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(middle - 1)?, upper)) }
}

fn written(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.3}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const TIME: Figure = Figure::cost("time", "ms");

    #[test]
    fn everybody_has_one_turn_a_round_and_nobody_is_always_first() {
        let trial = Trial::new("a", &["ours", "theirs"], 2);
        assert_eq!(trial.turns(), [(0, 0), (0, 1), (1, 1), (1, 0)]);
    }

    #[test]
    fn a_table_tells_least_median_ratio_and_rounds_won() {
        let mut trial = Trial::new("speed", &["ours", "theirs"], 3);
        for (turn, value) in trial.turns().into_iter().zip([10.0, 20.0, 30.0, 40.0, 50.0, 20.0]) {
            trial.note(turn, TIME, value);
        }
        expect![[r#"
            speed (3 rounds; ratio to theirs)
              time in ms
                ours                               min       10.0  median       40.0     2.00 x, better in 1 of 3
                theirs                             min       20.0  median       20.0
        "#]]
        .assert_eq(&trial.table());
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}
