//! What an administrator wants copied of other servers' videos, as a setting.

use std::time::Duration;

use super::ByteSize;
use super::value::Value;
use crate::store::records::MirrorStrategy;

const HOUR: Duration = Duration::from_secs(60 * 60);
/// PeerTube's bound: copies that come and go make more traffic than they save.
const LIFETIME_HOURS_MIN: u32 = 10;
const LIFETIME_HOURS_DEFAULT: u32 = 48;
const WANTED: &str = "a strategy, such as { strategy = \"most-views\", size = \"10 GB\", min_lifetime = \"48 hours\", \
                      min_views = 10 }";

/// One strategy of `redundancy.strategies`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MirrorRule {
    /// Which videos come first.
    pub strategy: MirrorStrategy,
    /// Room for their files.
    pub size: ByteSize,
    /// How long a copy stays at least, in hours.
    pub min_lifetime_hours: u32,
    /// Views that a video needs.
    pub min_views: u32,
}

impl MirrorRule {
    /// How long a copy stays at least.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        HOUR.saturating_mul(self.min_lifetime_hours)
    }
}

fn strategy(text: &str) -> Result<MirrorStrategy, String> {
    text.parse().map_err(|()| format!("{text:?} is not \"most-views\", \"trending\" or \"recently-added\""))
}

/// `48`, `"48"`, `"48h"`, `"48 hours"` or `"2 days"`.
fn hours(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).trim_end();
    let each = match text.strip_prefix(digits).unwrap_or_default().trim() {
        "" | "h" | "hour" | "hours" => Some(1),
        "d" | "day" | "days" => Some(24),
        _ => None,
    };
    let hours = digits.parse::<u32>().ok().zip(each).and_then(|(count, each)| count.checked_mul(each));
    match hours {
        Some(hours) if LIFETIME_HOURS_MIN <= hours => Ok(hours),
        Some(_) => Err(format!("a copy stays for {LIFETIME_HOURS_MIN} hours at least, not for {text:?}")),
        None => Err(format!("{text:?} is no time, such as \"48 hours\"")),
    }
}

impl Value for MirrorRule {
    fn from_toml(value: &toml::Value) -> Result<MirrorRule, String> {
        let Some(table) = value.as_table() else {
            return match value.as_str() {
                Some(text) => MirrorRule::from_text(text),
                None => Err(format!("{value} is not {WANTED}")),
            };
        };
        let missing = |name: &str| format!("a strategy needs {name}: {WANTED}");
        let text = |name: &str| table.get(name).and_then(toml::Value::as_str);
        let known = ["strategy", "size", "min_lifetime", "min_views"];
        if let Some(other) = table.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("a strategy has no {other:?}: {WANTED}"));
        }
        Ok(MirrorRule {
            strategy: strategy(text("strategy").ok_or_else(|| missing("strategy"))?)?,
            size: ByteSize::from_toml(table.get("size").ok_or_else(|| missing("size"))?)?,
            min_lifetime_hours: match table.get("min_lifetime") {
                None => LIFETIME_HOURS_DEFAULT,
                Some(value) => hours(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))?,
            },
            min_views: table.get("min_views").map_or(Ok(0), u32::from_toml)?,
        })
    }

    /// `most-views:10GB:48h:10`; the last two may be left out.
    fn from_text(text: &str) -> Result<MirrorRule, String> {
        let wanted = || format!("{text:?} is not a strategy, such as \"most-views:10GB:48h:10\"");
        let mut parts = text.split(':').map(str::trim);
        let rule = MirrorRule {
            strategy: strategy(parts.next().unwrap_or_default())?,
            size: ByteSize::from_text(parts.next().ok_or_else(wanted)?)?,
            min_lifetime_hours: parts.next().map_or(Ok(LIFETIME_HOURS_DEFAULT), hours)?,
            min_views: parts.next().map_or(Ok(0), u32::from_text)?,
        };
        if parts.next().is_some() { Err(wanted()) } else { Ok(rule) }
    }

    fn to_toml(&self) -> Option<String> {
        Some(format!(
            "{{ strategy = \"{}\", size = {}, min_lifetime = \"{} hours\", min_views = {} }}",
            self.strategy, self.size.0, self.min_lifetime_hours, self.min_views
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_as_it_is_written_in_files_and_variables() {
        let rule = MirrorRule {
            strategy: MirrorStrategy::Trending,
            size: ByteSize(10_000_000_000),
            min_lifetime_hours: 48,
            min_views: 3,
        };
        for text in [
            "x = { strategy = \"trending\", size = \"10 GB\", min_lifetime = \"48 hours\", min_views = 3 }",
            "x = { strategy = \"trending\", size = 10000000000, min_lifetime = \"2 days\", min_views = 3 }",
            "x = { strategy = \"trending\", size = \"10 GB\", min_lifetime = 48, min_views = 3 }",
            "x = { strategy = \"trending\", size = \"10 GB\", min_views = 3 }",
            "x = \"trending:10GB:48h:3\"",
        ] {
            let table: toml::Table = text.parse().unwrap();
            assert_eq!(MirrorRule::from_toml(&table["x"]), Ok(rule), "{text}");
        }
        let written: toml::Table = format!("x = {}", rule.to_toml().unwrap()).parse().unwrap();
        assert_eq!(MirrorRule::from_toml(&written["x"]), Ok(rule));
        for odd in [
            "",
            "trending",
            "most-liked:10GB",
            "manual:1GB",
            "trending:10GB:9h",
            "trending:1:10h:x",
            "trending:1:10h:1:1",
        ] {
            assert!(MirrorRule::from_text(odd).is_err(), "{odd}");
        }
    }
}
