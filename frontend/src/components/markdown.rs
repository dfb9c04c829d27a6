//! Draws markdown as nodes, never as HTML.

use yew::prelude::*;

use crate::locale::use_locale;
use crate::text::markdown::{Node, Tag, parse};

/// What [`Markdown`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The text.
    pub text: AttrValue,
    /// Told the seconds of a time one clicked; none draws times as plain words.
    #[prop_or_default]
    pub on_moment: Option<Callback<u32>>,
}

/// A text of somebody else's.
#[component]
#[inline(never)]
pub fn Markdown(props: &Props) -> Html {
    let jump = use_locale().words().jump_to;
    let nodes = use_memo(props.text.clone(), |text| parse(text));
    html! { <div class="prose">{ draw(&nodes, props.on_moment.as_ref(), jump) }</div> }
}

fn draw(nodes: &[Node], on_moment: Option<&Callback<u32>>, jump: &str) -> Html {
    nodes.iter().map(|node| draw_one(node, on_moment, jump)).collect()
}

fn draw_one(node: &Node, on_moment: Option<&Callback<u32>>, jump: &str) -> Html {
    match node {
        Node::Text(text) => html! { { text } },
        Node::Break => html! { <br /> },
        Node::Rule => html! { <hr /> },
        Node::Moment { text, seconds } => match on_moment {
            Some(on_moment) => {
                let (on_moment, seconds) = (on_moment.clone(), *seconds);
                let onclick = Callback::from(move |_: MouseEvent| on_moment.emit(seconds));
                let label = jump.replacen("{}", text, 1);
                html! { <button type="button" class="moment" aria-label={label} {onclick}>{ text }</button> }
            }
            None => html! { { text } },
        },
        Node::Around(Tag::Link(address), inner) => html! {
            <a href={address.clone()} rel="noopener noreferrer nofollow ugc" target="_blank">
                { draw(inner, None, jump) }
            </a>
        },
        Node::Around(tag, inner) => {
            let inner = draw(inner, on_moment, jump);
            let name = match tag {
                Tag::Paragraph => "p",
                Tag::Heading => "h2",
                Tag::Quote => "blockquote",
                Tag::List => "ul",
                Tag::Numbers => "ol",
                Tag::Item => "li",
                Tag::Strong => "strong",
                Tag::Emphasis => "em",
                Tag::Strike => "s",
                Tag::Code => "code",
                Tag::CodeBlock => "pre",
                Tag::Link(_) => return inner,
            };
            html! { <@{name}>{ inner }</@> }
        }
    }
}
