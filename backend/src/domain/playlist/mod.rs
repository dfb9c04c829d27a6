//! Lists of videos that people make: what may be said of one, who may see and change it, what it holds and in which
//! order, and what becomes of it when its owner, its channel or a video goes, or its channel is given away.

mod edit;
mod element;
mod elsewhere;
mod error;
mod forget;
pub mod form;
mod give;
mod shelf;
mod sight;
#[cfg(test)]
mod tests;

pub use edit::{changeable, create, delete, give_watch_later, update};
pub use element::{Move, NewElement, add, change, element, elements, existing, remove, reorder};
pub use elsewhere::{ELSEWHERE_ELEMENTS_MAX, fill_elsewhere, keep_elsewhere, remove_elsewhere};
pub use error::PlaylistError;
pub use forget::{forget_account, forget_channel, forget_playlist, forget_video};
pub use give::{file_elements, give_channel};
pub use shelf::{check_order, reorder_channel};
pub use sight::{Hidden, opens_to};
