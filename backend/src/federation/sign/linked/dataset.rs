//! What a document says: statements about things, which have addresses or none (RDF 1.1).

use std::collections::HashSet;

use super::refusal::Unlinked;

/// Statements of one document. A film with thirty captions and renditions has some four hundred.
const STATEMENTS_MAX: usize = 8192;
/// Things without an address in one document.
const BLANKS_MAX: u32 = 2048;

/// What a statement is about, or names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Thing {
    /// Something with an address.
    Named(String),
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
        text: String,
        /// The address of the kind.
        kind: String,
        /// The language, for texts of one.
        language: Option<String>,
    },
}

/// One statement of the default graph.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Statement {
    pub subject: Thing,
    pub predicate: String,
    pub object: Said,
}

/// Statements, each once, in the document's order.
#[derive(Default, Debug)]
pub(super) struct Dataset {
    statements: Vec<Statement>,
    known: HashSet<Statement>,
    blanks: u32,
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

    pub fn say(&mut self, subject: Thing, predicate: &str, object: Said) -> Result<(), Unlinked> {
        let statement = Statement { subject, predicate: predicate.to_owned(), object };
        if self.known.insert(statement.clone()) {
            if self.statements.len() == STATEMENTS_MAX {
                return Err(Unlinked::Excessive("large"));
            }
            self.statements.push(statement);
        }
        Ok(())
    }
}
