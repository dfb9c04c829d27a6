//! Draws what administrators say, and what a new instance asks of them.

use yew::prelude::*;

use super::broadcast::{Broadcast, CLOSED_AS};
use crate::browser::bus::{Word, tell};
use crate::browser::storage;
use crate::components::{Glyph, Markdown, icon};
use crate::site_route::SitePage;
use crate::text::words::Words;

/// What administrators say above every page, and what a new instance asks of them where `asks`.
pub fn notice(said: Option<Broadcast>, asks: bool, words: &'static Words) -> Html {
    html! {
        <>
            if let Some(said) = said {
                <section class={said.class()} aria-label={words.announcement}>
                    <Markdown text={said.message.clone()} />
                    if said.is_dismissable {
                        <button type="button" class="button button-quiet button-round" aria-label={words.close}
                            onclick={close(&said)}>
                            { icon(Glyph::Close) }
                        </button>
                    }
                </section>
            }
            if asks {
                <section class="broadcast" aria-label={words.the_instance}>
                    <p>{ words.instance_new }</p>
                    <a class="button" href={SitePage::Wizard.path()}>{ words.instance_set_up }</a>
                </section>
            }
        </>
    }
}

/// It stays closed until it says something else.
fn close(said: &Broadcast) -> Callback<MouseEvent> {
    let message = said.message.clone();
    Callback::from(move |_: MouseEvent| {
        storage::write_text(CLOSED_AS, &message);
        tell(Word::Site, "");
    })
}
