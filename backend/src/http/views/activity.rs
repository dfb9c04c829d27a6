//! What was done in a channel.

use shared::api;

use super::actor;
use crate::app::App;
use crate::store::records::{Activity, Channel, Deed, DeedTarget};

/// Something that was done, for whoever makes the channel.
pub fn activity(app: &App, channel: &Channel, number: u64, row: &Activity) -> api::ChannelActivity {
    let url = app.url();
    let account = app.catalogue().account(row.account);
    let summary = actor::channel_summary(url, channel);
    let (kind, video, playlist) = match &row.target {
        DeedTarget::Channel => ((3, "Channel"), None, None),
        DeedTarget::Video { id, uuid, name } => {
            let video = api::ActivityVideo {
                id: *id,
                name: name.clone(),
                uuid: *uuid,
                short_uuid: uuid.short(),
                url: format!("{url}/w/{}", uuid.short()),
                is_live: false,
            };
            ((1, "Video"), Some(video), None)
        }
        DeedTarget::Playlist { id, uuid, name } => {
            let playlist = api::ActivityPlaylist {
                id: *id,
                name: name.clone(),
                uuid: *uuid,
                short_uuid: uuid.short(),
                url: format!("{url}/w/p/{}", uuid.short()),
            };
            ((2, "Playlist"), None, Some(playlist))
        }
    };
    api::ChannelActivity {
        id: number,
        account: account.map(|account| actor::account_summary(url, &account)),
        by: row.by.clone(),
        action: label(action(row.deed)),
        target_type: label(kind),
        details: api::ActivityDetails {},
        created_at: row.at,
        channel: api::ActivityChannel {
            id: channel.id,
            name: summary.name,
            display_name: summary.display_name,
            url: summary.url,
        },
        video,
        playlist,
        target_account: row.to.as_ref().map(|to| api::ActivityAccount {
            username: to.name.clone(),
            display_name: app
                .catalogue()
                .account(to.account)
                .map_or_else(|| to.name.clone(), |account| account.display_name),
            url: format!("{url}/accounts/{}", to.name),
        }),
    }
}

fn label((id, label): (u32, &str)) -> api::Label<u32> {
    api::Label { id, label: label.to_owned() }
}

/// PeerTube's number and words.
fn action(deed: Deed) -> (u32, &'static str) {
    match deed {
        Deed::Create => (1, "Create"),
        Deed::Update => (2, "Update"),
        Deed::Delete => (3, "Delete"),
        Deed::Captions => (4, "Update captions"),
        Deed::Chapters => (5, "Update chapters"),
        Deed::Passwords => (6, "Update passwords"),
        Deed::Source => (8, "Update source file"),
        Deed::Elements => (9, "Update elements"),
        Deed::MoveOut => (10, "Remove channel ownership"),
        Deed::MoveIn => (11, "Create channel ownership"),
        Deed::Offer => (12, "Send ownership request"),
        Deed::OfferAccepted => (13, "Accept ownership request"),
        Deed::OfferRefused => (14, "Refuse ownership request"),
        Deed::OfferWithdrawn => (16, "Delete ownership request"),
    }
}
