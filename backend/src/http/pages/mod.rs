//! Pages: one shell for all of them, with a head that says what each shows.

pub mod head;
pub mod plain;
mod policy;
pub mod show;
mod silent;
pub mod subject;
#[cfg(test)]
mod tests;
mod wishes;
