//! Keys to the files of guarded videos, for players that cannot send headers.
//!
//! Owns their shape: a UUID (as PeerTube's clients expect) that holds its own end and a code only this instance can
//! make for this video. Nothing is kept, so nothing grows, and a key outlives a restart.

use std::time::Duration;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use shared::id::Uuid;
use shared::time::Timestamp;

/// How long a key opens (PeerTube's span).
pub const LIFETIME: Duration = Duration::from_secs(8 * 60 * 60);

/// What viewers see.
const VIEWED: &[u8] = b"video files";
/// What came, which may say more.
const UPLOADED: &[u8] = b"video source";

/// Makes and checks keys. The secret behind them is stored once per instance.
#[derive(Clone)]
pub struct FileTokens {
    secret: [u8; 32],
}

impl FileTokens {
    /// Keys made with this secret.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> FileTokens {
        FileTokens { secret }
    }

    /// A key to a video's files, and when it ends.
    #[must_use]
    pub fn make(&self, video: Uuid, now: Timestamp) -> (Uuid, Timestamp) {
        let second = seconds(now.after(LIFETIME));
        (self.token(VIEWED, video, second), Timestamp(i64::from(second) * 1000))
    }

    /// A key to the file a video came as, for whoever may change the video.
    #[must_use]
    pub fn make_for_source(&self, video: Uuid, now: Timestamp) -> Uuid {
        self.token(UPLOADED, video, seconds(now.after(LIFETIME)))
    }

    /// Whether `token` opens the file this video came as now.
    #[must_use]
    pub fn opens_source(&self, token: &str, video: Uuid, now: Timestamp) -> bool {
        self.is_good(UPLOADED, token, video, now)
    }

    /// Whether `token` opens this video's files now.
    #[must_use]
    pub fn check(&self, token: &str, video: Uuid, now: Timestamp) -> bool {
        self.is_good(VIEWED, token, video, now)
    }

    fn is_good(&self, of: &[u8], token: &str, video: Uuid, now: Timestamp) -> bool {
        let Ok(token) = token.parse::<Uuid>() else { return false };
        // The top 32 bits of 128 always fit.
        let ends = u32::try_from(token.0 >> 96).unwrap_or(0);
        seconds(now) < ends && is_equal(self.token(of, video, ends).to_be_bytes(), token.to_be_bytes())
    }

    fn token(&self, of: &[u8], video: Uuid, ends: u32) -> Uuid {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of 32 bytes is a key");
        mac.update(of);
        mac.update(&video.to_be_bytes());
        mac.update(&ends.to_be_bytes());
        let code: [u8; 32] = mac.finalize().into_bytes().into();
        let code = code.first_chunk().map_or(0, |code| u128::from_be_bytes(*code));
        // 32 bits of end and 90 of code, dressed as a UUID of version 8 (RFC 9562 §5.8).
        let bits = u128::from(ends) << 96 | code >> 32;
        Uuid(bits & !(0xf000 << 64) & !(0xc000 << 48) | 0x8000 << 64 | 0x8000 << 48)
    }
}

/// Compares in a time that does not tell where the first difference is.
fn is_equal(a: [u8; 16], b: [u8; 16]) -> bool {
    a.iter().zip(b).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

/// Whole seconds since 1970; they fit until 2106.
fn seconds(date: Timestamp) -> u32 {
    u32::try_from(date.0 / 1000).unwrap_or(if date.0 < 0 { 0 } else { u32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_500);
    const VIDEO: Uuid = Uuid(42);

    #[test]
    fn a_key_opens_its_video_for_eight_hours() {
        let tokens = FileTokens::new([7; 32]);
        let (token, ends) = tokens.make(VIDEO, NOW);
        let token = token.to_string();
        assert_eq!(ends, Timestamp(1_800_000_000_000 + 8 * 3_600_000));
        assert!(tokens.check(&token, VIDEO, NOW));
        assert!(tokens.check(&token, VIDEO, Timestamp(ends.0 - 1)));
        assert!(!tokens.check(&token, VIDEO, ends));
        assert!(!tokens.check(&token, Uuid(43), NOW));
        assert!(!FileTokens::new([8; 32]).check(&token, VIDEO, NOW));
        assert!(FileTokens::new([7; 32]).check(&token, VIDEO, NOW), "after a restart too");
        assert!(!tokens.opens_source(&token, VIDEO, NOW), "but not what its owner uploaded");
        let key = tokens.make_for_source(VIDEO, NOW).to_string();
        assert!(tokens.opens_source(&key, VIDEO, NOW) && !tokens.check(&key, VIDEO, NOW));
        assert!(!tokens.opens_source(&key, VIDEO, ends));
    }

    #[test]
    fn no_bit_of_a_key_may_be_changed() {
        let tokens = FileTokens::new([7; 32]);
        let (token, _) = tokens.make(VIDEO, NOW);
        for bit in 0..128 {
            assert!(!tokens.check(&Uuid(token.0 ^ 1 << bit).to_string(), VIDEO, NOW), "bit {bit}");
        }
        for text in ["", "x", "00000000-0000-0000-0000-000000000000"] {
            assert!(!tokens.check(text, VIDEO, NOW));
        }
    }
}
