//! What the browser remembers for us. A browser that forbids it remembers nothing, and the app goes on.

use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

use super::page::window;

/// Reads what was kept under a name in any earlier visit.
pub fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_str(&read_text(name)?).ok()
}

/// Reads the text kept under a name.
pub fn read_text(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a value for later visits.
pub fn write<T: Serialize>(name: &str, value: &T) {
    if let Ok(text) = serde_json::to_string(value) {
        write_text(name, &text);
    }
}

/// Keeps a text for later visits.
pub fn write_text(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, text);
    }
}

/// Forgets what was kept under a name.
pub fn remove(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
