//! Thumbs: how many there are, and one's own.

use shared::api::{RatingKind, VideoCard};
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Loading, complaint, icon, use_loaded};
use crate::locale::use_locale;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;

/// One's own thumb and those of all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Tally {
    mine: RatingKind,
    likes: u64,
    dislikes: u64,
}

impl Tally {
    /// What pressing a thumb asks for: a second press takes it back.
    fn wish(self, pressed: RatingKind) -> RatingKind {
        if self.mine == pressed { RatingKind::None } else { pressed }
    }

    /// The same with another thumb of one's own.
    fn with(self, mine: RatingKind) -> Tally {
        let moved = |count: u64, kind: RatingKind| {
            (count + u64::from(mine == kind)).saturating_sub(u64::from(self.mine == kind))
        };
        Tally {
            mine,
            likes: moved(self.likes, RatingKind::Like),
            dislikes: moved(self.dislikes, RatingKind::Dislike),
        }
    }
}

/// What [`Rates`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The video.
    pub card: VideoCard,
}

/// The thumbs of a video.
#[component]
#[inline(never)]
pub fn Rates(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let card = &props.card;
    let id = card.uuid.to_string();
    let loaded = use_loaded((id.clone(), session.person().map(|me| me.id)), {
        let client = session.client.clone();
        move |(id, me)| {
            let (id, is_in) = (id.clone(), me.is_some());
            async move { if is_in { api::my_rating(&client, &id).await } else { Ok(RatingKind::None) } }
        }
    });
    // What was pressed here since.
    let pressed = use_state(|| None::<RatingKind>);
    let failure = use_state(|| None::<Failure>);
    let first = match &loaded.state {
        Loading::Here(kind) => Some(**kind),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    let counted =
        Tally { mine: first.unwrap_or(RatingKind::None), likes: card.likes, dislikes: card.dislikes };
    let tally = pressed.map_or(counted, |kind| counted.with(kind));
    let thumb = |kind: RatingKind, glyph: Glyph, name: &'static str, count: u64| {
        let face = html! { <>{ icon(glyph) }<span class="unseen">{ name }{ ": " }</span>{ locale.number(count) }</> };
        if session.viewer == Viewer::Stranger {
            let login = Route::Login { next: Some(Route::watch(&card.short_uuid).to_string()) };
            return html! { <a class="button" title={name} href={login.to_string()}>{ face }</a> };
        }
        let onclick = {
            let (client, id, is_known) = (session.client.clone(), id.clone(), first.is_some());
            let (pressed, failure, before) = (pressed.setter(), failure.setter(), tally.mine);
            Callback::from(move |_: MouseEvent| {
                if !is_known {
                    return;
                }
                let wish = tally.wish(kind);
                pressed.set(Some(wish));
                failure.set(None);
                let (client, id, pressed, failure) =
                    (client.clone(), id.clone(), pressed.clone(), failure.clone());
                spawn(async move {
                    if let Err(cause) = api::rate(&client, &id, wish).await {
                        pressed.set(Some(before));
                        failure.set(Some(cause));
                    }
                });
            })
        };
        html! {
            <button type="button" class="button" title={name} aria-pressed={(tally.mine == kind).to_string()} aria-disabled={first.is_none().to_string()} {onclick}>{ face }</button>
        }
    };
    html! {
        <div class="rates" role="group" aria-label={words.rates}>
            { thumb(RatingKind::Like, Glyph::ThumbUp, words.rate_up, tally.likes) }
            { thumb(RatingKind::Dislike, Glyph::ThumbDown, words.rate_down, tally.dislikes) }
            if let Some(failure) = &*failure { { complaint(explain(failure, words)) } }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumb_moves_the_counts_and_a_second_press_takes_it_back() {
        let none = Tally { mine: RatingKind::None, likes: 3, dislikes: 1 };
        let like = none.with(none.wish(RatingKind::Like));
        assert_eq!(like, Tally { mine: RatingKind::Like, likes: 4, dislikes: 1 });
        let dislike = like.with(like.wish(RatingKind::Dislike));
        assert_eq!(dislike, Tally { mine: RatingKind::Dislike, likes: 3, dislikes: 2 });
        assert_eq!(dislike.with(dislike.wish(RatingKind::Dislike)), none);
    }

    #[test]
    fn a_count_that_missed_ones_own_thumb_never_falls_below_none() {
        let tally = Tally { mine: RatingKind::Like, likes: 0, dislikes: 0 };
        assert_eq!(tally.with(RatingKind::None).likes, 0);
    }
}
