//! What an activity is about, in the ledger of what came.

use super::vocab::{Deed, Thing, url_of};
use crate::domain::arrival::About;

/// What an activity is about, for who asks what became of it.
pub(super) fn about(deed: &Deed) -> About {
    let only = |id: Option<&str>| About { id: id.map(str::to_owned), within: None };
    match deed {
        Deed::Create(object) | Deed::Update(object) => {
            let within = Thing::of(object).and_then(|thing| {
                // A comment, a place in a list, a copy.
                let urls = ["inReplyTo", "object"].into_iter().find_map(|field| thing.url(field));
                urls.map(str::to_owned)
            });
            About { within, ..only(url_of(object)) }
        }
        Deed::Delete(url)
        | Deed::Follow(url)
        | Deed::Announce(url)
        | Deed::Like(url)
        | Deed::Dislike(url)
        | Deed::Move(url) => only(Some(url)),
        Deed::Accept(wish) | Deed::Reject(wish) => {
            About { within: wish.followed.clone(), ..only(wish.id.as_deref()) }
        }
        Deed::Undo(undone) => only(undone.object.as_deref().or(undone.id.as_deref())),
        Deed::View(seen) => only(Some(&seen.object)),
        Deed::Flag(report) => only(report.objects.first().map(String::as_str)),
        Deed::ApproveReply(reply) | Deed::RejectReply(reply) => {
            About { within: reply.in_reply_to.clone(), ..only(Some(&reply.reply)) }
        }
        Deed::Other(_) => only(None),
    }
}
