//! The list a video is watched in: what came before, what comes next.

use std::rc::Rc;

use shared::api::{PlaylistElement, VideoPlaylist};
use yew::prelude::*;

use super::upcoming::Next;
use crate::components::{handle, open_there, picture};
use crate::locale::Locale;
use crate::route::Route;
use crate::text::durations;
use crate::text::words::shelves::ShelfWords;

/// A list with all that is in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Queue {
    /// The list.
    pub playlist: VideoPlaylist,
    /// In their order.
    pub elements: Vec<PlaylistElement>,
}

/// A video's place in the list it is watched in.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The list.
    pub queue: Rc<Queue>,
    /// Which of its elements, from 0 on.
    pub at: usize,
}

fn second(second: Option<u64>) -> Option<u32> {
    second.and_then(|second| u32::try_from(second).ok())
}

impl Queue {
    /// The element at a position, or the first behind it that can be played.
    pub fn at(&self, position: Option<u32>) -> Option<usize> {
        let from = u64::from(position.unwrap_or(1));
        let plays = |(_, element): &(usize, &PlaylistElement)| element.video.is_some();
        let mut all = self.elements.iter().enumerate();
        all.find(|found| plays(found) && from <= found.1.position).map(|(at, _)| at)
    }

    fn route(&self, at: usize) -> Option<Route> {
        let position = self.elements.get(at).and_then(|element| u32::try_from(element.position).ok())?;
        Some(Route::Play { list: self.playlist.short_uuid.clone(), position: Some(position) })
    }
}

impl Place {
    /// The video, and from which second to which it is watched.
    pub fn now(&self) -> (String, Option<u32>, Option<u32>) {
        let element = self.queue.elements.get(self.at);
        let video = element.and_then(|element| element.video.as_ref());
        (
            video.map(|video| video.card.short_uuid.clone()).unwrap_or_default(),
            element.and_then(|element| second(element.start_timestamp)),
            element.and_then(|element| second(element.stop_timestamp)),
        )
    }

    fn near(&self, mut places: impl Iterator<Item = usize>) -> Option<Next> {
        let video = |at: usize| self.queue.elements.get(at).and_then(|element| element.video.as_ref());
        let at = places.find(|at| video(*at).is_some())?;
        Some(Next { name: video(at)?.card.name.clone(), route: self.queue.route(at)? })
    }

    /// What comes next, past what cannot be played.
    pub fn next(&self) -> Option<Next> {
        self.near(self.at + 1..self.queue.elements.len())
    }

    /// What came before.
    pub fn previous(&self) -> Option<Next> {
        self.near((0..self.at).rev())
    }
}

/// The list beside its video.
pub fn panel(place: &Place, locale: &Locale) -> Html {
    let words = ShelfWords::of(locale.language());
    let Place { queue, at } = place;
    let list = &queue.playlist;
    let owner = &list.owner_account;
    let way = |to: Option<Next>, label: &'static str, class: &'static str| match to {
        Some(to) => html! {
            <a class={classes!("button", class)} href={to.route.to_string()} title={to.name.clone()}>{ label }<span class="unseen">{ ": " }{ to.name }</span></a>
        },
        None => Html::default(),
    };
    let count = words.place.replacen("{}", &locale.number(at_number(*at)), 1);
    let count = count.replacen("{}", &locale.number(at_number(queue.elements.len().saturating_sub(1))), 1);
    html! {
        <aside class="beside queue" aria-labelledby="queue-title">
            <h2 id="queue-title">{ &list.display_name }</h2>
            <p class="row-facts">
                <a href={Route::Account(handle(&owner.name, &owner.host, list.is_local)).to_string()}>{ &owner.display_name }</a>
                <span class="queue-place">{ count }</span>
                if !list.is_local { { open_there(&list.url, &owner.host, locale.words()) } }
            </p>
            <div class="queue-ways">
                { way(place.previous(), words.previous, "queue-previous") }
                { way(place.next(), words.next, "queue-next") }
            </div>
            <ol class="queue-list">{ for queue.elements.iter().enumerate().map(|(row, element)| line(queue, row, element, row == *at, words)) }</ol>
        </aside>
    }
}

fn at_number(at: usize) -> u64 {
    u64::try_from(at + 1).unwrap_or(u64::MAX)
}

fn line(
    queue: &Queue,
    at: usize,
    element: &PlaylistElement,
    is_now: bool,
    words: &'static ShelfWords,
) -> Html {
    let body = match (&element.video, queue.route(at)) {
        (Some(video), Some(route)) => html! {
            <article class="mini mini-small">
                <div class="card-picture">
                    { picture(&video.card, false) }
                    if 0 < video.card.duration { <span class="badge">{ durations::clock(video.card.duration) }</span> }
                </div>
                <div class="mini-words">
                    <h3 class="mini-title">
                        <a class="card-link" href={route.to_string()} aria-current={is_now.then_some("true")}>{ &video.card.name }</a>
                    </h3>
                    <p class="card-channel"><span>{ &video.channel.display_name }</span></p>
                </div>
            </article>
        },
        _ => html! { <p class="queue-hidden">{ words.hidden }</p> },
    };
    html! { <li key={element.id.0.to_string()} class={is_now.then_some("queue-now")}>{ body }</li> }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list in which the elements of these numbers can be played.
    fn queue(plays: &[bool]) -> Queue {
        let video = || serde_json::from_str(include_str!("../../feed/sample.json")).unwrap();
        let playlist = serde_json::from_str(include_str!("playlist.json")).unwrap();
        let element = |(at, plays): (usize, &bool)| PlaylistElement {
            id: shared::id::ElementId(at_number(at)),
            position: at_number(at),
            start_timestamp: Some(2),
            stop_timestamp: None,
            kind: 0,
            video: plays.then(video),
        };
        Queue { playlist, elements: plays.iter().enumerate().map(element).collect() }
    }

    fn position(next: Option<Next>) -> Option<u32> {
        let Route::Play { position, .. } = next?.route else { panic!("no place in a list") };
        position
    }

    #[test]
    fn what_cannot_be_played_is_passed_over() {
        let queue = Rc::new(queue(&[false, true, false, true]));
        assert_eq!((queue.at(None), queue.at(Some(3)), queue.at(Some(5))), (Some(1), Some(3), None));
        let place = |at| Place { queue: queue.clone(), at };
        assert_eq!((position(place(1).next()), position(place(1).previous())), (Some(4), None));
        assert_eq!((position(place(3).next()), position(place(3).previous())), (None, Some(2)));
        assert_eq!((place(1).now().1, place(1).now().2), (Some(2), None));
    }
}
