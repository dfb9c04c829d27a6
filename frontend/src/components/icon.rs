//! Our own drawings: line icons on a 24 × 24 field, and the shoal.

use yew::prelude::*;

/// A drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Glyph {
    Alert,
    Bell,
    Bin,
    Chart,
    Check,
    Close,
    Copy,
    Down,
    Eye,
    Feed,
    File,
    Film,
    Gear,
    Grip,
    History,
    Keep,
    Leave,
    Letter,
    Lock,
    Pause,
    Pencil,
    People,
    Person,
    Play,
    Plus,
    Search,
    Share,
    ThumbDown,
    ThumbUp,
    Up,
    Waves,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Alert => "M12 4 2.8 19.5h18.4L12 4Zm0 6v4.5m0 2.6v.1",
            Glyph::Bell => {
                "M12 4a5.5 5.5 0 0 0-5.5 5.5c0 4-1.5 5.5-2 7h15c-.5-1.5-2-3-2-7A5.5 5.5 0 0 0 12 4Zm-2 14.5a2 2 0 0 0 4 0"
            }
            Glyph::Bin => "M4.5 6.5h15M9.5 6V4h5v2m-8.2.5.8 13h9.8l.8-13M10 10v6m4-6v6",
            Glyph::Chart => "M4 20h16M7 20v-7m5 7V5m5 15v-10",
            Glyph::Check => "m5 12.5 4.5 4.5L19 7.5",
            Glyph::Close => "m6 6 12 12M18 6 6 18",
            Glyph::Copy => "M9 9h10.5v10.5H9zM5.5 15H4.5V4.5H15v1",
            Glyph::Down => "M12 4v11m-4.8-4.5L12 15.3l4.8-4.8M4.5 19.5h15",
            Glyph::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z"
            }
            Glyph::Feed => "M5.5 18.5v.1M5 12a7 7 0 0 1 7 7M5 5.5A13.5 13.5 0 0 1 18.5 19",
            Glyph::File => "M6 3.5h8l4.5 4.5v12.5H6zM13.5 4v4.5H18",
            Glyph::Film => "M3.5 5.5h17v13h-17zM8 5.5v13m8-13v13M3.5 12h17",
            Glyph::Gear => "M4 7.5h9m5 0h2M4 16.5h2m5 0h9M15.5 5v5M8.5 14v5",
            Glyph::Grip => "M5 9h14M5 15h14",
            Glyph::History => "M4 12a8 8 0 1 0 2.6-5.9L4 8.5m0-4v4h4M12 8v4.5l3 2",
            Glyph::Keep => "M4 6.5h11M4 11.5h11M4 16.5h6m7-3v7m-3.5-3.5h7",
            Glyph::Leave => "M14 4.5H5v15h9M10 12h10.5m-4-4 4 4-4 4",
            Glyph::Letter => "M3.5 6h17v12.5h-17zM4 6.5l8 6.5 8-6.5",
            Glyph::Lock => "M5.5 10.5h13v10h-13zM8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2",
            Glyph::Pause => "M8 5v14m8-14v14",
            Glyph::Pencil => "m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19 4 20ZM13.5 7l3.5 3.5",
            Glyph::People => {
                "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 8c.4-3.5 3-5.3 6.5-5.3s6.1 1.8 6.5 5.3M15.5 4.8a3.5 3.5 0 0 1 0 6.4m2 3.3c2.3.8 3.7 2.5 4 5"
            }
            Glyph::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
            Glyph::Play => "M8 5.5 18.5 12 8 18.5z",
            Glyph::Plus => "M12 5v14m-7-7h14",
            Glyph::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.7-1.8 5.3 5.3",
            Glyph::Share => "M12 15V3.5m-4 3.8 4-4 4 4M7 10.5H4.5v10h15v-10H17",
            Glyph::ThumbDown => {
                "M7 3.5H4v10h3m0-10v10l4 7c1.5 0 2.3-1 2-2.5L12.5 14H18c1.5 0 2.3-1.2 2-2.5l-1.5-6c-.3-1.3-1-2-2.3-2H7Z"
            }
            Glyph::ThumbUp => {
                "M7 20.5H4v-10h3m0 10v-10l4-7c1.5 0 2.3 1 2 2.5l-.5 4H18c1.5 0 2.3 1.2 2 2.5l-1.5 6c-.3 1.3-1 2-2.3 2H7Z"
            }
            Glyph::Up => "M12 20V9m-4.8 4.5L12 8.7l4.8 4.8M4.5 4.5h15",
            Glyph::Waves => {
                "M2.5 9c2.4 0 2.4-2 4.75-2S9.6 9 12 9s2.4-2 4.75-2S19.1 9 21.5 9M2.5 16c2.4 0 2.4-2 4.75-2s2.35 2 4.75 2 2.4-2 4.75-2 2.35 2 4.75 2"
            }
        }
    }
}

/// A drawing beside words, or in a button that has a label: screen readers pass over it.
pub fn icon(glyph: Glyph) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={glyph.path()} />
        </svg>
    }
}

/// One fish of the logo, swimming to the right around 0, 0.
const FISH: &str = "M5.2 0C3.2-3-.8-3-3.1-.4L-5.2-2.4v4.8l2.1-2C-.8 3 3.2 3 5.2 0Z";

/// Six fish that swim as one, in the shape of a play button; the one ahead is of another colour.
pub fn logo() -> Html {
    const PLACES: [&str; 5] = [
        "translate(6 6.5)",
        "translate(6 16)",
        "translate(6 25.5)",
        "translate(16 11.25)",
        "translate(16 20.75)",
    ];
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            { for PLACES.iter().map(|place| html! { <path d={FISH} transform={*place} /> }) }
            <path class="logo-ahead" d={FISH} transform="translate(26.2 16)" />
        </svg>
    }
}
