//! Taking a video away.

use std::rc::Rc;

use yew::prelude::*;

use super::state::{Content, Seen, offers};
use crate::browser::page;
use crate::components::{Dialog, Glyph, icon};
use crate::locale::use_locale;

/// What [`Download`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known of the video.
    pub seen: Rc<Seen>,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// The files of a video.
#[component]
#[inline(never)]
pub fn Download(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    html! {
        <Dialog title={words.download} on_close={props.on_close.clone()}>
            <ul class="offers">
                { for offers(&props.seen, &page::origin()).into_iter().map(|offer| {
                    let named = |content: Content| match content {
                        Content::Whole => words.content_whole,
                        Content::PictureOnly => words.content_picture,
                        Content::SoundOnly => words.content_sound,
                    };
                    let content = named(offer.content);
                    let label = if offer.content == Content::SoundOnly { words.sound.to_owned() } else { offer.label };
                    html! {
                        <li>
                            <a class="offer" href={offer.address} download="">
                                { icon(Glyph::Down) }
                                <strong>{ label }</strong><span>{ content }</span><span>{ locale.bytes(offer.size) }</span>
                            </a>
                            if let Some(torrent) = offer.torrent {
                                <span class="peers">
                                    if torrent.content != offer.content {
                                        <span>{ named(torrent.content) }</span>
                                    }
                                    <a href={torrent.file} download="">{ words.torrent }</a>
                                    if let Some(magnet) = torrent.magnet {
                                        <a href={magnet}>{ words.magnet }</a>
                                    }
                                </span>
                            }
                        </li>
                    }
                }) }
            </ul>
        </Dialog>
    }
}
