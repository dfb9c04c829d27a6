//! Choosing a picture and the part of it that is taken: by mouse, finger or keyboard.
//!
//! Owns the canvas. What is sent was drawn here, so that no word a camera wrote into the file (where, when) leaves the
//! browser.

use js_sys::Promise;
use shared::limits::IMAGE_BYTES_MAX;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, HtmlImageElement, HtmlInputElement,
    PointerEvent, Url,
};
use yew::prelude::*;

use super::crop::Crop;
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Dialog, complaint};
use crate::locale::use_locale;

/// Which shape is wanted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shape {
    /// Pixels of what is sent, at most.
    pub width: u32,
    /// Pixels of what is sent, at most.
    pub height: u32,
    /// Whether what can be seen through stays so: it is sent as PNG then, as JPEG otherwise.
    pub see_through: bool,
}

/// A face: the largest the instance keeps.
pub const AVATAR: Shape = Shape { width: 1500, height: 1500, see_through: false };
/// A banner: the largest the instance keeps.
pub const BANNER: Shape = Shape { width: 1920, height: 317, see_through: false };

/// How wide the part is shown.
const SHOWN: u32 = 480;
/// How good a JPEG is sent: what is beyond can hardly be seen.
const QUALITY: f64 = 0.92;
/// How far an arrow key moves, in shares of the part.
const STEP: f64 = 0.05;
/// How much nearer a key goes.
const NEARER: f64 = 1.1;

/// What [`Pick`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// For the field.
    pub id: AttrValue,
    /// What the button says.
    pub label: AttrValue,
    /// Which shape is wanted.
    pub shape: Shape,
    /// Told the part that was taken.
    pub on_pick: Callback<Blob>,
}

/// A button that chooses a picture, and the window in which its part is chosen.
#[component]
pub fn Pick(props: &Props) -> Html {
    let words = use_locale().words();
    let chosen = use_state(|| None::<File>);
    let wrong = use_state(|| None::<&'static str>);
    let onchange = {
        let (chosen, wrong) = (chosen.setter(), wrong.setter());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            // The same file may be chosen again.
            input.set_value("");
            // What is cut out of it is smaller; this is for pictures a browser would choke on.
            #[expect(clippy::cast_precision_loss, reason = "forty million")]
            let bound = (IMAGE_BYTES_MAX * 10) as f64;
            let is_picture = matches!(file.type_().as_str(), "image/jpeg" | "image/png" | "image/webp");
            wrong.set((!is_picture || bound < file.size()).then_some(words.wrong_picture));
            if is_picture && file.size() <= bound {
                chosen.set(Some(file));
            }
        })
    };
    let on_close = {
        let chosen = chosen.setter();
        Callback::from(move |()| chosen.set(None))
    };
    let on_done = {
        let (chosen, on_pick, wrong) = (chosen.setter(), props.on_pick.clone(), wrong.setter());
        Callback::from(move |taken: Option<Blob>| {
            chosen.set(None);
            match taken {
                Some(taken) => on_pick.emit(taken),
                None => wrong.set(Some(words.wrong_picture)),
            }
        })
    };
    html! {
        <div class="pick">
            <label class="button" for={props.id.clone()}>{ &props.label }</label>
            <input class="unseen" id={props.id.clone()} type="file" accept="image/jpeg,image/png,image/webp" {onchange} />
            if let Some(wrong) = *wrong {
                { complaint(wrong) }
            }
            if let Some(file) = &*chosen {
                <Cut file={file.clone()} shape={props.shape} {on_close} {on_done} />
            }
        </div>
    }
}

/// What [`Cut`] takes.
#[derive(Properties, PartialEq)]
struct CutProps {
    file: File,
    shape: Shape,
    on_close: Callback<()>,
    /// Told what was taken; none where the file is no picture.
    on_done: Callback<Option<Blob>>,
}

/// The window in which a part is chosen.
#[component]
fn Cut(props: &CutProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let picture = use_state(|| None::<HtmlImageElement>);
    let crop = use_state(|| None::<Crop>);
    let canvas = use_node_ref();
    let held = use_mut_ref(|| None::<(f64, f64)>);
    let ratio = f64::from(props.shape.width) / f64::from(props.shape.height);
    use_effect_with(props.file.clone(), {
        let (picture, crop, on_done) = (picture.setter(), crop.setter(), props.on_done.clone());
        move |file: &File| {
            let file = file.clone();
            spawn(async move {
                match read(&file).await {
                    Ok(read) => {
                        crop.set(Some(Crop::new(read.natural_width(), read.natural_height(), ratio)));
                        picture.set(Some(read));
                    }
                    Err(_) => on_done.emit(None),
                }
            });
        }
    });
    use_effect_with(((*picture).clone(), *crop), {
        let canvas = canvas.clone();
        move |(picture, crop)| {
            let canvas = canvas.cast::<HtmlCanvasElement>();
            if let (Some(canvas), Some(picture), Some(crop)) = (canvas, picture, crop) {
                let _ = draw(&canvas, picture, crop);
            }
        }
    });
    let change = {
        let crop = crop.clone();
        move |change: &dyn Fn(Crop) -> Crop| {
            if let Some(present) = *crop {
                crop.set(Some(change(present)));
            }
        }
    };
    let onkeydown = {
        let change = change.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (across, down) = match event.key().as_str() {
                "ArrowLeft" => (-STEP, 0.0),
                "ArrowRight" => (STEP, 0.0),
                "ArrowUp" => (0.0, -STEP),
                "ArrowDown" => (0.0, STEP),
                "+" | "=" => {
                    change(&|crop| crop.zoomed(crop.zoom * NEARER));
                    return;
                }
                "-" => {
                    change(&|crop| crop.zoomed(crop.zoom / NEARER));
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            change(&|crop| crop.moved(across, down));
        })
    };
    let onpointerdown = {
        let held = held.clone();
        Callback::from(move |event: PointerEvent| {
            held.replace(Some(place_of(&event)));
            let _ =
                event.target_unchecked_into::<HtmlCanvasElement>().set_pointer_capture(event.pointer_id());
        })
    };
    let onpointermove = {
        let (held, change) = (held.clone(), change.clone());
        Callback::from(move |event: PointerEvent| {
            let present = place_of(&event);
            let Some(before) = *held.borrow() else { return };
            held.replace(Some(present));
            let shown = event.target_unchecked_into::<HtmlCanvasElement>().get_bounding_client_rect();
            let share = |by: f64, whole: f64| by / whole.max(1.0);
            let (across, down) =
                (share(before.0 - present.0, shown.width()), share(before.1 - present.1, shown.height()));
            // The picture follows the finger.
            change(&|crop| crop.moved(across, down));
        })
    };
    let onpointerup = {
        let held = held.clone();
        Callback::from(move |_: PointerEvent| {
            held.replace(None);
        })
    };
    let oninput = {
        let change = change.clone();
        Callback::from(move |event: InputEvent| {
            let zoom = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
            change(&|crop| crop.zoomed(zoom / 100.0));
        })
    };
    let take = {
        let (picture, crop, on_done, shape) =
            (picture.clone(), crop.clone(), props.on_done.clone(), props.shape);
        Callback::from(move |_: MouseEvent| {
            let (Some(picture), Some(crop)) = ((*picture).clone(), *crop) else { return };
            let on_done = on_done.clone();
            spawn(async move { on_done.emit(cut_out(&picture, &crop, shape).await.ok()) });
        })
    };
    let cancel = props.on_close.reform(|_: MouseEvent| ());
    let height = SHOWN * props.shape.height / props.shape.width;
    let zoom = crop.map_or(1.0, |crop| crop.zoom) * 100.0;
    html! {
        <Dialog title={people.crop_title} on_close={props.on_close.clone()}>
            <p id="crop-hint">{ people.crop_hint }</p>
            <canvas ref={canvas} class="crop" width={SHOWN.to_string()} height={height.to_string()} tabindex="0" role="application"
                aria-label={people.crop_label} aria-describedby="crop-hint" {onkeydown} {onpointerdown} {onpointermove}
                onpointercancel={onpointerup.clone()} {onpointerup} />
            <div class="field">
                <label for="crop-zoom">{ people.crop_zoom }</label>
                <input id="crop-zoom" type="range" min="100" max="800" step="5" value={page::number(zoom)} {oninput} />
            </div>
            <div class="dialog-acts">
                <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
                <button type="button" class="button button-main" disabled={crop.is_none()} onclick={take}>{ people.crop_take }</button>
            </div>
        </Dialog>
    }
}

/// Where the pointer is. Newer browsers know fractions of pixels, and `web-sys` with them.
fn place_of(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

async fn read(file: &File) -> Result<HtmlImageElement, JsValue> {
    let address = Url::create_object_url_with_blob(file)?;
    let picture = HtmlImageElement::new()?;
    picture.set_src(&address);
    let decoded = JsFuture::from(picture.decode()).await;
    let _ = Url::revoke_object_url(&address);
    decoded?;
    Ok(picture)
}

/// Draws the part over the whole canvas.
fn draw(canvas: &HtmlCanvasElement, picture: &HtmlImageElement, crop: &Crop) -> Result<(), JsValue> {
    let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    // A JPEG has no holes: what shines through shines white.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    let part = crop.part();
    context.draw_image_with_html_image_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        picture,
        part.left,
        part.top,
        part.width,
        part.height,
        0.0,
        0.0,
        width,
        height,
    )
}

/// The part, no larger than it is.
async fn cut_out(picture: &HtmlImageElement, crop: &Crop, shape: Shape) -> Result<Blob, JsValue> {
    let canvas: HtmlCanvasElement = page::document().create_element("canvas")?.dyn_into()?;
    let share = (crop.part().width / f64::from(shape.width)).min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a side of a picture"
    )]
    let side = |side: u32| ((f64::from(side) * share).round() as u32).max(1);
    canvas.set_width(side(shape.width));
    canvas.set_height(side(shape.height));
    draw(&canvas, picture, crop)?;
    let made = Promise::new(&mut |resolve, reject| {
        let told = Closure::once_into_js(move |made: Option<Blob>| {
            let _ = match made {
                Some(made) => resolve.call1(&JsValue::UNDEFINED, &made),
                None => reject.call0(&JsValue::UNDEFINED),
            };
        });
        let kind = if shape.see_through { "image/png" } else { "image/jpeg" };
        let _ = canvas.to_blob_with_type_and_encoder_options(told.unchecked_ref(), kind, &QUALITY.into());
    });
    JsFuture::from(made).await?.dyn_into()
}
