//! The pages where order is kept: one's own reports and mutes, and what moderators and administrators work at.

/// Such a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Desk {
    /// What one reported.
    OwnAbuses,
    /// Whom one mutes.
    OwnMutes,
    /// Which servers one mutes.
    OwnServers,
    /// Which words one watches for in comments.
    OwnWords,
    /// Whose lists of words one watches for.
    OwnSharedWords,
    /// Everybody's reports.
    Abuses,
    /// Blocked videos.
    Blocks,
    /// Everybody's comments.
    Comments,
    /// Whom the instance mutes.
    Mutes,
    /// Which servers the instance mutes.
    Servers,
    /// Whose lists of mutes the instance goes by.
    SharedMutes,
    /// Which words the instance watches for.
    Words,
    /// Whose lists of words the instance watches for.
    SharedWords,
    /// The queue.
    Jobs,
    /// What the program says of itself.
    Logs,
    /// What those who keep order did.
    Audit,
}

/// Each page with its address, PeerTube's where it has such a page.
const PLACES: &[(Desk, &str)] = &[
    (Desk::OwnAbuses, "/my-account/abuses"),
    (Desk::OwnMutes, "/my-account/blocklist"),
    (Desk::OwnServers, "/my-account/blocklist/servers"),
    (Desk::OwnWords, "/my-account/watched-words/list"),
    (Desk::OwnSharedWords, "/my-account/watched-words/subscriptions"),
    (Desk::Abuses, "/admin/moderation/abuses/list"),
    (Desk::Blocks, "/admin/moderation/video-blocks/list"),
    (Desk::Comments, "/admin/overview/comments"),
    (Desk::Mutes, "/admin/moderation/blocklist/accounts"),
    (Desk::Servers, "/admin/moderation/blocklist/servers"),
    (Desk::SharedMutes, "/admin/moderation/blocklist/subscriptions"),
    (Desk::Words, "/admin/moderation/watched-words/list"),
    (Desk::SharedWords, "/admin/moderation/watched-words/subscriptions"),
    (Desk::Jobs, "/admin/system/jobs"),
    (Desk::Logs, "/admin/system/logs"),
    (Desk::Audit, "/admin/system/audit-logs"),
];

impl Desk {
    /// The page at a path.
    pub fn at(path: &str) -> Option<Desk> {
        let path = path.trim_end_matches('/');
        PLACES.iter().find(|(_, place)| *place == path).map(|(desk, _)| *desk)
    }

    /// Its path.
    pub fn path(self) -> &'static str {
        PLACES.iter().find(|(desk, _)| *desk == self).map_or("/404", |(_, place)| place)
    }

    /// The pages one goes between from here: those of everybody, or of who keeps order; the machine is the
    /// administrators'.
    pub fn beside(self, is_administrator: bool) -> &'static [Desk] {
        match self {
            Desk::OwnAbuses | Desk::OwnMutes | Desk::OwnServers | Desk::OwnWords | Desk::OwnSharedWords => {
                &[Desk::OwnAbuses, Desk::OwnMutes, Desk::OwnServers, Desk::OwnWords, Desk::OwnSharedWords]
            }
            Desk::Abuses
            | Desk::Blocks
            | Desk::Comments
            | Desk::Mutes
            | Desk::Servers
            | Desk::SharedMutes
            | Desk::Words
            | Desk::SharedWords
            | Desk::Jobs
            | Desk::Logs
            | Desk::Audit
                if is_administrator =>
            {
                &[
                    Desk::Abuses,
                    Desk::Blocks,
                    Desk::Comments,
                    Desk::Mutes,
                    Desk::Servers,
                    Desk::SharedMutes,
                    Desk::Words,
                    Desk::SharedWords,
                    Desk::Jobs,
                    Desk::Logs,
                    Desk::Audit,
                ]
            }
            Desk::Abuses
            | Desk::Blocks
            | Desk::Comments
            | Desk::Mutes
            | Desk::Servers
            | Desk::SharedMutes
            | Desk::Words
            | Desk::SharedWords
            | Desk::Jobs
            | Desk::Logs
            | Desk::Audit => &[
                Desk::Abuses,
                Desk::Blocks,
                Desk::Comments,
                Desk::Mutes,
                Desk::Servers,
                Desk::Words,
                Desk::SharedWords,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_address() {
        for (desk, place) in PLACES {
            assert_eq!(Desk::at(place), Some(*desk), "{place}");
            assert_eq!(desk.path(), *place);
            assert!(desk.beside(true).contains(desk), "{place}");
        }
        assert_eq!(Desk::at("/my-account/nothing"), None);
    }
}
