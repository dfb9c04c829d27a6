//! How many bytes are fetched in an hour.

use std::time::Duration;

use shared::time::Instant;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What was fetched since the hour began. It begins with the first byte after the last one ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Budget {
    began: Option<Instant>,
    spent: u64,
}

impl Budget {
    /// Takes so many bytes out of an hour's. A piece is given while any are left, even if it is larger than what is left: a
    /// budget smaller than a piece would stand still.
    ///
    /// # Errors
    /// How long it is until there are more.
    pub fn take(&mut self, now: Instant, bytes: u64, per_hour: u64) -> Result<(), Duration> {
        let began = match self.began {
            Some(began) if now.since(began) < HOUR => began,
            Some(_) | None => {
                (self.began, self.spent) = (Some(now), 0);
                now
            }
        };
        if per_hour <= self.spent && 0 < self.spent {
            return Err(HOUR.saturating_sub(now.since(began)));
        }
        self.spent = self.spent.saturating_add(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_so_many_bytes_and_at_least_one_piece() {
        let at = |minutes: u64| Instant::ZERO + Duration::from_secs(minutes * 60);
        let mut budget = Budget::default();
        assert_eq!(budget.take(at(5), 60, 100), Ok(()));
        assert_eq!(budget.take(at(6), 40, 100), Ok(()));
        assert_eq!(budget.take(at(15), 1, 100), Err(Duration::from_secs(50 * 60)));
        assert_eq!(budget.take(at(65), 1, 100), Ok(()), "the next hour");
        assert_eq!(budget.take(at(200), 500, 100), Ok(()), "a piece larger than all of it");
        assert!(budget.take(at(201), 1, 100).is_err());
    }
}
