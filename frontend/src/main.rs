//! (head)
fn main() {}
