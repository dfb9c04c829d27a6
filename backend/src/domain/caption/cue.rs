//! What the two formats share: times, and what may be wrong.

/// Why a text is no caption file, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct CaptionFault {
    /// Counted from one.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What may be wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// Neither WebVTT nor SubRip.
    #[error(
        "this is neither WebVTT nor SubRip: a first caption should begin with a time such as 00:00:01,000 --> 00:00:04,000"
    )]
    Unknown,
    /// A cue's times cannot be read.
    #[error("the times should read like 00:00:01.000 --> 00:00:04.000")]
    Times,
    /// It ends before it begins.
    #[error("the caption ends before it begins")]
    Backwards,
    /// A caption without times.
    #[error("a caption should begin with its times")]
    NoTimes,
}

/// When a cue is shown, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Times {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// What stands between the two times of a cue.
pub(super) const ARROW: &str = "-->";
/// Longer than any film, and far from where sums overflow.
const HOURS_MAX: u64 = 99_999;

/// Reads the line of a cue's times, and what follows them. Lenient where people and programs are: a comma for the dot,
/// hours or milliseconds that are left out or cut short.
pub(super) fn read_times(line: &str) -> Result<(Times, &str), Fault> {
    let (start, rest) = line.split_once(ARROW).ok_or(Fault::Times)?;
    let rest = rest.trim_start();
    let (end, settings) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    let (start, end) = read_time(start.trim()).zip(read_time(end)).ok_or(Fault::Times)?;
    if end < start { Err(Fault::Backwards) } else { Ok((Times { start, end }, settings.trim())) }
}

fn read_time(text: &str) -> Option<u64> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let mut parts = clock.split(':').rev();
    let (seconds, minutes, hours) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
    if parts.next().is_some() || ![seconds, minutes, hours, fraction].into_iter().all(is_number) {
        return None;
    }
    let part = |text: &str, max: u64| text.parse::<u64>().ok().filter(|number| *number <= max);
    let (seconds, minutes) = (part(seconds, 59)?, part(minutes, 59)?);
    let hours = part(hours, HOURS_MAX)?;
    let thousandths: String = fraction.chars().chain("00".chars()).take(3).collect();
    let millis: u64 = thousandths.parse().ok()?;
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let write = |f: &mut std::fmt::Formatter<'_>, at: u64| {
            let (millis, seconds) = (at % 1000, at / 1000);
            let (seconds, minutes, hours) = (seconds % 60, seconds / 60 % 60, seconds / 3600);
            write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
        };
        write(f, self.start)?;
        write!(f, " {ARROW} ")?;
        write(f, self.end)
    }
}
