//! The only caller of the system's randomness.

use shared::id::Uuid;

/// The dice of one server: unguessable bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dice;

impl Dice {
    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(
            clippy::expect_used,
            reason = "without randomness no token is safe: stopping is the only right answer"
        )]
        getrandom::fill(&mut bytes).expect("the system gives randomness");
        bytes
    }

    /// A new UUID.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        Uuid::from_random(u128::from_be_bytes(self.bytes()))
    }
}
