//! A sentence that should not be missed.

use yew::prelude::*;

use super::icon::{Glyph, Icon};

/// How grave it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Something went wrong.
    Bad,
    /// Something to know.
    Calm,
    /// Something went well.
    Good,
}

/// What [`Alert`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// How grave it is.
    pub tone: Tone,
    /// The sentence, and what can be done about it.
    pub children: Html,
}

/// A sentence that should not be missed; read out when it appears.
#[component]
pub fn Alert(props: &Props) -> Html {
    let (class, role, glyph) = match props.tone {
        Tone::Bad => ("alert alert-bad", "alert", Glyph::Alert),
        Tone::Calm => ("alert", "status", Glyph::Info),
        Tone::Good => ("alert alert-good", "status", Glyph::Check),
    };
    html! {
        <div {class} {role}>
            <Icon {glyph} />
            <div class="alert-text">{ props.children.clone() }</div>
        </div>
    }
}
