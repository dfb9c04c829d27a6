//! The face of a channel or an account.

use shared::api::Image;
use yew::prelude::*;

/// How many colours `.tint-…` has in the style sheet.
const TINTS: u32 = 8;

/// A picture, or the first letter of the name on a colour of its own. Decoration: the name stands beside it.
/// `size` is the side in CSS pixels, to choose among `images`.
pub fn avatar(name: &str, images: &[Image], size: u32) -> Html {
    if let Some(image) = choose(images, size * 2) {
        let side = size.to_string();
        return html! {
            <img class="avatar" src={image.path.clone()} alt="" width={side.clone()} height={side} loading="lazy"
                decoding="async" />
        };
    }
    let tint = name.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let letter: String = name.trim().chars().take(1).flat_map(char::to_uppercase).collect();
    html! { <span class={format!("avatar tint-{}", tint % TINTS)} aria-hidden="true">{ letter }</span> }
}

/// The smallest picture that is large enough, or else the largest.
fn choose(images: &[Image], pixels: u32) -> Option<&Image> {
    let enough = images.iter().filter(|image| pixels <= image.width).min_by_key(|image| image.width);
    enough.or_else(|| images.iter().max_by_key(|image| image.width))
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;

    use super::*;

    #[test]
    fn the_smallest_picture_that_is_large_enough_is_chosen() {
        let images: Vec<Image> = [600, 48, 120]
            .map(|width| Image {
                width,
                path: String::new(),
                created_at: Timestamp(0),
                updated_at: Timestamp(0),
            })
            .into();
        let width = |pixels| choose(&images, pixels).map(|image| image.width);
        assert_eq!((width(40), width(80), width(2000)), (Some(48), Some(120), Some(600)));
        assert_eq!(choose(&[], 48), None);
    }
}
