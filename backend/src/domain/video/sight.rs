//! Who may see a video, and who may change it.
//!
//! Owns the whole table of privacy × viewer. A video that is not published yet counts as unlisted: whoever has its
//! address may wait for it, and its number, which can be guessed, shows it to its owner alone.

use crate::domain::makers::Makers;
use crate::domain::viewer::{Person, Viewer};
use crate::store::records::{Privacy, Video, VideoState};

/// What decides who may see a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sight {
    /// Who makes it.
    pub makers: Makers,
    /// For whom it is meant.
    pub privacy: Privacy,
    /// Where it is between upload and publication.
    pub state: VideoState,
    /// Whether a moderator hid it: then it is as private as can be.
    pub is_blocked: bool,
    /// Whether it is of another server, where alone it is changed.
    pub is_elsewhere: bool,
}

/// How the viewer knows of the video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Address {
    /// By its number, which can be guessed.
    Number,
    /// By its UUID, which cannot.
    Uuid,
}

/// Why a video stays hidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hidden {
    /// Somebody signed in might see it.
    SignIn,
    /// This person may not.
    NotForYou,
    /// Whoever knows a password may.
    Password,
}

impl Sight {
    /// What decides who may see this video of `makers`.
    #[must_use]
    pub fn of(video: &Video, makers: Makers) -> Sight {
        Sight {
            makers,
            privacy: video.privacy,
            state: video.state,
            is_blocked: video.blocked.is_some(),
            is_elsewhere: video.remote.is_some(),
        }
    }

    /// Whether this viewer may see the video.
    ///
    /// # Errors
    /// Why not.
    pub fn opens_to(&self, viewer: &Viewer, by: Address) -> Result<(), Hidden> {
        if self.is_open(by) {
            return Ok(());
        }
        let person = match viewer.person() {
            Some(person) => person,
            None if self.asks_password() => return Err(Hidden::Password),
            None => return Err(Hidden::SignIn),
        };
        let (for_members, hidden) = match self.privacy {
            _ if self.is_blocked => (false, Hidden::NotForYou),
            Privacy::Internal => (true, Hidden::NotForYou),
            Privacy::Password => (false, Hidden::Password),
            Privacy::Public | Privacy::Unlisted | Privacy::Private => (false, Hidden::NotForYou),
        };
        if for_members || self.is_trusted(person) { Ok(()) } else { Err(hidden) }
    }

    /// Whether everybody who has the address may see it.
    fn is_open(&self, by: Address) -> bool {
        if self.is_blocked {
            return false;
        }
        match (self.privacy, by) {
            (Privacy::Public, Address::Number) => self.is_published(),
            (Privacy::Public | Privacy::Unlisted, Address::Uuid) => true,
            (Privacy::Unlisted, Address::Number)
            | (Privacy::Private | Privacy::Internal | Privacy::Password, _) => false,
        }
    }

    /// Whether the video's files need a token: their names are known to whoever once saw a playlist.
    #[must_use]
    pub fn has_guarded_files(&self) -> bool {
        !self.is_open(Address::Uuid)
    }

    /// Whether whoever knows a password may see it.
    #[must_use]
    pub fn asks_password(&self) -> bool {
        self.privacy == Privacy::Password && !self.is_blocked
    }

    /// Whether everybody finds it in lists.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.privacy == Privacy::Public && self.is_published() && !self.is_blocked
    }

    /// Whether those who are signed in here find it in lists.
    #[must_use]
    pub fn is_listed_for_members(&self) -> bool {
        let for_members = match self.privacy {
            Privacy::Public | Privacy::Internal => true,
            Privacy::Unlisted | Privacy::Private | Privacy::Password => false,
        };
        for_members && self.is_published() && !self.is_blocked
    }

    /// Whether this person may change or remove it. What is of another server nobody does here; who keeps order hides it.
    #[must_use]
    pub fn may_change(&self, person: &Person) -> bool {
        !self.is_elsewhere && self.is_trusted(person)
    }

    /// Whether nothing of it is hidden from this person.
    fn is_trusted(&self, person: &Person) -> bool {
        self.makers.manage(person.account) || person.keeps_order()
    }

    /// Whether it can be watched by whom it is meant for.
    #[must_use]
    pub fn is_published(&self) -> bool {
        match self.state {
            VideoState::Published => true,
            VideoState::ToTranscode | VideoState::TranscodingFailed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::records::Role;
    use shared::id::{AccountId, UserId};

    const OWNER: AccountId = AccountId(1);

    fn person(account: u64, role: Role) -> Viewer {
        Viewer::Person(Person { user: UserId(account), account: AccountId(account), role })
    }

    /// One row of the table: what anonymous, another person, the owner and a moderator get, by UUID and by number.
    fn row(privacy: Privacy, state: VideoState, is_blocked: bool) -> String {
        let sight = Sight { makers: Makers::alone(OWNER), privacy, state, is_blocked, is_elsewhere: false };
        let viewers =
            [Viewer::Anonymous, person(2, Role::User), person(1, Role::User), person(3, Role::Moderator)];
        let mut row = String::new();
        for by in [Address::Uuid, Address::Number] {
            for viewer in &viewers {
                row.push(match sight.opens_to(viewer, by) {
                    Ok(()) => 'y',
                    Err(Hidden::SignIn) => '1',
                    Err(Hidden::NotForYou) => '3',
                    Err(Hidden::Password) => 'p',
                });
            }
            row.push(' ');
        }
        let listed = if sight.is_listed() { "listed" } else { "" };
        let members = if sight.is_listed_for_members() { "members" } else { "" };
        let guarded = if sight.has_guarded_files() { "guarded" } else { "" };
        format!("{row}{listed} {members} {guarded}").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn nobody_changes_what_is_of_another_server() {
        let sight = |is_elsewhere, is_blocked| Sight {
            makers: Makers::alone(OWNER),
            privacy: Privacy::Public,
            state: VideoState::Published,
            is_blocked,
            is_elsewhere,
        };
        let moderator = person(3, Role::Moderator);
        let who = moderator.person().unwrap();
        assert!(sight(false, false).may_change(who) && !sight(true, false).may_change(who));
        // Who hid it still looks at it.
        assert_eq!(sight(true, true).opens_to(&moderator, Address::Uuid), Ok(()));
        assert_eq!(sight(true, true).opens_to(&Viewer::Anonymous, Address::Uuid), Err(Hidden::SignIn));
    }

    #[test]
    fn the_matrix_of_who_sees_what() {
        for (privacy, published, pending) in [
            (Privacy::Public, "yyyy yyyy listed members", "yyyy 13yy"),
            (Privacy::Unlisted, "yyyy 13yy", "yyyy 13yy"),
            (Privacy::Private, "13yy 13yy guarded", "13yy 13yy guarded"),
            (Privacy::Internal, "1yyy 1yyy members guarded", "1yyy 1yyy guarded"),
            (Privacy::Password, "ppyy ppyy guarded", "ppyy ppyy guarded"),
        ] {
            assert_eq!(row(privacy, VideoState::Published, false), published, "{privacy:?}");
            assert_eq!(row(privacy, VideoState::ToTranscode, false), pending, "{privacy:?}");
            assert_eq!(row(privacy, VideoState::TranscodingFailed, false), pending, "{privacy:?}");
            assert_eq!(row(privacy, VideoState::Published, true), "13yy 13yy guarded", "{privacy:?}");
        }
    }
}
