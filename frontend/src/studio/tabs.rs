//! The way between pages that belong together.

use web_sys::HtmlElement;
use yew::prelude::*;

/// What [`Tabs`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What they lead between, for who cannot see them.
    pub label: &'static str,
    /// Tells the present page from others.
    pub present: AttrValue,
    /// The rows of the list, one of which holds the present page.
    pub children: Html,
}

/// Links in a row. Where the row is longer than its window, the present page is scrolled into it.
#[component]
pub fn Tabs(props: &Props) -> Html {
    let row = use_node_ref();
    use_effect_with(props.present.clone(), {
        let row = row.clone();
        move |_| {
            let present =
                row.cast::<HtmlElement>().and_then(|row| row.query_selector("[aria-current]").ok().flatten());
            if let (Some(row), Some(present)) = (row.cast::<HtmlElement>(), present) {
                let (room, link) = (row.get_bounding_client_rect(), present.get_bounding_client_rect());
                let off_center = link.left() + link.width() / 2.0 - room.left() - room.width() / 2.0;
                row.scroll_by_with_x_and_y(off_center, 0.0);
            }
        }
    });
    html! {
        <nav ref={row} class="tabs" aria-label={props.label}><ul>{ props.children.clone() }</ul></nav>
    }
}
