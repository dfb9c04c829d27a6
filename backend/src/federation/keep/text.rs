//! From other people's HTML to the markdown that is kept.
