//! WebVTT (W3C WebVTT §4, §6), kept as its maker wrote it but for line ends and the spelling of times.

use super::cue::{ARROW, CaptionFault, Fault, read_times};

const SIGNATURE: &str = "WEBVTT";

/// Whether a text says that it is WebVTT (§6.1).
pub(super) fn is_vtt(text: &str) -> bool {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text).strip_prefix(SIGNATURE);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// The text, with every cue's times looked at.
pub(super) fn read(text: &str) -> Result<String, CaptionFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut out = String::with_capacity(text.len() + 16);
    // Lines since the last empty one: a cue's times stand in its first line, or in the second after its name.
    let mut in_block = 0;
    let mut in_cue = false;
    for (at, line) in lines(text).enumerate() {
        let fault = |fault| CaptionFault { line: at + 1, fault };
        if line.trim().is_empty() {
            (in_block, in_cue) = (0, false);
            out.push('\n');
            continue;
        }
        in_block += 1;
        if line.contains(ARROW) && !in_cue && 0 < at {
            let (times, settings) = read_times(line).map_err(fault)?;
            if 2 < in_block {
                return Err(fault(Fault::NoTimes));
            }
            in_cue = true;
            out.push_str(&times.to_string());
            if !settings.is_empty() {
                out.push(' ');
                out.push_str(settings);
            }
        } else if line.contains(ARROW) && 0 < at {
            // Within a cue's words it would begin another cue (§6.2): the empty line before it was forgotten.
            return Err(fault(Fault::NoTimes));
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    Ok(out)
}

/// Lines, however they end (§6.1 knows three ways).
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}
