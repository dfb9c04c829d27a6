//! Words that were made a moment ago: what a thousand servers hear is written and signed once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use shared::id::PostId;
use shared::time::Instant;
use tokio::sync::OnceCell;

/// How long words stand: who hears them later hears what is true then.
const STANDS: Duration = Duration::from_secs(60);
/// Words that are kept: a video's are up to a hundred kilobytes.
const KEPT_MAX: usize = 256;

/// Words of a post; none where there is nothing to say any more.
pub(super) type Slot = Arc<OnceCell<Option<Bytes>>>;

/// Words by what they say.
#[derive(Default)]
pub(super) struct Wording {
    kept: Mutex<BTreeMap<PostId, (Instant, Slot)>>,
}

impl Wording {
    /// The place of the words of a post, which whoever comes first fills.
    pub(super) fn of(&self, now: Instant, post: PostId) -> Slot {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| now.since(*since) < STANDS);
        if let Some((_, slot)) = kept.get(&post) {
            return slot.clone();
        }
        while KEPT_MAX <= kept.len() {
            kept.pop_first();
        }
        let slot = Slot::default();
        kept.insert(post, (now, slot.clone()));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_a_minute_and_only_so_many_are_kept() {
        let wording = Wording::default();
        let at = |seconds: u64| Instant::ZERO + Duration::from_secs(seconds);
        let first = wording.of(at(0), PostId(1));
        first.set(Some(Bytes::from_static(b"words"))).unwrap();
        assert!(wording.of(at(59), PostId(1)).get().is_some());
        assert!(wording.of(at(60), PostId(1)).get().is_none(), "what is true now is said anew");
        for post in 2..1000 {
            wording.of(at(61), PostId(post));
        }
        assert!(wording.kept.lock().unwrap().len() <= KEPT_MAX);
        assert!(first.get().is_some(), "who is sending them still has them");
    }
}
