//! What is played next by itself, with the time to say no.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::browser::storage;
use crate::locale::use_locale;
use crate::navigation;
use crate::route::Route;
use crate::text::words::shelves::ShelfWords;

/// Long enough to read a title and to say no.
const SECONDS: u64 = 8;
/// Says to the next page that its video was begun by this one, whatever else its viewer chose.
const ADVANCING: &str = "shoal.advancing";

/// A page that comes next.
#[derive(Clone, PartialEq, Debug)]
pub struct Next {
    /// What its video is called.
    pub name: String,
    /// Where it is.
    pub route: Route,
}

/// What [`Upcoming`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What comes.
    pub next: Next,
    /// Told when it is not wanted.
    pub on_stay: Callback<()>,
}

/// Whether this page was come to by itself; asked once.
pub fn advanced() -> bool {
    let is_advanced = storage::read_text(ADVANCING).is_some();
    storage::remove(ADVANCING);
    is_advanced
}

fn go(route: &Route) {
    storage::write_text(ADVANCING, "1");
    navigation::go(route);
}

/// Counts down, then goes there.
#[component]
#[inline(never)]
pub fn Upcoming(props: &Props) -> Html {
    let locale = use_locale();
    let words = ShelfWords::of(locale.language());
    let left = use_state(|| SECONDS);
    use_effect_with(*left, {
        let (left, route) = (left.setter(), props.next.route.clone());
        move |seconds| {
            let seconds = *seconds;
            let timer =
                Timeout::new(1000, move || if seconds <= 1 { go(&route) } else { left.set(seconds - 1) });
            move || drop(timer)
        }
    });
    let now = {
        let route = props.next.route.clone();
        Callback::from(move |_: MouseEvent| go(&route))
    };
    let stay = props.on_stay.reform(|_: MouseEvent| ());
    html! {
        <div class="player-next">
            <p role="status">{ words.up_next.replacen("{}", &props.next.name, 1) }</p>
            <p aria-hidden="true">{ locale.count(*left, &words.seconds) }</p>
            <div class="player-next-acts">
                <button type="button" class="button button-main" onclick={now}>{ words.play_now }</button>
                <button type="button" class="button" onclick={stay}>{ words.stay }</button>
            </div>
        </div>
    }
}
