//! What a role may do beyond its own: one closed list of rights, and one total table from roles to them.
//!
//! PeerTube's rights by meaning, under its numbers (`user-right.enum.ts`), which its messages name. Nothing else in the
//! program compares roles: who wants to know asks [`Right::of`].

use crate::store::records::Role;

/// Something that not everybody may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Right {
    /// See, make, change, block and delete logins.
    ManageUsers = 1,
    /// Follow other instances, and accept or refuse who follows.
    ManageServerFollow = 2,
    /// Read logs and the audit log.
    ManageLogs = 3,
    /// Look into the running instance, and the numbers at `/metrics`.
    ManageDebug = 4,
    /// Say whose videos are mirrored.
    ManageServerRedundancy = 5,
    /// Read and judge reports.
    ManageAbuses = 6,
    /// See, pause and retry jobs.
    ManageJobs = 7,
    /// Change the instance's settings.
    ManageConfiguration = 8,
    /// Change the home page.
    ManageInstanceCustomPage = 9,
    /// Mute accounts for the whole instance.
    ManageAccountsBlocklist = 10,
    /// Mute servers for the whole instance.
    ManageServersBlocklist = 11,
    /// Block videos.
    ManageVideoBlacklist = 12,
    /// Change and delete anybody's channel.
    ManageAnyVideoChannel = 13,
    /// Delete anybody's video.
    RemoveAnyVideo = 14,
    /// Delete anybody's playlist.
    RemoveAnyVideoPlaylist = 15,
    /// Delete and approve anybody's comment.
    ManageAnyVideoComment = 16,
    /// Change anybody's video.
    UpdateAnyVideo = 17,
    /// Change anybody's playlist.
    UpdateAnyVideoPlaylist = 18,
    /// See what belongs to anybody's live stream.
    GetAnyLive = 19,
    /// See every video, whatever its privacy.
    SeeAllVideos = 20,
    /// See every comment, held or not.
    SeeAllComments = 21,
    /// Give anybody's video or channel to somebody else.
    ChangeOwnership = 22,
    /// Install and configure plugins.
    ManagePlugins = 23,
    /// Mirror single videos.
    ManageVideosRedundancies = 24,
    /// Delete single files of videos.
    ManageVideoFiles = 25,
    /// Have a video encoded anew.
    RunVideoTranscoding = 26,
    /// See and end anybody's imports.
    ManageVideoImports = 27,
    /// Judge who asks to be let in.
    ManageRegistrations = 28,
    /// Manage machines that encode elsewhere.
    ManageRunners = 29,
    /// Export anybody's archive.
    ManageUserExports = 30,
    /// Import an archive for anybody.
    ManageUserImports = 31,
    /// Keep the instance's lists of watched words.
    ManageInstanceWatchedWords = 32,
    /// Keep the instance's automatic tags.
    ManageInstanceAutoTags = 33,
    /// Subscribe the instance to lists of mutes that are kept elsewhere.
    ManageBlocklistSubscriptions = 34,
}

impl Right {
    /// Whether a role has this right. The total table: a new right does not compile until both columns are decided.
    #[must_use]
    pub fn of(self, role: Role) -> bool {
        match role {
            Role::Administrator => true,
            Role::Moderator => self.is_moderators(),
            Role::User => false,
        }
    }

    /// Moderators keep order among people and what they publish; the machine and its settings are the administrators'.
    fn is_moderators(self) -> bool {
        match self {
            Right::ManageUsers
            | Right::ManageAbuses
            | Right::ManageAccountsBlocklist
            | Right::ManageServersBlocklist
            | Right::ManageVideoBlacklist
            | Right::ManageAnyVideoChannel
            | Right::RemoveAnyVideo
            | Right::RemoveAnyVideoPlaylist
            | Right::ManageAnyVideoComment
            | Right::UpdateAnyVideo
            | Right::SeeAllVideos
            | Right::SeeAllComments
            | Right::ManageRegistrations
            | Right::ManageInstanceWatchedWords
            | Right::ManageInstanceAutoTags => true,
            Right::ManageServerFollow
            | Right::ManageLogs
            | Right::ManageDebug
            | Right::ManageServerRedundancy
            | Right::ManageJobs
            | Right::ManageConfiguration
            | Right::ManageInstanceCustomPage
            | Right::UpdateAnyVideoPlaylist
            | Right::GetAnyLive
            | Right::ChangeOwnership
            | Right::ManagePlugins
            | Right::ManageVideosRedundancies
            | Right::ManageVideoFiles
            | Right::RunVideoTranscoding
            | Right::ManageVideoImports
            | Right::ManageRunners
            | Right::ManageUserExports
            | Right::ManageUserImports
            // Whoever keeps the list mutes from then on without being asked.
            | Right::ManageBlocklistSubscriptions => false,
        }
    }

    /// PeerTube's number.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// Whether a role may act upon a login of another role: moderators upon users, administrators upon everybody.
#[must_use]
pub fn may_manage(actor: Role, target: Role) -> bool {
    match (actor, target) {
        (Role::Administrator, _) | (Role::Moderator, Role::User) => true,
        (Role::Moderator, Role::Administrator | Role::Moderator) | (Role::User, _) => false,
    }
}

/// Whether somebody of this role may delete their own login: those who keep the whole instance may not, or nobody would.
/// Another of them takes the role away first.
#[must_use]
pub fn may_leave(role: Role) -> bool {
    match role {
        Role::Administrator => false,
        Role::Moderator | Role::User => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_may_everything_and_users_nothing_beyond_their_own() {
        for right in [Right::ManageUsers, Right::ManageConfiguration, Right::ManageInstanceAutoTags] {
            assert!(right.of(Role::Administrator) && !right.of(Role::User), "{right:?}");
        }
        assert!(Right::ManageUsers.of(Role::Moderator));
        assert!(!Right::ManageConfiguration.of(Role::Moderator));
        assert_eq!((Right::ManageUsers.number(), Right::ManageInstanceAutoTags.number()), (1, 33));
    }

    #[test]
    fn moderators_manage_users_alone() {
        let roles = [Role::Administrator, Role::Moderator, Role::User];
        let managed = |actor| roles.map(|target| may_manage(actor, target));
        assert_eq!(managed(Role::Administrator), [true, true, true]);
        assert_eq!(managed(Role::Moderator), [false, false, true]);
        assert_eq!(managed(Role::User), [false, false, false]);
    }
}
