//! A sentence that should not be missed.

use yew::prelude::*;

use super::icon::{Glyph, icon};

/// How grave it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Something went wrong.
    Bad,
    /// Something went well.
    Good,
}

/// A sentence that should not be missed, and what can be done about it; read out when it appears.
pub fn alert(tone: Tone, children: Html) -> Html {
    let (class, role, glyph) = match tone {
        Tone::Bad => ("alert alert-bad", "alert", Glyph::Alert),
        Tone::Good => ("alert alert-good", "status", Glyph::Check),
    };
    html! {
        <div {class} {role}>
            { icon(glyph) }
            <div class="alert-text">{ children }</div>
        </div>
    }
}

/// What went wrong, in one sentence.
pub fn complaint(sentence: impl Into<AttrValue>) -> Html {
    let sentence: AttrValue = sentence.into();
    alert(Tone::Bad, html! { <p>{ sentence }</p> })
}
