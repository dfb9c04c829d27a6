//! Whether this player was built to share.

/// Whether this player was built so that viewers carry the video to each other (the feature `share`). Where it was not,
/// whatever begins with peers ends here, and the compiler leaves the rest out.
pub const SHARES: bool = cfg!(feature = "share");
