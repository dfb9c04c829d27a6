//! Fields that may be absent, `null`, or there.

use serde::{Deserialize, Deserializer};

/// Tells a field that is `null` from one that is absent.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
