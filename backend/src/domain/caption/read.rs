//! Which of the two formats a text is.

use super::cue::CaptionFault;
use super::{srt, vtt};

/// A caption file as WebVTT, whichever of the two it came as.
///
/// # Errors
/// [`CaptionFault`] with the line it was found in.
pub fn read(text: &str) -> Result<String, CaptionFault> {
    if vtt::is_vtt(text) { vtt::read(text) } else { srt::read(text) }
}
