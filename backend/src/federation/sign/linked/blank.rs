//! Names for things without an address, in the order they were asked for.

use std::collections::HashMap;

/// Gives each thing a name once (RDFC-1.0 §4.5).
#[derive(Clone, Debug)]
pub(super) struct Issuer {
    prefix: &'static str,
    numbers: HashMap<u32, usize>,
    order: Vec<u32>,
}

impl Issuer {
    pub fn new(prefix: &'static str) -> Issuer {
        Issuer { prefix, numbers: HashMap::new(), order: Vec::new() }
    }

    /// The name a thing has, or gets now.
    pub fn issue(&mut self, thing: u32) -> String {
        let next = self.order.len();
        let number = *self.numbers.entry(thing).or_insert(next);
        if number == next {
            self.order.push(thing);
        }
        format!("_:{}{number}", self.prefix)
    }

    /// The name a thing has.
    pub fn get(&self, thing: u32) -> Option<String> {
        self.numbers.get(&thing).map(|number| format!("_:{}{number}", self.prefix))
    }

    /// Things in the order in which they got their names.
    pub fn order(&self) -> &[u32] {
        &self.order
    }
}
