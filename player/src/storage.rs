//! What the browser remembers between visits: bandwidth, volume, speed and captions.
//!
//! Owns the keys and their text form. Never fails: a browser that forbids storage (a frame of another site, a private
//! window) simply remembers nothing. The storage belongs to the page's site and may hold anything, so what is read
//! back is checked like a stranger's input.

use web_sys::Window;

/// All keys begin with this.
const PREFIX: &str = "shoal-player.";
/// Older measurements say nothing about today's network.
const BANDWIDTH_AGE_MAX_MS: f64 = 24.0 * 3600.0 * 1000.0;

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
        let (bits, at) = self.read("bandwidth").and_then(|text| {
            let (bits, at) = text.split_once(' ')?;
            Some((bits.parse().ok()?, number(at, 0.0, f64::MAX)?))
        })?;
        let age = js_sys::Date::now() - at;
        (0.0..BANDWIDTH_AGE_MAX_MS).contains(&age).then_some(bits)
    }

    /// Remembers a measurement.
    pub fn set_bandwidth(&self, bits_per_second: u64) {
        self.write("bandwidth", &[bits_per_second.to_string(), js_sys::Date::now().to_string()].join(" "));
    }

    /// Volume, 0 to 1, and whether it is muted.
    pub fn volume(&self) -> Option<(f64, bool)> {
        let text = self.read("volume")?;
        let (volume, muted) = text.split_once(' ')?;
        Some((number(volume, 0.0, 1.0)?, muted == "muted"))
    }

    /// Remembers the volume.
    pub fn set_volume(&self, volume: f64, muted: bool) {
        self.write("volume", &[volume.to_string().as_str(), if muted { "muted" } else { "heard" }].join(" "));
    }

    /// The language captions were last shown in; empty where they were turned off.
    pub fn captions(&self) -> Option<String> {
        self.read("captions").filter(|language| language.len() <= 35)
    }

    /// Remembers the language of the captions, none for off.
    pub fn set_captions(&self, language: Option<&str>) {
        self.write("captions", language.unwrap_or(""));
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

fn number(text: &str, least: f64, most: f64) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| least <= *number && *number <= most)
}
