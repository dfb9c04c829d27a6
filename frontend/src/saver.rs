//! The window in which one saves a video to lists.
//!
//! Owns nothing but what it shows: whoever wants it opened says so by `browser::bus`, from either program, and the
//! app hears it. Each tick acts at once.

use std::rc::Rc;

use shared::api::{ExistingElement, VideoPlaylist};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::api::{self, Client, Failure, PlaylistWish};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Loading, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::playlist::Whose;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::shelves::ShelfWords;

/// PeerTube's number for the list of what one wants to watch later.
const WATCH_LATER: u32 = 2;
/// Only its owner sees it.
const PRIVATE: u32 = 3;

/// What [`Saver`] takes.
#[derive(Properties, PartialEq)]
pub struct SaverProps {
    /// The number of the video to save; none while the window is closed.
    pub video: Option<u64>,
    /// It was closed.
    pub on_close: Callback<()>,
}

/// The window, while there is a video to save.
#[component]
#[inline(never)]
pub fn Saver(props: &SaverProps) -> Html {
    let session = use_session();
    match (props.video, session.person()) {
        (Some(video), Some(me)) => {
            html! { <Sheet key={video} {video} account={me.account.name.clone()} on_close={props.on_close.clone()} /> }
        }
        _ => Html::default(),
    }
}

/// Lists, and where in them the video is.
#[derive(Clone, PartialEq)]
struct Lists {
    all: Vec<VideoPlaylist>,
    places: Vec<ExistingElement>,
}

async fn gather(client: &Client, account: &str, video: u64) -> Result<Lists, Failure> {
    let whose = Whose::Account(account.to_owned());
    let (all, places) =
        futures_util::future::join(api::all_playlists(client, &whose), api::places(client, video)).await;
    let mut all = all?;
    all.sort_by_key(|list| list.kind.id != WATCH_LATER);
    Ok(Lists { all, places: places? })
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    video: u64,
    account: String,
    on_close: Callback<()>,
}

#[component]
#[inline(never)]
fn Sheet(props: &Props) -> Html {
    let locale = use_locale();
    let words = ShelfWords::of(locale.language());
    let client = use_session().client;
    let loaded = use_loaded((props.account.clone(), props.video), {
        let client = client.clone();
        move |(account, video): &(String, u64)| {
            let (account, video) = (account.clone(), *video);
            async move { gather(&client, &account, video).await }
        }
    });
    let refused = use_state(|| None::<Failure>);
    let said = use_state(String::new);
    // What is done, one after the other; then the lists are looked at again.
    let act = {
        let (refused, said, again) = (refused.setter(), said.setter(), loaded.again.clone());
        move |work: std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>>>>, done: String| {
            let (refused, said, again) = (refused.clone(), said.clone(), again.clone());
            spawn(async move {
                match work.await {
                    Ok(()) => {
                        refused.set(None);
                        said.set(done);
                    }
                    Err(failure) => refused.set(Some(failure)),
                }
                again.emit(());
            });
        }
    };
    let video = props.video;
    let row = |list: &VideoPlaylist, places: &[ExistingElement]| {
        let place =
            places.iter().find(|place| place.playlist_id == list.id).map(|place| place.playlist_element_id);
        let name = list_name(list, words);
        let (id, number) = (format!("save-{}", list.id), list.id.0);
        let onchange = {
            let (act, client, name) = (act.clone(), client.clone(), name.clone());
            Callback::from(move |_: Event| {
                let client = client.clone();
                match place {
                    Some(place) => act(
                        Box::pin(async move { api::take_out(&client, number, place).await }),
                        words.taken_from.replacen("{}", &name, 1),
                    ),
                    None => act(
                        Box::pin(async move { api::put_in(&client, number, video).await.map(drop) }),
                        words.saved_in.replacen("{}", &name, 1),
                    ),
                }
            })
        };
        html! {
            <li key={list.id.0.to_string()}>
                <label class="option" for={id.clone()}><input {id} type="checkbox" checked={place.is_some()} {onchange} />{ name }</label>
            </li>
        }
    };
    let name = use_state(String::new);
    let oninput = {
        let name = name.setter();
        Callback::from(move |event: InputEvent| {
            name.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let onsubmit = {
        let (act, client, name) = (act.clone(), client.clone(), name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let new = name.trim().to_owned();
            if new.is_empty() {
                return;
            }
            name.set(String::new());
            let (client, done) = (client.clone(), words.saved_in.replacen("{}", &new, 1));
            let work = async move {
                let wish =
                    PlaylistWish { display_name: new, privacy: Some(PRIVATE), ..PlaylistWish::default() };
                let made = api::create_playlist(&client, &wish).await?;
                api::put_in(&client, made.id.0, video).await.map(drop)
            };
            act(Box::pin(work), done);
        })
    };
    // What is being looked at again stays seen.
    let known = use_mut_ref(|| None::<Rc<Lists>>);
    if let Loading::Here(lists) = &loaded.state {
        known.replace(Some(lists.clone()));
    }
    let shown = known.borrow().clone();
    let body = match (&shown, &loaded.state) {
        (_, Loading::Failed(failure)) => failed(failure, &loaded.again, locale.words()),
        (Some(lists), _) => {
            html! { <ul class="saver-lists">{ for lists.all.iter().map(|list| row(list, &lists.places)) }</ul> }
        }
        (None, _) => html! { <p role="status">{ locale.words().loading }</p> },
    };
    html! {
        <Dialog title={words.save_title} on_close={props.on_close.clone()}>
            { body }
            <form class="saver-new" {onsubmit}>
                <div class="field">
                    <label for="save-new">{ words.new_playlist }</label>
                    <input id="save-new" type="text" maxlength="120" autocomplete="off" value={(*name).clone()} {oninput} />
                </div>
                <button type="submit" class="button" disabled={name.trim().is_empty()}>{ words.create }</button>
            </form>
            if let Some(refused) = &*refused { { complaint(explain(refused, locale.words())) } }
            <p class="form-note" role="status">{ &*said }</p>
        </Dialog>
    }
}

/// What a list is called: the one everybody has goes by our own word.
fn list_name(list: &VideoPlaylist, words: &'static ShelfWords) -> String {
    if list.kind.id == WATCH_LATER { words.watch_later.to_owned() } else { list.display_name.clone() }
}
