//! How telling others goes, in numbers.

/// What became of what was told since the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// What servers took.
    pub taken: u64,
    /// What they did not want.
    pub refused: u64,
    /// Tries that found nobody, or nobody with time.
    pub put_off: u64,
    /// What was gone when it was to be said.
    pub moot: u64,
    /// Servers that are being told something.
    pub telling: u64,
}
