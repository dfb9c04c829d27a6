//! Where files are dropped or chosen.

use shared::limits::VIDEO_EXTENSIONS;
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};
use yew::prelude::*;

use crate::components::{Glyph, icon};
use crate::locale::use_locale;

/// What [`Drop`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Told the files.
    pub on_files: Callback<Vec<File>>,
    /// Whether uploads stand below it: it is smaller then.
    pub small: bool,
}

/// Where files are dropped or chosen.
#[component]
pub fn Drop(props: &Props) -> Html {
    let words = use_locale().words();
    // Entering a child leaves its parent: entries are counted.
    let over = use_state(|| 0i32);
    let count = |step: i32| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set((*over + step).max(0));
        })
    };
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let ondrop = {
        let (over, on_files) = (over.clone(), props.on_files.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(0);
            let files = event.data_transfer().and_then(|data| data.files());
            on_files.emit(list(files));
        })
    };
    let onchange = {
        let on_files = props.on_files.clone();
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            on_files.emit(list(input.files()));
            // The same file may be chosen again.
            input.set_value("");
        })
    };
    let mut class = classes!("drop");
    if props.small {
        class.push("drop-small");
    }
    if 0 < *over {
        class.push("drop-over");
    }
    html! {
        <div {class} ondragenter={count(1)} ondragleave={count(-1)} {ondragover} {ondrop}>
            <span class="drop-drawing">{ icon(Glyph::Up) }</span>
            <p class="drop-title">{ words.drop_title }</p>
            <label class="button button-main" for="upload-files">{ words.drop_choose }</label>
            <input class="unseen" id="upload-files" type="file" multiple=true accept={accept()} {onchange} />
            <p class="drop-hint">{ words.drop_hint }</p>
        </div>
    }
}

fn accept() -> String {
    format!("video/*,audio/*,{}", VIDEO_EXTENSIONS.join(","))
}

fn list(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|at| files.get(at)).filter_map(|file| file.dyn_into().ok()).collect()
}
