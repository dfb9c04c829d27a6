//! Rows that are put in order, by pointer or by keyboard.
//!
//! Owns which row is dragged, and over which one. What moving a row means is the page's.

use web_sys::Element;
use yew::prelude::*;

use super::order::over;
use crate::components::{Glyph, icon};
use crate::locale::Locale;
use crate::text::words::shelves::ListWords;

/// The rows of a page, and what moves them.
pub struct Sorting {
    list: NodeRef,
    /// The row that is dragged, and the one it is over.
    drag: UseStateHandle<Option<(usize, usize)>>,
    go: Callback<(usize, usize)>,
    count: usize,
}

/// Lets `count` rows be moved; `go` hears from where and to where.
#[hook]
pub fn use_sorting(count: usize, go: &Callback<(usize, usize)>) -> Sorting {
    Sorting { list: use_node_ref(), drag: use_state_eq(|| None), go: go.clone(), count }
}

/// What is said when a row has come to stand at `to`, from 0 on.
pub fn now_at(name: &str, to: usize, count: usize, locale: &Locale) -> String {
    let number = |count: usize| locale.number(u64::try_from(count).unwrap_or(u64::MAX));
    let words = ListWords::of(locale.language());
    let sentence = words.now_at.replacen("{}", name, 1).replacen("{}", &number(to + 1), 1);
    sentence.replacen("{}", &number(count), 1)
}

impl Sorting {
    /// For the list whose children the rows are.
    pub fn list(&self) -> NodeRef {
        self.list.clone()
    }

    /// The classes of a row.
    pub fn class(&self, at: usize) -> &'static str {
        match *self.drag {
            Some((from, _)) if from == at => "row queue-row row-dragged",
            Some((from, to)) if to == at && from < to => "row queue-row row-above",
            Some((_, to)) if to == at => "row queue-row row-below",
            _ => "row queue-row",
        }
    }

    /// What a pointer takes a row by.
    pub fn grip(&self, at: usize, words: &'static ListWords) -> Html {
        let target = {
            let list = self.list.clone();
            move |event: &PointerEvent| {
                let rows = list.cast::<Element>()?.children();
                let edges = (0..rows.length()).filter_map(|at| rows.item(at)).map(|row| {
                    let rect = row.get_bounding_client_rect();
                    (rect.top(), rect.bottom())
                });
                over(f64::from(event.client_y()), &edges.collect::<Vec<_>>())
            }
        };
        let onpointerdown = {
            let drag = self.drag.setter();
            Callback::from(move |event: PointerEvent| {
                event.prevent_default();
                let grip = event.target_unchecked_into::<Element>();
                let grip = grip.closest(".grip").ok().flatten().unwrap_or(grip);
                let _ = grip.set_pointer_capture(event.pointer_id());
                drag.set(Some((at, at)));
            })
        };
        let onpointermove = {
            let (drag, target) = (self.drag.clone(), target.clone());
            Callback::from(move |event: PointerEvent| {
                if let (Some((from, _)), Some(to)) = (*drag, target(&event)) {
                    drag.set(Some((from, to)));
                }
            })
        };
        let onpointerup = {
            let (drag, go) = (self.drag.clone(), self.go.clone());
            Callback::from(move |event: PointerEvent| {
                if let (Some((from, _)), Some(to)) = (*drag, target(&event)) {
                    go.emit((from, to));
                }
                drag.set(None);
            })
        };
        let onpointercancel = {
            let drag = self.drag.setter();
            Callback::from(move |_: PointerEvent| drag.set(None))
        };
        html! {
            <span class="grip" title={words.drag} {onpointerdown} {onpointermove} {onpointerup} {onpointercancel}>
                { icon(Glyph::Grip) }
            </span>
        }
    }

    /// The buttons that move a row one place up or down.
    pub fn steps(&self, at: usize, name: &str, words: &'static ListWords) -> Html {
        let step = |to: Option<usize>, glyph: &'static str, label: &'static str, id: &'static str| {
            let go = self.go.clone();
            let onclick = Callback::from(move |_: MouseEvent| {
                if let Some(to) = to {
                    go.emit((at, to));
                }
            });
            html! {
                <button type="button" class={classes!("button", "button-quiet", "button-round", id)} {onclick}
                    aria-disabled={to.is_none().to_string()} aria-label={label.replacen("{}", name, 1)}>
                    <span class={glyph} aria-hidden="true">{ icon(Glyph::Up) }</span>
                </button>
            }
        };
        html! {
            <>
                { step(at.checked_sub(1), "turn-none", words.up, "row-up") }
                { step(Some(at + 1).filter(|next| *next < self.count), "turn-over", words.down, "row-down") }
            </>
        }
    }
}
