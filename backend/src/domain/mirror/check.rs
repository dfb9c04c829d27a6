//! Whether bytes are those that their publisher promised, as they come.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shared::id::Digest;

use super::outline::{Film, Piece};

/// A part of a file is not what its publisher says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a file is not what its publisher says")]
pub struct Forged;

/// Reads a file from its beginning, or from the end of a part that was right, and compares each part when it is whole.
pub struct Checker {
    film: Arc<Film>,
    /// Which part is being read.
    place: usize,
    at: u64,
    hash: Sha256,
}

impl Checker {
    /// Nothing was read yet.
    #[must_use]
    pub fn new(film: Arc<Film>) -> Checker {
        Checker { film, place: 0, at: 0, hash: Sha256::new() }
    }

    fn piece(&self) -> Option<Piece> {
        self.film.pieces.get(self.place).copied()
    }

    /// Where the next byte belongs.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether all of it was right.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.piece().is_none()
    }

    /// Reads what follows.
    ///
    /// # Errors
    /// [`Forged`], also where there is more than the file is long. Nothing more may be read then but from
    /// [`Checker::go_back`] on.
    pub fn read(&mut self, mut bytes: &[u8]) -> Result<(), Forged> {
        while !bytes.is_empty() {
            let piece = self.piece().ok_or(Forged)?;
            let left = usize::try_from(piece.range.end().saturating_sub(self.at)).unwrap_or(usize::MAX);
            let (part, rest) = bytes.split_at(left.min(bytes.len()));
            self.hash.update(part);
            self.at += u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes = rest;
            if self.at == piece.range.end() {
                let found = Digest(std::mem::take(&mut self.hash).finalize().into());
                if piece.digest.is_some_and(|digest| digest != found) {
                    return Err(Forged);
                }
                self.place += 1;
            }
        }
        Ok(())
    }

    /// Forgets what was read of a part that is not whole, or was wrong. Gives where that begins: a file that was written to
    /// before is right up to there.
    pub fn go_back(&mut self) -> u64 {
        self.hash = Sha256::new();
        let before = self.place.checked_sub(1).and_then(|place| self.film.pieces.get(place));
        self.at = before.map_or(0, |piece| piece.range.end());
        self.at
    }
}
