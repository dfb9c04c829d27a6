//! How the server as a whole is doing, as every connection sees it.

/// What connections should do after the answer under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Stay open.
    Open,
    /// Close: there is little room for others.
    Pressed,
    /// Close: the server stops.
    Draining,
}
