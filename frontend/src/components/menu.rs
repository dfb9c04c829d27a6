//! A button that opens a small panel.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};
use yew::prelude::*;

use crate::browser::page;

/// What [`Menu`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// For the panel; the button points to it.
    pub id: AttrValue,
    /// What the button is called.
    pub label: AttrValue,
    /// What the button shows.
    pub face: Html,
    /// What the panel holds.
    pub children: Html,
    /// Told when it opens.
    #[prop_or_default]
    pub on_open: Callback<()>,
}

/// A button that opens a small panel: closed by Escape, by a click elsewhere, by a link inside, by leaving it with Tab.
#[component]
pub fn Menu(props: &Props) -> Html {
    let open = use_state(|| false);
    let (whole, button) = (use_node_ref(), use_node_ref());
    use_effect_with(*open, {
        let (whole, button, open) = (whole.clone(), button.clone(), open.setter());
        move |is_open| {
            let listeners = is_open.then(|| {
                let shut = open.clone();
                let pressed = EventListener::new(&page::document(), "pointerdown", move |event| {
                    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                    let inside = whole.get().is_some_and(|whole| whole.contains(target.as_ref()));
                    if !inside {
                        shut.set(false);
                    }
                });
                // On the document, since a click does not focus a button in every browser.
                let typed = EventListener::new(&page::document(), "keydown", move |event| {
                    let is_escape = event
                        .dyn_ref::<web_sys::KeyboardEvent>()
                        .is_some_and(|event| event.key() == "Escape");
                    if is_escape {
                        open.set(false);
                        if let Some(button) = button.cast::<HtmlElement>() {
                            let _ = button.focus();
                        }
                    }
                });
                (pressed, typed)
            });
            move || drop(listeners)
        }
    });
    let toggle = {
        let (open, on_open) = (open.clone(), props.on_open.clone());
        Callback::from(move |_: MouseEvent| {
            let opens = !*open;
            open.set(opens);
            if opens {
                on_open.emit(());
            }
        })
    };
    let onfocusout = {
        let (open, whole) = (open.clone(), whole.clone());
        Callback::from(move |event: FocusEvent| {
            let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
            if next.is_some_and(|next| !whole.get().is_some_and(|whole| whole.contains(Some(&next)))) {
                open.set(false);
            }
        })
    };
    let onclick = {
        let open = open.setter();
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            if target.and_then(|target| target.closest("a, [data-closes]").ok().flatten()).is_some() {
                open.set(false);
            }
        })
    };
    html! {
        <div ref={whole} class="menu" {onfocusout}>
            <button ref={button} type="button" class="button button-quiet menu-button" aria-label={props.label.clone()}
                title={props.label.clone()} aria-expanded={open.to_string()} aria-controls={props.id.clone()} onclick={toggle}>
                { props.face.clone() }
            </button>
            <div id={props.id.clone()} class="menu-panel" hidden={!*open} {onclick}>{ props.children.clone() }</div>
        </div>
    }
}
