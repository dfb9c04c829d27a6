//! Who may meet whom in a swarm.

/// Who may meet in a swarm, from the strictest to the freest. Whoever meets learns the other's address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Meeting {
    /// Nobody: there are no swarms.
    Off,
    /// Viewers meet peers that the instance has admitted, and never each other.
    Admitted,
    /// As [`Meeting::Admitted`] until so many are in the swarm; then everybody meets everybody.
    Threshold(u32),
    /// Everybody meets everybody.
    On,
}

impl Meeting {
    /// Whether two of `present` may meet, given whether one of the two is admitted.
    #[must_use]
    pub fn joins(self, present: usize, one_is_admitted: bool) -> bool {
        match self {
            Meeting::Off => false,
            Meeting::Admitted => one_is_admitted,
            Meeting::Threshold(enough) => {
                one_is_admitted || usize::try_from(enough).is_ok_and(|enough| enough <= present)
            }
            Meeting::On => true,
        }
    }
}
