//! What a document says: statements about things, which have addresses or none (RDF 1.1).

use std::collections::HashSet;
use std::sync::Arc;

use super::refusal::Unlinked;

/// Statements of one document, also those that are made twice. A film with thirty captions and renditions has some four
/// hundred.
pub(super) const STATEMENTS_MAX: usize = 8192;
/// Bytes of all of them, written out: an address may be short where it stands and long in every statement.
const BYTES_MAX: usize = 4 << 20;
/// Things without an address in one document.
const BLANKS_MAX: u32 = 2048;

/// What a statement is about, or names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Thing {
    /// Something with an address.
    Named(Arc<str>),
    /// Something without one, by its number in the document.
    Blank(u32),
}

/// What is said.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Said {
    /// Another thing.
    Thing(Thing),
    /// Letters of a kind.
    Literal {
        /// The letters.
        text: Arc<str>,
        /// The address of the kind.
        kind: Arc<str>,
        /// The language, for texts of one.
        language: Option<Arc<str>>,
    },
}

/// One statement of the default graph.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Statement {
    pub subject: Thing,
    pub predicate: Arc<str>,
    pub object: Said,
}

/// Statements, each once, in the document's order.
#[derive(Default, Debug)]
pub(super) struct Dataset {
    statements: Vec<Statement>,
    known: HashSet<Statement>,
    blanks: u32,
    said: usize,
    bytes: usize,
}

impl Thing {
    fn bytes(&self) -> usize {
        match self {
            Thing::Named(address) => address.len(),
            Thing::Blank(_) => 0,
        }
    }
}

impl Said {
    fn bytes(&self) -> usize {
        match self {
            Said::Thing(thing) => thing.bytes(),
            Said::Literal { text, kind, .. } => text.len().saturating_add(kind.len()),
        }
    }
}

impl Dataset {
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// How many things without an address there are.
    pub fn blanks(&self) -> u32 {
        self.blanks
    }

    /// A new thing without an address.
    pub fn blank(&mut self) -> Result<Thing, Unlinked> {
        if self.blanks == BLANKS_MAX {
            return Err(Unlinked::Excessive("large"));
        }
        self.blanks += 1;
        Ok(Thing::Blank(self.blanks - 1))
    }

    pub fn say(&mut self, subject: Thing, predicate: &Arc<str>, object: Said) -> Result<(), Unlinked> {
        self.said += 1;
        self.bytes = self.bytes.saturating_add(subject.bytes() + predicate.len() + object.bytes());
        if STATEMENTS_MAX < self.said || BYTES_MAX < self.bytes {
            return Err(Unlinked::Excessive("large"));
        }
        let statement = Statement { subject, predicate: predicate.clone(), object };
        if self.known.insert(statement.clone()) {
            self.statements.push(statement);
        }
        Ok(())
    }
}
