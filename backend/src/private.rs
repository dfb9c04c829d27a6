//! What must not be seen: passwords, tokens, addresses of people.

use std::fmt;

/// A value whose text never reaches a log or an error by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Private<T>(pub T);

impl<T> Private<T> {
    /// The value, for whoever it is meant for.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(private)")
    }
}

impl<T> fmt::Display for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(private)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_value_does_not_show() {
        let secret = Private("hunter2");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "(private) (private) Some((private))");
    }
}
