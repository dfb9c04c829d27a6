//! The one text of what a document says (RDF Dataset Canonicalization, RDFC-1.0; URDNA2015 before it was a standard).
//!
//! Owns that text and how much work it may cost. Things without an address are named by what is said of them, and of their
//! neighbours where that is not enough: documents can be made for which this takes years, so that work is counted and given
//! up. The surprise is the order of lines, by units of UTF-16, since all others are written in JavaScript or compatible with it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::blank::Issuer;
use super::dataset::{Dataset, Said, Statement, Thing};
use super::lines::{Escapes, write};
use super::refusal::Unlinked;

/// Hashes of neighbours in all. Real documents need none, or a dozen where two pictures are alike; these take 50 ms.
const WORK_MAX: u32 = 50_000;
/// Neighbours of neighbours.
const DEPTH_MAX: u32 = 64;

/// The lines of a document in their order.
pub(super) fn canonical(dataset: &Dataset, escapes: Escapes) -> Result<String, Unlinked> {
    let names = Naming::of(dataset, escapes).issue()?;
    let name = |thing: u32| names.get(thing).unwrap_or_default();
    let lines = dataset.statements().iter().map(|statement| write(statement, escapes, &name));
    Ok(sorted(lines.collect()).concat())
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_by(|a, b| {
        // The two orders differ in letters beyond the first plane alone.
        if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
    });
    lines
}

struct Naming<'a> {
    escapes: Escapes,
    /// What is said with each thing.
    mentions: Vec<Vec<&'a Statement>>,
    /// The hash of that, by itself.
    first: Vec<String>,
    canonical: Issuer,
    work: u32,
}

impl<'a> Naming<'a> {
    fn of(dataset: &'a Dataset, escapes: Escapes) -> Naming<'a> {
        let mut mentions: Vec<Vec<&Statement>> = (0..dataset.blanks()).map(|_| Vec::new()).collect();
        for statement in dataset.statements() {
            let (subject, object) = blanks(statement);
            for thing in [subject, object.filter(|object| Some(*object) != subject)].into_iter().flatten() {
                if let Some(mentions) = usize::try_from(thing).ok().and_then(|place| mentions.get_mut(place))
                {
                    mentions.push(statement);
                }
            }
        }
        let first = (0..)
            .zip(&mentions)
            .map(|(thing, mentions)| {
                let name = |other: u32| if other == thing { "_:a" } else { "_:z" }.to_owned();
                let lines = mentions.iter().map(|statement| write(statement, escapes, &name));
                hash(sorted(lines.collect()).concat().as_bytes())
            })
            .collect();
        Naming { escapes, mentions, first, canonical: Issuer::new("c14n"), work: 0 }
    }

    /// RDFC-1.0 §4.4.3.
    fn issue(mut self) -> Result<Issuer, Unlinked> {
        let mut alike: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (thing, hash) in (0..).zip(&self.first) {
            alike.entry(hash.clone()).or_default().push(thing);
        }
        for things in alike.values() {
            if let [only] = things.as_slice() {
                self.canonical.issue(*only);
            }
        }
        for things in alike.into_values().filter(|things| 1 < things.len()) {
            let mut paths = Vec::new();
            for thing in things {
                if self.canonical.get(thing).is_none() {
                    let mut temporary = Issuer::new("b");
                    temporary.issue(thing);
                    paths.push(self.with_neighbours(thing, &temporary, 0)?);
                }
            }
            paths.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (_, issuer) in paths {
                for thing in issuer.order() {
                    self.canonical.issue(*thing);
                }
            }
        }
        Ok(self.canonical)
    }

    /// The hash of a thing with what is around it (RDFC-1.0 §4.8, Hash N-Degree Quads).
    fn with_neighbours(
        &mut self,
        thing: u32,
        issuer: &Issuer,
        depth: u32,
    ) -> Result<(String, Issuer), Unlinked> {
        if depth == DEPTH_MAX {
            return Err(Unlinked::Excessive("intricate"));
        }
        let mut neighbours: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for statement in self.mentions_of(thing) {
            let (subject, object) = blanks(statement);
            for (place, other) in [('s', subject), ('o', object)] {
                if let Some(other) = other.filter(|other| *other != thing) {
                    let hash = self.related(other, statement, issuer, place)?;
                    neighbours.entry(hash).or_default().push(other);
                }
            }
        }
        let mut said = String::new();
        let mut issuer = issuer.clone();
        for (hash, others) in neighbours {
            let (path, chosen) = self.shortest(others, &issuer, depth)?;
            said.push_str(&hash);
            said.push_str(&path);
            issuer = chosen;
        }
        Ok((self::hash(said.as_bytes()), issuer))
    }

    /// The least of the paths through these neighbours, in whatever order.
    fn shortest(
        &mut self,
        others: Vec<u32>,
        issuer: &Issuer,
        depth: u32,
    ) -> Result<(String, Issuer), Unlinked> {
        let mut best: Option<(String, Issuer)> = None;
        let mut orders = Orders::of(others);
        while let Some(order) = orders.next() {
            self.count()?;
            let found =
                self.path(&order, issuer.clone(), best.as_ref().map(|(path, _)| path.as_str()), depth)?;
            let is_less = |(path, _): &(String, Issuer)| best.as_ref().is_none_or(|(best, _)| path < best);
            if let Some(found) = found.filter(is_less) {
                best = Some(found);
            }
        }
        Ok(best.unwrap_or_else(|| (String::new(), issuer.clone())))
    }

    /// The path through neighbours in one order. `None` as soon as it is no less than the best one.
    fn path(
        &mut self,
        order: &[u32],
        mut issuer: Issuer,
        best: Option<&str>,
        depth: u32,
    ) -> Result<Option<(String, Issuer)>, Unlinked> {
        let is_worse = |path: &str| best.is_some_and(|best| best.len() <= path.len() && best < path);
        let mut path = String::new();
        let mut unknown = Vec::new();
        for other in order {
            self.count()?;
            match self.canonical.get(*other) {
                Some(name) => path.push_str(&name),
                None => {
                    if issuer.get(*other).is_none() {
                        unknown.push(*other);
                    }
                    path.push_str(&issuer.issue(*other));
                }
            }
            if is_worse(&path) {
                return Ok(None);
            }
        }
        for other in unknown {
            let (hash, after) = self.with_neighbours(other, &issuer, depth + 1)?;
            path.push_str(&issuer.issue(other));
            path.push('<');
            path.push_str(&hash);
            path.push('>');
            issuer = after;
            if is_worse(&path) {
                return Ok(None);
            }
        }
        Ok(Some((path, issuer)))
    }

    /// RDFC-1.0 §4.7, Hash Related Blank Node.
    fn related(
        &mut self,
        other: u32,
        statement: &Statement,
        issuer: &Issuer,
        place: char,
    ) -> Result<String, Unlinked> {
        self.count()?;
        let name = self.canonical.get(other).or_else(|| issuer.get(other));
        let first = || usize::try_from(other).ok().and_then(|other| self.first.get(other)).cloned();
        let name = name.or_else(first).unwrap_or_default();
        let mut said = String::from(place);
        super::lines::write_address(&mut said, &statement.predicate, self.escapes);
        said.push_str(&name);
        Ok(hash(said.as_bytes()))
    }

    fn mentions_of(&self, thing: u32) -> Vec<&'a Statement> {
        usize::try_from(thing).ok().and_then(|thing| self.mentions.get(thing)).cloned().unwrap_or_default()
    }

    fn count(&mut self) -> Result<(), Unlinked> {
        self.work += 1;
        if self.work <= WORK_MAX { Ok(()) } else { Err(Unlinked::Excessive("intricate")) }
    }
}

/// The things without an address that a statement is about, and names.
fn blanks(statement: &Statement) -> (Option<u32>, Option<u32>) {
    let number = |thing: &Thing| match thing {
        Thing::Blank(number) => Some(*number),
        Thing::Named(_) => None,
    };
    let object = match &statement.object {
        Said::Thing(thing) => number(thing),
        Said::Literal { .. } => None,
    };
    (number(&statement.subject), object)
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Every order of some things (Heap's algorithm, step by step).
struct Orders {
    things: Vec<u32>,
    counters: Vec<usize>,
    at: usize,
    is_first: bool,
}

impl Orders {
    fn of(things: Vec<u32>) -> Orders {
        let counters = vec![0; things.len()];
        Orders { things, counters, at: 1, is_first: true }
    }

    fn next(&mut self) -> Option<Vec<u32>> {
        if std::mem::take(&mut self.is_first) {
            return Some(self.things.clone());
        }
        while let Some(counter) = self.counters.get_mut(self.at) {
            if *counter < self.at {
                let other = if self.at.is_multiple_of(2) { 0 } else { *counter };
                *counter += 1;
                self.things.swap(other, self.at);
                self.at = 1;
                return Some(self.things.clone());
            }
            *counter = 0;
            self.at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_order_comes_once() {
        for (things, count) in [(0, 1), (1, 1), (2, 2), (3, 6), (5, 120)] {
            let mut orders = Orders::of((0..things).collect());
            let mut seen = BTreeSet::new();
            while let Some(order) = orders.next() {
                assert!(seen.insert(order));
            }
            assert_eq!(seen.len(), count);
        }
    }

    fn link(dataset: &mut Dataset, from: u32, to: u32) {
        let (from, to) = (Thing::Blank(from), Said::Thing(Thing::Blank(to)));
        dataset.say(from, &"https://a.test/knows".into(), to).unwrap();
    }

    /// Things that know each other, every one the next and the last the first.
    fn circle(things: u32, from: u32) -> Dataset {
        let mut dataset = Dataset::default();
        for _ in 0..things {
            dataset.blank().unwrap();
        }
        for thing in 0..things {
            link(&mut dataset, (from + thing) % things, (from + thing + 1) % things);
        }
        dataset
    }

    #[test]
    fn names_do_not_depend_on_the_order_in_which_things_are_said() {
        let once = canonical(&circle(5, 0), Escapes::Rdfc10).unwrap();
        assert_eq!(once.lines().count(), 5);
        for from in 1..5 {
            assert_eq!(canonical(&circle(5, from), Escapes::Rdfc10).unwrap(), once);
        }
    }

    #[test]
    fn a_document_made_to_be_laborious_is_given_up() {
        // Ten things that all know each other.
        let mut clique = Dataset::default();
        for _ in 0..10 {
            clique.blank().unwrap();
        }
        for from in 0..10 {
            for to in (0..10).filter(|to| *to != from) {
                link(&mut clique, from, to);
            }
        }
        assert_eq!(canonical(&clique, Escapes::Rdfc10), Err(Unlinked::Excessive("intricate")));
        assert_eq!(canonical(&circle(300, 0), Escapes::Rdfc10), Err(Unlinked::Excessive("intricate")));
    }
}
