//! The name of an upload: 16 random bytes, so that nobody guesses another person's.

use std::fmt;
use std::str::FromStr;

use shared::id::NotAnId;

/// The unguessable name of an upload.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UploadId(pub [u8; 16]);

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for UploadId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<UploadId, NotAnId> {
        if text.len() != 32 || !text.bytes().all(|letter| letter.is_ascii_hexdigit()) {
            return Err(NotAnId);
        }
        u128::from_str_radix(text, 16).map(|bits| UploadId(bits.to_be_bytes())).map_err(|_| NotAnId)
    }
}
