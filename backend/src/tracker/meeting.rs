//! Whether two clients meet at this moment.

use shared::id::AccountId;
use shared::meeting::Meeting;
use shared::time::Timestamp;

/// What a client is to its instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Anybody.
    Viewer,
    /// A viewer who wants to meet nobody but admitted peers, whatever others may.
    Cautious,
    /// A peer that the instance vouches for: it may meet anybody.
    Admitted,
    /// One that a person vouches for: admitted where that reaches, anybody elsewhere.
    AdmittedBy(Promise),
}

/// Somebody's word for a seeder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promise {
    /// Whose.
    pub by: AccountId,
    /// It reaches every video here, and not only their own.
    pub is_for_all: bool,
    /// When it was given.
    pub made_at: Timestamp,
}

impl Standing {
    /// What it is in a swarm of this owner's.
    #[must_use]
    pub fn among(self, owner: AccountId) -> Standing {
        match self {
            Standing::AdmittedBy(promise) if promise.is_for_all || promise.by == owner => Standing::Admitted,
            Standing::AdmittedBy(_) => Standing::Viewer,
            Standing::Viewer | Standing::Cautious | Standing::Admitted => self,
        }
    }
}

/// What holds in a swarm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rule {
    /// Who may meet.
    pub meeting: Meeting,
    /// Whose video it is.
    pub owner: AccountId,
}

/// Whether two of `present` may meet.
#[must_use]
pub fn may_meet(meeting: Meeting, present: usize, one: Standing, other: Standing) -> bool {
    let is_either = |standing| one == standing || other == standing;
    if meeting != Meeting::Off && is_either(Standing::Admitted) {
        return true;
    }
    match meeting {
        Meeting::Off | Meeting::Seeders => false,
        Meeting::Threshold(_) | Meeting::On if is_either(Standing::Cautious) => false,
        Meeting::Threshold(enough) => usize::try_from(enough).is_ok_and(|enough| enough <= present),
        Meeting::On => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_meets_whom() {
        use Standing::{Admitted, Cautious, Viewer};
        for (meeting, present, expected) in [
            (Meeting::Off, 9, "... ... ..."),
            (Meeting::Seeders, 9, "..a ..a aaa"),
            (Meeting::Threshold(5), 4, "..a ..a aaa"),
            (Meeting::Threshold(5), 5, "v.a ..a aaa"),
            (Meeting::On, 2, "v.a ..a aaa"),
        ] {
            let letter = |one, other| match may_meet(meeting, present, one, other) {
                false => '.',
                true if [one, other].contains(&Admitted) => 'a',
                true => 'v',
            };
            let row = |one| [Viewer, Cautious, Admitted].map(|other| letter(one, other)).iter().collect();
            let rows: [String; 3] = [Viewer, Cautious, Admitted].map(row);
            assert_eq!(rows.join(" "), expected, "{meeting} with {present}");
        }
    }
}
