//! What the browser remembers between visits: bandwidth, volume, speed and captions.
//!
//! Owns the keys and their text form. Never fails: a browser that forbids storage (a frame of another site, a private
//! window) simply remembers nothing. The storage belongs to the page's site and may hold anything, so what is read
//! back is checked like a stranger's input.

use web_sys::Window;

use crate::ui::{percent, whole};

/// All keys begin with this.
const PREFIX: &str = "shoal-player.";
/// Older measurements say nothing about today's network.
const BANDWIDTH_AGE_MAX_S: u64 = 24 * 3600;

/// What is remembered.
pub struct Memory {
    storage: Option<web_sys::Storage>,
}

impl Memory {
    /// The memory of a window's site.
    pub fn of(window: &Window) -> Memory {
        Memory { storage: window.local_storage().ok().flatten() }
    }

    /// Bits a second, as measured within the last day.
    pub fn bandwidth(&self) -> Option<u64> {
        let text = self.read("bandwidth")?;
        let (bits, at) = text.split_once(' ')?;
        let age = now_s().checked_sub(at.parse().ok()?)?;
        bits.parse().ok().filter(|_| age < BANDWIDTH_AGE_MAX_S)
    }

    /// Remembers a measurement.
    pub fn set_bandwidth(&self, bits_per_second: u64) {
        self.write("bandwidth", &[bits_per_second, now_s()].map(|number| number.to_string()).join(" "));
    }

    /// Volume, 0 to 1, and whether it is muted.
    pub fn volume(&self) -> Option<(f64, bool)> {
        let text = self.read("volume")?;
        let (percent, muted) = text.split_once(' ')?;
        let percent: u8 = percent.parse().ok().filter(|&percent| percent <= 100)?;
        Some((f64::from(percent) / 100.0, muted == "muted"))
    }

    /// Remembers the volume.
    pub fn set_volume(&self, volume: f64, muted: bool) {
        let percent = percent(volume).to_string();
        self.write("volume", &[percent.as_str(), if muted { "muted" } else { "heard" }].join(" "));
    }

    /// The language captions were last shown in; empty where they were turned off.
    pub fn captions(&self) -> Option<String> {
        self.read("captions").filter(|language| language.len() <= 35)
    }

    /// Remembers the language of the captions, none for off.
    pub fn set_captions(&self, language: Option<&str>) {
        self.write("captions", language.unwrap_or(""));
    }

    /// Whom the viewer lets have what was watched, in [`crate::ui::Shared`]'s words.
    pub fn sharing(&self) -> Option<String> {
        self.read("sharing")
    }

    /// Remembers that.
    pub fn set_sharing(&self, word: &str) {
        self.write("sharing", word);
    }

    fn read(&self, key: &str) -> Option<String> {
        self.storage.as_ref()?.get_item(&[PREFIX, key].concat()).ok().flatten()
    }

    fn write(&self, key: &str, value: &str) {
        if let Some(storage) = &self.storage {
            // A full storage forgets; that is all.
            let _ = storage.set_item(&[PREFIX, key].concat(), value);
        }
    }
}

/// Seconds since 1970.
fn now_s() -> u64 {
    whole(js_sys::Date::now() / 1000.0)
}
