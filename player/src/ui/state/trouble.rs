//! Why nothing plays, as far as a viewer cares.

/// Why nothing plays, as far as a viewer cares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The network is gone; we are still trying.
    Retrying,
    /// The network is gone; we gave up.
    Network,
    Decode,
    /// The bytes are not those that were published.
    Forged,
    NotFound,
    Private,
    Password,
    Gone,
    Processing,
    Unsupported,
    /// It plays, without its sound.
    Mute,
    /// A playlist nobody can read.
    Source,
    /// The server answers with errors.
    Server,
}

impl Trouble {
    /// Whether the video plays all the same.
    pub fn is_light(self) -> bool {
        matches!(self, Trouble::Retrying | Trouble::Mute)
    }

    /// Whether trying again can help.
    pub fn may_retry(self) -> bool {
        match self {
            Trouble::Network
            | Trouble::Decode
            | Trouble::Forged
            | Trouble::Processing
            | Trouble::Source
            | Trouble::Server => true,
            Trouble::Retrying
            | Trouble::Mute
            | Trouble::NotFound
            | Trouble::Private
            | Trouble::Password
            | Trouble::Gone
            | Trouble::Unsupported => false,
        }
    }
}
