//! Addresses of the pages about the instance itself, as PeerTube names them.

/// A page about the instance itself, for administrators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SitePage {
    /// What it says of itself.
    Information,
    /// Who may come in.
    Signup,
    /// What is made of videos.
    Videos,
    /// How it looks.
    Look,
    /// How it is with other instances.
    Network,
    /// Who follows it.
    Followers,
    /// Whom it follows.
    Following,
    /// Copies of videos on other servers than their own.
    Copies,
    /// The editor of its home page.
    Homepage,
    /// Why something did not arrive.
    Arrival,
    /// How much there is.
    Statistics,
    /// What a new instance is asked.
    Wizard,
}

/// Each page with its address.
const PLACES: &[(SitePage, &str)] = &[
    (SitePage::Information, "/admin/settings/config/information"),
    (SitePage::Signup, "/admin/settings/config/signup"),
    (SitePage::Videos, "/admin/settings/config/vod"),
    (SitePage::Look, "/admin/settings/config/customization"),
    (SitePage::Network, "/admin/settings/config/network"),
    (SitePage::Followers, "/admin/settings/follows/followers-list"),
    (SitePage::Following, "/admin/settings/follows/following-list"),
    (SitePage::Arrival, "/admin/settings/system/federation"),
    (SitePage::Copies, "/admin/settings/follows/video-redundancies-list"),
    (SitePage::Homepage, "/admin/settings/config/homepage"),
    (SitePage::Statistics, "/admin/settings/system/statistics"),
    (SitePage::Wizard, "/admin/settings/config/wizard"),
    // Older addresses, which stand in mails and bookmarks.
    (SitePage::Information, "/admin/settings/config"),
    (SitePage::Information, "/admin/config/edit-custom"),
    (SitePage::Followers, "/admin/follows/followers-list"),
    (SitePage::Following, "/admin/follows/following-list"),
    (SitePage::Copies, "/admin/follows/video-redundancies-list"),
    (SitePage::Following, "/admin/settings/follows"),
    (SitePage::Following, "/admin/follows"),
];

impl SitePage {
    /// The page at a path.
    pub fn at(path: &str) -> Option<SitePage> {
        let path = path.trim_end_matches('/');
        PLACES.iter().find(|(_, place)| *place == path).map(|(page, _)| *page)
    }

    /// Its path.
    pub fn path(self) -> &'static str {
        PLACES.iter().find(|(page, _)| *page == self).map_or("/404", |(_, place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_address() {
        for (page, place) in PLACES {
            assert_eq!(SitePage::at(place), Some(*page), "{place}");
            assert_eq!(SitePage::at(page.path()), Some(*page));
        }
        assert_eq!(SitePage::at("/admin/settings/config/nothing"), None);
    }
}
