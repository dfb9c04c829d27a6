//! The player's elements, written down once as data.
//!
//! Owns which elements there are, in which order (which is the order of the tab key) and what assistive technology
//! makes of them. Never draws: `dom` builds the tree, `view` fills it. It is data rather than HTML text because pages
//! with Trusted Types forbid setting HTML.

use super::icons::{self, Icon};

macro_rules! parts {
    ($($name:ident,)*) => {
        /// Every element somebody refers to later.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Part {
            $($name,)*
        }

        /// Every part, each at its own place.
        pub const PARTS: &[Part] = &[$(Part::$name,)*];
    };
}

parts! {
    Player,
    Video,
    Surface,
    Cues,
    Spinner,
    Sign,
    SignIcon,
    SignText,
    BigPlay,
    Statistics,
    Bar,
    Scrub,
    Played,
    Preview,
    PreviewPicture,
    PreviewTime,
    Play,
    Mute,
    Volume,
    VolumeLevel,
    Time,
    Captions,
    Settings,
    Picture,
    Theater,
    Fullscreen,
    Menu,
    Help,
    Message,
    MessageText,
    Retry,
    Say,
}

/// One element.
pub struct Node {
    pub tag: &'static str,
    pub class: &'static str,
    pub part: Option<Part>,
    pub attributes: &'static [(&'static str, &'static str)],
    pub icon: Option<Icon>,
    pub children: &'static [Node],
}

const fn node(tag: &'static str, class: &'static str, children: &'static [Node]) -> Node {
    Node { tag, class, part: None, attributes: &[], icon: None, children }
}

const fn part(tag: &'static str, class: &'static str, part: Part, children: &'static [Node]) -> Node {
    Node { tag, class, part: Some(part), attributes: &[], icon: None, children }
}

const fn button(part: Part, icon: Icon) -> Node {
    let attributes = &[("type", "button")];
    Node { tag: "button", class: "button", part: Some(part), attributes, icon: Some(icon), children: &[] }
}

const fn menu_button(part: Part, icon: Icon) -> Node {
    let attributes = &[("type", "button"), ("aria-haspopup", "menu"), ("aria-expanded", "false")];
    Node { attributes, ..button(part, icon) }
}

const fn slider(class: &'static str, which: Part, children: &'static [Node]) -> Node {
    let attributes = &[
        ("role", "slider"),
        ("tabindex", "0"),
        ("aria-valuemin", "0"),
        ("aria-valuenow", "0"),
        ("aria-orientation", "horizontal"),
    ];
    Node { attributes, ..part("div", class, which, children) }
}

/// Hidden from assistive technology: what it shows is said elsewhere.
const QUIET: &[(&str, &str)] = &[("aria-hidden", "true")];

const VIDEO: Node = Node {
    attributes: &[("playsinline", ""), ("preload", "auto")],
    ..part("video", "video", Part::Video, &[])
};

const SIGN: Node = Node {
    attributes: QUIET,
    ..part(
        "div",
        "sign",
        Part::Sign,
        &[
            Node { icon: Some(icons::PLAY), ..part("span", "sign-icon", Part::SignIcon, &[]) },
            part("span", "sign-text", Part::SignText, &[]),
        ],
    )
};

const BIG_PLAY: Node = Node { class: "big-play", ..button(Part::BigPlay, icons::PLAY) };

const MESSAGE: Node = Node {
    attributes: &[("role", "alert")],
    ..part(
        "div",
        "message",
        Part::Message,
        &[
            part("p", "", Part::MessageText, &[]),
            Node {
                attributes: &[("type", "button"), ("hidden", "")],
                ..part("button", "retry", Part::Retry, &[])
            },
        ],
    )
};

const SCRUB: Node = slider(
    "scrub",
    Part::Scrub,
    &[
        node("div", "rail", &[part("div", "played", Part::Played, &[])]),
        node("div", "knob", &[]),
        Node {
            attributes: QUIET,
            ..part(
                "div",
                "preview",
                Part::Preview,
                &[
                    part("div", "preview-picture", Part::PreviewPicture, &[]),
                    part("span", "preview-time", Part::PreviewTime, &[]),
                ],
            )
        },
    ],
);

const VOLUME: Node =
    slider("volume", Part::Volume, &[node("div", "rail", &[part("div", "level", Part::VolumeLevel, &[])])]);

const BAR: Node = part(
    "div",
    "bar",
    Part::Bar,
    &[
        SCRUB,
        node(
            "div",
            "row",
            &[
                button(Part::Play, icons::PLAY),
                node("div", "sound", &[button(Part::Mute, icons::SOUND), VOLUME]),
                Node { attributes: QUIET, ..part("span", "time", Part::Time, &[]) },
                node("span", "space", &[]),
                menu_button(Part::Captions, icons::CAPTIONS),
                menu_button(Part::Settings, icons::SETTINGS),
                Node { class: "button pip", ..button(Part::Picture, icons::PICTURE) },
                Node { class: "button wide", ..button(Part::Theater, icons::THEATER) },
                button(Part::Fullscreen, icons::FULLSCREEN),
            ],
        ),
    ],
);

/// The whole player, in the order of the tab key.
pub static PLAYER: Node = Node {
    attributes: &[("role", "region"), ("tabindex", "-1")],
    ..part(
        "div",
        "player",
        Part::Player,
        &[
            VIDEO,
            Node { attributes: QUIET, ..part("div", "surface", Part::Surface, &[]) },
            Node { attributes: QUIET, ..part("div", "cues", Part::Cues, &[]) },
            Node { attributes: QUIET, ..part("div", "spinner", Part::Spinner, &[]) },
            SIGN,
            BIG_PLAY,
            // Reached by the tab key, since a low player has to scroll it.
            Node {
                attributes: &[("hidden", ""), ("tabindex", "0")],
                ..part("dl", "panel statistics", Part::Statistics, &[])
            },
            BAR,
            Node {
                attributes: &[("role", "menu"), ("hidden", "")],
                ..part("div", "panel menu", Part::Menu, &[])
            },
            Node {
                attributes: &[("role", "dialog"), ("hidden", "")],
                ..part("div", "panel help", Part::Help, &[])
            },
            MESSAGE,
            Node { attributes: &[("role", "status")], ..part("div", "say", Part::Say, &[]) },
        ],
    )
};
