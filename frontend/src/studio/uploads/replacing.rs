//! Files that are to replace those of videos, on their way while one looks around.
//!
//! Owns one upload a video, for the lifetime of the app: whoever reads another page meanwhile loses nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use serde_json::json;
use shared::api::UploadedVideo;
use wasm_bindgen::JsCast;
use web_sys::{BeforeUnloadEvent, File};
use yew::prelude::*;

use super::pilot::{Aim, Pilot};
use super::transfer::{CHUNK_BYTES, Progress};
use crate::api::Client;
use crate::browser::page;

/// How far each is, by the UUID of its video.
#[derive(Clone, PartialEq, Default)]
struct Moves(BTreeMap<String, Progress>);

enum Act {
    Moved(String, Progress),
    Gone(String),
}

impl Reducible for Moves {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut next = (*self).clone();
        match act {
            Act::Moved(video, progress) => next.0.insert(video, progress),
            Act::Gone(video) => next.0.remove(&video),
        };
        Rc::new(next)
    }
}

/// All files that are to replace others, and what can be done with them.
#[derive(Clone)]
pub struct Replacing {
    moves: UseReducerHandle<Moves>,
    pilots: Rc<RefCell<BTreeMap<String, Pilot>>>,
    client: Client,
}

impl PartialEq for Replacing {
    fn eq(&self, other: &Replacing) -> bool {
        self.moves == other.moves
    }
}

impl Replacing {
    /// How far the file for a video is, where there is one.
    pub fn progress(&self, video: &str) -> Option<&Progress> {
        self.moves.0.get(video)
    }

    /// Sends a file in the place of a video's.
    pub fn start(&self, video: UploadedVideo, file: File) {
        let id = video.uuid.to_string();
        let report = {
            let (moves, id) = (self.moves.dispatcher(), id.clone());
            Callback::from(move |(progress, _): (Progress, Option<String>)| {
                moves.dispatch(Act::Moved(id.clone(), progress));
            })
        };
        let announcement = json!({ "filename": file.name() }).to_string();
        let aim = Aim { announcement, replaces: Some(video), address: None };
        let pilot = Pilot::start(self.client.clone(), file, CHUNK_BYTES, aim, report);
        self.pilots.borrow_mut().insert(id, pilot);
    }

    /// Stops one for good.
    pub fn stop(&self, video: &str) {
        let pilot = self.pilots.borrow_mut().remove(video);
        if let Some(pilot) = pilot {
            pilot.cancel();
        }
        self.moves.dispatch(Act::Gone(video.to_owned()));
    }
}

/// The files on their way, for the lifetime of the app.
#[hook]
pub fn use_replacing(client: Client) -> Replacing {
    let moves = use_reducer(Moves::default);
    let pilots = use_memo((), |()| RefCell::new(BTreeMap::<String, Pilot>::new()));
    use_warning(moves.0.values().any(Progress::is_underway));
    use_network(pilots.clone());
    Replacing { moves, pilots, client }
}

/// A network that is back is used at once.
#[hook]
fn use_network(pilots: Rc<RefCell<BTreeMap<String, Pilot>>>) {
    use_effect_with((), move |()| {
        let listener = EventListener::new(&page::window(), "online", move |_| {
            let pilots: Vec<Pilot> = pilots.borrow().values().cloned().collect();
            pilots.iter().for_each(Pilot::network_is_back);
        });
        move || drop(listener)
    });
}

/// As long as files are on their way, asks whoever closes the tab whether they mean it.
#[hook]
pub fn use_warning(underway: bool) {
    use_effect_with(underway, |underway| {
        let listener = underway.then(|| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&page::window(), "beforeunload", options, |event| {
                event.prevent_default();
                if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                    event.set_return_value("uploading");
                }
            })
        });
        move || drop(listener)
    });
}
