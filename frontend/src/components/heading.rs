//! The heading of a page: it names the tab, and takes the focus when one arrives.

use yew::prelude::*;

use crate::browser::page;

/// The attribute of the root that says a new page awaits its heading.
pub const ARRIVING: &str = "data-arriving";

/// What [`Heading`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's name, in the tab too.
    pub title: AttrValue,
    /// Only for those who do not see the page.
    #[prop_or_default]
    pub unseen: bool,
    /// Stands for one that is not known yet: it neither names the tab nor takes the focus.
    #[prop_or_default]
    pub waiting: bool,
    /// What the tab is called, where that is something else.
    #[prop_or_default]
    pub tab: Option<AttrValue>,
    /// Classes.
    #[prop_or_default]
    pub class: AttrValue,
}

/// The `h1` of a page. A page has one at a time, also while it loads.
#[component]
pub fn Heading(props: &Props) -> Html {
    let heading = use_node_ref();
    let tab = props.tab.clone().unwrap_or_else(|| props.title.clone());
    use_effect_with((tab, props.waiting), {
        let heading = heading.clone();
        move |(title, waiting): &(AttrValue, bool)| {
            if *waiting {
                return;
            }
            page::set_title(title);
            let root = page::root();
            if root.has_attribute(ARRIVING) {
                let _ = root.remove_attribute(ARRIVING);
                if let Some(heading) = heading.cast::<web_sys::Element>() {
                    page::focus(&heading);
                }
            }
        }
    });
    let class = if props.unseen { "unseen".into() } else { props.class.clone() };
    html! { <h1 ref={heading} tabindex="-1" {class}>{ &props.title }</h1> }
}
