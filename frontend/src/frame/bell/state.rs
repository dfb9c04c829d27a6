//! What the bell knows.

use std::rc::Rc;

use shared::api::Notification;
use yew::Reducible;

/// How many stand under the bell; the page has all.
pub const SHOWN: usize = 8;
/// Seconds until the instance is asked again; the last is repeated.
const KNOCK_AFTER_SECONDS: [u32; 6] = [1, 2, 5, 10, 30, 60];

/// How long to wait before knocking for the nth time in a row, in milliseconds. `chance` between 0 and 1 spreads the
/// pages that an instance lost all at once over the second half of the time.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between half and all of a minute in milliseconds"
)]
pub fn knock_after_ms(tries: usize, chance: f64) -> u32 {
    let seconds = KNOCK_AFTER_SECONDS.get(tries).or(KNOCK_AFTER_SECONDS.last()).copied().unwrap_or(60);
    (f64::from(seconds) * 500.0 * (1.0 + chance.clamp(0.0, 1.0))) as u32
}

/// What the bell knows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ringing {
    /// How many are unread.
    pub unread: u64,
    /// The latest, once somebody looked.
    pub latest: Option<Vec<Rc<Notification>>>,
}

/// What happens.
pub enum Act {
    /// The instance says how many are unread.
    Counted(u64),
    /// Something new.
    Rang(Box<Notification>),
    /// Somebody looked, and the latest came.
    Came(Vec<Notification>),
    /// One was read, or all.
    Read(Option<u64>),
    /// Somebody else is signed in, or nobody.
    Reset,
}

impl Reducible for Ringing {
    type Action = Act;

    fn reduce(self: Rc<Ringing>, act: Act) -> Rc<Ringing> {
        let mut ringing = (*self).clone();
        match act {
            Act::Counted(unread) => ringing.unread = unread,
            Act::Rang(notification) => {
                ringing.unread += u64::from(!notification.read);
                if let Some(latest) = &mut ringing.latest {
                    latest.retain(|known| known.id != notification.id);
                    latest.insert(0, Rc::from(notification));
                    latest.truncate(SHOWN);
                }
            }
            Act::Came(latest) => ringing.latest = Some(latest.into_iter().map(Rc::new).collect()),
            Act::Read(which) => {
                ringing.unread = if which.is_some() { ringing.unread.saturating_sub(1) } else { 0 };
                for known in ringing.latest.iter_mut().flatten() {
                    if which.is_none_or(|which| which == known.id.0) {
                        Rc::make_mut(known).read = true;
                    }
                }
            }
            Act::Reset => ringing = Ringing::default(),
        }
        Rc::new(ringing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(id: u64, read: bool) -> Notification {
        serde_json::from_value(serde_json::json!({
            "id": id, "type": 10, "read": read,
            "createdAt": "2026-11-22T00:00:00.000Z", "updatedAt": "2026-11-22T00:00:00.000Z",
        }))
        .unwrap()
    }

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Ringing> {
        acts.into_iter().fold(Rc::default(), Ringing::reduce)
    }

    #[test]
    fn knocking_slows_down_and_is_spread() {
        assert_eq!((knock_after_ms(0, 0.0), knock_after_ms(0, 1.0)), (500, 1000));
        assert_eq!((knock_after_ms(5, 1.0), knock_after_ms(500, 1.0)), (60_000, 60_000));
    }

    #[test]
    fn what_rings_is_counted_and_stands_first() {
        let ringing =
            run([Act::Counted(2), Act::Came(vec![news(1, false)]), Act::Rang(Box::new(news(2, false)))]);
        let ids: Vec<u64> = ringing.latest.iter().flatten().map(|known| known.id.0).collect();
        assert_eq!((ringing.unread, ids), (3, vec![2, 1]));
    }

    #[test]
    fn reading_counts_down_to_nothing() {
        let ringing =
            run([Act::Counted(2), Act::Came(vec![news(1, false), news(2, false)]), Act::Read(Some(1))]);
        assert_eq!(ringing.unread, 1);
        assert_eq!(ringing.latest.iter().flatten().filter(|known| known.read).count(), 1);
        let ringing = ringing.reduce(Act::Read(None));
        assert_eq!(ringing.unread, 0);
        assert!(ringing.latest.iter().flatten().all(|known| known.read));
    }
}
