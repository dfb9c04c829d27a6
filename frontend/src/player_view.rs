//! The player in a page: the only place that knows the artifact `/player/door.js`.
//!
//! Owns its loading, its options and its handle. Never plays anything itself. The surprises: the artifact is loaded by
//! a function of `www/start.js`, since wasm has no `import()` of its own; and only a change of address makes a new
//! player, the other options are those of its beginning.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use serde::Serialize;
use shared::api::{ChapterEntry, Storyboard};
use shared::meeting::Meeting;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Tone, alert};
use crate::locale::use_locale;

/// A pause that comes so many seconds before the moment one asked it to stop at is that stop.
const STOP_MISSED_BY: f64 = 0.3;

const ARTIFACT: &str = "/player/door.js";

/// What the player is given; names as in its JavaScript contract.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// Address of a master playlist or a file.
    pub src: String,
    /// Address of the digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Folders on other servers that the same files lie in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<String>,
    /// UUID.
    pub video: String,
    /// For MediaSession and screen readers.
    pub title: String,
    /// Address of a picture.
    pub poster: String,
    /// Seconds.
    pub duration: u64,
    /// Width by height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<f64>,
    /// Pictures for the scrub bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storyboard: Option<Storyboard>,
    /// Subtitles.
    pub captions: Vec<Track>,
    /// Parts of the video, for the scrub bar.
    pub chapters: Vec<ChapterEntry>,
    /// Seconds to start at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// Seconds to stop at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<u32>,
    /// Key to the files of a video that is not for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_token: Option<String>,
    /// Whose viewing it is, for what is told to the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// Where its viewers find each other.
    pub trackers: Vec<String>,
    /// Who may meet there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Meeting>,
    /// Language of the controls.
    pub language: &'static str,
    /// Whether to begin at once.
    pub autoplay: bool,
    /// Whether there is a theatre button.
    pub theater: bool,
    /// Whether its keys work wherever one is on the page.
    pub page_keys: bool,
}

/// Subtitles in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Track {
    /// Its code.
    pub language: String,
    /// Its name.
    pub label: String,
    /// Address of the VTT.
    pub src: String,
}

/// A hand on the player that is on the page, if any.
#[derive(Clone, Default)]
pub struct Remote(Rc<RefCell<Option<JsValue>>>);

impl PartialEq for Remote {
    fn eq(&self, other: &Remote) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Remote {
    /// Jumps to a moment and plays on from there.
    pub fn jump(&self, seconds: u32) {
        let _ = self.call("seek", Some(&seconds.into()));
        let _ = self.call("play", None);
    }

    /// Seconds into the video.
    pub fn time(&self) -> Option<f64> {
        self.call("currentTime", None).ok()?.as_f64()
    }

    fn call(&self, name: &str, argument: Option<&JsValue>) -> Result<JsValue, JsValue> {
        let handle = self.0.borrow().clone().ok_or(JsValue::UNDEFINED)?;
        let function: Function = Reflect::get(&handle, &name.into())?.dyn_into()?;
        match argument {
            Some(argument) => function.call1(&handle, argument),
            None => function.call0(&handle),
        }
    }
}

/// What [`PlayerView`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What to play.
    pub options: Options,
    /// Filled while the player is there.
    pub remote: Remote,
    /// Told whether the theatre is on.
    pub on_theater: Callback<bool>,
    /// Told that it is over, or goes on.
    pub on_end: Callback<bool>,
}

/// The player.
#[component]
#[inline(never)]
pub fn PlayerView(props: &Props) -> Html {
    let words = use_locale().words();
    let stage = use_node_ref();
    let broken = use_state(|| false);
    // Only another address makes another player: what is learnt of the video while it plays must not stop it.
    use_effect_with((props.options.src.clone(), *broken), {
        let (stage, remote, broken) = (stage.clone(), props.remote.clone(), broken.setter());
        let told = (props.on_theater.clone(), props.on_end.clone());
        let options = props.options.clone();
        move |(_, was_broken): &(String, bool)| {
            let alive = Rc::new(RefCell::new(true));
            if let Some(stage) = stage.cast::<HtmlElement>().filter(|_| !was_broken) {
                let (remote, alive) = (remote.clone(), alive.clone());
                spawn(async move {
                    match mount(&stage, &options, told).await {
                        Ok(handle) if *alive.borrow() => {
                            remote.0.replace(Some(handle));
                        }
                        // The page was left while the artifact came.
                        Ok(handle) => destroy(&handle),
                        Err(_) if *alive.borrow() => broken.set(true),
                        Err(_) => {}
                    }
                });
            }
            let remote = remote.clone();
            move || {
                alive.replace(false);
                if let Some(handle) = remote.0.take() {
                    destroy(&handle);
                }
            }
        }
    });
    let again = {
        let broken = broken.setter();
        Callback::from(move |_: MouseEvent| broken.set(false))
    };
    html! {
        <>
            <div ref={stage} class="player-stage" />
            if *broken {
                <div class="player-broken">
                    { alert(Tone::Bad, html! { <><p>{ words.player_broken }</p>
                        <button type="button" class="button" onclick={again}>{ words.try_again }</button></> }) }
                </div>
            }
        </>
    }
}

/// Begins to load the artifact, before there is anything to play.
pub fn preload() {
    spawn(async { drop(artifact().await) });
}

async fn artifact() -> Result<JsValue, JsValue> {
    let import: Function = Reflect::get(&page::window(), &"shoalImport".into())?.dyn_into()?;
    let module =
        JsFuture::from(import.call1(&JsValue::UNDEFINED, &ARTIFACT.into())?.dyn_into::<Promise>()?).await?;
    let init: Function = Reflect::get(&module, &"default".into())?.dyn_into()?;
    // Loading it again gives the same instance.
    JsFuture::from(init.call0(&JsValue::UNDEFINED)?.dyn_into::<Promise>()?).await?;
    Ok(module)
}

async fn mount(
    stage: &HtmlElement,
    options: &Options,
    (on_theater, on_end): (Callback<bool>, Callback<bool>),
) -> Result<JsValue, JsValue> {
    let module = artifact().await?;
    let mount: Function = Reflect::get(&module, &"mount".into())?.dyn_into()?;
    let stop = options.stop.map(f64::from);
    let options = js_sys::JSON::parse(&serde_json::to_string(options).unwrap_or_default())?;
    let handle = mount.call2(&JsValue::UNDEFINED, stage, &options)?;
    let on: Function = Reflect::get(&handle, &"on".into())?.dyn_into()?;
    let hear = |name: &str, told: Box<dyn FnMut(JsValue)>| {
        // The handle holds it as long as it lives.
        on.call2(&handle, &name.into(), &Closure::wrap(told).into_js_value())
    };
    let theater = move |event: JsValue| {
        let on = Reflect::get(&event, &"theater".into());
        on_theater.emit(on.is_ok_and(|on| on.is_truthy()));
    };
    hear("theater", Box::new(theater))?;
    // Where one asked it to stop, it pauses.
    let paused = {
        let on_end = on_end.clone();
        move |event: JsValue| {
            let time = Reflect::get(&event, &"currentTime".into()).ok().and_then(|time| time.as_f64());
            on_end.emit(stop.zip(time).is_some_and(|(stop, time)| stop <= time + STOP_MISSED_BY));
        }
    };
    hear("pause", Box::new(paused))?;
    let over = on_end.clone();
    hear("ended", Box::new(move |_| over.emit(true)))?;
    hear("play", Box::new(move |_| on_end.emit(false)))?;
    Ok(handle)
}

fn destroy(handle: &JsValue) {
    let destroy =
        Reflect::get(handle, &"destroy".into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
    if let Some(destroy) = destroy {
        let _ = destroy.call0(handle);
    }
}
